//! A transaction that writes to one office's register: it holds the office's log, so that whatever
//! happens there happens one after another, and every event that it writes becomes a leaf.

use sha2::{Digest, Sha256};
use sqlx::{Any, AnyConnection, Row, Transaction};
use time::OffsetDateTime;

use super::continuity::Found;
use super::details::details_sha256;
use super::log_time;
use super::recorded_identity;
use super::taken::{self, Taken};
use super::tree::{Tree, signed, unsigned};
use super::{EntryKey, Identity, OfficeSide, Register, RegisterError, Series};
use crate::clock;
use crate::hex::lower as hex;
use crate::keys::{PrivateKey, sign_checkpoint, verifier_key};
use crate::log::receipt::Receipt;
use crate::log::{Checkpoint, Event, Hash, Leaf, VerifierKey};

/// A transaction that holds the log of an office; dropped, it leaves everything as it was.
pub(super) struct Writing<'a> {
    transaction: Transaction<'static, Any>,
    office: &'a str,
    origin: &'a str,
    key: &'a PrivateKey,
    /// The time of the last event, where it was asked for.
    latest: Option<OffsetDateTime>,
    /// The public half of `key`.
    pub own: VerifierKey,
    pub side: &'a OfficeSide,
    pub size: u64,
    /// What leaves call the office.
    pub leaf_office: String,
    /// Who the office is, where the log does not say it yet.
    pub unknown_identity: Option<Identity>,
    /// Whether what the office remembers is replaced although the log does not continue it.
    pub is_new_beginning: bool,
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

impl<'a> Writing<'a> {
    /// Begins the transaction, takes the lock on the office's log, and makes sure that it is what it was left as.
    pub(super) async fn begin(register: &'a Register) -> Result<Writing<'a>, RegisterError> {
        let (mut writing, checkpoint) = Writing::lock(register).await?;
        writing.continues(&checkpoint).await?;
        writing.recognise().await?;
        Ok(writing)
    }

    /// Begins the transaction and takes the lock on the office's log, whatever it is; also gives the newest checkpoint
    /// in it.
    pub(super) async fn lock(register: &'a Register) -> Result<(Writing<'a>, String), RegisterError> {
        let key = register.key.as_ref().ok_or(RegisterError::NoKey)?;
        let (office, origin) = (register.place.office.as_str(), register.place.origin.as_str());
        let mut transaction = register.place.database.begin(&register.pool).await?;
        const LOCK: &str = "INSERT INTO log (office, origin, size, checkpoint) VALUES ($1, $2, 0, '') \
             ON CONFLICT (office) DO UPDATE SET size = log.size RETURNING origin, size, checkpoint";
        let row = sqlx::query(LOCK).bind(office).bind(origin).fetch_one(&mut *transaction).await?;
        let recorded: String = row.try_get("origin")?;
        if recorded != origin {
            return Err(RegisterError::OtherOrigin { recorded, configured: origin.to_owned() });
        }
        let size = unsigned(row.try_get("size")?)?;
        let writing = Writing {
            transaction,
            office,
            origin,
            key,
            own: verifier_key(origin, key)?,
            side: &register.side,
            size,
            leaf_office: office.to_owned(),
            unknown_identity: None,
            is_new_beginning: false,
            latest: None,
        };
        Ok((writing, row.try_get("checkpoint")?))
    }

    /// Makes sure that the log is what the key signed last, with `checkpoint`, and continues what the office remembers.
    pub(super) async fn continues(&mut self, checkpoint: &str) -> Result<(), RegisterError> {
        let (office, origin, side, size) = (self.office, self.origin, self.side, self.size);
        let remembered = side.remembered()?;
        let found = Found { office, origin, side, size, checkpoint, remembered: remembered.as_deref() };
        found.check(&mut self.transaction, &self.own).await
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
        taken::taken(&mut self.transaction, office, series).await
    }

    /// The last event before `number` that took a number of its series.
    pub(super) async fn before(
        &mut self,
        series: &str,
        year: i32,
        number: u32,
    ) -> Result<Option<(u64, Option<u32>)>, RegisterError> {
        let office = self.office;
        taken::before(&mut self.transaction, office, series, year, number).await
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

    /// What time it is for the log where a clock says `now`; see [`log_time::fitting`].
    pub(super) async fn time(&mut self, now: OffsetDateTime) -> Result<OffsetDateTime, RegisterError> {
        log_time::fitting(now, self.latest().await?)
    }

    /// The time of the last event.
    async fn latest(&mut self) -> Result<Option<OffsetDateTime>, RegisterError> {
        if self.latest.is_none() {
            self.latest = log_time::latest(&mut self.transaction, self.office, self.size).await?;
        }
        Ok(self.latest)
    }

    /// Logs `leaf`, after who the office is where the log does not say it yet, and gives its place.
    pub(super) async fn log(&mut self, new: NewLeaf<'_>) -> Result<(u64, Leaf), RegisterError> {
        self.introduce(new.at).await?;
        self.append(new).await
    }

    /// Logs `leaf` and gives its place.
    pub(super) async fn append(&mut self, new: NewLeaf<'_>) -> Result<(u64, Leaf), RegisterError> {
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
            office: self.leaf_office.clone(),
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
        if !recorded_identity::is_founding(place, &leaf) {
            self.latest = Some(at);
        }
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

    /// The root of the log's tree as it is now.
    pub(super) async fn root(&mut self) -> Result<Hash, RegisterError> {
        let size = self.size;
        self.tree().root(size).await
    }

    /// What the key says of the log as it is now.
    async fn checkpoint(&mut self) -> Result<String, RegisterError> {
        let (size, root) = (self.size, self.root().await?);
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
        let memory = self.side.memory.as_ref();
        let staged = memory.map(|memory| memory.stage(&checkpoint)).transpose()?;
        sqlx::query("UPDATE log SET size = $1, checkpoint = $2 WHERE office = $3")
            .bind(size)
            .bind(checkpoint)
            .bind(office)
            .execute(&mut *self.transaction)
            .await?;
        self.transaction.commit().await?;
        match (memory, staged) {
            (Some(memory), Some(staged)) => memory.keep(staged, self.size, self.is_new_beginning),
            _ => Ok(()),
        }
    }
}
