//! What the service asks of its workers, and what it does itself with their answers.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use time::{Date, OffsetDateTime};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::error::PressError;
use super::job::{PressAnswer, PressFormat, PressQuestion, Task, all};
use super::limits::PressLimits;
use super::pool::{Counts, Pool};
use super::wire::Frame;
use crate::diagnostic::Diagnostic;
use crate::document::model::{Content, Document};
use crate::document::{self, Files, Folder, MAX_SOURCE, ParseContext, StyleChoice};
use crate::fonts::{Faces, FontError};
use crate::issue::Foreseen;
use crate::qr::Address;
use crate::service::party::Party;

/// Lays documents out in other processes; clones share them.
#[derive(Debug, Clone)]
pub struct Press {
    inner: Arc<Inner>,
    time: Duration,
    party: Party,
}

#[derive(Debug)]
struct Inner {
    pool: Pool,
    faces: Faces,
    /// One document at a time is parsed in this process.
    reading: Arc<Semaphore>,
}

/// A document as it came, and what lies around it.
#[derive(Debug, Clone)]
pub struct Paper {
    /// Its JSON, UTF-8, as it was sent.
    pub source: Arc<[u8]>,
    /// The files that came along.
    pub files: Files,
    /// What the office chooses where the document says nothing.
    pub style: StyleChoice,
    /// The day on which it is read, where that matters.
    pub today: Option<Date>,
}

/// What there is to say of a document that may be laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remarks {
    /// The places still to be filled in: with any of them, the document can't be issued.
    pub fills: Vec<Diagnostic>,
    /// What a person should look at.
    pub warnings: Vec<Diagnostic>,
}

/// A document that can be issued.
#[derive(Debug, Clone)]
pub struct Accepted {
    /// The document, parsed from the canonical JSON in this process.
    pub document: Document,
    /// What a person should look at.
    pub warnings: Vec<Diagnostic>,
}

/// A document that was drawn.
#[derive(Debug, Clone)]
pub struct Rendered {
    /// The PDF, or the page.
    pub bytes: Vec<u8>,
    /// The appendices that are files of their own with their places (from 0); none beside a single page.
    pub appendices: Vec<(usize, Vec<u8>)>,
    /// How many pages the document has.
    pub pages: usize,
    /// What there is to say of it.
    pub remarks: Remarks,
}

impl Press {
    /// Workers are processes of `program`, which is this one; they start when they are needed. Documents are set
    /// in the font in `font_dir`, or else in the program's own. [`Press`] works inside of a runtime of tokio.
    ///
    /// # Errors
    /// The font can't be used.
    pub fn new(program: PathBuf, font_dir: Option<PathBuf>, limits: PressLimits) -> Result<Press, FontError> {
        let faces = match &font_dir {
            Some(folder) => Faces::from_dir(folder)?,
            None => Faces::embedded(),
        };
        let pool = Pool::new(program, font_dir, limits);
        let reading = Arc::new(Semaphore::new(1));
        Ok(Press {
            inner: Arc::new(Inner { pool, faces, reading }),
            time: limits.time(),
            party: Party::Office(String::new()),
        })
    }

    /// The same workers, for jobs that may take this long.
    pub fn within(&self, time: Duration) -> Press {
        Press { time, ..self.clone() }
    }

    /// The same workers, on the account of `party`.
    pub fn on_account_of(&self, party: &Party) -> Press {
        Press { party: party.clone(), ..self.clone() }
    }

    /// What happened since the start.
    pub fn counts(&self) -> Counts {
        self.inner.pool.counts()
    }

    /// Says what is wrong with a document, as [`document::parse_in`] does.
    ///
    /// # Errors
    /// It is refused, costs too much, or there is too much to do: see [`PressError`].
    pub async fn check(&self, paper: &Paper) -> Result<Remarks, PressError> {
        match self.ask(Task::Check, paper).await?.said {
            PressAnswer::Checked { fills, warnings } => {
                Ok(Remarks { fills: all(fills), warnings: all(warnings) })
            }
            other => Err(refusal(other)),
        }
    }

    /// Reads a document that is to be issued.
    ///
    /// # Errors
    /// It is refused, has something to fill in, costs too much, or there is too much to do: see [`PressError`].
    pub async fn accept(&self, paper: &Paper) -> Result<Accepted, PressError> {
        let Frame { said, parts } = self.ask(Task::Accept, paper).await?;
        let PressAnswer::Accepted { warnings } = said else { return Err(refusal(said)) };
        let json = parts.into_iter().next().unwrap_or_default();
        let reading = Arc::clone(&self.inner.reading).acquire_owned().await.map_err(|_| PressError::Busy)?;
        let (inner, files) = (Arc::clone(&self.inner), paper.files.clone());
        let parsed = spawn_blocking(move || {
            let context = ParseContext { folder: Folder::of(files), ..ParseContext::default() };
            let parsed = document::parse_in(&json, &inner.faces, &context);
            drop(reading);
            parsed
        });
        let fault = |cause: String| PressError::Fault(format!("the canonical JSON of a document: {cause}"));
        let parsed = parsed.await.map_err(|cause| fault(cause.to_string()))?;
        let draft = parsed.map_err(|findings| {
            fault(findings.first().map(|finding| finding.message.en.clone()).unwrap_or_default())
        })?;
        Ok(Accepted { document: draft.document, warnings: all(warnings) })
    }

    /// Draws a document as `vanthu render` does: as a draft where it has no number, or something to fill in.
    ///
    /// # Errors
    /// It is refused, costs too much, or there is too much to do: see [`PressError`].
    pub async fn render(
        &self,
        paper: &Paper,
        form: PressFormat,
        time: OffsetDateTime,
    ) -> Result<Rendered, PressError> {
        let Frame { said, parts } = self.ask(Task::Render { form, time }, paper).await?;
        let PressAnswer::Rendered { fills, warnings, pages, appendices } = said else {
            return Err(refusal(said));
        };
        let remarks = Remarks { fills: all(fills), warnings: all(warnings) };
        let mut parts = parts.into_iter();
        let bytes = parts.next().unwrap_or_default();
        Ok(Rendered { bytes, appendices: appendices.into_iter().zip(parts).collect(), pages, remarks })
    }

    /// Lays a document out as [`Foreseen::lay_out`] does; the code on it leads to `page`, where there is one.
    ///
    /// # Errors
    /// A PDF that is its appendix can't be used, it costs too much, or there is too much to do: see [`PressError`].
    pub async fn lay_out(
        &self,
        draft: &Document,
        number: u32,
        time: OffsetDateTime,
        page: Option<&Address>,
    ) -> Result<Foreseen, PressError> {
        let task = Task::LayOut { number, page: page.cloned(), time };
        let Frame { said, parts } = self.ask(task, &sheet(draft)?).await?;
        let PressAnswer::LaidOut { mut report, appendices } = said else { return Err(refusal(said)) };
        let mut parts = parts.into_iter();
        report.pdf = parts.next().unwrap_or_default();
        let appendices = appendices.into_iter().zip(parts).collect();
        Ok(Foreseen::from_parts(draft, number, time, (report, appendices)))
    }

    async fn ask(&self, task: Task, paper: &Paper) -> Result<Frame<PressAnswer>, PressError> {
        let Paper { source, files, style, today } = paper;
        // What is too long anyway need not be sent to its end.
        let source = source.get(..=MAX_SOURCE).map_or_else(|| Arc::clone(source), Arc::from);
        let names = files.iter().map(|(name, _)| name.to_owned()).collect();
        let parts = std::iter::once(source).chain(files.iter().map(|(_, bytes)| Arc::clone(bytes)));
        let question = PressQuestion { task, style: *style, today: *today, files: names };
        self.inner.pool.ask(&self.party, question, parts.collect(), self.time).await
    }
}

/// A document that was accepted, as another process reads it: its canonical JSON, and the PDFs that it names.
fn sheet(document: &Document) -> Result<Paper, PressError> {
    let files = document.appendices.iter().filter_map(|appendix| match &appendix.content {
        Content::Pdf(file) => Some((file.name.clone(), Arc::clone(file.bytes.as_ref()?))),
        Content::Body(_) => None,
    });
    Ok(Paper {
        source: document::to_json(document).into_bytes().into(),
        files: Files::gather(files).map_err(|said| PressError::Fault(said.en))?,
        style: StyleChoice::default(),
        today: None,
    })
}

/// What an answer that brings nothing means.
fn refusal(answer: PressAnswer) -> PressError {
    match answer {
        PressAnswer::Rejected(findings) => PressError::Rejected(all(findings)),
        PressAnswer::NoPage { page, count } => PressError::NoPage { page, count },
        PressAnswer::Fault(cause) => PressError::Fault(cause),
        _ => PressError::Fault("the answer is to another question".to_owned()),
    }
}
