//! Who an office is, as its log says: written once, when the register is begun, and changed by an act only.

use serde::{Deserialize, Serialize};
use time::Date;

/// Who an office is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// What leaves of the log call it: its OrganId, or its name for itself.
    pub id: String,
    /// Its name, in one line.
    pub name: String,
    /// Its identifier (mã định danh), where it has one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub organ_id: Option<String>,
}

/// An agency that an office goes on from: an earlier name or identifier, or another agency that was merged into it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Predecessor {
    /// Its name, in one line.
    pub name: String,
    /// Its identifier, where it had one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub organ_id: Option<String>,
}

/// That an office is who it says it is, from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Adoption {
    /// Who it is.
    pub identity: Identity,
    /// The public half of the register's key (a C2SP verifier key).
    pub key: String,
    /// Whom it goes on from, the one before it first.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub predecessors: Vec<Predecessor>,
    /// From which day on, ISO 8601.
    pub since: String,
    /// The reason that was given.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub reason: String,
    /// Who ordered it.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub by: String,
}

/// What a person says of a change of the office's identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityChange {
    /// From which day on it holds.
    pub since: Date,
    /// Other agencies that were merged into it.
    pub merged: Vec<Predecessor>,
    /// The reason, in free words.
    pub reason: String,
    /// The name of who ordered it.
    pub by: String,
}
