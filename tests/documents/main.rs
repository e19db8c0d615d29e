//! The service for an office's own programs: documents checked, drawn, issued, signed, sealed and recalled over
//! HTTP, with a real office behind it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "in a test a panic is the message"
)]

mod bench;
mod contract;
mod drafts;
mod duties;
mod issuing;
mod replicas;
mod signing;

#[path = "../judges/mod.rs"]
mod judges;
#[path = "../support/office.rs"]
mod office;
#[path = "../register/postgres.rs"]
#[allow(dead_code, reason = "every test file uses some of it")]
mod postgres;
