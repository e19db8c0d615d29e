//! `vanthu keys revoke` and `crl`: the revocation list of the office's root.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use time::Duration;

use super::files::{file_name, folder, issuer};
use crate::cli::console::Console;
use crate::cli::failure::{Exit, Failure};
use crate::cli::flags::{OfficeArg, PassphraseArgs, TimeArg};
use crate::cli::inputs::certificates;
use crate::file::{self, Existing};
use crate::keys::Certificate;
use crate::keys::revocation_list::{self, Reason};
use crate::message;

#[derive(Debug, Args)]
pub struct KeysRevokeArgs {
    /// The name of the certificate: NAME.crt, or the path of a certificate's file.
    #[arg(value_name = "NAME|FILE")]
    pub certificate: PathBuf,
    /// Why.
    #[arg(long, value_enum, default_value = "unspecified")]
    pub reason: ReasonArg,
    #[command(flatten)]
    pub list: CrlArgs,
}

/// Why a certificate is revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReasonArg {
    /// Not said.
    Unspecified,
    /// Others may have the key.
    KeyCompromise,
    /// The person has another position, or left.
    AffiliationChanged,
    /// There is a new certificate.
    Superseded,
    /// It is not needed any more.
    CessationOfOperation,
}

impl From<ReasonArg> for Reason {
    fn from(arg: ReasonArg) -> Reason {
        match arg {
            ReasonArg::Unspecified => Reason::Unspecified,
            ReasonArg::KeyCompromise => Reason::KeyCompromise,
            ReasonArg::AffiliationChanged => Reason::AffiliationChanged,
            ReasonArg::Superseded => Reason::Superseded,
            ReasonArg::CessationOfOperation => Reason::CessationOfOperation,
        }
    }
}

#[derive(Debug, Args)]
pub struct KeysCrlArgs {
    #[command(flatten)]
    pub list: CrlArgs,
}

/// The root's revocation list.
#[derive(Debug, Args)]
pub struct CrlArgs {
    /// The name of the root; its list is NAME.crl.
    #[arg(long, value_name = "NAME", value_parser = file_name)]
    pub issuer: String,
    /// For how many days the list is current.
    #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u16).range(1..=3650))]
    pub days: u16,
    /// The folder; the office's keys/ otherwise.
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    #[command(flatten)]
    pub passphrase: PassphraseArgs,
    #[command(flatten)]
    pub time: TimeArg,
    #[command(flatten)]
    pub office: OfficeArg,
}

pub fn revoke(args: &KeysRevokeArgs, console: &Console) -> Result<Exit, Failure> {
    let (folder, _) = folder(args.list.dir.as_deref(), &args.list.office)?;
    let named = folder.join(&args.certificate).with_extension("crt");
    let path = if named.is_file() { named } else { args.certificate.clone() };
    let (certificate, _) = certificates(&path)?;
    publish(&args.list, &folder, Some((&certificate, args.reason.into())), console)
}

pub fn crl(args: &KeysCrlArgs, console: &Console) -> Result<Exit, Failure> {
    let (folder, _) = folder(args.list.dir.as_deref(), &args.list.office)?;
    publish(&args.list, &folder, None, console)
}

/// Writes the root's next revocation list.
fn publish(
    args: &CrlArgs,
    folder: &Path,
    revoked: Option<(&Certificate, Reason)>,
    console: &Console,
) -> Result<Exit, Failure> {
    let path = folder.join(format!("{}.crl", args.issuer));
    let old = revocation_list::read(&path)?;
    let (root, root_key) = issuer(folder, &args.issuer, &args.passphrase, console)?;
    let days = Duration::days(i64::from(args.days));
    let list = revocation_list::follow(old.as_ref(), &root, &root_key, revoked, args.time.moment(), days)?;
    // DER, as it has to be published (RFC 5280 §4.2.1.13).
    file::write(&path, &revocation_list::to_der(&list)?, Existing::Replace)
        .map_err(|cause| Failure::disk(&path, &cause))?;
    let entries = list.tbs_cert_list.revoked_certificates.map_or(0, |entries| entries.len());
    let path = path.display();
    console.step(&message!(
        "Danh sách thu hồi: {path} ({entries} chứng thư)",
        "Revocation list: {path} ({entries} certificates)"
    ));
    Ok(Exit::Done)
}
