//! Another implementation of RFC 6962 §2.1, in Python with hashlib, judges the proofs.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::json;

use crate::desk::{audit, file, issue, letter, open, run, series};
use crate::judges;

#[test]
fn another_implementation_finds_the_same_roots_and_proofs() {
    let folder = tempfile::tempdir().unwrap();
    let (checkpoints, proofs) = run(async {
        let register = open(file(folder.path())).await;
        let (mut checkpoints, mut entries) = (Vec::new(), Vec::new());
        for n in 0..11 {
            entries.push(issue(&register, series("*"), letter(&format!("Việc {n}")), n).await);
            checkpoints.push(register.checkpoint().await.unwrap().unwrap());
        }
        assert_eq!(audit(&register).await.faults, []);
        let mut proofs: Vec<String> = entries.iter().map(|entry| entry.receipt.clone()).collect();
        for entry in &entries {
            proofs.push(register.prove(entry).await.unwrap().to_text());
        }
        (checkpoints, proofs)
    });
    let leaves = leaves(folder.path());
    let input = json!({ "leaves": leaves, "checkpoints": checkpoints, "proofs": proofs });
    let script = judges::project().join("tests/register/oracle.py");
    let mut child =
        Command::new("python3").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    assert_eq!(String::from_utf8(output.stdout).unwrap().trim(), "22 leaves, 11 checkpoints, 22 proofs");
}

/// The leaves as the database has them.
fn leaves(folder: &std::path::Path) -> Vec<String> {
    use sqlx::Row as _;
    run(async {
        let path = folder.join("sổ.sqlite");
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
        let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
        let rows = sqlx::query("SELECT leaf FROM event ORDER BY place").fetch_all(&pool).await.unwrap();
        rows.iter().map(|row| row.get("leaf")).collect()
    })
}
