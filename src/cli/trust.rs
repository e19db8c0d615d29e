//! `vanthu trust`: whom an office believes.

use std::io::{self, BufRead, IsTerminal};
use std::path::Path;

use clap::{Args, Subcommand};
use serde::Serialize;

use super::console::Console;
use super::flags::OfficeArg;
use super::inputs::{office, read_bounded};
use super::trust_for::{self, Offered, TrustForArgs};
use crate::cli::failure::{Exit, Failure};
use crate::clock;
use crate::explain::Refusal;
use crate::hex::{grouped, normal};
use crate::keys::Subject;
use crate::lang::Message;
use crate::log::VerifierKey;
use crate::message;
use crate::online::{Hosts, Network};
use crate::printable::printable;
use crate::trust_folder::{TrustTerms, Trusted, TrustedRegister, examine};
use crate::verify::{AnchorPurpose, CertificateReport, TrustScope, log_key};

/// The longest file that is added, in bytes.
const MAX_FILE: u64 = 64 << 20;

#[derive(Debug, Subcommand)]
pub enum TrustCommand {
    /// Trust a certificate: its fingerprint is shown, and has to be confirmed.
    Add(TrustAddArgs),
    /// List the trusted certificates.
    List(TrustListArgs),
    /// Trust a certificate no longer.
    Remove(TrustRemoveArgs),
}

#[derive(Debug, Args)]
pub struct TrustAddArgs {
    /// A file (PEM, DER, or a trusted list in XML), or the https address of one.
    #[arg(value_name = "FILE|URL")]
    pub source: String,
    /// The SHA-256 fingerprint that the office made known; repeat for several certificates.
    #[arg(long, value_name = "HEX")]
    pub fingerprint: Vec<String>,
    #[command(flatten)]
    pub whom: TrustForArgs,
    /// Don't ask.
    #[arg(long)]
    pub yes: bool,
    #[command(flatten)]
    pub office: OfficeArg,
}

#[derive(Debug, Args)]
pub struct TrustListArgs {
    /// The list as JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub office: OfficeArg,
}

#[derive(Debug, Args)]
pub struct TrustRemoveArgs {
    /// The SHA-256 fingerprint.
    #[arg(value_name = "HEX")]
    pub fingerprint: String,
    #[command(flatten)]
    pub office: OfficeArg,
}

pub fn run(command: &TrustCommand, console: &Console) -> Result<Exit, Failure> {
    match command {
        TrustCommand::Add(args) => add(args, console),
        TrustCommand::List(args) => list(args, console),
        TrustCommand::Remove(args) => remove(args, console),
    }
}

fn add(args: &TrustAddArgs, console: &Console) -> Result<Exit, Failure> {
    let office = office(&args.office)?;
    let folder = office.trust_folder();
    let bytes = source(&args.source)?;
    let is_terminal = !args.yes && io::stdin().is_terminal();
    let scope_of = |offered| trust_for::scope(&args.whom, &office, offered, is_terminal, console);
    if let Some(key) = log_key(&bytes) {
        console.result(&printable(describe_log(&key).in_lang(console.lang())))?;
        confirm(args, &[key.fingerprint()], console)?;
        let scope = scope_of(Offered::Register(&key))?;
        told(&folder.add_log(&key, &scope)?, &scope, console);
        return Ok(Exit::Done);
    }
    let candidates = examine(&bytes, clock::now())?;
    let shown = candidates.iter().map(|one| describe(&one.certificate, console)).collect::<String>();
    console.result(&printable(&shown))?;
    let is_list = bytes.trim_ascii_start().starts_with(b"<");
    if is_list {
        console.step(&message!(
            "Đây là danh sách tin cậy; chữ ký của danh sách không được kiểm tra.",
            "This is a trusted list; the list's own signature is not checked."
        ));
    }
    let fingerprints: Vec<String> =
        candidates.iter().map(|one| one.certificate.fingerprint.clone()).collect();
    confirm(args, &fingerprints, console)?;
    // All or none: whom they vouch for is known before the first is added.
    let scopes = candidates.iter().map(|candidate| match is_list && args.whom.offices.is_empty() {
        // The services of a state serve all of its offices.
        true => Ok(TrustScope::Everyone),
        false => scope_of(Offered::Certificate(candidate)),
    });
    let scopes = scopes.collect::<Result<Vec<_>, _>>()?;
    for (candidate, scope) in candidates.iter().zip(&scopes) {
        told(&folder.add(candidate, scope)?, scope, console);
    }
    Ok(Exit::Done)
}

fn told(path: &Path, scope: &TrustScope, console: &Console) {
    let (path, Message { vi, en }) = (path.display(), trust_for::words(scope));
    console.step(&message!("Đã tin cậy cho {vi}: {path}", "Trusted from now on for {en}: {path}"));
}

/// What is to be trusted: a file, or what an office published.
fn source(source: &str) -> Result<Vec<u8>, Failure> {
    let local = ["http://localhost", "http://127.0.0.1", "http://[::1]"];
    let is_local = local.iter().any(|host| {
        source.strip_prefix(host).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
    });
    if source.starts_with("https://") || is_local {
        // Who typed the address meant it.
        return Network::new(Hosts::All)
            .get(source)
            .map_err(|reason| Failure::new(Refusal::Environment, reason));
    }
    if source.starts_with("http://") {
        return Err(Failure::new(
            Refusal::Usage,
            message!("chỉ tải chứng thư qua https://", "certificates are only taken from https://"),
        ));
    }
    read_bounded(Path::new(source), MAX_FILE)
}

fn describe(certificate: &CertificateReport, console: &Console) -> String {
    let lang = console.lang();
    let name = |subject: &Subject| {
        let parts = [Some(&subject.common_name), subject.organization.as_ref()];
        parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(", ")
    };
    let (subject, issuer) = (name(&certificate.subject), name(&certificate.issuer));
    let (from, until) = (&certificate.not_before, &certificate.not_after);
    let fingerprint = grouped(&certificate.fingerprint);
    let words = message!(
        "{subject}\n  Nơi cấp: {issuer}\n  Hiệu lực: {from} – {until}\n  Vân tay (SHA-256): {fingerprint}\n",
        "{subject}\n  Issuer: {issuer}\n  Valid: {from} – {until}\n  Fingerprint (SHA-256): {fingerprint}\n"
    );
    words.in_lang(lang).to_owned()
}

fn describe_log(key: &VerifierKey) -> Message {
    let (name, fingerprint) = (key.name(), grouped(&key.fingerprint()));
    message!(
        "Sổ đăng ký {name}\n  Vân tay (SHA-256): {fingerprint}\n",
        "Register {name}\n  Fingerprint (SHA-256): {fingerprint}\n"
    )
}

/// Whoever adds an anchor must have the fingerprint from somewhere else than the file.
fn confirm(args: &TrustAddArgs, fingerprints: &[String], console: &Console) -> Result<(), Failure> {
    if !args.fingerprint.is_empty() {
        let given: Vec<String> = args.fingerprint.iter().map(|given| normal(given)).collect();
        let strange = fingerprints.iter().find(|one| !given.contains(one));
        return match strange {
            None => Ok(()),
            Some(strange) => {
                let found = grouped(strange);
                Err(Failure::new(
                    Refusal::Key,
                    message!(
                        "vân tay không khớp: tệp có {found}",
                        "the fingerprint is another one: the file has {found}"
                    ),
                ))
            }
        };
    }
    if args.yes {
        return Ok(());
    }
    if !io::stdin().is_terminal() {
        return Err(Failure::new(
            Refusal::Usage,
            message!(
                "hãy đối chiếu vân tay rồi chạy lại với --fingerprint (hoặc --yes)",
                "compare the fingerprint, and run this again with --fingerprint (or --yes)"
            ),
        ));
    }
    console.step(&message!(
        "Vân tay trên có đúng như cơ quan đã công bố không? Gõ \"có\" để tin cậy:",
        "Is this the fingerprint that the office made known? Type \"yes\" to trust it:"
    ));
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer).map_err(|cause| Failure::disk(Path::new("stdin"), &cause))?;
    match answer.trim().to_lowercase().as_str() {
        "có" | "co" | "yes" | "y" => Ok(()),
        _ => Err(Failure::new(Refusal::Usage, message!("không tin cậy gì thêm", "nothing was added"))),
    }
}

/// A trusted certificate as programs read it.
#[derive(Serialize)]
struct ListedTrust<'a> {
    #[serde(flatten)]
    certificate: &'a CertificateReport,
    #[serde(flatten)]
    terms: &'a TrustTerms,
}

fn list(args: &TrustListArgs, console: &Console) -> Result<Exit, Failure> {
    let folder = office(&args.office)?.trust_folder();
    let list = folder.list()?;
    if args.json {
        let listed = list.iter();
        let listed = listed.map(|Trusted { certificate, terms, .. }| ListedTrust { certificate, terms });
        console.json(&listed.collect::<Vec<_>>())?;
        return Ok(Exit::Done);
    }
    for Trusted { certificate, terms, .. } in &list {
        console.result(&printable(&describe(certificate, console)))?;
        console.result(&printable(&whom(&terms.scope, console)))?;
        if terms.purpose == AnchorPurpose::TimeStamps {
            let words = message!("  Chỉ để cấp dấu thời gian\n", "  For time-stamps only\n");
            console.result(words.in_lang(console.lang()))?;
        }
    }
    for TrustedRegister { key, scope, .. } in folder.logs()? {
        console.result(&printable(describe_log(&key).in_lang(console.lang())))?;
        console.result(&printable(&whom(&scope, console)))?;
    }
    Ok(Exit::Done)
}

fn whom(scope: &TrustScope, console: &Console) -> String {
    let Message { vi, en } = trust_for::words(scope);
    message!("  Tin cậy cho: {vi}\n", "  Trusted for: {en}\n").in_lang(console.lang()).to_owned()
}

fn remove(args: &TrustRemoveArgs, console: &Console) -> Result<Exit, Failure> {
    let name = office(&args.office)?.trust_folder().remove(&args.fingerprint)?;
    let name = printable(&name);
    console.step(&message!("Không còn tin cậy: {name}", "No longer trusted: {name}"));
    Ok(Exit::Done)
}
