//! What a key was used for: the documents of an office's register that were signed with it, and which of them lose their
//! proof where it is revoked.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

use der::Decode;
use time::OffsetDateTime;

use super::Office;
use super::authorization::{self, AuthorizationError};
use crate::clock;
use crate::keys::{Certificate, Subject, issued};
use crate::register::{Record, RecordedEvent, RevisionKind};
use crate::verify::{Options, Report, SignatureReport, TimeSource, TrustStore, verify};

/// The longest file that is looked at, in bytes.
const MAX_FILE: u64 = 1 << 30;

/// A file that the register knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedFile {
    /// Number and notation of the document.
    pub code: String,
    /// Where it was written; the office's name for it where that is not known.
    pub file: String,
}

/// What a key was used for, as far as the register knows.
#[derive(Debug, Default)]
pub struct KeyUse {
    /// Files that it signed, with no trusted time from before the date asked about.
    pub unproven: Vec<UsedFile>,
    /// Files that can't be looked at, signed by somebody of the same name.
    pub unseen: Vec<UsedFile>,
    /// Certificates of the key that are in the files.
    pub certificates: Vec<Certificate>,
}

/// What the register's `records` have that was signed with the key of the certificates `known`, which name its owner;
/// `since` is when the key is no longer its owner's alone.
///
/// # Errors
/// Whom the office believes can't be told.
pub fn key_use(
    office: &Office,
    records: &[Record],
    known: &[Certificate],
    since: OffsetDateTime,
    now: OffsetDateTime,
) -> Result<KeyUse, AuthorizationError> {
    let mut found = KeyUse::default();
    let Some(key) = known.first().map(|one| one.tbs_certificate().subject_public_key_info()) else {
        return Ok(found);
    };
    let names: Vec<String> = known.iter().map(|one| Subject::of(one).common_name).collect();
    let trust = authorization::trust_of(Some(office), &[], &TrustStore::new())?;
    for record in records {
        for event in newest(&record.events) {
            let file = event.particulars.file.clone();
            let file = if file.is_empty() { event.file_sha256.clone() } else { file };
            let used = UsedFile { code: record.entry.document.code.clone(), file };
            let Some(report) = judged(office, event, &trust, now) else {
                if names.iter().any(|name| signers(&record.events, event).any(|signer| signer == name)) {
                    found.unseen.push(used);
                }
                continue;
            };
            let mut is_unproven = false;
            for signature in &report.signatures {
                let Some(certificate) = certificate(signature).filter(|one| issued::has_key(one, key)) else {
                    continue;
                };
                is_unproven |= !is_proven(signature, since);
                if !known.contains(&certificate) && !found.certificates.contains(&certificate) {
                    found.certificates.push(certificate);
                }
            }
            found.unproven.extend(is_unproven.then_some(used));
        }
    }
    Ok(found)
}

/// The newest file of a document, and of each of its appendices, where somebody signed it.
pub fn newest(events: &[RecordedEvent]) -> Vec<&RecordedEvent> {
    let mut newest: Vec<&RecordedEvent> = Vec::new();
    for event in events.iter().rev().filter(|event| event.particulars.revision.is_some()) {
        let appendix = event.particulars.appendix;
        if newest.iter().all(|known| known.particulars.appendix != appendix) {
            newest.push(event);
        }
    }
    newest.retain(|event| event.particulars.revision != Some(RevisionKind::Report));
    newest
}

/// Who signed the file of `event`, or an earlier one of the same, by the register's word.
fn signers<'a>(events: &'a [RecordedEvent], event: &RecordedEvent) -> impl Iterator<Item = &'a String> {
    let appendix = event.particulars.appendix;
    let same = events.iter().filter(move |one| one.particulars.appendix == appendix);
    same.map(|one| &one.particulars.signer).filter(|signer| !signer.is_empty())
}

/// What is to be said of the file of `event`, where it is found as the register knows it.
fn judged(office: &Office, event: &RecordedEvent, trust: &TrustStore, now: OffsetDateTime) -> Option<Report> {
    let named = PathBuf::from(&event.particulars.file);
    let first = event.file_sha256.get(..2)?;
    let stored = office.folder().join("files").join(office.id()).join(first);
    let stored = stored.join(format!("{}.pdf", event.file_sha256));
    let bytes =
        [named, stored].iter().find_map(|path| read(path).ok().filter(|bytes| is_known(bytes, event)))?;
    Some(verify(&bytes, &Options::new(trust, now)))
}

fn read(path: &PathBuf) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_FILE).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn is_known(bytes: &[u8], event: &RecordedEvent) -> bool {
    use sha2::{Digest, Sha256};
    crate::hex::lower(&Sha256::digest(bytes)) == event.file_sha256
}

fn certificate(signature: &SignatureReport) -> Option<Certificate> {
    Certificate::from_der(&signature.signer.as_ref()?.der).ok()
}

/// Whether a trusted time says that the signature was made before `since`.
fn is_proven(signature: &SignatureReport, since: OffsetDateTime) -> bool {
    let proven = signature.signing_time.as_ref().filter(|time| time.source == TimeSource::TimeStamp);
    proven.is_some_and(|time| clock::parse(&time.value).is_ok_and(|time| time < since))
}
