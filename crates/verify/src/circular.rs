//! The seven things that a verifying program must show (TT 15/2025/TT-BKHCN Điều 6).

use super::check::{Check, Outcome};
use super::check_id::CheckId;
use super::report::{CircularItem, Report, SignatureReport, TimeSource};
use super::signature_kind::SignatureKind;
use super::verdict::Verdict;
use crate::clock;
use crate::lang::Message;
use crate::message;

/// What a check tells of a signature.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Aspect {
    /// Whether the data are what was signed.
    Integrity,
    /// Whether who signed could, when it was signed.
    Signing,
}

/// What the check `id` tells of a signature; `None` where it tells neither.
fn aspect(id: CheckId) -> Option<Aspect> {
    match id {
        CheckId::Field
        | CheckId::Structure
        | CheckId::Format
        | CheckId::Cms
        | CheckId::Digest
        | CheckId::Attributes
        | CheckId::Signature
        | CheckId::DocumentDigest
        | CheckId::Document
        | CheckId::Changes => Some(Aspect::Integrity),
        CheckId::Certificate
        | CheckId::TimeStamp
        | CheckId::Time
        | CheckId::Trust
        | CheckId::Office
        | CheckId::Role
        | CheckId::Revocation
        | CheckId::Validity => Some(Aspect::Signing),
        CheckId::UnsignedAttributes | CheckId::Reproduction | CheckId::RegisterReceipt => None,
    }
}

/// What came of the checks of `signature` that belong together: the worst of them.
fn outcome(signature: &SignatureReport, belongs: impl Fn(CheckId) -> bool) -> Outcome {
    let any = |wanted| {
        let mut checks = signature.checks.iter().filter(|check| belongs(check.id));
        checks.any(|check: &Check| check.outcome == wanted)
    };
    if any(Outcome::Fail) {
        Outcome::Fail
    } else if any(Outcome::Unknown) {
        Outcome::Unknown
    } else if any(Outcome::Pass) {
        Outcome::Pass
    } else {
        Outcome::NotChecked
    }
}

/// Says of each signature what the circular asks for, once all else is known.
pub(super) fn tell(report: &mut Report) {
    for signature in &mut report.signatures {
        signature.items = items(signature, report.verdict).into();
    }
}

/// The seven items for one signature of a file with the verdict `file`. Of an invalid file nothing that it claims is
/// told, and nothing in it is called valid.
fn items(signature: &SignatureReport, file: Verdict) -> [CircularItem; 7] {
    let unknown = || message!("không xác định", "not known");
    let told = |text: Option<String>| text.map_or_else(unknown, |text| message!("{text}", "{text}"));
    let of = |wanted: CheckId| outcome(signature, |id| id == wanted);
    let words = |outcome| match outcome {
        Outcome::Pass => message!("hợp lệ", "valid"),
        Outcome::Fail => message!("không hợp lệ", "not valid"),
        Outcome::Unknown => message!("chưa xác định được", "unclear"),
        Outcome::NotChecked => message!("chưa kiểm tra", "not checked"),
    };
    let certificate = signature.signer.as_ref();
    let integrity = outcome(signature, |id| aspect(id) == Some(Aspect::Integrity));
    let is_invalid = file == Verdict::Invalid;
    let intact = match integrity {
        Outcome::Pass if is_invalid => message!("phần được ký còn toàn vẹn", "the signed part is intact"),
        Outcome::Pass => message!("toàn vẹn", "intact"),
        Outcome::Fail => message!("không toàn vẹn", "not intact"),
        _ => words(integrity),
    };
    let validity = outcome(signature, |id| aspect(id) == Some(Aspect::Signing));
    let revocation = of(CheckId::Revocation);
    let time = signature.signing_time.as_ref().map(|time| {
        let how = match time.source {
            TimeSource::Claimed => {
                message!("theo đồng hồ máy ký, chưa được chứng thực", "by the signer's clock")
            }
            TimeSource::TimeStamp => message!("theo dấu thời gian", "time-stamped"),
        };
        let (vi, en, value) = (how.vi, how.en, clock::shown(&time.value));
        message!("{value} ({vi})", "{value} ({en})")
    });
    let validity = if is_invalid { Outcome::NotChecked } else { validity };
    let (when, validity) = match (words(validity), revocation) {
        (when, _) if is_invalid => (when, validity),
        (when, Outcome::Pass) => (when, validity),
        // Where it is not known whether the certificate was revoked, that has to be said, and the item does not pass.
        (Message { vi, en }, _) => (
            message!(
                "{vi}; chưa kiểm tra được việc thu hồi chứng thư (CRL/OCSP)",
                "{en}; revocation (CRL/OCSP) not checked"
            ),
            if validity == Outcome::Pass { Outcome::Unknown } else { validity },
        ),
    };
    let period = certificate
        .map(|known| format!("{} – {}", clock::shown(&known.not_before), clock::shown(&known.not_after)));
    let item = |number, label, value: Message, outcome| {
        // What is not known can't hold.
        let is_told = value != unknown() && !is_invalid;
        let outcome = if outcome == Outcome::Pass && !is_told { Outcome::NotChecked } else { outcome };
        CircularItem { number, label, value, outcome }
    };
    // Of which organisation the key is, is known where that was looked at.
    let has_office = signature.checks.iter().any(|check| check.id == CheckId::Office);
    let (trust, own) = match signature.kind {
        SignatureKind::Signature => (of(CheckId::Trust), of(CheckId::Certificate)),
        SignatureKind::DocumentTimeStamp => (of(CheckId::TimeStamp), of(CheckId::TimeStamp)),
    };
    let signer = match signature.kind {
        SignatureKind::Signature => message!("Chủ thể ký", "Signer"),
        SignatureKind::DocumentTimeStamp => message!("Máy chủ cấp dấu thời gian", "Time-stamping server"),
    };
    [
        item(
            1,
            message!("Cơ quan, tổ chức cấp chứng thư chữ ký số", "Issuer of the certificate"),
            told(certificate.map(|known| known.issuer.common_name.clone())),
            trust,
        ),
        item(2, signer, told(certificate.map(|known| known.subject.common_name.clone())), own),
        item(
            3,
            message!("Đơn vị quản lý chứng thư", "Organisation managing the certificate"),
            told(certificate.and_then(|known| known.subject.organization.clone())),
            if has_office { of(CheckId::Office) } else { trust },
        ),
        item(
            4,
            message!("Thời điểm ký số", "Signing time"),
            time.unwrap_or_else(unknown),
            outcome(signature, |id| matches!(id, CheckId::Time | CheckId::TimeStamp)),
        ),
        item(
            5,
            message!("Tính toàn vẹn của dữ liệu đã ký", "Integrity of the signed data"),
            intact,
            integrity,
        ),
        item(
            6,
            message!("Tính hợp lệ của chữ ký số tại thời điểm ký", "Signature valid at signing time"),
            when,
            validity,
        ),
        item(
            7,
            message!("Thời hạn có hiệu lực của chứng thư", "Certificate validity period"),
            told(period),
            if of(CheckId::Validity) == Outcome::NotChecked { trust } else { of(CheckId::Validity) },
        ),
    ]
}
