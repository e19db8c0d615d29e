//! The verifier: who trusts nobody is never told that a file is valid.

use vanthu_verify::{Options, TrustStore, Verdict};

pub fn verify(bytes: &[u8]) {
    let trust = TrustStore::new();
    let report = vanthu_verify::verify(bytes, &Options::new(&trust, time::OffsetDateTime::UNIX_EPOCH));
    assert!(!matches!(report.verdict, Verdict::Valid | Verdict::Incomplete));
}
