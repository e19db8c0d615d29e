//! Why a database can't be used, in words.

use std::io;
use std::path::PathBuf;

use crate::explain::{self, Explain, Refusal};
use crate::lang::Message;
use crate::message;

/// Why a database can't be used.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.words().en)]
#[non_exhaustive]
pub enum DatabaseError {
    /// There is no file at the path.
    NotFound(PathBuf),
    /// The file can't be opened.
    Disk {
        /// The path of the file.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// The server does not answer.
    Silent(#[from] tokio::time::error::Elapsed),
    /// There is no register in it.
    NoRegister,
    /// Its schema is older than what can be read without changing it.
    Older,
    /// A newer version of this program made its schema.
    Newer {
        /// The version that it has.
        version: i64,
        /// The newest one that is known here.
        known: i64,
    },
    /// The database refused or could not be reached.
    Sql(#[from] sqlx::Error),
    /// The schema can't be brought up to date.
    Schema(#[from] sqlx::migrate::MigrateError),
}

impl Explain for DatabaseError {
    fn words(&self) -> Message {
        match self {
            DatabaseError::NotFound(path) => {
                let path = path.display();
                message!("không có gì tại {path}", "nothing at {path}")
            }
            DatabaseError::Disk { path, cause } => explain::disk(path, cause),
            DatabaseError::Silent(_) => {
                message!("máy chủ cơ sở dữ liệu không trả lời", "the database server does not answer")
            }
            DatabaseError::NoRegister => {
                message!("cơ sở dữ liệu này không có sổ đăng ký nào", "there is no register in this database")
            }
            DatabaseError::Older => message!(
                "sổ do phiên bản cũ lập: một lần ghi (ví dụ vanthu register reserve) sẽ nâng lên phiên bản này",
                "an older version made it: whatever writes next (such as vanthu register reserve) brings it up to date"
            ),
            DatabaseError::Newer { version, known } => message!(
                "sổ do phiên bản mới hơn lập (dạng {version}, chương trình này biết đến {known}): cập nhật vanthu",
                "a newer version made it (form {version}, this program knows up to {known}): update vanthu"
            ),
            DatabaseError::Sql(cause) => sql(cause),
            DatabaseError::Schema(cause) => message!("{cause}", "{cause}"),
        }
    }

    fn kind(&self) -> Refusal {
        Refusal::Environment
    }
}

/// What a database said, in words where it is known what they mean.
pub(crate) fn sql(error: &sqlx::Error) -> Message {
    match (primary(error), error) {
        (Some(CORRUPT), _) => message!(
            "tệp cơ sở dữ liệu bị hỏng hoặc bị cắt cụt ({error}): khôi phục từ bản sao lưu",
            "the database file is damaged or cut short ({error}): restore it from the backup"
        ),
        (Some(NOT_A_DATABASE), _) => message!(
            "tệp không phải cơ sở dữ liệu SQLite ({error}): khôi phục từ bản sao lưu",
            "the file is no SQLite database ({error}): restore it from the backup"
        ),
        (Some(READ_ONLY), _) => message!(
            "không được ghi vào tệp cơ sở dữ liệu ({error}): xem quyền của tệp và thư mục",
            "the database file can't be written to ({error}): see the permissions of the file and of its folder"
        ),
        (Some(CANT_OPEN), _) => message!(
            "không mở được tệp cơ sở dữ liệu ({error}): xem quyền của tệp và thư mục; tệp -wal bên cạnh phải đi cùng",
            "the database file can't be opened ({error}): see the permissions of the file and of its folder; a -wal file beside it belongs to it"
        ),
        (Some(FULL), _) => message!("đĩa đầy ({error})", "the disk is full ({error})"),
        (Some(INPUT_OUTPUT), _) => message!(
            "đĩa báo lỗi khi đọc hoặc ghi cơ sở dữ liệu ({error})",
            "the disk failed while the database was read or written ({error})"
        ),
        (_, sqlx::Error::PoolTimedOut) => message!(
            "cơ sở dữ liệu không trả lời, hoặc quá nhiều người đang chờ",
            "the database does not answer, or too many are waiting for it"
        ),
        _ => message!("{error}", "{error}"),
    }
}

/// Result codes of SQLite.
const READ_ONLY: u32 = 8;
const INPUT_OUTPUT: u32 = 10;
const CORRUPT: u32 = 11;
const FULL: u32 = 13;
const CANT_OPEN: u32 = 14;
const NOT_A_DATABASE: u32 = 26;

/// SQLite's result code, without what extends it. PostgreSQL's codes have five characters.
fn primary(error: &sqlx::Error) -> Option<u32> {
    let code = error.as_database_error()?.code()?;
    if code.len() == 5 { None } else { code.parse::<u32>().ok().map(|code| code & 0xff) }
}

/// Whether `error` says that another clerk held the lock for too long.
pub(crate) fn is_busy(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    // SQLITE_BUSY and its kin; lock_not_available.
    code.is_some_and(|code| matches!(&*code, "5" | "261" | "517" | "55P03"))
}

/// Whether `error` says that SQLite could not write beside the file, as on a medium that is only read.
pub(super) fn is_closed_folder(error: &sqlx::Error) -> bool {
    matches!(primary(error), Some(CANT_OPEN | READ_ONLY | INPUT_OUTPUT))
}
