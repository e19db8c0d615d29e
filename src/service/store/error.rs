//! Why a file was not kept or found, in words.

use std::io;
use std::path::PathBuf;

use super::limits::MAX_FILE;
use crate::explain::{self, Explain, Refusal};
use crate::lang::Message;
use crate::message;

/// Why a file was not kept or found.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.words().en)]
#[non_exhaustive]
pub enum StoreError {
    /// The folder can't be used.
    Folder {
        /// The path of the folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// The storage refused or could not be reached.
    Storage(object_store::Error),
    /// An office without a name has no files.
    Office,
    /// The text is no SHA-256 digest in lower-case hexadecimal.
    Digest(String),
    /// The file is longer than what is kept.
    TooLong(u64),
    /// There is no such file.
    Missing(String),
    /// The file is there and is not the one that was written.
    Changed(String),
    /// The storage takes too long.
    Late,
}

impl Explain for StoreError {
    fn words(&self) -> Message {
        let Message { vi, en } = match self {
            StoreError::Folder { path, cause } => return explain::disk(path, cause),
            StoreError::Missing(sha256) => {
                return message!("kho không có tệp {sha256}", "the storage has no file {sha256}");
            }
            StoreError::Changed(sha256) => {
                return message!(
                    "tệp {sha256} trong kho đã bị sửa: khôi phục từ bản sao lưu",
                    "the stored file {sha256} was changed: restore a backup"
                );
            }
            StoreError::Storage(cause) => message!("{cause}", "{cause}"),
            StoreError::Office => message!("cơ quan không có tên", "an office without a name"),
            StoreError::Digest(text) => {
                message!("`{text}` không phải giá trị băm SHA-256", "`{text}` is no SHA-256 digest")
            }
            StoreError::TooLong(length) => message!(
                "tệp dài {length} byte, nhiều nhất là {MAX_FILE}",
                "a file of {length} bytes: {MAX_FILE} at the most"
            ),
            StoreError::Late => {
                message!("kho không trả lời kịp", "the storage did not answer in time")
            }
        };
        message!(
            "không dùng được kho tệp: {vi}; xem [storage] và các biến AWS_*",
            "the storage can't be used: {en}; see [storage] and the variables AWS_*"
        )
    }

    fn kind(&self) -> Refusal {
        match self {
            StoreError::Changed(_) => Refusal::Conflict,
            StoreError::Folder { .. }
            | StoreError::Storage(_)
            | StoreError::Office
            | StoreError::Digest(_)
            | StoreError::TooLong(_)
            | StoreError::Missing(_)
            | StoreError::Late => Refusal::Environment,
        }
    }
}
