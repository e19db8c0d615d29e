//! Signing elsewhere in two steps: what is to be signed goes out as JSON, and a signature value or a CMS comes back.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use super::{assert_cms_holds, assert_valid, issued, names, verdict};
use crate::judges::{self, approve};
use crate::office::{Office, TIME};

/// A signing service: OpenSSL with a key that the office's root certified, in a folder of its own.
struct Service {
    office: Office,
    algorithm: &'static str,
}

/// How OpenSSL makes a key and signs the bytes of a file with it.
const SERVICES: [(&str, &[&str], &[&str]); 4] = [
    ("Ed25519", &["-algorithm", "ED25519"], &["pkeyutl", "-sign", "-rawin", "-inkey"]),
    (
        "ECDSA P-256 with SHA-256",
        &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
        &["dgst", "-sha256", "-sign"],
    ),
    (
        "ECDSA P-384 with SHA-384",
        &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
        &["dgst", "-sha384", "-sign"],
    ),
    (
        "RSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 bytes",
        &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
        &["dgst", "-sha256", "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32", "-sign"],
    ),
];

impl Service {
    fn new(algorithm: &'static str) -> Service {
        let service = Service { office: issued(), algorithm };
        fs::create_dir(service.path("service")).unwrap();
        service.key("a");
        service
    }

    fn path(&self, name: &str) -> PathBuf {
        self.office.path(name)
    }

    /// Makes the key `service/NAME.key`, and has it certified: `NAME.crt`.
    fn key(&self, name: &str) {
        let (_, options, _) = SERVICES.iter().find(|(algorithm, ..)| *algorithm == self.algorithm).unwrap();
        let (key, request) = (self.path(&format!("service/{name}.key")), self.path(&format!("{name}.csr")));
        approve(Command::new("openssl").arg("genpkey").args(*options).arg("-out").arg(&key));
        let mut ask = Command::new("openssl");
        ask.args(["req", "-new", "-subj", "/C=VN/CN=Service", "-key"]).arg(&key).arg("-out").arg(&request);
        approve(&mut ask);
        let request = request.to_str().unwrap();
        self.office.ok(&["keys", "certify", name, request, "--issuer", "root", "--time", TIME]);
    }

    /// The first step for `file`, with `more`.
    #[track_caller]
    fn prepare(&self, file: &str, more: &[&str]) -> Value {
        let step =
            ["sign", file, "--prepare", "step.json", "--cert", "keys/a.crt", "--time", TIME, "--force"];
        self.office.ok(&[&step, more].concat());
        serde_json::from_slice(&fs::read(self.path("step.json")).unwrap()).unwrap()
    }

    /// Signs what is to be signed with the key `name`: `value.bin`.
    fn sign(&self, step: &Value, name: &str) {
        let message = self.path("message.bin");
        fs::write(&message, base64(step["to_be_signed"].as_str().unwrap())).unwrap();
        let (_, _, sign) = SERVICES.iter().find(|(algorithm, ..)| *algorithm == self.algorithm).unwrap();
        let mut command = Command::new("openssl");
        command.args(*sign).arg(self.path(&format!("service/{name}.key")));
        command.arg("-out").arg(self.path("value.bin"));
        if sign[0] == "pkeyutl" {
            command.arg("-in");
        }
        approve(command.arg(&message));
    }

    /// The second step for `file`, with `more`.
    #[track_caller]
    fn complete(&self, file: &str, more: &[&str], code: i32) -> String {
        let step = ["sign", file, "--complete", "step.json", "--time", TIME];
        self.office.code(&[&step, more].concat(), code)
    }

    /// A second step that is refused, and leaves nothing.
    #[track_caller]
    fn assert_refused(&self, file: &str, more: &[&str], code: i32, words: &str) {
        let before = names(self.office.folder.path());
        let said = self.complete(file, &[more, &["-o", "refused.pdf"]].concat(), code);
        assert!(said.contains(words), "{said}");
        assert_eq!(names(self.office.folder.path()), before);
    }

    /// A CMS over the first step's digest by the key `name`, as another program makes one; `padding` bytes longer.
    fn cms(&self, name: &str, padding: usize) {
        let script = r"
import base64, hashlib, json, sys
from asn1crypto import algos, cms, core, pem, tsp, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
name, padding = sys.argv[1], int(sys.argv[2])
step = json.load(open('step.json'))
_, _, der = pem.unarmor(open(f'keys/{name}.crt', 'rb').read())
certificate = x509.Certificate.load(der)
key = serialization.load_pem_private_key(open(f'service/{name}.key', 'rb').read(), None)
attributes = cms.CMSAttributes([
    {'type': 'content_type', 'values': ['data']},
    {'type': 'message_digest', 'values': [bytes.fromhex(step['message_digest'])]},
    {'type': 'signing_certificate_v2', 'values': [{'certs': [{'cert_hash': hashlib.sha256(der).digest()}]}]},
])
signer = {
    'version': 'v1',
    'sid': {'issuer_and_serial_number': {'issuer': certificate.issuer, 'serial_number': certificate.serial_number}},
    'digest_algorithm': {'algorithm': 'sha256'},
    'signed_attrs': attributes,
    'signature_algorithm': {'algorithm': 'sha256_ecdsa'},
    'signature': key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256())),
}
signed = cms.SignedData({
    'version': 'v1', 'digest_algorithms': [{'algorithm': 'sha256'}], 'encap_content_info': {'content_type': 'data'},
    'certificates': [certificate] + [x509.Certificate.load(der) for _ in range(padding)], 'signer_infos': [signer],
})
open('answer.p7s', 'wb').write(cms.ContentInfo({'content_type': 'signed_data', 'content': signed}).dump())
";
        let mut python = judges::python();
        python.current_dir(self.office.folder.path()).args(["-c", script, name, &padding.to_string()]);
        approve(&mut python);
    }
}

/// Base64, decoded by OpenSSL.
fn base64(text: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("text");
    fs::write(&path, text).unwrap();
    Command::new("openssl").args(["base64", "-d", "-A", "-in"]).arg(path).output().unwrap().stdout
}

#[test]
fn a_service_with_any_kind_of_key_signs() {
    for (algorithm, ..) in SERVICES {
        let service = Service::new(algorithm);
        let step = service.prepare("01-BC-UBND.pdf", &[]);
        assert_eq!(step["algorithm"], algorithm);
        // The message says what it is: the digest is in it.
        let message = base64(step["to_be_signed"].as_str().unwrap());
        let digest = step["message_digest"].as_str().unwrap();
        let hex: String = message.iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(hex.contains(digest));
        service.sign(&step, "a");
        service.complete("01-BC-UBND.pdf", &["--value", "value.bin", "-o", "signed.pdf"], 0);
        assert_valid(&service.office, "signed.pdf", 1);
        assert_cms_holds(&service.office, "signed.pdf", 0);
        judges::assert_pdfa_3a_and_ua_1(&service.path("signed.pdf"));
    }
}

#[test]
fn what_is_signed_elsewhere_is_what_is_signed_here() {
    let office = issued();
    office.ok(&["sign", "01-BC-UBND.pdf", "--key", "keys/chairman.key", "--time", TIME, "-o", "here.pdf"]);
    #[rustfmt::skip]
    office.ok(&["sign", "01-BC-UBND.pdf", "--prepare", "step.json", "--cert", "keys/chairman.crt", "--time", TIME]);
    let step: Value = serde_json::from_slice(&fs::read(office.path("step.json")).unwrap()).unwrap();
    fs::write(office.path("message.bin"), base64(step["to_be_signed"].as_str().unwrap())).unwrap();
    let passphrase = format!("pass:{}", crate::office::PASSPHRASE);
    let mut sign = Command::new("openssl");
    sign.args(["pkeyutl", "-sign", "-rawin", "-passin", &passphrase, "-inkey"])
        .arg(office.path("keys/chairman.key"));
    approve(sign.arg("-in").arg(office.path("message.bin")).arg("-out").arg(office.path("value.bin")));
    #[rustfmt::skip]
    office.ok(&[
        "sign", "01-BC-UBND.pdf", "--complete", "step.json", "--value", "value.bin", "--time", TIME, "-o", "there.pdf",
    ]);
    assert!(fs::read(office.path("here.pdf")).unwrap() == fs::read(office.path("there.pdf")).unwrap());
}

#[test]
fn another_programs_cms_is_taken() {
    let service = Service::new("ECDSA P-256 with SHA-256");
    service.prepare("01-BC-UBND.pdf", &["--room", "6000"]);
    service.cms("a", 0);
    service.complete("01-BC-UBND.pdf", &["--cms", "answer.p7s", "-o", "signed.pdf"], 0);
    assert_valid(&service.office, "signed.pdf", 1);
    assert_cms_holds(&service.office, "signed.pdf", 0);
    judges::assert_pdfa_3a_and_ua_1(&service.path("signed.pdf"));
    // One that has no room.
    service.prepare("01-BC-UBND.pdf", &[]);
    service.cms("a", 40);
    service.assert_refused("01-BC-UBND.pdf", &["--cms", "answer.p7s"], 3, "more than there is room for");
    // Of another certificate, of another file, of nothing.
    service.key("b");
    service.prepare("01-BC-UBND.pdf", &["--room", "6000"]);
    service.cms("b", 0);
    let words = "not by the certificate of the first step";
    service.assert_refused("01-BC-UBND.pdf", &["--cms", "answer.p7s"], 8, words);
    service.prepare("01-BC-UBND.pdf", &["--room", "6000"]);
    service.cms("a", 0);
    service.prepare("01-BC-UBND.pdf", &["--room", "7000"]);
    service.assert_refused("01-BC-UBND.pdf", &["--cms", "answer.p7s"], 8, words);
    fs::write(service.path("garbage"), "garbage").unwrap();
    let before = names(service.office.folder.path());
    let garbage =
        service.office.run(&["sign", "01-BC-UBND.pdf", "--complete", "step.json", "--cms", "garbage"]);
    assert!(matches!(garbage.status.code(), Some(3 | 8)), "{garbage:?}");
    assert_eq!(names(service.office.folder.path()), before);
    // Both at once, or neither.
    let neither = service.complete("01-BC-UBND.pdf", &[], 2);
    assert!(neither.contains("--value"), "{neither}");
}

#[test]
fn a_value_that_is_none_of_this_file_is_refused() {
    let service = Service::new("Ed25519");
    let step = service.prepare("01-BC-UBND.pdf", &[]);
    service.sign(&step, "a");
    let value = fs::read(service.path("value.bin")).unwrap();
    let refused = |value: &[u8]| {
        fs::write(service.path("value.bin"), value).unwrap();
        let words = "what came back is no signature of this file by this certificate: it does not fit";
        service.assert_refused("01-BC-UBND.pdf", &["--value", "value.bin"], 8, words);
    };
    let mut wrong = value.clone();
    wrong[5] ^= 1;
    refused(&wrong);
    refused(&value[1..]);
    refused(b"");
    refused(&[&value[..], b"\n"].concat());
    // By another key, and of another file.
    service.key("b");
    service.sign(&step, "b");
    refused(&fs::read(service.path("value.bin")).unwrap());
    service.office.draft("other.json", "Văn bản khác");
    service.office.ok(&["issue", "other.json", "--time", TIME]);
    let other = service.prepare("02-BC-UBND.pdf", &[]);
    service.sign(&other, "a");
    service.prepare("01-BC-UBND.pdf", &[]);
    refused(&fs::read(service.path("value.bin")).unwrap());
    // The right one still goes through.
    fs::write(service.path("value.bin"), &value).unwrap();
    let words = "the first step was made for another file";
    service.assert_refused("02-BC-UBND.pdf", &["--value", "value.bin"], 8, words);
    service.complete("01-BC-UBND.pdf", &["--value", "value.bin"], 0);
    let twice = service.complete("01-BC-UBND.pdf", &["--value", "value.bin"], 9);
    assert!(twice.contains("01-BC-UBND.signed.pdf exists already"), "{twice}");
}

#[test]
fn a_first_step_that_was_changed_is_refused() {
    let service = Service::new("Ed25519");
    let step = service.prepare("01-BC-UBND.pdf", &[]);
    service.sign(&step, "a");
    service.key("b");
    let refused = |what: &str, change: &dyn Fn(&mut Value), code: i32| {
        let mut changed = step.clone();
        change(&mut changed);
        assert_ne!(changed, step, "{what}");
        fs::write(service.path("step.json"), changed.to_string()).unwrap();
        service.assert_refused("01-BC-UBND.pdf", &["--value", "value.bin"], code, "the first step");
    };
    let (start, end) = (step["gap"][0].as_u64().unwrap(), step["gap"][1].as_u64().unwrap());
    let update = step["update"].as_str().unwrap();
    // Letters in the middle of what follows the file.
    let twisted = format!("{}AAAA{}", &update[..400], &update[404..]);
    let other = {
        let certificate = fs::read_to_string(service.path("keys/b.crt")).unwrap();
        certificate.lines().filter(|line| !line.starts_with('-')).collect::<String>()
    };
    refused("update", &|step| step["update"] = twisted.clone().into(), 8);
    refused("cut", &|step| step["update"] = update[..update.len() / 2 / 4 * 4].into(), 8);
    refused("gap", &|step| step["gap"] = [start + 1, end].into(), 8);
    refused("shorter", &|step| step["gap"] = [start, end - 1].into(), 8);
    refused("backwards", &|step| step["gap"] = [end, start].into(), 8);
    refused("everything", &|step| step["gap"] = [0, u64::from(u32::MAX)].into(), 8);
    refused("message", &|step| step["to_be_signed"] = "MAAA".into(), 8);
    refused("letters", &|step| step["to_be_signed"] = "§".into(), 8);
    refused("digest", &|step| step["file_sha256"] = "00".into(), 8);
    refused("certificate", &|step| step["certificates"][0] = other.clone().into(), 8);
    refused("nobody", &|step| step["certificates"] = Vec::<String>::new().into(), 8);
    refused("version", &|step| step["version"] = 2.into(), 8);
    // What is no first step at all.
    for text in ["", "{}", "[]", "garbage", &step.to_string().replace("\"gap\"", "\"hole\"")] {
        fs::write(service.path("step.json"), text).unwrap();
        let words = "not a file of --prepare";
        service.assert_refused("01-BC-UBND.pdf", &["--value", "value.bin"], 3, words);
    }
    fs::write(service.path("step.json"), step.to_string()).unwrap();
    service.complete("01-BC-UBND.pdf", &["--value", "value.bin"], 0);
}

#[test]
fn a_gap_of_half_a_byte_never_ends_the_program() {
    // Whoever can have it signed can change everything else as well: digest, message and update fit one another.
    let service = Service::new("Ed25519");
    service.prepare("01-BC-UBND.pdf", &["--room", "6000"]);
    let script = r"
import base64, hashlib, json
step = json.load(open('step.json'))
update = bytearray(base64.b64decode(step['update']))
start, end = step['gap']
update[end - 2:end] = b'> '
end -= 1
base = open('van-ban/2026/01-BC-UBND.pdf', 'rb').read()
digest = hashlib.sha512(base + update[:start] + update[end:]).digest()
message = base64.b64decode(step['to_be_signed'])
message = message.replace(bytes.fromhex(step['message_digest']), digest)
step |= {
    'update': base64.b64encode(update).decode(), 'gap': [start, end], 'message_digest': digest.hex(),
    'to_be_signed': base64.b64encode(message).decode(),
}
json.dump(step, open('step.json', 'w'))
";
    approve(judges::python().current_dir(service.office.folder.path()).args(["-c", script]));
    let step = serde_json::from_slice(&fs::read(service.path("step.json")).unwrap()).unwrap();
    service.sign(&step, "a");
    service.assert_refused("01-BC-UBND.pdf", &["--value", "value.bin"], 8, "the first step was changed");
}

#[test]
fn the_second_step_asks_what_the_first_one_asked() {
    let service = Service::new("Ed25519");
    let office = &service.office;
    let step = service.prepare("01-BC-UBND.pdf", &[]);
    service.sign(&step, "a");
    let value = ["--value", "value.bin"];
    // No time-stamp without somebody who gives one, and none left out in silence.
    let stamped = [&value[..], &["--level", "t"]].concat();
    service.assert_refused("01-BC-UBND.pdf", &stamped, 2, "a time-stamping server is needed");
    // Meanwhile somebody else is named, or the certificate is revoked.
    let configuration = fs::read_to_string(office.path("vanthu.toml")).unwrap();
    let named = format!("{configuration}\n[signing]\nsigner = [\"{}\"]\n", "00".repeat(32));
    fs::write(office.path("vanthu.toml"), named).unwrap();
    service.assert_refused("01-BC-UBND.pdf", &value, 8, "may not sign in this role");
    fs::write(office.path("vanthu.toml"), configuration).unwrap();
    office.ok(&["keys", "revoke", "a", "--issuer", "root", "--time", TIME]);
    service.assert_refused("01-BC-UBND.pdf", &value, 8, "was revoked");
    // Without its list an office does not know who was revoked; one that never had any does not ask.
    fs::remove_file(office.path("keys/root.crl")).unwrap();
    service.assert_refused(
        "01-BC-UBND.pdf",
        &value,
        8,
        "the revocation list 1 was published, and its file is gone",
    );
    fs::remove_file(office.path("keys/root.crl.memory")).unwrap();
    service.complete("01-BC-UBND.pdf", &value, 0);
}

#[test]
fn the_agency_seals_and_a_report_without_number_is_signed_elsewhere() {
    let service = Service::new("ECDSA P-384 with SHA-384");
    let office = &service.office;
    office.draft("later.json", "Văn bản lấy số sau");
    office.ok(&["issue", "later.json", "--number-later", "--time", TIME]);
    let step = service.prepare("later.pdf", &[]);
    service.sign(&step, "a");
    service.complete("later.pdf", &["--value", "value.bin", "-o", "signed.pdf"], 0);
    assert_valid_but_for_the_rest(office, "signed.pdf");
    office.ok(&["number", "signed.pdf", "--time", TIME, "-o", "numbered.pdf"]);
    let step = service.prepare("numbered.pdf", &["--as", "agency"]);
    assert_eq!(step["role"], "agency");
    service.sign(&step, "a");
    service.complete("numbered.pdf", &["--value", "value.bin", "-o", "sealed.pdf"], 0);
    assert_valid(office, "sealed.pdf", 2);
    assert_cms_holds(office, "sealed.pdf", 1);
    judges::assert_pdfa_3a_and_ua_1(&office.path("sealed.pdf"));
    // Out of turn it is refused in the first step already.
    #[rustfmt::skip]
    let early = office.code(&[
        "sign", "01-BC-UBND.pdf", "--as", "agency", "--prepare", "early.json", "--cert", "keys/a.crt", "--time", TIME,
    ], 3);
    assert!(early.contains("the agency signs after"), "{early}");
    assert!(!office.path("early.json").exists());
}

/// The one signature in `file` holds.
#[track_caller]
fn assert_valid_but_for_the_rest(office: &Office, file: &str) {
    let judged = verdict(office, file);
    assert_eq!(judged["signatures"][0]["verdict"], "valid", "{judged:#}");
}
