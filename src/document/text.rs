//! Text as authors write it: `**bold**`, `*italic*`, the escapes `\*` and `\\`, and nothing else.

use std::iter::once;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::model::{Run, Text};

/// The most combining marks that may follow one another: Vietnamese needs two.
pub const MAX_COMBINING_MARKS: usize = 3;

/// What is wrong with a text, at which of its characters (from 0).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fault {
    /// The character's index in the text as written.
    pub at: usize,
    /// What is wrong with it.
    pub kind: FaultKind,
}

/// What can be wrong with a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FaultKind {
    /// A control character; a line break is one.
    Control(char),
    /// A character that is invisible or turns the reading direction.
    Invisible(char),
    /// One combining mark too many.
    Marks,
    /// Opens an emphasis that nothing closes.
    Unclosed(&'static str),
}

/// Reads `written` as text with emphasis.
pub(super) fn parse(written: &str) -> Result<Text, Vec<Fault>> {
    let mut runs: Vec<Run> = Vec::new();
    let mut literals = Vec::new();
    let (mut bold, mut italic) = (None, None);
    let mut characters = written.chars().enumerate().peekable();
    while let Some((at, character)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next);
        let literal = match (character, next) {
            ('\\', Some(escaped @ ('*' | '\\'))) => {
                characters.next();
                escaped
            }
            ('*', Some('*')) => {
                characters.next();
                bold = if bold.is_some() { None } else { Some(at) };
                continue;
            }
            ('*', _) => {
                italic = if italic.is_some() { None } else { Some(at) };
                continue;
            }
            _ => character,
        };
        literals.push((at, literal));
        match runs.last_mut() {
            Some(run) if run.bold == bold.is_some() && run.italic == italic.is_some() => {
                run.text.push(literal);
            }
            _ => runs.push(Run { text: literal.to_string(), bold: bold.is_some(), italic: italic.is_some() }),
        }
    }
    let mut faults = refused(literals.into_iter());
    faults.extend(bold.map(|at| Fault { at, kind: FaultKind::Unclosed("**") }));
    faults.extend(italic.map(|at| Fault { at, kind: FaultKind::Unclosed("*") }));
    if !faults.is_empty() {
        faults.sort_by_key(|fault| fault.at);
        return Err(faults);
    }
    for run in &mut runs {
        run.text = run.text.nfc().collect();
    }
    Ok(Text(runs))
}

/// Reads `written` as plain text.
pub(super) fn plain(written: &str) -> Result<String, Vec<Fault>> {
    let faults = refused(written.chars().enumerate());
    if faults.is_empty() { Ok(written.nfc().collect()) } else { Err(faults) }
}

/// Characters that may stand in no printed text, of the characters to be printed and where each is
/// written: an emphasis without text between two marks does not part them.
fn refused(printed: impl Iterator<Item = (usize, char)>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut marks = 0;
    for (at, character) in printed {
        let before = marks;
        // Some marks are two once normalised, such as U+0344.
        marks = if is_combining_mark(character) { marks + once(character).nfd().count() } else { 0 };
        if character.is_control() || matches!(character, '\u{2028}' | '\u{2029}') {
            faults.push(Fault { at, kind: FaultKind::Control(character) });
        } else if is_invisible(character) {
            faults.push(Fault { at, kind: FaultKind::Invisible(character) });
        } else if marks > MAX_COMBINING_MARKS && before <= MAX_COMBINING_MARKS {
            faults.push(Fault { at, kind: FaultKind::Marks });
        }
    }
    faults
}

/// Format characters (Unicode general category Cf), fillers, variation selectors, private use, and
/// letters that are written from right to left: what a reader can't see, or sees in another order.
fn is_invisible(character: char) -> bool {
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
pub(super) fn write(text: &Text) -> String {
    let mut written = String::new();
    let (mut bold, mut italic) = (false, false);
    for run in &text.0 {
        toggle(&mut written, &mut bold, run.bold, "**");
        toggle(&mut written, &mut italic, run.italic, "*");
        for character in run.text.chars() {
            if matches!(character, '*' | '\\') {
                written.push('\\');
            }
            written.push(character);
        }
    }
    toggle(&mut written, &mut bold, false, "**");
    toggle(&mut written, &mut italic, false, "*");
    written
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
        assert_eq!(kinds("a\nb"), [Fault { at: 1, kind: FaultKind::Control('\n') }]);
        assert_eq!(kinds("\u{202E}x"), [Fault { at: 0, kind: FaultKind::Invisible('\u{202E}') }]);
        assert_eq!(kinds("e\u{301}\u{301}\u{301}\u{301}"), [Fault { at: 4, kind: FaultKind::Marks }]);
        assert_eq!(kinds("5 * 3"), [Fault { at: 2, kind: FaultKind::Unclosed("*") }]);
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(written in r"[a-zếệ*\\ ]{0,24}") {
            if let Ok(text) = parse(&written) {
                prop_assert_eq!(parse(&write(&text)), Ok(text));
            }
        }
    }
}
