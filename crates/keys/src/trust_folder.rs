//! Whom an office believes: a folder of certificates, one file each, named by its fingerprint.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use der::Decode;
use time::OffsetDateTime;

use crate::certificate::{Certificate, moment, to_pem};
use crate::explain::{self, Explain, Refusal};
use crate::file::{self, Existing};
use crate::lang::Message;
use crate::log::VerifierKey;
use crate::message;
use crate::verify::{CertificateReport, TrustError, TrustStore, certificates_in, log_key, weakness};

/// The longest file of the folder, in bytes: the EU's lists have some megabytes.
const MAX_FILE: u64 = 64 << 20;

/// A folder of trust anchors.
#[derive(Debug, Clone)]
pub struct TrustFolder {
    path: PathBuf,
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
            TrustFolderError::Disk { path, cause } => explain::disk(path, cause),
        }
    }

    fn kind(&self) -> Refusal {
        match self {
            TrustFolderError::Content(cause) => cause.kind(),
            TrustFolderError::PrivateKey
            | TrustFolderError::Expired { .. }
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
}

/// Reads what is to be trusted: the certificates in `bytes`, after the checks that speak against one.
///
/// # Errors
/// It is none, or one that should not be trusted at `now`.
pub fn examine(bytes: &[u8], now: OffsetDateTime) -> Result<Vec<CertificateReport>, TrustFolderError> {
    if memchr::memmem::find(bytes, b"PRIVATE KEY-----").is_some() {
        return Err(TrustFolderError::PrivateKey);
    }
    let mut reports = Vec::new();
    for der in certificates_in(bytes)? {
        let certificate = Certificate::from_der(&der).map_err(|_| TrustError::Certificate)?;
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
        reports.push(report);
    }
    Ok(reports)
}

impl TrustFolder {
    /// The folder at `path`; it need not exist.
    pub fn new(path: &Path) -> TrustFolder {
        TrustFolder { path: path.to_owned() }
    }

    /// Puts the certificates that [`examine`] read into the folder, each in a file of its own; those that
    /// are there already stay.
    ///
    /// # Errors
    /// The folder can't be written.
    pub fn add(&self, certificates: &[CertificateReport]) -> Result<Vec<PathBuf>, TrustFolderError> {
        fs::create_dir_all(&self.path).map_err(|cause| self.disk(&self.path, cause))?;
        let mut paths = Vec::new();
        for report in certificates {
            let certificate = Certificate::from_der(&report.der).map_err(|_| TrustError::Certificate)?;
            let pem = to_pem(std::slice::from_ref(&certificate)).map_err(|_| TrustError::Certificate)?;
            let path = self.path.join(format!("{}.crt", report.fingerprint));
            match file::write(&path, pem.as_bytes(), Existing::Keep) {
                Err(cause) if cause.kind() != io::ErrorKind::AlreadyExists => {
                    return Err(self.disk(&path, cause));
                }
                _ => paths.push(path),
            }
        }
        Ok(paths)
    }

    /// Puts the key of a register's log into the folder; one that is there already stays.
    ///
    /// # Errors
    /// The folder can't be written.
    pub fn add_log(&self, key: &VerifierKey) -> Result<PathBuf, TrustFolderError> {
        fs::create_dir_all(&self.path).map_err(|cause| self.disk(&self.path, cause))?;
        let path = self.path.join(format!("{}.vkey", key.fingerprint()));
        match file::write(&path, format!("{key}\n").as_bytes(), Existing::Keep) {
            Err(cause) if cause.kind() != io::ErrorKind::AlreadyExists => Err(self.disk(&path, cause)),
            _ => Ok(path),
        }
    }

    /// The keys of registers' logs in the folder, with their files.
    ///
    /// # Errors
    /// The folder or a file in it can't be read.
    pub fn logs(&self) -> Result<Vec<(PathBuf, VerifierKey)>, TrustFolderError> {
        let mut logs = Vec::new();
        for path in self.files()? {
            logs.extend(log_key(&self.read(&path)?).map(|key| (path, key)));
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
            let bytes = self.read(&path)?;
            if log_key(&bytes).is_some() {
                continue;
            }
            for der in certificates_in(&bytes)? {
                let certificate = Certificate::from_der(&der).map_err(|_| TrustError::Certificate)?;
                let certificate = CertificateReport::of(&certificate).ok_or(TrustError::Certificate)?;
                list.push(Trusted { path: path.clone(), certificate });
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
            Some(Trusted { path, certificate }) => Some((path, certificate.subject.common_name)),
            None => {
                let log = self.logs()?.into_iter().find(|(_, key)| key.fingerprint() == wanted);
                log.map(|(path, key)| (path, key.name().to_owned()))
            }
        };
        let (path, name) = found.ok_or(TrustFolderError::Unknown(wanted))?;
        fs::remove_file(&path).map_err(|cause| self.disk(&path, cause))?;
        Ok(name)
    }

    /// Adds what the folder holds to `trust`; nothing where there is no folder.
    ///
    /// # Errors
    /// A file can't be read.
    pub fn add_to(&self, trust: &mut TrustStore) -> Result<(), TrustFolderError> {
        for path in self.files()? {
            trust.add_file(&self.read(&path)?)?;
        }
        Ok(())
    }

    fn files(&self) -> Result<Vec<PathBuf>, TrustFolderError> {
        let entries = match fs::read_dir(&self.path) {
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(|cause| self.disk(&self.path, cause))?,
        };
        let mut files = Vec::new();
        for entry in entries {
            let path = entry.map_err(|cause| self.disk(&self.path, cause))?.path();
            let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
            if matches!(ending, "crt" | "cer" | "der" | "pem" | "vkey" | "xml") {
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, TrustFolderError> {
        let length = fs::metadata(path).map_err(|cause| self.disk(path, cause))?.len();
        if length > MAX_FILE {
            return Err(self.disk(path, io::Error::from(io::ErrorKind::FileTooLarge)));
        }
        fs::read(path).map_err(|cause| self.disk(path, cause))
    }

    fn disk(&self, path: &Path, cause: io::Error) -> TrustFolderError {
        TrustFolderError::Disk { path: path.to_owned(), cause }
    }
}
