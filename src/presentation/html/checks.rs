//! The three questions that a layman asks: is it intact, is the signer trusted, does the register have it.

use maud::{Markup, html as markup};

use super::view::ReportView;
use crate::lang::Message;
use crate::message;
use crate::verify::{Check, CheckId, Outcome, Report, SignatureKind, SignatureReport, Verdict};

/// The item of the circular that tells whether the data are whole.
const INTEGRITY: usize = 5;

pub(super) fn checks(sheet: &ReportView<'_>) -> Markup {
    let report = sheet.report;
    if report.signatures.is_empty() {
        return markup! {};
    }
    let (intact, intact_words) = intact(report);
    let (trusted, trusted_words) = trusted(report);
    let (registered, register_words) = match &report.register {
        Some(answer) => (answer.outcome(), answer.words()),
        None => {
            let words = message!("chưa tra cứu sổ đăng ký", "the register was not consulted");
            (Outcome::NotChecked, words)
        }
    };
    let questions = [
        (message!("Nội dung toàn vẹn", "Content unchanged"), intact, intact_words),
        (
            message!("Chứng thư của người ký được tin cậy", "Signer's certificate is trusted"),
            trusted,
            trusted_words,
        ),
        (message!("Có trong sổ đăng ký văn bản đi", "Recorded in the register"), registered, register_words),
    ];
    markup! {
        section {
            h2 { (sheet.say(&message!("Ba kiểm tra", "Three checks"))) }
            ol.checks {
                @for (question, outcome, words) in &questions {
                    li {
                        strong { (sheet.say(question)) } ": " (sheet.mark(*outcome)) " – " (sheet.say(words))
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

fn intact(report: &Report) -> (Outcome, Message) {
    let of = |one: &SignatureReport| {
        one.items.iter().find(|item| item.number == INTEGRITY).map(|item| item.outcome)
    };
    let outcome = match report.verdict {
        Verdict::Invalid => Outcome::Fail,
        _ => worst(report.signatures.iter().filter_map(of)),
    };
    let words = match outcome {
        Outcome::Pass => message!("nội dung đã ký không thay đổi", "the signed content has not changed"),
        Outcome::Fail => report.cause.sentence.clone(),
        Outcome::Unknown => message!(
            "chưa xác định được có thay đổi ngoài phạm vi cho phép hay không",
            "it is not known whether a change was made that is not permitted"
        ),
        Outcome::NotChecked => message!("chưa kiểm tra", "not checked"),
    };
    (outcome, words)
}

fn trusted(report: &Report) -> (Outcome, Message) {
    if report.verdict == Verdict::Invalid {
        let words = message!("tệp không hợp lệ nên không xét", "the file is not valid");
        return (Outcome::NotChecked, words);
    }
    let approvals = || report.signatures.iter().filter(|one| one.kind == SignatureKind::Signature);
    let all = |id| approvals().flat_map(|one| &one.checks).filter(move |check| check.id == id);
    let outcome = worst(all(CheckId::Trust).map(|check| check.outcome));
    // Whose the keys are is said of all of them, or of the one of which it was not established.
    let is_established = |check: &&Check| check.outcome == Outcome::Pass;
    let office = all(CheckId::Office).find(|check| !is_established(check)).or(all(CheckId::Office).next());
    let mut anchors: Vec<&str> = Vec::new();
    for anchor in approvals().filter_map(|one| one.chain.last()) {
        if !anchors.contains(&anchor.subject.common_name.as_str()) {
            anchors.push(&anchor.subject.common_name);
        }
    }
    let anchors = anchors.join("; ");
    let words = match (outcome, office) {
        (Outcome::Pass, None) => message!(
            "chứng thư do {anchors} cấp, đã được tin cậy tại đây",
            "issued under a trusted root: {anchors}"
        ),
        (Outcome::Pass, Some(Check { outcome: found, message: Message { vi, en }, .. })) => {
            let words = message!(
                "{vi}; chứng thư do {anchors} cấp, đã được tin cậy tại đây",
                "{en}; issued under a trusted root: {anchors}"
            );
            return (worst([outcome, *found].into_iter()), words);
        }
        (Outcome::Fail, _) => message!("chứng thư không được tin cậy", "the certificate is not trusted"),
        (Outcome::Unknown, _) => message!(
            "chưa có chứng thư gốc được tin cậy để xác nhận người ký",
            "no trusted root confirms the signer"
        ),
        (Outcome::NotChecked, _) => message!("chưa kiểm tra", "not checked"),
    };
    (outcome, words)
}
