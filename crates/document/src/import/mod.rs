//! Drafts that were written elsewhere, as the JSON form: Markdown and Word. A draft is read into plain
//! pieces first; the parts of an official document are then recognised among them. What is not carried
//! over is said, and what is not recognised stays in the content.

mod docx;
mod markdown;
mod recognise;
mod table;
mod words;

use crate::explain::{Explain, Refusal};
use crate::lang::Message;
use crate::message;
use crate::model::{Align, Run, Text};

pub use docx::docx;
pub use markdown::markdown;

/// The longest draft, in bytes.
pub const MAX_DRAFT: usize = 64 << 20;
/// The most pieces that are taken from one.
const MAX_PIECES: usize = 100_000;

/// A draft as the JSON form.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The form; what was not found has a place to be filled in.
    pub form: serde_json::Value,
    /// What was not carried over.
    pub left_out: Vec<LeftOut>,
}

/// Something that was not carried over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Where in the draft it stood, such as `line 12`.
    pub place: Message,
    /// What it was, in a few words.
    pub what: Message,
}

/// Why a draft can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.words().en)]
#[non_exhaustive]
pub enum ImportError {
    /// The text is not UTF-8.
    NotUtf8,
    /// The file is not a Word document.
    NotWord(String),
    /// The draft is too large.
    TooLarge {
        /// The limit, in bytes or pieces.
        limit: usize,
    },
}

impl Explain for ImportError {
    fn words(&self) -> Message {
        match self {
            ImportError::NotUtf8 => message!("bản thảo không phải UTF-8", "the draft is not UTF-8"),
            ImportError::NotWord(reason) => {
                message!("không phải văn bản Word (.docx): {reason}", "not a Word document (.docx): {reason}")
            }
            ImportError::TooLarge { limit } => {
                message!("bản thảo quá lớn, giới hạn {limit}", "the draft is too large, the limit is {limit}")
            }
        }
    }

    fn kind(&self) -> Refusal {
        Refusal::Rejected
    }
}

/// A piece of a draft. In its texts `\n` is a line break that the author wanted, and [`SOFT`] one that
/// only the file has.
#[derive(Debug, Clone, PartialEq)]
enum Piece {
    Paragraph(Text),
    Heading { level: u8, text: Text },
    Item { marker: String, level: u8, text: Text, loose: bool },
    Table { rows: Vec<Vec<Cell>>, aligns: Vec<Align> },
}

/// A line break that only the file has.
const SOFT: char = '\u{2028}';

/// A cell with its paragraphs.
#[derive(Debug, Clone, PartialEq, Default)]
struct Cell {
    paragraphs: Vec<Text>,
    colspan: usize,
    rowspan: usize,
}

/// Gathers text run by run.
#[derive(Debug, Default)]
struct Builder {
    runs: Vec<Run>,
}

impl Builder {
    fn push(&mut self, text: &str, bold: bool, italic: bool) {
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
    fn note(&mut self, note: Text) {
        if note.plain().trim().is_empty() {
            return;
        }
        match self.runs.last_mut() {
            Some(run) if run.note.is_none() => run.note = Some(note),
            _ => self.push(&format!("({})", note.plain()), false, false),
        }
    }

    fn finish(&mut self) -> Text {
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
