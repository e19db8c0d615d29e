//! `vanthu keys`: private keys and certificates.

use std::fs;
use std::path::{Path, PathBuf};

use time::Duration;
use zeroize::Zeroizing;

use super::args::{
    CrlArgs, KeysCertify, KeysCrl, KeysCsr, KeysImport, KeysImportCert, KeysList, KeysNew, KeysRenew,
    KeysRevoke, OfficeArg, PassphraseArgs,
};
use super::console::Console;
use super::inputs::{certificates, office, read_bounded, token_key};
use super::passphrase;
use crate::certificate;
use crate::cli::failure::{Exit, Failure};
use crate::clock;
use crate::explain::Refusal;
use crate::file::{self, Existing, Staged};
use crate::keys::revocation_list::{self, Reason};
use crate::keys::{
    self, Certificate, CertificateState, Issuer, KeyError, ListedCertificate, PrivateKey, Subject, pkcs12,
};
use crate::message;
use crate::sign::{SignError, WrongValue, algorithm_of};
use crate::verify::{signature_holds, signature_holds_as};

/// How long certificates are valid where nothing is said, in years.
const ROOT_YEARS: u16 = 10;
const LEAF_YEARS: u16 = 2;
/// The longest PKCS#12 file, in bytes.
const MAX_PKCS12: u64 = 1 << 20;

pub fn new(args: &KeysNew, console: &Console) -> Result<Exit, Failure> {
    let (folder, agency) = folder(args.dir.as_deref(), &args.office)?;
    let key_file = folder.join(format!("{}.key", args.name));
    let certificate_file = folder.join(format!("{}.crt", args.name));
    if let Some(path) = [&key_file, &certificate_file].into_iter().find(|path| path.exists()) {
        return Err(never_replaced(path));
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
    let key = PrivateKey::generate_as(args.algorithm.into())?;
    let certificate = match &args.issuer {
        None => keys::issue(&subject, &key, Issuer::Itself, now, lifetime)?,
        Some(issuer) => {
            let root_file = folder.join(format!("{issuer}.crt"));
            let root = keys::read_certificates(&root_file)?;
            let root = root.first().ok_or_else(|| KeyError::NotACertificate(root_file.clone()))?;
            let root_key = open_issuer(&folder.join(format!("{issuer}.key")), args, console)?;
            let list = args.crl_url.as_deref();
            keys::certify(&subject, &key.public_key_info()?, (&root_key, root), list, now, lifetime)?
        }
    };
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

/// `vanthu keys list`
pub fn list(args: &KeysList, console: &Console) -> Result<Exit, Failure> {
    let (folder, _) = folder(args.dir.as_deref(), &args.office)?;
    let listed = keys::list(&folder, clock::now())?;
    if args.json {
        console.json(&listed)?;
    } else {
        for entry in &listed {
            console.result(&describe(entry, console))?;
        }
    }
    Ok(Exit::Done)
}

fn describe(entry: &ListedCertificate, console: &Console) -> String {
    let ListedCertificate { name, algorithm, not_before, not_after, fingerprint, .. } = entry;
    let subject = &entry.subject.common_name;
    let kind = match (&entry.issuer, entry.root) {
        (None, true) => message!("gốc", "root"),
        (Some(issuer), true) => message!("gốc do {issuer} cấp", "root, by {issuer}"),
        (Some(issuer), false) => message!("người ký, {issuer} cấp", "signer, by {issuer}"),
        (None, false) => message!("người ký, tự cấp", "signer, by itself"),
    };
    let key = if entry.has_key {
        message!("có khóa riêng", "with its key")
    } else {
        message!("không có khóa riêng", "without its key")
    };
    let state = match (&entry.revoked, entry.state) {
        (Some(since), _) => message!("ĐÃ THU HỒI từ {since}", "REVOKED at {since}"),
        (None, CertificateState::NotYet) => message!("CHƯA CÓ HIỆU LỰC", "NOT VALID YET"),
        (None, CertificateState::Expired) => message!("ĐÃ HẾT HẠN", "EXPIRED"),
        (None, CertificateState::Valid | CertificateState::Revoked) => message!("còn hiệu lực", "valid"),
    };
    let (kind, key, state) =
        (kind.in_lang(console.lang()), key.in_lang(console.lang()), state.in_lang(console.lang()));
    format!(
        "{name}  {subject} ({kind}, {algorithm}, {key})\n    {not_before} – {not_after}: {state}\n    SHA-256 {fingerprint}\n"
    )
}

/// `vanthu keys csr`
pub fn csr(args: &KeysCsr, console: &Console) -> Result<Exit, Failure> {
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
        let is_new = !key_file.exists();
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
            console.step(&message!("Khóa riêng (giữ kín): {path}", "Private key (keep it secret): {path}"));
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

/// `vanthu keys certify`
pub fn certify(args: &KeysCertify, console: &Console) -> Result<Exit, Failure> {
    let (folder, _) = folder(args.dir.as_deref(), &args.office)?;
    let request = keys::read_request(&args.request)?;
    // A key that can't sign here gets no certificate.
    algorithm_of(&request.key)?;
    let (signed, value) = &request.signed;
    if !signature_holds_as(&request.key, &request.algorithm, signed, value) {
        return Err(KeyError::ForgedRequest(args.request.clone()).into());
    }
    let (root, root_key) = issuer(&folder, &args.issuer, &args.passphrase, console)?;
    let lifetime = Duration::days(365 * i64::from(args.years.unwrap_or(LEAF_YEARS)));
    let new = keys::certify(
        &request.subject,
        &request.key,
        (&root_key, &root),
        args.crl_url.as_deref(),
        args.time.moment(),
        lifetime,
    )?;
    let target = folder.join(format!("{}.crt", args.name));
    file::write(
        &target,
        certificate::to_pem(std::slice::from_ref(&new)).map_err(KeyError::from)?.as_bytes(),
        args.write.existing(),
    )
    .map_err(|cause| Failure::disk(&target, &cause))?;
    let (path, name) = (target.display(), request.subject.common_name);
    let fingerprint = certificate::fingerprint(&new).map_err(KeyError::from)?;
    console.step(&message!("Chứng thư của «{name}»: {path}", "Certificate of «{name}»: {path}"));
    console.step(&message!("Vân tay SHA-256: {fingerprint}", "SHA-256 fingerprint: {fingerprint}"));
    Ok(Exit::Done)
}

/// `vanthu keys import-cert`
pub fn import_certificate(args: &KeysImportCert, console: &Console) -> Result<Exit, Failure> {
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

/// `vanthu keys import`
pub fn import(args: &KeysImport, console: &Console) -> Result<Exit, Failure> {
    let (folder, _) = folder(args.dir.as_deref(), &args.office)?;
    let key_file = folder.join(format!("{}.key", args.name));
    let certificate_file = folder.join(format!("{}.crt", args.name));
    if let Some(path) = [&key_file, &certificate_file].into_iter().find(|path| path.exists()) {
        return Err(never_replaced(path));
    }
    let bytes = Zeroizing::new(read_bounded(&args.file, MAX_PKCS12 + 1)?);
    if bytes.len() as u64 > MAX_PKCS12 {
        return Err(KeyError::from(pkcs12::Problem::Structure).into());
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
    console.step(&message!("Khóa riêng (giữ kín): {key_path}", "Private key (keep it secret): {key_path}"));
    console.step(&message!("Chứng thư: {certificate_path}", "Certificate: {certificate_path}"));
    Ok(Exit::Done)
}

/// `vanthu keys renew`
pub fn renew(args: &KeysRenew, console: &Console) -> Result<Exit, Failure> {
    let (folder, _) = folder(args.dir.as_deref(), &args.office)?;
    let path = folder.join(format!("{}.crt", args.name));
    let (old, chain) = certificates(&path)?;
    let subject = Subject::of(&old);
    if certificate::may_issue(&old) {
        return Err(KeyError::RenewsRoot(subject.common_name).into());
    }
    let list = revocation_list::read(&folder.join(format!("{}.crl", args.issuer)))?;
    if list.is_some_and(|list| revocation_list::since(&list, &old).is_some()) {
        return Err(KeyError::RenewsRevoked(subject.common_name).into());
    }
    let (root, root_key) = issuer(&folder, &args.issuer, &args.passphrase, console)?;
    let now = args.time.moment();
    let lifetime = Duration::days(365 * i64::from(args.years.unwrap_or(LEAF_YEARS)));
    let address = args.crl_url.clone().or_else(|| certificate::list_address(&old));
    let new = keys::certify(
        &subject,
        old.tbs_certificate().subject_public_key_info(),
        (&root_key, &root),
        address.as_deref(),
        now,
        lifetime,
    )?;
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
    Ok(Exit::Done)
}

/// `vanthu keys revoke`
pub fn revoke(args: &KeysRevoke, console: &Console) -> Result<Exit, Failure> {
    let (folder, _) = folder(args.list.dir.as_deref(), &args.list.office)?;
    let named = folder.join(&args.certificate).with_extension("crt");
    let path = if named.is_file() { named } else { args.certificate.clone() };
    let (certificate, _) = certificates(&path)?;
    publish(&args.list, &folder, Some((&certificate, args.reason.into())), console)
}

/// `vanthu keys crl`
pub fn crl(args: &KeysCrl, console: &Console) -> Result<Exit, Failure> {
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

/// The root NAME in `folder`, with its key.
fn issuer(
    folder: &Path,
    name: &str,
    args: &PassphraseArgs,
    console: &Console,
) -> Result<(Certificate, PrivateKey), Failure> {
    let (root, _) = certificates(&folder.join(format!("{name}.crt")))?;
    let key = passphrase::open(&folder.join(format!("{name}.key")), args, console)?;
    Ok((root, key))
}

fn never_replaced(path: &Path) -> Failure {
    let path = path.display();
    Failure::new(
        Refusal::Key,
        message!(
            "{path} đã có; khóa không bao giờ bị ghi đè",
            "{path} exists already; keys are never replaced"
        ),
    )
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
