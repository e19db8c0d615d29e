//! Issuing with files on a disk: a draft becomes a number, a PDF, a signature and a line in the register.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use time::macros::format_description;
use time::{Date, OffsetDateTime};

use super::error::IssueError;
use super::files::{Made, Output, absolute, appendix_path, check_replaceable, is_file, make_folder};
use super::foreseen::{Foreseen, series_of};
use super::held::{Begun, Held, Repeat};
use crate::certificate;
use crate::clock;
use crate::document::model::Document;
use crate::file::Existing;
use crate::hex::lower as hex;
use crate::layout::Engine;
use crate::office::Office;
use crate::register::{DocumentRevision, Entry, Register, RevisionKind};
use crate::role::Role;
use crate::sign::Signer;
use crate::signing;

/// The draft to issue, and where the result goes.
pub struct IssueOptions<'a> {
    /// The document; where it names no number or date itself, it gets them.
    pub draft: Document,
    /// The time that is written down everywhere.
    pub time: OffsetDateTime,
    /// What time it is where it has to be laid out again; with `None` its time is fixed.
    pub clock: Option<fn() -> OffsetDateTime>,
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

/// How often a document is laid out under a number that is only foreseen, while others go on; then it is laid out while
/// they wait.
pub const ATTEMPTS: usize = 4;

/// Lays the document out, takes its number, logs it, signs it where a signer is given, registers it and writes
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
    let mut attempt = 1;
    let (held, laid_out) = loop {
        let draft = &options.draft;
        let foreseen = match options.foreseen.take() {
            Some(foreseen) => foreseen,
            None => {
                let next = register.next(&series_of(office, draft, options.time)).await?;
                let number = draft.header.number.unwrap_or(next);
                Foreseen::lay_out(engine, office, draft, number, options.time)?
            }
        };
        let begun = Held::begin(office, register, draft.clone(), options.time, options.repeat, None).await?;
        let mut held = match begun {
            Begun::Held(held) => *held,
            Begun::Answered(twin) | Begun::Registered(twin) => {
                return restore(engine, office, register, options, *twin).await;
            }
        };
        if foreseen.number() == Some(held.number()) && held.is_latest().await? {
            break (held, foreseen);
        }
        // Somebody else was quicker: he has the number, or wrote at a later time than this.
        options.time = held.time(options.clock.map_or(options.time, |now| now())).await?;
        if attempt == ATTEMPTS {
            held = held.at(options.time);
            match Foreseen::lay_out(engine, office, draft, held.number(), options.time) {
                Ok(laid_out) => break (held, laid_out),
                Err(cause) => {
                    held.fail(&cause.to_string()).await?;
                    return Err(cause.into());
                }
            }
        }
        attempt += 1;
    };
    let ready = held.log(laid_out).await?;
    let target = options.output.path(ready.document());
    let made = match free(register, &options, &target, &ready.laid_out).await {
        Ok(()) => Files::stage(engine, &options, &target, &ready.laid_out, ready.receipt()),
        Err(cause) => Err(cause),
    };
    let files = match made {
        Ok(files) => files,
        Err(cause) => {
            ready.fail(&cause.to_string()).await?;
            return Err(cause);
        }
    };
    let (report, later) = files.revisions();
    let (entry, document) = ready.record(report, later).await?;
    let Placed { report, signed, appendices } = files.place(options.existing)?;
    Ok(Issued { entry, document, file: report, signed, appendices, restored: false })
}

/// Makes sure that no file of the register's is replaced, and that there is a folder for the new ones.
async fn free(
    register: &Register,
    options: &IssueOptions<'_>,
    target: &Path,
    laid_out: &Foreseen,
) -> Result<(), IssueError> {
    if matches!(options.output, Output::Office(_)) {
        make_folder(target)?;
    }
    if options.existing == Existing::Replace {
        let appendices = laid_out.appendices.iter().map(|(index, _)| appendix_path(target, *index));
        for path in appendices.chain([target.to_owned(), signing::signed_path(target)]) {
            check_replaceable(register, &path).await?;
        }
    }
    Ok(())
}

/// Writes the files of a registered document again that were lost, as the register names them.
async fn restore(
    engine: &Engine,
    office: &Office,
    register: &Register,
    mut options: IssueOptions<'_>,
    twin: Entry,
) -> Result<Issued, IssueError> {
    let record = register.record_at(&twin.key).await?;
    let acts = record.iter().flat_map(|record| &record.events);
    // What came to be with the number; later signatures have calls of their own.
    let known: BTreeMap<&str, &str> = acts
        .filter(|act| act.at == twin.registered && !act.file_sha256.is_empty())
        .map(|act| (act.file_sha256.as_str(), act.particulars.file.as_str()))
        .collect();
    let mut is_lost = false;
    for (sha256, file) in &known {
        is_lost = is_lost || !is_file(Path::new(file), sha256)?;
    }
    if !is_lost {
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
            (hex(&Sha256::digest(&report)) == twin.report_sha256).then_some((again, registered))
        })
    });
    let Some((again, registered)) = again else {
        return Err(IssueError::NotReproducible(Box::new(twin)));
    };
    let document = again.document.clone();
    let target = options.output.path(&document);
    options.time = registered;
    free(register, &options, &target, &again).await?;
    let files = Files::stage(engine, &options, &target, &again, &twin.receipt)?;
    let (report, later) = files.revisions();
    if [report].iter().chain(&later).any(|revision| !known.contains_key(revision.sha256.as_str())) {
        return Err(IssueError::NotReproducible(Box::new(twin)));
    }
    let Placed { report, signed, appendices } = files.place(options.existing)?;
    Ok(Issued { entry: twin, document, file: report, signed, appendices, restored: true })
}

/// The files of an issued document, complete on the disk beside their places.
struct Files {
    report: Made,
    signed: Option<Made>,
    appendices: Vec<Made>,
}

/// The same in their places.
struct Placed {
    report: PathBuf,
    signed: Option<PathBuf>,
    appendices: Vec<PathBuf>,
}

impl Files {
    /// Completes the PDF with its `receipt`, and signs it.
    fn stage(
        engine: &Engine,
        options: &IssueOptions<'_>,
        target: &Path,
        laid_out: &Foreseen,
        receipt: &str,
    ) -> Result<Files, IssueError> {
        let pdf = laid_out.report.complete(Some(receipt))?;
        let revision = DocumentRevision::of(RevisionKind::Report, &pdf, &absolute(target), None);
        let report = Made::stage(target, &pdf, options.existing, revision)?;
        let appendices = laid_out.appendices.iter().map(|(index, bytes)| {
            let path = appendix_path(target, *index);
            let revision = DocumentRevision::of_appendix(*index, bytes, &absolute(&path), None);
            Made::stage(&path, bytes, options.existing, revision)
        });
        let appendices = appendices.collect::<Result<_, _>>()?;
        let signed = match options.signer {
            Some(signer) => {
                let target = signing::signed_path(target);
                let bytes = signing::sign(engine, pdf, Role::Signer, signer, options.time)?;
                let name = certificate::distinguished_name(signer.certificate().tbs_certificate().subject());
                let by = Some((name, clock::rfc3339(options.time)));
                let revision = DocumentRevision::of(RevisionKind::Signed, &bytes, &absolute(&target), by);
                Some(Made::stage(&target, &bytes, options.existing, revision)?)
            }
            None => None,
        };
        Ok(Files { report, signed, appendices })
    }

    /// What the register is told: of the report, and of the others.
    fn revisions(&self) -> (DocumentRevision, Vec<DocumentRevision>) {
        let later = self.appendices.iter().chain(&self.signed).map(|made| made.revision.clone());
        (self.report.revision.clone(), later.collect())
    }

    fn place(self, existing: Existing) -> Result<Placed, IssueError> {
        let place = |made: Made| made.place(existing);
        Ok(Placed {
            report: place(self.report)?,
            signed: self.signed.map(place).transpose()?,
            appendices: self.appendices.into_iter().map(place).collect::<Result<_, _>>()?,
        })
    }
}
