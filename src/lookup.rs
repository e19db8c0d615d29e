//! The registers of issuing offices, as far as anybody may ask them about a file: only what everybody may know.
//!
//! The command line, the page and the API all ask here, so that all of them get the same answer. What joins registers is
//! one `impl` of [`RegisterLookup`].

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio::time::timeout;

use crate::explain::{Explain, Refusal};
use crate::log::Event;
use crate::office::Office;
use crate::pdf::reader;
use crate::register::{Published, RecordState, Register};
use crate::verify::{Facts, OfficeIdentity, RegisterAnswer, RegisterState, Report, Verdict};

/// What names a document: its number and notation (số, ký hiệu) in a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// The year of issue.
    pub year: i32,
    /// The number, without zeros before it.
    pub number: u32,
    /// The notation, such as `BC-UBND`.
    pub notation: String,
}

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&crate::number::code(self.number, &self.notation))
    }
}

/// What the register has under a code; only what everybody may know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicEntry {
    /// The office whose register it is in.
    pub office: OfficeIdentity,
    /// The date of issue, ISO 8601.
    pub date: String,
    /// The SHA-256 digest of the document's content, its canonical JSON, lower-case hexadecimal; none for paper.
    pub content: Option<String>,
    /// The SHA-256 digests of the document's files, lower-case hexadecimal.
    pub digests: Vec<String>,
    /// What became of it.
    pub standing: PublicStanding,
}

/// What became of a registered document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicStanding {
    /// It is issued, and in force.
    Issued,
    /// It was recalled (thu hồi).
    Recalled {
        /// The date, ISO 8601.
        date: String,
        /// Why, in the office's words.
        reason: String,
    },
    /// Another document took its place.
    Replaced {
        /// The date, ISO 8601.
        date: String,
        /// Number and notation of the other.
        by: String,
    },
    /// The number was cancelled (hủy số).
    Cancelled {
        /// The date, ISO 8601.
        date: String,
        /// Why, in the office's words.
        reason: String,
    },
}

/// Why a register gives no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// It can't be asked now.
    #[error("the register can't be asked now")]
    Unreachable,
    /// It is not what its key signed, or does not continue what the office remembers: whatever it has may be somebody
    /// else's word.
    #[error("the register does not continue what was signed")]
    Discontinued,
}

/// What registers answer, when they do: an entry for each office that gave the number.
pub type LookupAnswer<'a> = Pin<Box<dyn Future<Output = Result<Vec<PublicEntry>, NoAnswer>> + Send + 'a>>;

/// Somebody who knows what was registered: by one office, or by several.
pub trait RegisterLookup: Send + Sync {
    /// Whether the register of `office` is here.
    fn has_office(&self, office: &OfficeIdentity) -> bool;

    /// What stands under `code`: nothing where nobody gave that number. Where the `office` is known, no other one's
    /// register need be asked.
    fn find<'a>(&'a self, code: &'a Code, office: Option<&'a OfficeIdentity>) -> LookupAnswer<'a>;
}

/// What everybody may know of the documents that `offices` have under `code`, whose registers are in the database of
/// `register`.
///
/// # Errors
/// The register can't be asked, or that of an office which answers is not what its key signed.
pub async fn look_up<'a>(
    offices: impl IntoIterator<Item = &'a Office>,
    register: &Register,
    code: &Code,
) -> Result<Vec<PublicEntry>, NoAnswer> {
    let offices: BTreeMap<String, &Office> =
        offices.into_iter().map(|office| (office.id(), office)).collect();
    let only = offices.keys().next().filter(|_| offices.len() == 1);
    let found = register.published(&code.to_string(), code.year, only.map(String::as_str)).await;
    let found = found.map_err(|_| NoAnswer::Unreachable)?;
    // Of one office alone, silence is an answer as well.
    let answering = |id: &String| offices.len() == 1 || found.iter().any(|line| line.office == *id);
    for (_, office) in offices.iter().filter(|(id, _)| answering(id)) {
        check(office, register).await?;
    }
    let known = found.iter().filter_map(|line| Some((*offices.get(&line.office)?, line)));
    Ok(known.filter_map(|(office, line)| public(office, line)).collect())
}

/// Makes sure that the register of `office`, over the connections of `register`, is what it was left as.
async fn check(office: &Office, register: &Register) -> Result<(), NoAnswer> {
    let own = register.beside(&office.register()).ok_or(NoAnswer::Unreachable)?;
    let own = office.reading(own).map_err(|_| NoAnswer::Unreachable)?;
    own.check().await.map_err(|cause| match cause.kind() {
        Refusal::Environment => NoAnswer::Unreachable,
        _ => NoAnswer::Discontinued,
    })
}

/// What everybody may know of `line`.
fn public(office: &Office, line: &Published) -> Option<PublicEntry> {
    let Published { content_sha256: content, record, .. } = line;
    let end = |event: Event| record.events.iter().rev().find(|act| act.event == event);
    let date = |at: &str| at.split('T').next().unwrap_or_default().to_owned();
    let standing = match record.state {
        RecordState::InForce => PublicStanding::Issued,
        RecordState::Recalled => {
            let act = end(Event::Recall)?;
            PublicStanding::Recalled { date: date(&act.at), reason: act.particulars.reason.clone() }
        }
        RecordState::Replaced => {
            let act = end(Event::Replace)?;
            PublicStanding::Replaced { date: date(&act.at), by: act.particulars.replacement.clone() }
        }
        RecordState::Cancelled => {
            let act = end(Event::Cancel)?;
            PublicStanding::Cancelled { date: date(&act.at), reason: act.particulars.reason.clone() }
        }
    };
    let files = record.events.iter().map(|act| act.file_sha256.clone());
    let digests = files.chain([record.entry.report_sha256.clone()]).filter(|digest| !digest.is_empty());
    let (office, date) = (office.identity(), record.entry.document.date.clone());
    Some(PublicEntry { office, date, content: content.clone(), digests: digests.collect(), standing })
}

/// How long a register may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Asks `register` about `code`; one that takes longer than five seconds counts as unreachable.
///
/// # Errors
/// It can't be asked, or is not to be believed.
pub async fn find(
    register: &dyn RegisterLookup,
    code: &Code,
    office: Option<&OfficeIdentity>,
) -> Result<Vec<PublicEntry>, NoAnswer> {
    timeout(PATIENCE, register.find(code, office)).await.unwrap_or(Err(NoAnswer::Unreachable))
}

/// What names the document, by what it says of itself.
fn code(facts: &Facts) -> Option<Code> {
    Some(Code {
        year: facts.issued_date.as_ref()?.split('-').next()?.parse().ok()?,
        number: facts.code_number.as_ref()?.parse().ok()?,
        notation: facts.code_notation.clone()?,
    })
}

/// Asks `register` about the document that `report` is on, the file with these `bytes`; `None` where it says no number
/// or names another office, and where it is not worth a question.
///
/// The digest of a file tells whose it is, whatever names it has in it; that a document is *not* registered only its own
/// office's register can tell.
pub async fn ask(register: &dyn RegisterLookup, report: &Report, bytes: &[u8]) -> Option<RegisterAnswer> {
    let facts = match report.verdict {
        Verdict::Invalid | Verdict::Unreadable => return None,
        _ => report.facts.as_ref().or(report.claims.as_ref())?,
    };
    let code = code(facts)?;
    let office = facts.office();
    let named = office.as_ref().filter(|office| register.has_office(office));
    // Nobody signed that it is the document which it names.
    let is_own = named.filter(|_| report.verdict != Verdict::Unsigned);
    let name = named.map(|office| office.name.clone()).unwrap_or_default();
    let answer = |state| RegisterAnswer {
        office: name.clone(),
        code: code.to_string(),
        state,
        issued: None,
        at: None,
        reason: None,
        replacement: None,
    };
    let entries = match find(register, &code, named).await {
        Ok(entries) => entries,
        Err(NoAnswer::Unreachable) => return named.map(|_| answer(RegisterState::Unreachable)),
        Err(NoAnswer::Discontinued) => return named.map(|_| answer(RegisterState::Discontinued)),
    };
    let digests = digests(report, bytes);
    if let Some(entry) = entries.iter().find(|entry| entry.digests.iter().any(|own| digests.contains(own))) {
        return Some(found(entry, answer(RegisterState::InForce)));
    }
    let own = is_own?;
    let own: Vec<&PublicEntry> = entries.iter().filter(|entry| own.is_same(&entry.office)).collect();
    let cancelled = |entry: &&&PublicEntry| matches!(entry.standing, PublicStanding::Cancelled { .. });
    Some(match own.iter().find(|entry| entry.digests.is_empty() && entry.content.is_none()) {
        None if own.is_empty() => answer(RegisterState::Missing),
        None => match own.iter().find(cancelled) {
            Some(entry) => found(entry, answer(RegisterState::Cancelled)),
            None => answer(RegisterState::OtherContent),
        },
        Some(entry) => found(entry, answer(RegisterState::NotCompared)),
    })
}

/// The SHA-256 digests by which a register may know a file, hexadecimal: of all of it and of its first revision.
fn digests(report: &Report, bytes: &[u8]) -> Vec<String> {
    let whole = crate::hex::lower(&Sha256::digest(bytes));
    // Without a signature nothing tells that what follows the first revision belongs to it.
    let end = match report.verdict {
        Verdict::Unsigned => None,
        _ => reader::read(bytes).ok().and_then(|file| bytes.get(..file.first_revision_end())),
    };
    std::iter::once(whole).chain(end.map(|first| crate::hex::lower(&Sha256::digest(first)))).collect()
}

/// What `entry` says, as an `answer` that has a state for a document in force.
fn found(entry: &PublicEntry, answer: RegisterAnswer) -> RegisterAnswer {
    let some = |text: &String| (!text.is_empty()).then(|| text.clone());
    let answer =
        RegisterAnswer { office: entry.office.name.clone(), issued: Some(entry.date.clone()), ..answer };
    match &entry.standing {
        PublicStanding::Issued => answer,
        PublicStanding::Recalled { date, reason } => {
            RegisterAnswer { state: RegisterState::Recalled, at: some(date), reason: some(reason), ..answer }
        }
        PublicStanding::Replaced { date, by } => {
            RegisterAnswer { state: RegisterState::Replaced, at: some(date), replacement: some(by), ..answer }
        }
        PublicStanding::Cancelled { date, reason } => {
            RegisterAnswer { state: RegisterState::Cancelled, at: some(date), reason: some(reason), ..answer }
        }
    }
}
