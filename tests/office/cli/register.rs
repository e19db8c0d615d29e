//! The register by its commands: history, export, the log, and what the verifier makes of a receipt.

use std::fs;
use std::process::Command;
use std::time::Instant;

use serde_json::Value;

use super::{Office, TIME};

/// An office that has issued `a`, signed by the chairman.
fn issued() -> Office {
    let office = Office::new();
    office.draft("a.json", "Thi đua – Khen thưởng");
    office.ok(&["issue", "a.json", "-o", "a.pdf", "--key", "keys/chairman.key", "--time", TIME]);
    office
}

#[test]
fn an_issued_pdf_carries_the_receipt_of_its_number() {
    let office = issued();
    office.ok(&["verify", "a.signed.pdf", "--trust", "keys/root.crt"]);
    let said = office.ok(&["verify", "a.signed.pdf", "--trust", "keys/root.crt"]);
    assert!(said.contains("– [register-receipt]"), "{said}");
    let report = office.json(&[
        "verify",
        "a.signed.pdf",
        "--trust",
        "keys/root.crt",
        "--trust",
        "register.vkey",
        "--json",
    ]);
    assert_eq!(report["verdict"], "valid");
    assert_eq!(report["receipt"]["check"]["outcome"], "pass", "{report}");
    assert_eq!(report["receipt"]["leaf"]["number"], 1);
    assert_eq!(report["receipt"]["leaf"]["at"], TIME);
    // The same pages and the same receipt come out again.
    let said = office.ok(&["verify", "a.signed.pdf", "--trust", "keys/root.crt", "--reproduce"]);
    assert!(said.contains("✔ [reproduction]"), "{said}");
    // The office's trust folder takes the key as well.
    office.code(&["trust", "add", "register.vkey"], 2);
    office.ok(&["trust", "add", "register.vkey", "--yes"]);
    office.ok(&["trust", "add", "keys/root.crt", "--yes"]);
    assert!(office.ok(&["verify", "a.signed.pdf"]).contains("✔ [register-receipt]"));
    let listed = office.ok(&["trust", "list"]);
    assert!(listed.contains("Register vanthu/uy-ban-nhan-dan-huyen-hoa-an"), "{listed}");
}

#[test]
fn a_receipt_is_checked_without_the_register() {
    let office = issued();
    office.ok(&["register", "prove", "01/BC-UBND", "-o", "a.tlog-proof"]);
    let elsewhere = tempfile::tempdir().unwrap();
    for name in ["a.tlog-proof", "register.vkey"] {
        fs::copy(office.path(name), elsewhere.path().join(name)).unwrap();
    }
    let check = |expected: i32| {
        let output = Command::new(env!("CARGO_BIN_EXE_vanthu"))
            .args(["register", "verify", "--receipt", "a.tlog-proof", "--vkey", "register.vkey"])
            .current_dir(elsewhere.path())
            .env("VANTHU_LANG", "en")
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(expected), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(check(0).contains("01/BC-UBND of 2026-06-18: registered in"));
    let text = fs::read_to_string(office.path("a.tlog-proof")).unwrap();
    fs::write(elsewhere.path().join("a.tlog-proof"), text.replacen("index 0", "index 1", 1)).unwrap();
    assert!(check(1).contains("not valid"));
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
    for entry in fs::read_dir(office.path("out")).unwrap() {
        let path = entry.unwrap().path();
        let report = office.json(&["verify", path.to_str().unwrap(), "--trust", "register.vkey", "--json"]);
        assert_eq!(report["receipt"]["check"]["outcome"], "pass", "{report}");
    }
    assert!(office.ok(&["register", "verify"]).contains("7 lines, 14 acts in the log, 0 faults"));
}

#[test]
fn a_recalled_document_is_told_of_where_it_is_verified() {
    let office = issued();
    office.ok(&["trust", "add", "keys/root.crt", "--yes"]);
    assert!(
        office
            .ok(&["verify", "a.signed.pdf"])
            .contains("The office's register has this document, 01/BC-UBND")
    );
    office.ok(&["register", "dispatch", "01/BC-UBND", "--to", "Sở Nội vụ"]);
    office.ok(&["register", "receive", "01/BC-UBND", "--from", "Sở Nội vụ"]);
    office.ok(&["register", "recall", "01/BC-UBND", "--reason", "sai số liệu", "--by", "Chủ tịch"]);
    let said = office.code(&["verify", "a.signed.pdf"], 7);
    assert!(said.contains("RECALLED") && said.contains("sai số liệu"), "{said}");
    let report: Value =
        serde_json::from_slice(&office.run(&["verify", "a.signed.pdf", "--json"]).stdout).unwrap();
    assert_eq!(report["register"]["state"], "recalled");
    assert_eq!(report["verdict"], "valid");
    let shown = office.ok(&["register", "show", "01/BC-UBND"]);
    for words in ["[recalled]", "sent to Sở Nội vụ", "received by Sở Nội vụ", "signed by"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    office.draft("b.json", "Thay thế");
    office.ok(&["issue", "b.json", "-o", "b.pdf"]);
    office.code(&["register", "replace", "01/BC-UBND", "--with", "09/BC-UBND", "--reason", "sai"], 7);
    office.ok(&["register", "replace", "01/BC-UBND", "--with", "02/BC-UBND", "--reason", "sai"]);
    assert!(office.code(&["verify", "a.signed.pdf"], 7).contains("REPLACED by 02/BC-UBND"));
    office.code(&["register", "recall", "07/BC-UBND", "--reason", "a"], 7);
    office.ok(&["register", "verify"]);
}

#[test]
fn the_register_is_found_in_and_written_in_every_form() {
    let office = issued();
    office.ok(&["register", "reserve", "2", "--reason", "họp", "--time", TIME]);
    let filled = [
        "register",
        "fill",
        "03/QĐ-UBND",
        "--date",
        "2026-06-19",
        "--kind",
        "quyet-dinh",
        "--subject",
        "Khen thưởng",
        "--signer",
        "Nguyễn Văn A",
        "--recipient",
        "Như Điều 3",
        "--copies",
        "5",
    ];
    office.ok(&filled);
    office.code(&filled, 7);
    assert!(office.ok(&["register", "find", "thi dua"]).contains("01/BC-UBND"));
    assert!(!office.ok(&["register", "find", "thi đùa"]).contains("01/BC-UBND"));
    assert!(office.ok(&["register", "list", "--kind", "QĐ"]).contains("03/QĐ-UBND"));
    assert_eq!(office.json(&["register", "list", "--json"]).as_array().unwrap().len(), 2);
    office.ok(&["register", "export", "--to", "csv", "-o", "so.csv"]);
    let csv = fs::read_to_string(office.path("so.csv")).unwrap();
    assert!(csv.starts_with("\u{FEFF}\"Số, ký hiệu văn bản\",") && csv.contains("Giữ số: họp"), "{csv}");
    office.ok(&["register", "export", "--to", "xlsx", "-o", "so.xlsx"]);
    office.code(&["register", "export", "--to", "edxml", "--code", "01/BC-UBND"], 3);
    let pdf = ["register", "export", "--to", "pdf", "--year", "2026", "-o", "so.pdf", "--time", TIME];
    office.ok(&pdf);
    let text = crate::judges::pdftotext(&office.path("so.pdf"));
    for words in ["SỔ ĐĂNG KÝ VĂN BẢN ĐI", "Năm: 2026", "Quyển số: 1", "(10)", "03/QĐ-UBND", "Ký nhận"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
    let first = fs::read(office.path("so.pdf")).unwrap();
    office.ok(&["register", "export", "--to", "pdf", "--year", "2026", "-o", "b.pdf", "--time", TIME]);
    assert_eq!(fs::read(office.path("b.pdf")).unwrap(), first);
    crate::judges::assert_pdfa_3a_and_ua_1(&office.path("so.pdf"));
    // What was written is read by another office's register.
    let other = Office::new();
    fs::copy(office.path("so.csv"), other.path("so.csv")).unwrap();
    let refused = other.code(&["register", "import", "so.csv"], 3);
    assert!(refused.contains("line 3"), "{refused}");
    fs::write(
        other.path("so.csv"),
        csv.lines().filter(|line| !line.contains("Giữ số")).collect::<Vec<_>>().join("\r\n"),
    )
    .unwrap();
    other.ok(&["register", "import", "so.csv"]);
    other.draft("a.json", "Tiếp theo");
    other.ok(&["issue", "a.json", "-o", "a.pdf", "--time", TIME]);
    assert_eq!(other.json(&["register", "list", "--json"])[2]["code"], "04/BC-UBND");
}

#[test]
fn a_number_whose_document_fails_is_given_back_or_cancelled() {
    for (on_failure, lines, next) in [("give-back", 0, "01"), ("cancel", 1, "02")] {
        let office = Office::new();
        let path = office.path("vanthu.toml");
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains("on_failure = \"give-back\""), "{text}");
        fs::write(
            &path,
            text.replace("on_failure = \"give-back\"", &format!("on_failure = \"{on_failure}\"")),
        )
        .unwrap();
        office.draft("a.json", "Một");
        fs::write(office.path("a.pdf"), "da co").unwrap();
        office.code(&["issue", "a.json", "-o", "a.pdf"], 9);
        assert_eq!(office.json(&["register", "list", "--json"]).as_array().unwrap().len(), lines);
        let said = office.ok(&["issue", "a.json", "-o", "b.pdf"]);
        assert!(said.contains(&format!("{next}/BC-UBND")), "{said}");
        office.ok(&["register", "verify"]);
    }
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
fn a_register_that_was_changed_by_hand_is_found_out() {
    let office = issued();
    office.ok(&["register", "checkpoint", "-o", "kept.txt"]);
    office.ok(&["register", "verify", "--checkpoint", "kept.txt"]);
    let changed = Command::new("python3")
        .args(["-c", "import sqlite3; c = sqlite3.connect('register.sqlite'); c.execute(\"UPDATE entry SET subject = 'Khác'\"); c.commit()"])
        .current_dir(office.folder.path())
        .status()
        .unwrap();
    assert!(changed.success());
    let said = office.code(&["register", "verify"], 1);
    assert!(said.contains("✖ the line of number 1/2026 (*) was changed"), "{said}");
}
