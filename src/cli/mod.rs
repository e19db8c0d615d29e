//! The program: arguments in, library calls, sentences and exit codes out.
//!
//! One file per command; no command has logic that the library lacks.

mod access;
mod advice;
mod args;
mod batch;
mod check;
mod console;
mod copy;
mod demo;
mod extend;
mod extract;
mod failure;
mod hooks;
mod import;
mod init;
mod inputs;
mod issue;
mod keys;
mod level;
mod look;
mod lookup;
mod new;
mod number;
mod passphrase;
mod press;
mod register;
mod render;
mod revision;
mod revisions;
mod serve;
mod sign;
mod standing;
mod status;
mod token;
mod trail;
mod trust;
mod verify;
mod watch;

use std::process::ExitCode;

use clap::Parser;

use crate::explain::Refusal;
use args::{Cli, Command};
use console::Console;
use failure::{Exit, Failure};

/// Runs the program and gives its exit code.
pub fn main() -> ExitCode {
    leave_no_core_file();
    let cli = Cli::parse();
    let console = Console::new(cli.lang.map(Into::into));
    // A panic is a fault of the program, and must not look like a verdict.
    let outcome = std::panic::catch_unwind(|| run(cli.command, &console));
    let exit = match outcome {
        Ok(Ok(exit)) => exit,
        Ok(Err(failure)) => {
            console.failure(&failure);
            Exit::Refused(failure.kind)
        }
        Err(_) => Exit::Refused(Refusal::Internal),
    };
    ExitCode::from(exit.code())
}

fn run(command: Command, console: &Console) -> Result<Exit, Failure> {
    match command {
        Command::Demo(args) => demo::run(&args, console),
        Command::Init(args) => init::run(&args, console),
        Command::New(args) => new::run(&args, console),
        Command::Import(args) => import::run(&args, console),
        Command::Schema => new::schema(console),
        Command::Check(args) => check::run(&args, console),
        Command::Render(args) => render::run(&args, console),
        Command::Issue(args) => issue::run(&args, console),
        Command::Sign(args) => sign::run(&args, console),
        Command::Number(args) => number::run(&args, console),
        Command::Extend(args) => extend::run(&args, console),
        Command::Status(args) => status::run(&args, console),
        Command::Copy(args) => copy::run(&args, console),
        Command::Verify(args) => verify::run(&args, console),
        Command::Revisions(args) => revisions::run(&args, console),
        Command::Extract(args) => extract::run(&args, console),
        Command::Serve(args) => serve::run(&args, console),
        Command::Look => look::run(console),
        Command::Press(args) => press::run(&args, console),
        Command::Keys(args::Keys::New(args)) => keys::new(&args, console),
        Command::Keys(args::Keys::List(args)) => keys::list(&args, console),
        Command::Keys(args::Keys::Csr(args)) => keys::csr(&args, console),
        Command::Keys(args::Keys::Certify(args)) => keys::certify(&args, console),
        Command::Keys(args::Keys::ImportCert(args)) => keys::import_certificate(&args, console),
        Command::Keys(args::Keys::Import(args)) => keys::import(&args, console),
        Command::Keys(args::Keys::Renew(args)) => keys::renew(&args, console),
        Command::Keys(args::Keys::Revoke(args)) => keys::revoke(&args, console),
        Command::Keys(args::Keys::Crl(args)) => keys::crl(&args, console),
        Command::Trust(args::Trust::Add(args)) => trust::add(&args, console),
        Command::Trust(args::Trust::List(args)) => trust::list(&args, console),
        Command::Trust(args::Trust::Remove(args)) => trust::remove(&args, console),
        Command::Register(command) => register::run(&command, console),
        Command::Token(command) => token::run(&command, console),
        Command::Trail(command) => trail::run(&command, console),
        Command::Hooks(command) => hooks::run(&command, console),
    }
}

/// What a process remembers when it crashes may hold a key or a passphrase.
#[cfg(unix)]
fn leave_no_core_file() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    // To lower a limit is always allowed.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
}

#[cfg(not(unix))]
fn leave_no_core_file() {}
