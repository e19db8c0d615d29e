//! Signing a PDF: one incremental update with a PAdES signature (ETSI EN 319 142-1), and updates with
//! what proves it later.
//!
//! In a report an update changes nothing but a field that was there from the start, which gains /V and
//! /AP, and, for the first signature, the catalog's /Perms; everything else in it is new. What is given
//! back is the update alone: the bytes that follow the file as it is.

mod absent;
mod base_digest;
mod detached;
mod dictionary;
mod document_time_stamp;
mod field;
mod file_signer;
mod number;
mod pending;
mod prepare;
mod store;
#[cfg(feature = "token")]
pub mod token;

use spki::SubjectPublicKeyInfoOwned;
use time::OffsetDateTime;
use x509_cert::ext::pkix::{KeyUsage, KeyUsages};

use crate::certificate::moment;
use crate::clock;
use crate::cms::SignatureAlgorithm;
use crate::keys::Certificate;
use crate::pdf::PdfError;
use crate::pdf::reader::ReadError;
use crate::role::Role;

pub use crate::pdf::Appearance;
pub use absent::Absent;
pub use base_digest::BaseDigest;
pub use detached::Detached;
pub use dictionary::SignatureDetails;
pub use document_time_stamp::PendingStamp;
pub use field::{FieldState, NewField, is_numbered_report, role_fields, signed_fields};
pub use file_signer::FileSigner;
pub use number::{Filling, Numbering, fill, number_field, numbering};
pub use pending::{Contents, Pending, Room};
pub use prepare::{Prepared, Request, prepare};
pub use store::{Evidence, store};

/// Somebody or something that signs: a key file, a token, a remote service.
pub trait Signer {
    /// The signer's certificate.
    fn certificate(&self) -> &Certificate;
    /// The certificates that lead from it to its root, which need not be among them.
    fn chain(&self) -> &[Certificate];
    /// How it signs.
    fn algorithm(&self) -> SignatureAlgorithm;
    /// Signs `message` (the message itself, not a digest of it).
    ///
    /// # Errors
    /// The key refuses.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError>;
}

/// Why a file can't be signed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// The file is not a PDF that the strict reader takes.
    #[error(transparent)]
    Unreadable(#[from] ReadError),
    /// The file can't be updated.
    #[error(transparent)]
    Pdf(#[from] PdfError),
    /// The file has no such page.
    #[error("the file has no page {0}")]
    NoPage(usize),
    /// The file is more, or other, than the report as issued and the signatures before this one.
    #[error("the file is not as it was issued and signed: it was changed at byte {0}")]
    Altered(usize),
    /// The field is signed already.
    #[error("the signature field \"{}\" is signed already", .0.field_name())]
    Signed(Role),
    /// The field has its place already.
    #[error("the signature field \"{}\" is there already", .0.field_name())]
    FieldThere(Role),
    /// The number is filled in after the authorised person signed.
    #[error("the authorised person has not signed yet, and the number is filled in after")]
    NotSigned,
    /// The agency signs after the authorised person (NĐ 30/2020 Điều 14, 32).
    #[error("the authorised person has not signed yet, and the agency signs after")]
    OutOfOrder,
    /// The number is to be filled in before the agency signs.
    #[error("the number was not filled in yet, and the agency signs after")]
    NotNumbered,
    /// The number was printed, or filled in already.
    #[error("the report has its number already")]
    Numbered,
    /// The key is not the one that the certificate names.
    #[error("the private key does not belong to the certificate")]
    KeyMismatch,
    /// The certificate is not valid at the signing time.
    #[error("the certificate is valid from {not_before} to {not_after}, not at {time}")]
    NotValid {
        /// Valid from, RFC 3339.
        not_before: String,
        /// Valid until, RFC 3339.
        not_after: String,
        /// The signing time, RFC 3339.
        time: String,
    },
    /// The certificate is not for signing.
    #[error("the certificate is not for signing documents (key usage)")]
    KeyUsage,
    /// The certificate's key is of a kind that nothing is signed with here.
    #[error("keys of this kind don't sign documents: {0}")]
    Algorithm(String),
    /// What signs could not do it.
    #[error("{0}")]
    Refused(String),
    /// The value does not fit what was to be signed.
    #[error("what came back is no signature of this file by this certificate: {0}")]
    WrongValue(#[from] WrongValue),
    /// The signature is longer than the room that was left for it, in bytes.
    #[error("the signature takes {0} bytes, more than there is room for")]
    TooLong(usize),
    /// A structure could not be encoded.
    #[error("the signature could not be encoded: {0}")]
    Encoding(#[from] der::Error),
}

/// Why what came back from elsewhere is no signature of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WrongValue {
    /// Signature values of this algorithm have another length.
    #[error("it has the wrong length")]
    Length,
    /// It is no pair of numbers, as ECDSA has.
    #[error("the token gave no pair of numbers")]
    Numbers,
    /// The certificate's key did not make it, or of something else.
    #[error("it does not fit the certificate's key")]
    Key,
    /// Another certificate than the one of the first step signed.
    #[error("it is not by the certificate of the first step")]
    Signer,
    /// The first step was made for another file.
    #[error("the first step was made for another file")]
    OtherFile,
    /// What the first step wrote is not as it was.
    #[error("the file of the first step was changed")]
    Changed,
    /// What the first step wrote is of another version of the program.
    #[error("the file of the first step is of version {0}, which is not known")]
    Version(u32),
}

/// The shortest RSA modulus that signs, in bytes (TT 15/2025/TT-BKHCN).
const MIN_RSA: usize = 256;

/// Checks what must hold before anything is signed with `certificate` at `time`: a signature must not be
/// made that nobody can accept (TT 15/2025/TT-BKHCN Điều 5).
///
/// # Errors
/// The certificate is not for signing, or not valid at `time`.
pub fn check_certificate(certificate: &Certificate, time: OffsetDateTime) -> Result<(), SignError> {
    let tbs = certificate.tbs_certificate();
    let signing = KeyUsages::DigitalSignature | KeyUsages::NonRepudiation;
    let usage = tbs.get_extension::<KeyUsage>().ok().flatten();
    if usage.is_none_or(|(_, usage)| usage.0.is_disjoint(signing)) {
        return Err(SignError::KeyUsage);
    }
    let (from, until) = (moment(&tbs.validity().not_before), moment(&tbs.validity().not_after));
    if time < from || until < time {
        return Err(SignError::NotValid {
            not_before: clock::rfc3339(from),
            not_after: clock::rfc3339(until),
            time: clock::rfc3339(time),
        });
    }
    Ok(())
}

/// How a key is used to sign documents.
///
/// # Errors
/// It is of another kind, or an RSA key that is too short.
pub fn algorithm_of(key: &SubjectPublicKeyInfoOwned) -> Result<SignatureAlgorithm, SignError> {
    match SignatureAlgorithm::of_key(key) {
        Some(SignatureAlgorithm::RsaPss { length }) if length < MIN_RSA => {
            Err(SignError::Algorithm(format!("RSA-{}", 8 * length)))
        }
        Some(algorithm) => Ok(algorithm),
        None => Err(SignError::Algorithm(key.algorithm.oid.to_string())),
    }
}
