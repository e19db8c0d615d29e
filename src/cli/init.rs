//! `vanthu init`: sets up an office.

use std::fs;

use std::collections::BTreeMap;

use super::args::{Init, SeriesArg};
use super::console::Console;
use super::failure::{Exit, Failure};
use super::inputs::block_on;
use crate::document;
use crate::document::StyleChoice;
use crate::file::{self, Existing};
use crate::message;
use crate::office::{Agency, CONFIG_FILE, Config, Numbering, Office, RegisterFile, Series, Signing};
use crate::register::Register;

/// The file that editors complete documents from.
const SCHEMA_FILE: &str = "document.schema.json";

pub fn run(args: &Init, console: &Console) -> Result<Exit, Failure> {
    let config = Config {
        agency: Agency {
            name: args.name.clone(),
            superior: args.superior.clone(),
            abbreviation: args.abbreviation.clone(),
            place: args.place.clone(),
        },
        numbering: Numbering {
            series: match args.series {
                SeriesArg::All => Series::All,
                SeriesArg::Kind => Series::Kind,
            },
            first: args.first.iter().map(|(year, number)| (year.to_string(), *number)).collect(),
            first_copy: BTreeMap::new(),
        },
        register: RegisterFile::default(),
        signing: Signing::default(),
        style: StyleChoice::default(),
    };
    fs::create_dir_all(&args.folder).map_err(|cause| Failure::disk(&args.folder, &cause))?;
    let office = Office::create(&args.folder, config)?;
    block_on(async { Register::create(&office.register_file()).await?.close().await })??;
    let schema = office.folder().join(SCHEMA_FILE);
    let text = format!("{:#}\n", document::schema());
    file::write(&schema, text.as_bytes(), Existing::Replace)
        .map_err(|cause| Failure::disk(&schema, &cause))?;
    let folder = office.folder().display();
    let register = office.register_file();
    let register = register.display();
    console.step(&message!(
        "Đã lập cơ quan tại {folder}: {CONFIG_FILE}, keys/, {SCHEMA_FILE} và sổ đăng ký {register}",
        "Set up the office in {folder}: {CONFIG_FILE}, keys/, {SCHEMA_FILE} and the register {register}"
    ));
    Ok(Exit::Done)
}
