//! What the register of the issuing office says of a document: the third of the three checks.

use crate::lang::Message;
use crate::message;
use crate::verify::Outcome;

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
        /// The date of issue.
        date: String,
    },
    /// The document was recalled (thu hồi).
    Recalled {
        /// The day of the recall, as readers are shown it.
        date: String,
        /// The reason that the office gave.
        reason: String,
    },
    /// Another document took its place (thay thế).
    Replaced {
        /// The day of the replacement, as readers are shown it.
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

    /// The answer in words, to stand after the question.
    pub fn words(&self) -> Message {
        match self {
            RegisterAnswer::NotAsked => message!("không hỏi sổ đăng ký", "the register was not asked"),
            RegisterAnswer::Unreachable => {
                message!("chưa hỏi được sổ đăng ký", "the register could not be asked")
            }
            RegisterAnswer::Missing => message!(
                "sổ đăng ký không có số, ký hiệu này",
                "the register has no document with this number"
            ),
            RegisterAnswer::OtherContent => message!(
                "sổ đăng ký có số, ký hiệu này nhưng cho một nội dung khác",
                "the register has this number, but for another content"
            ),
            RegisterAnswer::Issued { date } => message!(
                "sổ đăng ký có số, ký hiệu này cho đúng nội dung này, ngày {date}",
                "the register has this number for this very content, issued on {date}"
            ),
            RegisterAnswer::Recalled { date, reason } => {
                message!("đã thu hồi ngày {date}: {reason}", "recalled on {date}: {reason}")
            }
            RegisterAnswer::Replaced { date, by } => {
                message!("đã được thay thế bởi số {by} ngày {date}", "replaced by number {by} on {date}")
            }
        }
    }
}
