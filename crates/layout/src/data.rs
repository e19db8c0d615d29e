//! A document as the template reads it: strings, numbers and lists.

use serde::Serialize;
use time::OffsetDateTime;

use super::code::CodeData;
use super::columns::{self, Grid};
use super::outline::Outline;
use crate::document::model::{
    Align, Appendix, Block, Cell, Content, Document, Figure, Medium, Placed, Provision, Run, SignatureBlock,
    Table, Text,
};
use crate::document::profile::{Columns, FramedMark, IssuerPlace, MM, Page, Sizes};
use crate::fonts::{Faces, Measure};
use crate::qr::Link;

/// What a layout needs beside the document.
#[derive(Debug, Clone, Copy)]
pub struct LayoutOptions<'a> {
    /// The canonical JSON that is attached to the PDF.
    pub json: &'a str,
    /// When the file is made; it goes into the PDF's metadata.
    pub created: OffsetDateTime,
    /// Whether the pages say that they are a draft.
    pub mark: DraftMark,
    /// Where the code on the first page leads, where it has one.
    pub link: Option<&'a Link>,
}

/// Whether the pages say that they are a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftMark {
    /// «DỰ THẢO» across every page.
    Draft,
    /// No mark: the register gave the number.
    Issued,
    /// No mark, and fields where number and date will be filled in.
    NumberLater,
}

/// What of a document is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentPart {
    /// The document with the appendices that stand in its own file.
    Main,
    /// The appendix with this place (from 0), which is a file of its own.
    Appendix(usize),
}

/// Lines of a cell from which on its row may go on over the next page.
const TALL_CELL: f64 = 16.0;
/// Lines of a table's head from which on it does not stand again on every page: it could fill them.
const TALL_HEAD: f64 = 20.0;

#[derive(Serialize)]
pub(super) struct DocumentData<'a> {
    family: &'a str,
    title: String,
    author: String,
    draft: Option<&'a str>,
    page: &'a Page,
    columns: &'a Columns,
    sizes: &'a Sizes,
    style: StyleData,
    labels: LabelData<'a>,
    /// `None` where only an appendix is laid out.
    main: Option<MainData<'a>>,
    appendices: Vec<AppendixData<'a>>,
}

#[derive(Serialize)]
struct StyleData {
    /// Of first lines, in millimetres.
    indent: f64,
    /// Between paragraphs, in points.
    spacing: f64,
    /// Between two lines, in em.
    leading: f64,
}

#[derive(Serialize)]
struct LabelData<'a> {
    country: &'a str,
    motto: &'a str,
    subject: &'a str,
    recipients: &'a str,
}

#[derive(Serialize)]
struct MainData<'a> {
    letterhead: LetterheadData<'a>,
    urgency: Option<&'a FramedMark>,
    circulation: Option<&'a FramedMark>,
    kind_title: Option<&'a str>,
    subject: TextData<'a>,
    /// The subject of a letter, which stands under the number.
    letter_subject: Option<TextData<'a>>,
    issuer: Option<String>,
    bases: Vec<Vec<Run>>,
    enacts: Option<&'a str>,
    addressees: Option<AddresseesData>,
    body: Vec<BlockData<'a>>,
    recipients: Vec<String>,
    signature: &'a SignatureBlock,
    cosignature: Option<&'a SignatureBlock>,
    contact: &'a [String],
    code: Option<CodeData>,
}

#[derive(Serialize)]
struct LetterheadData<'a> {
    superior: &'a [String],
    agency: &'a [String],
    number_line: Option<String>,
    date_line: Option<String>,
    /// Whether a field stands in its place.
    number_late: bool,
    date_late: bool,
}

#[derive(Serialize)]
struct AddresseesData {
    lead: String,
    /// Whether the lead is a sentence rather than «Kính gửi:».
    sentence: bool,
    listed: bool,
    dashes: bool,
    items: Vec<Vec<Run>>,
}

#[derive(Serialize)]
struct AppendixData<'a> {
    /// «Phụ lục I», or the kind of an enclosed document.
    label: String,
    letterhead: Option<LetterheadData<'a>>,
    title: TextData<'a>,
    reference: String,
    landscape: bool,
    /// Whether the agency signs it in the top right corner.
    corner: bool,
    body: Vec<BlockData<'a>>,
}

/// Text: a string where all of it is plain.
#[derive(Serialize)]
#[serde(untagged)]
enum TextData<'a> {
    Plain(&'a str),
    Runs(&'a [Run]),
}

impl<'a> From<&'a Text> for TextData<'a> {
    fn from(text: &'a Text) -> TextData<'a> {
        match text.0.as_slice() {
            [] => TextData::Plain(""),
            [Run { text, bold: false, italic: false, note: None }] => TextData::Plain(text),
            runs => TextData::Runs(runs),
        }
    }
}

#[derive(Serialize)]
#[serde(tag = "block", rename_all = "lowercase")]
enum BlockData<'a> {
    Paragraph {
        text: TextData<'a>,
    },
    Heading {
        depth: usize,
        italic: bool,
        number: &'a str,
        text: TextData<'a>,
    },
    Item {
        marker: &'a str,
        level: u8,
        text: TextData<'a>,
    },
    Division {
        depth: usize,
        label: String,
        title: TextData<'a>,
    },
    Provision {
        depth: usize,
        label: String,
        bold: bool,
        title: Option<TextData<'a>>,
        text: Option<TextData<'a>>,
    },
    Table(TableData<'a>),
    Figure(FigureData<'a>),
    Landscape {
        body: Vec<BlockData<'a>>,
    },
}

#[derive(Serialize)]
struct FigureData<'a> {
    path: String,
    format: &'static str,
    alt: &'a str,
    caption: Option<TextData<'a>>,
    /// Width and height, in millimetres.
    width: f64,
    height: f64,
}

#[derive(Serialize)]
struct TableData<'a> {
    caption: Option<TextData<'a>>,
    widths: Vec<f64>,
    aligns: Vec<Align>,
    titles: Vec<TextData<'a>>,
    /// Whether the titles stand again on every page.
    repeats: bool,
    cells: Vec<CellData<'a>>,
    /// The cells with which a row begins that no merged cell reaches into.
    rows: Vec<usize>,
    /// Those of `rows` before which a new page begins; see [`super::notes`].
    cuts: Vec<usize>,
}

/// A cell; most are nothing but their text.
#[derive(Serialize)]
#[serde(untagged)]
enum CellData<'a> {
    Text(TextData<'a>),
    Cell {
        text: TextData<'a>,
        colspan: usize,
        rowspan: usize,
        align: Option<Align>,
        group: bool,
        breakable: bool,
    },
}

impl<'a> DocumentData<'a> {
    pub(super) fn of(
        document: &'a Document,
        part: DocumentPart,
        source: &LayoutOptions<'_>,
        code: Option<CodeData>,
        faces: &'a Faces,
    ) -> DocumentData<'a> {
        let profile = document.profile;
        let mut setter =
            Setter { document, measure: faces.measure(), images: 0, outline: Outline::default() };
        let main = (part == DocumentPart::Main).then(|| setter.main(source.mark, code));
        let appendices = appendices(document, part)
            .into_iter()
            .filter_map(|index| document.appendices.get(index))
            .map(|appendix| setter.appendix(appendix))
            .collect();
        DocumentData {
            family: faces.family(),
            title: title(document, part),
            author: document.header.agency.join(" "),
            draft: (source.mark == DraftMark::Draft).then_some(profile.labels.draft.as_str()),
            page: &profile.page,
            columns: &profile.columns,
            sizes: profile.sizes(document.style.size),
            style: StyleData {
                indent: document.style.indent,
                spacing: document.style.spacing,
                // Single spacing is 1.149 em in Times New Roman; a line of the template is 1 em high.
                leading: document.style.leading * 1.149 - 1.0,
            },
            labels: LabelData {
                country: &profile.labels.country,
                motto: &profile.labels.motto,
                subject: &profile.labels.subject,
                recipients: &profile.labels.recipients,
            },
            main,
            appendices,
        }
    }
}

impl DocumentData<'_> {
    /// The words beside the code on the first page.
    pub(super) fn code_caption(&self) -> Option<&str> {
        self.main.as_ref()?.code.as_ref().map(|code| code.caption.as_str())
    }
}

/// The appendices of `document` (their places, from 0) that are laid out with `part`.
pub(super) fn appendices(document: &Document, part: DocumentPart) -> Vec<usize> {
    let is_laid_out = |(index, appendix): &(usize, &Appendix)| match part {
        DocumentPart::Main => !appendix.separate,
        DocumentPart::Appendix(wanted) => *index == wanted,
    };
    document.appendices.iter().enumerate().filter(is_laid_out).map(|(index, _)| index).collect()
}

/// Sets a document block by block.
struct Setter<'a> {
    document: &'a Document,
    measure: Measure<'a>,
    /// Images that were met.
    images: usize,
    outline: Outline,
}

impl<'a> Setter<'a> {
    fn main(&mut self, mark: DraftMark, code: Option<CodeData>) -> MainData<'a> {
        let document = self.document;
        let (profile, form) = (document.profile, &document.kind.form);
        self.outline = Outline::default();
        let late = mark == DraftMark::NumberLater;
        MainData {
            letterhead: LetterheadData {
                superior: &document.header.superior,
                agency: &document.header.agency,
                number_line: Some(number_line(document)),
                date_line: form.place.then(|| date_line(document)),
                number_late: late,
                date_late: late && form.place && document.header.date.is_none(),
            },
            urgency: document.urgency.as_ref().and_then(|name| profile.urgency.get(name)),
            circulation: document.circulation.as_ref().and_then(|name| profile.circulation.get(name)),
            kind_title: form.title.then_some(document.kind.title.as_str()),
            subject: (&document.subject).into(),
            letter_subject: (!form.title).then(|| (&document.subject).into()),
            issuer: document
                .issuer
                .as_ref()
                .filter(|_| form.issuer == IssuerPlace::Title)
                .map(|issuer| issuer.to_uppercase()),
            bases: punctuated(&document.bases, true),
            enacts: form.enacts.as_deref(),
            addressees: addressees(document),
            body: self.body(&document.body, false),
            recipients: recipients(document),
            signature: &document.signature,
            cosignature: document.cosignature.as_ref(),
            contact: &document.contact,
            code,
        }
    }

    fn appendix(&mut self, appendix: &'a Appendix) -> AppendixData<'a> {
        let document = self.document;
        self.outline = Outline::default();
        let label = match appendix.kind {
            Some(kind) => kind.title.clone(),
            None => format!("{} {}", document.profile.labels.appendix, appendix.number).trim_end().to_owned(),
        };
        AppendixData {
            label,
            letterhead: appendix.kind.map(|_| LetterheadData {
                superior: &document.header.superior,
                agency: &document.header.agency,
                number_line: None,
                date_line: None,
                number_late: false,
                date_late: false,
            }),
            title: (&appendix.title).into(),
            reference: reference(document),
            landscape: appendix.landscape,
            corner: appendix.separate,
            body: match &appendix.content {
                Content::Body(body) => self.body(body, appendix.landscape),
                Content::Pdf(_) => Vec::new(),
            },
        }
    }

    fn body(&mut self, body: &'a [Block], landscape: bool) -> Vec<BlockData<'a>> {
        body.iter().map(|block| self.block(block, landscape)).collect()
    }

    fn block(&mut self, block: &'a Block, landscape: bool) -> BlockData<'a> {
        let labels = &self.document.profile.labels;
        match block {
            Block::Paragraph { text } => BlockData::Paragraph { text: text.into() },
            Block::Heading { level, number, text } => BlockData::Heading {
                depth: self.outline.heading(*level),
                italic: *level > 2,
                number,
                text: text.into(),
            },
            Block::Item { marker, level, text } => {
                BlockData::Item { marker, level: *level, text: text.into() }
            }
            Block::Division { division, number, title } => {
                let word = labels.divisions.get(division).map_or("", String::as_str);
                BlockData::Division {
                    depth: self.outline.division(division),
                    label: format!("{word} {number}"),
                    title: title.into(),
                }
            }
            Block::Article(article) => {
                let label = format!("{} {}.", labels.article, article.number);
                let depth = self.outline.article(article.title.0.is_empty());
                provision(article, label, true, depth)
            }
            Block::Clause(clause) => {
                let depth = self.outline.clause(clause.title.0.is_empty());
                provision(clause, format!("{}.", clause.number), false, depth)
            }
            Block::Point { letter, text } => BlockData::Provision {
                depth: 0,
                label: format!("{letter})"),
                bold: false,
                title: None,
                text: Some(text.into()),
            },
            Block::Table(table) => BlockData::Table(self.table(table, landscape)),
            Block::Figure(figure) => BlockData::Figure(self.figure(figure, landscape)),
            Block::Landscape { body } => BlockData::Landscape { body: self.body(body, true) },
        }
    }

    fn table(&self, table: &'a Table, landscape: bool) -> TableData<'a> {
        let profile = self.document.profile;
        let grid = Grid {
            line: profile.page.line(landscape) * MM,
            size: profile.sizes(self.document.style.size).table,
            inset: 2.0 * profile.columns.cell * MM,
        };
        let widths = columns::widths(table, &grid, &self.measure);
        let breakable = self.breakable_rows(table, &widths, &grid);
        let head = table.columns.iter().zip(&widths);
        let head = head.map(|(column, width)| columns::lines(&column.title, *width, &grid, &self.measure));
        let repeats = head.fold(0.0, f64::max) < TALL_HEAD;
        TableData {
            caption: table.caption.as_ref().map(Into::into),
            widths,
            aligns: table.columns.iter().map(|column| column.align).collect(),
            titles: table.columns.iter().map(|column| (&column.title).into()).collect(),
            repeats,
            cells: table
                .rows
                .iter()
                .zip(breakable)
                .flat_map(|(row, breakable)| {
                    row.cells.iter().map(move |cell| cell_data(cell, row.group, breakable))
                })
                .collect(),
            rows: free_rows(table),
            cuts: Vec::new(),
        }
    }

    /// Which rows may go on over the next page: those that are so tall that keeping them whole would leave half a page
    /// empty.
    fn breakable_rows(&self, table: &Table, widths: &[f64], grid: &Grid) -> Vec<bool> {
        let mut breakable = vec![false; table.rows.len()];
        let mut placed = table.placed();
        for (index, row) in table.rows.iter().enumerate() {
            for Placed { cell, columns, .. } in placed.by_ref().take(row.cells.len()) {
                let width = widths.get(columns).unwrap_or_default().iter().sum();
                if columns::lines(&cell.text, width, grid, &self.measure) >= TALL_CELL {
                    breakable.iter_mut().skip(index).take(cell.rowspan).for_each(|row| *row = true);
                }
            }
        }
        breakable
    }

    fn figure(&mut self, figure: &'a Figure, landscape: bool) -> FigureData<'a> {
        /// Resolution of an image without a width of its own, in pixels an inch.
        const RESOLUTION: f64 = 150.0;
        let page = &self.document.profile.page;
        let (line, column) = (page.line(landscape), text_height(page, landscape));
        let (pixels, rows) = figure.image.size;
        let natural = pixels / RESOLUTION * 25.4;
        let width = figure.width.unwrap_or(natural).min(line);
        // Whole on a page, with room for its caption.
        let width = width.min((column - 30.0) * pixels / rows);
        let path = super::world::image_path(self.images);
        self.images += 1;
        FigureData {
            path,
            format: figure.image.format.word(),
            alt: &figure.alt,
            caption: figure.caption.as_ref().map(Into::into),
            width,
            height: width * rows / pixels,
        }
    }
}

/// The height of the text on a page, in millimetres.
fn text_height(page: &Page, landscape: bool) -> f64 {
    (if landscape { page.width } else { page.height }) - page.top - page.bottom
}

fn provision(provision: &Provision, label: String, bold: bool, depth: usize) -> BlockData<'_> {
    let given = |text: &'_ Text| !text.0.is_empty();
    BlockData::Provision {
        depth,
        label,
        bold,
        title: given(&provision.title).then(|| (&provision.title).into()),
        text: given(&provision.text).then(|| (&provision.text).into()),
    }
}

/// A draft leaves room for what the clerk fills in.
pub(super) fn number_line(document: &Document) -> String {
    let label = &document.profile.labels.number;
    match document.code() {
        Some(code) => format!("{label} {code}"),
        None => format!("{label} {}/{}", "\u{A0}".repeat(8), document.header.notation),
    }
}

pub(super) fn date_line(document: &Document) -> String {
    document.date_line().unwrap_or_else(|| {
        let room = "\u{A0}".repeat(5);
        format!("{}, ngày{room}tháng{room}năm{room}{room}", document.header.place)
    })
}

/// The title in the PDF's metadata.
fn title(document: &Document, part: DocumentPart) -> String {
    let number = document.code().map(|code| format!(" số {code}")).unwrap_or_default();
    let subject = document.subject.plain().replace('\n', " ");
    // Some kinds have no subject.
    let colon = if subject.is_empty() { "" } else { ": " };
    let whole = format!("{}{number}{colon}{subject}", document.kind.name);
    let appendix = match part {
        DocumentPart::Main => None,
        DocumentPart::Appendix(index) => document.appendices.get(index),
    };
    match appendix {
        None => whole,
        Some(appendix) => {
            let label = format!("{} {}", document.profile.labels.appendix, appendix.number);
            format!("{} - {} - {whole}", label.trim_end(), appendix.title.plain().replace('\n', " "))
        }
    }
}

/// What an appendix belongs to. On paper number and date are filled in; in a file their places stay
/// empty (NĐ 30/2020, Phụ lục I, III.1.b).
fn reference(document: &Document) -> String {
    let label = &document.profile.labels.attached;
    let issuer = document.issuer.clone().unwrap_or_else(|| document.header.agency.join(" "));
    let room = "\u{A0}".repeat(6);
    let (code, date) = match (document.medium, document.code(), document.header.date) {
        (Medium::Paper, Some(code), Some(date)) => (code, crate::document::model::date_in_words(date)),
        _ => (format!("{room}/{}", document.header.notation), format!("ngày{room}tháng{room}năm{room}")),
    };
    format!("({label} {} số {code} {date} của {issuer})", document.kind.name)
}

/// One addressee stands as it was written; several end with `;`, the last with `.`
/// (NĐ 30/2020, Phụ lục I, II.9.a).
fn addressees(document: &Document) -> Option<AddresseesData> {
    let form = &document.kind.form;
    if document.addressees.is_empty() {
        return None;
    }
    let sentence = form.issuer == IssuerPlace::Lead;
    let lead = match (&document.issuer, sentence) {
        (Some(issuer), true) => format!("{issuer} {}", form.lead),
        _ if form.lead.is_empty() => document.profile.labels.addressees.clone(),
        _ => form.lead.clone(),
    };
    let listed = form.listed || document.addressees.len() > 1;
    Some(AddresseesData {
        lead,
        sentence,
        listed,
        dashes: form.dashes,
        items: punctuated(&document.addressees, listed && form.dashes),
    })
}

/// Ends each text with `;` and the last with `.` where `marks` are wanted and none is there.
fn punctuated(texts: &[Text], marks: bool) -> Vec<Vec<Run>> {
    let count = texts.len();
    texts
        .iter()
        .enumerate()
        .map(|(index, text)| {
            let mut runs = text.0.clone();
            let ends = text.plain().trim_end().ends_with([';', '.']);
            if marks && !ends {
                let mark = if index + 1 == count { "." } else { ";" };
                runs.push(Run::new(mark, false, false));
            }
            runs
        })
        .collect()
}

/// The recipients end with `;`, the archive line with `.` and the drafter's sign
/// (NĐ 30/2020, Phụ lục I, II.9.b, II.8, mẫu 1.4).
fn recipients(document: &Document) -> Vec<String> {
    let recipients = &document.recipients;
    let drafter = recipients.drafter.as_ref().map(|drafter| format!(" {drafter}")).unwrap_or_default();
    let archive = format!("{} {}.{drafter}", document.profile.labels.archive, recipients.archive);
    recipients.items.iter().map(|item| format!("{item};")).chain([archive]).collect()
}

/// The cells with which a row begins that no merged cell reaches into.
fn free_rows(table: &Table) -> Vec<usize> {
    let (mut starts, mut at, mut covered) = (Vec::new(), 0, 0_usize);
    for row in &table.rows {
        if covered == 0 {
            starts.push(at);
        }
        at += row.cells.len();
        let reach = row.cells.iter().map(|cell| cell.rowspan).max().unwrap_or(1);
        covered = covered.max(reach).saturating_sub(1);
    }
    starts
}

fn cell_data(cell: &Cell, group: bool, breakable: bool) -> CellData<'_> {
    let text = (&cell.text).into();
    // Between the rows that a merged cell spans there may always be the end of a page.
    let breakable = breakable || cell.rowspan > 1;
    if cell.colspan == 1 && cell.rowspan == 1 && cell.align.is_none() && !group && !breakable {
        return CellData::Text(text);
    }
    CellData::Cell { text, colspan: cell.colspan, rowspan: cell.rowspan, align: cell.align, group, breakable }
}

/// The images of `document` in the order in which they are met.
pub(super) fn images(document: &Document, part: DocumentPart) -> Vec<std::sync::Arc<[u8]>> {
    let bodies =
        document.appendices.iter().enumerate().filter_map(|(index, appendix)| match &appendix.content {
            Content::Body(body)
                if (part == DocumentPart::Main && !appendix.separate)
                    || part == DocumentPart::Appendix(index) =>
            {
                Some(body.as_slice())
            }
            _ => None,
        });
    let main = (part == DocumentPart::Main).then_some(document.body.as_slice());
    let blocks = main.into_iter().chain(bodies).flat_map(crate::document::model::walk);
    let image = |block: &Block| match block {
        Block::Figure(Figure { image, .. }) => Some(image.bytes.clone()),
        _ => None,
    };
    blocks.filter_map(image).collect()
}
