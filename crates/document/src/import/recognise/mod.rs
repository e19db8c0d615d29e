//! Which piece of a draft is which part of an official document. Patterns are those of NĐ 30/2020,
//! Phụ lục I and III; what fits none of them is content, and what no place is found for is left out.

mod after;
mod body;
mod foot;
mod form;
mod head;

use serde_json::Value;
use time::Date;

use super::account::{Elsewhere, account};
use super::error::ImportError;
use super::imported::Imported;
use super::pieces::{Draft, DraftPiece};
use super::words::lines;
use crate::kind::DocumentKind;
use crate::limits::MAX_PIECES;
use crate::model::Text;
use crate::profile::Profile;
use vanthu_base::diacritics;

/// The form of what `draft` says, and the account of it.
pub(super) fn recognise(draft: Draft) -> Result<Imported, ImportError> {
    if draft.pieces.len() > MAX_PIECES {
        return Err(ImportError::TooLarge { limit: MAX_PIECES });
    }
    let mut parts = Parts::new(Profile::default_profile());
    let rest = parts.head(draft.pieces);
    let (body, foot) = parts.split_foot(rest);
    parts.lead_and_body(body);
    parts.foot(foot);
    parts.front_matter(&draft.front_matter);
    let (form, elsewhere) = parts.form();
    let mut left_out = draft.left_out;
    let account = account(draft.sources, &form, &elsewhere, &mut left_out);
    Ok(Imported { form, left_out, account })
}

/// The text of a piece that has one.
fn text_of(piece: &DraftPiece) -> Option<&Text> {
    match piece {
        DraftPiece::Paragraph(text) | DraftPiece::Heading { text, .. } | DraftPiece::Item { text, .. } => {
            Some(text)
        }
        DraftPiece::Table { .. } => None,
    }
}

/// The lines of a piece that has a text.
fn lines_of(piece: &DraftPiece) -> Vec<Text> {
    text_of(piece).map(lines).unwrap_or_default()
}

/// The letters of `line` as lines are compared: without marks, capitals, spaces and signs.
fn letters(line: &str) -> String {
    diacritics::strip(line).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Who signs, as far as it is found.
#[derive(Debug, Default)]
struct Signer {
    authority: Vec<String>,
    position: Option<String>,
    name: Option<String>,
}

/// The parts as far as they are found.
struct Parts {
    profile: &'static Profile,
    kind: Option<&'static DocumentKind>,
    urgency: Option<String>,
    circulation: Option<String>,
    superior: Vec<String>,
    agency: Vec<String>,
    number: Option<u32>,
    notation: Option<String>,
    place: Option<String>,
    date: Option<Date>,
    issuer: Option<String>,
    subject: Option<String>,
    addressees: Vec<String>,
    bases: Vec<String>,
    body: Vec<Value>,
    recipients: Vec<String>,
    archive: Option<String>,
    drafter: Option<String>,
    signer: Signer,
    cosigner: Option<Signer>,
    appendices: Vec<Value>,
    /// Words that every layout prints, or that stand within a place to be filled in.
    elsewhere: Vec<Elsewhere>,
    /// Whether articles were met: numbers below them are clauses.
    articles: bool,
    /// Whether Roman headings were met: Arabic ones stand below them.
    roman: bool,
}

impl Parts {
    fn new(profile: &'static Profile) -> Parts {
        Parts {
            profile,
            kind: None,
            urgency: None,
            circulation: None,
            superior: Vec::new(),
            agency: Vec::new(),
            number: None,
            notation: None,
            place: None,
            date: None,
            issuer: None,
            subject: None,
            addressees: Vec::new(),
            bases: Vec::new(),
            body: Vec::new(),
            recipients: Vec::new(),
            archive: None,
            drafter: None,
            signer: Signer::default(),
            cosigner: None,
            appendices: Vec::new(),
            elsewhere: Vec::new(),
            articles: false,
            roman: false,
        }
    }

    /// These words are printed by every layout.
    fn printed(&mut self, words: &str) {
        self.elsewhere.push(Elsewhere { pointer: None, text: words.to_owned() });
    }

    /// The kind that `line` names, in capitals or not, and the rest of the line.
    fn titled<'a>(&self, line: &'a str) -> Option<(&'static DocumentKind, &'a str)> {
        let line = line.trim();
        let upper = super::words::is_upper(line);
        let words: Vec<&str> = line.split_whitespace().collect();
        let bare = |text: &str| letters(text);
        let kinds = self.profile.kinds.iter().filter(|kind| kind.form.title);
        let named = kinds.filter_map(|kind| {
            let count = kind.title.split(' ').count();
            let first = words.get(..count)?;
            let same = first.iter().zip(kind.title.split(' ')).all(|(word, known)| bare(word) == bare(known));
            let whole = words.len() == count || (words.len() == count + 1 && bare(words.last()?).is_empty());
            // A line in capitals may go on with the subject; otherwise the name stands alone.
            let ends = first.last()?.ends_with(char::is_alphabetic) || whole;
            let begins = first.first()?.starts_with(char::is_uppercase);
            (same && begins && ends && (upper || whole)).then_some((count, kind))
        });
        let (count, kind) = named.max_by_key(|(count, _)| *count)?;
        let last = words.get(count - 1)?;
        let end = last.as_ptr().addr() - line.as_ptr().addr() + last.len();
        let rest = line.get(end..).unwrap_or_default();
        Some((kind, rest.trim_start_matches([':', '.', ' ', '\t']).trim()))
    }
}
