//! A draft as plain pieces, before anything is recognised in it.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::front_matter::FrontMatter;
use super::imported::LeftOut;
use crate::lang::Message;
use crate::model::{Align, Run, Text};

/// A draft that was read: its pieces, and what they must account for.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) pieces: Vec<DraftPiece>,
    /// Each paragraph that was read, in the order of the draft.
    pub(super) sources: Vec<Source>,
    pub(super) left_out: Vec<LeftOut>,
    pub(super) front_matter: FrontMatter,
}

/// A paragraph of the draft as it was read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Source {
    pub(super) place: Message,
    pub(super) text: String,
}

/// A piece of a draft. In its texts `\n` is a line break that the author wanted, [`SOFT`] one that only
/// the file has, and a tab a step to the next column.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum DraftPiece {
    Paragraph(Text),
    Heading { level: u8, text: Text },
    Item { marker: String, level: u8, text: Text, loose: bool },
    Table { rows: Vec<Vec<DraftCell>>, aligns: Vec<Align> },
}

/// A line break that only the file has.
pub(super) const SOFT: char = '\u{2028}';
/// Spaces in a row that put what follows into another column.
const COLUMN_GAP: usize = 4;

/// A cell with its paragraphs.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct DraftCell {
    pub(super) paragraphs: Vec<Text>,
    pub(super) colspan: usize,
    pub(super) rowspan: usize,
}

/// Gathers text run by run.
#[derive(Debug, Default)]
pub(super) struct TextBuilder {
    pub(super) runs: Vec<Run>,
}

impl TextBuilder {
    pub(super) fn push(&mut self, text: &str, bold: bool, italic: bool) {
        if text.is_empty() {
            return;
        }
        match self.runs.last_mut() {
            Some(run) if run.note.is_none() && run.bold == bold && run.italic == italic => {
                run.text.push_str(text);
            }
            _ => self.runs.push(Run::new(text, bold, italic)),
        }
    }

    /// Puts a footnote after what is there; without text before it, it becomes text itself.
    pub(super) fn note(&mut self, note: Text) {
        if note.plain().trim().is_empty() {
            return;
        }
        match self.runs.last_mut() {
            Some(run) if run.note.is_none() => run.note = Some(note),
            _ => self.push(&format!(" ({})", note.plain()), false, false),
        }
    }

    /// The text in normal form C with even spaces.
    pub(super) fn finish(&mut self) -> Text {
        let mut runs = composed(std::mem::take(&mut self.runs));
        even(&mut runs);
        if let Some(first) = runs.first_mut() {
            first.text = first.text.trim_start().to_owned();
        }
        if let Some(last) = runs.last_mut().filter(|last| last.note.is_none()) {
            last.text = last.text.trim_end().to_owned();
        }
        runs.retain(|run| !run.text.is_empty() || run.note.is_some());
        // A footnote needs text that it follows.
        if let Some(first) = runs.first_mut().filter(|first| first.text.is_empty()) {
            let note = first.note.take();
            first.text = note.map(|note| format!("({})", note.plain())).unwrap_or_default();
        }
        Text(runs)
    }
}

/// Brings runs into normal form C; marks that begin a run belong to the letter before it.
fn composed(runs: Vec<Run>) -> Vec<Run> {
    let mut whole: Vec<Run> = Vec::with_capacity(runs.len());
    for mut run in runs {
        let marks: usize = run.text.chars().take_while(|c| is_combining_mark(*c)).map(char::len_utf8).sum();
        if let (true, Some(before)) = (marks > 0, whole.last_mut().filter(|before| before.note.is_none())) {
            before.text.extend(run.text.drain(..marks));
        }
        whole.push(run);
    }
    for run in &mut whole {
        run.text = run.text.nfc().collect();
    }
    whole
}

/// One space for several and for odd ones; a tab, or many spaces, stay a tab.
fn even(runs: &mut [Run]) {
    let mut before = '\n';
    for run in runs {
        let mut text = String::with_capacity(run.text.len());
        let mut characters = run.text.chars().peekable();
        while let Some(c) = characters.next() {
            if !is_space(c) {
                text.push(c);
                before = c;
                continue;
            }
            let (mut count, mut tab) = (1, c == '\t');
            while let Some(more) = characters.next_if(|c| is_space(*c)) {
                count += 1;
                tab |= more == '\t';
            }
            if !is_space(before) {
                before = if tab || count >= COLUMN_GAP { '\t' } else { ' ' };
                text.push(before);
            }
        }
        run.text = text;
    }
}

/// A space within a line, of whatever width.
fn is_space(c: char) -> bool {
    matches!(
        c,
        ' ' | '\t' | '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}'
    )
}
