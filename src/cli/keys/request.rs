//! `vanthu keys csr`: a request for a certificate, which another authority answers.

use std::path::PathBuf;

use clap::Args;

use super::files::{KeyAlgorithmArg, file_name, folder};
use crate::cli::console::Console;
use crate::cli::failure::{Exit, Failure};
use crate::cli::flags::{OfficeArg, PassphraseArgs};
use crate::cli::inputs::token_key;
use crate::cli::passphrase;
use crate::file::{self, Existing};
use crate::keys::{self, PrivateKey, Subject};
use crate::message;
use crate::sign::{SignError, WrongValue, algorithm_of};
use crate::verify::signature_holds;

#[derive(Debug, Args)]
pub struct KeysCsrArgs {
    /// The name of the files: NAME.key, which is made where it is missing and no token is named, and NAME.csr.
    #[arg(value_parser = file_name)]
    pub name: String,
    /// Whose certificate it is to be.
    #[arg(long, value_name = "TEXT")]
    pub common_name: String,
    /// Position, such as «Chủ tịch».
    #[arg(long)]
    pub title: Option<String>,
    /// The organisation; the office's agency otherwise.
    #[arg(long)]
    pub organization: Option<String>,
    /// Its unit.
    #[arg(long)]
    pub unit: Option<String>,
    /// The kind of key.
    #[arg(long, value_enum, default_value = "ed25519")]
    pub algorithm: KeyAlgorithmArg,
    /// The folder; the office's keys/ otherwise.
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// The key is in a token: its PKCS#11 module. The PIN is asked for as a passphrase is.
    #[arg(long, value_name = "MODULE")]
    pub token: Option<PathBuf>,
    /// The token's label, where there are several.
    #[arg(long, value_name = "LABEL", requires = "token")]
    pub token_label: Option<String>,
    /// The label of the key in the token, where it has several.
    #[arg(long, value_name = "LABEL", requires = "token")]
    pub key_label: Option<String>,
    /// Leave the key file without a passphrase: whoever copies it can sign.
    #[arg(long, conflicts_with_all = ["passphrase_file", "passphrase_fd"])]
    pub no_passphrase: bool,
    #[command(flatten)]
    pub passphrase: PassphraseArgs,
    #[command(flatten)]
    pub office: OfficeArg,
}

pub fn run(args: &KeysCsrArgs, console: &Console) -> Result<Exit, Failure> {
    let (folder, agency) = folder(args.dir.as_deref(), &args.office)?;
    let key_file = folder.join(format!("{}.key", args.name));
    let request_file = folder.join(format!("{}.csr", args.name));
    let subject = Subject {
        common_name: args.common_name.clone(),
        title: args.title.clone(),
        organization: args.organization.clone().or(agency),
        unit: args.unit.clone(),
        locality: None,
    };
    let request = if let Some(module) = &args.token {
        let (token, label) = (args.token_label.as_deref(), args.key_label.as_deref());
        let key = token_key(module, token, label, &args.passphrase, console)?;
        let (public, algorithm) = (key.public_key_info(), key.algorithm());
        let sign = |message: &[u8]| {
            let value = key.sign(message)?;
            // What a token calls the public half of a key need not be that.
            let holds = signature_holds(public, algorithm, message, &value);
            holds.then_some(value).ok_or_else(|| Failure::from(SignError::from(WrongValue::Key)))
        };
        keys::request(&subject, public, algorithm, sign)?
    } else {
        let is_new = !key_file.try_exists().map_err(|cause| Failure::disk(&key_file, &cause))?;
        let key = match is_new {
            true => PrivateKey::generate_as(args.algorithm.into())?,
            false => passphrase::open(&key_file, &args.passphrase, console)?,
        };
        let public = key.public_key_info()?;
        let sign = |message: &[u8]| Ok::<_, Failure>(key.sign(message));
        let request = keys::request(&subject, &public, algorithm_of(&public)?, sign)?;
        if is_new {
            let passphrase = match args.no_passphrase {
                true => None,
                false => Some(passphrase::choose(&args.name, &args.passphrase, console)?),
            };
            key.write(&key_file, passphrase.as_ref())?;
            let path = key_file.display();
            console.step(&message!("Khóa bí mật (giữ kín): {path}", "Private key (keep it secret): {path}"));
        }
        request
    };
    // A request is made again as often as one likes; it gives nothing away.
    file::write(&request_file, request.as_bytes(), Existing::Replace)
        .map_err(|cause| Failure::disk(&request_file, &cause))?;
    let path = request_file.display();
    console.step(&message!(
        "Yêu cầu cấp chứng thư (PKCS#10): {path}",
        "Request for a certificate (PKCS#10): {path}"
    ));
    Ok(Exit::Done)
}
