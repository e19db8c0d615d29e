//! Going on with a register that does not continue what it was: what is found becomes what it is, and a leaf says for
//! ever what was remembered, what was found and why it went on.

use sqlx::{AnyConnection, Row};
use time::OffsetDateTime;
use tlog_tiles::stored_hashes;

use super::own_act::{self, OwnAct};
use super::recovery::Recovery;
use super::tree::{Hashes, Tree, unsigned};
use super::writing::Writing;
use super::{Register, RegisterError};
use crate::log::Event;

impl Register {
    /// Takes the register for what it is found to be, for a `reason` and by the order of `by`, so that acts go on.
    ///
    /// # Errors
    /// It continues what it was ([`RegisterError::NothingToRecover`]), another key signs it, so much is gone that there
    /// is nothing to go on with, or the database refuses.
    pub async fn recover(
        &self,
        reason: &str,
        by: &str,
        at: OffsetDateTime,
    ) -> Result<Recovery, RegisterError> {
        let (mut writing, checkpoint) = Writing::lock(self).await?;
        let what = match writing.continues(&checkpoint).await {
            Ok(()) => return Err(RegisterError::NothingToRecover),
            Err(RegisterError::Discontinued(what)) => what.words(),
            Err(other) => return Err(other),
        };
        let remembered = self.side.memory.as_ref().map(super::Memory::read).transpose()?.flatten();
        writing.rebuild().await?;
        writing.recognise().await?;
        let recovery = Recovery {
            what,
            remembered: remembered.unwrap_or_default(),
            checkpoint,
            found: writing.size,
            root: if writing.size == 0 { String::new() } else { crate::hex::lower(&writing.root().await?) },
            reason: reason.to_owned(),
            by: by.to_owned(),
        };
        writing.is_new_beginning = true;
        writing.log_own(OwnAct { event: Event::Recover, details: own_act::json(&recovery), at }).await?;
        writing.introduce(at).await?;
        writing.commit().await?;
        Ok(recovery)
    }
}

impl Writing<'_> {
    /// Makes the tree that of the acts that are there. Where some are gone, their hashes stand for them.
    async fn rebuild(&mut self) -> Result<(), RegisterError> {
        let office = self.office();
        let Some(leaves) = leaves(self.connection(), office).await? else {
            // A tree without its hashes, or acts that nobody signed behind it: only a backup helps.
            self.root().await?;
            let last = last(self.connection(), office).await?;
            let is_whole = last.is_some_and(|last| last.checked_add(1) == Some(self.size));
            return if is_whole { Ok(()) } else { Err(RegisterError::Damaged("event")) };
        };
        sqlx::query("DELETE FROM node WHERE office = $1").bind(office).execute(self.connection()).await?;
        let mut hashes = Hashes::default();
        for (place, leaf) in (0..).zip(&leaves) {
            let new = stored_hashes(place, leaf.as_bytes(), &hashes);
            let new = new.map_err(|_| RegisterError::Damaged("node"))?;
            let mut tree = Tree { connection: self.connection(), office };
            tree.store(hashes.0.len() as u64, &new).await?;
            hashes.0.extend(new);
        }
        self.size = leaves.len() as u64;
        Ok(())
    }
}

/// The place of the last act.
async fn last(connection: &mut AnyConnection, office: &str) -> Result<Option<u64>, RegisterError> {
    const LAST: &str = "SELECT MAX(place) AS last FROM event WHERE office = $1";
    let row = sqlx::query(LAST).bind(office).fetch_one(connection).await?;
    row.try_get::<Option<i64>, _>("last")?.map(unsigned).transpose()
}

/// The leaves of all acts; `None` where one is missing in between.
async fn leaves(connection: &mut AnyConnection, office: &str) -> Result<Option<Vec<String>>, RegisterError> {
    const LEAVES: &str = "SELECT place, leaf FROM event WHERE office = $1 ORDER BY place";
    let rows = sqlx::query(LEAVES).bind(office).fetch_all(connection).await?;
    let mut leaves = Vec::with_capacity(rows.len());
    for row in rows {
        if unsigned(row.try_get("place")?)? != leaves.len() as u64 {
            return Ok(None);
        }
        leaves.push(row.try_get("leaf")?);
    }
    Ok(Some(leaves))
}
