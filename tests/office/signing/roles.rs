//! Who may sign in which role, in which order, and what may follow.

use std::fs;
use std::process::Command;

use serde_json::Value;

use super::{assert_judges_agree, signed_office, verdict};
use crate::judges::{approve, python};
use crate::office::{Office, TIME};

/// The fingerprint of the office's certificate `name`.
fn fingerprint(office: &Office, name: &str) -> String {
    let list = office.json(&["keys", "list", "--json"]);
    let entry = list.as_array().unwrap().iter().find(|entry| entry["name"] == name).unwrap().clone();
    entry["fingerprint"].as_str().unwrap().to_owned()
}

fn configure(office: &Office, lines: &str) {
    let path = office.path("vanthu.toml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(path, format!("{text}\n[signing]\n{lines}\n")).unwrap();
}

#[test]
fn both_sign_in_their_turn_and_every_judge_agrees() {
    let office = signed_office();
    assert_judges_agree(&office, "signed.pdf", 1);
    assert_judges_agree(&office, "sealed.pdf", 2);
    let sealed = verdict(&office, "sealed.pdf");
    assert_eq!(sealed["verdict"], "valid");
    assert_eq!(sealed["signatures"][0]["certification"], "form_filling");
    let early = office.code(&["sign", "01-BC-UBND.pdf", "--as", "agency", "--key", "keys/agency.key"], 3);
    assert!(early.contains("the agency signs after"), "{early}");
    let again = office.code(&["sign", "sealed.pdf", "--key", "keys/chairman.key", "-o", "again.pdf"], 3);
    assert!(again.contains("has this signature already"), "{again}");
    // Each adds less than 30 kB.
    let size = |name: &str| fs::metadata(office.path(name)).unwrap().len();
    assert!(size("signed.pdf") - size("01-BC-UBND.pdf") < 30_000);
    assert!(size("sealed.pdf") - size("signed.pdf") < 30_000);
}

#[test]
fn status_says_what_is_missing() {
    let office = signed_office();
    let status = |file: &str, code: i32| -> Value {
        let said = office.code(&["status", file, "--trust", "keys/root.crt", "--json"], code);
        serde_json::from_str(&said).unwrap()
    };
    let states = |status: &Value| -> Vec<String> {
        let steps = status["steps"].as_array().unwrap();
        steps.iter().map(|step| format!("{} {}", step["step"], step["state"]).replace('"', "")).collect()
    };
    assert_eq!(states(&status("01-BC-UBND.pdf", 5)), ["signer missing", "agency missing"]);
    assert_eq!(states(&status("signed.pdf", 5)), ["signer done", "agency missing"]);
    assert_eq!(states(&status("sealed.pdf", 0)), ["signer done", "agency done"]);
    let mut broken = fs::read(office.path("signed.pdf")).unwrap();
    broken[5000] ^= 1;
    fs::write(office.path("broken.pdf"), broken).unwrap();
    assert_eq!(states(&status("broken.pdf", 1)), ["signer broken", "agency missing"]);
    let said = office.code(&["status", "signed.pdf", "--trust", "keys/root.crt"], 5);
    assert!(said.contains("The authorised person has signed: chairman, B-B"), "{said}");
    assert!(said.contains("The agency has not signed yet"), "{said}");
}

#[test]
fn only_who_is_named_signs_in_a_role() {
    let office = signed_office();
    let (chairman, agency) = (fingerprint(&office, "chairman"), fingerprint(&office, "agency"));
    let shown = chairman
        .to_uppercase()
        .as_bytes()
        .chunks(2)
        .map(|pair| String::from_utf8_lossy(pair).into_owned())
        .collect::<Vec<_>>()
        .join(":");
    configure(&office, &format!("signer = [\"{shown}\"]\nagency = [\"{agency}\"]"));
    let sign = |role: &str, key: &str, file: &str, code: i32| {
        let key = format!("keys/{key}.key");
        office.clear("out.pdf");
        office.code(&["sign", file, "--as", role, "--key", &key, "--time", TIME, "-o", "out.pdf"], code)
    };
    let said = sign("signer", "agency", "01-BC-UBND.pdf", 8);
    assert!(said.contains("may not sign in this role: see signing.signer"), "{said}");
    sign("agency", "chairman", "signed.pdf", 8);
    sign("signer", "chairman", "01-BC-UBND.pdf", 0);
    sign("agency", "agency", "signed.pdf", 0);
}

#[test]
fn the_agency_seals_what_its_own_chairman_signed() {
    let office = signed_office();
    // Somebody with a key of a root of his own signs in the chairman's place.
    let other = Office::new();
    fs::copy(office.path("01-BC-UBND.pdf"), other.path("report.pdf")).unwrap();
    other.ok(&["sign", "report.pdf", "--key", "keys/chairman.key", "--time", TIME, "--unregistered"]);
    fs::copy(other.path("report.signed.pdf"), office.path("forged.pdf")).unwrap();
    let seal = ["sign", "forged.pdf", "--as", "agency", "--key", "keys/agency.key", "--time", TIME];
    let said = office.code(&seal, 3);
    assert!(said.contains("can't confirm that “chairman” is the office's authorised person"), "{said}");
    // Whom the office names is known without a root.
    configure(&office, &format!("signer = [\"{}\"]", fingerprint(&other, "chairman")));
    office.ok(&seal);
    let said =
        office.code(&["sign", "signed.pdf", "--as", "agency", "--key", "keys/agency.key", "--time", TIME], 3);
    assert!(said.contains("is not pinned as the office's authorised person"), "{said}");
}

#[test]
fn an_office_signs_what_its_register_knows() {
    let office = signed_office();
    office.draft("other.json", "Một văn bản khác");
    office.ok(&["render", "other.json", "-o", "draft.pdf", "--time", TIME]);
    let said = office.code(&["sign", "draft.pdf", "--key", "keys/chairman.key", "--time", TIME], 7);
    assert!(said.contains("not in the office's register"), "{said}");
    office.ok(&["sign", "draft.pdf", "--key", "keys/chairman.key", "--time", TIME, "--unregistered"]);
}

#[test]
fn what_follows_the_certification_is_a_violation_for_everybody() {
    let office = signed_office();
    // Text over the page, as pyHanko's own writer would put it there.
    const DRAW: &str = "
import sys
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
source, target, what = sys.argv[1:]
with open(source, 'rb') as file:
    writer = IncrementalPdfFileWriter(file)
    page, _ = writer.find_page_for_modification(0)
    page = page.get_object()
    note = generic.DictionaryObject({
        generic.pdf_name('/Type'): generic.pdf_name('/Annot'),
        generic.pdf_name('/Subtype'): generic.pdf_name('/FreeText' if what == 'text' else '/Square'),
        generic.pdf_name('/Rect'): generic.ArrayObject([generic.NumberObject(n) for n in (100, 500, 400, 600)]),
        generic.pdf_name('/Contents'): generic.pdf_string('forged'),
        generic.pdf_name('/DA'): generic.pdf_string('/Helv 12 Tf'),
    })
    notes = list(page.get('/Annots', []))
    page[generic.pdf_name('/Annots')] = generic.ArrayObject(notes + [writer.add_object(note)])
    writer.update_container(page)
    with open(target, 'wb') as out:
        writer.write(out)
";
    for file in ["signed.pdf", "sealed.pdf"] {
        for what in ["text", "square"] {
            let target = office.path("drawn.pdf");
            approve(python().args(["-c", DRAW]).arg(office.path(file)).arg(&target).arg(what));
            office.code(&["verify", "drawn.pdf", "--trust", "keys/root.crt"], 1);
            let signatures = crate::judges::pyhanko_at(
                &target,
                &office.path("keys/root.crt"),
                "2026-06-19T10:00:00+07:00",
            );
            assert!(
                signatures.iter().all(|one| one["bottom_line"] == false),
                "{file} {what}: {signatures:#?}"
            );
            // Nothing is signed on top of it either.
            office.code(
                &["sign", "drawn.pdf", "--as", "agency", "--key", "keys/agency.key", "--time", TIME],
                3,
            );
        }
    }
    // The seal closes the file: no further signature, not even an invisible one.
    approve(
        Command::new(env!("CARGO_BIN_EXE_vanthu"))
            .args(["verify", "--trust"])
            .arg(office.path("keys/root.crt"))
            .arg(office.path("sealed.pdf")),
    );
    const SIGN: &str = "
import sys
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
source, target, key, certificate = sys.argv[1:]
signer = signers.SimpleSigner.load(key, certificate, key_passphrase=None)
with open(source, 'rb') as file:
    writer = IncrementalPdfFileWriter(file)
    meta = signers.PdfSignatureMetadata(field_name='Extra', subfilter=fields.SigSeedSubFilter.PADES)
    with open(target, 'wb') as out:
        out.write(signers.sign_pdf(writer, meta, signer).getvalue())
";
    office.ok(&[
        "keys",
        "new",
        "stranger",
        "--issuer",
        "root",
        "--common-name",
        "S",
        "--no-passphrase",
        "--time",
        TIME,
    ]);
    let refused = python()
        .args(["-c", SIGN])
        .arg(office.path("sealed.pdf"))
        .arg(office.path("extra.pdf"))
        .arg(office.path("keys/stranger.key"))
        .arg(office.path("keys/stranger.crt"))
        .output()
        .unwrap();
    // pyHanko itself refuses; where it does not, the result is a violation.
    if refused.status.success() {
        office.code(&["verify", "extra.pdf", "--trust", "keys/root.crt"], 1);
    }
}

fn cause(office: &Office, file: &str, arguments: &[&str]) -> String {
    let report = office.json(&[&["verify", file, "--json"], arguments].concat());
    report["cause"]["code"].as_str().unwrap().to_owned()
}

/// Makes the key `name` with a certificate of the office's root.
fn key(office: &Office, name: &str, more: &[&str]) {
    let new = ["keys", "new", name, "--issuer", "root", "--common-name", name, "--time", TIME];
    office.ok(&[&new[..], more].concat());
}

#[test]
fn a_certificate_says_its_role_and_its_office() {
    let office = signed_office();
    let config = fs::read_to_string(office.path("vanthu.toml")).unwrap();
    fs::write(
        office.path("vanthu.toml"),
        config.replace("place = ", "# chỗ\norgan_id = \"H37.HA\"\nplace = "),
    )
    .unwrap();
    key(&office, "deputy", &["--role", "signer", "--title", "Phó Chủ tịch"]);
    key(&office, "seal", &["--role", "agency"]);
    // What the office says of itself stays as it was written, and whom it pinned is there.
    let config = fs::read_to_string(office.path("vanthu.toml")).unwrap();
    assert!(config.contains("# chỗ") && config.contains(&fingerprint(&office, "deputy")), "{config}");
    assert!(config.contains(&fingerprint(&office, "seal")), "{config}");
    let shown = Command::new("openssl")
        .args(["x509", "-noout", "-text", "-in"])
        .arg(office.path("keys/seal.crt"))
        .output()
        .unwrap();
    // Some versions of OpenSSL put spaces around the sign.
    let shown = String::from_utf8_lossy(&shown.stdout).replace(" = ", "=");
    assert!(shown.contains("organizationIdentifier=H37.HA") || shown.contains("2.5.4.97=H37.HA"), "{shown}");
    assert!(shown.contains("qcStatements"), "{shown}");
    // A new certificate says the same, and is pinned.
    office.ok(&["keys", "renew", "seal", "--issuer", "root", "--time", TIME]);
    let config = fs::read_to_string(office.path("vanthu.toml")).unwrap();
    assert!(config.contains(&fingerprint(&office, "seal")), "{config}");
    let renewed = fs::read_to_string(office.path("keys/seal.crt")).unwrap();
    let renewed = vanthu::certificate::from_pem(&renewed).unwrap().remove(0);
    assert_eq!(vanthu::verify::role_of(&renewed), Some(vanthu::role::Role::Agency));
    let named = vanthu::certificate::NamedOrganization::of(&renewed);
    assert_eq!(named.organ_id.as_deref(), Some("H37.HA"));
}

#[test]
fn a_key_of_one_role_does_not_sign_in_the_other() {
    let office = signed_office();
    // Keys of the same root that nobody pinned.
    let folder = office.path("keys");
    let apart = ["--dir", folder.to_str().unwrap()];
    key(&office, "deputy", &[&apart[..], &["--role", "signer"]].concat());
    key(&office, "seal", &[&apart[..], &["--role", "agency"]].concat());
    let trust = ["--trust", "keys/root.crt"];
    let sign = |file: &str, role: &str, key: &str, out: &str| {
        let key = format!("keys/{key}.key");
        let sign = ["sign", file, "--as", role, "--key", &key, "--time", TIME, "-o", out, "--force"];
        office.run(&[&sign[..], &["--unregistered"]].concat()).status.code().unwrap()
    };
    for (role, key, expected) in [
        ("signer", "deputy", "agency_missing"),
        ("signer", "seal", "wrong_role"),
        ("agency", "seal", "both_signed"),
        ("agency", "deputy", "wrong_role"),
    ] {
        let file = if role == "signer" { "01-BC-UBND.pdf" } else { "signed.pdf" };
        // Whether the signer's own program lets it happen is another question.
        if sign(file, role, key, "out.pdf") == 0 {
            assert_eq!(cause(&office, "out.pdf", &trust), expected, "{role} {key}");
        } else {
            assert_eq!(expected, "wrong_role", "{role} {key}");
        }
        let _ = fs::remove_file(office.path("out.pdf"));
    }
}

#[test]
fn pins_count_for_whoever_verifies_in_the_office() {
    let office = signed_office();
    let both = ["--require", "signer,agency"];
    assert_eq!(cause(&office, "sealed.pdf", &both), "both_signed");
    configure(&office, &format!("agency = [\"{}\"]", fingerprint(&office, "chairman")));
    let said = office.code(&["verify", "sealed.pdf"], 4);
    assert!(said.contains("the office does not let this certificate sign as the agency"), "{said}");
    assert_eq!(cause(&office, "sealed.pdf", &both), "not_pinned");
    // Others don't know whom the office pins.
    let trust = ["--trust", "keys/root.crt"];
    assert_eq!(cause(&office, "sealed.pdf", &[&both[..], &trust].concat()), "both_signed");
}

#[test]
fn a_person_is_no_agency() {
    let office = signed_office();
    key(&office, "deputy", &["--title", "Phó Chủ tịch"]);
    let seal = ["sign", "signed.pdf", "--as", "agency", "--key", "keys/deputy.key", "--time", TIME];
    if office.run(&[&seal[..], &["-o", "person.pdf"]].concat()).status.code() == Some(0) {
        let both = ["--require", "signer,agency"];
        assert_eq!(cause(&office, "person.pdf", &both), "agency_missing");
        let print = fingerprint(&office, "deputy");
        configure(&office, &format!("agency = [\"{print}\"]"));
        assert_eq!(cause(&office, "person.pdf", &both), "both_signed");
    }
}

#[test]
fn names_that_differ_from_the_printed_ones_are_told() {
    let office = signed_office();
    let report = office.json(&["verify", "sealed.pdf", "--json"]);
    let remarks: Vec<&str> =
        report["remarks"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    // The agency's certificate names the office as its organisation.
    assert_eq!(remarks, ["signer-name"], "{report:#}");
}
