//! `vanthu token`: tokens made, listed, rotated and revoked.

use secrecy::{ExposeSecret, SecretString};

use super::access::{Token as Command, TokenAdd, TokenList, TokenRevoke, TokenRotate};
use super::console::Console;
use super::inputs::{block_on, office, register};
use crate::access::{IssuedToken, TokenState, Tokens};
use crate::cli::failure::{Exit, Failure};
use crate::clock;
use crate::lang::Message;
use crate::message;

/// Runs a subcommand.
pub fn run(command: &Command, console: &Console) -> Result<Exit, Failure> {
    match command {
        Command::Add(args) => add(args, console),
        Command::List(args) => list(args, console),
        Command::Rotate(args) => rotate(args, console),
        Command::Revoke(args) => revoke(args, console),
    }
}

fn add(args: &TokenAdd, console: &Console) -> Result<Exit, Failure> {
    let office = office(&args.office)?;
    let text = block_on(async {
        let register = register(&office).await?;
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

fn rotate(args: &TokenRotate, console: &Console) -> Result<Exit, Failure> {
    let office = office(&args.office)?;
    let text = block_on(async {
        let register = register(&office).await?;
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

fn revoke(args: &TokenRevoke, console: &Console) -> Result<Exit, Failure> {
    let office = office(&args.office)?;
    block_on(async {
        let register = register(&office).await?;
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

fn list(args: &TokenList, console: &Console) -> Result<Exit, Failure> {
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
