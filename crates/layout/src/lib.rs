//! How a document looks: Typst pages, as PDF/A-3a and PDF/UA-1, PNG or SVG.
//!
//! The templates in `typst-templates/` are the only Typst code that is ever evaluated; what authors
//! write reaches them as strings of a JSON file.
//!
//! ```no_run
//! use vanthu_document::{fonts::Faces, parse, to_json};
//! use vanthu_layout::{DraftMark, Engine, LayoutOptions};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let faces = Faces::embedded();
//! let draft = parse(&std::fs::read("bao-cao.json")?, &faces).map_err(|_| "the draft has mistakes")?;
//! let json = to_json(&draft.document);
//! let engine = Engine::new(faces)?;
//! let created = time::OffsetDateTime::now_utc();
//! let options = LayoutOptions { json: &json, created, mark: DraftMark::Draft, link: None };
//! let pages = engine.lay_out(&draft.document, &options)?;
//! std::fs::write("bao-cao.pdf", pages.pdf()?)?;
//! # Ok(())
//! # }
//! ```

pub mod qr;

mod book;
mod code;
mod columns;
mod copy;
mod data;
mod error;
mod line;
mod notes;
mod outline;
mod pages;
mod placement;
mod stamp;
mod world;

use vanthu_document as document;
use vanthu_pdf as pdf;

pub(crate) use vanthu_base::{clock, explain, hex, lang, message, role};
pub(crate) use vanthu_document::fonts;

pub use book::BookData;
pub use copy::{CopyBlock, CopyPages, SheetPicture};
pub use data::{DocumentPart, DraftMark, LayoutOptions};
pub use error::{LayoutError, Misfit, MisfitKind};
pub use line::LateLine;
pub use pages::{FieldPlace, LinePlace, Pages};
pub use stamp::StampText;
pub use world::Engine;

#[cfg(test)]
mod tests {
    // Sizes and counts come from documents and images of others: a sum that wraps around would pass for a small one.
    #[test]
    #[should_panic(expected = "overflow")]
    fn overflow_checks_hold() {
        let _ = std::hint::black_box(usize::MAX) + std::hint::black_box(1);
    }
}
