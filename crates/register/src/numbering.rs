//! Which runs of numbers an office has, and that a year is counted in one way only.

use sqlx::{AnyConnection, AssertSqlSafe};

use super::RegisterError;

/// The name of the run that all kinds of documents count in together.
pub(super) const TOGETHER: &str = "*";

/// The runs of numbers that an office's configuration has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberRuns {
    /// Whether all kinds of documents count together, in `*`.
    pub is_together: bool,
    /// The runs of kinds, which the office has where they don't count together.
    pub kinds: Vec<String>,
    /// Runs that the office has in any case: of copies, of consultative bodies.
    pub apart: Vec<String>,
}

impl NumberRuns {
    /// The runs that numbers are taken from.
    fn own(&self) -> Vec<&str> {
        let kinds = if self.is_together { &[] } else { self.kinds.as_slice() };
        let together = self.is_together.then_some(TOGETHER);
        together.into_iter().chain(kinds.iter().chain(&self.apart).map(String::as_str)).collect()
    }

    /// Makes sure that the office has the run `series`.
    pub(super) fn has(&self, series: &str) -> Result<(), RegisterError> {
        let own = self.own();
        if own.contains(&series) {
            return Ok(());
        }
        Err(RegisterError::NoSeries { series: series.to_owned(), known: own.join(", ") })
    }

    /// Makes sure that `series` may count in `year`, of which an older book can tell: an office that counted in another
    /// way then still counts no year in two.
    pub(super) async fn fits(
        &self,
        connection: &mut AnyConnection,
        office: &str,
        series: &str,
        year: i32,
    ) -> Result<(), RegisterError> {
        let is_known = |run: &String| run == series;
        let contrary: Vec<&str> = if series == TOGETHER {
            self.kinds
                .iter()
                .map(String::as_str)
                .filter(|kind| !self.apart.iter().any(|run| run == kind))
                .collect()
        } else if self.apart.iter().any(is_known) {
            return Ok(());
        } else if self.kinds.iter().any(is_known) {
            vec![TOGETHER]
        } else {
            return self.has(series);
        };
        let names: Vec<String> = (3..).take(contrary.len()).map(|n| format!("${n}")).collect();
        let query = format!(
            "SELECT series FROM event WHERE office = $1 AND year = $2 AND series IN ({}) LIMIT 1",
            names.join(", ")
        );
        let mut query = sqlx::query_scalar(AssertSqlSafe(query)).bind(office).bind(i64::from(year));
        for name in contrary {
            query = query.bind(name);
        }
        let recorded: Option<String> = query.fetch_optional(connection).await?;
        match recorded {
            Some(recorded) => Err(RegisterError::OtherNumbering { year, recorded, asked: series.to_owned() }),
            None => Ok(()),
        }
    }
}
