//! `vanthu revisions`: what each save of a PDF did.

use std::path::PathBuf;

use clap::Args;

use super::console::Console;
use super::flags::WriteArgs;
use super::inputs::{read_bounded, trust};
use super::verify::{MAX_FILE, unreadable};
use crate::cli::failure::{Exit, Failure};
use crate::cli::replace::existing_at;
use crate::clock;
use crate::explain::Refusal;
use crate::file;
use crate::message;
use crate::printable::printable;
use crate::verify::{ObjectChange, Options, RevisionReport, revisions};

#[derive(Debug, Args)]
pub struct RevisionsArgs {
    /// The PDF; `-` is standard input.
    pub file: PathBuf,
    /// Write the file as it was at this revision, from 1.
    #[arg(long, value_name = "N")]
    pub extract: Option<usize>,
    /// Where to write it; FILE-N.pdf beside the file otherwise.
    #[arg(short, long, value_name = "OUT", requires = "extract")]
    pub output: Option<PathBuf>,
    /// Whom to trust, to judge who signed.
    #[arg(long, value_name = "FILE|DIR")]
    pub trust: Vec<PathBuf>,
    /// The list as JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub write: WriteArgs,
}

pub fn run(args: &RevisionsArgs, console: &Console) -> Result<Exit, Failure> {
    let bytes = read_bounded(&args.file, MAX_FILE)?;
    let trust = trust(&args.trust)?;
    let list = revisions(&bytes, &Options::new(&trust, clock::now()))
        .map_err(|cause| unreadable(&args.file, &cause))?;
    if let Some(number) = args.extract {
        return write(args, &bytes, &list, number, console);
    }
    if args.json {
        console.json(&list)?;
        return Ok(Exit::Done);
    }
    for revision in &list {
        console.result(&printable(&lines(revision, console)))?;
    }
    Ok(Exit::Done)
}

fn lines(revision: &RevisionReport, console: &Console) -> String {
    let lang = console.lang();
    let RevisionReport { number, start, end, sha256, listed, .. } = revision;
    let heading = message!(
        "Lần lưu {number}: byte {start}–{end}, {listed} mục đối tượng",
        "Revision {number}: bytes {start}–{end}, lists {listed} objects"
    );
    let mut text = format!("{}\n  SHA-256 {sha256}\n", heading.in_lang(lang));
    if let Some(signed) = &revision.signature {
        let field = signed.field.clone().unwrap_or_default();
        let signer = signed.signer.clone().unwrap_or_else(|| "?".to_owned());
        let words = message!(
            "chữ ký ở ô “{field}”, theo chứng thư là {signer}",
            "signed in the field “{field}”, by the certificate: {signer}"
        );
        let (sign, standing) = &signed.standing;
        text += &format!("  {sign} {}: {}\n", words.in_lang(lang), standing.in_lang(lang));
    }
    for change in &revision.changes {
        text += &format!("  → {}\n", change.in_lang(lang));
    }
    for object in &revision.objects {
        let act = match object.act {
            ObjectChange::Added => message!("thêm", "added"),
            ObjectChange::Changed => message!("sửa", "changed"),
            ObjectChange::Repeated => message!("ghi lại như cũ", "written again"),
            ObjectChange::Freed => message!("xóa", "freed"),
        };
        text += &format!("    {} {}: {}\n", object.number, act.in_lang(lang), object.what.in_lang(lang));
    }
    text
}

fn write(
    args: &RevisionsArgs,
    bytes: &[u8],
    list: &[RevisionReport],
    number: usize,
    console: &Console,
) -> Result<Exit, Failure> {
    let count = list.len();
    let end = list.iter().find(|revision| revision.number == number).map(|revision| revision.end);
    let Some(part) = end.and_then(|end| bytes.get(..end)) else {
        return Err(Failure::new(
            Refusal::Usage,
            message!("tệp chỉ có {count} lần lưu", "the file has only {count} revisions"),
        ));
    };
    let target = match &args.output {
        Some(target) => target.clone(),
        None => {
            let stem = args.file.file_stem().unwrap_or_default().to_string_lossy();
            args.file.with_file_name(format!("{stem}-{number}.pdf"))
        }
    };
    file::write(&target, part, existing_at(&args.write, &target)?)
        .map_err(|cause| Failure::disk(&target, &cause))?;
    let path = target.display();
    console.step(&message!("Đã ghi {path}", "Wrote {path}"));
    Ok(Exit::Done)
}
