//! Why a file can't be updated.

use crate::reader::ReadError;

/// Why a file can't be updated.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// It can't be read on.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// It is encrypted.
    #[error("the PDF is encrypted")]
    Encrypted,
    /// Something that the file must have is missing or of the wrong type.
    #[error("the PDF has no usable {0}")]
    Missing(&'static str),
}
