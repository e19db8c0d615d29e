//! What the document says of itself, and who signed it.

use maud::{Markup, html as markup};

use super::view::{ReportView, moment, rows, text};
use crate::hex::grouped;
use crate::lang::Lang;
use crate::message;
use crate::role::role_name;
use crate::verify::{SignatureKind, SignatureReport, TimeSource, Verdict};

/// The facts of the document, from what is signed.
pub(super) fn document(sheet: &ReportView<'_>) -> Markup {
    let Some(facts) = &sheet.report.facts else {
        return markup! {};
    };
    let number = match (&facts.code_number, &facts.code_notation) {
        (Some(number), Some(notation)) => Some(format!("{number}/{notation}")),
        _ => None,
    };
    let date = facts.issued_date.as_deref().map(|date| day(sheet, date));
    let known = [
        (message!("Số, ký hiệu", "Number"), number.as_deref().map(text)),
        (message!("Ngày", "Date"), date),
        (message!("Loại", "Kind"), facts.type_name.as_deref().map(text)),
        (message!("Trích yếu", "Subject"), facts.subject.as_deref().map(text)),
        (message!("Cơ quan", "Agency"), facts.organ_name.as_deref().map(text)),
    ];
    let heading = match sheet.report.verdict {
        Verdict::Indeterminate => {
            message!("Văn bản (tệp tự ghi, chưa xác thực)", "Document (by its own words, not confirmed)")
        }
        _ => message!("Văn bản (theo dữ liệu được ký)", "Document (as the signed data says)"),
    };
    markup! {
        section {
            h2 { (sheet.say(&heading)) }
            (rows(sheet, known))
        }
    }
}

/// A date of ISO 8601 as the reader writes dates; anything else as it is.
fn day(sheet: &ReportView<'_>, date: &str) -> Markup {
    let parts: Vec<&str> = date.split('-').collect();
    match (sheet.lang, parts.as_slice()) {
        (Lang::Vi, [year, month, day]) => text(&format!("{day}/{month}/{year}")),
        _ => text(date),
    }
}

/// Who signed, when, and how that is known.
pub(super) fn signers(sheet: &ReportView<'_>) -> Markup {
    let signatures = || sheet.report.signatures.iter().filter(|one| one.kind == SignatureKind::Signature);
    markup! {
        @if signatures().next().is_some() && sheet.report.verdict != Verdict::Invalid {
            section {
                h2 { (sheet.say(&message!("Ai ký", "Who signed"))) }
                @for (index, signature) in signatures().enumerate() { (signer(sheet, index + 1, signature)) }
            }
        }
    }
}

/// Which signature it is, by its role or its field.
pub(super) fn title(sheet: &ReportView<'_>, index: usize, signature: &SignatureReport) -> String {
    let place = match (signature.role, &signature.field) {
        (Some(role), _) => role_name(role),
        (None, Some(field)) => message!("trường \"{field}\"", "field \"{field}\""),
        (None, None) => message!("không có trường", "no field"),
    };
    let (vi, en) = (place.vi, place.en);
    sheet.say(&match signature.kind {
        SignatureKind::Signature => message!("Chữ ký {index}: {vi}", "Signature {index}: {en}"),
        SignatureKind::DocumentTimeStamp => {
            message!("Dấu thời gian {index}: {vi}", "Document time-stamp {index}: {en}")
        }
    })
}

fn signer(sheet: &ReportView<'_>, index: usize, signature: &SignatureReport) -> Markup {
    let subject = signature.signer.as_ref().map(|signer| &signer.subject);
    let time = signature.signing_time.as_ref().map(|time| {
        let how = match time.source {
            TimeSource::Claimed => message!("theo máy người ký", "by the signer's clock"),
            TimeSource::TimeStamp => message!("theo dấu thời gian", "by a time-stamp"),
        };
        markup! { (moment(&time.value)) " (" (sheet.say(&how)) ")" }
    });
    let verdict = markup! {
        span aria-hidden="true" { (signature.verdict.sign()) } " " (sheet.say(&signature.verdict.words()))
    };
    // Who does not know the key yet compares this with the office.
    let fingerprint = signature.signer.as_ref().filter(|_| signature.verdict == Verdict::Indeterminate);
    let fingerprint = fingerprint.map(|signer| markup! { code { (grouped(&signer.fingerprint)) } });
    let known = [
        (message!("Người ký", "Signer"), subject.map(|subject| text(&subject.common_name))),
        (message!("Chức vụ", "Position"), subject.and_then(|subject| subject.title.as_deref()).map(text)),
        (
            message!("Cơ quan", "Organisation"),
            subject.and_then(|subject| subject.organization.as_deref()).map(text),
        ),
        (message!("Đơn vị", "Unit"), subject.and_then(|subject| subject.unit.as_deref()).map(text)),
        (message!("Thời gian ký", "Signing time"), time),
        (message!("Thuật toán", "Algorithm"), signature.algorithm.as_deref().map(text)),
        (message!("Vân tay chứng thư (SHA-256)", "Certificate fingerprint (SHA-256)"), fingerprint),
        (message!("Đánh giá", "Verdict"), Some(verdict)),
    ];
    markup! {
        h3 { (title(sheet, index, signature)) }
        (rows(sheet, known))
    }
}
