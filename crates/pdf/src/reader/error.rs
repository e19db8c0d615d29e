//! Why a file can't be read, in words.

use crate::explain::{Explain, Refusal};
use crate::lang::Message;
use crate::message;

/// Why a file can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.words().en)]
pub enum ReadError {
    /// There is no `%PDF-` at the start.
    NoHeader,
    /// There is no `startxref` and `%%EOF` at the end.
    NoEnd,
    /// Something is not written as ISO 32000 says.
    Syntax {
        /// Offset in the file (or in the object stream).
        at: usize,
        /// What should stand there.
        expected: &'static str,
    },
    /// The cross-references lead in a circle.
    Circle(usize),
    /// An object that is referred to is not where the cross-references say.
    Misplaced(u32),
    /// A feature that the reader does not take.
    Unsupported(&'static str),
    /// A stream that can't be decoded.
    Stream(usize),
    /// The file asks for more than the reader gives.
    Budget {
        /// Of what.
        what: &'static str,
        /// How much of it there is.
        limit: u64,
    },
}

impl Explain for ReadError {
    fn words(&self) -> Message {
        match self {
            ReadError::NoHeader => {
                message!("tệp không bắt đầu bằng %PDF-", "the file does not begin with %PDF-")
            }
            ReadError::NoEnd => message!(
                "tệp không có startxref và %%EOF ở cuối",
                "the file has no startxref and %%EOF at its end"
            ),
            ReadError::Syntax { at, expected } => message!(
                "byte {at}: không viết đúng ISO 32000 (cần {expected})",
                "byte {at}: not written as ISO 32000 says (expected {expected})"
            ),
            ReadError::Circle(at) => message!(
                "byte {at}: các tham chiếu dẫn thành vòng tròn",
                "byte {at}: the references lead in a circle"
            ),
            ReadError::Misplaced(number) => message!(
                "đối tượng {number} không nằm ở chỗ bảng tham chiếu chỉ",
                "object {number} is not where the cross-references say"
            ),
            ReadError::Unsupported(what) => {
                message!(
                    "tệp dùng thứ không được hỗ trợ: {what}",
                    "the file uses what is not supported: {what}"
                )
            }
            ReadError::Stream(at) => {
                message!(
                    "byte {at}: luồng dữ liệu không giải nén được",
                    "byte {at}: the stream can't be decoded"
                )
            }
            ReadError::Budget { what, limit } => {
                message!(
                    "tệp vượt quá giới hạn {limit} ({what})",
                    "the file is over the limit of {limit} {what}"
                )
            }
        }
    }

    fn kind(&self) -> Refusal {
        Refusal::Unreadable
    }
}
