//! The files of issued documents: where they are, who reads them, what is never replaced, what comes back; and what is not
//! done with documents that are not in force.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::{Value, json};

use crate::office::{Office, TIME};

const LATER: &str = "2026-06-19T08:00:00+07:00";

/// A draft with an appendix in a file of its own.
fn draft(office: &Office, name: &str, subject: &str) {
    office.draft(name, subject);
    let mut draft: Value = serde_json::from_slice(&fs::read(office.path(name)).unwrap()).unwrap();
    draft["issuer"] = "Ủy ban nhân dân huyện Hòa An".into();
    draft["appendices"] = json!([
        { "title": "Danh mục", "separate": true, "body": [{ "block": "paragraph", "text": "Một." }] }
    ]);
    fs::write(office.path(name), draft.to_string()).unwrap();
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

#[test]
fn files_lie_by_year_for_the_office_alone() {
    let office = Office::new();
    draft(&office, "a.json", "Một");
    office.ok(&["issue", "a.json", "--key", "keys/chairman.key", "--time", TIME]);
    let folder = office.folder.path().join("van-ban");
    for name in ["01-BC-UBND.pdf", "01-BC-UBND-PL1.pdf", "01-BC-UBND.signed.pdf"] {
        assert_eq!(mode(&folder.join("2026").join(name)), 0o600, "{name}");
    }
    assert_eq!((mode(&folder), mode(&folder.join("2026"))), (0o700, 0o700));
    assert_eq!(mode(&office.path("register.sqlite")), 0o600);
    // A name alone is that of the issued document.
    let verdict = office.json(&["verify", "01-BC-UBND.signed.pdf", "--trust", "keys/root.crt", "--json"]);
    assert_eq!(verdict["digest"]["matches"], true, "{verdict}");
    assert!(!office.folder.path().join("01-BC-UBND.pdf").exists());
}

#[test]
fn a_file_that_the_register_knows_is_never_replaced() {
    let office = Office::new();
    office.draft("a.json", "Một");
    office.ok(&["issue", "a.json", "--key", "keys/chairman.key", "-o", "a.pdf", "--time", TIME]);
    let kept = [fs::read(office.path("a.pdf")).unwrap(), fs::read(office.path("a.signed.pdf")).unwrap()];
    office.draft("b.json", "Hai");
    for act in [
        &["issue", "b.json", "-o", "a.pdf", "--force", "--time", TIME][..],
        &["render", "b.json", "-o", "a.signed.pdf", "--force", "--time", TIME],
        &["sign", "a.pdf", "--key", "keys/chairman.key", "-o", "a.signed.pdf", "--force", "--time", TIME],
        &["register", "export", "--to", "json", "-o", "a.pdf", "--force"],
    ] {
        let said = office.code(act, 7);
        assert!(said.contains("never replaced"), "{act:?}: {said}");
    }
    assert!(
        kept == [fs::read(office.path("a.pdf")).unwrap(), fs::read(office.path("a.signed.pdf")).unwrap()]
    );
    // The number was given back, and what nobody registered is replaced.
    fs::write(office.path("c.pdf"), b"draft").unwrap();
    office.ok(&["issue", "b.json", "-o", "c.pdf", "--force", "--time", TIME]);
    let list = office.json(&["register", "list", "--json"]);
    assert_eq!(list.as_array().unwrap().len(), 2);
}

#[test]
fn every_file_that_was_lost_comes_back_as_the_register_names_it() {
    let office = Office::new();
    draft(&office, "a.json", "Một");
    let issue =
        |time: &str| ["issue", "a.json", "--key", "keys/chairman.key", "--time", time].map(str::to_owned);
    let said = |code: i32, time: &str| {
        let arguments = issue(time);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        office.code(&arguments, code)
    };
    said(0, TIME);
    let names = ["01-BC-UBND.pdf", "01-BC-UBND-PL1.pdf", "01-BC-UBND.signed.pdf"];
    let paths = names.map(|name| office.folder.path().join("van-ban/2026").join(name));
    let whole = paths.each_ref().map(|path| fs::read(path).unwrap());
    // Whatever of them a sudden death left unwritten.
    for lost in 1..8_u32 {
        for (index, path) in paths.iter().enumerate() {
            if lost & (1 << index) != 0 {
                fs::remove_file(path).unwrap();
            }
        }
        said(0, LATER);
        for (path, bytes) in paths.iter().zip(&whole) {
            assert!(fs::read(path).unwrap() == *bytes, "{lost}: {}", path.display());
        }
        let repeated = said(7, LATER);
        assert!(repeated.contains("registered already"), "{repeated}");
    }
    office.ok(&["register", "verify"]);
}

#[test]
fn what_was_recalled_is_not_signed_sealed_copied_or_sent() {
    let office = Office::new();
    office.draft("a.json", "Một");
    office.ok(&["issue", "a.json", "-o", "a.pdf", "--time", TIME]);
    office.ok(&["trust", "add", "keys/root.crt", "--yes"]);
    office.ok(&["sign", "a.pdf", "--key", "keys/chairman.key", "-o", "signed.pdf", "--time", TIME]);
    office.ok(&[
        "sign",
        "signed.pdf",
        "--as",
        "agency",
        "--key",
        "keys/agency.key",
        "-o",
        "final.pdf",
        "--time",
        TIME,
    ]);
    let own = office.code(
        &["register", "replace", "01/BC-UBND", "--with", "1/BC-UBND", "--reason", "x", "--time", TIME],
        7,
    );
    assert!(own.contains("no other document"), "{own}");
    office.ok(&["register", "recall", "01/BC-UBND", "--reason", "sai", "--time", TIME]);
    for act in [
        &["sign", "a.pdf", "--key", "keys/chairman.key", "-o", "x.pdf", "--time", TIME][..],
        &["sign", "a.pdf", "--key", "keys/chairman.key", "-o", "x.pdf", "--unregistered", "--time", TIME],
        &["sign", "signed.pdf", "--as", "agency", "--key", "keys/agency.key", "-o", "x.pdf", "--time", TIME],
        &[
            "copy",
            "final.pdf",
            "--as",
            "sao-y",
            "--position",
            "CVP",
            "--name",
            "B",
            "-o",
            "x.pdf",
            "--time",
            TIME,
        ],
        &["register", "dispatch", "01/BC-UBND", "--to", "Sở Nội vụ", "--time", TIME],
        &["register", "recall", "01/BC-UBND", "--reason", "sai", "--time", TIME],
    ] {
        let said = office.code(act, 7);
        assert!(said.contains("was recalled"), "{act:?}: {said}");
        assert!(!office.path("x.pdf").exists(), "{act:?}");
    }
    let status = office.run(&["status", "final.pdf", "--json"]);
    assert_eq!(status.status.code(), Some(7));
    let status: Value = serde_json::from_slice(&status.stdout).unwrap();
    assert_eq!((&status["register"]["state"], &status["complete"]), (&"recalled".into(), &true.into()));
    assert!(office.code(&["status", "final.pdf"], 7).contains("Recalled"));
}

#[test]
fn a_name_that_the_font_lacks_never_keeps_the_book_from_being_printed() {
    let office = Office::new();
    office.draft("a.json", "Một");
    office.ok(&["issue", "a.json", "--time", TIME]);
    for name in ["Công ty 三星", "☎ 😊", "Một\nHai"] {
        office.ok(&["register", "dispatch", "01/BC-UBND", "--to", name, "--time", TIME]);
    }
    let said = office.ok(&["register", "export", "--to", "pdf", "-o", "book.pdf", "--time", TIME]);
    assert!(said.contains("三") && said.contains("code points"), "{said}");
    let text = crate::judges::pdftotext(&office.path("book.pdf"));
    let text: String = text.split_whitespace().collect();
    assert!(["[U+4E09]", "[U+661F]", "[U+1F60A]"].iter().all(|shown| text.contains(shown)), "{text}");
    // To whom it goes is named: the draft's recipients begin with «Như trên».
    let list = office.json(&["register", "list", "--json"]);
    let recipients = list[0]["recipients"].as_str().unwrap();
    assert!(!recipients.contains("Như trên") && recipients.contains("Ban Thi đua"), "{recipients}");
}
