//! What a recipient may believe of a PDF: bytes, trust anchors and a time in, a [`Report`] out.
//!
//! Nothing here writes, asks a network or a database, or lays pages out; verification never fails, it
//! says what it found, and what it can't explain is never called valid.

mod candidates;
mod changes;
mod cms;
mod facts;
mod path;
mod report;
mod signature;
mod text;
mod trust;
mod verdict;

use time::OffsetDateTime;

use crate::lang::Message;
use crate::message;
use crate::pdf::reader::{self, File, FindingKind, ReadError};
use crate::role::Role;

pub use report::{
    Check, DigestReport, Facts, FindingReport, Outcome, Report, SignatureReport, SignerReport, TimeReport,
};
pub use text::render;
pub use trust::{TrustError, TrustStore};
pub use verdict::Verdict;

/// How to judge.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// Whose certificates are believed.
    pub trust: &'a TrustStore,
    /// The time to judge at.
    pub at: OffsetDateTime,
    /// The roles that must have signed.
    pub require: &'a [Role],
}

/// Judges the PDF `bytes`.
pub fn verify(bytes: &[u8], options: &Options<'_>) -> Report {
    match reader::read(bytes).and_then(|file| judge(&file, options)) {
        Ok(report) => report,
        Err(cause) => Report::unreadable(unreadable(bytes, &cause), Message::from_english(&cause)),
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
    const KEY: &[u8] = b"/ByteRange";
    bytes.windows(KEY.len()).any(|window| window == KEY)
}

fn judge(file: &File<'_>, options: &Options<'_>) -> Result<Report, ReadError> {
    let last = file.revisions().len().saturating_sub(1);
    let mut encrypted = file.revisions().iter().map(|revision| revision.trailer.get("Encrypt"));
    if encrypted.next().flatten().is_some() {
        return Err(ReadError::Unsupported("encrypted files"));
    }
    if let Some(added) = encrypted.flatten().next() {
        return Err(ReadError::Syntax { at: added.span.start, expected: "an update that is not encrypted" });
    }
    let found = candidates::find(file)?;
    let mut signatures: Vec<SignatureReport> = Vec::new();
    for candidate in &found {
        signatures.push(signature::judge(file, candidate, &found, options)?);
    }
    // Without a signature, but with something like one: it may stand where the cross-references no
    // longer lead, and then the file was cut or turned back.
    let hidden = signatures.is_empty() && has_byte_range(file.bytes());
    let first = if hidden { 0 } else { 1 };
    if hidden || !signatures.is_empty() {
        for revision in first..=last {
            file.check_coverage(revision)?;
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
    let missing = options.require.iter().filter(|role| !report.is_signed_by(**role));
    report.missing = missing.copied().collect();
    if report.verdict == Verdict::Valid && !report.missing.is_empty() {
        report.verdict = Verdict::Incomplete;
    }
    if report.verdict.shows_facts() {
        report.facts = facts::read(file)?;
    } else if report.verdict == Verdict::Invalid {
        report.withhold();
    }
    report.sentence = report.headline();
    Ok(report)
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
