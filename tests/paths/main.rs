//! What is said of certificates and of their revocation, apart from any document: NIST's test suite, and
//! what it has nothing of (OCSP, judging the past, time-stamps, strangers' data).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in a test a panic is the message"
)]

mod cases;
mod pkits;
