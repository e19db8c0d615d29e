//! Drafts that were written elsewhere, as the JSON form: Markdown and Word. A draft is read into plain
//! pieces first; the parts of an official document are then recognised among them. Every word of the
//! draft is looked for in what comes of it: one that is not in the form is said to be left out.

mod account;
mod error;
mod footnotes;
mod foreign;
mod front_matter;
mod html;
mod imported;
mod markdown;
mod pieces;
mod recognise;
mod segments;
mod table;
mod word;
mod words;

pub use crate::limits::MAX_DRAFT;
pub use account::words as words_of;
pub use error::ImportError;
pub use foreign::{ForeignFormat, foreign_format};
pub use imported::{Accounted, Imported, LeftOut};
pub use markdown::markdown;
pub use word::docx;
