//! Which numbers of a series are taken.

use sqlx::{AnyConnection, Row};

use super::tree::unsigned;
use super::{RegisterError, Series};

/// The numbers of a series that are taken, as they stand under the lock.
pub(super) struct Taken {
    /// The next number of the series.
    pub next: u32,
    /// The leaf that took the number before it, and that number.
    pub previous: Option<(u64, Option<u32>)>,
}

const TAKES: &str = "event IN ('issue', 'cancel', 'reserve', 'import', 'adopt', 'recover', 'rekey')";

pub(super) async fn taken(
    connection: &mut AnyConnection,
    office: &str,
    series: &Series,
) -> Result<Taken, RegisterError> {
    // From the end: what took the last number is among the first rows.
    let previous = before(connection, office, &series.name, series.year, u32::MAX).await?;
    let last = previous.and_then(|(_, number)| number).unwrap_or(0);
    let mut next = last.saturating_add(1);
    // Where all comes from an older book, the configuration says where this one begins.
    if next < series.first && !gives_numbers(connection, office, series).await? {
        next = series.first;
    }
    Ok(Taken { next, previous })
}

/// Whether a number of `series` was taken in this register itself.
async fn gives_numbers(
    connection: &mut AnyConnection,
    office: &str,
    series: &Series,
) -> Result<bool, RegisterError> {
    const GIVEN: &str = "SELECT place FROM event WHERE office = $1 AND series = $2 AND year = $3 \
        AND event IN ('issue', 'cancel', 'reserve') ORDER BY until DESC LIMIT 1";
    let row = sqlx::query(GIVEN)
        .bind(office)
        .bind(&series.name)
        .bind(i64::from(series.year))
        .fetch_optional(connection);
    Ok(row.await?.is_some())
}

pub(super) async fn before(
    connection: &mut AnyConnection,
    office: &str,
    series: &str,
    year: i32,
    number: u32,
) -> Result<Option<(u64, Option<u32>)>, RegisterError> {
    let query = format!(
        "SELECT place, until FROM event WHERE office = $1 AND series = $2 AND year = $3 AND until < $4 \
         AND {TAKES} ORDER BY until DESC, place DESC LIMIT 1"
    );
    let row = sqlx::query(sqlx::AssertSqlSafe(query))
        .bind(office)
        .bind(series)
        .bind(i64::from(year))
        .bind(i64::from(number))
        .fetch_optional(connection)
        .await?;
    let read = |row: sqlx::any::AnyRow| {
        let until = number_of(row.try_get("until")?)?;
        Ok((unsigned(row.try_get("place")?)?, Some(until)))
    };
    row.map(read).transpose()
}

pub(super) fn number_of(value: i64) -> Result<u32, RegisterError> {
    u32::try_from(value).map_err(|_| RegisterError::Damaged("number"))
}
