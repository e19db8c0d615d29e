//! The code on paper: where it stands on the pages of every layout, what ZBar reads of it when it was printed,
//! copied and scanned, and that it leads to the record of its document.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "in a test a panic is the message"
)]

mod desk;
#[path = "../judges/mod.rs"]
mod judges;
#[path = "../support/office.rs"]
mod office;
mod pages;
mod paper;
#[path = "../support/serving.rs"]
mod serving;
#[path = "../support/page.rs"]
mod support;
