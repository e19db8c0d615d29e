//! Key files and certificates as others see them: OpenSSL and Python's cryptography.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in a test a panic is the message"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use secrecy::SecretString;
use tempfile::TempDir;
use time::{Duration, OffsetDateTime};
use vanthu_base::clock;
use vanthu_base::hex;
use vanthu_base::role::Role;
use vanthu_keys::{self as keys, Certificate, Issuer, KeyError, KeyFile, Mandate, PrivateKey, Subject, list};
use vanthu_verify::certificate::{self, NamedOrganization};
use vanthu_verify::role_of;

#[path = "../judges/mod.rs"]
mod judges;

use judges::{approve, python, refuse};

/// Not ASCII: others must take the passphrase as UTF-8 as well.
const PASSPHRASE: &str = "mật khẩu của Chủ tịch";

fn now() -> OffsetDateTime {
    clock::parse("2026-06-18T10:15:30+07:00").unwrap()
}

fn chairman() -> Subject {
    Subject {
        common_name: "Bế Đăng Chuyên (DEMO)".to_owned(),
        title: Some("Chủ tịch".to_owned()),
        organization: Some("Ủy ban nhân dân huyện Hòa An".to_owned()),
        unit: Some("Văn phòng".to_owned()),
        locality: Some("Hòa An".to_owned()),
    }
}

/// A folder with `root.key`, `root.crt`, `chairman.key` (encrypted) and `chairman.crt`.
struct Office {
    folder: TempDir,
    root_key: PrivateKey,
    root: Certificate,
    key: PrivateKey,
    certificate: Certificate,
}

impl Office {
    fn new() -> Office {
        let folder = tempfile::tempdir().unwrap();
        let root_key = PrivateKey::generate().unwrap();
        let name = Subject { common_name: "Gốc (DEMO)".to_owned(), ..Subject::default() };
        let root = keys::issue(&name, &root_key, Issuer::Itself, now(), Duration::days(3650)).unwrap();
        let key = PrivateKey::generate().unwrap();
        let issuer = Issuer::Root(&root_key, &root);
        let certificate = keys::issue(&chairman(), &key, issuer, now(), Duration::days(365)).unwrap();
        let office = Office { folder, root_key, root, key, certificate };
        office.root_key.write(&office.path("root.key"), None).unwrap();
        office.key.write(&office.path("chairman.key"), Some(&PASSPHRASE.into())).unwrap();
        office.write("root.crt", &office.root);
        office.write("chairman.crt", &office.certificate);
        office
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, certificate: &Certificate) {
        let pem = certificate::to_pem(std::slice::from_ref(certificate)).unwrap();
        fs::write(self.path(name), pem).unwrap();
    }
}

/// The public half of the private key at `path` as OpenSSL prints it.
fn public_by_openssl(path: &Path, passphrase: Option<&str>) -> String {
    let mut command = Command::new("openssl");
    command.args(["pkey", "-noout", "-text", "-in"]).arg(path);
    if let Some(passphrase) = passphrase {
        command.arg("-passin").arg(format!("pass:{passphrase}"));
    }
    let text = approve(&mut command);
    let (_, public) = text.split_once("pub:").unwrap();
    public.chars().filter(char::is_ascii_hexdigit).collect()
}

/// The public half of the private key at `path` as Python's cryptography reads it.
fn public_by_python(path: &Path, passphrase: Option<&str>) -> String {
    const READ: &str = "
import sys
from cryptography.hazmat.primitives.serialization import load_pem_private_key
passphrase = sys.argv[2].encode() if len(sys.argv) > 2 else None
with open(sys.argv[1], 'rb') as file:
    print(load_pem_private_key(file.read(), passphrase).public_key().public_bytes_raw().hex())
";
    approve(python().args(["-c", READ]).arg(path).args(passphrase)).trim().to_owned()
}

/// The public half of `key`.
fn public(key: &PrivateKey) -> String {
    hex::lower(key.public_key_info().unwrap().subject_public_key.raw_bytes())
}

#[test]
fn openssl_and_python_read_a_key_file() {
    let office = Office::new();
    let plain = office.path("root.key");
    assert_eq!(public_by_openssl(&plain, None), public(&office.root_key));
    assert_eq!(public_by_python(&plain, None), public(&office.root_key));
    let encrypted = office.path("chairman.key");
    assert_eq!(public_by_openssl(&encrypted, Some(PASSPHRASE)), public(&office.key));
    assert_eq!(public_by_python(&encrypted, Some(PASSPHRASE)), public(&office.key));
}

#[test]
fn a_key_file_is_pkcs8_version_1_encrypted_with_scrypt_and_aes() {
    let office = Office::new();
    let plain = approve(Command::new("openssl").args(["asn1parse", "-in"]).arg(office.path("root.key")));
    // Version 1, which has no public key: 48 bytes in all (RFC 8410 §7). Version 2 has 83.
    let mut lines = plain.lines();
    assert!(lines.next().unwrap().contains("hl=2 l=  46 cons: SEQUENCE"), "{plain}");
    assert!(lines.next().unwrap().ends_with("INTEGER           :00"), "{plain}");
    assert!(lines.nth(1).unwrap().ends_with("OBJECT            :ED25519"), "{plain}");
    let path = office.path("chairman.key");
    let encrypted = approve(Command::new("openssl").args(["asn1parse", "-in"]).arg(path));
    let objects: Vec<&str> = encrypted
        .lines()
        .filter_map(|line| line.split_once("OBJECT            :"))
        .map(|(_, name)| name)
        .collect();
    assert_eq!(objects, ["PBES2", "scrypt", "aes-256-cbc"]);
    let secret = encrypted.lines().last().unwrap();
    assert!(secret.contains("l=  64 prim: OCTET STRING"), "48 bytes and their padding: {secret}");
}

#[cfg(unix)]
#[test]
fn a_key_file_is_for_its_owner_and_is_never_overwritten() {
    use std::os::unix::fs::PermissionsExt;
    let office = Office::new();
    for name in ["root.key", "chairman.key"] {
        let mode = fs::metadata(office.path(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o7777, 0o600, "{name}");
        let before = fs::read(office.path(name)).unwrap();
        let refused = PrivateKey::generate().unwrap().write(&office.path(name), None);
        assert!(
            matches!(&refused, Err(KeyError::Disk { cause, .. }) if cause.kind() == std::io::ErrorKind::AlreadyExists),
            "{refused:?}"
        );
        assert_eq!(fs::read(office.path(name)).unwrap(), before);
    }
    let names = fs::read_dir(office.folder.path()).unwrap().count();
    assert_eq!(names, 4, "nothing is left beside the files");
    for mode in [0o640, 0o604, 0o644, 0o620, 0o610] {
        fs::set_permissions(office.path("root.key"), fs::Permissions::from_mode(mode)).unwrap();
        let refused = KeyFile::read(&office.path("root.key")).unwrap_err();
        assert!(matches!(refused, KeyError::Exposed { mode: said, .. } if said == mode));
        assert!(refused.to_string().contains("chmod 600 "), "{refused}");
    }
}

#[test]
fn every_wrong_passphrase_is_called_one() {
    let office = Office::new();
    let file = KeyFile::read(&office.path("chairman.key")).unwrap();
    assert!(matches!(file.open(None), Err(KeyError::PassphraseNeeded(_))));
    for wrong in ["", "mat khau", "mật khẩu của Chủ tịch ", "MẬT KHẨU CỦA CHỦ TỊCH"] {
        let refused = file.open(Some(&wrong.into()));
        assert!(matches!(refused, Err(KeyError::WrongPassphrase(_))), "{wrong:?}: {refused:?}");
    }
    assert_eq!(public(&file.open(Some(&PASSPHRASE.into())).unwrap()), public(&office.key));
}

#[test]
fn keys_that_openssl_made_are_taken() {
    let folder = tempfile::tempdir().unwrap();
    let plain = folder.path().join("plain.key");
    approve(Command::new("openssl").args(["genpkey", "-algorithm", "ed25519", "-out"]).arg(&plain));
    let expected = public_by_openssl(&plain, None);
    assert_eq!(public(&KeyFile::read(&plain).unwrap().open(None).unwrap()), expected);
    let passphrase = SecretString::from(PASSPHRASE);
    for (name, options) in [
        ("scrypt.key", &["-scrypt"][..]),
        ("pbkdf2.key", &["-v2", "aes-256-cbc"]),
        ("pbkdf2-128.key", &["-v2", "aes-128-cbc", "-v2prf", "hmacWithSHA512"]),
    ] {
        let path = folder.path().join(name);
        encrypt_with_openssl(&plain, &path, options);
        let opened = KeyFile::read(&path).unwrap().open(Some(&passphrase)).unwrap();
        assert_eq!(public(&opened), expected, "{name}");
    }
}

#[test]
fn a_file_that_is_no_ed25519_key_is_not_blamed_on_the_passphrase() {
    let folder = tempfile::tempdir().unwrap();
    let passphrase = SecretString::from(PASSPHRASE);
    let (rsa, encrypted) = (folder.path().join("rsa.key"), folder.path().join("rsa-encrypted.key"));
    approve(Command::new("openssl").args(["genpkey", "-algorithm", "rsa", "-out"]).arg(&rsa));
    encrypt_with_openssl(&rsa, &encrypted, &["-scrypt"]);
    assert!(matches!(KeyFile::read(&rsa).unwrap().open(None), Err(KeyError::Rsa(_))));
    let opened = KeyFile::read(&encrypted).unwrap().open(Some(&passphrase));
    assert!(matches!(opened, Err(KeyError::Rsa(_))), "{opened:?}");
    // An encryption that the program does not know says nothing about the passphrase.
    let plain = folder.path().join("plain.key");
    approve(Command::new("openssl").args(["genpkey", "-algorithm", "ed25519", "-out"]).arg(&plain));
    for cipher in ["camellia-256-cbc", "des3", "aria-256-cbc"] {
        let unknown = folder.path().join(format!("{cipher}.key"));
        encrypt_with_openssl(&plain, &unknown, &["-v2", cipher]);
        let opened = KeyFile::read(&unknown).unwrap().open(Some(&passphrase));
        assert!(matches!(opened, Err(KeyError::NotAKey(_))), "{cipher}: {opened:?}");
    }
    for text in ["", "-----BEGIN PRIVATE KEY-----", "-----BEGIN OPENSSH PRIVATE KEY-----\n"] {
        fs::write(&plain, text).unwrap();
        let opened = KeyFile::read(&plain).and_then(|file| file.open(None));
        assert!(matches!(opened, Err(KeyError::NotAKey(_))), "{text:?}: {opened:?}");
    }
    fs::write(&plain, "-----BEGIN PRIVATE KEY-----\n".repeat(10_000)).unwrap();
    assert!(matches!(KeyFile::read(&plain), Err(KeyError::NotAKey(_))), "too long for a key");
}

/// Encrypts the key file `from` as `to`, for its owner only.
fn encrypt_with_openssl(from: &Path, to: &Path, options: &[&str]) {
    // An empty file with the right mode first: OpenSSL 3.0 keeps the mode of a file that is there.
    drop(vanthu_keys::file::Staged::write(to, b"").unwrap().place_private(vanthu_keys::file::Existing::Keep));
    approve(
        Command::new("openssl")
            .args(["pkcs8", "-topk8", "-in"])
            .arg(from)
            .arg("-out")
            .arg(to)
            .args(options)
            .arg("-passout")
            .arg(format!("pass:{PASSPHRASE}")),
    );
}

#[test]
fn openssl_builds_the_path_from_a_signer_to_its_root() {
    let office = Office::new();
    let verify = |root: &str| {
        let mut command = Command::new("openssl");
        let moment = (now() + Duration::days(1)).unix_timestamp().to_string();
        command.args(["verify", "-x509_strict", "-attime", &moment, "-CAfile"]);
        command.arg(office.path(root)).arg(office.path("chairman.crt"));
        command
    };
    approve(&mut verify("root.crt"));
    // The same name with another key vouches for nothing.
    let name = Subject::of(&office.root);
    let other = PrivateKey::generate().unwrap();
    let other = keys::issue(&name, &other, Issuer::Itself, now(), Duration::days(3650)).unwrap();
    office.write("other.crt", &other);
    refuse(&mut verify("other.crt"));
    // A signer vouches for nobody.
    refuse(&mut verify("chairman.crt"));
}

#[test]
fn a_root_that_openssl_made_vouches_for_signers() {
    let office = Office::new();
    // Its key identifier is not the usual digest of the key: the signer's must say the same.
    let make = |name: &str, usage: &str| {
        let mut command = Command::new("openssl");
        command.args(["req", "-x509", "-days", "3650", "-subj", "/C=VN/O=Sở Nội vụ/CN=Gốc", "-utf8"]);
        for extension in ["subjectKeyIdentifier=0102030405060708", "authorityKeyIdentifier=none", usage] {
            command.args(["-addext", extension]);
        }
        approve(command.arg("-key").arg(office.path("root.key")).arg("-out").arg(office.path(name)));
        keys::read_certificates(&office.path(name)).unwrap().remove(0)
    };
    let root = make("foreign.crt", "keyUsage=critical,keyCertSign,cRLSign");
    let from = certificate::moment(&root.tbs_certificate().validity().not_before);
    let issuer = Issuer::Root(&office.root_key, &root);
    let begin = from + Duration::hours(1);
    let leaf = keys::issue(&chairman(), &office.key, issuer, begin, Duration::days(1)).unwrap();
    office.write("leaf.crt", &leaf);
    let text = text_of(&office.path("leaf.crt"));
    assert_eq!(below(&text, "X509v3 Authority Key Identifier:"), "01:02:03:04:05:06:07:08");
    let moment = (begin + Duration::hours(1)).unix_timestamp().to_string();
    let mut verify = Command::new("openssl");
    verify.args(["verify", "-x509_strict", "-attime", &moment, "-CAfile"]);
    approve(verify.arg(office.path("foreign.crt")).arg(office.path("leaf.crt")));
    // A CA whose key may not sign certificates vouches for nobody.
    let other = make("other.crt", "keyUsage=critical,digitalSignature");
    let issuer = Issuer::Root(&office.root_key, &other);
    let refused = keys::issue(&chairman(), &office.key, issuer, begin, Duration::days(1));
    assert!(matches!(refused, Err(KeyError::NotAnIssuer(_))), "{refused:?}");
}

/// What `openssl x509 -text` prints, a line without its indentation each.
fn text_of(path: &Path) -> Vec<String> {
    let names = "RFC2253,sep_comma_plus_space,-esc_msb,utf8";
    let mut command = Command::new("openssl");
    command.args(["x509", "-noout", "-text", "-nameopt", names, "-in"]).arg(path);
    approve(&mut command).lines().map(|line| line.trim().to_owned()).collect()
}

/// The line after `heading`.
fn below<'a>(text: &'a [String], heading: &str) -> &'a str {
    let place = text.iter().position(|line| line == heading);
    &text[place.unwrap_or_else(|| panic!("no {heading:?} in {text:#?}")) + 1]
}

#[test]
fn the_certificates_say_what_their_keys_are_for() {
    let office = Office::new();
    let root = text_of(&office.path("root.crt"));
    assert_eq!(below(&root, "X509v3 Basic Constraints: critical"), "CA:TRUE, pathlen:1");
    assert_eq!(below(&root, "X509v3 Key Usage: critical"), "Certificate Sign, CRL Sign");
    let leaf = text_of(&office.path("chairman.crt"));
    assert_eq!(below(&leaf, "X509v3 Basic Constraints: critical"), "CA:FALSE");
    assert_eq!(below(&leaf, "X509v3 Key Usage: critical"), "Digital Signature, Non Repudiation");
    assert_eq!(below(&leaf, "X509v3 Extended Key Usage:"), "1.3.6.1.5.5.7.3.36");
    let root_id = below(&root, "X509v3 Subject Key Identifier:");
    assert_eq!(below(&leaf, "X509v3 Authority Key Identifier:"), root_id);
    assert_ne!(below(&leaf, "X509v3 Subject Key Identifier:"), root_id);
    for text in [&root, &leaf] {
        assert!(text.contains(&"Version: 3 (0x2)".to_owned()), "{text:#?}");
        assert!(text.contains(&"Public Key Algorithm: ED25519".to_owned()), "{text:#?}");
        assert_eq!(text.iter().filter(|line| *line == "Signature Algorithm: ED25519").count(), 2);
    }
    let subject = "Subject: CN=Bế Đăng Chuyên (DEMO), title=Chủ tịch, OU=Văn phòng, \
                   O=Ủy ban nhân dân huyện Hòa An, L=Hòa An, C=VN";
    assert!(leaf.contains(&subject.to_owned()), "{leaf:#?}");
    assert!(leaf.contains(&"Issuer: CN=Gốc (DEMO), C=VN".to_owned()), "{leaf:#?}");
    assert!(leaf.contains(&"Not Before: Jun 18 03:10:30 2026 GMT".to_owned()), "{leaf:#?}");
    assert!(leaf.contains(&"Not After : Jun 18 03:15:30 2027 GMT".to_owned()), "{leaf:#?}");
    assert_eq!(Subject::of(&office.certificate), chairman());
}

#[test]
fn the_public_key_of_a_certificate_is_the_one_of_its_key_file() {
    let office = Office::new();
    let in_certificate = approve(
        Command::new("openssl").args(["x509", "-noout", "-pubkey", "-in"]).arg(office.path("chairman.crt")),
    );
    let passphrase = format!("pass:{PASSPHRASE}");
    let of_key = approve(
        Command::new("openssl")
            .args(["pkey", "-pubout", "-passin", &passphrase, "-in"])
            .arg(office.path("chairman.key")),
    );
    assert_eq!(in_certificate, of_key);
}

#[test]
fn a_fingerprint_is_the_one_that_openssl_prints() {
    let office = Office::new();
    let path = office.path("chairman.crt");
    let printed =
        approve(Command::new("openssl").args(["x509", "-noout", "-fingerprint", "-sha256", "-in"]).arg(path));
    let (_, digits) = printed.trim().split_once('=').unwrap();
    let fingerprint = certificate::fingerprint(&office.certificate).unwrap();
    assert_eq!(fingerprint, digits.replace(':', "").to_lowercase());
}

#[test]
fn serial_numbers_are_positive_long_and_never_the_same() {
    let office = Office::new();
    let serial = |name: &str| {
        let printed = approve(
            Command::new("openssl").args(["x509", "-noout", "-serial", "-in"]).arg(office.path(name)),
        );
        printed.trim().trim_start_matches("serial=").to_owned()
    };
    let (root, leaf) = (serial("root.crt"), serial("chairman.crt"));
    assert_ne!(root, leaf);
    for serial in [root, leaf] {
        assert_eq!(serial.len(), 40, "20 bytes, no sign: {serial}");
        assert!(matches!(serial.as_bytes()[0], b'4'..=b'7'), "{serial}");
    }
}

#[test]
fn a_root_that_ends_after_2049_has_a_generalized_time() {
    let office = Office::new();
    let name = Subject::of(&office.root);
    let lifetime = Duration::days(365 * 30);
    let root = keys::issue(&name, &office.root_key, Issuer::Itself, now(), lifetime).unwrap();
    office.write("long.crt", &root);
    let parsed = approve(Command::new("openssl").args(["asn1parse", "-in"]).arg(office.path("long.crt")));
    assert!(parsed.contains("UTCTIME           :260618031030Z"), "{parsed}");
    assert!(parsed.contains("GENERALIZEDTIME   :20560610031530Z"), "{parsed}");
}

#[test]
fn nobody_vouches_beyond_what_he_may() {
    let office = Office::new();
    let key = PrivateKey::generate().unwrap();
    let issue = |issuer, lifetime| keys::issue(&chairman(), &key, issuer, now(), lifetime);
    let day = Duration::days(1);
    let by_signer = issue(Issuer::Root(&office.key, &office.certificate), day);
    assert!(matches!(by_signer, Err(KeyError::NotAnIssuer(_))), "{by_signer:?}");
    let by_stranger = issue(Issuer::Root(&key, &office.root), day);
    assert!(matches!(by_stranger, Err(KeyError::IssuerKeyMismatch)), "{by_stranger:?}");
    let too_long = issue(Issuer::Root(&office.root_key, &office.root), Duration::days(3651));
    assert!(matches!(too_long, Err(KeyError::Validity)), "{too_long:?}");
    for lifetime in [Duration::ZERO, Duration::days(-1), Duration::MAX, Duration::MIN] {
        let refused = issue(Issuer::Root(&office.root_key, &office.root), lifetime);
        assert!(matches!(refused, Err(KeyError::Validity)), "{lifetime}: {refused:?}");
        let refused = issue(Issuer::Itself, lifetime);
        assert!(matches!(refused, Err(KeyError::Validity)), "{lifetime}: {refused:?}");
    }
    issue(Issuer::Root(&office.root_key, &office.root), Duration::days(3650)).unwrap();
}

#[test]
fn a_name_that_a_certificate_can_not_hold_is_refused() {
    let key = PrivateKey::generate().unwrap();
    let issue = |subject: &Subject| keys::issue(subject, &key, Issuer::Itself, now(), Duration::days(1));
    for common_name in [String::new(), " ".to_owned(), "ữ".repeat(65), "a\nb".to_owned()] {
        let refused = issue(&Subject { common_name, ..chairman() });
        assert!(matches!(refused, Err(KeyError::Name { attribute: "common name", most: 64 })));
    }
    let longest = Subject { common_name: "ữ".repeat(64), ..chairman() };
    assert_eq!(Subject::of(&issue(&longest).unwrap()), longest);
}

#[test]
fn a_folder_of_keys_is_listed_by_name() {
    let office = Office::new();
    fs::remove_file(office.path("root.key")).unwrap();
    let listed = list(office.folder.path(), now()).unwrap();
    let names: Vec<(&str, bool, bool)> =
        listed.iter().map(|entry| (entry.name.as_str(), entry.root, entry.has_key)).collect();
    assert_eq!(names, [("chairman", false, true), ("root", true, false)]);
    assert_eq!(listed[0].subject, chairman());
    assert_eq!(listed[0].not_before, "2026-06-18T10:10:30+07:00");
    assert_eq!(listed[0].not_after, "2027-06-18T10:15:30+07:00");
    assert_eq!(listed[0].fingerprint, certificate::fingerprint(&office.certificate).unwrap());
    fs::write(office.path("broken.crt"), "no certificate").unwrap();
    assert!(matches!(list(office.folder.path(), now()), Err(KeyError::NotACertificate(_))));
}

#[test]
fn a_chain_is_read_in_its_order() {
    let office = Office::new();
    let chain = [office.certificate.clone(), office.root.clone()];
    let path = office.path("chain.pem");
    fs::write(&path, certificate::to_pem(&chain).unwrap()).unwrap();
    assert_eq!(keys::read_certificates(&path).unwrap(), chain);
    for (text, what) in [("", "nothing"), ("-----BEGIN CERTIFICATE-----\nAAAA\n", "half a certificate")] {
        fs::write(&path, text).unwrap();
        assert!(matches!(keys::read_certificates(&path), Err(KeyError::NotACertificate(_))), "{what}");
    }
}

#[test]
fn a_certificate_says_its_role_and_its_office() {
    let office = Office::new();
    let public = office.key.public_key_info().unwrap();
    let issuer = (&office.root_key, &office.root);
    for role in [None, Some(Role::Signer), Some(Role::Agency)] {
        for organ_id in [None, Some("H37.DN.001".to_owned())] {
            let mandate = Mandate { role, organ_id: organ_id.clone() };
            let made = keys::certify(&chairman(), &public, issuer, None, &mandate, now(), Duration::days(1))
                .unwrap();
            assert_eq!(role_of(&made), role);
            assert_eq!(Subject::of(&made), chairman());
            let named = NamedOrganization::of(&made);
            assert_eq!((named.name, named.organ_id), (chairman().organization, organ_id));
        }
    }
}
