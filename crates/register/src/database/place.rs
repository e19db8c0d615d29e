//! A database as it is named, opened and brought up to date, and how transactions begin.

use std::fmt;
use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sqlx::any::{AnyConnectOptions, AnyPoolOptions, install_default_drivers};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Any, AnyPool, ConnectOptions, PgPool, SqlSafeStr, Transaction};

use super::error::DatabaseError;

/// The schema, one file a version; a file that was released never changes. Whole numbers and text only:
/// what both databases have.
const MIGRATIONS: [(i64, &str, &str); 3] = [
    (1, "register", include_str!("001_register.sql")),
    (2, "access", include_str!("002_access.sql")),
    (3, "hooks", include_str!("003_hooks.sql")),
];

/// Connections that one process holds at most.
const CONNECTIONS: u32 = 16;

/// The place of a database: a file, or a server.
#[derive(Clone, PartialEq, Eq)]
pub enum Database {
    /// The SQLite file at this path.
    File(PathBuf),
    /// The PostgreSQL at this address; what it leaves out (the password, for one) comes from `PGPASSWORD`
    /// and libpq's other variables, or from its password file.
    Server(String),
}

/// What to do where there is no file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    Create,
    Refuse,
}

impl Database {
    /// Reads what a configuration says: an address that begins with `postgres://` or `postgresql://`, or a
    /// file relative to `folder`.
    pub fn named(text: &str, folder: &Path) -> Database {
        let is_address = ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme));
        if is_address { Database::Server(text.to_owned()) } else { Database::File(folder.join(text)) }
    }

    pub(crate) async fn connect(&self, missing: Missing) -> Result<AnyPool, DatabaseError> {
        install_default_drivers();
        let url = match self {
            Database::Server(url) => url.clone(),
            Database::File(path) => {
                if missing == Missing::Refuse && !path.is_file() {
                    return Err(DatabaseError::NotFound(path.clone()));
                }
                sqlite_url(path, if missing == Missing::Create { "rwc" } else { "rw" })?
            }
        };
        let options: AnyConnectOptions = url.parse()?;
        let options = options.disable_statement_logging();
        let settings = self.settings();
        let pool = AnyPoolOptions::new().max_connections(CONNECTIONS).after_connect(move |connection, _| {
            Box::pin(async move {
                for statement in settings {
                    sqlx::raw_sql(*statement).execute(&mut *connection).await?;
                }
                Ok(())
            })
        });
        let pool = pool.connect_with(options).await?;
        self.migrate(&pool).await?;
        Ok(pool)
    }

    /// Brings the schema up to date; whoever comes at the same time waits. PostgreSQL's migrations lock the database
    /// themselves; SQLite's read before they write, and of two who did, one would be refused at once.
    async fn migrate(&self, pool: &AnyPool) -> Result<(), DatabaseError> {
        let migrations = MIGRATIONS.map(|(version, name, sql)| {
            Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
        });
        let migrator = Migrator::with_migrations(migrations.to_vec());
        match self {
            Database::File(_) => {
                let mut writing = self.begin(pool).await?;
                migrator.run_direct(None, &mut *writing, false).await?;
                writing.commit().await?;
            }
            Database::Server(_) => migrator.run_direct(None, &mut *pool.acquire().await?, false).await?,
        }
        Ok(())
    }

    /// What every connection begins with: a committed number survives a power cut, and clerks wait for each
    /// other.
    fn settings(&self) -> &'static [&'static str] {
        match self {
            Database::File(_) => {
                &["PRAGMA busy_timeout = 30000", "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL"]
            }
            Database::Server(_) => {
                &["SET lock_timeout = 30000", "SET synchronous_commit = on", "SET client_encoding = 'UTF8'"]
            }
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

/// The address of the SQLite file at `path`; characters with a meaning in an address are escaped.
fn sqlite_url(path: &Path, mode: &str) -> Result<String, sqlx::Error> {
    const PLAIN: AsciiSet = NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.');
    let path = std::path::absolute(path)?;
    let path = path.to_str().ok_or_else(|| sqlx::Error::Configuration("the path is not UTF-8".into()))?;
    Ok(format!("sqlite://{}?mode={mode}", utf8_percent_encode(path, &PLAIN)))
}

/// At most `most` connections to the PostgreSQL at `address`, with nothing set and no schema looked at.
///
/// # Errors
/// The address can't be read, or the server not be reached.
pub async fn server_pool(address: &str, most: u32) -> Result<PgPool, DatabaseError> {
    let options: PgConnectOptions = address.parse()?;
    let pool = PgPoolOptions::new().max_connections(most);
    Ok(pool.connect_with(options.disable_statement_logging()).await?)
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
