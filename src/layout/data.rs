//! A document as the template reads it: strings, numbers and lists.

use serde::Serialize;
use time::OffsetDateTime;

use super::columns;
use crate::document::model::{Align, Block, Cell, Document, Run, Table, Text};
use crate::fonts::{Faces, Measure};

/// What a layout needs beside the document.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The canonical JSON that is attached to the PDF.
    pub json: &'a str,
    /// When the file is made; it goes into the PDF's metadata.
    pub created: OffsetDateTime,
    /// Whether the pages say that they are a draft.
    pub mark: DraftMark,
}

/// Whether the pages say that they are a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftMark {
    /// «DỰ THẢO» across every page.
    Draft,
    /// No mark: the register gave the number.
    Issued,
}

/// Cells longer than this (in characters) may be broken across pages.
const LONG_CELL: usize = 600;

#[derive(Serialize)]
pub(super) struct ReportData<'a> {
    family: &'a str,
    title: String,
    author: String,
    draft: bool,
    superior: &'a [String],
    agency: &'a [String],
    number_line: String,
    date_line: String,
    kind_title: &'static str,
    subject: &'a [Run],
    addressees: Vec<Vec<Run>>,
    body: Vec<BlockData<'a>>,
    sticky: usize,
    recipients: Vec<String>,
    authority: &'a [String],
    position: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
#[serde(tag = "block", rename_all = "lowercase")]
enum BlockData<'a> {
    Paragraph { text: &'a [Run] },
    Heading { level: u8, number: &'a str, text: &'a [Run] },
    Item { marker: &'static str, text: &'a [Run] },
    Table(TableData<'a>),
}

#[derive(Serialize)]
struct TableData<'a> {
    caption: Option<&'a [Run]>,
    widths: Vec<f64>,
    aligns: Vec<Align>,
    titles: Vec<&'a [Run]>,
    cells: Vec<CellData<'a>>,
}

#[derive(Serialize)]
struct CellData<'a> {
    text: &'a [Run],
    colspan: usize,
    rowspan: usize,
    align: Option<Align>,
    group: bool,
    long: bool,
}

impl<'a> ReportData<'a> {
    pub(super) fn of(document: &'a Document, source: &Source<'_>, faces: &'a Faces) -> ReportData<'a> {
        let measure = faces.measure();
        let header = &document.header;
        ReportData {
            family: faces.family(),
            title: title(document),
            author: header.agency.join(" "),
            draft: source.mark == DraftMark::Draft,
            superior: &header.superior,
            agency: &header.agency,
            // A draft leaves room for what the clerk fills in.
            number_line: match document.code() {
                Some(code) => format!("Số: {code}"),
                None => format!("Số: {}/{}", "\u{A0}".repeat(8), header.notation),
            },
            date_line: document.date_line().unwrap_or_else(|| {
                let room = "\u{A0}".repeat(5);
                format!("{}, ngày{room}tháng{room}năm{room}{room}", header.place)
            }),
            kind_title: document.kind.title(),
            subject: &document.subject.0,
            addressees: addressees(&document.addressees),
            body: document.body.iter().map(|block| block_data(block, &measure)).collect(),
            sticky: sticky(&document.body),
            recipients: recipients(document),
            authority: &document.signature.authority,
            position: &document.signature.position,
            name: &document.signature.name,
        }
    }
}

/// The PDF's title.
fn title(document: &Document) -> String {
    let number = document.code().map(|code| format!(" số {code}")).unwrap_or_default();
    format!("{}{number}: {}", document.kind.name(), document.subject.plain())
}

/// One addressee stands as it was written; several end with `;`, the last with `.`
/// (NĐ 30/2020, Phụ lục I, II.9.a).
fn addressees(addressees: &[Text]) -> Vec<Vec<Run>> {
    let count = addressees.len();
    addressees
        .iter()
        .enumerate()
        .map(|(index, addressee)| {
            let mut runs = addressee.0.clone();
            let punctuated = addressee.plain().trim_end().ends_with([';', '.']);
            if count > 1 && !punctuated {
                let mark = if index + 1 == count { "." } else { ";" };
                runs.push(Run { text: mark.to_owned(), bold: false, italic: false });
            }
            runs
        })
        .collect()
}

/// The recipients end with `;`, the archive line with `.` (NĐ 30/2020, Phụ lục I, II.9.b).
fn recipients(document: &Document) -> Vec<String> {
    let recipients = &document.recipients;
    let archive = format!("Lưu: {}.", recipients.archive);
    recipients.items.iter().map(|item| format!("{item};")).chain([archive]).collect()
}

/// How many of the last blocks keep to the signature block, so that at least two lines of text do.
fn sticky(body: &[Block]) -> usize {
    const TWO_LINES: usize = 150;
    match body.last() {
        Some(Block::Paragraph { text } | Block::Item { text, .. } | Block::Heading { text, .. })
            if text.plain().chars().count() >= TWO_LINES =>
        {
            1
        }
        Some(_) => 2.min(body.len()),
        None => 0,
    }
}

fn block_data<'a>(block: &'a Block, measure: &Measure<'_>) -> BlockData<'a> {
    match block {
        Block::Paragraph { text } => BlockData::Paragraph { text: &text.0 },
        Block::Heading { level, number, text } => BlockData::Heading { level: *level, number, text: &text.0 },
        Block::Item { marker, text } => BlockData::Item { marker: marker.as_str(), text: &text.0 },
        Block::Table(table) => BlockData::Table(table_data(table, measure)),
    }
}

fn table_data<'a>(table: &'a Table, measure: &Measure<'_>) -> TableData<'a> {
    TableData {
        caption: table.caption.as_ref().map(|caption| caption.0.as_slice()),
        widths: columns::widths(table, measure),
        aligns: table.columns.iter().map(|column| column.align).collect(),
        titles: table.columns.iter().map(|column| column.title.0.as_slice()).collect(),
        cells: table
            .rows
            .iter()
            .flat_map(|row| row.cells.iter().map(|cell| cell_data(cell, row.group)))
            .collect(),
    }
}

fn cell_data(cell: &Cell, group: bool) -> CellData<'_> {
    CellData {
        text: &cell.text.0,
        colspan: cell.colspan,
        rowspan: cell.rowspan,
        align: cell.align,
        group,
        long: cell.text.plain().chars().count() > LONG_CELL,
    }
}
