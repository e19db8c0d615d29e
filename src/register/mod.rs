//! The register of outgoing documents (sổ đăng ký văn bản đi, NĐ 30/2020 Điều 15, 16).
//!
//! A number is taken in the same transaction that records the document: [`Register::begin`] locks the
//! office's register and tells the next number, [`Pending::log`] logs whose it is, [`Logged::record`] makes
//! it final, and what is dropped before gives the number back. So no number is used twice and none is lost.
//!
//! Whatever happens to a number is a leaf of the office's transparency log ([`crate::log`]), written in the
//! same transaction: [`Register::audit`] tells whether somebody changed the past.

mod acts;
mod audit;
mod cursor;
mod entry;
mod jobs;
mod metadata;
mod pending;
mod records;
mod request;
mod told;
mod tree;
mod writing;

use std::path::PathBuf;

use serde::Serialize;
use sqlx::{AnyPool, Row};

use crate::database::{self, DatabaseError, Missing};
use crate::keys::{KeyError, PrivateKey};
use crate::log::{CheckpointError, Leaf};
use crate::receipt::Receipt;

pub use crate::database::Database;
pub use acts::{Deed, Happened, MAX_BLOCK, MAX_IMPORT, Particulars, Revision, RevisionKind};
pub use audit::{Audit, Fault};
pub use cursor::{Claim, Cursor, CursorPosition, CursorState};
pub use entry::{Entry, Registration};
pub use jobs::{BegunJob, JobTable};
pub use metadata::{FileCode, Metadata, Organ, SignerInfo};
pub use pending::{Logged, Pending};
pub use records::{Filter, Record, State};
pub use request::{Asked, Request, RequestKey, RequestKeyError};
pub use told::Told;

use entry::Column;
use tree::Tree;

/// An open register of one office. It may be shared by threads; each of its calls sees that office only.
#[derive(Debug)]
pub struct Register {
    pool: AnyPool,
    place: Place,
    key: Option<PrivateKey>,
}

/// The office whose register it is, and the database that holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
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

impl RegisterError {
    fn taken(holder: &Entry) -> RegisterError {
        let Registration { code, date, subject, .. } = &holder.document;
        RegisterError::Taken {
            number: holder.key.number,
            year: holder.key.year,
            holder: format!("{code}, {date}, {subject}"),
        }
    }
}

impl Register {
    /// Makes a new register at `place`, or opens the one that is there.
    ///
    /// # Errors
    /// The file can't be made or the server not be reached, or what is there is not a register.
    pub async fn create(place: Place) -> Result<Register, RegisterError> {
        let pool = place.database.connect(Missing::Create).await?;
        Ok(Register { pool, place, key: None })
    }

    /// Opens the register at `place`.
    ///
    /// # Errors
    /// There is none, or it can't be read.
    pub async fn open(place: Place) -> Result<Register, RegisterError> {
        let pool = place.database.connect(Missing::Refuse).await?;
        Ok(Register { pool, place, key: None })
    }

    /// The register of another office at `place`, over the same connections; `None` where its database is another one.
    pub fn beside(&self, place: &Place) -> Option<Register> {
        let is_same = place.database == self.place.database;
        is_same.then(|| Register { pool: self.pool.clone(), place: place.clone(), key: None })
    }

    /// Lets it write: `key` (Ed25519) signs the log.
    #[must_use]
    pub fn signing_with(self, key: PrivateKey) -> Register {
        Register { key: Some(key), ..self }
    }

    /// Where it is, and whose.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// The connections to its database, for what the office keeps there besides.
    pub(crate) fn pool(&self) -> &AnyPool {
        &self.pool
    }

    /// Closes the register, so that all of it stands in its one file.
    ///
    /// # Errors
    /// None so far: what was written was final before.
    pub async fn close(self) -> Result<(), RegisterError> {
        self.pool.close().await;
        Ok(())
    }

    /// The number that `series` will probably give next: nobody holds it.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn next(&self, series: &Series) -> Result<u32, RegisterError> {
        let mut connection = self.pool.acquire().await?;
        Ok(writing::taken(&mut connection, &self.place.office, series).await?.next)
    }

    /// The entry of the report with the SHA-256 digest `report_sha256` (hex).
    ///
    /// # Errors
    /// The database refuses.
    pub async fn find_report(&self, report_sha256: &str) -> Result<Option<Entry>, RegisterError> {
        Ok(self.with(Column::Report, report_sha256).await?.into_iter().next())
    }

    /// The entries with the number and notation `code`, the newest first.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn find_code(&self, code: &str) -> Result<Vec<Entry>, RegisterError> {
        self.with(Column::Code, code).await
    }

    async fn with(&self, column: Column, value: &str) -> Result<Vec<Entry>, RegisterError> {
        let mut connection = self.pool.acquire().await?;
        entry::with(&mut connection, &self.place.office, column, value).await
    }

    /// The entry with the number `key`; `None` where no document has it.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn entry(&self, key: &EntryKey) -> Result<Option<Entry>, RegisterError> {
        let mut connection = self.pool.acquire().await?;
        entry::at(&mut connection, &self.place.office, key).await
    }

    /// The entries of one year, or of all, by year, series and number.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn list(&self, year: Option<i32>) -> Result<Vec<Entry>, RegisterError> {
        let mut connection = self.pool.acquire().await?;
        entry::list(&mut connection, &self.place.office, year).await
    }

    /// The newest checkpoint of the log (a signed note); `None` where nothing was written yet.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn checkpoint(&self) -> Result<Option<String>, RegisterError> {
        let mut connection = self.pool.acquire().await?;
        Ok(head(&mut connection, &self.place.office).await?.map(|(_, checkpoint)| checkpoint))
    }

    /// The receipt of `entry` that leads to the newest checkpoint.
    ///
    /// # Errors
    /// The log does not have its leaf, or the database refuses.
    pub async fn prove(&self, entry: &Entry) -> Result<Receipt, RegisterError> {
        let mut connection = self.pool.acquire().await?;
        let office = &self.place.office;
        let (size, checkpoint) = head(&mut connection, office).await?.ok_or(RegisterError::Damaged("log"))?;
        const LEAF: &str = "SELECT leaf FROM event WHERE office = $1 AND place = $2";
        let row = sqlx::query(LEAF)
            .bind(office)
            .bind(tree::signed(entry.leaf)?)
            .fetch_optional(&mut *connection)
            .await?;
        let leaf: String = row.ok_or(RegisterError::Damaged("event"))?.try_get("leaf")?;
        let leaf = Leaf::parse(&leaf).map_err(|_| RegisterError::Damaged("event"))?;
        let mut tree = Tree { connection: &mut connection, office };
        let path = tree.path(size, entry.leaf).await?;
        Ok(Receipt::new(leaf, entry.leaf, path, checkpoint))
    }
}

/// Size and newest checkpoint of the log of `office`.
async fn head(
    connection: &mut sqlx::AnyConnection,
    office: &str,
) -> Result<Option<(u64, String)>, RegisterError> {
    const HEAD: &str = "SELECT size, checkpoint FROM log WHERE office = $1";
    let row = sqlx::query(HEAD).bind(office).fetch_optional(connection).await?;
    row.map(|row| Ok((tree::unsigned(row.try_get("size")?)?, row.try_get("checkpoint")?))).transpose()
}
