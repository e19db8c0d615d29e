//! A number from the moment that it is held for a draft to the moment that its document is registered: what
//! issuing on the command line and over HTTP share.

use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use super::foreseen::{Foreseen, SeparateAppendix, date_of, series_of};
use super::registration::registration;
use crate::document;
use crate::document::model::Document;
use crate::hex::lower as hex;
use crate::issue::compose::ComposeError;
use crate::office::{Office, OnFailure};
use crate::register::{
    Asked, DocumentRevision, Entry, IdempotentRequest, Logged, PendingNumber, Register, RegisterError,
};

/// What to do with a draft that is registered already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// Refuse, so that a repeated call takes no second number.
    Refuse,
    /// Give it another number all the same.
    Allow,
}

/// A number that is held for a draft; dropped, it is given back.
pub struct Held<'a> {
    office: &'a Office,
    pending: PendingNumber<'a>,
    draft: Document,
    draft_sha256: String,
    time: OffsetDateTime,
}

/// The outcome of [`Held::begin`].
pub enum Begun<'a> {
    /// A number is held for the draft.
    Held(Box<Held<'a>>),
    /// The same request got this number already.
    Answered(Box<Entry>),
    /// The same draft is registered already.
    Registered(Box<Entry>),
}

impl<'a> Held<'a> {
    /// Locks the register of `office` and holds the number that `draft` gets where it is issued at `time`. Where a
    /// `request` asks for it, it is remembered with that number, so that it gets no second one.
    ///
    /// # Errors
    /// The request's key belongs to another one ([`RegisterError::OtherRequest`]), or the register refuses: see
    /// [`Register::begin`] and [`PendingNumber::expect`].
    pub async fn begin(
        office: &'a Office,
        register: &'a Register,
        draft: Document,
        time: OffsetDateTime,
        repeat: Repeat,
        request: Option<IdempotentRequest>,
    ) -> Result<Begun<'a>, RegisterError> {
        let draft_sha256 = hex(&Sha256::digest(document::to_json(&draft)));
        let mut pending = register.begin(series_of(office, &draft, time)).await?;
        if let Some(request) = request {
            match pending.asked(&request).await? {
                Asked::New => {}
                Asked::Answered(key) => {
                    let entry = pending.entry(&key).await?.ok_or(RegisterError::Damaged("request"))?;
                    return Ok(Begun::Answered(Box::new(entry)));
                }
                Asked::Other => return Err(RegisterError::OtherRequest(request.key().clone())),
            }
        }
        if repeat == Repeat::Refuse
            && let Some(twin) = pending.twin(&draft_sha256).await?
        {
            return Ok(Begun::Registered(Box::new(twin)));
        }
        if let Some(asked) = draft.header.number {
            pending.expect(asked).await?;
        }
        Ok(Begun::Held(Box::new(Held { office, pending, draft, draft_sha256, time })))
    }

    /// The number that is held.
    pub fn number(&self) -> u32 {
        self.pending.number()
    }

    /// Whether nothing that is registered names a later time than this draft would.
    ///
    /// # Errors
    /// The register refuses; the number is given back.
    pub async fn is_latest(&mut self) -> Result<bool, RegisterError> {
        self.pending.is_latest(self.time).await
    }

    /// What time it is for the register, where a clock says `now`: see [`PendingNumber::time`].
    ///
    /// # Errors
    /// The clock was set back ([`RegisterError::ClockBack`]), or the register refuses; the number is given back.
    pub async fn time(&mut self, now: OffsetDateTime) -> Result<OffsetDateTime, RegisterError> {
        self.pending.time(now).await
    }

    /// The same number for the same draft, to be issued at `time` instead.
    #[must_use]
    pub fn at(self, time: OffsetDateTime) -> Held<'a> {
        Held { time, ..self }
    }

    /// Logs that the document has the number, under which it is laid out.
    ///
    /// # Errors
    /// The register refuses; the number is given back.
    pub async fn log(self, laid_out: Foreseen) -> Result<Ready<'a>, RegisterError> {
        let Held { office, pending, draft_sha256, time, .. } = self;
        let registration = registration(office, &laid_out.document, &draft_sha256, laid_out.report.pages());
        let logged = pending.log(registration, time).await?;
        Ok(Ready { office, logged, laid_out })
    }

    /// Nothing came of it, for a `reason`: the number is given back or cancelled, as the office chose.
    ///
    /// # Errors
    /// The register refuses; the number is given back.
    pub async fn fail(self, reason: &str) -> Result<(), RegisterError> {
        if cancels(self.office) {
            let document = self.draft.clone().issued(self.number(), date_of(&self.draft, self.time));
            let registration = registration(self.office, &document, &self.draft_sha256, 0);
            self.pending.cancel(registration, reason, self.time).await?;
        }
        Ok(())
    }
}

/// A document that is laid out and logged under its number, which is final when it is recorded; dropped, it is
/// given back.
pub struct Ready<'a> {
    office: &'a Office,
    logged: Logged<'a>,
    pub(super) laid_out: Foreseen,
}

impl Ready<'_> {
    /// The document with its number and date.
    pub fn document(&self) -> &Document {
        &self.laid_out.document
    }

    /// The register's receipt (C2SP tlog-proof) that its PDF carries.
    pub fn receipt(&self) -> &str {
        self.logged.receipt()
    }

    /// The PDF, and with their places (from 0) the appendices that are files of their own.
    ///
    /// # Errors
    /// Only where the program is at fault.
    pub fn files(&self) -> Result<(Vec<u8>, Vec<SeparateAppendix>), ComposeError> {
        self.laid_out.files(self.receipt())
    }

    /// Gives the number back, and what was laid out under it.
    ///
    /// # Errors
    /// The register refuses.
    pub async fn give_back(self) -> Result<Foreseen, RegisterError> {
        self.logged.give_back().await?;
        Ok(self.laid_out)
    }

    /// Makes the number final, when the files of `report`, the PDF, and of `later`, what was made of it, are complete.
    ///
    /// # Errors
    /// The register refuses; the number is given back.
    pub async fn record(
        self,
        report: DocumentRevision,
        later: Vec<DocumentRevision>,
    ) -> Result<(Entry, Document), RegisterError> {
        let entry = self.logged.record(report, later).await?;
        Ok((entry, self.laid_out.document))
    }

    /// Nothing came of it, for a `reason`: the number is given back or cancelled, as the office chose.
    ///
    /// # Errors
    /// The register refuses; the number is given back.
    pub async fn fail(self, reason: &str) -> Result<(), RegisterError> {
        if cancels(self.office) {
            self.logged.cancel(reason).await?;
        }
        Ok(())
    }
}

/// Whether the numbers of what could not be finished stay taken.
fn cancels(office: &Office) -> bool {
    office.config().numbering.on_failure == OnFailure::Cancel
}
