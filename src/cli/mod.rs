//! The program: arguments in, library calls, sentences and exit codes out.
//!
//! One file per command; no command has logic that the library lacks.

mod advice;
mod batch;
mod check;
mod console;
mod convert;
mod copy;
mod demo;
mod expiry;
mod extend;
mod extract;
mod failure;
mod flags;
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
mod replace;
mod revision;
mod revisions;
mod serve;
mod sign;
mod status;
mod token;
mod trail;
mod trust;
mod trust_for;
mod verify;
mod watch;

use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use crate::explain::Refusal;
use crate::file::is_folder;
use crate::lang::Lang;
use crate::message;
use console::Console;
use failure::{Exit, Failure};

/// Văn thư: dàn trang, cấp số, ký và kiểm tra văn bản hành chính (Nghị định 30/2020/NĐ-CP).
/// Lays out, numbers, signs and verifies official documents.
#[derive(Debug, Parser)]
#[command(name = "vanthu", version, propagate_version = true, after_help = EXIT_CODES)]
struct Cli {
    /// Language of messages; otherwise the system's if it is English, otherwise Vietnamese.
    #[arg(long, global = true, env = "VANTHU_LANG", value_enum)]
    lang: Option<LangArg>,
    /// What to do.
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "\
Exit codes: 0 done, valid | 1 proven invalid | 2 usage | 3 input rejected | 4 can't decide |
5 not signed, or not by all required roles | 6 not a readable PDF | 7 register conflict |
8 key or passphrase refused | 9 environment (disk, database) | 10 some of many failed |
70 internal error";

#[derive(Debug, Subcommand)]
enum Command {
    /// The whole way once, on the example report, with an identity made for demonstration.
    Demo(demo::DemoArgs),
    /// Set up an office: vanthu.toml, keys/, the register.
    Init(init::InitArgs),
    /// Write a starting document.
    New(new::NewArgs),
    /// Turn a Markdown or Word draft into a document.
    Import(import::ImportArgs),
    /// Print the JSON Schema of documents, for editors.
    Schema,
    /// Check documents and write nothing.
    Check(check::CheckArgs),
    /// Lay a document out without numbering it: PDF, or PNG or SVG pages.
    Render(render::RenderArgs),
    /// Check, take number and date, register, lay out; and sign where a key is given.
    Issue(issue::IssueArgs),
    /// Sign an issued report, or a PDF that others made: with a key file, a token, or in two steps elsewhere.
    Sign(Box<sign::SignArgs>),
    /// Give a report its number that was signed without one: fills in number and date, and registers it.
    Number(number::NumberArgs),
    /// Make the proof of signatures last: time-stamps, validation data, and time-stamps over them, again and again.
    Extend(extend::ExtendArgs),
    /// Say who has signed a report and who has still to.
    Status(status::StatusArgs),
    /// Make a copy (sao y, sao lục, trích sao) of a signed file or a scan, with a number of its own.
    Copy(copy::CopyArgs),
    /// Say who signed a PDF, whether it is whole, and whether the key is trusted.
    Verify(verify::VerifyArgs),
    /// List the revisions of a PDF: what each save did, and who signed it.
    Revisions(revisions::RevisionsArgs),
    /// Take out what a PDF carries: its source data, attachments, metadata, CMS, certificates.
    Extract(extract::ExtractArgs),
    /// Run the service: the recipient's page, and verification for programs, over HTTP.
    Serve(serve::ServeArgs),
    /// Look at pages for `verify`, which calls this itself.
    #[command(hide = true)]
    Look,
    /// Lay documents out for `serve`, which calls this itself.
    #[command(hide = true)]
    Press(press::PressArgs),
    /// Private keys and certificates.
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Whom the office believes.
    #[command(subcommand)]
    Trust(trust::TrustCommand),
    /// The register of outgoing documents.
    #[command(subcommand)]
    Register(register::RegisterCommand),
    /// Tokens: who may use the office's service, each for one duty.
    #[command(subcommand)]
    Token(token::TokenCommand),
    /// The trail: what was done with tokens.
    #[command(subcommand)]
    Trail(trail::TrailCommand),
    /// Webhooks: other systems that are told what happens to documents.
    #[command(subcommand)]
    Hooks(hooks::HooksCommand),
}

/// The languages that `--lang` knows.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum LangArg {
    /// Tiếng Việt.
    Vi,
    /// English.
    En,
}

impl From<LangArg> for Lang {
    fn from(arg: LangArg) -> Lang {
        match arg {
            LangArg::Vi => Lang::Vi,
            LangArg::En => Lang::En,
        }
    }
}

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

/// Runs one command; what it gives is the exit code.
fn run(command: Command, console: &Console) -> Result<Exit, Failure> {
    match command {
        Command::Demo(args) => demo::run(&args, console, &|line| run_line(line, console)),
        Command::Init(args) => init::run(&args, console),
        Command::New(args) => new::run(&args, console),
        Command::Import(args) => import::run(&args, console),
        Command::Schema => new::schema(console),
        Command::Check(args) => check::run(&args, console),
        Command::Render(args) => render::run(&args, console),
        Command::Issue(args) => match args.files.as_slice() {
            _ if args.number_later => number::lay_out(&args, console),
            [file] if !args.lines && !is_folder(file).map_err(|cause| Failure::disk(file, &cause))? => {
                issue::run(&args, file, console)
            }
            _ => batch::run(&args, console),
        },
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
        Command::Keys(command) => keys::run(&command, console),
        Command::Trust(command) => trust::run(&command, console),
        Command::Register(command) => register::run(&command, console),
        Command::Token(command) => token::run(&command, console),
        Command::Trail(command) => trail::run(&command, console),
        Command::Hooks(command) => hooks::run(&command, console),
    }
}

/// Runs one command line, given without the program's name.
fn run_line(arguments: &[&str], console: &Console) -> Result<Exit, Failure> {
    let cli = Cli::try_parse_from(std::iter::once("vanthu").chain(arguments.iter().copied()))
        .map_err(|cause| Failure::new(Refusal::Internal, message!("{cause}", "{cause}")))?;
    run(cli.command, console)
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

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_flags_make_sense_together() {
        super::Cli::command().debug_assert();
    }
}
