//! Why something was not signed, or not made to last, for the person who signs.

use std::path::Path;

use super::{Exit, Failure};
use crate::augment::AugmentError;
use crate::lang::Message;
use crate::message;
use crate::sign::{SignError, WrongValue};
use crate::signing::SigningError;

/// A sentence with its reasons.
fn joined(what: &Message, reasons: &[Message]) -> Message {
    let join = |of: fn(&Message) -> &str| reasons.iter().map(of).collect::<Vec<_>>().join("; ");
    let (vi, en) = (join(|one| &one.vi), join(|one| &one.en));
    let Message { vi: what_vi, en: what_en } = what;
    message!("{what_vi}: {vi}", "{what_en}: {en}")
}

impl From<AugmentError> for Failure {
    fn from(error: AugmentError) -> Failure {
        match error {
            AugmentError::Sign(error) => error.into(),
            AugmentError::Disk(cause) => Failure::disk(Path::new("."), &cause),
            AugmentError::NotValid(report) => Failure::new(
                Exit::Rejected,
                joined(
                    &message!(
                        "chữ ký trong tệp không hợp lệ nên không bổ sung gì",
                        "the file's signatures are not found valid, so nothing was added"
                    ),
                    &[report.sentence],
                ),
            ),
            AugmentError::NoTimeStamp(problems) => Failure::new(
                Exit::Environment,
                joined(
                    &message!(
                        "không lấy được dấu thời gian, nên không ghi gì",
                        "no time-stamp could be had, so nothing was written"
                    ),
                    &problems,
                ),
            ),
            AugmentError::NotReached { wanted, missing } => {
                let level = wanted.name();
                Failure::new(
                    Exit::Rejected,
                    joined(&message!("chưa đạt mức {level}", "the level {level} is not reached"), &missing),
                )
            }
        }
    }
}

impl From<SigningError> for Failure {
    fn from(error: SigningError) -> Failure {
        match error {
            SigningError::Layout(error) => error.into(),
            SigningError::Sign(error) => error.into(),
            SigningError::Invalid => Failure::new(
                Exit::Rejected,
                message!(
                    "chữ ký đã có trong tệp không hợp lệ: cơ quan không được ký lên",
                    "the signature in the file is not valid: the agency can't seal it"
                ),
            ),
            SigningError::Stranger(name) => Failure::new(
                Exit::Rejected,
                message!(
                    "«{name}» đã ký, nhưng không phải người có thẩm quyền của cơ quan: xem signing.signer trong vanthu.toml",
                    "«{name}» has signed, who is not the office's authorised person: see signing.signer in vanthu.toml"
                ),
            ),
            SigningError::Doubtful { name, reason: Message { vi, en } } => Failure::new(
                Exit::Rejected,
                message!(
                    "chưa rõ «{name}» có phải người có thẩm quyền của cơ quan hay không: {vi}; thêm gốc bằng vanthu trust add, hoặc ghim chứng thư ở signing.signer trong vanthu.toml",
                    "whether «{name}» is the office's authorised person is not known: {en}; add the root with vanthu trust add, or pin the certificate with signing.signer in vanthu.toml"
                ),
            ),
            SigningError::Revoked { certificate, since } => Failure::new(
                Exit::Key,
                message!(
                    "chứng thư của {certificate} đã bị thu hồi từ {since}",
                    "the certificate of {certificate} was revoked at {since}"
                ),
            ),
            SigningError::NoTimeStamp(problems) => Failure::new(
                Exit::Environment,
                joined(
                    &message!(
                        "không lấy được dấu thời gian, nên chưa ký",
                        "no time-stamp could be had, so nothing was signed"
                    ),
                    &problems,
                ),
            ),
            SigningError::Forbidden => Failure::new(
                Exit::Rejected,
                message!(
                    "các chữ ký đã có không cho phép ký thêm: văn bản đã được đóng",
                    "the signatures in the file permit no further one: it was closed"
                ),
            ),
        }
    }
}

impl From<SignError> for Failure {
    fn from(error: SignError) -> Failure {
        match error {
            SignError::Unreadable(cause) => Failure::new(
                Exit::Unreadable,
                message!("không đọc được tệp PDF: {cause}", "the PDF can't be read: {cause}"),
            ),
            SignError::Pdf(error) => error.into(),
            SignError::NoPage(page) => Failure::new(
                Exit::Rejected,
                message!("tệp không có trang {page}", "the file has no page {page}"),
            ),
            SignError::Algorithm(kind) => Failure::new(
                Exit::Key,
                message!(
                    "loại khóa {kind} không dùng để ký ở đây (Ed25519, ECDSA P-256, P-384; RSA trên thiết bị)",
                    "keys of the kind {kind} don't sign here (Ed25519, ECDSA P-256, P-384; RSA on tokens)"
                ),
            ),
            SignError::Refused(reason) => Failure::new(
                Exit::Key,
                message!(
                    "thiết bị hoặc dịch vụ ký từ chối: {reason}",
                    "the token or service refused: {reason}"
                ),
            ),
            SignError::WrongValue(reason) => Failure::new(
                Exit::Key,
                joined(
                    &message!(
                        "giá trị nhận được không phải chữ ký trên tệp này bằng chứng thư này",
                        "what came back is no signature of this file by this certificate"
                    ),
                    &[wrong_value(reason)],
                ),
            ),
            SignError::TooLong(length) => Failure::new(
                Exit::Rejected,
                message!(
                    "chữ ký dài {length} byte, quá chỗ đã chừa",
                    "the signature takes {length} bytes, more than there is room for"
                ),
            ),
            SignError::Altered(at) => Failure::new(
                Exit::Rejected,
                message!(
                    "tệp không còn như khi phát hành và ký: có thay đổi tại byte {at}",
                    "the file is not as it was issued and signed: it was changed at byte {at}"
                ),
            ),
            SignError::Signed(_) => Failure::new(
                Exit::Rejected,
                message!("văn bản đã có chữ ký này rồi", "the file has this signature already"),
            ),
            SignError::FieldThere(role) => {
                let name = role.field_name();
                Failure::new(
                    Exit::Usage,
                    message!(
                        "tệp đã có trường chữ ký «{name}»: bỏ --place",
                        "the file has the signature field «{name}» already: leave --place out"
                    ),
                )
            }
            SignError::NotSigned => Failure::new(
                Exit::Rejected,
                message!(
                    "người có thẩm quyền chưa ký; số được điền sau khi ký",
                    "the authorised person has not signed yet; the number is filled in after"
                ),
            ),
            SignError::NotNumbered => Failure::new(
                Exit::Rejected,
                message!(
                    "văn bản chưa có số; hãy cấp số trước (vanthu number), rồi cơ quan mới ký",
                    "the report has no number yet; give it one first (vanthu number), then the agency signs"
                ),
            ),
            SignError::Numbered => Failure::new(
                Exit::Conflict,
                message!("văn bản đã có số", "the report has its number already"),
            ),
            SignError::OutOfOrder => Failure::new(
                Exit::Rejected,
                message!(
                    "người có thẩm quyền chưa ký; cơ quan chỉ ký sau (NĐ 30/2020, Điều 14, 32)",
                    "the authorised person has not signed yet; the agency signs after (Decree 30/2020, articles 14, 32)"
                ),
            ),
            SignError::KeyMismatch => Failure::new(
                Exit::Key,
                message!("khóa không phải của chứng thư này", "the key does not belong to this certificate"),
            ),
            SignError::KeyUsage => Failure::new(
                Exit::Key,
                message!(
                    "chứng thư này không dùng để ký văn bản",
                    "this certificate is not for signing documents"
                ),
            ),
            SignError::NotValid { not_before, not_after, time } => Failure::new(
                Exit::Key,
                message!(
                    "chứng thư chỉ có hiệu lực từ {not_before} đến {not_after}, không phải lúc {time}",
                    "the certificate is valid from {not_before} to {not_after}, not at {time}"
                ),
            ),
            SignError::Encoding(cause) => Failure::new(
                Exit::Internal,
                message!("lỗi của chương trình: {cause}", "a fault of the program: {cause}"),
            ),
        }
    }
}

/// Why what came back is no signature, in words.
fn wrong_value(reason: WrongValue) -> Message {
    match reason {
        WrongValue::Length => message!("độ dài không đúng", "it has the wrong length"),
        WrongValue::Numbers => message!(
            "thiết bị không đưa ra cặp số của ECDSA",
            "the token gave no pair of numbers, as ECDSA has"
        ),
        WrongValue::Key => {
            message!("không khớp với khóa của chứng thư", "it does not fit the certificate's key")
        }
        WrongValue::Signer => {
            message!("không phải của chứng thư ở bước một", "it is not by the certificate of the first step")
        }
        WrongValue::OtherFile => {
            message!("bước một được làm cho tệp khác", "the first step was made for another file")
        }
        WrongValue::Changed => {
            message!("tệp của bước một đã bị sửa", "the file of the first step was changed")
        }
        WrongValue::Version(version) => message!(
            "tệp của bước một thuộc phiên bản {version}, không hỗ trợ",
            "the file of the first step is of version {version}, which is not known"
        ),
    }
}
