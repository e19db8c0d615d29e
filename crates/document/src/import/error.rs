//! Why a draft can't be read, in two languages.

use super::foreign::ForeignFormat;
use crate::explain::{Explain, Refusal};
use crate::lang::Message;
use crate::message;

/// Why a draft can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.words().en)]
#[non_exhaustive]
pub enum ImportError {
    /// The text is not UTF-8.
    NotUtf8,
    /// The file is not a Word document.
    NotWord(String),
    /// The draft is in a format that is not read.
    Foreign(ForeignFormat),
    /// The draft is too large.
    TooLarge {
        /// The limit, in bytes or pieces.
        limit: usize,
    },
}

impl Explain for ImportError {
    fn words(&self) -> Message {
        match self {
            ImportError::NotUtf8 => message!(
                "bản thảo không phải chữ mã hóa UTF-8; lưu lại với mã hóa UTF-8, hoặc lưu thành .docx",
                "the draft is not text in UTF-8; save it in UTF-8, or as .docx"
            ),
            ImportError::Foreign(format) => format.words(),
            ImportError::NotWord(reason) => {
                message!("không phải văn bản Word (.docx): {reason}", "not a Word document (.docx): {reason}")
            }
            ImportError::TooLarge { limit } => {
                message!("bản thảo quá lớn, giới hạn {limit}", "the draft is too large, the limit is {limit}")
            }
        }
    }

    fn kind(&self) -> Refusal {
        Refusal::Rejected
    }
}
