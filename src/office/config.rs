//! What `vanthu.toml` says: who the office is, how it numbers, who signs, whom it tells.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::document::StyleChoice;
use crate::office::webhook::Webhook;
use crate::qr::Address;
use crate::register::Database;
use crate::role::Role;
use crate::verify::Level;

/// The name of the configuration file in an office's folder.
pub const CONFIG_FILE: &str = "vanthu.toml";

/// The content of `vanthu.toml`, an office's configuration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeConfig {
    /// `[agency]`: name, identifier and place of the office.
    pub agency: Agency,
    /// `[numbering]`: which documents count together, and from where.
    #[serde(default)]
    pub numbering: NumberingConfig,
    /// `[register]`: its database and the origin of its log.
    #[serde(default)]
    pub register: RegisterChoice,
    /// `[signing]`: pinned certificates, level and time-stamping servers.
    #[serde(default, skip_serializing_if = "Signing::is_default")]
    pub signing: Signing,
    /// The code on the first page of what is issued; none where this is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qr: Option<QrChoice>,
    /// What the office chooses where the decree leaves a choice.
    #[serde(default)]
    pub style: StyleChoice,
    /// `[seal]`: the agency's key that the service seals with; absent where the service does not seal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<SealChoice>,
    /// `[[webhook]]`: the systems that are told what happens to its documents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub webhooks: Vec<Webhook>,
}

/// The code that leads from a printed copy to the document's record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QrChoice {
    /// The office's page, where `vanthu serve` answers.
    pub address: Address,
}

/// The issuing agency (cơ quan ban hành).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agency {
    /// Its name, one entry a printed line.
    pub name: Vec<String>,
    /// Its direct superior (cơ quan chủ quản), one entry a printed line; often none.
    #[serde(default)]
    pub superior: Vec<String>,
    /// Its abbreviation in notations, such as `UBND`.
    pub abbreviation: String,
    /// The place (địa danh) printed before the date.
    pub place: String,
    /// Its identifier (mã định danh), such as `H37.DN.001`: whose register it is, where several share a
    /// database, and who sends, in an edXML envelope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organ_id: Option<String>,
}

/// Where the agency's key is: `[seal]` of an office's configuration. Paths lead from the office's folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealChoice {
    /// The file with the agency's private key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<PathBuf>,
    /// Its certificate and the chain up to its root; by default the file beside the key that ends in `.crt`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<PathBuf>,
    /// The PKCS#11 module of a token, in place of a key file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<PathBuf>,
    /// The label of the token, where the module has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_label: Option<String>,
    /// The label of the key, where the token has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_label: Option<String>,
    /// The file whose first line is the passphrase of the key file, or the PIN of the token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passphrase_file: Option<PathBuf>,
    /// The picture of the seal: a PNG.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<PathBuf>,
}

/// How documents are numbered: from 01 on 1 January to 31 December (NĐ 30/2020 Điều 15).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberingConfig {
    /// Which documents count together; the head of the office decides.
    #[serde(default)]
    pub series: SeriesChoice,
    /// The first number that this register gives in a year, where the numbers before it stand in
    /// an older book. Keys are years.
    #[serde(default)]
    pub first: BTreeMap<String, u32>,
    /// The same for copies (bản sao), which count by themselves.
    #[serde(default)]
    pub first_copy: BTreeMap<String, u32>,
    /// Abbreviations of consultative bodies (hội đồng, ban, tổ) that use the agency's seal: a document whose
    /// notation names one counts in that body's own series.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bodies: Vec<String>,
    /// What becomes of a number whose document could not be finished.
    #[serde(default)]
    pub on_failure: OnFailure,
}

/// What becomes of a number whose document could not be laid out, signed or written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnFailure {
    /// The next document gets it.
    #[default]
    GiveBack,
    /// It stays taken, and the register says that it was cancelled (hủy số) and why.
    Cancel,
}

/// Which documents share one run of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SeriesChoice {
    /// One run for every kind of document.
    #[default]
    All,
    /// One run for each kind of document.
    Kind,
}

/// Who may sign for the office, and the level of its signatures.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signing {
    /// SHA-256 fingerprints of the certificates that may sign as the authorised person; any where there is none.
    #[serde(default)]
    pub signer: Vec<String>,
    /// The same for the agency.
    #[serde(default)]
    pub agency: Vec<String>,
    /// Addresses of time-stamping authorities, in the order in which they are asked.
    #[serde(default)]
    pub time_stamping: Vec<String>,
    /// The level of signatures: b, t, lt, lta.
    #[serde(default)]
    pub level: SignatureLevel,
}

/// A level of ETSI EN 319 142-1 §6, as files and flags name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SignatureLevel {
    /// B-B: the signature alone.
    #[default]
    B,
    /// B-T: with a time-stamp on it.
    T,
    /// B-LT: with the certificates and revocation data that validate it.
    Lt,
    /// B-LTA: with a document time-stamp over all of it.
    Lta,
}

impl From<SignatureLevel> for Level {
    fn from(level: SignatureLevel) -> Level {
        match level {
            SignatureLevel::B => Level::BB,
            SignatureLevel::T => Level::BT,
            SignatureLevel::Lt => Level::BLT,
            SignatureLevel::Lta => Level::BLTA,
        }
    }
}

impl Signing {
    fn is_default(&self) -> bool {
        *self == Signing::default()
    }

    /// Whether the certificate with the SHA-256 `fingerprint` may sign in `role`; `None` where the office names no
    /// certificate for it.
    pub fn allows(&self, role: Role, fingerprint: &str) -> Option<bool> {
        let known = self.certificates(role);
        (!known.is_empty()).then(|| known.iter().any(|known| same_fingerprint(known, fingerprint)))
    }

    /// The fingerprints of those who may sign in `role`.
    pub fn certificates(&self, role: Role) -> &[String] {
        match role {
            Role::Signer => &self.signer,
            Role::Agency => &self.agency,
        }
    }
}

/// Fingerprints are written with colons, spaces and capitals, or without.
fn same_fingerprint(a: &str, b: &str) -> bool {
    let digits = |text: &str| -> String {
        text.chars().filter(char::is_ascii_hexdigit).map(|digit| digit.to_ascii_lowercase()).collect()
    };
    digits(a) == digits(b)
}

/// The register's database, and the name of its log.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterChoice {
    /// A SQLite file, relative to the office's folder; or the `postgres://` address of a database that many
    /// offices may share.
    #[serde(default = "default_database")]
    pub database: String,
    /// What tells the office from others in the database, where `vanthu register adopt` has kept it apart from a new
    /// name or identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<String>,
    /// The file in which the office remembers the newest checkpoint, relative to its folder: outside of the database
    /// and of its backups. `keys/register.memory` otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<PathBuf>,
    /// The origin line of its log (C2SP tlog-checkpoint): an address without scheme, spaces and plus signs,
    /// that nobody else has. See [`Office::origin`](super::Office::origin).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
}

fn default_database() -> String {
    "register.sqlite".to_owned()
}

impl Default for RegisterChoice {
    fn default() -> Self {
        RegisterChoice { database: default_database(), office: None, memory: None, origin: None }
    }
}

impl fmt::Debug for RegisterChoice {
    /// An address may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let database = Database::named(&self.database, Path::new(""));
        f.debug_struct("RegisterChoice")
            .field("database", &database)
            .field("office", &self.office)
            .field("memory", &self.memory)
            .field("origin", &self.origin)
            .finish()
    }
}

/// Checks what the types of a configuration can't.
pub(super) fn check(config: &OfficeConfig) -> Result<(), String> {
    if config.agency.name.iter().all(|line| line.trim().is_empty()) {
        return Err("agency.name has no text".to_owned());
    }
    if config.agency.abbreviation.trim().is_empty() || config.agency.place.trim().is_empty() {
        return Err("agency.abbreviation and agency.place must not be empty".to_owned());
    }
    let is_shared = matches!(Database::named(&config.register.database, Path::new("")), Database::Server(_));
    let unfit = |name: &str| name.is_empty() || name.contains(|c: char| c.is_whitespace() || c == '+');
    if is_shared && config.agency.organ_id.is_none() {
        return Err("register.database is shared: agency.organ_id must say whose register it is".to_owned());
    }
    if config.register.origin.as_deref().is_some_and(unfit)
        || config.agency.organ_id.as_deref().is_some_and(unfit)
    {
        return Err("register.origin and agency.organ_id must have no spaces and no plus signs".to_owned());
    }
    for (year, first) in config.numbering.first.iter().chain(&config.numbering.first_copy) {
        if year.parse::<i32>().is_err() || *first == 0 {
            return Err(format!("numbering.first: `{year} = {first}` is not a year and a number from 1"));
        }
    }
    for (place, webhook) in config.webhooks.iter().enumerate() {
        let address = &webhook.address;
        if config.webhooks.iter().take(place).any(|other| other.address == *address) {
            return Err(format!("webhooks: `{address}` stands there twice"));
        }
    }
    Ok(())
}
