//! The trail (nhật ký): who did what with an office's tokens, and what came of it; one row an act, only ever added,
//! each chained by SHA-256 to the one before.
//!
//! Whoever does an act for somebody writes the row once its outcome is known and before he answers; where the row
//! can't be written, the answer is a failure. What a duty did not allow is written as well. A token that nobody
//! knows is not: it has no office whose trail could tell of it, and a stranger could fill the trail.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use sha2::{Digest, Sha256};
use sqlx::any::AnyRow;
use sqlx::{Any, AnyConnection, Row as _, Transaction};
use time::OffsetDateTime;

use super::AccessError;
use super::bearer::Bearer;
use super::duty::Duty;
use crate::Register;
use crate::printable::printable;
use crate::{clock, hex};

/// The longest text of a row, in characters.
const MAX_TEXT: usize = 200;
/// The most rows that are given at once.
pub(super) const MAX_ROWS: u16 = 1_000;
/// What the first row follows.
const NOTHING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The trail of the office whose register this is.
#[derive(Debug, Clone, Copy)]
pub struct Trail<'a> {
    pub(super) register: &'a Register,
}

/// Who did something: somebody with a token, or at the machine.
#[derive(Debug, Clone, Copy)]
pub enum Who<'a> {
    /// The holder of a token.
    Bearer(&'a Bearer),
    /// Somebody at the office's machine.
    CommandLine,
}

impl Who<'_> {
    /// No token can have the second name.
    fn name(&self) -> &str {
        match self {
            Who::Bearer(bearer) => &bearer.name,
            Who::CommandLine => "command line",
        }
    }

    fn duty(&self) -> &'static str {
        match self {
            Who::Bearer(bearer) => Duty::name(bearer.duty),
            Who::CommandLine => "",
        }
    }
}

/// What the trail is told of an act. Texts may come from a request: what would not print is replaced, and what is
/// longer than 200 characters is cut, so that nothing that was asked for goes unrecorded.
#[derive(Debug, Clone, Copy)]
pub struct NewTrailRow<'a> {
    /// Whose token it was, or the command line.
    pub who: Who<'a>,
    /// What was done, by its stable name: [`Act::name`](super::Act::name), or a narrower one.
    pub act: &'a str,
    /// The code or id of the document: never what stands in it.
    pub subject: &'a str,
    /// [`NewTrailRow::OK`], or the stable name of the problem.
    pub outcome: &'a str,
    /// The id of the request.
    pub request: &'a str,
}

impl NewTrailRow<'_> {
    /// The outcome of what was done.
    pub const OK: &'static str = "ok";
    /// The outcome of what the duty does not allow.
    pub const FORBIDDEN: &'static str = "forbidden";
}

/// A row of the trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Row))]
pub struct TrailRow {
    /// Its place, from 0, without a gap.
    pub place: u64,
    /// When, RFC 3339, by the clock of who wrote it.
    pub at: String,
    /// The name of the token; `command line` for who was at the machine.
    pub name: String,
    /// The duty of the token; empty for who was at the machine.
    pub duty: String,
    /// What was done or asked for.
    pub act: String,
    /// The code or id of the document, or the token.
    pub subject: String,
    /// `ok`, or the stable name of the problem.
    pub outcome: String,
    /// The id of the request.
    pub request: String,
    /// The digest of the row before; zeros for the first one.
    pub previous: String,
    /// SHA-256 (hexadecimal) of the row's canonical JSON with the office and `previous`.
    pub sha256: String,
}

// The fields stand in the order of their names, which makes the JSON canonical (RFC 8785).
#[derive(Serialize)]
struct Canonical<'a> {
    act: &'a str,
    at: &'a str,
    duty: &'a str,
    name: &'a str,
    office: &'a str,
    outcome: &'a str,
    place: u64,
    previous: &'a str,
    request: &'a str,
    subject: &'a str,
}

impl TrailRow {
    /// The SHA-256 digest of its canonical JSON with the office and the digest before.
    pub(super) fn digest(&self, office: &str) -> String {
        let canonical = Canonical {
            act: &self.act,
            at: &self.at,
            duty: &self.duty,
            name: &self.name,
            office,
            outcome: &self.outcome,
            place: self.place,
            previous: &self.previous,
            request: &self.request,
            subject: &self.subject,
        };
        let json = serde_json::to_string(&canonical)
            .unwrap_or_else(|cause| unreachable!("strings and a whole number: {cause}"));
        hex::lower(&Sha256::digest(json))
    }
}

/// How far a trail goes: kept elsewhere, it shows later that nothing was taken from what it stands for. As text
/// `SIZE:SHA256`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Head {
    /// How many rows the trail has.
    pub size: u64,
    /// The digest of the last one; zeros where there is none.
    pub sha256: String,
}

impl Default for Head {
    fn default() -> Head {
        Head { size: 0, sha256: NOTHING.to_owned() }
    }
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.size, self.sha256)
    }
}

/// The text is no head of a trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a head such as 12:9f86d0…, the number of rows and 64 hexadecimal digits")]
pub struct HeadError;

impl FromStr for Head {
    type Err = HeadError;

    fn from_str(text: &str) -> Result<Head, HeadError> {
        let (size, sha256) = text.split_once(':').ok_or(HeadError)?;
        let is_digest = sha256.len() == NOTHING.len() && sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
        let size = size.parse().map_err(|_| HeadError)?;
        is_digest.then(|| Head { size, sha256: sha256.to_ascii_lowercase() }).ok_or(HeadError)
    }
}

impl<'a> Trail<'a> {
    /// The trail of the office whose `register` this is.
    pub fn of(register: &'a Register) -> Trail<'a> {
        Trail { register }
    }

    /// Writes what was done or refused, in a transaction of its own, and gives how far the trail goes then. Others
    /// who write at the same time wait. Never called while a number of the same register is held: that waits for
    /// itself.
    ///
    /// # Errors
    /// The row is not written: the act must not be answered as done. What was final before stays so, and who asks
    /// again with the same idempotency key is told of it.
    pub async fn append(&self, told: &NewTrailRow<'_>, at: OffsetDateTime) -> Result<Head, AccessError> {
        let mut writing = TrailWriting::begin(self.register).await?;
        writing.append(told, at).await?;
        let head = writing.head.clone();
        writing.commit().await?;
        Ok(head)
    }

    /// The rows behind the place `after`, or from the first one; `limit` or 1,000 at the most.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn list(&self, after: Option<u64>, limit: u16) -> Result<Vec<TrailRow>, AccessError> {
        let mut connection = self.register.pool().acquire().await?;
        let from = after.map_or(0, |place| place.saturating_add(1));
        rows(&mut connection, &self.register.place().office, from, limit.min(MAX_ROWS)).await
    }
}

/// A transaction that holds the trail of an office; dropped, it leaves everything as it was.
pub(super) struct TrailWriting<'a> {
    transaction: Transaction<'static, Any>,
    office: &'a str,
    head: Head,
}

impl<'a> TrailWriting<'a> {
    /// Takes the lock, as the register does it: SQLite locks the file, PostgreSQL the office's row.
    pub(super) async fn begin(register: &'a Register) -> Result<TrailWriting<'a>, AccessError> {
        let office = register.place().office.as_str();
        let mut transaction = register.place().database.begin(register.pool()).await?;
        const LOCK: &str = "INSERT INTO trail_head (office, size, sha256) VALUES ($1, 0, $2) \
             ON CONFLICT (office) DO UPDATE SET size = trail_head.size RETURNING size, sha256";
        let row = sqlx::query(LOCK).bind(office).bind(NOTHING).fetch_one(&mut *transaction).await?;
        Ok(TrailWriting { head: head(&row)?, transaction, office })
    }

    /// The connection that the transaction is on.
    pub(super) fn connection(&mut self) -> &mut AnyConnection {
        &mut self.transaction
    }

    /// Adds a row that is chained to the last one.
    pub(super) async fn append(
        &mut self,
        told: &NewTrailRow<'_>,
        at: OffsetDateTime,
    ) -> Result<(), AccessError> {
        let mut row = TrailRow {
            place: self.head.size,
            at: clock::rfc3339(at),
            name: told.who.name().to_owned(),
            duty: told.who.duty().to_owned(),
            act: fitted(told.act),
            subject: fitted(told.subject),
            outcome: fitted(told.outcome),
            request: fitted(told.request),
            previous: self.head.sha256.clone(),
            sha256: String::new(),
        };
        row.sha256 = row.digest(self.office);
        const INSERT: &str = "INSERT INTO trail \
            (office, place, at, name, duty, act, subject, outcome, request, previous, sha256) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
        sqlx::query(INSERT)
            .bind(self.office)
            .bind(signed(row.place)?)
            .bind(&row.at)
            .bind(&row.name)
            .bind(&row.duty)
            .bind(&row.act)
            .bind(&row.subject)
            .bind(&row.outcome)
            .bind(&row.request)
            .bind(&row.previous)
            .bind(&row.sha256)
            .execute(&mut *self.transaction)
            .await?;
        self.head = Head { size: row.place + 1, sha256: row.sha256 };
        Ok(())
    }

    /// Makes all of it final.
    pub(super) async fn commit(mut self) -> Result<(), AccessError> {
        sqlx::query("UPDATE trail_head SET size = $1, sha256 = $2 WHERE office = $3")
            .bind(signed(self.head.size)?)
            .bind(&self.head.sha256)
            .bind(self.office)
            .execute(&mut *self.transaction)
            .await?;
        Ok(self.transaction.commit().await?)
    }
}

/// `text` as a row can have it.
fn fitted(text: &str) -> String {
    let mut letters = text.chars();
    let mut fitted: String = letters.by_ref().take(MAX_TEXT).collect();
    if letters.next().is_some() {
        fitted.push('…');
    }
    printable(&fitted).replace('\n', "\u{FFFD}")
}

/// The rows of `office` from a place on.
pub(super) async fn rows(
    connection: &mut AnyConnection,
    office: &str,
    from: u64,
    limit: u16,
) -> Result<Vec<TrailRow>, AccessError> {
    const ROWS: &str = "SELECT place, at, name, duty, act, subject, outcome, request, previous, sha256 FROM trail \
        WHERE office = $1 AND place >= $2 ORDER BY place LIMIT $3";
    let rows = sqlx::query(ROWS).bind(office).bind(signed(from)?).bind(i64::from(limit));
    rows.fetch_all(connection).await?.iter().map(read).collect()
}

fn read(row: &AnyRow) -> Result<TrailRow, AccessError> {
    Ok(TrailRow {
        place: unsigned(row.try_get("place")?)?,
        at: row.try_get("at")?,
        name: row.try_get("name")?,
        duty: row.try_get("duty")?,
        act: row.try_get("act")?,
        subject: row.try_get("subject")?,
        outcome: row.try_get("outcome")?,
        request: row.try_get("request")?,
        previous: row.try_get("previous")?,
        sha256: row.try_get("sha256")?,
    })
}

/// The head that is written down.
pub(super) fn head(row: &AnyRow) -> Result<Head, AccessError> {
    Ok(Head { size: unsigned(row.try_get("size")?)?, sha256: row.try_get("sha256")? })
}

fn signed(place: u64) -> Result<i64, AccessError> {
    i64::try_from(place).map_err(|_| AccessError::Damaged("trail"))
}

fn unsigned(value: i64) -> Result<u64, AccessError> {
    u64::try_from(value).map_err(|_| AccessError::Damaged("trail"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_request_names_is_bounded_and_printable() {
        assert_eq!(fitted("01/BC-UBND"), "01/BC-UBND");
        assert_eq!(fitted("a\0b\nc\u{202E}"), "a\u{FFFD}b\u{FFFD}c\u{FFFD}");
        assert_eq!(fitted(&"ă".repeat(MAX_TEXT)), "ă".repeat(MAX_TEXT));
        assert_eq!(fitted(&"ă".repeat(9_999)), format!("{}…", "ă".repeat(MAX_TEXT)));
    }

    #[test]
    fn a_head_is_text_and_back() {
        let head = Head { size: 12, sha256: "ab".repeat(32) };
        assert_eq!(head.to_string().parse(), Ok(head));
        for wrong in ["", "12", "12:ab", ":", &format!("-1:{NOTHING}"), &format!("1:{NOTHING}0")] {
            assert_eq!(wrong.parse::<Head>(), Err(HeadError), "{wrong}");
        }
    }
}
