//! The seven things that a verifying program must show (TT 15/2025/TT-BKHCN Điều 6).

use super::check::{Check, Outcome};
use super::check_id::CheckId;
use super::report::{CircularItem, SignatureReport, TimeSource};
use super::signature_kind::SignatureKind;
use super::verdict::Verdict;
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

/// The seven items for one signature. Of an invalid signature nothing that it claims is told.
pub(super) fn items(signature: &SignatureReport) -> [CircularItem; 7] {
    let unknown = || message!("không xác định", "not known");
    let told = |text: Option<String>| text.map_or_else(unknown, |text| message!("{text}", "{text}"));
    let of = |wanted: CheckId| outcome(signature, |id| id == wanted);
    let words = |outcome| match outcome {
        Outcome::Pass => message!("hợp lệ", "valid"),
        Outcome::Fail => message!("không hợp lệ", "not valid"),
        Outcome::Unknown => message!("chưa xác định được", "can't be told"),
        Outcome::NotChecked => message!("không kiểm tra", "not checked"),
    };
    let certificate = signature.signer.as_ref();
    let integrity = outcome(signature, |id| aspect(id) == Some(Aspect::Integrity));
    // Nobody should read anything good of a signature that is not valid.
    let is_invalid = signature.verdict == Verdict::Invalid;
    let validity = outcome(signature, |id| aspect(id) == Some(Aspect::Signing));
    let revocation = of(CheckId::Revocation);
    let time = signature.signing_time.as_ref().map(|time| {
        let how = match time.source {
            TimeSource::Claimed => message!("theo máy người ký", "by the signer's clock"),
            TimeSource::TimeStamp => message!("theo dấu thời gian", "time-stamped"),
        };
        let (vi, en, value) = (how.vi, how.en, shown(&time.value));
        message!("{value} ({vi})", "{value} ({en})")
    });
    let validity = if is_invalid { Outcome::NotChecked } else { validity };
    let when = words(validity);
    let when = match revocation {
        _ if is_invalid => when,
        Outcome::Pass => when,
        // Where CRL or OCSP could not be asked, that has to be said.
        _ => {
            let Message { vi, en } = when;
            message!(
                "{vi}; không kiểm tra được việc thu hồi (CRL/OCSP)",
                "{en}; revocation (CRL/OCSP) could not be checked"
            )
        }
    };
    let period =
        certificate.map(|known| format!("{} – {}", shown(&known.not_before), shown(&known.not_after)));
    let item = |number, label, value: Message, outcome| {
        // What is not known can't hold.
        let outcome =
            if value == unknown() && outcome == Outcome::Pass { Outcome::NotChecked } else { outcome };
        CircularItem { number, label, value, outcome }
    };
    let (trust, own) = match signature.kind {
        SignatureKind::Signature => (of(CheckId::Trust), of(CheckId::Certificate)),
        SignatureKind::DocumentTimeStamp => (of(CheckId::TimeStamp), of(CheckId::TimeStamp)),
    };
    let signer = match signature.kind {
        SignatureKind::Signature => message!("Người ký", "Signer"),
        SignatureKind::DocumentTimeStamp => message!("Nơi cấp dấu thời gian", "Time-stamping authority"),
    };
    [
        item(
            1,
            message!("Nơi cấp chứng thư", "Issuer of the certificate"),
            told(certificate.map(|known| known.issuer.common_name.clone())),
            trust,
        ),
        item(2, signer, told(certificate.map(|known| known.subject.common_name.clone())), own),
        item(
            3,
            message!("Đơn vị quản lý chứng thư", "Unit that manages the certificate"),
            told(certificate.and_then(|known| known.subject.organization.clone())),
            trust,
        ),
        item(
            4,
            message!("Thời gian ký", "Signing time"),
            time.unwrap_or_else(unknown),
            outcome(signature, |id| matches!(id, CheckId::Time | CheckId::TimeStamp)),
        ),
        item(5, message!("Toàn vẹn của dữ liệu", "Integrity of the data"), words(integrity), integrity),
        item(6, message!("Chữ ký khi ký", "The signature when it was made"), when, validity),
        item(
            7,
            message!("Hiệu lực của chứng thư", "The certificate is valid"),
            told(period),
            if of(CheckId::Validity) == Outcome::NotChecked { trust } else { of(CheckId::Validity) },
        ),
    ]
}

/// A time of RFC 3339 as Vietnamese readers know it.
fn shown(time: &str) -> String {
    crate::clock::parse(time).map_or_else(|_| time.to_owned(), crate::clock::display)
}
