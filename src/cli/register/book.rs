//! `vanthu register export` and `import`.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::flags::{RegisterCodeArgs, RegisterFilterArgs, entry};
use super::list;
use crate::book::{Book, BookError, ByteOrderMark, EdxmlSender, header, read_csv, write_csv, write_xlsx};
use crate::cli::console::Console;
use crate::cli::failure::{Exit, Failure};
use crate::cli::flags::{FontArgs, OfficeArg, TimeArg, WriteArgs};
use crate::cli::inputs::{block_on, faces, office, read_bounded, register, writing_register};
use crate::cli::replace::existing_at;
use crate::clock;
use crate::explain::Refusal;
use crate::file;
use crate::layout::Engine;
use crate::message;
use crate::office::Office;
use crate::register::Record;

/// The longest book that is read, in bytes.
const MAX_FILE: u64 = 64 << 20;

#[derive(Debug, Args)]
pub struct RegisterExportArgs {
    /// The form.
    #[arg(long, value_enum, value_name = "FORM")]
    pub to: BookForm,
    /// Where to write it; standard output otherwise.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub filter: RegisterFilterArgs,
    /// Only what has this text; see `register find`.
    #[arg(long)]
    pub text: Option<String>,
    /// The document, for edXML: its number and notation.
    #[arg(long, required_if_eq("to", "edxml"))]
    pub code: Option<String>,
    /// The number of the volume (quyển số) on the cover.
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub volume: u32,
    /// Put no UTF-8 mark before CSV; Excel needs it.
    #[arg(long)]
    pub no_mark: bool,
    #[command(flatten)]
    pub time: TimeArg,
    #[command(flatten)]
    pub fonts: FontArgs,
    #[command(flatten)]
    pub write: WriteArgs,
    #[command(flatten)]
    pub office: OfficeArg,
}

/// A form of the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BookForm {
    /// The printed book (NĐ 30/2020, Phụ lục IV.I).
    Pdf,
    /// CSV (RFC 4180).
    Csv,
    /// A workbook.
    Xlsx,
    /// JSON with everything that the register knows.
    Json,
    /// The edXML header (QCVN 102:2016/BTTTT) of one document.
    Edxml,
}

#[derive(Debug, Args)]
pub struct RegisterImportArgs {
    /// The CSV file; - for standard input.
    pub file: PathBuf,
    /// The series that its numbers belong to.
    #[arg(long, default_value = "*")]
    pub series: String,
    #[command(flatten)]
    pub time: TimeArg,
    #[command(flatten)]
    pub office: OfficeArg,
}

pub fn export(args: &RegisterExportArgs, console: &Console) -> Result<Exit, Failure> {
    let office = office(&args.office)?;
    let mut filter = list::filter(&args.filter, args.text.as_deref());
    if args.to == BookForm::Pdf && filter.year.is_none() {
        // A printed volume is of one year (NĐ 30/2020, Phụ lục IV.I).
        filter.year = Some(args.time.moment().to_offset(clock::ZONE).year());
    }
    let bytes = if let (BookForm::Edxml, Some(code)) = (args.to, &args.code) {
        envelope(&office, code, args)?
    } else {
        let (mut records, mut reserved) = block_on(async {
            let register = register(&office).await?;
            let records = register.records(&filter).await?;
            let reserved = register.reserved(filter.year).await?;
            register.close().await?;
            Ok::<_, Failure>((records, reserved))
        })??;
        if args.to == BookForm::Pdf && filter.series.is_none() {
            filter.series = main_series(&mut records, console);
        }
        let series = |name: &str| filter.series.as_deref().is_none_or(|series| series == name);
        reserved.retain(|act| !filter.is_partial() && series(&act.key.series));
        let agency = &office.config().agency;
        let book = Book::new(&agency.superior, &agency.name, filter.year, &records, &reserved);
        written(&book, &records, args, console)?
    };
    match &args.output {
        None => console.result_bytes(&bytes)?,
        Some(path) => {
            file::write(path, &bytes, existing_at(&args.write, path)?)
                .map_err(|cause| Failure::disk(path, &cause))?;
            let path = path.display();
            console.step(&message!("Đã ghi {path}", "Wrote {path}"));
        }
    }
    Ok(Exit::Done)
}

/// The series of all kinds, where there is one: copies and consultative bodies have books of their own, which are named.
fn main_series(records: &mut Vec<Record>, console: &Console) -> Option<String> {
    const ALL: &str = "*";
    let series: BTreeSet<String> = records.iter().map(|record| record.entry.key.series.clone()).collect();
    if !series.contains(ALL) {
        return None;
    }
    records.retain(|record| record.entry.key.series == ALL);
    let others: Vec<&str> = series.iter().map(String::as_str).filter(|name| *name != ALL).collect();
    if !others.is_empty() {
        let others = others.join(", ");
        console.step(&message!(
            "Các dãy số khác in thành sổ riêng với --series: {others}",
            "Other series are books of their own, printed with --series: {others}"
        ));
    }
    Some(ALL.to_owned())
}

fn written(
    book: &Book,
    records: &[Record],
    args: &RegisterExportArgs,
    console: &Console,
) -> Result<Vec<u8>, Failure> {
    Ok(match args.to {
        BookForm::Csv => {
            write_csv(book, if args.no_mark { ByteOrderMark::None } else { ByteOrderMark::Utf8 })?
        }
        BookForm::Xlsx => write_xlsx(book, args.time.moment())?,
        BookForm::Json | BookForm::Edxml => {
            serde_json::to_vec_pretty(records).map_err(|cause| BookError::Disk(cause.into()))?
        }
        BookForm::Pdf => {
            let faces = faces(&args.fonts)?;
            let printed = book.printed(args.volume);
            let lacking: String = printed.lacking(&faces).into_iter().filter(|it| !it.is_control()).collect();
            if !lacking.is_empty() {
                let family = faces.family();
                console.warn(&message!(
                    "phông {family} không có các chữ {lacking}: sổ in ghi mã của chúng, ví dụ [U+4E09]",
                    "the font {family} lacks the letters {lacking}: the book has their code points instead, such as [U+4E09]"
                ));
            }
            Engine::new(faces)?.lay_out_book(&printed, args.time.moment())?.pdf()?
        }
    })
}

fn envelope(office: &Office, code: &str, args: &RegisterExportArgs) -> Result<Vec<u8>, Failure> {
    let asked = RegisterCodeArgs {
        code: code.to_owned(),
        year: args.filter.year,
        series: args.filter.series.clone(),
        office: OfficeArg { office: args.office.office.clone() },
    };
    let entry = block_on(async {
        let register = register(office).await?;
        let entry = entry(&register, &asked).await?;
        register.close().await?;
        Ok::<_, Failure>(entry)
    })??;
    let agency = &office.config().agency;
    let Some(organ_id) = agency.organ_id.as_deref() else {
        return Err(Failure::new(
            Refusal::Rejected,
            message!(
                "edXML cần mã định danh của cơ quan: agency.organ_id trong vanthu.toml",
                "edXML needs the agency's identifier: agency.organ_id in vanthu.toml"
            ),
        ));
    };
    let (in_charge, name) = (agency.superior.join(" "), agency.name.join(" "));
    let sender = EdxmlSender { organ_id, in_charge: &in_charge, name: &name, place: &agency.place };
    Ok(header(&entry, &sender).map_err(BookError::Disk)?)
}

pub fn import(args: &RegisterImportArgs, console: &Console) -> Result<Exit, Failure> {
    let office = office(&args.office)?;
    let bytes = read_bounded(&args.file, MAX_FILE)?;
    let lines = read_csv(&bytes, &args.series)?;
    let count = block_on(async {
        let register = writing_register(&office).await?;
        let count = register.import(lines, args.time.moment()).await?;
        register.close().await?;
        Ok::<_, Failure>(count)
    })??;
    console.step(&message!("Đã nhận {count} dòng của sổ cũ", "Took over {count} lines of the older book"));
    Ok(Exit::Done)
}
