//! The digest of the report that a signature of ours stamps, and whether the page that was signed is still
//! that report's.

use sha2::{Digest, Sha256};

use super::changes::{Change, History};
use super::check::Check;
use super::check_id::CheckId;
use super::permissions::Permissions;
use super::report::DigestReport;
use crate::lang::Message;
use crate::message;
use crate::pdf::names::REPORT_DIGEST_KEY;
use crate::pdf::reader::{Dictionary, File};

/// The stamped digest, compared.
pub(super) fn stamp(file: &File<'_>, dictionary: &Dictionary) -> Option<(Option<DigestReport>, Check)> {
    let stamp = dictionary.get(REPORT_DIGEST_KEY)?;
    let fail = |vi: &str, en: &str| Check::fail(CheckId::DocumentDigest, message!("{vi}", "{en}"));
    let read = || {
        let stamp = stamp.object.as_dictionary()?;
        let length = usize::try_from(stamp.integer("Length")?).ok()?;
        let value = stamp.string("Value").filter(|value| value.len() == 32)?;
        (stamp.name("Algorithm") == Some(b"SHA256")).then_some((length, value.to_vec()))
    };
    let Some((length, value)) = read() else {
        return Some((None, fail("mã băm in trên trang ghi sai", "the printed digest is malformed")));
    };
    // What signs adds the end of line that a file may lack.
    let mark = file.revisions().first().map(|first| first.mark_end);
    let is_revision = length == file.first_revision_end() || Some(length) == mark;
    let report = file.bytes().get(..length).filter(|_| is_revision);
    let matches = report.is_some_and(|report| Sha256::digest(report).as_slice() == value);
    let digest = DigestReport {
        algorithm: "SHA-256",
        length: length as u64,
        value: crate::hex::lower(&value),
        matches,
    };
    let check = if matches {
        Check::pass(
            CheckId::DocumentDigest,
            message!(
                "mã băm SHA-256 in trên trang khớp với văn bản",
                "the printed SHA-256 digest is the document's"
            ),
        )
    } else {
        fail(
            "mã băm SHA-256 in trên trang không khớp với văn bản",
            "the printed SHA-256 digest is not the document's",
        )
    };
    Some((Some(digest), check))
}

/// Judges what leads from the report to the signature in revision `signed`: the stamped digest is the
/// report's, so the page that is seen must be as well.
pub(super) fn since_report(history: &History, signed: usize) -> Check {
    match estrangement(history, signed) {
        Some(Message { vi, en }) => Check::fail(
            CheckId::Document,
            message!(
                "tệp đã ký khác văn bản đã in mã băm: {vi}",
                "what was signed is not the document of the printed digest: {en}"
            ),
        ),
        None => Check::pass(
            CheckId::Document,
            message!(
                "từ khi trình bày đến khi ký, tệp chỉ có thêm chữ ký và số, ngày",
                "from layout to signing, only signatures, number and date were added"
            ),
        ),
    }
}

/// What makes revision `signed` another document than the first revision, which `history` begins with; `None` where
/// nothing does. A report is certified when it is signed, and may have had its number filled in; a file of others gets
/// its fields with the first signature.
pub(super) fn estrangement(history: &History, signed: usize) -> Option<Message> {
    let none = Permissions::default();
    history.between(0, signed).find_map(|(_, transition)| {
        let strange = transition.changes.iter().find_map(|change| match change {
            Change::Certification
            | Change::Signature(_)
            | Change::EmptyField { .. }
            | Change::FormResources
            | Change::Filled { old: None, .. } => None,
            change => none.judge(change, None).map(|check| check.message),
        });
        transition.violation.clone().or(strange)
    })
}
