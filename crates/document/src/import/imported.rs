//! What comes of a draft.

use crate::lang::Message;

/// A draft as the JSON form.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The form; what was not found has a place to be filled in.
    pub form: serde_json::Value,
    /// What was not carried over.
    pub left_out: Vec<LeftOut>,
}

/// Something that was not carried over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Where in the draft it stood, such as `line 12`.
    pub place: Message,
    /// What it was, in a few words.
    pub what: Message,
}
