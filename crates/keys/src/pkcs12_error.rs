//! Why a PKCS#12 file gives no key.

use crate::explain::{Explain, Refusal};
use crate::lang::Message;
use crate::message;

/// Why a PKCS#12 file gives no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.words().en)]
#[non_exhaustive]
pub enum Pkcs12Error {
    /// It is not PKCS#12 in DER, or damaged.
    Structure,
    /// The passphrase is another one.
    Passphrase,
    /// It is encrypted or authenticated in a way that is not known; its object identifier.
    Unsupported(String),
    /// Deriving keys from the passphrase would take too long.
    Work,
    /// There is no private key in it.
    NoKey,
    /// There are several private keys in it.
    SeveralKeys,
    /// The certificate of its key is not in it.
    NoCertificate,
}

impl Explain for Pkcs12Error {
    fn words(&self) -> Message {
        match self {
            Pkcs12Error::Structure => {
                message!("tệp không phải PKCS#12, hoặc đã hỏng", "the file is not PKCS#12, or it is damaged")
            }
            Pkcs12Error::Passphrase => {
                message!("sai mật khẩu của tệp PKCS#12", "wrong passphrase for the PKCS#12 file")
            }
            Pkcs12Error::Unsupported(kind) => message!(
                "tệp PKCS#12 được mã hóa theo cách không được hỗ trợ ({kind})",
                "the PKCS#12 file is encrypted in a way that is not supported ({kind})"
            ),
            Pkcs12Error::Work => message!(
                "mở tệp PKCS#12 này tốn quá nhiều thời gian: số vòng dẫn xuất khóa quá lớn",
                "opening this PKCS#12 file would take too long: it asks for too many rounds of key derivation"
            ),
            Pkcs12Error::NoKey => {
                message!("tệp PKCS#12 không có khóa bí mật", "the PKCS#12 file holds no private key")
            }
            Pkcs12Error::SeveralKeys => message!(
                "tệp PKCS#12 có nhiều khóa bí mật; hãy xuất riêng khóa cần dùng",
                "the PKCS#12 file holds several private keys; export the one that is meant alone"
            ),
            Pkcs12Error::NoCertificate => message!(
                "tệp PKCS#12 không có chứng thư của khóa trong đó",
                "the PKCS#12 file holds no certificate of its key"
            ),
        }
    }

    fn kind(&self) -> Refusal {
        Refusal::Key
    }
}

impl From<der::Error> for Pkcs12Error {
    fn from(_: der::Error) -> Pkcs12Error {
        Pkcs12Error::Structure
    }
}
