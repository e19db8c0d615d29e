//! The number after the signature (NĐ 30/2020 Điều 15.2): the authorised person signs a document whose number and
//! date are empty fields; then the clerk takes the number, fills in exactly these two, and the agency signs.

use sha2::{Digest, Sha256};
use time::macros::format_description;
use time::{Date, OffsetDateTime};

use crate::clock;
use crate::document;
use crate::document::model::Document;
use crate::file::{Existing, Staged};
use crate::fonts::Faces;
use crate::hex::lower as hex;
use crate::issue::compose::{self, ComposeError};
use crate::issue::{
    self, IssueError, Issued, Output, absolute, appendix_path, date_of, is_there, place, series_of, stage,
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
    options: NumberOptions<'_>,
) -> Result<Issued, IssueError> {
    let file = reader::read(options.file).map_err(|cause| SigningError::from(SignError::from(cause)))?;
    check_signed(&file, &options)?;
    let report = options.file.get(..file.first_revision_end()).unwrap_or_default();
    let report_sha256 = hex(&Sha256::digest(report));
    let draft_sha256 = hex(&Sha256::digest(document::to_json(&options.draft)));
    let mut pending = register.begin(series_of(office, &options.draft, options.time)).await?;
    if let Some(twin) = pending.twin(&draft_sha256).await? {
        return restore(engine, &options, &file, twin, &report_sha256);
    }
    let document = options.draft.clone().issued(pending.number(), date_of(&options.draft, options.time));
    let target = options.output.path(&document);
    let pages =
        form::pages(&file, file.last()).map_err(|cause| SigningError::from(SignError::from(cause)))?;
    let registration = issue::registration(office, &document, &draft_sha256, pages.len());
    // What was signed can't carry its receipt any more: the register keeps it (`register prove`).
    let logged = pending.log(registration, options.time).await?;
    let files = match Numbered::stage(engine, &options, &file, &document, options.time) {
        Ok(files) => files,
        Err(cause) => {
            if office.config().numbering.on_failure == OnFailure::Cancel {
                logged.cancel(&cause.to_string()).await?;
            }
            return Err(cause);
        }
    };
    let report = DocumentRevision::of(RevisionKind::Report, report, &absolute(&target), None);
    let signed = DocumentRevision::of(RevisionKind::Signed, &files.bytes, &absolute(&target), None);
    let entry = logged.record(report, vec![signed]).await?;
    files.place(options.existing, entry, document)
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
    let known = Date::parse(&twin.document.date, format_description!("[year]-[month]-[day]")).ok();
    let Some((date, time)) = known.zip(clock::parse(&twin.registered).ok()) else {
        return Err(IssueError::NotReproducible(Box::new(twin)));
    };
    let document = options.draft.clone().issued(twin.key.number, date);
    let restored =
        Numbered::stage(engine, options, file, &document, time)?.place(options.existing, twin, document)?;
    Ok(Issued { restored: true, ..restored })
}

/// The numbered report and its appendices, complete on the disk beside their places.
struct Numbered {
    bytes: Vec<u8>,
    report: Staged,
    appendices: Vec<Staged>,
}

impl Numbered {
    fn stage(
        engine: &Engine,
        options: &NumberOptions<'_>,
        file: &File<'_>,
        document: &Document,
        time: OffsetDateTime,
    ) -> Result<Numbered, IssueError> {
        let bytes = [options.file, &fill(engine, file, document, time)?].concat();
        signing::check_result(&bytes, time)?;
        let target = options.output.path(document);
        let appendices = document.separate().map(|(index, _)| {
            let appendix = compose::compose_appendix(engine, document, index, time, DraftMark::Issued)?;
            stage(&appendix_path(&target, index), &appendix, options.existing)
        });
        let appendices = appendices.collect::<Result<_, IssueError>>()?;
        Ok(Numbered { report: stage(&target, &bytes, options.existing)?, bytes, appendices })
    }

    fn place(self, existing: Existing, entry: Entry, document: Document) -> Result<Issued, IssueError> {
        let file = place(self.report, existing)?;
        let appendices = self.appendices.into_iter().map(|file| place(file, existing));
        let appendices = appendices.collect::<Result<_, _>>()?;
        Ok(Issued { entry, document, file, signed: None, appendices, restored: false })
    }
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
