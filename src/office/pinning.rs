//! Pinning a certificate: `vanthu.toml` says who may sign in a role.

use toml_edit::{Array, DocumentMut, table, value};

use super::config::{CONFIG_FILE, OfficeConfig};
use super::error::OfficeError;
use super::folder::Office;
use crate::file::{self, Existing};
use crate::role::Role;

impl Office {
    /// Has the certificate with the SHA-256 `fingerprint` (hexadecimal) sign in `role` from now on; where others are
    /// pinned, beside them. What else the configuration says stays as it is written.
    ///
    /// # Errors
    /// The configuration can't be read or written, or has no room for it.
    pub fn pin(&self, role: Role, fingerprint: &str) -> Result<(), OfficeError> {
        let path = self.folder().join(CONFIG_FILE);
        let disk = |cause| OfficeError::Disk { path: path.clone(), cause };
        let wrong = |reason: String| OfficeError::Config { path: path.clone(), reason };
        let text = std::fs::read_to_string(&path).map_err(disk)?;
        let mut config: DocumentMut =
            text.parse().map_err(|cause: toml_edit::TomlError| wrong(cause.to_string()))?;
        let signing = config.entry("signing").or_insert_with(table).as_table_like_mut();
        let signing = signing.ok_or_else(|| wrong("[signing]".to_owned()))?;
        let pins = signing.entry(role.field_name()).or_insert_with(|| value(Array::new()));
        let pins = pins.as_array_mut().ok_or_else(|| wrong(format!("signing.{}", role.field_name())))?;
        pins.push(fingerprint);
        let text = config.to_string();
        toml::from_str::<OfficeConfig>(&text).map_err(|cause| wrong(cause.to_string()))?;
        file::write(&path, text.as_bytes(), Existing::Replace).map_err(disk)?;
        Ok(())
    }
}
