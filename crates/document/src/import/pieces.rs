//! A draft as plain pieces, before anything is recognised in it.

use crate::model::{Align, Run, Text};

/// A piece of a draft. In its texts `\n` is a line break that the author wanted, and [`SOFT`] one that
/// only the file has.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum DraftPiece {
    Paragraph(Text),
    Heading { level: u8, text: Text },
    Item { marker: String, level: u8, text: Text, loose: bool },
    Table { rows: Vec<Vec<DraftCell>>, aligns: Vec<Align> },
}

/// A line break that only the file has.
pub(super) const SOFT: char = '\u{2028}';

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
            _ => self.push(&format!("({})", note.plain()), false, false),
        }
    }

    pub(super) fn finish(&mut self) -> Text {
        let mut runs = std::mem::take(&mut self.runs);
        if let Some(first) = runs.first_mut() {
            first.text = first.text.trim_start().to_owned();
        }
        if let Some(last) = runs.last_mut().filter(|last| last.note.is_none()) {
            last.text = last.text.trim_end().to_owned();
        }
        runs.retain(|run| !run.text.is_empty() || run.note.is_some());
        Text(runs)
    }
}
