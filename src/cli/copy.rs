//! `vanthu copy`: a copy of a signed file or of a scan, with a number of its own.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::console::Console;
use super::flags::{FontArgs, OfficeArg, TimeArg, WriteArgs};
use super::inputs::{block_on, faces, office, read_bounded, trust, writing_register};
use crate::cli::failure::{Exit, Failure};
use crate::document::model::{Medium, Recipients, SignatureBlock};
use crate::document::profile::{CopyKind, Profile};
use crate::explain::Refusal;
use crate::issue::copy::{self, CopyOptions};
use crate::layout::Engine;
use crate::message;
use crate::office::authorization::trust_of;
use crate::verify::TrustStore;

/// The longest original, in bytes.
const MAX_ORIGINAL: u64 = 200 << 20;

#[derive(Debug, Args)]
pub struct CopyArgs {
    /// The original: a signed PDF that verifies, or with --scan a scanned paper.
    pub file: PathBuf,
    /// The kind of copy: sao-y, sao-luc, trich-sao.
    #[arg(long = "as", value_parser = copy_kind, value_name = "KIND")]
    pub kind: &'static CopyKind,
    /// Whether the copy is printed or is a file.
    #[arg(long, value_enum, default_value = "paper")]
    pub medium: MediumArg,
    /// The original is the scan of a paper, and need not be signed.
    #[arg(long)]
    pub scan: bool,
    /// The pages that are copied, such as 2 or 2-5; all of them otherwise.
    #[arg(long, value_parser = pages, value_name = "N[-M]")]
    pub pages: Option<(usize, usize)>,
    /// The copying agency's name in sentence case, such as «Ủy ban nhân dân xã Hòa An»; it stands in the
    /// corner of a file.
    #[arg(long, value_name = "NAME", required_if_eq("medium", "electronic"))]
    pub issuer: Option<String>,
    /// An authority line of who signs the copy, such as «TL. CHỦ TỊCH»; repeat for more lines.
    #[arg(long, value_name = "LINE")]
    pub authority: Vec<String>,
    /// The position of who signs the copy on paper.
    #[arg(long)]
    pub position: Option<String>,
    /// The name of who signs the copy on paper.
    #[arg(long)]
    pub name: Option<String>,
    /// Who gets the copy; repeat for more.
    #[arg(long, value_name = "WHO")]
    pub recipient: Vec<String>,
    /// Who keeps the archive copy.
    #[arg(long, default_value = "VT")]
    pub archive: String,
    /// Whom to trust, to judge the original; the office's trust folder otherwise.
    #[arg(long, value_name = "FILE|DIR")]
    pub trust: Vec<PathBuf>,
    /// Where to write it; NUMBER-NOTATION.pdf in the working folder otherwise.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub write: WriteArgs,
    #[command(flatten)]
    pub time: TimeArg,
    #[command(flatten)]
    pub office: OfficeArg,
    #[command(flatten)]
    pub fonts: FontArgs,
}

/// Whether a copy is printed or is a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MediumArg {
    /// Printed.
    Paper,
    /// A file.
    Electronic,
}

pub fn run(args: &CopyArgs, console: &Console) -> Result<Exit, Failure> {
    let office = office(&args.office)?;
    let original = read_bounded(&args.file, MAX_ORIGINAL)?;
    let trust = if args.trust.is_empty() {
        trust_of(Some(&office), &[], &TrustStore::new())?
    } else {
        trust(&args.trust)?
    };
    if args.medium == MediumArg::Paper && (args.position.is_none() || args.name.is_none()) {
        return Err(Failure::new(
            Refusal::Usage,
            message!(
                "bản sao giấy phải có người ký: --position và --name",
                "a copy on paper is signed by somebody: give --position and --name"
            ),
        ));
    }
    let engine = Engine::new(faces(&args.fonts)?)?;
    let name = args.file.file_stem().unwrap_or_default().to_string_lossy();
    let options = CopyOptions {
        original: &original,
        name: &name,
        kind: args.kind,
        medium: match args.medium {
            MediumArg::Paper => Medium::Paper,
            MediumArg::Electronic => Medium::Electronic,
        },
        scan: args.scan,
        pages: args.pages.map(|(first, last)| first..=last),
        signature: SignatureBlock {
            authority: args.authority.clone(),
            position: args.position.clone().unwrap_or_default(),
            name: args.name.clone().unwrap_or_default(),
        },
        recipients: Recipients {
            items: args.recipient.clone(),
            archive: args.archive.clone(),
            drafter: None,
        },
        issuer: args.issuer.clone().unwrap_or_default(),
        time: args.time.moment(),
        clock: args.time.clock(),
        output: args.output.as_deref(),
        existing: args.write.existing(),
    };
    let copied = block_on(async {
        let register = writing_register(&office).await?;
        let copied = copy::copy(&engine, &office, &register, &trust, &options).await;
        register.close().await?;
        Ok::<_, Failure>(copied?)
    })??;
    let (kind, code, file) =
        (&copied.entry.document.kind, &copied.entry.document.code, copied.file.display());
    console.step(&message!("{kind} số {code}: {file}", "{kind} {code}: {file}"));
    if options.medium == Medium::Electronic {
        console.step(&message!(
            "Ký số của cơ quan: vanthu sign {file} --as agency --key …",
            "The agency signs it: vanthu sign {file} --as agency --key …"
        ));
    }
    Ok(Exit::Done)
}

fn copy_kind(text: &str) -> Result<&'static CopyKind, String> {
    let copies = &Profile::default_profile().copies;
    copies.iter().find(|copy| copy.slug == text).ok_or_else(|| {
        let known: Vec<&str> = copies.iter().map(|copy| copy.slug.as_str()).collect();
        format!("not a known kind of copy; there is: {}", known.join(", "))
    })
}

fn pages(text: &str) -> Result<(usize, usize), String> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let pages = first.parse().ok().zip(last.parse().ok());
    pages
        .filter(|(first, last): &(usize, usize)| (1..=*last).contains(first))
        .ok_or_else(|| "not a page or pages such as 2 or 2-5".to_owned())
}
