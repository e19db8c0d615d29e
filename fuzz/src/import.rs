//! Drafts of others: whatever they hold, the form that comes of them is JSON that the program reads.

use std::sync::LazyLock;

use vanthu_document::fonts::Faces;
use vanthu_document::import::{docx, markdown};
use vanthu_document::{parse, readable_json};

static FACES: LazyLock<Faces> = LazyLock::new(Faces::embedded);

pub fn import(bytes: &[u8]) {
    for imported in [markdown(bytes), docx(bytes)].into_iter().flatten() {
        let Err(findings) = parse(readable_json(&imported.form).as_bytes(), &FACES) else { continue };
        // Its author may have broken rules of the decree; the importer keeps to the form.
        assert!(!findings.iter().any(|finding| finding.code.starts_with("E-JSON")), "{findings:?}");
    }
}
