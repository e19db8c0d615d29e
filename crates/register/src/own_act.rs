//! Acts that are about the office and its register: who it is, that it was recovered, that its key changed. They are
//! leaves of the log as well, and count by themselves, so that none of them can be taken out unseen.

use serde::Serialize;
use sqlx::{AnyConnection, Row};
use time::OffsetDateTime;

use super::tree::{Tree, unsigned};
use super::writing::{NewLeaf, Writing, details_sha256};
use super::{RegisterError, Series};
use crate::clock;
use crate::log::{Event, Leaf, includes};

/// The series of such acts, all of them in one run.
pub(super) const SERIES: &str = "";
/// The year that the run has.
pub(super) const YEAR: i32 = 0;

/// An act about the office, to be logged.
pub(super) struct OwnAct {
    pub event: Event,
    /// What the leaf does not say openly, as JSON.
    pub details: String,
    pub at: OffsetDateTime,
}

impl Writing<'_> {
    /// Logs an act about the office.
    pub(super) async fn log_own(&mut self, act: OwnAct) -> Result<(), RegisterError> {
        let run = Series { name: SERIES.to_owned(), year: YEAR, first: 1 };
        let taken = self.taken(&run).await?;
        let leaf = NewLeaf {
            event: act.event,
            series: SERIES,
            year: YEAR,
            number: taken.next,
            until: taken.next,
            previous: taken.previous,
            code: "",
            date: "",
            content_sha256: "",
            file_sha256: "",
            details: &act.details,
            at: act.at,
        };
        self.append(leaf).await?;
        Ok(())
    }
}

/// An act about the office, as the database has it.
pub(super) struct OwnRecord {
    place: u64,
    leaf: String,
    pub details: String,
    salt: String,
}

impl OwnRecord {
    /// Whether the tree of `size` leaves has it as it is.
    pub(super) async fn is_proven(&self, tree: &mut Tree<'_>, size: u64) -> Result<bool, RegisterError> {
        if self.place >= size {
            return Ok(false);
        }
        let (root, path) = (tree.root(size).await?, tree.path(size, self.place).await?);
        let digest = details_sha256(&self.salt, &self.details);
        let is_its = Leaf::parse(&self.leaf).is_ok_and(|leaf| leaf.details_sha256 == digest);
        Ok(is_its && includes(root, size, self.leaf.as_bytes(), self.place, &path))
    }
}

/// The acts of the kind `event` in their order.
pub(super) async fn all(
    connection: &mut AnyConnection,
    office: &str,
    event: Event,
) -> Result<Vec<OwnRecord>, RegisterError> {
    const ALL: &str = "SELECT place, leaf, details, salt FROM event WHERE office = $1 AND series = '' AND year = 0 \
        AND event = $2 ORDER BY until";
    let rows = sqlx::query(ALL).bind(office).bind(event.name()).fetch_all(connection).await?;
    let read = |row: &sqlx::any::AnyRow| {
        Ok(OwnRecord {
            place: unsigned(row.try_get("place")?)?,
            leaf: row.try_get("leaf")?,
            details: row.try_get("details")?,
            salt: row.try_get("salt")?,
        })
    };
    rows.iter().map(read).collect()
}

/// Whether `leaf`, at `place`, is what a register begins with. It has the time of the machine on which the office was set
/// up, which may be later than that of documents which are entered then.
pub(super) fn is_founding(place: u64, leaf: &Leaf) -> bool {
    place == 0 && leaf.event == Event::Adopt
}

pub(super) fn json(details: &impl Serialize) -> String {
    serde_json::to_string(details).unwrap_or_else(|cause| unreachable!("strings and numbers: {cause}"))
}

/// The day of `at` in Vietnam, ISO 8601.
pub(super) fn day(at: OffsetDateTime) -> String {
    at.to_offset(clock::ZONE).date().to_string()
}
