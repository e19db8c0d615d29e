//! What an office remembers of its register outside of the database: the newest checkpoint that its key has signed, in a
//! file beside the keys. A backup of the database that is put back, or a database that is emptied, does not take it back.
//!
//! It is written beside its place and synced before the database commits, and put in place after: what was only begun is
//! never remembered. Where the program dies in between, or where another machine writes to the same register, the file
//! tells of an earlier state of the same log, and the register continues that as well.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::RegisterError;
use crate::keys::file::{Existing, Staged};
use crate::log::{Checkpoint, Note};

/// The longest checkpoint that is read, in bytes.
const MAX_NOTE: u64 = 64 << 10;

/// The file in which an office remembers its register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Memory {
    path: PathBuf,
}

impl Memory {
    /// The file at `path`, which need not be there yet.
    pub fn at(path: PathBuf) -> Memory {
        Memory { path }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The checkpoint (a signed note) that is remembered; `None` where there is no file.
    ///
    /// # Errors
    /// The disk refuses. What can't be read is not taken for absent.
    pub fn read(&self) -> Result<Option<String>, RegisterError> {
        let mut bytes = Vec::new();
        let read = File::open(&self.path).and_then(|file| file.take(MAX_NOTE).read_to_end(&mut bytes));
        match read {
            // What is no text is no checkpoint either, which is for the caller to say.
            Ok(_) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(self.failed(cause)),
        }
    }

    /// Writes `checkpoint` beside the file, on the disk.
    pub(super) fn stage(&self, checkpoint: &str) -> Result<Staged, RegisterError> {
        Staged::write(&self.path, checkpoint.as_bytes()).map_err(|cause| self.failed(cause))
    }

    /// Puts what was staged for a log of `size` events in place, unless another process has remembered more meanwhile.
    pub(super) fn keep(
        &self,
        staged: Staged,
        size: u64,
        is_new_beginning: bool,
    ) -> Result<(), RegisterError> {
        if !is_new_beginning && self.read()?.and_then(|note| size_of(&note)).is_some_and(|known| known > size)
        {
            return Ok(());
        }
        staged.place_private(Existing::Replace).map_err(|cause| self.failed(cause))?;
        Ok(())
    }

    fn failed(&self, cause: io::Error) -> RegisterError {
        RegisterError::Memory { path: self.path.clone(), cause }
    }
}

/// The size that a checkpoint names, which nobody vouches for here.
fn size_of(note: &str) -> Option<u64> {
    Some(Checkpoint::parse(Note::parse(note).ok()?.unverified()).ok()?.size)
}
