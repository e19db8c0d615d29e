//! The program as people start it: `vanthu serve`.

use std::process::Command;

use serde_json::Value;
use vanthu::certificate;

use crate::app::{files, raw_request};
use crate::serving::Running;
use crate::signature::Office;

#[test]
fn it_says_what_verify_says_and_ends_when_told() {
    let folder = tempfile::tempdir().unwrap();
    let office = Office::new();
    let root = certificate::to_pem(std::slice::from_ref(&office.root.certificate)).unwrap();
    std::fs::write(folder.path().join("root.pem"), root).unwrap();
    let running = Running::start(folder.path(), &["--trust", "root.pem"]);
    for (name, bytes) in files(&office) {
        std::fs::write(folder.path().join("document.pdf"), &bytes).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_vanthu"))
            .args(["verify", "--json", "--trust", "root.pem", "document.pdf"])
            .current_dir(folder.path())
            .output()
            .unwrap();
        let expected: Value = serde_json::from_slice(&output.stdout).unwrap();
        let answer = running.ask(&raw_request("/v1/verify", &bytes));
        let body = answer.split_once("\r\n\r\n").unwrap().1;
        assert_eq!(serde_json::from_str::<Value>(body).unwrap(), expected, "{name}");
    }
    let log = running.end();
    assert!(log.contains("\"route\":\"/v1/verify\""), "{log}");
}

#[test]
fn pages_are_looked_at_by_another_process() {
    let folder = tempfile::tempdir().unwrap();
    let office = Office::new();
    let root = certificate::to_pem(std::slice::from_ref(&office.root.certificate)).unwrap();
    std::fs::write(folder.path().join("root.pem"), root).unwrap();
    let running = Running::start(folder.path(), &["--trust", "root.pem"]);
    let (_, forged) = files(&office).into_iter().find(|(name, _)| *name == "invalid").unwrap();
    let answer = running.ask(&crate::app::form_request("/?lang=en", &forged));
    assert_eq!(answer.matches("data:image/png;base64,").count(), 2, "{answer}");
    running.end();
}

#[test]
fn it_refuses_what_can_not_be() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("serve.toml"), "lisen = '127.0.0.1:0'").unwrap();
    let refuse = |arguments: &[&str], words: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_vanthu"))
            .args(["--lang", "en", "serve"])
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains(words), "{arguments:?}: {said}");
        output.status.code().unwrap()
    };
    assert_eq!(refuse(&["--config", "serve.toml"], "lisen"), 3);
    assert_eq!(refuse(&["--max-upload", "4096"], "from 1 to 1024"), 2);
    assert_eq!(refuse(&["--tls-cert", "a.pem"], "--tls-key"), 2);
    assert_eq!(
        refuse(&["--listen", "127.0.0.1:0", "--tls-cert", "a.pem", "--tls-key", "b.pem"], "for TLS"),
        8
    );
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    assert_eq!(refuse(&["--listen", &address], "can't be listened at"), 9);
}
