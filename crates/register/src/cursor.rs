//! How far a follower of the log (a webhook) was told: the place of the next event. Whoever sends claims the cursor
//! first, for as long as a message can take; a claim that ran out meanwhile moves nothing.

use serde::Serialize;
use sqlx::Row;
use time::OffsetDateTime;

use super::{Register, RegisterError};
use crate::lang::Message;

/// The cursor of the follower at one address.
#[derive(Debug)]
pub struct Cursor<'a> {
    register: &'a Register,
    office: &'a str,
    address: &'a str,
}

/// Whether a follower is told of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CursorState {
    /// It is told of each event.
    Active,
    /// It is told nothing until somebody resumes it: it refused too many times, or wants no more messages.
    Paused,
}

/// How far a cursor has come, and how the last attempt went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CursorPosition {
    /// The place in the log of the event that it is told of next.
    pub next: u64,
    /// How many events it was not told of yet.
    pub lag: u64,
    /// Whether it is active or paused.
    pub state: CursorState,
    /// How often the next event was sent to it.
    pub tries: u32,
    /// When that event is sent again at the earliest, in seconds since 1970; 0 is at once.
    pub due: i64,
    /// Why it was not taken the last time it was sent.
    pub failure: Option<Message>,
}

/// A cursor that nobody else moves until the claim runs out.
#[derive(Debug)]
pub struct Claim {
    /// The place in the log of the event to send.
    pub next: u64,
    /// Which attempt this is, from 1.
    pub tries: u32,
    /// When it runs out, in seconds since 1970.
    lease: i64,
}

fn signed(value: u64) -> Result<i64, RegisterError> {
    i64::try_from(value).map_err(|_| RegisterError::Damaged("hook"))
}

fn unsigned<T: TryFrom<i64>>(value: i64) -> Result<T, RegisterError> {
    T::try_from(value).map_err(|_| RegisterError::Damaged("hook"))
}

impl<'a> Cursor<'a> {
    /// The cursor of the follower at `address` in the log of `register`.
    pub fn of(register: &'a Register, address: &'a str) -> Cursor<'a> {
        Cursor { register, office: &register.place().office, address }
    }

    /// Where it is; `None` where it has not begun.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn position(&self) -> Result<Option<CursorPosition>, RegisterError> {
        const READ: &str =
            "SELECT next, state, tries, due, failure FROM hook WHERE office = $1 AND address = $2";
        let query = sqlx::query(READ).bind(self.office).bind(self.address);
        let Some(row) = query.fetch_optional(self.register.pool()).await? else { return Ok(None) };
        let (state, failure): (String, String) = (row.try_get("state")?, row.try_get("failure")?);
        let state = match state.as_str() {
            "active" => CursorState::Active,
            "paused" => CursorState::Paused,
            _ => return Err(RegisterError::Damaged("hook")),
        };
        let failure = match failure.as_str() {
            "" => None,
            json => Some(serde_json::from_str(json).map_err(|_| RegisterError::Damaged("hook"))?),
        };
        let next: u64 = unsigned(row.try_get("next")?)?;
        Ok(Some(CursorPosition {
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

    /// Makes a paused cursor active again; `false` where the follower has no cursor.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn resume(&self) -> Result<bool, RegisterError> {
        const RESUME: &str = "UPDATE hook SET state = 'active', tries = 0, due = 0, failure = '' \
            WHERE office = $1 AND address = $2";
        let query = sqlx::query(RESUME).bind(self.office).bind(self.address);
        Ok(query.execute(self.register.pool()).await?.rows_affected() > 0)
    }

    /// Puts the cursor at the place `from`, active whether it was paused or not.
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

    /// The cursors of all offices in the database of `register` that there is something to tell at `now`, and that nobody
    /// has claimed: each with its office and the address of the follower.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn lagging(
        register: &Register,
        now: OffsetDateTime,
    ) -> Result<Vec<(String, String)>, RegisterError> {
        const LAGGING: &str = "SELECT hook.office AS office, hook.address AS address FROM hook \
            JOIN log ON log.office = hook.office \
            WHERE hook.state = 'active' AND hook.due <= $1 AND hook.next < log.size ORDER BY hook.due";
        let rows = sqlx::query(LAGGING).bind(now.unix_timestamp()).fetch_all(register.pool()).await?;
        rows.iter().map(|row| Ok((row.try_get("office")?, row.try_get("address")?))).collect()
    }

    /// Claims it for `lease` seconds; `None` where there is nothing to tell or somebody else has claimed it. A process
    /// that dies with a claim has used up one attempt.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn claim(&self, now: OffsetDateTime, lease: i64) -> Result<Option<Claim>, RegisterError> {
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

    /// Gives the claim back: every event before `next` was told.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn advance(&self, claim: &Claim, next: u64) -> Result<(), RegisterError> {
        const ADVANCE: &str = "UPDATE hook SET next = $5, tries = 0, due = 0, failure = '' \
            WHERE office = $1 AND address = $2 AND next = $3 AND due = $4";
        let next = signed(next)?;
        self.held(ADVANCE, claim)?.bind(next).execute(self.register.pool()).await?;
        Ok(())
    }

    /// Gives the claim back; the event, which was not taken, is sent again from `then` on.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn postpone(
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

    /// Gives the claim back and pauses the cursor until [`Cursor::resume`].
    ///
    /// # Errors
    /// The database refuses.
    pub async fn pause(&self, claim: &Claim, failure: &Message) -> Result<(), RegisterError> {
        const PAUSE: &str = "UPDATE hook SET state = 'paused', due = 0, failure = $5 \
            WHERE office = $1 AND address = $2 AND next = $3 AND due = $4";
        self.held(PAUSE, claim)?.bind(json(failure)).execute(self.register.pool()).await?;
        Ok(())
    }

    /// `statement` with its first four parameters bound: it changes the row only while `claim` still holds.
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
