//! Signing with a key file.

use ed25519_dalek::Signer as _;
use spki::EncodePublicKey;
use time::OffsetDateTime;
use x509_cert::ext::pkix::{KeyUsage, KeyUsages};

use super::{SignError, Signer};
use crate::clock;
use crate::cms::SignatureAlgorithm;
use crate::keys::certificate::moment;
use crate::keys::{Certificate, PrivateKey};

/// A private key with its certificate.
#[derive(Debug)]
pub struct FileSigner {
    key: PrivateKey,
    certificate: Certificate,
    chain: Vec<Certificate>,
}

impl FileSigner {
    /// Takes `key` with its `certificate` and the `chain` to its root, to sign at `time`.
    ///
    /// # Errors
    /// The key is not the certificate's, the certificate is not for signing, or it is not valid at
    /// `time`: a signature must not be made that nobody can accept (TT 15/2025/TT-BKHCN Điều 5).
    pub fn new(
        key: PrivateKey,
        certificate: Certificate,
        chain: Vec<Certificate>,
        time: OffsetDateTime,
    ) -> Result<FileSigner, SignError> {
        let tbs = certificate.tbs_certificate();
        let public = key.signing_key().verifying_key().to_public_key_der();
        let named = der::Encode::to_der(tbs.subject_public_key_info())?;
        if public.ok().is_none_or(|public| public.as_bytes() != named) {
            return Err(SignError::KeyMismatch);
        }
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
        Ok(FileSigner { key, certificate, chain })
    }
}

impl Signer for FileSigner {
    fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    fn chain(&self) -> &[Certificate] {
        &self.chain
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::Ed25519
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        Ok(self.key.signing_key().sign(message).to_bytes().to_vec())
    }
}
