//! One signature or document time-stamp: what it covers, whether that holds, who made it and when, and
//! what followed (ISO 32000-2 12.8; ETSI EN 319 102-1).

use der::{Decode, Encode};
use sha2::{Digest, Sha256};
use time::{Duration, OffsetDateTime};
use x509_cert::Certificate;

use super::candidates::Candidate;
use super::changes::{Change, History};
use super::cms::{self, Profile, SignedMessage};
use super::form::Region;
use super::path::{self, Path, PathStatus, Question, Revocation, Usage};
use super::permissions::{self, Permissions};
use super::report::{
    CertificateReport, Check, DigestReport, Kind, Level, Outcome, SignatureReport, TimeReport, TimeSource,
    TimeStampReport, verdict_of,
};
use super::revocation::Revocations;
use super::signed_bytes::{Beginnings, SignedBytes};
use super::time_stamp::{Token, TokenError};
use super::validation_data::ValidationData;
use super::verdict::Verdict;
use super::{Options, Witness};
use crate::clock;
use crate::keys::Subject;
use crate::keys::certificate::moment;
use crate::lang::Message;
use crate::message;
use crate::pdf::date;
use crate::pdf::reader::{Dictionary, File, Object, ReadError, Span, Value};
use crate::role::Role;
use crate::sign::REPORT_DIGEST_KEY;

/// How far a signer's clock may be ahead.
const CLOCK_SKEW: Duration = Duration::minutes(5);
/// The most signature time-stamps that are looked at.
const MAX_TIME_STAMPS: usize = 8;

/// What all signatures of a file are judged with.
pub(super) struct Context<'c, 'f, 'o> {
    pub file: &'c File<'f>,
    pub beginnings: &'c Beginnings<'c>,
    pub options: &'c Options<'o>,
    pub history: &'c History,
    pub validation: &'c ValidationData,
    /// The signature that certifies the document, and what it permits.
    pub certification: Option<(u32, permissions::Certification)>,
    /// Since which revision a good document time-stamp covers what the file carries, and what it proves.
    pub proven: Option<Proof>,
}

/// That everything up to a revision existed at a time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Proof {
    /// The earliest time that is proven.
    pub time: OffsetDateTime,
    /// The last revision that a document time-stamp covers.
    pub revision: usize,
}

/// Judges one signature or document time-stamp.
pub(super) fn judge(
    context: &Context<'_, '_, '_>,
    candidate: &Candidate,
) -> Result<SignatureReport, ReadError> {
    let name = candidate.field.as_ref().map(|field| field.name.clone());
    let role = name.as_deref().and_then(Role::from_field_name);
    let kind = if candidate.is_time_stamp() { Kind::DocumentTimeStamp } else { Kind::Signature };
    let mut report = SignatureReport::new(kind, name, role);
    if candidate.field.is_none() {
        report.checks.push(Check::fail(
            "field",
            message!(
                "chữ ký đã bị gỡ khỏi biểu mẫu của tệp",
                "the signature was taken out of the file's form"
            ),
        ));
        return Ok(report);
    }
    let Some(dictionary) = &candidate.dictionary else {
        report.checks.push(Check::fail(
            "structure",
            message!("trường chữ ký không còn chữ ký", "the signature field has lost its signature"),
        ));
        return Ok(report);
    };
    let covered = match cover(context.file, candidate.revision, dictionary) {
        Ok(covered) => covered,
        Err(check) => {
            report.checks.push(check);
            return Ok(report);
        }
    };
    report.byte_range = Some(covered.range.map(|number| number as u64));
    report.revision = Some(covered.revision + 1);
    report.checks.push(Check::pass(
        "structure",
        message!("chữ ký bao trùm toàn bộ lần lưu của nó", "the signature covers the whole of its revision"),
    ));
    let profile = match profile(dictionary, kind) {
        Ok(profile) => profile,
        Err(check) => {
            report.verdict = verdict_of(std::slice::from_ref(&check));
            report.checks.push(check);
            return Ok(report);
        }
    };
    let sound = match profile {
        Profile::TimeStamp => document_time_stamp(context, &covered, &mut report),
        Profile::Pades | Profile::Pkcs7 => signature(context, profile, dictionary, &covered, &mut report),
    };
    if !sound {
        report.verdict = verdict_of(&report.checks);
        return Ok(report);
    }
    if let Some((digest, check)) = stamp(context.file, dictionary) {
        report.digest = digest;
        report.checks.push(check);
        report.checks.push(since_report(context.history, covered.revision));
    }
    changes_after(context, candidate, covered.revision, &mut report)?;
    report.verdict = verdict_of(&report.checks);
    Ok(report)
}

/// Fills in what the CMS of a signature says; false where it can't be read.
fn signature(
    context: &Context<'_, '_, '_>,
    profile: Profile,
    dictionary: &Dictionary,
    covered: &Covered<'_>,
    report: &mut SignatureReport,
) -> bool {
    let signed = match cms::read(&covered.contents, profile) {
        Ok(signed) => signed,
        Err(check) => {
            report.checks.push(check);
            return false;
        }
    };
    report.algorithm = Some(signed.algorithm());
    report.checks.extend(signed.check(&covered.bytes(context.beginnings)));
    report.signer = CertificateReport::of(&signed.certificate);
    if signed.has_other_attributes() {
        report.checks.push(Check {
            id: "unsigned-attributes",
            outcome: Outcome::NotChecked,
            message: message!(
                "chữ ký mang theo thuộc tính không được ký, không xem đến",
                "the signature carries attributes that are not signed; they were not looked at"
            ),
        });
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
    let path = trusted(context, &signed, &material, Times { claimed, proven }, report);
    report.level = level(context, profile, proven, path.as_ref(), covered.revision, report);
    true
}

/// When a signature was made, by its own word and by proof.
#[derive(Clone, Copy)]
struct Times {
    claimed: Option<OffsetDateTime>,
    proven: Option<OffsetDateTime>,
}

/// Certificates and revocation data at hand for one path.
struct Material {
    leaf: Vec<u8>,
    certificates: Vec<Vec<u8>>,
    revocations: Revocations,
}

impl Material {
    fn of(context: &Context<'_, '_, '_>, signed: &SignedMessage) -> Material {
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
        path::find(&Question {
            leaf: &self.leaf,
            certificates: &self.certificates,
            trust: context.options.trust,
            revocations: &self.revocations,
            usage,
            at,
            now: context.options.at,
        })
    }
}

/// Judges the signature time-stamps, and gives the earliest time that one of them proves.
fn signature_time_stamps(
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
fn time_stamp(
    context: &Context<'_, '_, '_>,
    der: &[u8],
    bytes: &SignedBytes<'_>,
) -> (Option<(TimeStampReport, OffsetDateTime)>, Check) {
    let unknown = |Message { vi, en }: Message| {
        Check::unknown(
            "time-stamp",
            message!("dấu thời gian không chứng minh được gì: {vi}", "the time-stamp proves nothing: {en}"),
        )
    };
    let token = match Token::read(der) {
        Ok(token) => token,
        Err(TokenError::Structure(words) | TokenError::Imprint(words) | TokenError::Algorithm(words)) => {
            return (None, unknown(words));
        }
    };
    if let Err(TokenError::Structure(words) | TokenError::Imprint(words) | TokenError::Algorithm(words)) =
        token.check(bytes)
    {
        return (None, unknown(words));
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
            "time-stamp",
            message!("dấu thời gian xác nhận lúc {at}", "a trusted time-stamp proves the time {at}"),
        ),
        Some(words) => unknown(words),
    };
    (Some((stamp, token.time)), check)
}

/// Judges a document time-stamp; false where it can't be read.
fn document_time_stamp(
    context: &Context<'_, '_, '_>,
    covered: &Covered<'_>,
    report: &mut SignatureReport,
) -> bool {
    let token = match Token::read(&covered.contents) {
        Ok(token) => token,
        Err(TokenError::Structure(words) | TokenError::Imprint(words) | TokenError::Algorithm(words)) => {
            report.checks.push(Check::fail("cms", words));
            return false;
        }
    };
    report.algorithm = Some(token.message.algorithm());
    report.signer = CertificateReport::of(&token.message.certificate);
    let bytes = covered.bytes(context.beginnings);
    match token.check(&bytes) {
        Ok(()) => report.checks.push(Check::pass(
            "digest",
            message!("nội dung được đóng dấu thời gian còn nguyên vẹn", "the time-stamped bytes are whole"),
        )),
        Err(TokenError::Imprint(words)) => report.checks.push(Check::fail("digest", words)),
        Err(TokenError::Structure(words)) => report.checks.push(Check::fail("signature", words)),
        Err(TokenError::Algorithm(words)) => report.checks.push(Check::unknown("signature", words)),
    }
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

/// Why a path is not to be trusted, in words.
fn status_words(status: &PathStatus, then: String) -> Option<Message> {
    Some(match status {
        PathStatus::Trusted => return None,
        PathStatus::UnknownIssuer => message!(
            "không có chứng thư tin cậy nào xác nhận người ký (--trust)",
            "no trust anchor vouches for the signer (--trust)"
        ),
        PathStatus::NotThen => {
            message!("chứng thư không có hiệu lực vào lúc {then}", "the certificate was not valid at {then}")
        }
        PathStatus::Broken(Message { vi, en }) => message!(
            "đường dẫn chứng thư đến nơi tin cậy không đúng: {vi}",
            "the path to the trust anchor does not hold: {en}"
        ),
        PathStatus::Revoked { since, certificate } => {
            let since = clock::display(*since);
            message!(
                "chứng thư \"{certificate}\" đã bị thu hồi từ {since}",
                "the certificate \"{certificate}\" was revoked at {since}"
            )
        }
        PathStatus::RevocationUnknown { certificate, .. } => message!(
            "không biết chứng thư \"{certificate}\" có bị thu hồi hay không (--online)",
            "whether the certificate \"{certificate}\" was revoked is not known (--online)"
        ),
    })
}

/// Whether the certificate leads to a trust anchor: at the time that is proven, or else at the time
/// claimed and at the time asked for. A claimed time proves nothing by itself, so an expired
/// certificate can't be called valid.
fn trusted(
    context: &Context<'_, '_, '_>,
    signed: &SignedMessage,
    material: &Material,
    times: Times,
    report: &mut SignatureReport,
) -> Option<Path> {
    let at = context.options.at;
    let Some(then) = times.proven.or(times.claimed) else {
        report.checks.push(Check::unknown(
            "time",
            message!("chữ ký không ghi thời gian ký", "the signature does not say when it was made"),
        ));
        return None;
    };
    let (shown, now) = (clock::display(then), clock::display(at));
    report.checks.push(match times.proven {
        Some(_) => Check::pass(
            "time",
            message!("thời gian ký (theo dấu thời gian): {shown}", "signing time (time-stamped): {shown}"),
        ),
        None if then > at + CLOCK_SKEW => Check::unknown(
            "time",
            message!(
                "thời gian ký {shown} ở sau thời điểm kiểm tra {now}",
                "the signing time {shown} is after the time of checking {now}"
            ),
        ),
        None => Check::pass(
            "time",
            message!(
                "thời gian ký (theo máy người ký): {shown}",
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
    let words = status_words(&path.status, shown);
    match (&path.status, words) {
        (PathStatus::Revoked { .. } | PathStatus::RevocationUnknown { .. }, Some(words)) => {
            report.checks.push(trust_pass());
            report.checks.push(Check::unknown("revocation", words));
        }
        (_, None) => {
            report.checks.push(trust_pass());
            let all = path.revocations.iter().all(|one| *one == Revocation::Good);
            report.checks.push(revocation_words(if all { Revocation::Good } else { Revocation::NotAsked }));
        }
        (_, Some(words)) => report.checks.push(Check::unknown("trust", words)),
    }
    if let Some(now) = expired {
        report.checks.push(Check::unknown("validity", message!(
            "vào lúc kiểm tra {now} chứng thư không còn hiệu lực, và không có dấu thời gian chứng minh lúc ký",
            "at the time of checking, {now}, the certificate is not valid, and no timestamp proves when it was signed"
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
        "trust",
        message!("chứng thư do nơi mà bạn tin cậy cấp", "the certificate leads to a trust anchor of yours"),
    )
}

fn revocation_words(revocation: Revocation) -> Check {
    match revocation {
        Revocation::NotAsked => Check {
            id: "revocation",
            outcome: Outcome::NotChecked,
            message: message!(
                "chứng thư không nêu nơi kiểm tra thu hồi (CRL/OCSP) nên không kiểm tra",
                "the certificate names no place to ask about revocation (CRL/OCSP), so it was not checked"
            ),
        },
        Revocation::Good => Check::pass(
            "revocation",
            message!("chứng thư không bị thu hồi (CRL/OCSP)", "the certificate was not revoked (CRL/OCSP)"),
        ),
    }
}

/// The level of ETSI EN 319 142-1 that the signature reaches.
fn level(
    context: &Context<'_, '_, '_>,
    profile: Profile,
    proven: Option<OffsetDateTime>,
    path: Option<&Path>,
    revision: usize,
    report: &SignatureReport,
) -> Option<Level> {
    let failed = report.checks.iter().any(|check| check.outcome == Outcome::Fail);
    if profile != Profile::Pades || failed {
        return None;
    }
    if proven.is_none() {
        return Some(Level::BB);
    }
    let path = path.filter(|path| path.status == PathStatus::Trusted);
    let Some(since) = context.validation.since.filter(|since| path.is_some() && *since >= revision) else {
        return Some(Level::BT);
    };
    match context.proven {
        Some(proof) if proof.revision >= since => Some(Level::BLTA),
        _ => Some(Level::BLT),
    }
}

/// What a signature covers.
struct Covered<'a> {
    range: [usize; 4],
    rest: &'a [u8],
    contents: Vec<u8>,
    revision: usize,
}

impl<'a> Covered<'a> {
    fn bytes(&self, beginnings: &'a Beginnings<'a>) -> SignedBytes<'a> {
        let [_, gap, ..] = self.range;
        SignedBytes::Around { file: beginnings, gap, rest: self.rest }
    }
}

/// /ByteRange must be [0 a b c]; the gap exactly this dictionary's /Contents; the end that of the
/// revision that the dictionary stands in. Anything else lets bytes go unsigned.
fn cover<'a>(file: &File<'a>, own: usize, dictionary: &Dictionary) -> Result<Covered<'a>, Check> {
    let wrong = |vi: &str, en: &str| {
        Check::fail(
            "structure",
            message!("cấu trúc chữ ký sai: {vi}", "the signature's structure is wrong: {en}"),
        )
    };
    let range = dictionary.get("ByteRange").and_then(|range| range.object.as_array()).unwrap_or_default();
    let numbers: Option<Vec<usize>> =
        range.iter().map(|value| usize::try_from(value.object.as_integer()?).ok()).collect();
    let range: Option<[usize; 4]> = numbers.and_then(|numbers| numbers.try_into().ok());
    let Some(range @ [start, first, second, length]) = range else {
        return Err(wrong("/ByteRange không phải bốn số", "/ByteRange is not four numbers"));
    };
    let Some(Value { object: Object::Hexadecimal(contents), span }) = dictionary.get("Contents") else {
        return Err(wrong("thiếu /Contents", "/Contents is missing"));
    };
    // The span counts in the file only where the dictionary itself stands in the file.
    let written = file.bytes().get(span.start..span.end);
    let exact = written.is_some_and(|written| {
        let digits = written.strip_prefix(b"<").and_then(|rest| rest.strip_suffix(b">"));
        digits.is_some_and(|digits| {
            digits.iter().all(u8::is_ascii_hexdigit) && digits.len() == 2 * contents.len()
        })
    });
    if start != 0 || !exact || *span != (Span { start: first, end: second }) {
        return Err(wrong(
            "phần không ký không đúng là /Contents",
            "the unsigned gap is not exactly /Contents",
        ));
    }
    let end = second.checked_add(length);
    let revision = file
        .revisions()
        .iter()
        .position(|revision| end.is_some_and(|end| (revision.mark_end..=revision.span.end).contains(&end)));
    let Some((revision, end)) = revision.zip(end).filter(|(revision, _)| *revision == own) else {
        return Err(wrong(
            "phần được ký không kết thúc ở cuối lần lưu của nó",
            "the signed bytes do not end where its revision ends",
        ));
    };
    let Some(rest) = file.bytes().get(second..end).filter(|_| first <= second) else {
        return Err(wrong("/ByteRange ra ngoài tệp", "/ByteRange leaves the file"));
    };
    Ok(Covered { range, rest, contents: contents.clone(), revision })
}

fn profile(dictionary: &Dictionary, kind: Kind) -> Result<Profile, Check> {
    let expected: &[u8] = if kind == Kind::DocumentTimeStamp { b"DocTimeStamp" } else { b"Sig" };
    if dictionary.get("Type").is_some() && dictionary.name("Type") != Some(expected) {
        return Err(Check::fail(
            "format",
            message!("/Type không hợp với /SubFilter", "/Type does not go with /SubFilter"),
        ));
    }
    match (kind, dictionary.name("SubFilter")) {
        (Kind::Signature, Some(b"ETSI.CAdES.detached")) => Ok(Profile::Pades),
        (Kind::Signature, Some(b"adbe.pkcs7.detached")) => Ok(Profile::Pkcs7),
        (Kind::DocumentTimeStamp, Some(b"ETSI.RFC3161")) => Ok(Profile::TimeStamp),
        (Kind::Signature, Some(b"ETSI.RFC3161"))
        | (Kind::DocumentTimeStamp, Some(b"ETSI.CAdES.detached" | b"adbe.pkcs7.detached")) => {
            Err(Check::fail(
                "format",
                message!("/Type không hợp với /SubFilter", "/Type does not go with /SubFilter"),
            ))
        }
        (_, Some(other)) => {
            let name = String::from_utf8_lossy(other).into_owned();
            Err(Check::unknown(
                "format",
                message!(
                    "dạng chữ ký {name} không được hỗ trợ",
                    "signatures of the form {name} are not supported"
                ),
            ))
        }
        (_, None) => Err(Check::fail("format", message!("thiếu /SubFilter", "/SubFilter is missing"))),
    }
}

/// The stamped digest, compared.
fn stamp(file: &File<'_>, dictionary: &Dictionary) -> Option<(Option<DigestReport>, Check)> {
    let stamp = dictionary.get(REPORT_DIGEST_KEY)?;
    let fail = |vi: &str, en: &str| Check::fail("report-digest", message!("{vi}", "{en}"));
    let read = || {
        let stamp = stamp.object.as_dictionary()?;
        let length = usize::try_from(stamp.integer("Length")?).ok()?;
        let value = stamp.string("Value").filter(|value| value.len() == 32)?;
        (stamp.name("Algorithm") == Some(b"SHA256")).then_some((length, value.to_vec()))
    };
    let Some((length, value)) = read() else {
        return Some((
            None,
            fail("mã băm đóng dấu ghi sai", "the stamped digest is not written as it must be"),
        ));
    };
    let report = file.bytes().get(..length).filter(|_| length == file.first_revision_end());
    let matches = report.is_some_and(|report| Sha256::digest(report).as_slice() == value);
    let digest = DigestReport {
        algorithm: "SHA-256",
        length: length as u64,
        value: crate::hex::lower(&value),
        matches,
    };
    let check = if matches {
        Check::pass(
            "report-digest",
            message!(
                "mã băm SHA-256 đóng dấu khớp với báo cáo",
                "the stamped SHA-256 digest is the report's"
            ),
        )
    } else {
        fail(
            "mã băm SHA-256 đóng dấu không khớp với báo cáo",
            "the stamped SHA-256 digest is not the report's",
        )
    };
    Some((Some(digest), check))
}

/// Judges what leads from the report to the signature in revision `signed`: the stamped digest is the
/// report's, so the page that is seen must be as well.
fn since_report(history: &History, signed: usize) -> Check {
    let none = Permissions::default();
    for (_, transition) in history.between(0, signed) {
        let strange = transition.changes.iter().find_map(|change| match change {
            Change::Filled { old: None, .. } => None,
            change => none.judge(change, None).map(|check| check.message),
        });
        if let Some(Message { vi, en }) = transition.violation.clone().or(strange) {
            return Check::fail(
                "report",
                message!(
                    "bản được ký không phải báo cáo đã đóng dấu: {vi}",
                    "what was signed is not the report that was stamped: {en}"
                ),
            );
        }
    }
    Check::pass(
        "report",
        message!(
            "bản được ký chính là báo cáo, chỉ thêm chữ ký",
            "what was signed is the report, with nothing but signatures added"
        ),
    )
}

/// Says what followed the signature, and whether it permits that.
fn changes_after(
    context: &Context<'_, '_, '_>,
    candidate: &Candidate,
    signed: usize,
    report: &mut SignatureReport,
) -> Result<(), ReadError> {
    let mut permissions = Permissions::of(context.file, candidate)?;
    report.certification = permissions.certification;
    if let Some((number, certification)) = context.certification
        && context.file.defining(number, signed)?.is_some()
    {
        permissions.restrict(certification);
    }
    let mut checks = Vec::new();
    for (revision, transition) in context.history.after(signed) {
        for change in &transition.changes {
            let words = change.words();
            if report.changes_after.last() != Some(&words) {
                report.changes_after.push(words);
            }
            let is_blank = blank(context.file, context.options.witness, revision, change.regions());
            checks.extend(permissions.judge(change, is_blank));
        }
        if let Some(reason) = &transition.violation {
            let (vi, en) = (&reason.vi, &reason.en);
            checks.push(Check::fail(
                "changes",
                message!(
                    "sau khi ký, tệp bị thay đổi trái phép: {vi}",
                    "after it was signed, the file was changed: {en}"
                ),
            ));
            report.changes_after.push(reason.clone());
        }
    }
    let check = permissions::worst(checks).unwrap_or_else(|| {
        Check::pass(
            "changes",
            if report.changes_after.is_empty() {
                message!("không có gì được thêm sau chữ ký này", "nothing was added after this signature")
            } else {
                message!(
                    "những gì được thêm sau chữ ký này đều được phép",
                    "what was added after this signature is permitted"
                )
            },
        )
    });
    report.checks.push(check);
    Ok(())
}

/// Whether the pages were empty where a change shows, in the revision before it.
fn blank(
    file: &File<'_>,
    witness: Option<&dyn Witness>,
    revision: usize,
    regions: &[Region],
) -> Option<bool> {
    let end = file.revisions().get(revision.checked_sub(1)?)?.span.end;
    let before = file.bytes().get(..end)?;
    let witness = witness?;
    let mut all = true;
    for region in regions {
        all &= witness.is_blank(before, region)?;
    }
    Some(all)
}

impl CertificateReport {
    /// What `certificate` says; `None` where it can't be written again.
    pub fn of(certificate: &Certificate) -> Option<CertificateReport> {
        let tbs = certificate.tbs_certificate();
        Some(CertificateReport {
            subject: Subject::of_name(tbs.subject()),
            issuer: Subject::of_name(tbs.issuer()),
            serial: crate::hex::lower(tbs.serial_number().as_bytes()),
            fingerprint: crate::keys::certificate::fingerprint(certificate).ok()?,
            not_before: clock::rfc3339(moment(&tbs.validity().not_before)),
            not_after: clock::rfc3339(moment(&tbs.validity().not_after)),
            der: certificate.to_der().ok()?,
        })
    }
}

impl SignatureReport {
    fn new(kind: Kind, field: Option<String>, role: Option<Role>) -> SignatureReport {
        SignatureReport {
            kind,
            field,
            role,
            verdict: Verdict::Invalid,
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
            changes_after: Vec::new(),
            digest: None,
            items: Vec::new(),
        }
    }
}
