//! The report revision: a document laid out, with its signature fields and metadata in place.
//!
//! The same document, time and program version give the same bytes.

use time::OffsetDateTime;

use crate::document::{self, model::Document};
use crate::layout::{DraftMark, Engine, LayoutError, Source};
use crate::pdf::PdfError;
use crate::pdf::report::{Field, ReportMetadata, assemble};
use crate::role::Role;

/// Why a checked document did not become a report.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// Typst refused.
    #[error(transparent)]
    Layout(#[from] LayoutError),
    /// Typst's PDF could not be completed.
    #[error(transparent)]
    Pdf(#[from] PdfError),
}

/// Lays `document` out and gives the PDF of its report revision.
///
/// # Errors
/// Only where the program itself is at fault: the document passed its checks.
pub fn compose(
    engine: &Engine,
    document: &Document,
    created: OffsetDateTime,
    mark: DraftMark,
) -> Result<Vec<u8>, ReportError> {
    let json = document::to_json(document);
    let pages = engine.lay_out(document, &Source { json: &json, created, mark })?;
    let fields: Vec<Field> = pages
        .fields()
        .into_iter()
        .map(|place| Field {
            role: place.role,
            page: place.page,
            rect: place.rect,
            tooltip: tooltip(place.role, document),
        })
        .collect();
    Ok(assemble(&pages.pdf()?, &fields, &metadata(document))?)
}

/// What a screen reader says of an empty signature field.
fn tooltip(role: Role, document: &Document) -> String {
    match role {
        Role::Signer => format!("Chữ ký số của {} {}", document.signature.position, document.signature.name),
        Role::Agency => format!("Chữ ký số của cơ quan {}", document.header.agency.join(" ")),
    }
}

fn metadata(document: &Document) -> ReportMetadata {
    ReportMetadata {
        type_name: document.kind.name.clone(),
        code_number: document.header.number,
        code_notation: document.header.notation.clone(),
        issued_date: document.header.date,
        organ_name: document.header.agency.join(" "),
        subject: document.subject.plain(),
        signer_position: document.signature.position.clone(),
        signer_full_name: document.signature.name.clone(),
    }
}
