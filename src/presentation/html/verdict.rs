//! The verdict: a headline, one sentence, and what to do next.

use maud::{Markup, html as markup};

use super::view::ReportView;
use crate::clock;
use crate::lang::Message;
use crate::message;
use crate::printable::printable;
use crate::verify::{CauseReport, Verdict, notes};

pub(super) fn verdict(sheet: &ReportView<'_>) -> Markup {
    let report = sheet.report;
    // Of a withdrawn document, what its signatures are worth is said after what the office says.
    let withdrawn = report.withdrawn();
    let CauseReport { code, headline, sentence, to_do, .. } = withdrawn.as_ref().unwrap_or(&report.cause);
    let signatures = withdrawn.is_some().then_some(&report.sentence);
    markup! {
        section.verdict.(class(code.sign())) aria-labelledby="result" {
            h1 #result tabindex="-1" {
                span.sign aria-hidden="true" { (code.sign()) } " "
                span.words { (sheet.say(headline)) }
            }
            p { (sheet.say(sentence)) }
            @if let Some(words) = signatures { p { (sheet.say(words)) } }
            @if let (Verdict::Unreadable | Verdict::Invalid, Some(reason)) = (report.verdict, &report.reason) {
                p { (sheet.say(reason)) }
            }
            @if report.verdict == Verdict::Invalid { p { (sheet.say(&withheld())) } }
            p.advice { (sheet.say(to_do)) }
            @for note in notes(report) { p.note { (sheet.say(&note)) } }
            p.when {
                (sheet.say(&message!("Tệp", "File"))) ": " strong { (printable(sheet.about.file)) } br;
                (sheet.say(&message!("Thời điểm kiểm tra", "Time of checking"))) ": "
                time datetime=(clock::rfc3339(sheet.about.at)) { (clock::display(sheet.about.at)) }
            }
        }
    }
}

/// How the box looks whose sign is `sign`.
fn class(sign: char) -> &'static str {
    match sign {
        '✔' => "good",
        '!' | '?' => "doubt",
        '✖' | '⛔' => "bad",
        _ => "plain",
    }
}

/// Why nothing is told of who signed.
fn withheld() -> Message {
    message!(
        "Vì tệp không hợp lệ, ở đây không nêu người ký, số và ngày ghi trong tệp.",
        "Because the file is not valid, its signer, number and date are not shown here."
    )
}
