//! One line of the register, and how it is written to and read from the database. Lines are never changed:
//! what happens to a document later stands in the log.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::document_code::spellings;
use super::metadata::Metadata;
use super::taken::number_of;
use super::tree::{signed, unsigned};
use super::{EntryKey, RegisterError};
use crate::hex;
use crate::log::Event;

/// What the register is told of a document: the columns of the decree's register that are known when the
/// number is taken (NĐ 30/2020, Phụ lục IV.I), and what proves which document it was.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Registration {
    /// Number and notation (số, ký hiệu), such as `201/BC-UBND`.
    pub code: String,
    /// Date of the document (ngày tháng văn bản), ISO 8601.
    pub date: String,
    /// Kind of document (tên loại), such as `Báo cáo`.
    pub kind: String,
    /// Subject (trích yếu nội dung).
    pub subject: String,
    /// Position and name of the signer (người ký).
    pub signer: String,
    /// Recipients (nơi nhận), joined by `; `.
    pub recipients: String,
    /// Who keeps the archive copy (đơn vị, người nhận bản lưu).
    pub archive: String,
    /// How many copies (số lượng bản); 0 where nobody counted, as of a file.
    pub copies: u32,
    /// Notes (ghi chú), in free words.
    pub note: String,
    /// The decree's metadata (Phụ lục VI).
    pub metadata: Metadata,
    /// SHA-256 (hexadecimal) of the canonical JSON of the draft, before it had its number; empty for paper.
    pub draft_sha256: String,
    /// Canonical JSON of the document as issued: rendered at the time of registration it gives the report
    /// again. Empty for paper.
    #[serde(skip)]
    pub source: String,
}

/// A line of the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Its place in the register.
    #[serde(flatten)]
    pub key: EntryKey,
    /// How it came to be: issued, filled in, imported, cancelled.
    pub event: Event,
    /// The document as it was registered.
    #[serde(flatten)]
    pub document: Registration,
    /// When the number was taken, RFC 3339.
    pub registered: String,
    /// SHA-256 (hexadecimal) of the report revision; empty where there is no file.
    pub report_sha256: String,
    /// Length of the report revision in bytes.
    pub report_length: u64,
    /// Where the report was written.
    pub file: String,
    /// The place of its leaf in the log.
    pub leaf: u64,
    /// The receipt that the report carries; empty where none was made.
    #[serde(skip)]
    pub receipt: String,
}

/// What of a registration is not in its leaf, in the order of its names.
#[derive(Serialize)]
struct Details<'a> {
    archive: &'a str,
    copies: u32,
    draft_sha256: &'a str,
    kind: &'a str,
    metadata: &'a Metadata,
    note: &'a str,
    recipients: &'a str,
    signer: &'a str,
    subject: &'a str,
}

impl Entry {
    /// The error for whoever asks for the number that this line has.
    pub(super) fn taken(&self) -> RegisterError {
        let Registration { code, date, subject, .. } = &self.document;
        RegisterError::Taken {
            number: self.key.number,
            year: self.key.year,
            holder: format!("{code}, {date}, {subject}"),
        }
    }
}

impl Registration {
    /// SHA-256 (hexadecimal) of the document's canonical JSON as issued, as its leaf has it; none for paper.
    pub fn content_sha256(&self) -> Option<String> {
        let source = &self.source;
        (!source.is_empty()).then(|| hex::lower(&Sha256::digest(source.as_bytes())))
    }

    /// What of it is not in its leaf, as JSON.
    pub(super) fn details(&self) -> String {
        let details = Details {
            archive: &self.archive,
            copies: self.copies,
            draft_sha256: &self.draft_sha256,
            kind: &self.kind,
            metadata: &self.metadata,
            note: &self.note,
            recipients: &self.recipients,
            signer: &self.signer,
            subject: &self.subject,
        };
        serde_json::to_string(&details).unwrap_or_else(|cause| unreachable!("strings and numbers: {cause}"))
    }
}

const COLUMNS: &str = "series, year, number, event, code, date, kind, subject, signer, recipients, archive, \
    copies, note, metadata, registered, draft_sha256, source, report_sha256, report_length, file, leaf, receipt";

/// The same without the document's content and its receipt, which are hundreds of times as long as the rest. Each is
/// named with its table: lines are read together with their events.
pub(super) const LINE: &str = "entry.series, entry.year, entry.number, entry.event, entry.code, entry.date, \
    entry.kind, entry.subject, entry.signer, entry.recipients, entry.archive, entry.copies, entry.note, \
    entry.metadata, entry.registered, entry.draft_sha256, '' AS source, entry.report_sha256, \
    entry.report_length, entry.file, entry.leaf, '' AS receipt";

pub(super) async fn insert(
    connection: &mut AnyConnection,
    office: &str,
    entry: &Entry,
) -> Result<(), RegisterError> {
    let query = format!(
        "INSERT INTO entry (office, {COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, \
         $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)"
    );
    let document = &entry.document;
    sqlx::query(sqlx::AssertSqlSafe(query))
        .bind(office)
        .bind(&entry.key.series)
        .bind(i64::from(entry.key.year))
        .bind(i64::from(entry.key.number))
        .bind(entry.event.name())
        .bind(&document.code)
        .bind(&document.date)
        .bind(&document.kind)
        .bind(&document.subject)
        .bind(&document.signer)
        .bind(&document.recipients)
        .bind(&document.archive)
        .bind(i64::from(document.copies))
        .bind(&document.note)
        .bind(document.metadata.to_json())
        .bind(&entry.registered)
        .bind(&document.draft_sha256)
        .bind(&document.source)
        .bind(&entry.report_sha256)
        .bind(signed(entry.report_length)?)
        .bind(&entry.file)
        .bind(signed(entry.leaf)?)
        .bind(&entry.receipt)
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn at(
    connection: &mut AnyConnection,
    office: &str,
    key: &EntryKey,
) -> Result<Option<Entry>, RegisterError> {
    let query = format!(
        "SELECT {COLUMNS} FROM entry WHERE office = $1 AND series = $2 AND year = $3 AND number = $4"
    );
    let query = sqlx::query(sqlx::AssertSqlSafe(query))
        .bind(office)
        .bind(&key.series)
        .bind(i64::from(key.year))
        .bind(i64::from(key.number));
    query.fetch_optional(connection).await?.as_ref().map(read).transpose()
}

/// The entries of `office` with the `value` in `column`, the newest first.
pub(super) async fn with(
    connection: &mut AnyConnection,
    office: &str,
    column: LookupColumn,
    value: &str,
) -> Result<Vec<Entry>, RegisterError> {
    let column = column.name();
    let query = format!(
        "SELECT {COLUMNS} FROM entry WHERE office = $1 AND {column} = $2 ORDER BY leaf DESC LIMIT 100"
    );
    let query = sqlx::query(sqlx::AssertSqlSafe(query)).bind(office).bind(value);
    query.fetch_all(connection).await?.iter().map(read).collect()
}

/// The entries of `office` with the number and notation `code`, however it is spelled, the newest first.
pub(super) async fn with_code(
    connection: &mut AnyConnection,
    office: &str,
    code: &str,
) -> Result<Vec<Entry>, RegisterError> {
    let [spelled, plain] = spellings(code);
    let query = format!(
        "SELECT {COLUMNS} FROM entry WHERE office = $1 AND code IN ($2, $3, $4) ORDER BY leaf DESC LIMIT 100"
    );
    let query = sqlx::query(sqlx::AssertSqlSafe(query)).bind(office).bind(spelled).bind(plain).bind(code);
    query.fetch_all(connection).await?.iter().map(read).collect()
}

/// A column to look in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LookupColumn {
    Draft,
    Report,
}

impl LookupColumn {
    fn name(self) -> &'static str {
        match self {
            LookupColumn::Draft => "draft_sha256",
            LookupColumn::Report => "report_sha256",
        }
    }
}

/// All entries of `office`, by year, series and number, with their contents.
pub(super) async fn all(connection: &mut AnyConnection, office: &str) -> Result<Vec<Entry>, RegisterError> {
    let query = format!("SELECT {COLUMNS} FROM entry WHERE office = $1 ORDER BY year, series, number");
    let query = sqlx::query(sqlx::AssertSqlSafe(query)).bind(office);
    query.fetch_all(connection).await?.iter().map(read).collect()
}

/// The place in the register that `row` names.
pub(super) fn key(row: &AnyRow) -> Result<EntryKey, RegisterError> {
    let year: i64 = row.try_get("year")?;
    Ok(EntryKey {
        series: row.try_get("series")?,
        year: i32::try_from(year).map_err(|_| RegisterError::Damaged("entry"))?,
        number: number_of(row.try_get("number")?)?,
    })
}

pub(super) fn read(row: &AnyRow) -> Result<Entry, RegisterError> {
    let event: String = row.try_get("event")?;
    let metadata: String = row.try_get("metadata")?;
    Ok(Entry {
        key: key(row)?,
        event: event_named(&event).ok_or(RegisterError::Damaged("entry"))?,
        document: Registration {
            code: row.try_get("code")?,
            date: row.try_get("date")?,
            kind: row.try_get("kind")?,
            subject: row.try_get("subject")?,
            signer: row.try_get("signer")?,
            recipients: row.try_get("recipients")?,
            archive: row.try_get("archive")?,
            copies: number_of(row.try_get("copies")?)?,
            note: row.try_get("note")?,
            metadata: Metadata::from_json(&metadata).ok_or(RegisterError::Damaged("entry"))?,
            draft_sha256: row.try_get("draft_sha256")?,
            source: row.try_get("source")?,
        },
        registered: row.try_get("registered")?,
        report_sha256: row.try_get("report_sha256")?,
        report_length: unsigned(row.try_get("report_length")?)?,
        file: row.try_get("file")?,
        leaf: unsigned(row.try_get("leaf")?)?,
        receipt: row.try_get("receipt")?,
    })
}

pub(super) fn event_named(name: &str) -> Option<Event> {
    Event::deserialize(serde::de::value::StrDeserializer::<serde::de::value::Error>::new(name)).ok()
}
