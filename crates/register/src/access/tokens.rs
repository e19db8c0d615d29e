//! The tokens of one office: made, listed, rotated and revoked by command alone, and asked for by the service.
//!
//! Each change takes the trail's lock and writes its row there, in one transaction: there is no token that the
//! trail does not tell of.

use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};
use time::OffsetDateTime;

use super::token::{self, Grace, Lifetime, TokenName, office_of};
use super::trail::{NewTrailRow, TrailWriting, Who};
use super::{AccessError, Bearer, Duty};
use crate::Register;
use crate::clock;

/// The tokens of the office whose register this is.
#[derive(Debug, Clone, Copy)]
pub struct Tokens<'a> {
    register: &'a Register,
}

/// A token as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IssuedToken {
    /// Its name, one of a kind in its office.
    pub name: String,
    /// What whoever bears it may do.
    pub duty: Duty,
    /// When it was made, RFC 3339.
    pub made: String,
    /// When it expires, RFC 3339.
    pub ends: String,
    /// Whether it still opens anything.
    pub state: TokenState,
}

/// Whether a token is still accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenState {
    /// It is accepted.
    InUse,
    /// It is still accepted for a while, and another has taken its place.
    Rotated,
    /// It is accepted no more: it has expired or was revoked.
    Ended,
}

/// A row of the table.
struct Kept {
    name: String,
    /// Which one it is of those that have this name, from 0.
    turn: i64,
    duty: Duty,
    made: OffsetDateTime,
    ends: OffsetDateTime,
}

const COLUMNS: &str = "name, turn, duty, made, ends";

impl<'a> Tokens<'a> {
    /// The tokens of the office whose `register` this is.
    pub fn of(register: &'a Register) -> Tokens<'a> {
        Tokens { register }
    }

    /// Makes a token, and gives its text: nobody can tell it later.
    ///
    /// # Errors
    /// A token of this name is in use, the office's identifier can't stand in a token, or the database refuses.
    pub async fn add(
        &self,
        name: &TokenName,
        duty: Duty,
        lifetime: Lifetime,
        now: OffsetDateTime,
    ) -> Result<SecretString, AccessError> {
        let mut writing = TrailWriting::begin(self.register).await?;
        let kept = self.named(writing.connection(), name).await?;
        if kept.iter().any(|token| token.ends > now) {
            return Err(AccessError::NameTaken(name.to_string()));
        }
        let turn = kept.last().map_or(0, |token| token.turn.saturating_add(1));
        let ends = now + lifetime.duration();
        let made = Kept { name: name.to_string(), turn, duty, made: now, ends };
        let text = self.insert(writing.connection(), &made).await?;
        finish(writing, "add-token", name, duty, now).await?;
        Ok(text)
    }

    /// All that were ever made, by name and time.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn list(&self, now: OffsetDateTime) -> Result<Vec<IssuedToken>, AccessError> {
        let query = format!("SELECT {COLUMNS} FROM token WHERE office = $1 ORDER BY name, turn");
        let rows = sqlx::query(sqlx::AssertSqlSafe(query))
            .bind(self.office())
            .fetch_all(self.register.pool())
            .await?;
        let kept = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let is_last = |at: usize, name: &str| kept.get(at + 1).is_none_or(|next| next.name != name);
        let token = |(at, token): (usize, &Kept)| IssuedToken {
            name: token.name.clone(),
            duty: token.duty,
            made: clock::rfc3339(token.made),
            ends: clock::rfc3339(token.ends),
            state: if token.ends <= now {
                TokenState::Ended
            } else if is_last(at, &token.name) {
                TokenState::InUse
            } else {
                TokenState::Rotated
            },
        };
        Ok(kept.iter().enumerate().map(token).collect())
    }

    /// Makes a new secret with the name, duty and lifetime of the token that is in use, which ends after `grace`.
    ///
    /// # Errors
    /// No token of this name is in use, or the database refuses.
    pub async fn rotate(
        &self,
        name: &TokenName,
        grace: Grace,
        now: OffsetDateTime,
    ) -> Result<SecretString, AccessError> {
        let mut writing = TrailWriting::begin(self.register).await?;
        let kept = self.in_use(writing.connection(), name, now).await?;
        let Some(old) = kept.last() else { return Err(AccessError::NoToken(name.to_string())) };
        let (duty, ends) = (old.duty, now + (old.ends - old.made));
        let new = Kept { name: name.to_string(), turn: old.turn.saturating_add(1), duty, made: now, ends };
        self.end(writing.connection(), &kept, now + grace.duration()).await?;
        let text = self.insert(writing.connection(), &new).await?;
        finish(writing, "rotate-token", name, duty, now).await?;
        Ok(text)
    }

    /// Ends the token now, and with it what it was rotated from.
    ///
    /// # Errors
    /// No token of this name is in use, or the database refuses.
    pub async fn revoke(&self, name: &TokenName, now: OffsetDateTime) -> Result<(), AccessError> {
        let mut writing = TrailWriting::begin(self.register).await?;
        let kept = self.in_use(writing.connection(), name, now).await?;
        let Some(last) = kept.last() else { return Err(AccessError::NoToken(name.to_string())) };
        let duty = last.duty;
        self.end(writing.connection(), &kept, now).await?;
        finish(writing, "revoke-token", name, duty, now).await
    }

    /// Who holds the token `text`; `None` where it opens nothing in this office.
    ///
    /// It is looked up by its digest. How long that takes may tell something of digests; from a digest nobody gets to
    /// a text that has it, so there is nothing to compare in constant time.
    ///
    /// # Errors
    /// The database refuses: nobody may be let in then.
    pub async fn bearer(&self, text: &str, now: OffsetDateTime) -> Result<Option<Bearer>, AccessError> {
        let office = self.office();
        if office_of(text) != Some(office) {
            return Ok(None);
        }
        let query = format!("SELECT {COLUMNS} FROM token WHERE office = $1 AND sha256 = $2");
        let row = sqlx::query(sqlx::AssertSqlSafe(query))
            .bind(office)
            .bind(token::digest(text))
            .fetch_optional(self.register.pool())
            .await?;
        let kept = row.as_ref().map(read).transpose()?.filter(|kept| kept.ends > now);
        Ok(kept.map(|kept| Bearer { office: office.to_owned(), name: kept.name, duty: kept.duty }))
    }

    fn office(&self) -> &'a str {
        &self.register.place().office
    }

    /// All with this name, in their turns.
    async fn named(
        &self,
        connection: &mut AnyConnection,
        name: &TokenName,
    ) -> Result<Vec<Kept>, AccessError> {
        let query = format!("SELECT {COLUMNS} FROM token WHERE office = $1 AND name = $2 ORDER BY turn");
        let query = sqlx::query(sqlx::AssertSqlSafe(query)).bind(self.office()).bind(name.as_str());
        query.fetch_all(connection).await?.iter().map(read).collect()
    }

    /// Those with this name that open, in their turns.
    async fn in_use(
        &self,
        connection: &mut AnyConnection,
        name: &TokenName,
        now: OffsetDateTime,
    ) -> Result<Vec<Kept>, AccessError> {
        let mut kept = self.named(connection, name).await?;
        kept.retain(|token| token.ends > now);
        Ok(kept)
    }

    /// Keeps the digest of a new token, and gives its text.
    async fn insert(&self, connection: &mut AnyConnection, new: &Kept) -> Result<SecretString, AccessError> {
        let text = token::make(self.office())?;
        const INSERT: &str = "INSERT INTO token (office, name, turn, sha256, duty, made, ends) \
            VALUES ($1, $2, $3, $4, $5, $6, $7)";
        sqlx::query(INSERT)
            .bind(self.office())
            .bind(&new.name)
            .bind(new.turn)
            .bind(token::digest(text.expose_secret()))
            .bind(new.duty.name())
            .bind(clock::rfc3339(new.made))
            .bind(clock::rfc3339(new.ends))
            .execute(connection)
            .await?;
        Ok(text)
    }

    /// Lets `kept` open no longer than until `at`.
    async fn end(
        &self,
        connection: &mut AnyConnection,
        kept: &[Kept],
        at: OffsetDateTime,
    ) -> Result<(), AccessError> {
        const END: &str = "UPDATE token SET ends = $1 WHERE office = $2 AND name = $3 AND turn = $4";
        for token in kept {
            sqlx::query(END)
                .bind(clock::rfc3339(token.ends.min(at)))
                .bind(self.office())
                .bind(&token.name)
                .bind(token.turn)
                .execute(&mut *connection)
                .await?;
        }
        Ok(())
    }
}

/// Tells the trail, and makes it final.
async fn finish(
    mut writing: TrailWriting<'_>,
    act: &str,
    name: &TokenName,
    duty: Duty,
    now: OffsetDateTime,
) -> Result<(), AccessError> {
    let subject = format!("{name} {}", duty.name());
    let told =
        NewTrailRow { who: Who::CommandLine, act, subject: &subject, outcome: NewTrailRow::OK, request: "" };
    writing.append(&told, now).await?;
    writing.commit().await
}

fn read(row: &AnyRow) -> Result<Kept, AccessError> {
    let damaged = || AccessError::Damaged("token");
    let (duty, made, ends): (String, String, String) =
        (row.try_get("duty")?, row.try_get("made")?, row.try_get("ends")?);
    Ok(Kept {
        name: row.try_get("name")?,
        turn: row.try_get("turn")?,
        duty: Duty::named(&duty).ok_or_else(damaged)?,
        made: clock::parse(&made).map_err(|_| damaged())?,
        ends: clock::parse(&ends).map_err(|_| damaged())?,
    })
}
