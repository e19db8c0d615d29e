//! Lines of the register with what events to them, as people look for them.

use std::collections::HashMap;

use serde::Serialize;

use super::events::{self, RecordedEvent};
use super::{Entry, EntryKey, Register, RegisterError};
use crate::diacritics;
use crate::log::Event;

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

/// What has become of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = State))]
#[serde(rename_all = "snake_case")]
pub enum RecordState {
    /// It is as it was issued.
    InForce,
    /// Its number was taken and it never came to be (hủy số).
    Cancelled,
    /// It was recalled (thu hồi).
    Recalled,
    /// Another document took its place (thay thế).
    Replaced,
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

    fn lets_through(&self, entry: &Entry) -> bool {
        let document = &entry.document;
        let series = self.series.as_ref().is_none_or(|series| *series == entry.key.series);
        let kind = self.kind.as_ref().is_none_or(|kind| {
            let abbreviation = document.metadata.code_notation.split('-').next();
            diacritics::strip(kind) == diacritics::strip(&document.kind) || abbreviation == Some(kind)
        });
        let fields = [
            &document.code,
            &document.subject,
            &document.signer,
            &document.recipients,
            &document.archive,
            &document.note,
        ];
        let text = self
            .text
            .as_ref()
            .is_none_or(|text| fields.iter().any(|field| diacritics::contains(field, text)));
        series && kind && text
    }
}

impl Register {
    /// The lines that `filter` lets through, by year, series and number.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn records(&self, filter: &Filter) -> Result<Vec<Record>, RegisterError> {
        let entries = self.list(filter.year).await?;
        let mut events = by_number(self.events(filter.year).await?);
        let wanted = entries.into_iter().filter(|entry| filter.lets_through(entry));
        let with_events = |entry: Entry| (events.remove(&entry.key).unwrap_or_default(), entry);
        Ok(wanted.map(with_events).map(|(events, entry)| record(entry, events)).collect())
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
        let Some(entry) = self.entry(key).await? else { return Ok(None) };
        let mut connection = self.pool.acquire().await?;
        let events = events::events_of(&mut connection, &self.place.office, key).await?;
        Ok(Some(record(entry, events)))
    }
}

fn by_number(events: Vec<RecordedEvent>) -> HashMap<EntryKey, Vec<RecordedEvent>> {
    let mut sorted: HashMap<EntryKey, Vec<RecordedEvent>> = HashMap::new();
    for event in events.into_iter().filter(|event| event.event != Event::Reserve) {
        sorted.entry(event.key.clone()).or_default().push(event);
    }
    sorted
}

fn record(entry: Entry, events: Vec<RecordedEvent>) -> Record {
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
