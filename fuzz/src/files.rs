//! Files that a document names: spreadsheets, images, appendices. The first byte says which.

use std::sync::LazyLock;

use tempfile::TempDir;
use vanthu_document::fonts::Faces;
use vanthu_document::{Folder, ParseContext, parse_in, to_json};

static FACES: LazyLock<Faces> = LazyLock::new(Faces::embedded);
static FOLDER: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a folder"));
const EXAMPLE: &str = include_str!("../../examples/thong-bao.json");

pub fn files(bytes: &[u8]) {
    let Some((which, bytes)) = bytes.split_first() else { return };
    let (name, block) = [
        ("a.csv", r#"{"block": "table", "data": {"file": "a.csv"}}"#),
        ("a.xlsx", r#"{"block": "table", "data": {"file": "a.xlsx"}}"#),
        ("a.img", r#"{"block": "figure", "file": "a.img", "alt": "a"}"#),
    ][usize::from(which % 3)];
    std::fs::write(FOLDER.path().join(name), bytes).expect("a file");
    let source = EXAMPLE.replacen("\"body\": [", &format!("\"body\": [{block},"), 1);
    let context = ParseContext { folder: Folder::at(FOLDER.path()), ..ParseContext::default() };
    let Ok(draft) = parse_in(source.as_bytes(), &FACES, &context) else { return };
    let again = parse_in(to_json(&draft.document).as_bytes(), &FACES, &ParseContext::default());
    assert_eq!(draft.document, again.expect("the canonical form needs no files").document);
}
