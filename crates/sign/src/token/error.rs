//! Why a token can't be used, in words.

use std::path::PathBuf;

use cryptoki::error::{Error, RvError};

use crate::error::SignError;
use crate::explain::{Explain, Refusal};
use crate::lang::Message;
use crate::message;

/// Why a token can't be used.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.words().en)]
#[non_exhaustive]
pub enum TokenError {
    /// The module can't be loaded.
    Module {
        /// The module.
        path: PathBuf,
        /// What the system said.
        cause: String,
    },
    /// There is not exactly one token that is meant; the labels of those that there are.
    Token(Vec<String>),
    /// There is not exactly one key that is meant; the labels of those that there are.
    Key(Vec<String>),
    /// The PIN is not the token's.
    Pin,
    /// The PIN was wrong too often, or has expired: it has to be set anew with the maker's program.
    PinLocked(String),
    /// The token was pulled.
    Gone,
    /// The key wants its PIN for every signature (CKA_ALWAYS_AUTHENTICATE), which is not supported.
    PinEachTime(String),
    /// The token has no certificate for the key, and none was given.
    NoCertificate(String),
    /// The token does not show the key's public half.
    NoPublicKey(String),
    /// A structure could not be encoded.
    Encoding(#[from] der::Error),
    /// The token refused something else.
    Refused(#[from] Error),
    /// The certificate or key does not fit.
    Sign(#[from] SignError),
}

impl Explain for TokenError {
    fn words(&self) -> Message {
        match self {
            TokenError::Module { path, cause } => {
                let path = path.display();
                message!(
                    "{path}: không phải mô-đun PKCS#11: {cause}",
                    "{path}: not a PKCS#11 module: {cause}"
                )
            }
            TokenError::Token(found) if found.is_empty() => message!(
                "mô-đun PKCS#11 không thấy thiết bị nào: hãy cắm thiết bị",
                "the PKCS#11 module sees no token: plug it in"
            ),
            TokenError::Token(found) => {
                let found = found.join(", ");
                message!("hãy chọn thiết bị; đang có: {found}", "choose the token; there is: {found}")
            }
            TokenError::Key(found) if found.is_empty() => {
                message!("thiết bị không có khóa nào để ký", "the token has no key that signs")
            }
            TokenError::Key(found) => {
                let found = found.join(", ");
                message!("hãy chọn khóa; thiết bị có: {found}", "choose the key; the token has: {found}")
            }
            TokenError::Pin => message!(
                "sai mã PIN của thiết bị; sai quá nhiều lần thì mã bị khóa",
                "the token's PIN is wrong; after too many wrong ones it is locked"
            ),
            TokenError::PinLocked(reason) => message!(
                "mã PIN đã bị khóa hoặc hết hạn ({reason}); hãy đặt lại bằng phần mềm của nhà cung cấp thiết bị",
                "the PIN is locked or has expired ({reason}); set it anew with the program of the token's maker"
            ),
            TokenError::Gone => {
                message!("thiết bị không còn đó: hãy cắm lại", "the token is gone: plug it in again")
            }
            TokenError::PinEachTime(label) => message!(
                "khóa “{label}” đòi mã PIN cho từng chữ ký (CKA_ALWAYS_AUTHENTICATE), chưa được hỗ trợ",
                "the key “{label}” wants its PIN for every signature (CKA_ALWAYS_AUTHENTICATE), which is not supported"
            ),
            TokenError::NoCertificate(label) => message!(
                "thiết bị không có chứng thư của khóa “{label}”",
                "the token has no certificate of the key “{label}”"
            ),
            TokenError::NoPublicKey(label) => message!(
                "thiết bị không cho thấy khóa công khai “{label}”",
                "the token shows no public key “{label}”"
            ),
            TokenError::Encoding(cause) => message!(
                "không đọc được khóa trong thiết bị: {cause}",
                "a key of the token can't be read: {cause}"
            ),
            TokenError::Refused(cause) => {
                message!("thiết bị từ chối: {cause}", "the token refused: {cause}")
            }
            TokenError::Sign(cause) => cause.words(),
        }
    }

    fn kind(&self) -> Refusal {
        match self {
            TokenError::Sign(cause) => cause.kind(),
            TokenError::Module { .. }
            | TokenError::Token(_)
            | TokenError::Key(_)
            | TokenError::Pin
            | TokenError::PinLocked(_)
            | TokenError::Gone
            | TokenError::PinEachTime(_)
            | TokenError::NoCertificate(_)
            | TokenError::NoPublicKey(_)
            | TokenError::Encoding(_)
            | TokenError::Refused(_) => Refusal::Key,
        }
    }
}

/// Why the token refuses to log in.
pub(super) fn refused_pin(cause: Error) -> TokenError {
    let Error::Pkcs11(code, _) = &cause else {
        return TokenError::Refused(cause);
    };
    match code {
        RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange => TokenError::Pin,
        RvError::PinLocked | RvError::PinExpired => TokenError::PinLocked(format!("{code:?}")),
        RvError::TokenNotPresent | RvError::DeviceRemoved | RvError::DeviceError => TokenError::Gone,
        _ => TokenError::Refused(cause),
    }
}

/// The name of what went wrong; PKCS#11 has whole paragraphs for it.
pub(super) fn short(cause: &Error) -> String {
    match cause {
        Error::Pkcs11(code, function) => format!("{function:?}: {code:?}"),
        other => other.to_string(),
    }
}

/// Whether `cause` says that the session, or the token, is not there any more.
pub(super) fn is_lost(cause: &Error) -> bool {
    matches!(
        cause,
        Error::Pkcs11(
            RvError::CryptokiNotInitialized
                | RvError::DeviceError
                | RvError::DeviceRemoved
                | RvError::FunctionFailed
                | RvError::GeneralError
                | RvError::KeyHandleInvalid
                | RvError::ObjectHandleInvalid
                | RvError::SessionClosed
                | RvError::SessionHandleInvalid
                | RvError::SlotIdInvalid
                | RvError::TokenNotPresent
                | RvError::TokenNotRecognized
                | RvError::UserNotLoggedIn,
            _
        )
    )
}

#[cfg(test)]
mod tests {
    use cryptoki::context::Function;

    use super::*;

    #[test]
    fn why_a_login_fails_is_told_apart() {
        // SoftHSM never locks a PIN, so that no test from outside can.
        let refused = |code| refused_pin(Error::Pkcs11(code, Function::Login));
        assert!(matches!(refused(RvError::PinIncorrect), TokenError::Pin));
        assert!(matches!(refused(RvError::PinLenRange), TokenError::Pin));
        assert!(matches!(refused(RvError::PinLocked), TokenError::PinLocked(_)));
        assert!(matches!(refused(RvError::PinExpired), TokenError::PinLocked(_)));
        assert!(matches!(refused(RvError::DeviceRemoved), TokenError::Gone));
        assert!(matches!(refused(RvError::FunctionFailed), TokenError::Refused(_)));
    }
}
