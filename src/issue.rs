//! Issuing (phát hành): number, report, signature and register entry, all of them or none.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use time::macros::format_description;

use crate::clock;
use crate::document;
use crate::document::model::Document;
use crate::file::{Existing, Staged};
use crate::hex::lower as hex;
use crate::layout::{DraftMark, Engine};
use crate::office::Office;
use crate::register::{Entry, Pending, Register, RegisterError, Series};
use crate::report::{self, ReportError};
use crate::role::Role;
use crate::sign::Signer;
use crate::signing::{self, SigningError};

/// What to issue, and how.
pub struct Order<'a> {
    /// The document; where it names no number or date itself, it gets them.
    pub draft: Document,
    /// The time that is written down everywhere.
    pub time: OffsetDateTime,
    /// Where the report goes.
    pub output: Output<'a>,
    /// What to do where that file exists.
    pub existing: Existing,
    /// What to do where the same draft is registered already.
    pub repeat: Repeat,
    /// Signs for the authorised person, where given.
    pub signer: Option<&'a dyn Signer>,
}

/// Where a report goes.
#[derive(Debug, Clone, Copy)]
pub enum Output<'a> {
    /// To this folder, named after its number and notation.
    Folder(&'a Path),
    /// To this file.
    File(&'a Path),
}

/// What to do with a draft that is registered already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// Refuse, so that a repeated call takes no second number.
    Refuse,
    /// Give it another number.
    Allow,
}

/// An issued document.
#[derive(Debug)]
pub struct Issued {
    /// Its line in the register.
    pub entry: Entry,
    /// The document with its number and date.
    pub document: Document,
    /// The report.
    pub report: PathBuf,
    /// The signed report.
    pub signed: Option<PathBuf>,
    /// Whether it had its number before and only the lost file was written again.
    pub restored: bool,
}

/// Why a document was not issued.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IssueError {
    /// The register refused.
    #[error(transparent)]
    Register(#[from] RegisterError),
    /// The same draft is registered already.
    #[error("this document is registered already as {} ({})", .0.code, .0.file)]
    Repeated(Box<Entry>),
    /// The report of a registered document can't be made again byte for byte.
    #[error("{} is registered, but this version of the program lays it out differently", .0.code)]
    NotReproducible(Box<Entry>),
    /// The document could not be laid out.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// The report could not be signed.
    #[error(transparent)]
    Signing(#[from] SigningError),
    /// A file could not be written.
    #[error("{}: {cause}", path.display())]
    Disk {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
}

/// Takes a number, lays the document out, signs it where a signer is given, registers it and
/// writes the files.
///
/// The files are complete on the disk before the number is final, and are put in place right after:
/// killed in between, the same call again writes them again under the number they have.
///
/// # Errors
/// See [`IssueError`]; the number is given back and no file is left. Only where a file can't be put in
/// place after the number became final is the number used; the same call again then restores it.
pub async fn issue(
    engine: &Engine,
    office: &Office,
    register: &mut Register,
    order: Order<'_>,
) -> Result<Issued, IssueError> {
    let date = order.draft.header.date.unwrap_or_else(|| order.time.to_offset(clock::ZONE).date());
    let series = Series {
        name: office.series_of(&order.draft).to_owned(),
        year: date.year(),
        first: office.first_number(date.year()),
    };
    let draft_sha256 = hex(&Sha256::digest(document::to_json(&order.draft)));
    let mut pending = register.begin(series).await?;
    if order.repeat == Repeat::Refuse
        && let Some(twin) = pending.twin(&draft_sha256).await?
    {
        return restore(engine, order, twin);
    }
    if let Some(asked) = order.draft.header.number {
        pending.expect(asked).await?;
    }
    let document = order.draft.clone().issued(pending.number(), date);
    let report = report::compose(engine, &document, order.time, DraftMark::Issued)?;
    let target = target(&order, &document);
    let entry = entry(&document, &pending, &draft_sha256, &report, order.time, &target);
    let files = Files::stage(engine, &order, &target, report)?;
    pending.record(&entry).await?;
    let (report, signed) = files.place(order.existing)?;
    Ok(Issued { entry, document, report, signed, restored: false })
}

/// Writes the report of a registered document again where its file was lost.
fn restore(engine: &Engine, order: Order<'_>, twin: Entry) -> Result<Issued, IssueError> {
    if Path::new(&twin.file).exists() {
        return Err(IssueError::Repeated(Box::new(twin)));
    }
    let again = clock::parse(&twin.registered).ok().and_then(|registered| {
        let number = twin.number;
        let date = time::Date::parse(&twin.date, format_description!("[year]-[month]-[day]")).ok()?;
        let document = order.draft.clone().issued(number, date);
        let report = report::compose(engine, &document, registered, DraftMark::Issued).ok()?;
        (hex(&Sha256::digest(&report)) == twin.report_sha256).then_some((document, report))
    });
    let Some((document, report)) = again else {
        return Err(IssueError::NotReproducible(Box::new(twin)));
    };
    let target = target(&order, &document);
    let (report, signed) = Files::stage(engine, &order, &target, report)?.place(order.existing)?;
    Ok(Issued { entry: twin, document, report, signed, restored: true })
}

/// The files of an issued document, complete on the disk beside their places.
struct Files {
    report: Staged,
    signed: Option<Staged>,
}

impl Files {
    fn stage(
        engine: &Engine,
        order: &Order<'_>,
        target: &Path,
        report: Vec<u8>,
    ) -> Result<Files, IssueError> {
        let signed_target = signing::signed_path(target);
        let taken = |path: &&Path| order.existing == Existing::Keep && path.exists();
        let targets = [Some(target), order.signer.is_some().then_some(signed_target.as_path())];
        if let Some(path) = targets.into_iter().flatten().find(taken) {
            let cause = std::io::ErrorKind::AlreadyExists.into();
            return Err(IssueError::Disk { path: path.to_owned(), cause });
        }
        let stage = |path: &Path, bytes: &[u8]| {
            Staged::write(path, bytes).map_err(|cause| IssueError::Disk { path: path.to_owned(), cause })
        };
        let staged = stage(target, &report)?;
        let signed = match order.signer {
            Some(signer) => {
                let bytes = signing::sign(engine, report, Role::Signer, signer, order.time)?;
                Some(stage(&signed_target, &bytes)?)
            }
            None => None,
        };
        Ok(Files { report: staged, signed })
    }

    fn place(self, existing: Existing) -> Result<(PathBuf, Option<PathBuf>), IssueError> {
        let place = |file: Staged| {
            let path = file.target().to_owned();
            file.place(existing).map_err(|cause| IssueError::Disk { path, cause })
        };
        Ok((place(self.report)?, self.signed.map(place).transpose()?))
    }
}

fn target(order: &Order<'_>, document: &Document) -> PathBuf {
    match order.output {
        Output::Folder(folder) => folder.join(format!("{}.pdf", document.file_stem())),
        Output::File(file) => file.to_owned(),
    }
}

fn entry(
    document: &Document,
    pending: &Pending<'_>,
    draft_sha256: &str,
    report: &[u8],
    time: OffsetDateTime,
    target: &Path,
) -> Entry {
    let absolute = std::path::absolute(target).unwrap_or_else(|_| target.to_owned());
    Entry {
        number: pending.number(),
        code: document.code().unwrap_or_default(),
        date: document.header.date.map(|date| date.to_string()).unwrap_or_default(),
        kind: document.kind.name.clone(),
        subject: document.subject.plain(),
        signer: format!("{} {}", document.signature.position, document.signature.name),
        recipients: document.recipients.items.join("; "),
        archive: document.recipients.archive.clone(),
        registered: clock::rfc3339(time),
        draft_sha256: draft_sha256.to_owned(),
        source: document::to_json(document),
        report_sha256: hex(&Sha256::digest(report)),
        report_length: report.len() as u64,
        file: absolute.to_string_lossy().into_owned(),
    }
}
