//! What the office's own register says of a file that is verified in its folder.

use std::path::Path;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::console::Console;
use super::inputs::{block_on, register};
use crate::cli::failure::Failure;
use crate::hex::lower as hex;
use crate::lang::Message;
use crate::log::Event;
use crate::message;
use crate::office::{Office, OfficeError};
use crate::pdf::reader;
use crate::presentation::{recalled, replaced};
use crate::register::{Record, RecordState};
use crate::verify::{Cause, CauseReport, Named, Report, Verdict};

/// What has become of a document.
#[derive(Debug, Serialize)]
pub struct RegisterStanding {
    code: String,
    state: RecordState,
    /// When it was recalled or replaced, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Number and notation of the document that took its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    replacement: Option<String>,
}

impl RegisterStanding {
    fn of(record: &Record) -> RegisterStanding {
        let end = record
            .events
            .iter()
            .rev()
            .find(|act| matches!(act.event, Event::Recall | Event::Replace | Event::Cancel));
        let some = |text: &String| (!text.is_empty()).then(|| text.clone());
        RegisterStanding {
            code: record.entry.document.code.clone(),
            state: record.state,
            at: end.map(|act| act.at.clone()),
            reason: end.and_then(|act| some(&act.particulars.reason)),
            replacement: end.and_then(|act| some(&act.particulars.replacement)),
        }
    }

    /// Whether it is no longer to be used.
    pub fn is_withdrawn(&self) -> bool {
        self.state != RecordState::InForce
    }

    /// What it makes of a document whose signatures hold; `None` where the office stands by it.
    pub fn cause(&self) -> Option<CauseReport> {
        let at = self.at.as_deref().unwrap_or_default();
        let reason = self.reason.as_deref().unwrap_or_default();
        let (cause, what) = match self.state {
            RecordState::InForce => return None,
            RecordState::Recalled => (Cause::Recalled, recalled(at, reason)),
            RecordState::Replaced => {
                (Cause::Replaced, replaced(at, self.replacement.as_deref().unwrap_or_default()))
            }
            RecordState::Cancelled => (Cause::NumberCancelled, message!("{reason}", "{reason}")),
        };
        Some(CauseReport::new(cause, &Named { what, ..Named::nothing() }))
    }

    /// What the register has, for whoever reads a verdict.
    pub fn words(&self) -> Message {
        let code = &self.code;
        message!(
            "Sổ đăng ký của cơ quan có văn bản số {code}.",
            "The office's register has this document, {code}."
        )
    }
}

/// The office that this folder belongs to, where it has a register.
pub fn own_office() -> Result<Option<Office>, Failure> {
    let here = std::env::current_dir().map_err(|cause| Failure::disk(Path::new("."), &cause))?;
    match Office::find(&here) {
        Ok(office) => Ok(Some(office)),
        Err(OfficeError::NotAnOffice(_)) => Ok(None),
        Err(cause) => Err(cause.into()),
    }
}

/// What the register of `office` says of the file `bytes` that `report` is on; of a file that is not valid nothing. A
/// register that can't be asked keeps nobody from reading a verdict: that is said, and no more.
pub fn standing(
    office: &Office,
    bytes: &[u8],
    report: &Report,
    console: &Console,
) -> Option<RegisterStanding> {
    let laid_out = match report.verdict {
        Verdict::Invalid | Verdict::Unreadable => return None,
        // Without a signature nothing tells that what follows the first revision belongs to it.
        Verdict::Unsigned => bytes,
        _ => bytes.get(..reader::read(bytes).ok()?.first_revision_end())?,
    };
    let (whole, report) = (hex(&Sha256::digest(bytes)), hex(&Sha256::digest(laid_out)));
    let asked = block_on(async {
        let register = register(office).await?;
        let record = register.record_of(&whole, &report).await?;
        register.close().await?;
        Ok::<_, Failure>(record)
    });
    match asked.and_then(|asked| asked) {
        Ok(record) => record.as_ref().map(RegisterStanding::of),
        Err(failure) => {
            let why = failure.message.unwrap_or_else(|| message!("", ""));
            let Message { vi, en } = why;
            console.step(&message!(
                "Chưa tra cứu được sổ đăng ký: {vi}",
                "The register could not be consulted: {en}"
            ));
            None
        }
    }
}
