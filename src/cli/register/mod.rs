//! `vanthu register`: the register of outgoing documents.

mod acts;
pub mod args;
mod book;
mod list;
mod proof;

use args::{Register as Command, RegisterCode};

use super::console::Console;
use crate::cli::failure::{Exit, Failure};
use crate::explain::Refusal;
use crate::message;
use crate::register::{Entry, Register};

/// Runs a subcommand.
pub fn run(command: &Command, console: &Console) -> Result<Exit, Failure> {
    match command {
        Command::List(args) => list::list(args, console),
        Command::Find(args) => list::find(args, console),
        Command::Show(args) => list::show(args, console),
        Command::Export(args) => book::export(args, console),
        Command::Import(args) => book::import(args, console),
        Command::Reserve(args) => acts::reserve(args, console),
        Command::Fill(args) => acts::fill(args, console),
        Command::Dispatch(args) => acts::dispatch(args, console),
        Command::Receive(args) => acts::receive(args, console),
        Command::Recall(args) => acts::recall(args, console),
        Command::Replace(args) => acts::replace(args, console),
        Command::Verify(args) => proof::verify(args, console),
        Command::Prove(args) => proof::prove(args, console),
        Command::Checkpoint(args) => proof::checkpoint(args, console),
    }
}

/// The one entry that `asked` names.
async fn entry(register: &Register, asked: &RegisterCode) -> Result<Entry, Failure> {
    let code = &asked.code;
    let found = register.find_code(code).await?;
    let mut found: Vec<Entry> =
        found.into_iter().filter(|entry| asked.year.is_none_or(|year| year == entry.key.year)).collect();
    match (found.pop(), found.as_slice()) {
        (Some(entry), []) => Ok(entry),
        (None, _) => Err(Failure::new(
            Refusal::Conflict,
            message!("sổ không có văn bản số {code}", "the register has no document {code}"),
        )),
        (Some(_), _) => Err(Failure::new(
            Refusal::Usage,
            message!(
                "nhiều văn bản có số {code}: hãy chỉ ra năm với --year",
                "several documents are {code}: name the year with --year"
            ),
        )),
    }
}
