//! A document laid out under a number that is not certain yet.

use time::{Date, OffsetDateTime};

use crate::clock;
use crate::document::model::Document;
use crate::issue::compose::{self, ComposeError, LaidOut};
use crate::layout::{DraftMark, Engine};
use crate::office::Office;
use crate::qr::Address;
use crate::register::Series;

/// An appendix that is a file of its own: its place among all appendices (from 0), and its bytes.
pub type SeparateAppendix = (usize, Vec<u8>);

/// A laid-out document and its appendices with their places (from 0), as they go from one process to another.
pub(crate) type ForeseenParts = (compose::LaidOutParts, Vec<(usize, Vec<u8>)>);

/// A document laid out under the number that it will probably get: many can be laid out at once, while
/// numbers are taken one after another.
pub struct Foreseen {
    pub(super) document: Document,
    pub(super) report: LaidOut,
    pub(super) appendices: Vec<(usize, Vec<u8>)>,
}

impl Foreseen {
    /// Lays `draft` out as if `office` issued it at `time` under `number`.
    ///
    /// # Errors
    /// The office's code can't lead to it; otherwise only where the program is at fault.
    pub fn lay_out(
        engine: &Engine,
        office: &Office,
        draft: &Document,
        number: u32,
        time: OffsetDateTime,
    ) -> Result<Foreseen, ComposeError> {
        Foreseen::with_page(engine, office.page(), draft, number, time)
    }

    /// As [`Foreseen::lay_out`], with a code that leads to `page` where there is one.
    pub(crate) fn with_page(
        engine: &Engine,
        page: Option<&Address>,
        draft: &Document,
        number: u32,
        time: OffsetDateTime,
    ) -> Result<Foreseen, ComposeError> {
        let document = draft.clone().issued(number, date_of(draft, time));
        let report = LaidOut::new(engine, &document, time, DraftMark::Issued, page)?;
        let appendices = document.separate().map(|(index, _)| {
            Ok((index, compose::compose_appendix(engine, &document, index, time, DraftMark::Issued)?))
        });
        let appendices = appendices.collect::<Result<_, ComposeError>>()?;
        Ok(Foreseen { document, report, appendices })
    }

    /// Takes it apart for another process; `None` where its number would be filled in later.
    pub(crate) fn into_parts(self) -> Option<ForeseenParts> {
        Some((self.report.into_parts()?, self.appendices))
    }

    /// Puts together what another process laid out of `draft` with [`Foreseen::lay_out`].
    pub(crate) fn from_parts(
        draft: &Document,
        number: u32,
        time: OffsetDateTime,
        (report, appendices): ForeseenParts,
    ) -> Foreseen {
        let document = draft.clone().issued(number, date_of(draft, time));
        let report = LaidOut::from_parts(&document, report);
        Foreseen { document, report, appendices }
    }

    /// The PDF with the register's `receipt`, and with their places (from 0) the appendices that are files of their own.
    ///
    /// # Errors
    /// Only where the program is at fault.
    pub fn files(&self, receipt: &str) -> Result<(Vec<u8>, Vec<SeparateAppendix>), ComposeError> {
        Ok((self.report.complete(Some(receipt))?, self.appendices.clone()))
    }

    /// The number that it is laid out under.
    pub fn number(&self) -> Option<u32> {
        self.document.header.number
    }
}

/// The run of numbers that `draft` counts in when it is issued at `time`.
pub fn series_of(office: &Office, draft: &Document, time: OffsetDateTime) -> Series {
    let year = date_of(draft, time).year();
    let name = office.series_of(draft);
    Series { name: name.to_owned(), year, first: office.first_of(name, year) }
}

/// The date that the document names, or that of `time` in Vietnam.
pub(crate) fn date_of(draft: &Document, time: OffsetDateTime) -> Date {
    draft.header.date.unwrap_or_else(|| time.to_offset(clock::ZONE).date())
}
