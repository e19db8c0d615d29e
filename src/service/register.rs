//! The register of the issuing office, as far as the recipient's page asks it.
//!
//! What joins a register here is one `impl` of [`RegisterLookup`]; without one the page says that no
//! register was asked.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio::time::timeout;

use crate::presentation::RegisterAnswer;
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
        write!(formatter, "{:02}/{}", self.number, self.notation)
    }
}

/// What the register has under a code; only what everybody may know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The date of issue, ISO 8601.
    pub date: String,
    /// The SHA-256 digests of the document's revisions, lower-case hexadecimal.
    pub digests: Vec<String>,
    /// What became of it.
    pub standing: Standing,
}

/// What became of a registered document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It is issued.
    Issued,
    /// It was recalled (thu hồi).
    Recalled {
        /// The date, ISO 8601.
        date: String,
        /// Why.
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

/// What a register answers, when it does.
pub type Answer<'a> = Pin<Box<dyn Future<Output = Result<Option<Entry>, Unreachable>> + Send + 'a>>;

/// Somebody who knows what was registered.
pub trait RegisterLookup: Send + Sync {
    /// What stands under `code`; `None` where nothing does.
    fn find<'a>(&'a self, code: &'a Code) -> Answer<'a>;
}

/// How long a register may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Asks `register` about `code`, and not for ever.
pub(super) async fn find(register: &dyn RegisterLookup, code: &Code) -> Result<Option<Entry>, Unreachable> {
    timeout(PATIENCE, register.find(code)).await.unwrap_or(Err(Unreachable))
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
    let entry = match find(register, &code).await {
        Err(Unreachable) => return RegisterAnswer::Unreachable,
        Ok(None) => return RegisterAnswer::Missing,
        Ok(Some(entry)) => entry,
    };
    let stamped = report.digest.as_ref().filter(|digest| digest.matches).map(|digest| digest.value.clone());
    let whole = || crate::hex::lower(&Sha256::digest(bytes));
    let known = |digest: &String| entry.digests.contains(digest);
    if !(stamped.as_ref().is_some_and(known) || known(&whole())) {
        return RegisterAnswer::OtherContent;
    }
    match entry.standing {
        Standing::Issued => RegisterAnswer::Issued { date: entry.date },
        Standing::Recalled { date, reason } => RegisterAnswer::Recalled { date, reason },
        Standing::Replaced { date, by } => RegisterAnswer::Replaced { date, by },
    }
}
