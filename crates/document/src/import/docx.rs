//! Word documents (ISO/IEC 29500-1, WordprocessingML).

use std::collections::HashMap;
use std::io::{Cursor, Read};

use roxmltree::{Document, Node, ParsingOptions};

use super::error::ImportError;
use super::imported::{Imported, LeftOut};
use super::pieces::{DraftCell, DraftPiece, TextBuilder};
use super::recognise::recognise;
use crate::lang::Message;
use crate::limits::{MAX_DRAFT, MAX_PIECES};
use crate::message;
use crate::model::{Align, Text};

/// The longest part of a document, inflated, in bytes.
const MAX_PART: u64 = 128 << 20;
/// The most XML nodes of a part, and the deepest one that is looked at.
const MAX_NODES: u32 = 8_000_000;
const MAX_DEPTH: usize = 200;

/// Reads a Word draft.
///
/// # Errors
/// It is not a Word document, or too large.
pub fn docx(bytes: &[u8]) -> Result<Imported, ImportError> {
    if bytes.len() > MAX_DRAFT {
        return Err(ImportError::TooLarge { limit: MAX_DRAFT });
    }
    let broken = |cause: &dyn std::fmt::Display| ImportError::NotWord(cause.to_string());
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|cause| broken(&cause))?;
    let body =
        part(&mut archive, "word/document.xml")?.ok_or_else(|| broken(&"word/document.xml is missing"))?;
    let styles = part(&mut archive, "word/styles.xml")?.unwrap_or_default();
    let numbering = part(&mut archive, "word/numbering.xml")?.unwrap_or_default();
    let footnotes = part(&mut archive, "word/footnotes.xml")?.unwrap_or_default();
    let body = parse(&body)?;
    let mut reader = Reader {
        styles: if styles.is_empty() { HashMap::new() } else { Style::all(&parse(&styles)?) },
        numbering: if numbering.is_empty() {
            Numbering::default()
        } else {
            Numbering::of(&parse(&numbering)?)
        },
        notes: HashMap::new(),
        pieces: Vec::new(),
        left_out: Vec::new(),
        paragraph: 0,
    };
    if !footnotes.is_empty() {
        reader.footnotes(&parse(&footnotes)?);
    }
    let root = body.descendants().find(|node| node.tag_name().name() == "body");
    reader.blocks(root.ok_or_else(|| broken(&"it has no body"))?, 0);
    if archive.index_for_name("word/comments.xml").is_some() {
        let place = message!("toàn văn bản", "the whole document");
        reader.left_out.push(LeftOut { place, what: message!("các nhận xét", "comments") });
    }
    if reader.pieces.len() > MAX_PIECES {
        return Err(ImportError::TooLarge { limit: MAX_PIECES });
    }
    Ok(Imported { form: recognise(reader.pieces), left_out: reader.left_out })
}

/// The text of a part, as far as it may be inflated.
fn part(archive: &mut zip::ZipArchive<Cursor<&[u8]>>, name: &str) -> Result<Option<String>, ImportError> {
    let Ok(file) = archive.by_name(name) else { return Ok(None) };
    let mut text = String::new();
    let read = file.take(MAX_PART + 1).read_to_string(&mut text);
    read.map_err(|cause| ImportError::NotWord(format!("{name}: {cause}")))?;
    if text.len() as u64 > MAX_PART {
        return Err(ImportError::TooLarge { limit: usize::try_from(MAX_PART).unwrap_or(usize::MAX) });
    }
    Ok(Some(text))
}

fn parse(text: &str) -> Result<Document<'_>, ImportError> {
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).map_err(|cause| ImportError::NotWord(cause.to_string()))
}

/// The child of `node` named `name`, whatever its namespace is called: strict and transitional
/// documents differ in that.
fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|child| child.tag_name().name() == name)
}

/// The attribute of `node` named `name`.
fn attribute<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    node.attributes().find(|attribute| attribute.name() == name).map(|attribute| attribute.value())
}

/// The value of the property `name` of `node`.
fn value<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    child(node, name).and_then(|property| attribute(property, "val"))
}

/// Whether the switch `name` of `node` is on; `None` where it says nothing.
fn switch(node: Node<'_, '_>, name: &str) -> Option<bool> {
    child(node, name).map(|property| !matches!(attribute(property, "val"), Some("0" | "false" | "off")))
}

/// What a style says.
#[derive(Debug, Clone, Default)]
struct Style {
    based_on: Option<String>,
    /// Level in the outline, from 0; `None` where the style says nothing of it.
    outline: Option<u8>,
    bold: Option<bool>,
    italic: Option<bool>,
    numbering: Option<(String, u8)>,
}

impl Style {
    fn all(styles: &Document<'_>) -> HashMap<String, Style> {
        let mut all = HashMap::new();
        for node in styles.root_element().children().filter(|node| node.tag_name().name() == "style") {
            let Some(id) = attribute(node, "styleId") else { continue };
            let mut style = Style { based_on: value(node, "basedOn").map(str::to_owned), ..Style::default() };
            if let Some(paragraph) = child(node, "pPr") {
                style.outline = value(paragraph, "outlineLvl").and_then(|level| level.parse().ok());
                style.numbering = number_properties(paragraph);
            }
            if let Some(run) = child(node, "rPr") {
                (style.bold, style.italic) = (switch(run, "b"), switch(run, "i"));
            }
            all.insert(id.to_owned(), style);
        }
        all
    }
}

fn number_properties(paragraph: Node<'_, '_>) -> Option<(String, u8)> {
    let properties = child(paragraph, "numPr")?;
    let level = value(properties, "ilvl").and_then(|level| level.parse().ok()).unwrap_or(0);
    Some((value(properties, "numId")?.to_owned(), level))
}

/// How lists count, by the numbers that paragraphs name (ISO/IEC 29500-1 17.9).
#[derive(Debug, Default)]
struct Numbering {
    /// The abstract numbering of each list.
    lists: HashMap<String, String>,
    /// Format, text and first number of each level of each abstract numbering.
    levels: HashMap<(String, u8), (String, String, u32)>,
    counters: HashMap<(String, u8), u32>,
}

impl Numbering {
    fn of(numbering: &Document<'_>) -> Numbering {
        let mut all = Numbering::default();
        for node in numbering.root_element().children() {
            match node.tag_name().name() {
                "abstractNum" => {
                    let Some(id) = attribute(node, "abstractNumId") else { continue };
                    for level in node.children().filter(|node| node.tag_name().name() == "lvl") {
                        let number: u8 =
                            attribute(level, "ilvl").and_then(|level| level.parse().ok()).unwrap_or(0);
                        let format = value(level, "numFmt").unwrap_or("decimal").to_owned();
                        let text = value(level, "lvlText").unwrap_or_default().to_owned();
                        let first = value(level, "start").and_then(|first| first.parse().ok()).unwrap_or(1);
                        all.levels.insert((id.to_owned(), number), (format, text, first));
                    }
                }
                "num" => {
                    if let (Some(id), Some(base)) = (attribute(node, "numId"), value(node, "abstractNumId")) {
                        all.lists.insert(id.to_owned(), base.to_owned());
                    }
                }
                _ => {}
            }
        }
        all
    }

    /// The marker that Word prints before the next paragraph of `list` at `level`.
    fn next(&mut self, list: &str, level: u8) -> Option<String> {
        let base = self.lists.get(list)?.clone();
        let (format, text, first) = self.levels.get(&(base.clone(), level))?.clone();
        if format == "none" {
            return None;
        }
        if format == "bullet" {
            // Bullets are characters of symbol fonts; the common ones are kept, others become dashes.
            let known = ["-", "–", "+", "*", "•"];
            let mark = text.trim();
            let mark = if mark == "–" { "-" } else { mark };
            return Some(if known.contains(&mark) { mark } else { "-" }.to_owned());
        }
        let counter = self.counters.entry((list.to_owned(), level)).or_insert(first.saturating_sub(1));
        *counter = counter.saturating_add(1);
        self.counters.retain(|(other, deeper), _| other != list || *deeper <= level);
        let mut marker = text;
        for above in 0..=level {
            let holder = format!("%{}", above + 1);
            if !marker.contains(&holder) {
                continue;
            }
            let number = self.counters.get(&(list.to_owned(), above)).copied().unwrap_or(1);
            let format = self.levels.get(&(base.clone(), above)).map_or("decimal", |level| level.0.as_str());
            marker = marker.replace(&holder, &counted(number, format));
        }
        Some(marker.trim().to_owned()).filter(|marker| !marker.is_empty())
    }
}

fn counted(number: u32, format: &str) -> String {
    let letter = |first: u8| {
        let offset = u8::try_from(number.saturating_sub(1) % 26).unwrap_or_default();
        char::from(first + offset).to_string()
    };
    let roman = || crate::numbering::roman(usize::try_from(number.min(3999)).unwrap_or_default());
    match format {
        "lowerLetter" => letter(b'a'),
        "upperLetter" => letter(b'A'),
        "lowerRoman" => roman().to_lowercase(),
        "upperRoman" => roman(),
        _ => number.to_string(),
    }
}

struct Reader {
    styles: HashMap<String, Style>,
    numbering: Numbering,
    notes: HashMap<String, Text>,
    pieces: Vec<DraftPiece>,
    left_out: Vec<LeftOut>,
    /// Paragraphs that were met.
    paragraph: usize,
}

impl Reader {
    fn left_out(&mut self, what: Message) {
        let number = self.paragraph;
        let place = message!("đoạn {number}", "paragraph {number}");
        let again = self.left_out.last().is_some_and(|last| last.place == place && last.what == what);
        if !again && self.left_out.len() < crate::diagnostic::MAX_FINDINGS {
            self.left_out.push(LeftOut { place, what });
        }
    }

    fn footnotes(&mut self, footnotes: &Document<'_>) {
        for note in footnotes.root_element().children().filter(|node| node.tag_name().name() == "footnote") {
            let Some(id) = attribute(note, "id") else { continue };
            let mut builder = TextBuilder::default();
            for paragraph in note.children().filter(|node| node.tag_name().name() == "p") {
                if !builder.runs.is_empty() {
                    builder.push(" ", false, false);
                }
                self.inline(paragraph, (false, false), &mut builder, 0);
            }
            self.notes.insert(id.to_owned(), builder.finish());
        }
    }

    fn blocks(&mut self, parent: Node<'_, '_>, depth: usize) {
        if depth > MAX_DEPTH || self.pieces.len() > MAX_PIECES {
            return;
        }
        for node in parent.children() {
            match node.tag_name().name() {
                "p" => {
                    let piece = self.paragraph(node);
                    self.pieces.extend(piece);
                }
                "tbl" => {
                    let table = self.table(node, depth);
                    self.pieces.push(table);
                }
                "sdt" | "sdtContent" | "customXml" | "ins" => self.blocks(node, depth + 1),
                "del" | "moveFrom" => {
                    self.left_out(message!("phần đã xóa (theo dõi thay đổi)", "a tracked deletion"));
                }
                _ => {}
            }
        }
    }

    fn paragraph(&mut self, node: Node<'_, '_>) -> Option<DraftPiece> {
        self.paragraph += 1;
        let properties = child(node, "pPr");
        let style =
            self.style(properties.and_then(|properties| value(properties, "pStyle")).unwrap_or_default());
        let mut builder = TextBuilder::default();
        self.inline(node, (style.bold.unwrap_or(false), style.italic.unwrap_or(false)), &mut builder, 0);
        let text = builder.finish();
        let own = properties.and_then(number_properties).or(style.numbering);
        let outline =
            properties.and_then(|properties| value(properties, "outlineLvl")?.parse().ok()).or(style.outline);
        if text.0.is_empty() {
            return None;
        }
        let marker = own
            .filter(|(list, _)| list != "0")
            .and_then(|(list, level)| Some((self.numbering.next(&list, level)?, level)));
        Some(match (outline.filter(|level| *level < 9), marker) {
            (Some(level), None) => DraftPiece::Heading { level: level + 1, text },
            (Some(level), Some((marker, _))) => {
                let mut numbered = TextBuilder::default();
                numbered.push(&format!("{marker} "), true, false);
                numbered.runs.extend(text.0);
                DraftPiece::Heading { level: level + 1, text: Text(numbered.runs) }
            }
            (None, Some((marker, level))) => {
                DraftPiece::Item { marker, level: (level + 1).min(4), text, loose: false }
            }
            (None, None) => DraftPiece::Paragraph(text),
        })
    }

    /// A style with what it inherits.
    fn style(&self, id: &str) -> Style {
        let mut whole = Style::default();
        let mut at = self.styles.get(id);
        for _ in 0..16 {
            let Some(style) = at else { break };
            whole.outline = whole.outline.or(style.outline);
            whole.bold = whole.bold.or(style.bold);
            whole.italic = whole.italic.or(style.italic);
            whole.numbering = whole.numbering.or_else(|| style.numbering.clone());
            at = style.based_on.as_ref().and_then(|base| self.styles.get(base));
        }
        whole
    }

    /// The text of a paragraph; `base` is its style's bold and italic.
    fn inline(&mut self, parent: Node<'_, '_>, base: (bool, bool), builder: &mut TextBuilder, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        for node in parent.children() {
            match node.tag_name().name() {
                "r" => self.run(node, base, builder),
                "hyperlink" => {
                    self.left_out(message!("liên kết (giữ chữ)", "a link (its text stays)"));
                    self.inline(node, base, builder, depth + 1);
                }
                "ins" | "moveTo" | "smartTag" | "sdt" | "sdtContent" | "fldSimple" | "customXml" => {
                    self.inline(node, base, builder, depth + 1);
                }
                "del" | "moveFrom" => {
                    self.left_out(message!("phần đã xóa (theo dõi thay đổi)", "a tracked deletion"));
                }
                "oMath" | "oMathPara" => self.left_out(message!("công thức", "a formula")),
                _ => {}
            }
        }
    }

    fn run(&mut self, node: Node<'_, '_>, base: (bool, bool), builder: &mut TextBuilder) {
        let (mut bold, mut italic) = base;
        if let Some(properties) = child(node, "rPr") {
            bold = switch(properties, "b").unwrap_or(bold);
            italic = switch(properties, "i").unwrap_or(italic);
            if value(properties, "u").is_some_and(|kind| kind != "none") {
                self.left_out(message!("gạch chân (giữ chữ)", "underlining (the text stays)"));
            }
            if switch(properties, "strike") == Some(true) {
                self.left_out(message!("gạch ngang chữ (giữ chữ)", "strikethrough (the text stays)"));
            }
            if child(properties, "highlight").is_some() {
                self.left_out(message!("tô màu chữ (giữ chữ)", "highlighting (the text stays)"));
            }
            if value(properties, "vertAlign").is_some_and(|kind| kind != "baseline")
                && child(node, "footnoteReference").is_none()
                && child(node, "footnoteRef").is_none()
            {
                self.left_out(message!(
                    "chỉ số trên, dưới (giữ chữ)",
                    "super- or subscript (the text stays)"
                ));
            }
        }
        for piece in node.children() {
            match piece.tag_name().name() {
                "t" => builder.push(&printable(piece.text().unwrap_or_default()), bold, italic),
                "tab" => builder.push(" ", bold, italic),
                "br" if attribute(piece, "type").is_none_or(|kind| kind == "textWrapping") => {
                    builder.push("\n", bold, italic);
                }
                "cr" => builder.push("\n", bold, italic),
                "noBreakHyphen" => builder.push("-", bold, italic),
                "footnoteReference" => {
                    let note = attribute(piece, "id").and_then(|id| self.notes.get(id)).cloned();
                    note.into_iter().for_each(|note| builder.note(note));
                }
                "endnoteReference" => self.left_out(message!("chú thích cuối văn bản", "an endnote")),
                "drawing" | "pict" | "object" => {
                    // A rule under a heading is a drawing too: the layout draws its own.
                    let image = piece
                        .descendants()
                        .any(|node| matches!(node.tag_name().name(), "blip" | "imagedata"));
                    let words = piece.descendants().any(|node| node.tag_name().name() == "txbxContent");
                    if image {
                        self.left_out(message!("hình ảnh", "an image"));
                    } else if words {
                        self.left_out(message!("khung chữ (text box)", "a text box"));
                    }
                }
                _ => {}
            }
        }
    }

    fn table(&mut self, node: Node<'_, '_>, depth: usize) -> DraftPiece {
        let mut rows: Vec<Vec<DraftCell>> = Vec::new();
        let mut aligns: Vec<[usize; 3]> = Vec::new();
        // For each column, the row and cell that a vertical merge began in.
        let mut merged: HashMap<usize, (usize, usize)> = HashMap::new();
        for row in node.children().filter(|node| node.tag_name().name() == "tr") {
            let mut cells: Vec<DraftCell> = Vec::new();
            let mut column = 0;
            for node in row.children().filter(|node| node.tag_name().name() == "tc") {
                let properties = child(node, "tcPr");
                let span = properties.and_then(|properties| value(properties, "gridSpan")?.parse().ok());
                let colspan: usize = span.unwrap_or(1).clamp(1, 64);
                let merge = properties.and_then(|properties| child(properties, "vMerge"));
                let goes_on = merge.is_some_and(|merge| attribute(merge, "val") != Some("restart"));
                if let (true, Some((row, cell))) = (goes_on, merged.get(&column)) {
                    if let Some(cell) = rows.get_mut(*row).and_then(|row| row.get_mut(*cell)) {
                        cell.rowspan += 1;
                    }
                } else {
                    let paragraphs = self.cell(node, depth);
                    if merge.is_some() {
                        merged.insert(column, (rows.len(), cells.len()));
                    } else {
                        merged.remove(&column);
                    }
                    self.count_align(node, column, rows.is_empty(), &mut aligns);
                    cells.push(DraftCell { paragraphs, colspan, rowspan: 1 });
                }
                column += colspan;
            }
            rows.push(cells);
        }
        let align = |[left, center, right]: &[usize; 3]| {
            if right > left && right > center {
                Align::Right
            } else if center > left {
                Align::Center
            } else {
                Align::Left
            }
        };
        DraftPiece::Table { rows, aligns: aligns.iter().map(align).collect() }
    }

    /// How the first paragraph of a cell is aligned counts for its column.
    fn count_align(&self, cell: Node<'_, '_>, column: usize, head: bool, aligns: &mut Vec<[usize; 3]>) {
        if column >= 64 {
            return;
        }
        if aligns.len() <= column {
            aligns.resize(column + 1, [0; 3]);
        }
        let paragraph = child(cell, "p").and_then(|paragraph| child(paragraph, "pPr"));
        let which = match paragraph.and_then(|properties| value(properties, "jc")) {
            Some("center") => 1,
            Some("right" | "end") => 2,
            _ => 0,
        };
        let slot = aligns.get_mut(column).and_then(|counts| counts.get_mut(which));
        if let (false, Some(count)) = (head, slot) {
            *count += 1;
        }
    }

    fn cell(&mut self, cell: Node<'_, '_>, depth: usize) -> Vec<Text> {
        let mut paragraphs = Vec::new();
        for node in cell.children() {
            match node.tag_name().name() {
                "p" => match self.paragraph(node) {
                    Some(DraftPiece::Paragraph(text) | DraftPiece::Heading { text, .. }) => {
                        paragraphs.push(text);
                    }
                    Some(DraftPiece::Item { marker, text, .. }) => {
                        let mut builder = TextBuilder::default();
                        builder.push(&format!("{marker} "), false, false);
                        builder.runs.extend(text.0);
                        paragraphs.push(Text(builder.runs));
                    }
                    _ => {}
                },
                "tbl" if depth < MAX_DEPTH => {
                    self.left_out(message!(
                        "bảng trong bảng (giữ chữ)",
                        "a table in a table (its text stays)"
                    ));
                    if let DraftPiece::Table { rows, .. } = self.table(node, depth + 1) {
                        paragraphs.extend(rows.into_iter().flatten().flat_map(|cell| cell.paragraphs));
                    }
                }
                _ => {}
            }
        }
        paragraphs
    }
}

/// Text without characters that documents may not hold.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c == '\u{A0}' || !c.is_control() { c } else { ' ' }).collect()
}
