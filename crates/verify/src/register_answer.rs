//! What the register of the office that a document names says of it: whoever has registers asks, and the verdict counts
//! the answer.

use serde::Serialize;

use super::cause::Cause;
use super::check::Outcome;
use crate::clock;
use crate::lang::Message;
use crate::message;

/// What a register has for a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RegisterState {
    /// Its number, for this content, and nothing against it.
    InForce,
    /// Its number, for this content, and that it was recalled (thu hồi).
    Recalled,
    /// Its number, for this content, and that another document took its place (thay thế).
    Replaced,
    /// Its number, which was cancelled (hủy số).
    Cancelled,
    /// Its number, and no digest to compare with: of a document on paper, or from an older book.
    NotCompared,
    /// No such number.
    Missing,
    /// Its number, for another content.
    OtherContent,
    /// Nothing: it could not be asked.
    Unreachable,
    /// Nothing that can be believed: it is not what its key signed, or does not continue what the office remembers.
    Discontinued,
}

/// What a register answered about a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RegisterAnswer {
    /// The name of the office whose register was asked.
    pub office: String,
    /// The number and notation that it was asked about.
    pub code: String,
    /// What it has.
    pub state: RegisterState,
    /// The date of issue that it has, ISO 8601.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issued: Option<String>,
    /// The day of the recall, replacement or cancellation, ISO 8601.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// Why it was recalled or cancelled, in the office's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Number and notation of the document that took its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replacement: Option<String>,
}

impl RegisterAnswer {
    /// What came of asking.
    pub fn outcome(&self) -> Outcome {
        match self.state {
            RegisterState::InForce => Outcome::Pass,
            RegisterState::NotCompared | RegisterState::Unreachable | RegisterState::Discontinued => {
                Outcome::Unknown
            }
            RegisterState::Recalled
            | RegisterState::Replaced
            | RegisterState::Cancelled
            | RegisterState::Missing
            | RegisterState::OtherContent => Outcome::Fail,
        }
    }

    /// Whether the office takes the document back, whatever its signatures are worth.
    pub fn is_withdrawn(&self) -> bool {
        matches!(self.state, RegisterState::Recalled | RegisterState::Replaced | RegisterState::Cancelled)
    }

    /// What it makes of the verdict; `None` where it has nothing against the document.
    pub(super) fn cause(&self) -> Option<Cause> {
        match self.state {
            RegisterState::InForce | RegisterState::NotCompared | RegisterState::Unreachable => None,
            RegisterState::Recalled => Some(Cause::Recalled),
            RegisterState::Replaced => Some(Cause::Replaced),
            RegisterState::Cancelled => Some(Cause::NumberCancelled),
            RegisterState::Discontinued => Some(Cause::RegisterDiscontinued),
            RegisterState::Missing => Some(Cause::NotInRegister),
            RegisterState::OtherContent => Some(Cause::OtherInRegister),
        }
    }

    /// The answer, in words without a full stop.
    pub fn words(&self) -> Message {
        let RegisterAnswer { office, code, .. } = self;
        let day = |date: &Option<String>| clock::day(date.as_deref().unwrap_or_default());
        let reason = self.reason.as_deref().unwrap_or_default();
        match self.state {
            RegisterState::InForce => {
                let Message { vi, en } = day(&self.issued);
                message!(
                    "sổ đăng ký của {office} có số {code}, ngày {vi}, đúng với nội dung này",
                    "the register of {office} has number {code} of {en}, for this content"
                )
            }
            RegisterState::Recalled => {
                let Message { vi, en } = day(&self.at);
                message!(
                    "cơ quan thu hồi văn bản ngày {vi}: {reason}",
                    "recalled by the office on {en}: {reason}"
                )
            }
            RegisterState::Replaced => {
                let (Message { vi, en }, by) =
                    (day(&self.at), self.replacement.as_deref().unwrap_or_default());
                message!("thay thế bằng {by} ngày {vi}", "replaced by {by} on {en}")
            }
            RegisterState::Cancelled => message!(
                "cơ quan đã hủy số {code}: {reason}",
                "the office cancelled the number {code}: {reason}"
            ),
            RegisterState::NotCompared => message!(
                "sổ đăng ký của {office} có số {code} nhưng không giữ mã băm của tệp, nên không đối chiếu được nội dung",
                "the register of {office} has number {code}, but no digest of a file to compare the content with"
            ),
            RegisterState::Missing => message!(
                "sổ đăng ký của {office} không có văn bản số {code}",
                "the register of {office} has no document {code}"
            ),
            RegisterState::OtherContent => message!(
                "sổ đăng ký của {office} có số {code} cho nội dung khác",
                "the register of {office} has other content under number {code}"
            ),
            RegisterState::Discontinued => message!(
                "sổ đăng ký của {office} không tiếp nối những gì đã ký và đã ghi nhớ: sổ đã bị sửa, thay hoặc khôi phục từ bản cũ",
                "the register of {office} does not continue what was signed and remembered: it was changed, replaced or put back from an older copy"
            ),
            RegisterState::Unreachable => message!(
                "chưa tra cứu được sổ đăng ký của {office}",
                "the register of {office} could not be consulted"
            ),
        }
    }
}
