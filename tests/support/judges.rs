//! Runs the foreign judges of the tests. A judge that is missing is a failure, never a skip.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::{Command, Output};

const SETUP: &str = "run tests/judges/setup.sh";

/// A program of the system, such as `openssl`.
pub fn system(program: &str) -> Command {
    Command::new(program)
}

/// The Python with pyHanko, cryptography and asn1crypto.
pub fn python() -> Command {
    let python = root().join("target/judges/venv/bin/python");
    assert!(python.exists(), "the judges' Python is missing: {SETUP}");
    Command::new(python)
}

/// Where a file of the project is.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Runs `command` and gives what it printed; it must be content.
pub fn approve(command: &mut Command) -> String {
    let output = run(command);
    assert!(output.status.success(), "{command:?} refused:\n{}", printed(&output));
    printed(&output)
}

/// Runs `command` and gives what it printed; it must refuse.
pub fn refuse(command: &mut Command) -> String {
    let output = run(command);
    assert!(!output.status.success(), "{command:?} was content:\n{}", printed(&output));
    printed(&output)
}

fn run(command: &mut Command) -> Output {
    match command.output() {
        Ok(output) => output,
        Err(cause) if cause.kind() == ErrorKind::NotFound => {
            panic!("{:?} is missing: {SETUP}", command.get_program())
        }
        Err(cause) => panic!("{command:?}: {cause}"),
    }
}

fn printed(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes)).concat()
}
