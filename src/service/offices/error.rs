//! Why an office can't be opened: in full for the operator, and for everybody else no more than where to look.

use std::io;
use std::path::PathBuf;

use crate::explain::{self, Explain, Refusal};
use crate::keys::KeyError;
use crate::lang::Message;
use crate::message;
use crate::office::OfficeError;
use crate::office::authorization::AuthorizationError;
use crate::office::seal::SealError;
use crate::register::RegisterError;
use crate::service::store::StoreError;
use crate::sign::token::TokenError;

/// Why an office can't be opened.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.words().en)]
#[non_exhaustive]
pub enum OpenOfficeError {
    /// There is no office in the folder, or its configuration is wrong.
    Office(#[from] OfficeError),
    /// The key of its register or webhooks can't be used.
    Key(#[from] KeyError),
    /// Its register can't be used.
    Register(#[from] RegisterError),
    /// Its files can't be kept.
    Store(#[from] StoreError),
    /// Whom it believes can't be told.
    Authorization(#[from] AuthorizationError),
    /// It has a key to seal with that can't be used.
    Seal(#[from] SealError),
    /// Another office has the same identifier.
    SameId(String),
    /// The folder can't be read.
    Disk {
        /// The path of the folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
}

impl Explain for OpenOfficeError {
    fn words(&self) -> Message {
        match self {
            OpenOfficeError::Office(cause) => cause.words(),
            OpenOfficeError::Key(cause) => cause.words(),
            OpenOfficeError::Register(cause) => cause.words(),
            OpenOfficeError::Store(cause) => cause.words(),
            OpenOfficeError::Authorization(cause) => cause.words(),
            OpenOfficeError::Seal(cause) => cause.words(),
            OpenOfficeError::SameId(id) => message!(
                "hai cơ quan có cùng mã \"{id}\": đặt agency.organ_id khác nhau",
                "two offices have the identifier \"{id}\": give them different agency.organ_id"
            ),
            OpenOfficeError::Disk { path, cause } => explain::disk(path, cause),
        }
    }

    fn kind(&self) -> Refusal {
        match self {
            OpenOfficeError::Office(cause) => cause.kind(),
            OpenOfficeError::Key(cause) => cause.kind(),
            OpenOfficeError::Register(cause) => cause.kind(),
            OpenOfficeError::Store(cause) => cause.kind(),
            OpenOfficeError::Authorization(cause) => cause.kind(),
            OpenOfficeError::Seal(cause) => cause.kind(),
            OpenOfficeError::SameId(_) => Refusal::Rejected,
            OpenOfficeError::Disk { .. } => Refusal::Environment,
        }
    }
}

impl OpenOfficeError {
    /// What of the office can't be used, without its words: they may hold addresses and paths.
    pub(super) fn part(&self) -> Message {
        match self {
            OpenOfficeError::Office(_) => {
                message!("cấu hình (vanthu.toml)", "its configuration (vanthu.toml)")
            }
            OpenOfficeError::Key(_) => {
                message!("khóa của sổ đăng ký hoặc của webhook", "the key of its register or its webhooks")
            }
            OpenOfficeError::Register(_) => {
                message!("cơ sở dữ liệu của sổ đăng ký", "the database of its register")
            }
            OpenOfficeError::Store(_) => message!("kho tệp", "its storage of files"),
            OpenOfficeError::Authorization(_) => {
                message!("danh sách được tin cậy (trust)", "whom it believes (trust)")
            }
            OpenOfficeError::Seal(_) => message!("khóa đóng dấu", "its key to seal with"),
            OpenOfficeError::SameId(_) => {
                message!("mã cơ quan trùng với cơ quan khác", "its identifier, which another office has")
            }
            OpenOfficeError::Disk { .. } => message!("thư mục của cơ quan", "its folder"),
        }
    }

    /// Whether it may pass without a change in the office's folder. A wrong PIN does not: tried again and again, it
    /// would be locked.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            OpenOfficeError::Seal(SealError::Token(cause)) => {
                matches!(cause, TokenError::Token(_) | TokenError::Gone | TokenError::Module { .. })
            }
            cause => cause.kind() == Refusal::Environment,
        }
    }
}
