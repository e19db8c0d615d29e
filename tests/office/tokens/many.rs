//! Many files in one call.

use std::fs;
use std::io::{self, PipeReader, Write as _};
use std::process::Stdio;

use super::{issued, names, verdict};
use crate::office::{Office, TIME};

/// An office with the reports `in/a.pdf`, `in/b.pdf` and `in/c.pdf`.
fn piled() -> Office {
    let office = issued();
    fs::create_dir(office.path("in")).unwrap();
    for name in ["a", "b", "c"] {
        fs::copy(office.path("01-BC-UBND.pdf"), office.path(&format!("in/{name}.pdf"))).unwrap();
    }
    office
}

/// Signs with the chairman's key, and `more`.
fn sign<'a>(files: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    [&["sign"], files, &["--key", "keys/chairman.key", "--time", TIME], more].concat()
}

#[test]
fn a_folder_and_a_list_of_files_are_signed_with_one_passphrase() {
    let office = piled();
    // A pipe gives the passphrase once.
    let output = office
        .command(&sign(&["in"], &["-o", "out", "--passphrase-fd", "0"]))
        .env_remove("VANTHU_PASSPHRASE")
        .stdin(Stdio::from(pipe()))
        .output()
        .unwrap();
    let said = super::softhsm::said(&output, 0);
    assert!(said.contains("Signed 3 files; 0 failed"), "{said}");
    assert!(output.stdout.is_empty(), "what is said goes to standard error");
    assert_eq!(names(&office.path("out")), ["a.pdf", "b.pdf", "c.pdf"]);
    for name in ["a", "b", "c"] {
        assert_eq!(verdict(&office, &format!("out/{name}.pdf"))["verdict"], "valid");
    }
    // Without a folder they come beside the others.
    office.ok(&sign(&["in/a.pdf", "in/b.pdf"], &[]));
    assert_eq!(names(&office.path("in")), ["a.pdf", "a.signed.pdf", "b.pdf", "b.signed.pdf", "c.pdf"]);
}

/// A pipe with the passphrase, once.
fn pipe() -> PipeReader {
    let (reader, mut writer) = io::pipe().unwrap();
    writer.write_all(format!("{}\n", crate::office::PASSPHRASE).as_bytes()).unwrap();
    reader
}

#[test]
fn a_bad_file_keeps_no_other_from_being_signed() {
    let office = piled();
    fs::write(office.path("in/bad.pdf"), "no PDF").unwrap();
    let mut changed = fs::read(office.path("in/a.pdf")).unwrap();
    let at = changed.len() / 2;
    changed[at] ^= 1;
    fs::write(office.path("in/changed.pdf"), changed).unwrap();
    let said = office.code(&sign(&["in"], &["-o", "out"]), 10);
    assert!(said.contains("Signed 3 files; 2 failed"), "{said}");
    for words in ["in/bad.pdf: the PDF can't be read", "in/changed.pdf: "] {
        assert!(said.contains(words), "{said}");
    }
    assert_eq!(names(&office.path("out")), ["a.pdf", "b.pdf", "c.pdf"]);
    // One that is missing is an error of its own.
    let said = office.code(&sign(&["in/a.pdf", "in/missing.pdf"], &["-o", "more"]), 10);
    assert!(said.contains("in/missing.pdf: "), "{said}");
    assert_eq!(names(&office.path("more")), ["a.pdf"]);
}

#[test]
fn what_is_there_is_kept() {
    let office = piled();
    fs::create_dir(office.path("out")).unwrap();
    fs::write(office.path("out/b.pdf"), "mine").unwrap();
    let said = office.code(&sign(&["in"], &["-o", "out"]), 10);
    assert!(said.contains("out/b.pdf exists already") && said.contains("Signed 2 files; 1 failed"), "{said}");
    assert_eq!(fs::read(office.path("out/b.pdf")).unwrap(), b"mine");
    // What the register knows is not replaced, whatever is asked for.
    let said = office.code(&sign(&["in"], &["-o", "out", "--force"]), 10);
    assert!(said.contains("Signed 1 files; 2 failed"), "{said}");
    assert_eq!(verdict(&office, "out/b.pdf")["verdict"], "valid");
}

#[test]
fn two_files_of_one_name_do_not_become_one() {
    let office = piled();
    fs::create_dir(office.path("more")).unwrap();
    office.draft("other.json", "Văn bản khác");
    office.ok(&["issue", "other.json", "--time", TIME, "-o", "more/a.pdf"]);
    let said = office.code(&sign(&["in/a.pdf", "more/a.pdf"], &["-o", "out"]), 10);
    assert!(said.contains("more/a.pdf: "), "{said}");
    let first = fs::read(office.path("in/a.pdf")).unwrap();
    assert!(fs::read(office.path("out/a.pdf")).unwrap().starts_with(&first));
}

#[test]
fn a_wrong_passphrase_signs_nothing_at_all() {
    let office = piled();
    let before = names(office.folder.path());
    let wrong =
        office.command(&sign(&["in"], &["-o", "out"])).env("VANTHU_PASSPHRASE", "khác").output().unwrap();
    super::softhsm::said(&wrong, 8);
    assert_eq!(names(office.folder.path()), before);
}
