//! `vanthu extract`: what a PDF carries beside its pages.

use std::fs;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::console::Console;
use super::flags::WriteArgs;
use super::inputs::read_bounded;
use super::verify::{MAX_FILE, unreadable};
use crate::cli::failure::{Exit, Failure};
use crate::cli::replace::existing_at;
use crate::explain::Refusal;
use crate::extract::{PieceKind, extract};
use crate::file;
use crate::message;

#[derive(Serialize)]
struct ExtractedFile {
    kind: PieceKind,
    file: String,
    length: usize,
    sha256: String,
}

#[derive(Debug, Args)]
pub struct ExtractArgs {
    /// The PDF; `-` is standard input.
    pub file: PathBuf,
    /// What to take out, separated by commas; everything otherwise.
    #[arg(long, value_enum, value_delimiter = ',')]
    pub what: Vec<WhatArg>,
    /// The folder to write to.
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,
    /// List what was written, with digests, as JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub write: WriteArgs,
}

/// What can be taken out of a PDF.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum WhatArg {
    /// The data that the document was laid out from.
    Source,
    /// Other attached files.
    Attachments,
    /// XMP.
    Metadata,
    /// The CMS of signatures and time-stamps (.p7s).
    Cms,
    /// The certificates in them (.crt).
    Certificates,
}

pub fn run(args: &ExtractArgs, console: &Console) -> Result<Exit, Failure> {
    let bytes = read_bounded(&args.file, MAX_FILE)?;
    let pieces = extract(&bytes).map_err(|cause| unreadable(&args.file, &cause))?;
    let wanted = |kind: PieceKind| args.what.is_empty() || args.what.iter().any(|what| what.covers(kind));
    let pieces: Vec<_> = pieces.into_iter().filter(|piece| wanted(piece.kind)).collect();
    if pieces.is_empty() {
        return Err(Failure::new(
            Refusal::Rejected,
            message!("tệp không mang theo gì như vậy", "the file carries nothing of that kind"),
        ));
    }
    fs::create_dir_all(&args.output).map_err(|cause| Failure::disk(&args.output, &cause))?;
    let mut list = Vec::new();
    for piece in pieces {
        let target = args.output.join(&piece.file_name);
        file::write(&target, &piece.bytes, existing_at(&args.write, &target)?)
            .map_err(|cause| Failure::disk(&target, &cause))?;
        let path = target.display();
        if !args.json {
            console.step(&message!("Đã ghi {path}", "Wrote {path}"));
        }
        list.push(ExtractedFile {
            kind: piece.kind,
            file: path.to_string(),
            length: piece.bytes.len(),
            sha256: crate::hex::lower(&Sha256::digest(&piece.bytes)),
        });
    }
    if args.json {
        console.json(&list)?;
    }
    Ok(Exit::Done)
}

impl WhatArg {
    fn covers(self, kind: PieceKind) -> bool {
        match self {
            WhatArg::Source => kind == PieceKind::Source,
            WhatArg::Attachments => kind == PieceKind::Attachment,
            WhatArg::Metadata => kind == PieceKind::Metadata,
            WhatArg::Cms => kind == PieceKind::Cms,
            WhatArg::Certificates => kind == PieceKind::Certificate,
        }
    }
}
