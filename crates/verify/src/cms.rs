//! The parts of Cryptographic Message Syntax (RFC 5652) that PAdES signatures are made of, shared by
//! signing and verification.

use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignedAttributes, SignedData, SignerIdentifier, SignerInfo,
    SignerInfos,
};
use const_oid::ObjectIdentifier;
use const_oid::db::{rfc3161, rfc5911, rfc5912, rfc8410};
use der::asn1::{Any, ObjectIdentifier as Oid, OctetString, SetOfVec, Uint};
use der::{Decode, Encode, Sequence};
use sha2::{Digest, Sha256, Sha384, Sha512};
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509_cert::Certificate;
use x509_cert::attr::Attribute;

/// Attribute «signing certificate, version 2» (RFC 5035).
pub const SIGNING_CERTIFICATE_V2: Oid = rfc5911::ID_AA_SIGNING_CERTIFICATE_V_2;
/// Attribute «signature time-stamp» (RFC 3161, appendix A).
pub const SIGNATURE_TIME_STAMP: Oid = rfc3161::ID_AA_TIME_STAMP_TOKEN;
/// Attribute «CMS algorithm protection» (RFC 6211).
pub const ALGORITHM_PROTECTION: Oid = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.52");

/// A digest algorithm that is known and strong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DigestAlgorithm {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl DigestAlgorithm {
    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            DigestAlgorithm::Sha256 => "SHA-256",
            DigestAlgorithm::Sha384 => "SHA-384",
            DigestAlgorithm::Sha512 => "SHA-512",
        }
    }

    /// How many bytes a digest has.
    pub fn length(self) -> usize {
        match self {
            DigestAlgorithm::Sha256 => 32,
            DigestAlgorithm::Sha384 => 48,
            DigestAlgorithm::Sha512 => 64,
        }
    }

    /// The digest of `bytes`.
    pub fn digest(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            DigestAlgorithm::Sha256 => Sha256::digest(bytes).to_vec(),
            DigestAlgorithm::Sha384 => Sha384::digest(bytes).to_vec(),
            DigestAlgorithm::Sha512 => Sha512::digest(bytes).to_vec(),
        }
    }

    /// Its identifier; parameters are absent (RFC 5754 §2).
    pub fn identifier(self) -> AlgorithmIdentifierOwned {
        let oid = match self {
            DigestAlgorithm::Sha256 => rfc5912::ID_SHA_256,
            DigestAlgorithm::Sha384 => rfc5912::ID_SHA_384,
            DigestAlgorithm::Sha512 => rfc5912::ID_SHA_512,
        };
        AlgorithmIdentifierOwned { oid, parameters: None }
    }
}

/// A digest algorithm with a signature algorithm: what documents are signed with here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureAlgorithm {
    /// Ed25519 over SHA-512 message digests (RFC 8419 §3.1).
    Ed25519,
    /// ECDSA on P-256 with SHA-256 (RFC 5753 §2.1).
    EcdsaP256,
    /// ECDSA on P-384 with SHA-384.
    EcdsaP384,
    /// RSASSA-PSS with SHA-256, MGF1 with SHA-256, and a salt of 32 bytes (RFC 4056).
    RsaPss {
        /// Length of the modulus, in bytes.
        length: usize,
    },
}

/// The parameters of RSASSA-PSS (RFC 4055 §3.1).
#[derive(Sequence)]
pub(crate) struct PssParameters {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub hash: Option<AlgorithmIdentifierOwned>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    pub mask: Option<AlgorithmIdentifierOwned>,
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT", optional = "true")]
    pub salt_length: Option<u32>,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT", optional = "true")]
    pub trailer: Option<u8>,
}

/// `RSAPublicKey` (RFC 8017, appendix A.1.1).
#[derive(Sequence)]
pub struct RsaPublicKey {
    /// n, the modulus.
    pub modulus: Uint,
    /// e, the public exponent.
    pub exponent: Uint,
}

impl SignatureAlgorithm {
    /// How the key `key` signs documents; `None` where it is of another kind.
    pub fn of_key(key: &SubjectPublicKeyInfoOwned) -> Option<SignatureAlgorithm> {
        match key.algorithm.oid {
            rfc8410::ID_ED_25519 => Some(SignatureAlgorithm::Ed25519),
            rfc5912::ID_EC_PUBLIC_KEY => {
                let curve: Oid = key.algorithm.parameters.as_ref()?.decode_as().ok()?;
                match curve {
                    rfc5912::SECP_256_R_1 => Some(SignatureAlgorithm::EcdsaP256),
                    rfc5912::SECP_384_R_1 => Some(SignatureAlgorithm::EcdsaP384),
                    _ => None,
                }
            }
            rfc5912::RSA_ENCRYPTION | rfc5912::ID_RSASSA_PSS => {
                let read = RsaPublicKey::from_der(key.subject_public_key.as_bytes()?).ok()?;
                Some(SignatureAlgorithm::RsaPss { length: read.modulus.as_bytes().len() })
            }
            _ => None,
        }
    }

    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            SignatureAlgorithm::Ed25519 => "Ed25519",
            SignatureAlgorithm::EcdsaP256 => "ECDSA P-256",
            SignatureAlgorithm::EcdsaP384 => "ECDSA P-384",
            SignatureAlgorithm::RsaPss { .. } => "RSA-PSS",
        }
    }

    /// The digest of the signed bytes.
    pub fn digest(self) -> DigestAlgorithm {
        match self {
            SignatureAlgorithm::Ed25519 => DigestAlgorithm::Sha512,
            SignatureAlgorithm::EcdsaP384 => DigestAlgorithm::Sha384,
            SignatureAlgorithm::EcdsaP256 | SignatureAlgorithm::RsaPss { .. } => DigestAlgorithm::Sha256,
        }
    }

    /// The most bytes that a signature value takes.
    pub fn signature_length(self) -> usize {
        match self {
            SignatureAlgorithm::Ed25519 => 64,
            // Two numbers of 32 or 48 bytes and a sign, each with its tag, in a sequence.
            SignatureAlgorithm::EcdsaP256 => 72,
            SignatureAlgorithm::EcdsaP384 => 104,
            SignatureAlgorithm::RsaPss { length } => length,
        }
    }

    /// Whether `value` has a length that a signature value can have.
    ///
    /// # Errors
    /// It has not; in words.
    pub fn check_length(self, value: &[u8]) -> Result<(), &'static str> {
        let fits = match self {
            SignatureAlgorithm::Ed25519 | SignatureAlgorithm::RsaPss { .. } => {
                value.len() == self.signature_length()
            }
            SignatureAlgorithm::EcdsaP256 | SignatureAlgorithm::EcdsaP384 => {
                (8..=self.signature_length()).contains(&value.len())
            }
        };
        if fits { Ok(()) } else { Err("it has the wrong length") }
    }

    /// The identifier that a SignerInfo of it has in signatureAlgorithm (RFC 5652 §5.3).
    ///
    /// # Errors
    /// Its parameters can't be encoded.
    pub fn signature_identifier(self) -> der::Result<AlgorithmIdentifierOwned> {
        let (oid, parameters) = match self {
            SignatureAlgorithm::Ed25519 => (rfc8410::ID_ED_25519, None),
            SignatureAlgorithm::EcdsaP256 => (rfc5912::ECDSA_WITH_SHA_256, None),
            SignatureAlgorithm::EcdsaP384 => (rfc5912::ECDSA_WITH_SHA_384, None),
            SignatureAlgorithm::RsaPss { .. } => {
                let hash = DigestAlgorithm::Sha256.identifier();
                let mask = AlgorithmIdentifierOwned {
                    oid: rfc5912::ID_MGF_1,
                    parameters: Some(Any::encode_from(&hash)?),
                };
                let parameters = PssParameters {
                    hash: Some(hash),
                    mask: Some(mask),
                    salt_length: Some(32),
                    trailer: None,
                };
                (rfc5912::ID_RSASSA_PSS, Some(Any::encode_from(&parameters)?))
            }
        };
        Ok(AlgorithmIdentifierOwned { oid, parameters })
    }
}

/// `SigningCertificateV2` (RFC 5035 §3).
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub struct SigningCertificateV2 {
    /// The signer's certificate first.
    pub certs: Vec<EssCertIdV2>,
    /// Policies (`PolicyInformation`), which nothing here looks at.
    #[asn1(optional = "true")]
    pub policies: Option<Any>,
}

/// `ESSCertIDv2` (RFC 5035 §4).
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub struct EssCertIdV2 {
    /// SHA-256 where it is absent.
    #[asn1(optional = "true")]
    pub hash_algorithm: Option<AlgorithmIdentifierOwned>,
    /// Digest of the certificate.
    pub cert_hash: OctetString,
    /// Issuer and serial number.
    #[asn1(optional = "true")]
    pub issuer_serial: Option<Any>,
}

/// `CMSAlgorithmProtection` (RFC 6211 §2), for signatures.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub struct AlgorithmProtection {
    /// As in the SignerInfo.
    pub digest_algorithm: AlgorithmIdentifierOwned,
    /// As in the SignerInfo.
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    pub signature_algorithm: Option<AlgorithmIdentifierOwned>,
}

/// The signed attributes of a PAdES signature (ETSI EN 319 142-1): content type, message digest,
/// signing certificate, algorithm protection. There is no signing time: PAdES keeps it in /M.
///
/// # Errors
/// A structure can't be encoded.
pub fn signed_attributes(
    algorithm: SignatureAlgorithm,
    message_digest: &[u8],
    certificate: &Certificate,
) -> der::Result<SignedAttributes> {
    let hash = OctetString::new(Sha256::digest(certificate.to_der()?).to_vec())?;
    let signing_certificate = SigningCertificateV2 {
        certs: vec![EssCertIdV2 { hash_algorithm: None, cert_hash: hash, issuer_serial: None }],
        policies: None,
    };
    let protection = AlgorithmProtection {
        digest_algorithm: algorithm.digest().identifier(),
        signature_algorithm: Some(algorithm.signature_identifier()?),
    };
    SetOfVec::try_from(vec![
        attribute(rfc5911::ID_CONTENT_TYPE, &rfc5911::ID_DATA)?,
        attribute(rfc5911::ID_MESSAGE_DIGEST, &OctetString::new(message_digest)?)?,
        attribute(SIGNING_CERTIFICATE_V2, &signing_certificate)?,
        attribute(ALGORITHM_PROTECTION, &protection)?,
    ])
}

fn attribute(oid: Oid, value: &impl Encode) -> der::Result<Attribute> {
    let value = Any::from_der(&value.to_der()?)?;
    Ok(Attribute { oid, values: SetOfVec::try_from(vec![value])? })
}

/// The DER of a ContentInfo with a SignedData: one signer, detached content, all certificates, and where
/// there is one a time-stamp of the signature value: the DER of a token (RFC 3161, appendix A).
///
/// # Errors
/// A structure can't be encoded.
pub fn signed_data(
    algorithm: SignatureAlgorithm,
    attributes: SignedAttributes,
    signature: &[u8],
    certificate: &Certificate,
    chain: &[Certificate],
    time_stamp: Option<&[u8]>,
) -> der::Result<Vec<u8>> {
    let tbs = certificate.tbs_certificate();
    let unsigned_attrs = match time_stamp {
        Some(token) => {
            let values = SetOfVec::try_from(vec![Any::from_der(token)?])?;
            let attribute = Attribute { oid: SIGNATURE_TIME_STAMP, values };
            Some(SetOfVec::try_from(vec![attribute])?)
        }
        None => None,
    };
    let signer = SignerInfo {
        version: CmsVersion::V1,
        sid: SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
            issuer: tbs.issuer().clone(),
            serial_number: tbs.serial_number().clone(),
        }),
        digest_alg: algorithm.digest().identifier(),
        signed_attrs: Some(attributes),
        signature_algorithm: algorithm.signature_identifier()?,
        signature: OctetString::new(signature)?,
        unsigned_attrs,
    };
    let certificates: Vec<CertificateChoices> =
        std::iter::once(certificate).chain(chain).cloned().map(CertificateChoices::Certificate).collect();
    let signed = SignedData {
        version: CmsVersion::V1,
        digest_algorithms: SetOfVec::try_from(vec![algorithm.digest().identifier()])?,
        encap_content_info: EncapsulatedContentInfo { econtent_type: rfc5911::ID_DATA, econtent: None },
        certificates: Some(CertificateSet(SetOfVec::try_from(certificates)?)),
        crls: None,
        signer_infos: SignerInfos(SetOfVec::try_from(vec![signer])?),
    };
    ContentInfo { content_type: rfc5911::ID_SIGNED_DATA, content: Any::from_der(&signed.to_der()?)? }.to_der()
}
