//! The code at the clerk's desk: issued, numbered otherwise than foreseen, lost and made again, signed, copied;
//! and what a reader finds where it leads.

use std::fs;

use serde_json::Value;
use sha2::{Digest, Sha256};
use vanthu::hex;

use super::paper::{picture, read};
use crate::judges;
use crate::office::{Office, TIME};
use crate::serving::Running;

const PAGE: &str = "https://kiemtra.example.gov.vn";

/// An office whose documents have a code.
fn office() -> Office {
    let office = Office::new();
    set(&office, PAGE);
    office
}

/// Has the codes of `office` lead to `address`.
fn set(office: &Office, address: &str) {
    unset(office);
    let text = fs::read_to_string(office.path("vanthu.toml")).unwrap();
    fs::write(office.path("vanthu.toml"), format!("{text}\n[qr]\naddress = \"{address}\"\n")).unwrap();
}

fn unset(office: &Office) {
    let text = fs::read_to_string(office.path("vanthu.toml")).unwrap();
    let text = text.split("\n[qr]").next().unwrap().to_owned();
    fs::write(office.path("vanthu.toml"), text).unwrap();
}

/// What the code on the first page of `file` holds.
fn code(office: &Office, file: &str) -> Vec<String> {
    read(&picture(&office.path(file), 1, 200))
}

/// The SHA-256 of the JSON that `file` carries, in the digits of a code.
fn content(office: &Office, file: &str) -> String {
    let _ = fs::remove_dir_all(office.path("extracted"));
    office.ok(&["extract", file, "-o", "extracted"]);
    let source = fs::read(office.path("extracted/source.json")).unwrap();
    hex::lower(&Sha256::digest(source)).to_uppercase()
}

#[track_caller]
fn assert_leads_to(office: &Office, file: &str, record: &str) {
    assert_eq!(code(office, file), [format!("{PAGE}/v/{record}?d={}", content(office, file))]);
    let again = office.json(&["verify", file, "--reproduce", "--json"]);
    assert_eq!(again["reproduction"]["outcome"], "pass", "{again}");
}

#[test]
fn an_issued_document_leads_to_its_record() {
    let office = Office::new();
    let running = Running::start(office.folder.path(), &[]);
    set(&office, &format!("http://{}", running.address));
    office.draft("draft.json", "Việc thứ nhất");
    office.ok(&["issue", "draft.json", "--key", "keys/chairman.key", "--time", TIME]);
    office.draft("other.json", "Việc thứ hai");
    office.ok(&["issue", "other.json", "--time", TIME]);
    for file in ["01-BC-UBND.pdf", "01-BC-UBND.signed.pdf", "02-BC-UBND.pdf"] {
        judges::assert_pdfa_3a_and_ua_1(&office.path(file));
    }
    let verdict = office.json(&[
        "verify",
        "01-BC-UBND.signed.pdf",
        "--require",
        "signer",
        "--trust",
        "keys/root.crt",
        "--json",
    ]);
    assert_eq!((&verdict["verdict"], &verdict["digest"]["matches"]), (&"valid".into(), &true.into()));

    let links = ["01-BC-UBND.signed.pdf", "02-BC-UBND.pdf"].map(|file| code(&office, file).remove(0));
    let path = |link: &str| link.strip_prefix(&format!("http://{}", running.address)).unwrap().to_owned();
    let ask = |path: &str| {
        let request = format!("GET {path}&lang=en HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        let answer = running.ask(request.as_bytes());
        assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
        answer
    };
    for link in &links {
        let answer = ask(&path(link));
        assert!(
            answer.contains(">Recorded in the register<") && answer.contains("of the content registered"),
            "{answer}"
        );
        assert!(answer.contains("Compare number, notation and date"));
    }
    // The code of one document on the paper of another.
    let (first, second) = (path(&links[0]), path(&links[1]));
    let swapped = format!("{}?{}", first.split_once('?').unwrap().0, second.split_once('?').unwrap().1);
    let answer = ask(&swapped);
    assert!(answer.contains(">The code does not match<") && answer.contains("is NOT in the register"));
    assert!(!answer.contains(">Recorded in the register<"), "{answer}");
    // The digest of a file, as it is stamped.
    let file = hex::lower(&Sha256::digest(fs::read(office.path("01-BC-UBND.signed.pdf")).unwrap()));
    let answer = ask(&format!("{}?d={file}", first.split_once('?').unwrap().0));
    assert!(
        answer.contains(">Recorded in the register<") && answer.contains("of a file registered"),
        "{answer}"
    );
    // A number that nobody gave.
    assert!(ask(&first.replace("/1/", "/77/")).contains("no such number"));
    running.end();
}

#[test]
fn a_number_that_was_not_foreseen_is_in_the_code_as_well() {
    let office = office();
    fs::create_dir(office.path("drafts")).unwrap();
    fs::create_dir(office.path("out")).unwrap();
    for index in 0..6 {
        office.draft(&format!("drafts/{index}.json"), &format!("Việc thứ {index}"));
    }
    // Registered before: those after it get one number less than was foreseen.
    office.ok(&["issue", "drafts/1.json", "--time", TIME]);
    let output = office.run(&["issue", "drafts", "-o", "out", "--time", TIME, "--json"]);
    assert_eq!(output.status.code(), Some(10), "{}", String::from_utf8_lossy(&output.stderr));
    for number in 2..=6 {
        let file = format!("out/{number:02}-BC-UBND.pdf");
        assert_leads_to(&office, &file, &format!("2026/{number}/BC-UBND"));
    }
}

#[test]
fn a_lost_file_comes_back_with_the_code_that_it_had() {
    let office = office();
    office.draft("coded.json", "Có mã");
    office.ok(&["issue", "coded.json", "--time", TIME]);
    let coded = fs::read(office.path("01-BC-UBND.pdf")).unwrap();
    unset(&office);
    office.draft("plain.json", "Không mã");
    office.ok(&["issue", "plain.json", "--time", TIME]);
    let plain = fs::read(office.path("02-BC-UBND.pdf")).unwrap();
    assert!(code(&office, "02-BC-UBND.pdf").is_empty());
    for name in ["01-BC-UBND.pdf", "02-BC-UBND.pdf"] {
        fs::remove_file(office.path(name)).unwrap();
    }
    // The address is the office's to know: without it the file is not made up.
    let said = office.code(&["issue", "coded.json", "--time", TIME], 7);
    assert!(said.contains("can't make the same file again"), "{said}");
    set(&office, PAGE);
    office.ok(&["issue", "coded.json", "--time", TIME]);
    office.ok(&["issue", "plain.json", "--time", TIME]);
    assert!(fs::read(office.path("01-BC-UBND.pdf")).unwrap() == coded);
    assert!(fs::read(office.path("02-BC-UBND.pdf")).unwrap() == plain);
}

#[test]
fn drafts_and_numbers_that_come_later_have_no_code() {
    let office = office();
    office.draft("draft.json", "Việc");
    office.ok(&["render", "draft.json", "-o", "draft.pdf", "--time", TIME]);
    assert!(code(&office, "draft.pdf").is_empty());
    let later = ["issue", "draft.json", "--number-later", "-o", "later.pdf", "--key", "keys/chairman.key"];
    let said = office.ok(&[&later[..], &["--time", TIME]].concat());
    assert!(said.contains("has no QR code"), "{said}");
    office.ok(&["trust", "add", "keys/root.crt", "--yes"]);
    office.ok(&["number", "later.signed.pdf", "--time", TIME]);
    assert!(code(&office, "01-BC-UBND.pdf").is_empty());
    let again = office.json(&["verify", "01-BC-UBND.pdf", "--reproduce", "--json"]);
    assert_eq!(again["reproduction"]["outcome"], "pass", "{again}");
}

/// A draft that another office's document was taken from leads to the office that issues it.
#[test]
fn where_the_code_leads_the_office_says_and_not_the_document() {
    let office = office();
    office.draft("draft.json", "Việc");
    let mut document: Value = serde_json::from_slice(&fs::read(office.path("draft.json")).unwrap()).unwrap();
    document["qr"] = serde_json::json!({ "address": "https://evil.example" });
    fs::write(office.path("evil.json"), document.to_string()).unwrap();
    assert!(office.code(&["issue", "evil.json", "--time", TIME], 3).contains("E-JSON-UNKNOWN-KEY"));
    office.ok(&["issue", "draft.json", "--time", TIME]);
    assert_leads_to(&office, "01-BC-UBND.pdf", "2026/1/BC-UBND");
}

#[test]
fn an_address_that_can_not_be_trusted_is_refused() {
    let office = Office::new();
    office.draft("draft.json", "Việc");
    for (address, words) in [
        ("http://kiemtra.example.gov.vn", "must begin with https://"),
        ("https://kiemtra.example.gov.vn/?x=1", "must end after the host or port"),
        ("https://kiemtra.example.gov.vn/#x", "must end after the host or port"),
        ("https://kiemtra.example.gov.vn@evil.example", "must end after the host or port"),
        ("kiemtra.example.gov.vn", "not an address"),
        (&format!("https://{}.vn", "a".repeat(60)), "60 characters at the most"),
    ] {
        set(&office, address);
        let said = office.code(&["issue", "draft.json", "--time", TIME], 3);
        assert!(said.contains(words) && said.contains("vanthu.toml"), "{address}: {said}");
        assert!(said.contains("address = "), "the line is shown: {said}");
    }
    set(&office, PAGE);
    office.ok(&["issue", "draft.json", "--time", TIME]);
    assert!(office.path("01-BC-UBND.pdf").exists());
}

/// What a copy shows is the original, its code too; the copy has no code of its own.
#[test]
fn a_copy_shows_the_code_of_its_original() {
    let office = office();
    office.draft("draft.json", "Việc");
    office.ok(&["issue", "draft.json", "--key", "keys/chairman.key", "--time", TIME]);
    let seal = ["--as", "agency", "--key", "keys/agency.key", "--time", TIME, "-o", "sealed.pdf"];
    office.ok(&[&["sign", "01-BC-UBND.signed.pdf"], &seal[..]].concat());
    let copy = ["copy", "sealed.pdf", "--as", "sao-y", "--trust", "keys/root.crt", "--time", TIME];
    let who = ["--authority", "TL. CHỦ TỊCH", "--position", "CHÁNH VĂN PHÒNG", "--name", "Lê Văn Bình"];
    office.ok(&[&copy[..], &who[..], &["--recipient", "Phòng Nội vụ"]].concat());
    judges::assert_pdfa_3a_and_ua_1(&office.path("01-SY-UBND.pdf"));
    assert_eq!(code(&office, "01-SY-UBND.pdf"), code(&office, "01-BC-UBND.pdf"));
}
