//! A signature with its visible stamp: the one place where layout and signing meet.

use std::path::{Path, PathBuf};

use time::OffsetDateTime;

use crate::keys::certificate::Subject;
use crate::layout::{Engine, LayoutError, StampText};
use crate::role::Role;
use crate::sign::{self, SignError, SignatureDetails, Signer};

/// Why a report was not signed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SigningError {
    /// The stamp could not be set.
    #[error(transparent)]
    Layout(#[from] LayoutError),
    /// The report, the key or the certificate does not fit.
    #[error(transparent)]
    Sign(#[from] SignError),
}

/// Signs `report` in `role` at `time` and gives the whole signed file; the stamp in the role's field
/// says who signed, when, and the SHA-256 digest of the report revision.
///
/// # Errors
/// The report has no empty field for `role`, or the signer refuses.
pub fn sign(
    engine: &Engine,
    report: Vec<u8>,
    role: Role,
    signer: &dyn Signer,
    time: OffsetDateTime,
) -> Result<Vec<u8>, SigningError> {
    let prepared = sign::prepare(report, role)?;
    let subject = Subject::of(signer.certificate());
    let stamp = engine.stamp(&StampText {
        role,
        name: &subject.common_name,
        lines: [subject.title.as_deref().unwrap_or(""), subject.organization.as_deref().unwrap_or("")],
        time,
        digest: &crate::hex::lower(prepared.digest()),
        size: prepared.field_size(),
    })?;
    let details = SignatureDetails { time, name: subject.common_name, location: subject.locality };
    Ok(prepared.sign(signer, &details, &stamp)?)
}

/// Where the signed form of the file at `path` goes: `.signed` before the ending.
pub fn signed_path(path: &Path) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{stem}.signed.pdf"))
}
