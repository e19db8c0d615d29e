//! What is wrong with a request, as Problem Details (RFC 9457): for programs as JSON, for people as a
//! page, in both languages.

use axum::extract::multipart::{MultipartError, MultipartRejection};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::diagnostic::Diagnostic;
use crate::lang::Message;
use crate::message;

/// The media type of Problem Details.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// A problem (RFC 9457 §3.1), with what this service adds to it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// Which problem it is: `/problems#` and its stable name.
    pub r#type: String,
    /// What it is, in Vietnamese.
    pub title: String,
    /// The status code of the answer.
    pub status: u16,
    /// What is wrong here and what to do, in Vietnamese.
    pub detail: String,
    /// The title in both languages.
    pub title_in: Message,
    /// The detail in both languages.
    pub detail_in: Message,
    /// The request, as the log of the service names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// What is wrong with the JSON that was sent, place by place.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Diagnostic>,
    /// After how many seconds it is worth trying again.
    #[serde(skip)]
    pub retry_after: Option<u64>,
}

impl Problem {
    /// A problem with the stable `name`.
    pub fn new(status: StatusCode, name: &str, title: Message, detail: Message) -> Problem {
        Problem {
            r#type: format!("/problems#{name}"),
            title: title.vi.clone(),
            status: status.as_u16(),
            detail: detail.vi.clone(),
            title_in: title,
            detail_in: detail,
            request_id: None,
            errors: Vec::new(),
            retry_after: None,
        }
    }

    /// With what is wrong in the JSON that was sent.
    pub fn with_errors(mut self, errors: Vec<Diagnostic>) -> Problem {
        self.errors = errors;
        self
    }

    /// Worth trying again after so many seconds.
    pub fn retry_after(mut self, seconds: u64) -> Problem {
        self.retry_after = Some(seconds);
        self
    }

    /// The request itself is wrong.
    pub fn bad_request(name: &str, detail: Message) -> Problem {
        let title = message!("Yêu cầu không đúng", "The request is wrong");
        Problem::new(StatusCode::BAD_REQUEST, name, title, detail)
    }

    /// 404: there is no page, document or file at the address.
    pub fn not_found() -> Problem {
        Problem::new(
            StatusCode::NOT_FOUND,
            "not-found",
            message!("Không có trang này", "Page not found"),
            message!(
                "Không có trang theo địa chỉ này. Trang kiểm tra văn bản ở địa chỉ /.",
                "There is no page at this address. Documents are checked at /."
            ),
        )
    }

    /// Something is there, but not for this method.
    pub fn method_not_allowed() -> Problem {
        Problem::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method-not-allowed",
            message!("Địa chỉ này không nhận phương thức đó", "Method not allowed"),
            message!(
                "Xem /openapi.json để biết địa chỉ này nhận phương thức nào.",
                "/openapi.json says which methods this address takes."
            ),
        )
    }

    /// The body is longer than `limit` bytes.
    pub fn too_large(limit: usize) -> Problem {
        let megabytes = limit >> 20;
        Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-large",
            message!("Tệp quá lớn", "The file is too large"),
            message!(
                "Trang này nhận tệp đến {megabytes} MB. Tệp lớn hơn có thể kiểm tra bằng lệnh vanthu verify.",
                "Files up to {megabytes} MB are taken here. Larger ones can be checked with the command vanthu verify."
            ),
        )
    }

    /// The body has a type that is not taken.
    pub fn unsupported_media_type() -> Problem {
        Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported-media-type",
            message!("Trang này không nhận kiểu dữ liệu đó", "Unsupported media type"),
            message!(
                "Gửi tệp PDF với kiểu application/pdf, hoặc trong biểu mẫu multipart/form-data ở ô \"file\".",
                "Send the PDF as application/pdf, or in a form of the type multipart/form-data in the field \"file\"."
            ),
        )
    }

    /// The client asks too often.
    pub fn too_many_requests(seconds: u64) -> Problem {
        Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too-many-requests",
            message!("Quá nhiều yêu cầu", "Too many requests"),
            message!("Đề nghị thử lại sau {seconds} giây.", "Try again after {seconds} seconds."),
        )
        .retry_after(seconds)
    }

    /// There is more to do than can be done.
    pub fn busy() -> Problem {
        const SECONDS: u64 = 5;
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "busy",
            message!("Hệ thống đang bận", "Too busy now"),
            message!(
                "Đang có nhiều tệp chờ kiểm tra. Đề nghị thử lại sau {SECONDS} giây.",
                "Many files are waiting to be checked. Try again after {SECONDS} seconds."
            ),
        )
        .retry_after(SECONDS)
    }

    /// The client was too slow, or the work took too long.
    pub fn timeout() -> Problem {
        Problem::new(
            StatusCode::REQUEST_TIMEOUT,
            "timeout",
            message!("Hết thời gian chờ", "Timed out"),
            message!(
                "Việc tải lên quá chậm. Đề nghị thử lại khi đường truyền tốt hơn.",
                "The upload was too slow. Try again on a better connection."
            ),
        )
    }

    /// 500: the service itself is at fault; what happened stands in its log only.
    pub fn internal() -> Problem {
        Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            message!("Lỗi của dịch vụ", "Internal error"),
            message!(
                "Chưa kiểm tra được tệp do lỗi hệ thống; đây không phải kết luận về tệp. Đề nghị báo mã yêu cầu này cho quản trị.",
                "The file was not checked; this says nothing about it. Tell the administrator the id of this request."
            ),
        )
    }

    /// Its stable name: what follows `#` in its type (RFC 9457 §3.1.1).
    pub(super) fn name(&self) -> &str {
        self.r#type.rsplit('#').next().unwrap_or_default()
    }

    /// The problems that any request can have, for the page that explains them.
    pub(super) fn all(limit: usize) -> [Problem; 8] {
        [
            Problem::not_found(),
            Problem::method_not_allowed(),
            Problem::timeout(),
            Problem::too_large(limit),
            Problem::unsupported_media_type(),
            Problem::too_many_requests(1),
            Problem::busy(),
            Problem::internal(),
        ]
    }

    /// The problem that an answer with this status stands for, where a library gave it.
    pub(super) fn of_status(status: StatusCode) -> Problem {
        match status {
            StatusCode::NOT_FOUND => Problem::not_found(),
            StatusCode::METHOD_NOT_ALLOWED => Problem::method_not_allowed(),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Problem::unsupported_media_type(),
            StatusCode::REQUEST_TIMEOUT => Problem::timeout(),
            status if status.is_client_error() => {
                let mut problem = Problem::bad_request(
                    "bad-request",
                    message!("Yêu cầu không đọc được.", "The request can't be read."),
                );
                problem.status = status.as_u16();
                problem
            }
            _ => Problem::internal(),
        }
    }

    /// The status code of its answer (RFC 9110 §15).
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let json = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (self.status(), [(CONTENT_TYPE, PROBLEM_JSON)], json).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        // For those who would rather read it.
        response.extensions_mut().insert(self);
        response
    }
}

impl From<MultipartRejection> for Problem {
    fn from(_: MultipartRejection) -> Problem {
        Problem::unsupported_media_type()
    }
}

/// The form can't be read on.
pub(super) fn broken_form(error: &MultipartError, limit: usize) -> Problem {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large(limit),
        StatusCode::REQUEST_TIMEOUT => Problem::timeout(),
        _ => Problem::bad_request(
            "broken-form",
            message!(
                "Dữ liệu gửi lên bị gián đoạn hoặc sai định dạng.",
                "The upload was interrupted, or its form is malformed."
            ),
        ),
    }
}
