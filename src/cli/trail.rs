//! `vanthu trail`: what was done, and whether the trail still says so.

use super::access::{Trail as Command, TrailList, TrailVerify};
use super::console::Console;
use super::inputs::{block_on, office, register};
use crate::access::{Trail, TrailRow};
use crate::cli::failure::{Exit, Failure};
use crate::lang::Message;
use crate::message;
use crate::printable::printable;
use crate::verify::Verdict;

/// How many rows are read at once.
const PAGE: u16 = 1_000;

/// Runs a subcommand.
pub fn run(command: &Command, console: &Console) -> Result<Exit, Failure> {
    match command {
        Command::List(args) => list(args, console),
        Command::Verify(args) => verify(args, console),
    }
}

fn list(args: &TrailList, console: &Console) -> Result<Exit, Failure> {
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

fn verify(args: &TrailVerify, console: &Console) -> Result<Exit, Failure> {
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
