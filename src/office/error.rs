//! Why an office's folder can't be used, in words.

use std::io;
use std::path::PathBuf;

use super::config::CONFIG_FILE;
use crate::explain::{self, Explain, Refusal};
use crate::lang::Message;
use crate::message;

/// Why an office's folder can't be used.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.words().en)]
#[non_exhaustive]
pub enum OfficeError {
    /// No configuration in the folder or any above it.
    NotAnOffice(PathBuf),
    /// There is an office in the folder already.
    Exists(PathBuf),
    /// The configuration does not say what it must.
    Config {
        /// The path of the configuration file.
        path: PathBuf,
        /// What is wrong, with line and column.
        reason: String,
    },
    /// A file or folder of the office can't be read or written.
    Disk {
        /// The path of the file or folder.
        path: PathBuf,
        /// The error of the operating system.
        #[source]
        cause: io::Error,
    },
}

impl Explain for OfficeError {
    fn words(&self) -> Message {
        match self {
            OfficeError::NotAnOffice(folder) => {
                let folder = folder.display();
                message!(
                    "{folder} và các thư mục bên trên không có {CONFIG_FILE}",
                    "there is no {CONFIG_FILE} in {folder} or above it"
                )
            }
            OfficeError::Exists(path) => {
                let path = path.display();
                message!(
                    "{path} đã có: thư mục này đã là một cơ quan",
                    "{path} exists already: this folder is an office"
                )
            }
            OfficeError::Config { path, reason } => {
                let path = path.display();
                message!("{path} viết sai: {reason}", "{path} is wrong: {reason}")
            }
            OfficeError::Disk { path, cause } => explain::disk(path, cause),
        }
    }

    fn kind(&self) -> Refusal {
        match self {
            OfficeError::NotAnOffice(_) | OfficeError::Exists(_) | OfficeError::Disk { .. } => {
                Refusal::Environment
            }
            OfficeError::Config { .. } => Refusal::Rejected,
        }
    }
}
