//! Why a database can't be used, in words.

use std::path::PathBuf;

use crate::explain::{Explain, Refusal};
use crate::lang::Message;
use crate::message;

/// Why a database can't be used.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.words().en)]
#[non_exhaustive]
pub enum DatabaseError {
    /// There is no file at the path.
    NotFound(PathBuf),
    /// The database refused or could not be reached.
    Sql(#[from] sqlx::Error),
    /// The database is not of this program, or of a newer version.
    Schema(#[from] sqlx::migrate::MigrateError),
}

impl Explain for DatabaseError {
    fn words(&self) -> Message {
        match self {
            DatabaseError::NotFound(path) => {
                let path = path.display();
                message!("không có gì tại {path}", "nothing at {path}")
            }
            DatabaseError::Sql(cause) => message!("{cause}", "{cause}"),
            DatabaseError::Schema(cause) => message!("{cause}", "{cause}"),
        }
    }

    fn kind(&self) -> Refusal {
        Refusal::Environment
    }
}

/// Whether `error` says that another clerk held the lock for too long.
pub(crate) fn is_busy(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    // SQLITE_BUSY and its kin; lock_not_available.
    code.is_some_and(|code| matches!(&*code, "5" | "261" | "517" | "55P03"))
}
