//! Signatures that last (ETSI EN 319 142-1 §6): B-T, B-LT and B-LTA through the program, with time-stamping
//! authorities, revocation lists and responders of other makers on loopback, and before foreign judges.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

mod authorities;
#[path = "../judges/mod.rs"]
mod judges;
#[path = "../support/office.rs"]
mod office;
mod refusals;
mod renewal;
mod revocation;
mod steps;
mod world;
