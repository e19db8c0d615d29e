//! Markdown (CommonMark with tables and footnotes), and lines parted by tabs as tables.

use pulldown_cmark::{Alignment, Event, Options, Parser, Tag, TagEnd};

use super::account::spoken;
use super::error::ImportError;
use super::footnotes::footnotes;
use super::foreign::foreign_format;
use super::front_matter;
use super::html;
use super::imported::{Imported, LeftOut};
use super::pieces::{Draft, DraftCell, DraftPiece, SOFT, Source, TextBuilder};
use super::recognise::recognise;
use super::segments::{Segment, segments};
use crate::lang::Message;
use crate::limits::{MAX_DRAFT, MAX_PIECES};
use crate::message;
use crate::model::{Align, Run};

/// Reads a Markdown draft.
///
/// # Errors
/// It is not UTF-8, or too large.
pub fn markdown(bytes: &[u8]) -> Result<Imported, ImportError> {
    if bytes.len() > MAX_DRAFT {
        return Err(ImportError::TooLarge { limit: MAX_DRAFT });
    }
    if let Some(format) = foreign_format(bytes) {
        return Err(ImportError::Foreign(format));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| ImportError::NotUtf8)?;
    let text = text.trim_start_matches('\u{FEFF}').replace("\r\n", "\n");
    let mut reader = Reader { draft: Draft::default(), line: 1 };
    let mut content = text.as_str();
    if let Some((found, lines, rest)) = front_matter::split(&text) {
        (content, reader.line) = (rest, lines + 1);
        reader.draft.front_matter = found;
    }
    for segment in segments(content) {
        match segment {
            Segment::Prose(prose) => reader.prose(prose),
            Segment::Tabbed(lines) => reader.tabbed(lines),
            Segment::Html(html) => reader.html(html, 0),
        }
        let (Segment::Prose(whole) | Segment::Tabbed(whole) | Segment::Html(whole)) = segment;
        reader.line += whole.matches('\n').count();
        if reader.draft.pieces.len() > MAX_PIECES {
            return Err(ImportError::TooLarge { limit: MAX_PIECES });
        }
    }
    reader.draft.pieces = rejoined(reader.draft.pieces);
    headed(&mut reader.draft.pieces);
    // What the content says itself is not owed to the front matter.
    for entry in std::mem::take(&mut reader.draft.front_matter.0) {
        reader.line = entry.line;
        reader.source(0, entry.value.clone());
        reader.draft.front_matter.0.push(entry);
    }
    recognise(reader.draft)
}

/// Joins paragraphs that a page's end cut in two, as extracted texts have them: the first ends in the
/// middle of a sentence, the second goes on with a small letter that begins no point.
fn rejoined(pieces: Vec<DraftPiece>) -> Vec<DraftPiece> {
    let mut whole: Vec<DraftPiece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let goes_on = match &piece {
            DraftPiece::Paragraph(text) => {
                let plain = text.plain();
                let mut letters = plain.chars();
                letters.next().is_some_and(char::is_lowercase)
                    && !letters.next().is_some_and(|c| ").".contains(c))
            }
            _ => false,
        };
        let before = whole.last_mut().and_then(|before| match before {
            DraftPiece::Paragraph(text) | DraftPiece::Item { text, .. } => Some(text),
            _ => None,
        });
        let before = before.filter(|before| before.plain().trim_end().ends_with(char::is_lowercase));
        match (goes_on, before, piece) {
            (true, Some(before), DraftPiece::Paragraph(text)) => {
                let style = before.0.last().map_or((false, false), |run| (run.bold, run.italic));
                before.0.push(Run::new(" ", style.0, style.1));
                before.0.extend(text.0);
            }
            (_, _, piece) => whole.push(piece),
        }
    }
    whole
}

/// A numbered item without another one beside it heads what follows, as one does with space around it.
fn headed(pieces: &mut [DraftPiece]) {
    let numbered: Vec<bool> = pieces
        .iter()
        .map(|piece| {
            matches!(piece, DraftPiece::Item { marker, .. } if marker.starts_with(|c: char| c.is_ascii_digit()))
        })
        .collect();
    let beside = |index: Option<usize>| index.and_then(|index| numbered.get(index)).copied().unwrap_or(false);
    for (index, piece) in pieces.iter_mut().enumerate() {
        if let DraftPiece::Item { loose, .. } = piece {
            *loose |= !beside(index.checked_sub(1)) && !beside(Some(index + 1));
        }
    }
}

struct Reader {
    draft: Draft,
    /// The line that the segment begins on.
    line: usize,
}

/// A list whose items are still being read.
struct List {
    /// The next number, where it has numbers.
    number: Option<u64>,
    delimiter: char,
}

impl Reader {
    fn tabbed(&mut self, lines: &str) {
        let cell = |text: &str| {
            let mut builder = TextBuilder::default();
            builder.push(text.trim(), false, false);
            DraftCell { paragraphs: vec![builder.finish()], colspan: 1, rowspan: 1 }
        };
        let mut rows: Vec<Vec<DraftCell>> =
            lines.lines().map(|line| line.split('\t').map(cell).collect()).collect();
        for (index, line) in lines.lines().enumerate() {
            self.draft.sources.push(Source { place: at_line(self.line + index), text: line.to_owned() });
        }
        // A page's end cuts a table in two; nothing stands between its halves.
        if let Some(DraftPiece::Table { rows: before, .. }) = self.draft.pieces.last_mut()
            && before.first().map(Vec::len) == rows.first().map(Vec::len)
        {
            before.append(&mut rows);
            return;
        }
        let aligns = vec![Align::Left; rows.first().map_or(0, Vec::len)];
        self.draft.pieces.push(DraftPiece::Table { rows, aligns });
    }

    fn left_out(&mut self, line: usize, what: Message) {
        // How words look is no word: what says only that has a limit.
        if self.draft.left_out.len() < crate::diagnostic::MAX_FINDINGS {
            self.draft.left_out.push(LeftOut {
                place: at_line(self.line + line),
                what,
                words: String::new(),
            });
        }
    }

    /// Words that nobody would see.
    fn hidden(&mut self, line: usize, words: &str) {
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        let what = message!("chữ ẩn trong mã HTML", "hidden text in HTML");
        if !words.is_empty() {
            self.draft.left_out.push(LeftOut { place: at_line(self.line + line), what, words });
        }
    }

    /// A text that stands `line` lines into the segment and that the form must account for.
    fn source(&mut self, line: usize, text: String) {
        if !text.trim().is_empty() {
            self.draft.sources.push(Source { place: at_line(self.line + line), text });
        }
    }

    fn html(&mut self, html: &str, line: usize) {
        let html::Fragment { pieces, hidden } = html::fragment(html);
        self.hidden(line, &hidden);
        for piece in pieces {
            match &piece {
                DraftPiece::Table { rows, .. } => {
                    for text in rows.iter().flatten().flat_map(|cell| &cell.paragraphs) {
                        self.source(line, spoken(text));
                    }
                }
                DraftPiece::Paragraph(text)
                | DraftPiece::Heading { text, .. }
                | DraftPiece::Item { text, .. } => {
                    self.source(line, spoken(text));
                }
            }
            self.draft.pieces.push(piece);
        }
    }

    fn prose(&mut self, source: &str) {
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES;
        let mut notes = footnotes(source, options);
        // Where in the segment an event stands, counted from the one before it.
        let (mut counted, mut line) = (0, 0);
        let mut open_html: Option<(usize, String)> = None;
        let mut builder = TextBuilder::default();
        let mut lists: Vec<List> = Vec::new();
        let (mut bold, mut italic, mut skipped) = (0_u32, 0_u32, 0_u32);
        let mut item: Option<(String, bool)> = None;
        let mut table: Option<(Vec<Vec<DraftCell>>, Vec<Align>)> = None;
        for (event, range) in Parser::new_ext(source, options).into_offset_iter() {
            if let Some(between) = source.get(counted..range.start) {
                line += between.matches('\n').count();
                counted = range.start;
            }
            if skipped > 0 {
                match event {
                    Event::Start(Tag::FootnoteDefinition(_)) => skipped += 1,
                    Event::End(TagEnd::FootnoteDefinition) => skipped -= 1,
                    _ => {}
                }
                continue;
            }
            // What begins within an item ends the text before it.
            if matches!(
                &event,
                Event::Start(
                    Tag::Table(_)
                        | Tag::CodeBlock(_)
                        | Tag::HtmlBlock
                        | Tag::Heading { .. }
                        | Tag::BlockQuote(_)
                        | Tag::FootnoteDefinition(_)
                )
            ) {
                self.end_item(&mut builder, &mut item, lists.len(), line);
            }
            match event {
                Event::Start(Tag::FootnoteDefinition(_)) => skipped += 1,
                Event::Start(Tag::Strong) => bold += 1,
                Event::End(TagEnd::Strong) => bold = bold.saturating_sub(1),
                Event::Start(Tag::Emphasis) => italic += 1,
                Event::End(TagEnd::Emphasis) => italic = italic.saturating_sub(1),
                Event::Start(Tag::Strikethrough) => {
                    self.left_out(
                        line,
                        message!("gạch ngang chữ (giữ chữ)", "strikethrough (the text stays)"),
                    );
                }
                Event::Start(Tag::Link { .. }) => {
                    self.left_out(line, message!("liên kết (giữ chữ)", "a link (its text stays)"));
                }
                Event::Start(Tag::Image { .. }) => {
                    self.left_out(
                        line,
                        message!("hình ảnh (giữ chữ mô tả)", "an image (its description stays)"),
                    );
                }
                Event::Start(Tag::CodeBlock(_)) => {
                    self.left_out(
                        line,
                        message!("kiểu mã lệnh (giữ chữ)", "code formatting (the text stays)"),
                    );
                }
                Event::Start(Tag::HtmlBlock) => open_html = Some((line, String::new())),
                Event::Html(html) => match &mut open_html {
                    Some((_, whole)) => whole.push_str(&html),
                    None => self.html(&html, line),
                },
                Event::End(TagEnd::HtmlBlock) => {
                    if let Some((line, whole)) = open_html.take() {
                        self.html(&whole, line);
                    }
                }
                Event::InlineHtml(tag) if html::is_break(&tag) => builder.push("\n", bold > 0, italic > 0),
                Event::InlineHtml(tag) => match tag.strip_prefix("<!--") {
                    Some(comment) => self.hidden(line, comment.trim_end_matches("-->")),
                    None => self.left_out(line, message!("mã HTML (giữ chữ)", "HTML (its text stays)")),
                },
                Event::Start(Tag::List(first)) => {
                    self.end_item(&mut builder, &mut item, lists.len(), line);
                    let marker = source.get(range.start..).unwrap_or_default().trim_start();
                    let delimiter = match first {
                        None => marker.chars().next().unwrap_or('-'),
                        Some(_) => marker
                            .trim_start_matches(|c: char| c.is_ascii_digit())
                            .chars()
                            .next()
                            .unwrap_or('.'),
                    };
                    lists.push(List { number: first, delimiter });
                }
                Event::End(TagEnd::List(_)) => {
                    lists.pop();
                }
                Event::Start(Tag::Item) => {
                    let marker = lists.last_mut().map(|list| match &mut list.number {
                        None => list.delimiter.to_string(),
                        Some(number) => {
                            let written = format!("{number}{}", list.delimiter);
                            *number += 1;
                            written
                        }
                    });
                    item = marker.map(|marker| (marker, false));
                }
                Event::End(TagEnd::Item) => self.end_item(&mut builder, &mut item, lists.len(), line),
                Event::Start(Tag::Paragraph) => {
                    if let Some((_, loose)) = &mut item {
                        *loose = true;
                    }
                }
                Event::End(TagEnd::Paragraph) if lists.is_empty() => {
                    let text = builder.finish();
                    self.push(DraftPiece::Paragraph(text), line);
                }
                Event::End(TagEnd::Paragraph) => self.end_item(&mut builder, &mut item, lists.len(), line),
                Event::End(TagEnd::CodeBlock) => {
                    let text = builder.finish();
                    self.push(DraftPiece::Paragraph(text), line);
                }
                Event::End(TagEnd::Heading(level)) => {
                    let text = builder.finish();
                    self.push(DraftPiece::Heading { level: level as u8, text }, line);
                }
                Event::Start(Tag::Table(aligns)) => {
                    let align = |align: &Alignment| match align {
                        Alignment::Center => Align::Center,
                        Alignment::Right => Align::Right,
                        Alignment::None | Alignment::Left => Align::Left,
                    };
                    table = Some((Vec::new(), aligns.iter().map(align).collect()));
                }
                Event::Start(Tag::TableHead | Tag::TableRow) => {
                    if let Some((rows, _)) = &mut table {
                        rows.push(Vec::new());
                    }
                }
                Event::End(TagEnd::TableCell) => {
                    let text = builder.finish();
                    self.source(line, spoken(&text));
                    let paragraphs = vec![text];
                    if let Some(row) = table.as_mut().and_then(|(rows, _)| rows.last_mut()) {
                        row.push(DraftCell { paragraphs, colspan: 1, rowspan: 1 });
                    }
                }
                Event::End(TagEnd::Table) => {
                    if let Some((rows, aligns)) = table.take() {
                        self.draft.pieces.push(DraftPiece::Table { rows, aligns });
                    }
                }
                Event::Text(text) | Event::Code(text) => builder.push(&text, bold > 0, italic > 0),
                Event::FootnoteReference(name) => {
                    // Each is taken once: a mark that is used again would write it again.
                    match notes.remove(&*name) {
                        Some(note) => builder.note(note),
                        None => self.left_out(
                            line,
                            message!("dấu chú thích đã dùng ở trên", "a footnote's mark that was used above"),
                        ),
                    }
                }
                Event::SoftBreak => builder.push(&SOFT.to_string(), bold > 0, italic > 0),
                Event::HardBreak => builder.push("\n", bold > 0, italic > 0),
                Event::Rule => {}
                _ => {}
            }
        }
        let rest = builder.finish();
        self.push(DraftPiece::Paragraph(rest), line);
        let mut unused: Vec<_> = notes.into_iter().collect();
        unused.sort_by(|one, other| one.0.cmp(&other.0));
        for (name, note) in unused {
            let name = name.lines().next().unwrap_or_default();
            let what = message!(
                "chú thích [^{name}] không được nhắc đến",
                "the footnote [^{name}], which nothing refers to"
            );
            self.draft.left_out.push(LeftOut { place: at_line(self.line), what, words: spoken(&note) });
        }
    }

    fn push(&mut self, piece: DraftPiece, line: usize) {
        let (DraftPiece::Paragraph(text) | DraftPiece::Heading { text, .. } | DraftPiece::Item { text, .. }) =
            &piece
        else {
            return;
        };
        if !text.0.is_empty() {
            let marker = match &piece {
                DraftPiece::Item { marker, .. } => format!("{marker} "),
                _ => String::new(),
            };
            self.source(line, format!("{marker}{}", spoken(text)));
            self.draft.pieces.push(piece);
        }
    }

    /// The first paragraph of an item is the item; those that follow are paragraphs.
    fn end_item(
        &mut self,
        builder: &mut TextBuilder,
        item: &mut Option<(String, bool)>,
        depth: usize,
        line: usize,
    ) {
        let text = builder.finish();
        if text.0.is_empty() {
            return;
        }
        let piece = match item.take() {
            Some((marker, loose)) => {
                let level = u8::try_from(depth.clamp(1, 4)).unwrap_or(4);
                DraftPiece::Item { marker, level, text, loose }
            }
            None => DraftPiece::Paragraph(text),
        };
        self.push(piece, line);
    }
}

fn at_line(line: usize) -> Message {
    message!("dòng {line}", "line {line}")
}
