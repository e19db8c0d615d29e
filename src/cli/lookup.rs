//! The office's register, as the recipient's page asks it: only what everybody may know.

use tokio::sync::OnceCell;

use super::inputs::register;
use crate::log::Event;
use crate::office::Office;
use crate::register::{Record, Register, State};
use crate::service::{Answer, Code, Entry, RegisterLookup, Standing, Unreachable};

/// The register of an office, opened when it is first asked.
pub struct OwnRegister {
    office: Office,
    register: OnceCell<Register>,
}

impl OwnRegister {
    /// Of `office`.
    pub fn of(office: Office) -> OwnRegister {
        OwnRegister { office, register: OnceCell::new() }
    }

    async fn record(&self, code: &Code) -> Result<Option<Record>, Unreachable> {
        let opened = self.register.get_or_try_init(|| register(&self.office)).await;
        let register = opened.map_err(|_| Unreachable)?;
        let known = register.find_code(&code.to_string()).await.map_err(|_| Unreachable)?;
        match known.into_iter().find(|entry| entry.key.year == code.year) {
            Some(entry) => register.record_at(&entry.key).await.map_err(|_| Unreachable),
            None => Ok(None),
        }
    }
}

impl RegisterLookup for OwnRegister {
    fn find<'a>(&'a self, code: &'a Code) -> Answer<'a> {
        Box::pin(async move { Ok(self.record(code).await?.as_ref().and_then(public)) })
    }
}

/// What everybody may know of `record`; nothing of a number whose document never was.
fn public(record: &Record) -> Option<Entry> {
    let end = |event: Event| record.happened.iter().rev().find(|act| act.event == event);
    let date = |at: &str| at.split('T').next().unwrap_or_default().to_owned();
    let standing = match record.state {
        State::InForce => Standing::Issued,
        State::Recalled => {
            let act = end(Event::Recall)?;
            Standing::Recalled { date: date(&act.at), reason: act.particulars.reason.clone() }
        }
        State::Replaced => {
            let act = end(Event::Replace)?;
            Standing::Replaced { date: date(&act.at), by: act.particulars.replacement.clone() }
        }
        State::Cancelled => return None,
    };
    let files = record.happened.iter().map(|act| act.file_sha256.clone());
    let digests = files.chain([record.entry.report_sha256.clone()]).filter(|digest| !digest.is_empty());
    Some(Entry { date: record.entry.document.date.clone(), digests: digests.collect(), standing })
}
