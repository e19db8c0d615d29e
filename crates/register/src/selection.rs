//! Lines as the database selects them: a run in the order of year, series and number, without their contents.

use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AssertSqlSafe, Row, SqlSafeStr};

use super::entry::{self, Entry};
use super::{EntryKey, RegisterError};

/// Which lines of an office the database selects.
#[derive(Clone, Copy)]
pub(super) struct Selection<'a> {
    pub office: &'a str,
    pub year: Option<i32>,
    pub series: Option<&'a str>,
}

/// What of a line people look for.
pub(super) struct Sought {
    pub key: EntryKey,
    pub code: String,
    pub kind: String,
    /// Subject, signer, recipients, archive and notes.
    pub texts: [String; 5],
}

impl Selection<'_> {
    /// How many they are.
    pub(super) async fn count(&self, connection: &mut AnyConnection) -> Result<usize, RegisterError> {
        let sql = format!("SELECT COUNT(*) FROM entry WHERE {}", self.conditions());
        let count: i64 = self.bound(AssertSqlSafe(sql)).fetch_one(connection).await?.try_get(0)?;
        usize::try_from(count).map_err(|_| RegisterError::Damaged("entry"))
    }

    /// At most `most` of those behind `after`.
    pub(super) async fn lines(
        &self,
        connection: &mut AnyConnection,
        after: Option<&EntryKey>,
        most: usize,
    ) -> Result<Vec<Entry>, RegisterError> {
        self.run(connection, entry::LINE, after, most).await?.iter().map(entry::read).collect()
    }

    /// The same with what people look for alone.
    pub(super) async fn sought(
        &self,
        connection: &mut AnyConnection,
        after: Option<&EntryKey>,
        most: usize,
    ) -> Result<Vec<Sought>, RegisterError> {
        const COLUMNS: &str = "year, series, number, code, kind, subject, signer, recipients, archive, note";
        let rows = self.run(connection, COLUMNS, after, most).await?;
        let read = |row: &AnyRow| {
            Ok(Sought {
                key: entry::key(row)?,
                code: row.try_get("code")?,
                kind: row.try_get("kind")?,
                texts: [
                    row.try_get("subject")?,
                    row.try_get("signer")?,
                    row.try_get("recipients")?,
                    row.try_get("archive")?,
                    row.try_get("note")?,
                ],
            })
        };
        rows.iter().map(read).collect()
    }

    /// Those of them that `keys` name, which are in their order.
    pub(super) async fn named(
        &self,
        connection: &mut AnyConnection,
        keys: &[EntryKey],
    ) -> Result<Vec<Entry>, RegisterError> {
        let mut entries = Vec::with_capacity(keys.len());
        for run in runs(keys) {
            let Some(first) = run.first() else { continue };
            let sql = format!(
                "SELECT {} FROM entry WHERE office = $1 AND year = $2 AND series = $3 AND number IN ({}) \
                 ORDER BY number",
                entry::LINE,
                numbers(run)
            );
            let rows = sqlx::query(AssertSqlSafe(sql))
                .persistent(false)
                .bind(self.office)
                .bind(i64::from(first.year))
                .bind(&first.series)
                .fetch_all(&mut *connection)
                .await?;
            for row in &rows {
                entries.push(entry::read(row)?);
            }
        }
        Ok(entries)
    }

    async fn run(
        &self,
        connection: &mut AnyConnection,
        columns: &str,
        after: Option<&EntryKey>,
        most: usize,
    ) -> Result<Vec<AnyRow>, RegisterError> {
        let behind = after.map(|key| self.behind(key)).unwrap_or_default();
        let sql = format!(
            "SELECT {columns} FROM entry WHERE {}{behind} ORDER BY year, series, number LIMIT {most}",
            self.conditions()
        );
        let mut query = self.bound(AssertSqlSafe(sql));
        if let Some(key) = after.filter(|_| self.series.is_none()) {
            query = query.bind(&key.series);
        }
        Ok(query.fetch_all(connection).await?)
    }

    /// Years are numbers and stand in the text; names are parameters.
    fn conditions(&self) -> String {
        let year = self.year.map(|year| format!(" AND year = {year}")).unwrap_or_default();
        let series = if self.series.is_some() { " AND series = $2" } else { "" };
        format!("office = $1{year}{series}")
    }

    /// What is behind `key`: of the columns that are not the same in all lines, so that an index leads there.
    fn behind(&self, EntryKey { year, number, .. }: &EntryKey) -> String {
        match (self.year, self.series) {
            (Some(_), Some(_)) => format!(" AND number > {number}"),
            (Some(_), None) => format!(" AND (series, number) > ($2, {number})"),
            (None, Some(_)) => format!(" AND (year, number) > ({year}, {number})"),
            (None, None) => format!(" AND (year, series, number) > ({year}, $2, {number})"),
        }
    }

    fn bound<'q>(&self, sql: impl SqlSafeStr) -> Query<'q, Any, AnyArguments> {
        let query = sqlx::query(sql).bind(self.office);
        match self.series {
            Some(series) => query.bind(series),
            None => query,
        }
    }
}

/// Consecutive keys of one year and series.
pub(super) fn runs(keys: &[EntryKey]) -> impl Iterator<Item = &[EntryKey]> {
    keys.chunk_by(|one, other| (one.year, &one.series) == (other.year, &other.series))
}

/// The numbers of `keys` as SQL lists them.
pub(super) fn numbers(keys: &[EntryKey]) -> String {
    keys.iter().map(|key| key.number.to_string()).collect::<Vec<_>>().join(", ")
}
