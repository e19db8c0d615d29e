//! Key files: the program's own in OpenSSL's hands, OpenSSL's in the program's, and those that are refused.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use super::{assert_cms_holds, assert_valid, issued, names, private, verdict};
use crate::judges::approve;
use crate::office::{Office, PASSPHRASE, TIME};

/// Signs the report with `keys/NAME.key` into `NAME.pdf`, and has judges look.
#[track_caller]
fn assert_signs(office: &Office, name: &str) {
    let (key, file) = (format!("keys/{name}.key"), format!("{name}.pdf"));
    office.ok(&["sign", "01-BC-UBND.pdf", "--key", &key, "--time", TIME, "-o", &file]);
    assert_valid(office, &file, 1);
    assert_cms_holds(office, &file, 0);
}

/// The public key of the key file `path`, by OpenSSL.
fn public(path: &Path) -> String {
    let passphrase = format!("pass:{PASSPHRASE}");
    approve(Command::new("openssl").args(["pkey", "-pubout", "-passin", &passphrase, "-in"]).arg(path))
}

#[test]
fn new_keys_of_every_kind_sign_and_openssl_reads_them() {
    let office = issued();
    for (algorithm, words) in [("ed25519", "ED25519"), ("p256", "prime256v1"), ("p384", "secp384r1")] {
        #[rustfmt::skip]
        office.ok(&[
            "keys", "new", algorithm, "--issuer", "root", "--algorithm", algorithm, "--common-name", algorithm,
            "--time", TIME,
        ]);
        let path = office.path(&format!("keys/{algorithm}.key"));
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert!(fs::read_to_string(&path).unwrap().starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
        let passphrase = format!("pass:{PASSPHRASE}");
        let mut text = Command::new("openssl");
        let text = approve(text.args(["pkey", "-noout", "-text", "-passin", &passphrase, "-in"]).arg(&path));
        assert!(text.contains(words), "{text}");
        let certificate = office.path(&format!("keys/{algorithm}.crt"));
        let own =
            approve(Command::new("openssl").args(["x509", "-noout", "-pubkey", "-in"]).arg(certificate));
        assert_eq!(public(&path), own);
        assert_signs(&office, algorithm);
    }
}

#[test]
fn a_root_of_every_kind_vouches_and_openssl_builds_the_path() {
    for algorithm in ["p256", "p384"] {
        let office = Office::new();
        let folder = office.path("other");
        let other = folder.to_str().unwrap();
        #[rustfmt::skip]
        office.ok(&[
            "keys", "new", "root", "--root", "--algorithm", algorithm, "--common-name", "Gốc", "--dir", other,
            "--time", TIME,
        ]);
        #[rustfmt::skip]
        office.ok(&["keys", "new", "a", "--issuer", "root", "--common-name", "A", "--dir", other, "--time", TIME]);
        let mut verify = Command::new("openssl");
        verify.args(["verify", "-x509_strict", "-attime", "1781838000", "-CAfile"]);
        approve(verify.arg(folder.join("root.crt")).arg(folder.join("a.crt")));
    }
}

#[test]
fn keys_that_openssl_made_sign() {
    let office = issued();
    let passphrase = format!("pass:{PASSPHRASE}");
    for (name, curve, options) in [
        ("plain256", "P-256", &[][..]),
        ("plain384", "P-384", &[]),
        ("encrypted256", "P-256", &["-aes256", "-pass", &passphrase]),
        ("encrypted384", "P-384", &["-aes-128-cbc", "-pass", &passphrase]),
    ] {
        let path = office.path(&format!("keys/{name}.key"));
        private(&path, "");
        let curve = format!("ec_paramgen_curve:{curve}");
        let mut make = Command::new("openssl");
        make.args(["genpkey", "-algorithm", "EC", "-pkeyopt", &curve]).args(options);
        approve(make.arg("-out").arg(&path));
        office.ok(&["keys", "csr", name, "--common-name", name]);
        let request = format!("keys/{name}.csr");
        office.ok(&["keys", "certify", name, &request, "--issuer", "root", "--time", TIME]);
        assert_signs(&office, name);
        assert_eq!(
            verdict(&office, &format!("{name}.pdf"))["signatures"][0]["signer"]["subject"]["common_name"],
            name
        );
    }
}

#[test]
fn a_key_file_that_is_none_is_refused_with_what_to_do() {
    let office = Office::new();
    let make = |name: &str, arguments: &[&str]| {
        let path = office.path(&format!("keys/{name}.key"));
        private(&path, "");
        approve(Command::new("openssl").args(arguments).arg("-out").arg(&path));
    };
    make("sec1", &["ecparam", "-genkey", "-noout", "-name", "prime256v1"]);
    make("parameters", &["ecparam", "-genkey", "-name", "secp384r1"]);
    make("rsa", &["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]);
    make("pkcs1", &["genrsa", "-traditional"]);
    make("pss", &["genpkey", "-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"]);
    make("p521", &["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"]);
    make("ed448", &["genpkey", "-algorithm", "ED448"]);
    make("der", &["genpkey", "-algorithm", "ED25519", "-outform", "DER"]);
    private(&office.path("keys/empty.key"), "");
    let old = "make it PKCS#8: openssl pkcs8 -topk8 -in";
    let rsa = "RSA signs from tokens (PKCS#11) only";
    let none = "is not a key file (PKCS#8, PEM) of Ed25519, P-256 or P-384";
    for (name, words) in [
        ("sec1", old),
        ("parameters", old),
        ("rsa", rsa),
        ("pkcs1", rsa),
        ("pss", rsa),
        ("p521", none),
        ("ed448", none),
        ("der", none),
        ("empty", none),
    ] {
        let said = office.code(&["keys", "csr", name, "--common-name", "A"], 8);
        assert!(said.contains(words), "{name}: {said}");
        assert!(!office.path(&format!("keys/{name}.csr")).exists());
    }
    // The advice works.
    let converted = office.path("keys/converted.key");
    private(&converted, "");
    let mut convert = Command::new("openssl");
    convert.args(["pkcs8", "-topk8", "-in"]).arg(office.path("keys/sec1.key")).arg("-out").arg(&converted);
    approve(convert.arg("-passout").arg(format!("pass:{PASSPHRASE}")));
    office.ok(&["keys", "csr", "converted", "--common-name", "A"]);
}

#[test]
fn a_key_that_others_may_read_signs_nothing() {
    let office = issued();
    let key = office.path("keys/chairman.key");
    for mode in [0o640, 0o644, 0o604, 0o660] {
        fs::set_permissions(&key, fs::Permissions::from_mode(mode)).unwrap();
        let said = office.code(&["sign", "01-BC-UBND.pdf", "--key", "keys/chairman.key", "--time", TIME], 8);
        assert!(said.contains("chmod 600"), "{said}");
    }
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    let before = names(office.folder.path());
    let wrong = office
        .command(&["sign", "01-BC-UBND.pdf", "--key", "keys/chairman.key"])
        .env("VANTHU_PASSPHRASE", "khác")
        .output()
        .unwrap();
    assert!(super::softhsm::said(&wrong, 8).contains("wrong passphrase for keys/chairman.key"));
    assert_eq!(names(office.folder.path()), before);
}
