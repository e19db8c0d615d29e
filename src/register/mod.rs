//! The register of outgoing documents (sổ đăng ký văn bản đi, NĐ 30/2020 Điều 15, 16).
//!
//! A number is taken in the same transaction that records the document: [`Register::begin`] locks the
//! office's register and tells the next number, [`PendingNumber::log`] logs whose it is, [`Logged::record`] makes
//! it final, and what is dropped before gives the number back. So no number is used twice and none is lost.
//!
//! Whatever happens to a number is a leaf of the office's transparency log ([`crate::log`]), written in the
//! same transaction: [`Register::audit`] tells whether somebody changed the past.

mod acts;
mod audit;
mod cursor;
mod entry;
mod jobs;
mod lookup;
mod metadata;
mod opened;
mod pending;
mod records;
mod request;
mod told;
mod tree;
mod writing;

use std::path::PathBuf;

use serde::Serialize;

use crate::database::{self, DatabaseError};
use crate::keys::KeyError;
use crate::log::CheckpointError;

pub use crate::database::Database;
pub use acts::{DocumentRevision, MAX_BLOCK, MAX_IMPORT, NewEvent, Particulars, RecordedEvent, RevisionKind};
pub use audit::{Audit, AuditFault};
pub use cursor::{Claim, Cursor, CursorPosition, CursorState};
pub use entry::{Entry, Registration};
pub use jobs::{BegunJob, JobTable};
pub use metadata::{FileCode, Metadata, Organ, SignerInfo};
pub use opened::Register;
pub use pending::{Logged, PendingNumber};
pub use records::{Filter, Record, RecordState};
pub use request::{Asked, IdempotentRequest, RequestKey, RequestKeyError};
pub use told::LoggedEvent;

/// The office whose register it is, and the database that holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterPlace {
    /// The database, which may hold many offices.
    pub database: Database,
    /// The office: its OrganId, or its name for itself. One database holds many.
    pub office: String,
    /// The origin line of its log (C2SP tlog-checkpoint).
    pub origin: String,
}

/// A run of numbers: the documents that count together in one calendar year.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Series {
    /// `*` for all kinds together, or the abbreviation of a kind, of copies, of a consultative body.
    pub name: String,
    /// The calendar year in which its numbers are taken.
    pub year: i32,
    /// The number that an empty series begins with.
    pub first: u32,
}

/// A number in its series and year.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct EntryKey {
    /// The name of its [`Series`].
    pub series: String,
    /// The calendar year of the series.
    pub year: i32,
    /// The number (số), from 1.
    pub number: u32,
}

/// Why a call of the register failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RegisterError {
    /// There is no register at the path.
    #[error("no register at {}", .0.display())]
    NotFound(PathBuf),
    /// The number asked for is taken.
    #[error("number {number} of {year} is taken: {holder}")]
    Taken {
        /// The number that was asked for.
        number: u32,
        /// The calendar year of the series.
        year: i32,
        /// The document that has it: code, date and subject.
        holder: String,
    },
    /// The number asked for would leave a gap or was passed over.
    #[error("number {asked} of {year} can't be given: the next one is {next}")]
    NotNext {
        /// The number that was asked for.
        asked: u32,
        /// The calendar year of the series.
        year: i32,
        /// The next number of the series.
        next: u32,
    },
    /// The number was set aside for a paper document.
    #[error("number {} of {} is set aside for a paper document", .0.number, .0.year)]
    Reserved(EntryKey),
    /// The number was not set aside, so that no paper document can have it.
    #[error("number {} of {} was not set aside", .0.number, .0.year)]
    NotReserved(EntryKey),
    /// No document has the number.
    #[error("no document has number {} of {}", .0.number, .0.year)]
    Unknown(EntryKey),
    /// The newest file of the document is another one than the one that was signed.
    #[error("the document with number {} of {} has a newer file", .0.number, .0.year)]
    Overtaken(EntryKey),
    /// A document without number and notation can't be registered.
    #[error("the document has no number and notation")]
    NoCode,
    /// A block of numbers is empty or too long.
    #[error("a block has 1 to {0} numbers")]
    Block(u32),
    /// Too many lines at once.
    #[error("no more than {0} lines are taken over at once")]
    Import(usize),
    /// There is no key to sign the log with.
    #[error("the key of the register is not at hand")]
    NoKey,
    /// The key can't sign the log.
    #[error("the key of the register: {0}")]
    Key(#[from] KeyError),
    /// A checkpoint is not believed.
    #[error("the checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// The register's log has another name than the configuration says.
    #[error("the register's log is {recorded}, not {configured}")]
    OtherOrigin {
        /// The name that its checkpoints have.
        recorded: String,
        /// The one that was asked for.
        configured: String,
    },
    /// The idempotency key belongs to another request.
    #[error("the idempotency key {0} was used for another request")]
    OtherRequest(RequestKey),
    /// Another clerk holds the register for too long.
    #[error("the register is in use by another clerk")]
    Busy,
    /// A table holds what this program never writes there.
    #[error("the register's table {0} is damaged")]
    Damaged(&'static str),
    /// The database refused or could not be reached.
    #[error("the register can't be used: {0}")]
    Database(sqlx::Error),
    /// The database is not a register of this program, or of a newer version.
    #[error("the register's schema does not fit: {0}")]
    Schema(#[from] sqlx::migrate::MigrateError),
}

impl From<sqlx::Error> for RegisterError {
    fn from(error: sqlx::Error) -> RegisterError {
        if database::is_busy(&error) { RegisterError::Busy } else { RegisterError::Database(error) }
    }
}

impl From<DatabaseError> for RegisterError {
    fn from(error: DatabaseError) -> RegisterError {
        match error {
            DatabaseError::NotFound(path) => RegisterError::NotFound(path),
            DatabaseError::Sql(cause) => cause.into(),
            DatabaseError::Schema(cause) => RegisterError::Schema(cause),
        }
    }
}
