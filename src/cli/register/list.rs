//! `vanthu register list`, `find` and `show`.

use clap::Args;

use super::flags::{RegisterCodeArgs, RegisterFilterArgs, entry};
use crate::cli::console::Console;
use crate::cli::failure::{Exit, Failure};
use crate::cli::flags::OfficeArg;
use crate::cli::inputs::{block_on, office, register};
use crate::lang::Message;
use crate::log::Event;
use crate::message;
use crate::office::Office;
use crate::printable::printable;
use crate::register::{Filter, Record, RecordState, RecordedEvent};

#[derive(Debug, Args)]
pub struct RegisterListArgs {
    #[command(flatten)]
    pub filter: RegisterFilterArgs,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub office: OfficeArg,
}

#[derive(Debug, Args)]
pub struct RegisterFindArgs {
    /// What to look for.
    pub text: String,
    #[command(flatten)]
    pub filter: RegisterFilterArgs,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub office: OfficeArg,
}

#[derive(Debug, Args)]
pub struct RegisterShowArgs {
    #[command(flatten)]
    pub document: RegisterCodeArgs,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
}

pub fn list(args: &RegisterListArgs, console: &Console) -> Result<Exit, Failure> {
    told(&office(&args.office)?, &filter(&args.filter, None), args.json, console)
}

pub fn find(args: &RegisterFindArgs, console: &Console) -> Result<Exit, Failure> {
    told(&office(&args.office)?, &filter(&args.filter, Some(&args.text)), args.json, console)
}

pub fn show(args: &RegisterShowArgs, console: &Console) -> Result<Exit, Failure> {
    let office = office(&args.document.office)?;
    let record = block_on(async {
        let register = register(&office).await?;
        let entry = entry(&register, &args.document).await?;
        let record = register.record_at(&entry.key).await?;
        register.close().await?;
        Ok::<_, Failure>(record)
    })??;
    if args.json {
        console.json(&record)?;
        return Ok(Exit::Done);
    }
    if let Some(record) = &record {
        console.result(&printable(&line(record, console)))?;
        let (file, digest) = (&record.entry.file, &record.entry.report_sha256);
        if !file.is_empty() {
            let words = message!(
                "    Tệp: {file}\n    SHA-256: {digest}\n",
                "    File: {file}\n    SHA-256: {digest}\n"
            );
            console.result(&printable(words.in_lang(console.lang())))?;
        }
        for act in &record.events {
            console.result(&printable(&format!("    {}\n", deed(act).in_lang(console.lang()))))?;
        }
    }
    Ok(Exit::Done)
}

/// What flags ask for.
pub fn filter(args: &RegisterFilterArgs, text: Option<&str>) -> Filter {
    Filter {
        year: args.year,
        series: args.series.clone(),
        kind: args.kind.clone(),
        text: text.map(str::to_owned),
    }
}

fn told(office: &Office, filter: &Filter, as_json: bool, console: &Console) -> Result<Exit, Failure> {
    let records = block_on(async {
        let register = register(office).await?;
        let records = register.records(filter).await?;
        register.close().await?;
        Ok::<_, Failure>(records)
    })??;
    if as_json {
        console.json(&records)?;
        return Ok(Exit::Done);
    }
    if records.is_empty() {
        console.step(&message!("Không có văn bản nào", "There is no such document"));
    }
    for record in &records {
        console.result(&printable(&line(record, console)))?;
    }
    Ok(Exit::Done)
}

fn line(record: &Record, console: &Console) -> String {
    let document = &record.entry.document;
    let (code, date, kind, subject) = (&document.code, &document.date, &document.kind, &document.subject);
    let (signer, recipients, archive) = (&document.signer, &document.recipients, &document.archive);
    let Message { vi, en } = state(record.state);
    let line = message!(
        "{code}  {date}  {kind}: {subject}{vi}\n    Người ký: {signer}\n    Nơi nhận: {recipients}; Lưu: {archive}\n",
        "{code}  {date}  {kind}: {subject}{en}\n    Signer: {signer}\n    Recipients: {recipients}; archive: {archive}\n"
    );
    line.in_lang(console.lang()).to_owned()
}

fn state(state: RecordState) -> Message {
    match state {
        RecordState::InForce => message!("", ""),
        RecordState::Cancelled => message!(" [hủy số]", " [cancelled]"),
        RecordState::Recalled => message!(" [đã thu hồi]", " [recalled]"),
        RecordState::Replaced => message!(" [đã bị thay thế]", " [replaced]"),
    }
}

fn deed(act: &RecordedEvent) -> Message {
    let (at, told) = (&act.at, &act.particulars);
    let (to, reason, replacement) = (&told.to, &told.reason, &told.replacement);
    let (file, digest, signer) = (&told.file, &act.file_sha256, &told.signer);
    match act.event {
        Event::Revision if signer.is_empty() => {
            message!("{at}  tệp {file} (SHA-256 {digest})", "{at}  file {file} (SHA-256 {digest})")
        }
        Event::Revision => message!(
            "{at}  {signer} ký: {file} (SHA-256 {digest})",
            "{at}  signed by {signer}: {file} (SHA-256 {digest})"
        ),
        Event::Dispatch => message!("{at}  chuyển đến {to}", "{at}  sent to {to}"),
        Event::Receive => message!("{at}  {to} ký nhận", "{at}  received by {to}"),
        Event::Recall => message!("{at}  thu hồi: {reason}", "{at}  recalled: {reason}"),
        Event::Replace => message!(
            "{at}  thay thế bằng {replacement}: {reason}",
            "{at}  replaced by {replacement}: {reason}"
        ),
        Event::Cancel => message!("{at}  hủy số: {reason}", "{at}  cancelled: {reason}"),
        _ => message!("{at}", "{at}"),
    }
}
