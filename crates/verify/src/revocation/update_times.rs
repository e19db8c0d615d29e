//! The times that revocation lists and answers name.

use time::{Duration, OffsetDateTime};

/// How long an answer is current that does not say so itself.
const CURRENT: Duration = Duration::hours(1);

/// When a list or an answer was issued, and for how long.
#[derive(Debug, Clone, Copy)]
pub(super) struct UpdateTimes {
    pub this: OffsetDateTime,
    pub next: Option<OffsetDateTime>,
    /// It speaks of certificates that ended since then, too.
    pub remembers: Option<OffsetDateTime>,
}

impl UpdateTimes {
    /// Until when it is current.
    pub(super) fn end(&self) -> OffsetDateTime {
        self.next.unwrap_or_else(|| self.this.saturating_add(CURRENT))
    }
}
