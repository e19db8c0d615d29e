//! The revisions of a file, one by one: what each save did, and who signed it.

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::changes::{History, what};
use super::judge::verify;
use super::options::Options;
use super::report::Report;
use super::verdict::Verdict;
use crate::lang::Message;
use crate::message;
use crate::pdf::reader::{self, File, ReadError};

/// The most objects that are named for one revision.
const MAX_NAMED: usize = 1000;

/// One save of a file.
#[derive(Debug, Clone, Serialize)]
pub struct RevisionReport {
    /// Its number, from 1.
    pub number: usize,
    /// Offset of its first byte in the file.
    pub start: usize,
    /// One past its last byte: so long is the file of that revision.
    pub end: usize,
    /// SHA-256, in hexadecimal, of the file of that revision.
    pub sha256: String,
    /// How many objects it lists, free ones too.
    pub listed: usize,
    /// What it did, as far as the rules explain it.
    pub changes: Vec<Message>,
    /// Objects that it added, changed or freed; of the first revision, none are named.
    pub objects: Vec<ObjectReport>,
    /// The signature or time-stamp that covers exactly this revision.
    pub signature: Option<SignedBy>,
}

/// What a revision did to an object.
#[derive(Debug, Clone, Serialize)]
pub struct ObjectReport {
    /// The number of the object (ISO 32000-2 7.3.10).
    pub number: u32,
    /// What the revision did to it.
    pub act: ObjectChange,
    /// What kind of object it is, in words.
    pub what: Message,
}

/// What was done to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectChange {
    /// The revision before did not have it.
    Added,
    /// It says something else.
    Changed,
    /// It was written again as it was.
    Repeated,
    /// It was freed (ISO 32000-2 7.5.4).
    Freed,
}

/// Who vouches for a revision.
#[derive(Debug, Clone, Serialize)]
pub struct SignedBy {
    /// The full name of the signature field.
    pub field: Option<String>,
    /// The signer by the certificate; `null` where nothing may be believed.
    pub signer: Option<String>,
    /// What is to be thought of it.
    pub verdict: Verdict,
    /// The same for people, with a sign: in the file as it is.
    #[serde(skip)]
    pub standing: (char, Message),
}

/// Lists the revisions of the PDF `bytes`; `options` judge its signatures.
///
/// # Errors
/// The file can't be read strictly.
pub fn revisions(bytes: &[u8], options: &Options<'_>) -> Result<Vec<RevisionReport>, ReadError> {
    let file = reader::read(bytes)?;
    let history = History::read(&file, 0)?;
    let judged = verify(bytes, options);
    let mut digest = Sha256::new();
    let mut list = Vec::new();
    for (index, revision) in file.revisions().iter().enumerate() {
        let (start, end) = (revision.span.start, revision.span.end);
        digest.update(bytes.get(start..end).unwrap_or_default());
        let transition = history.between(index.saturating_sub(1), index).next();
        let transition = transition.filter(|_| index > 0).map(|(_, transition)| transition);
        let mut changes: Vec<Message> = Vec::new();
        if let Some(transition) = transition {
            changes.extend(transition.changes.iter().map(super::changes::Change::words));
            changes.extend(transition.violation.clone());
        }
        list.push(RevisionReport {
            number: index + 1,
            start,
            end,
            sha256: crate::hex::lower(&digest.clone().finalize()),
            listed: file.row_count(index),
            changes,
            objects: if index == 0 { Vec::new() } else { objects(&file, index)? },
            signature: signed_by(&judged, index + 1),
        });
    }
    Ok(list)
}

/// What revision `revision` did to which objects.
fn objects(file: &File<'_>, revision: usize) -> Result<Vec<ObjectReport>, ReadError> {
    let before = revision - 1;
    let mut list = Vec::new();
    for number in file.freed(revision).filter(|number| *number != 0) {
        if let Some(old) = file.object(number, before)? {
            list.push(ObjectReport { number, act: ObjectChange::Freed, what: words(&old.value) });
        }
    }
    for number in file.defined(revision).take(MAX_NAMED) {
        let Some(new) = file.object(number, revision)? else {
            continue;
        };
        let act = match file.object(number, before)? {
            None => ObjectChange::Added,
            Some(old) if file.same(&old.value, &new.value) => ObjectChange::Repeated,
            Some(_) => ObjectChange::Changed,
        };
        list.push(ObjectReport { number, act, what: words(&new.value) });
    }
    list.sort_by_key(|object| object.number);
    Ok(list)
}

fn words(value: &reader::Value) -> Message {
    let (vi, en) = what(Some(value));
    message!("{vi}", "{en}")
}

fn signed_by(report: &Report, revision: usize) -> Option<SignedBy> {
    let signature = report.signatures.iter().find(|signature| signature.revision == Some(revision))?;
    Some(SignedBy {
        field: signature.field.clone(),
        signer: signature.signer.as_ref().map(|signer| signer.subject.common_name.clone()),
        verdict: signature.verdict,
        standing: signature.standing(report.verdict),
    })
}
