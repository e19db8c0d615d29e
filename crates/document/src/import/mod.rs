//! Drafts that were written elsewhere, as the JSON form: Markdown and Word. A draft is read into plain
//! pieces first; the parts of an official document are then recognised among them. What is not carried
//! over is said, and what is not recognised stays in the content.

mod docx;
mod error;
mod imported;
mod markdown;
mod pieces;
mod recognise;
mod table;
mod words;

pub use crate::limits::MAX_DRAFT;
pub use docx::docx;
pub use error::ImportError;
pub use imported::{Imported, LeftOut};
pub use markdown::markdown;
