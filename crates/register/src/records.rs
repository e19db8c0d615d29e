//! Lines of the register with what events to them, as people look for them.

use serde::Serialize;
use sqlx::AnyConnection;

use super::entry;
use super::events::{self, RecordedEvent};
use super::permitted::{DocumentAct, RecordState};
use super::selection::{Selection, Sought};
use super::{Entry, EntryKey, Register, RegisterError};
use crate::diacritics;
use crate::log::Event;

/// How many lines are read at once.
const PIECE: usize = 1_000;

/// A line and what events to its document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Record {
    /// The line of the register.
    #[serde(flatten)]
    pub entry: Entry,
    /// What has become of the document.
    pub state: RecordState,
    /// The events on its number, in the order of the log.
    #[serde(rename = "happened")]
    pub events: Vec<RecordedEvent>,
}

impl Record {
    /// Makes sure that `act` may still be done with the document.
    ///
    /// # Errors
    /// It was recalled, replaced or cancelled ([`RegisterError::NotInForce`]).
    pub fn check(&self, act: DocumentAct) -> Result<(), RegisterError> {
        if self.state.permits(act) {
            return Ok(());
        }
        let key = self.entry.key.clone();
        Err(RegisterError::NotInForce { key, code: self.entry.document.code.clone(), state: self.state, act })
    }
}

/// Which lines to find; with nothing set, all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only lines of this calendar year.
    pub year: Option<i32>,
    /// Only lines of the series with this name.
    pub series: Option<String>,
    /// Of this kind: its name, with or without diacritics, or its abbreviation in the notation.
    pub kind: Option<String>,
    /// With this text in number, subject, signer, recipients or notes; see [`diacritics::contains`].
    pub text: Option<String>,
}

impl Filter {
    /// Whether it asks for part of a series only, so that what is missing means nothing.
    pub fn is_partial(&self) -> bool {
        self.kind.is_some() || self.text.is_some()
    }

    fn lets_through(&self, line: &Sought) -> bool {
        let kind = self.kind.as_ref().is_none_or(|kind| {
            let notation = line.code.split_once('/').map(|(_, notation)| notation.trim());
            let abbreviation = notation.and_then(|notation| notation.split('-').next());
            diacritics::strip(kind) == diacritics::strip(&line.kind) || abbreviation == Some(kind)
        });
        let text = self.text.as_ref().is_none_or(|text| {
            let fields = line.texts.iter().chain([&line.code]);
            fields.into_iter().any(|field| diacritics::contains(field, text))
        });
        kind && text
    }

    fn selection<'a>(&'a self, office: &'a str) -> Selection<'a> {
        Selection { office, year: self.year, series: self.series.as_deref() }
    }
}

/// Some of the lines that a filter lets through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordPage {
    /// By year, series and number.
    pub records: Vec<Record>,
    /// How many lines the filter lets through in all.
    pub total: usize,
    /// The last of these records, where others follow it.
    pub next: Option<EntryKey>,
}

impl Register {
    /// The lines that `filter` lets through, by year, series and number, without their contents and receipts.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn records(&self, filter: &Filter) -> Result<Vec<Record>, RegisterError> {
        let mut connection = self.pool.acquire().await?;
        let mut records: Vec<Record> = Vec::new();
        loop {
            let after = records.last().map(|record| record.entry.key.clone());
            let entries = self.some(&mut connection, filter, after.as_ref(), PIECE).await?;
            let is_last = entries.len() < PIECE;
            records.extend(self.with_events(&mut connection, entries).await?);
            if is_last {
                return Ok(records);
            }
        }
    }

    /// At most `most` of the lines that `filter` lets through, behind the one at `after`, without their contents and
    /// receipts.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn page(
        &self,
        filter: &Filter,
        after: Option<&EntryKey>,
        most: usize,
    ) -> Result<RecordPage, RegisterError> {
        let mut connection = self.pool.acquire().await?;
        let mut entries = self.some(&mut connection, filter, after, most.saturating_add(1)).await?;
        let total = self.count(&mut connection, filter).await?;
        let has_more = entries.len() > most;
        entries.truncate(most);
        let next = entries.last().map(|entry| entry.key.clone()).filter(|_| has_more);
        Ok(RecordPage { records: self.with_events(&mut connection, entries).await?, total, next })
    }

    /// At most `most` entries behind `after`.
    async fn some(
        &self,
        connection: &mut AnyConnection,
        filter: &Filter,
        after: Option<&EntryKey>,
        most: usize,
    ) -> Result<Vec<Entry>, RegisterError> {
        let selection = filter.selection(&self.place.office);
        if !filter.is_partial() {
            return selection.lines(connection, after, most).await;
        }
        let mut keys = Vec::new();
        sift(connection, filter, selection, after, |key| {
            keys.push(key);
            keys.len() < most
        })
        .await?;
        selection.named(connection, &keys).await
    }

    async fn count(&self, connection: &mut AnyConnection, filter: &Filter) -> Result<usize, RegisterError> {
        let selection = filter.selection(&self.place.office);
        if !filter.is_partial() {
            return selection.count(connection).await;
        }
        let mut count = 0;
        sift(connection, filter, selection, None, |_| {
            count += 1;
            true
        })
        .await?;
        Ok(count)
    }

    async fn with_events(
        &self,
        connection: &mut AnyConnection,
        entries: Vec<Entry>,
    ) -> Result<Vec<Record>, RegisterError> {
        let keys: Vec<EntryKey> = entries.iter().map(|entry| entry.key.clone()).collect();
        let mut events = events::events_of_all(connection, &self.place.office, &keys).await?;
        let with_events = |entry: Entry| (events.remove(&entry.key).unwrap_or_default(), entry);
        Ok(entries.into_iter().map(with_events).map(|(events, entry)| record(entry, events)).collect())
    }

    /// The line of the document that a file belongs to: one of its files has the digest `file_sha256`, or its
    /// report, which later revisions of the file begin with, has `report_sha256` (both hexadecimal).
    ///
    /// # Errors
    /// The database refuses.
    pub async fn record_of(
        &self,
        file_sha256: &str,
        report_sha256: &str,
    ) -> Result<Option<Record>, RegisterError> {
        let entry = match self.find_file(file_sha256).await? {
            Some(entry) => Some(entry),
            None => self.find_document(report_sha256).await?,
        };
        match entry {
            Some(entry) => self.record_at(&entry.key).await,
            None => Ok(None),
        }
    }

    /// The line at `key` and what events to it.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn record_at(&self, key: &EntryKey) -> Result<Option<Record>, RegisterError> {
        let mut connection = self.pool.acquire().await?;
        at(&mut connection, &self.place.office, key).await
    }
}

/// The line of `office` at `key` and what events to it.
pub(super) async fn at(
    connection: &mut AnyConnection,
    office: &str,
    key: &EntryKey,
) -> Result<Option<Record>, RegisterError> {
    let Some(entry) = entry::at(connection, office, key).await? else { return Ok(None) };
    let events = events::events_of(connection, office, key).await?;
    Ok(Some(record(entry, events)))
}

/// Shows `see` the keys that `filter` lets through behind `after`, in their order, as long as it wants more. What no
/// index finds is looked for in little pieces, so that the register may be of any size.
async fn sift(
    connection: &mut AnyConnection,
    filter: &Filter,
    selection: Selection<'_>,
    after: Option<&EntryKey>,
    mut see: impl FnMut(EntryKey) -> bool,
) -> Result<(), RegisterError> {
    let mut after = after.cloned();
    loop {
        let lines = selection.sought(connection, after.as_ref(), PIECE).await?;
        after = lines.last().map(|line| line.key.clone()).filter(|_| lines.len() == PIECE);
        for line in lines {
            if filter.lets_through(&line) && !see(line.key) {
                return Ok(());
            }
        }
        if after.is_none() {
            return Ok(());
        }
    }
}

pub(super) fn record(entry: Entry, events: Vec<RecordedEvent>) -> Record {
    let last = events.iter().rev().find_map(|event| match event.event {
        Event::Cancel => Some(RecordState::Cancelled),
        Event::Recall => Some(RecordState::Recalled),
        Event::Replace => Some(RecordState::Replaced),
        _ => None,
    });
    let state = if entry.event == Event::Cancel {
        RecordState::Cancelled
    } else {
        last.unwrap_or(RecordState::InForce)
    };
    Record { entry, state, events }
}
