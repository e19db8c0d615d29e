//! The times that revocation lists and answers name.

use time::OffsetDateTime;

/// When a list or an answer was issued, and for how long.
#[derive(Debug, Clone, Copy)]
pub(super) struct UpdateTimes {
    pub this: OffsetDateTime,
    pub next: Option<OffsetDateTime>,
    /// It speaks of certificates that ended since then, too.
    pub remembers: Option<OffsetDateTime>,
}
