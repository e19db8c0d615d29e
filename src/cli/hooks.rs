//! `vanthu hooks`: the webhooks of an office.

use clap::{Args, Subcommand};
use serde::Serialize;
use time::OffsetDateTime;

use super::console::Console;
use super::flags::OfficeArg;
use super::inputs::{block_on, office, register};
use crate::cli::failure::{Exit, Failure};
use crate::clock;
use crate::explain::Refusal;
use crate::message;
use crate::office::Office;
use crate::office::webhook::{EventType, Webhook};
use crate::printable::printable;
use crate::register::{Cursor, CursorPosition, CursorState, Register};

#[derive(Debug, Subcommand)]
pub enum HooksCommand {
    /// List the webhooks: how far each was told, and why it was not told more.
    List(HooksListArgs),
    /// Tell a webhook again that is paused.
    Resume(HooksResumeArgs),
    /// Tell a webhook again from a place of the log on.
    Replay(HooksReplayArgs),
    /// Make the key that signs what webhooks are told, where there is none, and print its public half.
    Key(HooksKeyArgs),
}

#[derive(Debug, Args)]
pub struct HooksListArgs {
    /// As JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub office: OfficeArg,
}

#[derive(Debug, Args)]
pub struct HooksResumeArgs {
    /// The webhook's address, as it stands in vanthu.toml.
    pub address: String,
    #[command(flatten)]
    pub office: OfficeArg,
}

#[derive(Debug, Args)]
pub struct HooksReplayArgs {
    /// The webhook's address, as it stands in vanthu.toml.
    pub address: String,
    /// The place of the first act to tell; the log begins with 0.
    #[arg(long, value_name = "PLACE")]
    pub from: u64,
    #[command(flatten)]
    pub office: OfficeArg,
}

#[derive(Debug, Args)]
pub struct HooksKeyArgs {
    #[command(flatten)]
    pub office: OfficeArg,
}

pub fn run(command: &HooksCommand, console: &Console) -> Result<Exit, Failure> {
    match command {
        HooksCommand::List(args) => list(args, console),
        HooksCommand::Resume(args) => resume(args, console),
        HooksCommand::Replay(args) => replay(args, console),
        HooksCommand::Key(args) => key(args, console),
    }
}

/// A webhook and where it is.
#[derive(Serialize)]
struct WebhookStatus<'a> {
    address: &'a str,
    /// What logs call it.
    name: String,
    events: &'a [EventType],
    /// Nothing where the service has not begun to tell it.
    position: Option<CursorPosition>,
}

fn list(args: &HooksListArgs, console: &Console) -> Result<Exit, Failure> {
    let office = office(&args.office)?;
    let webhooks = &office.config().webhooks;
    let listed = block_on(async {
        let register = register(&office).await?;
        let mut listed = Vec::with_capacity(webhooks.len());
        for Webhook { address, events } in webhooks {
            let position = Cursor::of(&register, address.as_str()).position().await?;
            listed.push(WebhookStatus { address: address.as_str(), name: address.name(), events, position });
        }
        register.close().await?;
        Ok::<_, Failure>(listed)
    })??;
    if args.json {
        console.json(&listed)?;
        return Ok(Exit::Done);
    }
    if listed.is_empty() {
        console.step(&message!("vanthu.toml không có [[webhooks]]", "vanthu.toml has no [[webhooks]]"));
    }
    for hook in &listed {
        console.result(&printable(&told(hook, console)))?;
    }
    Ok(Exit::Done)
}

fn told(hook: &WebhookStatus<'_>, console: &Console) -> String {
    let WebhookStatus { address, name, position, .. } = hook;
    let words = match position {
        None => message!("chưa bắt đầu", "not begun"),
        Some(CursorPosition { next, lag, state: CursorState::Active, .. }) => {
            message!("đang gửi; mục tiếp theo {next}, còn {lag}", "active; next place {next}, lag {lag}")
        }
        Some(CursorPosition { next, lag, state: CursorState::Paused, .. }) => message!(
            "tạm ngừng ở mục {next}, còn {lag}; gửi tiếp bằng `vanthu hooks resume`",
            "paused at place {next}, lag {lag}; `vanthu hooks resume` goes on"
        ),
    };
    let mut text = format!("{address}  ({name})\n    {}\n", words.in_lang(console.lang()));
    if let Some(CursorPosition { failure: Some(failure), tries, due, .. }) = position {
        let (vi, en) = (&failure.vi, &failure.en);
        let due = OffsetDateTime::from_unix_timestamp(*due).ok().filter(|_| *due > 0).map(clock::display);
        let words = match due {
            Some(due) => message!(
                "lần gửi {tries} không thành: {vi}; gửi lại lúc {due}",
                "try {tries} failed: {en}; sent again at {due}"
            ),
            None => message!("lần gửi {tries} không thành: {vi}", "try {tries} failed: {en}"),
        };
        text += &format!("    {}\n", words.in_lang(console.lang()));
    }
    text
}

fn resume(args: &HooksResumeArgs, console: &Console) -> Result<Exit, Failure> {
    let office = office(&args.office)?;
    let webhook = named(&office, &args.address)?;
    let known = block_on(async {
        let register = Register::open(office.register()).await?;
        let known = Cursor::of(&register, webhook.address.as_str()).resume().await?;
        register.close().await?;
        Ok::<_, Failure>(known)
    })??;
    if known {
        console.step(&message!("Gửi tiếp trong vòng một phút", "It is told again within a minute"));
    } else {
        console.step(&message!(
            "Chưa gửi gì đến địa chỉ này: dịch vụ sẽ bắt đầu",
            "Nothing was sent there yet: the service will begin"
        ));
    }
    Ok(Exit::Done)
}

fn replay(args: &HooksReplayArgs, console: &Console) -> Result<Exit, Failure> {
    let office = office(&args.office)?;
    let webhook = named(&office, &args.address)?;
    let from = args.from;
    block_on(async {
        let register = Register::open(office.register()).await?;
        let size = register.log_size().await?;
        if from > size {
            return Err(Failure::new(
                Refusal::Usage,
                message!(
                    "nhật ký của sổ chỉ có {size} mục: --from từ 0 đến {size}",
                    "the register's log has {size} acts: --from is 0 to {size}"
                ),
            ));
        }
        Cursor::of(&register, webhook.address.as_str()).replay(from).await?;
        Ok(register.close().await?)
    })??;
    console.step(&message!(
        "Gửi lại từ mục {from} trong vòng một phút",
        "It is told again from place {from} on, within a minute"
    ));
    Ok(Exit::Done)
}

fn key(args: &HooksKeyArgs, console: &Console) -> Result<Exit, Failure> {
    let public = office(&args.office)?.make_webhook_key()?;
    console.result(&format!("{public}\n"))?;
    Ok(Exit::Done)
}

/// The webhook at `address` in the configuration of `office`.
fn named<'a>(office: &'a Office, address: &str) -> Result<&'a Webhook, Failure> {
    let found = office.config().webhooks.iter().find(|webhook| webhook.address.as_str() == address);
    found.ok_or_else(|| {
        Failure::new(
            Refusal::Usage,
            message!(
                "vanthu.toml không có webhook ở {address}: xem `vanthu hooks list`",
                "vanthu.toml has no webhook at {address}: see `vanthu hooks list`"
            ),
        )
    })
}
