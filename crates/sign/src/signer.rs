//! Who signs, and what must hold of a certificate before anything is signed with it.

use spki::SubjectPublicKeyInfoOwned;
use time::OffsetDateTime;
use x509_cert::ext::pkix::{KeyUsage, KeyUsages};

use crate::certificate::moment;
use crate::clock;
use crate::cms::SignatureAlgorithm;
use crate::error::SignError;
use crate::keys::Certificate;

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
