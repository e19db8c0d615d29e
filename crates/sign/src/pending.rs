//! A revision that is complete but for its signature: what is signed, and where the signature goes.

use der::Encode;

use super::base_digest::MessageDigest;
use super::error::{SignError, WrongValue};
use super::signer::Signer;
use crate::cms::{self, SignatureAlgorithm};
use crate::keys::Certificate;
use crate::pdf::writer::Unfilled;

/// Room for more than the signature, in bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Room {
    /// For a signature time-stamp.
    pub time_stamp: usize,
    /// For a CMS that another program makes.
    pub cms: usize,
}

/// Who signs and how: all that a CMS says beside the digest and the value.
#[derive(Debug, Clone)]
pub struct Contents {
    /// The algorithm.
    pub algorithm: SignatureAlgorithm,
    /// The signer's certificate.
    pub certificate: Certificate,
    /// The certificates that lead to its root.
    pub chain: Vec<Certificate>,
}

/// A revision with an empty place for the signature.
#[derive(Debug, Clone)]
pub struct Pending {
    /// The bytes that follow the file.
    pub(super) unfilled: Unfilled,
    pub(super) message_digest: Vec<u8>,
    pub(super) attributes: Vec<u8>,
    pub(super) contents: Contents,
}

impl Contents {
    /// Of `signer`.
    pub(super) fn of(signer: &dyn Signer) -> Result<Contents, SignError> {
        Ok(Contents {
            algorithm: signer.algorithm(),
            certificate: signer.certificate().clone(),
            chain: signer.chain().to_vec(),
        })
    }

    /// How many bytes the CMS takes at the most.
    pub(super) fn length(&self, room: Room) -> Result<usize, SignError> {
        let zeros = vec![0; self.algorithm.digest().length()];
        let value = vec![0; self.algorithm.signature_length()];
        let own = self.encode(&zeros, &value, None)?.len();
        // An attribute around the token takes some twenty bytes more, and lengths grow with it.
        let stamped = if room.time_stamp > 0 { own + room.time_stamp + 64 } else { own };
        Ok(stamped.max(room.cms))
    }

    fn attributes(&self, message_digest: &[u8]) -> Result<Vec<u8>, SignError> {
        Ok(cms::signed_attributes(self.algorithm, message_digest, &self.certificate)?.to_der()?)
    }

    fn encode(
        &self,
        message_digest: &[u8],
        value: &[u8],
        time_stamp: Option<&[u8]>,
    ) -> Result<Vec<u8>, SignError> {
        let attributes = cms::signed_attributes(self.algorithm, message_digest, &self.certificate)?;
        let chain = &self.chain;
        Ok(cms::signed_data(self.algorithm, attributes, value, &self.certificate, chain, time_stamp)?)
    }
}

impl Pending {
    /// With the place that `unfilled` leaves; `message` has hashed the file before it.
    pub(super) fn around(
        unfilled: Unfilled,
        message: MessageDigest,
        contents: Contents,
    ) -> Result<Pending, SignError> {
        let message_digest = digest_around(&unfilled, message);
        let attributes = contents.attributes(&message_digest)?;
        Ok(Pending { unfilled, message_digest, attributes, contents })
    }

    /// What is signed: the DER of the signed attributes (RFC 5652 §5.4).
    pub fn attributes(&self) -> &[u8] {
        &self.attributes
    }

    /// Who signs, and how.
    pub fn contents(&self) -> &Contents {
        &self.contents
    }

    /// Puts the signature in its place, with a time-stamp of it where there is one (the DER of a token), and
    /// gives the bytes that follow the file.
    ///
    /// # Errors
    /// The signature is not as long as it must be, or there is no room for it.
    pub fn complete(self, value: &[u8], time_stamp: Option<&[u8]>) -> Result<Vec<u8>, SignError> {
        self.contents.algorithm.check_length(value).map_err(|_| WrongValue::Length)?;
        let cms = self.contents.encode(&self.message_digest, value, time_stamp)?;
        self.complete_with(&cms)
    }

    /// The same with a whole CMS, which another program made.
    ///
    /// # Errors
    /// There is no room for it.
    pub fn complete_with(self, cms: &[u8]) -> Result<Vec<u8>, SignError> {
        self.unfilled.fill(cms).ok_or(SignError::TooLong(cms.len()))
    }
}

/// The digest of everything but the gap; `message` has hashed what stands before it.
pub(super) fn digest_around(unfilled: &Unfilled, mut message: MessageDigest) -> Vec<u8> {
    let Unfilled { bytes, gap } = unfilled;
    message.update(bytes.get(..gap.start).unwrap_or_default());
    message.update(bytes.get(gap.end..).unwrap_or_default());
    message.finish()
}
