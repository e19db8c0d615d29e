//! Tokens: SoftHSM2, an HSM in software that Debian has, in a folder of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::judges::approve;
use crate::office::Office;

/// The module.
pub const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
/// Writes down every call of another module: OpenSC's.
pub const SPY: &str = "/usr/lib/x86_64-linux-gnu/pkcs11-spy.so";
/// Of every token here.
pub const PIN: &str = "739154";

/// Where tokens are plugged in.
pub struct Tokens {
    folder: TempDir,
}

impl Tokens {
    /// With one token, `office`.
    pub fn new() -> Tokens {
        let tokens = Tokens::none();
        tokens.plug_in("office");
        tokens
    }

    /// Without any.
    pub fn none() -> Tokens {
        assert!(Path::new(MODULE).exists(), "{MODULE} is missing; run tests/judges/setup.sh");
        let folder = tempfile::tempdir().unwrap();
        let tokens = folder.path().join("tokens");
        fs::create_dir(&tokens).unwrap();
        let text = format!("directories.tokendir = {}\nobjectstore.backend = file\n", tokens.display());
        fs::write(folder.path().join("conf"), text).unwrap();
        Tokens { folder }
    }

    pub fn plug_in(&self, label: &str) {
        let mut tool = self.command("softhsm2-util");
        tool.args(["--init-token", "--free", "--label", label, "--so-pin", "5678", "--pin", PIN]);
        approve(&mut tool);
    }

    /// Pulls them all out.
    pub fn pull(&self) {
        fs::remove_dir_all(self.folder.path().join("tokens")).unwrap();
        fs::create_dir(self.folder.path().join("tokens")).unwrap();
    }

    /// The folder that the tokens are in.
    pub fn plugged_in(&self) -> PathBuf {
        self.folder.path().join("tokens")
    }

    pub fn configuration(&self) -> PathBuf {
        self.folder.path().join("conf")
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("SOFTHSM2_CONF", self.configuration());
        command
    }

    /// OpenSC's tool, logged in.
    pub fn tool(&self, token: &str, arguments: &[&str]) {
        let mut tool = self.command("pkcs11-tool");
        tool.args(["--module", MODULE, "--login", "--pin", PIN, "--token-label", token]).args(arguments);
        approve(&mut tool);
    }

    /// Makes a pair of keys of `kind` in the token `office`.
    pub fn key(&self, kind: &str, label: &str, identifier: &str) {
        self.tool(
            "office",
            &["--keypairgen", "--key-type", kind, "--label", label, "--id", identifier, "--usage-sign"],
        );
    }

    /// Stores the certificate in the PEM file `path`.
    pub fn certificate(&self, path: &Path, label: &str, identifier: &str) {
        let der = self.folder.path().join("certificate.der");
        approve(
            Command::new("openssl").args(["x509", "-outform", "DER", "-in"]).arg(path).arg("-out").arg(&der),
        );
        let der = der.to_str().unwrap();
        self.tool("office", &["--write-object", der, "--type", "cert", "--label", label, "--id", identifier]);
    }

    /// The program, with these tokens and the PIN as its passphrase.
    pub fn program(&self, office: &Office, arguments: &[&str]) -> Command {
        let mut command = office.command(arguments);
        command.env("SOFTHSM2_CONF", self.configuration()).env("VANTHU_PASSPHRASE", PIN);
        command
    }

    pub fn run(&self, office: &Office, arguments: &[&str]) -> Output {
        self.program(office, arguments).output().unwrap()
    }

    /// Runs a command that must end with `code`, and gives what it said.
    #[track_caller]
    pub fn code(&self, office: &Office, arguments: &[&str], code: i32) -> String {
        said(&self.run(office, arguments), code)
    }

    /// Has the key `label` certified by the office's root: `keys/LABEL.crt`.
    #[track_caller]
    pub fn certify(&self, office: &Office, label: &str) {
        #[rustfmt::skip]
        let request = [
            "keys", "csr", label, "--token", MODULE, "--token-label", "office", "--key-label", label,
            "--common-name", &format!("Người {label}"), "--title", "Chủ tịch",
        ];
        self.code(office, &request, 0);
        let request = format!("keys/{label}.csr");
        office.ok(&["keys", "certify", label, &request, "--issuer", "root", "--time", super::TIME]);
    }
}

/// What a process said that must have ended with `code`.
#[track_caller]
pub fn said(output: &Output, code: i32) -> String {
    let said = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes)).concat();
    assert_eq!(output.status.code(), Some(code), "{said}");
    said
}
