//! Webhooks, jobs and the store, from the outside: a receiver that checks signatures with another program, real
//! databases, storage over HTTP, and processes that are killed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "in a test a panic is the message"
)]

mod commands;
mod delivery;
mod network;
mod queue;
mod receiver;
mod replicas;
mod store;
mod world;

#[path = "../register/desk.rs"]
#[allow(dead_code)]
mod desk;
#[path = "../judges/mod.rs"]
mod judges;
#[path = "../register/postgres.rs"]
#[allow(dead_code)]
mod postgres;
