//! A report as people read it in a browser: on a page that needs nothing else (no script, no font, no
//! picture from elsewhere), or inside the page of the service.
//!
//! The order is the reader's: the verdict and what it means, the document, who signed, three questions,
//! the seven items of the circular, what changed, and the technical rest. maud builds it: what comes
//! from a PDF or a certificate is text to it, never HTML.

mod changes;
mod checks;
mod items;
mod people;
mod technical;
mod verdict;

use maud::{DOCTYPE, Markup, PreEscaped, html as markup};

use super::{About, Pictures, RegisterAnswer};
use crate::lang::{Lang, Message};
use crate::message;
use crate::printable::printable;
use crate::verify::{Outcome, Report, notices};

/// How a report looks.
pub const STYLE: &str = include_str!("report.css");

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
    fn say(&self, words: &Message) -> String {
        printable(words.in_lang(self.lang))
    }
}

/// Writes `sheet` as a page that needs nothing else.
pub fn html(sheet: &ReportView<'_>) -> String {
    let title = sheet.say(&message!("Kết quả kiểm tra chữ ký số", "Result of the verification"));
    let page = markup! {
        (DOCTYPE)
        html lang=(sheet.lang.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy"
                    content="default-src 'none'; img-src data:; style-src 'unsafe-inline'";
                title { (title) " – " (printable(sheet.about.file)) }
                style { (PreEscaped(STYLE)) }
            }
            body { main { (body(sheet)) (remarks(sheet)) } }
        }
    };
    page.into_string()
}

/// Draws `sheet` from the verdict to the technical details.
pub fn body(sheet: &ReportView<'_>) -> Markup {
    markup! {
        (verdict::verdict(sheet))
        (people::document(sheet))
        (people::signers(sheet))
        (checks::checks(sheet))
        (items::items(sheet))
        (changes::changes(sheet))
        (technical::technical(sheet))
    }
}

/// What the reader should know besides: what the signature is not, what other programs will say.
pub fn remarks(sheet: &ReportView<'_>) -> Markup {
    let notices = notices(sheet.report);
    markup! {
        @if !notices.is_empty() {
            section {
                h2 { (sheet.say(&message!("Lưu ý", "Notes"))) }
                ul { @for notice in &notices { li { (sheet.say(notice)) } } }
            }
        }
    }
}

/// Labels with their values; those without a value are left out.
fn rows(sheet: &ReportView<'_>, rows: impl IntoIterator<Item = (Message, Option<Markup>)>) -> Markup {
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
fn text(value: &str) -> Markup {
    markup! { (printable(value)) }
}

/// A time as Vietnamese readers know it.
fn moment(value: &str) -> Markup {
    let shown = crate::clock::parse(value).map_or_else(|_| printable(value), crate::clock::display);
    markup! { time datetime=(printable(value)) { (shown) } }
}

/// A sign with its word: colour and shape alone tell nothing to a screen reader.
fn mark(outcome: Outcome, lang: Lang) -> Markup {
    let (class, sign, words) = match outcome {
        Outcome::Pass => ("pass", "✔", message!("đạt", "holds")),
        Outcome::Fail => ("fail", "✖", message!("không đạt", "does not hold")),
        Outcome::Unknown => ("unknown", "?", message!("chưa rõ", "not known")),
        Outcome::NotChecked => ("unchecked", "–", message!("không kiểm tra", "not checked")),
    };
    markup! { span.mark.(class) { span aria-hidden="true" { (sign) } " " (words.in_lang(lang)) } }
}
