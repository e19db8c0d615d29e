//! `vanthu keys list`: which certificates there are, and until when.

use std::path::PathBuf;

use clap::Args;

use super::files::folder;
use crate::cli::console::Console;
use crate::cli::expiry;
use crate::cli::failure::{Exit, Failure};
use crate::cli::flags::OfficeArg;
use crate::clock;
use crate::keys::{self, CertificateState, ListedCertificate};
use crate::message;
use crate::office::expiry::of_keys;

#[derive(Debug, Args)]
pub struct KeysListArgs {
    /// The folder; the office's keys/ otherwise.
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub office: OfficeArg,
}

pub fn run(args: &KeysListArgs, console: &Console) -> Result<Exit, Failure> {
    let (folder, _) = folder(args.dir.as_deref(), &args.office)?;
    let listed = keys::list(&folder, clock::now())?;
    if args.json {
        console.json(&listed)?;
    } else {
        for entry in &listed {
            console.result(&describe(entry, console))?;
        }
    }
    expiry::warn(&of_keys(&folder, clock::now())?, console);
    Ok(Exit::Done)
}

fn describe(entry: &ListedCertificate, console: &Console) -> String {
    let ListedCertificate { name, algorithm, not_before, not_after, fingerprint, .. } = entry;
    let subject = &entry.subject.common_name;
    let kind = match (&entry.issuer, entry.root) {
        (None, true) => message!("gốc", "root"),
        (Some(issuer), true) => message!("gốc do {issuer} cấp", "root, by {issuer}"),
        (Some(issuer), false) => message!("người ký, {issuer} cấp", "signer, by {issuer}"),
        (None, false) => message!("người ký, tự cấp", "signer, by itself"),
    };
    let key = if entry.has_key {
        message!("có khóa bí mật", "key present")
    } else {
        message!("không có khóa bí mật", "key absent")
    };
    let state = match (&entry.revoked, entry.state) {
        (Some(since), _) => message!("ĐÃ THU HỒI từ {since}", "REVOKED at {since}"),
        (None, CertificateState::NotYet) => message!("CHƯA CÓ HIỆU LỰC", "NOT VALID YET"),
        (None, CertificateState::Expired) => message!("ĐÃ HẾT HẠN", "EXPIRED"),
        (None, CertificateState::Valid | CertificateState::Revoked) => message!("còn hiệu lực", "valid"),
    };
    let (kind, key, state) =
        (kind.in_lang(console.lang()), key.in_lang(console.lang()), state.in_lang(console.lang()));
    format!(
        "{name}  {subject} ({kind}, {algorithm}, {key})\n    {not_before} – {not_after}: {state}\n    SHA-256 {fingerprint}\n"
    )
}
