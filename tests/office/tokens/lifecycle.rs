//! A certificate's life: asked for, given, renewed, revoked; and the list that says so.

use std::fs;
use std::process::Command;

use serde_json::Value;

use super::{assert_valid, issued, names};
use crate::judges::{self, approve, refuse};
use crate::office::{Office, TIME};

/// `name` among the certificates that the office lists.
fn listed(office: &Office, name: &str) -> Value {
    let list = office.json(&["keys", "list", "--json"]);
    list.as_array().unwrap().iter().find(|entry| entry["name"] == name).unwrap().clone()
}

/// What OpenSSL says of the office's list with `options`; fails unless the root signed it.
#[track_caller]
fn crl(office: &Office, options: &[&str]) -> String {
    let mut command = Command::new("openssl");
    command.args(["crl", "-verify", "-noout", "-inform", "DER"]).args(options);
    let said = approve(
        command.arg("-in").arg(office.path("keys/root.crl")).arg("-CAfile").arg(office.path("keys/root.crt")),
    );
    assert!(said.contains("verify OK"), "{said}");
    said
}

#[test]
fn a_certificate_is_asked_for_given_taken_and_renewed() {
    let office = issued();
    office.ok(&[
        "keys",
        "csr",
        "secretary",
        "--common-name",
        "Nguyễn Thị B",
        "--title",
        "Phó Chủ tịch",
        "--unit",
        "Văn phòng",
    ]);
    let request = office.path("keys/secretary.csr");
    let text = approve(
        Command::new("openssl")
            .args(["req", "-verify", "-noout", "-subject", "-nameopt", "utf8,-esc_msb", "-in"])
            .arg(&request),
    );
    assert!(text.contains("Nguyễn Thị B"), "{text}");
    // A request is made again with the same key.
    office.ok(&["keys", "csr", "secretary", "--common-name", "Nguyễn Thị B", "--title", "Phó Chủ tịch"]);
    // The authority's answer, elsewhere.
    let authority = office.path("authority");
    let folder = authority.to_str().unwrap();
    office.ok(&[
        "keys",
        "new",
        "ca",
        "--root",
        "--common-name",
        "Cơ quan chứng thực",
        "--dir",
        folder,
        "--time",
        TIME,
    ]);
    #[rustfmt::skip]
    office.ok(&[
        "keys", "certify", "answer", request.to_str().unwrap(), "--issuer", "ca", "--dir", folder,
        "--crl-url", "http://crl.example.vn/ca.crl", "--time", TIME,
    ]);
    let answer = authority.join("answer.crt");
    // That of another key is refused, and in DER, or behind the authority's own, it is taken.
    let wrong = office.code(&["keys", "import-cert", "secretary", "keys/agency.crt"], 8);
    assert!(wrong.contains("does not belong to the key"), "{wrong}");
    assert!(!office.path("keys/secretary.crt").exists());
    let der = office.path("answer.cer");
    approve(
        Command::new("openssl").args(["x509", "-outform", "DER", "-in"]).arg(&answer).arg("-out").arg(&der),
    );
    office.ok(&["keys", "import-cert", "secretary", "answer.cer"]);
    // Nothing is signed that the agency would not seal: the office has to believe that authority, as one
    // whose root lies beside its keys.
    let sign = ["sign", "01-BC-UBND.pdf", "--key", "keys/secretary.key", "--time", TIME, "-o", "signed.pdf"];
    let said = office.code(&sign, 8);
    assert!(said.contains("the office would not believe the signature of “Nguyễn Thị B”"), "{said}");
    assert!(said.contains("vanthu trust add"), "{said}");
    assert!(!office.path("signed.pdf").exists());
    let ca = fs::read_to_string(authority.join("ca.crt")).unwrap();
    let both = ca + &fs::read_to_string(&answer).unwrap();
    fs::write(office.path("both.pem"), both).unwrap();
    assert_eq!(office.run(&["keys", "import-cert", "secretary", "both.pem"]).status.code(), Some(9), "kept");
    office.ok(&["keys", "import-cert", "secretary", "both.pem", "--force"]);
    let entry = listed(&office, "secretary");
    assert_eq!((&entry["issuer"], &entry["has_key"]), (&"Cơ quan chứng thực".into(), &true.into()));
    office.ok(&sign);
    let judged =
        office.json(&["verify", "signed.pdf", "--require", "any", "--trust", "authority/ca.crt", "--json"]);
    assert_eq!(judged["signatures"][0]["signer"]["subject"]["common_name"], "Nguyễn Thị B");
}

#[test]
fn a_forged_request_is_refused() {
    let office = Office::new();
    office.ok(&["keys", "csr", "a", "--common-name", "Nguyen Van An"]);
    let script = r"
import sys
from asn1crypto import csr, pem, keys
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
_, _, der = pem.unarmor(open('keys/a.csr', 'rb').read())
if sys.argv[1] == 'subject':
    der = der.replace(b'Nguyen Van An', b'Nguyen Van Am')
else:
    request = csr.CertificationRequest.load(der)
    own = request['certification_request_info']['subject_pk_info'].dump()
    other = ed25519.Ed25519PrivateKey.generate().public_key()
    der = der.replace(own, other.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
open('forged.csr', 'wb').write(pem.armor('CERTIFICATE REQUEST', der))
";
    let before = names(&office.path("keys"));
    for what in ["subject", "key"] {
        approve(judges::python().current_dir(office.folder.path()).args(["-c", script, what]));
        assert_ne!(
            fs::read(office.path("forged.csr")).unwrap(),
            fs::read(office.path("keys/a.csr")).unwrap()
        );
        let said = office.code(&["keys", "certify", "forged", "forged.csr", "--issuer", "root"], 8);
        assert!(said.contains("signature does not hold"), "{what}: {said}");
    }
    fs::write(office.path("garbage.csr"), "garbage").unwrap();
    let said = office.code(&["keys", "certify", "forged", "garbage.csr", "--issuer", "root"], 8);
    assert!(said.contains("is not a request for a certificate"), "{said}");
    // Who vouches has to be a root.
    office.code(&["keys", "certify", "forged", "keys/a.csr", "--issuer", "agency"], 8);
    assert_eq!(names(&office.path("keys")), before);
    // A name that no certificate may have leaves no key behind either.
    office.code(&["keys", "csr", "nameless", "--common-name", " "], 8);
    assert_eq!(names(&office.path("keys")), before);
}

#[test]
fn requests_that_other_programs_made_are_answered() {
    let office = Office::new();
    for (name, options, code) in [
        ("rsa", &["-newkey", "rsa:2048"][..], 0),
        ("pss", &["-newkey", "rsa:2048", "-sigopt", "rsa_padding_mode:pss"], 0),
        ("p256-sha512", &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-sha512"], 0),
        ("sha1", &["-newkey", "rsa:2048", "-sha1"], 8),
        ("short", &["-newkey", "rsa:1024"], 8),
        ("p521", &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-521"], 8),
    ] {
        let request = office.path(&format!("{name}.csr"));
        let mut make = Command::new("openssl");
        make.args(["req", "-new", "-nodes", "-keyout", "/dev/null", "-subj", "/C=VN/CN=A"]).args(options);
        approve(make.arg("-out").arg(&request));
        office.code(
            &["keys", "certify", name, &format!("{name}.csr"), "--issuer", "root", "--time", TIME],
            code,
        );
        assert_eq!(office.path(&format!("keys/{name}.crt")).exists(), code == 0, "{name}");
    }
}

#[test]
fn renewed_it_says_the_same_of_the_same_key() {
    let office = issued();
    let later = "2028-01-10T08:00:00+07:00";
    office.ok(&["keys", "csr", "agency", "--common-name", "agency"]);
    #[rustfmt::skip]
    office.ok(&[
        "keys", "certify", "agency", "keys/agency.csr", "--issuer", "root", "--force", "--time", TIME,
        "--crl-url", "http://crl.example.vn/root.crl",
    ]);
    let old = fs::read_to_string(office.path("keys/agency.crt")).unwrap();
    let before = listed(&office, "agency");
    office.ok(&["keys", "renew", "agency", "--issuer", "root", "--time", later]);
    let after = listed(&office, "agency");
    assert_eq!(before["subject"], after["subject"]);
    assert_eq!(after["not_after"], "2030-01-09T08:00:00+07:00");
    let kept = format!("agency-{}", &before["fingerprint"].as_str().unwrap()[..8]);
    assert_eq!(fs::read_to_string(office.path(&format!("keys/{kept}.crt"))).unwrap(), old);
    assert_eq!(listed(&office, &kept)["fingerprint"], before["fingerprint"]);
    let text = approve(
        Command::new("openssl").args(["x509", "-noout", "-text", "-in"]).arg(office.path("keys/agency.crt")),
    );
    assert!(text.contains("URI:http://crl.example.vn/root.crl"), "{text}");
    // The same key signs on, when the old certificate has ended.
    let when = "2029-05-05T08:00:00+07:00";
    office.ok(&["sign", "01-BC-UBND.pdf", "--key", "keys/agency.key", "--time", when, "-o", "later.pdf"]);
    let root = office.code(&["keys", "renew", "root", "--issuer", "root"], 8);
    assert!(root.contains("is a root"), "{root}");
}

#[test]
fn every_reason_is_in_the_list_and_the_list_is_the_roots() {
    let office = issued();
    let reasons = [
        ("unspecified", None),
        ("key-compromise", Some("Key Compromise")),
        ("affiliation-changed", Some("Affiliation Changed")),
        ("superseded", Some("Superseded")),
        ("cessation-of-operation", Some("Cessation Of Operation")),
    ];
    for (index, (reason, words)) in reasons.into_iter().enumerate() {
        let name = format!("signer{index}");
        office.ok(&["keys", "new", &name, "--issuer", "root", "--common-name", &name, "--time", TIME]);
        let when = format!("2026-06-2{index}T08:00:00+07:00");
        #[rustfmt::skip]
        let said = office.ok(&[
            "keys", "revoke", &name, "--issuer", "root", "--reason", reason, "--days", "30", "--time", &when,
        ]);
        assert!(said.contains(&format!("({} certificates)", index + 1)), "{said}");
        let text = crl(&office, &["-text", "-crlnumber"]);
        assert!(text.contains(&format!("crlNumber=0x0{}", index + 1)), "{text}");
        assert!(text.contains(&format!("Last Update: Jun 2{index} 01:00:00 2026 GMT")), "{text}");
        assert!(text.contains(&format!("Next Update: Jul 2{index} 01:00:00 2026 GMT")), "{text}");
        assert_eq!(text.matches("Serial Number:").count(), index + 1, "{text}");
        if let Some(words) = words {
            assert!(text.contains(words), "{text}");
        }
    }
    // A list with another number, and nobody new in it.
    let said = office.ok(&["keys", "crl", "--issuer", "root", "--time", "2026-07-01T08:00:00+07:00"]);
    assert!(said.contains("(5 certificates)"), "{said}");
    assert!(crl(&office, &["-text"]).contains("Sep 29 01:00:00 2026 GMT"), "90 days");
    // What can't be revoked.
    let twice = office.code(&["keys", "revoke", "signer0", "--issuer", "root"], 8);
    assert!(twice.contains("is revoked already"), "{twice}");
    let root = office.code(&["keys", "revoke", "root", "--issuer", "root"], 8);
    assert!(root.contains("can't revoke itself"), "{root}");
    let folder = office.path("other");
    #[rustfmt::skip]
    office.ok(&[
        "keys", "new", "stranger", "--root", "--common-name", "Khác", "--dir", folder.to_str().unwrap(), "--time", TIME,
    ]);
    let stranger = folder.join("stranger.crt");
    let other = office.code(&["keys", "revoke", stranger.to_str().unwrap(), "--issuer", "root"], 8);
    assert!(other.contains("not by this root"), "{other}");
    let renewed = office.code(&["keys", "renew", "signer1", "--issuer", "root"], 8);
    assert!(renewed.contains("is revoked: make a new key"), "{renewed}");
    // A list of another root is not continued.
    fs::copy(&stranger, office.path("keys/stranger.crt")).unwrap();
    fs::copy(folder.join("stranger.key"), office.path("keys/stranger.key")).unwrap();
    fs::copy(office.path("keys/root.crl"), office.path("keys/stranger.crl")).unwrap();
    office.code(&["keys", "crl", "--issuer", "stranger"], 8);
}

#[test]
fn who_is_revoked_signs_no_more_and_every_judge_knows() {
    let office = issued();
    office.ok(&["sign", "01-BC-UBND.pdf", "--key", "keys/chairman.key", "--time", TIME, "-o", "before.pdf"]);
    assert_valid(&office, "before.pdf", 1);
    let when = "2026-06-20T08:00:00+07:00";
    #[rustfmt::skip]
    office.ok(&["keys", "revoke", "chairman", "--issuer", "root", "--reason", "key-compromise", "--time", when]);
    let before = names(office.folder.path());
    #[rustfmt::skip]
    let said = office.code(
        &["sign", "01-BC-UBND.pdf", "--key", "keys/chairman.key", "--time", "2026-06-21T08:00:00+07:00", "-o", "after.pdf"], 8,
    );
    assert!(said.contains("was revoked at 20/06/2026 08:00:00 +07:00"), "{said}");
    #[rustfmt::skip]
    office.code(&[
        "sign", "01-BC-UBND.pdf", "--prepare", "step.json", "--cert", "keys/chairman.crt",
        "--time", "2026-06-21T08:00:00+07:00",
    ], 8);
    assert_eq!(names(office.folder.path()), before);
    // Without a time-stamp nothing says that it was signed before.
    let trust = ["--trust", "keys/root.crt", "--crl", "keys/root.crl", "--at", "2026-06-22T08:00:00+07:00"];
    let judged = office.json(&[&["verify", "before.pdf", "--require", "any", "--json"], &trust[..]].concat());
    assert_eq!(judged["verdict"], "indeterminate", "{judged:#}");
    assert!(judged["signatures"][0]["checks"].to_string().contains("was revoked at"), "{judged:#}");
    // Who is no office knows it from the list that the office hands out.
    let recipient = office.path("recipient");
    fs::create_dir(&recipient).unwrap();
    for (from, to) in [("before.pdf", "a.pdf"), ("keys/root.crt", "root.crt"), ("keys/root.crl", "root.crl")]
    {
        fs::copy(office.path(from), recipient.join(to)).unwrap();
    }
    let verify = |more: &[&str]| {
        let arguments = [
            "verify",
            "a.pdf",
            "--require",
            "any",
            "--trust",
            "root.crt",
            "--at",
            "2026-06-22T08:00:00+07:00",
        ];
        let mut command = office.command(&[&arguments, more].concat());
        // No office is above it.
        fs::rename(office.path("vanthu.toml"), office.path("hidden")).unwrap();
        let output = command.current_dir(&recipient).output().unwrap();
        fs::rename(office.path("hidden"), office.path("vanthu.toml")).unwrap();
        output.status.code()
    };
    assert_eq!(verify(&[]), Some(0));
    assert_eq!(verify(&["--crl", "root.crl"]), Some(4));
    assert_eq!(verify(&["--crl", "a.pdf"]), Some(3));
    // OpenSSL knows as well.
    let pem = office.path("list.pem");
    approve(
        Command::new("openssl")
            .args(["crl", "-inform", "DER", "-in"])
            .arg(office.path("keys/root.crl"))
            .arg("-out")
            .arg(&pem),
    );
    let verify = |name: &str| {
        let mut verify = Command::new("openssl");
        verify
            .args(["verify", "-crl_check", "-attime", "1782000000", "-CAfile"])
            .arg(office.path("keys/root.crt"));
        verify.arg("-CRLfile").arg(&pem).arg(office.path(&format!("keys/{name}.crt")));
        verify
    };
    let refused = refuse(&mut verify("chairman"));
    assert!(refused.contains("certificate revoked"), "{refused}");
    approve(&mut verify("agency"));
}

#[test]
fn the_list_of_keys_says_what_has_become_of_them() {
    let office = Office::new();
    let long_ago = "2020-01-01T08:00:00+07:00";
    let far_away = "2100-01-01T08:00:00+07:00";
    let folder = office.path("keys");
    let folder = folder.to_str().unwrap();
    #[rustfmt::skip]
    office.ok(&["keys", "new", "ended", "--root", "--years", "1", "--common-name", "Cũ", "--time", long_ago, "--dir", folder]);
    #[rustfmt::skip]
    office.ok(&["keys", "new", "coming", "--root", "--years", "1", "--common-name", "Mới", "--time", far_away, "--dir", folder]);
    #[rustfmt::skip]
    office.ok(&[
        "keys", "new", "p256", "--issuer", "root", "--algorithm", "p256", "--common-name", "P", "--time", TIME,
    ]);
    office.ok(&["keys", "revoke", "agency", "--issuer", "root", "--time", TIME]);
    fs::remove_file(office.path("keys/p256.key")).unwrap();
    let state = |name: &str| listed(&office, name)["state"].as_str().unwrap().to_owned();
    assert_eq!(state("ended"), "expired");
    assert_eq!(state("coming"), "not_yet");
    assert_eq!(state("agency"), "revoked");
    assert_eq!(listed(&office, "agency")["revoked"], TIME);
    assert_eq!(listed(&office, "p256")["algorithm"], "ECDSA P-256");
    assert_eq!(listed(&office, "root")["issuer"], Value::Null);
    let text = office.ok(&["keys", "list"]);
    for words in [
        "agency  agency (signer, by Gốc, Ed25519, key present)",
        ": REVOKED at 2026-06-18T10:15:30+07:00",
        "ended  Cũ (root, Ed25519, key present)",
        ": EXPIRED",
        ": NOT VALID YET",
        "p256  P (signer, by Gốc, ECDSA P-256, key absent)",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
}
