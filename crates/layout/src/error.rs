//! Why there are no pages, in two languages.

use crate::explain::{Explain, Refusal};
use crate::lang::Message;
use crate::message;

/// Why there are no pages: a document does not fit on them as it is, or the fault is the program's.
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
    /// The document does not fit on pages as it is.
    Misfit(#[from] Misfit),
}

/// What of a document would be lost, or could not be read, on its pages.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.words().en)]
pub struct Misfit {
    /// In which way.
    pub kind: MisfitKind,
    /// The page, from 1; of a note, that of its reference.
    pub page: usize,
    /// The text, as far as it is drawn in one piece.
    pub text: String,
    /// JSON pointer to its block, where it is known.
    pub block: Option<String>,
}

/// In which way a text does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MisfitKind {
    /// It would stand outside of the page's text area.
    Outside,
    /// It would stand over other text.
    Over,
    /// It stands on no page.
    Missing,
    /// A footnote that would not stand on the page of its reference.
    NoteElsewhere,
}

impl Misfit {
    fn words(&self) -> Message {
        let Misfit { kind, page, text, block } = self;
        let text = beginning(text);
        let Message { vi, en } = match kind {
            MisfitKind::Outside => message!(
                "\"{text}\" sẽ nằm ngoài phần chữ của trang {page}",
                "\"{text}\" would stand outside of the text of page {page}"
            ),
            MisfitKind::Over => message!(
                "\"{text}\" sẽ đè lên chữ khác ở trang {page}",
                "\"{text}\" would stand over other text on page {page}"
            ),
            MisfitKind::Missing => {
                message!("\"{text}\" không nằm trên trang nào", "\"{text}\" would stand on no page")
            }
            MisfitKind::NoteElsewhere => message!(
                "chú thích \"{text}\" không nằm cùng trang {page} với chỗ dẫn",
                "the note \"{text}\" would not stand on page {page}, where it is referred to"
            ),
        };
        let Message { vi: at_vi, en: at_en } = match block {
            Some(pointer) => message!(" (mục {pointer})", " (at {pointer})"),
            None => message!("", ""),
        };
        message!(
            "không dàn được trang: {vi}{at_vi}; hãy rút ngắn hoặc chia nhỏ phần này",
            "there are no pages: {en}{at_en}; shorten or split this part"
        )
    }
}

/// As much of a text as is quoted.
fn beginning(text: &str) -> String {
    const MAX: usize = 60;
    match text.char_indices().nth(MAX) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
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
            LayoutError::Misfit(misfit) => return misfit.words(),
        };
        message!("lỗi của chương trình khi dàn trang: {vi}", "a fault of the program while laying out: {en}")
    }

    fn kind(&self) -> Refusal {
        match self {
            LayoutError::Misfit(_) => Refusal::Rejected,
            _ => Refusal::Internal,
        }
    }
}
