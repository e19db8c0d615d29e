//! What lies around a document that is read.

use serde::{Deserialize, Serialize};
use time::Date;

use super::folder::Folder;

/// What lies around a document: the files that it names, and what its office usually chooses.
#[derive(Debug, Clone, Default)]
pub struct ParseContext {
    /// Where its files are.
    pub folder: Folder,
    /// What the office chooses where the document says nothing.
    pub style: StyleChoice,
    /// The day on which it is read, where that matters.
    pub today: Option<Date>,
}

/// What an office chooses where the decree leaves a choice; `None` is the profile's.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StyleChoice {
    /// Size of body text, in points: 13 or 14.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u8>,
    /// Indent of first lines, in millimetres: 10 or 12.7.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub indent: Option<f64>,
    /// Space between paragraphs, in points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spacing: Option<f64>,
    /// Line spacing; 1 is single.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leading: Option<f64>,
}
