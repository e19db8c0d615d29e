//! An office's folder: made, opened and found; what is where in it, and the keys that it makes for itself.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::config::{CONFIG_FILE, OfficeConfig, SeriesChoice, check};
use super::error::OfficeError;
use super::webhook;
use crate::diacritics::slug;
use crate::document::model::Document;
use crate::file::{self, Existing};
use crate::keys::KeyFile;
use crate::keys::{KeyError, PrivateKey, verifier_key};
use crate::log::VerifierKey;
use crate::qr::Address;
use crate::trust_folder::TrustFolder;
use crate::verify::OfficeIdentity;

/// The run of numbers that copies (bản sao) count in.
pub const COPIES: &str = "BS";

/// The folder of issued documents in an office's folder.
const DOCUMENTS: &str = "van-ban";

/// An office: its folder and what its configuration says.
#[derive(Debug, Clone)]
pub struct Office {
    folder: PathBuf,
    config: OfficeConfig,
}

impl Office {
    /// Sets up an office in `folder`: its configuration and its folder for keys.
    ///
    /// # Errors
    /// There is one already, the configuration is not sound, or the disk refuses.
    pub fn create(folder: &Path, config: OfficeConfig) -> Result<Office, OfficeError> {
        let path = folder.join(CONFIG_FILE);
        if path.try_exists().map_err(|cause| OfficeError::Disk { path: path.clone(), cause })? {
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
        let config: OfficeConfig = toml::from_str(&text)
            .map_err(|cause| OfficeError::Config { path: path.clone(), reason: cause.to_string() })?;
        check(&config).map_err(|reason| OfficeError::Config { path, reason })?;
        Ok(Office { folder: folder.to_owned(), config })
    }

    /// The identifier of the office in `folder`, whatever else its configuration gets wrong; nothing where that can't be
    /// read at all.
    pub fn id_in(folder: &Path) -> Option<String> {
        let text = fs::read_to_string(folder.join(CONFIG_FILE)).ok()?;
        let config: toml::Table = toml::from_str(&text).ok()?;
        let said = |table: &str, key: &str| config.get(table)?.get(key)?.as_str().map(str::to_owned);
        let named = || {
            let name = config.get("agency")?.get("name")?.as_array()?;
            let lines: Option<Vec<&str>> = name.iter().map(toml::Value::as_str).collect();
            Some(slug(&lines?.join(" ")))
        };
        said("register", "office").or_else(|| said("agency", "organ_id")).or_else(named)
    }

    /// Opens the office in `start` or the nearest folder above it that is one.
    ///
    /// # Errors
    /// There is none, or its configuration is not sound.
    pub fn find(start: &Path) -> Result<Office, OfficeError> {
        for folder in start.ancestors() {
            if is_office(folder)? {
                return Office::open(folder);
            }
        }
        Err(OfficeError::NotAnOffice(start.to_owned()))
    }

    /// The folder that holds `vanthu.toml`.
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

    /// Those certificates, and for whom they vouch.
    pub fn trust_folder(&self) -> TrustFolder {
        TrustFolder::of_office(&self.trust(), self.identity())
    }

    /// Who it is, as its documents say.
    pub fn identity(&self) -> OfficeIdentity {
        let agency = &self.config.agency;
        OfficeIdentity { name: agency.name.join(" "), organ_id: agency.organ_id.clone() }
    }

    /// What tells it from other offices in one database: its identifier, or its name without diacritics, as they were
    /// when its register was begun.
    pub fn id(&self) -> String {
        self.config.register.office.clone().unwrap_or_else(|| self.named_id())
    }

    /// Where the file `name` of a document of `year` and `series` is kept: in the folder of the year, and copies and
    /// consultative bodies, which count by themselves, in one of their own. The path leads from the working folder where
    /// the office is in it.
    pub fn document_file(&self, year: i32, series: &str, name: &str) -> PathBuf {
        let folder = match std::env::current_dir() {
            Ok(here) => self.folder.strip_prefix(here).unwrap_or(&self.folder),
            Err(_) => &self.folder,
        };
        let of_year = folder.join(DOCUMENTS).join(year.to_string());
        let is_own = series == COPIES || self.config.numbering.bodies.iter().any(|body| body == series);
        if is_own { of_year.join(series).join(name) } else { of_year.join(name) }
    }

    /// The newest file `name` in its folders of documents; see [`Office::document_file`].
    ///
    /// # Errors
    /// A folder can't be read.
    pub fn find_document_file(&self, name: &Path) -> Result<Option<PathBuf>, OfficeError> {
        let some_year = self.document_file(0, "", "");
        let Some(root) = some_year.parent() else { return Ok(None) };
        for year in folders_in(root)?.into_iter().rev() {
            let own = folders_in(&year)?;
            for folder in [year].into_iter().chain(own) {
                let path = folder.join(name);
                let disk = |cause| OfficeError::Disk { path: path.clone(), cause };
                if path.try_exists().map_err(disk)? {
                    return Ok(Some(path));
                }
            }
        }
        Ok(None)
    }

    /// Its identifier, or its name without diacritics, as they are now.
    pub(super) fn named_id(&self) -> String {
        let agency = &self.config.agency;
        agency.organ_id.clone().unwrap_or_else(|| slug(&agency.name.join(" ")))
    }

    /// The name of its register's log: the origin line of checkpoints (C2SP tlog-checkpoint).
    pub fn origin(&self) -> String {
        self.config.register.origin.clone().unwrap_or_else(|| format!("vanthu/{}", self.id()))
    }

    /// The file with the key that signs the register's log.
    pub fn register_key(&self) -> PathBuf {
        self.keys().join("register.key")
    }

    /// The file with the public half of that key, a C2SP verifier key.
    pub fn register_vkey(&self) -> PathBuf {
        self.folder.join("register.vkey")
    }

    /// The file with the key that signs messages to webhooks.
    pub fn webhook_key(&self) -> PathBuf {
        self.keys().join("webhook.key")
    }

    /// The file with the public half of that key (`whpk_…`, Standard Webhooks).
    pub fn webhook_vkey(&self) -> PathBuf {
        self.folder.join("webhook.vkey")
    }

    /// The page where the code on its documents leads, where they have one.
    pub fn page(&self) -> Option<&Address> {
        self.config.qr.as_ref().map(|qr| &qr.address)
    }

    /// The configuration that was read from `vanthu.toml`.
    pub fn config(&self) -> &OfficeConfig {
        &self.config
    }

    /// The run of numbers that `document` counts in: that of a consultative body which its notation names;
    /// otherwise `*`, or the abbreviation of its kind.
    pub fn series_of(&self, document: &Document) -> &str {
        let named = |body: &&String| document.header.notation.split('-').any(|part| part == *body);
        match (self.config.numbering.bodies.iter().find(named), self.config.numbering.series) {
            (Some(body), _) => body,
            (None, SeriesChoice::All) => "*",
            (None, SeriesChoice::Kind) => document.kind.series(),
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
        let public = verifier_key(&self.origin(), &key)?;
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

/// The folders in `folder`, by their names; none where there is no such folder.
fn folders_in(folder: &Path) -> Result<Vec<PathBuf>, OfficeError> {
    let disk = |cause| OfficeError::Disk { path: folder.to_owned(), cause };
    let entries = match fs::read_dir(folder) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(disk)?,
    };
    let mut folders = Vec::new();
    for entry in entries {
        let entry = entry.map_err(disk)?;
        let kind = entry.file_type().map_err(disk)?;
        if kind.is_dir() {
            folders.push(entry.path());
        }
    }
    folders.sort();
    Ok(folders)
}

/// Whether `folder` is an office's.
///
/// # Errors
/// That can't be told.
pub fn is_office(folder: &Path) -> Result<bool, OfficeError> {
    let path = folder.join(CONFIG_FILE);
    file::is_regular(&path).map_err(|cause| OfficeError::Disk { path, cause })
}

/// The Ed25519 key in the file at `path`, which is made where there is none.
fn made_once(path: &Path) -> Result<PrivateKey, KeyError> {
    if path.try_exists().map_err(|cause| KeyError::Disk { path: path.to_owned(), cause })? {
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

#[cfg(unix)]
fn close_to_others(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn close_to_others(_folder: &Path) -> io::Result<()> {
    Ok(())
}
