//! What an official document says: its JSON form, read and checked, independent of how it looks.
//!
//! [`parse_in`] is the only way to a [`model::Document`], so whoever holds one holds a checked one.

pub mod fonts;
pub mod image;
pub mod import;
pub mod kind;
pub mod limits;
pub mod model;
pub mod profile;

mod appendix;
mod blocks;
mod canonical;
mod check;
mod faults;
mod figure;
mod folder;
mod form;
mod numbering;
mod prose;
mod rules;
mod salvage;
mod sheet;
mod skeleton;
mod source;
mod table;
mod text;

pub(crate) use vanthu_base::{diagnostic, explain, hex, lang, message};

pub use canonical::to_json;
pub use check::{Draft, ParseContext, StyleChoice, parse, parse_in};
pub use folder::{Files, Folder};
pub use image::clean_png;
pub use limits::{MAX_COMBINING_MARKS, MAX_FILES, MAX_SOURCE};
pub use profile::Profile;
pub use skeleton::{Letterhead, readable_json, skeleton};
pub(crate) use {numbering::roman, text::is_invisible, text::write as write_text};

/// The version of the JSON form that this program reads and writes.
pub const FORM_VERSION: u32 = 1;

/// The JSON Schema (2020-12) of the form, for editors.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(form::DocumentForm).to_value()
}
