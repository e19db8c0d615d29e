//! The number after the signature (NĐ 30/2020 Điều 15.2): the authorised person signs a document whose number and
//! date are empty fields; then the clerk takes the number, fills in exactly these two, and the agency signs.

use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use crate::clock;
use crate::document;
use crate::document::model::Document;
use crate::file::Existing;
use crate::fonts::Faces;
use crate::hex::lower as hex;
use crate::issue::compose::{self, ComposeError};
use crate::issue::{
    self, ATTEMPTS, IssueError, Issued, Made, Output, absolute, appendix_path, check_replaceable, date_of,
    is_there, make_folder, series_of,
};
use crate::layout::{DraftMark, Engine, LateLine};
use crate::office::{Office, OnFailure};
use crate::pdf::attachments::attachments;
use crate::pdf::reader::{self, File};
use crate::pdf::{Appearance, PdfError, form};
use crate::register::{DocumentRevision, Entry, Register, RevisionKind};
use crate::role::Role;
use crate::sign::{self, FieldState, Filling, Numbering, SignError, number_field};
use crate::signing::{self, Person, SigningError};

/// The longest source that a document carries, in bytes.
const MAX_SOURCE: usize = 64 << 20;

/// The signed document to number, and where the result goes.
pub struct NumberOptions<'a> {
    /// The signed PDF: [`document_of`] gives its document.
    pub file: &'a [u8],
    /// The document that it was laid out from.
    pub draft: Document,
    /// The time that is written down everywhere.
    pub time: OffsetDateTime,
    /// What time it is where somebody else was quicker; with `None` its time is fixed.
    pub clock: Option<fn() -> OffsetDateTime>,
    /// Who must have signed it.
    pub person: Person<'a>,
    /// Where the numbered document goes.
    pub output: Output<'a>,
    /// What to do where that file exists.
    pub existing: Existing,
}

/// Lays `draft` out with fields where number and date will be filled in.
///
/// # Errors
/// The document names its number itself; otherwise only where the program is at fault.
pub fn lay_out(engine: &Engine, draft: &Document, time: OffsetDateTime) -> Result<Vec<u8>, IssueError> {
    if draft.header.number.is_some() {
        return Err(SigningError::from(SignError::Numbered).into());
    }
    Ok(compose::compose(engine, draft, time, DraftMark::NumberLater)?)
}

/// are read from `context`.
/// The document that the PDF `file`, which waits for its number, was laid out from; PDFs that are appendices
///
/// # Errors
/// It does not wait for a number, or carries no document.
pub fn document_of(
    file: &[u8],
    faces: &Faces,
    context: &document::ParseContext,
) -> Result<Document, SigningError> {
    let file = reader::read(file).map_err(SignError::from)?;
    check_open(&file)?;
    let missing = || SigningError::from(SignError::from(PdfError::Missing("source data of the report")));
    let attached = attachments(&file, 0).map_err(SignError::from)?;
    let source = attached.into_iter().find(|one| one.relationship.as_deref() == Some("Source"));
    let source = source.filter(|source| source.bytes.len() <= MAX_SOURCE).ok_or_else(missing)?;
    document::parse_in(&source.bytes, faces, context).map(|draft| draft.document).map_err(|_| missing())
}

fn check_open(file: &File<'_>) -> Result<(), SignError> {
    match sign::numbering(file)? {
        Numbering::Open => Ok(()),
        Numbering::Filled | Numbering::Printed => Err(SignError::Numbered),
    }
}

/// Takes a number, fills it and the date in, registers the document, and writes the file and the appendices that
/// are files of their own.
///
/// As in [`issue::issue`] the files are complete on the disk before the number is final; killed in between, the
/// same call again writes them again.
///
/// # Errors
/// The authorised person has not signed, the signature does not hold, or as [`IssueError`]; the number is given
/// back or cancelled, as the office chose, and no file is left.
pub async fn number(
    engine: &Engine,
    office: &Office,
    register: &Register,
    mut options: NumberOptions<'_>,
) -> Result<Issued, IssueError> {
    let file = reader::read(options.file).map_err(|cause| SigningError::from(SignError::from(cause)))?;
    check_signed(&file, &options)?;
    let report = options.file.get(..file.first_revision_end()).unwrap_or_default();
    let report_sha256 = hex(&Sha256::digest(report));
    let draft_sha256 = hex(&Sha256::digest(document::to_json(&options.draft)));
    let mut attempt = 1;
    let (pending, numbered) = loop {
        let series = series_of(office, &options.draft, options.time);
        let foreseen = register.next(&series).await?;
        let numbered = Numbered::fill(engine, &options, &file, foreseen)?;
        let mut pending = register.begin(series).await?;
        if let Some(twin) = pending.twin(&draft_sha256).await? {
            return restore(engine, &options, &file, twin, &report_sha256);
        }
        if pending.number() == foreseen && pending.is_latest(options.time).await? {
            break (pending, numbered);
        }
        // Somebody else was quicker.
        options.time = pending.time(options.clock.map_or(options.time, |now| now())).await?;
        if attempt == ATTEMPTS {
            let numbered = Numbered::fill(engine, &options, &file, pending.number())?;
            break (pending, numbered);
        }
        attempt += 1;
    };
    let pages =
        form::pages(&file, file.last()).map_err(|cause| SigningError::from(SignError::from(cause)))?;
    let registration = issue::registration(office, &numbered.document, &draft_sha256, pages.len());
    // What was signed can't carry its receipt any more: the register keeps it (`register prove`).
    let logged = pending.log(registration, options.time).await?;
    let staged = match free(register, &options, &numbered.document).await {
        Ok(()) => numbered.stage(&options),
        Err(cause) => Err(cause),
    };
    let (files, document) = match staged {
        Ok(staged) => staged,
        Err(cause) => {
            if office.config().numbering.on_failure == OnFailure::Cancel {
                logged.cancel(&cause.to_string()).await?;
            }
            return Err(cause);
        }
    };
    let target = options.output.path(&document);
    let report = DocumentRevision::of(RevisionKind::Report, report, &absolute(&target), None);
    let later = files.iter().map(|made| made.revision.clone()).collect();
    let entry = logged.record(report, later).await?;
    placed(files, options.existing, entry, document)
}

/// Makes sure that no file of the register's is replaced, and that there is a folder for the new ones.
async fn free(
    register: &Register,
    options: &NumberOptions<'_>,
    document: &Document,
) -> Result<(), IssueError> {
    let target = options.output.path(document);
    if matches!(options.output, Output::Office(_)) {
        make_folder(&target)?;
    }
    if options.existing == Existing::Replace {
        let appendices = document.separate().map(|(index, _)| appendix_path(&target, index));
        for path in appendices.chain([target.clone()]) {
            check_replaceable(register, &path).await?;
        }
    }
    Ok(())
}

/// The authorised person has signed, and nobody changed the file since.
fn check_signed(file: &File<'_>, options: &NumberOptions<'_>) -> Result<(), SigningError> {
    check_open(file)?;
    let fields = sign::role_fields(file)?;
    if !fields.contains(&(Role::Signer, FieldState::Signed)) {
        return Err(SignError::NotSigned.into());
    }
    signing::check_base(file, options.time, Some(options.person)).map(|_| ())
}

/// Writes the file of a document again that has its number already and lost it; another report of the same
/// document gets no second number.
fn restore(
    engine: &Engine,
    options: &NumberOptions<'_>,
    file: &File<'_>,
    twin: Entry,
    report_sha256: &str,
) -> Result<Issued, IssueError> {
    if twin.report_sha256 != report_sha256 || is_there(&twin.file)? {
        return Err(IssueError::Repeated(Box::new(twin)));
    }
    let Ok(time) = clock::parse(&twin.registered) else {
        return Err(IssueError::NotReproducible(Box::new(twin)));
    };
    let again = NumberOptions { time, draft: options.draft.clone(), ..*options };
    let numbered = Numbered::fill(engine, &again, file, twin.key.number)?;
    if numbered.document.header.date.is_none_or(|date| date.to_string() != twin.document.date) {
        return Err(IssueError::NotReproducible(Box::new(twin)));
    }
    if matches!(options.output, Output::Office(_)) {
        make_folder(&options.output.path(&numbered.document))?;
    }
    let (files, document) = numbered.stage(&again)?;
    Ok(Issued { restored: true, ..placed(files, options.existing, twin, document)? })
}

/// A report with its number filled in, and its appendices that are files of their own.
struct Numbered {
    document: Document,
    bytes: Vec<u8>,
    appendices: Vec<(usize, Vec<u8>)>,
}

impl Numbered {
    /// Fills `number` and the date in, and judges the result.
    fn fill(
        engine: &Engine,
        options: &NumberOptions<'_>,
        file: &File<'_>,
        number: u32,
    ) -> Result<Numbered, IssueError> {
        let document = options.draft.clone().issued(number, date_of(&options.draft, options.time));
        let bytes = [options.file, &fill(engine, file, &document, options.time)?].concat();
        signing::check_result(&bytes, options.time)?;
        let appendices = document.separate().map(|(index, _)| {
            let bytes = compose::compose_appendix(engine, &document, index, options.time, DraftMark::Issued)?;
            Ok((index, bytes))
        });
        let appendices = appendices.collect::<Result<_, IssueError>>()?;
        Ok(Numbered { document, bytes, appendices })
    }

    /// Completes the files on the disk beside their places: the report first.
    fn stage(self, options: &NumberOptions<'_>) -> Result<(Vec<Made>, Document), IssueError> {
        let target = options.output.path(&self.document);
        let revision = DocumentRevision::of(RevisionKind::Signed, &self.bytes, &absolute(&target), None);
        let mut files = vec![Made::stage(&target, &self.bytes, options.existing, revision)?];
        for (index, bytes) in &self.appendices {
            let path = appendix_path(&target, *index);
            let revision = DocumentRevision::of_appendix(*index, bytes, &absolute(&path), None);
            files.push(Made::stage(&path, bytes, options.existing, revision)?);
        }
        Ok((files, self.document))
    }
}

/// Puts `files` in their places: the report, then its appendices.
fn placed(
    files: Vec<Made>,
    existing: Existing,
    entry: Entry,
    document: Document,
) -> Result<Issued, IssueError> {
    let paths = files.into_iter().map(|made| made.place(existing));
    let mut paths = paths.collect::<Result<Vec<_>, _>>()?.into_iter();
    let file = paths.next().unwrap_or_default();
    Ok(Issued { entry, document, file, signed: None, appendices: paths.collect(), restored: false })
}

/// The update that fills the fields of `file` in as `document` says.
fn fill(
    engine: &Engine,
    file: &File<'_>,
    document: &Document,
    time: OffsetDateTime,
) -> Result<Vec<u8>, IssueError> {
    let mut fillings = Vec::new();
    for line in LateLine::ALL {
        if let Some(size) = number_field(file, line.field_name()).map_err(SigningError::from)? {
            let shown = engine.late_line(document, line, size, time).map_err(ComposeError::from)?;
            let appearance = Appearance::of(&shown).map_err(ComposeError::from)?;
            fillings.push(Filling { field: line.field_name(), value: line.words(document), appearance });
        }
    }
    Ok(sign::fill(file, &fillings).map_err(SigningError::from)?)
}
