//! What the reader of a file should know, whatever its signatures are worth.

use crate::lang::Message;
use crate::message;

/// Something that a file does or holds beside its pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Remark {
    /// Programs of its own.
    JavaScript,
    /// It starts something: a program, the sending of a form.
    Action,
    /// It leads out of itself.
    OutsideLink,
    /// Sound, film, three dimensions.
    Multimedia,
    /// It prints what it does not show, or shows what it does not print.
    PrintsOther,
    /// Data of a stream stand in another file.
    ExternalStream,
    /// Not everything was looked at.
    Unread,
}

impl Remark {
    /// The stable word for it, as in the verifier's JSON.
    pub(super) fn id(self) -> &'static str {
        match self {
            Remark::JavaScript => "javascript",
            Remark::Action => "action",
            Remark::OutsideLink => "outside-link",
            Remark::Multimedia => "multimedia",
            Remark::PrintsOther => "prints-other",
            Remark::ExternalStream => "external-stream",
            Remark::Unread => "not-all-looked-at",
        }
    }

    /// What it is, without a full stop.
    pub(super) fn words(self) -> Message {
        match self {
            Remark::JavaScript => message!(
                "tệp chứa JavaScript, phần mềm đọc có thể chạy và hiện thứ khác",
                "the file carries JavaScript, which other programs may run and then show something else"
            ),
            Remark::Action => message!(
                "tệp chứa hành động mà phần mềm đọc có thể chạy (mở chương trình, gửi biểu mẫu)",
                "the file carries actions that other programs may run (start a program, send a form)"
            ),
            Remark::OutsideLink => {
                message!("tệp có liên kết dẫn ra ngoài tệp", "the file has links that lead out of it")
            }
            Remark::Multimedia => {
                message!("tệp chứa âm thanh, phim hoặc hình ba chiều", "the file carries sound, film or 3D")
            }
            Remark::PrintsOther => message!(
                "tệp có nội dung khi in khác khi xem",
                "the file has content that is printed in another way than it is shown"
            ),
            Remark::ExternalStream => message!(
                "tệp lấy nội dung từ tệp khác, nội dung đó không được ký",
                "the file takes content from another file, which nobody signed"
            ),
            Remark::Unread => message!(
                "tệp có quá nhiều hành động và chú thích, chưa xem hết",
                "the file has too many actions and annotations; not all of them were looked at"
            ),
        }
    }
}
