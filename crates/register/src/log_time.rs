//! What time it is for the log: never before what it says already.

use sqlx::{AnyConnection, Row};
use time::{Duration, OffsetDateTime};

use super::recorded_identity;
use super::tree::{signed, unsigned};
use super::{Register, RegisterError};
use crate::clock;
use crate::log::Leaf;

/// How far the clocks of those who write to one register may differ.
const SKEW: Duration = Duration::minutes(1);

/// The time for the log where a clock says `now` and the last event was at `latest`. Clocks of several machines differ a
/// little; one that was set back would make the log lie.
pub(super) fn fitting(
    now: OffsetDateTime,
    latest: Option<OffsetDateTime>,
) -> Result<OffsetDateTime, RegisterError> {
    match latest {
        Some(latest) if latest - now > SKEW => {
            Err(RegisterError::ClockBack { now: clock::rfc3339(now), latest: clock::rfc3339(latest) })
        }
        Some(latest) => Ok(now.max(latest)),
        None => Ok(now),
    }
}

/// The time of the last event in a log of `size`, the founding apart.
pub(super) async fn latest(
    connection: &mut AnyConnection,
    office: &str,
    size: u64,
) -> Result<Option<OffsetDateTime>, RegisterError> {
    let Some(last) = size.checked_sub(1) else { return Ok(None) };
    const LEAF: &str = "SELECT leaf FROM event WHERE office = $1 AND place = $2";
    let row = sqlx::query(LEAF).bind(office).bind(signed(last)?).fetch_optional(connection).await?;
    let leaf: String = row.ok_or(RegisterError::Damaged("event"))?.try_get("leaf")?;
    let leaf = Leaf::parse(&leaf).map_err(|_| RegisterError::Damaged("event"))?;
    if recorded_identity::is_founding(last, &leaf) {
        return Ok(None);
    }
    Ok(Some(clock::parse(&leaf.at).map_err(|_| RegisterError::Damaged("event"))?))
}

impl Register {
    /// Makes sure that an act at `now` can be logged: whoever makes a file first asks that before.
    ///
    /// # Errors
    /// The clock is behind the last act ([`RegisterError::ClockBack`]); or the database refuses.
    pub async fn check_clock(&self, now: OffsetDateTime) -> Result<(), RegisterError> {
        let mut connection = self.pool.acquire().await?;
        let office = &self.place.office;
        let row = sqlx::query("SELECT size FROM log WHERE office = $1").bind(office);
        let Some(row) = row.fetch_optional(&mut *connection).await? else { return Ok(()) };
        let size = unsigned(row.try_get("size")?)?;
        fitting(now, latest(&mut connection, office, size).await?).map(drop)
    }
}
