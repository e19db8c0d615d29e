//! PDF as bytes and revisions (ISO 32000-2 7.5): a document's first revision, and updates appended to it.

mod appearance;
mod attach;
mod error;
mod first_revision;
pub mod foreign;
mod metadata;
mod objects;
mod signature_field;
mod title;

pub use appearance::Appearance;
pub use attach::{TextFile, attach};
pub use error::PdfError;
pub use first_revision::{Blank, assemble};
pub use metadata::{DocumentMetadata, verification};
pub(crate) use objects::compressed;
pub use signature_field::SignatureField;
pub use title::title;
pub(crate) use vanthu_pdf::writer;
pub use vanthu_pdf::{attachments, date, form, names, reader};
