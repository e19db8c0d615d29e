//! What a recipient may believe of a PDF: bytes, trust anchors and a time in, a [`Report`] out.
//!
//! Nothing here writes, asks a network or a database, or lays pages out; verification never fails, it
//! says what it found, and what it can't explain is never called valid.

mod algorithm;
mod candidates;
pub mod certificate;
mod changes;
mod check_id;
mod circular;
pub mod cms;
mod coverage;
mod established;
mod facts;
mod identity;
mod judge;
mod later;
pub mod log;
pub mod path;
mod permissions;
mod registration;
mod report;
mod report_digest;
mod revisions;
mod revocation;
mod signature;
mod signed_bytes;
mod signed_data;
mod text;
mod time_stamp;
mod trust;
mod trusted_list;
pub mod tsp;
mod validation_data;
mod verdict;

use time::OffsetDateTime;
use vanthu_pdf as pdf;

pub(crate) use vanthu_base::{clock, explain, hex, lang, message, printable, role};

use crate::lang::Message;
use crate::pdf::form;
use crate::pdf::reader::{self, File, FindingKind, ReadError};
use crate::role::Role;
use time_stamp::{TimeStampError, TimeStampToken};

pub use crate::pdf::form::Region;
pub use check_id::CheckId;
pub use circular::CircularItem;
pub use permissions::Certification;
pub use report::{
    CertificateReport, Check, DigestReport, Facts, FindingReport, Level, Outcome, ReceiptReport, Report,
    SignatureKind, SignatureReport, TimeReport, TimeSource, TimeStampReport,
};
pub use revisions::{ObjectChange, ObjectReport, RevisionReport, SignedBy, revisions};
pub use revocation::{NotRevocationData, Revocations};
pub use text::{notices, render};
pub use trust::{TrustError, TrustStore, certificates_in, log_key};
pub use verdict::Verdict;

/// What a file is judged by: trust, time, roles, revocation data, a witness.
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
    algorithm: cms::SignatureAlgorithm,
    message: &[u8],
    value: &[u8],
) -> bool {
    let digest = algorithm.digest().identifier().oid;
    algorithm.signature_identifier().is_ok_and(|identifier| {
        let known = algorithm::AcceptedAlgorithm::of(&identifier, digest);
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
/// signature holds. Whether the authority that made it is trusted is not checked.
///
/// # Errors
/// Why the token does not answer that request, in words.
pub fn check_token(token: &[u8], digest: &[u8], nonce: &[u8]) -> Result<(), Message> {
    let checked = TimeStampToken::read(token).and_then(|token| token.answers(digest, nonce));
    checked.map_err(TimeStampError::words)
}

/// Judges the PDF `bytes`.
pub fn verify(bytes: &[u8], options: &Options<'_>) -> Report {
    match reader::read(bytes).and_then(|file| judge::judge(&file, options)) {
        Ok(report) => report,
        Err(cause) => judge::unreadable(bytes, &cause),
    }
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
        let read = contents.and_then(signed_data::raw);
        if let (Some(field), Some(message)) = (candidate.field, read) {
            messages.push((field.name, message));
        }
    }
    Ok(messages)
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
