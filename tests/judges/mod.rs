//! The foreign judges for integration tests (`mod judges;`): each function asks one and gives its
//! answer. A judge that is missing or can't judge fails the test; none is ever skipped.

#![allow(dead_code, reason = "every test file uses some of the judges")]
#![allow(
    clippy::panic,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "in a test a panic is the message"
)]

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// veraPDF's verdicts on `file` as PDF/A-3a and as PDF/UA-1: `{compliant, failed: [{clause, …}], …}`.
pub fn verapdf(file: &Path) -> Vec<Value> {
    let arguments = ["--profile", "3a", "--profile", "ua1"].map(OsStr::new);
    let output = ask(&judge("verapdf"), arguments.into_iter().chain([file.as_os_str()]));
    String::from_utf8_lossy(&output.stdout).lines().map(json).collect()
}

/// Fails unless veraPDF finds `file` to keep PDF/A-3a and PDF/UA-1.
#[track_caller]
pub fn assert_pdfa_3a_and_ua_1(file: &Path) {
    let verdicts = verapdf(file);
    let compliant = verdicts.iter().all(|verdict| verdict["compliant"] == true);
    assert!(verdicts.len() == 2 && compliant, "veraPDF on {}: {verdicts:#?}", file.display());
}

/// pyHanko's verdicts on the signatures of `file`, trusting the certificates in `root` (PEM):
/// `[{field, bottom_line, intact, valid, trusted, coverage, modification_level, docmdp_ok, …}]`.
pub fn pyhanko(file: &Path, root: &Path) -> Vec<Value> {
    pyhanko_says([file.as_os_str(), OsStr::new("--trust"), root.as_os_str()])
}

/// The same at the time `at` (RFC 3339) instead of now: for certificates that the test dates itself.
pub fn pyhanko_at(file: &Path, root: &Path, at: &str) -> Vec<Value> {
    let trust = [file.as_os_str(), OsStr::new("--trust"), root.as_os_str()];
    pyhanko_says(trust.into_iter().chain([OsStr::new("--at"), OsStr::new(at)]))
}

/// pyHanko's verdicts by long-term data at the time `at`, and how much of them the file holds:
/// `{signatures: [{field, indication, archived, intact, docmdp_ok, …}], store: {certs, crls, ocsps}}`.
pub fn pyhanko_ltv(file: &Path, root: &Path, at: &str) -> Value {
    let arguments =
        [file.as_os_str(), OsStr::new("--trust"), root.as_os_str(), OsStr::new("--at"), OsStr::new(at)];
    json(&String::from_utf8_lossy(&ask(&judge("pyhanko_ltv.py"), arguments).stdout))
}

/// BouncyCastle's and GnuTLS's verdict on the CMS in the file `cms` (DER, without padding) over the
/// bytes of the file `content`: `{valid, bouncycastle: {…}, gnutls}`.
pub fn cms(cms: &Path, content: &Path) -> Value {
    let output = ask(&judge("cms-verify"), [cms.as_os_str(), content.as_os_str()]);
    json(&String::from_utf8_lossy(&output.stdout))
}

/// Fails unless `qpdf --check` has nothing to say against `file`.
#[track_caller]
pub fn assert_sound_for_qpdf(file: &Path) {
    let output = run(Path::new("qpdf"), [OsStr::new("--check"), file.as_os_str()]);
    // 3 means warnings, which count here.
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "qpdf on {}: {}", file.display(), String::from_utf8_lossy(&said));
}

/// The text of `file` as Poppler reads it, with the layout kept; pages end with a form feed.
pub fn pdftotext(file: &Path) -> String {
    let arguments = [OsStr::new("-layout"), OsStr::new("-enc"), OsStr::new("UTF-8"), file.as_os_str()];
    let output = run(Path::new("pdftotext"), arguments.into_iter().chain([OsStr::new("-")]));
    assert!(output.status.success(), "pdftotext: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("pdftotext writes UTF-8")
}

/// What ZBar reads of the QR codes in the `picture`, each of them.
pub fn qr_codes(picture: &Path) -> Vec<String> {
    let options = ["--quiet", "--raw", "--nodbus", "-Sdisable", "-Sqrcode.enable"].map(OsStr::new);
    let output = run(Path::new("zbarimg"), options.into_iter().chain([picture.as_os_str()]));
    // 4 means that it sees none.
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0 | 4)), "zbarimg on {}: {said}", picture.display());
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

/// The folder of the whole project: the package whose test this is may lie below it.
pub fn project() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = package.ancestors().find(|folder| folder.join("Cargo.lock").exists());
    found.expect("a workspace has a Cargo.lock")
}

/// The judges' Python, with pyHanko, cryptography and asn1crypto.
pub fn python() -> Command {
    let python = project().join("target/judges/venv/bin/python");
    assert!(python.exists(), "the judges' Python is missing; run tests/judges/setup.sh");
    Command::new(python)
}

/// What `command` prints; fails unless it is content.
#[track_caller]
pub fn approve(command: &mut Command) -> String {
    let output = start(command);
    assert!(output.status.success(), "{command:?} refused:\n{}", printed(&output));
    printed(&output)
}

/// What `command` prints; fails unless it refuses.
#[track_caller]
pub fn refuse(command: &mut Command) -> String {
    let output = start(command);
    assert!(!output.status.success(), "{command:?} was content:\n{}", printed(&output));
    printed(&output)
}

fn printed(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes)).concat()
}

fn pyhanko_says<'a>(arguments: impl IntoIterator<Item = &'a OsStr>) -> Vec<Value> {
    let output = ask(&judge("pyhanko_verdict.py"), arguments);
    let answer = json(&String::from_utf8_lossy(&output.stdout));
    answer["signatures"].as_array().expect("pyHanko's answer lists signatures").clone()
}

fn judge(name: &str) -> PathBuf {
    project().join("tests/judges").join(name)
}

/// Asks a judge: 0 is yes, 1 is no, and with anything else it could not judge.
fn ask<'a>(program: &Path, arguments: impl IntoIterator<Item = &'a OsStr>) -> Output {
    let output = run(program, arguments);
    if !matches!(output.status.code(), Some(0 | 1)) {
        panic!("{}: {}", program.display(), String::from_utf8_lossy(&output.stderr));
    }
    output
}

fn run<'a>(program: &Path, arguments: impl IntoIterator<Item = &'a OsStr>) -> Output {
    start(Command::new(program).args(arguments))
}

fn start(command: &mut Command) -> Output {
    match command.output() {
        Ok(output) => output,
        Err(cause) => panic!("{}: {cause}; run tests/judges/setup.sh", command.get_program().display()),
    }
}

fn json(line: &str) -> Value {
    match serde_json::from_str(line) {
        Ok(value) => value,
        Err(cause) => panic!("a judge answered {line:?}: {cause}"),
    }
}
