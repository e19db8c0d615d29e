//! What comes of a draft.

use crate::lang::Message;

/// A draft as the JSON form.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The form; what was not found has a place to be filled in.
    pub form: serde_json::Value,
    /// What was not carried over: with `form` and what layouts print themselves, every word of the draft.
    pub left_out: Vec<LeftOut>,
    /// Where each paragraph of the draft went, in its order.
    pub account: Vec<Accounted>,
}

/// Something that was not carried over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Where in the draft it stood, such as `line 12`.
    pub place: Message,
    /// What it was, in a few words.
    pub what: Message,
    /// The words that are not in the form; empty where only their look was lost.
    pub words: String,
}

/// A paragraph of the draft, and where its words went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accounted {
    /// Where in the draft it stood.
    pub place: Message,
    /// What it says.
    pub text: String,
    /// The places of the form that have its words (JSON Pointers, RFC 6901), in its order.
    pub at: Vec<String>,
    /// Whether some of its words are printed by every layout, such as the national name.
    pub printed: bool,
    /// Its words that are nowhere in the form.
    pub left_out: String,
}
