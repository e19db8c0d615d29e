//! Acts that are about the office and its register: who it is, that it was recovered, that its key changed. They are
//! leaves of the log as well, and count by themselves, so that none of them can be taken out unseen.

use serde::Serialize;
use time::OffsetDateTime;

use super::writing::{NewLeaf, Writing};
use super::{RegisterError, Series};
use crate::clock;
use crate::log::Event;

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

pub(super) fn json(details: &impl Serialize) -> String {
    serde_json::to_string(details).unwrap_or_else(|cause| unreachable!("strings and numbers: {cause}"))
}

/// The day of `at` in Vietnam, ISO 8601.
pub(super) fn day(at: OffsetDateTime) -> String {
    at.to_offset(clock::ZONE).date().to_string()
}
