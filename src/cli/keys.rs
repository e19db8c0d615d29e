//! `vanthu keys`: private keys and certificates.

use std::fs;
use std::path::{Path, PathBuf};

use time::Duration;

use super::args::{KeysList, KeysNew, OfficeArg, PassphraseArgs};
use super::console::Console;
use super::failure::{Exit, Failure};
use super::inputs::office;
use super::passphrase;
use crate::file::{Existing, Staged};
use crate::keys::certificate::{self, Issuer};
use crate::keys::{KeyError, Listed, PrivateKey, Subject};
use crate::message;

/// How long certificates are valid where nothing is said, in years.
const ROOT_YEARS: u16 = 10;
const LEAF_YEARS: u16 = 2;

pub fn new(args: &KeysNew, console: &Console) -> Result<Exit, Failure> {
    let (folder, agency) = folder(args.dir.as_deref(), &args.office)?;
    let key_file = folder.join(format!("{}.key", args.name));
    let certificate_file = folder.join(format!("{}.crt", args.name));
    if let Some(path) = [&key_file, &certificate_file].into_iter().find(|path| path.exists()) {
        let path = path.display();
        return Err(Failure::new(
            Exit::Key,
            message!(
                "{path} đã có; khóa không bao giờ bị ghi đè",
                "{path} exists already; keys are never replaced"
            ),
        ));
    }
    let subject = Subject {
        common_name: args.common_name.clone(),
        title: args.title.clone(),
        organization: args.organization.clone().or(agency),
        unit: args.unit.clone(),
        locality: None,
    };
    let now = args.time.moment();
    let years = args.years.unwrap_or(if args.issuer.is_some() { LEAF_YEARS } else { ROOT_YEARS });
    let lifetime = Duration::days(365 * i64::from(years));
    let key = PrivateKey::generate()?;
    let certificate = match &args.issuer {
        None => certificate::issue(&subject, &key, Issuer::Itself, now, lifetime)?,
        Some(issuer) => {
            let root_file = folder.join(format!("{issuer}.crt"));
            let root = certificate::read(&root_file)?;
            let root = root.first().ok_or_else(|| KeyError::NotACertificate(root_file.clone()))?;
            let root_key = open_issuer(&folder.join(format!("{issuer}.key")), args, console)?;
            certificate::issue(&subject, &key, Issuer::Root(&root_key, root), now, lifetime)?
        }
    };
    let passphrase = if args.no_passphrase {
        None
    } else {
        Some(passphrase::choose(&args.name, &args.passphrase, console)?)
    };
    let pem = certificate::to_pem(std::slice::from_ref(&certificate))?;
    let staged = Staged::write(&certificate_file, pem.as_bytes())
        .map_err(|cause| Failure::disk(&certificate_file, &cause))?;
    key.write(&key_file, passphrase.as_ref())?;
    staged.place(Existing::Keep).map_err(|cause| Failure::disk(&certificate_file, &cause))?;
    let fingerprint = certificate::fingerprint(&certificate)?;
    let (key_path, certificate_path) = (key_file.display(), certificate_file.display());
    console.step(&message!("Khóa riêng (giữ kín): {key_path}", "Private key (keep it secret): {key_path}"));
    console.step(&message!("Chứng thư: {certificate_path}", "Certificate: {certificate_path}"));
    console.step(&message!("Vân tay SHA-256: {fingerprint}", "SHA-256 fingerprint: {fingerprint}"));
    Ok(Exit::Done)
}

/// The issuer's key has a passphrase of its own, unless the flags give one for both.
fn open_issuer(path: &Path, args: &KeysNew, console: &Console) -> Result<PrivateKey, Failure> {
    let source = PassphraseArgs {
        passphrase_file: args
            .issuer_passphrase_file
            .clone()
            .or_else(|| args.passphrase.passphrase_file.clone()),
        passphrase_fd: None,
    };
    passphrase::open(path, &source, console)
}

pub fn list(args: &KeysList, console: &Console) -> Result<Exit, Failure> {
    let (folder, _) = folder(args.dir.as_deref(), &args.office)?;
    let listed = crate::keys::list(&folder)?;
    if args.json {
        console.json(&listed)?;
    } else {
        for entry in &listed {
            console.result(&describe(entry, console))?;
        }
    }
    Ok(Exit::Done)
}

fn describe(entry: &Listed, console: &Console) -> String {
    let (name, subject) = (&entry.name, &entry.subject.common_name);
    let (from, until, fingerprint) = (&entry.not_before, &entry.not_after, &entry.fingerprint);
    let root = if entry.root { message!("gốc", "root") } else { message!("người ký", "signer") };
    let key = if entry.has_key {
        message!("có khóa riêng", "with its key")
    } else {
        message!("không có khóa riêng", "without its key")
    };
    let (root_vi, root_en, key_vi, key_en) = (root.vi, root.en, key.vi, key.en);
    let text = message!(
        "{name}  {subject} ({root_vi}, {key_vi})\n    {from} – {until}\n    SHA-256 {fingerprint}\n",
        "{name}  {subject} ({root_en}, {key_en})\n    {from} – {until}\n    SHA-256 {fingerprint}\n"
    );
    text.in_lang(console.lang()).to_owned()
}

/// The folder of keys, and the agency whose it is.
fn folder(given: Option<&Path>, args: &OfficeArg) -> Result<(PathBuf, Option<String>), Failure> {
    if let Some(folder) = given {
        fs::create_dir_all(folder).map_err(|cause| Failure::disk(folder, &cause))?;
        return Ok((folder.to_owned(), None));
    }
    let office = office(args)?;
    Ok((office.keys(), Some(office.config().agency.name.join(" "))))
}
