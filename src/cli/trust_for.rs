//! For whom something is trusted: what was said, what the office knows itself, what a certificate names.

use std::io::{self, BufRead};
use std::path::Path;

use clap::Args;
use der::Decode;

use super::console::Console;
use crate::certificate::{self, Certificate, NamedOrganization};
use crate::cli::failure::Failure;
use crate::explain::Refusal;
use crate::lang::Message;
use crate::log::VerifierKey;
use crate::message;
use crate::office::Office;
use crate::office::authorization::own_roots;
use crate::trust_folder::TrustCandidate;
use crate::verify::{OfficeIdentity, TrustScope, log_key};

#[derive(Debug, Args)]
pub struct TrustForArgs {
    /// The office that it vouches for, as its documents name it, with its identifier after a semicolon; repeat for
    /// several.
    #[arg(long = "for", value_name = "NAME[;ORGAN_ID]", value_parser = named_office)]
    pub offices: Vec<OfficeIdentity>,
    /// It vouches for every office: a national authority.
    #[arg(long, conflicts_with = "offices")]
    pub for_all: bool,
}

/// What somebody offers to be trusted.
#[derive(Clone, Copy)]
pub enum Offered<'a> {
    Certificate(&'a TrustCandidate),
    /// The key of a register's log.
    Register(&'a VerifierKey),
}

/// For whom `offered` is to vouch in `office`: as the flags say, or as the office and the certificate themselves let know;
/// otherwise whoever sits at the terminal is asked, where there `is_terminal`.
pub fn scope(
    args: &TrustForArgs,
    office: &Office,
    offered: Offered<'_>,
    is_terminal: bool,
    console: &Console,
) -> Result<TrustScope, Failure> {
    if args.for_all {
        return Ok(TrustScope::Everyone);
    }
    if !args.offices.is_empty() {
        return Ok(TrustScope::Offices(args.offices.clone()));
    }
    if is_own(office, offered)? {
        return Ok(TrustScope::of(office.identity()));
    }
    let named = named_by(offered);
    if is_terminal {
        return ask(named, console);
    }
    named.map(TrustScope::of).ok_or_else(|| {
        Failure::new(
            Refusal::Usage,
            message!(
                "chưa rõ tin cậy cho cơ quan nào: dùng --for \"TÊN CƠ QUAN;MÃ\", hoặc --for-all cho mọi cơ quan",
                "it is not clear for which office: give --for \"NAME;ORGAN_ID\", or --for-all for every office"
            ),
        )
    })
}

/// Whether `offered` is a root that the office keeps beside its keys, or the key of its own register.
fn is_own(office: &Office, offered: Offered<'_>) -> Result<bool, Failure> {
    match offered {
        Offered::Certificate(TrustCandidate { certificate: offered, .. }) => {
            let own = own_roots(office)?;
            let mut prints = own.iter().filter_map(|root| certificate::fingerprint(root).ok());
            Ok(prints.any(|own| own == offered.fingerprint))
        }
        Offered::Register(key) => {
            let path = office.register_vkey();
            match std::fs::read(&path) {
                Ok(own) => Ok(log_key(&own).as_ref() == Some(key)),
                Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(false),
                Err(cause) => Err(Failure::disk(&path, &cause)),
            }
        }
    }
}

/// The office that a certificate says it is of.
fn named_by(offered: Offered<'_>) -> Option<OfficeIdentity> {
    let Offered::Certificate(candidate) = offered else { return None };
    let certificate = Certificate::from_der(&candidate.certificate.der).ok()?;
    let NamedOrganization { name, organ_id } = NamedOrganization::of(&certificate);
    Some(OfficeIdentity { name: name?, organ_id })
}

/// Asks for whom; an empty answer means whom the certificate names.
fn ask(named: Option<OfficeIdentity>, console: &Console) -> Result<TrustScope, Failure> {
    console.step(&message!(
        "Tin cậy cho văn bản của cơ quan nào? Gõ tên cơ quan như trên văn bản, có thể thêm \";MÃ ĐỊNH DANH\"; gõ \"mọi\" nếu là tổ chức cấp chứng thư quốc gia.",
        "Trusted for documents of which office? Type its name as documents have it, perhaps with \";IDENTIFIER\"; type \"all\" for a national authority."
    ));
    if let Some(name) = TrustScope::names(&named.clone().map_or(TrustScope::Everyone, TrustScope::of)) {
        console.step(&message!("Để trống: {name}", "Leave it empty for: {name}"));
    }
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer).map_err(|cause| Failure::disk(Path::new("stdin"), &cause))?;
    let nobody = || Failure::new(Refusal::Usage, message!("không tin cậy gì thêm", "nothing was added"));
    match answer.trim() {
        "" => named.map(TrustScope::of).ok_or_else(nobody),
        "mọi" | "moi" | "all" => Ok(TrustScope::Everyone),
        answer => named_office(answer).map(TrustScope::of).map_err(|_| nobody()),
    }
}

/// Reads `NAME[;ORGAN_ID]`.
fn named_office(text: &str) -> Result<OfficeIdentity, String> {
    let (name, organ_id) = match text.rsplit_once(';') {
        Some((name, organ_id)) => (name.trim(), Some(organ_id.trim().to_owned())),
        None => (text.trim(), None),
    };
    match name.is_empty() || organ_id.as_ref().is_some_and(String::is_empty) {
        true => Err("NAME[;ORGAN_ID]".to_owned()),
        false => Ok(OfficeIdentity { name: name.to_owned(), organ_id }),
    }
}

/// For whom `scope` is, in words.
pub fn words(scope: &TrustScope) -> Message {
    match scope.names() {
        Some(names) => message!("{names}", "{names}"),
        None => message!("mọi cơ quan", "every office"),
    }
}
