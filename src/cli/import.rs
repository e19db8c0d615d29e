//! `vanthu import`: a Markdown or Word draft becomes a document.

use std::path::PathBuf;

use clap::Args;

use super::console::Console;
use super::flags::{FontArgs, WriteArgs};
use super::inputs::{SourceFile, faces, read_beginning};
use crate::cli::failure::{Exit, Failure};
use crate::cli::replace::existing_at;
use crate::file;
use crate::import::{self, MAX_DRAFT};
use crate::message;

#[derive(Debug, Args)]
pub struct ImportArgs {
    /// The draft: Markdown (.md, .txt; `-` is standard input) or Word (.docx).
    pub file: PathBuf,
    /// Where to write the document; standard output otherwise.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub write: WriteArgs,
    #[command(flatten)]
    pub fonts: FontArgs,
}

pub fn run(args: &ImportArgs, console: &Console) -> Result<Exit, Failure> {
    let faces = faces(&args.fonts)?;
    let bytes = read_beginning(&args.file, MAX_DRAFT as u64 + 1)?;
    let word = bytes.starts_with(b"PK")
        || args.file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("docx"));
    let imported = if word { import::docx(&bytes)? } else { import::markdown(&bytes)? };
    let mut json = crate::document::readable_json(&imported.form);
    json.push('\n');
    for left_out in &imported.left_out {
        let (vi, en) = (&left_out.place.vi, &left_out.place.en);
        let (what_vi, what_en) = (&left_out.what.vi, &left_out.what.en);
        console.warn(&message!("{vi}: không chuyển được {what_vi}", "{en}: not carried over: {what_en}"));
    }
    let name = args.output.as_ref().map_or_else(|| "-".to_owned(), |path| path.display().to_string());
    match &args.output {
        Some(path) => {
            file::write(path, json.as_bytes(), existing_at(&args.write, path)?)
                .map_err(|cause| Failure::disk(path, &cause))?;
        }
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
