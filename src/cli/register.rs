//! `vanthu register`: the register of outgoing documents.

use super::args::RegisterList;
use super::console::Console;
use super::failure::{Exit, Failure};
use super::inputs::{block_on, office};
use crate::message;
use crate::register::{Filter, Register, RegisterError};

pub fn list(args: &RegisterList, console: &Console) -> Result<Exit, Failure> {
    let office = office(&args.office)?;
    let entries = block_on(async {
        let mut register = Register::open(&office.register_file()).await?;
        let entries = register.list(&Filter { year: args.year }).await?;
        register.close().await?;
        Ok::<_, RegisterError>(entries)
    })??;
    if args.json {
        console.json(&entries)?;
        return Ok(Exit::Done);
    }
    if entries.is_empty() {
        console.step(&message!("Sổ chưa có văn bản nào", "The register is empty"));
    }
    for entry in &entries {
        let (code, date, kind, subject) = (&entry.code, &entry.date, &entry.kind, &entry.subject);
        let (signer, recipients, archive) = (&entry.signer, &entry.recipients, &entry.archive);
        let line = message!(
            "{code}  {date}  {kind}: {subject}\n    Người ký: {signer}\n    Nơi nhận: {recipients}; Lưu: {archive}\n",
            "{code}  {date}  {kind}: {subject}\n    Signer: {signer}\n    Recipients: {recipients}; archive: {archive}\n"
        );
        console.result(line.in_lang(console.lang()))?;
    }
    Ok(Exit::Done)
}
