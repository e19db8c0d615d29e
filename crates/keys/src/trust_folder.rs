//! Whom an office believes, and for which offices: a folder of certificates, one file each, named by its fingerprint, with
//! a file beside it that says for whom it vouches.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use der::Decode;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::certificate::{Certificate, moment, to_pem};
use crate::explain::{self, Explain, Refusal};
use crate::file::{self, Existing};
use crate::lang::Message;
use crate::log::VerifierKey;
use crate::message;
use crate::verify::{
    AnchorPurpose, CertificateReport, OfficeIdentity, TrustError, TrustScope, TrustStore, anchors_in,
    log_key, weakness,
};

/// The longest file of the folder, in bytes: the EU's lists have some megabytes.
const MAX_FILE: u64 = 64 << 20;
/// The longest file that says for whom another one vouches, in bytes.
const MAX_TERMS: u64 = 1 << 20;

/// A folder of trust anchors.
#[derive(Debug, Clone)]
pub struct TrustFolder {
    path: PathBuf,
    /// For whom those vouch of which nothing is said.
    otherwise: TrustScope,
}

/// For whom and for what an entry of a folder is believed: the content of the file beside it, `NAME.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustTerms {
    /// For what.
    #[serde(default, skip_serializing_if = "is_any")]
    pub purpose: AnchorPurpose,
    /// For whom it vouches.
    pub scope: TrustScope,
}

fn is_any(purpose: &AnchorPurpose) -> bool {
    *purpose == AnchorPurpose::Any
}

/// A certificate that is to be trusted.
#[derive(Debug, Clone)]
pub struct TrustCandidate {
    /// What it says.
    pub certificate: CertificateReport,
    /// For what it is offered.
    pub purpose: AnchorPurpose,
}

/// Why a certificate was not added, or the folder can't be used.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.words().en)]
#[non_exhaustive]
pub enum TrustFolderError {
    /// What was to be added can't be read as certificates or a trusted list.
    Content(#[from] TrustError),
    /// It holds a private key, which belongs to nobody but its owner.
    PrivateKey,
    /// A certificate is not valid now.
    Expired {
        /// The common name of its subject.
        name: String,
        /// Valid from, RFC 3339.
        from: String,
        /// Valid until, RFC 3339.
        until: String,
    },
    /// A certificate has an algorithm that proves nothing.
    Weak {
        /// The common name of its subject.
        name: String,
        /// What is weak about it, in English.
        reason: String,
    },
    /// No file of the folder holds that certificate.
    Unknown(String),
    /// What is said of an entry can't be understood: it vouches for nobody then.
    Terms {
        /// The file.
        path: PathBuf,
        /// What is wrong, in English.
        reason: String,
    },
    /// The folder can't be read or written.
    Disk {
        /// The folder, or the file in it.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
}

impl Explain for TrustFolderError {
    fn words(&self) -> Message {
        match self {
            TrustFolderError::Content(cause) => {
                let Message { vi, en } = cause.words();
                message!("không phải chứng thư hay danh sách tin cậy: {vi}", "{en}")
            }
            TrustFolderError::PrivateKey => message!(
                "tệp có khóa bí mật: không đưa khóa bí mật cho ai; chỉ thêm chứng thư (.crt)",
                "the file holds a private key: never give that to anybody; add the certificate (.crt)"
            ),
            TrustFolderError::Expired { name, from, until } => message!(
                "chứng thư \"{name}\" chỉ có hiệu lực từ {from} đến {until}",
                "the certificate \"{name}\" is valid from {from} until {until} only"
            ),
            TrustFolderError::Weak { name, reason } => message!(
                "chứng thư \"{name}\" dùng thuật toán yếu: {reason}",
                "the certificate \"{name}\": {reason}"
            ),
            TrustFolderError::Unknown(fingerprint) => message!(
                "không có chứng thư nào có vân tay {fingerprint}",
                "no certificate has the fingerprint {fingerprint}"
            ),
            TrustFolderError::Terms { path, reason } => {
                let path = path.display();
                message!(
                    "{path} phải ghi chứng thư được tin cậy cho cơ quan nào, nhưng viết sai: {reason}",
                    "{path} must say for which offices an entry is trusted, and is wrong: {reason}"
                )
            }
            TrustFolderError::Disk { path, cause } => explain::disk(path, cause),
        }
    }

    fn kind(&self) -> Refusal {
        match self {
            TrustFolderError::Content(cause) => cause.kind(),
            TrustFolderError::PrivateKey
            | TrustFolderError::Expired { .. }
            | TrustFolderError::Terms { .. }
            | TrustFolderError::Weak { .. } => Refusal::Key,
            TrustFolderError::Unknown(_) => Refusal::Usage,
            TrustFolderError::Disk { .. } => Refusal::Environment,
        }
    }
}

/// A certificate of the folder.
#[derive(Debug, Clone)]
pub struct Trusted {
    /// The file that it stands in, alone or with others.
    pub path: PathBuf,
    /// What it says.
    pub certificate: CertificateReport,
    /// For whom and for what it is believed.
    pub terms: TrustTerms,
}

/// The key of a register's log in the folder.
#[derive(Debug, Clone)]
pub struct TrustedRegister {
    /// Its file.
    pub path: PathBuf,
    /// The key.
    pub key: VerifierKey,
    /// For whom it is believed.
    pub scope: TrustScope,
}

/// Reads what is to be trusted: the certificates in `bytes`, after the checks that speak against one.
///
/// # Errors
/// It is none, or one that should not be trusted at `now`.
pub fn examine(bytes: &[u8], now: OffsetDateTime) -> Result<Vec<TrustCandidate>, TrustFolderError> {
    if memchr::memmem::find(bytes, b"PRIVATE KEY-----").is_some() {
        return Err(TrustFolderError::PrivateKey);
    }
    let mut candidates = Vec::new();
    for offered in anchors_in(bytes)? {
        let certificate = Certificate::from_der(&offered.der).map_err(|_| TrustError::Certificate)?;
        let report = CertificateReport::of(&certificate).ok_or(TrustError::Certificate)?;
        let name = report.subject.common_name.clone();
        let validity = certificate.tbs_certificate().validity();
        if now < moment(&validity.not_before) || moment(&validity.not_after) < now {
            let (from, until) = (report.not_before, report.not_after);
            return Err(TrustFolderError::Expired { name, from, until });
        }
        if let Some(reason) = weakness(&certificate) {
            return Err(TrustFolderError::Weak { name, reason: reason.en });
        }
        candidates.push(TrustCandidate { certificate: report, purpose: offered.purpose });
    }
    Ok(candidates)
}

/// What the file beside `path` says of it; `None` where there is none.
///
/// # Errors
/// It can't be read, or says nothing that can be understood.
pub fn terms_of(path: &Path) -> Result<Option<TrustTerms>, TrustFolderError> {
    let path = terms_file(path);
    let bytes = match read(&path, MAX_TERMS) {
        Err(TrustFolderError::Disk { cause, .. }) if cause.kind() == io::ErrorKind::NotFound => {
            return Ok(None);
        }
        bytes => bytes?,
    };
    let wrong = |reason: String| TrustFolderError::Terms { path: path.clone(), reason };
    let text = String::from_utf8(bytes).map_err(|cause| wrong(cause.to_string()))?;
    toml::from_str(&text).map(Some).map_err(|cause| wrong(cause.message().to_owned()))
}

fn terms_file(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".toml");
    PathBuf::from(name)
}

impl TrustFolder {
    /// The folder at `path`, which need not exist. It is of no office: what is in it vouches for everyone where nothing
    /// else is said.
    pub fn new(path: &Path) -> TrustFolder {
        TrustFolder { path: path.to_owned(), otherwise: TrustScope::Everyone }
    }

    /// The folder of `office` at `path`: what is in it vouches for that office alone where nothing else is said.
    pub fn of_office(path: &Path, office: OfficeIdentity) -> TrustFolder {
        TrustFolder { path: path.to_owned(), otherwise: TrustScope::of(office) }
    }

    /// Puts a certificate that [`examine`] read into the folder, in a file of its own, to vouch for those of `scope`; one
    /// that is there already vouches for them as well from now on.
    ///
    /// # Errors
    /// The folder can't be written, or says of that certificate what can't be understood.
    pub fn add(&self, candidate: &TrustCandidate, scope: &TrustScope) -> Result<PathBuf, TrustFolderError> {
        let TrustCandidate { certificate: report, purpose } = candidate;
        let certificate = Certificate::from_der(&report.der).map_err(|_| TrustError::Certificate)?;
        let pem = to_pem(std::slice::from_ref(&certificate)).map_err(|_| TrustError::Certificate)?;
        let path = self.path.join(format!("{}.crt", report.fingerprint));
        let terms = TrustTerms { purpose: *purpose, scope: scope.clone() };
        self.put(path, pem.as_bytes(), terms)
    }

    /// Puts the key of a register's log into the folder, to be believed for those of `scope`; one that is there already
    /// is believed for them as well from now on.
    ///
    /// # Errors
    /// As [`TrustFolder::add`].
    pub fn add_log(&self, key: &VerifierKey, scope: &TrustScope) -> Result<PathBuf, TrustFolderError> {
        let path = self.path.join(format!("{}.vkey", key.fingerprint()));
        let terms = TrustTerms { purpose: AnchorPurpose::Any, scope: scope.clone() };
        self.put(path, format!("{key}\n").as_bytes(), terms)
    }

    /// For whom it vouches is there before the entry is: an entry without vouches for the folder's own office.
    fn put(&self, path: PathBuf, bytes: &[u8], terms: TrustTerms) -> Result<PathBuf, TrustFolderError> {
        fs::create_dir_all(&self.path).map_err(|cause| disk(&self.path, cause))?;
        let mut terms = terms;
        if path.try_exists().map_err(|cause| disk(&path, cause))? {
            let known = self.terms(&path)?;
            if known.purpose == terms.purpose {
                terms.scope.unite(&known.scope);
            } else if is_any(&known.purpose) {
                // Whoever may stamp for many does not sign for them.
                terms = known;
            }
        }
        let side = terms_file(&path);
        let wrong = |reason: toml::ser::Error| TrustFolderError::Terms {
            path: side.clone(),
            reason: reason.to_string(),
        };
        let text = toml::to_string(&terms).map_err(wrong)?;
        file::write(&side, text.as_bytes(), Existing::Replace).map_err(|cause| disk(&side, cause))?;
        match file::write(&path, bytes, Existing::Keep) {
            Err(cause) if cause.kind() != io::ErrorKind::AlreadyExists => Err(disk(&path, cause)),
            _ => Ok(path),
        }
    }

    /// For whom and for what the entry at `path` is believed.
    fn terms(&self, path: &Path) -> Result<TrustTerms, TrustFolderError> {
        let said = terms_of(path)?;
        Ok(said.unwrap_or_else(|| TrustTerms { purpose: AnchorPurpose::Any, scope: self.otherwise.clone() }))
    }

    /// The keys of registers' logs in the folder.
    ///
    /// # Errors
    /// The folder or a file in it can't be read.
    pub fn logs(&self) -> Result<Vec<TrustedRegister>, TrustFolderError> {
        let mut logs = Vec::new();
        for path in self.files()? {
            if let Some(key) = log_key(&read(&path, MAX_FILE)?) {
                let scope = self.terms(&path)?.scope;
                logs.push(TrustedRegister { path, key, scope });
            }
        }
        Ok(logs)
    }

    /// The certificates of the folder, by name.
    ///
    /// # Errors
    /// The folder or a file in it can't be read.
    pub fn list(&self) -> Result<Vec<Trusted>, TrustFolderError> {
        let mut list = Vec::new();
        for path in self.files()? {
            let bytes = read(&path, MAX_FILE)?;
            if log_key(&bytes).is_some() {
                continue;
            }
            let terms = self.terms(&path)?;
            for offered in anchors_in(&bytes)? {
                let certificate = Certificate::from_der(&offered.der).map_err(|_| TrustError::Certificate)?;
                let certificate = CertificateReport::of(&certificate).ok_or(TrustError::Certificate)?;
                let mut terms = terms.clone();
                terms.purpose = if is_any(&terms.purpose) { offered.purpose } else { terms.purpose };
                list.push(Trusted { path: path.clone(), certificate, terms });
            }
        }
        list.sort_by(|a, b| {
            let name = |trusted: &Trusted| trusted.certificate.subject.common_name.clone();
            name(a).cmp(&name(b)).then_with(|| a.path.cmp(&b.path))
        });
        Ok(list)
    }

    /// Takes the certificate, or the key of a register's log, with the SHA-256 `fingerprint` (hexadecimal) out
    /// of the folder, and gives its name.
    ///
    /// # Errors
    /// There is none, or its file can't be removed.
    pub fn remove(&self, fingerprint: &str) -> Result<String, TrustFolderError> {
        let wanted = crate::hex::normal(fingerprint);
        let certificate = self.list()?.into_iter().find(|trusted| trusted.certificate.fingerprint == wanted);
        let found = match certificate {
            Some(Trusted { path, certificate, .. }) => Some((path, certificate.subject.common_name)),
            None => {
                let log = self.logs()?.into_iter().find(|log| log.key.fingerprint() == wanted);
                log.map(|log| (log.path, log.key.name().to_owned()))
            }
        };
        let (path, name) = found.ok_or(TrustFolderError::Unknown(wanted))?;
        fs::remove_file(&path).map_err(|cause| disk(&path, cause))?;
        // Only now: what is left behind would vouch for the folder's own office.
        let side = terms_file(&path);
        match fs::remove_file(&side) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(disk(&side, cause)),
            _ => Ok(name),
        }
    }

    /// Adds what the folder holds to `trust`; nothing where there is no folder.
    ///
    /// # Errors
    /// A file can't be read.
    pub fn add_to(&self, trust: &mut TrustStore) -> Result<(), TrustFolderError> {
        for path in self.files()? {
            let TrustTerms { purpose, scope } = self.terms(&path)?;
            trust.add_file_for(&read(&path, MAX_FILE)?, &scope, purpose)?;
        }
        Ok(())
    }

    /// Adds the entry `bytes`, which stands in the file at `path`, to `trust`.
    ///
    /// # Errors
    /// It can't be read, or what is said of it.
    pub fn add_entry_to(
        &self,
        path: &Path,
        bytes: &[u8],
        trust: &mut TrustStore,
    ) -> Result<(), TrustFolderError> {
        let TrustTerms { purpose, scope } = self.terms(path)?;
        Ok(trust.add_file_for(bytes, &scope, purpose)?)
    }

    fn files(&self) -> Result<Vec<PathBuf>, TrustFolderError> {
        let entries = match fs::read_dir(&self.path) {
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(|cause| disk(&self.path, cause))?,
        };
        let mut files = Vec::new();
        for entry in entries {
            let path = entry.map_err(|cause| disk(&self.path, cause))?.path();
            let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
            if matches!(ending, "crt" | "cer" | "der" | "pem" | "vkey" | "xml") {
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    }
}

fn read(path: &Path, longest: u64) -> Result<Vec<u8>, TrustFolderError> {
    let length = fs::metadata(path).map_err(|cause| disk(path, cause))?.len();
    if length > longest {
        return Err(disk(path, io::Error::from(io::ErrorKind::FileTooLarge)));
    }
    fs::read(path).map_err(|cause| disk(path, cause))
}

fn disk(path: &Path, cause: io::Error) -> TrustFolderError {
    TrustFolderError::Disk { path: path.to_owned(), cause }
}
