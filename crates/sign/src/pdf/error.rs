//! Why a PDF could not be written.

use super::reader::ReadError;
use super::writer::UpdateError;
use crate::explain::{Explain, Refusal};
use crate::lang::Message;
use crate::message;

/// Why a PDF could not be written.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.words().en)]
#[non_exhaustive]
pub enum PdfError {
    /// The file can't be read as a PDF.
    Unreadable(String),
    /// The strict reader does not take it.
    Read(#[from] ReadError),
    /// The file is encrypted.
    Encrypted,
    /// The file is signed: a field can't be added without breaking that.
    Signed,
    /// It has a field of its own with the name that a signature field must get.
    FieldTaken(&'static str),
    /// Its first page is turned.
    Turned,
    /// Something that the file must have is missing or of the wrong type.
    Missing(&'static str),
    /// Writing failed.
    Write(#[from] std::io::Error),
}

impl Explain for PdfError {
    fn words(&self) -> Message {
        let Message { vi, en } = match self {
            PdfError::Signed => {
                return message!(
                    "tệp PDF đã được ký: thêm chữ ký của cơ quan sẽ làm hỏng chữ ký đó",
                    "the PDF is signed already: the agency's field would break that signature"
                );
            }
            PdfError::FieldTaken(name) => {
                return message!(
                    "tệp PDF đã có trường \"{name}\", như văn bản do vanthu lập: không phải bản chụp hay bản in ra từ chương trình khác",
                    "the PDF has a field \"{name}\" already, as documents of vanthu have: it is no scan and no file of another program"
                );
            }
            PdfError::Turned => {
                return message!(
                    "trang đầu của tệp PDF bị xoay (/Rotate); hãy lưu lại tệp với trang đứng",
                    "the PDF's first page is turned (/Rotate): save it upright"
                );
            }
            PdfError::Unreadable(cause) => {
                message!("không đọc được như một tệp PDF: {cause}", "not a PDF that can be read: {cause}")
            }
            PdfError::Read(cause) => cause.words(),
            PdfError::Encrypted => message!("tệp được mã hóa", "the PDF is encrypted"),
            PdfError::Missing(what) => {
                message!("tệp không có {what} dùng được", "the PDF has no usable {what}")
            }
            PdfError::Write(cause) => {
                message!("không ghi được tệp: {cause}", "the PDF could not be written: {cause}")
            }
        };
        message!("không dùng được tệp PDF: {vi}", "the PDF can't be used: {en}")
    }

    fn kind(&self) -> Refusal {
        match self {
            PdfError::Signed | PdfError::FieldTaken(_) | PdfError::Turned => Refusal::Rejected,
            PdfError::Unreadable(_) | PdfError::Read(_) | PdfError::Encrypted | PdfError::Missing(_) => {
                Refusal::Unreadable
            }
            PdfError::Write(_) => Refusal::Environment,
        }
    }
}

impl From<UpdateError> for PdfError {
    fn from(cause: UpdateError) -> PdfError {
        match cause {
            UpdateError::Read(cause) => PdfError::Read(cause),
            UpdateError::Encrypted => PdfError::Encrypted,
            UpdateError::Missing(what) => PdfError::Missing(what),
        }
    }
}

impl From<lopdf::Error> for PdfError {
    fn from(cause: lopdf::Error) -> PdfError {
        PdfError::Unreadable(cause.to_string())
    }
}
