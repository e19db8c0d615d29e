//! The leaf of a register that went on although it does not continue what it was.

use serde::{Deserialize, Serialize};

use crate::lang::Message;
use crate::log::{Checkpoint, Note};

/// What a recovery says, in the log and to who asked for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recovery {
    /// How the register did not continue what it was.
    pub what: Message,
    /// The checkpoint that the office remembered; empty where it remembered none.
    pub remembered: String,
    /// The newest checkpoint that was found in the register; empty where there was none.
    pub checkpoint: String,
    /// How many acts the log has that was found, and that is gone on with.
    pub found: u64,
    /// The root of their tree, in hexadecimal; empty where there is no act.
    pub root: String,
    /// The reason that was given.
    pub reason: String,
    /// Who ordered it.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub by: String,
}

impl Recovery {
    /// How many acts the office remembered.
    pub fn remembered_size(&self) -> Option<u64> {
        Some(Checkpoint::parse(Note::parse(&self.remembered).ok()?.unverified()).ok()?.size)
    }
}
