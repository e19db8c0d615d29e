//! The service from the outside: requests in, answers out, in process and in a real browser; the documents that
//! it issues, whom it tells, and the processes that lay pages out for it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "in a test a panic is the message"
)]

mod app;
mod browser;
mod contract;
mod cross_office;
mod documents;
mod fire;
mod hooks;
mod hostile;
mod network;
mod offices;
mod page;
mod press;
mod program;
mod protocol;
mod register;
mod verdict;

#[path = "../support/desk.rs"]
mod desk;
#[path = "../judges/mod.rs"]
mod judges;
#[path = "../support/office.rs"]
mod office;
#[path = "../support/pdf.rs"]
mod pdf;
#[path = "../support/postgres.rs"]
mod postgres;
#[path = "../support/serving.rs"]
mod serving;
#[path = "../support/signature.rs"]
mod signature;
