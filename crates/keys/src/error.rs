//! Why a key or a certificate can't be used.

use std::path::PathBuf;

use crate::explain::{self, Explain, Refusal};
use crate::lang::Message;
use crate::message;
#[cfg(feature = "pkcs12")]
use crate::pkcs12_error::Pkcs12Error;

/// Why a key or a certificate can't be used.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.words().en)]
#[non_exhaustive]
pub enum KeyError {
    /// The disk refused.
    Disk {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: std::io::Error,
    },
    /// Others may read the key file.
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file's first line is no passphrase.
    NotAPassphrase {
        /// The file.
        path: PathBuf,
        /// The longest that a passphrase may be, in bytes.
        most: usize,
    },
    /// The key file needs a passphrase and none was given.
    PassphraseNeeded(PathBuf),
    /// The passphrase is not the one of the key file.
    WrongPassphrase(PathBuf),
    /// The file is not a private key that the program knows.
    NotAKey(PathBuf),
    /// The file holds an RSA key.
    Rsa(PathBuf),
    /// The file holds a key in the form that older programs write (RFC 5915).
    OldForm(PathBuf),
    /// The private key is of a kind that the program does not keep in files.
    UnknownKey,
    /// The file is not a certificate.
    NotACertificate(PathBuf),
    /// A name in a certificate is empty or too long (RFC 5280, appendix A.1).
    Name {
        /// Which.
        attribute: &'static str,
        /// The most characters that it may have.
        most: usize,
    },
    /// The issuer's certificate may not vouch for others.
    NotAnIssuer(String),
    /// The issuer's key is not the one that its certificate names.
    IssuerKeyMismatch,
    /// The file is not a revocation list.
    NotAList(PathBuf),
    /// The revocation list of an own root is not the one that was published last.
    List {
        /// The list's file.
        path: PathBuf,
        /// What is wrong with it.
        problem: ListProblem,
    },
    /// A date of revocation that is yet to come.
    LaterRevocation,
    /// The file is not a request for a certificate.
    NotARequest(PathBuf),
    /// Who sent the request does not have the key.
    ForgedRequest(PathBuf),
    /// The certificate or the list was issued by another than this root.
    OtherIssuer(String),
    /// The certificate is revoked already.
    Revoked(String),
    /// The certificate does not belong to the key in this file.
    OtherKey(PathBuf),
    /// A PKCS#12 file that gives no key.
    #[cfg(feature = "pkcs12")]
    Pkcs12(#[from] Pkcs12Error),
    /// A root can't revoke itself: whoever has its key could write any list.
    RevokesItself(String),
    /// A revoked certificate is not renewed: the same key would be believed again.
    RenewsRevoked(String),
    /// A root is not renewed as a signer is.
    RenewsRoot(String),
    /// The certificate would end before it begins or after the one that vouches for it, or time is
    /// out of range.
    Validity,
    /// The certificate could not be made.
    Build(#[from] x509_cert::builder::Error),
    /// A structure could not be encoded.
    Encoding(#[from] der::Error),
    /// The system has no randomness to give.
    Random(#[from] getrandom::Error),
}

/// What is wrong with the file of an own root's revocation list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListProblem {
    /// A list was published, and there is none.
    Missing {
        /// The number of the one that was published last.
        published: u64,
    },
    /// It is an earlier one.
    Older {
        /// Its number.
        number: u64,
        /// The number of the one that was published last.
        published: u64,
    },
    /// It has the number of the one that was published last, and says something else.
    Other {
        /// The number of both.
        number: u64,
    },
    /// The root did not sign it.
    NotSigned,
    /// What is remembered of the one that was published last can't be read.
    Memory,
}

impl ListProblem {
    fn words(self) -> Message {
        match self {
            ListProblem::Missing { published } => message!(
                "danh sách thu hồi số {published} đã công bố, nay tệp không còn",
                "the revocation list {published} was published, and its file is gone"
            ),
            ListProblem::Older { number, published } => message!(
                "đây là danh sách thu hồi số {number}, cũ hơn số {published} đã công bố",
                "this is the revocation list {number}, older than {published}, which was published"
            ),
            ListProblem::Other { number } => message!(
                "danh sách thu hồi số {number} này không phải danh sách đã công bố",
                "this revocation list {number} is not the one that was published"
            ),
            ListProblem::NotSigned => message!(
                "danh sách thu hồi không do gốc này ký, hoặc đã bị sửa",
                "the root did not sign this revocation list, or it was changed"
            ),
            ListProblem::Memory => message!(
                "không đọc được ghi nhớ về danh sách đã công bố (tệp .memory bên cạnh)",
                "what is remembered of the published list can't be read (the file .memory beside it)"
            ),
        }
    }
}

impl Explain for KeyError {
    fn words(&self) -> Message {
        match self {
            KeyError::Disk { path, cause } => explain::disk(path, cause),
            KeyError::Exposed { path, mode } => {
                let path = path.display();
                message!(
                    "người khác đọc được tệp khóa {path} (quyền {mode:03o}); hãy chạy: chmod 600 {path}",
                    "others may read the key file {path} (mode {mode:03o}); run: chmod 600 {path}"
                )
            }
            KeyError::NotAPassphrase { path, most } => {
                let path = path.display();
                message!(
                    "{path}: dòng đầu không phải mật khẩu (UTF-8, nhiều nhất {most} byte)",
                    "{path}: its first line is no passphrase (UTF-8, at most {most} bytes)"
                )
            }
            KeyError::PassphraseNeeded(path) => {
                let path = path.display();
                message!("{path} cần mật khẩu", "{path} needs its passphrase")
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
            KeyError::UnknownKey => message!(
                "khóa bí mật không thuộc loại Ed25519, P-256 hay P-384; RSA chỉ ký từ thiết bị (PKCS#11)",
                "the private key is not one of Ed25519, P-256 or P-384; RSA signs from tokens (PKCS#11) only"
            ),
            KeyError::NotACertificate(path) => {
                let path = path.display();
                message!("{path} không phải chứng thư (PEM)", "{path} is not a certificate (PEM)")
            }
            KeyError::Name { attribute, most } => message!(
                "trường {attribute} của chứng thư phải có từ 1 đến {most} ký tự",
                "the certificate's {attribute} must have 1 to {most} characters"
            ),
            KeyError::NotAnIssuer(name) => {
                message!("{name} không phải chứng thư gốc", "{name} is not a root certificate")
            }
            KeyError::IssuerKeyMismatch => message!(
                "khóa gốc không phải của chứng thư gốc",
                "the root's key does not belong to the root's certificate"
            ),
            KeyError::NotAList(path) => {
                let path = path.display();
                message!("{path} không phải danh sách thu hồi (CRL)", "{path} is not a revocation list (CRL)")
            }
            KeyError::List { path, problem } => {
                let (path, Message { vi, en }) = (path.display(), problem.words());
                message!("{path}: {vi}", "{path}: {en}")
            }
            KeyError::LaterRevocation => {
                message!("ngày thu hồi không được ở tương lai", "the date of revocation is in the future")
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
            #[cfg(feature = "pkcs12")]
            KeyError::Pkcs12(problem) => problem.words(),
            KeyError::RevokesItself(name) => message!(
                "{name} là chứng thư gốc: gốc không tự thu hồi chính mình; hãy tạo gốc mới và báo cho nơi nhận bỏ gốc cũ",
                "{name} is the root itself, which can't revoke itself: make a new root and have the recipients throw the old one away"
            ),
            KeyError::RenewsRevoked(name) => message!(
                "chứng thư của {name} đã bị thu hồi: hãy tạo khóa mới",
                "the certificate of {name} is revoked: make a new key"
            ),
            KeyError::RenewsRoot(name) => {
                message!("{name} là chứng thư gốc: hãy tạo gốc mới", "{name} is a root: make a new one")
            }
            KeyError::Validity => message!(
                "thời hạn của chứng thư vượt ra ngoài thời hạn của chứng thư gốc",
                "the certificate would outlive its root"
            ),
            KeyError::Build(cause) => {
                message!("không lập được chứng thư: {cause}", "the certificate could not be made: {cause}")
            }
            KeyError::Encoding(cause) => {
                message!("không mã hóa được dữ liệu ASN.1: {cause}", "encoding failed: {cause}")
            }
            KeyError::Random(cause) => message!(
                "hệ thống không cho số ngẫu nhiên: {cause}",
                "the system gives no random bytes: {cause}"
            ),
        }
    }

    fn kind(&self) -> Refusal {
        match self {
            KeyError::Disk { .. } => Refusal::Environment,
            #[cfg(feature = "pkcs12")]
            KeyError::Pkcs12(problem) => problem.kind(),
            KeyError::Exposed { .. }
            | KeyError::NotAPassphrase { .. }
            | KeyError::PassphraseNeeded(_)
            | KeyError::WrongPassphrase(_)
            | KeyError::NotAKey(_)
            | KeyError::Rsa(_)
            | KeyError::OldForm(_)
            | KeyError::UnknownKey
            | KeyError::NotACertificate(_)
            | KeyError::Name { .. }
            | KeyError::NotAnIssuer(_)
            | KeyError::IssuerKeyMismatch
            | KeyError::NotAList(_)
            | KeyError::List { .. }
            | KeyError::LaterRevocation
            | KeyError::NotARequest(_)
            | KeyError::ForgedRequest(_)
            | KeyError::OtherIssuer(_)
            | KeyError::Revoked(_)
            | KeyError::OtherKey(_)
            | KeyError::RevokesItself(_)
            | KeyError::RenewsRevoked(_)
            | KeyError::RenewsRoot(_)
            | KeyError::Validity
            | KeyError::Build(_)
            | KeyError::Encoding(_)
            | KeyError::Random(_) => Refusal::Key,
        }
    }
}
