//! Who signed, and when: time-stamps, and the path from the signer to a trust anchor at the time that is
//! proven (ETSI EN 319 102-1 §5.2).

use time::{Duration, OffsetDateTime};

use super::cause::Cause;
use super::check::{Check, Outcome};
use super::check_id::CheckId;
use super::context::Context;
use super::path::{self, Path, PathQuery, PathStatus, Revocation, Usage};
use super::report::{CertificateReport, Level, MissingProof, SignatureReport, TimeStampReport};
use super::revocation::Revocations;
use super::roles;
use super::signed_bytes::SignedBytes;
use super::signed_data::{CmsProfile, SignedMessage};
use super::time_stamp::TimeStampToken;
use super::vouching;
use crate::certificate::{NamedOrganization, moment};
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
        Material { leaf: signed.leaf.clone(), certificates, revocations }
    }

    /// The path at the time `at`, with what has to be known `as_of` a time at the latest.
    fn path(
        &self,
        context: &Context<'_, '_, '_>,
        usage: Usage,
        at: OffsetDateTime,
        as_of: OffsetDateTime,
    ) -> Path {
        let question = PathQuery {
            leaf: &self.leaf,
            certificates: &self.certificates,
            trust: context.options.trust,
            office: context.office.as_ref(),
            revocations: &self.revocations,
            usage,
            at,
            as_of,
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
    // An archive is checked by what it carries (ETSI EN 319 102-1 §5.6.2): its authority's certificate must be valid
    // still, and that it was not revoked must have been known when it gave the time. What is known of later times
    // counts where it is at hand.
    let path = material.path(context, Usage::TimeStamp, at, at.min(token.time));
    let authority = CertificateReport::of_der(&token.message.leaf);
    let is_of_others = path.scope.as_ref().zip(context.office.as_ref());
    let is_of_others = is_of_others.filter(|(scope, office)| !scope.vouches_for(office));
    let trusted = path.status == PathStatus::Trusted && is_of_others.is_none();
    let stamp = TimeStampReport {
        time: clock::rfc3339(token.time),
        authority,
        is_trusted: trusted,
        chain: chain(&path),
        algorithm: token.message.algorithm(),
    };
    let at = clock::display(token.time);
    let future = token.time > context.options.at + CLOCK_SKEW;
    let check = match (path.status.words(), is_of_others) {
        _ if future => unknown(message!(
            "thời gian {at} ở sau thời điểm kiểm tra",
            "its time {at} is after the time of checking"
        )),
        (None, Some((scope, _))) => {
            let names = scope.names().unwrap_or_default();
            unknown(message!(
                "máy chủ chỉ được tin cậy cho văn bản của {names}",
                "its authority is trusted for documents of {names} only"
            ))
        }
        (None, None) => Check::pass(
            CheckId::TimeStamp,
            message!("dấu thời gian xác nhận lúc {at}", "a trusted time-stamp proves the time {at}"),
        ),
        (Some(words), _) => unknown(words),
    };
    (Some((stamp, token.time)), check)
}

/// Whether the certificate leads to a trust anchor: at the time that is proven, or else at the time of checking. A
/// claimed time proves nothing by itself, so an expired certificate can't be called valid.
pub(super) fn trusted(
    context: &Context<'_, '_, '_>,
    signed: &SignedMessage,
    material: &Material,
    times: SigningTimes,
    report: &mut SignatureReport,
) -> Path {
    let at = context.options.at;
    report.checks.push(time_check(signed, times, at));
    // Without proof of the time the certificate has to be good when it is looked at.
    let judged_at = times.proven.unwrap_or(at);
    let mut path = material.path(context, Usage::Signature, judged_at, judged_at);
    let mut expired = None;
    if let (PathStatus::Expired { .. }, None, Some(then)) = (&path.status, times.proven, times.claimed) {
        // It was good when it says it was made, but that is the signer's own word.
        let earlier = material.path(context, Usage::Signature, then, then);
        if earlier.status == PathStatus::Trusted {
            expired = path.status.words();
            path = earlier;
        }
    }
    report.chain = chain(&path);
    report.vouches_for.clone_from(&path.scope);
    report.lacks = match path.status {
        PathStatus::UnknownIssuer => Some(MissingProof::TrustAnchor),
        PathStatus::RevocationUnknown { .. } => Some(MissingProof::RevocationData),
        PathStatus::Trusted if path.unknown_since().is_some() => Some(MissingProof::CurrentList),
        _ => None,
    };
    let against = path.status.words().zip(doubt(&path.status, times.claimed));
    // What is wrong with one certificate of a path that leads to an anchor is told apart from the path.
    let own = !matches!(against, Some((_, (CheckId::Trust, _))));
    report.checks.extend(own.then(trust_pass));
    let signer = NamedOrganization::of(&signed.certificate);
    let vouched = path.scope.as_ref().filter(|_| own);
    report.checks.extend(vouched.and_then(|scope| vouching::check(context.office.as_ref(), scope, &signer)));
    if let Some((role, signer)) = report.role.zip(report.signer.as_ref()) {
        let check = roles::check(role, signer, context.office.as_ref(), context.options.trust);
        report.checks.extend(check);
    }
    report.checks.push(match against {
        Some((words, (id, cause))) => Check::against(id, cause, words),
        None => revocation_check(&path),
    });
    if let Some(Message { vi, en }) = expired {
        report.checks.push(Check::against(
            CheckId::Validity,
            Cause::Expired,
            message!(
                "{vi}, và không có dấu thời gian chứng minh đã ký trước đó",
                "{en}, and no time-stamp proves that it was signed before"
            ),
        ));
    }
    path
}

/// What a path that is not to be trusted means, for a signature that says when it was made, and which check it is of.
fn doubt(status: &PathStatus, claimed: Option<OffsetDateTime>) -> Option<(CheckId, Cause)> {
    Some(match status {
        PathStatus::Trusted => return None,
        PathStatus::UnknownIssuer => (CheckId::Trust, Cause::UnknownRoot),
        PathStatus::Broken(_) => (CheckId::Trust, Cause::PathBroken),
        PathStatus::NotYetValid { .. } => (CheckId::Validity, Cause::NotYetValid),
        PathStatus::Expired { .. } => (CheckId::Validity, Cause::Expired),
        PathStatus::Revoked { since, .. } if claimed.is_some_and(|claimed| *since <= claimed) => {
            (CheckId::Revocation, Cause::SignedAfterRevocation)
        }
        PathStatus::Revoked { .. } => (CheckId::Revocation, Cause::Revoked),
        PathStatus::RevocationUnknown { .. } => (CheckId::Revocation, Cause::RevocationUnknown),
    })
}

/// When it was signed, and whether that can be.
fn time_check(signed: &SignedMessage, times: SigningTimes, at: OffsetDateTime) -> Check {
    let Some(then) = times.proven.or(times.claimed) else {
        return Check::unknown(
            CheckId::Time,
            message!("chữ ký không ghi thời điểm ký số", "the signature does not say when it was made"),
        );
    };
    let validity = signed.certificate.tbs_certificate().validity();
    let (from, until) = (moment(&validity.not_before), moment(&validity.not_after));
    let (shown, now) = (clock::display(then), clock::display(at));
    match times.proven {
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
        None if then < from || until < then => {
            let (from, until) = (clock::display(from), clock::display(until));
            Check::unknown(
                CheckId::Time,
                message!(
                    "thời điểm ký số {shown} ở ngoài thời hạn của chứng thư, từ {from} đến {until}",
                    "the signing time {shown} is outside of the certificate's validity, from {from} until {until}"
                ),
            )
        }
        None => Check::pass(
            CheckId::Time,
            message!(
                "thời điểm ký số (theo đồng hồ máy ký): {shown}",
                "signing time (by the signer's clock): {shown}"
            ),
        ),
    }
}

/// The certificates of a path.
fn chain(path: &Path) -> Vec<CertificateReport> {
    let chain = path.chain.iter().filter_map(|der| CertificateReport::of_der(der));
    chain.collect()
}

fn trust_pass() -> Check {
    Check::pass(
        CheckId::Trust,
        message!("chứng thư dẫn đến chứng thư gốc được tin cậy", "the certificate leads to a trusted root"),
    )
}

/// What is known of the revocation of the certificates of a trusted path.
fn revocation_check(path: &Path) -> Check {
    if let Some(until) = path.unknown_since() {
        let until = clock::display(until);
        return Check::not_checked(
            CheckId::Revocation,
            message!(
                "chưa kiểm tra thu hồi kể từ {until}: danh sách thu hồi đã hết hạn",
                "revocation was not checked since {until}: the revocation list ran out then"
            ),
        );
    }
    let all_good = path.revocations.iter().all(|one| matches!(one, Revocation::Good { .. }));
    match path.known_as_of().filter(|_| all_good) {
        None => Check::not_checked(
            CheckId::Revocation,
            message!(
                "chứng thư không có địa chỉ CRL/OCSP, nên chưa kiểm tra được thu hồi",
                "the certificate has no CRL/OCSP address, so its revocation was not checked"
            ),
        ),
        Some(as_of) => {
            let as_of = clock::display(as_of);
            Check::pass(
                CheckId::Revocation,
                message!(
                    "chứng thư không bị thu hồi (CRL/OCSP lúc {as_of})",
                    "the certificate was not revoked (CRL/OCSP as of {as_of})"
                ),
            )
        }
    }
}

/// The level of ETSI EN 319 142-1 that the signature reaches.
pub(super) fn level(
    context: &Context<'_, '_, '_>,
    profile: CmsProfile,
    proven: Option<OffsetDateTime>,
    path: &Path,
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
    // A store that an earlier signature brought may hold all that this one needs.
    let is_trusted = path.status == PathStatus::Trusted && path.unknown_since().is_none();
    let Some(since) = context.validation.since.filter(|_| is_trusted) else {
        return Some(Level::BT);
    };
    match context.proven {
        Some(proof) if proof.revision >= since.max(revision) => Some(Level::BLTA),
        _ => Some(Level::BLT),
    }
}
