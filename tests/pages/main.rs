//! Pages and the files that they stand in, read back by others: every layout, the code on paper, signed files,
//! reports, what the witness sees, and the words of all of it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "in a test a panic is the message"
)]

mod files;
mod layouts;
mod page;
mod presentation;
mod qr;
mod sign;
mod whole;
mod witness;
mod words;

#[path = "../judges/mod.rs"]
mod judges;
#[path = "../support/office.rs"]
mod office;
#[path = "../support/pdf.rs"]
mod pdf;
#[path = "../support/poppler.rs"]
mod poppler;
#[path = "../support/report.rs"]
mod report;
#[path = "../support/seed.rs"]
mod seed;
#[path = "../support/serving.rs"]
mod serving;
#[path = "../support/signature.rs"]
mod signature;
