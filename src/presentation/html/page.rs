//! The parts of a report in their order, and the page that has nothing else on it.

use maud::{DOCTYPE, Markup, PreEscaped, html as markup};

use super::view::ReportView;
use super::{changes, checks, items, people, technical, verdict};
use crate::message;
use crate::printable::printable;
use crate::verify::notices;

/// How a report looks.
pub const STYLE: &str = include_str!("report.css");

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
