//! The log in its order, for those who follow it from a place on.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::events::Particulars;
use super::tree::{signed, unsigned};
use super::{Register, RegisterError};
use crate::log::{Event, Leaf};

/// An event as the log has it, for who follows the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedEvent {
    /// Its place in the log.
    pub place: u64,
    /// What the log says openly.
    pub leaf: Leaf,
    /// What the register knows beside that of an event on a number; empty of the document that got one.
    pub particulars: Particulars,
}

impl Register {
    /// How many events the office's log has.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn log_size(&self) -> Result<u64, RegisterError> {
        let mut connection = self.pool.acquire().await?;
        Ok(super::lookup::head(&mut connection, &self.place.office).await?.map_or(0, |(size, _)| size))
    }

    /// At most `most` events in the order of the log, from the place `from` on.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn events_from(&self, from: u64, most: u32) -> Result<Vec<LoggedEvent>, RegisterError> {
        const TOLD: &str = "SELECT place, leaf, details FROM event WHERE office = $1 AND place >= $2 \
            ORDER BY place LIMIT $3";
        let mut connection = self.pool.acquire().await?;
        let rows = sqlx::query(TOLD)
            .bind(&self.place.office)
            .bind(signed(from)?)
            .bind(i64::from(most))
            .fetch_all(&mut *connection)
            .await?;
        rows.iter().map(read).collect()
    }

    /// The leaf that tells number, notation and date of the document that `event` is about: its own, or the one that
    /// took the number. Both stand for ever, so that what is said of an event stays the same.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn subject(&self, event: &LoggedEvent) -> Result<Option<Leaf>, RegisterError> {
        if event.leaf.code.is_some() {
            return Ok(Some(event.leaf.clone()));
        }
        // A reservation points to the number before it, which it is not about.
        let is_about_it = event.leaf.event != Event::Reserve && !event.leaf.event.is_of_office();
        let Some(place) = event.leaf.previous.filter(|_| is_about_it) else {
            return Ok(None);
        };
        Ok(self.events_from(place, 1).await?.into_iter().next().map(|taker| taker.leaf))
    }
}

fn read(row: &AnyRow) -> Result<LoggedEvent, RegisterError> {
    let damaged = || RegisterError::Damaged("event");
    let (leaf, details): (String, String) = (row.try_get("leaf")?, row.try_get("details")?);
    let leaf = Leaf::parse(&leaf).map_err(|_| damaged())?;
    // With a number and notation of its own, an event has a document's details, which are not told.
    let particulars = match &leaf.code {
        Some(_) => Particulars::default(),
        None if leaf.event.is_of_office() => Particulars::default(),
        None => serde_json::from_str(&details).map_err(|_| damaged())?,
    };
    Ok(LoggedEvent { place: unsigned(row.try_get("place")?)?, leaf, particulars })
}
