//! The CMS of a signature, read strictly (RFC 5652, RFC 8419, RFC 5035, RFC 6211; PAdES B-B).

use cms::cert::CertificateChoices;
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{SignedAttributes, SignedData, SignerIdentifier, SignerInfo};
use const_oid::ObjectIdentifier;
use const_oid::db::{rfc5911, rfc5912, rfc8410};
use der::asn1::OctetString;
use der::{Decode, Encode};
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256, Sha384, Sha512};
use spki::AlgorithmIdentifierOwned;
use x509_cert::Certificate;
use x509_cert::ext::pkix::{KeyUsage, KeyUsages};

use super::report::Check;
use crate::cms::{ALGORITHM_PROTECTION, AlgorithmProtection, SIGNING_CERTIFICATE_V2, SigningCertificateV2};
use crate::message;

/// The most certificates that a CMS may carry.
const MAX_CERTIFICATES: usize = 32;

/// The one unsigned attribute that PAdES knows (RFC 3161, appendix A); it is not looked at.
const SIGNATURE_TIME_STAMP: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.14");

/// A CMS that is written as it must be.
pub(super) struct SignedMessage {
    signer: SignerInfo,
    attributes: SignedAttributes,
    /// The signer's certificate.
    pub certificate: Certificate,
    /// The DER of all certificates.
    pub certificates: Vec<Vec<u8>>,
}

/// Reads the bytes of /Contents: DER, and zeros up to the end of the room that was left for it.
pub(super) fn read(contents: &[u8]) -> Result<SignedMessage, Check> {
    let wrong = |vi: &str, en: &str| {
        Check::fail(
            "cms",
            message!("cấu trúc chữ ký (CMS) sai: {vi}", "the signature's structure (CMS) is wrong: {en}"),
        )
    };
    let (info, rest) =
        ContentInfo::from_der_partial(contents).map_err(|_| wrong("không phải DER", "not DER"))?;
    if rest.iter().any(|byte| *byte != 0) {
        return Err(wrong("có dữ liệu thừa", "bytes follow it"));
    }
    if info.content_type != rfc5911::ID_SIGNED_DATA {
        return Err(wrong("không phải SignedData", "not SignedData"));
    }
    let signed: SignedData =
        info.content.decode_as().map_err(|_| wrong("không phải SignedData", "not SignedData"))?;
    // What is encoded again must be what was read: there is one DER of a value.
    let length = contents.len() - rest.len();
    let again = ContentInfo { content_type: info.content_type, content: info.content.clone() }.to_der();
    let inner = signed.to_der();
    let canonical = again.is_ok_and(|again| contents.get(..length) == Some(again.as_slice()))
        && info.content.to_der().ok() == inner.ok();
    if !canonical {
        return Err(wrong("không phải DER chuẩn", "not canonical DER"));
    }
    if signed.encap_content_info.econtent.is_some()
        || signed.encap_content_info.econtent_type != rfc5911::ID_DATA
    {
        return Err(wrong("nội dung phải để ngoài", "the content must be detached"));
    }
    let [signer] = signed.signer_infos.0.as_slice() else {
        return Err(wrong("phải có đúng một người ký", "there must be exactly one signer"));
    };
    // RFC 5652 §5.1, §5.3: what follows from the rest of the CMS, which no signature protects.
    let algorithms = signed.digest_algorithms.as_slice();
    let consistent = (signed.version, signer.version) == (CmsVersion::V1, CmsVersion::V1)
        && matches!(algorithms, [only] if same(only, &signer.digest_alg));
    if !consistent {
        return Err(wrong(
            "phiên bản hoặc thuật toán băm không nhất quán",
            "its versions or digest algorithms do not fit",
        ));
    }
    let mut unsigned = signer.unsigned_attrs.iter().flat_map(|attributes| attributes.iter());
    if unsigned.any(|attribute| attribute.oid != SIGNATURE_TIME_STAMP) {
        return Err(wrong("có thuộc tính không được ký", "it has attributes that are not signed"));
    }
    let Some(attributes) = signer.signed_attrs.clone() else {
        return Err(wrong("thiếu thuộc tính được ký", "there are no signed attributes"));
    };
    let mut oids: Vec<ObjectIdentifier> = attributes.iter().map(|attribute| attribute.oid).collect();
    oids.sort_unstable();
    if oids.array_windows().any(|[a, b]| a == b) {
        return Err(wrong("một thuộc tính đứng hai lần", "an attribute stands twice"));
    }
    let set = signed.certificates.as_ref().map(|set| set.0.as_slice()).unwrap_or_default();
    let certificates: Vec<Certificate> = set
        .iter()
        .filter_map(|choice| match choice {
            CertificateChoices::Certificate(certificate) => Some(certificate.clone()),
            CertificateChoices::Other(_) => None,
        })
        .collect();
    if certificates.len() > MAX_CERTIFICATES {
        return Err(wrong("quá nhiều chứng thư", "there are too many certificates"));
    }
    let SignerIdentifier::IssuerAndSerialNumber(id) = &signer.sid else {
        return Err(wrong(
            "người ký phải được gọi bằng nơi cấp và số",
            "the signer must be named by issuer and serial number",
        ));
    };
    let mut named = certificates.iter().filter(|certificate| {
        let tbs = certificate.tbs_certificate();
        *tbs.issuer() == id.issuer && *tbs.serial_number() == id.serial_number
    });
    let (Some(certificate), None) = (named.next().cloned(), named.next()) else {
        return Err(wrong(
            "phải có đúng một chứng thư của người ký",
            "there must be exactly one certificate of the signer",
        ));
    };
    let encoded = certificates.iter().filter_map(|certificate| certificate.to_der().ok()).collect();
    Ok(SignedMessage { signer: signer.clone(), attributes, certificate, certificates: encoded })
}

impl SignedMessage {
    /// The algorithm's name for people.
    pub(super) fn algorithm(&self) -> String {
        match self.signer.signature_algorithm.oid {
            rfc8410::ID_ED_25519 => "Ed25519".to_owned(),
            oid => oid.to_string(),
        }
    }

    /// Checks the signature over the bytes in `parts`.
    pub(super) fn check(&self, parts: [&[u8]; 2]) -> Vec<Check> {
        vec![self.check_digest(parts), self.check_attributes(), self.check_certificate(), self.check_value()]
    }

    fn check_digest(&self, parts: [&[u8]; 2]) -> Check {
        let algorithm = &self.signer.digest_alg;
        let found = match algorithm.oid {
            rfc5912::ID_SHA_256 => digest::<Sha256>(parts),
            rfc5912::ID_SHA_384 => digest::<Sha384>(parts),
            rfc5912::ID_SHA_512 => digest::<Sha512>(parts),
            oid => {
                return Check::unknown(
                    "digest",
                    message!(
                        "thuật toán băm {oid} không được hỗ trợ",
                        "the digest algorithm {oid} is not supported"
                    ),
                );
            }
        };
        let stated: Option<OctetString> = self.attribute(rfc5911::ID_MESSAGE_DIGEST);
        if stated.is_some_and(|stated| stated.as_bytes() == found) {
            Check::pass("digest", message!("nội dung được ký còn nguyên vẹn", "the signed bytes are whole"))
        } else {
            Check::fail(
                "digest",
                message!(
                    "nội dung đã bị thay đổi sau khi ký",
                    "the signed bytes were changed after they were signed"
                ),
            )
        }
    }

    /// Content type, algorithm protection, and which digest goes with which signature.
    fn check_attributes(&self) -> Check {
        let fail = |vi: &str, en: &str| Check::fail("attributes", message!("{vi}", "{en}"));
        let content_type: Option<ObjectIdentifier> = self.attribute(rfc5911::ID_CONTENT_TYPE);
        if content_type != Some(rfc5911::ID_DATA) {
            return fail("thuộc tính content-type sai", "the attribute content-type is wrong");
        }
        if self.has(ALGORITHM_PROTECTION) {
            let protection: Option<AlgorithmProtection> = self.attribute(ALGORITHM_PROTECTION);
            let consistent = protection.is_some_and(|protection| {
                same(&protection.digest_algorithm, &self.signer.digest_alg)
                    && protection
                        .signature_algorithm
                        .is_some_and(|signature| same(&signature, &self.signer.signature_algorithm))
            });
            if !consistent {
                return fail(
                    "thuật toán không khớp với thuộc tính bảo vệ",
                    "the algorithms differ from the protected ones",
                );
            }
        }
        // RFC 8419 §3.1: with signed attributes, Ed25519 goes with SHA-512 alone.
        let ed25519 = self.signer.signature_algorithm.oid == rfc8410::ID_ED_25519;
        if ed25519 && (self.signer.digest_alg.oid != rfc5912::ID_SHA_512 || !plain(&self.signer.digest_alg)) {
            return fail("Ed25519 phải đi với SHA-512 (RFC 8419)", "Ed25519 goes with SHA-512 (RFC 8419)");
        }
        if ed25519 && self.signer.signature_algorithm.parameters.is_some() {
            return fail(
                "tham số của Ed25519 phải để trống (RFC 8410)",
                "Ed25519 has no parameters (RFC 8410)",
            );
        }
        Check::pass(
            "attributes",
            message!("thuộc tính được ký đúng quy định", "the signed attributes are as they must be"),
        )
    }

    /// The signed attributes name the certificate, and it is for signing.
    fn check_certificate(&self) -> Check {
        let fail = |vi: &str, en: &str| Check::fail("certificate", message!("{vi}", "{en}"));
        let named: Option<SigningCertificateV2> = self.attribute(SIGNING_CERTIFICATE_V2);
        let Some(first) = named.as_ref().and_then(|named| named.certs.first()) else {
            return fail(
                "thiếu thuộc tính signing-certificate-v2",
                "the attribute signing-certificate-v2 is missing",
            );
        };
        let Ok(encoded) = self.certificate.to_der() else {
            return fail("chứng thư không đọc được", "the certificate can't be read");
        };
        let hash = match first.hash_algorithm.as_ref().map(|algorithm| algorithm.oid) {
            None | Some(rfc5912::ID_SHA_256) => Sha256::digest(&encoded).to_vec(),
            Some(rfc5912::ID_SHA_384) => Sha384::digest(&encoded).to_vec(),
            Some(rfc5912::ID_SHA_512) => Sha512::digest(&encoded).to_vec(),
            Some(oid) => {
                return Check::unknown(
                    "certificate",
                    message!(
                        "thuật toán băm {oid} không được hỗ trợ",
                        "the digest algorithm {oid} is not supported"
                    ),
                );
            }
        };
        if first.cert_hash.as_bytes() != hash {
            return fail(
                "chứng thư không phải chứng thư đã ký",
                "the certificate is not the one that was signed",
            );
        }
        let signing = KeyUsages::DigitalSignature | KeyUsages::NonRepudiation;
        match self.certificate.tbs_certificate().get_extension::<KeyUsage>() {
            Ok(Some((_, usage))) if usage.0.is_disjoint(signing) => {
                fail("chứng thư không dùng để ký", "the certificate is not for signing (key usage)")
            }
            Err(_) => fail("chứng thư không đọc được", "the certificate can't be read"),
            Ok(_) => Check::pass(
                "certificate",
                message!("chứng thư đúng là chứng thư đã ký", "the certificate is the one that was signed"),
            ),
        }
    }

    fn check_value(&self) -> Check {
        if self.signer.signature_algorithm.oid != rfc8410::ID_ED_25519 {
            let oid = self.signer.signature_algorithm.oid;
            return Check::unknown(
                "signature",
                message!(
                    "thuật toán chữ ký {oid} không được hỗ trợ",
                    "the signature algorithm {oid} is not supported"
                ),
            );
        }
        let valid = || {
            let key = self.certificate.tbs_certificate().subject_public_key_info();
            if key.algorithm.oid != rfc8410::ID_ED_25519 || key.algorithm.parameters.is_some() {
                return None;
            }
            let key = VerifyingKey::try_from(key.subject_public_key.as_bytes()?).ok()?;
            let value = Signature::from_slice(self.signer.signature.as_bytes()).ok()?;
            let message = self.attributes.to_der().ok()?;
            // Strict: no small-order keys, no values that more than one message could have.
            key.verify_strict(&message, &value).ok()
        };
        if valid().is_some() {
            Check::pass("signature", message!("giá trị chữ ký đúng", "the signature value is right"))
        } else {
            Check::fail(
                "signature",
                message!(
                    "giá trị chữ ký không khớp với khóa trong chứng thư",
                    "the signature value does not fit the certificate's key"
                ),
            )
        }
    }

    fn has(&self, oid: ObjectIdentifier) -> bool {
        self.attributes.iter().any(|attribute| attribute.oid == oid)
    }

    /// The only value of an attribute.
    fn attribute<T: for<'a> Decode<'a>>(&self, oid: ObjectIdentifier) -> Option<T> {
        let attribute = self.attributes.iter().find(|attribute| attribute.oid == oid)?;
        let [value] = attribute.values.as_slice() else {
            return None;
        };
        T::from_der(&value.to_der().ok()?).ok()
    }
}

fn digest<D: Digest>(parts: [&[u8]; 2]) -> Vec<u8> {
    parts.into_iter().fold(D::new(), |digest, part| digest.chain_update(part)).finalize().to_vec()
}

/// No parameters, or the NULL that some programs write.
fn plain(algorithm: &AlgorithmIdentifierOwned) -> bool {
    algorithm.parameters.as_ref().is_none_or(|parameters| parameters.is_null())
}

fn same(a: &AlgorithmIdentifierOwned, b: &AlgorithmIdentifierOwned) -> bool {
    a.oid == b.oid && (a.parameters == b.parameters || plain(a) && plain(b))
}
