//! What documents say and how that is read: the form in JSON, and the drafts of others.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in a test a panic is the message"
)]

mod check;
mod form;
mod import;
#[path = "../judges/mod.rs"]
mod judges;
mod letterheads;
#[path = "../support/seed.rs"]
mod seed;
mod word;
