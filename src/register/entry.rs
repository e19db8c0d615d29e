//! One line of the register, and how it is written to and read from the database.

use serde::Serialize;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::{RegisterError, Series};

/// A registered document: the columns of the decree's register (NĐ 30/2020, Phụ lục IV.I) that are
/// known at issue, and what proves which document it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Number (số) in its series and year.
    pub number: u32,
    /// Number and notation (số, ký hiệu), such as `201/BC-UBND`.
    pub code: String,
    /// Date of the document (ngày tháng văn bản), ISO 8601.
    pub date: String,
    /// Kind (tên loại).
    pub kind: String,
    /// Subject (trích yếu nội dung).
    pub subject: String,
    /// Signer (người ký).
    pub signer: String,
    /// Recipients (nơi nhận), joined by `; `.
    pub recipients: String,
    /// Who keeps the archive copy (người nhận bản lưu).
    pub archive: String,
    /// When the number was taken, RFC 3339.
    pub registered: String,
    /// SHA-256 (hex) of the canonical JSON of the draft, before it had its number.
    pub draft_sha256: String,
    /// Canonical JSON of the document as issued: rendered at `registered` it gives the report again.
    #[serde(skip)]
    pub source: String,
    /// SHA-256 (hex) of the report revision.
    pub report_sha256: String,
    /// Length of the report revision in bytes.
    pub report_length: u64,
    /// Where the report was written.
    pub file: String,
}

/// Which entries to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only those of this year.
    pub year: Option<i32>,
}

const COLUMNS: &str = "number, code, date, kind, subject, signer, recipients, archive, registered, \
                       draft_sha256, source, report_sha256, report_length, file";

pub(super) async fn insert(
    connection: &mut AnyConnection,
    series: &Series,
    number: u32,
    entry: &Entry,
) -> Result<(), RegisterError> {
    const INSERT: &str = "INSERT INTO entry (series, year, number, code, date, kind, subject, signer, \
        recipients, archive, registered, draft_sha256, source, report_sha256, report_length, file) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    let length = i64::try_from(entry.report_length).map_err(out_of_range)?;
    sqlx::query(INSERT)
        .bind(&series.name)
        .bind(i64::from(series.year))
        .bind(i64::from(number))
        .bind(&entry.code)
        .bind(&entry.date)
        .bind(&entry.kind)
        .bind(&entry.subject)
        .bind(&entry.signer)
        .bind(&entry.recipients)
        .bind(&entry.archive)
        .bind(&entry.registered)
        .bind(&entry.draft_sha256)
        .bind(&entry.source)
        .bind(&entry.report_sha256)
        .bind(length)
        .bind(&entry.file)
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn at(
    connection: &mut AnyConnection,
    series: &Series,
    number: u32,
) -> Result<Option<Entry>, RegisterError> {
    let query = format!("SELECT {COLUMNS} FROM entry WHERE series = $1 AND year = $2 AND number = $3");
    let row = sqlx::query(sqlx::AssertSqlSafe(query))
        .bind(&series.name)
        .bind(i64::from(series.year))
        .bind(i64::from(number))
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn drafted_as(
    connection: &mut AnyConnection,
    draft_sha256: &str,
) -> Result<Option<Entry>, RegisterError> {
    let query =
        format!("SELECT {COLUMNS} FROM entry WHERE draft_sha256 = $1 ORDER BY registered DESC LIMIT 1");
    let row = sqlx::query(sqlx::AssertSqlSafe(query)).bind(draft_sha256).fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn of_report(
    connection: &mut AnyConnection,
    report_sha256: &str,
) -> Result<Option<Entry>, RegisterError> {
    let query = format!("SELECT {COLUMNS} FROM entry WHERE report_sha256 = $1 LIMIT 1");
    let row = sqlx::query(sqlx::AssertSqlSafe(query)).bind(report_sha256).fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn list(
    connection: &mut AnyConnection,
    filter: &Filter,
) -> Result<Vec<Entry>, RegisterError> {
    let query =
        format!("SELECT {COLUMNS} FROM entry WHERE $1 IS NULL OR year = $1 ORDER BY year, series, number");
    let rows = sqlx::query(sqlx::AssertSqlSafe(query))
        .bind(filter.year.map(i64::from))
        .fetch_all(connection)
        .await?;
    rows.iter().map(read).collect()
}

pub(super) fn number_of(value: i64) -> Result<u32, RegisterError> {
    u32::try_from(value).map_err(out_of_range)
}

fn read(row: &AnyRow) -> Result<Entry, RegisterError> {
    let length: i64 = row.try_get("report_length")?;
    Ok(Entry {
        number: number_of(row.try_get("number")?)?,
        code: row.try_get("code")?,
        date: row.try_get("date")?,
        kind: row.try_get("kind")?,
        subject: row.try_get("subject")?,
        signer: row.try_get("signer")?,
        recipients: row.try_get("recipients")?,
        archive: row.try_get("archive")?,
        registered: row.try_get("registered")?,
        draft_sha256: row.try_get("draft_sha256")?,
        source: row.try_get("source")?,
        report_sha256: row.try_get("report_sha256")?,
        report_length: u64::try_from(length).map_err(out_of_range)?,
        file: row.try_get("file")?,
    })
}

fn out_of_range(cause: std::num::TryFromIntError) -> RegisterError {
    RegisterError::Database(sqlx::Error::Decode(Box::new(cause)))
}
