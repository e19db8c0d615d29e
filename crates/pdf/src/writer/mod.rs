//! What vanthu appends to files, byte for byte (ISO 32000-2 7.5.6).
//!
//! It stands beside the reader, because who verifies writes again what he read of an update, and compares.

mod appearance;
mod error;
mod field;
mod object;
mod sections;
mod update;

pub use appearance::{Appearance, Target};
pub use error::UpdateError;
pub use field::{blank, lock};
pub use object::{Dictionary, Object, ObjectId, Stream};
pub use update::{AppendedRevision, Edit, Update};
