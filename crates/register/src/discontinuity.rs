//! How a register can fail to go on from what it was.

use crate::lang::Message;
use crate::log::CheckpointError;
use crate::message;

/// How a register does not continue what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Discontinuity {
    /// The newest checkpoint in it is none that the office's key signed.
    Checkpoint(CheckpointError),
    /// Its log is not the one of the newest checkpoint.
    Log,
    /// It has fewer acts than the office remembers: it was emptied, or an older copy was put back.
    Behind {
        /// How many acts the office remembers.
        remembered: u64,
        /// How many there are.
        found: u64,
    },
    /// It has other acts than the office remembers.
    Forked {
        /// How many acts the office remembers.
        remembered: u64,
    },
    /// What the office remembers is no checkpoint that its key signed.
    Memory(CheckpointError),
}

impl Discontinuity {
    /// It as a sentence in both languages.
    pub fn words(&self) -> Message {
        match self {
            Discontinuity::Checkpoint(cause) => message!(
                "điểm kiểm mới nhất trong sổ không do khóa của sổ ký: {cause}",
                "the newest checkpoint in the register is not one that its key signed: {cause}"
            ),
            Discontinuity::Log => message!(
                "nhật ký không khớp với điểm kiểm mới nhất đã ký: có việc bị thêm, sửa hoặc xóa",
                "the log is not the one of the newest signed checkpoint: acts were added, changed or taken away"
            ),
            Discontinuity::Behind { remembered, found } => message!(
                "sổ chỉ có {found} việc, cơ quan đã ghi nhớ {remembered}: sổ bị xóa trắng, hoặc bản cũ được khôi phục",
                "the register has {found} acts, the office remembers {remembered}: it was emptied, or an older copy was put back"
            ),
            Discontinuity::Forked { remembered } => message!(
                "sổ không tiếp nối {remembered} việc mà cơ quan đã ghi nhớ: đó là một sổ khác, hoặc việc cũ đã bị sửa",
                "the register does not continue the {remembered} acts that the office remembers: it is another one, or what was done was changed"
            ),
            Discontinuity::Memory(cause) => message!(
                "điểm kiểm mà cơ quan ghi nhớ không do khóa của sổ ký: {cause}",
                "the checkpoint that the office remembers is not one that the register's key signed: {cause}"
            ),
        }
    }
}
