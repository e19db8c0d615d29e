//! What vanthu appends to files, byte for byte (ISO 32000-2 7.5.6).
//!
//! It stands beside the reader, because who verifies writes again what he read of an update, and compares.

mod appearance;
mod error;
mod field;
mod filling;
mod gap;
mod object;
mod sections;
mod signature;
mod store;
mod time_stamp;
mod update;

pub use appearance::{NewAppearance, Target};
pub use error::UpdateError;
pub use field::{blank, join, lock};
pub use filling::{NewValue, fill};
pub use gap::Unfilled;
pub use object::{NewDictionary, NewObject, ObjectId, Stream, StreamContent};
pub use signature::{DocumentDigest, NewSignature, Rule, Shown};
pub use store::{STORE_LISTS, store};
pub use time_stamp::time_stamp;
pub use update::{AppendedRevision, Edit, Update};
