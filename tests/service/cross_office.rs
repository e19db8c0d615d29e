//! Two offices, one service: the keys of one of them make no document of the other.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::app::{form_request, raw_request};
use crate::office::{PASSPHRASE, TIME, example};
use crate::serving::Running;

fn vanthu(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vanthu"));
    let command = command.args(arguments).current_dir(folder).env("VANTHU_LANG", "en");
    command.env("VANTHU_PASSPHRASE", PASSPHRASE).env_remove("VANTHU_OFFICE").output().unwrap()
}

#[track_caller]
fn code(folder: &Path, arguments: &[&str], code: i32) -> String {
    let output = vanthu(folder, arguments);
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
    said
}

/// An office in `folder`, whose own root and register's key are trusted in it.
fn office(folder: &Path, name: &str, organ_id: &str) {
    let parent = folder.parent().unwrap();
    let own = folder.to_str().unwrap();
    let named = ["init", own, "--name", "ỦY BAN NHÂN DÂN", "--name", name];
    let rest = ["--abbreviation", "UBND", "--place", "Hòa An", "--organ-id", organ_id];
    code(parent, &[&named[..], &rest].concat(), 0);
    code(folder, &["keys", "new", "root", "--root", "--common-name", "Gốc", "--time", TIME], 0);
    // Keys that name no office, as older ones: with one of another office nobody is let sign.
    let keys = folder.join("keys");
    let apart = ["--dir", keys.to_str().unwrap(), "--time", TIME];
    for key in ["chairman", "agency"] {
        let new = ["keys", "new", key, "--issuer", "root", "--common-name", key];
        code(folder, &[&new[..], &apart].concat(), 0);
    }
    for own in ["keys/root.crt", "register.vkey"] {
        code(folder, &["trust", "add", own, "--yes"], 0);
    }
}

/// The example, which says that it is of «HUYỆN HÒA AN», issued in `folder` and signed there with the keys of `keys`.
fn signed(folder: &Path, keys: &Path) -> Vec<u8> {
    let mut document: Value = serde_json::from_str(&fs::read_to_string(example()).unwrap()).unwrap();
    document["header"]["number"] = Value::Null;
    document["header"]["date"] = Value::Null;
    fs::write(folder.join("report.json"), document.to_string()).unwrap();
    code(folder, &["issue", "report.json", "-o", "report.pdf", "--time", TIME], 0);
    let [chairman, agency, root] = ["chairman.key", "agency.key", "root.crt"].map(|name| keys.join(name));
    let [chairman, agency, root] = [&chairman, &agency, &root].map(|path| path.to_str().unwrap());
    code(folder, &["sign", "report.pdf", "--key", chairman, "--time", TIME, "-o", "signed.pdf"], 0);
    let seal = ["sign", "signed.pdf", "--as", "agency", "--key", agency, "--trust", root];
    code(folder, &[&seal[..], &["--time", TIME, "-o", "sealed.pdf", "--unregistered"]].concat(), 0);
    fs::read(folder.join("sealed.pdf")).unwrap()
}

fn asked(running: &Running, file: &[u8]) -> (Value, String) {
    let answer = running.ask(&raw_request("/v1/verify?require=signer,agency", file));
    let report = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
    (report, running.ask(&form_request("/?lang=en", file)))
}

#[test]
fn no_office_of_a_service_signs_for_another_one() {
    let folder = TempDir::new().unwrap();
    let [ours, theirs, fake] =
        ["offices/hoa-an", "offices/binh-an", "fake"].map(|name| folder.path().join(name));
    fs::create_dir(folder.path().join("offices")).unwrap();
    office(&ours, "HUYỆN HÒA AN", "H37.DN.001");
    office(&theirs, "XÃ BÌNH AN", "H37.DN.002");
    // A folder of the other office's forger, which calls itself by our name.
    office(&fake, "HUYỆN HÒA AN", "H37.DN.001");
    // An office signs with what it believes alone, and a forger's believes whatever he likes.
    let root = theirs.join("keys/root.crt");
    code(&fake, &["trust", "add", root.to_str().unwrap(), "--yes", "--for-all"], 0);
    let (own, forged) = (signed(&ours, &ours.join("keys")), signed(&fake, &theirs.join("keys")));
    // Many offices were served so as well: each folder named by itself.
    let folders = ["--trust", "offices/hoa-an/trust", "--trust", "offices/binh-an/trust"];
    for trust in [&[][..], &folders] {
        let running = Running::start(folder.path(), &[&["--offices", "offices"][..], trust].concat());
        let (report, page) = asked(&running, &own);
        assert_eq!(report["verdict"], "valid", "{report:#}");
        assert!(
            page.contains("the key is the office&#39;s") || page.contains("the key is the office's"),
            "{page}"
        );
        let (report, page) = asked(&running, &forged);
        assert_eq!(report["verdict"], "indeterminate", "{report:#}");
        assert_eq!(report["cause"]["code"], "other_office");
        assert!(page.contains("Not confirmed: key of another office"), "{page}");
        assert!(!page.contains("the key is the office"), "{page}");
        running.end();
    }
    // At the command line: in either office's folder, and with the folders named. Our own register does not have it.
    for (place, file, expected) in
        [(&ours, &own, 0), (&ours, &forged, 1), (&theirs, &own, 4), (&theirs, &forged, 4)]
    {
        fs::write(place.join("asked.pdf"), file).unwrap();
        let said = code(place, &["verify", "asked.pdf", "--require", "signer,agency"], expected);
        assert_eq!(said.contains("the key is the office's"), expected == 0, "{said}");
    }
    fs::write(folder.path().join("forged.pdf"), &forged).unwrap();
    let said = code(folder.path(), &[&["verify", "forged.pdf"][..], &folders].concat(), 4);
    assert!(said.contains("XÃ BÌNH AN (H37.DN.002)") && said.contains("HUYỆN HÒA AN"), "{said}");
}

/// Whom the page and the API believe changes with the offices' folders, and nobody starts anything again.
#[test]
fn what_an_office_trusts_counts_without_a_restart() {
    let folder = TempDir::new().unwrap();
    let [ours, theirs] = ["offices/hoa-an", "theirs"].map(|name| folder.path().join(name));
    fs::create_dir(folder.path().join("offices")).unwrap();
    office(&ours, "XÃ BÌNH AN", "H37.DN.002");
    office(&theirs, "HUYỆN HÒA AN", "H37.DN.001");
    let file = signed(&theirs, &theirs.join("keys"));
    let running = Running::start(folder.path(), &["--offices", "offices"]);
    let becomes = |wanted: &str| {
        let until = std::time::Instant::now() + std::time::Duration::from_secs(60);
        loop {
            let verdict = asked(&running, &file).0["verdict"].as_str().unwrap().to_owned();
            if verdict == wanted {
                return;
            }
            assert!(std::time::Instant::now() < until, "{verdict}, and never {wanted}");
            std::thread::sleep(std::time::Duration::from_millis(200));
        }
    };
    becomes("indeterminate");
    let root = theirs.join("keys/root.crt");
    let name = "ỦY BAN NHÂN DÂN HUYỆN HÒA AN;H37.DN.001";
    code(&ours, &["trust", "add", root.to_str().unwrap(), "--yes", "--for", name], 0);
    becomes("valid");
    let listed: Value = serde_json::from_str(&code(&ours, &["trust", "list", "--json"], 0)).unwrap();
    let entries = listed.as_array().unwrap().iter();
    let entry = entries.filter(|entry| entry["scope"]["offices"][0]["organ_id"] == "H37.DN.001");
    for fingerprint in entry.filter_map(|entry| entry["fingerprint"].as_str()) {
        code(&ours, &["trust", "remove", fingerprint], 0);
    }
    becomes("indeterminate");
}
