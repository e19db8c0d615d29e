//! Why a trust file can't be used, in words.

use crate::explain::{Explain, Refusal};
use crate::lang::Message;
use crate::message;

/// Why a trust file can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.words().en)]
#[non_exhaustive]
pub enum TrustError {
    /// There is no PEM certificate in it.
    Empty,
    /// One of its certificates can't be read.
    Certificate,
    /// It is no trusted list.
    List,
}

impl Explain for TrustError {
    fn words(&self) -> Message {
        match self {
            TrustError::Empty => {
                message!("trong đó không có chứng thư (PEM)", "there is no certificate (PEM) in it")
            }
            TrustError::Certificate => {
                message!("có chứng thư không đọc được", "one of its certificates can't be read")
            }
            TrustError::List => message!(
                "không phải danh sách tin cậy (ETSI TS 119 612)",
                "it is no trusted list (ETSI TS 119 612)"
            ),
        }
    }

    fn kind(&self) -> Refusal {
        Refusal::Key
    }
}
