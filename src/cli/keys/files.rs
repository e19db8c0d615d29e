//! Where the keys and certificates of `vanthu keys` lie, and how they are named.

use std::fs;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::cli::console::Console;
use crate::cli::failure::Failure;
use crate::cli::flags::{OfficeArg, PassphraseArgs};
use crate::cli::inputs::{certificates, office};
use crate::cli::passphrase;
use crate::explain::Refusal;
use crate::keys::{
    Certificate, KeyAlgorithm, KeyError, Mandate, OwnList, PrivateKey, Subject, SubjectPublicKeyInfoOwned,
    issued, revocation_list,
};
use crate::lang::Message;
use crate::message;
use crate::office::Office;
use crate::office_name::is_same_name;
use crate::role::{Role, role_name};

/// How long a certificate that is not a root is valid where nothing is said, in years.
pub const LEAF_YEARS: u16 = 2;

/// The kinds of keys that the program makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum KeyAlgorithmArg {
    /// Ed25519.
    Ed25519,
    /// ECDSA on NIST P-256.
    P256,
    /// ECDSA on NIST P-384.
    P384,
}

impl From<KeyAlgorithmArg> for KeyAlgorithm {
    fn from(arg: KeyAlgorithmArg) -> KeyAlgorithm {
        match arg {
            KeyAlgorithmArg::Ed25519 => KeyAlgorithm::Ed25519,
            KeyAlgorithmArg::P256 => KeyAlgorithm::P256,
            KeyAlgorithmArg::P384 => KeyAlgorithm::P384,
        }
    }
}

/// Parses the name of a key or a certificate: the files are NAME.key and NAME.crt.
pub fn file_name(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !text.is_empty() && text.chars().all(plain) {
        Ok(text.to_owned())
    } else {
        Err("only the letters a-z, digits, `-` and `_`".to_owned())
    }
}

/// The root NAME in `folder`, with its key.
pub fn issuer(
    folder: &Path,
    name: &str,
    args: &PassphraseArgs,
    console: &Console,
) -> Result<(Certificate, PrivateKey), Failure> {
    let (root, _) = certificates(&folder.join(format!("{name}.crt")))?;
    let key = passphrase::open(&folder.join(format!("{name}.key")), args, console)?;
    Ok((root, key))
}

/// A revoked key gets no other certificate of the root NAME in `folder`: the same key would be believed again.
pub fn check_not_revoked(
    folder: &Path,
    name: &str,
    key: &SubjectPublicKeyInfoOwned,
    subject: &Subject,
) -> Result<(), Failure> {
    let (root, _) = certificates(&folder.join(format!("{name}.crt")))?;
    let Some(list) = OwnList::of(folder, name).read(&root)? else { return Ok(()) };
    let known = issued::of_key(folder, key)?;
    if known.iter().any(|certificate| revocation_list::since(&list, certificate).is_some()) {
        return Err(KeyError::RenewsRevoked(subject.common_name.clone()).into());
    }
    Ok(())
}

/// Where the key and the certificate are to be, there is nothing yet.
pub fn check_free(paths: &[&Path]) -> Result<(), Failure> {
    for path in paths {
        if path.try_exists().map_err(|cause| Failure::disk(path, &cause))? {
            let path = path.display();
            return Err(Failure::new(
                Refusal::Key,
                message!(
                    "{path} đã có; khóa không bao giờ bị ghi đè",
                    "{path} exists already; keys are never replaced"
                ),
            ));
        }
    }
    Ok(())
}

/// What certificates of the office say beside whom they name: its identifier, where the certificate is of the office
/// itself, which calls itself by the name `organization`.
pub fn mandate(
    role: Option<Role>,
    organ_id: Option<&String>,
    named: Option<&str>,
    office: Option<&Office>,
) -> Mandate {
    let own =
        office.map(Office::identity).filter(|own| named.is_some_and(|named| is_same_name(named, &own.name)));
    Mandate { role, organ_id: organ_id.cloned().or_else(|| own.and_then(|own| own.organ_id)) }
}

/// The office whose keys they are; none where they are in a `given` folder.
pub fn own_office(given: Option<&Path>, args: &OfficeArg) -> Result<Option<Office>, Failure> {
    if given.is_some() { Ok(None) } else { office(args).map(Some) }
}

/// Pins the certificate with this `fingerprint` in `role`, where there is an `office`.
pub fn pin(office: Option<&Office>, role: Role, fingerprint: &str, console: &Console) -> Result<(), Failure> {
    let Some(office) = office else { return Ok(()) };
    let is_first = office.config().signing.certificates(role).is_empty();
    office.pin(role, fingerprint)?;
    let (field, Message { vi, en }) = (role.field_name(), role_name(role));
    console.step(&message!(
        "Đã ghi vào vanthu.toml (signing.{field}): chứng thư này được ký với tư cách {vi}",
        "Written into vanthu.toml (signing.{field}): this certificate may sign as {en}"
    ));
    if is_first {
        console.step(&message!(
            "Từ nay chỉ chứng thư ghi ở đó được ký với tư cách {vi}: chứng thư khác đang dùng, hoặc đã ký văn bản trước đây, cũng phải ghi vào.",
            "From now on only certificates that stand there sign as {en}: others that are in use, or signed earlier documents, have to be added."
        ));
    }
    Ok(())
}

/// The folder of keys, and the agency whose it is.
pub fn folder(given: Option<&Path>, args: &OfficeArg) -> Result<(PathBuf, Option<String>), Failure> {
    if let Some(folder) = given {
        fs::create_dir_all(folder).map_err(|cause| Failure::disk(folder, &cause))?;
        return Ok((folder.to_owned(), None));
    }
    let office = office(args)?;
    Ok((office.keys(), Some(office.config().agency.name.join(" "))))
}
