//! PDF as bytes and revisions (ISO 32000-2 7.5): a document's first revision, and updates appended to it.

mod appearance;
mod attach;
mod copying;
mod error;
mod first_revision;
pub mod foreign;
mod metadata;
mod objects;
mod signature_field;
mod title;
pub(crate) mod update;
mod writer;

pub use appearance::Appearance;
pub use attach::{TextFile, attach};
pub use error::PdfError;
pub use first_revision::{Blank, assemble};
pub use metadata::{DocumentMetadata, verification};
pub(crate) use objects::{real, text_string};
pub use signature_field::SignatureField;
pub(crate) use signature_field::{blank, lock};
pub use title::title;
pub use vanthu_pdf::{attachments, date, form, names, reader};
