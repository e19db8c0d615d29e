//! The chairman signs in two steps with a key of his own, the service seals: other people's software is content.

use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::bench::{Answer, Bench, draft};
use crate::judges::{self, approve};

const DOCUMENT: &str = "/v1/documents/2026-all-1";

/// Makes a key with OpenSSL and has the office's root certify it.
fn key(bench: &Bench, name: &str) -> String {
    let path = |ending: &str| bench.office.path(&format!("{name}.{ending}"));
    approve(Command::new("openssl").args(["genpkey", "-algorithm", "ED25519", "-out"]).arg(path("pem")));
    approve(
        Command::new("openssl")
            .args(["req", "-new", "-subj", &format!("/C=VN/CN={name}"), "-key"])
            .arg(path("pem"))
            .arg("-out")
            .arg(path("csr")),
    );
    let request = path("csr");
    let request = request.to_str().unwrap();
    bench.office.ok(&["keys", "certify", name, request, "--issuer", "root", "--time", crate::office::TIME]);
    std::fs::read_to_string(bench.office.path(&format!("keys/{name}.crt"))).unwrap()
}

/// OpenSSL's signature of what a first step gave.
fn sign(bench: &Bench, name: &str, prepared: &Value) -> String {
    let message = bench.office.path("message.bin");
    std::fs::write(&message, STANDARD.decode(prepared["to_be_signed"].as_str().unwrap()).unwrap()).unwrap();
    let value = bench.office.path("value.bin");
    approve(
        Command::new("openssl")
            .args(["pkeyutl", "-sign", "-rawin", "-inkey"])
            .arg(bench.office.path(&format!("{name}.pem")))
            .arg("-in")
            .arg(&message)
            .arg("-out")
            .arg(&value),
    );
    STANDARD.encode(std::fs::read(value).unwrap())
}

async fn prepare(bench: &Bench, duty: &str, role: &str, certificates: &str) -> Answer {
    let body = json!({"role": role, "certificates": certificates});
    bench.post(duty, &format!("{DOCUMENT}/signing"), &body).await
}

async fn complete(bench: &Bench, duty: &str, prepared: &Value, value: &str) -> Answer {
    let body = json!({"prepared": prepared, "value": value});
    bench.post(duty, &format!("{DOCUMENT}/signature"), &body).await
}

/// The newest file, written down.
async fn newest(bench: &Bench) -> std::path::PathBuf {
    let file = bench.get("clerk", &format!("{DOCUMENT}/file")).await;
    assert_eq!(file.status, 200, "{}", file.text());
    let path = bench.office.path("a.pdf");
    std::fs::write(&path, &file.body).unwrap();
    path
}

fn assert_pyhanko_is_content(file: &Path, root: &Path, signatures: usize) {
    let found = judges::pyhanko_at(file, root, crate::office::TIME);
    assert_eq!(found.len(), signatures, "{found:?}");
    for signature in found {
        assert_eq!((&signature["valid"], &signature["trusted"]), (&json!(true), &json!(true)), "{signature}");
    }
}

#[tokio::test]
async fn the_chairman_signs_elsewhere_and_the_service_seals() {
    let bench = Bench::new().await;
    bench.issue(&draft("Một"), "a").await.expect(201);
    let certificates = key(&bench, "chutich");
    // The seal comes after the person.
    let early = bench.post("clerk", &format!("{DOCUMENT}/seal"), &json!({})).await;
    assert_eq!(early.status, 422, "{}", early.text());
    let prepared = prepare(&bench, "signer", "signer", &certificates).await.expect(200);
    let value = sign(&bench, "chutich", &prepared);
    // Somebody else's signature, and one of something else, are none.
    let stranger = key(&bench, "nguoikhac");
    assert!(!stranger.is_empty());
    let wrong = sign(&bench, "nguoikhac", &prepared);
    assert_eq!(complete(&bench, "signer", &prepared, &wrong).await.status, 422);
    let mut bent = prepared.clone();
    bent["message_digest"] = json!("00");
    bent["to_be_signed"] = json!(STANDARD.encode("something else"));
    assert_eq!(complete(&bench, "signer", &bent, &value).await.status, 422);
    let signed = complete(&bench, "signer", &prepared, &value).await.expect(200);
    assert_eq!(signed["missing"], json!(["agency"]));
    let root = bench.office.path("keys/root.crt");
    assert_pyhanko_is_content(&newest(&bench).await, &root, 1);
    // The second step again is one for an older file.
    assert_eq!(complete(&bench, "signer", &prepared, &value).await.problem(412), "overtaken");
    let tag = bench.get("clerk", &format!("{DOCUMENT}/file?revision=report")).await.header("etag");
    let old = bench.post_with("clerk", &format!("{DOCUMENT}/seal"), &json!({}), &[("if-match", &tag)]).await;
    assert_eq!(old.problem(412), "overtaken");
    let sealed = bench.post("clerk", &format!("{DOCUMENT}/seal"), &json!({})).await.expect(200);
    assert_eq!(sealed["missing"], json!([]));
    let kinds: Vec<&str> =
        sealed["files"].as_array().unwrap().iter().map(|file| file["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["report", "signed", "sealed"]);
    let file = newest(&bench).await;
    assert_pyhanko_is_content(&file, &root, 2);
    judges::assert_sound_for_qpdf(&file);
    judges::assert_pdfa_3a_and_ua_1(&file);
    let said = bench.office.ok(&["verify", "a.pdf", "--trust", "keys/root.crt", "--trust", "register.vkey"]);
    assert!(said.contains("✔ Number 01/BC-UBND was registered in "), "{said}");
    bench.office.ok(&["register", "verify"]);
    assert_eq!(bench.post("clerk", &format!("{DOCUMENT}/seal"), &json!({})).await.status, 422);
}

#[tokio::test]
async fn only_whom_the_office_pinned_signs() {
    let office = super::bench::office_with_seal();
    let config = std::fs::read_to_string(office.path("vanthu.toml")).unwrap();
    let pin =
        "\n[signing]\nsigner = [\"0000000000000000000000000000000000000000000000000000000000000000\"]\n";
    let config = config.replace("[signing]\n", "");
    std::fs::write(office.path("vanthu.toml"), config + pin).unwrap();
    let bench = Bench::of(office).await;
    bench.issue(&draft("Một"), "a").await.expect(201);
    let certificates = key(&bench, "chutich");
    assert_eq!(prepare(&bench, "signer", "signer", &certificates).await.problem(422), "key-refused");
}

#[tokio::test]
async fn an_agency_without_a_key_here_seals_in_two_steps() {
    let bench = Bench::of(crate::office::Office::new()).await;
    bench.issue(&draft("Một"), "a").await.expect(201);
    assert_eq!(bench.post("clerk", &format!("{DOCUMENT}/seal"), &json!({})).await.problem(409), "no-seal");
    let (person, agency) = (key(&bench, "chutich"), key(&bench, "coquan"));
    assert_eq!(prepare(&bench, "clerk", "agency", &agency).await.status, 422);
    let prepared = prepare(&bench, "signer", "signer", &person).await.expect(200);
    let value = sign(&bench, "chutich", &prepared);
    complete(&bench, "signer", &prepared, &value).await.expect(200);
    let prepared = prepare(&bench, "clerk", "agency", &agency).await.expect(200);
    let value = sign(&bench, "coquan", &prepared);
    let sealed = complete(&bench, "clerk", &prepared, &value).await.expect(200);
    assert_eq!(sealed["missing"], json!([]));
    assert_pyhanko_is_content(&newest(&bench).await, &bench.office.path("keys/root.crt"), 2);
}

#[tokio::test]
async fn a_time_stamping_server_that_is_silent_keeps_nobody_else_waiting() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let office = super::bench::office_with_seal();
    let config = std::fs::read_to_string(office.path("vanthu.toml")).unwrap();
    let address = silent.local_addr().unwrap();
    let signing = format!("\n[signing]\nlevel = \"t\"\ntime_stamping = [\"http://{address}/\"]\n");
    std::fs::write(office.path("vanthu.toml"), config.replace("[signing]\n", "") + &signing).unwrap();
    let bench = std::sync::Arc::new(Bench::of(office).await);
    bench.issue(&draft("Một"), "a").await.expect(201);
    let certificates = key(&bench, "chutich");
    let prepared = prepare(&bench, "signer", "signer", &certificates).await.expect(200);
    let value = sign(&bench, "chutich", &prepared);
    // More of them than there are workers.
    let waiting: Vec<_> = (0..8)
        .map(|_| {
            let (bench, prepared, value) = (bench.clone(), prepared.clone(), value.clone());
            tokio::spawn(async move { complete(&bench, "signer", &prepared, &value).await.status })
        })
        .collect();
    let mut held = Vec::new();
    for _ in 0..4 {
        held.push(silent.accept().await.unwrap());
    }
    // A stranger, and the office's own programs.
    let file = || crate::app::raw("/v1/verify", b"%PDF-1.7");
    assert_eq!(bench.send(file()).await.status, 200);
    let mut own = file();
    let token = format!("Bearer {}", bench.tokens["clerk"]);
    own.headers_mut().insert("authorization", token.parse().unwrap());
    assert_eq!(bench.send(own).await.status, 200);
    bench.issue(&draft("Hai"), "b").await.expect(201);
    assert!(waiting.iter().all(|signature| !signature.is_finished()));
    drop((silent, held));
    for signature in waiting {
        assert_eq!(signature.await.unwrap(), 503);
    }
}

/// Whatever a client sends along, nothing is begun for a certificate that the agency would not seal upon.
#[tokio::test]
async fn a_certificate_that_would_not_count_begins_no_signature() {
    let bench = Bench::new().await;
    bench.issue(&draft("Một"), "a").await.expect(201);
    let path = |name: &str| bench.office.path(name);
    let folder = path("other");
    let folder = folder.to_str().unwrap();
    let time = crate::office::TIME;
    let new = |name: &str, by: &[&str]| {
        let arguments = ["keys", "new", name, "--common-name", "Gốc", "--dir", folder, "--time", time];
        bench.office.ok(&[&arguments[..], by].concat());
    };
    new("root", &["--root"]);
    new("chairman", &["--issuer", "root"]);
    let read = |name: &str| std::fs::read_to_string(path(name)).unwrap();
    // With its root as well, which is of the office's root's name.
    let chain = read("other/chairman.crt") + &read("other/root.crt");
    for (what, certificates) in [("alone", read("other/chairman.crt")), ("with its root", chain)] {
        for (duty, role) in [("signer", "signer"), ("clerk", "agency")] {
            let refused = prepare(&bench, duty, role, &certificates).await;
            assert_eq!(refused.problem(422), "key-refused", "{what}: {role}");
        }
    }
    // The office says that it believes that root after all, and the service hears it.
    bench.office.ok(&["trust", "add", "other/root.crt", "--yes", "--for-all"]);
    let certificates = read("other/chairman.crt");
    prepare(&bench, "signer", "signer", &certificates).await.expect(200);
}

#[tokio::test]
async fn a_running_service_learns_who_may_not_sign_any_more() {
    let bench = Bench::new().await;
    bench.issue(&draft("Một"), "a").await.expect(201);
    let (first, second) = (key(&bench, "chutich"), key(&bench, "phochutich"));
    let prepared = prepare(&bench, "signer", "signer", &first).await.expect(200);
    let value = sign(&bench, "chutich", &prepared);
    let revoke = ["keys", "revoke", "chutich", "--issuer", "root", "--time", crate::office::TIME];
    bench.office.ok(&revoke);
    assert_eq!(prepare(&bench, "signer", "signer", &first).await.problem(422), "key-refused");
    assert_eq!(complete(&bench, "signer", &prepared, &value).await.problem(422), "key-refused");
    let prepared = prepare(&bench, "signer", "signer", &second).await.expect(200);
    // Pins, too.
    let path = bench.office.path("vanthu.toml");
    let config = std::fs::read_to_string(&path).unwrap();
    let pinned = config.replace("[signing]\n", "") + "\n[signing]\nsigner = [\"00\"]\n";
    std::fs::write(&path, pinned).unwrap();
    let value = sign(&bench, "phochutich", &prepared);
    assert_eq!(complete(&bench, "signer", &prepared, &value).await.problem(422), "key-refused");
    std::fs::write(&path, &config).unwrap();
    // Where the list is gone nobody knows who was revoked.
    let list = bench.office.path("keys/root.crl");
    let bytes = std::fs::read(&list).unwrap();
    std::fs::remove_file(&list).unwrap();
    assert_eq!(complete(&bench, "signer", &prepared, &value).await.problem(503), "unavailable");
    std::fs::write(&list, bytes).unwrap();
    complete(&bench, "signer", &prepared, &value).await.expect(200);
    // The agency's key is another one now: the seal is of the new one.
    bench.office.ok(&["keys", "renew", "agency", "--issuer", "root", "--time", crate::office::TIME]);
    bench.post("clerk", &format!("{DOCUMENT}/seal"), &json!({})).await.expect(200);
    newest(&bench).await;
    let judged = bench.office.json(&["verify", "a.pdf", "--trust", "keys/root.crt", "--json"]);
    let listed = bench.office.json(&["keys", "list", "--json"]);
    let own = listed.as_array().unwrap().iter().find(|entry| entry["name"] == "agency").unwrap();
    assert_eq!(judged["signatures"][1]["signer"]["fingerprint"], own["fingerprint"]);
}
