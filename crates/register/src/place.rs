//! Where a register is: a database, and the office in it.

use crate::database::Database;

/// The office whose register it is, and the database that holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterPlace {
    /// The database, which may hold many offices.
    pub database: Database,
    /// The office: its OrganId, or its name for itself. One database holds many.
    pub office: String,
    /// The origin line of its log (C2SP tlog-checkpoint).
    pub origin: String,
}
