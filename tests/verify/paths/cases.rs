//! What NIST's suite has nothing of: `make.py` makes it anew in each run, and says what is right.

use std::path::{Path as FilePath, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use der::EncodePem;
use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use vanthu_verify::TrustStore;
use vanthu_verify::certificate::Certificate;
use vanthu_verify::path::{Path, PathQuery, PathStatus, Revocation, Revocations, Usage, find};

use crate::judges;

/// The longest that any case may take: nobody's data is to be waited for.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Deserialize)]
struct Case {
    name: String,
    expected: String,
    leaf: PathBuf,
    usage: String,
    trust: Vec<PathBuf>,
    certificates: Vec<PathBuf>,
    crls: Vec<PathBuf>,
    ocsps: Vec<PathBuf>,
    at: String,
    /// `at`, where it isn't said.
    as_of: Option<String>,
    now: String,
}

fn make(folder: &FilePath) -> Vec<Case> {
    let root = judges::project();
    let python = root.join("target/judges/venv/bin/python");
    assert!(python.exists(), "run tests/judges/setup.sh first");
    let made =
        Command::new(python).arg(root.join("tests/verify/paths/make.py")).arg(folder).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    serde_json::from_slice(&std::fs::read(folder.join("cases.json")).unwrap()).unwrap()
}

fn ask(case: &Case, folder: &FilePath) -> Path {
    let read = |file: &PathBuf| std::fs::read(folder.join(file)).unwrap();
    let all = |files: &[PathBuf]| files.iter().map(read).collect::<Vec<Vec<u8>>>();
    let time = |text: &str| OffsetDateTime::parse(text, &Rfc3339).unwrap();
    let mut trust = TrustStore::new();
    for anchor in all(&case.trust) {
        let anchor: Certificate = der::Decode::from_der(&anchor).unwrap();
        trust.add_pem(anchor.to_pem(der::pem::LineEnding::LF).unwrap().as_bytes()).unwrap();
    }
    let (leaf, certificates) = (read(&case.leaf), all(&case.certificates));
    let revocations = Revocations { crls: all(&case.crls), ocsps: all(&case.ocsps) };
    let usage = if case.usage == "time_stamp" { Usage::TimeStamp } else { Usage::Signature };
    let began = Instant::now();
    let path = find(&PathQuery {
        leaf: &leaf,
        certificates: &certificates,
        trust: &trust,
        office: None,
        revocations: &revocations,
        usage,
        at: time(&case.at),
        as_of: time(case.as_of.as_ref().unwrap_or(&case.at)),
        now: time(&case.now),
    });
    assert!(began.elapsed() < PATIENCE, "{}: {:?}", case.name, began.elapsed());
    assert_eq!(path.chain.first(), Some(&leaf), "{}", case.name);
    if path.status == PathStatus::Trusted {
        assert!(case.trust.iter().any(|anchor| Some(&read(anchor)) == path.chain.last()), "{}", case.name);
    }
    path
}

/// In the words of the cases; of a broken path what it names in English, in brackets or the algorithm.
fn words(path: &Path) -> String {
    match (&path.status, path.revocation) {
        (PathStatus::Trusted, Revocation::Good { .. }) => "trusted, good".to_owned(),
        (PathStatus::Trusted, Revocation::NotAsked) => "trusted, not asked".to_owned(),
        (PathStatus::Trusted, Revocation::RanOut { .. }) => "trusted, ran out".to_owned(),
        (PathStatus::UnknownIssuer, _) => "unknown issuer".to_owned(),
        (PathStatus::NotYetValid { .. } | PathStatus::Expired { .. }, _) => "not then".to_owned(),
        (PathStatus::Broken(words), _) => format!("broken: {}", words.en),
        (PathStatus::Revoked { since, certificate }, _) => format!("revoked {}: {certificate}", since.date()),
        (PathStatus::RevocationUnknown { certificate, .. }, _) => format!("unknown: {certificate}"),
    }
}

#[test]
fn each_case_comes_out_as_its_maker_says() {
    let folder = tempfile::tempdir().unwrap();
    let cases = make(folder.path());
    let mut wrong = Vec::new();
    for case in &cases {
        let said = words(&ask(case, folder.path()));
        let right = match case.expected.strip_prefix("broken: ") {
            Some(reason) => said.starts_with("broken: ") && said.contains(reason),
            None => said == case.expected,
        };
        if !right {
            wrong.push(format!("{}: {said}, expected {}", case.name, case.expected));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}
