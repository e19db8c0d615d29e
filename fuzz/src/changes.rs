//! The difference analysis: any objects in a well-formed update of a signed file. Where the verdict is
//! valid, the page is what was signed.

use std::sync::LazyLock;

use vanthu_base::role::Role;
use vanthu_pdf::reader::{self, File};
use vanthu_verify::{Options, TrustStore, verify};

use crate::{pdf, signature};

/// A signed file, and who trusts its signer.
static SIGNED: LazyLock<(Vec<u8>, TrustStore)> = LazyLock::new(|| {
    let office = signature::Office::new();
    let mut trust = TrustStore::new();
    let root = vanthu_verify::certificate::to_pem(std::slice::from_ref(&office.root.certificate));
    trust.add_pem(root.expect("a certificate is written").as_bytes()).expect("and read");
    let report = pdf::write(&pdf::report_objects());
    (signature::Draft::new(&report, Role::Signer, &office.chairman).sign(), trust)
});

/// Whether what the page shows is in `last` what it was in `first`, the list of annotations apart.
fn shows_the_same(file: &File<'_>, first: usize, last: usize) -> bool {
    [2, pdf::PAGE, pdf::CONTENT, pdf::FONT].into_iter().all(|number| {
        let (Ok(Some(old)), Ok(Some(new))) = (file.object(number, first), file.object(number, last)) else {
            return false;
        };
        match (old.value.object.as_dictionary(), new.value.object.as_dictionary()) {
            (Some(a), Some(b)) if number == pdf::PAGE => a.differing(b).iter().all(|key| *key == b"Annots"),
            _ => file.same(&old.value, &new.value),
        }
    })
}

pub fn changes(bytes: &[u8]) {
    let (signed, trust) = &*SIGNED;
    let mut objects: Vec<pdf::Numbered> = Vec::new();
    for chunk in bytes.split(|byte| *byte == 0xFF) {
        if let Some((number, body)) = chunk.split_first() {
            let number = u32::from(*number % 24) + 1;
            if objects.iter().all(|(known, _)| *known != number) {
                objects.push((number, String::from_utf8_lossy(body).into_owned()));
            }
        }
    }
    objects.sort_by_key(|(number, _)| *number);
    let file = pdf::Update::of(signed, &objects).whole();
    let judged = verify(&file, &Options::new(trust, signature::signing_time()));
    if judged.verdict.is_valid() {
        let read = reader::read(&file).expect("a valid file is read");
        assert!(shows_the_same(&read, 1, read.last()), "valid, and yet the page was changed");
    }
}
