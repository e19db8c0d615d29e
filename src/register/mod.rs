//! The register of outgoing documents (sổ đăng ký văn bản đi, NĐ 30/2020 Điều 15, 16).
//!
//! A number is taken in the same transaction that records the document: [`Register::begin`] locks
//! the series and tells the next number, [`Pending::record`] writes the entry, and a [`Pending`]
//! that is dropped gives the number back. So no number is used twice and none is lost.

mod entry;

use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sqlx::any::{AnyConnectOptions, install_default_drivers};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{Any, AnyConnection, ConnectOptions, Connection, Row, SqlSafeStr, Transaction};

pub use entry::{Entry, Filter};

/// The schema, one file a version; a file that was released never changes.
const MIGRATIONS: [(i64, &str, &str); 1] = [(1, "entry", include_str!("001_entry.sql"))];

/// An open register.
#[derive(Debug)]
pub struct Register {
    connection: AnyConnection,
}

/// A run of numbers: the documents that count together in one calendar year.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Series {
    /// `*` for all kinds together, or the abbreviation of one kind.
    pub name: String,
    /// The calendar year.
    pub year: i32,
    /// The number that an empty series begins with.
    pub first: u32,
}

/// A number that is held by a transaction and recorded by [`Pending::record`], or given back.
pub struct Pending<'a> {
    transaction: Transaction<'a, Any>,
    series: Series,
    number: u32,
}

/// Why the register refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RegisterError {
    /// There is no register at the path.
    #[error("no register at {}", .0.display())]
    NotFound(PathBuf),
    /// The number asked for is taken.
    #[error("number {number} of {year} is taken: {holder}")]
    Taken {
        /// The number.
        number: u32,
        /// The year.
        year: i32,
        /// The document that has it: code, date and subject.
        holder: String,
    },
    /// The number asked for would leave a gap or was passed over.
    #[error("number {asked} of {year} can't be given: the next one is {next}")]
    NotNext {
        /// The number asked for.
        asked: u32,
        /// The year.
        year: i32,
        /// The next number of the series.
        next: u32,
    },
    /// The database refused or could not be reached.
    #[error("the register can't be used: {0}")]
    Database(#[from] sqlx::Error),
    /// The database is not a register of this program, or of a newer version.
    #[error("the register's schema does not fit: {0}")]
    Schema(#[from] sqlx::migrate::MigrateError),
}

impl Register {
    /// Makes a new register in the SQLite file `path`, or opens the one that is there.
    ///
    /// # Errors
    /// The file can't be made, or is not a register.
    pub async fn create(path: &Path) -> Result<Register, RegisterError> {
        Register::connect(path, "rwc").await
    }

    /// Opens the register in the SQLite file `path`.
    ///
    /// # Errors
    /// There is none, or it can't be read.
    pub async fn open(path: &Path) -> Result<Register, RegisterError> {
        if !path.is_file() {
            return Err(RegisterError::NotFound(path.to_owned()));
        }
        Register::connect(path, "rw").await
    }

    async fn connect(path: &Path, mode: &str) -> Result<Register, RegisterError> {
        install_default_drivers();
        let url = sqlite_url(path, mode)?;
        let options: AnyConnectOptions = url.parse()?;
        let options = options.disable_statement_logging();
        let mut connection = AnyConnection::connect_with(&options).await?;
        // Every committed number survives a power cut; two clerks wait for each other.
        for pragma in
            ["journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 10000"]
        {
            sqlx::raw_sql(sqlx::AssertSqlSafe(format!("PRAGMA {pragma}"))).execute(&mut connection).await?;
        }
        let migrations = MIGRATIONS.map(|(version, name, sql)| {
            Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
        });
        Migrator::with_migrations(migrations.to_vec()).run_direct(None, &mut connection, false).await?;
        Ok(Register { connection })
    }

    /// Closes the register, so that all of it stands in its one file.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn close(self) -> Result<(), RegisterError> {
        Ok(self.connection.close().await?)
    }

    /// Locks the register and holds the next number of `series`.
    ///
    /// # Errors
    /// Another clerk holds the lock for longer than ten seconds, or the database refuses.
    pub async fn begin(&mut self, series: Series) -> Result<Pending<'_>, RegisterError> {
        let mut transaction = self.connection.begin_with("BEGIN IMMEDIATE").await?;
        let last: Option<i64> =
            sqlx::query("SELECT MAX(number) AS last FROM entry WHERE series = $1 AND year = $2")
                .bind(&series.name)
                .bind(i64::from(series.year))
                .fetch_one(&mut *transaction)
                .await?
                .try_get("last")?;
        let number = match last {
            Some(last) => entry::number_of(last)?.saturating_add(1),
            None => series.first,
        };
        Ok(Pending { transaction, series, number })
    }

    /// The entry of the report with the SHA-256 digest `report_sha256` (hex).
    ///
    /// # Errors
    /// The database refuses.
    pub async fn find_report(&mut self, report_sha256: &str) -> Result<Option<Entry>, RegisterError> {
        entry::of_report(&mut self.connection, report_sha256).await
    }

    /// The entries that `filter` lets through, oldest first.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn list(&mut self, filter: &Filter) -> Result<Vec<Entry>, RegisterError> {
        entry::list(&mut self.connection, filter).await
    }
}

impl Pending<'_> {
    /// The number that is held.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Makes sure that the number that is held is `asked`, the one that the document names itself.
    ///
    /// # Errors
    /// `asked` is taken ([`RegisterError::Taken`]) or is not the next one
    /// ([`RegisterError::NotNext`]).
    pub async fn expect(&mut self, asked: u32) -> Result<(), RegisterError> {
        if asked == self.number {
            return Ok(());
        }
        let year = self.series.year;
        match entry::at(&mut self.transaction, &self.series, asked).await? {
            Some(holder) => {
                let holder = format!("{}, {}, {}", holder.code, holder.date, holder.subject);
                Err(RegisterError::Taken { number: asked, year, holder })
            }
            None => Err(RegisterError::NotNext { asked, year, next: self.number }),
        }
    }

    /// The last entry whose draft had the canonical JSON with digest `draft_sha256` (hex), seen
    /// under the lock: nobody else registers it meanwhile.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn twin(&mut self, draft_sha256: &str) -> Result<Option<Entry>, RegisterError> {
        entry::drafted_as(&mut self.transaction, draft_sha256).await
    }

    /// Records the document under the number and makes it final.
    ///
    /// # Errors
    /// The database refuses; the number is given back.
    pub async fn record(mut self, entry: &Entry) -> Result<(), RegisterError> {
        entry::insert(&mut self.transaction, &self.series, self.number, entry).await?;
        self.transaction.commit().await?;
        Ok(())
    }
}

/// The address of the SQLite file at `path`; characters with a meaning in an address are escaped.
fn sqlite_url(path: &Path, mode: &str) -> Result<String, sqlx::Error> {
    const PLAIN: AsciiSet = NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.');
    let path = std::path::absolute(path)?;
    let path = path.to_str().ok_or_else(|| sqlx::Error::Configuration("the path is not UTF-8".into()))?;
    Ok(format!("sqlite://{}?mode={mode}", utf8_percent_encode(path, &PLAIN)))
}
