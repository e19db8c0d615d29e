//! `vanthu init`: sets up an office.

use std::fs;

use std::collections::BTreeMap;

use super::args::{Init, SeriesArg};
use super::console::Console;
use super::inputs::block_on;
use crate::cli::failure::{Exit, Failure};
use crate::document;
use crate::document::StyleChoice;
use crate::file::{self, Existing};
use crate::hex::grouped;
use crate::message;
use crate::office::{
    Agency, CONFIG_FILE, NumberingConfig, Office, OfficeConfig, OnFailure, RegisterChoice, SeriesChoice,
    Signing,
};
use crate::register::Register;

/// The file that editors complete documents from.
const SCHEMA_FILE: &str = "document.schema.json";

pub fn run(args: &Init, console: &Console) -> Result<Exit, Failure> {
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
        register: RegisterChoice { database: args.database.clone(), origin: None },
        signing: Signing::default(),
        qr: None,
        style: StyleChoice::default(),
        seal: None,
        webhooks: Vec::new(),
    };
    fs::create_dir_all(&args.folder).map_err(|cause| Failure::disk(&args.folder, &cause))?;
    let office = Office::create(&args.folder, config)?;
    let key = office.make_register_key()?;
    block_on(async { Register::create(office.register()).await?.close().await })??;
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
    Ok(Exit::Done)
}
