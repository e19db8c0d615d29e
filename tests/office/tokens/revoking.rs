//! Keys are revoked, not certificates; and the list that says so is never lost, bent or begun again in silence.

use std::fs;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::{issued, names};
use crate::judges::approve;
use crate::office::{Office, TIME};

const DAY: &str = "2026-06-20T08:00:00+07:00";
const NEXT_DAY: &str = "2026-06-21T08:00:00+07:00";

/// The office's list in words, by OpenSSL, which must find the root's signature.
#[track_caller]
fn list(office: &Office) -> String {
    let mut command = Command::new("openssl");
    command.args(["crl", "-verify", "-noout", "-text", "-inform", "DER"]);
    let said = approve(
        command.arg("-in").arg(office.path("keys/root.crl")).arg("-CAfile").arg(office.path("keys/root.crt")),
    );
    assert!(said.contains("verify OK"), "{said}");
    said
}

/// The serial numbers in the office's list.
#[track_caller]
fn revoked(office: &Office) -> Vec<String> {
    said_of_each(&list(office), "Serial Number: ")
}

/// The dates of revocation in the office's list.
#[track_caller]
fn dates(office: &Office) -> Vec<String> {
    said_of_each(&list(office), "Revocation Date: ")
}

fn said_of_each(list: &str, name: &str) -> Vec<String> {
    list.lines().filter_map(|line| line.trim().strip_prefix(name)).map(str::to_owned).collect()
}

fn serial(office: &Office, file: &str) -> String {
    let mut command = Command::new("openssl");
    let said = approve(command.args(["x509", "-noout", "-serial", "-in"]).arg(office.path(file)));
    said.trim().trim_start_matches("serial=").to_owned()
}

#[track_caller]
fn revoke(office: &Office, name: &str, time: &str) -> String {
    office.ok(&["keys", "revoke", name, "--issuer", "root", "--reason", "key-compromise", "--time", time])
}

fn judged(office: &Office, file: &str, at: &str) -> Value {
    let trust = ["--trust", "keys/root.crt", "--crl", "keys/root.crl", "--at", at, "--json"];
    office.json(&[&["verify", file, "--require", "any"], &trust[..]].concat())
}

#[test]
fn a_key_is_revoked_with_all_its_certificates() {
    let office = issued();
    let sign = |to: &str, time| {
        office.ok(&["sign", "01-BC-UBND.pdf", "--key", "keys/chairman.key", "--time", time, "-o", to]);
    };
    sign("first.pdf", TIME);
    office.ok(&["keys", "renew", "chairman", "--issuer", "root", "--time", TIME]);
    // What an answer to a request replaces is gone from its file.
    let answer = ["keys", "csr", "chairman", "--common-name", "chairman"];
    office.ok(&answer);
    let certify = ["keys", "certify", "chairman", "keys/chairman.csr", "--issuer", "root", "--force"];
    let second = serial(&office, "keys/chairman.crt");
    office.ok(&[&certify[..], &["--time", TIME]].concat());
    sign("last.pdf", TIME);
    let said = revoke(&office, "chairman", DAY);
    assert!(said.contains("(3 certificates)"), "{said}");
    assert!(
        said.contains("Revoked the key of “chairman” at 20/06/2026 08:00:00 +07:00: 3 certificates"),
        "{said}"
    );
    let serials = revoked(&office);
    assert!(serials.contains(&second) && serials.contains(&serial(&office, "keys/chairman.crt")));
    for file in ["first.pdf", "last.pdf"] {
        let judged = judged(&office, file, NEXT_DAY);
        assert_eq!(judged["verdict"], "indeterminate", "{file}: {judged:#}");
        assert!(judged.to_string().contains("was revoked at"), "{file}: {judged:#}");
    }
    // The same key gets no other certificate, whoever asks.
    let again = office.code(&[&certify[..], &["--time", NEXT_DAY]].concat(), 8);
    assert!(again.contains("is revoked: make a new key"), "{again}");
    office.code(&["keys", "renew", "chairman", "--issuer", "root", "--time", NEXT_DAY], 8);
    let twice = office.code(&["keys", "revoke", "chairman", "--issuer", "root", "--time", NEXT_DAY], 8);
    assert!(twice.contains("is revoked already"), "{twice}");
}

/// The only file of a certificate may be the one that was signed with it.
#[test]
fn certificates_in_documents_are_at_hand() {
    let office = issued();
    office.ok(&["sign", "01-BC-UBND.pdf", "--key", "keys/chairman.key", "--time", TIME, "-o", "signed.pdf"]);
    let old = serial(&office, "keys/chairman.crt");
    office.ok(&["keys", "renew", "chairman", "--issuer", "root", "--time", TIME]);
    // As in an office that renewed before issued certificates were kept.
    fs::remove_dir_all(office.path("keys/issued")).unwrap();
    for name in names(&office.path("keys")) {
        if name.starts_with("chairman-") {
            fs::remove_file(office.path("keys").join(name)).unwrap();
        }
    }
    revoke(&office, "chairman", DAY);
    assert!(revoked(&office).contains(&old), "{old}");
}

#[test]
fn since_the_day_of_the_theft_and_what_that_costs() {
    let office = issued();
    let sign = |time, to| {
        office.ok(&["sign", "01-BC-UBND.pdf", "--key", "keys/chairman.key", "--time", time, "-o", to]);
    };
    sign(TIME, "signed.pdf");
    let with = |more: &[&str], code| {
        let arguments = ["keys", "revoke", "chairman", "--issuer", "root", "--time", NEXT_DAY];
        office.code(&[&arguments[..], more].concat(), code)
    };
    let before = names(&office.path("keys"));
    let said = with(&["--dry-run"], 0);
    assert!(said.contains("1 documents signed with this key have no time-stamp"), "{said}");
    assert!(said.contains("01/BC-UBND") && said.contains("signed.pdf"), "{said}");
    assert!(said.contains("vanthu extend FILE"), "{said}");
    assert_eq!(names(&office.path("keys")), before);
    let later = with(&["--since", "2026-06-22"], 8);
    assert!(later.contains("the date of revocation is in the future"), "{later}");
    with(&["--since", "yesterday"], 2);
    let said = with(&["--since", "2026-06-20"], 0);
    assert!(said.contains("does not save these documents"), "{said}");
    assert_eq!(judged(&office, "signed.pdf", NEXT_DAY)["verdict"], "indeterminate");
    assert_eq!(dates(&office), ["Jun 19 17:00:00 2026 GMT"]);
    // What turns out to have been earlier is put earlier, and never later again.
    let said = with(&["--since", "2026-06-19T12:00:00+07:00"], 0);
    assert!(said.contains("(1 certificates)") && said.contains("19/06/2026 12:00:00"), "{said}");
    assert_eq!(dates(&office), ["Jun 19 05:00:00 2026 GMT"]);
    with(&["--since", "2026-06-20"], 8);
}

#[test]
fn four_who_revoke_at_once_are_four_on_the_list() {
    let office = Office::new();
    let people = ["a", "b", "c", "d"];
    for name in people {
        office.ok(&["keys", "new", name, "--issuer", "root", "--common-name", name, "--time", TIME]);
    }
    let begin = |name: &str| {
        let mut command = office.command(&["keys", "revoke", name, "--issuer", "root", "--time", DAY]);
        command.stderr(Stdio::null()).spawn().unwrap()
    };
    let running: Vec<_> = people.into_iter().map(begin).collect();
    for mut one in running {
        assert!(one.wait().unwrap().success());
    }
    let serials = revoked(&office);
    assert_eq!(serials.len(), 4, "{serials:?}");
    for name in people {
        assert!(serials.contains(&serial(&office, &format!("keys/{name}.crt"))), "{name}");
    }
}

/// Whatever became of the list, nobody is revoked on another one, and nobody signs, until it is there again.
#[test]
fn a_list_that_is_not_the_published_one_is_refused() {
    let office = issued();
    let list = office.path("keys/root.crl");
    for name in ["a", "b", "c"] {
        office.ok(&["keys", "new", name, "--issuer", "root", "--common-name", name, "--time", TIME]);
    }
    revoke(&office, "a", DAY);
    let first = fs::read(&list).unwrap();
    revoke(&office, "b", DAY);
    let good = fs::read(&list).unwrap();
    let bent = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        bytes
    };
    let serial_of_a = serial(&office, "keys/a.crt");
    let serial_of_a: Vec<u8> = serial_of_a
        .as_bytes()
        .chunks(2)
        .map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap())
        .collect();
    let place = good.windows(20).position(|bytes| bytes == serial_of_a).unwrap();
    // Another list of the same number: the root was asked twice, and one of both was published.
    let other = tempfile::tempdir().unwrap();
    for file in ["root.key", "root.crt", "c.crt"] {
        fs::copy(office.path("keys").join(file), other.path().join(file)).unwrap();
    }
    fs::write(other.path().join("root.crl"), &first).unwrap();
    let folder = other.path().to_str().unwrap();
    office.ok(&["keys", "revoke", "c", "--issuer", "root", "--dir", folder, "--time", DAY]);
    let twin = fs::read(other.path().join("root.crl")).unwrap();
    let cases: [(&str, Option<Vec<u8>>, &str); 7] = [
        ("a serial number", Some(bent(place + 10)), "the root did not sign this revocation list"),
        ("the signature", Some(bent(good.len() - 1)), "the root did not sign this revocation list"),
        ("cut", Some(good[..good.len() - 1].to_vec()), "is not a revocation list"),
        ("empty", Some(Vec::new()), "is not a revocation list"),
        ("older", Some(first.clone()), "this is the revocation list 1, older than 2"),
        ("twin", Some(twin), "this revocation list 2 is not the one that was published"),
        ("gone", None, "the revocation list 2 was published, and its file is gone"),
    ];
    for (what, bytes, words) in cases {
        match bytes {
            Some(bytes) => fs::write(&list, bytes).unwrap(),
            None => fs::remove_file(&list).unwrap(),
        }
        let said = office.code(&["keys", "revoke", "c", "--issuer", "root", "--time", DAY], 8);
        assert!(said.contains(words) && said.contains("put back the list"), "{what}: {said}");
        office.code(&["keys", "crl", "--issuer", "root", "--time", DAY], 8);
        let sign = ["sign", "01-BC-UBND.pdf", "--key", "keys/a.key", "--time", NEXT_DAY, "-o", "a.pdf"];
        let output = office.run(&sign);
        assert!(!output.status.success() && !office.path("a.pdf").exists(), "{what}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("revocation list"), "{what}: {said}");
        fs::write(&list, &good).unwrap();
    }
    // What can't be read is not absent.
    fs::remove_file(&list).unwrap();
    fs::create_dir(&list).unwrap();
    office.code(&["keys", "revoke", "c", "--issuer", "root", "--time", DAY], 9);
    fs::remove_dir(&list).unwrap();
    fs::write(&list, &good).unwrap();
    revoke(&office, "c", DAY);
    assert_eq!(revoked(&office).len(), 3);
}

#[test]
fn a_lost_list_is_begun_again_only_by_name() {
    let office = Office::new();
    let list = office.path("keys/root.crl");
    revoke(&office, "chairman", DAY);
    let old = fs::read(&list).unwrap();
    revoke(&office, "agency", DAY);
    let recover = ["keys", "crl", "--issuer", "root", "--recover", "--time", DAY];
    // From an older one that the root signed, and behind the number of the one that is lost.
    fs::write(&list, old).unwrap();
    let said = office.ok(&recover);
    assert!(said.contains("(1 certificates)"), "{said}");
    assert!(revoke(&office, "agency", DAY).contains("(2 certificates)"));
    // From nothing.
    fs::write(&list, "garbage").unwrap();
    assert!(office.ok(&recover).contains("(0 certificates)"));
    let mut command = Command::new("openssl");
    let said = approve(command.args(["crl", "-noout", "-crlnumber", "-inform", "DER", "-in"]).arg(&list));
    assert!(said.contains("0x05"), "{said}");
    // What is remembered is not taken for nothing either.
    fs::write(office.path("keys/root.crl.memory"), "5\n").unwrap();
    let said = office.code(&["keys", "crl", "--issuer", "root"], 8);
    assert!(said.contains("what is remembered of the published list can't be read"), "{said}");
}

/// Keys and lists that can't be read are not keys and lists that are not there.
#[test]
fn who_is_believed_is_known_or_nobody_signs() {
    let office = issued();
    let sign = ["sign", "01-BC-UBND.pdf", "--key", "keys/chairman.key", "--time", TIME, "-o", "no.pdf"];
    fs::write(office.path("keys/broken.crt"), "garbage").unwrap();
    let said = office.code(&sign, 8);
    assert!(said.contains("broken.crt is not a certificate"), "{said}");
    fs::remove_file(office.path("keys/broken.crt")).unwrap();
    fs::create_dir(office.path("keys/other.crl")).unwrap();
    office.code(&sign, 9);
    fs::remove_dir(office.path("keys/other.crl")).unwrap();
    // Longer than what is read.
    let long = fs::File::create(office.path("keys/other.crl")).unwrap();
    long.set_len((32 << 20) + 1).unwrap();
    office.code(&sign, 9);
    fs::remove_file(office.path("keys/other.crl")).unwrap();
    assert!(!office.path("no.pdf").exists());
    office.ok(&sign);
}

/// Whoever has a list that ran out knows no less than who has none, and is told so.
#[test]
fn a_list_that_ran_out_stops_nobody_but_whom_it_revokes() {
    let office = issued();
    let later = "2026-07-20T08:00:00+07:00";
    let with_address = ["--crl-url", "http://crl.example.vn/root.crl"];
    let new = ["keys", "new", "asked", "--issuer", "root", "--common-name", "asked", "--time", TIME];
    office.ok(&[&new[..], &with_address].concat());
    office.ok(&["keys", "new", "gone", "--issuer", "root", "--common-name", "gone", "--time", TIME]);
    let sign = |key: &str, time: &str, to: &str, code| {
        let key = format!("keys/{key}.key");
        office.code(&["sign", "01-BC-UBND.pdf", "--key", &key, "--time", time, "-o", to], code)
    };
    sign("gone", TIME, "gone.pdf", 0);
    office.ok(&["keys", "revoke", "gone", "--issuer", "root", "--days", "10", "--time", DAY]);
    let soon = sign("chairman", NEXT_DAY, "soon.pdf", 0);
    assert!(soon.contains("the revocation list root.crl runs out at 30/06/2026 08:00:00 +07:00"), "{soon}");
    let said = sign("chairman", later, "signed.pdf", 0);
    assert!(said.contains("root.crl ran out at 30/06/2026 08:00:00 +07:00"), "{said}");
    assert!(said.contains("`vanthu keys crl` writes a new one"), "{said}");
    assert!(said.contains("No time-stamp: the signature can be proven until 17/06/2028"), "{said}");
    // The agency seals what the chairman signed, and the verdict is that of who has no list at all.
    let seal = ["sign", "signed.pdf", "--as", "agency", "--key", "keys/agency.key", "--time", later];
    office.ok(&[&seal[..], &["-o", "sealed.pdf"]].concat());
    let judged = |file, at| judged(&office, file, at);
    let verdict = judged("sealed.pdf", later);
    assert_eq!(verdict["verdict"], "valid", "{verdict:#}");
    let checks = verdict["signatures"][0]["checks"].as_array().unwrap();
    let check = checks.iter().find(|check| check["id"] == "revocation").unwrap();
    assert_eq!(check["outcome"], "not_checked", "{check:#}");
    assert!(check.to_string().contains("was not checked since 30/06/2026 08:00:00 +07:00"), "{check:#}");
    // Whom it revokes stays revoked, on paper and at the desk.
    assert_eq!(judged("gone.pdf", later)["verdict"], "indeterminate");
    assert!(sign("gone", later, "no.pdf", 8).contains("was revoked at"));
    // Where the certificate asks for a list, one that ran out is none.
    sign("asked", later, "asked.pdf", 0);
    let asked = judged("asked.pdf", later);
    assert_eq!(asked["verdict"], "indeterminate", "{asked:#}");
    assert!(
        asked.to_string().contains("revocation of the certificate of “asked” was not checked"),
        "{asked:#}"
    );
    // A fresh list, and all is well.
    office.ok(&["keys", "crl", "--issuer", "root", "--time", later]);
    for file in ["sealed.pdf", "asked.pdf"] {
        let checks = judged(file, "2026-07-21T08:00:00+07:00").to_string();
        assert!(checks.contains("was not revoked (CRL/OCSP as of 20/07/2026"), "{file}: {checks}");
    }
    assert!(!sign("chairman", later, "again.pdf", 0).contains("run out"));
}

#[test]
fn a_key_is_revoked_though_the_register_does_not_answer() {
    let office = issued();
    fs::write(office.path("register.sqlite"), "garbage").unwrap();
    let said = revoke(&office, "chairman", DAY);
    assert!(said.contains("the register can't be asked what was signed with this key"), "{said}");
    assert_eq!(revoked(&office), [serial(&office, "keys/chairman.crt")]);
}
