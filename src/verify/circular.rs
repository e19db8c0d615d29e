//! The seven things that a verifying program must show (TT 15/2025/TT-BKHCN Điều 6).

use serde::Serialize;

use super::report::{Check, Kind, Outcome, SignatureReport, TimeSource};
use super::verdict::Verdict;
use crate::lang::Message;
use crate::message;

/// One of the seven.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Item {
    /// Its number in the circular, from 1.
    pub number: usize,
    /// What it is.
    pub label: Message,
    /// What was found.
    pub value: Message,
    /// What came of it.
    pub outcome: Outcome,
}

/// The seven items for one signature. Of an invalid signature nothing that it claims is told.
pub(super) fn items(signature: &SignatureReport) -> [Item; 7] {
    let unknown = || message!("không xác định", "not known");
    let told = |text: Option<String>| text.map_or_else(unknown, |text| message!("{text}", "{text}"));
    let outcome = |ids: &[&str]| {
        let of = |wanted| {
            let checks = signature.checks.iter().filter(|check| ids.contains(&check.id));
            checks.into_iter().any(|check: &Check| check.outcome == wanted)
        };
        if of(Outcome::Fail) {
            Outcome::Fail
        } else if of(Outcome::Unknown) {
            Outcome::Unknown
        } else if of(Outcome::Pass) {
            Outcome::Pass
        } else {
            Outcome::NotChecked
        }
    };
    let words = |outcome| match outcome {
        Outcome::Pass => message!("hợp lệ", "valid"),
        Outcome::Fail => message!("không hợp lệ", "not valid"),
        Outcome::Unknown => message!("chưa xác định được", "can't be told"),
        Outcome::NotChecked => message!("không kiểm tra", "not checked"),
    };
    let certificate = signature.signer.as_ref();
    let integrity =
        outcome(&["structure", "cms", "digest", "signature", "changes", "report-digest", "report"]);
    // Nobody should read anything good of a signature that is not valid.
    let is_invalid = signature.verdict == Verdict::Invalid;
    let validity = outcome(&["time-stamp", "trust", "validity", "revocation", "certificate", "time"]);
    let revocation = outcome(&["revocation"]);
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
        Item { number, label, value, outcome }
    };
    let (trust, own) = match signature.kind {
        Kind::Signature => (outcome(&["trust"]), outcome(&["certificate"])),
        Kind::DocumentTimeStamp => (outcome(&["time-stamp"]), outcome(&["time-stamp"])),
    };
    let signer = match signature.kind {
        Kind::Signature => message!("Người ký", "Signer"),
        Kind::DocumentTimeStamp => message!("Nơi cấp dấu thời gian", "Time-stamping authority"),
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
            outcome(&["time", "time-stamp"]),
        ),
        item(5, message!("Toàn vẹn của dữ liệu", "Integrity of the data"), words(integrity), integrity),
        item(6, message!("Chữ ký khi ký", "The signature when it was made"), when, validity),
        item(
            7,
            message!("Hiệu lực của chứng thư", "The certificate is valid"),
            told(period),
            if outcome(&["validity"]) == Outcome::NotChecked { trust } else { outcome(&["validity"]) },
        ),
    ]
}

/// A time of RFC 3339 as Vietnamese readers know it.
fn shown(time: &str) -> String {
    crate::clock::parse(time).map_or_else(|_| time.to_owned(), crate::clock::display)
}
