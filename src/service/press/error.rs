//! Why a job came to nothing, and how that is told to a person.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::diagnostic::Diagnostic;
use crate::explain::{Explain, Refusal};
use crate::lang::Message;
use crate::message;

/// Why a job came to nothing.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.words().en)]
#[non_exhaustive]
pub enum PressError {
    /// The document is refused: everything that is wrong with it, or still to be filled in.
    Rejected(Vec<Diagnostic>),
    /// The document has no such page.
    NoPage {
        /// The page asked for, from 0.
        page: usize,
        /// How many there are.
        count: usize,
    },
    /// It took longer than a job may.
    TooLong(Duration),
    /// It took more memory than a job may.
    TooMuchMemory(NonZeroU32),
    /// The worker died of it, or was ended by somebody else.
    Died,
    /// More jobs are waiting than may wait.
    Busy,
    /// The program is at fault, or can't start itself.
    Fault(String),
}

impl Explain for PressError {
    fn words(&self) -> Message {
        match self {
            PressError::Rejected(findings) => {
                let count = findings.len();
                message!(
                    "văn bản chưa đạt: {count} lỗi và nhận xét",
                    "the document is refused: {count} findings"
                )
            }
            PressError::NoPage { page, count } => {
                let page = page.saturating_add(1);
                message!(
                    "không có trang {page}: văn bản có {count} trang",
                    "there is no page {page}: the document has {count}"
                )
            }
            PressError::TooLong(limit) => {
                let seconds = limit.as_secs();
                message!(
                    "trình bày văn bản mất quá {seconds} giây; hãy chia bảng lớn ra, hoặc dùng lệnh vanthu",
                    "laying the document out took over {seconds} seconds; divide large tables, or use the command vanthu"
                )
            }
            PressError::TooMuchMemory(limit) => message!(
                "trình bày văn bản cần quá {limit} MiB bộ nhớ; hãy chia bảng lớn ra, hoặc dùng lệnh vanthu",
                "laying the document out needs over {limit} MiB of memory; divide large tables, or use the command vanthu"
            ),
            PressError::Died => message!(
                "tiến trình trình bày văn bản bị ngắt; hãy thử lại",
                "the process that lays documents out was ended; try again"
            ),
            PressError::Busy => message!(
                "quá nhiều văn bản đang chờ; hãy thử lại sau vài giây",
                "too many documents are waiting; try again after some seconds"
            ),
            PressError::Fault(cause) => {
                message!("lỗi của chương trình: {cause}", "a fault of the program: {cause}")
            }
        }
    }

    fn kind(&self) -> Refusal {
        match self {
            PressError::Rejected(_)
            | PressError::NoPage { .. }
            | PressError::TooLong(_)
            | PressError::TooMuchMemory(_) => Refusal::Rejected,
            PressError::Died | PressError::Busy => Refusal::Environment,
            PressError::Fault(_) => Refusal::Internal,
        }
    }
}
