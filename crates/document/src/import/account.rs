//! The account of a draft: each of its words is looked for in the form, once, and what is not there is
//! said to be left out. It knows nothing of how the form came about.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use super::imported::{Accounted, LeftOut};
use super::pieces::Source;
use crate::message;
use crate::model::Text;
use crate::source::join;
use crate::text::parse;

/// How many words that follow are compared where a word stands in several places.
const LOOKAHEAD: usize = 8;
/// How many such places are compared.
const CANDIDATES: usize = 16;

/// Words that stand somewhere without being a text of the form.
pub(super) struct Elsewhere {
    /// Where in the form, such as within a place still to be filled in; `None` where every layout prints
    /// them.
    pub(super) pointer: Option<&'static str>,
    pub(super) text: String,
}

/// What became of each of `sources`; what is nowhere is added to `left_out`.
pub(super) fn account(
    sources: Vec<Source>,
    form: &Value,
    elsewhere: &[Elsewhere],
    left_out: &mut Vec<LeftOut>,
) -> Vec<Accounted> {
    let mut targets = Targets::default();
    targets.form("", form);
    for other in elsewhere {
        targets.push(other.pointer.map(str::to_owned), &other.text);
    }
    let mut accounts = Vec::with_capacity(sources.len());
    for Source { place, text } in sources {
        let (at, printed, missing) = targets.take(&text);
        if !missing.is_empty() {
            let what = message!("chữ chưa có chỗ trong văn bản", "words without a place in the document");
            left_out.push(LeftOut { place: place.clone(), what, words: missing.clone() });
        }
        accounts.push(Accounted { place, text, at, printed, left_out: missing });
    }
    accounts
}

/// The words of `text` as they are compared: runs of letters and digits in normal form C, numbers without
/// leading zeros, and signs such as ☒ and ≥ each for itself.
pub fn words(text: &str) -> Vec<String> {
    placed_words(text).into_iter().map(|(word, _)| word).collect()
}

/// The words of `text`, each with its bytes there.
fn placed_words(text: &str) -> Vec<(String, std::ops::Range<usize>)> {
    let mut found: Vec<(String, std::ops::Range<usize>)> = Vec::new();
    let mut open = false;
    for (at, c) in text.char_indices() {
        if is_unseen(c) {
            continue;
        }
        let end = at + c.len_utf8();
        let letter = c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c);
        if letter || is_sign(c) {
            match found.last_mut() {
                Some((word, range)) if open && letter => {
                    word.push(c);
                    range.end = end;
                }
                _ => found.push((c.to_string(), at..end)),
            }
        }
        open = letter;
    }
    for (word, _) in &mut found {
        let composed: String = word.nfc().collect();
        let bare = composed.trim_start_matches('0');
        let number = composed.bytes().all(|byte| byte.is_ascii_digit());
        *word = match (number, bare.is_empty()) {
            (true, true) => "0".to_owned(),
            (true, false) => bare.to_owned(),
            (false, _) => composed,
        };
    }
    found
}

/// What parts no words and is not printed: hyphens that only show at a line's end, joiners, marks of order.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{34F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

/// A character that says something and is neither a letter nor punctuation.
fn is_sign(c: char) -> bool {
    let punctuation = c.is_ascii_punctuation()
        || matches!(c, '\u{A1}' | '\u{A7}' | '\u{AB}' | '\u{B7}' | '\u{BB}' | '\u{BF}' | '\u{2010}'..='\u{2027}'
            | '\u{2030}'..='\u{205E}' | '\u{3000}'..='\u{303F}');
    !punctuation && !c.is_whitespace() && !c.is_control()
}

/// The words of the form, each of which takes one word of the draft.
#[derive(Default)]
struct Targets {
    /// Pointers; `None` for what layouts print.
    places: Vec<Option<String>>,
    /// Each word, and the index of its place.
    words: Vec<(String, usize)>,
    /// The words that nothing has taken yet, by their letters.
    free: HashMap<String, BTreeSet<usize>>,
}

impl Targets {
    fn form(&mut self, pointer: &str, value: &Value) {
        match value {
            // What is to be filled in is the program's word, not the draft's.
            Value::Object(entries) if !entries.contains_key("fill") => {
                for (key, value) in entries {
                    let own = matches!(key.as_str(), "$schema" | "version" | "type" | "block" | "align");
                    let slug = key == "kind" || matches!(key.as_str(), "urgency" | "circulation");
                    if !own && !slug && !matches!(key.as_str(), "level" | "colspan" | "rowspan" | "group") {
                        self.form(&join(pointer, key), value);
                    }
                }
            }
            Value::Array(values) => {
                for (index, value) in values.iter().enumerate() {
                    self.form(&join(pointer, &index.to_string()), value);
                }
            }
            Value::Number(number) => self.push(Some(pointer.to_owned()), &number.to_string()),
            Value::String(written) => {
                // Names and numbers have no marks of emphasis.
                let key = pointer.rsplit('/').next().unwrap_or_default();
                let plain = ["/header", "/recipients", "/signature", "/cosignature"]
                    .iter()
                    .any(|part| pointer.starts_with(part))
                    || matches!(key, "number" | "letter" | "marker");
                let text = if plain { None } else { parse(written).ok() };
                let said = text.map_or_else(|| written.clone(), |text| spoken(&text));
                self.push(Some(pointer.to_owned()), &said);
            }
            _ => {}
        }
    }

    fn push(&mut self, pointer: Option<String>, text: &str) {
        let place = self.places.len();
        self.places.push(pointer);
        for word in words(text) {
            self.free.entry(word.clone()).or_default().insert(self.words.len());
            self.words.push((word, place));
        }
    }

    /// Takes the words of `text`: the places that had them, whether layouts print some, and those that
    /// are nowhere, as they are written.
    fn take(&mut self, text: &str) -> (Vec<String>, bool, String) {
        let wanted = placed_words(text);
        let (mut at, mut printed) = (Vec::new(), false);
        let mut missing: Vec<std::ops::Range<usize>> = Vec::new();
        let (mut next, mut lost_before) = (0, false);
        for (index, (word, range)) in wanted.iter().enumerate() {
            let Some(found) = self.find(word, next, wanted.get(index..).unwrap_or_default()) else {
                match missing.last_mut() {
                    Some(last) if lost_before => last.end = range.end,
                    _ => missing.push(range.clone()),
                }
                lost_before = true;
                continue;
            };
            lost_before = false;
            next = found + 1;
            if let Some(free) = self.free.get_mut(word) {
                free.remove(&found);
            }
            match self.words.get(found).and_then(|(_, place)| self.places.get(*place)) {
                Some(Some(pointer)) if at.last() != Some(pointer) => at.push(pointer.clone()),
                Some(Some(_)) | None => {}
                Some(None) => printed = true,
            }
        }
        let missing: Vec<&str> = missing.into_iter().filter_map(|range| text.get(range)).collect();
        (at, printed, missing.join(" … "))
    }

    /// The word of the form that `word` is: the one at `next` where that is it, else the one that the
    /// words after it fit best.
    fn find(&self, word: &str, next: usize, rest: &[(String, std::ops::Range<usize>)]) -> Option<usize> {
        let free = self.free.get(word)?;
        if free.contains(&next) {
            return Some(next);
        }
        let onward = free.range(next..).take(CANDIDATES);
        let again = free.range(..next).take(CANDIDATES);
        let fit = |at: usize| {
            let same = |(offset, (word, _)): (usize, &(String, _))| {
                self.words.get(at + offset).is_some_and(|(other, _)| other == word)
            };
            rest.iter().take(LOOKAHEAD).enumerate().take_while(|pair| same(*pair)).count()
        };
        let mut best: Option<(usize, usize)> = None;
        for at in onward.chain(again) {
            let fits = fit(*at);
            if best.is_none_or(|(most, _)| fits > most) {
                best = Some((fits, *at));
            }
        }
        best.map(|(_, at)| at)
    }
}

/// A text with its footnotes behind it.
pub(super) fn spoken(text: &Text) -> String {
    let mut said: String = text.0.iter().map(|run| run.text.as_str()).collect();
    for note in text.0.iter().filter_map(|run| run.note.as_ref()) {
        said.push('\n');
        said.push_str(&spoken(note));
    }
    said
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn left(draft: &[&str], form: &Value) -> Vec<String> {
        let source = |text: &&str| Source { place: message!("", ""), text: (*text).to_owned() };
        let mut left_out = Vec::new();
        account(draft.iter().map(source).collect(), form, &[], &mut left_out);
        left_out.into_iter().map(|left| left.words).collect()
    }

    #[test]
    fn each_word_of_the_form_takes_one_word_of_the_draft() {
        let form = json!({ "subject": "một **ha**i", "body": [{ "block": "paragraph", "text": "ba" }], "x": { "fill": "bốn" } });
        assert_eq!(left(&["một hai", "ba"], &form), Vec::<String>::new());
        assert_eq!(left(&["một hai một", "ba, ba! ba", "bốn"], &form), ["một", "ba! ba", "bốn"]);
    }

    #[test]
    fn words_are_letters_digits_and_signs() {
        assert_eq!(
            words("Số: 05/QĐ-UBND ☒ \u{1ea1}\u{ad}b ≥ 5%"),
            ["Số", "5", "QĐ", "UBND", "☒", "ạb", "≥", "5"]
        );
        assert_eq!(words("e\u{301}"), ["é"]);
    }
}
