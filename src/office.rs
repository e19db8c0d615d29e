//! The folder of one office: its configuration `vanthu.toml`, its keys, its register.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::document::StyleChoice;
use crate::document::model::Document;
use crate::file::{self, Existing};
use crate::keys::private::KeyFile;
use crate::keys::{KeyError, PrivateKey};
use crate::log::VerifierKey;
use crate::plain::slug;
use crate::qr::Address;
use crate::register::{Database, Place};
use crate::role::Role;
use crate::verify::Level;
use crate::webhook::{self, Webhook};

/// The run of numbers that copies (bản sao) count in.
pub const COPIES: &str = "BS";

/// The name of the configuration file in an office's folder.
pub const CONFIG_FILE: &str = "vanthu.toml";

/// An office: its folder and what its configuration says.
#[derive(Debug, Clone)]
pub struct Office {
    folder: PathBuf,
    config: Config,
}

/// What `vanthu.toml` says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Who the office is.
    pub agency: Agency,
    /// How documents are numbered.
    #[serde(default)]
    pub numbering: Numbering,
    /// Where the register is.
    #[serde(default)]
    pub register: RegisterChoice,
    /// Who signs, and how.
    #[serde(default, skip_serializing_if = "Signing::is_default")]
    pub signing: Signing,
    /// The code on the first page of what is issued; none where this is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qr: Option<QrChoice>,
    /// What the office chooses where the decree leaves a choice.
    #[serde(default)]
    pub style: StyleChoice,
    /// Where the agency's key is, for the service to seal with; nowhere where it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<SealChoice>,
    /// Whom it tells what happens to its documents.
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
    /// The key file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<PathBuf>,
    /// Its certificate with those that lead to its root; beside the key, ending in `.crt`, where nothing is said.
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
pub struct Numbering {
    /// Which documents count together; the head of the office decides.
    #[serde(default)]
    pub series: Series,
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
pub enum Series {
    /// One run for every kind of document.
    #[default]
    All,
    /// One run for each kind of document.
    Kind,
}

/// Who signs for the office, and what its signatures have.
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
    /// A signature.
    #[default]
    B,
    /// With a trusted time.
    T,
    /// With all that validates it.
    Lt,
    /// With a time-stamp over that.
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

/// Where the register is, and how its log is called.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterChoice {
    /// A SQLite file, relative to the office's folder; or the `postgres://` address of a database that many
    /// offices may share.
    #[serde(default = "default_database")]
    pub database: String,
    /// The origin line of its log (C2SP tlog-checkpoint): an address without scheme, spaces and plus signs,
    /// that nobody else has. See [`Office::origin`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
}

fn default_database() -> String {
    "register.sqlite".to_owned()
}

impl Default for RegisterChoice {
    fn default() -> Self {
        RegisterChoice { database: default_database(), origin: None }
    }
}

impl fmt::Debug for RegisterChoice {
    /// An address may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let database = Database::named(&self.database, Path::new(""));
        f.debug_struct("RegisterChoice").field("database", &database).field("origin", &self.origin).finish()
    }
}

/// Why an office's folder can't be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OfficeError {
    /// No configuration in the folder or any above it.
    #[error("no {CONFIG_FILE} in {} or any folder above it", .0.display())]
    NotAnOffice(PathBuf),
    /// There is an office in the folder already.
    #[error("{} exists already", .0.display())]
    Exists(PathBuf),
    /// The configuration does not say what it must.
    #[error("{}: {reason}", path.display())]
    Config {
        /// The configuration file.
        path: PathBuf,
        /// What is wrong, with line and column.
        reason: String,
    },
    /// The disk refused.
    #[error("{}: {cause}", path.display())]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
}

impl Office {
    /// Sets up an office in `folder`: its configuration and its folder for keys.
    ///
    /// # Errors
    /// There is one already, the configuration is not sound, or the disk refuses.
    pub fn create(folder: &Path, config: Config) -> Result<Office, OfficeError> {
        let path = folder.join(CONFIG_FILE);
        if path.exists() {
            return Err(OfficeError::Exists(path));
        }
        check(&config).map_err(|reason| OfficeError::Config { path: path.clone(), reason })?;
        let keys = folder.join("keys");
        fs::create_dir_all(&keys).map_err(|cause| OfficeError::Disk { path: keys.clone(), cause })?;
        close_to_others(&keys).map_err(|cause| OfficeError::Disk { path: keys, cause })?;
        let text = toml::to_string(&config)
            .map_err(|cause| OfficeError::Config { path: path.clone(), reason: cause.to_string() })?;
        let text = format!("{HEADING}{text}");
        file::write(&path, text.as_bytes(), Existing::Keep)
            .map_err(|cause| OfficeError::Disk { path, cause })?;
        Ok(Office { folder: folder.to_owned(), config })
    }

    /// Opens the office in `folder`.
    ///
    /// # Errors
    /// There is none, or its configuration is not sound.
    pub fn open(folder: &Path) -> Result<Office, OfficeError> {
        let path = folder.join(CONFIG_FILE);
        let text = fs::read_to_string(&path).map_err(|cause| match cause.kind() {
            io::ErrorKind::NotFound => OfficeError::NotAnOffice(folder.to_owned()),
            _ => OfficeError::Disk { path: path.clone(), cause },
        })?;
        let config: Config = toml::from_str(&text)
            .map_err(|cause| OfficeError::Config { path: path.clone(), reason: cause.to_string() })?;
        check(&config).map_err(|reason| OfficeError::Config { path, reason })?;
        Ok(Office { folder: folder.to_owned(), config })
    }

    /// Opens the office in `start` or the nearest folder above it that is one.
    ///
    /// # Errors
    /// There is none, or its configuration is not sound.
    pub fn find(start: &Path) -> Result<Office, OfficeError> {
        let nearest = start.ancestors().find(|folder| folder.join(CONFIG_FILE).is_file());
        match nearest {
            Some(folder) => Office::open(folder),
            None => Err(OfficeError::NotAnOffice(start.to_owned())),
        }
    }

    /// The office's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder of its keys and certificates.
    pub fn keys(&self) -> PathBuf {
        self.folder.join("keys")
    }

    /// The folder of the certificates that it believes.
    pub fn trust(&self) -> PathBuf {
        self.folder.join("trust")
    }

    /// Its register.
    pub fn register(&self) -> Place {
        let database = Database::named(&self.config.register.database, &self.folder);
        Place { database, office: self.id(), origin: self.origin() }
    }

    /// Who it is among offices: its identifier, or its name in plain letters.
    pub fn id(&self) -> String {
        let agency = &self.config.agency;
        agency.organ_id.clone().unwrap_or_else(|| slug(&agency.name.join(" ")))
    }

    /// How its register's log is called.
    pub fn origin(&self) -> String {
        self.config.register.origin.clone().unwrap_or_else(|| format!("vanthu/{}", self.id()))
    }

    /// The key that signs the register's log.
    pub fn register_key(&self) -> PathBuf {
        self.keys().join("register.key")
    }

    /// Its public half, for everybody: a C2SP verifier key.
    pub fn register_vkey(&self) -> PathBuf {
        self.folder.join("register.vkey")
    }

    /// The key that signs what webhooks are told.
    pub fn webhook_key(&self) -> PathBuf {
        self.keys().join("webhook.key")
    }

    /// Its public half, for those who are told.
    pub fn webhook_vkey(&self) -> PathBuf {
        self.folder.join("webhook.vkey")
    }

    /// The page where the code on its documents leads, where they have one.
    pub fn page(&self) -> Option<&Address> {
        self.config.qr.as_ref().map(|qr| &qr.address)
    }

    /// What its configuration says.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The run of numbers that `document` counts in: that of a consultative body which its notation names;
    /// otherwise `*`, or the abbreviation of its kind.
    pub fn series_of(&self, document: &Document) -> &str {
        let named = |body: &&String| document.header.notation.split('-').any(|part| part == *body);
        match (self.config.numbering.bodies.iter().find(named), self.config.numbering.series) {
            (Some(body), _) => body,
            (None, Series::All) => "*",
            (None, Series::Kind) => document.kind.series(),
        }
    }

    /// The first number that the register gives in `year`.
    pub fn first_number(&self, year: i32) -> u32 {
        self.config.numbering.first.get(&year.to_string()).copied().unwrap_or(1)
    }

    /// The first number of the series `name` in `year`.
    pub fn first_of(&self, name: &str, year: i32) -> u32 {
        match name {
            COPIES => self.first_copy(year),
            body if self.config.numbering.bodies.iter().any(|own| own == body) => 1,
            _ => self.first_number(year),
        }
    }

    /// Makes the key that signs the register's log, where there is none, and the file with its public half.
    ///
    /// # Errors
    /// The system gives no random bytes, or the disk refuses.
    pub fn make_register_key(&self) -> Result<VerifierKey, KeyError> {
        let key = made_once(&self.register_key())?;
        let public = VerifierKey::of(&self.origin(), &key)?;
        publish(self.register_vkey(), &public.to_string())?;
        Ok(public)
    }

    /// Makes the key that signs what webhooks are told, where there is none, and the file with its public half
    /// (`whpk_…`, Standard Webhooks), which is returned.
    ///
    /// # Errors
    /// The system gives no random bytes, or the disk refuses.
    pub fn make_webhook_key(&self) -> Result<String, KeyError> {
        let key = made_once(&self.webhook_key())?;
        let public = webhook::public_key(&key)?;
        publish(self.webhook_vkey(), &public)?;
        Ok(public)
    }

    /// The first number that the register gives a copy in `year`.
    pub fn first_copy(&self, year: i32) -> u32 {
        self.config.numbering.first_copy.get(&year.to_string()).copied().unwrap_or(1)
    }
}

/// The Ed25519 key in the file at `path`, which is made where there is none.
fn made_once(path: &Path) -> Result<PrivateKey, KeyError> {
    if path.exists() {
        return KeyFile::read(path)?.open(None);
    }
    let key = PrivateKey::generate()?;
    key.write(path, None)?;
    Ok(key)
}

/// Writes the public half of a key to `path`.
fn publish(path: PathBuf, public: &str) -> Result<(), KeyError> {
    let written = file::write(&path, format!("{public}\n").as_bytes(), Existing::Replace);
    written.map(|_| ()).map_err(|cause| KeyError::Disk { path, cause })
}

const HEADING: &str = "\
# Cấu hình của một cơ quan. / The configuration of one office.\n\
# numbering.series: \"all\" = một dãy số cho mọi loại văn bản; \"kind\" = mỗi loại một dãy số.\n\
# style: cỡ chữ (size = 13 hoặc 14), thụt đầu dòng (indent = 10.0 hoặc 12.7), spacing, leading\n\
# numbering.on_failure: \"give-back\" = trả lại số khi không phát hành được; \"cancel\" = ghi hủy số\n\
# numbering.bodies: ký hiệu của hội đồng, ban, tổ có dãy số riêng, ví dụ [\"HĐTĐKT\"]\n\
# register.database: tệp SQLite, hoặc postgres://... (mật khẩu lấy từ PGPASSWORD)\n\
# qr.address: trang kiểm tra, in thành mã QR ở chân trang đầu, ví dụ \"https://kiemtra.example.gov.vn\"\n\
# numbering.first: số đầu tiên lấy từ sổ này trong một năm, ví dụ  2026 = 201\n\
# [[webhooks]] address = \"https://...\": hệ thống được báo tin về văn bản; xem docs/hooks.md\n\n";

fn check(config: &Config) -> Result<(), String> {
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

#[cfg(unix)]
fn close_to_others(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn close_to_others(_folder: &Path) -> io::Result<()> {
    Ok(())
}
