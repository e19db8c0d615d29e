//! Files as other producers make them, through the program: what it says, what speaks against each, and
//! what pyHanko says.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::Value;

/// The longest that any file may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where pyHanko comes to something else, and why, by what the name of the file holds.
const DIFFERENCES: &[(&str, &str)] = &[
    ("base-hybrid", "pyHanko takes no hybrid file; this one's two views don't contradict each other"),
    ("second-over-the-text", "pyHanko does not look at what a new field covers"),
    ("filled-in-without-certification", "to pyHanko filling in is permitted where nobody forbids it"),
    ("orphan", "pyHanko lets objects pass that nothing refers to; a later signer could be made to show them"),
    ("bytes-after-the-end", "pyHanko does not look behind the last %%EOF"),
    ("padding-not-zero", "pyHanko does not look at the padding of /Contents"),
    ("expired-and-time-stamped-before", "pyHanko's plain validation takes no proof of time"),
    ("time-stamp-of-tomorrow", "pyHanko does not compare the time-stamp with the time of checking"),
    ("tsa-for-time-stamps-not-critical", "RFC 3161 §2.3 asks for a critical extension"),
    ("key-for-servers", "pyHanko asks for key usage alone; a certificate of a web site signs no documents"),
    ("revocation-not-answered", "by default pyHanko is content where nobody answers"),
    ("list-in-the-file-revoked", "pyHanko's plain validation does not look into the DSS"),
];

#[derive(Deserialize)]
struct Case {
    name: String,
    verdict: String,
    against: Vec<String>,
}

fn python(script: &str, arguments: &[&Path]) -> Vec<u8> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = root.join("target/judges/venv/bin/python");
    let output = Command::new(python).arg(root.join(script)).args(arguments).output();
    let output = output.expect("run tests/judges/setup.sh first");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// The verdict, and the names of what speaks against the file.
fn judge(folder: &Path, name: &str) -> (String, Vec<String>) {
    let began = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_vanthu"))
        .args(["verify", "--json", "--trust", "root.pem", &format!("{name}.pdf")])
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(began.elapsed() < PATIENCE, "{name} takes {:?}", began.elapsed());
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{name}: {}", String::from_utf8_lossy(&output.stderr)));
    let mut against: BTreeSet<String> = BTreeSet::new();
    for check in report["signatures"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|one| one["checks"].as_array().unwrap())
    {
        if matches!(check["outcome"].as_str(), Some("fail" | "unknown")) {
            against.insert(check["id"].as_str().unwrap().to_owned());
        }
    }
    for finding in report["findings"].as_array().into_iter().flatten() {
        against.insert(finding["id"].as_str().unwrap().to_owned());
    }
    (report["verdict"].as_str().unwrap().to_owned(), against.into_iter().collect())
}

#[test]
fn files_of_others_are_judged_as_they_should_be() {
    let folder = tempfile::tempdir().unwrap();
    python("tests/office/corpus/make.py", &[folder.path()]);
    let cases: Vec<Case> =
        serde_json::from_slice(&std::fs::read(folder.path().join("cases.json")).unwrap()).unwrap();
    let root = folder.path().join("root.pem");
    let theirs = python("tests/judges/pyhanko_table.py", &[folder.path(), Path::new("--trust"), &root]);
    let theirs: Value = serde_json::from_slice(&theirs).unwrap();
    let (mut table, mut wrong) = (String::new(), String::new());
    for Case { name, verdict, against } in &cases {
        let (said, reasons) = judge(folder.path(), name);
        let their = theirs[name].as_str().unwrap();
        let why = if said.starts_with("valid") == (their == "valid") {
            String::new()
        } else {
            let known = DIFFERENCES.iter().find(|(part, _)| name.contains(part));
            format!(": {}", known.unwrap_or_else(|| panic!("{name}: {said}, but pyHanko: {their}")).1)
        };
        let line = format!("{name} | {said} {} | {their}{why}\n", reasons.join(" "));
        // An invalid file may have more against it than the one thing that it was made for.
        let named =
            against.iter().all(|one| reasons.contains(one)) && (verdict == "invalid" || *against == reasons);
        if said != *verdict || !named {
            wrong += &format!("expected {verdict} {}: {line}", against.join(" "));
        }
        table += &line;
    }
    assert!(wrong.is_empty(), "of {} files:\n{wrong}", cases.len());
    insta::assert_snapshot!(table);
}

#[derive(Deserialize)]
struct Cost {
    name: String,
    verdict: String,
    seconds: f64,
    /// KiB.
    memory: u64,
}

/// The limits that SECURITY.md states: five seconds and 512 MiB, whatever the file.
#[test]
fn no_file_costs_more_than_it_may() {
    let folder = tempfile::tempdir().unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_vanthu"));
    let costs: Vec<Cost> =
        serde_json::from_slice(&python("tests/office/corpus/hostile.py", &[program, folder.path()])).unwrap();
    let mut table = String::new();
    for Cost { name, verdict, seconds, memory } in costs {
        assert!(seconds < 5.0 && memory < 512 << 10, "{name}: {seconds} s, {memory} KiB");
        table += &format!("{name}: {verdict}\n");
    }
    insta::assert_snapshot!("hostile", table);
}
