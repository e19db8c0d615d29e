//! Keys wherever they are: in files of several makers, in tokens, with a signing service; how they live and end; and
//! that nothing of them shows. Through the program, with real tokens and before foreign judges.

mod elsewhere;
mod kept;
mod key_files;
mod lifecycle;
mod many;
mod pkcs12;
mod revoking;
mod secrets;
mod softhsm;
mod token;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::judges::{self, approve};
use crate::office::{Office, TIME};

/// When foreign judges look.
const LATER: &str = "2026-06-19T10:00:00+07:00";

/// An office with a report that was issued: `01-BC-UBND.pdf`.
fn issued() -> Office {
    let office = Office::new();
    office.draft("draft.json", "Kết quả phong trào thi đua");
    office.ok(&["issue", "draft.json", "--time", TIME]);
    office
}

/// The verdict on `file` by the office's root, [later](LATER).
fn verdict(office: &Office, file: &str) -> Value {
    office.json(&["verify", file, "--require", "any", "--trust", "keys/root.crt", "--at", LATER, "--json"])
}

/// Our verifier calls `file` valid, and pyHanko and qpdf agree about each of its `count` signatures.
#[track_caller]
fn assert_valid(office: &Office, file: &str, count: usize) {
    let judged = verdict(office, file);
    assert!(judged["verdict"].as_str().unwrap().starts_with("valid"), "{judged:#}");
    let (path, root) = (office.path(file), office.path("keys/root.crt"));
    let signatures = judges::pyhanko_at(&path, &root, LATER);
    assert_eq!(signatures.len(), count, "{signatures:#?}");
    for signature in signatures {
        assert_eq!(signature["bottom_line"], true, "{signature:#?}");
        assert_eq!(signature["docmdp_ok"], true, "{signature:#?}");
    }
    judges::assert_sound_for_qpdf(&path);
}

/// The CMS of the `index`-th signature of `file`, and what it signs, as files.
fn cms_and_content(office: &Office, file: &str, index: usize) -> (PathBuf, PathBuf) {
    let signature = verdict(office, file)["signatures"][index].clone();
    let field = signature["field"].as_str().unwrap();
    let range: Vec<usize> = signature["byte_range"]
        .as_array()
        .unwrap()
        .iter()
        .map(|number| usize::try_from(number.as_u64().unwrap()).unwrap())
        .collect();
    let bytes = fs::read(office.path(file)).unwrap();
    let content = office.path(&format!("{field}.content"));
    let signed = [&bytes[range[0]..range[0] + range[1]], &bytes[range[2]..range[2] + range[3]]].concat();
    fs::write(&content, signed).unwrap();
    let parts = format!("{field}-parts");
    office.ok(&["extract", file, "--what", "cms", "-o", &parts, "--force"]);
    (office.path(&format!("{parts}/{field}.p7s")), content)
}

/// BouncyCastle and GnuTLS find the CMS of `file` right; OpenSSL as well, which does not know Ed25519 in a CMS.
#[track_caller]
fn assert_cms_holds(office: &Office, file: &str, index: usize) {
    let (cms, content) = cms_and_content(office, file, index);
    let judged = judges::cms(&cms, &content);
    assert_eq!(judged["valid"], true, "{judged:#}");
    if !verdict(office, file)["signatures"][index]["algorithm"].to_string().contains("Ed25519") {
        let mut openssl = Command::new("openssl");
        // No purpose that OpenSSL knows is that of documents (RFC 9336).
        openssl.args([
            "cms",
            "-verify",
            "-binary",
            "-inform",
            "DER",
            "-purpose",
            "any",
            "-attime",
            "1781838000",
        ]);
        openssl
            .arg("-in")
            .arg(cms)
            .arg("-content")
            .arg(content)
            .arg("-CAfile")
            .arg(office.path("keys/root.crt"));
        approve(openssl.arg("-out").arg("/dev/null"));
    }
}

/// What lies in `folder`, hidden files too.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = entries.map(OsString::into_string).map(Result::unwrap).collect();
    names.sort();
    names
}

/// Makes `text` a file that its owner alone may read.
fn private(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt;
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}
