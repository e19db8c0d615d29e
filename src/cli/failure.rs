//! Why a command failed, and the exit codes.

use std::io;
use std::path::Path;

use super::advice;
use crate::explain::{Explain, Refusal, disk};
use crate::lang::Message;
use crate::verify::Verdict;

/// The exit codes; stable, and the same for every command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done,
    /// A verdict of `verify`.
    Verdict(Verdict),
    /// The command failed.
    Refused(Refusal),
    /// Some of many failed.
    SomeFailed,
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Verdict(verdict) => verdict.exit_code(),
            Exit::Refused(Refusal::Usage) => 2,
            Exit::Refused(Refusal::Rejected) => 3,
            Exit::Refused(Refusal::Unreadable) => 6,
            Exit::Refused(Refusal::Conflict) => 7,
            Exit::Refused(Refusal::Key) => 8,
            Exit::Refused(Refusal::Environment) => 9,
            Exit::SomeFailed => 10,
            Exit::Refused(Refusal::Internal) => 70,
        }
    }
}

/// Why a command failed.
#[derive(Debug)]
pub struct Failure {
    /// Of which kind it is; the exit code says that.
    pub kind: Refusal,
    /// What happened, and what to type; nothing where the findings say it all.
    pub message: Option<Message>,
}

impl Failure {
    /// A failure with a sentence.
    pub fn new(kind: Refusal, message: Message) -> Failure {
        Failure { kind, message: Some(message) }
    }

    /// The file at `path` could not be used.
    pub fn disk(path: &Path, cause: &io::Error) -> Failure {
        Failure::new(Refusal::Environment, advice::with(disk(path, cause), cause))
    }

    /// The input was rejected, and the findings were shown.
    pub fn rejected() -> Failure {
        Failure { kind: Refusal::Rejected, message: None }
    }
}

impl<E: Explain + 'static> From<E> for Failure {
    fn from(error: E) -> Failure {
        Failure::new(error.kind(), advice::with(error.words(), &error))
    }
}
