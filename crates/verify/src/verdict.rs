//! The one answer that a recipient reads first.

use serde::Serialize;

use crate::lang::Message;
use crate::message;

/// The verdict on a file or on one signature, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every signature is valid, its key trusted, and what follows it permitted.
    Valid,
    /// Valid, and after the first signature something permitted was added that is no signature in a
    /// field that was there.
    ValidExtended,
    /// What is there is valid, but a role that must sign has not.
    Incomplete,
    /// There is no signature.
    Unsigned,
    /// Intact as far as can be told, but it can't be told whether to trust it.
    Indeterminate,
    /// Not a PDF that can be read.
    Unreadable,
    /// Proven bad: forged, or changed after it was signed.
    Invalid,
}

impl Verdict {
    /// The program's exit code for it; 1 means proven invalid and nothing else.
    pub fn exit_code(self) -> u8 {
        match self {
            Verdict::Valid | Verdict::ValidExtended => 0,
            Verdict::Invalid => 1,
            Verdict::Indeterminate => 4,
            Verdict::Incomplete | Verdict::Unsigned => 5,
            Verdict::Unreadable => 6,
        }
    }

    /// The words for it, where its cause is not at hand.
    pub fn words(self) -> Message {
        match self {
            Verdict::Valid => message!("Chữ ký số hợp lệ", "Signature valid"),
            Verdict::ValidExtended => {
                message!("Hợp lệ, có bổ sung trong phạm vi cho phép", "Valid, with permitted additions")
            }
            Verdict::Incomplete => message!("Chưa đủ chữ ký", "A required signature is missing"),
            Verdict::Unsigned => message!("Tệp chưa được ký số", "Not signed"),
            Verdict::Indeterminate => {
                message!("Chưa đủ thông tin để xác thực", "The signature can't be confirmed yet")
            }
            Verdict::Unreadable => message!("Không đọc được tệp", "The file can't be read"),
            Verdict::Invalid => message!("Không hợp lệ", "Not valid"),
        }
    }

    /// A sign beside the words, for those who don't see colours.
    pub fn sign(self) -> char {
        match self {
            Verdict::Valid | Verdict::ValidExtended => '✔',
            Verdict::Incomplete => '!',
            Verdict::Indeterminate => '?',
            Verdict::Unsigned | Verdict::Unreadable => '–',
            Verdict::Invalid => '✖',
        }
    }

    /// Whether the signatures hold and are trusted.
    pub fn is_valid(self) -> bool {
        matches!(self, Verdict::Valid | Verdict::ValidExtended)
    }

    /// Whether what the file says of itself may be shown as fact.
    pub(super) fn shows_facts(self) -> bool {
        self.is_valid() || matches!(self, Verdict::Incomplete | Verdict::Indeterminate)
    }
}
