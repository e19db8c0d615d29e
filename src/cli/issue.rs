//! `vanthu issue`: number, report, register; and signature where a key is given.

use std::path::Path;

use super::args::Issue;
use super::batch;
use super::console::Console;
use super::inputs::{Source, block_on, faces, key_file, office, writing_register};
use super::number;
use crate::cli::failure::{Exit, Failure};
use crate::issue::{self, IssueOptions, Issued, Output, Repeat};
use crate::layout::Engine;
use crate::message;
use crate::office::Office;
use crate::sign::Signer;

pub fn run(args: &Issue, console: &Console) -> Result<Exit, Failure> {
    if args.number_later {
        return number::lay_out(args, console);
    }
    match args.files.as_slice() {
        [file] if !args.lines && !file.is_dir() => one(args, file, console),
        _ => batch::run(args, console),
    }
}

fn one(args: &Issue, file: &Path, console: &Console) -> Result<Exit, Failure> {
    let office = office(&args.office)?;
    let faces = faces(&args.fonts)?;
    let source = Source::read(file)?;
    let draft = source.parse(&faces, Some(&office), console)?;
    if !draft.fills.is_empty() {
        source.show(&draft.fills, console);
        return Err(Failure::rejected());
    }
    warn_of_other_agency(&office, &draft.document.header.agency, console);
    let time = args.time.moment();
    // The key is opened before the register is locked: a person may take a while to type.
    let signer = match &args.key {
        Some(key) => Some(key_file(key, args.cert.as_deref(), time, &args.passphrase, console)?),
        None => None,
    };
    let engine = Engine::new(faces)?;
    let output = match &args.output {
        Some(file) => Output::File(file),
        None => Output::Folder(Path::new("")),
    };
    let order = IssueOptions {
        draft: draft.document,
        time,
        output,
        existing: args.write.existing(),
        repeat: if args.again { Repeat::Allow } else { Repeat::Refuse },
        signer: signer.as_ref().map(|signer| signer as &dyn Signer),
        foreseen: None,
    };
    let issued = block_on(async {
        let register = writing_register(&office).await?;
        let issued = issue::issue(&engine, &office, &register, order).await;
        register.close().await?;
        Ok::<_, Failure>(issued?)
    })??;
    if args.json {
        console.json_line(&batch::Outcome::of(&source.name, &issued))?;
    }
    tell(&issued, console);
    Ok(Exit::Done)
}

/// Warns where a document names another agency than the register's.
pub fn warn_of_other_agency(office: &Office, named: &[String], console: &Console) {
    let own = &office.config().agency.name;
    if own != named {
        let (own, named) = (own.join(" "), named.join(" "));
        console.warn(&message!(
            "văn bản ghi cơ quan «{named}», còn sổ này của «{own}»",
            "the document names the agency «{named}», the register is that of «{own}»"
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
        console.step(&message!("Văn bản: {report}", "Report: {report}"));
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
