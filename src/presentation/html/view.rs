//! What a report is shown with, and the pieces that all of its parts are made of.

use maud::{Markup, html as markup};

use crate::lang::{Lang, Message};
use crate::message;
use crate::presentation::judged::About;
use crate::presentation::pictures::Pictures;
use crate::presentation::register::RegisterAnswer;
use crate::printable::printable;
use crate::verify::{Outcome, Report};

/// A report with all that is shown of it.
#[derive(Debug, Clone, Copy)]
pub struct ReportView<'a> {
    /// What the verifier found.
    pub report: &'a Report,
    /// The file that was judged, and when.
    pub about: &'a About<'a>,
    /// Its pages, where they are shown: as signed and as they are.
    pub pictures: &'a [Pictures],
    /// What the register of the issuing office says.
    pub register: &'a RegisterAnswer,
    /// In which language it is shown.
    pub lang: Lang,
}

impl ReportView<'_> {
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
    let shown = crate::clock::parse(value).map_or_else(|_| printable(value), crate::clock::display);
    markup! { time datetime=(printable(value)) { (shown) } }
}

/// A sign with its word: colour and shape alone tell nothing to a screen reader.
pub(super) fn mark(outcome: Outcome, lang: Lang) -> Markup {
    let (class, sign, words) = match outcome {
        Outcome::Pass => ("pass", "✔", message!("đạt", "holds")),
        Outcome::Fail => ("fail", "✖", message!("không đạt", "does not hold")),
        Outcome::Unknown => ("unknown", "?", message!("chưa rõ", "not known")),
        Outcome::NotChecked => ("unchecked", "–", message!("không kiểm tra", "not checked")),
    };
    markup! { span.mark.(class) { span aria-hidden="true" { (sign) } " " (words.in_lang(lang)) } }
}
