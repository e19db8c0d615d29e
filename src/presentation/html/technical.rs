//! What experts ask for: digests, ranges, certificates, every check.

use maud::{Markup, html as markup};
use sha2::{Digest, Sha256};

use super::people::title;
use super::view::{ReportView, moment, rows, text};
use crate::hex::grouped;
use crate::message;
use crate::presentation::signed_length;
use crate::verify::{CertificateReport, SignatureReport};

pub(super) fn technical(sheet: &ReportView<'_>) -> Markup {
    let (report, bytes) = (sheet.report, sheet.about.bytes);
    let digest = grouped(&crate::hex::lower(&Sha256::digest(bytes)));
    let length = bytes.len();
    let stamped = report.digest.as_ref().map(|stamp| {
        let length = stamp.length;
        let words = match stamp.matches {
            true => message!("khớp với {length} byte đầu", "it is that of the first {length} bytes"),
            false => {
                message!("KHÔNG khớp với {length} byte đầu", "it is NOT that of the first {length} bytes")
            }
        };
        markup! { code { (grouped(&stamp.value)) } " (" (sheet.say(&words)) ")" }
    });
    let of_file = [
        (
            message!("Mã băm của cả tệp (SHA-256)", "Digest of the file (SHA-256)"),
            Some(markup! { code { (digest) } }),
        ),
        (message!("Mã băm in trên trang (SHA-256)", "Printed digest (SHA-256)"), stamped),
        (message!("Độ dài", "Length"), Some(text(&format!("{length} byte")))),
        (
            message!("Số lần lưu", "Revisions"),
            Some(report.revisions).filter(|count| *count > 0).map(|count| text(&count.to_string())),
        ),
    ];
    markup! {
        details {
            summary { h2 { (sheet.say(&message!("Chi tiết kỹ thuật", "Technical details"))) } }
            (rows(sheet, of_file))
            @for (index, signature) in report.signatures.iter().enumerate() {
                h3 { (title(sheet, index + 1, signature)) }
                (of_signature(sheet, signature))
            }
        }
    }
}

fn of_signature(sheet: &ReportView<'_>, signature: &SignatureReport) -> Markup {
    let length = sheet.about.bytes.len();
    let covered = signature.byte_range.map(|[a, b, c, d]| {
        let covers = signed_length(signature).unwrap_or_default();
        let words =
            message!("{covers} trong {length} byte của tệp", "{covers} of {length} bytes of the file");
        markup! { code { (format!("[{a} {b} {c} {d}]")) } " (" (sheet.say(&words)) ")" }
    });
    let fingerprint = signature.signer.as_ref().map(|signer| grouped(&signer.fingerprint));
    let stamps = signature.time_stamps.iter().map(|stamp| {
        let authority = stamp.authority.as_ref().map(|one| one.subject.common_name.clone());
        (
            message!("Dấu thời gian", "Time-stamp"),
            Some(markup! { (moment(&stamp.time)) " " (text(&authority.unwrap_or_default())) }),
        )
    });
    let known = [
        (message!("Ô ký", "Field"), signature.field.as_deref().map(text)),
        (
            message!("Mức PAdES", "Level"),
            signature.level.map(|level| text(&format!("PAdES {}", level.name()))),
        ),
        (
            message!("Sau khi ký, cho phép", "Allowed after signing"),
            signature.certification.map(|one| text(&sheet.say(&one.words()))),
        ),
        (
            message!("Lần lưu được ký", "Revision that is signed"),
            signature.revision.map(|number| text(&number.to_string())),
        ),
        (message!("Các byte được ký (ByteRange)", "Signed bytes (ByteRange)"), covered),
        (
            message!("Vân tay chứng thư (SHA-256)", "Certificate fingerprint (SHA-256)"),
            fingerprint.map(|print| markup! { code { (print) } }),
        ),
    ];
    markup! {
        (rows(sheet, known.into_iter().chain(stamps)))
        @if !signature.chain.is_empty() {
            p { (sheet.say(&message!("Đường dẫn tin cậy, từ chứng thư của người ký đến chứng thư gốc:", "Certificate path, from the signer to the root:"))) }
            ol { @for one in &signature.chain { li { (certificate(sheet, one)) } } }
        }
        ul.checks {
            @for check in &signature.checks {
                li { code { (check.id.as_str()) } ": " (sheet.mark(check.outcome)) " – " (sheet.say(&check.message)) }
            }
        }
    }
}

fn certificate(sheet: &ReportView<'_>, one: &CertificateReport) -> Markup {
    markup! {
        (text(&one.subject.common_name)) ", "
        (sheet.say(&message!("có hiệu lực", "valid"))) " " (moment(&one.not_before)) " – " (moment(&one.not_after))
        br; code { (grouped(&one.fingerprint)) }
    }
}
