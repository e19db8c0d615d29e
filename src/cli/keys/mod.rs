//! `vanthu keys`: private keys and certificates.

mod answer;
mod files;
mod import;
mod list;
mod new;
mod renew;
mod request;
mod revoke;

use clap::Subcommand;

use super::console::Console;
use crate::cli::failure::{Exit, Failure};
use answer::{KeysCertifyArgs, KeysImportCertArgs};
use import::KeysImportArgs;
use list::KeysListArgs;
use new::KeysNewArgs;
use renew::KeysRenewArgs;
use request::KeysCsrArgs;
use revoke::{KeysCrlArgs, KeysRevokeArgs};

#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Make a key and its certificate: NAME.key and NAME.crt.
    New(Box<KeysNewArgs>),
    /// List the certificates, and which have their key here.
    List(KeysListArgs),
    /// Make a key and a request for a certificate (PKCS#10), which another authority answers.
    Csr(Box<KeysCsrArgs>),
    /// Answer such a request by the office's own root.
    Certify(Box<KeysCertifyArgs>),
    /// Take the certificate that an authority issued for a key that is here.
    ImportCert(KeysImportCertArgs),
    /// Take a key with its certificate from a PKCS#12 file (.p12, .pfx).
    Import(KeysImportArgs),
    /// Make a new certificate for the same key and person, by the office's root.
    Renew(KeysRenewArgs),
    /// Revoke a key: all its certificates by the office's root, in the root's revocation list.
    Revoke(KeysRevokeArgs),
    /// Write the root's revocation list anew, before the old one is out of date.
    Crl(KeysCrlArgs),
}

pub fn run(command: &KeysCommand, console: &Console) -> Result<Exit, Failure> {
    match command {
        KeysCommand::New(args) => new::run(args, console),
        KeysCommand::List(args) => list::run(args, console),
        KeysCommand::Csr(args) => request::run(args, console),
        KeysCommand::Certify(args) => answer::certify(args, console),
        KeysCommand::ImportCert(args) => answer::import_certificate(args, console),
        KeysCommand::Import(args) => import::run(args, console),
        KeysCommand::Renew(args) => renew::run(args, console),
        KeysCommand::Revoke(args) => revoke::revoke(args, console),
        KeysCommand::Crl(args) => revoke::crl(args, console),
    }
}
