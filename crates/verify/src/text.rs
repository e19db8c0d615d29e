//! A report as people read it: one sentence first, then what it rests on.

use super::cause_words::CauseReport;
use super::check::{Check, Outcome};
use super::check_id::CheckId;
use super::report::{Facts, Report, SignatureReport, TimeSource};
use super::signature_kind::SignatureKind;
use super::verdict::Verdict;
use crate::clock;
use crate::lang::{Lang, Message};
use crate::message;
use crate::pdf::form::Region;
use crate::printable::printable;
use crate::role::role_name;

/// Writes `report` in `lang`.
pub fn render(report: &Report, lang: Lang) -> String {
    let mut text = String::new();
    let mut line = |content: String| {
        text += &printable(&content.replace('\n', "\u{FFFD}"));
        text.push('\n');
    };
    if let Some(CauseReport { code, headline, sentence, to_do, .. }) = report.withdrawn() {
        line(format!("{} {}", code.sign(), headline.in_lang(lang)));
        line(format!("  {}", sentence.in_lang(lang)));
        line(format!("  → {}", to_do.in_lang(lang)));
        line(String::new());
    }
    let CauseReport { code, headline, sentence, to_do, .. } = &report.cause;
    line(format!("{} {}", code.sign(), headline.in_lang(lang)));
    line(format!("  {}", sentence.in_lang(lang)));
    if let (Verdict::Unreadable | Verdict::Invalid, Some(reason)) = (report.verdict, &report.reason) {
        line(format!("  {}", reason.capitalised().in_lang(lang)));
    }
    line(format!("  → {}", to_do.in_lang(lang)));
    for note in notes(report) {
        line(format!("  {}", note.in_lang(lang)));
    }
    if let Some(facts) = &report.facts {
        line(String::new());
        facts_lines(facts, report.verdict, lang).into_iter().for_each(&mut line);
    }
    let is_invalid = report.verdict == Verdict::Invalid;
    if let Some(digest) = report.digest.as_ref().filter(|digest| digest.matches && !is_invalid) {
        let (length, value) = (digest.length, &digest.value);
        let label = message!(
            "Mã băm SHA-256 của văn bản ({length} byte đầu)",
            "SHA-256 of the document (first {length} bytes)"
        );
        line(format!("{}: {value}", label.in_lang(lang)));
    }
    for (index, signature) in report.signatures.iter().enumerate() {
        line(String::new());
        signature_lines(index + 1, signature, report.verdict, lang).into_iter().for_each(&mut line);
    }
    for finding in &report.findings {
        let at = finding.at;
        let place = message!("byte {at}", "byte {at}");
        let words = finding.message.capitalised();
        line(format!("✖ {} ({})", words.in_lang(lang), place.in_lang(lang)));
    }
    match (&report.pages_differ, &report.unseen) {
        // What was compared in an invalid file is not what was signed.
        (Some(differences), _) if differences.is_empty() && is_invalid => {}
        (Some(differences), _) if differences.is_empty() => {
            let words = message!(
                "✔ Hình các trang không khác nội dung đã ký, trừ các ô được điền thêm.",
                "✔ The pages look as they were signed, apart from the fields that were filled in."
            );
            line(words.in_lang(lang).to_owned());
        }
        (Some(differences), _) => {
            for Region { page, rect: [left, bottom, right, top] } in differences {
                let words = message!(
                    "✖ Trang {page} khác nội dung đã ký, ở vùng {left:.0}–{right:.0} × {bottom:.0}–{top:.0} pt.",
                    "✖ Page {page} looks different from what was signed, at {left:.0}–{right:.0} × {bottom:.0}–{top:.0} pt."
                );
                line(words.in_lang(lang).to_owned());
            }
        }
        (None, Some(Message { vi, en })) => {
            let words = message!(
                "– Chưa so sánh được hình các trang: {vi}",
                "– The pages could not be compared: {en}"
            );
            line(words.in_lang(lang).to_owned());
        }
        (None, None) if report.canonical == Some(true) && report.verdict != Verdict::Invalid => {
            let words = message!(
                "✔ Những gì thêm sau chữ ký đầu đúng từng byte như vanthu ghi: không chương trình nào đọc khác được.",
                "✔ What followed the first signature is, byte for byte, what vanthu writes: no program can read it otherwise."
            );
            line(words.in_lang(lang).to_owned());
        }
        (None, None) => {}
    }
    let receipt = report.receipt.as_ref().map(|receipt| &receipt.check);
    for check in report.reproduction.iter().chain(receipt).filter(|check| is_told(check, report.verdict)) {
        let words = check.message.capitalised();
        line(format!("{} {}", sign(check.outcome), words.in_lang(lang)));
    }
    if let Some(answer) = &report.register {
        let words = answer.words().capitalised();
        line(format!("{} {}", sign(answer.outcome()), words.in_lang(lang)));
    }
    if !report.signatures.is_empty() || !report.remarks.is_empty() {
        line(String::new());
        notices(report).iter().for_each(|notice| line(notice.in_lang(lang).to_owned()));
    }
    text
}

fn facts_lines(facts: &Facts, verdict: Verdict, lang: Lang) -> Vec<String> {
    let heading = if verdict == Verdict::Indeterminate {
        message!("Văn bản (tệp tự ghi, chưa xác thực):", "Document (as stated in the file, not confirmed):")
    } else {
        message!("Văn bản (theo dữ liệu được ký):", "Document (confirmed by the signature):")
    };
    let rows = [
        (message!("Loại", "Kind"), facts.type_name.clone()),
        (message!("Số, ký hiệu", "Number and notation"), facts.code()),
        (message!("Ngày", "Date"), facts.date().map(|date| date.in_lang(lang).to_owned())),
        (message!("Cơ quan", "Agency"), facts.organ_name.clone()),
        (message!("Trích yếu", "Subject"), facts.subject.clone()),
    ];
    let rows =
        rows.into_iter().filter_map(|(label, value)| Some(format!("  {}: {}", label.in_lang(lang), value?)));
    std::iter::once(heading.in_lang(lang).to_owned()).chain(rows).collect()
}

/// The seven things that a verifying program must show (TT 15/2025/TT-BKHCN Điều 6) are among these:
/// issuer, signer, organisation, time, integrity, validity of the signature, validity of the
/// certificate.
fn signature_lines(index: usize, signature: &SignatureReport, file: Verdict, lang: Lang) -> Vec<String> {
    let role = signature.role.map(role_name).unwrap_or_else(|| {
        let field = signature.field.clone().unwrap_or_default();
        message!("ô “{field}”", "field “{field}”")
    });
    let (role_vi, role_en) = (role.vi, role.en);
    let heading = match signature.kind {
        SignatureKind::Signature => message!("Chữ ký {index} – {role_vi}", "Signature {index} – {role_en}"),
        SignatureKind::DocumentTimeStamp => {
            message!("Dấu thời gian {index} – {role_vi}", "Document time-stamp {index} – {role_en}")
        }
    };
    let (standing, words) = signature.standing(file);
    let mut lines = vec![format!("{standing} {}: {}", heading.in_lang(lang), words.in_lang(lang))];
    let mut row = |label: Message, value: Option<String>| {
        lines.extend(value.map(|value| format!("  {}: {value}", label.in_lang(lang))));
    };
    if let Some(signer) = &signature.signer {
        let subject = &signer.subject;
        row(message!("Người ký", "Signer"), Some(subject.common_name.clone()));
        row(message!("Chức vụ", "Position"), subject.title.clone());
        row(message!("Đơn vị quản lý chứng thư", "Organisation"), subject.organization.clone());
        row(message!("Bộ phận", "Unit"), subject.unit.clone());
        row(
            message!("Cơ quan, tổ chức cấp chứng thư", "Issuer of the certificate"),
            Some(signer.issuer.common_name.clone()),
        );
        let (from, until) = (clock::shown(&signer.not_before), clock::shown(&signer.not_after));
        row(
            message!("Thời hạn có hiệu lực của chứng thư", "Certificate validity period"),
            Some(format!("{from} – {until}")),
        );
        row(
            message!("Vân tay chứng thư (SHA-256)", "Certificate fingerprint (SHA-256)"),
            Some(signer.fingerprint.clone()),
        );
    }
    if let Some(time) = &signature.signing_time {
        let label = match time.source {
            TimeSource::Claimed => {
                message!("Thời điểm ký số (theo đồng hồ máy ký)", "Signing time (by the signer's clock)")
            }
            TimeSource::TimeStamp => {
                message!("Thời điểm ký số (theo dấu thời gian)", "Signing time (time-stamped)")
            }
        };
        row(label, Some(clock::shown(&time.value)));
    }
    for stamp in &signature.time_stamps {
        let authority = stamp.authority.as_ref().map(|authority| authority.subject.common_name.clone());
        row(message!("Máy chủ cấp dấu thời gian", "Time-stamping server"), authority);
    }
    row(message!("Thuật toán", "Algorithm"), signature.algorithm.clone());
    row(
        message!("Mức PAdES (ETSI EN 319 142-1)", "Level (ETSI EN 319 142-1)"),
        signature.level.map(|level| format!("PAdES {}", level.name())),
    );
    row(
        message!("Sau khi ký, cho phép", "Allowed after signing"),
        signature.certification.map(|certification| certification.words().in_lang(lang).to_owned()),
    );
    if let Some(revision) = signature.revision {
        row(message!("Lần lưu được ký", "Revision that is signed"), Some(revision.to_string()));
    }
    for check in signature.checks.iter().filter(|check| is_told(check, file)) {
        lines.push(format!("  {} {}", sign(check.outcome), check.message.in_lang(lang)));
    }
    for change in &signature.changes_after {
        lines.push(format!("    → {}", change.in_lang(lang)));
    }
    lines
}

/// Whether a check is worth a line: what holds in a file that is not valid would only deceive.
fn is_told(check: &Check, file: Verdict) -> bool {
    file != Verdict::Invalid || check.outcome != Outcome::Pass
}

/// A sign beside the words, for those who don't see colours.
fn sign(outcome: Outcome) -> char {
    match outcome {
        Outcome::Pass => '✔',
        Outcome::Fail => '✖',
        Outcome::Unknown => '?',
        Outcome::NotChecked => '–',
    }
}

/// What is to be minded although the verdict stands (TT 15/2025/TT-BKHCN: where the state of a certificate can't be
/// checked, that has to be said).
pub fn notes(report: &Report) -> Vec<Message> {
    let is_unasked = |check: &Check| check.id == CheckId::Revocation && check.outcome == Outcome::NotChecked;
    let unasked = report.signatures.iter().any(|signature| signature.checks.iter().any(is_unasked));
    let counts = report.verdict.is_valid() || report.verdict == Verdict::Incomplete;
    let note = (unasked && counts).then(|| {
        message!(
            "Lưu ý: chưa kiểm tra được chứng thư có bị thu hồi hay không, vì chứng thư không có địa chỉ CRL/OCSP. Hỏi cơ quan nếu văn bản quan trọng.",
            "Note: revocation not checked; the certificate has no CRL/OCSP address. Ask the office if it matters."
        )
    });
    note.into_iter().collect()
}

/// What the reader of a report should know besides: what the signature is not, and what other programs
/// will say.
pub fn notices(report: &Report) -> Vec<Message> {
    let remarks = report.remarks.iter().map(|remark| {
        let Message { vi, en } = &remark.message;
        message!("Lưu ý: {vi}.", "Note: {en}.")
    });
    let mut notices: Vec<Message> = remarks.collect();
    if report.verdict == Verdict::Invalid {
        return notices;
    }
    let signatures =
        || report.signatures.iter().filter(|signature| signature.kind == SignatureKind::Signature);
    let ed25519 = signatures().any(|signature| signature.algorithm.as_deref() == Some("Ed25519"));
    if ed25519 {
        notices.push(message!(
            "Lưu ý: chữ ký Ed25519 xác nhận nguồn gốc và tính toàn vẹn theo chứng thư gốc được tin cậy; đây không phải chữ ký số chuyên dùng công vụ (TT 15/2025/TT-BKHCN).",
            "Note: an Ed25519 signature proves origin and integrity under a trusted root; it is not a signature for official duties (Circular 15/2025/TT-BKHCN)."
        ));
        notices.push(message!(
            "Phần mềm khác có thể cho kết quả khác: Firefox hiện dấu × đỏ cho mọi chữ ký PAdES; Acrobat và Poppler chưa đọc được Ed25519.",
            "Other programs may say otherwise: Firefox shows a red × for every PAdES signature; Acrobat and Poppler don't know Ed25519 yet."
        ));
    } else if signatures().any(|signature| signature.level.is_some()) {
        notices.push(message!(
            "Phần mềm khác có thể cho kết quả khác: Firefox hiện dấu × đỏ cho mọi chữ ký PAdES.",
            "Other programs may say otherwise: Firefox shows a red × for every PAdES signature."
        ));
    }
    notices
}
