//! Why a file can't be signed, and why a value that came back is no signature of it.

use crate::clock;
use crate::explain::{Explain, Refusal, because};
use crate::lang::Message;
use crate::message;
use crate::pdf::PdfError;
use crate::pdf::reader::ReadError;
use crate::pdf::writer::UpdateError;
use crate::role::Role;

/// Why a file can't be signed.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.words().en)]
#[non_exhaustive]
pub enum SignError {
    /// The file is not a PDF that the strict reader takes.
    Unreadable(#[from] ReadError),
    /// The file can't be updated.
    Pdf(#[from] PdfError),
    /// The file has no such page.
    NoPage(usize),
    /// The file is more, or other, than the document as issued and the signatures before this one.
    Altered(usize),
    /// Other programs may read the file in another way: what would be signed is not certain.
    Ambiguous {
        /// Where.
        at: usize,
        /// What, in words without a full stop.
        reason: Message,
    },
    /// A save of the file, counted from 1, passes for one of ours and is not written as we write.
    Imitated(usize),
    /// The field is signed already.
    Signed(Role),
    /// The field has its place already.
    FieldThere(Role),
    /// The number is filled in after the authorised person signed.
    NotSigned,
    /// The agency signs after the authorised person (NĐ 30/2020 Điều 14, 32).
    OutOfOrder,
    /// The number is to be filled in before the agency signs.
    NotNumbered,
    /// The number was printed, or filled in already.
    Numbered,
    /// The key is not the one that the certificate names.
    KeyMismatch,
    /// The certificate is not valid at the signing time.
    NotValid {
        /// Valid from, RFC 3339.
        not_before: String,
        /// Valid until, RFC 3339.
        not_after: String,
        /// The signing time, RFC 3339.
        time: String,
    },
    /// The certificate is not for signing.
    KeyUsage,
    /// The certificate's key is of a kind that nothing is signed with here.
    Algorithm(String),
    /// What signs could not do it.
    Refused(String),
    /// The value does not fit what was to be signed.
    WrongValue(#[from] WrongValue),
    /// The signature is longer than the room that was left for it, in bytes.
    TooLong(usize),
    /// A structure could not be encoded.
    Encoding(#[from] der::Error),
}

impl Explain for SignError {
    fn words(&self) -> Message {
        match self {
            SignError::Unreadable(cause) => {
                let Message { vi, en } = cause.words();
                message!("không đọc được tệp PDF: {vi}", "the PDF can't be read: {en}")
            }
            SignError::Pdf(cause) => cause.words(),
            SignError::NoPage(page) => message!("tệp không có trang {page}", "the file has no page {page}"),
            SignError::Altered(at) => message!(
                "tệp không còn như khi phát hành và ký: có thay đổi tại byte {at}",
                "the file is not as it was issued and signed: it was changed at byte {at}"
            ),
            SignError::Ambiguous { at, reason: Message { vi, en } } => {
                message!(
                    "các chương trình có thể đọc tệp này khác nhau (byte {at}: {vi}); hãy xuất lại thành tệp PDF mới rồi ký tệp mới",
                    "programs may read this file in different ways (byte {at}: {en}): export it to a new PDF and sign that"
                )
            }
            SignError::Imitated(save) => message!(
                "lần lưu thứ {save} trong tệp giống việc vanthu làm, nhưng không đúng từng byte như vanthu ghi: \
                 có thể che giấu nội dung khác; hãy lấy lại tệp từ người ký trước",
                "save {save} of the file passes for one of vanthu's, but is not written byte for byte as vanthu \
                 writes: it may hide something else; get the file again from whoever signed it before"
            ),
            SignError::Signed(_) => {
                message!("văn bản đã có chữ ký ở ô này", "the file has this signature already")
            }
            SignError::FieldThere(role) => {
                let name = role.field_name();
                message!("tệp đã có ô ký “{name}”", "the file has the signature field “{name}” already")
            }
            SignError::NotSigned => message!(
                "người có thẩm quyền chưa ký; số được điền sau khi ký",
                "the authorised person has not signed yet; the number is filled in after"
            ),
            SignError::OutOfOrder => message!(
                "người có thẩm quyền chưa ký; cơ quan chỉ ký sau (NĐ 30/2020, Điều 14, 32)",
                "the authorised person has not signed yet; the agency signs after (Decree 30/2020, articles 14, 32)"
            ),
            SignError::NotNumbered => message!(
                "văn bản chưa được cấp số; cấp số trước, sau đó cơ quan ký số",
                "the document has no number yet; assign it first, then the agency signs"
            ),
            SignError::Numbered => message!("văn bản đã có số", "the document has its number already"),
            SignError::KeyMismatch => {
                message!("khóa không phải của chứng thư này", "the key does not belong to this certificate")
            }
            SignError::NotValid { not_before, not_after, time } => {
                let [from, until, at] = [not_before, not_after, time].map(|one| clock::shown(one));
                message!(
                    "chứng thư chỉ có hiệu lực từ {from} đến {until}, thời điểm ký là {at}",
                    "the certificate is valid from {from} to {until}, the time of signing is {at}"
                )
            }
            SignError::KeyUsage => message!(
                "chứng thư này không dùng để ký văn bản",
                "this certificate is not for signing documents"
            ),
            SignError::Algorithm(kind) => message!(
                "loại khóa {kind} không dùng để ký ở đây (Ed25519, ECDSA P-256, P-384; RSA trên thiết bị)",
                "keys of the kind {kind} don't sign here (Ed25519, ECDSA P-256, P-384; RSA on tokens)"
            ),
            SignError::Refused(reason) => message!(
                "thiết bị hoặc dịch vụ ký từ chối: {reason}",
                "the token or service refused: {reason}"
            ),
            SignError::WrongValue(reason) => because(
                &message!(
                    "giá trị nhận được không phải chữ ký trên tệp này bằng chứng thư này",
                    "what came back is no signature of this file by this certificate"
                ),
                &[reason.words()],
            ),
            SignError::TooLong(length) => message!(
                "chữ ký vượt quá dung lượng dành sẵn ({length} byte)",
                "the signature takes {length} bytes, more than there is room for"
            ),
            SignError::Encoding(cause) => {
                message!("lỗi của chương trình: {cause}", "a fault of the program: {cause}")
            }
        }
    }

    fn kind(&self) -> Refusal {
        match self {
            SignError::Unreadable(_) => Refusal::Unreadable,
            SignError::Pdf(cause) => cause.kind(),
            SignError::FieldThere(_) => Refusal::Usage,
            SignError::NoPage(_)
            | SignError::Altered(_)
            | SignError::Ambiguous { .. }
            | SignError::Imitated(_)
            | SignError::Signed(_)
            | SignError::NotSigned
            | SignError::OutOfOrder
            | SignError::NotNumbered
            | SignError::TooLong(_) => Refusal::Rejected,
            SignError::Numbered => Refusal::Conflict,
            SignError::KeyMismatch
            | SignError::NotValid { .. }
            | SignError::KeyUsage
            | SignError::Algorithm(_)
            | SignError::Refused(_)
            | SignError::WrongValue(_) => Refusal::Key,
            SignError::Encoding(_) => Refusal::Internal,
        }
    }
}

/// Why what came back from elsewhere is no signature of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.words().en)]
#[non_exhaustive]
pub enum WrongValue {
    /// Signature values of this algorithm have another length.
    Length,
    /// It is no pair of numbers, as ECDSA has.
    Numbers,
    /// The certificate's key did not make it, or of something else.
    Key,
    /// Another certificate than the one of the first step signed.
    Signer,
    /// The first step was made for another file.
    OtherFile,
    /// What the first step wrote is not as it was.
    Changed,
    /// What the first step wrote is of another version of the program.
    Version(u32),
}

impl Explain for WrongValue {
    fn words(&self) -> Message {
        match self {
            WrongValue::Length => message!("độ dài không đúng", "it has the wrong length"),
            WrongValue::Numbers => message!(
                "thiết bị trả về chữ ký ECDSA sai dạng",
                "the token returned a malformed ECDSA signature"
            ),
            WrongValue::Key => {
                message!("không khớp với khóa của chứng thư", "it does not fit the certificate's key")
            }
            WrongValue::Signer => message!(
                "không phải của chứng thư ở bước một",
                "it is not by the certificate of the first step"
            ),
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

    fn kind(&self) -> Refusal {
        Refusal::Key
    }
}

impl From<UpdateError> for SignError {
    fn from(cause: UpdateError) -> SignError {
        SignError::Pdf(cause.into())
    }
}
