//! The register with real databases and real processes: numbers, history, tampering, sudden death; who may do what in it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    reason = "in a test a panic is the message"
)]

mod access;
mod continuity;
mod crowd;
#[path = "../support/desk.rs"]
mod desk;
mod history;
#[path = "../judges/mod.rs"]
mod judges;
mod oracle;
#[path = "../support/postgres.rs"]
mod postgres;
mod reading;
mod receipts;
mod states;
mod tampering;
mod uniqueness;
