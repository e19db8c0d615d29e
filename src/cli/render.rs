//! `vanthu render`: lays a document out without taking a number.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use super::args::{Format, Render};
use super::console::Console;
use super::failure::{Exit, Failure, existing};
use super::inputs::{Source, faces};
use crate::document;
use crate::file;
use crate::layout::{self, DraftMark, Engine};
use crate::message;
use crate::report;

pub fn run(args: &Render, console: &Console) -> Result<Exit, Failure> {
    let faces = faces(&args.fonts)?;
    let source = Source::read(&args.file)?;
    let draft = source.parse(&faces, None, console)?;
    source.show(&draft.fills, console);
    let document = &draft.document;
    let mark = match document.header.number {
        Some(_) if draft.fills.is_empty() => DraftMark::Issued,
        _ => DraftMark::Draft,
    };
    let engine = Engine::new(faces)?;
    let moment = args.time.moment();
    let to_stdout = args.output.as_deref() == Some(Path::new("-"));
    if to_stdout && std::io::stdout().is_terminal() {
        return Err(Failure::new(
            Exit::Usage,
            message!("không ghi PDF ra màn hình", "a PDF is not written to a terminal"),
        ));
    }
    if args.to == Format::Pdf {
        let bytes = report::compose(&engine, document, moment, mark)?;
        if to_stdout {
            console.result_bytes(&bytes)?;
            return Ok(Exit::Done);
        }
        let target =
            args.output.clone().unwrap_or_else(|| PathBuf::from(format!("{}.pdf", document.file_stem())));
        return write(&target, &bytes, args, console);
    }
    let json = document::to_json(document);
    let pages = engine.lay_out(document, &layout::Source { json: &json, created: moment, mark })?;
    if to_stdout {
        return Err(Failure::new(
            Exit::Usage,
            message!(
                "mỗi trang là một tệp: dùng -o với tên tệp",
                "each page is a file of its own: give -o a file name"
            ),
        ));
    }
    let ending = if args.to == Format::Png { "png" } else { "svg" };
    let base =
        args.output.clone().unwrap_or_else(|| PathBuf::from(format!("{}.{ending}", document.file_stem())));
    for page in 0..pages.count() {
        let bytes = match args.to {
            Format::Png => pages.png(page, args.ppi)?,
            _ => pages.svg(page)?.into_bytes(),
        };
        write(&numbered(&base, page + 1, ending), &bytes, args, console)?;
    }
    Ok(Exit::Done)
}

fn write(target: &Path, bytes: &[u8], args: &Render, console: &Console) -> Result<Exit, Failure> {
    file::write(target, bytes, existing(&args.write)).map_err(|cause| Failure::disk(target, &cause))?;
    let path = target.display();
    console.step(&message!("Đã ghi {path}", "Wrote {path}"));
    Ok(Exit::Done)
}

/// `page-1.png` for `page.png`.
fn numbered(base: &Path, page: usize, ending: &str) -> PathBuf {
    let stem = base.file_stem().unwrap_or_default().to_string_lossy();
    base.with_file_name(format!("{stem}-{page}.{ending}"))
}
