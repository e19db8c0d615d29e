//! Why a document was not issued, in words.

use std::path::PathBuf;

use crate::explain::{self, Explain, Refusal};
use crate::issue::compose::ComposeError;
use crate::lang::Message;
use crate::message;
use crate::register::{Entry, RegisterError};
use crate::signing::SigningError;

/// Why a document was not issued.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.words().en)]
#[non_exhaustive]
pub enum IssueError {
    /// The number can't be taken or made final.
    Register(#[from] RegisterError),
    /// The same draft is registered already.
    Repeated(Box<Entry>),
    /// The PDF of a registered document can't be made again byte for byte.
    NotReproducible(Box<Entry>),
    /// The document could not be laid out.
    Report(#[from] ComposeError),
    /// The document could not be signed.
    Signing(#[from] SigningError),
    /// The file is one that the register knows: it is never replaced.
    Kept {
        /// The path of the file.
        path: PathBuf,
        /// Number and notation of its document.
        code: String,
    },
    /// A file could not be written.
    Disk {
        /// The path of the file.
        path: PathBuf,
        /// The error of the operating system.
        #[source]
        cause: std::io::Error,
    },
}

impl Explain for IssueError {
    fn words(&self) -> Message {
        match self {
            IssueError::Register(cause) => cause.words(),
            IssueError::Repeated(entry) => {
                let (code, file) = (&entry.document.code, &entry.file);
                message!(
                    "văn bản này đã vào sổ với số {code} ({file})",
                    "this document is registered already as {code} ({file})"
                )
            }
            IssueError::NotReproducible(entry) => {
                let (code, file) = (&entry.document.code, &entry.file);
                message!(
                    "văn bản đã vào sổ với số {code} nhưng tệp {file} không còn, và phiên bản này, với vanthu.toml hiện nay, không tạo lại được đúng tệp đó",
                    "the document is registered as {code}, but {file} is gone, and this version with the present vanthu.toml can't make the same file again"
                )
            }
            IssueError::Kept { path, code } => {
                let path = path.display();
                message!(
                    "{path} là tệp của văn bản {code} trong sổ: không bao giờ ghi đè, hãy chọn tên khác",
                    "{path} is a file of the registered document {code}, which is never replaced: choose another name"
                )
            }
            IssueError::Report(cause) => cause.words(),
            IssueError::Signing(cause) => cause.words(),
            IssueError::Disk { path, cause } => explain::disk(path, cause),
        }
    }

    fn kind(&self) -> Refusal {
        match self {
            IssueError::Register(cause) => cause.kind(),
            IssueError::Repeated(_) | IssueError::NotReproducible(_) | IssueError::Kept { .. } => {
                Refusal::Conflict
            }
            IssueError::Report(cause) => cause.kind(),
            IssueError::Signing(cause) => cause.kind(),
            IssueError::Disk { .. } => Refusal::Environment,
        }
    }
}
