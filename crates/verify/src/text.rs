//! A report as people read it: one sentence first, then what it rests on.

use super::check::{Check, Outcome};
use super::report::{Facts, Report, SignatureReport, TimeSource};
use super::signature_kind::SignatureKind;
use super::verdict::Verdict;
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
    line(format!("{} {}", report.verdict.sign(), report.sentence.in_lang(lang)));
    if let Some(reason) = &report.reason {
        line(format!("  {}", reason.in_lang(lang)));
    }
    if let Some(facts) = &report.facts {
        line(String::new());
        facts_lines(facts, report.verdict, lang).into_iter().for_each(&mut line);
    }
    if let Some(digest) = &report.digest {
        let (length, value) = (digest.length, &digest.value);
        let label = message!(
            "Mã băm SHA-256 của báo cáo ({length} byte đầu)",
            "SHA-256 of the report (first {length} bytes)"
        );
        line(format!("{}: {value}", label.in_lang(lang)));
    }
    for (index, signature) in report.signatures.iter().enumerate() {
        line(String::new());
        signature_lines(index + 1, signature, lang).into_iter().for_each(&mut line);
    }
    for finding in &report.findings {
        let at = finding.at;
        let place = message!("byte {at}", "byte {at}");
        line(format!("✖ [{}] {} ({})", finding.id, finding.message.in_lang(lang), place.in_lang(lang)));
    }
    match (&report.pages_differ, &report.unseen) {
        (Some(differences), _) if differences.is_empty() => {
            let words = message!(
                "✔ Hình các trang giống hệt bản đã ký (ngoài các trường được bổ sung).",
                "✔ The pages look as they were signed (apart from the fields that were added)."
            );
            line(words.in_lang(lang).to_owned());
        }
        (Some(differences), _) => {
            for Region { page, rect: [left, bottom, right, top] } in differences {
                let words = message!(
                    "✖ Trang {page} trông khác bản đã ký, ở vùng {left:.0}–{right:.0} × {bottom:.0}–{top:.0} pt.",
                    "✖ Page {page} looks different from what was signed, at {left:.0}–{right:.0} × {bottom:.0}–{top:.0} pt."
                );
                line(words.in_lang(lang).to_owned());
            }
        }
        (None, Some(Message { vi, en })) => {
            let words = message!(
                "– Không so sánh được hình các trang: {vi}",
                "– The pages could not be compared: {en}"
            );
            line(words.in_lang(lang).to_owned());
        }
        (None, None) => {}
    }
    if let Some(Check { outcome, message, id }) = &report.reproduction {
        line(format!("{} [{id}] {}", sign(*outcome), message.in_lang(lang)));
    }
    if let Some(Check { outcome, message, id }) = report.receipt.as_ref().map(|receipt| &receipt.check) {
        line(format!("{} [{id}] {}", sign(*outcome), printable(message.in_lang(lang))));
    }
    if !report.signatures.is_empty() {
        line(String::new());
        notices(report).iter().for_each(|notice| line(notice.in_lang(lang).to_owned()));
    }
    text
}

fn facts_lines(facts: &Facts, verdict: Verdict, lang: Lang) -> Vec<String> {
    let heading = if verdict == Verdict::Indeterminate {
        message!("Văn bản (tệp tự ghi, chưa xác thực):", "Document (by its own words, not confirmed):")
    } else {
        message!("Văn bản (theo dữ liệu được ký):", "Document (as the signed data says):")
    };
    let number = match (&facts.code_number, &facts.code_notation) {
        (Some(number), Some(notation)) => Some(format!("{number}/{notation}")),
        _ => None,
    };
    let rows = [
        (message!("Loại", "Kind"), facts.type_name.clone()),
        (message!("Số, ký hiệu", "Number"), number),
        (message!("Ngày", "Date"), facts.issued_date.clone()),
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
fn signature_lines(index: usize, signature: &SignatureReport, lang: Lang) -> Vec<String> {
    let role = signature.role.map(role_name).unwrap_or_else(|| {
        let field = signature.field.clone().unwrap_or_default();
        message!("trường \"{field}\"", "field \"{field}\"")
    });
    let (role_vi, role_en) = (role.vi, role.en);
    let heading = match signature.kind {
        SignatureKind::Signature => message!("Chữ ký {index} — {role_vi}", "Signature {index} — {role_en}"),
        SignatureKind::DocumentTimeStamp => {
            message!("Dấu thời gian {index} — {role_vi}", "Document time-stamp {index} — {role_en}")
        }
    };
    let words = signature.verdict.words();
    let mut lines =
        vec![format!("{} {}: {}", signature.verdict.sign(), heading.in_lang(lang), words.in_lang(lang))];
    let mut row = |label: Message, value: Option<String>| {
        lines.extend(value.map(|value| format!("  {}: {value}", label.in_lang(lang))));
    };
    if let Some(signer) = &signature.signer {
        let subject = &signer.subject;
        row(message!("Người ký", "Signer"), Some(subject.common_name.clone()));
        row(message!("Chức vụ", "Position"), subject.title.clone());
        row(message!("Đơn vị quản lý", "Organisation"), subject.organization.clone());
        row(message!("Ghi chú", "Unit"), subject.unit.clone());
        row(
            message!("Nơi cấp chứng thư", "Issuer of the certificate"),
            Some(signer.issuer.common_name.clone()),
        );
        let (from, until) = (&signer.not_before, &signer.not_after);
        row(message!("Hiệu lực chứng thư", "Certificate valid"), Some(format!("{from} – {until}")));
        row(
            message!("Vân tay chứng thư (SHA-256)", "Certificate fingerprint (SHA-256)"),
            Some(signer.fingerprint.clone()),
        );
    }
    if let Some(time) = &signature.signing_time {
        let label = match time.source {
            TimeSource::Claimed => {
                message!("Thời gian ký (theo máy người ký)", "Signing time (by the signer's clock)")
            }
            TimeSource::TimeStamp => {
                message!("Thời gian ký (theo dấu thời gian)", "Signing time (time-stamped)")
            }
        };
        row(label, Some(time.value.clone()));
    }
    for stamp in &signature.time_stamps {
        let authority = stamp.authority.as_ref().map(|authority| authority.subject.common_name.clone());
        row(message!("Nơi cấp dấu thời gian", "Time-stamping authority"), authority);
    }
    row(message!("Thuật toán", "Algorithm"), signature.algorithm.clone());
    row(
        message!("Mức chữ ký (ETSI EN 319 142-1)", "Level (ETSI EN 319 142-1)"),
        signature.level.map(|level| format!("PAdES {}", level.name())),
    );
    row(
        message!("Chứng nhận tài liệu", "Certifies the document"),
        signature.certification.map(|certification| certification.words().in_lang(lang).to_owned()),
    );
    if let Some(revision) = signature.revision {
        row(message!("Lần lưu được ký", "Revision that is signed"), Some(revision.to_string()));
    }
    for check in &signature.checks {
        let sign = sign(check.outcome);
        lines.push(format!("  {sign} [{}] {}", check.id, check.message.in_lang(lang)));
    }
    for change in &signature.changes_after {
        lines.push(format!("    → {}", change.in_lang(lang)));
    }
    lines
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

/// What the reader of a report should know besides: what the signature is not, and what other programs
/// will say.
pub fn notices(report: &Report) -> Vec<Message> {
    let mut notices = Vec::new();
    if report.verdict == Verdict::Invalid {
        return notices;
    }
    let signatures =
        || report.signatures.iter().filter(|signature| signature.kind == SignatureKind::Signature);
    let ed25519 = signatures().any(|signature| signature.algorithm.as_deref() == Some("Ed25519"));
    if ed25519 {
        notices.push(message!(
            "Lưu ý: chữ ký Ed25519 xác nhận nguồn gốc và tính toàn vẹn với khóa mà bạn tin cậy; đây không phải chữ ký số chuyên dùng công vụ (TT 15/2025/TT-BKHCN).",
            "Note: an Ed25519 signature proves origin and integrity under the key that you trust; it is not an official state signature (Circular 15/2025/TT-BKHCN)."
        ));
        notices.push(message!(
            "Phần mềm khác có thể báo khác: Firefox hiện dấu × đỏ cho mọi chữ ký PAdES; Acrobat và Poppler chưa đọc được Ed25519.",
            "Other programs may say otherwise: Firefox shows a red × for every PAdES signature; Acrobat and Poppler don't know Ed25519 yet."
        ));
    } else if signatures().any(|signature| signature.level.is_some()) {
        notices.push(message!(
            "Phần mềm khác có thể báo khác: Firefox hiện dấu × đỏ cho mọi chữ ký PAdES.",
            "Other programs may say otherwise: Firefox shows a red × for every PAdES signature."
        ));
    }
    notices
}
