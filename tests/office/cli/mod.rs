//! The program from the outside: what it says stands in `transcripts/`; here is what files and bytes it leaves.

mod access;
mod batch;
mod check;
mod continuity;
mod copies;
mod files;
mod register;
mod transcripts;
mod watch;

use std::fs;
use std::process::Command;

use crate::office::{Office, TIME, example};

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
