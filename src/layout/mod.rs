//! How a document looks: Typst pages, as PDF/A-3a and PDF/UA-1, PNG or SVG.
//!
//! The templates in `typst-templates/` are the only Typst code that is ever evaluated; what authors
//! write reaches them as strings of a JSON file.

mod book;
mod code;
mod columns;
mod copy;
mod data;
mod line;
mod outline;
mod pages;
mod stamp;
mod world;

pub use book::BookData;
pub use copy::{CopyBlock, CopyPages, SheetPicture};
pub use data::{DocumentPart, DraftMark, LayoutOptions};
pub use line::LateLine;
pub use pages::{FieldPlace, LinePlace, Pages};
pub use stamp::StampText;
pub use world::Engine;

/// Why Typst gave no pages. The document passed its checks, so the fault is the program's.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LayoutError {
    /// A font file that can't be parsed.
    #[error("the font {family} can't be used")]
    Font {
        /// The family it belongs to.
        family: String,
    },
    /// The templates gave no pages: Typst's own words.
    #[error("the layout failed: {0}")]
    Typst(String),
    /// A page that there isn't.
    #[error("there is no page {page} of {count}")]
    NoPage {
        /// The page asked for, from 0.
        page: usize,
        /// How many there are.
        count: usize,
    },
    /// The code on paper could not be drawn.
    #[error("the QR code could not be drawn: {0}")]
    Code(String),
    /// A page image could not be encoded.
    #[error("the page image could not be encoded: {0}")]
    Image(String),
}
