//! What the document says of itself, and who signed it.

use maud::{Markup, html as markup};

use super::view::{ReportView, moment, rows, text};
use crate::hex::grouped;
use crate::message;
use crate::role::role_name;
use crate::verify::{SignatureKind, SignatureReport, TimeSource, Verdict};

/// The facts of the document, from what is signed.
pub(super) fn document(sheet: &ReportView<'_>) -> Markup {
    let Some(facts) = &sheet.report.facts else {
        return markup! {};
    };
    let date = facts.date().map(|date| text(date.in_lang(sheet.lang)));
    let known = [
        (message!("Số, ký hiệu", "Number and notation"), facts.code().as_deref().map(text)),
        (message!("Ngày", "Date"), date),
        (message!("Loại", "Kind"), facts.type_name.as_deref().map(text)),
        (message!("Trích yếu", "Subject"), facts.subject.as_deref().map(text)),
        (message!("Cơ quan", "Agency"), facts.organ_name.as_deref().map(text)),
    ];
    let heading = match sheet.report.verdict {
        Verdict::Indeterminate => {
            message!("Văn bản (tệp tự ghi, chưa xác thực)", "Document (as stated in the file, not confirmed)")
        }
        _ => message!("Văn bản (theo dữ liệu được ký)", "Document (confirmed by the signature)"),
    };
    markup! {
        section {
            h2 { (sheet.say(&heading)) }
            (rows(sheet, known))
        }
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
            TimeSource::Claimed => {
                message!("theo đồng hồ máy ký, chưa được chứng thực", "by the signer's clock")
            }
            TimeSource::TimeStamp => message!("theo dấu thời gian", "by a time-stamp"),
        };
        markup! { (moment(&time.value)) " (" (sheet.say(&how)) ")" }
    });
    let (sign, words) = signature.standing(sheet.report.verdict);
    let verdict = markup! { span aria-hidden="true" { (sign) } " " (sheet.say(&words)) };
    // Who does not know the key yet compares this with the office.
    let fingerprint = signature.signer.as_ref().filter(|_| signature.verdict == Verdict::Indeterminate);
    let fingerprint = fingerprint.map(|signer| markup! { code { (grouped(&signer.fingerprint)) } });
    let known = [
        (message!("Người ký", "Signer"), subject.map(|subject| text(&subject.common_name))),
        (message!("Chức vụ", "Position"), subject.and_then(|subject| subject.title.as_deref()).map(text)),
        (
            message!("Đơn vị quản lý chứng thư", "Organisation"),
            subject.and_then(|subject| subject.organization.as_deref()).map(text),
        ),
        (message!("Bộ phận", "Unit"), subject.and_then(|subject| subject.unit.as_deref()).map(text)),
        (message!("Thời điểm ký số", "Signing time"), time),
        (message!("Thuật toán", "Algorithm"), signature.algorithm.as_deref().map(text)),
        (message!("Vân tay chứng thư (SHA-256)", "Certificate fingerprint (SHA-256)"), fingerprint),
        (message!("Đánh giá", "Verdict"), Some(verdict)),
    ];
    markup! {
        h3 { (title(sheet, index, signature)) }
        (rows(sheet, known))
    }
}
