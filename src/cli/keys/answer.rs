//! `vanthu keys certify` and `import-cert`: the answer to a request for a certificate, given and taken.

use std::path::PathBuf;

use clap::Args;
use time::Duration;

use super::files::{LEAF_YEARS, check_not_revoked, file_name, folder, issuer, mandate, own_office, pin};
use crate::certificate;
use crate::cli::console::Console;
use crate::cli::failure::{Exit, Failure};
use crate::cli::flags::{OfficeArg, PassphraseArgs, RoleArg, TimeArg, WriteArgs};
use crate::cli::passphrase;
use crate::file;
use crate::keys::{self, Certificate, KeyError, issued};
use crate::message;
use crate::role::Role;
use crate::sign::algorithm_of;
use crate::verify::signature_holds_as;

#[derive(Debug, Args)]
pub struct KeysCertifyArgs {
    /// The name of the certificate's file: NAME.crt.
    #[arg(value_parser = file_name)]
    pub name: String,
    /// The request (PKCS#10, PEM); what it says of the person is taken over, so read it first.
    pub request: PathBuf,
    /// The name of the root that vouches for it.
    #[arg(long, value_name = "NAME", value_parser = file_name)]
    pub issuer: String,
    /// The role that it signs in: that stands in the certificate, and the office pins it in vanthu.toml.
    #[arg(long, value_enum)]
    pub role: Option<RoleArg>,
    /// The identifier of its office (mã định danh); that of the office otherwise, where the request names it.
    #[arg(long, value_name = "ORGAN_ID")]
    pub organ_id: Option<String>,
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
    pub write: WriteArgs,
    #[command(flatten)]
    pub time: TimeArg,
    #[command(flatten)]
    pub office: OfficeArg,
}

#[derive(Debug, Args)]
pub struct KeysImportCertArgs {
    /// The name of the key: NAME.key.
    #[arg(value_parser = file_name)]
    pub name: String,
    /// The certificate, with those that lead to its root (PEM).
    pub file: PathBuf,
    /// The folder; the office's keys/ otherwise.
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    #[command(flatten)]
    pub passphrase: PassphraseArgs,
    #[command(flatten)]
    pub write: WriteArgs,
    #[command(flatten)]
    pub office: OfficeArg,
}

pub fn certify(args: &KeysCertifyArgs, console: &Console) -> Result<Exit, Failure> {
    let (folder, _) = folder(args.dir.as_deref(), &args.office)?;
    let request = keys::read_request(&args.request)?;
    // A key that can't sign here gets no certificate.
    algorithm_of(&request.key)?;
    let (signed, value) = &request.signed;
    if !signature_holds_as(&request.key, &request.algorithm, signed, value) {
        return Err(KeyError::ForgedRequest(args.request.clone()).into());
    }
    check_not_revoked(&folder, &args.issuer, &request.key, &request.subject)?;
    let (root, root_key) = issuer(&folder, &args.issuer, &args.passphrase, console)?;
    let lifetime = Duration::days(365 * i64::from(args.years.unwrap_or(LEAF_YEARS)));
    let office = own_office(args.dir.as_deref(), &args.office)?;
    let role = args.role.map(Role::from);
    let named = request.subject.organization.as_deref();
    let mandate = mandate(role, args.organ_id.as_ref(), named, office.as_ref());
    let new = keys::certify(
        &request.subject,
        &request.key,
        (&root_key, &root),
        args.crl_url.as_deref(),
        &mandate,
        args.time.moment(),
        lifetime,
    )?;
    issued::keep(&folder, &new)?;
    let target = folder.join(format!("{}.crt", args.name));
    file::write(
        &target,
        certificate::to_pem(std::slice::from_ref(&new)).map_err(KeyError::from)?.as_bytes(),
        args.write.existing(),
    )
    .map_err(|cause| Failure::disk(&target, &cause))?;
    let (path, name) = (target.display(), request.subject.common_name);
    let fingerprint = certificate::fingerprint(&new).map_err(KeyError::from)?;
    console.step(&message!("Chứng thư của “{name}”: {path}", "Certificate of “{name}”: {path}"));
    console.step(&message!("Vân tay SHA-256: {fingerprint}", "SHA-256 fingerprint: {fingerprint}"));
    if let Some(role) = role {
        pin(office.as_ref(), role, &fingerprint, console)?;
    }
    Ok(Exit::Done)
}

pub fn import_certificate(args: &KeysImportCertArgs, console: &Console) -> Result<Exit, Failure> {
    let (folder, _) = folder(args.dir.as_deref(), &args.office)?;
    let key_file = folder.join(format!("{}.key", args.name));
    let mut chain = keys::read_certificates(&args.file)?;
    let key = passphrase::open(&key_file, &args.passphrase, console)?;
    let public = key.public_key_info()?;
    // Some authorities begin with themselves.
    let own = |one: &Certificate| *one.tbs_certificate().subject_public_key_info() == public;
    let place = chain.iter().position(own).ok_or(KeyError::OtherKey(key_file))?;
    chain.swap(0, place);
    let target = folder.join(format!("{}.crt", args.name));
    file::write(
        &target,
        certificate::to_pem(&chain).map_err(KeyError::from)?.as_bytes(),
        args.write.existing(),
    )
    .map_err(|cause| Failure::disk(&target, &cause))?;
    let path = target.display();
    console.step(&message!("Chứng thư: {path}", "Certificate: {path}"));
    Ok(Exit::Done)
}
