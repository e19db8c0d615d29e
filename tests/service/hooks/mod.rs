//! Webhooks, jobs and the store, from the outside: a receiver that checks signatures with another program, real
//! databases, storage over HTTP, and processes that are killed.

mod commands;
mod delivery;
mod network;
mod receiver;
mod replicas;
mod store;
mod world;
