//! Whether a register is what its key signed last, and continues what the office remembers of it. Every act asks this
//! before it signs anything: a key that signed what nobody checked would vouch for whatever somebody wrote into the
//! database meanwhile.
//!
//! It costs a few hashes, however long the log is: the root that was signed is compared with the one that the stored
//! tree comes to, and the last act with its leaf. What was changed further back without that tree changes no later
//! checkpoint, and [`Register::audit`] finds it for ever.

use sqlx::{AnyConnection, Row};
use tlog_tiles::record_hash;

use super::discontinuity::Discontinuity;
use super::identity::Identity;
use super::lookup::head;
use super::own_record;
use super::recorded_identity;
use super::recovery::Recovery;
use super::tree::{Tree, unsigned};
use super::{OfficeSide, Register, RegisterError};
use crate::keys::verifier_key;
use crate::log::{Checkpoint, CheckpointError, Event, NoteError, VerifierKey, follows};

/// A register as it is found: its log's length and the newest checkpoint in it.
pub(super) struct Found<'a> {
    pub office: &'a str,
    pub origin: &'a str,
    pub side: &'a OfficeSide,
    pub size: u64,
    /// A signed note; empty where nothing was signed yet.
    pub checkpoint: &'a str,
    /// See [`OfficeSide::remembered`].
    pub remembered: Option<&'a str>,
}

impl Found<'_> {
    /// Makes sure that it is what `own`, the office's key, signed last, and continues what the office remembers.
    pub(super) async fn check(
        &self,
        connection: &mut AnyConnection,
        own: &VerifierKey,
    ) -> Result<(), RegisterError> {
        self.is_ours(connection, own).await?;
        if self.size == 0 && self.checkpoint.is_empty() {
            is_not_of_another(connection, self.office, self.origin, self.side).await?;
        }
        self.is_signed(connection, own).await?;
        self.is_remembered(connection, own).await
    }

    /// That the key and the log's name are those that the office made known.
    async fn is_ours(&self, connection: &mut AnyConnection, own: &VerifierKey) -> Result<(), RegisterError> {
        if let Some(published) = &self.side.published {
            if published.name() != self.origin {
                let (recorded, configured) = (published.name().to_owned(), self.origin.to_owned());
                return Err(RegisterError::OtherOrigin { recorded, configured });
            }
            if published != own {
                return Err(self.other_key(connection, own).await?);
            }
        }
        Ok(())
    }

    async fn other_key(
        &self,
        connection: &mut AnyConnection,
        own: &VerifierKey,
    ) -> Result<RegisterError, RegisterError> {
        let adoption = recorded_identity::recorded(connection, self.office).await?;
        let recorded = adoption.and_then(|adoption| adoption.key.parse::<VerifierKey>().ok());
        let recorded = recorded.or_else(|| self.side.published.clone()).map(|key| key.fingerprint());
        Ok(RegisterError::OtherKey { used: own.fingerprint(), recorded: recorded.unwrap_or_default() })
    }

    async fn is_signed(
        &self,
        connection: &mut AnyConnection,
        own: &VerifierKey,
    ) -> Result<(), RegisterError> {
        let log = || Err(RegisterError::Discontinued(Discontinuity::Log));
        const LAST: &str = "SELECT place, leaf FROM event WHERE office = $1 ORDER BY place DESC LIMIT 1";
        let last = sqlx::query(LAST).bind(self.office).fetch_optional(&mut *connection).await?;
        let Some(row) = last else {
            return if self.size == 0 && self.checkpoint.is_empty() { Ok(()) } else { log() };
        };
        let (place, leaf) = (unsigned(row.try_get("place")?)?, row.try_get::<String, _>("leaf")?);
        if place + 1 != self.size {
            return log();
        }
        let checkpoint = match Checkpoint::verified(self.checkpoint, own) {
            Ok(checkpoint) => checkpoint,
            Err(CheckpointError::Note(NoteError::Unknown)) => {
                return Err(self.other_key(connection, own).await?);
            }
            Err(cause) => return Err(RegisterError::Discontinued(Discontinuity::Checkpoint(cause))),
        };
        let mut tree = Tree { connection, office: self.office };
        let is_whole = checkpoint.size == self.size
            && intact(tree.root(self.size).await)? == Some(checkpoint.root)
            && intact(tree.leaf(place).await)? == Some(record_hash(leaf.as_bytes()).0);
        if is_whole { Ok(()) } else { log() }
    }

    pub(super) async fn is_remembered(
        &self,
        connection: &mut AnyConnection,
        own: &VerifierKey,
    ) -> Result<(), RegisterError> {
        let Some(note) = self.remembered else { return Ok(()) };
        let discontinued = |what| Err(RegisterError::Discontinued(what));
        let remembered = match Checkpoint::verified(note, own) {
            Ok(remembered) => remembered,
            Err(CheckpointError::Note(NoteError::Unknown)) => {
                return match origin_of(note).filter(|recorded| recorded != self.origin) {
                    Some(recorded) => {
                        Err(RegisterError::OtherOrigin { recorded, configured: self.origin.to_owned() })
                    }
                    None => Err(self.other_key(connection, own).await?),
                };
            }
            Err(cause) => return discontinued(Discontinuity::Memory(cause)),
        };
        let (remembered, known) = ((remembered.root, remembered.size), remembered.size);
        let mut tree = Tree { connection, office: self.office };
        let continues = if known == 0 {
            true
        } else if known > self.size {
            false
        } else {
            let root = tree.root(self.size).await?;
            let proof =
                if known < self.size { tree.consistency(self.size, known).await? } else { Vec::new() };
            follows(remembered, (root, self.size), &proof)
        };
        if continues || self.is_recovered(&mut tree, known).await? {
            return Ok(());
        }
        discontinued(if known > self.size {
            Discontinuity::Behind { remembered: known, found: self.size }
        } else {
            Discontinuity::Forked { remembered: known }
        })
    }

    /// Whether somebody has recovered the register after it had lost `known` acts or more, elsewhere than here.
    async fn is_recovered(&self, tree: &mut Tree<'_>, known: u64) -> Result<bool, RegisterError> {
        let recoveries = own_record::all(tree.connection, self.office, Event::Recover).await?;
        let Some(last) = recoveries.last() else { return Ok(false) };
        let Ok(recovery) = serde_json::from_str::<Recovery>(&last.details) else { return Ok(false) };
        let is_known = recovery.remembered_size().is_some_and(|size| size >= known);
        Ok(is_known && last.is_proven(tree, self.size).await?)
    }
}

/// What a tree says, where it is there; `None` where hashes are gone.
fn intact<T>(told: Result<T, RegisterError>) -> Result<Option<T>, RegisterError> {
    match told {
        Ok(told) => Ok(Some(told)),
        Err(RegisterError::Damaged(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

/// The log that a signed note is of, which nobody vouches for here.
pub(super) fn origin_of(note: &str) -> Option<String> {
    let note = crate::log::Note::parse(note).ok()?;
    Some(Checkpoint::parse(note.unverified()).ok()?.origin)
}

/// Makes sure that no other office of the database has the log `origin`: where a name or an identifier was changed in the
/// configuration, the register is still where it was.
async fn is_not_of_another(
    connection: &mut AnyConnection,
    office: &str,
    origin: &str,
    side: &OfficeSide,
) -> Result<(), RegisterError> {
    let Some(configured) = &side.identity else { return Ok(()) };
    let Some(other) = office_with(connection, origin).await?.filter(|other| other != office) else {
        return Ok(());
    };
    let recorded = recorded_identity::recorded(connection, &other).await?.map(|adoption| adoption.identity);
    let recorded = recorded.unwrap_or(Identity { id: other.clone(), name: other, organ_id: None });
    let (recorded, configured) = (Box::new(recorded), Box::new(configured.clone()));
    Err(RegisterError::OtherIdentity { recorded, configured })
}

/// The office whose log has the origin line `origin`.
async fn office_with(connection: &mut AnyConnection, origin: &str) -> Result<Option<String>, RegisterError> {
    const OFFICE: &str = "SELECT office FROM log WHERE origin = $1 ORDER BY size DESC, office LIMIT 1";
    Ok(sqlx::query_scalar(OFFICE).bind(origin).fetch_optional(connection).await?)
}

impl Register {
    /// What the database calls the office whose log the office's folder speaks of, and the log's origin line; `None`
    /// where there is none.
    ///
    /// # Errors
    /// The database or the disk refuses.
    pub async fn known_as(&self) -> Result<Option<(String, String)>, RegisterError> {
        let remembered = self.side.remembered()?.as_deref().and_then(origin_of);
        let Some(origin) = remembered.or_else(|| Some(self.side.published.as_ref()?.name().to_owned()))
        else {
            return Ok(None);
        };
        let mut connection = self.pool.acquire().await?;
        Ok(office_with(&mut connection, &origin).await?.map(|office| (office, origin)))
    }

    /// Makes sure, without waiting for those who write, that the next act will find the register as it was left: see
    /// the errors. Who only reads compares with the key that the office made known.
    ///
    /// # Errors
    /// It does not continue what its key signed or the office remembers ([`RegisterError::Discontinued`]), it is of
    /// another office, another key signs it, no key is known, or the database refuses.
    pub async fn check(&self) -> Result<(), RegisterError> {
        let own = match (&self.key, &self.side.published) {
            (Some(key), _) => verifier_key(&self.place.origin, key)?,
            (None, Some(published)) => published.clone(),
            (None, None) => return Err(RegisterError::NoKey),
        };
        let remembered = self.side.remembered()?;
        let mut transaction = self.place.database.read(&self.pool).await?;
        let (office, origin) = (self.place.office.as_str(), self.place.origin.as_str());
        let (size, checkpoint) = head(&mut transaction, office).await?.unwrap_or_default();
        let (checkpoint, remembered) = (checkpoint.as_str(), remembered.as_deref());
        let found = Found { office, origin, side: &self.side, size, checkpoint, remembered };
        found.check(&mut transaction, &own).await?;
        recorded_identity::recognised(&mut transaction, office, &self.side).await?;
        Ok(())
    }

    /// Makes sure that the database has the register that the office's folder speaks of: a changed name in the
    /// configuration leads to another one, which is empty.
    ///
    /// # Errors
    /// It has not ([`RegisterError::OtherOrigin`]), or the database or the disk refuses.
    pub async fn check_origin(&self) -> Result<(), RegisterError> {
        let mut connection = self.pool.acquire().await?;
        let (office, origin) = (self.place.office.as_str(), self.place.origin.as_str());
        if head(&mut connection, office).await?.is_some() {
            return Ok(());
        }
        is_not_of_another(&mut connection, office, origin, &self.side).await?;
        let remembered = self.side.remembered()?.as_deref().and_then(origin_of);
        let recorded = remembered.or_else(|| Some(self.side.published.as_ref()?.name().to_owned()));
        match recorded.filter(|recorded| *recorded != self.place.origin) {
            Some(recorded) => {
                Err(RegisterError::OtherOrigin { recorded, configured: self.place.origin.clone() })
            }
            None => Ok(()),
        }
    }
}
