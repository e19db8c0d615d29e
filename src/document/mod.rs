//! What an official document says: its JSON form, read and checked, independent of how it looks.
//!
//! [`parse`] is the only way to a [`model::Document`], so whoever holds one holds a checked one.

pub mod kind;
pub mod model;

mod canonical;
mod check;
mod form;
mod rules;
mod salvage;
mod skeleton;
mod source;
mod text;

pub use canonical::to_json;
pub use check::{Draft, MAX_SOURCE, parse};
pub use skeleton::{Letterhead, skeleton};
pub use text::MAX_COMBINING_MARKS;

/// The version of the JSON form that this program reads and writes.
pub const FORM_VERSION: u32 = 1;

/// The JSON Schema (2020-12) of the form, for editors.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(form::DocumentForm).to_value()
}
