//! The JSON form: a document that passed is read again from its canonical form as the same.

use std::sync::LazyLock;

use vanthu_document::fonts::Faces;
use vanthu_document::{parse, to_json};

static FACES: LazyLock<Faces> = LazyLock::new(Faces::embedded);

pub fn document(bytes: &[u8]) {
    let Ok(draft) = parse(bytes, &FACES) else { return };
    let again = parse(to_json(&draft.document).as_bytes(), &FACES).expect("the canonical form is read again");
    assert_eq!(draft.document, again.document);
}
