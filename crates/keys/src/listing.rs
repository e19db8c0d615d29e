//! What keys and certificates a folder holds, and what has become of them.

use std::path::Path;

use serde::Serialize;
use time::OffsetDateTime;

use super::certificate_files::{files_in, read_certificates};
use super::error::KeyError;
use super::file::is_regular;
use super::revocation_list::{self, RevocationList};
use crate::certificate::{Certificate, Subject, fingerprint, is_self_issued, may_issue, moment};
use crate::clock;
use crate::cms::SignatureAlgorithm;

/// A certificate in a folder of keys.
#[derive(Debug, Clone, Serialize)]
pub struct ListedCertificate {
    /// The name of its file without `.crt`.
    pub name: String,
    /// Whom it names.
    pub subject: Subject,
    /// Who vouches for it, by name; `None` where it vouches for itself.
    pub issuer: Option<String>,
    /// Whether it is a root: it may vouch for others.
    pub root: bool,
    /// The kind of its key.
    pub algorithm: String,
    /// Valid from, RFC 3339.
    pub not_before: String,
    /// Valid until, RFC 3339.
    pub not_after: String,
    /// Whether it can be signed with.
    pub state: CertificateState,
    /// Since when it is revoked, RFC 3339, by the lists in the folder.
    pub revoked: Option<String>,
    /// SHA-256 fingerprint in hexadecimal.
    pub fingerprint: String,
    /// Whether its private key lies beside it.
    pub has_key: bool,
}

/// What has become of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CertificateState {
    /// It is valid at the time that was asked for.
    Valid,
    /// It is not valid yet.
    NotYet,
    /// It is not valid any more.
    Expired,
    /// A list in the folder revokes it.
    Revoked,
}

/// The certificates in `folder` (files `*.crt`), by name, as they are at `at` and by the revocation lists in it
/// (`*.crl`).
///
/// # Errors
/// The folder, or a certificate or list in it can't be read.
pub fn list(folder: &Path, at: OffsetDateTime) -> Result<Vec<ListedCertificate>, KeyError> {
    let mut lists = Vec::new();
    for path in files_in(folder, "crl")? {
        lists.extend(revocation_list::read(&path)?);
    }
    files_in(folder, "crt")?.iter().map(|path| describe(path, &lists, at)).collect()
}

fn describe(
    path: &Path,
    lists: &[RevocationList],
    at: OffsetDateTime,
) -> Result<ListedCertificate, KeyError> {
    let chain = read_certificates(path)?;
    let first = chain.first().ok_or_else(|| KeyError::NotACertificate(path.to_owned()))?;
    let tbs = first.tbs_certificate();
    let (from, until) = (moment(&tbs.validity().not_before), moment(&tbs.validity().not_after));
    let revoked = lists.iter().filter_map(|list| revocation_list::since(list, first)).min();
    let state = match revoked {
        Some(_) => CertificateState::Revoked,
        None if at < from => CertificateState::NotYet,
        None if until < at => CertificateState::Expired,
        None => CertificateState::Valid,
    };
    Ok(ListedCertificate {
        name: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        subject: Subject::of(first),
        issuer: (!is_self_issued(first)).then(|| issuer(first)),
        root: may_issue(first),
        algorithm: algorithm(first),
        not_before: clock::rfc3339(from),
        not_after: clock::rfc3339(until),
        state,
        revoked: revoked.map(clock::rfc3339),
        fingerprint: fingerprint(first)?,
        has_key: has_key(path)?,
    })
}

/// Whether the key of the certificate at `path` lies beside it.
fn has_key(path: &Path) -> Result<bool, KeyError> {
    let path = path.with_extension("key");
    is_regular(&path).map_err(|cause| KeyError::Disk { path, cause })
}

/// The name of the one who vouches for `certificate`.
fn issuer(certificate: &Certificate) -> String {
    let name = certificate.tbs_certificate().issuer();
    match Subject::of_name(name).common_name {
        common if common.is_empty() => name.to_string(),
        common => common,
    }
}

fn algorithm(certificate: &Certificate) -> String {
    let key = certificate.tbs_certificate().subject_public_key_info();
    match SignatureAlgorithm::of_key(key) {
        Some(SignatureAlgorithm::RsaPss { length }) => format!("RSA-{}", 8 * length),
        Some(algorithm) => algorithm.name().to_owned(),
        None => key.algorithm.oid.to_string(),
    }
}
