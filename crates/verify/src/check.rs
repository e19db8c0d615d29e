//! One thing that was checked, and what came of it.

use serde::Serialize;

use super::check_id::CheckId;
use crate::lang::Message;

/// One thing that was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Check {
    /// Its stable name, as `digest` or `trust`.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id: CheckId,
    /// What came of it.
    pub outcome: Outcome,
    /// What was found, in words without a full stop.
    pub message: Message,
}

/// What came of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was checked and holds.
    Pass,
    /// It does not hold.
    Fail,
    /// It can't be told.
    Unknown,
    /// It was not asked for.
    NotChecked,
}

impl Check {
    pub(super) fn pass(id: CheckId, message: Message) -> Check {
        Check { id, outcome: Outcome::Pass, message }
    }

    pub(super) fn fail(id: CheckId, message: Message) -> Check {
        Check { id, outcome: Outcome::Fail, message }
    }

    pub(super) fn unknown(id: CheckId, message: Message) -> Check {
        Check { id, outcome: Outcome::Unknown, message }
    }
}
