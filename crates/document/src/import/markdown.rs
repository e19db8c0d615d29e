//! Markdown (CommonMark with tables and footnotes), and lines parted by tabs as tables.

use std::collections::HashMap;

use pulldown_cmark::{Alignment, Event, Options, Parser, Tag, TagEnd};

use super::error::ImportError;
use super::imported::{Imported, LeftOut};
use super::pieces::{DraftCell, DraftPiece, SOFT, TextBuilder};
use super::recognise::recognise;
use crate::lang::Message;
use crate::limits::{MAX_DRAFT, MAX_PIECES};
use crate::message;
use crate::model::{Align, Text};

/// Reads a Markdown draft.
///
/// # Errors
/// It is not UTF-8, or too large.
pub fn markdown(bytes: &[u8]) -> Result<Imported, ImportError> {
    if bytes.len() > MAX_DRAFT {
        return Err(ImportError::TooLarge { limit: MAX_DRAFT });
    }
    let text = std::str::from_utf8(bytes).map_err(|_| ImportError::NotUtf8)?;
    let text = text.trim_start_matches('\u{FEFF}').replace("\r\n", "\n");
    let mut reader = Reader { pieces: Vec::new(), left_out: Vec::new(), line: 1 };
    for segment in segments(&text) {
        match segment {
            Segment::Prose(prose) => reader.prose(prose),
            Segment::Tabbed(lines) => reader.tabbed(lines),
        }
        let (Segment::Prose(whole) | Segment::Tabbed(whole)) = segment;
        reader.line += whole.matches('\n').count();
        if reader.pieces.len() > MAX_PIECES {
            return Err(ImportError::TooLarge { limit: MAX_PIECES });
        }
    }
    Ok(Imported { form: recognise(reader.pieces), left_out: reader.left_out })
}

#[derive(Clone, Copy)]
enum Segment<'a> {
    Prose(&'a str),
    Tabbed(&'a str),
}

/// Parts `text` where at least two lines in a row have the same number of tabs, two or more.
fn segments(text: &str) -> Vec<Segment<'_>> {
    let mut lines: Vec<(usize, usize, usize)> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        // Leading tabs are Markdown's.
        let tabs = if line.starts_with('\t') { 0 } else { line.matches('\t').count() };
        lines.push((at, at + line.len(), tabs));
        at += line.len();
    }
    let mut segments = Vec::new();
    let (mut index, mut prose) = (0, 0);
    while let Some((start, _, tabs)) = lines.get(index).copied() {
        let run = lines.iter().skip(index).take_while(|line| line.2 == tabs).count();
        if tabs < 2 || run < 2 {
            index += 1;
            continue;
        }
        let end = lines.get(index + run - 1).map_or(start, |line| line.1);
        segments.extend(text.get(prose..start).map(Segment::Prose));
        segments.extend(text.get(start..end).map(Segment::Tabbed));
        (index, prose) = (index + run, end);
    }
    segments.extend(text.get(prose..).map(Segment::Prose));
    segments
}

struct Reader {
    pieces: Vec<DraftPiece>,
    left_out: Vec<LeftOut>,
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
        // A page's end cuts a table in two; nothing stands between its halves.
        if let Some(DraftPiece::Table { rows: before, .. }) = self.pieces.last_mut()
            && before.first().map(Vec::len) == rows.first().map(Vec::len)
        {
            before.append(&mut rows);
            return;
        }
        let aligns = vec![Align::Left; rows.first().map_or(0, Vec::len)];
        self.pieces.push(DraftPiece::Table { rows, aligns });
    }

    fn left_out(&mut self, source: &str, at: usize, what: Message) {
        let line = self.line + source.get(..at).unwrap_or_default().matches('\n').count();
        if self.left_out.len() < crate::diagnostic::MAX_FINDINGS {
            self.left_out.push(LeftOut { place: message!("dòng {line}", "line {line}"), what });
        }
    }

    fn prose(&mut self, source: &str) {
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES;
        let notes = footnotes(source, options);
        let mut builder = TextBuilder::default();
        let mut lists: Vec<List> = Vec::new();
        let (mut bold, mut italic, mut skipped) = (0_u32, 0_u32, 0_u32);
        let mut item: Option<(String, bool)> = None;
        let mut table: Option<(Vec<Vec<DraftCell>>, Vec<Align>)> = None;
        for (event, range) in Parser::new_ext(source, options).into_offset_iter() {
            if skipped > 0 {
                match event {
                    Event::Start(Tag::FootnoteDefinition(_)) => skipped += 1,
                    Event::End(TagEnd::FootnoteDefinition) => skipped -= 1,
                    _ => {}
                }
                continue;
            }
            match event {
                Event::Start(Tag::FootnoteDefinition(_)) => skipped += 1,
                Event::Start(Tag::Strong) => bold += 1,
                Event::End(TagEnd::Strong) => bold = bold.saturating_sub(1),
                Event::Start(Tag::Emphasis) => italic += 1,
                Event::End(TagEnd::Emphasis) => italic = italic.saturating_sub(1),
                Event::Start(Tag::Strikethrough) => {
                    self.left_out(
                        source,
                        range.start,
                        message!("gạch ngang chữ (giữ chữ)", "strikethrough (the text stays)"),
                    );
                }
                Event::Start(Tag::Link { .. }) => {
                    self.left_out(
                        source,
                        range.start,
                        message!("liên kết (giữ chữ)", "a link (its text stays)"),
                    );
                }
                Event::Start(Tag::Image { .. }) => {
                    self.left_out(
                        source,
                        range.start,
                        message!("hình ảnh (giữ chữ mô tả)", "an image (its description stays)"),
                    );
                }
                Event::Start(Tag::CodeBlock(_)) => {
                    self.left_out(
                        source,
                        range.start,
                        message!("kiểu mã lệnh (giữ chữ)", "code formatting (the text stays)"),
                    );
                }
                Event::Html(html) | Event::InlineHtml(html) if !html.trim().is_empty() => {
                    self.left_out(source, range.start, message!("mã HTML", "HTML"));
                }
                Event::Start(Tag::List(first)) => {
                    self.end_item(&mut builder, &mut item, lists.len());
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
                Event::End(TagEnd::Item) => self.end_item(&mut builder, &mut item, lists.len()),
                Event::Start(Tag::Paragraph) => {
                    if let Some((_, loose)) = &mut item {
                        *loose = true;
                    }
                }
                Event::End(TagEnd::Paragraph) if lists.is_empty() => {
                    let text = builder.finish();
                    self.push(DraftPiece::Paragraph(text));
                }
                Event::End(TagEnd::Paragraph) => self.end_item(&mut builder, &mut item, lists.len()),
                Event::End(TagEnd::CodeBlock | TagEnd::HtmlBlock) => {
                    let text = builder.finish();
                    self.push(DraftPiece::Paragraph(text));
                }
                Event::End(TagEnd::Heading(level)) => {
                    let text = builder.finish();
                    self.push(DraftPiece::Heading { level: level as u8, text });
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
                    let paragraphs = vec![builder.finish()];
                    if let Some(row) = table.as_mut().and_then(|(rows, _)| rows.last_mut()) {
                        row.push(DraftCell { paragraphs, colspan: 1, rowspan: 1 });
                    }
                }
                Event::End(TagEnd::Table) => {
                    if let Some((rows, aligns)) = table.take() {
                        self.pieces.push(DraftPiece::Table { rows, aligns });
                    }
                }
                Event::Text(text) | Event::Code(text) => builder.push(&text, bold > 0, italic > 0),
                Event::FootnoteReference(name) => {
                    if let Some(note) = notes.get(&*name) {
                        builder.note(note.clone());
                    }
                }
                Event::SoftBreak => builder.push(&SOFT.to_string(), bold > 0, italic > 0),
                Event::HardBreak => builder.push("\n", bold > 0, italic > 0),
                Event::Rule => {}
                _ => {}
            }
        }
        let rest = builder.finish();
        self.push(DraftPiece::Paragraph(rest));
    }

    fn push(&mut self, piece: DraftPiece) {
        let empty = match &piece {
            DraftPiece::Paragraph(text)
            | DraftPiece::Heading { text, .. }
            | DraftPiece::Item { text, .. } => text.0.is_empty(),
            DraftPiece::Table { .. } => false,
        };
        if !empty {
            self.pieces.push(piece);
        }
    }

    /// The first paragraph of an item is the item; those that follow are paragraphs.
    fn end_item(&mut self, builder: &mut TextBuilder, item: &mut Option<(String, bool)>, depth: usize) {
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
        self.pieces.push(piece);
    }
}

/// The footnotes of a text by their names.
fn footnotes(source: &str, options: Options) -> HashMap<String, Text> {
    let mut notes = HashMap::new();
    let mut open: Option<(String, TextBuilder)> = None;
    let (mut bold, mut italic) = (0_u32, 0_u32);
    for event in Parser::new_ext(source, options) {
        match (event, &mut open) {
            (Event::Start(Tag::FootnoteDefinition(name)), _) => {
                open = Some((name.to_string(), TextBuilder::default()));
            }
            (Event::End(TagEnd::FootnoteDefinition), _) => {
                if let Some((name, mut builder)) = open.take() {
                    notes.insert(name, builder.finish());
                }
            }
            (Event::Start(Tag::Strong), Some(_)) => bold += 1,
            (Event::End(TagEnd::Strong), Some(_)) => bold = bold.saturating_sub(1),
            (Event::Start(Tag::Emphasis), Some(_)) => italic += 1,
            (Event::End(TagEnd::Emphasis), Some(_)) => italic = italic.saturating_sub(1),
            (Event::Text(text) | Event::Code(text), Some((_, builder))) => {
                builder.push(&text, bold > 0, italic > 0);
            }
            (Event::SoftBreak | Event::HardBreak, Some((_, builder))) => {
                builder.push(" ", bold > 0, italic > 0);
            }
            _ => {}
        }
    }
    notes
}
