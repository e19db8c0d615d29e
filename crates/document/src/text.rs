//! Text as authors write it: `**bold**`, `*italic*`, `^[footnote]`, line breaks, the escapes `\*`, `\\`,
//! `\^`, `\[` and `\]`, and nothing else.

use std::iter::once;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::limits::MAX_COMBINING_MARKS;
use super::model::{Run, Text};

/// What is wrong with a text, at which of its characters (from 0).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TextFault {
    /// The character's index in the text as written.
    pub at: usize,
    /// What is wrong with it.
    pub kind: FaultKind,
}

/// What can be wrong with a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FaultKind {
    /// A control character other than a line break.
    Control(char),
    /// A character that is invisible or turns the reading direction.
    Invisible(char),
    /// One combining mark too many.
    Marks,
    /// Opens an emphasis or a footnote that nothing closes.
    Unclosed(&'static str),
    /// A footnote without text, without text before it, or within another one.
    Note,
}

/// Reads `written` as text with emphasis and footnotes.
pub(super) fn parse(written: &str) -> Result<Text, Vec<TextFault>> {
    let mut parser = Parser {
        characters: written.chars().enumerate().peekable(),
        literals: Vec::new(),
        faults: Vec::new(),
    };
    let mut text = parser.text(None);
    let Parser { literals, mut faults, .. } = parser;
    faults.extend(refused(literals.into_iter(), Lines::Many));
    if !faults.is_empty() {
        faults.sort_by_key(|fault| fault.at);
        return Err(faults);
    }
    compose(&mut text);
    Ok(text)
}

struct Parser<'a> {
    characters: std::iter::Peekable<std::iter::Enumerate<std::str::Chars<'a>>>,
    /// What is printed, and where it is written.
    literals: Vec<(usize, char)>,
    faults: Vec<TextFault>,
}

impl Parser<'_> {
    /// Reads up to the end, or up to the `]` of the footnote that was opened at `note`.
    fn text(&mut self, note: Option<usize>) -> Text {
        let mut runs: Vec<Run> = Vec::new();
        let (mut bold, mut italic, mut closed) = (None, None, note.is_none());
        while let Some((at, character)) = self.characters.next() {
            let next = self.characters.peek().map(|(_, next)| *next);
            let literal = match (character, next) {
                ('\\', Some(escaped @ ('*' | '\\' | '^' | '[' | ']'))) => {
                    self.characters.next();
                    escaped
                }
                ('*', Some('*')) => {
                    self.characters.next();
                    bold = if bold.is_some() { None } else { Some(at) };
                    continue;
                }
                ('*', _) => {
                    italic = if italic.is_some() { None } else { Some(at) };
                    continue;
                }
                // No footnote stands in another one.
                ('^', Some('[')) if note.is_some() => {
                    self.faults.push(TextFault { at, kind: FaultKind::Note });
                    continue;
                }
                ('^', Some('[')) => {
                    self.characters.next();
                    let text = self.text(Some(at));
                    match runs.last_mut().filter(|run| run.note.is_none()) {
                        Some(run) if !text.0.is_empty() => run.note = Some(text),
                        _ => self.faults.push(TextFault { at, kind: FaultKind::Note }),
                    }
                    continue;
                }
                (']', _) if note.is_some() => {
                    closed = true;
                    break;
                }
                _ => character,
            };
            self.literals.push((at, literal));
            match runs.last_mut() {
                Some(run)
                    if run.note.is_none() && run.bold == bold.is_some() && run.italic == italic.is_some() =>
                {
                    run.text.push(literal);
                }
                _ => runs.push(Run::new(literal, bold.is_some(), italic.is_some())),
            }
        }
        self.faults.extend(bold.map(|at| TextFault { at, kind: FaultKind::Unclosed("**") }));
        self.faults.extend(italic.map(|at| TextFault { at, kind: FaultKind::Unclosed("*") }));
        if let (false, Some(at)) = (closed, note) {
            self.faults.push(TextFault { at, kind: FaultKind::Unclosed("^[") });
        }
        Text(runs)
    }
}

/// Brings all of `text` into normal form C.
fn compose(text: &mut Text) {
    for run in &mut text.0 {
        run.text = run.text.nfc().collect();
        run.note.iter_mut().for_each(compose);
    }
}

/// Reads `written` as plain text.
pub(super) fn plain(written: &str) -> Result<String, Vec<TextFault>> {
    let faults = refused(written.chars().enumerate(), Lines::One);
    if faults.is_empty() { Ok(written.nfc().collect()) } else { Err(faults) }
}

/// Whether line breaks may stand in a text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lines {
    One,
    Many,
}

/// Characters that may stand in no printed text, of the characters to be printed and where each is
/// written: an emphasis without text between two marks does not part them.
fn refused(printed: impl Iterator<Item = (usize, char)>, lines: Lines) -> Vec<TextFault> {
    let mut faults = Vec::new();
    let mut marks = 0;
    for (at, character) in printed {
        let before = marks;
        // Some marks are two once normalised, such as U+0344.
        marks = if is_combining_mark(character) { marks + once(character).nfd().count() } else { 0 };
        if character == '\n' && lines == Lines::Many {
            continue;
        }
        if character.is_control() || matches!(character, '\u{2028}' | '\u{2029}') {
            faults.push(TextFault { at, kind: FaultKind::Control(character) });
        } else if is_invisible(character) {
            faults.push(TextFault { at, kind: FaultKind::Invisible(character) });
        } else if marks > MAX_COMBINING_MARKS && before <= MAX_COMBINING_MARKS {
            faults.push(TextFault { at, kind: FaultKind::Marks });
        }
    }
    faults
}

/// Format characters (Unicode general category Cf), fillers, variation selectors, private use, and
/// letters that are written from right to left: what a reader can't see, or sees in another order.
pub(crate) fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{00AD}' | '\u{034F}' | '\u{0590}'..='\u{08FF}' | '\u{115F}'..='\u{1160}'
        | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{E000}'..='\u{F8FF}'
        | '\u{FB1D}'..='\u{FDFF}' | '\u{FE00}'..='\u{FE0F}' | '\u{FE70}'..='\u{FEFF}' | '\u{FFA0}'
        | '\u{FFF0}'..='\u{FFFB}' | '\u{10800}'..='\u{10FFF}' | '\u{110BD}' | '\u{110CD}'
        | '\u{13430}'..='\u{1343F}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
        | '\u{1E800}'..='\u{1EFFF}' | '\u{E0000}'..='\u{10FFFF}')
}

/// Writes `text` the way [`parse`] reads it.
pub(crate) fn write(text: &Text) -> String {
    let mut written = String::new();
    write_runs(&mut written, text, false);
    written
}

fn write_runs(written: &mut String, text: &Text, in_note: bool) {
    let (mut bold, mut italic) = (false, false);
    for run in &text.0 {
        toggle(written, &mut bold, run.bold, "**");
        toggle(written, &mut italic, run.italic, "*");
        let mut characters = run.text.chars().peekable();
        while let Some(character) = characters.next() {
            let opens = character == '^' && characters.peek() == Some(&'[');
            // A backslash before what it would escape stands for itself twice.
            if matches!(character, '*' | '\\') || opens || (in_note && character == ']') {
                written.push('\\');
            }
            written.push(character);
        }
        if let Some(note) = &run.note {
            written.push_str("^[");
            write_runs(written, note, true);
            written.push(']');
        }
    }
    toggle(written, &mut bold, false, "**");
    toggle(written, &mut italic, false, "*");
}

fn toggle(written: &mut String, state: &mut bool, wanted: bool, mark: &str) {
    if *state != wanted {
        written.push_str(mark);
        *state = wanted;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn emphasis_and_escapes_are_read() {
        let Text(runs) = parse(r"a **b *c* d** \*e\\").unwrap();
        let seen: Vec<_> = runs.iter().map(|run| (run.text.as_str(), run.bold, run.italic)).collect();
        assert_eq!(
            seen,
            [
                ("a ", false, false),
                ("b ", true, false),
                ("c", true, true),
                (" d", true, false),
                (r" *e\", false, false)
            ]
        );
    }

    #[test]
    fn hidden_characters_and_open_marks_are_refused_where_they_stand() {
        let kinds = |written| parse(written).unwrap_err();
        assert_eq!(kinds("a\tb"), [TextFault { at: 1, kind: FaultKind::Control('\t') }]);
        assert_eq!(kinds("a^[b"), [TextFault { at: 1, kind: FaultKind::Unclosed("^[") }]);
        for written in ["^[a]", "a^[]", "a^[b^[c]]", "a^[b]^[c]"] {
            assert!(kinds(written).iter().all(|fault| fault.kind == FaultKind::Note), "{written}");
        }
        assert_eq!(kinds("\u{202E}x"), [TextFault { at: 0, kind: FaultKind::Invisible('\u{202E}') }]);
        assert_eq!(kinds("e\u{301}\u{301}\u{301}\u{301}"), [TextFault { at: 4, kind: FaultKind::Marks }]);
        assert_eq!(kinds("5 * 3"), [TextFault { at: 2, kind: FaultKind::Unclosed("*") }]);
    }

    #[test]
    fn footnotes_follow_what_they_note() {
        let Text(runs) = parse("a^[một *hai* \\]]b **c^[d]** \\^[").unwrap();
        let seen: Vec<_> =
            runs.iter().map(|run| (run.text.as_str(), run.note.as_ref().map(Text::plain))).collect();
        let note = |text: &str| Some(text.to_owned());
        assert_eq!(seen, [("a", note("một hai ]")), ("b ", None), ("c", note("d")), (" ^[", None)]);
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(written in r"[a-cế*\\ \[\]^\n]{0,24}") {
            if let Ok(text) = parse(&written) {
                prop_assert_eq!(parse(&write(&text)), Ok(text));
            }
        }
    }
}
