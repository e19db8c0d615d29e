//! What every rule has at hand: the widths of words, the room of the page, and a place for findings.

use std::borrow::Cow;

use crate::diagnostic::{Diagnostic, MAX_FINDINGS};
use crate::fonts::{Measure, Style};
use crate::lang::Message;
use crate::limits::MAX_LABEL;
use crate::message;
use crate::model::Text;
use crate::profile::{Profile, Sizes};

/// Official signatures are not used for state secrets.
pub(crate) fn state_secret(pointer: &str, profile: &Profile) -> Diagnostic {
    let marks = profile.secrecy.texts.join(", ");
    let message = message!(
        "văn bản mật ({marks}) không được soạn, ký và gửi bằng chương trình này",
        "state secrets ({marks}) are not drafted, signed or sent with this program"
    );
    let article = format!("{}; {}", profile.secrecy.law, profile.cite(&profile.articles.secrecy));
    Diagnostic { article: Some(Cow::Owned(article)), ..Diagnostic::error("E-SECRET", pointer, message) }
}

/// A document's rules at work: what they measure with, and where their findings go.
pub(super) struct Rules<'a> {
    pub(super) measure: &'a Measure<'a>,
    pub(super) findings: &'a mut Vec<Diagnostic>,
    pub(super) profile: &'static Profile,
    pub(super) sizes: &'static Sizes,
    pub(super) room: LineRoom,
}

/// Lengths of the page, in points.
#[derive(Clone, Copy)]
pub(super) struct LineRoom {
    pub(super) line: f64,
    pub(super) landscape: f64,
    pub(super) indent: f64,
}

impl Rules<'_> {
    /// A text that is nothing but a mark of secrecy.
    pub(super) fn secret(&mut self, pointer: &str, text: &str) {
        let bare = text.trim_matches(|c: char| !c.is_alphabetic());
        if self.profile.secrecy.texts.iter().any(|mark| mark == bare) {
            self.push(state_secret(pointer, self.profile));
        }
    }

    pub(super) fn not_empty(&mut self, pointer: &str, text: &str) {
        if text.trim().is_empty() {
            self.error("E-TEXT-EMPTY", pointer, message!("không có chữ nào", "there is no text"), None, None);
        }
    }

    /// What stands in the file's outline and metadata as well, with its footnotes.
    pub(super) fn label(&mut self, pointer: &str, text: &Text) {
        self.notes(pointer, text);
        let notes = text.0.iter().filter_map(|run| run.note.as_ref()).map(Text::plain);
        let whole = std::iter::once(text.plain()).chain(notes).collect::<Vec<_>>().concat();
        self.short(pointer, &whole);
    }

    /// Refuses text that is too long for the file's outline or metadata.
    pub(super) fn short(&mut self, pointer: &str, text: &str) {
        let length = text.chars().count();
        if length > MAX_LABEL {
            self.error(
                "E-TEXT-LONG",
                pointer,
                message!(
                    "dài {length} ký tự, giới hạn ở đây là {MAX_LABEL}",
                    "{length} characters; the limit here is {MAX_LABEL}"
                ),
                None,
                None,
            );
        }
    }

    /// Refuses words that can't be broken and are wider than `room` points at `size` points.
    pub(super) fn words(&mut self, pointer: &str, text: &str, room: f64, size: f64) {
        let (word, width) = self.widest_word(text, size);
        if width > room {
            let (start, length) = (word.chars().take(12).collect::<String>(), word.chars().count());
            self.error(
                "E-TEXT-WORD",
                pointer,
                message!(
                    "từ \"{start}…\" dài {length} ký tự, rộng hơn dòng",
                    "the word \"{start}…\" has {length} characters and is wider than the line"
                ),
                Some(message!("thêm dấu cách", "put a space in it")),
                None,
            );
        }
    }

    /// The widest piece of `text` that no line break can split, and its width in points.
    pub(super) fn widest_word<'t>(&self, text: &'t str, size: f64) -> (&'t str, f64) {
        text.split(|c: char| c.is_whitespace() && c != '\u{A0}')
            .flat_map(|word| word.split_inclusive(['-', '–']))
            .map(|word| (word, self.width(word, size)))
            .fold(("", 0.0), |widest, word| if word.1 > widest.1 { word } else { widest })
    }

    /// The width of `text` in one style, in points.
    pub(super) fn width_in(&self, text: &str, style: Style, size: f64) -> f64 {
        text.chars().filter_map(|character| self.measure.advance(character, style)).sum::<f64>() * size
    }

    /// The width of `text` in the widest style, in points.
    fn width(&self, text: &str, size: f64) -> f64 {
        let widest = |character| {
            Style::ALL.iter().filter_map(|style| self.measure.advance(character, *style)).fold(0.0, f64::max)
        };
        text.chars().map(widest).sum::<f64>() * size
    }

    pub(super) fn error(
        &mut self,
        code: &'static str,
        pointer: &str,
        message: Message,
        hint: Option<Message>,
        article: Option<&str>,
    ) {
        let article = article.map(|article| self.profile.cite(article).into());
        self.push(Diagnostic { hint, article, ..Diagnostic::error(code, pointer, message) });
    }

    fn push(&mut self, error: Diagnostic) {
        // Warnings fill half of the room at the most, so that an error always finds some.
        if self.findings.len() < 2 * MAX_FINDINGS {
            self.findings.push(error);
        }
    }

    pub(super) fn warning(
        &mut self,
        code: &'static str,
        pointer: &str,
        message: Message,
        article: Option<&str>,
    ) {
        if self.findings.len() < MAX_FINDINGS {
            let article = article.map(|article| self.profile.cite(article).into());
            self.findings.push(Diagnostic { article, ..Diagnostic::warning(code, pointer, message) });
        }
    }

    /// A finding that its severity's letter tells, with the string that would mend it.
    pub(super) fn fixed(
        &mut self,
        code: &'static str,
        pointer: &str,
        message: Message,
        article: Option<&str>,
        fix: Option<String>,
    ) {
        let before = self.findings.len();
        if code.starts_with('E') {
            self.error(code, pointer, message, None, article);
        } else {
            self.warning(code, pointer, message, article);
        }
        if let Some(finding) = self.findings.get_mut(before) {
            finding.fix = fix.filter(|fix| !fix.trim().is_empty());
        }
    }
}
