//! What keys and certificates a folder holds.

use std::fs;
use std::path::Path;

use serde::Serialize;

use super::KeyError;
use super::certificate::{self, Subject, fingerprint, may_issue, moment};
use crate::clock;

/// A certificate in a folder of keys.
#[derive(Debug, Clone, Serialize)]
pub struct Listed {
    /// The name of its file without `.crt`.
    pub name: String,
    /// Whom it names.
    pub subject: Subject,
    /// Whether it is a root: it may vouch for others.
    pub root: bool,
    /// Valid from, RFC 3339.
    pub not_before: String,
    /// Valid until, RFC 3339.
    pub not_after: String,
    /// SHA-256 fingerprint in hexadecimal.
    pub fingerprint: String,
    /// Whether its private key lies beside it.
    pub has_key: bool,
}

/// The certificates in `folder` (files `*.crt`), by name.
///
/// # Errors
/// The folder or a certificate in it can't be read.
pub fn list(folder: &Path) -> Result<Vec<Listed>, KeyError> {
    let disk = |cause| KeyError::Disk { path: folder.to_owned(), cause };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(disk)? {
        paths.push(entry.map_err(disk)?.path());
    }
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "crt"));
    paths.sort();
    paths.iter().map(|path| describe(path)).collect()
}

fn describe(path: &Path) -> Result<Listed, KeyError> {
    let chain = certificate::read(path)?;
    let first = chain.first().ok_or_else(|| KeyError::NotACertificate(path.to_owned()))?;
    let validity = first.tbs_certificate().validity();
    Ok(Listed {
        name: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        subject: Subject::of(first),
        root: may_issue(first),
        not_before: clock::rfc3339(moment(&validity.not_before)),
        not_after: clock::rfc3339(moment(&validity.not_after)),
        fingerprint: fingerprint(first)?,
        has_key: path.with_extension("key").is_file(),
    })
}
