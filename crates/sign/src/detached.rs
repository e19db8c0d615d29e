//! Signing in two steps: what is to be signed goes elsewhere as a small JSON file, to a signing service or a
//! machine without network, and its answer comes back.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use der::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::base_digest::BaseDigest;
use super::error::{SignError, WrongValue};
use super::pending::{Contents, Pending};
use super::signer::algorithm_of;
use crate::cms::{DigestAlgorithm, SignatureAlgorithm};
use crate::keys::Certificate;
use crate::pdf::writer::Unfilled;
use crate::role::Role;

/// The version of the JSON form.
const VERSION: u32 = 1;

/// A file and what follows it, but for the signature.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Detached {
    /// Version of this form: 1.
    version: u32,
    /// In which capacity.
    role: Role,
    /// SHA-256 of the file to be signed, hexadecimal.
    pub file_sha256: String,
    /// Length of the file to be signed, in bytes.
    pub file_length: u64,
    /// The algorithm with its parameters, for people.
    pub algorithm: String,
    /// The DER of the attributes that are signed (RFC 5652 §5.4), Base64: the message itself, not a digest.
    pub to_be_signed: String,
    /// The digest of the file in these attributes, hexadecimal: the messageDigest.
    pub message_digest: String,
    /// The signer's certificate and those that lead to its root, DER, Base64.
    pub certificates: Vec<String>,
    /// What follows the file, Base64, with zeros where the signature goes.
    update: String,
    /// First byte of that place, and one past its last.
    gap: [usize; 2],
}

impl Detached {
    /// What waits for its signature: `pending` follows a file of `length` bytes with the digest `sha256`.
    ///
    /// # Errors
    /// A certificate can't be encoded.
    pub fn of(pending: &Pending, role: Role, sha256: &[u8], length: u64) -> Result<Detached, SignError> {
        let Contents { algorithm, certificate, chain } = &pending.contents;
        let certificates = std::iter::once(certificate).chain(chain);
        let certificates = certificates.map(|certificate| Ok(STANDARD.encode(certificate.to_der()?)));
        Ok(Detached {
            version: VERSION,
            role,
            file_sha256: crate::hex::lower(sha256),
            file_length: length,
            algorithm: words(*algorithm),
            to_be_signed: STANDARD.encode(&pending.attributes),
            message_digest: crate::hex::lower(&pending.message_digest),
            certificates: certificates.collect::<Result<_, SignError>>()?,
            update: STANDARD.encode(&pending.unfilled.bytes),
            gap: [pending.unfilled.gap.start, pending.unfilled.gap.end],
        })
    }

    /// The revision again, after the file whose digests are `base`; nothing in it is taken from the JSON on
    /// trust.
    ///
    /// # Errors
    /// The JSON was not made by [`Detached::of`], was changed, or is of another file.
    pub fn pending(&self, base: BaseDigest) -> Result<Pending, SignError> {
        const CHANGED: SignError = SignError::WrongValue(WrongValue::Changed);
        if self.version != VERSION {
            return Err(WrongValue::Version(self.version).into());
        }
        if crate::hex::lower(&base.sha256()) != self.file_sha256 {
            return Err(WrongValue::OtherFile.into());
        }
        let decode = |text: &str| STANDARD.decode(text).map_err(|_| CHANGED);
        let mut certificates = Vec::new();
        for certificate in &self.certificates {
            certificates.push(Certificate::from_der(&decode(certificate)?).map_err(|_| CHANGED)?);
        }
        if certificates.is_empty() {
            return Err(CHANGED);
        }
        let certificate = certificates.remove(0);
        let algorithm = algorithm_of(certificate.tbs_certificate().subject_public_key_info())?;
        let contents = Contents { algorithm, certificate, chain: certificates };
        let bytes = decode(&self.update)?;
        let gap = self.gap[0]..self.gap[1];
        let in_place = match bytes.get(gap.clone()) {
            // Two digits for each byte.
            Some([b'<', zeros @ .., b'>']) => zeros.len() % 2 == 0 && zeros.iter().all(|zero| *zero == b'0'),
            _ => false,
        };
        if !in_place {
            return Err(CHANGED);
        }
        let pending = Pending::around(Unfilled { bytes, gap }, base.message(), contents)?;
        if pending.attributes != decode(&self.to_be_signed)? {
            return Err(CHANGED);
        }
        Ok(pending)
    }

    /// In which capacity it is signed.
    pub fn role(&self) -> Role {
        self.role
    }

    /// The algorithm of the file's digest.
    ///
    /// # Errors
    /// The JSON names no certificate that can be read.
    pub fn digest_algorithm(&self) -> Result<DigestAlgorithm, SignError> {
        let first = self.certificates.first().and_then(|first| STANDARD.decode(first).ok());
        let certificate = first.and_then(|der| Certificate::from_der(&der).ok());
        let certificate = certificate.ok_or(WrongValue::Changed)?;
        Ok(algorithm_of(certificate.tbs_certificate().subject_public_key_info())?.digest())
    }
}

/// What whoever signs elsewhere has to know.
fn words(algorithm: SignatureAlgorithm) -> String {
    let (name, digest) = (algorithm.name(), algorithm.digest().name());
    match algorithm {
        // It digests as it signs (RFC 8032).
        SignatureAlgorithm::Ed25519 => name.to_owned(),
        SignatureAlgorithm::EcdsaP256 | SignatureAlgorithm::EcdsaP384 => format!("{name} with {digest}"),
        SignatureAlgorithm::RsaPss { .. } => {
            let salt = algorithm.digest().length();
            format!("{name} with {digest}, MGF1 with {digest} and a salt of {salt} bytes")
        }
    }
}
