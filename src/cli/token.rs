//! `vanthu token`: tokens made, listed, rotated and revoked.

use clap::{Args, Subcommand, ValueEnum};
use secrecy::{ExposeSecret, SecretString};

use super::console::Console;
use super::flags::OfficeArg;
use super::inputs::{block_on, office, register};
use crate::access::{Duty, Grace, IssuedToken, Lifetime, TokenName, TokenState, Tokens};
use crate::cli::failure::{Exit, Failure};
use crate::clock;
use crate::lang::Message;
use crate::message;
use crate::register::Register;

#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Make a token and print it, this once: the database keeps a digest.
    Add(TokenAddArgs),
    /// List the tokens that were made.
    List(TokenListArgs),
    /// Make a new secret for a token, and let the old one end.
    Rotate(TokenRotateArgs),
    /// End a token now.
    Revoke(TokenRevokeArgs),
}

#[derive(Debug, Args)]
pub struct TokenAddArgs {
    /// Whose it is, or which program's: letters, digits and -._@.
    #[arg(long)]
    pub name: TokenName,
    /// What it is for.
    #[arg(long, value_enum)]
    pub duty: DutyArg,
    /// After how many days it ends; two years (730) at the most.
    #[arg(long, default_value = "365", value_parser = lifetime, value_name = "N")]
    pub days: Lifetime,
    #[command(flatten)]
    pub office: OfficeArg,
}

#[derive(Debug, Args)]
pub struct TokenListArgs {
    /// As JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub office: OfficeArg,
}

#[derive(Debug, Args)]
pub struct TokenRotateArgs {
    /// The token.
    pub name: TokenName,
    /// For how many hours the old secret still opens: 0 to 168.
    #[arg(long, default_value = "24", value_parser = grace, value_name = "HOURS")]
    pub grace: Grace,
    #[command(flatten)]
    pub office: OfficeArg,
}

#[derive(Debug, Args)]
pub struct TokenRevokeArgs {
    /// The token.
    pub name: TokenName,
    #[command(flatten)]
    pub office: OfficeArg,
}

/// What a token may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DutyArg {
    /// Drafting (soạn thảo): check, preview, read.
    Drafter,
    /// Signing under the position (người có thẩm quyền).
    Signer,
    /// Numbering, sealing, the register (văn thư).
    Clerk,
    /// Reading everything, the trail too (kiểm tra).
    Auditor,
    /// Verifying only (công dân, phần mềm bên ngoài).
    Public,
}

impl From<DutyArg> for Duty {
    fn from(arg: DutyArg) -> Duty {
        match arg {
            DutyArg::Drafter => Duty::Drafter,
            DutyArg::Signer => Duty::Signer,
            DutyArg::Clerk => Duty::Clerk,
            DutyArg::Auditor => Duty::Auditor,
            DutyArg::Public => Duty::Public,
        }
    }
}

pub fn run(command: &TokenCommand, console: &Console) -> Result<Exit, Failure> {
    match command {
        TokenCommand::Add(args) => add(args, console),
        TokenCommand::List(args) => list(args, console),
        TokenCommand::Rotate(args) => rotate(args, console),
        TokenCommand::Revoke(args) => revoke(args, console),
    }
}

fn add(args: &TokenAddArgs, console: &Console) -> Result<Exit, Failure> {
    let office = office(&args.office)?;
    let text = block_on(async {
        let register = Register::open(office.register()).await?;
        let text = Tokens::of(&register).add(&args.name, args.duty.into(), args.days, clock::now()).await?;
        register.close().await?;
        Ok::<_, Failure>(text)
    })??;
    show(&text, console)?;
    let name = &args.name;
    console.step(&message!(
        "Đã tạo mã truy cập {name}. Chép mã ngay: mã chỉ hiện một lần này",
        "Made the token {name}. Copy it now: it is shown this once"
    ));
    Ok(Exit::Done)
}

fn rotate(args: &TokenRotateArgs, console: &Console) -> Result<Exit, Failure> {
    let office = office(&args.office)?;
    let text = block_on(async {
        let register = Register::open(office.register()).await?;
        let text = Tokens::of(&register).rotate(&args.name, args.grace, clock::now()).await?;
        register.close().await?;
        Ok::<_, Failure>(text)
    })??;
    show(&text, console)?;
    let (name, hours) = (&args.name, args.grace.hours());
    console.step(&message!(
        "Đã đổi mã truy cập {name}; mã cũ hết hiệu lực sau {hours} giờ. Mã mới chỉ hiện một lần này",
        "Rotated the token {name}; the old one ends after {hours} hours. The new one is shown this once"
    ));
    Ok(Exit::Done)
}

fn revoke(args: &TokenRevokeArgs, console: &Console) -> Result<Exit, Failure> {
    let office = office(&args.office)?;
    block_on(async {
        let register = Register::open(office.register()).await?;
        Tokens::of(&register).revoke(&args.name, clock::now()).await?;
        register.close().await?;
        Ok::<_, Failure>(())
    })??;
    let name = &args.name;
    console.step(&message!(
        "Đã thu hồi mã truy cập {name}: từ bây giờ mã không dùng được nữa",
        "Revoked the token {name}: it opens nothing from now on"
    ));
    Ok(Exit::Done)
}

fn list(args: &TokenListArgs, console: &Console) -> Result<Exit, Failure> {
    let office = office(&args.office)?;
    let tokens = block_on(async {
        let register = register(&office).await?;
        let tokens = Tokens::of(&register).list(clock::now()).await?;
        register.close().await?;
        Ok::<_, Failure>(tokens)
    })??;
    if args.json {
        console.json(&tokens)?;
        return Ok(Exit::Done);
    }
    if tokens.is_empty() {
        console.step(&message!("Không có mã truy cập nào", "There is no token"));
    }
    for token in &tokens {
        console.result(line(token).in_lang(console.lang()))?;
    }
    Ok(Exit::Done)
}

fn line(token: &IssuedToken) -> Message {
    let IssuedToken { name, made, ends, .. } = token;
    let duty = token.duty.name();
    match token.state {
        TokenState::InUse => {
            message!("{name}  {duty}  {made} – {ends}\n", "{name}  {duty}  {made} – {ends}\n")
        }
        TokenState::Rotated => message!(
            "{name}  {duty}  {made} – {ends} [đã đổi]\n",
            "{name}  {duty}  {made} – {ends} [rotated]\n"
        ),
        TokenState::Ended => message!(
            "{name}  {duty}  {made} – {ends} [hết hiệu lực]\n",
            "{name}  {duty}  {made} – {ends} [ended]\n"
        ),
    }
}

/// Writes the token to standard output, without a copy of it that stays behind.
fn show(text: &SecretString, console: &Console) -> Result<(), Failure> {
    console.result(text.expose_secret())?;
    console.result("\n")
}

fn lifetime(text: &str) -> Result<Lifetime, String> {
    let days = text.parse().ok().and_then(Lifetime::of_days);
    days.ok_or_else(|| format!("1 to {} days", Lifetime::MAX_DAYS))
}

fn grace(text: &str) -> Result<Grace, String> {
    let hours = text.parse().ok().and_then(Grace::of_hours);
    hours.ok_or_else(|| format!("0 to {} hours", Grace::MAX_HOURS))
}
