//! The number after the signature: the chairman signs empty fields, the clerk fills them in, the agency seals.

use std::fs;
use std::process::Command;

use super::{assert_judges_agree, verdict};
use crate::judges::{self, approve};
use crate::office::{Office, TIME};

const NUMBERED: &str = "2026-06-18T16:00:00+07:00";
const SEALED: &str = "2026-06-18T16:30:00+07:00";

/// An office whose chairman signed `draft.json` before it had a number: `draft.signed.pdf`.
fn signed() -> Office {
    let office = Office::new();
    office.draft("draft.json", "Kết quả phong trào thi đua");
    office.ok(&["issue", "draft.json", "--number-later", "--time", TIME]);
    office.ok(&["sign", "draft.pdf", "--key", "keys/chairman.key", "--time", TIME]);
    office
}

fn number(office: &Office) -> String {
    office.ok(&["number", "draft.signed.pdf", "--time", NUMBERED])
}

fn seal(office: &Office, file: &str, code: i32) -> String {
    #[rustfmt::skip]
    let seal = ["sign", file, "--as", "agency", "--key", "keys/agency.key", "--time", SEALED, "-o", "sealed.pdf"];
    office.code(&seal, code)
}

#[test]
fn the_clerk_numbers_what_the_chairman_signed_and_the_agency_seals_it() {
    let office = signed();
    judges::assert_pdfa_3a_and_ua_1(&office.path("draft.pdf"));
    assert_judges_agree(&office, "draft.signed.pdf", 1);
    // No number, no seal.
    assert!(seal(&office, "draft.signed.pdf", 3).contains("has no number yet"));
    let said = number(&office);
    assert!(said.contains("Took the number 01/BC-UBND of 2026-06-18"), "{said}");
    assert_judges_agree(&office, "01-BC-UBND.pdf", 1);
    let (before, after) = (
        fs::read(office.path("draft.signed.pdf")).unwrap(),
        fs::read(office.path("01-BC-UBND.pdf")).unwrap(),
    );
    assert!(after.starts_with(&before));
    // Until the agency has signed, whoever has the file may have written a number into it.
    office.code(&["verify", "01-BC-UBND.pdf", "--trust", "keys/root.crt"], 5);
    let unsealed = verdict(&office, "01-BC-UBND.pdf");
    assert_eq!((&unsealed["verdict"], &unsealed["missing"][0]), (&"incomplete".into(), &"agency".into()));
    assert_eq!(unsealed["facts"]["code_number"], serde_json::Value::Null);
    seal(&office, "01-BC-UBND.pdf", 0);
    assert_judges_agree(&office, "sealed.pdf", 2);
    let sealed = verdict(&office, "sealed.pdf");
    assert_eq!(sealed["verdict"], "valid_extended", "{sealed:#}");
    let facts = &sealed["facts"];
    assert_eq!((&facts["code_number"], &facts["issued_date"]), (&"1".into(), &"2026-06-18".into()));
    let changes = sealed["signatures"][0]["changes_after"].to_string();
    for words in [
        "the field “number” was filled in with “Số: 01/BC-UBND”, which agency signed",
        "the field “date” was filled in with “Hòa An, ngày 18 tháng 6 năm 2026”",
    ] {
        assert!(changes.contains(words), "{changes}");
    }
    // The register knows it as it knows every other.
    let list = office.json(&["register", "list", "--json"]);
    assert_eq!(list[0]["code"], "01/BC-UBND");
    assert!(office.ok(&["status", "sealed.pdf", "--trust", "keys/root.crt"]).contains('✔'));
}

#[test]
fn the_page_looks_as_if_it_had_been_numbered_first() {
    let office = signed();
    number(&office);
    let other = Office::new();
    other.draft("draft.json", "Kết quả phong trào thi đua");
    other.ok(&["issue", "draft.json", "--time", NUMBERED]);
    let words = |office: &Office| {
        let text = approve(
            Command::new("pdftotext")
                .args(["-f", "1", "-l", "1", "-bbox"])
                .arg(office.path("01-BC-UBND.pdf"))
                .arg("-"),
        );
        let number = |line: &str, key: &str| -> f64 {
            line.split_once(&format!("{key}=\"")).unwrap().1.split_once('"').unwrap().0.parse().unwrap()
        };
        let lines = text.lines().filter(|line| line.contains("<word"));
        let mut words: Vec<(String, [f64; 4])> = lines
            .map(|line| {
                let word = line.split_once('>').unwrap().1.split_once('<').unwrap().0.to_owned();
                (word, ["xMin", "yMin", "xMax", "yMax"].map(|key| number(line, key)))
            })
            .collect();
        words
            .sort_by(|(a, at), (b, bt)| a.cmp(b).then(at[0].total_cmp(&bt[0])).then(at[1].total_cmp(&bt[1])));
        words
    };
    let (later, first) = (words(&office), words(&other));
    assert_eq!(later.len(), first.len());
    for ((word, at), (other, bt)) in later.iter().zip(&first) {
        assert_eq!(word, other);
        assert!(at.iter().zip(bt).all(|(a, b)| (a - b).abs() < 0.02), "{word}: {at:?}, {bt:?}");
    }
}

#[test]
fn a_number_is_given_once() {
    let office = signed();
    // Nothing but a report that waits for its number and is signed gets one.
    assert!(office.code(&["number", "draft.pdf"], 3).contains("has not signed yet"));
    number(&office);
    office.code(&["number", "01-BC-UBND.pdf"], 7);
    office.code(&["number", "draft.signed.pdf", "-o", "again.pdf"], 7);
    // The file was lost: the number is the same, and so are the bytes.
    let kept = fs::read(office.path("01-BC-UBND.pdf")).unwrap();
    fs::remove_file(office.path("01-BC-UBND.pdf")).unwrap();
    let said = office.ok(&["number", "draft.signed.pdf"]);
    assert!(said.contains("its lost file was made again"), "{said}");
    assert_eq!(fs::read(office.path("01-BC-UBND.pdf")).unwrap(), kept);
    assert_eq!(office.json(&["register", "list", "--json"]).as_array().unwrap().len(), 1);
    // A file that was changed after the chairman signed gets none.
    let mut changed = fs::read(office.path("draft.signed.pdf")).unwrap();
    let at = changed.len() / 3;
    changed[at] ^= 1;
    fs::write(office.path("changed.pdf"), changed).unwrap();
    office.code(&["number", "changed.pdf"], 3);
    // A document that names its number has nothing to wait for.
    office.code(&["issue", crate::office::example().to_str().unwrap(), "--number-later"], 7);
}

#[test]
fn what_the_document_dates_itself_is_printed() {
    let office = Office::new();
    office.draft("draft.json", "Kết quả phong trào thi đua");
    let path = office.path("draft.json");
    let dated = fs::read_to_string(&path).unwrap().replace("\"date\":null", "\"date\":\"2026-06-17\"");
    fs::write(&path, dated).unwrap();
    office.ok(&["issue", "draft.json", "--number-later", "--key", "keys/chairman.key", "--time", TIME]);
    number(&office);
    seal(&office, "01-BC-UBND.pdf", 0);
    let facts = verdict(&office, "sealed.pdf")["facts"].clone();
    assert_eq!((&facts["code_number"], &facts["issued_date"]), (&"1".into(), &"2026-06-17".into()));
}

#[test]
fn a_number_that_came_to_nothing_is_given_back_or_cancelled_as_the_office_chose() {
    let office = signed();
    fs::create_dir(office.path("in-the-way.pdf")).unwrap();
    let fails = ["number", "draft.signed.pdf", "-o", "in-the-way.pdf", "--time", NUMBERED];
    office.code(&fails, 9);
    let lines = |office: &Office| office.json(&["register", "list", "--json"]).as_array().unwrap().len();
    assert_eq!(lines(&office), 0);
    let path = office.path("vanthu.toml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("on_failure = \"give-back\"", "on_failure = \"cancel\"")).unwrap();
    office.code(&fails, 9);
    assert_eq!(lines(&office), 1);
    // The next number is the next document's.
    assert!(number(&office).contains("02/BC-UBND"));
}
