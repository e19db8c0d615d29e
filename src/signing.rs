//! A signature with its visible stamp: where layout, signing and verification meet.

use std::path::{Path, PathBuf};

use time::OffsetDateTime;

use crate::keys::certificate::Subject;
use crate::layout::{Engine, LayoutError, StampText};
use crate::role::Role;
use crate::sign::{self, Prepared, SignError, SignatureDetails, Signer};
use crate::verify::{Options, TrustStore, Verdict, verify};

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
    /// The file was changed after it was signed: the agency can't seal it.
    #[error("the file's signature is not valid: it can't be sealed")]
    Invalid,
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
    if role == Role::Agency {
        check_signer(&report, time)?;
    }
    let prepared = sign::prepare(report, role)?;
    let stamp = stamp(engine, &prepared, role, signer, time)?;
    let subject = Subject::of(signer.certificate());
    let details = SignatureDetails { time, name: subject.common_name, location: subject.locality };
    Ok(prepared.sign(signer, &details, &stamp)?)
}

/// The agency seals nothing that was changed after the authorised person signed it
/// (NĐ 30/2020 Điều 32.2.d). Whose key that was is not asked here.
fn check_signer(report: &[u8], at: OffsetDateTime) -> Result<(), SigningError> {
    let judged = verify(report, &Options::new(&TrustStore::new(), at));
    if judged.verdict == Verdict::Invalid { Err(SigningError::Invalid) } else { Ok(()) }
}

/// Sets the stamp of a signature as a PDF of one page, as large as its field.
///
/// # Errors
/// Only where the program is at fault.
pub fn stamp(
    engine: &Engine,
    prepared: &Prepared,
    role: Role,
    signer: &dyn Signer,
    time: OffsetDateTime,
) -> Result<Vec<u8>, LayoutError> {
    if let Some(corner) = prepared.corner() {
        return engine.corner(corner, time, prepared.field_size());
    }
    let subject = Subject::of(signer.certificate());
    engine.stamp(&StampText {
        role,
        name: &subject.common_name,
        lines: [subject.title.as_deref().unwrap_or(""), subject.organization.as_deref().unwrap_or("")],
        time,
        digest: &crate::hex::lower(prepared.digest()),
        size: prepared.field_size(),
    })
}

/// Where the signed form of the file at `path` goes: `.signed` before the ending.
pub fn signed_path(path: &Path) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{stem}.signed.pdf"))
}
