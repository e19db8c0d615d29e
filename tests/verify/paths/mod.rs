//! What is said of certificates and of their revocation, apart from any document: NIST's test suite, and
//! what it has nothing of (OCSP, judging the past, time-stamps, strangers' data).

mod cases;
mod pkits;
