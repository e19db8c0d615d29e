//! The leaves that say who an office is: the first one, and those that change it.

use time::OffsetDateTime;

use super::identity::{Adoption, Identity, IdentityChange, Predecessor};
use super::own_act::{self, OwnAct};
use super::recorded_identity::{recognised, recorded};
use super::writing::Writing;
use super::{Register, RegisterError};
use crate::log::Event;

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
    pub async fn adopt(&self, change: &IdentityChange, at: OffsetDateTime) -> Result<bool, RegisterError> {
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
