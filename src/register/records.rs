//! Lines of the register with what happened to them, as people look for them.

use std::collections::HashMap;

use serde::Serialize;

use super::acts::{self, Happened};
use super::{Entry, EntryKey, Register, RegisterError};
use crate::log::Event;
use crate::plain;

/// A line and what happened to its document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Record {
    /// The line.
    #[serde(flatten)]
    pub entry: Entry,
    /// What it comes to.
    pub state: State,
    /// What happened, in the order in which it did.
    pub happened: Vec<Happened>,
}

/// What has become of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It is as it was issued.
    InForce,
    /// Its number was taken and it never came to be (hủy số).
    Cancelled,
    /// It was recalled (thu hồi).
    Recalled,
    /// Another document took its place (thay thế).
    Replaced,
}

/// Which lines are looked for; nothing asked, all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of this year.
    pub year: Option<i32>,
    /// Of this series.
    pub series: Option<String>,
    /// Of this kind: its name, with or without diacritics, or its abbreviation in the notation.
    pub kind: Option<String>,
    /// With this text in number, subject, signer, recipients or notes; see [`plain::contains`].
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
            plain::plain(kind) == plain::plain(&document.kind) || abbreviation == Some(kind)
        });
        let fields = [
            &document.code,
            &document.subject,
            &document.signer,
            &document.recipients,
            &document.archive,
            &document.note,
        ];
        let text =
            self.text.as_ref().is_none_or(|text| fields.iter().any(|field| plain::contains(field, text)));
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
        let mut happened = by_number(self.happened(filter.year).await?);
        let wanted = entries.into_iter().filter(|entry| filter.lets_through(entry));
        let acts = |entry: Entry| (happened.remove(&entry.key).unwrap_or_default(), entry);
        Ok(wanted.map(acts).map(|(happened, entry)| record(entry, happened)).collect())
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
            None => self.find_report(report_sha256).await?,
        };
        match entry {
            Some(entry) => self.record_at(&entry.key).await,
            None => Ok(None),
        }
    }

    /// The line at `key` and what happened to it.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn record_at(&self, key: &EntryKey) -> Result<Option<Record>, RegisterError> {
        let Some(entry) = self.entry(key).await? else { return Ok(None) };
        let mut connection = self.pool.acquire().await?;
        let happened = acts::happened_to(&mut connection, &self.place.office, key).await?;
        Ok(Some(record(entry, happened)))
    }
}

fn by_number(happened: Vec<Happened>) -> HashMap<EntryKey, Vec<Happened>> {
    let mut sorted: HashMap<EntryKey, Vec<Happened>> = HashMap::new();
    for act in happened.into_iter().filter(|act| act.event != Event::Reserve) {
        sorted.entry(act.key.clone()).or_default().push(act);
    }
    sorted
}

fn record(entry: Entry, happened: Vec<Happened>) -> Record {
    let last = happened.iter().rev().find_map(|act| match act.event {
        Event::Cancel => Some(State::Cancelled),
        Event::Recall => Some(State::Recalled),
        Event::Replace => Some(State::Replaced),
        _ => None,
    });
    let state = if entry.event == Event::Cancel { State::Cancelled } else { last.unwrap_or(State::InForce) };
    Record { entry, state, happened }
}
