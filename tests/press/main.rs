//! Documents laid out by worker processes, which are the real program: the same pages as the command line's, and
//! an end to whatever never ends.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

mod bounds;
#[path = "../support/office.rs"]
mod office;
mod pages;
mod shop;
