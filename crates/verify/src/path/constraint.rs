//! What is wrong with a path, in words.

use certval::{Error, PathValidationStatus};

use crate::lang::Message;
use crate::message;

/// The constraint that a path broke.
pub(super) fn words(error: &Error) -> Message {
    use PathValidationStatus as Status;
    let Error::PathValidation(status) = error else {
        return message!(
            "một chứng thư trên đường dẫn không xử lý được",
            "a certificate on it can't be processed"
        );
    };
    match status {
        Status::SignatureVerificationFailure => {
            message!("chữ ký trên một chứng thư không đúng", "the signature on a certificate is wrong")
        }
        Status::NameChainingFailure => message!(
            "tên nơi cấp và tên chứng thư cấp trên không khớp",
            "a certificate's issuer is not the subject of the one above it"
        ),
        Status::MissingBasicConstraints | Status::InvalidBasicConstraints => message!(
            "một chứng thư trên đường dẫn không phải của tổ chức chứng thực",
            "a certificate on it may not issue certificates (basicConstraints)"
        ),
        Status::InvalidPathLength => {
            message!(
                "đường dẫn dài quá giới hạn cho phép",
                "the path is longer than allowed (pathLenConstraint)"
            )
        }
        Status::InvalidKeyUsage => message!(
            "một chứng thư được dùng trái mục đích ghi trong đó",
            "a certificate is used for what it was not issued for (keyUsage, extKeyUsage)"
        ),
        Status::NullPolicySet | Status::InvalidPolicyMapping => message!(
            "chính sách chứng thư trên đường dẫn không khớp",
            "the certificate policies along it do not fit"
        ),
        Status::NameConstraintsViolation => message!(
            "một tên nằm ngoài phạm vi mà nơi cấp được phép",
            "a name is outside of what its issuer may certify (nameConstraints)"
        ),
        Status::UnprocessedCriticalExtension => message!(
            "một chứng thư có phần mở rộng bắt buộc mà chương trình không hiểu",
            "a certificate has a critical extension that is not understood"
        ),
        Status::InsufficientKeySize => {
            message!("một khóa trên đường dẫn quá ngắn", "a key on it is too short")
        }
        Status::ProcessingLimitExceeded => {
            message!("đường dẫn quá phức tạp", "the path is too complex")
        }
        _ => message!(
            "một chứng thư trên đường dẫn ghi sai",
            "a certificate on it is not written as it must be"
        ),
    }
}
