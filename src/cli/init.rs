//! `vanthu init`: sets up an office.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufRead, IsTerminal};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::console::Console;
use super::flags::TimeArg;
use super::inputs::block_on;
use super::level::LevelArg;
use crate::cli::failure::{Exit, Failure};
use crate::document;
use crate::document::StyleChoice;
use crate::file::{self, Existing};
use crate::hex::grouped;
use crate::keys::KeyFile;
use crate::message;
use crate::office::{
    Agency, CONFIG_FILE, NumberingConfig, Office, OfficeConfig, OnFailure, RegisterChoice, SeriesChoice,
    SignatureLevel, Signing,
};
use crate::register::Register;

/// The file that editors complete documents from.
const SCHEMA_FILE: &str = "document.schema.json";

#[derive(Debug, Args)]
pub struct InitArgs {
    /// The office's folder.
    #[arg(default_value = ".")]
    pub folder: PathBuf,
    /// A line of the agency's name as printed, upper case; repeat for more lines.
    #[arg(long, required = true, value_name = "LINE")]
    pub name: Vec<String>,
    /// A line of the direct superior's name; repeat for more lines.
    #[arg(long, value_name = "LINE")]
    pub superior: Vec<String>,
    /// The agency's abbreviation in notations, such as UBND.
    #[arg(long)]
    pub abbreviation: String,
    /// The place printed before the date.
    #[arg(long)]
    pub place: String,
    /// The agency's identifier (mã định danh), such as H37.DN.001.
    #[arg(long, value_name = "ID")]
    pub organ_id: Option<String>,
    /// Where the register is: a SQLite file in the folder, or the postgres:// address of a shared database
    /// (the password comes from PGPASSWORD or a password file).
    #[arg(long, default_value = "register.sqlite", value_name = "FILE|URL")]
    pub database: String,
    /// Which documents count together.
    #[arg(long, value_enum, default_value = "all")]
    pub series: SeriesArg,
    /// The first number of this register in a year, where lower ones stand in an older book.
    #[arg(long, value_name = "YEAR=NUMBER", value_parser = year_and_number)]
    pub first: Vec<(i32, u32)>,
    /// A time-stamping server (RFC 3161), whose word makes signatures last; repeat for others that are asked where it
    /// fails. At a terminal it is asked for.
    #[arg(long, value_name = "URL")]
    pub tsa: Vec<String>,
    /// The level of the office's signatures; t where a server is named, b otherwise.
    #[arg(long, value_enum, requires_ifs = [("t", "tsa"), ("lt", "tsa"), ("lta", "tsa")])]
    pub level: Option<LevelArg>,
    #[command(flatten)]
    pub time: TimeArg,
}

/// Which documents are numbered together.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum SeriesArg {
    /// One run of numbers for all kinds.
    All,
    /// One run for each kind.
    Kind,
}

pub fn run(args: &InitArgs, console: &Console) -> Result<Exit, Failure> {
    let signing = signing(args, console)?;
    let has_time = !signing.time_stamping.is_empty();
    let config = OfficeConfig {
        agency: Agency {
            name: args.name.clone(),
            superior: args.superior.clone(),
            abbreviation: args.abbreviation.clone(),
            place: args.place.clone(),
            organ_id: args.organ_id.clone(),
        },
        numbering: NumberingConfig {
            series: match args.series {
                SeriesArg::All => SeriesChoice::All,
                SeriesArg::Kind => SeriesChoice::Kind,
            },
            first: args.first.iter().map(|(year, number)| (year.to_string(), *number)).collect(),
            first_copy: BTreeMap::new(),
            bodies: Vec::new(),
            on_failure: OnFailure::default(),
        },
        register: RegisterChoice { database: args.database.clone(), ..RegisterChoice::default() },
        signing,
        qr: None,
        style: StyleChoice::default(),
        seal: None,
        webhooks: Vec::new(),
    };
    fs::create_dir_all(&args.folder).map_err(|cause| Failure::disk(&args.folder, &cause))?;
    let office = Office::create(&args.folder, config)?;
    let key = office.make_register_key()?;
    let private = KeyFile::read(&office.register_key())?.open(None)?;
    let at = args.time.moment();
    block_on(async {
        let register = office.writing(Register::create(office.register()).await?, private)?;
        register.found(at).await?;
        Ok::<_, Failure>(register.close().await?)
    })??;
    let schema = office.folder().join(SCHEMA_FILE);
    let text = format!("{:#}\n", document::schema());
    file::write(&schema, text.as_bytes(), Existing::Replace)
        .map_err(|cause| Failure::disk(&schema, &cause))?;
    let folder = office.folder().display();
    let register = office.register().database;
    console.step(&message!(
        "Đã lập cơ quan tại {folder}: {CONFIG_FILE}, keys/, {SCHEMA_FILE} và sổ đăng ký {register}",
        "Set up the office in {folder}: {CONFIG_FILE}, keys/, {SCHEMA_FILE} and the register {register}"
    ));
    let (key, print) = (key.name(), grouped(&key.fingerprint()));
    console.step(&message!(
        "Khóa của sổ đăng ký {key}: register.vkey, vân tay (SHA-256) {print}; hãy công bố",
        "The key of the register {key}: register.vkey, fingerprint (SHA-256) {print}; make it known"
    ));
    if !has_time {
        console.step(&message!(
            "Chưa có máy chủ dấu thời gian: chữ ký chỉ chứng minh được đến khi chứng thư hết hạn; thêm time_stamping và level ở [signing] của {CONFIG_FILE}",
            "No time-stamping server: signatures can be proven until their certificates end; add time_stamping and level to [signing] of {CONFIG_FILE}"
        ));
    }
    Ok(Exit::Done)
}

/// How lasting the office's signatures are, as the flags say, or whoever sits at the terminal.
fn signing(args: &InitArgs, console: &Console) -> Result<Signing, Failure> {
    let mut time_stamping = args.tsa.clone();
    let is_asked = time_stamping.is_empty() && args.level.is_none();
    if is_asked && io::stdin().is_terminal() && io::stderr().is_terminal() {
        console.step(&message!(
            "Máy chủ dấu thời gian (RFC 3161), để trống nếu chưa có:",
            "Time-stamping server (RFC 3161), empty where there is none:"
        ));
        let mut answer = String::new();
        io::stdin()
            .lock()
            .read_line(&mut answer)
            .map_err(|cause| Failure::disk(Path::new("stdin"), &cause))?;
        let answer = answer.trim();
        time_stamping.extend((!answer.is_empty()).then(|| answer.to_owned()));
    }
    let usual = if time_stamping.is_empty() { SignatureLevel::B } else { SignatureLevel::T };
    Ok(Signing { level: args.level.map_or(usual, Into::into), time_stamping, ..Signing::default() })
}

fn year_and_number(text: &str) -> Result<(i32, u32), String> {
    let parts = text.split_once('=').and_then(|(year, number)| {
        Some((year.parse().ok()?, number.parse().ok().filter(|number| *number > 0)?))
    });
    parts.ok_or_else(|| "not YEAR=NUMBER such as 2020=201".to_owned())
}
