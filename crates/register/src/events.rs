//! What happens to numbers and documents after, or instead of, being issued. Every event is a row that is
//! only ever added, and a leaf of the log.

use std::collections::{BTreeSet, HashMap};
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::any::AnyRow;
use time::OffsetDateTime;

use super::document_code::spelled;
use super::entry::{self, Entry, Registration, event_named};
use super::permitted::DocumentAct;
use super::selection::{numbers, runs};
use super::taken::number_of;
use super::tree::unsigned;
use super::writing::{NewLeaf, Writing};
use super::{EntryKey, Register, RegisterError, Series};
use crate::hex;
use crate::log::{Event, Leaf};
use sha2::{Digest, Sha256};

/// The most numbers that are set aside at once.
pub const MAX_BLOCK: u32 = 1_000;
/// The most lines that are imported at once.
pub const MAX_IMPORT: usize = 100_000;

/// What the register knows of an event and its leaf does not say openly. What is not said is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Particulars {
    /// Which appendix the file is, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appendix: Option<usize>,
    /// Who did it, or ordered it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// Where the file was written.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub file: String,
    /// The file's length in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub length: Option<u64>,
    /// The reason that was given.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Number and notation of the document that takes its place.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub replacement: String,
    /// What kind of file came to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<RevisionKind>,
    /// When the file was signed, RFC 3339.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub signed_at: String,
    /// The common name of who signed the file.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub signer: String,
    /// The recipient that it was sent to, or that confirmed it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub to: String,
    /// How it was sent, in free words.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub way: String,
}

/// What a file of a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RevisionKind {
    /// The report, before anybody signed.
    Report,
    /// Signed by the authorised person (người có thẩm quyền).
    Signed,
    /// Signed by the agency as well.
    Sealed,
    /// With what keeps it valid for longer.
    Preserved,
    /// An appendix in a file of its own (NĐ 30/2020, Phụ lục I, III.1.e), as it was issued or with the agency's
    /// signature.
    Appendix,
}

/// A file of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentRevision {
    /// Which state of the document it holds.
    pub kind: RevisionKind,
    /// Its SHA-256 digest in hexadecimal.
    pub sha256: String,
    /// Its length in bytes.
    pub length: u64,
    /// Its path when it was written.
    pub file: String,
    /// Which appendix it is, from 1.
    pub appendix: Option<usize>,
    /// Who signed it, and when (RFC 3339).
    pub signed: Option<(String, String)>,
}

impl DocumentRevision {
    /// The revision `bytes`, written to `file`.
    pub fn of(
        kind: RevisionKind,
        bytes: &[u8],
        file: &str,
        signed: Option<(String, String)>,
    ) -> DocumentRevision {
        let sha256 = hex::lower(&Sha256::digest(bytes));
        DocumentRevision {
            kind,
            sha256,
            length: bytes.len() as u64,
            file: file.to_owned(),
            appendix: None,
            signed,
        }
    }

    /// The appendix with the place `index` (from 0) with these `bytes`, written to `file`.
    pub fn of_appendix(
        index: usize,
        bytes: &[u8],
        file: &str,
        signed: Option<(String, String)>,
    ) -> DocumentRevision {
        let appendix = Some(index.saturating_add(1));
        DocumentRevision { appendix, ..DocumentRevision::of(RevisionKind::Appendix, bytes, file, signed) }
    }
}

/// An event on a document that has its number, to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewEvent {
    /// A file of it came to be.
    Revision(DocumentRevision),
    /// The document was sent to somebody (chuyển).
    Dispatch {
        /// The recipient's name.
        to: String,
        /// How it was sent (post, a network, by hand), in free words.
        way: String,
    },
    /// Somebody has confirmed to have it (ký nhận).
    Receive {
        /// The recipient's name.
        from: String,
    },
    /// It was recalled (thu hồi, NĐ 30/2020 Điều 18).
    Recall {
        /// The reason, in free words.
        reason: String,
        /// The name of who ordered it.
        by: String,
    },
    /// Another document takes its place (thay thế).
    Replace {
        /// The reason, in free words.
        reason: String,
        /// Number and notation of that document.
        replacement: String,
    },
}

impl NewEvent {
    fn kind(&self) -> Event {
        match self {
            NewEvent::Revision(_) => Event::Revision,
            NewEvent::Dispatch { .. } => Event::Dispatch,
            NewEvent::Receive { .. } => Event::Receive,
            NewEvent::Recall { .. } => Event::Recall,
            NewEvent::Replace { .. } => Event::Replace,
        }
    }

    /// What is done with the document.
    pub(super) fn act(&self) -> DocumentAct {
        match self {
            NewEvent::Revision(DocumentRevision {
                kind: RevisionKind::Report | RevisionKind::Signed,
                ..
            }) => DocumentAct::Sign,
            NewEvent::Revision(DocumentRevision { kind: RevisionKind::Preserved, .. }) => {
                DocumentAct::Preserve
            }
            // An appendix in a file of its own is signed by the agency alone.
            NewEvent::Revision(DocumentRevision {
                kind: RevisionKind::Sealed | RevisionKind::Appendix,
                ..
            }) => DocumentAct::Seal,
            NewEvent::Dispatch { .. } => DocumentAct::Dispatch,
            NewEvent::Receive { .. } => DocumentAct::Receive,
            NewEvent::Recall { .. } => DocumentAct::Recall,
            NewEvent::Replace { .. } => DocumentAct::Replace,
        }
    }

    /// What somebody wrote of it.
    pub(super) fn texts(&self) -> Vec<&str> {
        match self {
            NewEvent::Revision(_) => Vec::new(),
            NewEvent::Dispatch { to, way } => vec![to, way],
            NewEvent::Receive { from } => vec![from],
            NewEvent::Recall { reason, by } => vec![reason, by],
            NewEvent::Replace { reason, replacement } => vec![reason, replacement],
        }
    }

    fn file_sha256(&self) -> &str {
        if let NewEvent::Revision(revision) = self { &revision.sha256 } else { "" }
    }

    fn particulars(&self) -> Particulars {
        let none = Particulars::default();
        match self.clone() {
            NewEvent::Revision(DocumentRevision { kind, length, file, appendix, signed, .. }) => {
                let (signer, signed_at) = signed.unwrap_or_default();
                let (length, revision) = (Some(length), Some(kind));
                Particulars { appendix, length, revision, file, signer, signed_at, ..none }
            }
            NewEvent::Dispatch { to, way } => Particulars { to, way, ..none },
            NewEvent::Receive { from } => Particulars { to: from, ..none },
            NewEvent::Recall { reason, by } => Particulars { reason, by, ..none },
            NewEvent::Replace { reason, replacement } => Particulars { reason, replacement, ..none },
        }
    }
}

/// An event as the register has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecordedEvent {
    /// The place of its leaf in the log.
    pub leaf: u64,
    /// Which kind of event.
    pub event: Event,
    /// When it was logged, RFC 3339.
    pub at: String,
    /// The series, year and (first) number that it was about.
    #[serde(flatten)]
    pub key: EntryKey,
    /// The last number of a block.
    pub until: u32,
    /// SHA-256 (hexadecimal) of the file, of a revision.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub file_sha256: String,
    /// What else is known of it.
    #[serde(flatten)]
    pub particulars: Particulars,
}

/// Logs `event`, which is about the number `key` that `leaf` took.
pub(super) async fn write(
    writing: &mut Writing<'_>,
    key: &EntryKey,
    leaf: u64,
    event: &NewEvent,
    at: OffsetDateTime,
) -> Result<(), RegisterError> {
    writing
        .log(new_leaf(key, leaf, event.kind(), event.file_sha256(), &json(&event.particulars()), at))
        .await?;
    Ok(())
}

/// An event on the number of `key`, which `leaf` took.
pub(super) fn new_leaf<'a>(
    key: &'a EntryKey,
    leaf: u64,
    event: Event,
    file_sha256: &'a str,
    details: &'a str,
    at: OffsetDateTime,
) -> NewLeaf<'a> {
    NewLeaf {
        event,
        series: &key.series,
        year: key.year,
        number: key.number,
        until: key.number,
        previous: Some((leaf, None)),
        code: "",
        date: "",
        content_sha256: "",
        file_sha256,
        details,
        at,
    }
}

pub(super) fn json(particulars: &Particulars) -> String {
    serde_json::to_string(particulars).unwrap_or_else(|cause| unreachable!("strings and numbers: {cause}"))
}

impl Register {
    /// Sets `count` numbers of `series` aside for paper documents, for a `reason`.
    ///
    /// # Errors
    /// `count` is 0 or over [`MAX_BLOCK`], or the database refuses.
    pub async fn reserve(
        &self,
        series: &Series,
        count: u32,
        reason: &str,
        at: OffsetDateTime,
    ) -> Result<RangeInclusive<u32>, RegisterError> {
        if count == 0 || count > MAX_BLOCK {
            return Err(RegisterError::Block(MAX_BLOCK));
        }
        check_texts(&[reason])?;
        let mut writing = Writing::begin(self).await?;
        writing.admit(&series.name, series.year).await?;
        let taken = writing.taken(series).await?;
        let until = taken.next.saturating_add(count - 1);
        let details = json(&Particulars { reason: reason.to_owned(), ..Particulars::default() });
        let key = EntryKey { series: series.name.clone(), year: series.year, number: taken.next };
        let new = new_leaf(&key, 0, Event::Reserve, "", &details, at);
        writing.log(NewLeaf { until, previous: taken.previous, ..new }).await?;
        writing.commit().await?;
        Ok(taken.next..=until)
    }

    /// Records the paper document that got the number `key`, which was set aside.
    ///
    /// # Errors
    /// The number was not set aside ([`RegisterError::NotReserved`]), or has its document already.
    pub async fn fill(
        &self,
        key: &EntryKey,
        document: Registration,
        at: OffsetDateTime,
    ) -> Result<Entry, RegisterError> {
        let mut writing = Writing::begin(self).await?;
        writing.admit(&key.series, key.year).await?;
        let office = writing.office();
        if let Some(holder) = entry::at(writing.connection(), office, key).await? {
            return Err(holder.taken());
        }
        let block = block(&mut writing, key).await?.ok_or_else(|| RegisterError::NotReserved(key.clone()))?;
        let entry = register(&mut writing, key, Event::Fill, Some((block, None)), document, at).await?;
        writing.commit().await?;
        Ok(entry)
    }

    /// Takes over lines of an older book, all of them or none.
    ///
    /// # Errors
    /// There are too many, or a number is taken already.
    pub async fn import(
        &self,
        lines: Vec<(EntryKey, Registration)>,
        at: OffsetDateTime,
    ) -> Result<usize, RegisterError> {
        if lines.len() > MAX_IMPORT {
            return Err(RegisterError::Import(MAX_IMPORT));
        }
        let mut writing = Writing::begin(self).await?;
        let count = lines.len();
        let runs: BTreeSet<(String, i32)> =
            lines.iter().map(|(key, _)| (key.series.clone(), key.year)).collect();
        for (series, year) in &runs {
            writing.admit_older(series, *year).await?;
        }
        for (key, document) in lines {
            if let Some(holder) = holder(&mut writing, &key).await? {
                return Err(holder);
            }
            let previous = writing.before(&key.series, key.year, key.number).await?;
            register(&mut writing, &key, Event::Import, previous, document, at).await?;
        }
        writing.commit().await?;
        Ok(count)
    }

    /// The numbers that were set aside in one year, or in all, in the order of the log.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn reserved(&self, year: Option<i32>) -> Result<Vec<RecordedEvent>, RegisterError> {
        let mut connection = self.pool.acquire().await?;
        let only = year.map(|year| format!("AND year = {year}")).unwrap_or_default();
        let query = format!(
            "SELECT place, event, until, file_sha256, leaf, details FROM event WHERE office = $1 {only} \
             AND event = 'reserve' ORDER BY place"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(query)).bind(&self.place.office);
        let rows = query.fetch_all(&mut *connection).await?;
        rows.iter().filter_map(|row| read(row).transpose()).collect()
    }

    /// The document that the file with the SHA-256 digest `sha256` (hexadecimal) is a revision of.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn find_file(&self, sha256: &str) -> Result<Option<Entry>, RegisterError> {
        let mut connection = self.pool.acquire().await?;
        let office = &self.place.office;
        const FIND: &str = "SELECT series, year, number FROM event WHERE file_sha256 = $2 AND office = $1 \
            AND event = 'revision' ORDER BY file_sha256, office, place LIMIT 1";
        let row = sqlx::query(FIND).bind(office).bind(sha256).fetch_optional(&mut *connection).await?;
        let Some(row) = row else { return Ok(None) };
        let key = entry::key(&row)?;
        entry::at(&mut connection, office, &key).await
    }
}

impl RecordedEvent {
    /// Whether a file of the document itself came to be: not one of an appendix.
    pub(super) fn is_revision_of_document(&self) -> bool {
        self.event == Event::Revision && self.particulars.revision != Some(RevisionKind::Appendix)
    }
}

/// The events on the number `key` in the order of the log; its entry apart.
pub(super) async fn events_of(
    connection: &mut sqlx::AnyConnection,
    office: &str,
    key: &EntryKey,
) -> Result<Vec<RecordedEvent>, RegisterError> {
    const EVENTS: &str = "SELECT place, event, until, file_sha256, leaf, details FROM event WHERE office = $1 \
        AND series = $2 AND year = $3 AND until = $4 AND event NOT IN ('issue', 'fill', 'import', 'reserve')";
    let rows = sqlx::query(EVENTS)
        .bind(office)
        .bind(&key.series)
        .bind(i64::from(key.year))
        .bind(i64::from(key.number))
        .fetch_all(connection)
        .await?;
    in_order(rows)
}

/// The events in `rows`, in the order of the log. Asked for that order, SQLite would go through the whole log instead of
/// the index that leads to a number.
fn in_order(rows: Vec<AnyRow>) -> Result<Vec<RecordedEvent>, RegisterError> {
    let events = rows.iter().filter_map(|row| read(row).transpose());
    let mut events = events.collect::<Result<Vec<_>, _>>()?;
    events.sort_by_key(|event| event.leaf);
    Ok(events)
}

/// The events on the numbers of `keys`, which are in the order of the register; their entries apart.
pub(super) async fn events_of_all(
    connection: &mut sqlx::AnyConnection,
    office: &str,
    keys: &[EntryKey],
) -> Result<HashMap<EntryKey, Vec<RecordedEvent>>, RegisterError> {
    let mut events: HashMap<EntryKey, Vec<RecordedEvent>> = HashMap::new();
    for run in runs(keys) {
        let Some(first) = run.first() else { continue };
        let sql = format!(
            "SELECT place, event, until, file_sha256, leaf, details FROM event WHERE office = $1 \
             AND series = $2 AND year = $3 AND until IN ({}) \
             AND event NOT IN ('issue', 'fill', 'import', 'reserve')",
            numbers(run)
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .persistent(false)
            .bind(office)
            .bind(&first.series)
            .bind(i64::from(first.year))
            .fetch_all(&mut *connection)
            .await?;
        for event in in_order(rows)? {
            events.entry(event.key.clone()).or_default().push(event);
        }
    }
    Ok(events)
}

/// Why `key` can't be given, where it is taken or set aside.
async fn holder(writing: &mut Writing<'_>, key: &EntryKey) -> Result<Option<RegisterError>, RegisterError> {
    let office = writing.office();
    if let Some(holder) = entry::at(writing.connection(), office, key).await? {
        return Ok(Some(holder.taken()));
    }
    Ok(block(writing, key).await?.map(|_| RegisterError::Reserved(key.clone())))
}

/// The place of the reservation that `key` lies in.
async fn block(writing: &mut Writing<'_>, key: &EntryKey) -> Result<Option<u64>, RegisterError> {
    const BLOCK: &str = "SELECT place FROM event WHERE office = $1 AND series = $2 AND year = $3 \
        AND event = 'reserve' AND number <= $4 AND until >= $4";
    let row = sqlx::query(BLOCK)
        .bind(writing.office())
        .bind(&key.series)
        .bind(i64::from(key.year))
        .bind(i64::from(key.number))
        .fetch_optional(writing.connection())
        .await?;
    row.map(|row| unsigned(row.try_get("place")?)).transpose()
}

/// Logs and enters `document` under `key`.
pub(super) async fn register(
    writing: &mut Writing<'_>,
    key: &EntryKey,
    event: Event,
    previous: Option<(u64, Option<u32>)>,
    mut document: Registration,
    at: OffsetDateTime,
) -> Result<Entry, RegisterError> {
    document.code = spelled(&document.code);
    let (place, leaf) = log(writing, key, event, previous, &document, at).await?;
    let entry = Entry {
        key: key.clone(),
        event,
        document,
        registered: leaf.at,
        report_sha256: String::new(),
        report_length: 0,
        file: String::new(),
        leaf: place,
        receipt: String::new(),
    };
    let office = writing.office();
    entry::insert(writing.connection(), office, &entry).await?;
    Ok(entry)
}

/// Nobody writes a control character into a register: no database keeps them all, and no printer prints one.
pub(super) fn check_texts(texts: &[&str]) -> Result<(), RegisterError> {
    let letters = texts.iter().flat_map(|text| text.chars());
    match letters.filter(|letter| letter.is_control()).find(|letter| !matches!(letter, '\n' | '\r' | '\t')) {
        Some(letter) => Err(RegisterError::ControlCharacter(letter)),
        None => Ok(()),
    }
}

/// Logs that `document` has the number `key`.
pub(super) async fn log(
    writing: &mut Writing<'_>,
    key: &EntryKey,
    event: Event,
    previous: Option<(u64, Option<u32>)>,
    document: &Registration,
    at: OffsetDateTime,
) -> Result<(u64, Leaf), RegisterError> {
    if document.code.is_empty() {
        return Err(RegisterError::NoCode);
    }
    let office = writing.office();
    let holders = entry::with_code(writing.connection(), office, &document.code).await?;
    if let Some(holder) = holders.iter().find(|holder| holder.key.year == key.year) {
        return Err(holder.taken());
    }
    let Registration { code, kind, subject, signer, recipients, archive, note, .. } = document;
    check_texts(&[code, kind, subject, signer, recipients, archive, note])?;
    let details = document.details();
    let content = document.content_sha256().unwrap_or_default();
    let new = new_leaf(key, 0, event, "", &details, at);
    let new =
        NewLeaf { previous, code: &document.code, date: &document.date, content_sha256: &content, ..new };
    writing.log(new).await
}

/// An event on a number, as its row has it; `None` for a cancellation that is an entry of its own.
pub(super) fn read(row: &AnyRow) -> Result<Option<RecordedEvent>, RegisterError> {
    let damaged = || RegisterError::Damaged("event");
    let (event, leaf, details): (String, String, String) =
        (row.try_get("event")?, row.try_get("leaf")?, row.try_get("details")?);
    let event = event_named(&event).ok_or_else(damaged)?;
    let leaf = Leaf::parse(&leaf).map_err(|_| damaged())?;
    if event.is_of_office() || (event == Event::Cancel && leaf.code.is_some()) {
        return Ok(None);
    }
    Ok(Some(RecordedEvent {
        leaf: unsigned(row.try_get("place")?)?,
        event,
        at: leaf.at,
        key: EntryKey { series: leaf.series, year: leaf.year, number: leaf.number },
        until: number_of(row.try_get("until")?)?,
        file_sha256: row.try_get("file_sha256")?,
        particulars: serde_json::from_str(&details).map_err(|_| damaged())?,
    }))
}
