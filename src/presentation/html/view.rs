//! What a report is shown with, and the pieces that all of its parts are made of.

use maud::{Markup, html as markup};

use crate::lang::{Lang, Message};
use crate::message;
use crate::presentation::judged::About;
use crate::presentation::pictures::Pictures;
use crate::printable::printable;
use crate::verify::{Outcome, Report, Verdict};

/// A report with all that is shown of it.
#[derive(Debug, Clone, Copy)]
pub struct ReportView<'a> {
    /// What the verifier found.
    pub report: &'a Report,
    /// The file that was judged, and when.
    pub about: &'a About<'a>,
    /// Its pages, where they are shown: as signed and as they are.
    pub pictures: &'a [Pictures],
    /// In which language it is shown.
    pub lang: Lang,
}

impl ReportView<'_> {
    /// The sign and word of what came of a check. Nothing that holds in a file that is not valid is praised.
    pub(super) fn mark(&self, outcome: Outcome) -> Markup {
        match (outcome, self.report.verdict) {
            (Outcome::Pass, Verdict::Invalid) => mark(Outcome::NotChecked, self.lang),
            _ => mark(outcome, self.lang),
        }
    }

    /// `words` in the language of the view; what can't be printed is made visible.
    pub(super) fn say(&self, words: &Message) -> String {
        printable(words.in_lang(self.lang))
    }
}

/// Labels with their values; those without a value are left out.
pub(super) fn rows(
    sheet: &ReportView<'_>,
    rows: impl IntoIterator<Item = (Message, Option<Markup>)>,
) -> Markup {
    markup! {
        dl.rows {
            @for (label, value) in rows {
                @if let Some(value) = value {
                    div { dt { (sheet.say(&label)) } dd { (value) } }
                }
            }
        }
    }
}

/// A value of somebody else, as text.
pub(super) fn text(value: &str) -> Markup {
    markup! { (printable(value)) }
}

/// A time as Vietnamese readers know it.
pub(super) fn moment(value: &str) -> Markup {
    markup! { time datetime=(printable(value)) { (printable(&crate::clock::shown(value))) } }
}

/// A sign with its word: colour and shape alone tell nothing to a screen reader.
fn mark(outcome: Outcome, lang: Lang) -> Markup {
    let (class, sign, words) = match outcome {
        Outcome::Pass => ("pass", "✔", message!("đạt", "passed")),
        Outcome::Fail => ("fail", "✖", message!("không đạt", "failed")),
        Outcome::Unknown => ("unknown", "?", message!("chưa rõ", "unclear")),
        Outcome::NotChecked => ("unchecked", "–", message!("chưa kiểm tra", "not checked")),
    };
    markup! { span.mark.(class) { span aria-hidden="true" { (sign) } " " (words.in_lang(lang)) } }
}
