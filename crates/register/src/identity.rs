//! Who an office is, as its log says: written once, when the register is begun, and changed by an act only.

use serde::{Deserialize, Serialize};
use sqlx::Row;
use time::{Date, OffsetDateTime};

use super::own_act::{self, OwnAct};
use super::writing::Writing;
use super::{OfficeSide, Register, RegisterError};
use crate::log::Event;

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
pub struct Change {
    /// From which day on it holds.
    pub since: Date,
    /// Other agencies that were merged into it.
    pub merged: Vec<Predecessor>,
    /// The reason, in free words.
    pub reason: String,
    /// The name of who ordered it.
    pub by: String,
}

/// The identity that the log has last.
pub(super) async fn recorded(
    connection: &mut sqlx::AnyConnection,
    office: &str,
) -> Result<Option<Adoption>, RegisterError> {
    const LAST: &str = "SELECT details FROM event WHERE office = $1 AND series = '' AND year = 0 \
        AND event = 'adopt' ORDER BY until DESC LIMIT 1";
    let row = sqlx::query(LAST).bind(office).fetch_optional(connection).await?;
    let Some(row) = row else { return Ok(None) };
    let details: String = row.try_get("details")?;
    Ok(Some(serde_json::from_str(&details).map_err(|_| RegisterError::Damaged("event"))?))
}

/// The identity that the log has, which must be the one that the office's folder says; `None` where it has none.
pub(super) async fn recognised(
    connection: &mut sqlx::AnyConnection,
    office: &str,
    side: &OfficeSide,
) -> Result<Option<Identity>, RegisterError> {
    let recorded = recorded(connection, office).await?.map(|adoption| adoption.identity);
    match (recorded, &side.identity) {
        (Some(recorded), Some(configured)) if recorded != *configured => {
            let (recorded, configured) = (Box::new(recorded), Box::new(configured.clone()));
            Err(RegisterError::OtherIdentity { recorded, configured })
        }
        (recorded, _) => Ok(recorded),
    }
}

impl Writing<'_> {
    /// Makes sure that the log is of the office that the folder says.
    pub(super) async fn recognise(&mut self) -> Result<(), RegisterError> {
        let (office, side) = (self.office(), self.side);
        match recognised(self.connection(), office, side).await? {
            Some(identity) => self.leaf_office = identity.id,
            None => self.unknown_identity.clone_from(&side.identity),
        }
        Ok(())
    }

    /// Logs that the office is who its configuration says, where the log does not say who it is: the first act of a new
    /// register, and the next one of a register that an older version began.
    pub(super) async fn introduce(&mut self, at: OffsetDateTime) -> Result<(), RegisterError> {
        let Some(identity) = self.unknown_identity.take() else { return Ok(()) };
        let adoption = Adoption {
            key: self.own.to_string(),
            predecessors: Vec::new(),
            since: own_act::day(at),
            reason: String::new(),
            by: String::new(),
            identity,
        };
        self.leaf_office.clone_from(&adoption.identity.id);
        self.log_own(OwnAct { event: Event::Adopt, details: own_act::json(&adoption), at }).await
    }
}

impl Register {
    /// Begins the log with who the office is; a register that has begun stays as it is.
    ///
    /// # Errors
    /// As of every act: there is no key, what is there is not this office's, or the database refuses.
    pub async fn found(&self, at: OffsetDateTime) -> Result<(), RegisterError> {
        let mut writing = Writing::begin(self).await?;
        writing.introduce(at).await?;
        writing.commit().await
    }

    /// Logs that the office is who its configuration says now, as a `change` of what the log says; `false` where the log
    /// says the same already. Numbers go on.
    ///
    /// # Errors
    /// As of every act.
    pub async fn adopt(&self, change: &Change, at: OffsetDateTime) -> Result<bool, RegisterError> {
        let (mut writing, checkpoint) = Writing::lock(self).await?;
        writing.continues(&checkpoint).await?;
        let Some(identity) = self.side.identity.clone() else { return Ok(false) };
        let office = writing.office();
        let before = recorded(writing.connection(), office).await?;
        if before.as_ref().is_some_and(|before| before.identity == identity) && change.merged.is_empty() {
            return Ok(false);
        }
        let before = before.map(|before| before.identity).filter(|before| *before != identity);
        let before = before.map(|Identity { name, organ_id, .. }| Predecessor { name, organ_id });
        let adoption = Adoption {
            key: writing.own.to_string(),
            predecessors: before.into_iter().chain(change.merged.iter().cloned()).collect(),
            since: change.since.to_string(),
            reason: change.reason.clone(),
            by: change.by.clone(),
            identity,
        };
        writing.leaf_office.clone_from(&adoption.identity.id);
        writing.log_own(OwnAct { event: Event::Adopt, details: own_act::json(&adoption), at }).await?;
        writing.commit().await?;
        Ok(true)
    }
}
