//! An office's register, opened with what the folder says of it.

use std::io;
use std::path::PathBuf;

use super::config::{CONFIG_FILE, OfficeConfig, SeriesChoice};
use super::error::OfficeError;
use super::folder::{COPIES, Office};
use crate::document::profile::{DocumentKind, Profile};
use crate::file::{self, Existing};
use crate::keys::PrivateKey;
use crate::log::VerifierKey;
use crate::register::{Database, Identity, Memory, NumberRuns, OfficeSide, Register, RegisterPlace};
use crate::verify::log_key;

impl Office {
    /// Where the office's register is.
    pub fn register(&self) -> RegisterPlace {
        let database = Database::named(&self.config().register.database, self.folder());
        RegisterPlace { database, office: self.id(), origin: self.origin() }
    }

    /// What the folder says of the register, and whoever has the database can't change.
    ///
    /// # Errors
    /// `register.vkey` can't be read, or is no key.
    pub fn side(&self) -> Result<OfficeSide, OfficeError> {
        let numbering = &self.config().numbering;
        let kinds = Profile::default_profile().kinds.iter().map(DocumentKind::series);
        let agency = &self.config().agency;
        Ok(OfficeSide {
            numbering: Some(NumberRuns {
                is_together: numbering.series == SeriesChoice::All,
                kinds: kinds.map(str::to_owned).collect(),
                apart: std::iter::once(COPIES.to_owned()).chain(numbering.bodies.iter().cloned()).collect(),
            }),
            identity: Some(Identity {
                id: self.named_id(),
                name: agency.name.join(" "),
                organ_id: agency.organ_id.clone(),
            }),
            published: self.published_key()?,
            memory: Some(Memory::at(self.register_memory())),
        })
    }

    /// The file in which the office remembers its register: `register.memory` of the configuration, or a file beside
    /// the keys.
    pub fn register_memory(&self) -> PathBuf {
        match &self.config().register.memory {
            Some(path) => self.folder().join(path),
            None => self.keys().join("register.memory"),
        }
    }

    /// The key that `register.vkey` holds; `None` where there is no such file.
    fn published_key(&self) -> Result<Option<VerifierKey>, OfficeError> {
        let path = self.register_vkey();
        match std::fs::read(&path) {
            Ok(bytes) => match log_key(&bytes) {
                Some(key) => Ok(Some(key)),
                None => Err(OfficeError::Disk { path, cause: io::ErrorKind::InvalidData.into() }),
            },
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(OfficeError::Disk { path, cause }),
        }
    }

    /// The same office, with its register where it was: what the database calls the office, and the log's `origin`, are
    /// written into `vanthu.toml` where name or identifier lead elsewhere.
    ///
    /// # Errors
    /// The disk refuses, or the configuration has no room for it.
    pub fn keep_register(self, id: &str, origin: &str) -> Result<Office, OfficeError> {
        let mut lines = Vec::new();
        for (key, value, is_said) in
            [("office", id, self.id() == id), ("origin", origin, self.origin() == origin)]
        {
            if !is_said {
                lines.push(format!("{key} = {}", toml::Value::String(value.to_owned())));
            }
        }
        if lines.is_empty() {
            return Ok(self);
        }
        let path = self.folder().join(CONFIG_FILE);
        let disk = |cause| OfficeError::Disk { path: path.clone(), cause };
        let text = std::fs::read_to_string(&path).map_err(disk)?;
        let lines = lines.join("\n");
        let header = |line: &str| line.trim() == "[register]";
        let text = match text.lines().any(header) {
            true => {
                let with =
                    |line| if header(line) { format!("{line}\n{lines}\n") } else { format!("{line}\n") };
                text.lines().map(with).collect()
            }
            false => format!("{}\n\n[register]\n{lines}\n", text.trim_end()),
        };
        let reason = |reason: String| OfficeError::Config { path: path.clone(), reason };
        toml::from_str::<OfficeConfig>(&text).map_err(|cause| reason(cause.to_string()))?;
        file::write(&path, text.as_bytes(), Existing::Replace).map_err(disk)?;
        Office::open(self.folder())
    }

    /// `register`, which is at [`Office::register`], to read.
    ///
    /// # Errors
    /// As [`Office::side`].
    pub fn reading(&self, register: Register) -> Result<Register, OfficeError> {
        Ok(register.of_office(self.side()?))
    }

    /// `register`, which is at [`Office::register`], to write with its `key`.
    ///
    /// # Errors
    /// As [`Office::side`].
    pub fn writing(&self, register: Register, key: PrivateKey) -> Result<Register, OfficeError> {
        Ok(self.reading(register)?.signing_with(key))
    }
}
