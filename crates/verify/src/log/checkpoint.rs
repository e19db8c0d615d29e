//! Checkpoints (C2SP tlog-checkpoint): the size and the root of a log, for a key to vouch for.

use base64::prelude::{BASE64_STANDARD, Engine as _};

use super::merkle::{Hash, MAX_SIZE};
use super::note::{Note, NoteError, VerifierKey};
use crate::explain::{Explain, Refusal};
use crate::lang::Message;
use crate::message;

/// What a log was at some moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log: its origin line.
    pub origin: String,
    /// How many leaves it had.
    pub size: u64,
    /// The root of its tree.
    pub root: Hash,
}

/// Why a checkpoint is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.words().en)]
#[non_exhaustive]
pub enum CheckpointError {
    /// The note is none, or the key does not vouch for it.
    Note(#[from] NoteError),
    /// The note's text is no checkpoint.
    Form,
    /// It is of another log than the key.
    Origin,
}

impl Explain for CheckpointError {
    fn words(&self) -> Message {
        match self {
            CheckpointError::Note(cause) => cause.words(),
            CheckpointError::Form => {
                message!("không phải điểm kiểm của một nhật ký", "not a checkpoint of a log")
            }
            CheckpointError::Origin => {
                message!("điểm kiểm của nhật ký khác", "a checkpoint of another log")
            }
        }
    }

    fn kind(&self) -> Refusal {
        match self {
            CheckpointError::Note(cause) => cause.kind(),
            CheckpointError::Form | CheckpointError::Origin => Refusal::Rejected,
        }
    }
}

impl Checkpoint {
    /// Reads the text of a checkpoint, without its signatures.
    ///
    /// # Errors
    /// It is none.
    pub fn parse(text: &str) -> Result<Checkpoint, CheckpointError> {
        let mut lines = text.lines();
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(CheckpointError::Form);
        };
        let number =
            size.parse().ok().filter(|number: &u64| *number <= MAX_SIZE && size == number.to_string());
        let root = BASE64_STANDARD.decode(root).ok().and_then(|root| Hash::try_from(root).ok());
        let extensions = lines.all(|line| !line.is_empty());
        match (number, root) {
            (Some(size), Some(root)) if !origin.is_empty() && extensions => {
                Ok(Checkpoint { origin: origin.to_owned(), size, root })
            }
            _ => Err(CheckpointError::Form),
        }
    }

    /// The checkpoint in `note`, where `key` vouches for it and is the key of that log.
    ///
    /// # Errors
    /// `note` is no signed checkpoint, `key` has not signed it, or it is of another log.
    pub fn verified(note: &str, key: &VerifierKey) -> Result<Checkpoint, CheckpointError> {
        let checkpoint = Checkpoint::parse(Note::parse(note)?.verified(key)?)?;
        if checkpoint.origin == key.name() { Ok(checkpoint) } else { Err(CheckpointError::Origin) }
    }

    /// Its text, for a key to vouch for: lines of origin, size and root (base64).
    pub fn to_text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, BASE64_STANDARD.encode(self.root))
    }
}
