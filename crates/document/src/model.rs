//! The checked document: typed values, text as runs. [`crate::parse_in`] is the only way to get one.

use serde::Serialize;
use time::Date;

pub use super::image::{Image, ImageFormat};
use super::kind::DocumentKind;
use super::profile::Profile;

/// An official document that passed every check and may be laid out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Document {
    /// The decree that it follows.
    #[serde(serialize_with = "super::profile::as_name")]
    pub profile: &'static Profile,
    /// Kind of document (tên loại).
    #[serde(serialize_with = "super::kind::as_slug")]
    pub kind: &'static DocumentKind,
    /// What the office chose where the decree leaves a choice.
    pub style: DocumentStyle,
    /// Whether it goes out on paper or as a file.
    pub medium: Medium,
    /// Mark of urgency (độ khẩn), by its name in the profile.
    pub urgency: Option<String>,
    /// Mark of circulation (chỉ dẫn phạm vi lưu hành), by its name in the profile.
    pub circulation: Option<String>,
    /// The letterhead: who issues it, its number, place and date.
    pub header: Header,
    /// Issuing authority (thẩm quyền ban hành), such as `Chủ tịch Ủy ban nhân dân xã Hòa An`.
    pub issuer: Option<String>,
    /// Subject (trích yếu nội dung).
    pub subject: Text,
    /// Addressees (Kính gửi), as the author wrote them; empty where the kind has none.
    pub addressees: Vec<Text>,
    /// Legal bases (căn cứ ban hành), without final punctuation.
    pub bases: Vec<Text>,
    /// The content, in the order of the page.
    pub body: Vec<Block>,
    /// Recipients (Nơi nhận) and archive line.
    pub recipients: Recipients,
    /// Signature block (quyền hạn, chức vụ, họ tên).
    pub signature: SignatureBlock,
    /// A second signature on the left (thư ký; the other party).
    pub cosignature: Option<SignatureBlock>,
    /// Address, telephone and the like, in the foot of page 1 (ô 13).
    pub contact: Vec<String>,
    /// Appendices (phụ lục) in their order.
    pub appendices: Vec<Appendix>,
}

/// What the office chose where the decree leaves a choice (NĐ 30/2020, Phụ lục I, II.6.e).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct DocumentStyle {
    /// Size of body text, in points; it selects a set of sizes.
    pub size: u8,
    /// Indent of first lines, in millimetres.
    pub indent: f64,
    /// Space between paragraphs, in points.
    pub spacing: f64,
    /// Line spacing; 1 is single.
    pub leading: f64,
}

/// Whether a document goes out on paper or as a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Medium {
    /// As a file (văn bản điện tử).
    #[default]
    Electronic,
    /// On paper (văn bản giấy).
    Paper,
}

/// An appendix (phụ lục), or a document that this one promulgates (quy chế ban hành kèm theo).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Appendix {
    /// Roman numeral where there are several; empty otherwise.
    pub number: String,
    /// The kind of an enclosed document, which has a letterhead; `None` for an appendix.
    #[serde(serialize_with = "as_slug_or_none")]
    pub kind: Option<&'static DocumentKind>,
    /// Its title, which the page has in capitals.
    pub title: Text,
    /// Whether its pages lie on their side.
    pub landscape: bool,
    /// Whether it is a file of its own, which the agency signs too.
    pub separate: bool,
    /// What it says, or the file that says it.
    pub content: Content,
}

/// What an appendix says.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// Blocks, which are laid out as the document's are.
    Body(Vec<Block>),
    /// A PDF that existed already; always a file of its own.
    Pdf(ForeignFile),
}

/// A file that is kept as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ForeignFile {
    /// The name that the document has for it, with its ending.
    pub name: String,
    /// Its SHA-256 digest in lower case hexadecimal.
    pub sha256: String,
    /// Its bytes, where they were at hand.
    #[serde(skip)]
    pub bytes: Option<std::sync::Arc<[u8]>>,
}

fn as_slug_or_none<S: serde::Serializer>(
    kind: &Option<&'static DocumentKind>,
    to: S,
) -> Result<S::Ok, S::Error> {
    kind.map(|kind| &kind.slug).serialize(to)
}

/// The letterhead (ô 1–4): who issues the document, its number, place and date.
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
    /// Place (địa danh), such as `Hòa An`.
    pub place: String,
    /// Date of issue; `None` until the document is issued.
    pub date: Option<Date>,
}

/// Text as runs of one style each; adjacent runs differ in style or have a footnote between them, no
/// run is empty, all is NFC. `\n` is a line break.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Text(pub Vec<Run>);

/// A stretch of text in one style.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Run {
    /// The characters, in NFC.
    pub text: String,
    /// Whether it is bold.
    pub bold: bool,
    /// Whether it is italic.
    pub italic: bool,
    /// A footnote whose mark follows the run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<Text>,
}

impl Run {
    /// A run without a footnote.
    pub fn new(text: impl Into<String>, bold: bool, italic: bool) -> Run {
        Run { text: text.into(), bold, italic, note: None }
    }
}

/// A piece of the content.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Block {
    /// A paragraph whose first line is indented.
    Paragraph {
        /// Its text, with emphasis and footnotes.
        text: Text,
    },
    /// A heading with the author's own number.
    Heading {
        /// 1 for the outermost, at most 3.
        level: u8,
        /// The number as the author wrote it, such as `1.2.`; may be empty.
        number: String,
        /// Its text, with emphasis and footnotes.
        text: Text,
    },
    /// An item with the author's own marker, set as a paragraph.
    Item {
        /// The marker as the author wrote it, such as `-`, `+` or `(1)`.
        marker: String,
        /// 1 for the outermost, at most 4.
        level: u8,
        /// The marker's text, which may begin with a bold run-in label.
        text: Text,
    },
    /// Phần, chương, mục or tiểu mục: number and title on lines of their own.
    Division {
        /// The word for it in the profile, such as `chuong`.
        division: String,
        /// Roman (phần, chương) or Arabic.
        number: String,
        /// Its title in sentence case; it is printed in capitals.
        title: Text,
    },
    /// An article (điều): its number counts through the whole document.
    Article(Provision),
    /// A clause (khoản) of the article before it.
    Clause(Provision),
    /// A point (điểm) of the clause before it.
    Point {
        /// The letter without its bracket, such as `đ`.
        letter: String,
        /// Its text, with emphasis and footnotes.
        text: Text,
    },
    /// A table over the width of the line.
    Table(Table),
    /// An image with its caption.
    Figure(Figure),
    /// Blocks on pages that lie on their side.
    Landscape {
        /// The blocks; none of them is landscape itself.
        body: Vec<Block>,
    },
}

/// An article or a clause: a title on a line of its own, or text after the number, or both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Provision {
    /// The number without its full stop, such as `1`.
    pub number: String,
    /// Its title; may be empty.
    pub title: Text,
    /// Its text; may be empty where there is a title.
    pub text: Text,
}

/// An image with its caption.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figure {
    /// The image as the file has it, checked.
    pub image: Image,
    /// What it shows, for readers that can't see it (ISO 14289-1 7.3).
    pub alt: String,
    /// The caption, which stands under it in italics.
    pub caption: Option<Text>,
    /// Width in millimetres; `None` takes the image's own at 150 pixels an inch.
    pub width: Option<f64>,
}

/// A table. Its rows, spans counted, fill exactly `columns.len()` columns.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Table {
    /// Caption over the table; also its description for readers that can't see it.
    pub caption: Option<Text>,
    /// The columns, at least one.
    pub columns: Vec<Column>,
    /// The rows below the head, in their order.
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
    /// The row that it is a cell of.
    pub row: &'a Row,
    /// The cell that stands there.
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
    /// Flush left (căn trái).
    #[default]
    Left,
    /// In the middle of the cell (căn giữa).
    Center,
    /// Flush right (căn phải).
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

/// Recipients (nơi nhận, ô 9b) and the archive line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recipients {
    /// The recipients, without dash and final punctuation, such as `Như trên`.
    pub items: Vec<String>,
    /// The archive line (Lưu), without `Lưu:` and full stop, such as `VT, NV`.
    pub archive: String,
    /// Drafter's sign and number of copies (ký hiệu người soạn thảo, số lượng bản), such as `PL.(300)`.
    pub drafter: Option<String>,
}

/// Signature block (ô 7): authority, position and name of who signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignatureBlock {
    /// Authority lines (quyền hạn: TM., KT., TL., TUQ., Q.), such as `TM. ỦY BAN NHÂN DÂN`.
    pub authority: Vec<String>,
    /// The signer's position (chức vụ), such as `CHỦ TỊCH`.
    pub position: String,
    /// The signer's name without degrees and titles.
    pub name: String,
}

impl Document {
    /// Number and notation (số, ký hiệu), such as `201/BC-UBND`; numbers below 10 get a zero
    /// (NĐ 30/2020, Phụ lục I, II.3). `None` where no number is given yet.
    pub fn code(&self) -> Option<String> {
        self.header.number.map(|number| vanthu_base::number::code(number, &self.header.notation))
    }

    /// Place and date, such as `Hòa An, ngày 18 tháng 6 năm 2020`. `None` where there is no date yet.
    pub fn date_line(&self) -> Option<String> {
        Some(format!("{}, {}", self.header.place, date_in_words(self.header.date?)))
    }

    /// The name of the document's files without their ending, such as `201-BC-UBND`.
    pub fn file_stem(&self) -> String {
        let number = self
            .header
            .number
            .map(|number| format!("{}-", vanthu_base::number::digits(number)))
            .unwrap_or_default();
        format!("{number}{}", self.header.notation)
    }

    /// The document with the number and the date that it is issued under.
    pub fn issued(mut self, number: u32, date: Date) -> Document {
        self.header.number = Some(number);
        self.header.date = Some(date);
        self
    }
}

/// A date such as `ngày 18 tháng 6 năm 2020`: days below 10 and the months 1 and 2 get a zero
/// (NĐ 30/2020, Phụ lục I, II.4).
pub fn date_in_words(date: Date) -> String {
    let month = u8::from(date.month());
    let month = if month < 3 { format!("{month:02}") } else { month.to_string() };
    format!("ngày {:02} tháng {month} năm {}", date.day(), date.year())
}

impl Block {
    /// Its running text, where it has one.
    pub fn text(&self) -> Option<&Text> {
        match self {
            Block::Paragraph { text }
            | Block::Heading { text, .. }
            | Block::Item { text, .. }
            | Block::Point { text, .. } => Some(text),
            Block::Article(provision) | Block::Clause(provision) if provision.text.0.is_empty() => {
                Some(&provision.title)
            }
            Block::Article(provision) | Block::Clause(provision) => Some(&provision.text),
            Block::Division { title, .. } => Some(title),
            Block::Table(_) | Block::Figure(_) | Block::Landscape { .. } => None,
        }
    }
}

/// Blocks and the blocks inside of them, in the order of the text.
pub fn walk(body: &[Block]) -> Box<dyn Iterator<Item = &Block> + '_> {
    Box::new(body.iter().flat_map(|block| -> Box<dyn Iterator<Item = &Block> + '_> {
        match block {
            Block::Landscape { body } => Box::new(std::iter::once(block).chain(walk(body))),
            _ => Box::new(std::iter::once(block)),
        }
    }))
}

impl Document {
    /// The appendices that are files of their own, with their place among all (from 0).
    pub fn separate(&self) -> impl Iterator<Item = (usize, &Appendix)> {
        self.appendices.iter().enumerate().filter(|(_, appendix)| appendix.separate)
    }
}

impl Text {
    /// The characters without their styles and footnotes.
    pub fn plain(&self) -> String {
        self.0.iter().map(|run| run.text.as_str()).collect()
    }
}
