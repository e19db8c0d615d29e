//! The register by its commands: history, export, the log, and what the verifier makes of a receipt.

use std::fs;
use std::time::Instant;

use super::{Office, TIME};

/// An office that has issued `a`, signed by the chairman.
fn issued() -> Office {
    let office = Office::new();
    office.draft("a.json", "Thi đua – Khen thưởng");
    office.ok(&["issue", "a.json", "-o", "a.pdf", "--key", "keys/chairman.key", "--time", TIME]);
    office
}

#[test]
fn a_receipt_of_another_document_makes_a_file_invalid() {
    let office = issued();
    office.draft("b.json", "Việc khác");
    office.ok(&["issue", "b.json", "-o", "b.pdf", "--time", TIME]);
    // Both receipts have the same length, so one fits where the other was.
    let (one, mut other) = (fs::read(office.path("a.pdf")).unwrap(), fs::read(office.path("b.pdf")).unwrap());
    let receipt = |pdf: &[u8]| {
        let begin = memchr::memmem::find(pdf, b"c2sp.org/tlog-proof@v1").unwrap();
        let end = begin + memchr::memmem::find(&pdf[begin..], b"endstream").unwrap();
        begin..end
    };
    let (from, to) = (receipt(&one), receipt(&other));
    assert_ne!(one[from.clone()], other[to.clone()]);
    // A later receipt has a longer path: only a digit of the number is exchanged then.
    let leaf = String::from_utf8(other[to.clone()].to_vec()).unwrap();
    let extra = leaf.lines().nth(1).unwrap().to_owned();
    use base64::prelude::{BASE64_STANDARD, Engine as _};
    let json =
        String::from_utf8(BASE64_STANDARD.decode(extra.strip_prefix("extra ").unwrap()).unwrap()).unwrap();
    let forged = format!("extra {}", BASE64_STANDARD.encode(json.replace("\"number\":2", "\"number\":3")));
    assert_eq!(forged.len(), extra.len());
    let forged = leaf.replacen(&extra, &forged, 1);
    other.splice(to, forged.into_bytes());
    fs::write(office.path("b.pdf"), other).unwrap();
    let said = office.code(&["verify", "b.pdf", "--trust", "register.vkey"], 1);
    assert!(said.contains("is of number 02/BC-UBND, which is not this document's"), "{said}");
}

#[test]
fn a_lost_file_comes_back_with_the_receipt_that_it_had() {
    let office = Office::new();
    office.draft("a.json", "Một");
    office.ok(&["issue", "a.json", "-o", "a.pdf"]);
    let first = fs::read(office.path("a.pdf")).unwrap();
    office.draft("b.json", "Hai");
    office.ok(&["issue", "b.json", "-o", "b.pdf"]);
    fs::remove_file(office.path("a.pdf")).unwrap();
    office.ok(&["issue", "a.json", "-o", "a.pdf"]);
    assert_eq!(fs::read(office.path("a.pdf")).unwrap(), first);
    office.ok(&["register", "verify"]);
}

#[test]
fn a_batch_gives_every_document_its_receipt() {
    let office = Office::new();
    fs::create_dir(office.path("in")).unwrap();
    for n in 0..7 {
        office.draft(&format!("in/{n}.json"), &format!("Việc {n}"));
    }
    office.ok(&["issue", "in", "-o", "out"]);
    assert!(office.ok(&["register", "verify"]).contains("7 lines, 15 acts in the log, 0 faults"));
    for entry in fs::read_dir(office.path("out")).unwrap() {
        let path = entry.unwrap().path();
        let file = path.to_str().unwrap();
        office.clear("signed.pdf");
        office.ok(&["sign", file, "--key", "keys/chairman.key", "-o", "signed.pdf"]);
        let trust = ["--trust", "register.vkey", "--trust", "keys/root.crt"];
        let report = office.json(&[&["verify", "signed.pdf", "--json"], &trust[..]].concat());
        assert_eq!(report["receipt"]["check"]["outcome"], "pass", "{report}");
    }
}

#[test]
fn the_book_is_printed_for_the_archive() {
    let office = issued();
    office.ok(&["register", "reserve", "2", "--reason", "họp", "--time", TIME]);
    let export = |output: &str| {
        office.ok(&["register", "export", "--to", "pdf", "--year", "2026", "-o", output, "--time", TIME]);
    };
    export("so.pdf");
    let text = crate::judges::pdftotext(&office.path("so.pdf"));
    for words in ["SỔ ĐĂNG KÝ VĂN BẢN ĐI", "Năm: 2026", "Quyển số: 1", "(10)", "01/BC-UBND", "Ký nhận"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
    export("again.pdf");
    let read = |name: &str| fs::read(office.path(name)).unwrap();
    assert_eq!(read("so.pdf"), read("again.pdf"));
    crate::judges::assert_pdfa_3a_and_ua_1(&office.path("so.pdf"));
}

#[test]
fn issuing_that_is_killed_at_any_instant_loses_no_number() {
    let office = Office::new();
    // The instants are spread over what it takes on this machine.
    office.draft("a.json", "Việc đầu");
    let begun = Instant::now();
    office.ok(&["issue", "a.json", "-o", "a.pdf"]);
    let whole = begun.elapsed();
    let mut killed = 0;
    for n in 0..14_u32 {
        office.draft("a.json", &format!("Việc {n}"));
        let name = format!("{n}.pdf");
        let arguments = ["issue", "a.json", "-o", &name];
        let mut child = office.command(&arguments).spawn().unwrap();
        std::thread::sleep(whole * n / 14);
        child.kill().unwrap();
        if !child.wait().unwrap().success() {
            killed += 1;
        }
        // The same call again: it gets its number, or its file, or is told that it has both.
        let again = office.run(&arguments);
        assert!(matches!(again.status.code(), Some(0 | 7)), "{again:?}");
        assert!(office.path(&name).exists(), "{n}");
    }
    assert!(killed > 3, "{killed}");
    let list = office.json(&["register", "list", "--json"]);
    let numbers: Vec<u64> =
        list.as_array().unwrap().iter().map(|entry| entry["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=15).collect::<Vec<u64>>());
    office.ok(&["register", "verify"]);
}

#[test]
fn a_mistyped_series_makes_no_second_run_of_numbers() {
    let office = issued();
    let said = office.code(&["register", "reserve", "1", "--series", "BC", "--time", TIME], 2);
    assert!(said.contains("no series BC; there are: *, BS"), "{said}");
    office.ok(&["register", "reserve", "1", "--time", TIME]);
    #[rustfmt::skip]
    let fill = |code: &str, series: &str, exit: i32| office.code(&[
        "register", "fill", code, "--series", series, "--date", "2026-06-18", "--kind", "bao-cao",
        "--subject", "Giấy", "--signer", "Nguyễn Văn A", "--time", TIME,
    ], exit);
    fill("2/BC-UBND", "BC", 2);
    assert!(fill("2/BC-UBND", "*", 0).contains("02/BC-UBND"));
    office.ok(&["register", "recall", "02/BC-UBND", "--reason", "sai", "--time", TIME]);
    office.ok(&["register", "recall", "1/BC-UBND", "--reason", "sai", "--time", TIME]);
    office.ok(&["register", "verify"]);
}

#[test]
fn the_way_of_counting_does_not_change_in_a_year_that_has_numbers() {
    let office = issued();
    let config = fs::read_to_string(office.path("vanthu.toml")).unwrap();
    fs::write(office.path("vanthu.toml"), config.replace("series = \"all\"", "series = \"kind\"")).unwrap();
    office.draft("b.json", "Việc khác");
    let said = office.code(&["issue", "b.json", "-o", "b.pdf", "--time", TIME], 7);
    assert!(said.contains("2026 is counted in the series * already"), "{said}");
    assert!(!office.path("b.pdf").exists());
    fs::write(office.path("vanthu.toml"), config).unwrap();
    office.ok(&["issue", "b.json", "-o", "b.pdf", "--time", TIME]);
    office.ok(&["register", "verify"]);
}
