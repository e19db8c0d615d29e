//! An office in a folder of its own, and the program that works in it.

#![allow(dead_code, reason = "every test file uses some of it")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// When the office works.
pub const TIME: &str = "2026-06-18T10:15:30+07:00";
/// Of all its keys.
pub const PASSPHRASE: &str = "mật khẩu";

/// An office in a folder of its own, with a root, a chairman and an agency key.
pub struct Office {
    pub folder: TempDir,
}

impl Office {
    pub fn new() -> Office {
        let office = Office { folder: tempfile::tempdir().unwrap() };
        #[rustfmt::skip]
        office.ok(&[
            "init", ".", "--name", "ỦY BAN NHÂN DÂN", "--name", "HUYỆN HÒA AN",
            "--abbreviation", "UBND", "--place", "Hòa An", "--first", "2020=201",
        ]);
        office.ok(&["keys", "new", "root", "--root", "--common-name", "Gốc", "--time", TIME]);
        for name in ["chairman", "agency"] {
            office.ok(&["keys", "new", name, "--issuer", "root", "--common-name", name, "--time", TIME]);
        }
        office
    }

    /// The file `name` in the office's folder, or among the documents that it issued.
    pub fn path(&self, name: &str) -> PathBuf {
        let here = self.folder.path().join(name);
        let folders = ["2020", "2026", "2026/BS"];
        let mut issued =
            folders.map(|folder| self.folder.path().join("van-ban").join(folder).join(name)).into_iter();
        if here.exists() { here } else { issued.find(|path| path.exists()).unwrap_or(here) }
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vanthu"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env("VANTHU_LANG", "en")
            .env("VANTHU_PASSPHRASE", PASSPHRASE)
            .env_remove("VANTHU_OFFICE")
            .env_remove("VANTHU_FONT_DIR");
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs a command that reads `input`.
    pub fn fed(&self, arguments: &[&str], input: &[u8]) -> Output {
        let pipes = |command: &mut Command| {
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        };
        let mut child = pipes(&mut self.command(arguments));
        // A command that refuses its arguments reads nothing.
        let _ = child.stdin.take().unwrap().write_all(input);
        child.wait_with_output().unwrap()
    }

    /// Runs a command that must end with `code`, and gives what it said.
    #[track_caller]
    pub fn code(&self, arguments: &[&str], code: i32) -> String {
        let output = self.run(arguments);
        let said =
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        said
    }

    #[track_caller]
    pub fn ok(&self, arguments: &[&str]) -> String {
        self.code(arguments, 0)
    }

    pub fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_slice(&self.run(arguments).stdout).unwrap()
    }

    /// Takes the file `name` away, where it is there: what the register knows is replaced by nobody.
    pub fn clear(&self, name: &str) {
        match fs::remove_file(self.folder.path().join(name)) {
            Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => panic!("{name}: {cause}"),
            _ => {}
        }
    }

    /// A small document that names neither number nor date.
    pub fn draft(&self, name: &str, subject: &str) {
        let text = fs::read_to_string(example()).unwrap();
        let mut document: Value = serde_json::from_str(&text).unwrap();
        document["header"]["number"] = Value::Null;
        document["header"]["date"] = Value::Null;
        document["subject"] = subject.into();
        fs::write(self.path(name), document.to_string()).unwrap();
    }

    pub fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        // The database's own scratch files come and go.
        let mut names: Vec<String> = names.filter(|name| !name.starts_with("register.sqlite-")).collect();
        names.sort();
        names
    }
}

/// The example report.
pub fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/201-bc-ubnd.json")
}
