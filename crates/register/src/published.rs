//! What offices gave out under a number and notation: asked of all registers of a database at once.

use std::collections::HashMap;

use sqlx::Row;
use sqlx::any::AnyRow;

use super::document_code::spellings;
use super::entry;
use super::events::{self, RecordedEvent};
use super::records::{self, Record};
use super::{EntryKey, Register, RegisterError};
use crate::log::Leaf;

/// A line of some office's register, without its content and receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Whose register it stands in.
    pub office: String,
    /// SHA-256 (hexadecimal) of the document's content, as the log has it; none for paper.
    pub content_sha256: Option<String>,
    /// The line, and what happened to its document.
    pub record: Record,
}

impl Register {
    /// The lines under `code` in `year`: of every office in the database, or of the one that is named.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn published(
        &self,
        code: &str,
        year: i32,
        office: Option<&str>,
    ) -> Result<Vec<Published>, RegisterError> {
        let only = if office.is_some() { " AND entry.office = $3" } else { "" };
        let lines = format!(
            "SELECT entry.office, event.leaf AS taker, {} FROM entry JOIN event \
             ON event.office = entry.office AND event.place = entry.leaf \
             WHERE entry.code IN ($1, $2) AND entry.year = {year}{only}",
            entry::LINE
        );
        let acts = format!(
            "SELECT event.office, event.place, event.event, event.until, event.file_sha256, event.leaf, event.details \
             FROM entry JOIN event ON event.office = entry.office AND event.series = entry.series \
             AND event.year = entry.year AND event.until = entry.number \
             WHERE entry.code IN ($1, $2) AND entry.year = {year}{only} \
             AND event.event NOT IN ('issue', 'fill', 'import', 'reserve')"
        );
        let [spelled, typed] = &spellings(code);
        let mut connection = self.pool.acquire().await?;
        let asked = |sql: String| {
            let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(spelled).bind(typed);
            if let Some(office) = office { query.bind(office) } else { query }
        };
        let lines = asked(lines).fetch_all(&mut *connection).await?;
        let acts = asked(acts).fetch_all(&mut *connection).await?;
        let mut happened: HashMap<(String, EntryKey), Vec<RecordedEvent>> = HashMap::new();
        for row in &acts {
            if let Some(event) = events::read(row)? {
                happened.entry((row.try_get("office")?, event.key.clone())).or_default().push(event);
            }
        }
        let mut published = |row: &AnyRow| {
            let (office, taker): (String, String) = (row.try_get("office")?, row.try_get("taker")?);
            let leaf = Leaf::parse(&taker).map_err(|_| RegisterError::Damaged("event"))?;
            let entry = entry::read(row)?;
            let mut events = happened.remove(&(office.clone(), entry.key.clone())).unwrap_or_default();
            events.sort_by_key(|event| event.leaf);
            Ok(Published {
                office,
                content_sha256: leaf.content_sha256,
                record: records::record(entry, events),
            })
        };
        lines.iter().map(&mut published).collect()
    }
}
