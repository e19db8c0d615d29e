//! The report revision: a document laid out, with its signature fields and metadata in place; and the
//! appendices that are files of their own.
//!
//! The same document, time and program version give the same bytes.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use crate::document::model::{Content, Document};
use crate::document::{self, profile::MM};
use crate::explain::{Explain, Refusal};
use crate::lang::Message;
use crate::layout::{
    DocumentPart, DraftMark, Engine, FieldPlace, LateLine, LayoutError, LayoutOptions, LinePlace,
};
use crate::message;
use crate::pdf::{Appearance, PdfError};
use crate::pdf::{Blank, DocumentMetadata, SignatureField, TextFile, assemble, attach, foreign};
use crate::qr::{Address, Link, LinkError};
use crate::receipt;
use crate::role::Role;

/// Why a checked document did not become a PDF.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.words().en)]
#[non_exhaustive]
pub enum ComposeError {
    /// Typst can't lay the document out.
    Layout(#[from] LayoutError),
    /// Typst's PDF could not be completed.
    Pdf(#[from] PdfError),
    /// A PDF that existed already can't take the agency's field.
    Appendix {
        /// The name of its file.
        name: String,
        /// What is in the way.
        cause: PdfError,
    },
    /// The code on paper can't lead to it.
    Link(#[from] LinkError),
    /// A PDF that existed already is not at hand.
    FileGone(String),
}

impl Explain for ComposeError {
    fn words(&self) -> Message {
        match self {
            ComposeError::Layout(cause) => cause.words(),
            ComposeError::Pdf(cause) => cause.words(),
            ComposeError::Appendix { name, cause } => {
                let Message { vi, en } = cause.words();
                message!("phụ lục \"{name}\": {vi}", "appendix \"{name}\": {en}")
            }
            ComposeError::Link(cause) => cause.words(),
            ComposeError::FileGone(name) => {
                message!("không có tệp phụ lục \"{name}\"", "the appendix \"{name}\" is not at hand")
            }
        }
    }

    fn kind(&self) -> Refusal {
        match self {
            ComposeError::Layout(cause) => cause.kind(),
            ComposeError::Pdf(cause) | ComposeError::Appendix { cause, .. } => cause.kind(),
            ComposeError::Link(cause) => cause.kind(),
            ComposeError::FileGone(_) => Refusal::Rejected,
        }
    }
}

/// A document that is laid out: its report revision but for what the register says of it, which is only
/// known when the number is final. Nothing on its pages depends on that.
#[derive(Debug, Clone)]
pub struct LaidOut {
    pdf: Vec<u8>,
    fields: Vec<SignatureField>,
    blanks: Vec<Blank>,
    metadata: DocumentMetadata,
    pages: usize,
}

impl LaidOut {
    /// Lays `document` out. Number and date are form fields where `mark` says that they come later; where they
    /// are printed and the office has a `page`, a code leads to the document's record there.
    ///
    /// # Errors
    /// The code can't lead to it; otherwise only where the program itself is at fault: the document passed its
    /// checks.
    pub fn new(
        engine: &Engine,
        document: &Document,
        created: OffsetDateTime,
        mark: DraftMark,
        page: Option<&Address>,
    ) -> Result<LaidOut, ComposeError> {
        let json = document::to_json(document);
        let page = page.filter(|_| mark == DraftMark::Issued);
        let link = page.and_then(|page| link(page, document, &json)).transpose()?;
        let pages =
            engine.lay_out(document, &LayoutOptions { json: &json, created, mark, link: link.as_ref() })?;
        let field = |place: FieldPlace| SignatureField {
            role: place.role,
            page: place.page,
            rect: place.rect,
            tooltip: tooltip(place.role, document),
            corner: None,
        };
        let fields = pages.fields().into_iter().map(field).collect();
        let blank = |LinePlace { line, page, rect }: LinePlace| {
            let [left, bottom, right, top] = rect;
            let shown = engine.late_line(document, line, (right - left, top - bottom), created)?;
            let tooltip = match line {
                LateLine::Number => "Số và ký hiệu, điền khi cấp số".to_owned(),
                LateLine::Date => "Địa danh và thời gian ban hành, điền khi cấp số".to_owned(),
            };
            let appearance = Appearance::of(&shown)?;
            Ok(Blank { name: line.field_name(), page, rect, tooltip, appearance })
        };
        let blanks = pages.late_lines().into_iter().map(blank).collect::<Result<_, ComposeError>>()?;
        let verification = link.and(page).map(Address::to_string);
        let metadata = DocumentMetadata { verification, ..metadata(document) };
        Ok(LaidOut { pdf: pages.pdf()?, fields, blanks, metadata, pages: pages.count() })
    }

    /// Takes it apart for another process; `None` where it has lines that are filled in later.
    pub(crate) fn into_parts(self) -> Option<LaidOutParts> {
        let LaidOut { pdf, fields, blanks, metadata, pages } = self;
        let verification = metadata.verification;
        blanks.is_empty().then_some(LaidOutParts { pdf, fields, pages, verification })
    }

    /// Puts together again what another process took apart; `document` is what it laid out.
    pub(crate) fn from_parts(document: &Document, parts: LaidOutParts) -> LaidOut {
        let LaidOutParts { pdf, fields, pages, verification } = parts;
        let metadata = DocumentMetadata { verification, ..metadata(document) };
        LaidOut { pdf, fields, blanks: Vec::new(), metadata, pages }
    }

    /// How many pages it has.
    pub fn pages(&self) -> usize {
        self.pages
    }

    /// The PDF of the report revision; it carries the register's `receipt` where there is one.
    ///
    /// # Errors
    /// Only where the program itself is at fault.
    pub fn complete(&self, receipt: Option<&str>) -> Result<Vec<u8>, ComposeError> {
        let attached = receipt.map(|text| {
            let description = "Biên nhận của sổ đăng ký / The register's receipt";
            attach(&self.pdf, &TextFile { name: receipt::FILE_NAME, description, text })
        });
        let attached = attached.transpose()?;
        let pdf = attached.as_deref().unwrap_or(&self.pdf);
        Ok(assemble(pdf, &self.fields, &self.blanks, &self.metadata)?)
    }
}

/// What of a laid-out document goes from one process to another; the rest follows from the document itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct LaidOutParts {
    /// The PDF as Typst writes it, without fields.
    #[serde(skip)]
    pub pdf: Vec<u8>,
    /// Its signature fields, with their places on the pages.
    pub fields: Vec<SignatureField>,
    /// How many pages it has.
    pub pages: usize,
    /// Where its code leads, where it has one.
    pub verification: Option<String>,
}

/// Lays `document` out and gives the PDF of its report revision, without a receipt and without a code.
///
/// # Errors
/// Only where the program itself is at fault: the document passed its checks.
pub fn compose(
    engine: &Engine,
    document: &Document,
    created: OffsetDateTime,
    mark: DraftMark,
) -> Result<Vec<u8>, ComposeError> {
    LaidOut::new(engine, document, created, mark, None)?.complete(None)
}

/// The appendix of `document` with the place `index` (from 0), which is a file of its own, with the field
/// that the agency signs in its corner (NĐ 30/2020, Phụ lục I, III.1.e).
///
/// # Errors
/// A PDF that existed already can't take a field; otherwise only where the program is at fault.
pub fn compose_appendix(
    engine: &Engine,
    document: &Document,
    index: usize,
    created: OffsetDateTime,
    mark: DraftMark,
) -> Result<Vec<u8>, ComposeError> {
    let appendix = document.appendices.get(index).ok_or(PdfError::Missing("appendix"))?;
    let corner = document.code().map(|code| format!("{} {code}", document.profile.labels.number));
    let corner = corner.unwrap_or_default();
    let tooltip = tooltip(Role::Agency, document);
    match &appendix.content {
        Content::Pdf(file) => {
            let bytes = file.bytes.as_deref().ok_or_else(|| ComposeError::FileGone(file.name.clone()))?;
            let size = document.profile.columns.corner.map(|side| side * MM);
            foreign::with_corner(bytes, size, &corner, &tooltip)
                .map_err(|cause| ComposeError::Appendix { name: file.name.clone(), cause })
        }
        Content::Body(_) => {
            let json = document::to_json(document);
            let source = LayoutOptions { json: &json, created, mark, link: None };
            let pages = engine.lay_out_part(document, DocumentPart::Appendix(index), &source)?;
            let field = |place: FieldPlace| SignatureField {
                role: place.role,
                page: place.page,
                rect: place.rect,
                tooltip: tooltip.clone(),
                corner: Some(corner.clone()),
            };
            let fields: Vec<SignatureField> = pages.fields().into_iter().map(field).collect();
            Ok(assemble(&pages.pdf()?, &fields, &[], &metadata(document))?)
        }
    }
}

/// Where the code on the first page of `document` leads, whose canonical JSON is `json`; `None` without number
/// or date.
fn link(page: &Address, document: &Document, json: &str) -> Option<Result<Link, LinkError>> {
    let header = &document.header;
    let (number, year) = (header.number?, header.date?.year());
    Some(page.link(year, number, &header.notation, &Sha256::digest(json)))
}

/// What a screen reader says of an empty signature field.
fn tooltip(role: Role, document: &Document) -> String {
    match role {
        Role::Signer => format!("Chữ ký số của {} {}", document.signature.position, document.signature.name),
        Role::Agency => format!("Chữ ký số của cơ quan {}", document.header.agency.join(" ")),
    }
}

fn metadata(document: &Document) -> DocumentMetadata {
    DocumentMetadata {
        origin: document.profile.metadata.clone(),
        type_name: document.kind.name.clone(),
        code_number: document.header.number,
        code_notation: document.header.notation.clone(),
        issued_date: document.header.date,
        organ_name: document.header.agency.join(" "),
        subject: document.subject.plain(),
        signer_position: document.signature.position.clone(),
        signer_full_name: document.signature.name.clone(),
        verification: None,
    }
}
