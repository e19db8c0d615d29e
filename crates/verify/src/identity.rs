//! Who signed, and when: time-stamps, and the path from the signer to a trust anchor at the time that is
//! proven (ETSI EN 319 102-1 §5.2).

use der::{Decode, Encode};
use time::{Duration, OffsetDateTime};
use x509_cert::Certificate;

use super::cause::Cause;
use super::check::{Check, Outcome};
use super::check_id::CheckId;
use super::context::Context;
use super::path::{self, Path, PathQuery, PathStatus, Revocation, Usage};
use super::report::{CertificateReport, Level, MissingProof, SignatureReport, TimeStampReport};
use super::revocation::Revocations;
use super::signed_bytes::SignedBytes;
use super::signed_data::{CmsProfile, SignedMessage};
use super::time_stamp::TimeStampToken;
use crate::certificate::moment;
use crate::clock;
use crate::lang::Message;
use crate::message;

/// How far a signer's clock may be ahead.
const CLOCK_SKEW: Duration = Duration::minutes(5);
/// The most signature time-stamps that are looked at.
const MAX_TIME_STAMPS: usize = 8;

/// When a signature was made, by its own word and by proof.
#[derive(Clone, Copy)]
pub(super) struct SigningTimes {
    /// By the signer's clock.
    pub claimed: Option<OffsetDateTime>,
    /// The earliest time that a trusted time-stamp proves.
    pub proven: Option<OffsetDateTime>,
}

/// Certificates and revocation data at hand for one path.
pub(super) struct Material {
    leaf: Vec<u8>,
    certificates: Vec<Vec<u8>>,
    revocations: Revocations,
}

impl Material {
    /// What is at hand for the path of a message's signer.
    pub(super) fn of(context: &Context<'_, '_, '_>, signed: &SignedMessage) -> Material {
        let given = context.options.revocations;
        let mut certificates = signed.certificates.clone();
        certificates.extend(context.validation.certificates.iter().cloned());
        let mut revocations = signed.revocations.clone();
        for known in [&context.validation.revocations, given] {
            revocations.crls.extend(known.crls.iter().cloned());
            revocations.ocsps.extend(known.ocsps.iter().cloned());
        }
        Material { leaf: signed.certificate.to_der().unwrap_or_default(), certificates, revocations }
    }

    fn path(&self, context: &Context<'_, '_, '_>, usage: Usage, at: OffsetDateTime) -> Path {
        let question = PathQuery {
            leaf: &self.leaf,
            certificates: &self.certificates,
            trust: context.options.trust,
            revocations: &self.revocations,
            usage,
            at,
            now: context.options.at,
        };
        path::find_within(&question, &context.paths)
    }
}

/// Judges the signature time-stamps, and gives the earliest time that one of them proves.
pub(super) fn signature_time_stamps(
    context: &Context<'_, '_, '_>,
    signed: &SignedMessage,
    report: &mut SignatureReport,
) -> Option<OffsetDateTime> {
    let tokens = signed.time_stamps();
    if tokens.is_empty() {
        return None;
    }
    let mut proven = None;
    for der in tokens.iter().take(MAX_TIME_STAMPS) {
        let (stamp, check) = time_stamp(context, der, &SignedBytes::Whole(signed.value()));
        if check.outcome == Outcome::Pass {
            let time = stamp.as_ref().map(|(_, time)| *time);
            proven = proven.into_iter().chain(time).min();
        }
        report.checks.push(check);
        report.time_stamps.extend(stamp.map(|(stamp, _)| stamp));
    }
    proven
}

/// Judges one token over `bytes`.
pub(super) fn time_stamp(
    context: &Context<'_, '_, '_>,
    der: &[u8],
    bytes: &SignedBytes<'_>,
) -> (Option<(TimeStampReport, OffsetDateTime)>, Check) {
    let unknown = |Message { vi, en }: Message| {
        Check::unknown(
            CheckId::TimeStamp,
            message!("dấu thời gian không dùng được: {vi}", "the time-stamp can't be used: {en}"),
        )
    };
    let token = match TimeStampToken::read(der) {
        Ok(token) => token,
        Err(error) => return (None, unknown(error.words())),
    };
    if let Err(error) = token.check(bytes) {
        return (None, unknown(error.words()));
    }
    let material = Material::of(context, &token.message);
    let at = context.proven.map_or(context.options.at, |proof| proof.time);
    let path = material.path(context, Usage::TimeStamp, at);
    let authority = CertificateReport::of(&token.message.certificate);
    let trusted = path.status == PathStatus::Trusted;
    let stamp = TimeStampReport {
        time: clock::rfc3339(token.time),
        authority,
        is_trusted: trusted,
        chain: chain(&path),
        algorithm: token.message.algorithm(),
    };
    let at = clock::display(token.time);
    let future = token.time > context.options.at + CLOCK_SKEW;
    let check = match status_words(&path.status, clock::display(context.options.at)) {
        _ if future => unknown(message!(
            "thời gian {at} ở sau thời điểm kiểm tra",
            "its time {at} is after the time of checking"
        )),
        None => Check::pass(
            CheckId::TimeStamp,
            message!("dấu thời gian xác nhận lúc {at}", "a trusted time-stamp proves the time {at}"),
        ),
        Some(words) => unknown(words),
    };
    (Some((stamp, token.time)), check)
}

/// Why a path is not to be trusted, in words.
fn status_words(status: &PathStatus, then: String) -> Option<Message> {
    Some(match status {
        PathStatus::Trusted => return None,
        PathStatus::UnknownIssuer => message!(
            "chứng thư không dẫn đến chứng thư gốc nào được tin cậy",
            "the certificate leads to no trusted root"
        ),
        PathStatus::NotThen => {
            message!("chứng thư không có hiệu lực vào lúc {then}", "the certificate was not valid at {then}")
        }
        PathStatus::Broken(Message { vi, en }) => message!(
            "đường dẫn tin cậy của chứng thư không đúng: {vi}",
            "the certificate path is not valid: {en}"
        ),
        PathStatus::Revoked { since, certificate } => {
            let since = clock::display(*since);
            message!(
                "chứng thư của “{certificate}” đã bị thu hồi lúc {since}",
                "the certificate of “{certificate}” was revoked at {since}"
            )
        }
        PathStatus::RevocationUnknown { certificate, .. } => message!(
            "chưa kiểm tra được chứng thư của “{certificate}” có bị thu hồi hay không",
            "revocation of the certificate of “{certificate}” was not checked"
        ),
    })
}

/// Whether the certificate leads to a trust anchor: at the time that is proven, or else at the time
/// claimed and at the time asked for. A claimed time proves nothing by itself, so an expired
/// certificate can't be called valid.
pub(super) fn trusted(
    context: &Context<'_, '_, '_>,
    signed: &SignedMessage,
    material: &Material,
    times: SigningTimes,
    report: &mut SignatureReport,
) -> Option<Path> {
    let at = context.options.at;
    let Some(then) = times.proven.or(times.claimed) else {
        report.checks.push(Check::unknown(
            CheckId::Time,
            message!("chữ ký không ghi thời điểm ký số", "the signature does not say when it was made"),
        ));
        return None;
    };
    let (shown, now) = (clock::display(then), clock::display(at));
    report.checks.push(match times.proven {
        Some(_) => Check::pass(
            CheckId::Time,
            message!("thời điểm ký số (theo dấu thời gian): {shown}", "signing time (time-stamped): {shown}"),
        ),
        None if then > at + CLOCK_SKEW => Check::unknown(
            CheckId::Time,
            message!(
                "thời điểm ký số {shown} ở sau thời điểm kiểm tra {now}",
                "the signing time {shown} is after the time of checking {now}"
            ),
        ),
        None => Check::pass(
            CheckId::Time,
            message!(
                "thời điểm ký số (theo đồng hồ máy ký): {shown}",
                "signing time (by the signer's clock): {shown}"
            ),
        ),
    });
    // Without proof of the time the certificate has to be good when it is looked at.
    let judged_at = times.proven.unwrap_or(at);
    let mut path = material.path(context, Usage::Signature, judged_at);
    let claimed_validity = || {
        let validity = signed.certificate.tbs_certificate().validity();
        moment(&validity.not_before) <= then && then <= moment(&validity.not_after)
    };
    let mut expired = None;
    if times.proven.is_none() {
        if path.status == PathStatus::NotThen {
            // It was good when it says it was made, but that is the signer's own word.
            let earlier = material.path(context, Usage::Signature, then);
            if earlier.status == PathStatus::Trusted {
                path = earlier;
                expired = Some(now.clone());
            }
        } else if path.status == PathStatus::Trusted && !claimed_validity() {
            path.status = PathStatus::NotThen;
        }
    }
    report.chain = chain(&path);
    report.lacks = match path.status {
        PathStatus::UnknownIssuer => Some(MissingProof::TrustAnchor),
        PathStatus::RevocationUnknown { .. } => Some(MissingProof::RevocationData),
        _ => None,
    };
    let words = status_words(&path.status, shown);
    let cause = match &path.status {
        PathStatus::Trusted | PathStatus::UnknownIssuer => Cause::UnknownRoot,
        PathStatus::NotThen => {
            let validity = signed.certificate.tbs_certificate().validity();
            let earliest = if times.proven.is_some() { then } else { then.min(at) };
            if earliest < moment(&validity.not_before) {
                Cause::NotYetValid
            } else if moment(&validity.not_after) < judged_at {
                Cause::Expired
            } else if moment(&validity.not_after) < then {
                Cause::TimeDoubtful
            } else {
                Cause::PathBroken
            }
        }
        PathStatus::Broken(_) => Cause::PathBroken,
        PathStatus::Revoked { since, .. } if times.claimed.is_some_and(|claimed| *since <= claimed) => {
            Cause::SignedAfterRevocation
        }
        PathStatus::Revoked { .. } => Cause::Revoked,
        PathStatus::RevocationUnknown { .. } => Cause::RevocationUnknown,
    };
    match (&path.status, words) {
        (PathStatus::Revoked { .. } | PathStatus::RevocationUnknown { .. }, Some(words)) => {
            report.checks.push(trust_pass());
            report.checks.push(Check::against(CheckId::Revocation, cause, words));
        }
        (_, None) => {
            report.checks.push(trust_pass());
            let all = path.revocations.iter().all(|one| *one == Revocation::Good);
            report.checks.push(revocation_words(if all { Revocation::Good } else { Revocation::NotAsked }));
        }
        (_, Some(words)) => report.checks.push(Check::against(CheckId::Trust, cause, words)),
    }
    if let Some(now) = expired {
        report.checks.push(Check::unknown(CheckId::Validity, message!(
            "vào lúc kiểm tra {now} chứng thư đã hết hạn, và không có dấu thời gian chứng minh thời điểm ký",
            "at the time of checking, {now}, the certificate has expired, and no time-stamp proves when it was signed"
        )));
    }
    Some(path)
}

/// The certificates of a path.
fn chain(path: &Path) -> Vec<CertificateReport> {
    let chain = path.chain.iter().filter_map(|der| CertificateReport::of(&Certificate::from_der(der).ok()?));
    chain.collect()
}

fn trust_pass() -> Check {
    Check::pass(
        CheckId::Trust,
        message!("chứng thư dẫn đến chứng thư gốc được tin cậy", "the certificate leads to a trusted root"),
    )
}

fn revocation_words(revocation: Revocation) -> Check {
    match revocation {
        Revocation::NotAsked => Check::not_checked(
            CheckId::Revocation,
            message!(
                "chứng thư không có địa chỉ CRL/OCSP, nên chưa kiểm tra được thu hồi",
                "the certificate has no CRL/OCSP address, so its revocation was not checked"
            ),
        ),
        Revocation::Good => Check::pass(
            CheckId::Revocation,
            message!("chứng thư không bị thu hồi (CRL/OCSP)", "the certificate was not revoked (CRL/OCSP)"),
        ),
    }
}

/// The level of ETSI EN 319 142-1 that the signature reaches.
pub(super) fn level(
    context: &Context<'_, '_, '_>,
    profile: CmsProfile,
    proven: Option<OffsetDateTime>,
    path: Option<&Path>,
    revision: usize,
    report: &SignatureReport,
) -> Option<Level> {
    let failed = report.checks.iter().any(|check| check.outcome == Outcome::Fail);
    if profile != CmsProfile::Pades || failed {
        return None;
    }
    if proven.is_none() {
        return Some(Level::BB);
    }
    let path = path.filter(|path| path.status == PathStatus::Trusted);
    // A store that an earlier signature brought may hold all that this one needs.
    let Some(since) = context.validation.since.filter(|_| path.is_some()) else {
        return Some(Level::BT);
    };
    match context.proven {
        Some(proof) if proof.revision >= since.max(revision) => Some(Level::BLTA),
        _ => Some(Level::BLT),
    }
}
