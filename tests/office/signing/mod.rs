//! Signing as officials do it: two roles, numbers after the signature, tokens, levels; through the program, and
//! before foreign judges.

mod appearance;
mod bases;
mod interrupted;
mod number_later;
mod roles;

use std::path::Path;

use serde_json::Value;

use crate::judges;
use crate::office::{Office, TIME};

/// A root with its chairman and agency, a report that was issued, signed by the chairman and sealed by the agency:
/// `01-BC-UBND.pdf`, `signed.pdf`, `sealed.pdf`.
fn signed_office() -> Office {
    let office = Office::new();
    office.draft("draft.json", "Kết quả phong trào thi đua");
    office.ok(&["issue", "draft.json", "--time", TIME]);
    office.ok(&["sign", "01-BC-UBND.pdf", "--key", "keys/chairman.key", "--time", TIME, "-o", "signed.pdf"]);
    #[rustfmt::skip]
    office.ok(&["sign", "signed.pdf", "--as", "agency", "--key", "keys/agency.key", "--time", TIME, "-o", "sealed.pdf"]);
    office
}

/// The verdict on `file` by the office's root.
#[track_caller]
fn verdict(office: &Office, file: &str) -> Value {
    office.json(&["verify", file, "--require", "any", "--trust", "keys/root.crt", "--json"])
}

/// Every judge is content: pyHanko with each of `count` signatures, qpdf, and veraPDF.
#[track_caller]
fn assert_judges_agree(office: &Office, file: &str, count: usize) {
    let path = office.path(file);
    assert_pyhanko_agrees(&path, &office.path("keys/root.crt"), count);
    judges::assert_sound_for_qpdf(&path);
    judges::assert_pdfa_3a_and_ua_1(&path);
}

#[track_caller]
fn assert_pyhanko_agrees(file: &Path, root: &Path, count: usize) {
    let signatures = judges::pyhanko_at(file, root, "2026-06-19T10:00:00+07:00");
    assert_eq!(signatures.len(), count, "{signatures:#?}");
    for signature in signatures {
        assert_eq!(signature["bottom_line"], true, "{signature:#?}");
        assert_eq!(signature["docmdp_ok"], true, "{signature:#?}");
    }
}
