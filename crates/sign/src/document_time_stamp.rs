//! A document time-stamp (ISO 32000-2 12.8.5): everything before it existed at its time.

use super::base_digest::BaseDigest;
use super::error::SignError;
use super::pending::digest_around;
use crate::pdf::PdfError;
use crate::pdf::reader::File;
use crate::pdf::writer::{self, Unfilled, Update};

/// A revision with an empty place for the token.
#[derive(Debug)]
pub struct PendingStamp {
    unfilled: Unfilled,
    digest: Vec<u8>,
}

impl PendingStamp {
    /// Adds a field to `file`, whose bytes have the digests `base`, with room for a token of `room` bytes.
    ///
    /// # Errors
    /// The file can't be updated.
    pub fn prepare(file: &File<'_>, base: BaseDigest, room: usize) -> Result<PendingStamp, SignError> {
        if base.length() != file.bytes().len() {
            return Err(PdfError::Missing("digest of the whole file").into());
        }
        let unfilled = writer::time_stamp(Update::of(file)?, room)?;
        let digest = digest_around(&unfilled, base.message());
        Ok(PendingStamp { unfilled, digest })
    }

    /// The digest that is time-stamped.
    pub fn digest(&self) -> &[u8] {
        &self.digest
    }

    /// Puts the DER of the token in its place, and gives the bytes that follow the file.
    ///
    /// # Errors
    /// There is no room for it.
    pub fn complete(self, token: &[u8]) -> Result<Vec<u8>, SignError> {
        self.unfilled.fill(token).ok_or(SignError::TooLong(token.len()))
    }
}
