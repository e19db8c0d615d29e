//! The program from the outside: every command, its exit codes, and the whole way once.

mod access;
mod batch;
mod check;
mod copies;
mod register;
mod watch;

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::office::{Office, TIME, example};

#[test]
fn the_demonstration_leaves_a_signed_report_that_verifies() {
    let office = Office { folder: tempfile::tempdir().unwrap() };
    let said = office.ok(&["demo", "--out", "demo"]);
    assert!(said.contains("The signature is valid"), "{said}");
    let verdict =
        office.json(&["verify", "demo/201-BC-UBND.signed.pdf", "--trust", "demo/keys/root.crt", "--json"]);
    assert_eq!(verdict["verdict"], "valid");
    assert_eq!(verdict["digest"]["algorithm"], "SHA-256");
    assert_eq!(verdict["digest"]["matches"], true);
    assert_eq!(verdict["signatures"].as_array().unwrap().len(), 1);
    // Nobody may take the identity for a real one.
    let signer = &verdict["signatures"][0]["signer"]["subject"];
    assert!(signer["common_name"].as_str().unwrap().contains("DEMO"), "{signer}");
    let list = office.json(&["register", "list", "--office", "demo", "--json"]);
    assert_eq!(list[0]["code"], "201/BC-UBND");
    // A second run would have to touch an office that is there.
    office.code(&["demo", "--out", "demo"], 9);
}

#[test]
fn a_report_is_issued_signed_and_verified_command_by_command() {
    let office = Office::new();
    let example = example();
    let example = example.to_str().unwrap();
    office.ok(&["check", example]);
    let said = office.ok(&["issue", example, "--time", TIME]);
    assert!(said.contains("201/BC-UBND of 2020-06-18"), "{said}");
    office.ok(&["sign", "201-BC-UBND.pdf", "--key", "keys/chairman.key", "--time", TIME]);
    let signed = "201-BC-UBND.signed.pdf";
    let trust = ["--trust", "keys/root.crt", "--at", TIME];
    let said = office.ok(&[&["verify", signed], &trust[..]].concat());
    assert!(said.starts_with("✔ The signature is valid. Signed by: chairman."), "{said}");
    // Decree 30 article 5: the agency's signature is still missing.
    office.code(&[&["verify", signed, "--require", "signer,agency"], &trust[..]].concat(), 5);
    office.ok(&[
        "sign",
        signed,
        "--as",
        "agency",
        "--key",
        "keys/agency.key",
        "-o",
        "both.pdf",
        "--time",
        TIME,
    ]);
    office.ok(&[&["verify", "both.pdf", "--require", "signer,agency"], &trust[..]].concat());
    // What was changed after the chairman signed it is not the report that the register knows.
    let mut changed = fs::read(office.path(signed)).unwrap();
    changed[60_000] ^= 1;
    fs::write(office.path("changed.pdf"), changed).unwrap();
    let seal = ["sign", "changed.pdf", "--as", "agency", "--key", "keys/agency.key", "--time", TIME];
    office.code(&seal, 7);
    // Nor is it sealed where nobody asks the register: the chairman's signature does not hold any more.
    office.code(&[&seal[..], &["--unregistered"]].concat(), 3);
    // The bytes of each file begin with those of the file before.
    let read = |name: &str| fs::read(office.path(name)).unwrap();
    assert!(read(signed).starts_with(&read("201-BC-UBND.pdf")));
    assert!(read("both.pdf").starts_with(&read(signed)));
}

#[test]
fn the_stamped_digest_is_that_of_the_first_bytes() {
    use sha2::{Digest, Sha256};
    let office = Office::new();
    office.ok(&["issue", example().to_str().unwrap(), "--key", "keys/chairman.key", "--time", TIME]);
    let report = office.json(&[
        "verify",
        "201-BC-UBND.signed.pdf",
        "--trust",
        "keys/root.crt",
        "--at",
        TIME,
        "--json",
    ]);
    let signed = fs::read(office.path("201-BC-UBND.signed.pdf")).unwrap();
    let length = usize::try_from(report["digest"]["length"].as_u64().unwrap()).unwrap();
    assert_eq!(signed[..length], fs::read(office.path("201-BC-UBND.pdf")).unwrap());
    let digest = Sha256::digest(&signed[..length]);
    assert_eq!(report["digest"]["value"], vanthu::hex::lower(&digest));
}

#[test]
fn the_same_input_and_time_give_the_same_bytes() {
    let office = Office::new();
    let example = example();
    let example = example.to_str().unwrap();
    office.ok(&["render", example, "-o", "a.pdf", "--time", TIME]);
    office.ok(&["render", example, "-o", "b.pdf", "--time", TIME]);
    office.ok(&["issue", example, "-o", "c.pdf", "--time", TIME]);
    let read = |name: &str| fs::read(office.path(name)).unwrap();
    assert_eq!(read("a.pdf"), read("b.pdf"));
    // What was issued carries the register's receipt as well, and keeps it.
    let issued = read("c.pdf");
    assert_ne!(read("a.pdf"), issued);
    fs::remove_file(office.path("c.pdf")).unwrap();
    office.ok(&["issue", example, "-o", "c.pdf", "--time", "2026-06-19T08:00:00+07:00"]);
    assert_eq!(read("c.pdf"), issued);
    for output in ["d.pdf", "e.pdf"] {
        office.ok(&["sign", "c.pdf", "--key", "keys/chairman.key", "-o", output, "--time", TIME]);
    }
    assert_eq!(read("d.pdf"), read("e.pdf"));
    office.ok(&["render", example, "-o", "later.pdf", "--time", "2026-06-18T10:15:31+07:00"]);
    assert_ne!(read("a.pdf"), read("later.pdf"));
}

#[test]
fn every_exit_code_means_what_it_says() {
    let office = Office::new();
    let example = example();
    let example = example.to_str().unwrap();
    office.ok(&["issue", example, "--key", "keys/chairman.key", "--time", TIME]);
    let verify =
        |file: &str, code| office.code(&["verify", file, "--trust", "keys/root.crt", "--at", TIME], code);
    let signed = fs::read(office.path("201-BC-UBND.signed.pdf")).unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(office.path(name), bytes).unwrap();
    verify("201-BC-UBND.signed.pdf", 0);
    // 1: proven invalid; who signed is not shown.
    let mut flipped = signed.clone();
    flipped[60_000] ^= 1;
    write("flipped.pdf", &flipped);
    let said = verify("flipped.pdf", 1);
    assert!(!said.contains("chairman") && !said.contains("201/BC-UBND"), "{said}");
    write("longer.pdf", &[&signed[..], b"%more\n"].concat());
    verify("longer.pdf", 1);
    // 2: usage.
    office.code(&["verify"], 2);
    office.code(&["sign", "x.pdf"], 2);
    // 3: input rejected.
    write("bad.json", b"{ \"version\": 1 }");
    office.code(&["check", "bad.json"], 3);
    office.code(&["issue", "bad.json"], 3);
    write("syntax.json", b"{ \"version\": 1, }");
    assert!(office.code(&["check", "syntax.json"], 3).contains("syntax.json:1:17"));
    // 4: can't decide, for want of trust, or of time.
    office.code(&["verify", "201-BC-UBND.signed.pdf", "--at", TIME], 4);
    office.code(
        &["verify", "201-BC-UBND.signed.pdf", "--trust", "keys/root.crt", "--at", "2060-01-01T00:00:00Z"],
        4,
    );
    // 5: not signed.
    verify("201-BC-UBND.pdf", 5);
    // 6: not a PDF.
    verify("bad.json", 6);
    // 7: the register refuses, and no file is written.
    let before = office.files();
    office.code(&["issue", example, "-o", "again.pdf"], 7);
    assert_eq!(office.files(), before);
    // 8: key or passphrase.
    fs::write(office.path("wrong"), "sai\n").unwrap();
    office.code(
        &[
            "sign",
            "201-BC-UBND.pdf",
            "--key",
            "keys/chairman.key",
            "--passphrase-file",
            "wrong",
            "-o",
            "x.pdf",
        ],
        8,
    );
    office.code(
        &[
            "sign",
            "201-BC-UBND.pdf",
            "--key",
            "keys/chairman.key",
            "--cert",
            "keys/agency.crt",
            "-o",
            "x.pdf",
        ],
        8,
    );
    office.code(&["verify", "201-BC-UBND.signed.pdf", "--trust", "bad.json"], 8);
    // 9: environment.
    verify("missing.pdf", 9);
    office.code(
        &[
            "sign",
            "201-BC-UBND.pdf",
            "--key",
            "keys/chairman.key",
            "-o",
            "no/such/folder.pdf",
            "--time",
            TIME,
        ],
        9,
    );
}

#[test]
fn the_worst_of_several_files_counts() {
    let office = Office::new();
    office.ok(&["issue", example().to_str().unwrap(), "--key", "keys/chairman.key", "--time", TIME]);
    let files = ["201-BC-UBND.signed.pdf", "201-BC-UBND.pdf"];
    let arguments = [&["verify", "--json", "--trust", "keys/root.crt", "--at", TIME], &files[..]].concat();
    let output = office.run(&arguments);
    assert_eq!(output.status.code(), Some(5));
    let reports: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(reports[0]["verdict"], "valid");
    assert_eq!(reports[1]["verdict"], "unsigned");
}

#[test]
fn numbers_follow_one_another_and_a_failure_takes_none() {
    let office = Office::new();
    let issue = |name: &str| office.ok(&["issue", name, "--time", TIME]);
    office.draft("one.json", "Việc thứ nhất");
    office.draft("two.json", "Việc thứ hai");
    office.draft("three.json", "Việc thứ ba");
    assert!(issue("one.json").contains("01/BC-UBND of 2026-06-18"));
    // A signature that fails gives the number back.
    office.code(&["issue", "two.json", "--key", "keys/none.key", "--time", TIME], 9);
    // So does a file that is there already.
    fs::write(office.path("02-BC-UBND.pdf"), "mine").unwrap();
    office.code(&["issue", "two.json", "--time", TIME], 9);
    assert_eq!(fs::read(office.path("02-BC-UBND.pdf")).unwrap(), b"mine");
    fs::remove_file(office.path("02-BC-UBND.pdf")).unwrap();
    assert!(issue("two.json").contains("02/BC-UBND"));
    // The same draft takes no second number, unless it is asked for.
    office.code(&["issue", "two.json", "--time", TIME], 7);
    assert!(office.ok(&["issue", "two.json", "--again", "--time", TIME]).contains("03/BC-UBND"));
    assert!(issue("three.json").contains("04/BC-UBND"));
    let list = office.json(&["register", "list", "--year", "2026", "--json"]);
    let codes: Vec<&str> =
        list.as_array().unwrap().iter().map(|entry| entry["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["01/BC-UBND", "02/BC-UBND", "03/BC-UBND", "04/BC-UBND"]);
    assert!(office.json(&["register", "list", "--year", "2020", "--json"]).as_array().unwrap().is_empty());
}

#[test]
fn a_report_that_was_lost_after_it_was_numbered_is_made_again() {
    let office = Office::new();
    office.draft("one.json", "Việc thứ nhất");
    office.ok(&["issue", "one.json", "--time", TIME]);
    let report = fs::read(office.path("01-BC-UBND.pdf")).unwrap();
    fs::remove_file(office.path("01-BC-UBND.pdf")).unwrap();
    // At another time: the report keeps the time at which it was registered.
    assert!(office.ok(&["issue", "one.json"]).contains("byte for byte"));
    assert_eq!(fs::read(office.path("01-BC-UBND.pdf")).unwrap(), report);
    assert_eq!(office.json(&["register", "list", "--json"]).as_array().unwrap().len(), 1);
}

#[test]
fn a_number_that_the_document_names_must_be_the_next_one() {
    let office = Office::new();
    let text = fs::read_to_string(example()).unwrap();
    for (number, code, word) in
        [("202", 7, "the next one is 201"), ("201", 0, "201/BC-UBND"), ("201", 7, "taken")]
    {
        let subject = format!("Việc {number} {code}");
        let mut document: Value = serde_json::from_str(&text).unwrap();
        document["header"]["number"] = number.parse::<u32>().unwrap().into();
        document["subject"] = subject.into();
        fs::write(office.path("d.json"), document.to_string()).unwrap();
        let said =
            office.code(&["issue", "d.json", "-o", &format!("{number}-{code}.pdf"), "--time", TIME], code);
        assert!(said.contains(word), "{said}");
    }
}

#[test]
fn two_clerks_at_once_get_different_numbers() {
    let office = Office::new();
    let clerks: Vec<_> = (0..6)
        .map(|clerk| {
            let name = format!("{clerk}.json");
            office.draft(&name, &format!("Việc {clerk}"));
            Command::new(env!("CARGO_BIN_EXE_vanthu"))
                .args(["issue", &name, "--time", TIME])
                .current_dir(office.folder.path())
                .spawn()
                .unwrap()
        })
        .collect();
    for mut clerk in clerks {
        assert!(clerk.wait().unwrap().success());
    }
    let list = office.json(&["register", "list", "--json"]);
    let numbers: Vec<u64> =
        list.as_array().unwrap().iter().map(|entry| entry["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6]);
    for number in numbers {
        assert!(office.path(&format!("{number:02}-BC-UBND.pdf")).exists());
    }
}

#[test]
fn a_new_document_is_a_draft_until_it_is_filled_in() {
    let office = Office::new();
    office.ok(&["new", "bao-cao", "-o", "draft.json"]);
    let said = office.code(&["issue", "draft.json"], 3);
    assert!(said.contains("E-FILL"), "{said}");
    assert!(office.json(&["register", "list", "--json"]).as_array().unwrap().is_empty());
    office.ok(&["render", "draft.json", "-o", "draft.pdf"]);
    office.ok(&["render", "draft.json", "-o", "page.png", "--to", "png", "--ppi", "40"]);
    assert!(fs::read(office.path("page-1.png")).unwrap().starts_with(b"\x89PNG"));
    office.ok(&["render", "draft.json", "-o", "page.svg", "--to", "svg"]);
    assert!(fs::read_to_string(office.path("page-1.svg")).unwrap().contains("<svg"));
    office.code(&["new", "bao-cao", "-o", "draft.json"], 9);
    office.code(&["new", "bai-tho"], 2);
    let schema: Value = serde_json::from_str(&office.ok(&["schema"])).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
}

#[test]
fn keys_are_for_their_owner_and_never_replaced() {
    let office = Office::new();
    let before = fs::read(office.path("keys/root.key")).unwrap();
    office.code(&["keys", "new", "root", "--root", "--common-name", "x"], 8);
    assert_eq!(fs::read(office.path("keys/root.key")).unwrap(), before);
    office.code(&["keys", "new", "../x", "--root", "--common-name", "x"], 2);
    let list = office.json(&["keys", "list", "--json"]);
    let names: Vec<&str> =
        list.as_array().unwrap().iter().map(|entry| entry["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["agency", "chairman", "root"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = office.path("keys/root.key").metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::set_permissions(office.path("keys/chairman.key"), fs::Permissions::from_mode(0o644)).unwrap();
        office.draft("one.json", "Việc");
        let said = office.code(&["issue", "one.json", "--key", "keys/chairman.key", "--time", TIME], 8);
        assert!(said.contains("chmod 600"), "{said}");
    }
}

#[test]
fn a_signed_report_comes_apart_into_its_revisions_and_pieces() {
    let office = Office::new();
    fs::copy(example(), office.path("report.json")).unwrap();
    office.ok(&["issue", "report.json", "--time", TIME, "-o", "report.pdf"]);
    office.ok(&["sign", "report.pdf", "--key", "keys/chairman.key", "--time", TIME, "-o", "signed.pdf"]);
    let trust = ["--trust", "keys/root.crt"];
    let list = office.ok(&["revisions", "signed.pdf", trust[0], trust[1]]);
    assert!(
        list.contains("Revision 2: ")
            && list.contains("by the certificate: chairman: The signature is valid"),
        "{list}"
    );
    assert!(list.contains("→ the signature of the authorised person was added"), "{list}");
    let json: Value = serde_json::from_str(&office.ok(&["revisions", "signed.pdf", "--json"])).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 2);
    // The field, and the catalog, which names the certification.
    assert_eq!(
        json[1]["objects"].as_array().unwrap().iter().filter(|one| one["act"] == "changed").count(),
        2
    );
    // The first revision is the report as it was issued, to the byte.
    office.ok(&["revisions", "signed.pdf", "--extract", "1", "-o", "first.pdf"]);
    assert_eq!(fs::read(office.path("first.pdf")).unwrap(), fs::read(office.path("report.pdf")).unwrap());
    office.code(&["revisions", "signed.pdf", "--extract", "1", "-o", "first.pdf"], 9);
    office.code(&["revisions", "signed.pdf", "--extract", "3"], 2);
    office.code(&["revisions", "report.json"], 6);
    let json: Value =
        serde_json::from_str(&office.ok(&["extract", "signed.pdf", "-o", "parts", "--json"])).unwrap();
    let mut kinds: Vec<&str> =
        json.as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["attachment", "certificate", "cms", "metadata", "source"]);
    assert!(
        fs::read(office.path("parts/receipt.tlog-proof")).unwrap().starts_with(b"c2sp.org/tlog-proof@v1\n")
    );
    // The data in the report are a document like any other.
    office.ok(&["check", "parts/source.json"]);
    office.code(&["extract", "signed.pdf", "-o", "parts"], 9);
    office.ok(&["extract", "signed.pdf", "-o", "parts", "--force", "--what", "cms,source"]);
    office.ok(&["extract", "signed.pdf", "-o", "other", "--what", "attachments"]);
    office.code(&["extract", "report.json", "-o", "other"], 6);
}

#[test]
fn a_report_is_laid_out_again_and_compared() {
    let office = Office::new();
    fs::copy(example(), office.path("report.json")).unwrap();
    office.ok(&["issue", "report.json", "--time", TIME, "-o", "report.pdf"]);
    office.ok(&["sign", "report.pdf", "--key", "keys/chairman.key", "--time", TIME, "-o", "signed.pdf"]);
    let trust = ["--trust", "keys/root.crt"];
    let said = office.ok(&["verify", "signed.pdf", "--reproduce", trust[0], trust[1]]);
    assert!(said.contains("✔ [reproduction] the pages say what the attached data say"), "{said}");
    // One figure on the page is another one than in the data.
    let file = fs::read(office.path("report.pdf")).unwrap();
    let at = file.windows(8).position(|window| window == b"/MediaBo").unwrap();
    let mut changed = file.clone();
    changed[at + 12] = b'9';
    fs::write(office.path("changed.pdf"), &changed).unwrap();
    let said = office.code(&["verify", "changed.pdf", "--reproduce", trust[0], trust[1]], 5);
    assert!(said.contains("✖ [reproduction]"), "{said}");
    let json: Value =
        serde_json::from_str(&office.code(&["verify", "report.json", "--reproduce", "--json"], 6)).unwrap();
    assert_eq!(json["reproduction"]["outcome"], "not_checked");
}

#[test]
fn folders_are_judged_file_by_file_and_reports_are_written() {
    let office = Office::new();
    fs::copy(example(), office.path("report.json")).unwrap();
    fs::create_dir_all(office.path("in/deep")).unwrap();
    office.ok(&["issue", "report.json", "--time", TIME, "-o", "in/report.pdf"]);
    office.ok(&[
        "sign",
        "in/report.pdf",
        "--key",
        "keys/chairman.key",
        "--time",
        TIME,
        "-o",
        "in/deep/signed.PDF",
    ]);
    fs::write(office.path("in/note.txt"), "no PDF").unwrap();
    let trust = ["--trust", "keys"];
    let said = office.code(&["verify", "in", trust[0], trust[1]], 5);
    assert!(said.contains("2 files: 1 × The signature is valid, 1 × There is no signature"), "{said}");
    office.code(&["verify", "in", "--report", "html"], 2);
    office.code(&["verify", "in", trust[0], trust[1], "--report", "html", "-o", "out"], 5);
    let page = fs::read_to_string(office.path("out/signed.html")).unwrap();
    assert!(page.contains("The signature is valid") && page.contains("<html lang=\"en\">"));
    office.code(&["verify", "in", trust[0], trust[1], "--report", "html", "-o", "out"], 9);
    office.ok(&["verify", "in/deep", trust[0], trust[1], "--report", "etsi-xml", "-o", "report.xml"]);
    assert!(fs::read_to_string(office.path("report.xml")).unwrap().contains("total-passed"));
    office.code(&["verify", "in/deep/nothing"], 9);
    fs::create_dir(office.path("empty")).unwrap();
    office.code(&["verify", "empty"], 2);
}
