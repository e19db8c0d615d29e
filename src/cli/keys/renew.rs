//! `vanthu keys renew`: a new certificate for the same key and person.

use std::path::{Path, PathBuf};

use clap::Args;
use time::Duration;

use super::files::{LEAF_YEARS, check_not_revoked, file_name, folder, issuer, own_office, pin};
use crate::certificate::{self, NamedOrganization};
use crate::cli::console::Console;
use crate::cli::failure::{Exit, Failure};
use crate::cli::flags::{OfficeArg, PassphraseArgs, TimeArg};
use crate::cli::inputs::certificates;
use crate::file::{self, Existing};
use crate::keys::{self, Certificate, KeyError, Mandate, Subject, issued};
use crate::message;
use crate::role::Role;
use crate::verify::role_of;

#[derive(Debug, Args)]
pub struct KeysRenewArgs {
    /// The name of the certificate: NAME.crt; the old one is kept beside it.
    #[arg(value_parser = file_name)]
    pub name: String,
    /// The name of the root that vouches for it.
    #[arg(long, value_name = "NAME", value_parser = file_name)]
    pub issuer: String,
    /// How long it is valid, in years of 365 days; 2 otherwise.
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=50))]
    pub years: Option<u16>,
    /// Where the root's revocation list is published.
    #[arg(long, value_name = "URL")]
    pub crl_url: Option<String>,
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

pub fn run(args: &KeysRenewArgs, console: &Console) -> Result<Exit, Failure> {
    let (folder, _) = folder(args.dir.as_deref(), &args.office)?;
    let path = folder.join(format!("{}.crt", args.name));
    let (old, chain) = certificates(&path)?;
    let subject = Subject::of(&old);
    if certificate::may_issue(&old) {
        return Err(KeyError::RenewsRoot(subject.common_name).into());
    }
    let key = old.tbs_certificate().subject_public_key_info();
    check_not_revoked(&folder, &args.issuer, key, &subject)?;
    let (root, root_key) = issuer(&folder, &args.issuer, &args.passphrase, console)?;
    let now = args.time.moment();
    let lifetime = Duration::days(365 * i64::from(args.years.unwrap_or(LEAF_YEARS)));
    let address = args.crl_url.clone().or_else(|| certificate::list_address(&old));
    let mandate = Mandate { role: role_of(&old), organ_id: NamedOrganization::of(&old).organ_id };
    let replaced = certificate::fingerprint(&old).map_err(KeyError::from)?;
    let new = keys::certify(&subject, key, (&root_key, &root), address.as_deref(), &mandate, now, lifetime)?;
    issued::keep(&folder, &new)?;
    let kept = folder.join(format!(
        "{}-{}.crt",
        args.name,
        &certificate::fingerprint(&old).map_err(KeyError::from)?[..8]
    ));
    let disk = |path: &Path, cause: std::io::Error| Failure::disk(path, &cause);
    let both: Vec<Certificate> = std::iter::once(old).chain(chain).collect();
    file::write(&kept, certificate::to_pem(&both).map_err(KeyError::from)?.as_bytes(), Existing::Replace)
        .map_err(|cause| disk(&kept, cause))?;
    file::write(
        &path,
        certificate::to_pem(std::slice::from_ref(&new)).map_err(KeyError::from)?.as_bytes(),
        Existing::Replace,
    )
    .map_err(|cause| disk(&path, cause))?;
    let fingerprint = certificate::fingerprint(&new).map_err(KeyError::from)?;
    let (path, kept) = (path.display(), kept.display());
    console.step(&message!(
        "Chứng thư mới: {path}; chứng thư cũ giữ ở {kept}",
        "New certificate: {path}; the old one is kept as {kept}"
    ));
    console.step(&message!("Vân tay SHA-256: {fingerprint}", "SHA-256 fingerprint: {fingerprint}"));
    // Whoever might sign still may.
    let office = own_office(args.dir.as_deref(), &args.office)?;
    for role in Role::ALL {
        if office.as_ref().and_then(|own| own.config().signing.allows(role, &replaced)) == Some(true) {
            pin(office.as_ref(), role, &fingerprint, console)?;
        }
    }
    Ok(Exit::Done)
}
