//! Many documents in one call of `vanthu issue`: laid out on all cores, numbered one after another.

use std::collections::HashMap;
use std::io::{BufRead, Read};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;
use time::OffsetDateTime;

use super::console::Console;
use super::expiry;
use super::inputs::{SourceFile, block_on, faces, office, writing_register};
use super::issue::{IssueArgs, IssueOutcome, signer_of, warn_of_other_agency};
use crate::cli::failure::{Exit, Failure};
use crate::diagnostic::{Diagnostic, Severity};
use crate::document::model::Document;
use crate::document::{self, MAX_SOURCE};
use crate::explain::Refusal;
use crate::file::{is_folder, is_regular};
use crate::fonts::Faces;
use crate::issue::{self, Foreseen, IssueOptions, Output, Repeat, series_of};
use crate::keys::files_in;
use crate::lang::Message;
use crate::layout::Engine;
use crate::message;
use crate::office::Office;
use crate::register::{Register, Series};
use crate::sign::Signer;

/// A document that goes no further.
type Failed = Box<IssueOutcome>;

/// The batch's own state.
struct Batch<'a> {
    args: &'a IssueArgs,
    office: Office,
    faces: Faces,
    engine: Engine,
    time: OffsetDateTime,
    /// Where documents go that do not go to the office's own folder.
    folder: Option<PathBuf>,
    /// The number that each series will probably give next.
    next: HashMap<Series, u32>,
}

pub fn run(args: &IssueArgs, console: &Console) -> Result<Exit, Failure> {
    let office = office(&args.office)?;
    let faces = faces(&args.fonts)?;
    let signer = signer_of(args, &office, console)?;
    expiry::warn_of_office(&office, args.time.moment(), console);
    if let Some(signer) = &signer {
        expiry::tell_proof(signer, &[], console);
    }
    let time = args.time.moment();
    let folder = args.output.clone();
    if let Some(folder) = &folder {
        let is_file = is_regular(folder).map_err(|cause| Failure::disk(folder, &cause))?;
        if is_file || folder.extension().is_some_and(|ending| ending == "pdf") {
            let folder = folder.display();
            return Err(Failure::new(
                Refusal::Usage,
                message!(
                    "nhiều văn bản thì -o phải là một thư mục: {folder}",
                    "for several documents, -o must be a folder: {folder}"
                ),
            ));
        }
        std::fs::create_dir_all(folder).map_err(|cause| Failure::disk(folder, &cause))?;
    }
    let engine = Engine::new(faces.clone())?;
    let (mut sources, count) = sources(args)?;
    let bar = count.map_or_else(ProgressBar::no_length, |count| ProgressBar::new(count as u64));
    bar.set_style(style());
    let mut batch = Batch { args, office, faces, engine, time, folder, next: HashMap::new() };
    let failed = block_on(async {
        let register = writing_register(&batch.office).await?;
        // Enough to keep every core busy, few enough to keep the memory flat.
        let size = 4 * rayon::current_num_threads();
        let (mut done, mut failed) = (0_usize, Vec::new());
        loop {
            let chunk: Vec<Result<SourceFile, Failed>> = sources.by_ref().take(size).collect();
            if chunk.is_empty() {
                break;
            }
            for outcome in batch
                .chunk(chunk, signer.as_ref().map(|signer| signer as &dyn Signer), &register, console)
                .await?
            {
                bar.inc(1);
                if args.json {
                    console.json_line(&outcome)?;
                }
                if outcome.status == "failed" { failed.push(outcome) } else { done += 1 }
            }
        }
        register.close().await?;
        bar.finish_and_clear();
        summary(done, &failed, console);
        Ok::<_, Failure>(failed.len())
    })??;
    Ok(if failed == 0 { Exit::Done } else { Exit::SomeFailed })
}

impl Batch<'_> {
    async fn chunk(
        &mut self,
        sources: Vec<Result<SourceFile, Failed>>,
        signer: Option<&dyn Signer>,
        register: &Register,
        console: &Console,
    ) -> Result<Vec<IssueOutcome>, Failure> {
        self.time = self.args.time.moment();
        let read = |source: Result<SourceFile, Failed>| self.read(source?);
        let drafts: Vec<Result<(String, Document), Failed>> = sources.into_par_iter().map(read).collect();
        let mut numbered = Vec::with_capacity(drafts.len());
        for draft in drafts {
            numbered.push(match draft {
                Ok((name, draft)) => {
                    warn_of_other_agency(&self.office, &draft.header.agency, console);
                    let number = self.foresee(&draft, register).await?;
                    Ok((name, draft, number))
                }
                Err(outcome) => Err(outcome),
            });
        }
        // A layout that fails here fails again, and is told of, under the number's lock.
        let lay_out = |item: Result<(String, Document, u32), Failed>| {
            item.map(|(name, draft, number)| {
                let foreseen = Foreseen::lay_out(&self.engine, &self.office, &draft, number, self.time).ok();
                (name, draft, foreseen)
            })
        };
        let laid_out: Vec<_> = numbered.into_par_iter().map(lay_out).collect();
        let mut outcomes = Vec::with_capacity(laid_out.len());
        for item in laid_out {
            let (name, draft, foreseen) = match item {
                Ok(item) => item,
                Err(outcome) => {
                    outcomes.push(*outcome);
                    continue;
                }
            };
            let series = series_of(&self.office, &draft, self.time);
            let options = IssueOptions {
                draft,
                time: self.time,
                clock: self.args.time.clock(),
                output: match &self.folder {
                    Some(folder) => Output::Folder(folder),
                    None => Output::Office(&self.office),
                },
                existing: self.args.write.existing(),
                repeat: if self.args.again { Repeat::Allow } else { Repeat::Refuse },
                signer,
                foreseen,
            };
            outcomes.push(match issue::issue(&self.engine, &self.office, register, options).await {
                Ok(issued) => {
                    self.next.insert(series, issued.entry.key.number.saturating_add(1));
                    IssueOutcome::of(&name, &issued)
                }
                Err(cause) => {
                    // Whatever was foreseen, the register knows the next number.
                    self.next.clear();
                    IssueOutcome::failed(&name, Failure::from(cause).message)
                }
            });
        }
        Ok(outcomes)
    }

    fn read(&self, source: SourceFile) -> Result<(String, Document), Failed> {
        let failed = |reason| Box::new(IssueOutcome::failed(&source.name, reason));
        let context = source.context(Some(&self.office)).map_err(|failure| failed(failure.message))?;
        match document::parse_in(&source.bytes, &self.faces, &context) {
            Ok(draft) if draft.fills.is_empty() => Ok((source.name, draft.document)),
            Ok(draft) => Err(failed(reason(&draft.fills))),
            Err(findings) => Err(failed(reason(&findings))),
        }
    }

    /// The number that `draft` will probably get; the ones that follow count on from it.
    async fn foresee(&mut self, draft: &Document, register: &Register) -> Result<u32, Failure> {
        let series = series_of(&self.office, draft, self.time);
        let next = match self.next.get(&series) {
            Some(next) => *next,
            None => register.next(&series).await?,
        };
        self.next.insert(series, next.saturating_add(1));
        Ok(draft.header.number.unwrap_or(next))
    }
}

/// The first errors among `findings`, in one sentence.
fn reason(findings: &[Diagnostic]) -> Option<Message> {
    let errors: Vec<&Diagnostic> =
        findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
    let said = |vietnamese: bool| {
        let said = errors.iter().take(3).map(|error| {
            let place = error.position.map(|at| format!("{}:{}: ", at.line, at.column)).unwrap_or_default();
            let words = if vietnamese { &error.message.vi } else { &error.message.en };
            format!("{place}[{}] {words}", error.code)
        });
        let more = errors.len().saturating_sub(3);
        let rest = if more > 0 { format!("; +{more}") } else { String::new() };
        format!("{}{rest}", said.collect::<Vec<_>>().join("; "))
    };
    Some(Message { vi: said(true), en: said(false) })
}

fn summary(done: usize, failed: &[IssueOutcome], console: &Console) {
    for outcome in failed {
        let name = &outcome.input;
        let none = message!("không rõ", "unknown");
        let Message { vi, en } = outcome.reason.as_ref().unwrap_or(&none);
        console.step(&message!("{name}: {vi}", "{name}: {en}"));
    }
    let failed = failed.len();
    console.step(&message!(
        "Đã phát hành {done} văn bản; {failed} văn bản không phát hành được, không mất số nào",
        "Issued {done} documents; {failed} failed and took no number"
    ));
}

fn style() -> ProgressStyle {
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {per_sec} {eta}");
    style.unwrap_or_else(|_| ProgressStyle::default_bar())
}

type Sources = Box<dyn Iterator<Item = Result<SourceFile, Failed>>>;

/// The documents one after another, and how many there are where that is known.
fn sources(args: &IssueArgs) -> Result<(Sources, Option<usize>), Failure> {
    if args.lines {
        if args.files != [Path::new("-")] {
            return Err(Failure::new(
                Refusal::Usage,
                message!("--lines đọc từ đầu vào chuẩn: dùng -", "--lines reads standard input: give -"),
            ));
        }
        return Ok((Box::new(lines(std::io::stdin().lock())), None));
    }
    let mut files = Vec::new();
    for path in &args.files {
        if is_folder(path).map_err(|cause| Failure::disk(path, &cause))? {
            let inside = files_in(path, "json")?;
            files.extend(inside.into_iter().filter(|path| !path.to_string_lossy().ends_with(".schema.json")));
        } else {
            files.push(path.clone());
        }
    }
    let count = files.len();
    Ok((
        Box::new(files.into_iter().map(|path| {
            SourceFile::read(&path).map_err(|failure| {
                Box::new(IssueOutcome::failed(&path.display().to_string(), failure.message))
            })
        })),
        Some(count),
    ))
}

/// The lines of `input` as documents; empty ones are passed over.
fn lines(mut input: impl BufRead + 'static) -> impl Iterator<Item = Result<SourceFile, Failed>> {
    let mut number = 0;
    let mut ended = false;
    std::iter::from_fn(move || {
        while !ended {
            let mut bytes = Vec::new();
            number += 1;
            let limit = MAX_SOURCE as u64 + 2;
            let read = input.by_ref().take(limit).read_until(b'\n', &mut bytes);
            match read {
                Err(cause) => {
                    ended = true;
                    let reason = Failure::disk(Path::new("-"), &cause).message;
                    return Some(Err(Box::new(IssueOutcome::failed(&format!("stdin:{number}"), reason))));
                }
                Ok(0) => return None,
                Ok(length) => {
                    // What is left of an endless line can't be told from the next one.
                    ended = length as u64 == limit;
                    if !bytes.trim_ascii().is_empty() {
                        return Some(Ok(SourceFile { name: format!("stdin:{number}"), bytes, path: None }));
                    }
                }
            }
        }
        None
    })
}
