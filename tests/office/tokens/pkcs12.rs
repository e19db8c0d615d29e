//! PKCS#12 files as OpenSSL, Python's cryptography and Java's keytool make them.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::{assert_valid, issued, names};
use crate::judges::{self, approve};
use crate::office::{Office, PASSPHRASE, TIME};

/// An office with a key that OpenSSL made and the root certified, outside of the folder of keys: `p256.key`, and
/// `p256.crt` with its root.
struct Desk {
    office: Office,
}

impl Desk {
    fn new() -> Desk {
        let office = issued();
        let desk = Desk { office };
        desk.key("p256", &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]);
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.office.path(name)
    }

    fn openssl(&self, arguments: &[&str]) {
        approve(Command::new("openssl").current_dir(self.office.folder.path()).args(arguments));
    }

    fn key(&self, name: &str, options: &[&str]) {
        let (key, request, certificate) =
            (format!("{name}.key"), format!("{name}.csr"), format!("{name}.crt"));
        self.openssl(&[&["genpkey", "-out", &key], options].concat());
        self.openssl(&[
            "req",
            "-new",
            "-utf8",
            "-key",
            &key,
            "-subj",
            "/C=VN/CN=Bế Đăng Chuyên",
            "-out",
            &request,
        ]);
        let folder = self.path("");
        let folder = folder.to_str().unwrap();
        for part in ["root.key", "root.crt"] {
            fs::copy(self.path(&format!("keys/{part}")), self.path(part)).unwrap();
        }
        #[rustfmt::skip]
        self.office.ok(&[
            "keys", "certify", name, &request, "--issuer", "root", "--dir", folder, "--time", TIME,
        ]);
        let root = fs::read_to_string(self.path("root.crt")).unwrap();
        let own = fs::read_to_string(self.path(&certificate)).unwrap();
        fs::write(self.path(&certificate), own + &root).unwrap();
    }

    /// Packs the key `name` as OpenSSL does with `options`.
    fn pack(&self, name: &str, file: &str, options: &[&str]) {
        let (key, certificate) = (format!("{name}.key"), format!("{name}.crt"));
        let passphrase = format!("pass:{PASSPHRASE}");
        #[rustfmt::skip]
        let pack = ["pkcs12", "-export", "-inkey", &key, "-in", &certificate, "-passout", &passphrase, "-out", file];
        self.openssl(&[&pack, options].concat());
    }

    /// Imports `file` as `name`, signs with it, and has judges look.
    #[track_caller]
    fn assert_signs(&self, file: &str, name: &str) {
        self.office.ok(&["keys", "import", name, file]);
        let (key, signed) = (format!("keys/{name}.key"), format!("{name}.pdf"));
        self.office.ok(&["sign", "01-BC-UBND.pdf", "--key", &key, "--time", TIME, "-o", &signed]);
        assert_valid(&self.office, &signed, 1);
    }

    /// Importing `file` fails, saying `words`, and leaves nothing.
    #[track_caller]
    fn assert_refused(&self, file: &str, words: &str) {
        let before = names(&self.path("keys"));
        let said = self.office.code(&["keys", "import", "new", file], 8);
        assert!(said.contains(words), "{file}: {said}");
        assert_eq!(names(&self.path("keys")), before);
    }
}

#[test]
fn what_openssl_packs_in_any_way_signs() {
    let desk = Desk::new();
    desk.key("p384", &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"]);
    desk.key("ed25519", &["-algorithm", "ED25519"]);
    for (name, key, options) in [
        ("modern", "p256", &[][..]),
        ("modern384", "p384", &[]),
        ("modern25519", "ed25519", &[]),
        ("legacy", "p256", &["-legacy"]),
        ("triple", "p256", &["-legacy", "-descert"]),
        ("sha512", "p256", &["-macalg", "sha512"]),
        ("plain-certificate", "p256", &["-certpbe", "NONE"]),
        ("no-mac", "p256", &["-nomac"]),
    ] {
        let file = format!("{name}.p12");
        desk.pack(key, &file, options);
        desk.assert_signs(&file, name);
        // The root came along.
        let chain = fs::read_to_string(desk.path(&format!("keys/{name}.crt"))).unwrap();
        assert_eq!(chain.matches("BEGIN CERTIFICATE").count(), 2, "{name}");
    }
}

#[test]
fn what_python_and_java_pack_signs() {
    let desk = Desk::new();
    let script = r"
import sys
from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, load_pem_private_key, pkcs12
key = load_pem_private_key(open('p256.key', 'rb').read(), None)
own, root = x509.load_pem_x509_certificates(open('p256.crt', 'rb').read())
packed = pkcs12.serialize_key_and_certificates('Chủ tịch'.encode(), key, own, [root], BestAvailableEncryption(sys.argv[1].encode()))
open('python.p12', 'wb').write(packed)
";
    approve(judges::python().current_dir(desk.path("")).args(["-c", script, PASSPHRASE]));
    desk.assert_signs("python.p12", "python");
    // Java takes a store of others over, with ciphers of its own. It has no ears for Vietnamese passphrases.
    let ascii = "mat-khau-cua-chu-tich";
    fs::write(desk.path("ascii"), ascii).unwrap();
    #[rustfmt::skip]
    desk.openssl(&[
        "pkcs12", "-export", "-inkey", "p256.key", "-in", "p256.crt", "-name", "chairman",
        "-passout", "file:ascii", "-out", "for-java.p12",
    ]);
    #[rustfmt::skip]
    approve(Command::new("keytool").current_dir(desk.path("")).args([
        "-importkeystore", "-noprompt", "-srckeystore", "for-java.p12", "-srcstoretype", "PKCS12", "-srcstorepass", ascii,
        "-destkeystore", "java.p12", "-deststoretype", "PKCS12", "-deststorepass", ascii,
    ]));
    desk.office.ok(&["keys", "import", "java", "java.p12", "--p12-passphrase-file", "ascii"]);
    // From here on it is the office's own passphrase.
    desk.office.ok(&["sign", "01-BC-UBND.pdf", "--key", "keys/java.key", "--time", TIME, "-o", "java.pdf"]);
    assert_valid(&desk.office, "java.pdf", 1);
    // keytool's own pair, which nobody vouches for.
    #[rustfmt::skip]
    approve(Command::new("keytool").current_dir(desk.path("")).args([
        "-genkeypair", "-keystore", "own.p12", "-storetype", "PKCS12", "-storepass", ascii, "-keyalg", "EC",
        "-groupname", "secp256r1", "-dname", "CN=A", "-alias", "a",
    ]));
    desk.office.ok(&["keys", "import", "own", "own.p12", "--p12-passphrase-file", "ascii"]);
}

#[test]
fn what_gives_no_key_is_refused_with_the_reason() {
    let desk = Desk::new();
    let passphrase = format!("pass:{PASSPHRASE}");
    desk.pack("p256", "wrong.p12", &["-passout", "pass:other"]);
    desk.assert_refused("wrong.p12", "wrong passphrase for the PKCS#12 file");
    desk.pack("p256", "wrong-no-mac.p12", &["-passout", "pass:other", "-nomac"]);
    desk.assert_refused("wrong-no-mac.p12", "wrong passphrase for the PKCS#12 file");
    desk.pack("p256", "wrong-legacy.p12", &["-passout", "pass:other", "-legacy"]);
    desk.assert_refused("wrong-legacy.p12", "wrong passphrase for the PKCS#12 file");
    desk.openssl(&[
        "pkcs12",
        "-export",
        "-nokeys",
        "-in",
        "p256.crt",
        "-passout",
        &passphrase,
        "-out",
        "no-key.p12",
    ]);
    desk.assert_refused("no-key.p12", "holds no private key");
    #[rustfmt::skip]
    desk.openssl(&[
        "pkcs12", "-export", "-nocerts", "-inkey", "p256.key", "-passout", &passphrase, "-out", "no-certificate.p12",
    ]);
    desk.assert_refused("no-certificate.p12", "holds no certificate of its key");
    desk.key("rsa", &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]);
    desk.pack("rsa", "rsa.p12", &[]);
    desk.assert_refused("rsa.p12", "RSA signs from tokens (PKCS#11) only");
    fs::write(desk.path("garbage.p12"), "garbage").unwrap();
    desk.assert_refused("garbage.p12", "is not PKCS#12");
    fs::write(desk.path("huge.p12"), vec![0x30; 8 << 20]).unwrap();
    desk.assert_refused("huge.p12", "is not PKCS#12");
    desk.pack("p256", "good.p12", &[]);
    let mut torn = fs::read(desk.path("good.p12")).unwrap();
    torn.truncate(torn.len() - 7);
    fs::write(desk.path("torn.p12"), torn).unwrap();
    desk.assert_refused("torn.p12", "is not PKCS#12");
    // A key is never replaced.
    desk.office.ok(&["keys", "import", "good", "good.p12"]);
    let again = desk.office.code(&["keys", "import", "good", "good.p12"], 8);
    assert!(again.contains("keys are never replaced"), "{again}");
}

#[test]
fn authorities_that_certified_each_other_end() {
    let desk = Desk::new();
    // B vouches for A's new certificate, and A's old one for B's.
    desk.openssl(&["genpkey", "-algorithm", "ED25519", "-out", "b.key"]);
    desk.openssl(&["req", "-new", "-key", "b.key", "-subj", "/CN=B", "-out", "b.csr"]);
    #[rustfmt::skip]
    desk.openssl(&[
        "x509", "-req", "-in", "b.csr", "-CA", "p256.crt", "-CAkey", "p256.key", "-set_serial", "1", "-out", "b.crt",
    ]);
    #[rustfmt::skip]
    desk.openssl(&[
        "x509", "-req", "-in", "p256.csr", "-CA", "b.crt", "-CAkey", "b.key", "-set_serial", "2", "-out", "a.crt",
    ]);
    let (a, b) = (fs::read_to_string(desk.path("a.crt")), fs::read_to_string(desk.path("b.crt")));
    fs::write(desk.path("p256.crt"), a.unwrap() + &b.unwrap()).unwrap();
    desk.pack("p256", "circle.p12", &[]);
    desk.office.ok(&["keys", "import", "circle", "circle.p12"]);
    let chain = fs::read_to_string(desk.path("keys/circle.crt")).unwrap();
    assert_eq!(chain.matches("BEGIN CERTIFICATE").count(), 2);
}

#[test]
fn a_file_that_asks_for_years_of_work_is_refused() {
    let desk = Desk::new();
    desk.pack("p256", "good.p12", &["-iter", "70000"]);
    let good = fs::read(desk.path("good.p12")).unwrap();
    // 70,000 rounds as DER writes them, and two thousand million.
    let (few, many) = ([0x02, 0x03, 0x01, 0x11, 0x70], [0x02, 0x04, 0x77, 0x35, 0x94, 0x00]);
    assert!(good.windows(5).any(|window| window == few));
    let script = r"
import sys
from asn1crypto import pkcs12
file = pkcs12.Pfx.load(open('good.p12', 'rb').read())
file['mac_data']['iterations'] = 2_000_000_000
open('long.p12', 'wb').write(file.dump(force=True))
";
    approve(judges::python().current_dir(desk.path("")).args(["-c", script]));
    let long = fs::read(desk.path("long.p12")).unwrap();
    assert!(long.windows(6).any(|window| window == many));
    desk.assert_refused("long.p12", "would take too long");
}
