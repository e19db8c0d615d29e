//! Who may do what in an office over a network, and the record of it: tokens, each for one duty, and the trail of
//! what was done with them.
//!
//! All of it stands in the database of the office's register, and every call sees one office only: a token names
//! its office, and opens nothing elsewhere.

mod bearer;
mod duty;
mod token;
mod tokens;
mod trail;
mod trail_audit;

use crate::database::{self, DatabaseError};

pub use bearer::Bearer;
pub use duty::{Act, Duty};
pub use token::{Grace, Lifetime, MAX_TOKEN, NameError, TokenName, office_of};
pub use tokens::{IssuedToken, TokenState, Tokens};
pub use trail::{Head, HeadError, NewTrailRow, Trail, TrailRow, Who};
pub use trail_audit::{TrailAudit, TrailFault};

/// Why access can't be decided, given or recorded. Whoever asks has to refuse then.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AccessError {
    /// A token with this name is in use.
    #[error("a token named {0} is in use")]
    NameTaken(String),
    /// No token with this name is in use.
    #[error("no token named {0} is in use")]
    NoToken(String),
    /// The office's identifier can't stand in a token.
    #[error("the office's identifier {0} has other characters than letters, digits and -._~, or too many")]
    Office(String),
    /// The system gives no random bytes.
    #[error("the system gives no random bytes: {0}")]
    Random(getrandom::Error),
    /// Somebody else holds the trail for too long.
    #[error("the trail is in use by others")]
    Busy,
    /// A table holds what this program never writes there.
    #[error("the table {0} is damaged")]
    Damaged(&'static str),
    /// The database refused or could not be reached.
    #[error("the database can't be used: {0}")]
    Database(DatabaseError),
}

impl From<DatabaseError> for AccessError {
    fn from(error: DatabaseError) -> AccessError {
        match error {
            DatabaseError::Sql(cause) if database::is_busy(&cause) => AccessError::Busy,
            other => AccessError::Database(other),
        }
    }
}

impl From<sqlx::Error> for AccessError {
    fn from(error: sqlx::Error) -> AccessError {
        DatabaseError::from(error).into()
    }
}
