//! `vanthu keys new`: a key and its certificate.

use std::path::{Path, PathBuf};

use clap::Args;
use time::Duration;

use super::files::{KeyAlgorithmArg, LEAF_YEARS, check_free, file_name, folder, mandate, own_office, pin};
use crate::certificate;
use crate::cli::console::Console;
use crate::cli::failure::{Exit, Failure};
use crate::cli::flags::{OfficeArg, PassphraseArgs, RoleArg, TimeArg};
use crate::cli::passphrase;
use crate::file::{Existing, Staged};
use crate::keys::{self, KeyError, PrivateKey, Subject, issued};
use crate::message;
use crate::role::Role;

/// How long a root is valid where nothing is said, in years.
const ROOT_YEARS: u16 = 10;

#[derive(Debug, Args)]
pub struct KeysNewArgs {
    /// The name of the files, such as root, chairman, agency.
    #[arg(value_parser = file_name)]
    pub name: String,
    /// A root certificate, which vouches for others.
    #[arg(long, conflicts_with = "issuer", required_unless_present = "issuer")]
    pub root: bool,
    /// The name of the root that vouches for this one.
    #[arg(long, value_name = "NAME", value_parser = file_name)]
    pub issuer: Option<String>,
    /// Whose certificate it is, as shown to recipients.
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
    /// The role that it signs in: that stands in the certificate, and the office pins it in vanthu.toml.
    #[arg(long, value_enum, requires = "issuer")]
    pub role: Option<RoleArg>,
    /// The identifier of its office (mã định danh); that of the office otherwise.
    #[arg(long, value_name = "ORGAN_ID")]
    pub organ_id: Option<String>,
    /// The kind of key.
    #[arg(long, value_enum, default_value = "ed25519")]
    pub algorithm: KeyAlgorithmArg,
    /// Where the root's revocation list is published; recipients' programs look there.
    #[arg(long, value_name = "URL", requires = "issuer")]
    pub crl_url: Option<String>,
    /// How long it is valid, in years of 365 days; 10 for a root, 2 for others otherwise.
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=50))]
    pub years: Option<u16>,
    /// The folder; the office's keys/ otherwise.
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// Leave the key file without a passphrase: whoever copies it can sign.
    #[arg(long, conflicts_with_all = ["passphrase_file", "passphrase_fd"])]
    pub no_passphrase: bool,
    /// Read the issuer's passphrase from the first line of this file.
    #[arg(long, value_name = "FILE")]
    pub issuer_passphrase_file: Option<PathBuf>,
    #[command(flatten)]
    pub passphrase: PassphraseArgs,
    #[command(flatten)]
    pub time: TimeArg,
    #[command(flatten)]
    pub office: OfficeArg,
}

pub fn run(args: &KeysNewArgs, console: &Console) -> Result<Exit, Failure> {
    let (folder, agency) = folder(args.dir.as_deref(), &args.office)?;
    let key_file = folder.join(format!("{}.key", args.name));
    let certificate_file = folder.join(format!("{}.crt", args.name));
    check_free(&[&key_file, &certificate_file])?;
    let subject = Subject {
        common_name: args.common_name.clone(),
        title: args.title.clone(),
        organization: args.organization.clone().or(agency),
        unit: args.unit.clone(),
        locality: None,
    };
    let office = own_office(args.dir.as_deref(), &args.office)?;
    let role = args.role.map(Role::from);
    let mandate = mandate(role, args.organ_id.as_ref(), subject.organization.as_deref(), office.as_ref());
    let now = args.time.moment();
    let years = args.years.unwrap_or(if args.issuer.is_some() { LEAF_YEARS } else { ROOT_YEARS });
    let lifetime = Duration::days(365 * i64::from(years));
    let key = PrivateKey::generate_as(args.algorithm.into())?;
    let certificate = match &args.issuer {
        None => keys::issue_root(&subject, &key, mandate.organ_id, now, lifetime)?,
        Some(issuer) => {
            let root_file = folder.join(format!("{issuer}.crt"));
            let root = keys::read_certificates(&root_file)?;
            let root = root.first().ok_or_else(|| KeyError::NotACertificate(root_file.clone()))?;
            let root_key = open_issuer(&folder.join(format!("{issuer}.key")), args, console)?;
            let list = args.crl_url.as_deref();
            let public = key.public_key_info()?;
            keys::certify(&subject, &public, (&root_key, root), list, &mandate, now, lifetime)?
        }
    };
    issued::keep(&folder, &certificate)?;
    let passphrase = if args.no_passphrase {
        None
    } else {
        Some(passphrase::choose(&args.name, &args.passphrase, console)?)
    };
    let pem = certificate::to_pem(std::slice::from_ref(&certificate)).map_err(KeyError::from)?;
    let staged = Staged::write(&certificate_file, pem.as_bytes())
        .map_err(|cause| Failure::disk(&certificate_file, &cause))?;
    key.write(&key_file, passphrase.as_ref())?;
    staged.place(Existing::Keep).map_err(|cause| Failure::disk(&certificate_file, &cause))?;
    let fingerprint = certificate::fingerprint(&certificate).map_err(KeyError::from)?;
    let (key_path, certificate_path) = (key_file.display(), certificate_file.display());
    console.step(&message!("Khóa bí mật (giữ kín): {key_path}", "Private key (keep it secret): {key_path}"));
    console.step(&message!("Chứng thư: {certificate_path}", "Certificate: {certificate_path}"));
    console.step(&message!("Vân tay SHA-256: {fingerprint}", "SHA-256 fingerprint: {fingerprint}"));
    if let Some(role) = role {
        pin(office.as_ref(), role, &fingerprint, console)?;
    }
    Ok(Exit::Done)
}

/// The issuer's key has a passphrase of its own, unless the flags give one for both.
fn open_issuer(path: &Path, args: &KeysNewArgs, console: &Console) -> Result<PrivateKey, Failure> {
    let source = PassphraseArgs {
        passphrase_file: args
            .issuer_passphrase_file
            .clone()
            .or_else(|| args.passphrase.passphrase_file.clone()),
        passphrase_fd: None,
    };
    passphrase::open(path, &source, console)
}
