//! A number from the moment that it is held to the moment that it is final, or given back.

use time::OffsetDateTime;

use super::entry::{self, Entry, LookupColumn, Registration};
use super::events::{self, DocumentRevision, NewEvent, Particulars};
use super::request::{self, Asked, IdempotentRequest};
use super::taken::Taken;
use super::writing::Writing;
use super::{EntryKey, Register, RegisterError, Series};
use crate::log::Event;

/// A number that is held by a transaction; dropped, it is given back.
pub struct PendingNumber<'a> {
    writing: Writing<'a>,
    key: EntryKey,
    taken: Taken,
    request: Option<IdempotentRequest>,
}

/// A number whose document stands in the log already: its receipt can be handed out with the document.
/// Dropped, it is given back, and nobody may have seen the receipt.
pub struct Logged<'a> {
    writing: Writing<'a>,
    entry: Entry,
    at: OffsetDateTime,
    request: Option<IdempotentRequest>,
}

impl Register {
    /// Locks the office's register and holds the next number of `series`.
    ///
    /// # Errors
    /// There is no key to sign the log with, another clerk holds the lock for too long
    /// ([`RegisterError::Busy`]), or the database refuses.
    pub async fn begin(&self, series: Series) -> Result<PendingNumber<'_>, RegisterError> {
        let mut writing = Writing::begin(self).await?;
        writing.admit(&series.name, series.year).await?;
        let taken = writing.taken(&series).await?;
        let key = EntryKey { series: series.name, year: series.year, number: taken.next };
        Ok(PendingNumber { writing, key, taken, request: None })
    }
}

impl<'a> PendingNumber<'a> {
    /// The number that is held.
    pub fn number(&self) -> u32 {
        self.key.number
    }

    /// What is known of `request`, seen under the lock: nobody else answers it meanwhile. A new one is remembered
    /// with the number, in the transaction that makes that final. A number that is cancelled answers nothing: the same
    /// call may come again.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn asked(&mut self, request: &IdempotentRequest) -> Result<Asked, RegisterError> {
        let office = self.writing.office();
        let asked = request::asked(self.writing.connection(), office, request).await?;
        self.request = (asked == Asked::New).then(|| request.clone());
        Ok(asked)
    }

    /// The line of the number `key`, seen under the lock.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn entry(&mut self, key: &EntryKey) -> Result<Option<Entry>, RegisterError> {
        let office = self.writing.office();
        entry::at(self.writing.connection(), office, key).await
    }

    /// Makes sure that the number that is held is `asked`, the one that the document names itself.
    ///
    /// # Errors
    /// `asked` is taken ([`RegisterError::Taken`]) or is not the next one ([`RegisterError::NotNext`]).
    pub async fn expect(&mut self, asked: u32) -> Result<(), RegisterError> {
        if asked == self.key.number {
            return Ok(());
        }
        let key = EntryKey { number: asked, ..self.key.clone() };
        match self.entry(&key).await? {
            Some(holder) => Err(holder.taken()),
            None => Err(RegisterError::NotNext { asked, year: key.year, next: self.key.number }),
        }
    }

    /// Whether nothing that the register has logged names a later time than `at`.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn is_latest(&mut self, at: OffsetDateTime) -> Result<bool, RegisterError> {
        self.writing.is_latest(at).await
    }

    /// What time it is for the register, where a clock says `now`: that of the last act where the clock is a little
    /// behind it, as clocks of several machines are.
    ///
    /// # Errors
    /// It is far behind ([`RegisterError::ClockBack`]), or the database refuses.
    pub async fn time(&mut self, now: OffsetDateTime) -> Result<OffsetDateTime, RegisterError> {
        self.writing.time(now).await
    }

    /// The last entry whose draft had the canonical JSON with digest `draft_sha256` (hex), seen under the
    /// lock: nobody else registers it meanwhile. Those whose number was cancelled don't count.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn twin(&mut self, draft_sha256: &str) -> Result<Option<Entry>, RegisterError> {
        let office = self.writing.office();
        let twins = entry::with(self.writing.connection(), office, LookupColumn::Draft, draft_sha256).await?;
        for twin in twins {
            if twin.event != Event::Cancel && !self.writing.is_cancelled(&twin.key).await? {
                return Ok(Some(twin));
            }
        }
        Ok(None)
    }

    /// Logs that `document` gets the number, before anybody signs it.
    ///
    /// # Errors
    /// The database refuses; the number is given back.
    pub async fn log(
        mut self,
        document: Registration,
        at: OffsetDateTime,
    ) -> Result<Logged<'a>, RegisterError> {
        let (writing, previous) = (&mut self.writing, self.taken.previous);
        let (leaf, logged) = events::log(writing, &self.key, Event::Issue, previous, &document, at).await?;
        let registered = logged.at.clone();
        let receipt = writing.receipt(leaf, logged).await?.to_text();
        let entry = Entry {
            key: self.key,
            event: Event::Issue,
            document,
            registered,
            report_sha256: String::new(),
            report_length: 0,
            file: String::new(),
            leaf,
            receipt,
        };
        Ok(Logged { writing: self.writing, entry, at, request: self.request })
    }

    /// Records that the number was taken for `document` and that nothing came of it, for a `reason`.
    ///
    /// # Errors
    /// The database refuses; the number is given back.
    pub async fn cancel(
        mut self,
        mut document: Registration,
        reason: &str,
        at: OffsetDateTime,
    ) -> Result<Entry, RegisterError> {
        reason.clone_into(&mut document.note);
        let previous = self.taken.previous;
        let entry =
            events::register(&mut self.writing, &self.key, Event::Cancel, previous, document, at).await?;
        self.writing.commit().await?;
        Ok(entry)
    }
}

impl Logged<'_> {
    /// The receipt (C2SP tlog-proof) that the document may carry.
    pub fn receipt(&self) -> &str {
        &self.entry.receipt
    }

    /// Gives the number back at once, before the answer is there.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn give_back(self) -> Result<(), RegisterError> {
        self.writing.roll_back().await
    }

    /// Records the document's `report` and what was made of it, and makes the number final.
    ///
    /// # Errors
    /// The database refuses; the number is given back.
    pub async fn record(
        mut self,
        report: DocumentRevision,
        later: Vec<DocumentRevision>,
    ) -> Result<Entry, RegisterError> {
        let entry = &mut self.entry;
        entry.report_sha256.clone_from(&report.sha256);
        entry.report_length = report.length;
        entry.file.clone_from(&report.file);
        let office = self.writing.office();
        entry::insert(self.writing.connection(), office, &self.entry).await?;
        for revision in std::iter::once(report).chain(later) {
            let (key, leaf) = (&self.entry.key, self.entry.leaf);
            events::write(&mut self.writing, key, leaf, &NewEvent::Revision(revision), self.at).await?;
        }
        if let Some(request) = &self.request {
            request::insert(self.writing.connection(), office, request, &self.entry.key, self.at).await?;
        }
        self.writing.commit().await?;
        Ok(self.entry)
    }

    /// Records that nothing came of it, for a `reason`.
    ///
    /// # Errors
    /// The database refuses; the number is given back.
    pub async fn cancel(mut self, reason: &str) -> Result<Entry, RegisterError> {
        // The document never existed, so no receipt of it is kept.
        self.entry.receipt.clear();
        let office = self.writing.office();
        entry::insert(self.writing.connection(), office, &self.entry).await?;
        let details = events::json(&Particulars { reason: reason.to_owned(), ..Particulars::default() });
        let (key, leaf) = (&self.entry.key, self.entry.leaf);
        self.writing.log(events::new_leaf(key, leaf, Event::Cancel, "", &details, self.at)).await?;
        self.writing.commit().await?;
        Ok(self.entry)
    }
}
