//! Signing with a key file.

use time::OffsetDateTime;

use super::error::SignError;
use super::signer::{Signer, algorithm_of, check_certificate};
use crate::cms::SignatureAlgorithm;
use crate::keys::{Certificate, PrivateKey};

/// A private key with its certificate.
#[derive(Debug)]
pub struct FileSigner {
    key: PrivateKey,
    certificate: Certificate,
    chain: Vec<Certificate>,
    algorithm: SignatureAlgorithm,
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
        let named = certificate.tbs_certificate().subject_public_key_info();
        if key.public_key_info().ok().as_ref() != Some(named) {
            return Err(SignError::KeyMismatch);
        }
        check_certificate(&certificate, time)?;
        let algorithm = algorithm_of(named)?;
        Ok(FileSigner { key, certificate, chain, algorithm })
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
        self.algorithm
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        Ok(self.key.sign(message))
    }
}
