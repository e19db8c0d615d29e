//! The parts of Cryptographic Message Syntax (RFC 5652) that PAdES signatures are made of, shared by
//! signing and verification.

use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignedAttributes, SignedData, SignerIdentifier, SignerInfo,
    SignerInfos,
};
use const_oid::ObjectIdentifier;
use const_oid::db::{rfc5911, rfc5912, rfc8410};
use der::asn1::{Any, ObjectIdentifier as Oid, OctetString, SetOfVec};
use der::{Decode, Encode, Sequence};
use sha2::{Digest, Sha256};
use spki::AlgorithmIdentifierOwned;
use x509_cert::Certificate;
use x509_cert::attr::Attribute;

/// Attribute «signing certificate, version 2» (RFC 5035).
pub const SIGNING_CERTIFICATE_V2: Oid = rfc5911::ID_AA_SIGNING_CERTIFICATE_V_2;
/// Attribute «CMS algorithm protection» (RFC 6211).
pub const ALGORITHM_PROTECTION: Oid = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.52");

/// A digest algorithm with a signature algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureAlgorithm {
    /// Ed25519 over SHA-512 message digests (RFC 8419 §3.1).
    Ed25519,
}

impl SignatureAlgorithm {
    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            SignatureAlgorithm::Ed25519 => "Ed25519",
        }
    }

    /// The most bytes that a signature value takes.
    pub fn signature_length(self) -> usize {
        match self {
            SignatureAlgorithm::Ed25519 => 64,
        }
    }

    /// The identifier of the digest; its parameters are absent (RFC 8419 §3.1).
    fn digest_identifier(self) -> AlgorithmIdentifierOwned {
        match self {
            SignatureAlgorithm::Ed25519 => {
                AlgorithmIdentifierOwned { oid: rfc5912::ID_SHA_512, parameters: None }
            }
        }
    }

    fn signature_identifier(self) -> AlgorithmIdentifierOwned {
        match self {
            SignatureAlgorithm::Ed25519 => {
                AlgorithmIdentifierOwned { oid: rfc8410::ID_ED_25519, parameters: None }
            }
        }
    }
}

/// `SigningCertificateV2` (RFC 5035 §3).
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub struct SigningCertificateV2 {
    /// The signer's certificate first.
    pub certs: Vec<EssCertIdV2>,
    /// Policies.
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
        digest_algorithm: algorithm.digest_identifier(),
        signature_algorithm: Some(algorithm.signature_identifier()),
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

/// The DER of a ContentInfo with a SignedData: one signer, detached content, all certificates.
///
/// # Errors
/// A structure can't be encoded.
pub fn signed_data(
    algorithm: SignatureAlgorithm,
    attributes: SignedAttributes,
    signature: &[u8],
    certificate: &Certificate,
    chain: &[Certificate],
) -> der::Result<Vec<u8>> {
    let tbs = certificate.tbs_certificate();
    let signer = SignerInfo {
        version: CmsVersion::V1,
        sid: SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
            issuer: tbs.issuer().clone(),
            serial_number: tbs.serial_number().clone(),
        }),
        digest_alg: algorithm.digest_identifier(),
        signed_attrs: Some(attributes),
        signature_algorithm: algorithm.signature_identifier(),
        signature: OctetString::new(signature)?,
        unsigned_attrs: None,
    };
    let certificates: Vec<CertificateChoices> =
        std::iter::once(certificate).chain(chain).cloned().map(CertificateChoices::Certificate).collect();
    let signed = SignedData {
        version: CmsVersion::V1,
        digest_algorithms: SetOfVec::try_from(vec![algorithm.digest_identifier()])?,
        encap_content_info: EncapsulatedContentInfo { econtent_type: rfc5911::ID_DATA, econtent: None },
        certificates: Some(CertificateSet(SetOfVec::try_from(certificates)?)),
        crls: None,
        signer_infos: SignerInfos(SetOfVec::try_from(vec![signer])?),
    };
    ContentInfo { content_type: rfc5911::ID_SIGNED_DATA, content: Any::from_der(&signed.to_der()?)? }.to_der()
}
