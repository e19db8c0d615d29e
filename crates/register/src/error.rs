//! Why a call of the register failed, in words.

use std::io;
use std::path::PathBuf;

use super::discontinuity::Discontinuity;
use super::identity::Identity;
use super::permitted::{self, DocumentAct, RecordState};
use super::request_key::RequestKey;
use super::series::EntryKey;
use crate::database::{self, DatabaseError};
use crate::explain::{self, Explain, Refusal};
use crate::hex::grouped;
use crate::keys::KeyError;
use crate::lang::Message;
use crate::log::CheckpointError;
use crate::message;

/// Why a call of the register failed.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.words().en)]
#[non_exhaustive]
pub enum RegisterError {
    /// There is no register at the path.
    NotFound(PathBuf),
    /// The number asked for is taken.
    Taken {
        /// The number that was asked for.
        number: u32,
        /// The calendar year of the series.
        year: i32,
        /// The document that has it: code, date and subject.
        holder: String,
    },
    /// The number asked for would leave a gap or was passed over.
    NotNext {
        /// The number that was asked for.
        asked: u32,
        /// The calendar year of the series.
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
    /// The configuration has no such run of numbers.
    NoSeries {
        /// The run that was asked for.
        series: String,
        /// Those that there are.
        known: String,
    },
    /// The documents of the year are counted in another way already.
    OtherNumbering {
        /// The calendar year.
        year: i32,
        /// A run that has numbers of that year.
        recorded: String,
        /// The run that was asked for.
        asked: String,
    },
    /// The document was recalled, replaced or cancelled.
    NotInForce {
        /// Its place in the register.
        key: EntryKey,
        /// Its number and notation.
        code: String,
        /// What has become of it.
        state: RecordState,
        /// What can't be done with it any more.
        act: DocumentAct,
    },
    /// No other document in force has the number and notation of the one that is to take a document's place.
    NoReplacement(String),
    /// A text has a character that nobody can print.
    ControlCharacter(char),
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
    /// The clock is behind what the register has seen.
    ClockBack {
        /// What it says, RFC 3339.
        now: String,
        /// The time of the last act, RFC 3339.
        latest: String,
    },
    /// The log says that the office is another one than its folder says.
    OtherIdentity {
        /// Who it is by the log.
        recorded: Box<Identity>,
        /// Who it is by the configuration.
        configured: Box<Identity>,
    },
    /// The key is not the one that signs the register.
    OtherKey {
        /// The SHA-256 fingerprint of the key at hand, in hexadecimal.
        used: String,
        /// That of the register's key; empty where nothing tells it.
        recorded: String,
    },
    /// The register does not continue what its key signed, or what the office remembers.
    Discontinued(Discontinuity),
    /// The register continues what it was.
    NothingToRecover,
    /// What the office remembers of its register can't be read or written.
    Memory {
        /// The path of the file.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// The idempotency key belongs to another request.
    OtherRequest(RequestKey),
    /// Another clerk holds the register for too long.
    Busy,
    /// A table holds what this program never writes there.
    Damaged(&'static str),
    /// The database refused or could not be reached.
    Database(DatabaseError),
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
            RegisterError::NoSeries { series, known } => message!(
                "cơ quan không có dãy số {series}; có: {known} (numbering của vanthu.toml)",
                "the office has no series {series}; there are: {known} (numbering in vanthu.toml)"
            ),
            RegisterError::OtherNumbering { year, recorded, asked } => message!(
                "không cấp số trong dãy {asked}: năm {year} đã đánh số theo dãy {recorded}. numbering.series của vanthu.toml chỉ đổi được cho năm chưa có số: ghi lại như cũ",
                "no number is given in the series {asked}: {year} is counted in the series {recorded} already. numbering.series in vanthu.toml can change for a year without numbers only: set it back"
            ),
            RegisterError::NotInForce { key, code, state, act } => permitted::words(code, key, *state, *act),
            RegisterError::NoReplacement(code) => message!(
                "sổ không có văn bản nào khác còn hiệu lực mang số {code} để thay thế",
                "the register has no other document in force with the number {code} to take its place"
            ),
            RegisterError::ControlCharacter(letter) => {
                let code = format!("U+{:04X}", u32::from(*letter));
                message!(
                    "chữ ghi vào sổ có ký tự điều khiển {code}: bỏ ký tự đó",
                    "a text for the register has the control character {code}: leave it out"
                )
            }
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
                "sổ của cơ quan là {recorded}, cấu hình lại ghi {configured}: tên, mã định danh hoặc register.origin trong vanthu.toml đã bị sửa",
                "the office's register is {recorded}, the configuration says {configured}: name, identifier or register.origin in vanthu.toml were changed"
            ),
            RegisterError::ClockBack { now, latest } => message!(
                "đồng hồ chỉ {now}, nhưng việc sau cùng trong sổ ghi lúc {latest}: chỉnh lại đồng hồ của máy",
                "the clock says {now}, but the last act in the register was at {latest}: set the machine's clock right"
            ),
            RegisterError::OtherIdentity { recorded, configured } => {
                let (recorded, configured) = (who(recorded), who(configured));
                message!(
                    "sổ là của {recorded}, cấu hình lại ghi {configured}",
                    "the register is of {recorded}, the configuration says {configured}"
                )
            }
            RegisterError::OtherKey { used, recorded } => {
                let (used, recorded) = (grouped(used), grouped(recorded));
                message!(
                    "keys/register.key không phải khóa của sổ: vân tay của nó là {used}, của khóa đã ký sổ là {recorded}",
                    "keys/register.key is not the register's key: its fingerprint is {used}, that of the key that signed the register {recorded}"
                )
            }
            RegisterError::Discontinued(what) => {
                let Message { vi, en } = what.words();
                message!(
                    "không ký tiếp vào sổ đăng ký: {vi}",
                    "nothing more is signed in this register: {en}"
                )
            }
            RegisterError::NothingToRecover => message!(
                "sổ tiếp nối đúng những gì đã ký và đã ghi nhớ: không có gì phải khôi phục",
                "the register continues what was signed and remembered: there is nothing to recover"
            ),
            RegisterError::Memory { path, cause } => {
                let Message { vi, en } = explain::disk(path, cause);
                message!(
                    "không đọc ghi được điểm kiểm mà cơ quan ghi nhớ: {vi}",
                    "the checkpoint that the office remembers can't be used: {en}"
                )
            }
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
                let Message { vi, en } = cause.words();
                message!("không dùng được sổ đăng ký: {vi}", "the register can't be used: {en}")
            }
        }
    }

    fn kind(&self) -> Refusal {
        match self {
            RegisterError::Block(_) | RegisterError::NoSeries { .. } => Refusal::Usage,
            RegisterError::NoCode
            | RegisterError::ControlCharacter(_)
            | RegisterError::Import(_)
            | RegisterError::Checkpoint(_) => Refusal::Rejected,
            RegisterError::NoKey | RegisterError::Key(_) | RegisterError::OtherKey { .. } => Refusal::Key,
            RegisterError::Taken { .. }
            | RegisterError::NotNext { .. }
            | RegisterError::Reserved(_)
            | RegisterError::NotReserved(_)
            | RegisterError::Unknown(_)
            | RegisterError::Overtaken(_)
            | RegisterError::OtherNumbering { .. }
            | RegisterError::NotInForce { .. }
            | RegisterError::NoReplacement(_)
            | RegisterError::OtherOrigin { .. }
            | RegisterError::ClockBack { .. }
            | RegisterError::OtherIdentity { .. }
            | RegisterError::Discontinued(_)
            | RegisterError::NothingToRecover
            | RegisterError::OtherRequest(_) => Refusal::Conflict,
            RegisterError::NotFound(_)
            | RegisterError::Busy
            | RegisterError::Memory { .. }
            | RegisterError::Damaged(_)
            | RegisterError::Database(_) => Refusal::Environment,
        }
    }
}

fn who(identity: &Identity) -> String {
    let Identity { name, organ_id, .. } = identity;
    organ_id.as_ref().map_or_else(|| name.clone(), |organ_id| format!("{name} ({organ_id})"))
}

impl From<sqlx::Error> for RegisterError {
    fn from(error: sqlx::Error) -> RegisterError {
        DatabaseError::from(error).into()
    }
}

impl From<DatabaseError> for RegisterError {
    fn from(error: DatabaseError) -> RegisterError {
        match error {
            DatabaseError::NotFound(path) => RegisterError::NotFound(path),
            DatabaseError::Sql(cause) if database::is_busy(&cause) => RegisterError::Busy,
            other => RegisterError::Database(other),
        }
    }
}
