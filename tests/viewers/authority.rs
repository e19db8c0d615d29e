//! A time-stamping authority that the recipient trusts: `openssl ts` (RFC 3161).

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;

use tempfile::TempDir;
use vanthu::lang::Message;
use vanthu::time_stamping::{TimeStampAuthority, time_stamp};

use crate::judges::approve;

const CONFIGURATION: &str = "\
[tsa]
default_tsa = stamps
[stamps]
serial = serial
signer_cert = stamps.pem
certs = root.pem
signer_key = stamps.key
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ess_cert_id_alg = sha256
";
const PURPOSE: &str = "basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=critical,timeStamping
";

pub struct Authority {
    folder: TempDir,
    /// Held while it stamps: serial numbers are kept in a file.
    stamping: Mutex<()>,
}

impl Authority {
    pub fn new() -> Authority {
        let authority = Authority { folder: tempfile::tempdir().unwrap(), stamping: Mutex::new(()) };
        for (name, text) in [("ts.cnf", CONFIGURATION), ("purpose", PURPOSE), ("serial", "01\n")] {
            fs::write(authority.path(name), text).unwrap();
        }
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
        let root = ["req", "-x509", "-days", "3000", "-subj", "/CN=Stamps", "-keyout", "root.key"];
        let usage = ["-out", "root.pem", "-addext", "keyUsage=critical,keyCertSign,cRLSign"];
        authority.openssl(&[&root[..], &key, &usage].concat());
        let request = ["req", "-subj", "/CN=Clock", "-keyout", "stamps.key", "-out", "stamps.csr"];
        authority.openssl(&[&request[..], &key].concat());
        #[rustfmt::skip]
        authority.openssl(&[
            "x509", "-req", "-in", "stamps.csr", "-CA", "root.pem", "-CAkey", "root.key", "-days", "3000",
            "-extfile", "purpose", "-out", "stamps.pem",
        ]);
        authority
    }

    /// The certificate of its root, PEM.
    pub fn root(&self) -> Vec<u8> {
        fs::read(self.path("root.pem")).unwrap()
    }

    /// A token of a SHA-256 digest, DER.
    pub fn stamp(&self, digest: &[u8]) -> Vec<u8> {
        time_stamp(&[self], digest).unwrap()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn openssl(&self, arguments: &[&str]) {
        approve(Command::new("openssl").args(arguments).current_dir(self.folder.path()));
    }
}

impl TimeStampAuthority for Authority {
    fn ask(&self, request: &[u8]) -> Result<Vec<u8>, Message> {
        let _stamping = self.stamping.lock().unwrap();
        let own = tempfile::tempdir_in(self.folder.path()).unwrap();
        let (question, answer) = (own.path().join("question"), own.path().join("answer"));
        fs::write(&question, request).unwrap();
        let (question_path, answer_path) = (question.to_str().unwrap(), answer.to_str().unwrap());
        #[rustfmt::skip]
        self.openssl(&[
            "ts", "-reply", "-config", "ts.cnf", "-section", "stamps", "-queryfile", question_path, "-out", answer_path,
        ]);
        Ok(fs::read(answer).unwrap())
    }

    fn name(&self) -> &str {
        "openssl ts"
    }
}
