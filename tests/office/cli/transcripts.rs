//! Sessions that a person can read. The commands of each Markdown file below `transcripts/` are run one after
//! another in a folder of their own, and what they print must be what stands in the file.
//!
//! `TRANSCRIPTS=overwrite cargo test --test office transcripts` writes down what they print now: read the difference
//! before you commit it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{LazyLock, Mutex};

use regex::Regex;

use crate::office;

/// What differs from run to run, and what stands in its place. Keys, serial numbers and whatever is made with them
/// are random; a length depends on them by a byte or two.
static REDACTED: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    let redacted = [
        (r"[0-9a-f]{64}", "[SHA-256]"),
        (r"([0-9a-f]{4} ){15}[0-9a-f]{4}", "[FINGERPRINT]"),
        (r"-[0-9a-f]{8}\b", "-[FINGERPRINT]"),
        (r"\b\d{5,}( bytes?\b)", "[LENGTH]$1"),
        (r"\(byte \d+\)", "(byte [AT])"),
        (r"(\bbytes? )\d+–\d+", "$1[FROM]–[TO]"),
        (r"(?m)^(\S+  (?:drafter|signer|clerk|auditor|public)  )\S+ – \S+", "$1[FROM] – [TO]"),
        (r"(?m)^(\d+  )\S+(  command line  )", "$1[TIME]$2"),
        (r#"("length": )\d+"#, "$1[LENGTH]"),
        (r"(http://127\.0\.0\.1:)\d+", "$1[PORT]"),
    ];
    redacted.map(|(pattern, with)| (Regex::new(pattern).unwrap(), with)).to_vec()
});

#[test]
fn the_program_says_what_its_transcripts_say() {
    replay("en");
}

#[test]
fn chuong_trinh_noi_dung_nhu_bien_ban() {
    replay("vi");
}

/// Runs the transcripts in the folder of `language`, two at a time: what looks at pages has only so many seconds.
#[track_caller]
fn replay(language: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/office/cli/transcripts").join(language);
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let waiting = Mutex::new(entries.collect::<Vec<PathBuf>>());
    assert!(!waiting.lock().unwrap().is_empty());
    let next = || waiting.lock().unwrap().pop();
    let differences = Mutex::new(String::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(path) = next() {
                    let difference = difference(&path, language);
                    differences.lock().unwrap().push_str(&difference);
                }
            });
        }
    });
    let differences = differences.into_inner().unwrap();
    assert!(differences.is_empty(), "{differences}");
}

/// How the transcript at `path` differs from what its commands print now; empty where it does not.
fn difference(path: &Path, language: &str) -> String {
    let expected = fs::read_to_string(path).unwrap();
    let actual = Session::new(language).replayed(&expected);
    if actual == expected {
        return String::new();
    }
    if std::env::var_os("TRANSCRIPTS").is_some_and(|wish| wish == "overwrite") {
        fs::write(path, actual).unwrap();
        return String::new();
    }
    let now = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("{language}-{}", path.file_name().unwrap().display()));
    fs::write(&now, actual).unwrap();
    let shown = Command::new("diff").arg("-u").args([path, &now]).output().unwrap();
    String::from_utf8(shown.stdout).unwrap()
}

/// A shell in a folder of its own.
struct Session {
    folder: tempfile::TempDir,
    language: String,
}

impl Session {
    fn new(language: &str) -> Session {
        Session { folder: tempfile::tempdir().unwrap(), language: language.to_owned() }
    }

    /// The transcript `text` with what its commands print now. In its blocks of `console`, a command begins with
    /// `$ ` and goes on in lines that begin with `> `; `? 3` says that it ends with the exit code 3; what it prints
    /// follows.
    fn replayed(&self, text: &str) -> String {
        let mut replayed = String::new();
        let mut lines = text.lines().peekable();
        let mut is_console = false;
        while let Some(line) = lines.next() {
            if line.starts_with("```") {
                is_console = line == "```console";
            } else if is_console {
                let Some(first) = line.strip_prefix("$ ") else { continue };
                let mut command = first.to_owned();
                replayed += &format!("{line}\n");
                while let Some(more) = lines.next_if(|line| line.starts_with("> ") || *line == ">") {
                    command += "\n";
                    command += more.strip_prefix("> ").unwrap_or_default();
                    replayed += &format!("{more}\n");
                }
                replayed += &self.run(&command);
                continue;
            }
            replayed += &format!("{line}\n");
        }
        replayed
    }

    /// What `command` prints, to standard output and standard error as it comes, behind its exit code.
    fn run(&self, command: &str) -> String {
        let program = Path::new(env!("CARGO_BIN_EXE_vanthu")).parent().unwrap();
        let sources = Path::new(env!("CARGO_MANIFEST_DIR"));
        let output = Command::new("sh")
            .args(["-c", &format!("exec 2>&1\n{command}")])
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .env_clear()
            .env("PATH", format!("{}:{}", program.display(), std::env::var("PATH").unwrap()))
            .env("LC_ALL", "C.UTF-8")
            .env("VANTHU_LANG", &self.language)
            .env("EXAMPLES", sources.join("examples"))
            .env("FIXTURES", sources.join("tests/fixtures"))
            .env("OFFICE", sources.join("tests/office/cli/transcripts/office.sh"))
            .env("VANTHU_PASSPHRASE", office::PASSPHRASE)
            .output()
            .unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        let mut said = printed.replace(self.folder.path().to_str().unwrap(), "[FOLDER]");
        said = said.replace(sources.to_str().unwrap(), "[SOURCES]");
        for (pattern, with) in REDACTED.iter() {
            said = pattern.replace_all(&said, *with).into_owned();
        }
        if !said.is_empty() && !said.ends_with('\n') {
            said.push('\n');
        }
        match output.status.code() {
            Some(0) => said,
            Some(code) => format!("? {code}\n{said}"),
            None => format!("? {}\n{said}", output.status),
        }
    }
}
