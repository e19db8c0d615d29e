//! `vanthu register recover` and `adopt`: how a register goes on that is not what it was, or whose office is not.

use clap::Args;
use time::Date;

use super::acts::date;
use crate::cli::console::Console;
use crate::cli::failure::{Exit, Failure};
use crate::cli::flags::{OfficeArg, TimeArg};
use crate::cli::inputs::{block_on, office, writing_register};
use crate::clock;
use crate::keys::KeyFile;
use crate::lang::Message;
use crate::message;
use crate::office::Office;
use crate::register::{IdentityChange, Predecessor, Register};

#[derive(Debug, Args)]
pub struct RegisterRecoverArgs {
    /// What happened, for who reads the register later.
    #[arg(long)]
    pub reason: String,
    /// By whose order.
    #[arg(long, default_value = "", hide_default_value = true)]
    pub by: String,
    #[command(flatten)]
    pub time: TimeArg,
    #[command(flatten)]
    pub office: OfficeArg,
}

#[derive(Debug, Args)]
pub struct RegisterAdoptArgs {
    /// Why.
    #[arg(long, default_value = "", hide_default_value = true)]
    pub reason: String,
    /// By whose order.
    #[arg(long, default_value = "", hide_default_value = true)]
    pub by: String,
    /// From which day on it holds, as 2026-07-01; otherwise today.
    #[arg(long, value_parser = date, value_name = "DATE")]
    pub since: Option<Date>,
    /// An agency that was merged into this one: its name, or its name and identifier as NAME=ID; repeat for more.
    #[arg(long, value_name = "NAME[=ID]", value_parser = predecessor)]
    pub merged: Vec<Predecessor>,
    #[command(flatten)]
    pub time: TimeArg,
    #[command(flatten)]
    pub office: OfficeArg,
}

pub fn recover(args: &RegisterRecoverArgs, console: &Console) -> Result<Exit, Failure> {
    let office = office(&args.office)?;
    let key = KeyFile::read(&office.register_key())?.open(None)?;
    let recovery = block_on(async {
        // An empty file, or none, is what is found as well.
        let register = office.writing(Register::create(office.register()).await?, key)?;
        let recovery = register.recover(&args.reason, &args.by, args.time.moment()).await?;
        register.close().await?;
        Ok::<_, Failure>(recovery)
    })??;
    let (Message { vi, en }, found) = (&recovery.what, recovery.found);
    console.step(&message!(
        "Đã ghi vào sổ: {vi}. Sổ đi tiếp từ {found} việc đã có.",
        "Written into the register: {en}. It goes on from the {found} acts that it has."
    ));
    let lost = recovery.remembered_size().unwrap_or_default().saturating_sub(found);
    if lost > 0 {
        console.warn(&message!(
            "{lost} việc đã mất: số của chúng có thể bị cấp lại. Tìm các văn bản đó trước, giữ số bằng `vanthu register reserve` rồi vào sổ bằng `vanthu register fill`",
            "{lost} acts are lost, and their numbers would be given again. Find those documents first, set the numbers aside with `vanthu register reserve` and record them with `vanthu register fill`"
        ));
    }
    Ok(Exit::Done)
}

pub fn adopt(args: &RegisterAdoptArgs, console: &Console) -> Result<Exit, Failure> {
    let at = args.time.moment();
    let change = IdentityChange {
        since: args.since.unwrap_or_else(|| at.to_offset(clock::ZONE).date()),
        merged: args.merged.clone(),
        reason: args.reason.clone(),
        by: args.by.clone(),
    };
    let office = office(&args.office)?;
    let (office, is_new) = block_on(async {
        let office = kept(office).await?;
        let register = writing_register(&office).await?;
        let is_new = register.adopt(&change, at).await?;
        register.close().await?;
        Ok::<_, Failure>((office, is_new))
    })??;
    let name = office.config().agency.name.join(" ");
    console.step(&if is_new {
        message!(
            "Đã ghi vào sổ: sổ là của {name}; số vẫn tiếp tục",
            "Recorded: the register is of {name}; numbers go on"
        )
    } else {
        message!("Sổ đã là của {name}", "The register is of {name} already")
    });
    Ok(Exit::Done)
}

/// The office, with its register where it was: a changed name or identifier leads elsewhere, until the configuration says
/// which register it is.
async fn kept(office: Office) -> Result<Office, Failure> {
    let register = office.reading(Register::open_to_read(office.register()).await?)?;
    let known = register.known_as().await?;
    register.close().await?;
    match known {
        Some((id, origin)) => Ok(office.keep_register(&id, &origin)?),
        None => Ok(office),
    }
}

fn predecessor(text: &str) -> Result<Predecessor, String> {
    let (name, organ_id) = match text.split_once('=') {
        Some((name, organ_id)) => (name, Some(organ_id.trim().to_owned())),
        None => (text, None),
    };
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    match name.is_empty() || organ_id.as_ref().is_some_and(String::is_empty) {
        true => Err("not NAME or NAME=ID".to_owned()),
        false => Ok(Predecessor { name, organ_id }),
    }
}
