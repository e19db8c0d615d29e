//! `vanthu issue`: number, report, register; and signature where a key is given.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::console::Console;
use super::expiry;
use super::flags::{FontArgs, OfficeArg, PassphraseArgs, TimeArg, WriteArgs};
use super::inputs::{SourceFile, block_on, faces, key_file, office, writing_register};
use crate::cli::failure::{Exit, Failure};
use crate::issue::{self, IssueOptions, Issued, Output, Repeat};
use crate::lang::Message;
use crate::layout::Engine;
use crate::message;
use crate::office::Office;
use crate::office::authorization;
use crate::role::Role;
use crate::sign::{FileSigner, Signer};

#[derive(Debug, Args)]
pub struct IssueArgs {
    /// The documents, or folders of them; `-` is standard input.
    #[arg(required = true, value_name = "FILE|DIR")]
    pub files: Vec<PathBuf>,
    /// Standard input holds a document on each line (JSON Lines).
    #[arg(long)]
    pub lines: bool,
    /// Where to write the report; van-ban/YEAR/NUMBER-NOTATION.pdf in the office's folder otherwise. A signed one
    /// is written beside it, with `.signed` before the ending. For several documents a folder.
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
    /// What became of each document as JSON, one line each.
    #[arg(long)]
    pub json: bool,
    /// Sign with this private key as the authorised person.
    #[arg(long, value_name = "KEY")]
    pub key: Option<PathBuf>,
    /// The key's certificate, with its chain; the key's path ending in .crt otherwise.
    #[arg(long, value_name = "CRT", requires = "key")]
    pub cert: Option<PathBuf>,
    /// Give a document with the same content another number.
    #[arg(long)]
    pub again: bool,
    /// Take no number yet: lay the document out with fields for number and date, for the authorised person to sign
    /// first. `vanthu number` fills them in.
    #[arg(long, conflicts_with_all = ["lines", "json", "again"])]
    pub number_later: bool,
    #[command(flatten)]
    pub passphrase: PassphraseArgs,
    #[command(flatten)]
    pub write: WriteArgs,
    #[command(flatten)]
    pub time: TimeArg,
    #[command(flatten)]
    pub office: OfficeArg,
    #[command(flatten)]
    pub fonts: FontArgs,
}

/// What became of one document.
#[derive(Debug, Serialize)]
pub struct IssueOutcome {
    pub input: String,
    /// `issued`, `restored` or `failed`.
    pub status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signed: Option<PathBuf>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    appendices: Vec<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
    /// Why it was not issued, where it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Message>,
}

impl IssueOutcome {
    /// What was issued from `input`.
    pub fn of(input: &str, issued: &Issued) -> IssueOutcome {
        IssueOutcome {
            input: input.to_owned(),
            status: if issued.restored { "restored" } else { "issued" },
            code: Some(issued.entry.document.code.clone()),
            file: Some(issued.file.clone()),
            signed: issued.signed.clone(),
            appendices: issued.appendices.clone(),
            sha256: Some(issued.entry.report_sha256.clone()),
            reason: None,
        }
    }

    /// Why nothing was issued from `input`.
    pub fn failed(input: &str, reason: Option<Message>) -> IssueOutcome {
        IssueOutcome {
            input: input.to_owned(),
            status: "failed",
            code: None,
            file: None,
            signed: None,
            appendices: Vec::new(),
            sha256: None,
            reason,
        }
    }
}

/// Issues the one document in `file`.
pub fn run(args: &IssueArgs, file: &Path, console: &Console) -> Result<Exit, Failure> {
    let office = office(&args.office)?;
    let faces = faces(&args.fonts)?;
    let source = SourceFile::read(file)?;
    let draft = source.parse(&faces, Some(&office), console)?;
    if !draft.fills.is_empty() {
        source.show(&draft.fills, console);
        return Err(Failure::rejected());
    }
    warn_of_other_agency(&office, &draft.document.header.agency, console);
    expiry::warn_of_office(&office, args.time.moment(), console);
    let signer = signer_of(args, &office, console)?;
    // A person may take a while to type: what time it is is asked after that.
    let time = args.time.moment();
    let engine = Engine::new(faces)?;
    let output = match &args.output {
        Some(file) => Output::File(file),
        None => Output::Office(&office),
    };
    let options = IssueOptions {
        draft: draft.document,
        time,
        clock: args.time.clock(),
        output,
        existing: args.write.existing(),
        repeat: if args.again { Repeat::Allow } else { Repeat::Refuse },
        signer: signer.as_ref().map(|signer| signer as &dyn Signer),
        foreseen: None,
    };
    let issued = block_on(async {
        let register = writing_register(&office).await?;
        let issued = issue::issue(&engine, &office, &register, options).await;
        register.close().await?;
        Ok::<_, Failure>(issued?)
    })??;
    if args.json {
        console.json_line(&IssueOutcome::of(&source.name, &issued))?;
    }
    tell(&issued, console);
    if let Some(signer) = &signer {
        expiry::tell_proof(signer, &[], console);
    }
    Ok(Exit::Done)
}

/// The key that signs for the authorised person of `office`, where one is given.
pub fn signer_of(
    args: &IssueArgs,
    office: &Office,
    console: &Console,
) -> Result<Option<FileSigner>, Failure> {
    let Some(key) = &args.key else { return Ok(None) };
    let time = args.time.moment();
    let signer = key_file(key, args.cert.as_deref(), time, &args.passphrase, console)?;
    authorization::check_own_signer(&signer, Role::Signer, office, time)?;
    Ok(Some(signer))
}

/// Warns where a document names another agency than the register's.
pub fn warn_of_other_agency(office: &Office, named: &[String], console: &Console) {
    let own = &office.config().agency.name;
    if own != named {
        let (own, named) = (own.join(" "), named.join(" "));
        console.warn(&message!(
            "cơ quan ban hành ghi trong văn bản là “{named}”, sổ đăng ký này của “{own}”",
            "the document names the agency “{named}”, the register is that of “{own}”"
        ));
    }
}

/// Says what was issued and where it is.
pub fn tell(issued: &Issued, console: &Console) {
    let (code, date) = (&issued.entry.document.code, &issued.entry.document.date);
    let report = issued.file.display();
    let (digest, length) = (&issued.entry.report_sha256, issued.entry.report_length);
    if issued.restored {
        console.step(&message!(
            "Văn bản đã có số {code}; tệp bị mất được tạo lại đúng như cũ: {report}",
            "The document has the number {code} already; its lost file was made again byte for byte: {report}"
        ));
    } else {
        console.step(&message!(
            "Đã cấp số {code}, ngày {date}, và ghi vào sổ",
            "Took the number {code} of {date} and registered it"
        ));
        console.step(&message!("Văn bản: {report}", "Document: {report}"));
    }
    console.step(&message!("SHA-256 ({length} byte): {digest}", "SHA-256 ({length} bytes): {digest}"));
    for appendix in &issued.appendices {
        let appendix = appendix.display();
        console.step(&message!(
            "Phụ lục thành tệp riêng: {appendix}",
            "Appendix in a file of its own: {appendix}"
        ));
    }
    if let Some(signed) = &issued.signed {
        let signed = signed.display();
        console.step(&message!("Đã ký: {signed}", "Signed: {signed}"));
    }
}
