//! Who an office is, as the newest leaf about it says.

use sqlx::Row;

use super::identity::{Adoption, Identity};
use super::{OfficeSide, RegisterError};
use crate::log::{Event, Leaf};

/// The identity that the log has last.
pub(super) async fn recorded(
    connection: &mut sqlx::AnyConnection,
    office: &str,
) -> Result<Option<Adoption>, RegisterError> {
    const LAST: &str = "SELECT details FROM event WHERE office = $1 AND series = '' AND year = 0 \
        AND event = 'adopt' ORDER BY until DESC LIMIT 1";
    let row = sqlx::query(LAST).bind(office).fetch_optional(connection).await?;
    let Some(row) = row else { return Ok(None) };
    let details: String = row.try_get("details")?;
    Ok(Some(serde_json::from_str(&details).map_err(|_| RegisterError::Damaged("event"))?))
}

/// The identity that the log has, which must be the one that the office's folder says; `None` where it has none.
pub(super) async fn recognised(
    connection: &mut sqlx::AnyConnection,
    office: &str,
    side: &OfficeSide,
) -> Result<Option<Identity>, RegisterError> {
    let recorded = recorded(connection, office).await?.map(|adoption| adoption.identity);
    match (recorded, &side.identity) {
        (Some(recorded), Some(configured)) if recorded != *configured => {
            let (recorded, configured) = (Box::new(recorded), Box::new(configured.clone()));
            Err(RegisterError::OtherIdentity { recorded, configured })
        }
        (recorded, _) => Ok(recorded),
    }
}

/// Whether `leaf`, at `place`, is what a register begins with. It has the time of the machine on which the office was set
/// up, which may be later than that of documents which are entered then.
pub(super) fn is_founding(place: u64, leaf: &Leaf) -> bool {
    place == 0 && leaf.event == Event::Adopt
}
