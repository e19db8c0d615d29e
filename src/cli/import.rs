//! `vanthu import`: a Markdown or Word draft becomes a document.

use std::path::{Path, PathBuf};

use clap::Args;

use super::console::Console;
use super::convert::converted;
use super::flags::{FontArgs, WriteArgs};
use super::inputs::{SourceFile, faces, read_beginning};
use crate::cli::failure::{Exit, Failure};
use crate::cli::replace::existing_at;
use crate::file;
use crate::import::{self, Accounted, ImportError, Imported, MAX_DRAFT};
use crate::lang::Message;
use crate::message;

/// The most that is said of what was left out; the account has all of it.
const MAX_SAID: usize = 200;
/// The longest words that are quoted of it, in characters.
const MAX_QUOTED: usize = 120;

#[derive(Debug, Args)]
pub struct ImportArgs {
    /// The draft: Markdown (.md, .txt; `-` is standard input) or Word (.docx). LibreOffice, where it is there,
    /// makes Word of .doc, .odt and .rtf.
    pub file: PathBuf,
    /// Where to write the document; standard output otherwise.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Print where each paragraph of the draft went, and what was left out; the document goes to the output file
    /// only.
    #[arg(long)]
    pub account: bool,
    #[command(flatten)]
    pub write: WriteArgs,
    #[command(flatten)]
    pub fonts: FontArgs,
}

pub fn run(args: &ImportArgs, console: &Console) -> Result<Exit, Failure> {
    let faces = faces(&args.fonts)?;
    let bytes = read_beginning(&args.file, MAX_DRAFT as u64 + 1)?;
    let imported = match read(&bytes, &args.file) {
        Err(ImportError::Foreign(format)) if format.is_converted() => {
            match converted(&bytes, format, console)? {
                Some(word) => import::docx(&word)?,
                None => return Err(ImportError::Foreign(format).into()),
            }
        }
        read => read?,
    };
    let mut json = crate::document::readable_json(&imported.form);
    json.push('\n');
    if args.account {
        console.result(&account(&imported, console))?;
    } else {
        say_left_out(&imported, console);
    }
    let name = args.output.as_ref().map_or_else(|| "-".to_owned(), |path| path.display().to_string());
    match &args.output {
        Some(path) => {
            file::write(path, json.as_bytes(), existing_at(&args.write, path)?)
                .map_err(|cause| Failure::disk(path, &cause))?;
        }
        None if args.account => return Ok(Exit::Done),
        None => console.result(&json)?,
    }
    // What is still to be filled in or mended is said at once.
    let source = SourceFile { name, bytes: json.into_bytes(), path: None };
    match crate::document::parse(&source.bytes, &faces) {
        Ok(draft) => source.show(&draft.fills, console),
        Err(findings) => source.show(&findings, console),
    }
    if let Some(path) = &args.output {
        let path = path.display();
        console.step(&message!(
            "Đã ghi {path}; hãy đọc lại trước khi dùng",
            "Wrote {path}; read it before you use it"
        ));
    }
    Ok(Exit::Done)
}

fn read(bytes: &[u8], path: &Path) -> Result<Imported, ImportError> {
    let word = bytes.starts_with(b"PK")
        || path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("docx"));
    if word { import::docx(bytes) } else { import::markdown(bytes) }
}

fn say_left_out(imported: &Imported, console: &Console) {
    for left_out in imported.left_out.iter().take(MAX_SAID) {
        let (vi, en) = (&left_out.place.vi, &left_out.place.en);
        let (what_vi, what_en) = (&left_out.what.vi, &left_out.what.en);
        let words = quoted(&left_out.words);
        console.warn(&message!(
            "{vi}: không chuyển được {what_vi}{words}",
            "{en}: not carried over: {what_en}{words}"
        ));
    }
    let more = imported.left_out.len().saturating_sub(MAX_SAID);
    if more > 0 {
        console.warn(&message!(
            "và {more} chỗ khác; xem tất cả bằng --account",
            "and {more} more places; see them all with --account"
        ));
    }
}

/// Words that were left out, as a message quotes them.
fn quoted(words: &str) -> String {
    if words.is_empty() {
        return String::new();
    }
    let start: String = words.chars().take(MAX_QUOTED).collect();
    let rest = if start.len() < words.len() { "…" } else { "" };
    format!(": \"{start}{rest}\"")
}

/// Where each paragraph went, a line each; then what was left out.
fn account(imported: &Imported, console: &Console) -> String {
    let said = |message: &Message| message.in_lang(console.lang()).to_owned();
    let printed = said(&message!("chương trình tự in", "printed by the layout"));
    let nowhere = said(&message!("không chuyển", "left out"));
    let mut lines = Vec::with_capacity(imported.account.len());
    for Accounted { place, text, at, printed: by_layout, left_out } in &imported.account {
        let mut went: Vec<&str> = at.iter().map(String::as_str).collect();
        if *by_layout {
            went.push(&printed);
        }
        if !left_out.is_empty() {
            went.push(&nowhere);
        }
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        lines.push(format!("{}\t{}\t{text}", said(place), went.join(", ")));
    }
    for left_out in &imported.left_out {
        lines.push(format!(
            "{}\t{nowhere}: {}\t{}",
            said(&left_out.place),
            said(&left_out.what),
            left_out.words
        ));
    }
    lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
}
