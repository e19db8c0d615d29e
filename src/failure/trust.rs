//! Why somebody is not believed, or may not sign, for the administrator.

use super::{Exit, Failure};
use crate::authorization::AuthorizationError;
use crate::message;
use crate::trust_folder::TrustFolderError;

impl From<TrustFolderError> for Failure {
    fn from(cause: TrustFolderError) -> Failure {
        match cause {
            TrustFolderError::Disk { path, cause } => Failure::disk(&path, &cause),
            TrustFolderError::PrivateKey => Failure::new(
                Exit::Key,
                message!(
                    "tệp có khóa bí mật: không đưa khóa bí mật cho ai; chỉ thêm chứng thư (.crt)",
                    "the file holds a private key: never give that to anybody; add the certificate (.crt)"
                ),
            ),
            TrustFolderError::Expired { name, from, until } => Failure::new(
                Exit::Key,
                message!(
                    "chứng thư \"{name}\" chỉ có hiệu lực từ {from} đến {until}",
                    "the certificate \"{name}\" is valid from {from} until {until} only"
                ),
            ),
            TrustFolderError::Weak { name, reason } => Failure::new(
                Exit::Key,
                message!(
                    "chứng thư \"{name}\" dùng thuật toán yếu: {reason}",
                    "the certificate \"{name}\": {reason}"
                ),
            ),
            TrustFolderError::Unknown(fingerprint) => Failure::new(
                Exit::Usage,
                message!(
                    "không có chứng thư nào có vân tay {fingerprint}",
                    "no certificate has the fingerprint {fingerprint}"
                ),
            ),
            cause @ TrustFolderError::Content(_) => Failure::new(
                Exit::Key,
                message!("không phải chứng thư hay danh sách tin cậy: {cause}", "{cause}"),
            ),
        }
    }
}

impl From<AuthorizationError> for Failure {
    fn from(error: AuthorizationError) -> Failure {
        match error {
            AuthorizationError::NotPinned { role, fingerprint } => {
                let field = role.field_name();
                Failure::new(
                    Exit::Key,
                    message!(
                        "chứng thư {fingerprint} không được ký ở vai trò này: xem signing.{field} trong vanthu.toml",
                        "the certificate {fingerprint} may not sign in this role: see signing.{field} in vanthu.toml"
                    ),
                )
            }
            AuthorizationError::Trust(cause) => cause.into(),
            AuthorizationError::Anchor(cause) => {
                Failure::new(Exit::Key, message!("chứng thư gốc: {cause}", "a root certificate: {cause}"))
            }
            AuthorizationError::Key(cause) => cause.into(),
            AuthorizationError::NoList(path) => {
                let path = path.display();
                Failure::new(
                    Exit::Rejected,
                    message!(
                        "{path}: không phải danh sách thu hồi (CRL) hay trả lời OCSP",
                        "{path}: neither a revocation list (CRL) nor an OCSP answer"
                    ),
                )
            }
            AuthorizationError::Disk { path, cause } => Failure::disk(&path, &cause),
            AuthorizationError::Signing(cause) => cause.into(),
        }
    }
}
