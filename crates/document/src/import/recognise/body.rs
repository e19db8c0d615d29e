//! What stands between subject and foot: addressees, legal bases and the content.

use serde_json::{Value, json};

use super::super::pieces::{DraftPiece, SOFT};
use super::super::table::table;
use super::super::words::{
    after, clean, is_bold, is_roman, is_rule, is_upper, lines, number_of, plain_of, settled, split_number,
    unbold, unmarked, untabbed,
};
use super::{Parts, letters, text_of};
use crate::kind::{IssuerPlace, Presence};
use crate::model::Text;

/// How far after the subject the words «QUYẾT ĐỊNH:» are looked for.
const MAX_BASES: usize = 200;
/// The longest line that is one of several addressees, in characters.
const MAX_ADDRESSEE: usize = 200;

impl Parts {
    /// The issuer before the words that lead to the addressees, such as «… điện:», and what follows them.
    pub(super) fn lead_of<'a>(&self, line: &'a str) -> Option<(&'a str, &'a str)> {
        let form = &self.kind?.form;
        if form.issuer != IssuerPlace::Lead {
            return None;
        }
        let words = form.lead.trim_end_matches(':');
        let at = line.find(words).filter(|at| *at > 0 && *at < MAX_ADDRESSEE)?;
        let rest = line.get(at + words.len()..)?.trim_start();
        let rest = rest.strip_prefix(':').or_else(|| rest.is_empty().then_some(rest))?;
        Some((line.get(..at)?.trim(), rest.trim()))
    }

    /// Reads what stands between the subject and the content, and the content.
    pub(super) fn lead_and_body(&mut self, pieces: Vec<DraftPiece>) {
        let mut pieces = self.enacted(pieces).into_iter().peekable();
        while let Some(piece) = pieces.peek() {
            if self.is_addressing_table(piece) {
                if let Some(DraftPiece::Table { rows, .. }) = pieces.next() {
                    let texts = rows.into_iter().flatten().flat_map(|cell| cell.paragraphs);
                    self.addressed(&texts.flat_map(|text| lines(&text)).collect::<Vec<_>>());
                }
                continue;
            }
            let Some(text) = text_of(piece) else { break };
            let plain = text.plain();
            let line = plain.trim();
            let label = self.profile.labels.addressees.trim_end_matches(':');
            if is_rule(line) {
                pieces.next();
            } else if line.starts_with(label) || self.lead_of(line).is_some() {
                let mut texts = lines(text);
                if let Some((issuer, _)) = self.lead_of(&plain) {
                    self.issuer = Some(clean(issuer));
                }
                let alone = !line.contains([SOFT, '\n'])
                    && (line.trim_end_matches(':').trim() == label
                        || self.lead_of(&plain).is_some_and(|(_, rest)| rest.is_empty()));
                pieces.next();
                while let Some(next) = pieces.peek() {
                    let item = matches!(next, DraftPiece::Item { marker, .. } if !marker.starts_with(char::is_alphanumeric));
                    let Some(text) = text_of(next) else { break };
                    let plain = text.plain();
                    let dashed = plain.trim_start().starts_with(['-', '–']);
                    let first = alone && texts.len() == 1 && plain.chars().count() <= MAX_ADDRESSEE;
                    if !(item || dashed || first) {
                        break;
                    }
                    texts.extend(lines(text));
                    pieces.next();
                }
                self.addressed(&texts);
            } else {
                break;
            }
        }
        let pieces: Vec<DraftPiece> = pieces.collect();
        let blocks = self.blocks(&pieces);
        self.body.extend(blocks);
    }

    /// Reads addressees: the words that lead to them, and a line each.
    fn addressed(&mut self, texts: &[Text]) {
        let label = self.profile.labels.addressees.trim_end_matches(':');
        for (index, text) in texts.iter().enumerate() {
            let plain = plain_of(&untabbed(text));
            let mut line = plain.trim();
            if index == 0 {
                if let Some(rest) = line.strip_prefix(label) {
                    self.printed(label);
                    line = rest.trim_start_matches([':', ' ']).trim();
                } else if let Some((issuer, rest)) = self.lead_of(line) {
                    let words = self.kind.map(|kind| kind.form.lead.clone()).unwrap_or_default();
                    debug_assert!(self.issuer.as_deref() == Some(issuer));
                    line = rest;
                    self.printed(&words);
                }
            }
            let dashed = line.starts_with(['-', '–', '+']);
            // One alone may end with a full stop; of several, the layout prints their marks.
            let marks: &[char] = if dashed || texts.len() > 1 { &[';', '.'] } else { &[';'] };
            let bare = unmarked(line.trim_start_matches(['-', '–', '+', ' ']), marks);
            if bare.is_empty() {
                continue;
            }
            // A line without a dash goes on with the one before it, where that has one.
            let goes_on = !dashed && index > 0 && bare.starts_with(|c: char| c.is_lowercase() || c == '(');
            match self.addressees.last_mut().filter(|_| goes_on) {
                Some(last) => {
                    last.push(' ');
                    last.push_str(&bare);
                }
                None => self.addressees.push(bare),
            }
        }
    }

    /// Reads issuer and legal bases up to the words that enact, and gives what follows; without these
    /// words, bases are known by how they begin.
    fn enacted(&mut self, mut pieces: Vec<DraftPiece>) -> Vec<DraftPiece> {
        let Some(enacts) = self.kind.and_then(|kind| kind.form.enacts.as_deref()) else { return pieces };
        let is_enacting = |piece: &DraftPiece| {
            text_of(piece)
                .is_some_and(|text| letters(&text.plain()) == letters(enacts) && is_upper(&text.plain()))
        };
        let found = pieces.iter().take(MAX_BASES).position(is_enacting);
        let begins =
            |line: &str| ["Căn cứ", "Theo ", "Xét ", "Thực hiện "].iter().any(|mark| line.starts_with(mark));
        let end = found.unwrap_or_else(|| {
            let is_base = |piece: &DraftPiece| {
                text_of(piece).is_some_and(|text| {
                    let plain = text.plain();
                    let line = plain.trim();
                    begins(line) || is_rule(line) || (is_upper(line) && !line.ends_with('.'))
                })
            };
            pieces.iter().take(MAX_BASES).take_while(|piece| is_base(piece)).count()
        });
        let mut rest = pieces.split_off(end);
        if found.is_some() && !rest.is_empty() {
            rest.remove(0);
            let words = enacts.to_owned();
            self.printed(&words);
        }
        for piece in pieces {
            let Some(text) = text_of(&piece) else {
                let blocks = self.blocks(&[piece]);
                self.body.extend(blocks);
                continue;
            };
            for line in lines(text) {
                let plain = plain_of(&untabbed(&line));
                let goes_on = plain.starts_with(char::is_lowercase);
                if is_rule(&plain) {
                } else if is_upper(&plain) && self.bases.is_empty() {
                    let bare = plain.trim_end_matches([',', ':', ' ']);
                    match &mut self.issuer {
                        Some(issuer) => {
                            issuer.push(' ');
                            issuer.push_str(bare);
                        }
                        None => self.issuer = Some(bare.to_owned()),
                    }
                } else if let (true, Some(last)) = (goes_on, self.bases.last_mut()) {
                    last.push(' ');
                    last.push_str(&unmarked(&plain, &[';', '.', ',']));
                } else {
                    let bare = plain.trim().trim_start_matches(['-', '–', ' ']);
                    self.bases.push(unmarked(bare, &[';', '.', ',', ':']));
                }
            }
        }
        rest
    }

    pub(super) fn blocks(&mut self, pieces: &[DraftPiece]) -> Vec<Value> {
        let mut blocks = Vec::with_capacity(pieces.len());
        let top = pieces.iter().filter_map(|piece| match piece {
            DraftPiece::Heading { level, .. } => Some(*level),
            _ => None,
        });
        let top = top.min().unwrap_or(1);
        let mut index = 0;
        while let Some(piece) = pieces.get(index) {
            index += 1;
            match piece {
                DraftPiece::Table { rows, aligns } => blocks.extend(table(rows, aligns)),
                DraftPiece::Heading { level, text } => {
                    let text = &untabbed(text);
                    let plain = text.plain();
                    if let Some(block) = self.provision(text, &plain) {
                        blocks.push(block);
                        continue;
                    }
                    if self.divided(text, pieces.get(index), &mut index, &mut blocks) {
                        continue;
                    }
                    let (number, rest) = split_number(text);
                    let level = (level.saturating_sub(top) + 1).clamp(1, 3);
                    self.roman |= is_roman(&number);
                    blocks.push(heading(level, &number, &unbold(&rest)));
                }
                DraftPiece::Item { marker, level, text, loose } => {
                    let text = &untabbed(text);
                    let numbered = marker.starts_with(|c: char| c.is_ascii_digit()) && marker.ends_with('.');
                    let clause = self.articles && numbered && marker.matches('.').count() == 1;
                    if clause {
                        let number = marker.trim_end_matches('.');
                        blocks.push(json!({ "block": "clause", "number": number, "text": settled(text) }));
                    } else if self.articles && marker.ends_with(')') && marker.chars().count() == 2 {
                        let letter = marker.trim_end_matches(')');
                        blocks.push(json!({ "block": "point", "letter": letter, "text": settled(text) }));
                    } else if numbered && *level == 1 && *loose {
                        blocks.push(heading(if self.roman { 2 } else { 1 }, marker, text));
                    } else {
                        blocks.push(item(marker, *level, text));
                    }
                }
                DraftPiece::Paragraph(text) => {
                    let text = &untabbed(text);
                    if !self.divided(text, pieces.get(index), &mut index, &mut blocks) {
                        let block = self.paragraph(text, &text.plain());
                        blocks.push(block);
                    }
                }
            }
        }
        blocks
    }

    /// Reads «Chương I» with the title that follows it, in the same paragraph or in the next one.
    fn divided(
        &mut self,
        text: &Text,
        next: Option<&DraftPiece>,
        index: &mut usize,
        blocks: &mut Vec<Value>,
    ) -> bool {
        let mut own = lines(text).into_iter();
        let Some((kind, number)) = own.next().and_then(|line| self.division(&line.plain())) else {
            return false;
        };
        let mut title: Vec<Text> = own.collect();
        if title.is_empty() {
            let Some(text) = next.and_then(text_of) else { return false };
            title.push(untabbed(text));
            *index += 1;
        }
        let title: Vec<String> = title.iter().map(|line| settled(&unbold(line))).collect();
        blocks.push(json!({ "block": "division", "kind": kind, "number": number, "title": title.join(" ") }));
        let label = self.profile.labels.divisions.get(&kind).cloned().unwrap_or_default();
        // In capitals or not, it is the same word.
        self.printed(&label);
        self.printed(&label.to_uppercase());
        true
    }

    /// «Chương I» on a line of its own.
    fn division(&self, plain: &str) -> Option<(String, String)> {
        let line = plain.trim();
        self.profile.labels.divisions.iter().find_map(|(slug, label)| {
            let rest = line
                .strip_prefix(label.as_str())
                .or_else(|| line.strip_prefix(label.to_uppercase().as_str()))?;
            let number = rest.strip_prefix(' ')?.trim().trim_end_matches('.');
            let sound = is_roman(number) || number.parse::<u32>().is_ok();
            sound.then(|| (slug.clone(), number.to_owned()))
        })
    }

    /// «Điều 1. …»; below it «1. …» and «a) …».
    fn provision(&mut self, text: &Text, plain: &str) -> Option<Value> {
        let line = plain.trim_start();
        let label = self.profile.labels.article.clone();
        let upper = label.to_uppercase();
        let said =
            [label.as_str(), upper.as_str()].into_iter().find(|label| line.starts_with(&format!("{label} ")));
        if let Some(said) = said {
            let rest = line.strip_prefix(said)?.trim_start();
            let digits = rest.chars().take_while(char::is_ascii_digit).count();
            let number = rest.get(..digits).filter(|number| !number.is_empty())?;
            rest.get(digits..)?.strip_prefix(['.', ':'])?;
            self.articles = true;
            self.printed(said);
            let skip = plain.chars().count() - rest.chars().count() + digits + 1;
            let words = after(text, skip);
            let titled = is_bold(text) && !words.0.is_empty();
            let key = if titled { "title" } else { "text" };
            let words = if titled { unbold(&words) } else { words };
            return Some(json!({ "block": "article", "number": number, (key): settled(&words) }));
        }
        if !self.articles {
            return None;
        }
        let number = number_of(line).filter(|number| number.matches('.').count() == 1 && !is_roman(number));
        if let Some(number) = number {
            let words = after(text, plain.chars().count() - line.chars().count() + number.chars().count());
            let number = number.trim_end_matches('.');
            let key = if is_bold(text) { "title" } else { "text" };
            let words = if is_bold(text) { unbold(&words) } else { words };
            return Some(json!({ "block": "clause", "number": number, (key): settled(&words) }));
        }
        let mut letters = line.chars();
        let letter =
            letters.next().map(String::from).filter(|letter| self.profile.points.contains(letter))?;
        (letters.next() == Some(')')).then(|| {
            let words = after(text, plain.chars().count() - line.chars().count() + 2);
            json!({ "block": "point", "letter": letter, "text": settled(&words) })
        })
    }

    fn paragraph(&mut self, text: &Text, plain: &str) -> Value {
        if let Some(block) = self.provision(text, plain) {
            return block;
        }
        let line = plain.trim_start();
        if let Some(number) = number_of(line) {
            let depth = u8::try_from(number.trim_end_matches('.').matches('.').count() + 1).unwrap_or(3);
            let short = plain.chars().count() <= 300;
            let roman = is_roman(&number);
            let (_, words) = split_number(text);
            if short && (is_bold(text) || depth > 1 || (roman && is_upper(&words.plain()))) {
                self.roman |= roman;
                let level = if roman { 1 } else { depth + u8::from(self.roman) };
                return heading(level.min(3), &number, &unbold(&words));
            }
        }
        let typed = ["- ", "+ ", "* ", "• ", "– "].into_iter().find(|mark| line.starts_with(mark));
        if let Some(mark) = typed {
            let skip = plain.chars().count() - line.chars().count() + 2;
            let marker = if mark == "– " { "-" } else { mark.trim() };
            return item(marker, 1, &after(text, skip));
        }
        json!({ "block": "paragraph", "text": settled(text) })
    }

    /// Whether the kind takes addressees.
    pub(super) fn takes_addressees(&self) -> bool {
        self.kind.is_none_or(|kind| kind.form.addressees != Presence::None)
    }
}

pub(super) fn heading(level: u8, number: &str, text: &Text) -> Value {
    if number.is_empty() {
        return json!({ "block": "heading", "level": level, "text": settled(text) });
    }
    json!({ "block": "heading", "level": level, "number": number, "text": settled(text) })
}

fn item(marker: &str, level: u8, text: &Text) -> Value {
    // A list within a list, typed: «- + …».
    let plain = text.plain();
    let inner = ["+ ", "- ", "* "].into_iter().find(|mark| plain.starts_with(mark));
    if let (Some(inner), false) = (inner, marker.contains(char::is_alphanumeric)) {
        return item(inner.trim(), level, &after(text, 2));
    }
    let marker: String = marker.chars().filter(|c| !c.is_whitespace()).collect();
    if marker.chars().count() > 8 {
        return json!({ "block": "paragraph", "text": format!("{marker} {}", settled(text)) });
    }
    let marker = if marker.is_empty() { "-".to_owned() } else { marker };
    if level > 1 {
        return json!({ "block": "item", "marker": marker, "level": level, "text": settled(text) });
    }
    json!({ "block": "item", "marker": marker, "text": settled(text) })
}
