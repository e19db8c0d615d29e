//! The register with real databases and real processes: numbers, history, tampering, sudden death.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    reason = "in a test a panic is the message"
)]

mod crowd;
mod desk;
mod history;
mod oracle;
mod postgres;
mod receipts;
mod tampering;
