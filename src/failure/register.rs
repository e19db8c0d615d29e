//! Why the register refused, for the clerk.

use super::{Exit, Failure};
use crate::issue::IssueError;
use crate::message;
use crate::register::{EntryKey, RegisterError};

impl From<RegisterError> for Failure {
    fn from(error: RegisterError) -> Failure {
        match &error {
            RegisterError::NotFound(path) => {
                let path = path.display();
                Failure::new(
                    Exit::Environment,
                    message!(
                        "không có sổ đăng ký tại {path}; chạy `vanthu init`",
                        "there is no register at {path}; run `vanthu init`"
                    ),
                )
            }
            RegisterError::Taken { number, year, holder } => Failure::new(
                Exit::Conflict,
                message!(
                    "số {number} năm {year} đã cấp cho: {holder}",
                    "number {number} of {year} is taken: {holder}"
                ),
            ),
            RegisterError::NotNext { asked, year, next } => Failure::new(
                Exit::Conflict,
                message!(
                    "không cấp được số {asked} năm {year}: số tiếp theo là {next}. Bỏ \"number\" để lấy số tiếp theo; sổ bắt đầu từ số khác thì ghi vào numbering.first của vanthu.toml",
                    "number {asked} of {year} can't be given: the next one is {next}. Leave \"number\" out to take that; a register that begins elsewhere says so in numbering.first of vanthu.toml"
                ),
            ),
            RegisterError::Reserved(EntryKey { number, year, .. }) => Failure::new(
                Exit::Conflict,
                message!(
                    "số {number} năm {year} đã giữ cho văn bản giấy: vào sổ bằng `vanthu register fill`",
                    "number {number} of {year} is set aside for a paper document: record that with `vanthu register fill`"
                ),
            ),
            RegisterError::NotReserved(EntryKey { number, year, .. }) => Failure::new(
                Exit::Conflict,
                message!(
                    "số {number} năm {year} chưa được giữ: giữ số trước bằng `vanthu register reserve`",
                    "number {number} of {year} was not set aside: `vanthu register reserve` does that first"
                ),
            ),
            RegisterError::Unknown(EntryKey { number, year, .. }) => Failure::new(
                Exit::Conflict,
                message!(
                    "không có văn bản nào mang số {number} năm {year}",
                    "no document has number {number} of {year}"
                ),
            ),
            RegisterError::Overtaken(EntryKey { number, year, .. }) => Failure::new(
                Exit::Conflict,
                message!(
                    "văn bản số {number} năm {year} đã có tệp mới hơn: lấy tệp đó rồi làm lại",
                    "the document with number {number} of {year} has a newer file: get that one and do it again"
                ),
            ),
            RegisterError::Block(most) => Failure::new(
                Exit::Usage,
                message!("mỗi lần giữ từ 1 đến {most} số", "1 to {most} numbers are set aside at once"),
            ),
            RegisterError::Import(most) => Failure::new(
                Exit::Rejected,
                message!(
                    "mỗi lần nhận tối đa {most} dòng",
                    "no more than {most} lines are taken over at once"
                ),
            ),
            RegisterError::NoCode => Failure::new(
                Exit::Rejected,
                message!("văn bản không có số, ký hiệu", "the document has no number and notation"),
            ),
            RegisterError::NoKey => Failure::new(
                Exit::Key,
                message!(
                    "thiếu khóa của sổ đăng ký (keys/register.key)",
                    "the register's key (keys/register.key) is missing"
                ),
            ),
            RegisterError::Key(cause) => Failure::new(
                Exit::Key,
                message!("khóa của sổ đăng ký: {cause}", "the register's key: {cause}"),
            ),
            RegisterError::Checkpoint(cause) => Failure::new(
                Exit::Rejected,
                message!(
                    "điểm kiểm đưa ra không do khóa của sổ này ký: {cause}",
                    "the checkpoint is not one that this register's key signed: {cause}"
                ),
            ),
            RegisterError::OtherOrigin { recorded, configured } => Failure::new(
                Exit::Conflict,
                message!(
                    "nhật ký của sổ mang tên {recorded}, cấu hình ghi {configured}: sửa register.origin trong vanthu.toml",
                    "the register's log is {recorded}, the configuration says {configured}: see register.origin in vanthu.toml"
                ),
            ),
            RegisterError::OtherRequest(key) => Failure::new(
                Exit::Conflict,
                message!(
                    "khóa {key} đã dùng cho một yêu cầu khác",
                    "the key {key} was used for another request"
                ),
            ),
            RegisterError::Busy => Failure::new(
                Exit::Environment,
                message!(
                    "người khác đang giữ sổ đăng ký quá lâu: thử lại",
                    "somebody else has been holding the register for too long: try again"
                ),
            ),
            RegisterError::Damaged(table) => Failure::new(
                Exit::Environment,
                message!(
                    "bảng {table} của sổ đăng ký bị hỏng: chạy `vanthu register verify`, rồi khôi phục từ bản sao lưu",
                    "the register's table {table} is damaged: run `vanthu register verify`, and restore a backup"
                ),
            ),
            RegisterError::Database(cause) => Failure::new(
                Exit::Environment,
                message!("không dùng được sổ đăng ký: {cause}", "the register can't be used: {cause}"),
            ),
            RegisterError::Schema(cause) => Failure::new(
                Exit::Environment,
                message!(
                    "sổ đăng ký không đúng dạng: {cause}",
                    "the register's schema does not fit: {cause}"
                ),
            ),
        }
    }
}

impl From<IssueError> for Failure {
    fn from(error: IssueError) -> Failure {
        match error {
            IssueError::Register(error) => error.into(),
            IssueError::Report(error) => error.into(),
            IssueError::Signing(error) => error.into(),
            IssueError::Disk { path, cause } => Failure::disk(&path, &cause),
            IssueError::Repeated(entry) => {
                let (code, file) = (&entry.document.code, &entry.file);
                Failure::new(
                    Exit::Conflict,
                    message!(
                        "văn bản này đã vào sổ với số {code} ({file}); muốn cấp thêm một số nữa thì dùng --again",
                        "this document is registered already as {code} ({file}); use --again to give it another number"
                    ),
                )
            }
            IssueError::NotReproducible(entry) => {
                let (code, file) = (&entry.document.code, &entry.file);
                Failure::new(
                    Exit::Conflict,
                    message!(
                        "văn bản đã vào sổ với số {code} nhưng tệp {file} không còn, và phiên bản này, với vanthu.toml hiện nay, không tạo lại được đúng tệp đó",
                        "the document is registered as {code}, but {file} is gone, and this version with the present vanthu.toml can't make the same file again"
                    ),
                )
            }
        }
    }
}
