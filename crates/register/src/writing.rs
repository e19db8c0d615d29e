//! A transaction that writes to one office's register: it holds the office's log, so that whatever
//! happens there happens one after another, and every event that it writes becomes a leaf.

use sha2::{Digest, Sha256};
use sqlx::{Any, AnyConnection, Row, Transaction};
use time::OffsetDateTime;

use super::tree::{Tree, signed, unsigned};
use super::{EntryKey, OfficeSide, Register, RegisterError, Series};
use crate::clock;
use crate::hex::lower as hex;
use crate::keys::{PrivateKey, sign_checkpoint};
use crate::log::receipt::Receipt;
use crate::log::{Checkpoint, Event, Leaf};

/// How far the clocks of those who write to one register may differ.
const SKEW: time::Duration = time::Duration::minutes(1);

/// A transaction that holds the log of an office; dropped, it leaves everything as it was.
pub(super) struct Writing<'a> {
    transaction: Transaction<'static, Any>,
    office: &'a str,
    origin: &'a str,
    key: &'a PrivateKey,
    side: &'a OfficeSide,
    size: u64,
    /// The time of the last event, where it was asked for.
    latest: Option<OffsetDateTime>,
}

/// What is to be logged.
#[derive(Clone, Copy)]
pub(super) struct NewLeaf<'a> {
    pub event: Event,
    pub series: &'a str,
    pub year: i32,
    pub number: u32,
    /// The last number of a block; `number` itself otherwise.
    pub until: u32,
    /// See [`Leaf::previous`].
    pub previous: Option<(u64, Option<u32>)>,
    pub code: &'a str,
    pub date: &'a str,
    /// SHA-256 of the document's canonical JSON, in hexadecimal; empty where there is none.
    pub content_sha256: &'a str,
    /// SHA-256 of a file, in hexadecimal; empty where there is none.
    pub file_sha256: &'a str,
    /// What the register knows beside that, as JSON: not public.
    pub details: &'a str,
    pub at: OffsetDateTime,
}

/// The numbers of a series that are taken, as they stand under the lock.
pub(super) struct Taken {
    /// The next number of the series.
    pub next: u32,
    /// The leaf that took the number before it, and that number.
    pub previous: Option<(u64, Option<u32>)>,
}

impl<'a> Writing<'a> {
    /// Begins the transaction and takes the lock on the office's log.
    pub(super) async fn begin(register: &'a Register) -> Result<Writing<'a>, RegisterError> {
        let key = register.key.as_ref().ok_or(RegisterError::NoKey)?;
        let (office, origin) = (register.place.office.as_str(), register.place.origin.as_str());
        let mut transaction = register.place.database.begin(&register.pool).await?;
        const LOCK: &str = "INSERT INTO log (office, origin, size, checkpoint) VALUES ($1, $2, 0, '') \
             ON CONFLICT (office) DO UPDATE SET size = log.size RETURNING origin, size";
        let row = sqlx::query(LOCK).bind(office).bind(origin).fetch_one(&mut *transaction).await?;
        let recorded: String = row.try_get("origin")?;
        if recorded != origin {
            return Err(RegisterError::OtherOrigin { recorded, configured: origin.to_owned() });
        }
        let size = unsigned(row.try_get("size")?)?;
        Ok(Writing { transaction, office, origin, key, side: &register.side, size, latest: None })
    }

    /// The connection that the transaction is on.
    pub(super) fn connection(&mut self) -> &mut AnyConnection {
        &mut self.transaction
    }

    /// The name of the office whose register it is.
    pub(super) fn office(&self) -> &'a str {
        self.office
    }

    /// Makes sure that numbers of `series` may be given in `year`.
    pub(super) async fn admit(&mut self, series: &str, year: i32) -> Result<(), RegisterError> {
        let Some(numbering) = &self.side.numbering else { return Ok(()) };
        numbering.has(series)?;
        self.admit_older(series, year).await
    }

    /// Makes sure that an older book may tell of numbers of `series` in `year`.
    pub(super) async fn admit_older(&mut self, series: &str, year: i32) -> Result<(), RegisterError> {
        let Some(numbering) = &self.side.numbering else { return Ok(()) };
        numbering.fits(&mut self.transaction, self.office, series, year).await
    }

    fn tree(&mut self) -> Tree<'_> {
        Tree { connection: &mut self.transaction, office: self.office }
    }

    /// The numbers of `series` that are taken.
    pub(super) async fn taken(&mut self, series: &Series) -> Result<Taken, RegisterError> {
        let office = self.office;
        taken(&mut self.transaction, office, series).await
    }

    /// The last event before `number` that took a number of its series.
    pub(super) async fn before(
        &mut self,
        series: &str,
        year: i32,
        number: u32,
    ) -> Result<Option<(u64, Option<u32>)>, RegisterError> {
        let office = self.office;
        before(&mut self.transaction, office, series, year, number).await
    }

    /// Whether the number `key` was cancelled after it had been issued.
    pub(super) async fn is_cancelled(&mut self, key: &EntryKey) -> Result<bool, RegisterError> {
        const CANCELLED: &str = "SELECT place FROM event WHERE office = $1 AND series = $2 AND year = $3 \
            AND until = $4 AND event = 'cancel'";
        let row = sqlx::query(CANCELLED)
            .bind(self.office)
            .bind(&key.series)
            .bind(i64::from(key.year))
            .bind(i64::from(key.number))
            .fetch_optional(&mut *self.transaction);
        Ok(row.await?.is_some())
    }

    /// Whether nothing in the log names a later time than `at`.
    pub(super) async fn is_latest(&mut self, at: OffsetDateTime) -> Result<bool, RegisterError> {
        Ok(self.latest().await?.is_none_or(|latest| latest <= at))
    }

    /// What time it is for the log where a clock says `now`: never one before that of the last event. Clocks of several
    /// machines differ a little; one that was set back would make the log lie.
    pub(super) async fn time(&mut self, now: OffsetDateTime) -> Result<OffsetDateTime, RegisterError> {
        match self.latest().await? {
            Some(latest) if now < latest => {
                if latest - now > SKEW {
                    return Err(RegisterError::ClockBack {
                        now: clock::rfc3339(now),
                        latest: clock::rfc3339(latest),
                    });
                }
                Ok(latest)
            }
            _ => Ok(now),
        }
    }

    /// The time of the last event.
    async fn latest(&mut self) -> Result<Option<OffsetDateTime>, RegisterError> {
        if self.latest.is_some() {
            return Ok(self.latest);
        }
        let Some(last) = self.size.checked_sub(1) else { return Ok(None) };
        const LEAF: &str = "SELECT leaf FROM event WHERE office = $1 AND place = $2";
        let row = sqlx::query(LEAF)
            .bind(self.office)
            .bind(signed(last)?)
            .fetch_optional(&mut *self.transaction)
            .await?;
        let leaf: String = row.ok_or(RegisterError::Damaged("event"))?.try_get("leaf")?;
        let leaf = Leaf::parse(&leaf).map_err(|_| RegisterError::Damaged("event"))?;
        self.latest = Some(clock::parse(&leaf.at).map_err(|_| RegisterError::Damaged("event"))?);
        Ok(self.latest)
    }

    /// Logs `leaf` and gives its place.
    pub(super) async fn log(&mut self, new: NewLeaf<'_>) -> Result<(u64, Leaf), RegisterError> {
        let place = self.size;
        let at = self.time(new.at).await?;
        let salt = self.salt(place, new.details);
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let leaf = Leaf {
            at: clock::rfc3339(at),
            code: some(new.code),
            content_sha256: some(new.content_sha256),
            date: some(new.date),
            details_sha256: details_sha256(&salt, new.details),
            event: new.event,
            file_sha256: some(new.file_sha256),
            number: new.number,
            office: self.office.to_owned(),
            previous: new.previous.map(|(place, _)| place),
            previous_number: new.previous.and_then(|(_, number)| number),
            series: new.series.to_owned(),
            until: (new.until != new.number).then_some(new.until),
            year: new.year,
        };
        let json = leaf.to_json();
        self.tree().append(place, json.as_bytes()).await?;
        const INSERT: &str = "INSERT INTO event \
            (office, place, event, series, year, number, until, file_sha256, leaf, details, salt) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
        sqlx::query(INSERT)
            .bind(self.office)
            .bind(signed(place)?)
            .bind(new.event.name())
            .bind(new.series)
            .bind(i64::from(new.year))
            .bind(i64::from(new.number))
            .bind(i64::from(new.until))
            .bind(new.file_sha256)
            .bind(json)
            .bind(new.details)
            .bind(salt)
            .execute(&mut *self.transaction)
            .await?;
        self.size = place + 1;
        self.latest = Some(at);
        Ok((place, leaf))
    }

    /// What keeps others from guessing details from their digest. Nobody can compute it who has not the key,
    /// and the key gives the same for the same event, so that documents issued again have the same bytes.
    fn salt(&self, place: u64, details: &str) -> String {
        // No checkpoint: its second line would be a number.
        let text = format!("{}\nsalt\n{place}\n{details}\n", self.origin);
        let digest = Sha256::digest(self.key.sign(text.as_bytes()));
        hex(digest.get(..16).unwrap_or_default())
    }

    /// What the key says of the log as it is now.
    async fn checkpoint(&mut self) -> Result<String, RegisterError> {
        let size = self.size;
        let root = self.tree().root(size).await?;
        let checkpoint = Checkpoint { origin: self.origin.to_owned(), size, root };
        Ok(sign_checkpoint(&checkpoint, self.key)?)
    }

    /// The receipt of the leaf that was logged last.
    pub(super) async fn receipt(&mut self, place: u64, leaf: Leaf) -> Result<Receipt, RegisterError> {
        let size = self.size;
        let path = self.tree().path(size, place).await?;
        Ok(Receipt::new(leaf, place, path, self.checkpoint().await?))
    }

    /// Leaves everything as it was.
    pub(super) async fn roll_back(self) -> Result<(), RegisterError> {
        Ok(self.transaction.rollback().await?)
    }

    /// Makes all of it final.
    pub(super) async fn commit(mut self) -> Result<(), RegisterError> {
        let (size, office) = (signed(self.size)?, self.office);
        let checkpoint = self.checkpoint().await?;
        sqlx::query("UPDATE log SET size = $1, checkpoint = $2 WHERE office = $3")
            .bind(size)
            .bind(checkpoint)
            .bind(office)
            .execute(&mut *self.transaction)
            .await?;
        Ok(self.transaction.commit().await?)
    }
}

/// The digest of what the log does not say openly.
pub(super) fn details_sha256(salt: &str, details: &str) -> String {
    hex(&Sha256::digest(format!("{salt}\n{details}")))
}

const TAKES: &str = "event IN ('issue', 'cancel', 'reserve', 'import')";

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

async fn before(
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
