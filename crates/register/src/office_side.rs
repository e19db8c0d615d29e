//! What an office's folder says of its register, and whoever has the database can't change.

use super::Numbering;

/// What an office's folder says of its register.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OfficeSide {
    /// The runs of numbers that the configuration has; any may be used where it says none.
    pub numbering: Option<Numbering>,
}
