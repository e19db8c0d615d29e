//! `vanthu keys import`: a key and its certificate from a PKCS#12 file.

use std::path::PathBuf;

use clap::Args;
use zeroize::Zeroizing;

use super::files::{check_free, file_name, folder};
use crate::certificate;
use crate::cli::console::Console;
use crate::cli::failure::{Exit, Failure};
use crate::cli::flags::{OfficeArg, PassphraseArgs};
use crate::cli::inputs::read_beginning;
use crate::cli::passphrase;
use crate::file::{Existing, Staged};
use crate::keys::{self, KeyError, pkcs12};
use crate::message;

/// The longest PKCS#12 file, in bytes.
const MAX_PKCS12: u64 = 1 << 20;

#[derive(Debug, Args)]
pub struct KeysImportArgs {
    /// The name of the files to write: NAME.key and NAME.crt.
    #[arg(value_parser = file_name)]
    pub name: String,
    /// The PKCS#12 file.
    pub file: PathBuf,
    /// The folder; the office's keys/ otherwise.
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// Read the passphrase of the PKCS#12 file from the first line of this file; the same as the new one's
    /// otherwise.
    #[arg(long, value_name = "FILE")]
    pub p12_passphrase_file: Option<PathBuf>,
    #[command(flatten)]
    pub passphrase: PassphraseArgs,
    #[command(flatten)]
    pub office: OfficeArg,
}

pub fn run(args: &KeysImportArgs, console: &Console) -> Result<Exit, Failure> {
    let (folder, _) = folder(args.dir.as_deref(), &args.office)?;
    let key_file = folder.join(format!("{}.key", args.name));
    let certificate_file = folder.join(format!("{}.crt", args.name));
    check_free(&[&key_file, &certificate_file])?;
    let bytes = Zeroizing::new(read_beginning(&args.file, MAX_PKCS12 + 1)?);
    if bytes.len() as u64 > MAX_PKCS12 {
        return Err(KeyError::from(pkcs12::Pkcs12Error::Structure).into());
    }
    let passphrase = passphrase::choose(&args.name, &args.passphrase, console)?;
    let outer = match &args.p12_passphrase_file {
        Some(path) => keys::passphrase::read(path)?,
        None => passphrase.clone(),
    };
    let (key, chain) = pkcs12::open(&bytes, &outer)?;
    let pem = certificate::to_pem(&chain).map_err(KeyError::from)?;
    let staged = Staged::write(&certificate_file, pem.as_bytes())
        .map_err(|cause| Failure::disk(&certificate_file, &cause))?;
    key.write(&key_file, Some(&passphrase))?;
    staged.place(Existing::Keep).map_err(|cause| Failure::disk(&certificate_file, &cause))?;
    let (key_path, certificate_path) = (key_file.display(), certificate_file.display());
    console.step(&message!("Khóa bí mật (giữ kín): {key_path}", "Private key (keep it secret): {key_path}"));
    console.step(&message!("Chứng thư: {certificate_path}", "Certificate: {certificate_path}"));
    Ok(Exit::Done)
}
