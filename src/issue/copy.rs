//! Copies (bản sao y, bản sao lục, bản trích sao; NĐ 30/2020 Điều 25–27, Phụ lục I, Phần II): from a
//! signed original that verifies, or from a scan of a paper. Copies have a run of numbers of their own.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use crate::clock;
use crate::document::MAX_IMAGES;
use crate::document::model::{Medium, Recipients, SignatureBlock, date_in_words};
use crate::document::profile::{CopyKind, MM, Profile};
use crate::explain::{Explain, Refusal};
use crate::file::Existing;
use crate::hex::lower as hex;
use crate::issue::{ATTEMPTS, IssueError, Made, absolute, check_replaceable, make_folder};
use crate::lang::Message;
use crate::layout::{CopyBlock, CopyPages, Engine, LayoutError, SheetPicture};
use crate::message;
use crate::office::{COPIES, Office};
use crate::pdf::{DocumentMetadata, PdfError, SignatureField, assemble, foreign, reader};
use crate::register::{
    DocumentAct, DocumentRevision, Entry, Metadata, Register, RegisterError, Registration, RevisionKind,
    Series, SignerInfo,
};
use crate::role::Role;
use crate::verify::{Options, Require, TrustStore, verify};
use crate::witness::{DrawingLimits, DrawnPage, Renderer};

/// The resolution of copied pages, in pixels an inch.
const RESOLUTION: f32 = 300.0;

/// What to copy, on what, and where it goes.
#[derive(Debug, Clone)]
pub struct CopyOptions<'a> {
    /// The bytes of the original's PDF.
    pub original: &'a [u8],
    /// Its name, for the register where it has no title.
    pub name: &'a str,
    /// The kind of copy (sao y, sao lục, trích sao).
    pub kind: &'static CopyKind,
    /// Whether the copy is a file or goes on paper.
    pub medium: Medium,
    /// Whether the original is a scan of a paper; a file otherwise, which must be signed.
    pub scan: bool,
    /// The pages to copy, from 1; with `None`, all of them.
    pub pages: Option<RangeInclusive<usize>>,
    /// Who signs the copy on paper.
    pub signature: SignatureBlock,
    /// The recipients of the copy.
    pub recipients: Recipients,
    /// The copying agency's name in sentence case, for the corner of a file.
    pub issuer: String,
    /// The time that is written down everywhere.
    pub time: OffsetDateTime,
    /// What time it is where somebody else was quicker; with `None` its time is fixed.
    pub clock: Option<fn() -> OffsetDateTime>,
    /// The path of its file; by default in the office's folder of copies, named after its number.
    pub output: Option<&'a Path>,
    /// What to do where that file exists.
    pub existing: Existing,
}

/// A copy that was made.
#[derive(Debug)]
pub struct Copied {
    /// Its line in the register.
    pub entry: Entry,
    /// The path of the copy's PDF.
    pub file: PathBuf,
}

/// Why no copy was made.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.words().en)]
#[non_exhaustive]
pub enum CopyError {
    /// The original does not verify; why, as a headline.
    NotValid(Message),
    /// A signed file is the original already, and is not copied as a file (Điều 25.1).
    FileToFile,
    /// An extract needs its pages.
    NoPages,
    /// The original has no such pages, or too many.
    Pages(usize),
    /// A scan is too coarse.
    Coarse {
        /// The number of the page, from 1.
        page: usize,
        /// Its resolution, in dots an inch.
        dots: u32,
        /// The least resolution that the decree allows.
        least: u32,
    },
    /// The pages can't be drawn.
    Unseen,
    /// The number can't be taken or made final.
    Register(#[from] RegisterError),
    /// The copy could not be laid out.
    Layout(#[from] LayoutError),
    /// The file can't be used.
    Pdf(#[from] PdfError),
    /// The copy could not be written.
    File(#[from] IssueError),
}

impl Explain for CopyError {
    fn words(&self) -> Message {
        let profile = Profile::default_profile();
        match self {
            CopyError::NotValid(Message { vi, en }) => {
                message!("bản gốc chưa được xác nhận hợp lệ: {vi}", "the original is not found valid: {en}")
            }
            CopyError::FileToFile => {
                let article = profile.cite(&profile.articles.copies);
                message!(
                    "tệp đã ký số chính là bản gốc, gửi nguyên tệp; chỉ sao y ra giấy ({article})",
                    "a signed file is the original: send the file itself; it is copied on paper only ({article})"
                )
            }
            CopyError::NoPages => message!("trích sao phải chọn trang", "an extract takes pages"),
            CopyError::Pages(most) => message!(
                "bản gốc không có các trang đó, hoặc quá {most} trang",
                "the original has no such pages, or more than {most} are asked for"
            ),
            CopyError::Coarse { page, dots, least } => {
                let article = profile.cite(&profile.articles.scans);
                message!(
                    "trang {page} của bản scan chỉ có {dots} dpi, phải từ {least} dpi ({article})",
                    "page {page} of the scan has {dots} dpi, at least {least} are needed ({article})"
                )
            }
            CopyError::Unseen => {
                message!("không vẽ được các trang của bản gốc", "the original's pages can't be drawn")
            }
            CopyError::Register(cause) => cause.words(),
            CopyError::Layout(cause) => cause.words(),
            CopyError::Pdf(cause) => cause.words(),
            CopyError::File(cause) => cause.words(),
        }
    }

    fn kind(&self) -> Refusal {
        match self {
            CopyError::Register(cause) => cause.kind(),
            CopyError::Layout(cause) => cause.kind(),
            CopyError::Pdf(cause) => cause.kind(),
            CopyError::File(cause) => cause.kind(),
            CopyError::NotValid(_)
            | CopyError::FileToFile
            | CopyError::NoPages
            | CopyError::Pages(_)
            | CopyError::Coarse { .. }
            | CopyError::Unseen => Refusal::Rejected,
        }
    }
}

/// Makes a copy, takes its number and registers it: all of it or nothing.
///
/// # Errors
/// See [`CopyError`]; no number is used.
pub async fn copy(
    engine: &Engine,
    office: &Office,
    register: &Register,
    trust: &TrustStore,
    options: &CopyOptions<'_>,
) -> Result<Copied, CopyError> {
    check(trust, options)?;
    let record = register.record_of(&hex(&Sha256::digest(options.original)), &report_sha256(options)).await?;
    if let Some(record) = record {
        record.check(DocumentAct::Copy)?;
    }
    // What takes long waits for nobody and lets nobody wait: the pages are drawn before a number is asked for.
    let drawn = if is_as_it_is(options) { Vec::new() } else { sheets(options)? };
    let mut time = options.time;
    let mut attempt = 1;
    let (pending, code, notation, bytes) = loop {
        let year = time.to_offset(clock::ZONE).year();
        let series = Series { name: COPIES.to_owned(), year, first: office.first_copy(year) };
        let foreseen = register.next(&series).await?;
        let made = |number: u32, time: OffsetDateTime| {
            let notation = format!("{}-{}", options.kind.abbreviation, office.config().agency.abbreviation);
            let code = crate::number::code(number, &notation);
            let bytes = made(engine, office, options, (&code, &notation, number), time, &drawn)?;
            Ok::<_, CopyError>((code, notation, bytes))
        };
        let (code, notation, bytes) = made(foreseen, time)?;
        let mut pending = register.begin(series).await?;
        if pending.number() == foreseen && pending.is_latest(time).await? {
            break (pending, code, notation, bytes);
        }
        time = pending.time(options.clock.map_or(time, |now| now())).await?;
        if attempt == ATTEMPTS && time.to_offset(clock::ZONE).year() == year {
            let (code, notation, bytes) = made(pending.number(), time)?;
            break (pending, code, notation, bytes);
        }
        attempt += 1;
    };
    let number = pending.number();
    let date = time.to_offset(clock::ZONE).date();
    let target = match options.output {
        Some(path) => path.to_owned(),
        None => {
            let name = format!("{}-{notation}.pdf", crate::number::digits(number));
            let target = office.document_file(date.year(), COPIES, &name);
            make_folder(&target)?;
            target
        }
    };
    if options.existing == Existing::Replace {
        check_replaceable(register, &target).await?;
    }
    let original = hex(&Sha256::digest(options.original));
    let pages = options.pages.as_ref().map(|pages| format!("{}-{}", pages.start(), pages.end()));
    let source = json!({ "copy": options.kind.slug, "original_sha256": original, "pages": pages });
    let subject = subject(options);
    let document = Registration {
        code,
        date: date.to_string(),
        kind: options.kind.name.clone(),
        subject: subject.clone(),
        signer: format!("{} {}", options.signature.position, options.signature.name).trim().to_owned(),
        recipients: options.recipients.items.join("; "),
        archive: options.recipients.archive.clone(),
        metadata: Metadata {
            type_name: options.kind.name.clone(),
            code_number: number.to_string(),
            code_notation: notation,
            issued_date: date.to_string(),
            organ_name: office.config().agency.name.join(" "),
            subject,
            signer_info: SignerInfo {
                position: options.signature.position.clone(),
                full_name: options.signature.name.clone(),
            },
            ..Metadata::default()
        },
        draft_sha256: original,
        source: source.to_string(),
        ..Registration::default()
    };
    let report = DocumentRevision::of(RevisionKind::Report, &bytes, &absolute(&target), None);
    let made = Made::stage(&target, &bytes, options.existing, report.clone())?;
    let entry = pending.log(document, time).await?.record(report, Vec::new()).await?;
    let file = made.place(options.existing)?;
    Ok(Copied { entry, file })
}

/// Whether the original's own pages go into the copy, with nothing but a line in a corner.
fn is_as_it_is(options: &CopyOptions<'_>) -> bool {
    options.scan && options.medium == Medium::Electronic && options.pages.is_none()
}

fn check(trust: &TrustStore, options: &CopyOptions<'_>) -> Result<(), CopyError> {
    let extract = options.kind.slug == "trich-sao";
    if extract && options.pages.is_none() {
        return Err(CopyError::NoPages);
    }
    if options.scan {
        return resolution(options.original);
    }
    let eyes = Renderer::default();
    // A document that only its signer signed is copied as what it is.
    let require = Require::Roles(&[]);
    let options_of_original = Options { witness: Some(&eyes), require, ..Options::new(trust, options.time) };
    let report = verify(options.original, &options_of_original);
    if !report.verdict.is_valid() {
        return Err(CopyError::NotValid(report.cause.headline));
    }
    if options.medium == Medium::Electronic && !extract { Err(CopyError::FileToFile) } else { Ok(()) }
}

/// The SHA-256 digest of the original's first revision, which the register may know; of the whole file where it can't
/// be read, as scans need not be.
fn report_sha256(options: &CopyOptions<'_>) -> String {
    let end = reader::read(options.original).map(|file| file.first_revision_end());
    hex(&Sha256::digest(end.ok().and_then(|end| options.original.get(..end)).unwrap_or(options.original)))
}

/// A page that is one image must have enough dots.
fn resolution(scan: &[u8]) -> Result<(), CopyError> {
    let least = Profile::default_profile().scan_resolution;
    for (page, dots) in foreign::resolutions(scan)? {
        // A page's width is no whole number of dots.
        let dots = dots.round();
        if dots < least {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "between 0 and what a profile asks for"
            )]
            let (dots, least) = (dots as u32, least as u32);
            return Err(CopyError::Coarse { page: page as usize, dots, least });
        }
    }
    Ok(())
}

/// The original's title, or its name.
fn subject(options: &CopyOptions<'_>) -> String {
    crate::pdf::title(options.original)
        .filter(|title| !title.trim().is_empty())
        .unwrap_or_else(|| options.name.to_owned())
}

/// The PDF of the copy, not yet signed.
fn made(
    engine: &Engine,
    office: &Office,
    options: &CopyOptions<'_>,
    (code, notation, number): (&str, &str, u32),
    time: OffsetDateTime,
    sheets: &[DrawnPage],
) -> Result<Vec<u8>, CopyError> {
    let profile = Profile::default_profile();
    let corner = format!("{}; {}", options.kind.title, options.issuer);
    let tooltip = format!("Chữ ký số của cơ quan sao: {}", options.issuer);
    let date = time.to_offset(clock::ZONE).date();
    if is_as_it_is(options) {
        let size = profile.columns.corner.map(|side| side * MM);
        return Ok(foreign::with_corner(options.original, size, &corner, &tooltip)?);
    }
    let agency = &office.config().agency;
    let title = subject(options);
    let archive = format!("{} {}.", profile.labels.archive, options.recipients.archive);
    let recipients = options.recipients.items.iter().map(|item| format!("{item};")).chain([archive]);
    let block = (options.medium == Medium::Paper).then(|| CopyBlock {
        agency: &agency.name,
        number_line: format!("{} {code}", profile.labels.number),
        kind_title: &options.kind.title,
        date_line: format!("{}, {}", agency.place, date_in_words(date)),
        recipients: recipients.collect(),
        signature: &options.signature,
    });
    let first = options.pages.as_ref().map_or(1, |pages| *pages.start());
    let picture = |(index, sheet): (usize, &DrawnPage)| SheetPicture {
        png: sheet.png.clone().into(),
        size: sheet.size,
        ink: sheet.ink,
        alt: format!("Trang {} của bản gốc: {title}", first + index),
    };
    let copy = CopyPages {
        profile,
        title: format!("{} số {code}: {title}", options.kind.name),
        agency: &agency.name,
        sheets: sheets.iter().enumerate().map(picture).collect(),
        block,
    };
    let pages = engine.lay_out_copy(&copy, time)?;
    let fields: Vec<SignatureField> = pages
        .fields()
        .into_iter()
        .filter(|place| place.role == Role::Agency)
        .map(|place| SignatureField {
            role: place.role,
            page: place.page,
            rect: place.rect,
            tooltip: tooltip.clone(),
            corner: Some(corner.clone()),
        })
        .collect();
    let metadata = DocumentMetadata {
        type_name: options.kind.name.clone(),
        origin: profile.metadata.clone(),
        code_number: Some(number),
        code_notation: notation.to_owned(),
        issued_date: Some(date),
        organ_name: agency.name.join(" "),
        subject: title,
        signer_position: options.signature.position.clone(),
        signer_full_name: options.signature.name.clone(),
        verification: None,
    };
    Ok(assemble(&pages.pdf()?, &fields, &[], &metadata)?)
}

/// The original's pages as they are seen, signatures included.
fn sheets(options: &CopyOptions<'_>) -> Result<Vec<DrawnPage>, CopyError> {
    let limits = DrawingLimits {
        pages: MAX_IMAGES + 1,
        pixels: 40_000_000.0,
        time: Duration::from_secs(300),
        scale: RESOLUTION / 72.0,
    };
    let wanted = options.pages.clone().unwrap_or(1..=MAX_IMAGES + 1);
    let count = wanted.end().saturating_sub(*wanted.start()).saturating_add(1);
    let sheets = Renderer::new(limits).sheets(options.original, wanted).ok_or(CopyError::Unseen)?;
    let whole = options.pages.is_none() || sheets.len() == count;
    if sheets.is_empty() || sheets.len() > MAX_IMAGES || !whole {
        return Err(CopyError::Pages(MAX_IMAGES));
    }
    Ok(sheets)
}
