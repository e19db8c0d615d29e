//! The arguments of `vanthu register`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use time::Date;
use time::macros::format_description;

use crate::cli::args::{FontArgs, OfficeArg, TimeArg, WriteArgs, kind};
use crate::document::model::DocumentKind;

/// `vanthu register`
#[derive(Debug, Subcommand)]
pub enum Register {
    /// List the registered documents.
    List(RegisterList),
    /// Show one document: its line, its files, what happened to it.
    Show(RegisterShow),
    /// List the documents with a text in number, subject, signer, recipients or notes; without diacritics it
    /// is found with and without.
    Find(RegisterFind),
    /// Write the register in the decree's form (PDF), as CSV, XLSX or JSON, or the edXML header of one
    /// document.
    Export(RegisterExport),
    /// Take over an older book from CSV with the ten columns of the decree's form.
    Import(RegisterImport),
    /// Set numbers aside for paper documents.
    Reserve(RegisterReserve),
    /// Record the paper document that got a number which was set aside.
    Fill(RegisterFill),
    /// Record that a document was sent.
    Dispatch(RegisterDispatch),
    /// Record that somebody has confirmed to have a document.
    Receive(RegisterReceive),
    /// Record that a document was recalled.
    Recall(RegisterRecall),
    /// Record that another document takes the place of one.
    Replace(RegisterReplace),
    /// Prove that nothing in the register was changed, removed, renumbered or inserted later; or, with
    /// --receipt, that a receipt is genuine.
    Verify(RegisterVerify),
    /// Write the receipt of one document, which others check without the register (C2SP tlog-proof).
    Prove(RegisterProve),
    /// Write the newest checkpoint of the register's log, to be kept elsewhere.
    Checkpoint(RegisterCheckpoint),
}

/// Which lines of the register.
#[derive(Debug, Args)]
pub struct RegisterFilter {
    /// Only those of this year.
    #[arg(long)]
    pub year: Option<i32>,
    /// Only those of this kind: its name (with or without diacritics), or its abbreviation in the notation.
    #[arg(long)]
    pub kind: Option<String>,
    /// Only those of this series.
    #[arg(long)]
    pub series: Option<String>,
}

/// `vanthu register list`
#[derive(Debug, Args)]
pub struct RegisterList {
    #[command(flatten)]
    pub filter: RegisterFilter,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub office: OfficeArg,
}

/// `vanthu register find`
#[derive(Debug, Args)]
pub struct RegisterFind {
    /// What to look for.
    pub text: String,
    #[command(flatten)]
    pub filter: RegisterFilter,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub office: OfficeArg,
}

/// One document of the register.
#[derive(Debug, Args)]
pub struct RegisterCode {
    /// Its number and notation, such as 201/BC-UBND.
    pub code: String,
    /// Its year, where several have that number and notation.
    #[arg(long)]
    pub year: Option<i32>,
    #[command(flatten)]
    pub office: OfficeArg,
}

/// `vanthu register show`
#[derive(Debug, Args)]
pub struct RegisterShow {
    #[command(flatten)]
    pub document: RegisterCode,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
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

/// `vanthu register export`
#[derive(Debug, Args)]
pub struct RegisterExport {
    /// The form.
    #[arg(long, value_enum, value_name = "FORM")]
    pub to: BookForm,
    /// Where to write it; standard output otherwise.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub filter: RegisterFilter,
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

/// `vanthu register import`
#[derive(Debug, Args)]
pub struct RegisterImport {
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

/// `vanthu register reserve`
#[derive(Debug, Args)]
pub struct RegisterReserve {
    /// How many numbers.
    pub count: u32,
    /// The series: *, the abbreviation of a kind, BS for copies, or that of a consultative body.
    #[arg(long, default_value = "*")]
    pub series: String,
    /// What for.
    #[arg(long, default_value = "", hide_default_value = true)]
    pub reason: String,
    #[command(flatten)]
    pub time: TimeArg,
    #[command(flatten)]
    pub office: OfficeArg,
}

/// `vanthu register fill`
#[derive(Debug, Args)]
pub struct RegisterFill {
    /// Number and notation of the paper document, such as 05/BC-UBND.
    pub code: String,
    /// The series that the number was set aside in.
    #[arg(long, default_value = "*")]
    pub series: String,
    /// Its date, as 2026-06-18.
    #[arg(long, value_parser = date, value_name = "DATE")]
    pub date: Date,
    /// Its kind, such as bao-cao.
    #[arg(long, value_parser = kind)]
    pub kind: &'static DocumentKind,
    /// Its subject.
    #[arg(long)]
    pub subject: String,
    /// Who signed it.
    #[arg(long)]
    pub signer: String,
    /// A recipient; repeat for more.
    #[arg(long, value_name = "NAME")]
    pub recipient: Vec<String>,
    /// Who keeps the archive copy.
    #[arg(long, default_value = "VT")]
    pub archive: String,
    /// How many copies were made.
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    pub copies: u32,
    /// A note.
    #[arg(long, default_value = "", hide_default_value = true)]
    pub note: String,
    #[command(flatten)]
    pub time: TimeArg,
    #[command(flatten)]
    pub office: OfficeArg,
}

/// `vanthu register dispatch`
#[derive(Debug, Args)]
pub struct RegisterDispatch {
    #[command(flatten)]
    pub document: RegisterCode,
    /// To whom.
    #[arg(long)]
    pub to: String,
    /// By which way.
    #[arg(long, default_value = "", hide_default_value = true)]
    pub way: String,
    #[command(flatten)]
    pub time: TimeArg,
}

/// `vanthu register receive`
#[derive(Debug, Args)]
pub struct RegisterReceive {
    #[command(flatten)]
    pub document: RegisterCode,
    /// Who has it.
    #[arg(long)]
    pub from: String,
    #[command(flatten)]
    pub time: TimeArg,
}

/// `vanthu register recall`
#[derive(Debug, Args)]
pub struct RegisterRecall {
    #[command(flatten)]
    pub document: RegisterCode,
    /// Why.
    #[arg(long)]
    pub reason: String,
    /// By whose order.
    #[arg(long, default_value = "", hide_default_value = true)]
    pub by: String,
    #[command(flatten)]
    pub time: TimeArg,
}

/// `vanthu register replace`
#[derive(Debug, Args)]
pub struct RegisterReplace {
    #[command(flatten)]
    pub document: RegisterCode,
    /// Number and notation of the document that takes its place.
    #[arg(long, value_name = "CODE")]
    pub with: String,
    /// Why.
    #[arg(long)]
    pub reason: String,
    #[command(flatten)]
    pub time: TimeArg,
}

/// `vanthu register verify`
#[derive(Debug, Args)]
pub struct RegisterVerify {
    /// A checkpoint of the register that was kept elsewhere; the register must continue it.
    #[arg(long, value_name = "FILE")]
    pub checkpoint: Option<PathBuf>,
    /// Check this receipt alone, without the register.
    #[arg(long, value_name = "FILE", requires = "vkey")]
    pub receipt: Option<PathBuf>,
    /// The key of the register's log; the office's own register.vkey otherwise.
    #[arg(long, value_name = "FILE")]
    pub vkey: Option<PathBuf>,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub office: OfficeArg,
}

/// `vanthu register prove`
#[derive(Debug, Args)]
pub struct RegisterProve {
    #[command(flatten)]
    pub document: RegisterCode,
    /// Where to write it; standard output otherwise.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub write: WriteArgs,
}

/// `vanthu register checkpoint`
#[derive(Debug, Args)]
pub struct RegisterCheckpoint {
    /// Where to write it; standard output otherwise.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub write: WriteArgs,
    #[command(flatten)]
    pub office: OfficeArg,
}

fn date(text: &str) -> Result<Date, String> {
    let iso = format_description!("[year]-[month]-[day]");
    Date::parse(text, iso).map_err(|_| "not a date such as 2026-06-18".to_owned())
}
