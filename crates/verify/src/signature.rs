//! One signature or document time-stamp: what it covers, whether that holds, who made it and when, and
//! what followed (ISO 32000-2 12.8; ETSI EN 319 102-1).

use der::{Decode, Encode};
use sha2::{Digest, Sha256};
use x509_cert::Certificate;

use super::candidates::Candidate;
use super::cause::Cause;
use super::check::{Check, Outcome};
use super::check_id::CheckId;
use super::context::Context;
use super::coverage::{Covered, cover, profile};
use super::established::signature_cause;
use super::identity::{Material, SigningTimes, level, signature_time_stamps, time_stamp, trusted};
use super::later::changes_after;
use super::report::{CertificateReport, SignatureReport, TimeReport, TimeSource};
use super::report_digest::{since_report, stamp};
use super::signature_kind::SignatureKind;
use super::signed_data::{self, CmsProfile};
use super::time_stamp::{TimeStampError, TimeStampToken};
use super::verdict::Verdict;
use crate::certificate::Subject;
use crate::certificate::moment;
use crate::clock;
use crate::message;
use crate::pdf::date;
use crate::pdf::reader::{Dictionary, ReadError};
use crate::role::Role;

/// Judges one signature or document time-stamp.
pub(super) fn judge(
    context: &Context<'_, '_, '_>,
    candidate: &Candidate,
) -> Result<SignatureReport, ReadError> {
    let name = candidate.field.as_ref().map(|field| field.name.clone());
    let role = name.as_deref().and_then(Role::from_field_name);
    let kind =
        if candidate.is_time_stamp() { SignatureKind::DocumentTimeStamp } else { SignatureKind::Signature };
    let mut report = SignatureReport::new(kind, name, role);
    examine(context, candidate, &mut report)?;
    report.cause = signature_cause(&report.checks);
    report.verdict = report.cause.verdict();
    Ok(report)
}

/// Checks what can be checked; where nothing more can be, it ends.
fn examine(
    context: &Context<'_, '_, '_>,
    candidate: &Candidate,
    report: &mut SignatureReport,
) -> Result<(), ReadError> {
    if candidate.field.is_none() {
        report.checks.push(Check::fail(
            CheckId::Field,
            message!("chữ ký đã bị gỡ khỏi tệp", "the signature was taken out of the file's form"),
        ));
        return Ok(());
    }
    let Some(dictionary) = &candidate.dictionary else {
        report.checks.push(Check::against(
            CheckId::Structure,
            Cause::SignatureRemoved,
            message!("ô ký không còn chữ ký", "the signature field has lost its signature"),
        ));
        return Ok(());
    };
    let covered = match cover(context.file, candidate.revision, dictionary) {
        Ok(covered) => covered,
        Err(check) => {
            report.checks.push(check);
            return Ok(());
        }
    };
    report.byte_range = Some(covered.range.map(|number| number as u64));
    report.revision = Some(covered.revision + 1);
    report.checks.push(Check::pass(
        CheckId::Structure,
        message!("chữ ký bao trùm toàn bộ lần lưu của nó", "the signature covers its whole revision"),
    ));
    let profile = match profile(dictionary, report.kind) {
        Ok(profile) => profile,
        Err(check) => {
            report.checks.push(check);
            return Ok(());
        }
    };
    let sound = match profile {
        CmsProfile::TimeStamp => document_time_stamp(context, &covered, report),
        CmsProfile::Pades | CmsProfile::Pkcs7 => signature(context, profile, dictionary, &covered, report),
    };
    if !sound {
        return Ok(());
    }
    if let Some((digest, check)) = stamp(context.file, dictionary) {
        report.digest = digest;
        // What the digest is not of can't be said to have stayed the same.
        let matches = check.outcome == Outcome::Pass;
        report.checks.push(check);
        report.checks.extend(matches.then(|| since_report(context.history, covered.revision)));
    }
    changes_after(context, candidate, covered.revision, report)
}

/// Fills in what the CMS of a signature says; false where it can't be read.
fn signature(
    context: &Context<'_, '_, '_>,
    profile: CmsProfile,
    dictionary: &Dictionary,
    covered: &Covered<'_>,
    report: &mut SignatureReport,
) -> bool {
    let signed = match signed_data::read(&covered.contents, profile) {
        Ok(signed) => signed,
        Err(check) => {
            report.checks.push(check);
            return false;
        }
    };
    report.algorithm = Some(signed.algorithm());
    report.checks.extend(signed.check(&covered.bytes(context.beginnings)));
    report.signer = CertificateReport::of_der(&signed.leaf);
    if signed.has_other_attributes() {
        report.checks.push(Check::not_checked(
            CheckId::UnsignedAttributes,
            message!(
                "chữ ký mang theo thuộc tính ngoài phần ký, không xem đến",
                "the signature carries attributes that are not signed; they were not looked at"
            ),
        ));
    }
    // What a broken signature claims needs no more proof.
    if report.checks.iter().any(|check| check.outcome == Outcome::Fail) {
        return true;
    }
    let proven = signature_time_stamps(context, &signed, report);
    let later = context.proven.filter(|proof| proof.revision > covered.revision).map(|proof| proof.time);
    let proven = proven.into_iter().chain(later).min();
    let claimed = dictionary.string("M").and_then(date::parse).or_else(|| signed.signing_time());
    report.signing_time = match (proven, claimed) {
        (Some(proven), _) => Some(TimeReport::new(proven, TimeSource::TimeStamp)),
        (None, claimed) => claimed.map(|claimed| TimeReport::new(claimed, TimeSource::Claimed)),
    };
    report.claimed_time = claimed.map(clock::rfc3339);
    let material = Material::of(context, &signed);
    let path = trusted(context, &signed, &material, SigningTimes { claimed, proven }, report);
    report.level = level(context, profile, proven, &path, covered.revision, report);
    true
}

/// Judges a document time-stamp; false where it can't be read.
fn document_time_stamp(
    context: &Context<'_, '_, '_>,
    covered: &Covered<'_>,
    report: &mut SignatureReport,
) -> bool {
    let token = match TimeStampToken::read(&covered.contents) {
        Ok(token) => token,
        Err(error) => {
            report.checks.push(Check::fail(CheckId::Cms, error.words()));
            return false;
        }
    };
    report.algorithm = Some(token.message.algorithm());
    report.signer = CertificateReport::of_der(&token.message.leaf);
    let bytes = covered.bytes(context.beginnings);
    report.checks.push(match token.check(&bytes) {
        Ok(()) => Check::pass(
            CheckId::Digest,
            message!("nội dung được gắn dấu thời gian còn toàn vẹn", "time-stamped content intact"),
        ),
        Err(TimeStampError::Imprint(words)) => Check::fail(CheckId::Digest, words),
        Err(TimeStampError::Structure(words)) => Check::fail(CheckId::Signature, words),
        Err(TimeStampError::Algorithm(words)) => Check::unknown(CheckId::Signature, words),
    });
    let (stamp, check) = time_stamp(context, &covered.contents, &bytes);
    if let Some((stamp, time)) = stamp {
        report.signing_time = Some(TimeReport::new(time, TimeSource::TimeStamp));
        report.time_stamps.push(stamp);
    }
    if !report.checks.iter().any(|check| check.outcome == Outcome::Fail) {
        report.checks.push(check);
    }
    true
}

impl CertificateReport {
    /// What `certificate` says; `None` where it can't be written again.
    pub fn of(certificate: &Certificate) -> Option<CertificateReport> {
        CertificateReport::of_der(&certificate.to_der().ok()?)
    }

    /// What the certificate `der` says, which need not be canonical; `None` where it can't be read.
    pub(super) fn of_der(der: &[u8]) -> Option<CertificateReport> {
        let certificate = Certificate::from_der(der).ok()?;
        let tbs = certificate.tbs_certificate();
        Some(CertificateReport {
            subject: Subject::of_name(tbs.subject()),
            issuer: Subject::of_name(tbs.issuer()),
            serial: crate::hex::lower(tbs.serial_number().as_bytes()),
            fingerprint: crate::hex::lower(&Sha256::digest(der)),
            not_before: clock::rfc3339(moment(&tbs.validity().not_before)),
            not_after: clock::rfc3339(moment(&tbs.validity().not_after)),
            der: der.to_vec(),
        })
    }

    /// Its public key (`SubjectPublicKeyInfo`, DER): two certificates of one key are one signer's.
    pub(super) fn key(&self) -> Option<Vec<u8>> {
        Certificate::from_der(&self.der).ok()?.tbs_certificate().subject_public_key_info().to_der().ok()
    }
}

impl SignatureReport {
    fn new(kind: SignatureKind, field: Option<String>, role: Option<Role>) -> SignatureReport {
        SignatureReport {
            kind,
            field,
            role,
            verdict: Verdict::Invalid,
            cause: Cause::Malformed,
            signer: None,
            signing_time: None,
            claimed_time: None,
            algorithm: None,
            level: None,
            certification: None,
            byte_range: None,
            revision: None,
            checks: Vec::new(),
            time_stamps: Vec::new(),
            chain: Vec::new(),
            vouches_for: None,
            changes_after: Vec::new(),
            digest: None,
            items: Vec::new(),
            lacks: None,
        }
    }
}
