//! Leaves: what a log says happened to a number, as canonical JSON (RFC 8785). It is public; what is
//! not for everybody stands behind a salted digest.

use serde::{Deserialize, Serialize};

use crate::explain::{Explain, Refusal};
use crate::lang::Message;
use crate::message;

/// The longest leaf, in bytes.
pub const MAX_LEAF: usize = 8 << 10;

/// What kind of event a leaf tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Event {
    /// A document got the number (cấp số).
    Issue,
    /// The number was taken and its document never issued (hủy số).
    Cancel,
    /// Numbers were set aside for paper documents (giữ số).
    Reserve,
    /// A paper document got a number that was set aside.
    Fill,
    /// The number comes from an older book.
    Import,
    /// A file of the document came to be: the report, signed, sealed.
    Revision,
    /// The document was sent to somebody (chuyển).
    Dispatch,
    /// Somebody has confirmed to have it (ký nhận).
    Receive,
    /// The document was recalled (thu hồi).
    Recall,
    /// Another document took its place (thay thế).
    Replace,
    /// The office said who it is: its name, its identifier, the key of its register.
    Adopt,
    /// The register went on although it did not continue what it was before.
    Recover,
    /// Another key signs the log from here on.
    Rekey,
}

impl Event {
    /// Whether it takes a number of its series.
    pub fn takes_number(self) -> bool {
        matches!(self, Event::Issue | Event::Cancel | Event::Reserve | Event::Import) || self.is_of_office()
    }

    /// Whether it is about the office and its register, and about no document. Such events count by themselves: in the
    /// series with no name, in the year 0.
    pub fn is_of_office(self) -> bool {
        matches!(self, Event::Adopt | Event::Recover | Event::Rekey)
    }

    /// Its name in leaves and databases.
    pub fn name(self) -> &'static str {
        match self {
            Event::Issue => "issue",
            Event::Cancel => "cancel",
            Event::Reserve => "reserve",
            Event::Fill => "fill",
            Event::Import => "import",
            Event::Revision => "revision",
            Event::Dispatch => "dispatch",
            Event::Receive => "receive",
            Event::Recall => "recall",
            Event::Replace => "replace",
            Event::Adopt => "adopt",
            Event::Recover => "recover",
            Event::Rekey => "rekey",
        }
    }
}

// The fields stand in the order of their names, which makes the JSON canonical.
/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Leaf {
    /// When it was logged by the office's clock, RFC 3339.
    pub at: String,
    /// Number and notation (số, ký hiệu).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub code: Option<String>,
    /// SHA-256 (hexadecimal) of the document's canonical JSON.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub content_sha256: Option<String>,
    /// Date of the document, ISO 8601.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub date: Option<String>,
    /// SHA-256 (hexadecimal) of a salt and what else the register has of the event.
    pub details_sha256: String,
    /// Which kind of event.
    pub event: Event,
    /// SHA-256 (hexadecimal) of the file, of a revision.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub file_sha256: Option<String>,
    /// The number; of a block the first one.
    pub number: u32,
    /// Whose register: OrganId, or the office's name for itself.
    pub office: String,
    /// Where the number is taken: the leaf that took the number before it in the series. Otherwise the
    /// leaf that took this number.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub previous: Option<u64>,
    /// The last number that was taken before this one, where one is taken.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub previous_number: Option<u32>,
    /// The name of the run of numbers: `*`, or an abbreviation.
    pub series: String,
    /// The last number of a block.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub until: Option<u32>,
    /// The calendar year of the run.
    pub year: i32,
}

/// The text is no leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.words().en)]
pub struct LeafError;

impl Explain for LeafError {
    fn words(&self) -> Message {
        message!("không phải dòng nhật ký của sổ đăng ký", "not a leaf of a register's log")
    }

    fn kind(&self) -> Refusal {
        Refusal::Rejected
    }
}

impl Leaf {
    /// Reads a leaf in its one form.
    ///
    /// # Errors
    /// It is none, is longer than 8 KiB, or is written in another way.
    pub fn parse(text: &str) -> Result<Leaf, LeafError> {
        if text.len() > MAX_LEAF {
            return Err(LeafError);
        }
        let leaf: Leaf = serde_json::from_str(text).map_err(|_| LeafError)?;
        // Two ways to write one leaf would be two leaves that say the same.
        if leaf.to_json() == text { Ok(leaf) } else { Err(LeafError) }
    }

    /// Its canonical JSON (RFC 8785), the bytes that the log hashes.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self)
            .unwrap_or_else(|cause| unreachable!("strings and whole numbers only: {cause}"))
    }
}
