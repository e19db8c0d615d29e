//! Why access was not given or recorded, for who is at the machine.

use super::{Exit, Failure};
use crate::access::AccessError;
use crate::message;

impl From<AccessError> for Failure {
    fn from(error: AccessError) -> Failure {
        match &error {
            AccessError::NameTaken(name) => Failure::new(
                Exit::Conflict,
                message!(
                    "mã truy cập {name} đang dùng: đổi bằng `vanthu token rotate`, hoặc chọn tên khác",
                    "the token {name} is in use: `vanthu token rotate` renews it, or choose another name"
                ),
            ),
            AccessError::NoToken(name) => Failure::new(
                Exit::Conflict,
                message!(
                    "không có mã truy cập {name} đang dùng; xem `vanthu token list`",
                    "no token {name} is in use; see `vanthu token list`"
                ),
            ),
            AccessError::Office(id) => Failure::new(
                Exit::Rejected,
                message!(
                    "mã định danh {id} không đặt vào mã truy cập được: agency.organ_id trong vanthu.toml chỉ gồm chữ cái không dấu, chữ số và -._~",
                    "the identifier {id} can't stand in a token: agency.organ_id in vanthu.toml may have letters of ASCII, digits and -._~"
                ),
            ),
            AccessError::Random(cause) => Failure::new(
                Exit::Environment,
                message!(
                    "hệ thống không cho số ngẫu nhiên: {cause}",
                    "the system gives no random bytes: {cause}"
                ),
            ),
            AccessError::Busy => Failure::new(
                Exit::Environment,
                message!(
                    "người khác đang giữ cơ sở dữ liệu quá lâu: thử lại",
                    "somebody else has been holding the database for too long: try again"
                ),
            ),
            AccessError::Damaged(table) => Failure::new(
                Exit::Environment,
                message!(
                    "bảng {table} bị hỏng: khôi phục từ bản sao lưu",
                    "the table {table} is damaged: restore a backup"
                ),
            ),
            AccessError::Database(cause) => Failure::new(
                Exit::Environment,
                message!("không dùng được cơ sở dữ liệu: {cause}", "the database can't be used: {cause}"),
            ),
        }
    }
}
