//! Whom an office believes, for which offices, and what its folder says of that.

use std::fs;

use serde_json::Value;

use crate::office::{Office, TIME};

const OWN: &str = "ỦY BAN NHÂN DÂN HUYỆN HÒA AN";

/// An office that issued the example and had it signed by its chairman.
fn signed() -> Office {
    let office = Office::new();
    office.draft("draft.json", "Kết quả phong trào thi đua");
    office.ok(&["issue", "draft.json", "-o", "report.pdf", "--time", TIME]);
    office.ok(&["sign", "report.pdf", "--key", "keys/chairman.key", "--time", TIME, "-o", "signed.pdf"]);
    office
}

/// Another office: the register of one of that name would know its documents.
fn another() -> Office {
    let office = Office::new();
    let config = fs::read_to_string(office.path("vanthu.toml")).unwrap();
    fs::write(office.path("vanthu.toml"), config.replace("HUYỆN HÒA AN", "XÃ THANH AN")).unwrap();
    office
}

fn listed(office: &Office) -> Vec<Value> {
    office.json(&["trust", "list", "--json"]).as_array().unwrap().clone()
}

fn cause(office: &Office, arguments: &[&str]) -> String {
    let report = office.json(&[&["verify", "signed.pdf", "--require", "any", "--json"], arguments].concat());
    report["cause"]["code"].as_str().unwrap().to_owned()
}

#[test]
fn an_office_believes_its_own_root_without_being_told() {
    let office = signed();
    assert_eq!(cause(&office, &[]), "signed");
    let report = office.json(&["verify", "signed.pdf", "--json"]);
    assert_eq!(report["signatures"][0]["vouches_for"]["offices"][0]["name"], OWN);
    // For its own documents alone.
    let config = fs::read_to_string(office.path("vanthu.toml")).unwrap();
    fs::write(office.path("vanthu.toml"), config.replace("HUYỆN HÒA AN", "XÃ BÌNH AN")).unwrap();
    assert_eq!(cause(&office, &[]), "other_office");
    // Which has another name now, and keeps its documents.
    let said = office.ok(&["trust", "add", "keys/root.crt", "--yes", "--for", OWN]);
    assert!(said.contains(OWN), "{said}");
    assert_eq!(cause(&office, &[]), "signed");
}

#[test]
fn it_is_said_for_whom_an_entry_vouches() {
    let (office, other) = (signed(), another());
    fs::copy(office.path("signed.pdf"), other.path("signed.pdf")).unwrap();
    fs::copy(office.path("keys/root.crt"), other.path("theirs.crt")).unwrap();
    let scopes = || -> Vec<Value> { listed(&other).iter().map(|entry| entry["scope"].clone()).collect() };
    // The root itself says whose it is.
    other.ok(&["trust", "add", "theirs.crt", "--yes"]);
    assert_eq!(scopes()[0]["offices"][0]["name"], OWN);
    let fingerprint = listed(&other)[0]["fingerprint"].as_str().unwrap().to_owned();
    other.ok(&["trust", "remove", &fingerprint]);
    assert_eq!(fs::read_dir(other.path("trust")).unwrap().count(), 0, "both files are gone");
    // Somebody else's.
    other.ok(&["trust", "add", "theirs.crt", "--yes", "--for", "UBND XÃ BÌNH AN;H37.2"]);
    assert_eq!(scopes()[0]["offices"][0]["organ_id"], "H37.2");
    assert_eq!(cause(&other, &[]), "other_office");
    assert!(other.ok(&["trust", "list"]).contains("Trusted for: UBND XÃ BÌNH AN (H37.2)"));
    let said = other.code(&["verify", "signed.pdf"], 4);
    assert!(said.contains("UBND XÃ BÌNH AN (H37.2)") && said.contains("vanthu trust add"), "{said}");
    // Once more, for another one: for both.
    other.ok(&["trust", "add", "theirs.crt", "--yes", "--for", OWN, "--for", "UBND XÃ THANH AN"]);
    assert_eq!(scopes()[0]["offices"].as_array().unwrap().len(), 3);
    assert_eq!(cause(&other, &[]), "signed");
    other.ok(&["trust", "add", "theirs.crt", "--yes", "--for-all"]);
    assert_eq!(scopes(), ["everyone"]);
    other.code(&["trust", "add", "theirs.crt", "--yes", "--for-all", "--for", OWN], 2);
    other.code(&["trust", "add", "theirs.crt", "--yes", "--for", ";H37"], 2);
}

#[test]
fn what_can_not_be_understood_vouches_for_nobody() {
    let office = signed();
    office.ok(&["trust", "add", "keys/root.crt", "--yes"]);
    let entries = fs::read_dir(office.path("trust")).unwrap().map(|entry| entry.unwrap().path());
    let (terms, certificate): (Vec<_>, Vec<_>) =
        entries.partition(|path| path.extension().is_some_and(|ending| ending == "toml"));
    let (terms, certificate) = (&terms[0], certificate[0].to_str().unwrap().to_owned());
    for text in
        ["", "scope = \"all\"", "scope = 3", "[[scope.offices]]\nname = 3", "scope = \"everyone\"\nmore = 1"]
    {
        fs::write(terms, text).unwrap();
        for arguments in [
            &["verify", "signed.pdf"][..],
            &["verify", "signed.pdf", "--trust", &certificate],
            &["trust", "list"],
            &["trust", "add", "keys/root.crt", "--yes"],
        ] {
            let said = office.code(arguments, 8);
            assert!(said.contains("must say for which offices"), "{said}");
        }
    }
    // Without that file it is for the office in whose folder it is.
    fs::remove_file(terms).unwrap();
    assert_eq!(cause(&office, &["--trust", &certificate]), "signed");
    let config = fs::read_to_string(office.path("vanthu.toml")).unwrap();
    fs::write(office.path("vanthu.toml"), config.replace("HUYỆN HÒA AN", "XÃ BÌNH AN")).unwrap();
    assert_eq!(cause(&office, &["--trust", &certificate]), "other_office");
    assert_eq!(cause(&office, &["--trust", "trust"]), "other_office");
    // Whoever names a file of his own for one question means it.
    assert_eq!(cause(&office, &["--trust", "keys/root.crt"]), "signed");
}

/// A service that a trusted list has for time-stamps signs no document, however it comes into the folder.
#[test]
fn a_service_of_a_trusted_list_keeps_its_purpose() {
    let office = signed();
    let other = another();
    fs::copy(office.path("signed.pdf"), other.path("signed.pdf")).unwrap();
    fs::remove_file(other.path("keys/root.crt")).unwrap();
    let pem = fs::read_to_string(office.path("keys/root.crt")).unwrap();
    let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let list = |kind: &str| {
        format!(
            "<TrustServiceStatusList><ServiceInformation>\
             <ServiceTypeIdentifier>http://uri.etsi.org/TrstSvc/Svctype/{kind}</ServiceTypeIdentifier>\
             <ServiceDigitalIdentity><DigitalId><X509Certificate>{base64}</X509Certificate></DigitalId>\
             </ServiceDigitalIdentity><ServiceStatus>http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted\
             </ServiceStatus></ServiceInformation></TrustServiceStatusList>"
        )
    };
    for (kind, expected, purpose) in
        [("TSA/QTST", "unknown_root", Value::from("time_stamps")), ("CA/QC", "signed", Value::Null)]
    {
        fs::write(other.path("list.xml"), list(kind)).unwrap();
        other.ok(&["trust", "add", "list.xml", "--yes"]);
        assert_eq!(cause(&other, &[]), expected, "{kind}");
        assert_eq!(listed(&other)[0]["purpose"], purpose);
    }
}
