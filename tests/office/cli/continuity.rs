//! A register that was emptied, put back or bent, a changed configuration, another key: what an office can do to itself
//! with a file manager, and what each command says then.

use std::fs;

use super::{Office, TIME};

/// An office with two documents; the register as it was after the first is in `old.sqlite`.
fn office() -> Office {
    let office = Office::new();
    office.draft("a.json", "Một");
    office.draft("b.json", "Hai");
    office.draft("c.json", "Ba");
    issue(&office, "a", 0);
    fs::copy(office.path("register.sqlite"), office.path("old.sqlite")).unwrap();
    issue(&office, "b", 0);
    office
}

fn issue(office: &Office, name: &str, exit: i32) -> String {
    let (draft, pdf) = (format!("{name}.json"), format!("{name}.pdf"));
    office.code(&["issue", &draft, "-o", &pdf, "--time", TIME], exit)
}

/// Every command that writes into the register is refused, says why, and leaves no file.
fn nothing_is_written(office: &Office, words: &str, exit: i32) {
    for said in [
        issue(office, "c", exit),
        office.code(&["register", "reserve", "1", "--time", TIME], exit),
        office.code(&["register", "recall", "01/BC-UBND", "--reason", "sai", "--time", TIME], exit),
    ] {
        assert!(said.contains(words), "{said}");
    }
    assert!(!office.path("c.pdf").exists());
}

/// After `register recover` acts go on, and `register verify` tells of it for ever.
fn goes_on(office: &Office) {
    office.code(&["register", "recover", "--time", TIME], 2);
    #[rustfmt::skip]
    office.ok(&["register", "recover", "--reason", "khôi phục bản sao", "--by", "Chánh văn phòng", "--time", TIME]);
    office.code(&["register", "recover", "--reason", "lần nữa", "--time", TIME], 7);
    for name in ["c", "d"] {
        office.draft(&format!("{name}.json"), &format!("Sau {name}"));
        issue(office, name, 0);
        let said = office.code(&["register", "verify"], 7);
        assert!(said.contains("recovered") && said.contains("khôi phục bản sao (Chánh văn phòng)"), "{said}");
        assert!(said.contains("1 faults"), "{said}");
    }
}

#[test]
fn an_older_copy_of_the_register_gives_no_number_again() {
    let office = office();
    for name in ["register.sqlite-wal", "register.sqlite-shm"] {
        let _ = fs::remove_file(office.path(name));
    }
    fs::copy(office.path("old.sqlite"), office.path("register.sqlite")).unwrap();
    nothing_is_written(&office, "the register has 3 acts, the office remembers 5", 7);
    assert!(office.code(&["register", "verify"], 1).contains("an older copy was put back"));
    goes_on(&office);
}

/// A recall can be lost with the copy that is put back: until somebody says what happened, nothing is confirmed.
#[test]
fn an_older_copy_of_the_register_hides_no_recall() {
    let office = office();
    office.ok(&["sign", "b.pdf", "--key", "keys/chairman.key", "--time", TIME, "-o", "signed.pdf"]);
    fs::copy(office.path("register.sqlite"), office.path("old.sqlite")).unwrap();
    let verify = ["verify", "signed.pdf", "--require", "any"];
    office.code(&verify, 0);
    office.ok(&["register", "recall", "02/BC-UBND", "--reason", "sai", "--time", TIME]);
    office.code(&verify, 7);
    for name in ["register.sqlite-wal", "register.sqlite-shm"] {
        let _ = fs::remove_file(office.path(name));
    }
    fs::copy(office.path("old.sqlite"), office.path("register.sqlite")).unwrap();
    let said = office.code(&verify, 4);
    assert!(said.contains("the office's register does not continue"), "{said}");
    let report = office.json(&[&verify[..], &["--json"]].concat());
    assert_eq!(report["register"]["state"], "discontinued", "{report}");
    office.ok(&["register", "recover", "--reason", "khôi phục bản sao", "--time", TIME]);
    office.code(&verify, 0);
}

#[test]
fn an_emptied_register_is_no_new_one() {
    let office = office();
    for name in ["register.sqlite-wal", "register.sqlite-shm"] {
        let _ = fs::remove_file(office.path(name));
    }
    fs::write(office.path("register.sqlite"), b"").unwrap();
    nothing_is_written(&office, "there is no register in this database", 9);
    goes_on(&office);
}

#[test]
fn another_key_in_the_place_of_the_register_s_signs_nothing() {
    let (office, other) = (office(), Office::new());
    let own = fs::read(office.path("keys/register.key")).unwrap();
    fs::copy(other.path("keys/register.key"), office.path("keys/register.key")).unwrap();
    nothing_is_written(&office, "keys/register.key is not the register's key", 8);
    // Not even where what was made known and remembered is gone.
    fs::remove_file(office.path("register.vkey")).unwrap();
    fs::remove_file(office.path("keys/register.memory")).unwrap();
    nothing_is_written(&office, "keys/register.key is not the register's key", 8);
    office.code(&["register", "verify"], 1);
    fs::write(office.path("keys/register.key"), own).unwrap();
    issue(&office, "c", 0);
    office.ok(&["register", "verify"]);
}

#[test]
fn an_edited_name_begins_no_second_register() {
    let office = office();
    let config = fs::read_to_string(office.path("vanthu.toml")).unwrap();
    let with_id = config.replace("place = ", "organ_id = \"H37.HA\"\nplace = ");
    let corrected = config.replace("HUYỆN HÒA AN", "XÃ HÒA AN");
    for changed in [with_id, corrected] {
        assert_ne!(changed, config);
        fs::write(office.path("vanthu.toml"), changed).unwrap();
        nothing_is_written(&office, "vanthu register adopt", 7);
        // Nor is an empty register shown for the office's own.
        office.code(&["register", "list"], 7);
        office.code(&["register", "verify"], 7);
    }
    // The last change is taken over; numbers go on, and what was issued before stays what it was.
    #[rustfmt::skip]
    office.ok(&[
        "register", "adopt", "--reason", "sắp xếp đơn vị hành chính", "--since", "2026-06-18",
        "--merged", "ỦY BAN NHÂN DÂN XÃ HÒA BÌNH=H37.HB", "--time", TIME,
    ]);
    office.ok(&["register", "adopt", "--time", TIME]);
    // From here on documents have the new name.
    let draft = fs::read_to_string(office.path("c.json")).unwrap();
    fs::write(office.path("c.json"), draft.replace("HUYỆN HÒA AN", "XÃ HÒA AN")).unwrap();
    issue(&office, "c", 0);
    assert!(office.ok(&["register", "list"]).contains("03/BC-UBND"));
    let said = office.ok(&["register", "verify"]);
    assert!(
        said.contains(
            "From 2026-06-18 on: ỦY BAN NHÂN DÂN XÃ HÒA AN, which goes on from ỦY BAN NHÂN DÂN HUYỆN HÒA AN; \
             ỦY BAN NHÂN DÂN XÃ HÒA BÌNH (H37.HB)"
        ),
        "{said}"
    );
    for file in ["a.pdf", "c.pdf"] {
        office.clear("signed.pdf");
        office.ok(&["sign", file, "--key", "keys/chairman.key", "--time", TIME, "-o", "signed.pdf"]);
        let trust = ["--trust", "register.vkey", "--trust", "keys/root.crt"];
        let report = office.json(&[&["verify", "signed.pdf", "--json"], &trust[..]].concat());
        assert_eq!(report["receipt"]["check"]["outcome"], "pass", "{report}");
    }
    // An identifier that comes later is one more act, whatever it does to names of logs and rows.
    let config = fs::read_to_string(office.path("vanthu.toml")).unwrap();
    let with_id = config.replace("place = ", "organ_id = \"H37.HA\"\nplace = ");
    fs::write(office.path("vanthu.toml"), with_id).unwrap();
    office.draft("d.json", "Bốn");
    assert!(issue(&office, "d", 7).contains("vanthu register adopt"));
    office.ok(&["register", "adopt", "--time", TIME]);
    issue(&office, "d", 0);
    assert!(office.ok(&["register", "list"]).contains("04/BC-UBND"));
    office.ok(&["register", "verify"]);
}

#[test]
fn a_register_is_not_judged_by_the_key_that_lies_beside_it() {
    let (office, forger) = (office(), Office::new());
    // Somebody writes another register with a key of his own, and lays its public half beside it.
    forger.draft("a.json", "Khác");
    issue(&forger, "a", 0);
    fs::copy(office.path("register.vkey"), office.path("kept.vkey")).unwrap();
    for name in ["register.sqlite-wal", "register.sqlite-shm"] {
        let _ = fs::remove_file(office.path(name));
    }
    for name in ["register.sqlite", "register.vkey"] {
        fs::copy(forger.path(name), office.path(name)).unwrap();
    }
    office.code(&["register", "verify"], 1);
    office.code(&["register", "verify", "--key", "kept.vkey"], 1);
    let said = office.code(&["register", "verify", "--key", "register.vkey"], 1);
    let told = office.json(&["register", "verify", "--key", "register.vkey", "--json"]);
    let print = told["key"]["fingerprint"].as_str().unwrap();
    assert!(said.replace(' ', "").contains(print), "{said}");
    // Where the private key is not at hand, the key has to be named.
    fs::remove_file(forger.path("keys/register.key")).unwrap();
    assert!(forger.code(&["register", "verify"], 8).contains("--key"));
    forger.ok(&["register", "verify", "--key", "register.vkey"]);
}
