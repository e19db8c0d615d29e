//! Somebody whose key is elsewhere: a signing service, a machine without network, the chairman's own device.

use time::OffsetDateTime;

use super::error::SignError;
use super::pending::Contents;
use super::signer::{Signer, algorithm_of, check_certificate};
use crate::cms::SignatureAlgorithm;
use crate::keys::Certificate;

/// A certificate whose key signs in a second step.
#[derive(Debug)]
pub struct Absent {
    certificate: Certificate,
    chain: Vec<Certificate>,
    algorithm: SignatureAlgorithm,
}

impl Absent {
    /// Whom `certificate` names, with the `chain` to its root, who signs at `time`.
    ///
    /// # Errors
    /// The certificate is not for signing, or not valid at `time`.
    pub fn new(
        certificate: Certificate,
        chain: Vec<Certificate>,
        time: OffsetDateTime,
    ) -> Result<Absent, SignError> {
        check_certificate(&certificate, time)?;
        let algorithm = algorithm_of(certificate.tbs_certificate().subject_public_key_info())?;
        Ok(Absent { certificate, chain, algorithm })
    }
}

impl From<Contents> for Absent {
    fn from(Contents { algorithm, certificate, chain }: Contents) -> Absent {
        Absent { certificate, chain, algorithm }
    }
}

impl Signer for Absent {
    fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    fn chain(&self) -> &[Certificate] {
        &self.chain
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    fn sign(&self, _message: &[u8]) -> Result<Vec<u8>, SignError> {
        Err(SignError::Refused("the key is elsewhere".to_owned()))
    }
}
