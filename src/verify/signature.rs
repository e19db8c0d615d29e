//! One signature: what it covers, and whether that holds
//! (ISO 32000-2 12.8).

use der::Encode;
use sha2::{Digest, Sha256};
use time::{Duration, OffsetDateTime};
use x509_cert::Certificate;

use super::candidates::Candidate;
use super::path::{self, Trust};
use super::report::{Check, DigestReport, SignatureReport, SignerReport, TimeReport, verdict_of};
use super::verdict::Verdict;
use super::{Options, changes, cms};
use crate::clock;
use crate::keys::Subject;
use crate::keys::certificate::moment;
use crate::message;
use crate::pdf::reader::{Dictionary, File, Object, ReadError, Span, Value};
use crate::role::Role;
use crate::sign::REPORT_DIGEST_KEY;

/// How far a signer's clock may be ahead.
const CLOCK_SKEW: Duration = Duration::minutes(5);

/// Judges one signature; `all` are all that the file has.
pub(super) fn judge(
    file: &File<'_>,
    candidate: &Candidate,
    all: &[Candidate],
    options: &Options<'_>,
) -> Result<SignatureReport, ReadError> {
    let mut report = SignatureReport {
        field: candidate.field.clone(),
        role: candidate.field.as_deref().and_then(Role::from_field_name),
        verdict: Verdict::Invalid,
        signer: None,
        signing_time: None,
        algorithm: None,
        byte_range: None,
        revision: None,
        checks: Vec::new(),
        changes_after: Vec::new(),
        digest: None,
    };
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
    let covered = match cover(file, dictionary) {
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
    match sub_filter(dictionary) {
        Ok(()) => {}
        Err(check) => {
            report.verdict = verdict_of(std::slice::from_ref(&check));
            report.checks.push(check);
            return Ok(report);
        }
    }
    let signed = match cms::read(&covered.contents) {
        Ok(signed) => signed,
        Err(check) => {
            report.checks.push(check);
            return Ok(report);
        }
    };
    report.algorithm = Some(signed.algorithm());
    report.checks.extend(signed.check(covered.parts));
    report.signer = signer(&signed.certificate);
    let claimed = dictionary.string("M").and_then(date);
    report.signing_time =
        claimed.map(|claimed| TimeReport { value: clock::rfc3339(claimed), source: "claimed" });
    let leaf = signed.certificate.to_der().unwrap_or_default();
    report.checks.extend(trusted(&leaf, &signed.certificates, claimed, options));
    report.checks.push(Check {
        id: "revocation",
        outcome: super::Outcome::NotChecked,
        message: message!(
            "không kiểm tra việc thu hồi chứng thư (CRL/OCSP)",
            "revocation of the certificate (CRL/OCSP) was not checked"
        ),
    });
    let stamp = stamp(file, dictionary);
    if let Some((digest, check)) = stamp {
        report.digest = digest;
        report.checks.push(check);
        report.checks.push(changes::since_report(file, covered.revision, all)?);
    }
    let later = changes::after(file, covered.revision, all)?;
    report.changes_after = later.messages;
    report.checks.push(later.check);
    report.verdict = verdict_of(&report.checks);
    Ok(report)
}

/// What a signature covers.
struct Covered<'a> {
    range: [usize; 4],
    parts: [&'a [u8]; 2],
    contents: Vec<u8>,
    revision: usize,
}

/// /ByteRange must be [0 a b c]; the gap exactly this dictionary's /Contents; the end that of a
/// revision. Anything else lets bytes go unsigned.
fn cover<'a>(file: &File<'a>, dictionary: &Dictionary) -> Result<Covered<'a>, Check> {
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
    let Some(range @ [start, first, second, rest]) = range else {
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
    let end = second.checked_add(rest);
    let revision = file
        .revisions()
        .iter()
        .position(|revision| end.is_some_and(|end| (revision.mark_end..=revision.span.end).contains(&end)));
    let Some((revision, end)) = revision.zip(end) else {
        return Err(wrong(
            "phần được ký không kết thúc ở cuối một lần lưu",
            "the signed bytes do not end where a revision ends",
        ));
    };
    let (Some(before), Some(after)) = (file.bytes().get(..first), file.bytes().get(second..end)) else {
        return Err(wrong("/ByteRange ra ngoài tệp", "/ByteRange leaves the file"));
    };
    Ok(Covered { range, parts: [before, after], contents: contents.clone(), revision })
}

fn sub_filter(dictionary: &Dictionary) -> Result<(), Check> {
    if dictionary.get("Type").is_some() && dictionary.name("Type") != Some(b"Sig") {
        return Err(Check::fail("format", message!("/Type không phải /Sig", "/Type is not /Sig")));
    }
    match dictionary.name("SubFilter") {
        Some(b"ETSI.CAdES.detached" | b"adbe.pkcs7.detached") => Ok(()),
        Some(other) => {
            let name = String::from_utf8_lossy(other).into_owned();
            Err(Check::unknown(
                "format",
                message!(
                    "dạng chữ ký {name} không được hỗ trợ",
                    "signatures of the form {name} are not supported"
                ),
            ))
        }
        None => Err(Check::fail("format", message!("thiếu /SubFilter", "/SubFilter is missing"))),
    }
}

fn signer(certificate: &Certificate) -> Option<SignerReport> {
    let tbs = certificate.tbs_certificate();
    Some(SignerReport {
        subject: Subject::of_name(tbs.subject()),
        issuer: Subject::of_name(tbs.issuer()),
        serial: crate::hex::lower(tbs.serial_number().as_bytes()),
        fingerprint: crate::keys::certificate::fingerprint(certificate).ok()?,
        not_before: clock::rfc3339(moment(&tbs.validity().not_before)),
        not_after: clock::rfc3339(moment(&tbs.validity().not_after)),
    })
}

/// Whether the certificate leads to a trust anchor, at the time claimed and at the time asked for. A
/// claimed time proves nothing by itself, so an expired certificate can't be called valid.
fn trusted(
    leaf: &[u8],
    others: &[Vec<u8>],
    claimed: Option<OffsetDateTime>,
    options: &Options<'_>,
) -> Vec<Check> {
    let Some(claimed) = claimed else {
        return vec![Check::unknown(
            "time",
            message!("chữ ký không ghi thời gian ký", "the signature does not say when it was made"),
        )];
    };
    let at = options.at;
    let (then, now) = (clock::display(claimed), clock::display(at));
    let time = if claimed > at + CLOCK_SKEW {
        Check::unknown(
            "time",
            message!(
                "thời gian ký {then} ở sau thời điểm kiểm tra {now}",
                "the signing time {then} is after the time of checking {now}"
            ),
        )
    } else {
        Check::pass(
            "time",
            message!(
                "thời gian ký (theo máy người ký): {then}",
                "signing time (by the signer's clock): {then}"
            ),
        )
    };
    let path = match path::find(leaf, others, options.trust, claimed) {
        Trust::Trusted => Check::pass(
            "trust",
            message!(
                "chứng thư do nơi mà bạn tin cậy cấp",
                "the certificate leads to a trust anchor of yours"
            ),
        ),
        Trust::UnknownIssuer => Check::unknown(
            "trust",
            message!(
                "không có chứng thư tin cậy nào xác nhận người ký (--trust)",
                "no trust anchor vouches for the signer (--trust)"
            ),
        ),
        Trust::NotThen => Check::unknown(
            "trust",
            message!(
                "chứng thư không có hiệu lực vào lúc ký {then}",
                "the certificate was not valid when it was signed, {then}"
            ),
        ),
        Trust::Broken => Check::unknown(
            "trust",
            message!(
                "đường dẫn chứng thư đến nơi tin cậy không đúng",
                "the path to the trust anchor does not hold"
            ),
        ),
    };
    let mut checks = vec![time];
    let expired =
        path.outcome == super::Outcome::Pass && path::find(leaf, others, options.trust, at) != Trust::Trusted;
    checks.push(path);
    if expired {
        checks.push(Check::unknown("validity", message!(
            "vào lúc kiểm tra {now} chứng thư không còn hiệu lực, và không có dấu thời gian chứng minh lúc ký",
            "at the time of checking, {now}, the certificate is not valid, and no timestamp proves when it was signed"
        )));
    }
    checks
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

/// A date string (ISO 32000-2 7.9.4) with its zone.
fn date(bytes: &[u8]) -> Option<OffsetDateTime> {
    let text = std::str::from_utf8(bytes).ok()?.strip_prefix("D:")?;
    let (digits, zone) = text.split_at_checked(14)?;
    let field =
        |from: usize, to: usize| digits.get(from..to).filter(|part| part.bytes().all(|b| b.is_ascii_digit()));
    let zone = match zone.as_bytes() {
        b"Z" | b"Z00'00" | b"Z00'00'" => "+00:00".to_owned(),
        [sign @ (b'+' | b'-'), hours @ ..] if hours.len() >= 5 => {
            let hours = std::str::from_utf8(hours).ok()?;
            format!("{}{}:{}", char::from(*sign), hours.get(..2)?, hours.get(3..5)?)
        }
        _ => return None,
    };
    clock::parse(&format!(
        "{}-{}-{}T{}:{}:{}{zone}",
        field(0, 4)?,
        field(4, 6)?,
        field(6, 8)?,
        field(8, 10)?,
        field(10, 12)?,
        field(12, 14)?
    ))
    .ok()
}
