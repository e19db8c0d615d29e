//! Why access can't be decided, given or recorded, in words.

use crate::database::{self, DatabaseError};
use crate::explain::{Explain, Refusal};
use crate::lang::Message;
use crate::message;

/// Why access can't be decided, given or recorded. Whoever asks has to refuse then.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.words().en)]
#[non_exhaustive]
pub enum AccessError {
    /// A token with this name is in use.
    NameTaken(String),
    /// No token with this name is in use.
    NoToken(String),
    /// The office's identifier can't stand in a token.
    Office(String),
    /// The system gives no random bytes.
    Random(getrandom::Error),
    /// Somebody else holds the trail for too long.
    Busy,
    /// A table holds what this program never writes there.
    Damaged(&'static str),
    /// The database refused or could not be reached.
    Database(DatabaseError),
}

impl Explain for AccessError {
    fn words(&self) -> Message {
        match self {
            AccessError::NameTaken(name) => {
                message!("mã truy cập {name} đang dùng", "the token {name} is in use")
            }
            AccessError::NoToken(name) => {
                message!("không có mã truy cập {name} đang dùng", "no token {name} is in use")
            }
            AccessError::Office(id) => message!(
                "mã định danh {id} không đặt vào mã truy cập được: agency.organ_id trong vanthu.toml chỉ gồm chữ cái không dấu, chữ số và -._~",
                "the identifier {id} can't stand in a token: agency.organ_id in vanthu.toml may have letters of ASCII, digits and -._~"
            ),
            AccessError::Random(cause) => message!(
                "hệ thống không cho số ngẫu nhiên: {cause}",
                "the system gives no random bytes: {cause}"
            ),
            AccessError::Busy => message!(
                "người khác đang giữ cơ sở dữ liệu quá lâu: thử lại",
                "somebody else has been holding the database for too long: try again"
            ),
            AccessError::Damaged(table) => message!(
                "bảng {table} bị hỏng: khôi phục từ bản sao lưu",
                "the table {table} is damaged: restore a backup"
            ),
            AccessError::Database(cause) => {
                let Message { vi, en } = cause.words();
                message!("không dùng được cơ sở dữ liệu: {vi}", "the database can't be used: {en}")
            }
        }
    }

    fn kind(&self) -> Refusal {
        match self {
            AccessError::NameTaken(_) | AccessError::NoToken(_) => Refusal::Conflict,
            AccessError::Office(_) => Refusal::Rejected,
            AccessError::Random(_)
            | AccessError::Busy
            | AccessError::Damaged(_)
            | AccessError::Database(_) => Refusal::Environment,
        }
    }
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
