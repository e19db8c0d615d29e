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
mod entry;
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
use crate::explain::{Explain, Refusal};
use crate::keys::{KeyError, PrivateKey};
use crate::lang::Message;
use crate::log::{CheckpointError, Leaf};
use crate::message;
use crate::receipt::Receipt;

pub use crate::database::Database;
pub use acts::{Deed, Happened, MAX_BLOCK, MAX_IMPORT, Particulars, Revision, RevisionKind};
pub use audit::{Audit, Fault};
pub use entry::{Entry, Registration};
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

/// Whose register, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The database.
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
    /// The calendar year.
    pub year: i32,
    /// The number that an empty series begins with.
    pub first: u32,
}

/// A number in its series and year.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct EntryKey {
    /// The run of numbers.
    pub series: String,
    /// Its calendar year.
    pub year: i32,
    /// The number (số).
    pub number: u32,
}

/// Why the register refused.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.words().en)]
#[non_exhaustive]
pub enum RegisterError {
    /// There is no register at the path.
    NotFound(PathBuf),
    /// The number asked for is taken.
    Taken {
        /// The number.
        number: u32,
        /// The year.
        year: i32,
        /// The document that has it: code, date and subject.
        holder: String,
    },
    /// The number asked for would leave a gap or was passed over.
    NotNext {
        /// The number asked for.
        asked: u32,
        /// The year.
        year: i32,
        /// The next number of the series.
        next: u32,
    },
    /// The number was set aside for a paper document.
    Reserved(EntryKey),
    /// The number was not set aside, so that no paper document can have it.
    NotReserved(EntryKey),
    /// No document has the number.
    Unknown(EntryKey),
    /// The newest file of the document is another one than the one that was signed.
    Overtaken(EntryKey),
    /// A document without number and notation can't be registered.
    NoCode,
    /// A block of numbers is empty or too long.
    Block(u32),
    /// Too many lines at once.
    Import(usize),
    /// There is no key to sign the log with.
    NoKey,
    /// The key can't sign the log.
    Key(#[from] KeyError),
    /// A checkpoint is not believed.
    Checkpoint(#[from] CheckpointError),
    /// The register's log has another name than the configuration says.
    OtherOrigin {
        /// The name that its checkpoints have.
        recorded: String,
        /// The one that was asked for.
        configured: String,
    },
    /// The idempotency key belongs to another request.
    OtherRequest(RequestKey),
    /// Another clerk holds the register for too long.
    Busy,
    /// A table holds what this program never writes there.
    Damaged(&'static str),
    /// The database refused or could not be reached.
    Database(sqlx::Error),
    /// The database is not a register of this program, or of a newer version.
    Schema(#[from] sqlx::migrate::MigrateError),
}

impl Explain for RegisterError {
    fn words(&self) -> Message {
        match self {
            RegisterError::NotFound(path) => {
                let path = path.display();
                message!("không có sổ đăng ký tại {path}", "there is no register at {path}")
            }
            RegisterError::Taken { number, year, holder } => message!(
                "số {number} năm {year} đã cấp cho: {holder}",
                "number {number} of {year} is taken: {holder}"
            ),
            RegisterError::NotNext { asked, year, next } => message!(
                "không cấp được số {asked} năm {year}: số tiếp theo là {next}. Bỏ \"number\" để lấy số tiếp theo; sổ bắt đầu từ số khác thì ghi vào numbering.first của vanthu.toml",
                "number {asked} of {year} can't be given: the next one is {next}. Leave \"number\" out to take that; a register that begins elsewhere says so in numbering.first of vanthu.toml"
            ),
            RegisterError::Reserved(EntryKey { number, year, .. }) => message!(
                "số {number} năm {year} đã giữ cho văn bản giấy",
                "number {number} of {year} is set aside for a paper document"
            ),
            RegisterError::NotReserved(EntryKey { number, year, .. }) => message!(
                "số {number} năm {year} chưa được giữ",
                "number {number} of {year} was not set aside"
            ),
            RegisterError::Unknown(EntryKey { number, year, .. }) => message!(
                "không có văn bản nào mang số {number} năm {year}",
                "no document has number {number} of {year}"
            ),
            RegisterError::Overtaken(EntryKey { number, year, .. }) => message!(
                "văn bản số {number} năm {year} đã có tệp mới hơn: lấy tệp đó rồi làm lại",
                "the document with number {number} of {year} has a newer file: get that one and do it again"
            ),
            RegisterError::NoCode => {
                message!("văn bản không có số, ký hiệu", "the document has no number and notation")
            }
            RegisterError::Block(most) => {
                message!("mỗi lần giữ từ 1 đến {most} số", "1 to {most} numbers are set aside at once")
            }
            RegisterError::Import(most) => message!(
                "mỗi lần nhận tối đa {most} dòng",
                "no more than {most} lines are taken over at once"
            ),
            RegisterError::NoKey => message!(
                "thiếu khóa của sổ đăng ký (keys/register.key)",
                "the register's key (keys/register.key) is missing"
            ),
            RegisterError::Key(cause) => {
                let Message { vi, en } = cause.words();
                message!("khóa của sổ đăng ký: {vi}", "the register's key: {en}")
            }
            RegisterError::Checkpoint(cause) => {
                let Message { vi, en } = cause.words();
                message!(
                    "điểm kiểm đưa ra không do khóa của sổ này ký: {vi}",
                    "the checkpoint is not one that this register's key signed: {en}"
                )
            }
            RegisterError::OtherOrigin { recorded, configured } => message!(
                "nhật ký của sổ mang tên {recorded}, cấu hình ghi {configured}: sửa register.origin trong vanthu.toml",
                "the register's log is {recorded}, the configuration says {configured}: see register.origin in vanthu.toml"
            ),
            RegisterError::OtherRequest(key) => message!(
                "khóa {key} đã dùng cho một yêu cầu khác",
                "the key {key} was used for another request"
            ),
            RegisterError::Busy => message!(
                "người khác đang giữ sổ đăng ký quá lâu: thử lại",
                "somebody else has been holding the register for too long: try again"
            ),
            RegisterError::Damaged(table) => {
                message!("bảng {table} của sổ đăng ký bị hỏng", "the register's table {table} is damaged")
            }
            RegisterError::Database(cause) => {
                message!("không dùng được sổ đăng ký: {cause}", "the register can't be used: {cause}")
            }
            RegisterError::Schema(cause) => {
                message!("sổ đăng ký không đúng dạng: {cause}", "the register's schema does not fit: {cause}")
            }
        }
    }

    fn kind(&self) -> Refusal {
        match self {
            RegisterError::Block(_) => Refusal::Usage,
            RegisterError::NoCode | RegisterError::Import(_) | RegisterError::Checkpoint(_) => {
                Refusal::Rejected
            }
            RegisterError::NoKey | RegisterError::Key(_) => Refusal::Key,
            RegisterError::Taken { .. }
            | RegisterError::NotNext { .. }
            | RegisterError::Reserved(_)
            | RegisterError::NotReserved(_)
            | RegisterError::Unknown(_)
            | RegisterError::Overtaken(_)
            | RegisterError::OtherOrigin { .. }
            | RegisterError::OtherRequest(_) => Refusal::Conflict,
            RegisterError::NotFound(_)
            | RegisterError::Busy
            | RegisterError::Damaged(_)
            | RegisterError::Database(_)
            | RegisterError::Schema(_) => Refusal::Environment,
        }
    }
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

    /// The entry at `key`.
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
