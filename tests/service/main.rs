//! The service from the outside: requests in, answers out, in process and in a real browser.

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
mod hostile;
mod network;
mod page;
mod program;
mod protocol;
mod register;
#[path = "../support/serving.rs"]
mod serving;
mod verdict;

#[path = "../verify/pdf.rs"]
#[allow(dead_code)]
mod pdf;
#[path = "../verify/signature.rs"]
#[allow(dead_code)]
mod signature;
