//! Why a service can't keep files or do work later, for the person who runs it.

use super::{Exit, Failure};
use crate::message;
use crate::service::jobs::JobsError;
use crate::service::store::StoreError;

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Failure {
        match error {
            StoreError::Folder { path, cause } => Failure::disk(&path, &cause),
            StoreError::Changed(sha256) => Failure::new(
                Exit::Conflict,
                message!(
                    "tệp {sha256} trong kho đã bị sửa: khôi phục từ bản sao lưu",
                    "the stored file {sha256} was changed: restore a backup"
                ),
            ),
            StoreError::Missing(sha256) => Failure::new(
                Exit::Environment,
                message!("kho không có tệp {sha256}", "the storage has no file {sha256}"),
            ),
            other => Failure::new(
                Exit::Environment,
                message!(
                    "không dùng được kho tệp: {other}; xem [storage] và các biến AWS_*",
                    "the storage can't be used: {other}; see [storage] and the variables AWS_*"
                ),
            ),
        }
    }
}

impl From<JobsError> for Failure {
    fn from(error: JobsError) -> Failure {
        match error {
            JobsError::Register(error) => error.into(),
            other => Failure::new(
                Exit::Environment,
                message!("không dùng được hàng đợi công việc: {other}", "jobs can't be queued: {other}"),
            ),
        }
    }
}
