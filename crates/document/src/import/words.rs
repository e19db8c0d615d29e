//! Texts of a draft: their lines, styles, numbers and dates, and how the form writes them.

use time::{Date, Month};

use super::pieces::SOFT;
use crate::model::{Run, Text};
use crate::text::{is_invisible, write};

/// The lines of a text.
pub(super) fn lines(text: &Text) -> Vec<Text> {
    let mut lines = vec![Vec::<Run>::new()];
    for run in &text.0 {
        for (index, part) in run.text.split([SOFT, '\n']).enumerate() {
            if index > 0 {
                lines.push(Vec::new());
            }
            if let (Some(line), false) = (lines.last_mut(), part.is_empty()) {
                line.push(Run::new(part, run.bold, run.italic));
            }
        }
        let last = lines.last_mut().and_then(|line| line.last_mut());
        if let Some(last) = last {
            last.note.clone_from(&run.note);
        }
    }
    lines.into_iter().map(Text).filter(|line| !line.plain().trim().is_empty()).collect()
}

pub(super) fn is_bold(text: &Text) -> bool {
    text.0.iter().all(|run| run.bold || run.text.trim().is_empty())
}

pub(super) fn is_upper(text: &str) -> bool {
    text.chars().any(char::is_alphabetic) && !text.chars().any(char::is_lowercase)
}

/// A line of dashes and the like.
pub(super) fn is_rule(text: &str) -> bool {
    !text.trim().is_empty() && text.trim().chars().all(|c| "_-—–*=.·".contains(c) || c.is_whitespace())
}

/// A number such as `1.`, `1.2.` or `IV.` at the beginning of `line`, with a space after it.
pub(super) fn number_of(line: &str) -> Option<String> {
    let word = line.split([' ', '\u{A0}', '\t']).next()?;
    let bare = word.strip_suffix('.').or_else(|| word.contains('.').then_some(word))?;
    // «4.512 triệu» is a figure.
    let longest = if word.ends_with('.') { 3 } else { 2 };
    let arabic = bare
        .split('.')
        .all(|part| (1..=longest).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()));
    (line.len() > word.len() && (arabic || is_roman(bare))).then(|| word.to_owned())
}

pub(super) fn is_roman(text: &str) -> bool {
    let bare = text.trim_end_matches('.');
    !bare.is_empty() && bare.chars().all(|c| "IVXLC".contains(c))
}

/// A heading's number, and the rest.
pub(super) fn split_number(text: &Text) -> (String, Text) {
    let plain = text.plain();
    let line = plain.trim_start();
    match number_of(line) {
        Some(number) => {
            let skip = plain.chars().count() - line.chars().count() + number.chars().count();
            let rest = after(text, skip);
            (number, rest)
        }
        None => (String::new(), text.clone()),
    }
}

/// `text` without its first `skip` characters and the spaces that follow.
pub(super) fn after(text: &Text, skip: usize) -> Text {
    let mut left = skip;
    let mut trimming = true;
    let mut runs = Vec::new();
    for run in &text.0 {
        let count = run.text.chars().count();
        let rest: String = run.text.chars().skip(left).collect();
        left = left.saturating_sub(count);
        let rest = if trimming { rest.trim_start().to_owned() } else { rest };
        if rest.is_empty() {
            continue;
        }
        trimming = false;
        runs.push(Run { text: rest, ..run.clone() });
    }
    Text(runs)
}

/// The `count` characters of `text` from the one at `from` on, without its footnotes unless they stand there.
pub(super) fn slice(text: &Text, from: usize, count: usize) -> Text {
    let (mut at, mut runs) = (0, Vec::new());
    for run in &text.0 {
        let length = run.text.chars().count();
        let (start, end) = (from.clamp(at, at + length) - at, (from + count).clamp(at, at + length) - at);
        let part: String = run.text.chars().skip(start).take(end - start).collect();
        let note = run.note.clone().filter(|_| end == length && from + count >= at + length);
        at += length;
        if !part.is_empty() {
            runs.push(Run { text: part, note, ..run.clone() });
        }
    }
    if let Some(first) = runs.first_mut() {
        first.text = first.text.trim_start().to_owned();
    }
    if let Some(last) = runs.last_mut() {
        last.text = last.text.trim_end().to_owned();
    }
    Text(runs)
}

/// `text` with spaces for the tabs that part columns.
pub(super) fn untabbed(text: &Text) -> Text {
    Text(text.0.iter().map(|run| Run { text: run.text.replace('\t', " "), ..run.clone() }).collect())
}

pub(super) fn unbold(text: &Text) -> Text {
    let all = is_bold(text);
    let runs = text.0.iter().map(|run| Run { bold: run.bold && !all, ..run.clone() });
    Text(runs.collect())
}

/// `line` without dashes before and marks after it.
pub(super) fn unmarked(line: &str, marks: &[char]) -> String {
    line.trim()
        .trim_start_matches("- ")
        .trim_end_matches(|c: char| marks.contains(&c) || c.is_whitespace())
        .to_owned()
}

/// Several texts in one.
pub(super) fn joined(texts: &[Text]) -> Option<String> {
    let words: Vec<String> = texts.iter().map(|text| settled(&unbold(text))).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

pub(super) fn plain_of(text: &Text) -> String {
    settled(&Text(text.0.iter().map(|run| Run { bold: false, italic: false, ..run.clone() }).collect()))
}

/// `text` as the form writes it: breaks of the file are spaces, those of the author stay.
pub(super) fn settled(text: &Text) -> String {
    let run = |run: &Run| Run {
        text: clean(&run.text.replace(SOFT, " ")),
        note: run.note.as_ref().map(|note| {
            Text(
                note.0
                    .iter()
                    .map(|run| Run::new(clean(&run.text.replace([SOFT, '\n'], " ")), run.bold, run.italic))
                    .collect(),
            )
        }),
        ..run.clone()
    };
    let runs: Vec<Run> = text.0.iter().map(run).filter(|run| !run.text.is_empty()).collect();
    write(&Text(runs)).trim().to_owned()
}

/// Without characters that documents may not hold.
pub(super) fn clean(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            '\t' | '\u{2028}' | '\u{2029}' => Some(' '),
            '\n' => Some(c),
            c if c.is_control() || is_invisible(c) => None,
            c => Some(c),
        })
        .collect()
}

/// A date such as ` 18 tháng 6 năm 2020` or `2020-06-18`.
pub(super) fn date_of(words: &str) -> Option<Date> {
    let numbers: Vec<&str> =
        words.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let [mut day, month, mut year] = *numbers.get(..3)? else { return None };
    if day.len() == 4 {
        (day, year) = (year, day);
    }
    let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
    Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()
}
