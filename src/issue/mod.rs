//! Issuing (phát hành): number, PDF, signature and register entry, all of them or none.

pub mod compose;
pub mod copy;
mod foreseen;
mod held;
pub mod number_later;
mod registration;
pub mod reproduce;

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use time::macros::format_description;
use time::{Date, OffsetDateTime};

use crate::clock;
use crate::document::model::Document;
use crate::explain::{self, Explain, Refusal};
use crate::file::{Existing, Staged};
use crate::hex::lower as hex;
use crate::issue::compose::ComposeError;
use crate::lang::Message;
use crate::layout::Engine;
use crate::message;
use crate::office::Office;
use crate::register::{DocumentRevision, Entry, Register, RegisterError, RevisionKind};
use crate::role::Role;
use crate::sign::Signer;
use crate::signing::{self, SigningError};

pub(crate) use foreseen::date_of;
pub use foreseen::{Foreseen, series_of};
pub use held::{Begun, Held, Ready, Repeat, SeparateAppendix};
pub(crate) use registration::registration;

/// The draft to issue, and where the result goes.
pub struct IssueOptions<'a> {
    /// The document; where it names no number or date itself, it gets them.
    pub draft: Document,
    /// The time that is written down everywhere.
    pub time: OffsetDateTime,
    /// Where the issued document goes.
    pub output: Output<'a>,
    /// What to do where that file exists.
    pub existing: Existing,
    /// What to do where the same draft is registered already.
    pub repeat: Repeat,
    /// Signs for the authorised person, where given.
    pub signer: Option<&'a dyn Signer>,
    /// The document laid out before its number was certain.
    pub foreseen: Option<Foreseen>,
}

/// Where an issued document goes.
#[derive(Debug, Clone, Copy)]
pub enum Output<'a> {
    /// To this folder, named after its number and notation.
    Folder(&'a Path),
    /// To the file with this path.
    File(&'a Path),
}

impl Output<'_> {
    /// The path of the PDF of `document`.
    pub(crate) fn path(self, document: &Document) -> PathBuf {
        match self {
            Output::Folder(folder) => folder.join(format!("{}.pdf", document.file_stem())),
            Output::File(file) => file.to_owned(),
        }
    }
}

/// An issued document, registered and written to its files.
#[derive(Debug)]
pub struct Issued {
    /// Its line in the register.
    pub entry: Entry,
    /// The document with its number and date.
    pub document: Document,
    /// The path of the document's PDF.
    pub file: PathBuf,
    /// The path of its signed PDF, where it was signed.
    pub signed: Option<PathBuf>,
    /// The appendices that are files of their own, in their order.
    pub appendices: Vec<PathBuf>,
    /// Whether it had its number before and only the lost file was written again.
    pub restored: bool,
}

/// Why a document was not issued.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.words().en)]
#[non_exhaustive]
pub enum IssueError {
    /// The number can't be taken or made final.
    Register(#[from] RegisterError),
    /// The same draft is registered already.
    Repeated(Box<Entry>),
    /// The PDF of a registered document can't be made again byte for byte.
    NotReproducible(Box<Entry>),
    /// The document could not be laid out.
    Report(#[from] ComposeError),
    /// The document could not be signed.
    Signing(#[from] SigningError),
    /// A file could not be written.
    Disk {
        /// The path of the file.
        path: PathBuf,
        /// The error of the operating system.
        #[source]
        cause: std::io::Error,
    },
}

impl Explain for IssueError {
    fn words(&self) -> Message {
        match self {
            IssueError::Register(cause) => cause.words(),
            IssueError::Repeated(entry) => {
                let (code, file) = (&entry.document.code, &entry.file);
                message!(
                    "văn bản này đã vào sổ với số {code} ({file})",
                    "this document is registered already as {code} ({file})"
                )
            }
            IssueError::NotReproducible(entry) => {
                let (code, file) = (&entry.document.code, &entry.file);
                message!(
                    "văn bản đã vào sổ với số {code} nhưng tệp {file} không còn, và phiên bản này, với vanthu.toml hiện nay, không tạo lại được đúng tệp đó",
                    "the document is registered as {code}, but {file} is gone, and this version with the present vanthu.toml can't make the same file again"
                )
            }
            IssueError::Report(cause) => cause.words(),
            IssueError::Signing(cause) => cause.words(),
            IssueError::Disk { path, cause } => explain::disk(path, cause),
        }
    }

    fn kind(&self) -> Refusal {
        match self {
            IssueError::Register(cause) => cause.kind(),
            IssueError::Repeated(_) | IssueError::NotReproducible(_) => Refusal::Conflict,
            IssueError::Report(cause) => cause.kind(),
            IssueError::Signing(cause) => cause.kind(),
            IssueError::Disk { .. } => Refusal::Environment,
        }
    }
}

/// Takes a number, lays the document out, logs it, signs it where a signer is given, registers it and writes
/// the files.
///
/// The files are complete on the disk before the number is final, and are put in place right after:
/// killed in between, the same call again writes them again under the number they have.
///
/// # Errors
/// See [`IssueError`]; the number is given back or cancelled, as the office chose, and no file is left. Only
/// where a file can't be put in place after the number became final is the number used; the same call again
/// then restores it.
pub async fn issue(
    engine: &Engine,
    office: &Office,
    register: &Register,
    mut options: IssueOptions<'_>,
) -> Result<Issued, IssueError> {
    let begun =
        Held::begin(office, register, options.draft.clone(), options.time, options.repeat, None).await?;
    let held = match begun {
        Begun::Held(held) => held,
        Begun::Answered(twin) | Begun::Registered(twin) => return restore(engine, office, options, *twin),
    };
    let number = held.number();
    let laid_out = match options.foreseen.take().filter(|it| it.number() == Some(number)) {
        Some(foreseen) => Ok(foreseen),
        None => Foreseen::lay_out(engine, office, &options.draft, number, options.time),
    };
    let ready = match laid_out {
        Ok(laid_out) => held.log(laid_out).await?,
        Err(cause) => {
            held.fail(&cause.to_string()).await?;
            return Err(cause.into());
        }
    };
    let target = options.output.path(ready.document());
    let (files, report, later) =
        match Files::stage(engine, &options, &target, &ready.laid_out, ready.receipt()) {
            Ok(staged) => staged,
            Err(cause) => {
                ready.fail(&cause.to_string()).await?;
                return Err(cause);
            }
        };
    let (entry, document) = ready.record(report, later).await?;
    let Placed { report, signed, appendices } = files.place(options.existing)?;
    Ok(Issued { entry, document, file: report, signed, appendices, restored: false })
}

/// Writes the PDF of a registered document again where it was lost.
fn restore(
    engine: &Engine,
    office: &Office,
    options: IssueOptions<'_>,
    twin: Entry,
) -> Result<Issued, IssueError> {
    if Path::new(&twin.file).exists() {
        return Err(IssueError::Repeated(Box::new(twin)));
    }
    let again = clock::parse(&twin.registered).ok().and_then(|registered| {
        let date = &twin.document.date;
        let date = Date::parse(date, format_description!("[year]-[month]-[day]")).ok()?;
        let mut draft = options.draft.clone();
        draft.header.date = Some(date);
        // The office may have switched its code on since.
        [office.page(), None].into_iter().find_map(|page| {
            let again = Foreseen::with_page(engine, page, &draft, twin.key.number, registered).ok()?;
            let report = again.report.complete(Some(&twin.receipt)).ok()?;
            (hex(&Sha256::digest(&report)) == twin.report_sha256).then_some(again)
        })
    });
    let Some(again) = again else {
        return Err(IssueError::NotReproducible(Box::new(twin)));
    };
    let document = again.document.clone();
    let target = options.output.path(&document);
    let (files, _, _) = Files::stage(engine, &options, &target, &again, &twin.receipt)?;
    let Placed { report, signed, appendices } = files.place(options.existing)?;
    Ok(Issued { entry: twin, document, file: report, signed, appendices, restored: true })
}

/// The files of an issued document, complete on the disk beside their places.
struct Files {
    report: Staged,
    signed: Option<Staged>,
    appendices: Vec<Staged>,
}

/// The same in their places.
struct Placed {
    report: PathBuf,
    signed: Option<PathBuf>,
    appendices: Vec<PathBuf>,
}

impl Files {
    /// Completes the PDF with its `receipt`, signs it, and gives what the register is told of the files.
    fn stage(
        engine: &Engine,
        options: &IssueOptions<'_>,
        target: &Path,
        laid_out: &Foreseen,
        receipt: &str,
    ) -> Result<(Files, DocumentRevision, Vec<DocumentRevision>), IssueError> {
        let Foreseen { report, appendices, .. } = laid_out;
        let report = report.complete(Some(receipt))?;
        let staged = stage(target, &report, options.existing)?;
        let revision = DocumentRevision::of(RevisionKind::Report, &report, &absolute(target), None);
        let mut later = Vec::new();
        let mut staged_appendices = Vec::new();
        for (index, bytes) in appendices {
            let path = appendix_path(target, *index);
            later.push(DocumentRevision::of_appendix(*index, bytes, &absolute(&path), None));
            staged_appendices.push(stage(&path, bytes, options.existing)?);
        }
        let signed = match options.signer {
            Some(signer) => {
                let signed_target = signing::signed_path(target);
                let bytes = signing::sign(engine, report, Role::Signer, signer, options.time)?;
                let name = signer.certificate().tbs_certificate().subject().to_string();
                let by = (name, clock::rfc3339(options.time));
                let revision =
                    DocumentRevision::of(RevisionKind::Signed, &bytes, &absolute(&signed_target), Some(by));
                later.push(revision);
                Some(stage(&signed_target, &bytes, options.existing)?)
            }
            None => None,
        };
        Ok((Files { report: staged, signed, appendices: staged_appendices }, revision, later))
    }

    fn place(self, existing: Existing) -> Result<Placed, IssueError> {
        let place = |file| place(file, existing);
        Ok(Placed {
            report: place(self.report)?,
            signed: self.signed.map(place).transpose()?,
            appendices: self.appendices.into_iter().map(place).collect::<Result<_, _>>()?,
        })
    }
}

/// A file that is complete on the disk beside its place, which is free or may be taken.
pub(crate) fn stage(path: &Path, bytes: &[u8], existing: Existing) -> Result<Staged, IssueError> {
    let disk = |cause| IssueError::Disk { path: path.to_owned(), cause };
    if existing == Existing::Keep && path.exists() {
        return Err(disk(std::io::ErrorKind::AlreadyExists.into()));
    }
    Staged::write(path, bytes).map_err(disk)
}

/// Puts it in its place.
pub(crate) fn place(file: Staged, existing: Existing) -> Result<PathBuf, IssueError> {
    let path = file.target().to_owned();
    file.place(existing).map_err(|cause| IssueError::Disk { path: path.clone(), cause })?;
    Ok(path)
}

/// The path of the appendix with the place `index` (from 0), which is a file of its own: `-PL1` before the ending
/// of `report`.
pub fn appendix_path(report: &Path, index: usize) -> PathBuf {
    let stem = report.file_stem().unwrap_or_default().to_string_lossy();
    report.with_file_name(format!("{stem}-PL{}.pdf", index + 1))
}

/// The absolute path of a file, as the register keeps it.
pub(crate) fn absolute(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).to_string_lossy().into_owned()
}
