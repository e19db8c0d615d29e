//! The book as CSV (RFC 4180) and as a workbook (ISO/IEC 29500), and CSV of an older book read.

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, XlsxError};
use time::Date;
use time::macros::format_description;

use super::lines::{Book, headings};
use crate::document::profile::Profile;
use crate::explain::{Explain, Refusal};
use crate::lang::Message;
use crate::message;
use crate::register::{EntryKey, MAX_IMPORT, Metadata, Registration, SignerInfo, number_and_notation};

/// The mark that tells Excel that a file is UTF-8.
const BOM: &str = "\u{FEFF}";
/// Widths of the workbook's columns, in characters.
const WIDTHS: [f64; 10] = [18.0, 12.0, 48.0, 24.0, 36.0, 18.0, 9.0, 18.0, 18.0, 24.0];

/// Why a book can't be written or read.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.words().en)]
#[non_exhaustive]
pub enum BookError {
    /// The text is not CSV.
    Csv(#[from] csv::Error),
    /// The workbook can't be written.
    Xlsx(#[from] XlsxError),
    /// The CSV writer failed.
    Disk(#[from] std::io::Error),
    /// The first line does not name the ten columns.
    Heading {
        /// The column, from 1.
        column: usize,
        /// The heading that the decree gives it.
        expected: &'static str,
    },
    /// A line can't be taken over.
    Line {
        /// The line of the file, from 1.
        line: u64,
        /// What it should be.
        what: &'static str,
    },
    /// The sheet has more lines than are taken over at once.
    Length(usize),
}

impl Explain for BookError {
    fn words(&self) -> Message {
        match self {
            BookError::Csv(cause) => message!("{cause}", "{cause}"),
            BookError::Xlsx(cause) => message!("{cause}", "{cause}"),
            BookError::Disk(cause) => message!("{cause}", "{cause}"),
            BookError::Heading { column, expected } => message!(
                "dòng đầu không đúng sổ đăng ký văn bản đi: cột {column} phải là \"{expected}\"",
                "the first line is not the register's: column {column} must be \"{expected}\""
            ),
            BookError::Line { line, what } => message!("dòng {line}: {what}", "line {line}: {what}"),
            BookError::Length(most) => message!("quá {most} dòng", "more than {most} lines"),
        }
    }

    fn kind(&self) -> Refusal {
        Refusal::Rejected
    }
}

/// Writes `book` as CSV; `mark` puts the mark of UTF-8 before it, which Excel needs.
///
/// # Errors
/// Only where memory is at an end.
pub fn write_csv(book: &Book, mark: ByteOrderMark) -> Result<Vec<u8>, BookError> {
    let mut bytes = if mark == ByteOrderMark::Utf8 { BOM.as_bytes().to_vec() } else { Vec::new() };
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(&mut bytes);
    writer.write_record(headings())?;
    for line in &book.lines {
        writer.write_record(line.0.iter().map(|cell| safe(cell)))?;
    }
    writer.flush()?;
    drop(writer);
    Ok(bytes)
}

/// Whether a text begins with the mark of UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByteOrderMark {
    /// The file begins with the three bytes EF BB BF, as Excel wants it.
    Utf8,
    /// The file begins with its text.
    None,
}

/// A cell that no spreadsheet takes for a formula.
fn safe(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

/// Writes `book` as a workbook, with the date `made` in its properties.
///
/// # Errors
/// A cell has more than 32,767 characters.
pub fn write_xlsx(book: &Book, made: time::OffsetDateTime) -> Result<Vec<u8>, BookError> {
    let mut workbook = Workbook::new();
    let made = rust_xlsxwriter::ExcelDateTime::from_timestamp(made.unix_timestamp())?;
    workbook.set_properties(&rust_xlsxwriter::DocProperties::new().set_creation_datetime(&made));
    let cell = Format::new().set_text_wrap().set_align(FormatAlign::Top).set_border(FormatBorder::Thin);
    let head = cell.clone().set_bold().set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter);
    let sheet = workbook.add_worksheet().set_name(&Profile::default_profile().register.name)?;
    for (column, (title, width)) in (0_u16..).zip(headings().into_iter().zip(WIDTHS)) {
        sheet.set_column_width(column, width)?;
        sheet.write_with_format(0, column, title, &head)?;
    }
    for (row, line) in (1_u32..).zip(&book.lines) {
        for (column, text) in (0_u16..).zip(&line.0) {
            // Text, even where it looks like a number: codes have leading zeros.
            sheet.write_string_with_format(row, column, text, &cell)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?.set_landscape().set_repeat_rows(0, 0)?;
    Ok(workbook.save_to_buffer()?)
}

/// Reads an older book: the ten columns, of `series`. Dates are written `18/06/2020` or `2020-06-18`.
///
/// # Errors
/// The columns are not the register's, or a line has no number or no date.
pub fn read_csv(bytes: &[u8], series: &str) -> Result<Vec<(EntryKey, Registration)>, BookError> {
    let bytes = bytes.strip_prefix(BOM.as_bytes()).unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
    let found = reader.headers()?.clone();
    for (index, expected) in headings().into_iter().enumerate() {
        if found.get(index) != Some(expected) {
            return Err(BookError::Heading { column: index + 1, expected });
        }
    }
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record?;
        let at = record.position().map_or(0, csv::Position::byte);
        lines.push(read(&record, series).map_err(|what| BookError::Line { line: line(bytes, at), what })?);
        if lines.len() > MAX_IMPORT {
            return Err(BookError::Length(MAX_IMPORT));
        }
    }
    Ok(lines)
}

/// The line, from 1, of the record at `at`. The reader's own count is one short where lines end in CR LF: it puts
/// the LF at the beginning of the next record.
fn line(bytes: &[u8], at: u64) -> u64 {
    let at = usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
    let (before, after) = bytes.split_at(at);
    let ends = after.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    let ended = before.iter().chain(ends).filter(|byte| **byte == b'\n').count();
    ended as u64 + 1
}

fn read(record: &csv::StringRecord, series: &str) -> Result<(EntryKey, Registration), &'static str> {
    let cell = |index: usize| record.get(index).unwrap_or_default().to_owned();
    let code = cell(0);
    let (number, notation) =
        number_and_notation(&code).ok_or("no number and notation, such as 201/BC-UBND")?;
    let date = date(&cell(1)).ok_or("no date, such as 18/06/2020")?;
    let (kind, subject) = kind_and_subject(&cell(2));
    let copies = cell(6);
    let copies = if copies.is_empty() { Ok(0) } else { copies.parse() };
    let copies = copies.map_err(|_| "the number of copies is no number")?;
    let [.., sent, received, _] = headings();
    let column = |index: usize, name: &str| match cell(index).as_str() {
        "" => None,
        text => Some(format!("{name}: {text}")),
    };
    // What an older book says of sending and receiving is kept as it was written.
    let notes = [Some(cell(9)).filter(|note| !note.is_empty()), column(7, sent), column(8, received)];
    let key = EntryKey { series: series.to_owned(), year: date.year(), number };
    let metadata = Metadata {
        type_name: kind.clone(),
        code_number: number.to_string(),
        code_notation: notation.to_owned(),
        issued_date: date.to_string(),
        subject: subject.clone(),
        signer_info: SignerInfo { position: String::new(), full_name: cell(3) },
        issued_amount: copies,
        ..Metadata::default()
    };
    let document = Registration {
        code: code.clone(),
        date: date.to_string(),
        kind,
        subject,
        signer: cell(3),
        recipients: cell(4),
        archive: cell(5),
        copies,
        note: notes.into_iter().flatten().collect::<Vec<_>>().join("; "),
        metadata,
        ..Registration::default()
    };
    Ok((key, document))
}

fn date(text: &str) -> Option<Date> {
    let vietnamese = format_description!("[day padding:none]/[month padding:none]/[year]");
    let iso = format_description!("[year]-[month]-[day]");
    Date::parse(text, vietnamese).or_else(|_| Date::parse(text, iso)).ok()
}

/// The third column begins with a kind that the decree knows, or has none.
fn kind_and_subject(text: &str) -> (String, String) {
    let profile = Profile::default_profile();
    let kinds = profile.slugs().into_iter().filter_map(|slug| profile.kind(slug));
    let names = kinds.map(|kind| kind.name.as_str());
    let found = names.filter_map(|name| Some((name, text.strip_prefix(name)?.strip_prefix(':')?))).next();
    match found {
        Some((kind, subject)) => (kind.to_owned(), subject.trim().to_owned()),
        None => (String::new(), text.to_owned()),
    }
}
