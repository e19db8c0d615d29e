//! What an official document says: its JSON form, read and checked, independent of how it looks.
//!
//! [`parse_in`] is the only way to a [`model::Document`], so whoever holds one holds a checked one. What the
//! decree fixes stands in its [`profile`]; drafts in Markdown and Word become the JSON form by [`import`].
//!
//! ```
//! use vanthu_document::fonts::Faces;
//! use vanthu_document::profile::Profile;
//! use vanthu_document::{Letterhead, parse, skeleton, to_json};
//!
//! let kind = Profile::default_profile().kind("bao-cao").ok_or("no such kind")?;
//! let source = skeleton(kind, &Letterhead::default());
//! let draft = parse(source.as_bytes(), &Faces::embedded()).map_err(|_| "the draft has mistakes")?;
//! assert!(!draft.fills.is_empty(), "a starting document has places to be filled in");
//! assert!(to_json(&draft.document).starts_with('{'));
//! # Ok::<(), &str>(())
//! ```

pub mod fonts;
pub mod import;
pub mod model;
pub mod profile;

mod appendix;
mod blocks;
mod builder;
mod canonical;
mod check;
mod context;
mod faults;
mod figure;
mod folder;
mod form;
mod image;
mod kind;
mod limits;
mod numbering;
mod positions;
mod prose;
mod rules;
mod salvage;
mod sheet;
mod skeleton;
mod source;
mod syntax;
mod table;
mod text;
mod typing;

pub(crate) use vanthu_base::{diagnostic, explain, hex, lang, message};

pub use canonical::to_json;
pub use check::{Draft, parse, parse_in};
pub use context::{ParseContext, StyleChoice};
pub use folder::{Files, Folder};
pub use form::{FORM_VERSION, schema};
pub use image::clean_png;
pub use limits::{MAX_FILES, MAX_IMAGES, MAX_SOURCE};
pub use skeleton::{Letterhead, readable_json, skeleton};

#[cfg(test)]
mod tests {
    // Sizes and counts come from files of others: a sum that wraps around would pass for a small one.
    #[test]
    #[should_panic(expected = "overflow")]
    fn overflow_checks_hold() {
        let _ = std::hint::black_box(usize::MAX) + std::hint::black_box(1);
    }
}
