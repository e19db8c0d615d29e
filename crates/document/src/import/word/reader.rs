//! Blocks of a Word document: paragraphs, tables and what wraps them.

use std::collections::{BTreeSet, HashMap};

use roxmltree::Node;

use super::super::account::{spoken, words};
use super::super::error::ImportError;
use super::super::imported::LeftOut;
use super::super::pieces::{Draft, DraftPiece, Source, TextBuilder};
use super::numbering::Numbering;
use super::styles::{ListPlace, Styles};
use super::xml::{MAX_DEPTH, XmlPart, attribute, child, is_text, name, shown_text, value};
use crate::diagnostic::MAX_FINDINGS;
use crate::lang::Message;
use crate::limits::MAX_PIECES;
use crate::message;
use crate::model::{Run, Text};

/// A break that parts paragraphs, though the file has one.
pub(super) const PAGE_BREAK: char = '\u{C}';

/// A field that was begun and has not ended (ISO/IEC 29500-1 17.16).
#[derive(Debug)]
pub(super) struct Field {
    /// Whether what follows is its code, which Word does not show.
    pub(super) code: bool,
}

/// What was read so far, and what it is read with.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) styles: Styles,
    pub(super) numbering: Numbering,
    /// Footnotes and endnotes by kind and id; each is taken once.
    pub(super) notes: HashMap<(&'static str, String), Text>,
    pub(super) draft: Draft,
    /// Pieces of text boxes, which follow the paragraph that they hang on.
    pub(super) boxes: Vec<DraftPiece>,
    pub(super) fields: Vec<Field>,
    /// Beginnings of fields that have an end.
    pub(super) whole_fields: BTreeSet<usize>,
    /// The texts of the part that were met, and the paragraphs' numbers, by node.
    seen: Vec<bool>,
    numbers: HashMap<usize, usize>,
    /// The paragraph that is read, as Word counts them.
    pub(super) paragraph: usize,
    /// Where the part's paragraphs stand.
    place: Option<Message>,
    /// Text of a paragraph whose end was deleted: it goes on in the next one.
    carried: Vec<Run>,
    pub(super) in_cell: bool,
    /// Cells of all tables, as the form will have them.
    pub(super) cells: usize,
}

impl Reader {
    /// Reads the main part.
    pub(super) fn body(&mut self, part: &XmlPart<'_>) -> Result<(), ImportError> {
        self.begin(part, None);
        let body = part.tree.descendants().find(|node| name(*node) == "body");
        let body = body.ok_or_else(|| ImportError::NotWord("it has no body".to_owned()))?;
        let mut pieces = Vec::new();
        self.blocks(body, 0, &mut pieces);
        self.draft.pieces = pieces;
        self.unread(part);
        let mut notes: Vec<_> = self.notes.drain().collect();
        notes.sort_by(|one, other| one.0.cmp(&other.0));
        self.place = Some(message!("chú thích", "the notes"));
        for (_, note) in notes {
            let what = message!("chú thích không được nhắc đến", "a note that nothing refers to");
            self.left_out(what, &spoken(&note));
        }
        if self.cells > crate::limits::MAX_CELLS {
            return Err(ImportError::TooLarge { limit: crate::limits::MAX_CELLS });
        }
        Ok(())
    }

    /// Reads the notes of `kind`, such as `footnotes`.
    pub(super) fn notes(&mut self, kind: &'static str, part: &XmlPart<'_>) -> Result<(), ImportError> {
        self.begin(part, Some(message!("chú thích", "the notes")));
        for note in part.tree.root_element().children().filter(Node::is_element) {
            let usual = attribute(note, "type").is_none_or(|kind| kind == "normal");
            let (Some(id), true) = (attribute(note, "id"), usual) else { continue };
            let mut builder = TextBuilder::default();
            for paragraph in self.unwrapped(note).into_iter().filter(|node| name(*node) == "p") {
                if !builder.runs.is_empty() {
                    builder.push(" ", false, false);
                }
                let style = self.styles.paragraph(None).toggles;
                self.inline(paragraph, style, &mut builder, 0);
            }
            self.notes.insert((kind, id.to_owned()), builder.finish());
        }
        self.unread(part);
        if self.notes.len() > MAX_PIECES {
            return Err(ImportError::TooLarge { limit: MAX_PIECES });
        }
        Ok(())
    }

    /// Looks through the part once: its paragraphs are counted, its fields paired.
    fn begin(&mut self, part: &XmlPart<'_>, place: Option<Message>) {
        (self.place, self.paragraph) = (place, 0);
        self.numbers.clear();
        self.whole_fields.clear();
        self.fields.clear();
        let (mut count, mut paragraphs, mut open) = (0, 0, Vec::new());
        for node in part.tree.descendants() {
            count = count.max(node.id().get_usize() + 1);
            match name(node) {
                "p" => {
                    paragraphs += 1;
                    self.numbers.insert(node.id().get_usize(), paragraphs);
                }
                "fldChar" => match attribute(node, "fldCharType") {
                    Some("begin") => open.push(node.id().get_usize()),
                    Some("end") => self.whole_fields.extend(open.pop()),
                    _ => {}
                },
                _ => {}
            }
        }
        self.seen = vec![false; count];
    }

    /// Says of every text of the part that nothing has met that it is left out.
    fn unread(&mut self, part: &XmlPart<'_>) {
        let mut text = String::new();
        let what = || message!("chữ ở chỗ không đọc được", "text in a place that is not read");
        for node in part.tree.descendants() {
            if let Some(number) = self.numbers.get(&node.id().get_usize()).copied() {
                self.left_out_if_said(what(), &std::mem::take(&mut text));
                self.paragraph = number;
            }
            if is_text(node) && self.meet(node) {
                text.push_str(node.text().unwrap_or_default());
                text.push(' ');
            }
        }
        self.left_out_if_said(what(), &text);
    }

    /// Whether `node` is met for the first time.
    pub(super) fn meet(&mut self, node: Node<'_, '_>) -> bool {
        self.seen.get_mut(node.id().get_usize()).is_some_and(|seen| !std::mem::replace(seen, true))
    }

    fn left_out_if_said(&mut self, what: Message, said: &str) {
        if !said.trim().is_empty() {
            self.left_out(what, said);
        }
    }

    /// Says that `what` is left out, with its words where those are lost.
    pub(super) fn left_out(&mut self, what: Message, said: &str) {
        let number = self.paragraph;
        let place = self.place.clone().unwrap_or_else(|| message!("đoạn {number}", "paragraph {number}"));
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        let left_out = &mut self.draft.left_out;
        let many = left_out.len() >= MAX_FINDINGS;
        match left_out.last_mut() {
            Some(last) if last.place == place && last.what == what => {
                if !said.is_empty() {
                    let space = if last.words.is_empty() { "" } else { " " };
                    last.words.push_str(space);
                    last.words.push_str(&said);
                }
            }
            // How words look is no word: what says only that has a limit.
            _ if said.is_empty() && many => {}
            _ => left_out.push(LeftOut { place, what, words: said }),
        }
    }

    /// Leaves `node` out with all its words.
    pub(super) fn drop(&mut self, node: Node<'_, '_>, what: Message) {
        let said = shown_text(node);
        for text in node.descendants().filter(|node| is_text(*node)) {
            self.meet(text);
        }
        self.left_out(what, &said);
    }

    /// The children of `parent` as Word shows them: wrappers are taken off, deletions left out.
    pub(super) fn unwrapped<'a, 'i>(&mut self, parent: Node<'a, 'i>) -> Vec<Node<'a, 'i>> {
        let mut shown = Vec::new();
        self.unwrap_into(parent, &mut shown, 0);
        shown
    }

    fn unwrap_into<'a, 'i>(&mut self, parent: Node<'a, 'i>, shown: &mut Vec<Node<'a, 'i>>, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        for node in parent.children().filter(Node::is_element) {
            match name(node) {
                "sdt" | "sdtContent" | "customXml" | "smartTag" | "ins" | "moveTo" | "fldSimple" | "dir"
                | "bdo" => self.unwrap_into(node, shown, depth + 1),
                "hyperlink" => {
                    self.left_out(message!("liên kết (giữ chữ)", "a link (its text stays)"), "");
                    self.unwrap_into(node, shown, depth + 1);
                }
                "del" => self.drop(node, message!("phần đã xóa (theo dõi thay đổi)", "a tracked deletion")),
                "moveFrom" => {
                    self.drop(
                        node,
                        message!("chỗ cũ của phần đã chuyển đi", "the old place of what was moved"),
                    );
                }
                "AlternateContent" => {
                    if let Some(branch) = self.branch(node) {
                        self.unwrap_into(branch, shown, depth + 1);
                    }
                }
                _ => shown.push(node),
            }
        }
    }

    /// The branch of alternatives that is read (ISO/IEC 29500-3 9.2): the first one, unless only another
    /// has words. The others say the same for older programs; what they say otherwise is left out.
    fn branch<'a, 'i>(&mut self, node: Node<'a, 'i>) -> Option<Node<'a, 'i>> {
        let branches: Vec<_> =
            node.children().filter(|node| matches!(name(*node), "Choice" | "Fallback")).collect();
        let said = |node: &Node<'_, '_>| words(&shown_text(*node));
        let picked = branches.iter().find(|branch| !said(branch).is_empty()).or(branches.first()).copied()?;
        let known: BTreeSet<String> = said(&picked).into_iter().collect();
        for other in branches.into_iter().filter(|branch| *branch != picked) {
            if said(&other).iter().all(|word| known.contains(word)) {
                for text in other.descendants().filter(|node| is_text(*node)) {
                    self.meet(text);
                }
            } else {
                self.drop(
                    other,
                    message!("bản khác cho chương trình cũ", "what older programs show instead"),
                );
            }
        }
        Some(picked)
    }

    /// Reads the blocks of `parent` into `pieces`.
    pub(super) fn blocks(&mut self, parent: Node<'_, '_>, depth: usize, pieces: &mut Vec<DraftPiece>) {
        if depth > MAX_DEPTH {
            return;
        }
        for node in self.unwrapped(parent) {
            // Too large a draft is refused in the end; what for read it to its end?
            if pieces.len() > MAX_PIECES {
                return;
            }
            match name(node) {
                "p" => self.paragraph(node, depth, pieces),
                "tbl" => {
                    self.flush(pieces);
                    let table = self.table(node, depth);
                    pieces.push(table);
                }
                "sectPr" => self.section(node),
                "altChunk" => {
                    self.left_out(
                        message!("tệp khác nhúng vào (altChunk)", "another file within (altChunk)"),
                        "",
                    );
                }
                _ => {}
            }
        }
        self.flush(pieces);
    }

    /// A paragraph whose end was deleted, and that nothing follows.
    fn flush(&mut self, pieces: &mut Vec<DraftPiece>) {
        let mut builder = TextBuilder { runs: std::mem::take(&mut self.carried) };
        let text = builder.finish();
        if !text.0.is_empty() {
            self.source(spoken(&text));
            pieces.push(DraftPiece::Paragraph(text));
        }
    }

    fn section(&mut self, node: Node<'_, '_>) {
        if child(node, "pgSz").is_some_and(|size| attribute(size, "orient") == Some("landscape")) {
            self.left_out(message!("trang nằm ngang (giữ chữ)", "pages on their side (the text stays)"), "");
        }
    }

    fn source(&mut self, text: String) {
        let number = self.paragraph;
        let place = self.place.clone().unwrap_or_else(|| message!("đoạn {number}", "paragraph {number}"));
        self.draft.sources.push(Source { place, text });
    }

    fn paragraph(&mut self, node: Node<'_, '_>, depth: usize, pieces: &mut Vec<DraftPiece>) {
        let number = self.numbers.get(&node.id().get_usize()).copied().unwrap_or(self.paragraph);
        self.paragraph = number;
        let properties = child(node, "pPr");
        let style_id = properties.and_then(|properties| value(properties, "pStyle"));
        let style = self.styles.paragraph(style_id);
        let boxes_before = std::mem::take(&mut self.boxes);
        let mut builder = TextBuilder { runs: std::mem::take(&mut self.carried) };
        self.inline(node, style.toggles, &mut builder, depth);
        self.paragraph = number;
        let boxes = std::mem::replace(&mut self.boxes, boxes_before);
        let mark = properties.and_then(|properties| child(properties, "rPr"));
        if mark.is_some_and(|mark| child(mark, "del").or(child(mark, "moveFrom")).is_some()) {
            // Its end is deleted: the next paragraph goes on in its line.
            self.carried = builder.runs;
            pieces.extend(boxes);
            return;
        }
        let outline = properties.and_then(|properties| value(properties, "outlineLvl")?.parse().ok());
        let outline = outline.or(style.outline).filter(|level: &u8| *level < 9);
        let place = properties.and_then(ListPlace::of).or(style.numbering).filter(|place| place.list != "0");
        let marker = place.and_then(|place| {
            let style = style_id.filter(|_| place.level.is_none());
            self.numbering.next(&place, style, &self.styles)
        });
        let texts = pages(&builder.finish());
        if let (true, true, Some((marker, _))) = (texts.is_empty(), self.in_cell, &marker) {
            self.source(marker.clone());
            pieces.push(DraftPiece::Paragraph(Text(vec![Run::new(marker, false, false)])));
        }
        let mut marker = marker;
        for text in texts {
            let marker = marker.take();
            let said = spoken(&text);
            self.source(
                marker.as_ref().map_or_else(|| said.clone(), |(marker, _)| format!("{marker} {said}")),
            );
            pieces.push(piece(text, outline, marker));
        }
        if let Some(section) = properties.and_then(|properties| child(properties, "sectPr")) {
            self.section(section);
        }
        pieces.extend(boxes);
    }
}

/// A paragraph as the piece that it is.
fn piece(text: Text, outline: Option<u8>, marker: Option<(String, u8)>) -> DraftPiece {
    let bold = text.0.first().is_some_and(|run| run.bold);
    let numbered = |marker: &str, bold: bool| {
        let mut numbered = TextBuilder::default();
        numbered.push(&format!("{marker} "), bold, false);
        for run in &text.0 {
            numbered.runs.push(run.clone());
        }
        numbered.finish()
    };
    match (outline, marker) {
        (Some(level), None) => DraftPiece::Heading { level: level + 1, text },
        (Some(level), Some((marker, _))) => {
            DraftPiece::Heading { level: level + 1, text: numbered(&marker, true) }
        }
        // «Điều 1.» and numbers of bold lines head what follows: no list has them.
        (None, Some((marker, _)))
            if marker.chars().count() > 8
                || marker.split(' ').count() > 1
                || (bold && marker.ends_with('.') && marker.starts_with(char::is_alphanumeric)) =>
        {
            DraftPiece::Paragraph(numbered(&marker, bold))
        }
        (None, Some((marker, level))) => {
            DraftPiece::Item { marker, level: (level + 1).min(4), text, loose: false }
        }
        (None, None) => DraftPiece::Paragraph(text),
    }
}

/// The texts between the page breaks of one.
fn pages(text: &Text) -> Vec<Text> {
    let mut pages = vec![TextBuilder::default()];
    for run in &text.0 {
        for (index, part) in run.text.split(PAGE_BREAK).enumerate() {
            if index > 0 {
                pages.push(TextBuilder::default());
            }
            if let Some(page) = pages.last_mut() {
                page.push(part, run.bold, run.italic);
            }
        }
        if let (Some(note), Some(page)) = (&run.note, pages.last_mut()) {
            page.note(note.clone());
        }
    }
    pages.iter_mut().map(TextBuilder::finish).filter(|text| !text.0.is_empty()).collect()
}
