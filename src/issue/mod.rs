//! Issuing (phát hành): number, report, signature and register entry, all of them or none.

mod held;
mod registration;

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use time::macros::format_description;
use time::{Date, OffsetDateTime};

use crate::clock;
use crate::document::model::Document;
use crate::file::{Existing, Staged};
use crate::hex::lower as hex;
use crate::layout::{DraftMark, Engine};
use crate::office::Office;
use crate::qr::Address;
use crate::register::{Entry, Register, RegisterError, Revision, RevisionKind, Series};
use crate::report::{self, LaidOut, ReportError};
use crate::role::Role;
use crate::sign::Signer;
use crate::signing::{self, SigningError};

pub use held::{Begun, Held, Ready, SeparateAppendix};
pub(crate) use registration::registration;

/// What to issue, and how.
pub struct IssueOptions<'a> {
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
    /// The document laid out before its number was certain.
    pub foreseen: Option<Foreseen>,
}

/// A report and its appendices with their places (from 0), as they go from one process to another.
pub(crate) type Parts = (report::Parts, Vec<(usize, Vec<u8>)>);

/// A document laid out under the number that it will probably get: many can be laid out at once, while
/// numbers are taken one after another.
pub struct Foreseen {
    document: Document,
    report: LaidOut,
    appendices: Vec<(usize, Vec<u8>)>,
}

impl Foreseen {
    /// Lays `draft` out as if `office` issued it at `time` under `number`.
    ///
    /// # Errors
    /// The office's code can't lead to it; otherwise only where the program is at fault.
    pub fn lay_out(
        engine: &Engine,
        office: &Office,
        draft: &Document,
        number: u32,
        time: OffsetDateTime,
    ) -> Result<Foreseen, ReportError> {
        Foreseen::with_page(engine, office.page(), draft, number, time)
    }

    /// The same with a code that leads to `page`, where there is one.
    pub(crate) fn with_page(
        engine: &Engine,
        page: Option<&Address>,
        draft: &Document,
        number: u32,
        time: OffsetDateTime,
    ) -> Result<Foreseen, ReportError> {
        let document = draft.clone().issued(number, date_of(draft, time));
        let report = LaidOut::new(engine, &document, time, DraftMark::Issued, page)?;
        let appendices = document.separate().map(|(index, _)| {
            Ok((index, report::compose_appendix(engine, &document, index, time, DraftMark::Issued)?))
        });
        let appendices = appendices.collect::<Result<_, ReportError>>()?;
        Ok(Foreseen { document, report, appendices })
    }

    /// Takes apart what another process needs of it; `None` where its number would be filled in later.
    pub(crate) fn into_parts(self) -> Option<Parts> {
        Some((self.report.into_parts()?, self.appendices))
    }

    /// Puts together what another process laid out of `draft` with [`Foreseen::lay_out`].
    pub(crate) fn from_parts(
        draft: &Document,
        number: u32,
        time: OffsetDateTime,
        (report, appendices): Parts,
    ) -> Foreseen {
        let document = draft.clone().issued(number, date_of(draft, time));
        let report = LaidOut::from_parts(&document, report);
        Foreseen { document, report, appendices }
    }

    /// The number that it is laid out under.
    pub fn number(&self) -> Option<u32> {
        self.document.header.number
    }
}

/// The run of numbers that `draft` counts in where it is issued at `time`.
pub fn series_of(office: &Office, draft: &Document, time: OffsetDateTime) -> Series {
    let year = date_of(draft, time).year();
    let name = office.series_of(draft);
    Series { name: name.to_owned(), year, first: office.first_of(name, year) }
}

/// The date that the document names, or that of `time` in Vietnam.
pub(crate) fn date_of(draft: &Document, time: OffsetDateTime) -> Date {
    draft.header.date.unwrap_or_else(|| time.to_offset(clock::ZONE).date())
}

/// Where a report goes.
#[derive(Debug, Clone, Copy)]
pub enum Output<'a> {
    /// To this folder, named after its number and notation.
    Folder(&'a Path),
    /// To this file.
    File(&'a Path),
}

impl Output<'_> {
    /// The path of the report of `document`.
    pub(crate) fn path(self, document: &Document) -> PathBuf {
        match self {
            Output::Folder(folder) => folder.join(format!("{}.pdf", document.file_stem())),
            Output::File(file) => file.to_owned(),
        }
    }
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
    /// The appendices that are files of their own, in their order.
    pub appendices: Vec<PathBuf>,
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
    #[error("this document is registered already as {} ({})", .0.document.code, .0.file)]
    Repeated(Box<Entry>),
    /// The report of a registered document can't be made again byte for byte.
    #[error("{} is registered, but this version of the program lays it out differently", .0.document.code)]
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
    Ok(Issued { entry, document, report, signed, appendices, restored: false })
}

/// Writes the report of a registered document again where its file was lost.
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
    Ok(Issued { entry: twin, document, report, signed, appendices, restored: true })
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
    /// Completes the report with its `receipt`, signs it, and gives what the register is told of the files.
    fn stage(
        engine: &Engine,
        options: &IssueOptions<'_>,
        target: &Path,
        laid_out: &Foreseen,
        receipt: &str,
    ) -> Result<(Files, Revision, Vec<Revision>), IssueError> {
        let Foreseen { report, appendices, .. } = laid_out;
        let report = report.complete(Some(receipt))?;
        let staged = stage(target, &report, options.existing)?;
        let revision = Revision::of(RevisionKind::Report, &report, &absolute(target), None);
        let mut later = Vec::new();
        let mut staged_appendices = Vec::new();
        for (index, bytes) in appendices {
            let path = appendix_path(target, *index);
            later.push(Revision::of_appendix(*index, bytes, &absolute(&path), None));
            staged_appendices.push(stage(&path, bytes, options.existing)?);
        }
        let signed = match options.signer {
            Some(signer) => {
                let signed_target = signing::signed_path(target);
                let bytes = signing::sign(engine, report, Role::Signer, signer, options.time)?;
                let name = signer.certificate().tbs_certificate().subject().to_string();
                let by = (name, clock::rfc3339(options.time));
                let revision =
                    Revision::of(RevisionKind::Signed, &bytes, &absolute(&signed_target), Some(by));
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

/// Where the appendix with the place `index` (from 0) goes that is a file of its own: `-PL1` before the
/// report's ending.
pub fn appendix_path(report: &Path, index: usize) -> PathBuf {
    let stem = report.file_stem().unwrap_or_default().to_string_lossy();
    report.with_file_name(format!("{stem}-PL{}.pdf", index + 1))
}

/// The path of a file for the register, wherever somebody stands.
pub(crate) fn absolute(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).to_string_lossy().into_owned()
}
