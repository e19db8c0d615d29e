//! The CMS: any bytes in the gap of a file whose every other byte is in order.

use std::sync::LazyLock;

use vanthu_base::role::Role;
use vanthu_verify::{Options, TrustStore, verify};

use crate::{pdf, signature};

static OFFICE: LazyLock<signature::Office> = LazyLock::new(signature::Office::new);

pub fn cms(bytes: &[u8]) {
    let mut trust = TrustStore::new();
    let root = vanthu_verify::certificate::to_pem(std::slice::from_ref(&OFFICE.root.certificate));
    trust.add_pem(root.expect("a certificate is written").as_bytes()).expect("and read");
    let report = pdf::write(&pdf::report_objects());
    let file = signature::Draft::new(&report, Role::Signer, &OFFICE.chairman)
        .cms(|_, _| bytes.to_vec())
        .room(bytes.len())
        .sign();
    let judged = verify(&file, &Options::new(&trust, signature::signing_time()));
    // The key never leaves the process, so nobody can have made a signature with it.
    assert!(!judged.verdict.is_valid());
}
