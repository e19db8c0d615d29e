//! What stands after the signature: appendices, and documents that this one promulgates.

use serde_json::{Map, Value, json};

use super::super::pieces::DraftPiece;
use super::super::words::{
    is_bold, is_roman, is_rule, is_upper, lines, number_of, settled, unbold, untabbed,
};
use super::form::fill;
use super::{Parts, letters, lines_of, text_of};
use crate::model::Text;

impl Parts {
    /// «Phụ lục», with its number or without, at the beginning of a piece.
    pub(super) fn is_appendix(&self, piece: &DraftPiece) -> bool {
        lines_of(piece).first().is_some_and(|line| self.appendix_number(&line.plain()).is_some())
    }

    /// The number after «Phụ lục», which may be missing, and what follows it.
    fn appendix_number<'a>(&self, line: &'a str) -> Option<(&'a str, &'a str)> {
        let line = line.trim();
        let label = self.profile.labels.appendix.as_str();
        let start: String = line.chars().take(label.chars().count()).collect();
        let rest = line.get(start.len()..)?;
        let begins = start.to_lowercase() == label.to_lowercase();
        if !begins || rest.starts_with(char::is_alphanumeric) {
            return None;
        }
        let rest = rest.trim_start_matches([' ', ':', '.']);
        let word = rest.split([' ', ':', '.', '\t']).next().unwrap_or_default();
        let numbered = is_roman(word) || word.parse::<u32>().is_ok();
        if numbered {
            let title =
                rest.get(word.len()..).unwrap_or_default().trim_start_matches([' ', ':', '.', '-', '–']);
            return Some((word, title)).filter(|_| title.is_empty() || is_upper(title));
        }
        (rest.is_empty() || (is_upper(&start) && is_upper(rest))).then_some(("", rest))
    }

    /// The name of a kind alone on its line: a document that this one promulgates begins.
    pub(super) fn is_enclosed(&self, piece: &DraftPiece) -> bool {
        let first = lines_of(piece).first().map(Text::plain).unwrap_or_default();
        is_upper(&first)
            && self.titled(&first).is_some_and(|(kind, rest)| rest.is_empty() && kind.form.mau == "1.4")
    }

    /// Reads what stands after the signature.
    pub(super) fn after(&mut self, pieces: Vec<DraftPiece>) {
        let mut parts: Vec<Vec<DraftPiece>> = Vec::new();
        for piece in pieces {
            // An enclosed document has a letterhead, which every layout prints anew.
            if parts.is_empty() && self.is_letterhead(&piece) {
                continue;
            }
            let begins = self.is_appendix(&piece) || (parts.is_empty() && self.is_enclosed(&piece));
            match parts.last_mut() {
                Some(part) if !begins => part.push(piece),
                _ => parts.push(vec![piece]),
            }
        }
        for part in parts {
            self.articles = false;
            let appendix = self.appendix(part);
            self.appendices.extend(appendix);
        }
    }

    fn appendix(&mut self, mut part: Vec<DraftPiece>) -> Option<Value> {
        let mut found = Map::new();
        let mut title: Vec<Text> = Vec::new();
        let first = part.first().map(lines_of).unwrap_or_default();
        let head = first.first().map(Text::plain).unwrap_or_default();
        let enclosed = part.first().is_some_and(|piece| self.is_enclosed(piece));
        if let Some((number, rest)) = self.appendix_number(&head) {
            self.printed(
                &head.chars().take(self.profile.labels.appendix.chars().count()).collect::<String>(),
            );
            // An Arabic number has its Roman one, which the form wants.
            let roman = number.parse().ok().map(crate::numbering::roman);
            if !number.is_empty() {
                found.insert("number".to_owned(), json!(roman.as_deref().unwrap_or(number)));
                if roman.is_some() {
                    self.printed(number);
                }
            }
            if !rest.is_empty() {
                title.push(Text(vec![crate::model::Run::new(rest, true, false)]));
            }
        } else if let (true, Some((kind, _))) = (enclosed, self.titled(&head)) {
            found.insert("type".to_owned(), json!(kind.slug));
            self.printed(&kind.title);
        }
        if !title.is_empty() || !found.is_empty() || self.appendix_number(&head).is_some() {
            title.extend(first.into_iter().skip(1));
            part.remove(0);
            self.appendix_title(&mut part, &mut title);
        }
        let words: Vec<String> = title.iter().map(|line| settled(&unbold(&untabbed(line)))).collect();
        let words = words.join(" ").replace('\n', " ");
        found.insert(
            "title".to_owned(),
            if words.is_empty() { fill("tiêu đề phụ lục") } else { json!(words) },
        );
        let blocks = self.blocks(&part);
        if blocks.is_empty() && words.is_empty() {
            return None;
        }
        let blocks = if blocks.is_empty() {
            vec![json!({ "block": "paragraph", "text": fill("nội dung phụ lục") })]
        } else {
            blocks
        };
        found.insert("body".to_owned(), blocks.into());
        Some(found.into())
    }

    /// Takes the lines of the title from the front of `part`, and those that say whose appendix it is.
    fn appendix_title(&mut self, part: &mut Vec<DraftPiece>, title: &mut Vec<Text>) {
        while let Some(text) = part.first().and_then(text_of) {
            let plain = text.plain();
            let attached = letters(&plain).starts_with(&letters(&self.profile.labels.attached))
                || letters(&plain).starts_with("banhanhkemtheo");
            let heads = (is_upper(&plain) || is_bold(text) || title.is_empty())
                && number_of(plain.trim()).is_none()
                && self.structure(&plain).is_none()
                && plain.chars().count() <= 300;
            if is_rule(&plain) {
            } else if attached {
                // Every layout prints whose appendix it is, by the document's own number and date.
                self.printed(&plain);
            } else if heads && !matches!(part.first(), Some(DraftPiece::Item { .. })) {
                let mut own = lines(text);
                let reference = own.iter().position(|line| {
                    letters(&line.plain()).starts_with(&letters(&self.profile.labels.attached))
                });
                if let Some(at) = reference {
                    let said: Vec<String> = own.split_off(at).iter().map(Text::plain).collect();
                    said.iter().for_each(|line| self.printed(line));
                }
                title.extend(own);
            } else {
                break;
            }
            part.remove(0);
        }
    }

    /// Whether a line begins an article or a division.
    fn structure(&self, line: &str) -> Option<()> {
        let labels = &self.profile.labels;
        let mut words = labels.divisions.values().chain([&labels.article]);
        let line = line.trim().to_lowercase();
        words
            .any(|word| line.strip_prefix(&word.to_lowercase()).is_some_and(|rest| rest.starts_with(' ')))
            .then_some(())
    }
}
