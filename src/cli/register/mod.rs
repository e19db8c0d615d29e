//! `vanthu register`: the register of outgoing documents.

mod acts;
mod book;
mod continuity;
mod flags;
mod list;
mod proof;

use acts::{
    RegisterDispatchArgs, RegisterFillArgs, RegisterRecallArgs, RegisterReceiveArgs, RegisterReplaceArgs,
    RegisterReserveArgs,
};
use book::{RegisterExportArgs, RegisterImportArgs};
use clap::Subcommand;
use continuity::{RegisterAdoptArgs, RegisterRecoverArgs};
use list::{RegisterFindArgs, RegisterListArgs, RegisterShowArgs};
use proof::{RegisterCheckpointArgs, RegisterProveArgs, RegisterVerifyArgs};

use super::console::Console;
use crate::cli::failure::{Exit, Failure};

#[derive(Debug, Subcommand)]
pub enum RegisterCommand {
    /// List the registered documents.
    List(RegisterListArgs),
    /// Show one document: its line, its files, what happened to it.
    Show(RegisterShowArgs),
    /// List the documents with a text in number, subject, signer, recipients or notes; without diacritics it
    /// is found with and without.
    Find(RegisterFindArgs),
    /// Write the register in the decree's form (PDF), as CSV, XLSX or JSON, or the edXML header of one
    /// document.
    Export(RegisterExportArgs),
    /// Take over an older book from CSV with the ten columns of the decree's form.
    Import(RegisterImportArgs),
    /// Set numbers aside for paper documents.
    Reserve(RegisterReserveArgs),
    /// Record the paper document that got a number which was set aside.
    Fill(RegisterFillArgs),
    /// Record that a document was sent.
    Dispatch(RegisterDispatchArgs),
    /// Record that somebody has confirmed to have a document.
    Receive(RegisterReceiveArgs),
    /// Record that a document was recalled.
    Recall(RegisterRecallArgs),
    /// Record that another document takes the place of one.
    Replace(RegisterReplaceArgs),
    /// Prove that nothing in the register was changed, removed, renumbered or inserted later; or, with
    /// --receipt, that a receipt is genuine.
    Verify(RegisterVerifyArgs),
    /// Go on with a register that does not continue what it was: emptied, an older copy, changed. What happened is
    /// written down in it for ever.
    Recover(RegisterRecoverArgs),
    /// Take a changed name or identifier of vanthu.toml over into the register; numbers go on.
    Adopt(RegisterAdoptArgs),
    /// Write the receipt of one document, which others check without the register (C2SP tlog-proof).
    Prove(RegisterProveArgs),
    /// Write the newest checkpoint of the register's log, to be kept elsewhere.
    Checkpoint(RegisterCheckpointArgs),
}

pub fn run(command: &RegisterCommand, console: &Console) -> Result<Exit, Failure> {
    match command {
        RegisterCommand::List(args) => list::list(args, console),
        RegisterCommand::Find(args) => list::find(args, console),
        RegisterCommand::Show(args) => list::show(args, console),
        RegisterCommand::Export(args) => book::export(args, console),
        RegisterCommand::Import(args) => book::import(args, console),
        RegisterCommand::Reserve(args) => acts::reserve(args, console),
        RegisterCommand::Fill(args) => acts::fill(args, console),
        RegisterCommand::Dispatch(args) => acts::dispatch(args, console),
        RegisterCommand::Receive(args) => acts::receive(args, console),
        RegisterCommand::Recall(args) => acts::recall(args, console),
        RegisterCommand::Replace(args) => acts::replace(args, console),
        RegisterCommand::Verify(args) => proof::verify(args, console),
        RegisterCommand::Recover(args) => continuity::recover(args, console),
        RegisterCommand::Adopt(args) => continuity::adopt(args, console),
        RegisterCommand::Prove(args) => proof::prove(args, console),
        RegisterCommand::Checkpoint(args) => proof::checkpoint(args, console),
    }
}
