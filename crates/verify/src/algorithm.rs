//! Digest and signature algorithms of signed messages: which are known, which are strong enough, and
//! whether a value holds. The arithmetic is certval's and RustCrypto's.

use certval::{PkiEnvironment, verify_signature_message_rust_crypto};
use const_oid::ObjectIdentifier;
use const_oid::db::{rfc5912, rfc8410};
use der::Decode;
use der::asn1::{Any, BitString};
use sha1::{Digest, Sha1};
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};

use super::cause::Cause;
use super::check::Check;
use super::check_id::CheckId;
use crate::cms::{DigestAlgorithm, PssParameters, RsaPublicKey};
use crate::lang::Message;
use crate::message;

/// MD5 (RFC 8017, appendix B.1), known by name only.
const MD5: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.2.5");

/// The shortest RSA modulus that is taken, in bits (TT 15/2025/TT-BKHCN).
const MIN_RSA_BITS: usize = 2048;
/// The longest: what the rsa crate takes.
const MAX_RSA_BITS: usize = 8192;

/// What can't be computed, or would prove nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum UnfitAlgorithm {
    /// It is not known here; its name or object identifier.
    Unknown(String),
    /// Broken, or too short.
    Weak(String),
}

impl UnfitAlgorithm {
    /// What the check `id` finds of it.
    pub(super) fn check(&self, id: CheckId) -> Check {
        let cause = match self {
            UnfitAlgorithm::Unknown(_) => Cause::Unsupported,
            UnfitAlgorithm::Weak(_) => Cause::Weak,
        };
        Check::against(id, cause, self.words())
    }

    /// Why nothing is proven by it, in words.
    pub(super) fn words(&self) -> Message {
        match self {
            UnfitAlgorithm::Unknown(name) => {
                message!("thuật toán {name} chưa được hỗ trợ", "the algorithm {name} is not supported")
            }
            UnfitAlgorithm::Weak(name) => message!(
                "thuật toán {name} không còn an toàn, không đủ tin cậy",
                "the algorithm {name} is no longer secure enough to prove anything"
            ),
        }
    }
}

/// The digest algorithm that an identifier means.
pub(super) fn digest_algorithm(oid: ObjectIdentifier) -> Result<DigestAlgorithm, UnfitAlgorithm> {
    match oid {
        rfc5912::ID_SHA_256 => Ok(DigestAlgorithm::Sha256),
        rfc5912::ID_SHA_384 => Ok(DigestAlgorithm::Sha384),
        rfc5912::ID_SHA_512 => Ok(DigestAlgorithm::Sha512),
        rfc5912::ID_SHA_1 => Err(UnfitAlgorithm::Weak("SHA-1".to_owned())),
        rfc5912::ID_SHA_224 => Err(UnfitAlgorithm::Weak("SHA-224".to_owned())),
        MD5 => Err(UnfitAlgorithm::Weak("MD5".to_owned())),
        other => Err(UnfitAlgorithm::Unknown(other.to_string())),
    }
}

/// How a value is computed from a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum AcceptedAlgorithm {
    /// RFC 8419; the digest is SHA-512 alone.
    Ed25519,
    /// RSASSA-PKCS1-v1_5 with this digest (RFC 5754 §3.2).
    RsaPkcs1(DigestAlgorithm),
    /// RFC 4056; with its parameters.
    RsaPss(DigestAlgorithm, Any),
    /// ECDSA with this digest (RFC 5754 §3.3).
    Ecdsa(DigestAlgorithm),
}

impl AcceptedAlgorithm {
    /// What the signature algorithm of a SignerInfo with the digest algorithm `digest` means. RFC 5754
    /// lets a signer name the key's algorithm alone (`rsaEncryption`); the digest is then the message's.
    pub(super) fn of(
        identifier: &AlgorithmIdentifierOwned,
        digest: ObjectIdentifier,
    ) -> Result<AcceptedAlgorithm, UnfitAlgorithm> {
        use AcceptedAlgorithm::{Ecdsa, Ed25519, RsaPkcs1, RsaPss};
        let unknown = |what: &str| UnfitAlgorithm::Unknown(what.to_owned());
        let exactly = |named: DigestAlgorithm| match digest_algorithm(digest)? == named {
            true => Ok(named),
            // The two digests of one signature: none may be left unprotected by the other.
            false => Err(UnfitAlgorithm::Unknown(format!("{} + {digest}", identifier.oid))),
        };
        match identifier.oid {
            rfc8410::ID_ED_25519 => Ok(Ed25519),
            rfc5912::RSA_ENCRYPTION => Ok(RsaPkcs1(digest_algorithm(digest)?)),
            rfc5912::SHA_256_WITH_RSA_ENCRYPTION => Ok(RsaPkcs1(exactly(DigestAlgorithm::Sha256)?)),
            rfc5912::SHA_384_WITH_RSA_ENCRYPTION => Ok(RsaPkcs1(exactly(DigestAlgorithm::Sha384)?)),
            rfc5912::SHA_512_WITH_RSA_ENCRYPTION => Ok(RsaPkcs1(exactly(DigestAlgorithm::Sha512)?)),
            rfc5912::ECDSA_WITH_SHA_256 => Ok(Ecdsa(exactly(DigestAlgorithm::Sha256)?)),
            rfc5912::ECDSA_WITH_SHA_384 => Ok(Ecdsa(exactly(DigestAlgorithm::Sha384)?)),
            rfc5912::ECDSA_WITH_SHA_512 => Ok(Ecdsa(exactly(DigestAlgorithm::Sha512)?)),
            rfc5912::ID_EC_PUBLIC_KEY => Ok(Ecdsa(digest_algorithm(digest)?)),
            rfc5912::SHA_1_WITH_RSA_ENCRYPTION => Err(UnfitAlgorithm::Weak("SHA-1".to_owned())),
            rfc5912::ID_RSASSA_PSS => {
                let parameters =
                    identifier.parameters.clone().ok_or_else(|| unknown("RSA-PSS without parameters"))?;
                let read: PssParameters =
                    parameters.decode_as().map_err(|_| unknown("RSA-PSS with unreadable parameters"))?;
                // Left out, it means SHA-1.
                let hash = read.hash.as_ref().map_or(rfc5912::ID_SHA_1, |hash| hash.oid);
                Ok(RsaPss(exactly(digest_algorithm(hash)?)?, parameters))
            }
            other => Err(UnfitAlgorithm::Unknown(other.to_string())),
        }
    }

    /// Its name for people.
    pub(super) fn name(&self) -> String {
        match self {
            AcceptedAlgorithm::Ed25519 => "Ed25519".to_owned(),
            AcceptedAlgorithm::RsaPkcs1(digest) => format!("RSA (PKCS#1 v1.5), {}", digest.name()),
            AcceptedAlgorithm::RsaPss(digest, _) => format!("RSA-PSS, {}", digest.name()),
            AcceptedAlgorithm::Ecdsa(digest) => format!("ECDSA, {}", digest.name()),
        }
    }

    /// The identifier as X.509 spells it.
    fn identifier(&self) -> AlgorithmIdentifierOwned {
        use DigestAlgorithm::{Sha256, Sha384, Sha512};
        let (oid, parameters) = match self {
            AcceptedAlgorithm::Ed25519 => (rfc8410::ID_ED_25519, None),
            AcceptedAlgorithm::RsaPkcs1(Sha256) => (rfc5912::SHA_256_WITH_RSA_ENCRYPTION, None),
            AcceptedAlgorithm::RsaPkcs1(Sha384) => (rfc5912::SHA_384_WITH_RSA_ENCRYPTION, None),
            AcceptedAlgorithm::RsaPkcs1(Sha512) => (rfc5912::SHA_512_WITH_RSA_ENCRYPTION, None),
            AcceptedAlgorithm::RsaPss(_, parameters) => (rfc5912::ID_RSASSA_PSS, Some(parameters.clone())),
            AcceptedAlgorithm::Ecdsa(Sha256) => (rfc5912::ECDSA_WITH_SHA_256, None),
            AcceptedAlgorithm::Ecdsa(Sha384) => (rfc5912::ECDSA_WITH_SHA_384, None),
            AcceptedAlgorithm::Ecdsa(Sha512) => (rfc5912::ECDSA_WITH_SHA_512, None),
        };
        AlgorithmIdentifierOwned { oid, parameters }
    }

    /// Whether the key is of the algorithm's kind; the name of the key's algorithm where it is not.
    fn fits(&self, key: &SubjectPublicKeyInfoOwned) -> bool {
        let oid = key.algorithm.oid;
        match self {
            // RFC 8410 §3: no parameters.
            AcceptedAlgorithm::Ed25519 => oid == rfc8410::ID_ED_25519 && key.algorithm.parameters.is_none(),
            AcceptedAlgorithm::RsaPkcs1(_) => oid == rfc5912::RSA_ENCRYPTION,
            AcceptedAlgorithm::RsaPss(..) => oid == rfc5912::RSA_ENCRYPTION || oid == rfc5912::ID_RSASSA_PSS,
            AcceptedAlgorithm::Ecdsa(_) => oid == rfc5912::ID_EC_PUBLIC_KEY,
        }
    }

    /// Whether `value` is the signature by `key` of `message`.
    pub(super) fn verify(&self, key: &SubjectPublicKeyInfoOwned, message: &[u8], value: &[u8]) -> bool {
        self.check(key, message, value) == Ok(true)
    }

    /// The same.
    ///
    /// # Errors
    /// It can't be computed here.
    pub(super) fn check(
        &self,
        key: &SubjectPublicKeyInfoOwned,
        message: &[u8],
        value: &[u8],
    ) -> Result<bool, UnfitAlgorithm> {
        let Ok(value) = BitString::from_bytes(value) else {
            return Ok(false);
        };
        if !self.fits(key) {
            return Ok(false);
        }
        let identifier = self.identifier();
        let plain_key = self.plain_key(key)?;
        let key = plain_key.as_ref().unwrap_or(key);
        let environment = PkiEnvironment::default();
        match verify_signature_message_rust_crypto(&environment, message, &value, &identifier, key) {
            Ok(()) => Ok(true),
            Err(certval::Error::Unrecognized) => Err(UnfitAlgorithm::Unknown(self.name())),
            Err(_) => Ok(false),
        }
    }

    /// A key that is for RSASSA-PSS alone, as one for RSA: the arithmetic does not know it by its own name. Where it
    /// says with which parameters it may be used, the signature must have those (RFC 4055 §3.3).
    fn plain_key(
        &self,
        key: &SubjectPublicKeyInfoOwned,
    ) -> Result<Option<SubjectPublicKeyInfoOwned>, UnfitAlgorithm> {
        let AcceptedAlgorithm::RsaPss(digest, parameters) = self else {
            return Ok(None);
        };
        if key.algorithm.oid != rfc5912::ID_RSASSA_PSS {
            return Ok(None);
        }
        if let Some(own) = &key.algorithm.parameters {
            let read = |parameters: &Any| parameters.decode_as::<PssParameters>().ok();
            let salt = |read: &PssParameters| read.salt_length.unwrap_or(20);
            let permits = read(own).zip(read(parameters)).is_some_and(|(own, used)| {
                let hash = own.hash.as_ref().map(|hash| digest_algorithm(hash.oid));
                hash == Some(Ok(*digest)) && salt(&own) <= salt(&used)
            });
            if !permits {
                return Err(UnfitAlgorithm::Unknown("RSA-PSS, parameters of the key".to_owned()));
            }
        }
        let algorithm =
            AlgorithmIdentifierOwned { oid: rfc5912::RSA_ENCRYPTION, parameters: Some(Any::null()) };
        Ok(Some(SubjectPublicKeyInfoOwned { algorithm, subject_public_key: key.subject_public_key.clone() }))
    }
}

/// Whether a key is too short, or of a kind that is not known.
pub(super) fn check_key(key: &SubjectPublicKeyInfoOwned) -> Result<(), UnfitAlgorithm> {
    match key.algorithm.oid {
        rfc5912::RSA_ENCRYPTION | rfc5912::ID_RSASSA_PSS => {
            let read = key.subject_public_key.as_bytes().and_then(|key| RsaPublicKey::from_der(key).ok());
            let Some(RsaPublicKey { modulus, exponent }) = read else {
                return Err(UnfitAlgorithm::Unknown("RSA".to_owned()));
            };
            let bits = bits(modulus.as_bytes());
            if bits < MIN_RSA_BITS || exponent.as_bytes() == [1] {
                Err(UnfitAlgorithm::Weak(format!("RSA-{bits}")))
            } else if bits > MAX_RSA_BITS {
                Err(UnfitAlgorithm::Unknown(format!("RSA-{bits}")))
            } else {
                Ok(())
            }
        }
        rfc5912::ID_EC_PUBLIC_KEY => {
            let curve: Option<ObjectIdentifier> =
                key.algorithm.parameters.as_ref().and_then(|curve| curve.decode_as().ok());
            match curve {
                Some(rfc5912::SECP_256_R_1 | rfc5912::SECP_384_R_1 | rfc5912::SECP_521_R_1) => Ok(()),
                Some(curve) => Err(UnfitAlgorithm::Unknown(format!("ECDSA ({curve})"))),
                None => Err(UnfitAlgorithm::Unknown("ECDSA".to_owned())),
            }
        }
        rfc8410::ID_ED_25519 => Ok(()),
        other => Err(UnfitAlgorithm::Unknown(other.to_string())),
    }
}

fn bits(number: &[u8]) -> usize {
    let number = number.iter().position(|byte| *byte != 0).and_then(|start| number.get(start..));
    match number {
        Some([first, rest @ ..]) => 8 * rest.len() + (8 - first.leading_zeros() as usize),
        _ => 0,
    }
}

/// No parameters, or the NULL that some programs write.
pub(super) fn plain(algorithm: &AlgorithmIdentifierOwned) -> bool {
    algorithm.parameters.as_ref().is_none_or(|parameters| parameters.is_null())
}

/// Whether two identifiers say the same.
pub(super) fn same(a: &AlgorithmIdentifierOwned, b: &AlgorithmIdentifierOwned) -> bool {
    a.oid == b.oid && (a.parameters == b.parameters || plain(a) && plain(b))
}

/// SHA-1, for the names that it gives to certificates; it proves nothing.
pub(super) fn sha1(bytes: &[u8]) -> Vec<u8> {
    Sha1::digest(bytes).to_vec()
}

/// The digest of a certificate (DER) as an ESSCertID names it.
pub(super) fn certificate_digest(
    algorithm: Option<&AlgorithmIdentifierOwned>,
    certificate: &[u8],
) -> Result<Vec<u8>, UnfitAlgorithm> {
    let oid = algorithm.map_or(rfc5912::ID_SHA_256, |algorithm| algorithm.oid);
    Ok(digest_algorithm(oid)?.digest(certificate))
}
