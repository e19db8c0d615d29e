//! The registers of issuing offices, as far as the recipient's page asks them: only what everybody may know.
//!
//! What joins registers here is one `impl` of [`RegisterLookup`]; without one the page says that none was asked.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio::time::timeout;

use crate::log::Event;
use crate::office::Office;
use crate::office_name::is_same_name;
use crate::presentation::RegisterAnswer;
use crate::register::{Published, RecordState, Register};
use crate::verify::Report;

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
    /// The name of the office.
    pub office: String,
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
}

/// The register can't be asked now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the register can't be asked now")]
pub struct Unreachable;

/// What registers answer, when they do: an entry for each office that gave the number.
pub type LookupAnswer<'a> = Pin<Box<dyn Future<Output = Result<Vec<PublicEntry>, Unreachable>> + Send + 'a>>;

/// Somebody who knows what was registered: by one office, or by several.
pub trait RegisterLookup: Send + Sync {
    /// Whether the register of the office that calls itself `name` is here.
    fn has_office(&self, name: &str) -> bool;

    /// What stands under `code`: nothing where nobody gave that number. Where the office is known by its `name`, no
    /// other one's register need be asked.
    fn find<'a>(&'a self, code: &'a Code, name: Option<&'a str>) -> LookupAnswer<'a>;
}

/// What everybody may know of the documents that `offices` have under `code`, whose registers are in the database of
/// `register`.
///
/// # Errors
/// The register can't be asked.
pub async fn look_up<'a>(
    offices: impl IntoIterator<Item = &'a Office>,
    register: &Register,
    code: &Code,
) -> Result<Vec<PublicEntry>, Unreachable> {
    let offices: BTreeMap<String, &Office> =
        offices.into_iter().map(|office| (office.id(), office)).collect();
    let only = offices.keys().next().filter(|_| offices.len() == 1);
    let found = register.published(&code.to_string(), code.year, only.map(String::as_str)).await;
    let found = found.map_err(|_| Unreachable)?;
    let known = found.iter().filter_map(|line| Some((*offices.get(&line.office)?, line)));
    Ok(known.filter_map(|(office, line)| public(office, line)).collect())
}

/// What everybody may know of `line`; nothing of a number whose document never was.
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
        RecordState::Cancelled => return None,
    };
    let files = record.events.iter().map(|act| act.file_sha256.clone());
    let digests = files.chain([record.entry.report_sha256.clone()]).filter(|digest| !digest.is_empty());
    let (office, date) = (office.config().agency.name.join(" "), record.entry.document.date.clone());
    Some(PublicEntry { office, date, content: content.clone(), digests: digests.collect(), standing })
}

/// How long a register may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Asks `register` about `code`; one that takes longer than five seconds counts as unreachable.
pub(super) async fn find(
    register: &dyn RegisterLookup,
    code: &Code,
    name: Option<&str>,
) -> Result<Vec<PublicEntry>, Unreachable> {
    timeout(PATIENCE, register.find(code, name)).await.unwrap_or(Err(Unreachable))
}

/// What names the document of `report`, by what it says of itself.
fn code(report: &Report) -> Option<Code> {
    let facts = report.facts.as_ref()?;
    Some(Code {
        year: facts.issued_date.as_ref()?.split('-').next()?.parse().ok()?,
        number: facts.code_number.as_ref()?.parse().ok()?,
        notation: facts.code_notation.clone()?,
    })
}

/// Asks `register` about the document that `report` is on: the file with these `bytes`.
pub(super) async fn ask(
    register: Option<&dyn RegisterLookup>,
    report: &Report,
    bytes: &[u8],
) -> RegisterAnswer {
    let (Some(register), Some(code)) = (register, code(report)) else {
        return RegisterAnswer::NotAsked;
    };
    let named = report.facts.as_ref().and_then(|facts| facts.organ_name.as_deref());
    if named.is_some_and(|name| !register.has_office(name)) {
        return RegisterAnswer::NotAsked;
    }
    let entries = match find(register, &code, named).await {
        Err(Unreachable) => return RegisterAnswer::Unreachable,
        Ok(entries) => entries,
    };
    let own = |entry: &PublicEntry| named.is_none_or(|name| is_same_name(name, &entry.office));
    let entries: Vec<PublicEntry> = entries.into_iter().filter(own).collect();
    if entries.is_empty() {
        return RegisterAnswer::Missing;
    }
    let stamped = report.digest.as_ref().filter(|digest| digest.matches).map(|digest| digest.value.clone());
    let whole = crate::hex::lower(&Sha256::digest(bytes));
    let is_known = |entry: &PublicEntry| {
        entry.digests.iter().any(|known| *known == whole || stamped.as_ref() == Some(known))
    };
    let Some(entry) = entries.into_iter().find(is_known) else { return RegisterAnswer::OtherContent };
    match entry.standing {
        PublicStanding::Issued => RegisterAnswer::Issued { date: entry.date },
        PublicStanding::Recalled { date, reason } => RegisterAnswer::Recalled { date, reason },
        PublicStanding::Replaced { date, by } => RegisterAnswer::Replaced { date, by },
    }
}
