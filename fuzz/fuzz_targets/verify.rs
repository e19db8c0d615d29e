//! The verifier: who trusts nobody is never told that a file is valid.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vanthu::verify::{Options, TrustStore, Verdict, verify};

fuzz_target!(|bytes: &[u8]| {
    let trust = TrustStore::new();
    let report =
        verify(bytes, &Options::new(&trust, time::OffsetDateTime::UNIX_EPOCH));
    assert!(!matches!(report.verdict, Verdict::Valid | Verdict::Incomplete));
});
