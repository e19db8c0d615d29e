//! Acts on a document that has its number: each asks, under the lock, whether it may still be done.

use time::OffsetDateTime;

use super::entry;
use super::events::{DocumentRevision, NewEvent, check_texts, write};
use super::permitted::RecordState;
use super::records;
use super::request::{self, Asked, IdempotentRequest};
use super::writing::Writing;
use super::{EntryKey, Register, RegisterError};

impl Register {
    /// Records an event on the document that has the number `key`.
    ///
    /// # Errors
    /// There is none ([`RegisterError::Unknown`]), it is not in force any more ([`RegisterError::NotInForce`]), nothing
    /// can take its place ([`RegisterError::NoReplacement`]), or the database refuses.
    pub async fn record_event(
        &self,
        key: &EntryKey,
        event: &NewEvent,
        at: OffsetDateTime,
    ) -> Result<(), RegisterError> {
        self.record_once(key, event, None, at).await
    }

    /// The same for a `request` that may come twice: it is written once.
    ///
    /// # Errors
    /// The request's key belongs to another one ([`RegisterError::OtherRequest`]), or as [`Register::record_event`].
    pub async fn record_once(
        &self,
        key: &EntryKey,
        event: &NewEvent,
        request: Option<&IdempotentRequest>,
        at: OffsetDateTime,
    ) -> Result<(), RegisterError> {
        let mut writing = Writing::begin(self).await?;
        let office = writing.office();
        if let Some(request) = request {
            match request::asked(writing.connection(), office, request).await? {
                Asked::New => {}
                Asked::Answered(_) => return Ok(()),
                Asked::Other => return Err(RegisterError::OtherRequest(request.key().clone())),
            }
        }
        let leaf = checked(&mut writing, key, event).await?;
        write(&mut writing, key, leaf, event, at).await?;
        if let Some(request) = request {
            request::insert(writing.connection(), office, request, key, at).await?;
        }
        writing.commit().await
    }

    /// Records that `revisions` follow the newest file of the document that has the number `key`, which must still be
    /// the one with the SHA-256 digest `base` (hexadecimal): of two who sign the same file at once, one is told.
    ///
    /// # Errors
    /// The newest file is another one ([`RegisterError::Overtaken`]), or as [`Register::record_event`].
    pub async fn follow(
        &self,
        key: &EntryKey,
        base: &str,
        revisions: Vec<DocumentRevision>,
        at: OffsetDateTime,
    ) -> Result<(), RegisterError> {
        let mut writing = Writing::begin(self).await?;
        let office = writing.office();
        let record = records::at(writing.connection(), office, key).await?;
        let record = record.ok_or_else(|| RegisterError::Unknown(key.clone()))?;
        let newest = record.events.iter().rev().find(|event| event.is_revision_of_document());
        if newest.is_none_or(|newest| newest.file_sha256 != base) {
            return Err(RegisterError::Overtaken(key.clone()));
        }
        for revision in revisions {
            let event = NewEvent::Revision(revision);
            record.check(event.act())?;
            write(&mut writing, key, record.entry.leaf, &event, at).await?;
        }
        writing.commit().await
    }
}

/// The leaf of the document that has the number `key`, where `event` may happen to it.
async fn checked(writing: &mut Writing<'_>, key: &EntryKey, event: &NewEvent) -> Result<u64, RegisterError> {
    let office = writing.office();
    let record = records::at(writing.connection(), office, key).await?;
    let record = record.ok_or_else(|| RegisterError::Unknown(key.clone()))?;
    record.check(event.act())?;
    check_texts(&event.texts())?;
    if let NewEvent::Replace { replacement, .. } = event {
        let named = entry::with_code(writing.connection(), office, replacement).await?;
        for other in named.iter().filter(|other| other.key != *key) {
            let other = records::at(writing.connection(), office, &other.key).await?;
            if other.is_some_and(|other| other.state == RecordState::InForce) {
                return Ok(record.entry.leaf);
            }
        }
        return Err(RegisterError::NoReplacement(replacement.clone()));
    }
    Ok(record.entry.leaf)
}
