//! What an office's folder says of its register, and whoever has the database can't change.

use super::{Identity, Memory, NumberRuns, RegisterError};
use crate::log::VerifierKey;

/// What an office's folder says of its register.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OfficeSide {
    /// The runs of numbers that the configuration has; any may be used where it says none.
    pub numbering: Option<NumberRuns>,
    /// Who the office is by its configuration.
    pub identity: Option<Identity>,
    /// The public half of the register's key, as the office has made it known.
    pub published: Option<VerifierKey>,
    /// What it remembers of its register outside of the database.
    pub memory: Option<Memory>,
}

impl OfficeSide {
    /// The checkpoint (a signed note) that the office remembers. Who compares it with a log that others write to asks
    /// before he looks at the log: what is remembered was committed by then, and later acts only make the log longer.
    pub(super) fn remembered(&self) -> Result<Option<String>, RegisterError> {
        Ok(self.memory.as_ref().map(Memory::read).transpose()?.flatten())
    }
}
