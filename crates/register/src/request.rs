//! Requests that may come twice: a key that the client chose, and what was asked for with it
//! (draft-ietf-httpapi-idempotency-key-header). Its row is written in the transaction that makes the number final, so
//! that a repeated call is told of that number and never takes a second one.
//!
//! Rows are kept for good, because numbers are.

use sha2::{Digest, Sha256};
use sqlx::{AnyConnection, Row};
use time::OffsetDateTime;

use super::request_key::RequestKey;
use super::taken::number_of;
use super::{EntryKey, Register, RegisterError};
use crate::{clock, hex};

/// A request that may come twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotentRequest {
    key: RequestKey,
    sha256: String,
}

impl IdempotentRequest {
    /// The request with this key that asks for `content`: all that makes it the same request, such as its body.
    pub fn new(key: RequestKey, content: &[u8]) -> IdempotentRequest {
        IdempotentRequest { key, sha256: hex::lower(&Sha256::digest(content)) }
    }

    /// The idempotency key that the client chose.
    pub fn key(&self) -> &RequestKey {
        &self.key
    }

    /// The SHA-256 digest (hexadecimal) of what it asks for.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }
}

/// What the register knows of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// Nobody got a number for its key.
    New,
    /// The same request got this number before.
    Answered(EntryKey),
    /// Its key got a number for another request.
    Other,
}

impl Register {
    /// What is known of `request` without waiting for those who write. [`Asked::New`] may be over at once: only
    /// [`PendingNumber::asked`](super::PendingNumber::asked) tells it for certain.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn answered(&self, request: &IdempotentRequest) -> Result<Asked, RegisterError> {
        let mut connection = self.pool.acquire().await?;
        asked(&mut connection, &self.place.office, request).await
    }
}

pub(super) async fn asked(
    connection: &mut AnyConnection,
    office: &str,
    request: &IdempotentRequest,
) -> Result<Asked, RegisterError> {
    const ASKED: &str = "SELECT sha256, series, year, number FROM request WHERE office = $1 AND key = $2";
    let row = sqlx::query(ASKED).bind(office).bind(request.key.as_str()).fetch_optional(connection).await?;
    let Some(row) = row else { return Ok(Asked::New) };
    if row.try_get::<String, _>("sha256")? != request.sha256 {
        return Ok(Asked::Other);
    }
    let year: i64 = row.try_get("year")?;
    Ok(Asked::Answered(EntryKey {
        series: row.try_get("series")?,
        year: i32::try_from(year).map_err(|_| RegisterError::Damaged("request"))?,
        number: number_of(row.try_get("number")?)?,
    }))
}

/// Writes that `request` got the number `key`.
pub(super) async fn insert(
    connection: &mut AnyConnection,
    office: &str,
    request: &IdempotentRequest,
    key: &EntryKey,
    at: OffsetDateTime,
) -> Result<(), RegisterError> {
    const INSERT: &str = "INSERT INTO request (office, key, sha256, series, year, number, at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    sqlx::query(INSERT)
        .bind(office)
        .bind(request.key.as_str())
        .bind(&request.sha256)
        .bind(&key.series)
        .bind(i64::from(key.year))
        .bind(i64::from(key.number))
        .bind(clock::rfc3339(at))
        .execute(connection)
        .await?;
    Ok(())
}
