//! What a PDF says, revision by revision (ISO 32000-2 7.5): the strict reader, its forms and attachments.

pub mod attachments;
pub mod date;
pub mod form;
pub mod names;
pub mod reader;

pub(crate) use vanthu_base::{clock, explain, lang, message};
