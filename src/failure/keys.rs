//! Why a key, certificate or token is refused, for the person who gave it.

use super::{Exit, Failure};
use crate::keys::{KeyError, passphrase, pkcs12};
use crate::lang::Message;
use crate::message;
use crate::sign::token::TokenError;

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Failure {
        let message = match &error {
            KeyError::NotAPassphrase(path) => {
                let (path, most) = (path.display(), passphrase::MAX_LENGTH);
                message!(
                    "{path}: dòng đầu không phải mật khẩu (UTF-8, nhiều nhất {most} byte)",
                    "{path}: its first line is no passphrase (UTF-8, at most {most} bytes)"
                )
            }
            KeyError::Disk { path, cause } => return Failure::disk(path, cause),
            KeyError::Exposed { path, mode } => {
                let path = path.display();
                message!(
                    "người khác đọc được tệp khóa {path} (quyền {mode:03o}); hãy chạy: chmod 600 {path}",
                    "others may read the key file {path} (mode {mode:03o}); run: chmod 600 {path}"
                )
            }
            KeyError::PassphraseNeeded(path) => {
                let path = path.display();
                message!(
                    "{path} cần mật khẩu; dùng --passphrase-file, --passphrase-fd hoặc biến VANTHU_PASSPHRASE",
                    "{path} needs its passphrase; use --passphrase-file, --passphrase-fd or the variable VANTHU_PASSPHRASE"
                )
            }
            KeyError::WrongPassphrase(path) => {
                let path = path.display();
                message!("sai mật khẩu của {path}", "wrong passphrase for {path}")
            }
            KeyError::NotAKey(path) => {
                let path = path.display();
                message!(
                    "{path} không phải tệp khóa Ed25519, P-256 hay P-384 (PKCS#8, PEM)",
                    "{path} is not a key file (PKCS#8, PEM) of Ed25519, P-256 or P-384"
                )
            }
            KeyError::NotAList(path) => {
                let path = path.display();
                message!("{path} không phải danh sách thu hồi (CRL)", "{path} is not a revocation list (CRL)")
            }
            KeyError::NotARequest(path) => {
                let path = path.display();
                message!(
                    "{path} không phải yêu cầu cấp chứng thư (PKCS#10, PEM)",
                    "{path} is not a request for a certificate (PKCS#10, PEM)"
                )
            }
            KeyError::ForgedRequest(path) => {
                let path = path.display();
                message!(
                    "{path}: chữ ký trong yêu cầu không đúng: người gửi không giữ khóa này",
                    "{path}: the request's signature does not hold: who sent it has not the key"
                )
            }
            KeyError::OtherIssuer(name) => message!(
                "chứng thư do {name} cấp, không phải do gốc này",
                "the certificate was issued by {name}, not by this root"
            ),
            KeyError::Revoked(name) => message!(
                "chứng thư của {name} đã bị thu hồi rồi",
                "the certificate of {name} is revoked already"
            ),
            KeyError::OtherKey(path) => {
                let path = path.display();
                message!(
                    "chứng thư không phải của khóa {path}",
                    "the certificate does not belong to the key {path}"
                )
            }
            KeyError::Rsa(path) => {
                let path = path.display();
                message!(
                    "{path} là khóa RSA; RSA chỉ ký từ thiết bị (PKCS#11): hãy đưa khóa vào thiết bị, hoặc tạo khóa Ed25519 hay ECDSA",
                    "{path} is an RSA key; RSA signs from tokens (PKCS#11) only: put it into one, or make a key of Ed25519 or ECDSA"
                )
            }
            KeyError::OldForm(path) => {
                let path = path.display();
                message!(
                    "{path} là khóa dạng cũ (EC PRIVATE KEY); hãy đổi sang PKCS#8: openssl pkcs8 -topk8 -in {path} -out NEW.key",
                    "{path} is a key in the old form EC PRIVATE KEY; make it PKCS#8: openssl pkcs8 -topk8 -in {path} -out NEW.key"
                )
            }
            KeyError::Pkcs12(problem) => pkcs12_problem(problem),
            KeyError::RevokesItself(name) => message!(
                "{name} là chứng thư gốc: gốc không tự thu hồi chính mình; hãy tạo gốc mới và báo cho nơi nhận bỏ gốc cũ",
                "{name} is the root itself, which can't revoke itself: make a new root and have the recipients throw the old one away"
            ),
            KeyError::RenewsRevoked(name) => message!(
                "chứng thư của {name} đã bị thu hồi: hãy tạo khóa mới (vanthu keys new, keys csr)",
                "the certificate of {name} is revoked: make a new key (vanthu keys new, keys csr)"
            ),
            KeyError::RenewsRoot(name) => message!(
                "{name} là chứng thư gốc: hãy tạo gốc mới (vanthu keys new NAME --root)",
                "{name} is a root: make a new one (vanthu keys new NAME --root)"
            ),
            KeyError::UnknownKey => message!(
                "khóa riêng không thuộc loại Ed25519, P-256 hay P-384; RSA chỉ ký từ thiết bị (PKCS#11)",
                "the private key is not one of Ed25519, P-256 or P-384; RSA signs from tokens (PKCS#11) only"
            ),
            KeyError::NotACertificate(path) => {
                let path = path.display();
                message!("{path} không phải chứng thư (PEM)", "{path} is not a certificate (PEM)")
            }
            KeyError::Validity => message!(
                "thời hạn của chứng thư vượt ra ngoài thời hạn của chứng thư gốc; dùng --years ngắn hơn",
                "the certificate would outlive its root; use fewer --years"
            ),
            KeyError::NotAnIssuer(name) => {
                message!("{name} không phải chứng thư gốc", "{name} is not a root certificate")
            }
            KeyError::IssuerKeyMismatch => message!(
                "khóa gốc không phải của chứng thư gốc",
                "the root's key does not belong to the root's certificate"
            ),
            KeyError::Name { attribute, most } => message!(
                "trường {attribute} của chứng thư phải có từ 1 đến {most} ký tự",
                "the certificate's {attribute} must have 1 to {most} characters"
            ),
            KeyError::Build(_) | KeyError::Encoding(_) | KeyError::Random(_) => Message::from_english(&error),
        };
        Failure::new(Exit::Key, message)
    }
}

/// Why a PKCS#12 file gives no key, in words.
fn pkcs12_problem(problem: &pkcs12::Problem) -> Message {
    use pkcs12::Problem;
    match problem {
        Problem::Structure => {
            message!("tệp không phải PKCS#12, hoặc đã hỏng", "the file is not PKCS#12, or it is damaged")
        }
        Problem::Passphrase => {
            message!("sai mật khẩu của tệp PKCS#12", "wrong passphrase for the PKCS#12 file")
        }
        Problem::Unsupported(kind) => message!(
            "tệp PKCS#12 được mã hóa theo cách không được hỗ trợ ({kind})",
            "the PKCS#12 file is encrypted in a way that is not supported ({kind})"
        ),
        Problem::Work => message!(
            "mở tệp PKCS#12 này tốn quá nhiều thời gian: số vòng dẫn xuất khóa quá lớn",
            "opening this PKCS#12 file would take too long: it asks for too many rounds of key derivation"
        ),
        Problem::NoKey => {
            message!("tệp PKCS#12 không có khóa riêng", "the PKCS#12 file holds no private key")
        }
        Problem::SeveralKeys => message!(
            "tệp PKCS#12 có nhiều khóa riêng; hãy xuất riêng khóa cần dùng",
            "the PKCS#12 file holds several private keys; export the one that is meant alone"
        ),
        Problem::NoCertificate => message!(
            "tệp PKCS#12 không có chứng thư của khóa trong đó",
            "the PKCS#12 file holds no certificate of its key"
        ),
    }
}

impl From<TokenError> for Failure {
    fn from(error: TokenError) -> Failure {
        let message = match error {
            TokenError::Sign(error) => return error.into(),
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
                message!(
                    "hãy chọn thiết bị bằng --token-label; đang có: {found}",
                    "choose the token with --token-label; there is: {found}"
                )
            }
            TokenError::Key(found) if found.is_empty() => {
                message!("thiết bị không có khóa nào để ký", "the token has no key that signs")
            }
            TokenError::Key(found) => {
                let found = found.join(", ");
                message!(
                    "hãy chọn khóa bằng --key-label; thiết bị có: {found}",
                    "choose the key with --key-label; the token has: {found}"
                )
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
                "khóa «{label}» đòi mã PIN cho từng chữ ký (CKA_ALWAYS_AUTHENTICATE), chưa được hỗ trợ",
                "the key «{label}» wants its PIN for every signature (CKA_ALWAYS_AUTHENTICATE), which is not supported"
            ),
            TokenError::NoCertificate(label) => message!(
                "thiết bị không có chứng thư của khóa «{label}»; dùng --cert",
                "the token has no certificate of the key «{label}»; use --cert"
            ),
            TokenError::NoPublicKey(label) => message!(
                "thiết bị không cho thấy khóa công khai «{label}»",
                "the token shows no public key «{label}»"
            ),
            TokenError::Encoding(cause) => {
                message!(
                    "không đọc được khóa trong thiết bị: {cause}",
                    "a key of the token can't be read: {cause}"
                )
            }
            TokenError::Refused(cause) => message!("thiết bị từ chối: {cause}", "the token refused: {cause}"),
        };
        Failure::new(Exit::Key, message)
    }
}
