//! `vanthu render`: lays a document out without taking a number.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use time::OffsetDateTime;

use super::console::Console;
use super::flags::{FontArgs, TimeArg, WriteArgs};
use super::inputs::{SourceFile, faces};
use super::watch;
use crate::cli::failure::{Exit, Failure};
use crate::cli::replace::existing_at;
use crate::document;
use crate::document::model::Document;
use crate::explain::Refusal;
use crate::file;
use crate::fonts::Faces;
use crate::issue::appendix_path;
use crate::issue::compose;
use crate::layout::{self, DraftMark, Engine};
use crate::message;

#[derive(Debug, Args)]
pub struct RenderArgs {
    /// The document; `-` is standard input.
    pub file: PathBuf,
    /// Where to write it (`-` is standard output); beside the working folder's files otherwise.
    /// Pages of PNG and SVG get `-1`, `-2` … before the ending.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// What to write.
    #[arg(long, value_enum, default_value = "pdf")]
    pub to: RenderFormat,
    /// Do it again whenever the document, or a file beside it, is saved.
    #[arg(long)]
    pub watch: bool,
    /// Resolution of PNG pages.
    #[arg(long, default_value_t = 144.0, value_parser = resolution, value_name = "PPI")]
    pub ppi: f32,
    #[command(flatten)]
    pub write: WriteArgs,
    #[command(flatten)]
    pub time: TimeArg,
    #[command(flatten)]
    pub fonts: FontArgs,
}

/// What `render` writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RenderFormat {
    /// One PDF.
    Pdf,
    /// A PNG for each page.
    Png,
    /// An SVG for each page.
    Svg,
}

pub fn run(args: &RenderArgs, console: &Console) -> Result<Exit, Failure> {
    let faces = faces(&args.fonts)?;
    let to_stdout = args.output.as_deref() == Some(Path::new("-"));
    if to_stdout && std::io::stdout().is_terminal() {
        return Err(Failure::new(
            Refusal::Usage,
            message!("không ghi PDF ra màn hình", "a PDF is not written to a terminal"),
        ));
    }
    let job = RenderJob { args, engine: Engine::new(faces.clone())?, faces };
    if args.watch {
        if to_stdout || args.file == Path::new("-") {
            return Err(Failure::new(
                Refusal::Usage,
                message!(
                    "--watch cần một tệp vào và một tệp ra",
                    "--watch needs an input and an output file"
                ),
            ));
        }
        return watch::run(&args.file, console, || job.run(&WriteArgs { force: true }, console));
    }
    job.run(&args.write, console).map(|_| Exit::Done)
}

struct RenderJob<'a> {
    args: &'a RenderArgs,
    engine: Engine,
    faces: Faces,
}

impl RenderJob<'_> {
    /// Lays the document out and says which files it wrote.
    fn run(&self, write: &WriteArgs, console: &Console) -> Result<Vec<PathBuf>, Failure> {
        let source = SourceFile::read(&self.args.file)?;
        let draft = source.parse(&self.faces, None, console)?;
        source.show(&draft.fills, console);
        let document = &draft.document;
        let mark = match document.header.number {
            Some(_) if draft.fills.is_empty() => DraftMark::Issued,
            _ => DraftMark::Draft,
        };
        let moment = self.args.time.moment();
        if self.args.output.as_deref() == Some(Path::new("-")) {
            return self.to_stdout(document, moment, mark, console).map(|()| Vec::new());
        }
        let ending = match self.args.to {
            RenderFormat::Pdf => "pdf",
            RenderFormat::Png => "png",
            RenderFormat::Svg => "svg",
        };
        let base = self
            .args
            .output
            .clone()
            .unwrap_or_else(|| PathBuf::from(format!("{}.{ending}", document.file_stem())));
        let args = write;
        let mut written = Vec::new();
        let mut write = |target: PathBuf, bytes: &[u8]| -> Result<(), Failure> {
            file::write(&target, bytes, existing_at(args, &target)?)
                .map_err(|cause| Failure::disk(&target, &cause))?;
            let path = target.display();
            console.step(&message!("Đã ghi {path}", "Wrote {path}"));
            written.push(target);
            Ok(())
        };
        if self.args.to == RenderFormat::Pdf {
            write(base.clone(), &compose::compose(&self.engine, document, moment, mark)?)?;
            for (index, _) in document.separate() {
                let bytes = compose::compose_appendix(&self.engine, document, index, moment, mark)?;
                write(appendix_path(&base, index), &bytes)?;
            }
            return Ok(written);
        }
        let json = document::to_json(document);
        let source = layout::LayoutOptions { json: &json, created: moment, mark, link: None };
        let pages = self.engine.lay_out(document, &source)?;
        for page in 0..pages.count() {
            let bytes = match self.args.to {
                RenderFormat::Png => pages.png(page, self.args.ppi)?,
                _ => pages.svg(page)?.into_bytes(),
            };
            write(numbered(&base, page + 1, ending), &bytes)?;
        }
        Ok(written)
    }

    fn to_stdout(
        &self,
        document: &Document,
        moment: OffsetDateTime,
        mark: DraftMark,
        console: &Console,
    ) -> Result<(), Failure> {
        if self.args.to != RenderFormat::Pdf || document.separate().next().is_some() {
            return Err(Failure::new(
                Refusal::Usage,
                message!(
                    "kết quả là nhiều tệp: dùng -o với tên tệp",
                    "the result is more than one file: give -o a file name"
                ),
            ));
        }
        console.result_bytes(&compose::compose(&self.engine, document, moment, mark)?)
    }
}

/// `page-1.png` for `page.png`.
fn numbered(base: &Path, page: usize, ending: &str) -> PathBuf {
    let stem = base.file_stem().unwrap_or_default().to_string_lossy();
    base.with_file_name(format!("{stem}-{page}.{ending}"))
}

fn resolution(text: &str) -> Result<f32, String> {
    text.parse()
        .ok()
        .filter(|ppi| (10.0..=600.0).contains(ppi))
        .ok_or_else(|| "not a number from 10 to 600".to_owned())
}
