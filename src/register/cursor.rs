//! How far a webhook was told: its place in the log. Whoever sends claims the webhook first, for as long as a
//! message can take; a claim that was lost meanwhile moves nothing.

use serde::Serialize;
use sqlx::Row;
use time::OffsetDateTime;

use crate::lang::Message;
use crate::register::{Register, RegisterError};
use crate::webhook::Address;

/// The cursor of the webhook at one address.
#[derive(Debug)]
pub struct Cursor<'a> {
    register: &'a Register,
    office: &'a str,
    address: &'a str,
}

/// Whether a webhook is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It is.
    Active,
    /// Not until somebody says so: it took no message often enough, or wants none any more.
    Paused,
}

/// Where a cursor is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Position {
    /// The place of the act that it is told of next.
    pub next: u64,
    /// How many acts there are that it was not told of.
    pub lag: u64,
    /// Whether it is told.
    pub state: State,
    /// How often that act was sent to it.
    pub tries: u32,
    /// When it is sent again at the earliest, in seconds since 1970; 0 is at once.
    pub due: i64,
    /// Why it was not taken the last time.
    pub failure: Option<Message>,
}

/// A webhook that nobody else sends to.
pub(super) struct Claim {
    /// The place of the act to send.
    pub(super) next: u64,
    /// The how manieth time it is sent.
    pub(super) tries: u32,
    lease: i64,
}

fn signed(value: u64) -> Result<i64, RegisterError> {
    i64::try_from(value).map_err(|_| RegisterError::Damaged("hook"))
}

fn unsigned<T: TryFrom<i64>>(value: i64) -> Result<T, RegisterError> {
    T::try_from(value).map_err(|_| RegisterError::Damaged("hook"))
}

impl<'a> Cursor<'a> {
    /// The cursor of the webhook at `address` in the log of `register`.
    pub fn of(register: &'a Register, address: &'a Address) -> Cursor<'a> {
        Cursor { register, office: &register.place().office, address: address.as_str() }
    }

    /// Where it is; `None` where it has not begun.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn position(&self) -> Result<Option<Position>, RegisterError> {
        const READ: &str =
            "SELECT next, state, tries, due, failure FROM hook WHERE office = $1 AND address = $2";
        let query = sqlx::query(READ).bind(self.office).bind(self.address);
        let Some(row) = query.fetch_optional(self.register.pool()).await? else { return Ok(None) };
        let (state, failure): (String, String) = (row.try_get("state")?, row.try_get("failure")?);
        let state = match state.as_str() {
            "active" => State::Active,
            "paused" => State::Paused,
            _ => return Err(RegisterError::Damaged("hook")),
        };
        let failure = match failure.as_str() {
            "" => None,
            json => Some(serde_json::from_str(json).map_err(|_| RegisterError::Damaged("hook"))?),
        };
        let next: u64 = unsigned(row.try_get("next")?)?;
        Ok(Some(Position {
            next,
            lag: self.register.log_size().await?.saturating_sub(next),
            state,
            tries: unsigned(row.try_get("tries")?)?,
            due: row.try_get("due")?,
            failure,
        }))
    }

    /// Begins at the log's end, where it has not begun.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn begin(&self) -> Result<(), RegisterError> {
        const BEGIN: &str = "INSERT INTO hook (office, address, next, state, tries, due, failure) \
            VALUES ($1, $2, COALESCE((SELECT size FROM log WHERE office = $1), 0), 'active', 0, 0, '') \
            ON CONFLICT (office, address) DO NOTHING";
        sqlx::query(BEGIN).bind(self.office).bind(self.address).execute(self.register.pool()).await?;
        Ok(())
    }

    /// Tells a webhook that was paused again; whether it has a cursor.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn resume(&self) -> Result<bool, RegisterError> {
        const RESUME: &str = "UPDATE hook SET state = 'active', tries = 0, due = 0, failure = '' \
            WHERE office = $1 AND address = $2";
        let query = sqlx::query(RESUME).bind(self.office).bind(self.address);
        Ok(query.execute(self.register.pool()).await?.rows_affected() > 0)
    }

    /// Tells it again from the place `from` on, paused or not.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn replay(&self, from: u64) -> Result<(), RegisterError> {
        const REPLAY: &str = "INSERT INTO hook (office, address, next, state, tries, due, failure) \
            VALUES ($1, $2, $3, 'active', 0, 0, '') ON CONFLICT (office, address) \
            DO UPDATE SET next = excluded.next, state = 'active', tries = 0, due = 0, failure = ''";
        sqlx::query(REPLAY)
            .bind(self.office)
            .bind(self.address)
            .bind(signed(from)?)
            .execute(self.register.pool())
            .await?;
        Ok(())
    }

    /// Whether there is something to tell, and nobody is telling it.
    pub(super) async fn lags(&self, now: OffsetDateTime) -> Result<bool, RegisterError> {
        const LAGS: &str = "SELECT next FROM hook WHERE office = $1 AND address = $2 AND state = 'active' \
            AND due <= $3 AND next < (SELECT size FROM log WHERE office = $1)";
        let query = sqlx::query(LAGS).bind(self.office).bind(self.address).bind(now.unix_timestamp());
        Ok(query.fetch_optional(self.register.pool()).await?.is_some())
    }

    /// Takes it for `lease` seconds, where there is something to tell and nobody else has it. Whoever dies with it has
    /// tried once.
    pub(super) async fn claim(
        &self,
        now: OffsetDateTime,
        lease: i64,
    ) -> Result<Option<Claim>, RegisterError> {
        const CLAIM: &str = "UPDATE hook SET tries = tries + 1, due = $3 WHERE office = $1 AND address = $2 \
            AND state = 'active' AND due <= $4 AND next < (SELECT size FROM log WHERE office = $1) \
            RETURNING next, tries";
        let now = now.unix_timestamp();
        let lease = now + lease;
        let row = sqlx::query(CLAIM)
            .bind(self.office)
            .bind(self.address)
            .bind(lease)
            .bind(now)
            .fetch_optional(self.register.pool())
            .await?;
        let read = |row: sqlx::any::AnyRow| {
            Ok(Claim {
                next: unsigned(row.try_get("next")?)?,
                tries: unsigned(row.try_get("tries")?)?,
                lease,
            })
        };
        row.map(read).transpose()
    }

    /// Gives it back: all before `next` was told.
    pub(super) async fn advance(&self, claim: &Claim, next: u64) -> Result<(), RegisterError> {
        const ADVANCE: &str = "UPDATE hook SET next = $5, tries = 0, due = 0, failure = '' \
            WHERE office = $1 AND address = $2 AND next = $3 AND due = $4";
        let next = signed(next)?;
        self.held(ADVANCE, claim)?.bind(next).execute(self.register.pool()).await?;
        Ok(())
    }

    /// Gives it back until `then`: the act was not taken.
    pub(super) async fn postpone(
        &self,
        claim: &Claim,
        then: OffsetDateTime,
        failure: &Message,
    ) -> Result<(), RegisterError> {
        const POSTPONE: &str = "UPDATE hook SET due = $5, failure = $6 \
            WHERE office = $1 AND address = $2 AND next = $3 AND due = $4";
        self.held(POSTPONE, claim)?
            .bind(then.unix_timestamp())
            .bind(json(failure))
            .execute(self.register.pool())
            .await?;
        Ok(())
    }

    /// Gives it back for as long as nobody resumes it.
    pub(super) async fn pause(&self, claim: &Claim, failure: &Message) -> Result<(), RegisterError> {
        const PAUSE: &str = "UPDATE hook SET state = 'paused', due = 0, failure = $5 \
            WHERE office = $1 AND address = $2 AND next = $3 AND due = $4";
        self.held(PAUSE, claim)?.bind(json(failure)).execute(self.register.pool()).await?;
        Ok(())
    }

    /// A statement about it as it was claimed.
    fn held(
        &self,
        statement: &'static str,
        claim: &Claim,
    ) -> Result<sqlx::query::Query<'_, sqlx::Any, sqlx::any::AnyArguments>, RegisterError> {
        let next = signed(claim.next)?;
        Ok(sqlx::query(statement).bind(self.office).bind(self.address).bind(next).bind(claim.lease))
    }
}

fn json(failure: &Message) -> String {
    serde_json::to_string(failure).unwrap_or_else(|cause| unreachable!("two strings: {cause}"))
}
