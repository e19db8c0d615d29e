//! Why there are no pages, in two languages.

use crate::explain::{Explain, Refusal};
use crate::lang::Message;
use crate::message;

/// Why Typst gave no pages. The document passed its checks, so the fault is the program's.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.words().en)]
#[non_exhaustive]
pub enum LayoutError {
    /// A font file that can't be parsed.
    Font {
        /// The family it belongs to.
        family: String,
    },
    /// The templates gave no pages: Typst's own words.
    Typst(String),
    /// A page that there isn't.
    NoPage {
        /// The page asked for, from 0.
        page: usize,
        /// How many there are.
        count: usize,
    },
    /// The code on paper could not be drawn.
    Code(String),
    /// A page image could not be encoded.
    Image(String),
}

impl Explain for LayoutError {
    fn words(&self) -> Message {
        let Message { vi, en } = match self {
            LayoutError::Font { family } => {
                message!("không dùng được phông {family}", "the font {family} can't be used")
            }
            LayoutError::Typst(cause) => {
                message!("không dàn được trang: {cause}", "the layout failed: {cause}")
            }
            LayoutError::NoPage { page, count } => {
                message!("không có trang {page} trong {count} trang", "there is no page {page} of {count}")
            }
            LayoutError::Code(cause) => {
                message!("không vẽ được mã QR: {cause}", "the QR code could not be drawn: {cause}")
            }
            LayoutError::Image(cause) => message!(
                "không ghi được ảnh của trang: {cause}",
                "the page image could not be encoded: {cause}"
            ),
        };
        message!("lỗi của chương trình khi dàn trang: {vi}", "a fault of the program while laying out: {en}")
    }

    fn kind(&self) -> Refusal {
        Refusal::Internal
    }
}
