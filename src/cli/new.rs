//! `vanthu new` and `vanthu schema`: what a person begins to write with.

use std::path::PathBuf;

use clap::Args;

use super::console::Console;
use super::flags::{OfficeArg, WriteArgs, kind};
use super::inputs::office;
use crate::cli::failure::{Exit, Failure};
use crate::cli::replace::existing_at;
use crate::document::profile::DocumentKind;
use crate::document::{self, Letterhead};
use crate::file;
use crate::message;

#[derive(Debug, Args)]
pub struct NewArgs {
    /// The kind of document, such as bao-cao.
    #[arg(value_parser = kind)]
    pub kind: &'static DocumentKind,
    /// Where to write it; standard output otherwise.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub write: WriteArgs,
    #[command(flatten)]
    pub office: OfficeArg,
}

pub fn run(args: &NewArgs, console: &Console) -> Result<Exit, Failure> {
    // Outside of an office, the letterhead is still to be filled in.
    let letterhead = match (office(&args.office), &args.office.office) {
        (Ok(office), _) => {
            let agency = &office.config().agency;
            Letterhead {
                superior: agency.superior.clone(),
                agency: agency.name.clone(),
                abbreviation: Some(agency.abbreviation.clone()),
                place: Some(agency.place.clone()),
            }
        }
        (Err(failure), Some(_)) => return Err(failure),
        (Err(_), None) => Letterhead::default(),
    };
    let text = document::skeleton(args.kind, &letterhead);
    let Some(output) = &args.output else {
        console.result(&text)?;
        return Ok(Exit::Done);
    };
    file::write(output, text.as_bytes(), existing_at(&args.write, output)?)
        .map_err(|cause| Failure::disk(output, &cause))?;
    let path = output.display();
    console.step(&message!(
        "Đã ghi {path}; thay mỗi {{\"fill\": …}} bằng nội dung",
        "Wrote {path}; put text in the place of each {{\"fill\": …}}"
    ));
    Ok(Exit::Done)
}

pub fn schema(console: &Console) -> Result<Exit, Failure> {
    console.json(&document::schema())?;
    Ok(Exit::Done)
}
