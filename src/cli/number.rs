//! The number after the signature: `vanthu issue --number-later` and `vanthu number`.

use std::path::{Path, PathBuf};

use clap::Args;

use super::console::Console;
use super::flags::{FontArgs, OfficeArg, TimeArg, WriteArgs};
use super::inputs::{SourceFile, block_on, faces, office, read_bounded, writing_register};
use super::issue::{IssueArgs, signer_of, tell, warn_of_other_agency};
use super::verify::{MAX_FILE, files};
use crate::cli::failure::{Exit, Failure};
use crate::cli::replace::existing_at;
use crate::document::{Folder, ParseContext};
use crate::explain::Refusal;
use crate::file;
use crate::fonts::Faces;
use crate::issue::Output;
use crate::issue::number_later::{self, NumberOptions};
use crate::lang::Message;
use crate::layout::Engine;
use crate::message;
use crate::office::Office;
use crate::office::authorization;
use crate::role::Role;
use crate::signing::{self, Person};
use crate::verify::TrustStore;

/// Lays documents out with fields for number and date, and signs them where a key is given.
pub fn lay_out(args: &IssueArgs, console: &Console) -> Result<Exit, Failure> {
    let office = office(&args.office)?;
    let faces = faces(&args.fonts)?;
    let time = args.time.moment();
    let signer = signer_of(args, &office, console)?;
    let engine = Engine::new(faces.clone())?;
    let [file] = args.files.as_slice() else {
        return Err(Failure::new(
            Refusal::Usage,
            message!("--number-later: mỗi lần một văn bản", "--number-later takes one document at a time"),
        ));
    };
    let source = SourceFile::read(file)?;
    let draft = source.parse(&faces, Some(&office), console)?;
    if !draft.fills.is_empty() {
        source.show(&draft.fills, console);
        return Err(Failure::rejected());
    }
    warn_of_other_agency(&office, &draft.document.header.agency, console);
    if office.page().is_some() {
        console.warn(&message!(
            "văn bản cấp số sau không có mã QR: khi dàn trang chưa biết số",
            "a document that gets its number later has no QR code: its number is not known when it is laid out"
        ));
    }
    let report = number_later::lay_out(&engine, &draft.document, time)?;
    let target = args.output.clone().unwrap_or_else(|| beside(file));
    let (path, bytes) = match &signer {
        Some(signer) => {
            let signed = signing::sign(&engine, report, Role::Signer, signer, time)?;
            (signing::signed_path(&target), signed)
        }
        None => (target, report),
    };
    let keep = existing_at(&args.write, &path)?;
    file::write(&path, &bytes, keep).map_err(|cause| Failure::disk(&path, &cause))?;
    let path = path.display();
    console.step(&match &signer {
        Some(_) => message!(
            "Đã ký, chờ số: {path}; văn thư cấp số bằng vanthu number",
            "Signed, and waiting for its number: {path}; the clerk gives it with vanthu number"
        ),
        None => message!(
            "Văn bản chờ ký, cấp số sau: {path}",
            "Ready to be signed, the number comes after: {path}"
        ),
    });
    Ok(Exit::Done)
}

/// In the working folder, named as the document is.
fn beside(document: &Path) -> PathBuf {
    let stem = document.file_stem().unwrap_or_default();
    // Standard input has no name.
    if stem == "-" { PathBuf::from("document.pdf") } else { PathBuf::from(stem).with_extension("pdf") }
}

#[derive(Debug, Args)]
pub struct NumberArgs {
    /// The signed reports that `issue --number-later` laid out, or folders of them; they get numbers in this order.
    #[arg(required = true, value_name = "FILE|DIR")]
    pub files: Vec<PathBuf>,
    /// Where to write it; van-ban/YEAR/NUMBER-NOTATION.pdf in the office's folder otherwise. For several files a folder.
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
    /// Where the PDFs lie that are appendices of the document; the file's own folder otherwise.
    #[arg(long, value_name = "DIR")]
    pub files_from: Option<PathBuf>,
    #[command(flatten)]
    pub write: WriteArgs,
    #[command(flatten)]
    pub time: TimeArg,
    #[command(flatten)]
    pub office: OfficeArg,
    #[command(flatten)]
    pub fonts: FontArgs,
}

pub fn run(args: &NumberArgs, console: &Console) -> Result<Exit, Failure> {
    let office = office(&args.office)?;
    let faces = faces(&args.fonts)?;
    let engine = Engine::new(faces.clone())?;
    let found = files(&args.files)?;
    if let [file] = found.as_slice() {
        let output = match &args.output {
            Some(target) => Output::File(target),
            None => Output::Office(&office),
        };
        one(args, file, output, (&office, &engine, &faces), console)?;
        return Ok(Exit::Done);
    }
    if let Some(folder) = &args.output {
        std::fs::create_dir_all(folder).map_err(|cause| Failure::disk(folder, &cause))?;
    }
    let output = args.output.as_deref().map_or(Output::Office(&office), Output::Folder);
    let mut failed = 0;
    for file in &found {
        let done = one(args, file, output, (&office, &engine, &faces), console);
        if let Err(failure) = done {
            failed += 1;
            let path = file.display();
            let Message { vi, en } = failure.message.unwrap_or(message!("không cấp số được", "not numbered"));
            console.warn(&message!("{path}: {vi}", "{path}: {en}"));
        }
    }
    Ok(if failed == 0 { Exit::Done } else { Exit::SomeFailed })
}

fn one(
    args: &NumberArgs,
    path: &Path,
    output: Output<'_>,
    (office, engine, faces): (&Office, &Engine, &Faces),
    console: &Console,
) -> Result<(), Failure> {
    let file = read_bounded(path, MAX_FILE)?;
    let folder = args.files_from.clone().or_else(|| path.parent().map(Path::to_owned)).unwrap_or_default();
    let folder = if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder };
    let trust = authorization::trust_of(Some(office), &[], &TrustStore::new())?;
    let context = ParseContext { folder: Folder::at(folder), ..ParseContext::default() };
    let draft = number_later::document_of(&file, faces, &context)?;
    let pinned = |fingerprint: &str| office.config().signing.allows(Role::Signer, fingerprint);
    let revocations = authorization::lists_of(office)?;
    let person = Person { trust: &trust, revocations: &revocations, source: None, pinned: &pinned };
    let time = args.time.moment();
    let (clock, existing) = (args.time.clock(), args.write.existing());
    let options = NumberOptions { file: &file, draft, time, clock, person, output, existing };
    let numbered = block_on(async {
        let register = writing_register(office).await?;
        let numbered = number_later::number(engine, office, &register, options).await;
        register.close().await?;
        Ok::<_, Failure>(numbered?)
    })??;
    tell(&numbered, console);
    Ok(())
}
