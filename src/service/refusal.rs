//! What is refused below the service, as a problem for programs. What is the office's own trouble (its disk, its
//! database, its keys) is told to the operator, in the log, and to nobody else.

use axum::http::StatusCode;
use tracing::error;

use super::press::PressError;
use super::problem::Problem;
use super::store::StoreError;
use crate::access::AccessError;
use crate::augment::AugmentError;
use crate::explain::{Explain, Refusal};
use crate::issue::compose::ComposeError;
use crate::lang::Message;
use crate::message;
use crate::office::authorization::AuthorizationError;
use crate::register::RegisterError;
use crate::sign::SignError;
use crate::signing::SigningError;

/// What `error` says, where the service has nothing to add.
fn refused(error: &dyn Explain) -> Problem {
    let (status, name, title) = match error.kind() {
        Refusal::Conflict => {
            (StatusCode::CONFLICT, "conflict", message!("Sổ đăng ký từ chối", "The register refuses"))
        }
        Refusal::Key => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "key-refused",
            message!("Khóa hoặc chữ ký bị từ chối", "A key or signature is refused"),
        ),
        Refusal::Usage | Refusal::Rejected | Refusal::Unreadable => {
            (StatusCode::UNPROCESSABLE_ENTITY, "rejected", message!("Yêu cầu bị từ chối", "It is refused"))
        }
        Refusal::Environment => return Problem::unavailable(&error.words().en),
        Refusal::Internal => return Problem::fault(&error.words().en),
    };
    Problem::new(status, name, title, error.words())
}

/// `?` makes problems of these errors.
macro_rules! refused {
    ($($error:ty),+) => {
        $(impl From<$error> for Problem {
            fn from(error: $error) -> Problem {
                refused(&error)
            }
        })+
    };
}

refused!(AuthorizationError, AugmentError, ComposeError, SignError, SigningError);

impl From<RegisterError> for Problem {
    fn from(cause: RegisterError) -> Problem {
        match cause {
            RegisterError::Unknown(_) => Problem::no_document(),
            RegisterError::Overtaken(_) => Problem::overtaken(),
            RegisterError::OtherRequest(_) => Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "idempotency-key-reused",
                message!("Idempotency-Key đã dùng", "The Idempotency-Key was used"),
                message!(
                    "Mã Idempotency-Key này đã dùng cho yêu cầu khác; mỗi yêu cầu cần một mã khác nhau.",
                    "This Idempotency-Key belongs to another request: each request needs one of its own."
                ),
            ),
            RegisterError::NotInForce { .. } => Problem::new(
                StatusCode::CONFLICT,
                "not-in-force",
                message!("Văn bản không còn hiệu lực", "The document is not in force"),
                cause.words(),
            ),
            RegisterError::Busy => Problem::busy(),
            cause => refused(&cause),
        }
    }
}

impl From<AccessError> for Problem {
    fn from(cause: AccessError) -> Problem {
        Problem::unavailable(&cause.to_string())
    }
}

impl From<StoreError> for Problem {
    fn from(cause: StoreError) -> Problem {
        match cause {
            StoreError::Missing(_) => Problem::new(
                StatusCode::NOT_FOUND,
                "file-elsewhere",
                message!("Dịch vụ không lưu tệp này", "The file is not here"),
                message!(
                    "Tệp có trong sổ đăng ký, nhưng dịch vụ không lưu: tệp được lập bằng lệnh vanthu trên máy khác.",
                    "The register knows the file, but the service does not keep it: it was made with the command vanthu elsewhere."
                ),
            ),
            cause => Problem::unavailable(&cause.to_string()),
        }
    }
}

impl From<PressError> for Problem {
    fn from(cause: PressError) -> Problem {
        let detail = cause.words();
        let refused = |name, detail| {
            let title = message!("Văn bản bị từ chối", "The document is refused");
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, name, title, detail)
        };
        match cause {
            PressError::Rejected(findings) => refused("document-refused", detail).with_errors(findings),
            PressError::NoPage { .. } => refused("no-page", detail),
            PressError::TooLong(_) => refused("too-long", detail),
            PressError::TooMuchMemory(_) => refused("too-much-memory", detail),
            PressError::Died => Problem::unavailable(&detail.en),
            PressError::Busy => Problem::busy(),
            PressError::Fault(cause) => Problem::fault(&cause),
        }
    }
}

impl Problem {
    /// Something that the service needs does not answer; the log says what.
    pub(super) fn unavailable(cause: &str) -> Problem {
        error!(cause, "unavailable");
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            message!("Tạm thời chưa thực hiện được", "Not possible at the moment"),
            message!(
                "Một phần của dịch vụ (cơ sở dữ liệu, kho tệp, khóa) không trả lời. Gửi lại được, với cùng Idempotency-Key; nếu vẫn vậy, hãy báo mã yêu cầu cho người quản trị.",
                "A part of the service (database, files, key) does not answer. It may be sent again, with the same Idempotency-Key; if that does not help, tell the administrator the id of the request."
            ),
        )
        .retry_after(5)
    }

    /// The office that is meant can't be used: `part` says what of it.
    pub(super) fn broken_office(part: &Message) -> Problem {
        let Message { vi, en } = part;
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "office-unavailable",
            message!("Cơ quan tạm ngừng trên dịch vụ", "The office can't be used here"),
            message!(
                "Chưa dùng được {vi}. Các cơ quan khác vẫn hoạt động; người quản trị xem nhật ký của dịch vụ.",
                "What can't be used is {en}. Other offices are at work; the log of the service tells the administrator more."
            ),
        )
        .retry_after(30)
    }

    /// The program is at fault; the log says how.
    pub(super) fn fault(cause: &str) -> Problem {
        error!(cause, "a fault of the program");
        Problem::internal()
    }

    /// There is no token that opens.
    pub(super) fn unauthorized() -> Problem {
        Problem::new(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            message!("Cần mã truy cập", "A token is needed"),
            message!(
                "Gửi mã truy cập của cơ quan trong tiêu đề Authorization: Bearer …; mã có thể đã hết hạn hoặc bị hủy.",
                "Send a token of the office in the header Authorization: Bearer …; it may have ended or been revoked."
            ),
        )
    }

    /// The token's duty is another one.
    pub(super) fn forbidden() -> Problem {
        Problem::new(
            StatusCode::FORBIDDEN,
            "forbidden",
            message!("Không có quyền", "Not within the duty"),
            message!(
                "Mã truy cập này không có quyền đó; việc từ chối đã ghi vào nhật ký truy cập.",
                "This token may not do that; the refusal is recorded in the trail."
            ),
        )
    }

    /// The office has no such document.
    pub(super) fn no_document() -> Problem {
        Problem::new(
            StatusCode::NOT_FOUND,
            "no-document",
            message!("Không có văn bản này", "There is no such document"),
            message!(
                "Sổ đăng ký của cơ quan không có văn bản nào như vậy.",
                "The office's register has no such document."
            ),
        )
    }

    /// Somebody else was quicker.
    pub(super) fn overtaken() -> Problem {
        Problem::new(
            StatusCode::PRECONDITION_FAILED,
            "overtaken",
            message!("Đã có tệp mới hơn", "There is a newer file"),
            message!(
                "Văn bản đã có tệp mới hơn tệp mà yêu cầu nói đến: đọc lại rồi làm lại.",
                "The document has a newer file than the one that the request is about: read it again, and repeat."
            ),
        )
    }
}
