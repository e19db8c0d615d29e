//! What the register of the issuing office says of a document: the third of the three checks.

use crate::clock;
use crate::lang::Message;
use crate::message;
use crate::verify::{Cause, CauseReport, Named, Outcome};

/// The register's answer about one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegisterAnswer {
    /// It was not asked: there is none at hand, or the file says no number that can be believed.
    NotAsked,
    /// It could not be asked.
    Unreachable,
    /// It has no such number.
    Missing,
    /// It has the number, for another content.
    OtherContent,
    /// It has the number, for this content.
    Issued {
        /// The date of issue, ISO 8601.
        date: String,
    },
    /// The document was recalled (thu hồi).
    Recalled {
        /// The day of the recall, ISO 8601.
        date: String,
        /// The reason that the office gave.
        reason: String,
    },
    /// Another document took its place (thay thế).
    Replaced {
        /// The day of the replacement, ISO 8601.
        date: String,
        /// The number and notation of the other.
        by: String,
    },
}

impl RegisterAnswer {
    /// What came of asking.
    pub fn outcome(&self) -> Outcome {
        match self {
            RegisterAnswer::NotAsked => Outcome::NotChecked,
            RegisterAnswer::Unreachable => Outcome::Unknown,
            RegisterAnswer::Issued { .. } => Outcome::Pass,
            RegisterAnswer::Missing
            | RegisterAnswer::OtherContent
            | RegisterAnswer::Recalled { .. }
            | RegisterAnswer::Replaced { .. } => Outcome::Fail,
        }
    }

    /// What it makes of a document whose signatures hold; `None` where it has nothing against it.
    pub fn cause(&self) -> Option<CauseReport> {
        let (cause, what) = match self {
            RegisterAnswer::NotAsked | RegisterAnswer::Unreachable | RegisterAnswer::Issued { .. } => {
                return None;
            }
            RegisterAnswer::Missing => (Cause::NotInRegister, self.words()),
            RegisterAnswer::OtherContent => (Cause::OtherInRegister, self.words()),
            RegisterAnswer::Recalled { date, reason } => (Cause::Recalled, recalled(date, reason)),
            RegisterAnswer::Replaced { date, by } => (Cause::Replaced, replaced(date, by)),
        };
        Some(CauseReport::new(cause, &Named { what, ..Named::nothing() }))
    }

    /// The answer in words, to stand after the question.
    pub fn words(&self) -> Message {
        match self {
            RegisterAnswer::NotAsked => message!("chưa tra cứu sổ đăng ký", "the register was not consulted"),
            RegisterAnswer::Unreachable => {
                message!("chưa tra cứu được sổ đăng ký", "the register could not be consulted")
            }
            RegisterAnswer::Missing => {
                message!("sổ đăng ký không có số, ký hiệu này", "the register has no such number")
            }
            RegisterAnswer::OtherContent => message!(
                "sổ đăng ký có số này nhưng của văn bản khác",
                "the register has another document under this number"
            ),
            RegisterAnswer::Issued { date } => {
                let Message { vi, en } = clock::day(date);
                message!(
                    "sổ đăng ký có số này của đúng văn bản này, ngày {vi}",
                    "the register has this very document under this number, of {en}"
                )
            }
            RegisterAnswer::Recalled { date, reason } => recalled(date, reason),
            RegisterAnswer::Replaced { date, by } => replaced(date, by),
        }
    }
}

/// That the office recalled a document on the day `date` of ISO 8601.
pub fn recalled(date: &str, reason: &str) -> Message {
    let Message { vi, en } = clock::day(date);
    message!("cơ quan thu hồi văn bản ngày {vi}: {reason}", "recalled by the office on {en}: {reason}")
}

/// That the document with the code `by` took its place on the day `date` of ISO 8601.
pub fn replaced(date: &str, by: &str) -> Message {
    let Message { vi, en } = clock::day(date);
    message!("thay thế bằng {by} ngày {vi}", "replaced by {by} on {en}")
}
