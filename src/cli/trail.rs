//! `vanthu trail`: what was done, and whether the trail still says so.

use clap::{Args, Subcommand};

use super::console::Console;
use super::flags::OfficeArg;
use super::inputs::{block_on, office, register};
use crate::access::{Head, Trail, TrailRow};
use crate::cli::failure::{Exit, Failure};
use crate::lang::Message;
use crate::message;
use crate::printable::printable;
use crate::verify::Verdict;

/// How many rows are read at once.
const PAGE: u16 = 1_000;

#[derive(Debug, Subcommand)]
pub enum TrailCommand {
    /// List what was done, in its order.
    List(TrailListArgs),
    /// Prove that nothing in the trail was changed or taken away, and print how far it goes.
    Verify(TrailVerifyArgs),
}

#[derive(Debug, Args)]
pub struct TrailListArgs {
    /// Only what is behind this row.
    #[arg(long, value_name = "ROW")]
    pub after: Option<u64>,
    /// As JSON Lines: one object a row.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub office: OfficeArg,
}

#[derive(Debug, Args)]
pub struct TrailVerifyArgs {
    /// What an earlier `trail verify` printed, kept elsewhere: without it rows that were taken from the end, or a
    /// trail written anew, can't be told.
    #[arg(long, value_name = "SIZE:SHA256")]
    pub head: Option<Head>,
    #[command(flatten)]
    pub office: OfficeArg,
}

pub fn run(command: &TrailCommand, console: &Console) -> Result<Exit, Failure> {
    match command {
        TrailCommand::List(args) => list(args, console),
        TrailCommand::Verify(args) => verify(args, console),
    }
}

fn list(args: &TrailListArgs, console: &Console) -> Result<Exit, Failure> {
    let office = office(&args.office)?;
    block_on(async {
        let register = register(&office).await?;
        let trail = Trail::of(&register);
        let mut after = args.after;
        loop {
            let rows = trail.list(after, PAGE).await?;
            for row in &rows {
                if args.json { console.json_line(row)? } else { console.result(&line(row))? }
            }
            match rows.last() {
                Some(last) => after = Some(last.place),
                None => break,
            }
        }
        register.close().await?;
        Ok(Exit::Done)
    })?
}

fn line(row: &TrailRow) -> String {
    let TrailRow { place, at, name, duty, act, subject, outcome, request, .. } = row;
    let words = [at, name, duty, act, subject, outcome, request].map(String::as_str);
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    printable(&format!("{place}  {}", words.join("  "))).replace('\n', "\u{FFFD}") + "\n"
}

fn verify(args: &TrailVerifyArgs, console: &Console) -> Result<Exit, Failure> {
    let office = office(&args.office)?;
    let audit = block_on(async {
        let register = register(&office).await?;
        let audit = Trail::of(&register).verify(args.head.as_ref()).await?;
        register.close().await?;
        Ok::<_, Failure>(audit)
    })??;
    if let Some(fault) = &audit.fault {
        let Message { vi, en } = fault.words();
        let words = message!("✖ {vi}\n", "✖ {en}\n");
        console.result(words.in_lang(console.lang()))?;
        return Ok(Exit::Verdict(Verdict::Invalid));
    }
    console.result(&format!("{}\n", audit.head))?;
    let size = audit.head.size;
    console.step(&message!(
        "{size} dòng, không dòng nào bị sửa. Giữ dòng trên ở nơi khác để lần sau so với --head",
        "{size} rows, none of them changed. Keep the line above elsewhere, and compare with --head next time"
    ));
    Ok(Exit::Done)
}
