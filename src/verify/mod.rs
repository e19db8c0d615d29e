//! What a recipient may believe of a PDF: bytes, trust anchors and a time in, a [`Report`] out.
//!
//! Nothing here writes, asks a network or a database, or lays pages out; verification never fails, it
//! says what it found, and what it can't explain is never called valid.

mod algorithm;
mod candidates;
mod changes;
mod check_id;
mod circular;
mod cms;
mod coverage;
mod facts;
mod identity;
mod later;
pub mod path;
mod permissions;
mod receipt;
mod report;
mod report_digest;
mod revisions;
mod revocation;
mod signature;
mod signed_bytes;
mod text;
mod time_stamp;
mod trust;
mod trusted_list;
mod validation_data;
mod verdict;

use std::cell::RefCell;

use memchr::memmem;
use time::OffsetDateTime;

use crate::lang::Message;
use crate::message;
use crate::pdf::form;
use crate::pdf::reader::{self, File, FindingKind, ReadError};
use crate::role::Role;
use crate::sign::REPORT_DIGEST_KEY;
use changes::{Change, History};
use facts::LateNumber;
use permissions::Permissions;
use signature::{Context, Proof};
use signed_bytes::Beginnings;

pub use crate::pdf::form::Region;
pub use check_id::CheckId;
pub use circular::Item;
pub use permissions::Certification;
pub use report::{
    CertificateReport, Check, DigestReport, Facts, FindingReport, Kind, Level, Outcome, ReceiptReport,
    Report, SignatureReport, TimeReport, TimeSource, TimeStampReport,
};
pub use revisions::{Act, ObjectReport, RevisionReport, SignedBy, revisions};
pub use revocation::{NotRevocationData, Revocations};
pub use text::{notices, printable, render, role_name};
pub use trust::{TrustError, TrustStore, certificates_in, log_key};
pub use verdict::Verdict;

/// How to judge.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// Whose certificates are believed.
    pub trust: &'a TrustStore,
    /// The time to judge at.
    pub at: OffsetDateTime,
    /// The roles that must have signed.
    pub require: &'a [Role],
    /// Revocation data that doesn't come with the file.
    pub revocations: &'a Revocations,
    /// Who looks at the pages.
    pub witness: Option<&'a dyn Witness>,
}

impl<'a> Options<'a> {
    /// Judges by `trust` at `at`; no role must have signed, and nothing is at hand but the file.
    pub fn new(trust: &'a TrustStore, at: OffsetDateTime) -> Options<'a> {
        const NONE: &Revocations = &Revocations { crls: Vec::new(), ocsps: Vec::new() };
        Options { trust, at, require: &[], revocations: NONE, witness: None }
    }
}

/// Somebody who sees pages, which this module does not.
pub trait Witness {
    /// Whether the region is empty in the PDF `bytes`; `None` where that can't be told.
    fn is_blank(&self, bytes: &[u8], region: &Region) -> Option<bool>;

    /// Where the pages of `after` look different from those of `before`, outside of `allowed`; in
    /// words why, where that can't be told.
    ///
    /// # Errors
    /// The pages can't be drawn, or not within the limits.
    fn differences(&self, before: &[u8], after: &[u8], allowed: &[Region]) -> Result<Vec<Region>, Message>;
}

/// Why a certificate's key or signature algorithm proves nothing; `None` where it does.
pub fn weakness(certificate: &x509_cert::Certificate) -> Option<Message> {
    let key = certificate.tbs_certificate().subject_public_key_info();
    let key = algorithm::check_key(key).err();
    key.or_else(|| revocation::algorithm(certificate.signature_algorithm()).err()).map(|unfit| unfit.words())
}

/// Whether `value` is the signature of `message` by `key`, made with `algorithm`.
pub fn signature_holds(
    key: &spki::SubjectPublicKeyInfoOwned,
    algorithm: crate::cms::SignatureAlgorithm,
    message: &[u8],
    value: &[u8],
) -> bool {
    let digest = algorithm.digest().identifier().oid;
    algorithm.signature_identifier().is_ok_and(|identifier| {
        let known = algorithm::SignatureAlgorithm::of(&identifier, digest);
        known.is_ok_and(|known| known.verify(key, message, value))
    })
}

/// Whether `value` is the signature of `message` by `key`, made as `identifier` says: in certificates, requests and
/// lists (RFC 5280 §4.1.1.2).
pub fn signature_holds_as(
    key: &spki::SubjectPublicKeyInfoOwned,
    identifier: &spki::AlgorithmIdentifierOwned,
    message: &[u8],
    value: &[u8],
) -> bool {
    revocation::algorithm(identifier).is_ok_and(|algorithm| algorithm.verify(key, message, value))
}

/// Whether `token` answers a request with `nonce` for a time-stamp of the SHA-256 digest `digest`, and its
/// signature holds; whose it is, is not asked.
///
/// # Errors
/// It does not; in words.
pub fn check_token(token: &[u8], digest: &[u8], nonce: &[u8]) -> Result<(), Message> {
    use time_stamp::{Token, TokenError};
    let checked = Token::read(token).and_then(|token| token.answers(digest, nonce));
    checked.map_err(|error| match error {
        TokenError::Structure(words) | TokenError::Imprint(words) | TokenError::Algorithm(words) => words,
    })
}

/// Judges the PDF `bytes`.
pub fn verify(bytes: &[u8], options: &Options<'_>) -> Report {
    match reader::read(bytes).and_then(|file| judge(&file, options)) {
        Ok(report) => report,
        Err(cause) => Report::unreadable(unreadable(bytes, &cause), reason(&cause)),
    }
}

/// Why a file can't be read, in words.
pub fn reason(cause: &ReadError) -> Message {
    match cause {
        ReadError::NoHeader => {
            message!("tệp không bắt đầu bằng %PDF-", "the file does not begin with %PDF-")
        }
        ReadError::NoEnd => message!(
            "tệp không có startxref và %%EOF ở cuối",
            "the file has no startxref and %%EOF at its end"
        ),
        ReadError::Syntax { at, expected } => message!(
            "byte {at}: không viết đúng ISO 32000 (cần {expected})",
            "byte {at}: not written as ISO 32000 says (expected {expected})"
        ),
        ReadError::Circle(at) => message!(
            "byte {at}: các tham chiếu dẫn thành vòng tròn",
            "byte {at}: the references lead in a circle"
        ),
        ReadError::Misplaced(number) => message!(
            "đối tượng {number} không nằm ở chỗ bảng tham chiếu chỉ",
            "object {number} is not where the cross-references say"
        ),
        ReadError::Unsupported(what) => {
            message!("tệp dùng thứ không được hỗ trợ: {what}", "the file uses what is not supported: {what}")
        }
        ReadError::Stream(at) => {
            message!("byte {at}: luồng dữ liệu không giải nén được", "byte {at}: the stream can't be decoded")
        }
        ReadError::Budget { what, limit } => {
            message!("tệp vượt quá giới hạn {limit} ({what})", "the file is over the limit of {limit} {what}")
        }
    }
}

/// The verdict of a file that can't be read strictly. One that carries a signature was whole once.
fn unreadable(bytes: &[u8], cause: &ReadError) -> Verdict {
    match cause {
        _ if !has_byte_range(bytes) => Verdict::Unreadable,
        ReadError::Unsupported(_) | ReadError::Budget { .. } => Verdict::Indeterminate,
        _ => Verdict::Invalid,
    }
}

/// Whether the bytes look like those of a signed file.
fn has_byte_range(bytes: &[u8]) -> bool {
    memmem::find(bytes, b"/ByteRange").is_some()
}

fn judge(file: &File<'_>, options: &Options<'_>) -> Result<Report, ReadError> {
    let last = file.revisions().len().saturating_sub(1);
    let mut encrypted = file.revisions().iter().map(|revision| revision.trailer.get("Encrypt"));
    if encrypted.next().flatten().is_some() {
        return Err(ReadError::Unsupported("mã hóa / encryption"));
    }
    if let Some(added) = encrypted.flatten().next() {
        return Err(ReadError::Syntax { at: added.span.start, expected: "an update that is not encrypted" });
    }
    let form = form::read(file, last)?;
    let found = candidates::find(file, &form)?;
    let stamped = |candidate: &candidates::Candidate| {
        candidate.dictionary.as_ref().is_some_and(|known| known.get(REPORT_DIGEST_KEY).is_some())
    };
    // A stamped report is compared from its first revision on, everything else from what was signed.
    let first = found.iter().map(|candidate| if stamped(candidate) { 0 } else { candidate.revision }).min();
    let history = History::read(file, first.unwrap_or(last))?;
    let validation = validation_data::read(file)?;
    let beginnings = Beginnings::new(file.bytes(), found.iter().filter_map(gap).collect());
    let mut context = Context {
        file,
        beginnings: &beginnings,
        options,
        history: &history,
        validation: &validation,
        certification: certification(file, &found)?,
        paths: path::Budget::of_file(),
        looks: RefCell::default(),
        proven: None,
        later: Vec::new(),
    };
    // From the last to the first: a good document time-stamp proves when what is before it existed.
    let mut signatures: Vec<SignatureReport> = Vec::new();
    for candidate in found.iter().rev() {
        let report = signature::judge(&context, candidate)?;
        if report.kind == Kind::DocumentTimeStamp && report.verdict == Verdict::Valid {
            let time = report.signing_time.as_ref().and_then(|time| crate::clock::parse(&time.value).ok());
            let known = context.proven;
            context.proven = time.map(|time| Proof {
                time: known.map_or(time, |known| known.time.min(time)),
                revision: known.map_or(candidate.revision, |known| known.revision),
            });
        }
        if report.kind == Kind::Signature
            && report.verdict != Verdict::Invalid
            && let Some(signer) = &report.signer
        {
            context.later.push((candidate.revision, signer.subject.common_name.clone()));
        }
        signatures.push(report);
    }
    signatures.reverse();
    // Without a signature, but with something like one: it may stand where the cross-references no
    // longer lead, and then the file was cut or turned back.
    let hidden = signatures.is_empty() && has_byte_range(file.bytes());
    let signed = found.iter().map(|candidate| candidate.revision).min();
    let unsigned_from = if hidden { 0 } else { signed.map_or(last + 1, |signed| signed + 1) };
    for (index, revision) in file.revisions().iter().enumerate().skip(unsigned_from) {
        file.check_coverage(index)?;
        // What old programs don't see may be in what was signed, not in what followed.
        if revision.is_hybrid {
            file.note(FindingKind::HybridReference, revision.span.start);
        }
    }
    let findings = file.findings();
    let mut report = Report::of(file, signatures, &findings);
    if report.signatures.is_empty() && (!hidden || findings.is_empty()) {
        report.verdict = Verdict::Unsigned;
    } else if !findings.is_empty() {
        // In a signed file, whatever other programs may read differently can hide a forgery.
        report.verdict = Verdict::Invalid;
    }
    if let (Some(signed), Some(witness)) = (signed, options.witness) {
        look(file, &history, signed, witness, &mut report);
    }
    // A time alone tells nobody's consent.
    if report.verdict.is_valid() && report.signatures.iter().all(|one| one.kind == Kind::DocumentTimeStamp) {
        report.verdict = Verdict::Unsigned;
    }
    // What belongs to the decree's own flow, or shows nowhere, is no addition worth a word of its own.
    let extended = |change: &Change| match change {
        Change::Signature(field) => field.is_new,
        Change::Metadata => false,
        _ => true,
    };
    if report.verdict == Verdict::Valid
        && let Some(signed) = signed
        && history.after(signed).any(|(_, transition)| transition.changes.iter().any(extended))
    {
        report.verdict = Verdict::ValidExtended;
    }
    let missing = options.require.iter().filter(|role| !report.is_signed_by(**role));
    report.missing = missing.copied().collect();
    let mut facts = if report.verdict.shows_facts() { facts::read(file)? } else { None };
    if let Some(facts) = &mut facts
        && facts::add_late(facts, file, &form, &report)? == LateNumber::Unsealed
        && !report.missing.contains(&Role::Agency)
    {
        report.missing.push(Role::Agency);
    }
    if report.verdict.is_valid() && !report.missing.is_empty() {
        report.verdict = Verdict::Incomplete;
    }
    report.facts = facts;
    let receipt = receipt::judge(file, &report, options.trust)?;
    report.add_receipt(receipt);
    if !report.verdict.shows_facts() {
        report.facts = None;
    }
    if report.verdict == Verdict::Invalid {
        report.withhold();
    }
    report.itemize();
    report.sentence = report.headline();
    Ok(report)
}

/// The CMS of a signature or time-stamp, as it stands in a file, judged by nobody.
#[derive(Debug, Clone)]
pub struct RawMessage {
    /// Its DER, without the zeros after it.
    pub cms: Vec<u8>,
    /// The certificates in it.
    pub certificates: Vec<x509_cert::Certificate>,
}

/// The CMS of every signature field of the last revision of `file` that can be read, with the field's
/// name.
///
/// # Errors
/// The form of the file can't be read.
pub fn signed_messages(file: &File<'_>) -> Result<Vec<(String, RawMessage)>, ReadError> {
    let form = form::read(file, file.last())?;
    let mut messages = Vec::new();
    for candidate in candidates::find(file, &form)? {
        let contents = candidate.dictionary.as_ref().and_then(|known| known.string("Contents"));
        let read = contents.and_then(cms::raw);
        if let (Some(field), Some(message)) = (candidate.field, read) {
            messages.push((field.name, message));
        }
    }
    Ok(messages)
}

/// Where a candidate says that its gap begins.
fn gap(candidate: &candidates::Candidate) -> Option<usize> {
    let range = candidate.dictionary.as_ref()?.get("ByteRange")?.object.as_array()?;
    usize::try_from(range.get(1)?.object.as_integer()?).ok()
}

/// The signature that the catalog says certifies the document, and what it permits.
fn certification(
    file: &File<'_>,
    found: &[candidates::Candidate],
) -> Result<Option<(u32, Certification)>, ReadError> {
    let Some(number) = permissions::certifying(file, file.last())? else {
        return Ok(None);
    };
    let Some(candidate) = found.iter().find(|candidate| candidate.number == number) else {
        return Ok(None);
    };
    // Named in the catalog and without a word of its own, it permits what is the default.
    let permissions = Permissions::of(file, candidate)?;
    Ok(Some((number, permissions.certification.unwrap_or(Certification::FormFilling))))
}

/// Compares the pages as they were signed with those of the last revision.
fn look(file: &File<'_>, history: &History, signed: usize, witness: &dyn Witness, report: &mut Report) {
    let Some(before) = file.revisions().get(signed).and_then(|first| file.bytes().get(..first.span.end))
    else {
        return;
    };
    if signed == file.last() {
        return;
    }
    let changes = history.after(signed).flat_map(|(_, transition)| &transition.changes);
    let allowed: Vec<Region> = changes.flat_map(|change| change.regions().iter().copied()).collect();
    match witness.differences(before, file.bytes(), &allowed) {
        Ok(differences) => {
            if !differences.is_empty() {
                report.verdict = Verdict::Invalid;
            }
            report.pages_differ = Some(differences);
        }
        Err(reason) => report.unseen = Some(reason),
    }
}

/// What a finding means, in words.
fn describe(kind: FindingKind) -> (&'static str, Message) {
    match kind {
        FindingKind::TrailingBytes => (
            "trailing-bytes",
            message!("có dữ liệu thừa sau %%EOF cuối cùng", "there are bytes after the last %%EOF"),
        ),
        FindingKind::MisleadingStart => (
            "misleading-start",
            message!(
                "startxref của một lần lưu dẫn đến nơi khác",
                "the startxref of a revision leads somewhere else"
            ),
        ),
        FindingKind::RepeatedKey => (
            "repeated-key",
            message!("một mục được ghi hai lần trong một từ điển", "a key stands twice in one dictionary"),
        ),
        FindingKind::UnlistedBytes => (
            "unlisted-bytes",
            message!(
                "có dữ liệu không thuộc đối tượng nào được khai báo",
                "there are bytes that belong to no listed object"
            ),
        ),
        FindingKind::MisplacedObject => (
            "misplaced-object",
            message!(
                "một đối tượng nằm ngoài lần lưu của nó, hoặc chồng lên đối tượng khác",
                "an object stands outside of its revision, or overlaps another one"
            ),
        ),
        FindingKind::RepeatedEntry => {
            ("repeated-entry", message!("một đối tượng được khai báo hai lần", "an object is listed twice"))
        }
        FindingKind::HybridReference => (
            "hybrid-reference",
            message!(
                "tệp có hai bảng tham chiếu khác nhau",
                "the file has two views of itself (hybrid references)"
            ),
        ),
    }
}
