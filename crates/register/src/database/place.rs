//! A database as it is named, opened and brought up to date, and how transactions begin.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sqlx::any::{AnyConnectOptions, AnyPoolOptions, install_default_drivers};
use sqlx::{Any, AnyConnection, AnyPool, ConnectOptions, Connection, Transaction};
use tokio::time::{sleep, timeout};

use super::error::{self, DatabaseError};
use super::files;
use super::schema::{self, Asking};

/// Connections that one process holds at most.
const CONNECTIONS: u32 = 16;
/// How long the first connection may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long whoever found a file locked waits before he asks again.
const PAUSE: Duration = Duration::from_millis(20);

/// The place of a database: a file, or a server.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Database {
    /// The SQLite file at this path.
    File(PathBuf),
    /// The PostgreSQL at this address; what it leaves out (the password, for one) comes from `PGPASSWORD`
    /// and libpq's other variables, or from its password file.
    Server(String),
}

/// What a database is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DatabaseUse {
    /// To write, and made where there is none.
    Create,
    /// To write what is there.
    Write,
    /// To read: nothing of it changes, so that it may lie on a medium that can't be written to.
    Read,
}

impl Database {
    /// Reads what a configuration says: an address that begins with `postgres://` or `postgresql://`, or a
    /// file relative to `folder`.
    pub fn named(text: &str, folder: &Path) -> Database {
        let is_address = ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme));
        if is_address { Database::Server(text.to_owned()) } else { Database::File(folder.join(text)) }
    }

    pub(crate) async fn connect(&self, opening: DatabaseUse) -> Result<AnyPool, DatabaseError> {
        install_default_drivers();
        // A pool tries again for half a minute, whatever the cause; the first connection says at once what is wrong.
        let (options, mut first) = match self {
            Database::Server(url) => self.first(url.parse()?, opening).await?,
            Database::File(path) => self.first_to_file(path, opening).await?,
        };
        let asking = match opening {
            DatabaseUse::Create => Asking::Maker,
            DatabaseUse::Write => Asking::Writer,
            DatabaseUse::Read => Asking::Reader,
        };
        if schema::is_behind(&mut first, asking).await? {
            self.migrate(&mut first).await?;
        }
        first.close().await?;
        let settings = self.settings(opening);
        let pool = AnyPoolOptions::new()
            .max_connections(CONNECTIONS)
            .after_connect(move |connection, _| Box::pin(async move { set(connection, settings).await }));
        Ok(pool.connect_lazy_with(options))
    }

    async fn first(
        &self,
        options: AnyConnectOptions,
        opening: DatabaseUse,
    ) -> Result<(AnyConnectOptions, AnyConnection), DatabaseError> {
        let options = options.disable_statement_logging();
        let mut connection = timeout(PATIENCE, AnyConnection::connect_with(&options)).await??;
        set(&mut connection, self.settings(opening)).await?;
        Ok((options, connection))
    }

    async fn first_to_file(
        &self,
        path: &Path,
        opening: DatabaseUse,
    ) -> Result<(AnyConnectOptions, AnyConnection), DatabaseError> {
        match opening {
            DatabaseUse::Create => files::make_private(path)?,
            DatabaseUse::Write => {
                files::check_readable(path)?;
                files::close_to_others(path)?;
            }
            DatabaseUse::Read => files::check_readable(path)?,
        }
        let mode = if opening == DatabaseUse::Read { "ro" } else { "rw" };
        let opened = async {
            let (options, mut connection) = self.first(sqlite_url(path, mode)?.parse()?, opening).await?;
            // DatabaseUse reads nothing yet.
            sqlx::query("SELECT COUNT(*) FROM sqlite_schema").fetch_one(&mut connection).await?;
            Ok((options, connection))
        };
        match opened.await {
            // SQLite wants to write beside the file even where it only reads, but for one that nobody can change.
            Err(DatabaseError::Sql(cause))
                if opening == DatabaseUse::Read
                    && error::is_closed_folder(&cause)
                    && files::is_whole(path) =>
            {
                let url = format!("{}&immutable=true", sqlite_url(path, mode)?);
                self.first(url.parse()?, opening).await
            }
            opened => opened,
        }
    }

    /// Brings the schema up to date; whoever comes at the same time waits. PostgreSQL's migrations lock the database
    /// themselves; SQLite's read before they write, and of two who did, one would be refused at once.
    async fn migrate(&self, connection: &mut AnyConnection) -> Result<(), DatabaseError> {
        match self {
            Database::File(_) => {
                let mut writing = connection.begin_with("BEGIN IMMEDIATE").await?;
                schema::migrate(&mut writing).await?;
                writing.commit().await?;
            }
            Database::Server(_) => schema::migrate(connection).await?,
        }
        Ok(())
    }

    /// What every connection begins with. Clerks wait for each other, a committed number survives a power cut, and a
    /// server ends who holds a lock and is gone: sooner than others give up waiting for it.
    fn settings(&self, opening: DatabaseUse) -> &'static [&'static str] {
        match (self, opening) {
            (Database::File(_), DatabaseUse::Read) => &["PRAGMA busy_timeout = 30000"],
            (Database::File(_), DatabaseUse::Create | DatabaseUse::Write) => {
                &["PRAGMA busy_timeout = 30000", "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL"]
            }
            (Database::Server(_), DatabaseUse::Read) => {
                &["SET client_encoding = 'UTF8'", "SET default_transaction_read_only = on"]
            }
            (Database::Server(_), DatabaseUse::Create | DatabaseUse::Write) => &[
                "SET lock_timeout = '30s'",
                "SET idle_in_transaction_session_timeout = '20s'",
                "SET tcp_keepalives_idle = 10",
                "SET tcp_keepalives_interval = 5",
                "SET tcp_keepalives_count = 2",
                "SET tcp_user_timeout = '20s'",
                "SET synchronous_commit = on",
                "SET client_encoding = 'UTF8'",
            ],
        }
    }

    /// Begins to write. SQLite locks the file at once, so that nobody who read can be told later that he
    /// may not write; PostgreSQL locks the office's row, which is the first thing that is written.
    pub(crate) async fn begin(&self, pool: &AnyPool) -> Result<Transaction<'static, Any>, DatabaseError> {
        let statement = match self {
            Database::File(_) => "BEGIN IMMEDIATE",
            Database::Server(_) => "BEGIN",
        };
        Ok(pool.begin_with(statement).await?)
    }

    /// Begins to read what all of it is at one moment.
    pub(crate) async fn read(&self, pool: &AnyPool) -> Result<Transaction<'static, Any>, DatabaseError> {
        let statement = match self {
            Database::File(_) => "BEGIN DEFERRED",
            Database::Server(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        Ok(pool.begin_with(statement).await?)
    }
}

impl fmt::Display for Database {
    /// Never the name or the password of a user.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Database::File(path) => write!(f, "{}", path.display()),
            Database::Server(url) => {
                let place = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
                let place = place.split(['?', '#']).next().unwrap_or_default();
                let place = place.rsplit_once('@').map_or(place, |(_, place)| place);
                write!(f, "postgres://{place}")
            }
        }
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Database({self})")
    }
}

/// Settles `settings`. Of several clerks who open a new file of SQLite at once one changes its journal, and the others
/// are told at once that it is locked, whatever patience they have: they ask again.
async fn set(connection: &mut AnyConnection, settings: &[&'static str]) -> Result<(), sqlx::Error> {
    let begun = Instant::now();
    for statement in settings {
        loop {
            match sqlx::raw_sql(*statement).execute(&mut *connection).await {
                Err(cause) if error::is_busy(&cause) && begun.elapsed() < PATIENCE => sleep(PAUSE).await,
                done => break done.map(drop)?,
            }
        }
    }
    Ok(())
}

/// The address of the SQLite file at `path`; characters with a meaning in an address are escaped.
fn sqlite_url(path: &Path, mode: &str) -> Result<String, sqlx::Error> {
    const PLAIN: AsciiSet = NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.');
    let path = std::path::absolute(path)?;
    let path = path.to_str().ok_or_else(|| sqlx::Error::Configuration("the path is not UTF-8".into()))?;
    Ok(format!("sqlite://{}?mode={mode}", utf8_percent_encode(path, &PLAIN)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_named_without_its_user() {
        let server =
            Database::named("postgres://thu:b@d%40@db.example:5433/so?sslmode=require", Path::new(""));
        assert_eq!(server.to_string(), "postgres://db.example:5433/so");
        assert_eq!(format!("{server:?}"), "Database(postgres://db.example:5433/so)");
        let file = Database::named("sổ.sqlite", Path::new("/a"));
        assert_eq!(file, Database::File(PathBuf::from("/a/sổ.sqlite")));
    }
}
