//! The worker's side: reads a document, lays it out, answers. It has no secrets, no register and no files but
//! those that it is given.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::job::{MAX_ANSWER, PressAnswer, PressFinding, PressFormat, PressQuestion, Task, all};
use super::wire::Frame;
use crate::diagnostic::Diagnostic;
use crate::document::{self, Draft, Files, Folder, MAX_SOURCE, ParseContext};
use crate::explain::Explain;
use crate::fonts::Faces;
use crate::issue::Foreseen;
use crate::issue::compose::{self, ComposeError, LaidOut};
use crate::layout::{DraftMark, Engine, LayoutError, LayoutOptions};
use crate::message;

/// Does one job after another.
pub(crate) struct Compositor {
    faces: Faces,
    engine: Engine,
}

/// An answer, and the bytes that it speaks of.
type Said = (PressAnswer, Vec<Vec<u8>>);

impl Compositor {
    /// Sets documents in `faces`.
    ///
    /// # Errors
    /// A face can't be used.
    pub(crate) fn new(faces: Faces) -> Result<Compositor, LayoutError> {
        Ok(Compositor { engine: Engine::new(faces.clone())?, faces })
    }

    /// Does a job. A panic is an answer too.
    pub(crate) fn answer(&self, question: Frame<PressQuestion>) -> Said {
        let done = catch_unwind(AssertUnwindSafe(|| self.work(question)));
        let done = done.unwrap_or_else(|_| Err(PressAnswer::Fault("the layout panicked".to_owned())));
        let (answer, parts) = done.unwrap_or_else(|refusal| (refusal, Vec::new()));
        let length: u64 = parts.iter().map(|part| part.len() as u64).sum();
        if length > MAX_ANSWER {
            return (PressAnswer::Fault(format!("the result has {length} bytes")), Vec::new());
        }
        (answer, parts)
    }

    fn work(&self, Frame { said: question, parts }: Frame<PressQuestion>) -> Result<Said, PressAnswer> {
        let PressQuestion { task, style, today, files } = question;
        let mut parts = parts.into_iter();
        let source = parts.next().unwrap_or_default();
        let files =
            Files::gather(files.into_iter().zip(parts)).map_err(|said| PressAnswer::Fault(said.en))?;
        let context = ParseContext { folder: Folder::of(files), style, today };
        let draft = document::parse_in(&source, &self.faces, &context).map_err(rejected)?;
        drop((source, context));
        match task {
            Task::Check => {
                let Draft { fills, warnings, .. } = draft;
                Ok((PressAnswer::Checked { fills: all(fills), warnings: all(warnings) }, Vec::new()))
            }
            Task::Accept => accept(draft),
            Task::Render { form, time } => self.render(draft, form, time),
            Task::LayOut { number, page, time } => {
                let (engine, document) = (&self.engine, &draft.document);
                let foreseen = Foreseen::with_page(engine, page.as_ref(), document, number, time)?;
                let fault = || PressAnswer::Fault("a number that is printed comes later".to_owned());
                let (mut report, appendices) = foreseen.into_parts().ok_or_else(fault)?;
                let (appendices, mut files): (Vec<_>, Vec<_>) = appendices.into_iter().unzip();
                files.insert(0, std::mem::take(&mut report.pdf));
                Ok((PressAnswer::LaidOut { report, appendices }, files))
            }
        }
    }

    /// Draws a document as `vanthu render` does: without a number, or with something to fill in, it says that it
    /// is a draft.
    fn render(
        &self,
        draft: Draft,
        form: PressFormat,
        time: time::OffsetDateTime,
    ) -> Result<Said, PressAnswer> {
        let Draft { document, fills, warnings } = draft;
        let mark = match document.header.number {
            Some(_) if fills.is_empty() => DraftMark::Issued,
            _ => DraftMark::Draft,
        };
        let (mut files, mut appendices) = (Vec::new(), Vec::new());
        let pages = match form {
            PressFormat::Pdf => {
                let report = LaidOut::new(&self.engine, &document, time, mark, None)?;
                files.push(report.complete(None)?);
                for (index, _) in document.separate() {
                    appendices.push(index);
                    files.push(compose::compose_appendix(&self.engine, &document, index, time, mark)?);
                }
                report.pages()
            }
            PressFormat::Png { page, resolution } => {
                let json = document::to_json(&document);
                let source = LayoutOptions { json: &json, created: time, mark, link: None };
                let pages = self.engine.lay_out(&document, &source).map_err(ComposeError::from)?;
                let png = pages.png(page, resolution.pixels_per_inch());
                files.push(png.map_err(ComposeError::from)?);
                pages.count()
            }
        };
        Ok((PressAnswer::Rendered { fills: all(fills), warnings: all(warnings), pages, appendices }, files))
    }
}

/// The canonical JSON of a document that can be issued: in it are all its files but the PDFs that go out beside
/// it.
fn accept(draft: Draft) -> Result<Said, PressAnswer> {
    let Draft { document, fills, warnings } = draft;
    if !fills.is_empty() {
        return Err(rejected(fills.into_iter().chain(warnings).collect()));
    }
    let json = document::to_json(&document);
    if json.len() > MAX_SOURCE {
        let length = json.len();
        return Err(rejected(vec![Diagnostic::error(
            "E-JSON-SIZE",
            "",
            message!(
                "văn bản cùng các tệp của nó dài {length} byte, quá giới hạn {MAX_SOURCE} byte",
                "with its files the document has {length} bytes, over the limit of {MAX_SOURCE}"
            ),
        )]));
    }
    Ok((PressAnswer::Accepted { warnings: all(warnings) }, vec![json.into_bytes()]))
}

fn rejected(findings: Vec<Diagnostic>) -> PressAnswer {
    PressAnswer::Rejected(all::<Diagnostic, PressFinding>(findings))
}

impl From<ComposeError> for PressAnswer {
    fn from(error: ComposeError) -> PressAnswer {
        match error {
            ComposeError::Layout(LayoutError::NoPage { page, count }) => PressAnswer::NoPage { page, count },
            // What somebody sent is no fault of the program.
            ComposeError::Appendix { .. } | ComposeError::FileGone(_) => {
                rejected(vec![Diagnostic::error("E-FILE", "/appendices", error.words())])
            }
            other => PressAnswer::Fault(other.to_string()),
        }
    }
}
