//! The checked document: typed values, text as runs. [`super::parse`] is the only way to get one.

use serde::Serialize;
use time::Date;

pub use super::kind::Kind;

/// An official document that passed every check and may be laid out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Document {
    /// Kind of document (tên loại).
    pub kind: Kind,
    /// The letterhead: who issues it, its number, place and date.
    pub header: Header,
    /// Subject (trích yếu nội dung).
    pub subject: Text,
    /// Addressees (Kính gửi), as the author wrote them; empty where the kind has none.
    pub addressees: Vec<Text>,
    /// The content.
    pub body: Vec<Block>,
    /// Recipients (Nơi nhận) and archive line.
    pub recipients: Recipients,
    /// Signature block (quyền hạn, chức vụ, họ tên).
    pub signature: SignatureBlock,
}

/// The letterhead.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Header {
    /// The agency's direct superior (cơ quan chủ quản), one entry a printed line; often none.
    pub superior: Vec<String>,
    /// The issuing agency (cơ quan ban hành), one entry a printed line.
    pub agency: Vec<String>,
    /// Number (số) in the calendar year; `None` until the register gives one.
    pub number: Option<u32>,
    /// Notation (ký hiệu), such as `BC-UBND`.
    pub notation: String,
    /// Place (địa danh).
    pub place: String,
    /// Date of issue; `None` until the document is issued.
    pub date: Option<Date>,
}

/// Text as runs of one style each; adjacent runs differ in style, no run is empty, all is NFC.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Text(pub Vec<Run>);

/// A stretch of text in one style.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Run {
    /// The characters.
    pub text: String,
    /// Bold.
    pub bold: bool,
    /// Italic.
    pub italic: bool,
}

/// A piece of the content.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Block {
    /// A paragraph.
    Paragraph {
        /// Its text.
        text: Text,
    },
    /// A heading with the author's own number.
    Heading {
        /// 1 for the outermost, at most 3.
        level: u8,
        /// The number as the author wrote it, such as `1.2.`; may be empty.
        number: String,
        /// Its text.
        text: Text,
    },
    /// An item with the author's own marker, set as a paragraph.
    Item {
        /// `-`, `+` or `*`.
        marker: Marker,
        /// The marker's text, which may begin with a bold run-in label.
        text: Text,
    },
    /// A table.
    Table(Table),
}

/// The marker of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Marker {
    /// `-`
    #[serde(rename = "-")]
    Dash,
    /// `+`
    #[serde(rename = "+")]
    Plus,
    /// `*`
    #[serde(rename = "*")]
    Star,
}

impl Marker {
    /// The marker as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Marker::Dash => "-",
            Marker::Plus => "+",
            Marker::Star => "*",
        }
    }
}

/// A table. Its rows, spans counted, fill exactly `columns.len()` columns.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Table {
    /// Caption over the table; also its description for readers that can't see it.
    pub caption: Option<Text>,
    /// The columns, at least one.
    pub columns: Vec<Column>,
    /// The body rows.
    pub rows: Vec<Row>,
}

impl Table {
    /// The cells, row by row, with the columns that each one covers. (A table's rows fill its columns.)
    pub fn placed(&self) -> impl Iterator<Item = Placed<'_>> {
        let mut covered = vec![0_usize; self.columns.len()];
        self.rows.iter().flat_map(move |row| {
            let mut at = 0;
            let mut placed = Vec::with_capacity(row.cells.len());
            for cell in &row.cells {
                at += covered.iter().skip(at).take_while(|rows| **rows > 0).count();
                let end = at.saturating_add(cell.colspan).min(covered.len());
                covered.iter_mut().take(end).skip(at).for_each(|rows| *rows = cell.rowspan);
                placed.push(Placed { row, cell, columns: at..end });
                at = end;
            }
            covered.iter_mut().for_each(|rows| *rows = rows.saturating_sub(1));
            placed
        })
    }
}

/// A cell where it stands.
#[derive(Debug, Clone)]
pub struct Placed<'a> {
    /// Its row.
    pub row: &'a Row,
    /// The cell.
    pub cell: &'a Cell,
    /// The columns that it covers, from 0.
    pub columns: std::ops::Range<usize>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Column {
    /// Its cell in the header row, which is repeated on each page.
    pub title: Text,
    /// How its body cells are aligned.
    pub align: Align,
    /// Width in millimetres; `None` lets the column take what its text asks for.
    pub width: Option<f64>,
}

/// Horizontal alignment in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Align {
    /// Flush left.
    #[default]
    Left,
    /// Centred.
    Center,
    /// Flush right.
    Right,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// A group row heads the rows below it and is set bold.
    pub group: bool,
    /// Its cells from left to right; columns covered by a rowspan from above have none.
    pub cells: Vec<Cell>,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cell {
    /// Its text, which may be empty.
    pub text: Text,
    /// Columns it spans, at least 1.
    pub colspan: usize,
    /// Rows it spans, at least 1.
    pub rowspan: usize,
    /// Alignment where it differs from the column's.
    pub align: Option<Align>,
}

/// Recipients (Nơi nhận).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recipients {
    /// The recipients, without dash and final punctuation, such as `Như trên`.
    pub items: Vec<String>,
    /// The archive line (Lưu), without `Lưu:` and full stop, such as `VT, NV`.
    pub archive: String,
}

/// Signature block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignatureBlock {
    /// Authority lines (quyền hạn: TM., KT., TL., TUQ., Q.), such as `TM. ỦY BAN NHÂN DÂN`.
    pub authority: Vec<String>,
    /// The signer's position (chức vụ), such as `CHỦ TỊCH`.
    pub position: String,
    /// The signer's name.
    pub name: String,
}

impl Document {
    /// Number and notation (số, ký hiệu), such as `201/BC-UBND`; numbers below 10 get a zero
    /// (NĐ 30/2020, Phụ lục I, II.3). `None` where no number is given yet.
    pub fn code(&self) -> Option<String> {
        self.header.number.map(|number| format!("{number:02}/{}", self.header.notation))
    }

    /// Place and date, such as `Hòa An, ngày 18 tháng 6 năm 2020`: days below 10 and the months 1
    /// and 2 get a zero (NĐ 30/2020, Phụ lục I, II.4). `None` where there is no date yet.
    pub fn date_line(&self) -> Option<String> {
        let date = self.header.date?;
        let month = u8::from(date.month());
        let month = if month < 3 { format!("{month:02}") } else { month.to_string() };
        Some(format!("{}, ngày {:02} tháng {month} năm {}", self.header.place, date.day(), date.year()))
    }

    /// The name of the document's files without their ending, such as `201-BC-UBND`.
    pub fn file_stem(&self) -> String {
        let number = self.header.number.map(|number| format!("{number:02}-")).unwrap_or_default();
        format!("{number}{}", self.header.notation)
    }

    /// The document with the number and the date that it is issued under.
    pub fn issued(mut self, number: u32, date: Date) -> Document {
        self.header.number = Some(number);
        self.header.date = Some(date);
        self
    }
}

impl Text {
    /// The characters without their styles.
    pub fn plain(&self) -> String {
        self.0.iter().map(|run| run.text.as_str()).collect()
    }
}
