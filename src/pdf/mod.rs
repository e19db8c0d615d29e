//! PDF as bytes and revisions (ISO 32000-2 7.5): the report revision, and updates appended to it.

mod appearance;
pub mod attach;
mod copying;
pub mod foreign;
pub mod report;
pub mod update;
mod writer;

pub use appearance::Appearance;
pub use vanthu_pdf::{attachments, date, form, names, reader};

use lopdf::{Object, StringFormat};

/// Why a PDF could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PdfError {
    /// The file can't be read as a PDF.
    #[error("not a PDF that can be read: {0}")]
    Unreadable(String),
    /// The strict reader does not take it.
    #[error(transparent)]
    Read(#[from] reader::ReadError),
    /// The file is encrypted.
    #[error("the PDF is encrypted")]
    Encrypted,
    /// The file is signed: a field can't be added without breaking that.
    #[error("the PDF is signed already")]
    Signed,
    /// It has a field of its own with the name that a signature field must get.
    #[error("the PDF has a field \"{0}\" of its own")]
    FieldTaken(&'static str),
    /// Its first page is turned.
    #[error("the first page is turned (/Rotate)")]
    Turned,
    /// Something that the file must have is missing or of the wrong type.
    #[error("the PDF has no usable {0}")]
    Missing(&'static str),
    /// Writing failed.
    #[error("the PDF could not be written: {0}")]
    Write(#[from] std::io::Error),
}

impl From<lopdf::Error> for PdfError {
    fn from(cause: lopdf::Error) -> PdfError {
        PdfError::Unreadable(cause.to_string())
    }
}

/// A text string (ISO 32000-2 7.9.2.2) in UTF-16BE.
pub(crate) fn text_string(text: &str) -> Object {
    let units = text.encode_utf16().flat_map(u16::to_be_bytes);
    Object::String([0xFE, 0xFF].into_iter().chain(units).collect(), StringFormat::Hexadecimal)
}

/// A number with at most three digits after the point, as PDFs have them.
pub(crate) fn real(number: f64) -> Object {
    // A page is some hundred points long: three digits after the point fit into what is left.
    #[expect(clippy::cast_possible_truncation)]
    Object::Real(((number * 1000.0).round() / 1000.0) as f32)
}
