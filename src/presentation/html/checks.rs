//! The three questions that a layman asks: is it whole, is it theirs, does their register have it.

use maud::{Markup, html as markup};

use super::view::{ReportView, mark};
use crate::lang::Message;
use crate::message;
use crate::verify::{CheckId, Outcome, Report, SignatureKind, SignatureReport, Verdict};

/// The item of the circular that tells whether the data are whole.
const INTEGRITY: usize = 5;

pub(super) fn checks(sheet: &ReportView<'_>) -> Markup {
    let report = sheet.report;
    if report.signatures.is_empty() {
        return markup! {};
    }
    let (whole, whole_words) = whole(report);
    let (theirs, theirs_words) = theirs(report);
    let register = sheet.register;
    let questions = [
        (message!("Nội dung nguyên vẹn", "The content is whole"), whole, whole_words),
        (message!("Đúng khóa của cơ quan", "The key is the office's"), theirs, theirs_words),
        (message!("Có trong sổ đăng ký", "The register has it"), register.outcome(), register.words()),
    ];
    markup! {
        section {
            h2 { (sheet.say(&message!("Ba kiểm tra", "Three checks"))) }
            ol.checks {
                @for (question, outcome, words) in &questions {
                    li {
                        strong { (sheet.say(question)) } ": " (mark(*outcome, sheet.lang)) " – " (sheet.say(words))
                    }
                }
            }
        }
    }
}

/// The worst of `outcomes`; what was not looked at says nothing beside what was.
fn worst(outcomes: impl Iterator<Item = Outcome>) -> Outcome {
    let rank = |outcome: &Outcome| match outcome {
        Outcome::NotChecked => 0,
        Outcome::Pass => 1,
        Outcome::Unknown => 2,
        Outcome::Fail => 3,
    };
    outcomes.max_by_key(rank).unwrap_or(Outcome::NotChecked)
}

fn whole(report: &Report) -> (Outcome, Message) {
    let of = |one: &SignatureReport| {
        one.items.iter().find(|item| item.number == INTEGRITY).map(|item| item.outcome)
    };
    let differs = report.pages_differ.as_ref().is_some_and(|regions| !regions.is_empty());
    let outcome = match worst(report.signatures.iter().filter_map(of)) {
        _ if !report.findings.is_empty() || differs => Outcome::Fail,
        outcome => outcome,
    };
    let words = match outcome {
        Outcome::Pass => {
            message!("nội dung đã ký không thay đổi", "what was signed has not changed")
        }
        Outcome::Fail => message!(
            "nội dung đã ký bị thay đổi, hoặc chữ ký không phải của nội dung này",
            "what was signed has changed, or the signature is not of this content"
        ),
        Outcome::Unknown => message!(
            "chưa xác định được có thay đổi không được phép hay không",
            "whether something changed that may not is not known"
        ),
        Outcome::NotChecked => message!("không xét được", "could not be looked at"),
    };
    (outcome, words)
}

fn theirs(report: &Report) -> (Outcome, Message) {
    if report.verdict == Verdict::Invalid {
        let words = message!("không xét với tệp không hợp lệ", "not asked of a file that is not valid");
        return (Outcome::NotChecked, words);
    }
    let approvals = || report.signatures.iter().filter(|one| one.kind == SignatureKind::Signature);
    let of = |one: &SignatureReport| {
        let trust = one.checks.iter().filter(|check| check.id == CheckId::Trust);
        worst(trust.map(|check| check.outcome))
    };
    let outcome = worst(approvals().map(of));
    let mut anchors: Vec<&str> = Vec::new();
    for anchor in approvals().filter_map(|one| one.chain.last()) {
        if !anchors.contains(&anchor.subject.common_name.as_str()) {
            anchors.push(&anchor.subject.common_name);
        }
    }
    let anchors = anchors.join("; ");
    let words = match outcome {
        Outcome::Pass => message!(
            "khóa do nơi được tin cậy ở đây xác nhận: {anchors}",
            "the key is vouched for by one who is trusted here: {anchors}"
        ),
        Outcome::Fail => message!("khóa không thuộc cơ quan", "the key is not the office's"),
        Outcome::Unknown => message!(
            "không có gì ở đây xác nhận khóa này là của ai",
            "nothing here vouches for whose key this is"
        ),
        Outcome::NotChecked => message!("không xét được", "could not be looked at"),
    };
    (outcome, words)
}
