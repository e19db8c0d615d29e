//! An office at work, through the program: its commands, signatures, keys, authorities and register, and the files
//! that come to it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "in a test a panic is the message"
)]

mod absence;
mod book;
mod cli;
mod corpus;
mod held;
mod levels;
mod online;
mod signing;
mod tokens;
mod trust;

#[path = "../support/desk.rs"]
mod desk;
#[path = "../judges/mod.rs"]
mod judges;
#[path = "../support/office.rs"]
mod office;
#[path = "../support/postgres.rs"]
mod postgres;
