//! The CMS of a signature or time-stamp, read strictly (RFC 5652, RFC 8419, RFC 5035, RFC 6211).

use cms::cert::CertificateChoices;
use cms::content_info::{CmsVersion, ContentInfo};
use cms::revocation::RevocationInfoChoice;
use cms::signed_data::{SignedAttributes, SignedData, SignerIdentifier, SignerInfo};
use const_oid::ObjectIdentifier;
use const_oid::db::{rfc3161, rfc5911};
use der::asn1::{Any, OctetString};
use der::{Decode, Encode, Sequence};
use memchr::memmem;
use spki::AlgorithmIdentifierOwned;
use x509_cert::Certificate;
use x509_cert::ext::pkix::{KeyUsage, KeyUsages, SubjectKeyIdentifier};

use super::algorithm::{self, AcceptedAlgorithm, digest_algorithm, plain, same};
use super::check::Check;
use super::check_id::CheckId;
use super::revocation::Revocations;
use super::signed_bytes::SignedBytes;
use crate::cms::{
    ALGORITHM_PROTECTION, AlgorithmProtection, DigestAlgorithm, SIGNING_CERTIFICATE_V2, SigningCertificateV2,
};
use crate::lang::Message;
use crate::message;

/// The most certificates that a CMS may carry.
const MAX_CERTIFICATES: usize = 64;
/// The most lists and answers of revocation.
const MAX_REVOCATIONS: usize = 64;

/// Attribute «signature time-stamp» (RFC 3161, appendix A).
const SIGNATURE_TIME_STAMP: ObjectIdentifier = rfc3161::ID_AA_TIME_STAMP_TOKEN;
/// Attributes that mean something only where they are signed (RFC 5652 §11, RFC 5035 §3).
const SIGNED_ONLY: [ObjectIdentifier; 6] = [
    rfc5911::ID_CONTENT_TYPE,
    rfc5911::ID_MESSAGE_DIGEST,
    rfc5911::ID_SIGNING_TIME,
    SIGNING_CERTIFICATE,
    SIGNING_CERTIFICATE_V2,
    ALGORITHM_PROTECTION,
];
/// Attribute «signing certificate», version 1, which knows SHA-1 alone (RFC 2634 §5.4).
const SIGNING_CERTIFICATE: ObjectIdentifier = rfc5911::ID_AA_SIGNING_CERTIFICATE;
/// Attribute of Adobe's for revocation data (ISO 32000-2 12.8.3.3.2).
const ADOBE_REVOCATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113583.1.1.8");
/// OCSP answers among a CMS's revocation data (RFC 5940 §2).
const OCSP_RESPONSE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.16.2");

/// What a signed message is for, and so what it must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CmsProfile {
    /// `ETSI.CAdES.detached` (ETSI EN 319 142-1).
    Pades,
    /// `adbe.pkcs7.detached` (ISO 32000-2 12.8.3.3).
    Pkcs7,
    /// A time-stamp token (RFC 3161 §2.4.2).
    TimeStamp,
}

/// A CMS that is written as it must be.
pub(super) struct SignedMessage {
    profile: CmsProfile,
    signer: SignerInfo,
    attributes: SignedAttributes,
    /// The one certificate that the signer is named by.
    pub certificate: Certificate,
    /// The DER of all certificates.
    pub certificates: Vec<Vec<u8>>,
    /// Revocation data that it carries.
    pub revocations: Revocations,
    /// What is signed, where it is inside: the DER of a TSTInfo.
    pub content: Option<Vec<u8>>,
}

/// `ESSCertID` (RFC 2634 §5.4.1).
#[derive(Sequence)]
struct EssCertId {
    hash: OctetString,
    #[asn1(optional = "true")]
    issuer_serial: Option<Any>,
}

/// `SigningCertificate` (RFC 2634 §5.4).
#[derive(Sequence)]
struct SigningCertificate {
    certs: Vec<EssCertId>,
    #[asn1(optional = "true")]
    policies: Option<Any>,
}

/// `RevocationInfoArchival` (ISO 32000-2 12.8.3.3.2).
#[derive(Sequence)]
struct RevocationArchive {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    crls: Option<Vec<Any>>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    ocsps: Option<Vec<Any>>,
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT", optional = "true")]
    others: Option<Any>,
}

/// Reads the bytes of /Contents: DER, and zeros up to the end of the room that was left for it.
pub(super) fn read(contents: &[u8], profile: CmsProfile) -> Result<SignedMessage, Check> {
    let wrong = |vi: &str, en: &str| {
        Check::fail(
            CheckId::Cms,
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
    // There is one DER of a value. Only sets may stand in another order, as many programs write them:
    // what is encoded again is then as long as what was read.
    let length = contents.len() - rest.len();
    let again = ContentInfo { content_type: info.content_type, content: info.content.clone() }.to_der();
    let canonical = again.is_ok_and(|again| contents.get(..length) == Some(again.as_slice()));
    let inner = (info.content.to_der(), signed.to_der());
    if !canonical || !matches!(inner, (Ok(read), Ok(again)) if read.len() == again.len()) {
        return Err(wrong("không phải DER chuẩn", "not canonical DER"));
    }
    let encapsulated = &signed.encap_content_info;
    let content = match (profile, encapsulated.econtent_type, &encapsulated.econtent) {
        (CmsProfile::Pades | CmsProfile::Pkcs7, rfc5911::ID_DATA, None) => None,
        (CmsProfile::TimeStamp, rfc3161::ID_CT_TST_INFO, Some(content)) => {
            let content: OctetString = content
                .decode_as()
                .map_err(|_| wrong("nội dung không đọc được", "its content can't be read"))?;
            Some(content.into_bytes().into_vec())
        }
        (CmsProfile::TimeStamp, ..) => return Err(wrong("không phải dấu thời gian", "not a time-stamp")),
        _ => return Err(wrong("nội dung phải để ngoài", "the content must be detached")),
    };
    let [signer] = signed.signer_infos.0.as_slice() else {
        return Err(wrong("phải có đúng một người ký", "there must be exactly one signer"));
    };
    // RFC 5652 §5.1, §5.3: what follows from the rest of the CMS, which no signature protects.
    let by_key = matches!(signer.sid, SignerIdentifier::SubjectKeyIdentifier(_));
    let expected = match (by_key, profile) {
        (false, CmsProfile::Pades | CmsProfile::Pkcs7) => (CmsVersion::V1, CmsVersion::V1),
        (false, CmsProfile::TimeStamp) => (CmsVersion::V3, CmsVersion::V1),
        (true, _) => (CmsVersion::V3, CmsVersion::V3),
    };
    let other_revocations = signed.crls.iter().flat_map(|crls| crls.0.iter());
    let has_others = other_revocations.into_iter().any(|one| matches!(one, RevocationInfoChoice::Other(_)));
    let versions = (signed.version, signer.version);
    let fits = versions == expected || has_others && versions == (CmsVersion::V5, expected.1);
    if !fits || !signed.digest_algorithms.iter().any(|known| same(known, &signer.digest_alg)) {
        return Err(wrong(
            "phiên bản hoặc thuật toán băm không nhất quán",
            "its versions or digest algorithms do not fit",
        ));
    }
    let Some(attributes) = signer.signed_attrs.clone() else {
        return Err(wrong("thiếu thuộc tính được ký", "there are no signed attributes"));
    };
    // They are signed as DER, so they have to stand there as DER (RFC 5652 §5.3): each in its order.
    let sorted = attributes.iter().map(Encode::to_der).collect::<Result<Vec<Vec<u8>>, _>>();
    if !sorted.is_ok_and(|sorted| memmem::find(contents, &sorted.concat()).is_some()) {
        return Err(wrong(
            "thuộc tính được ký không xếp theo DER",
            "the signed attributes are not in DER order",
        ));
    }
    let unsigned = signer.unsigned_attrs.iter().flat_map(|attributes| attributes.iter());
    let mut unsigned = unsigned.map(|attribute| attribute.oid);
    if unsigned.any(|oid| SIGNED_ONLY.contains(&oid)) {
        return Err(wrong(
            "một thuộc tính phải ký lại không được ký",
            "an attribute is not signed that must be",
        ));
    }
    let mut oids: Vec<ObjectIdentifier> = attributes.iter().map(|attribute| attribute.oid).collect();
    oids.sort_unstable();
    if oids.array_windows().any(|[a, b]| a == b) {
        return Err(wrong("một thuộc tính đứng hai lần", "an attribute stands twice"));
    }
    let set = signed.certificates.as_ref().map(|set| set.0.as_slice()).unwrap_or_default();
    let mut certificates: Vec<Certificate> = Vec::new();
    for choice in set {
        if let CertificateChoices::Certificate(certificate) = choice
            && !certificates.contains(certificate)
        {
            certificates.push(certificate.clone());
        }
        if certificates.len() > MAX_CERTIFICATES {
            return Err(wrong("quá nhiều chứng thư", "there are too many certificates"));
        }
    }
    let mut named = certificates.iter().filter(|certificate| names(&signer.sid, certificate));
    let (Some(certificate), None) = (named.next().cloned(), named.next()) else {
        return Err(wrong(
            "phải có đúng một chứng thư của người ký",
            "there must be exactly one certificate of the signer",
        ));
    };
    let encoded = certificates.iter().filter_map(|certificate| certificate.to_der().ok()).collect();
    let mut message = SignedMessage {
        profile,
        signer: signer.clone(),
        attributes,
        certificate,
        certificates: encoded,
        revocations: Revocations::default(),
        content,
    };
    message.revocations = message.revocations(&signed);
    Ok(message)
}

/// The CMS of a signature or time-stamp, as it stands in a file, judged by nobody.
#[derive(Debug, Clone)]
pub struct RawMessage {
    /// Its DER, without the zeros after it.
    pub cms: Vec<u8>,
    /// The certificates in it.
    pub certificates: Vec<Certificate>,
}

/// The DER that `contents` begin with, and the certificates in it, whatever else they are.
pub(super) fn raw(contents: &[u8]) -> Option<RawMessage> {
    let (info, rest) = ContentInfo::from_der_partial(contents).ok()?;
    let signed: SignedData = info.content.decode_as().ok()?;
    let set = signed.certificates.as_ref().map(|set| set.0.as_slice()).unwrap_or_default();
    let certificates = set.iter().take(MAX_CERTIFICATES).filter_map(|choice| match choice {
        CertificateChoices::Certificate(certificate) => Some(certificate.clone()),
        CertificateChoices::Other(_) => None,
    });
    let cms = contents.get(..contents.len() - rest.len())?.to_vec();
    Some(RawMessage { cms, certificates: certificates.collect() })
}

/// The file's signatures cost more than there is.
pub(super) fn too_much() -> Message {
    message!(
        "các chữ ký của tệp đòi hỏi quá nhiều tính toán",
        "the signatures of the file ask for too much computation"
    )
}

/// Whether `id` names `certificate`.
fn names(id: &SignerIdentifier, certificate: &Certificate) -> bool {
    let tbs = certificate.tbs_certificate();
    match id {
        SignerIdentifier::IssuerAndSerialNumber(id) => {
            *tbs.issuer() == id.issuer && *tbs.serial_number() == id.serial_number
        }
        SignerIdentifier::SubjectKeyIdentifier(id) => {
            matches!(tbs.get_extension::<SubjectKeyIdentifier>(), Ok(Some((_, known))) if known == *id)
        }
    }
}

impl SignedMessage {
    /// The algorithm, where it is known and strong.
    fn signature_algorithm(&self) -> Result<AcceptedAlgorithm, algorithm::UnfitAlgorithm> {
        AcceptedAlgorithm::of(&self.signer.signature_algorithm, self.signer.digest_alg.oid)
    }

    /// The algorithm's name for people.
    pub(super) fn algorithm(&self) -> String {
        match self.signature_algorithm() {
            Ok(algorithm) => algorithm.name(),
            Err(algorithm::UnfitAlgorithm::Unknown(name) | algorithm::UnfitAlgorithm::Weak(name)) => name,
        }
    }

    /// The value of the signature, which a signature time-stamp is made over.
    pub(super) fn value(&self) -> &[u8] {
        self.signer.signature.as_bytes()
    }

    /// The DER of the signature time-stamps.
    pub(super) fn time_stamps(&self) -> Vec<Vec<u8>> {
        let attributes = self.signer.unsigned_attrs.iter().flat_map(|attributes| attributes.iter());
        let stamps = attributes.filter(|attribute| attribute.oid == SIGNATURE_TIME_STAMP);
        stamps.flat_map(|stamp| stamp.values.iter()).filter_map(|value| value.to_der().ok()).collect()
    }

    /// When it was signed by its own word (RFC 5652 §11.3); PAdES keeps that in /M.
    pub(super) fn signing_time(&self) -> Option<time::OffsetDateTime> {
        let time: x509_cert::time::Time = self.attribute(rfc5911::ID_SIGNING_TIME)?;
        Some(crate::certificate::moment(&time))
    }

    /// Whether it has unsigned attributes that nobody here looks at.
    pub(super) fn has_other_attributes(&self) -> bool {
        let attributes = self.signer.unsigned_attrs.iter().flat_map(|attributes| attributes.iter());
        attributes.into_iter().any(|attribute| attribute.oid != SIGNATURE_TIME_STAMP)
    }

    /// Checks the signature over `bytes`.
    pub(super) fn check(&self, bytes: &SignedBytes<'_>) -> Vec<Check> {
        vec![self.check_digest(bytes), self.check_attributes(), self.check_certificate(), self.check_value()]
    }

    fn check_digest(&self, bytes: &SignedBytes<'_>) -> Check {
        let algorithm = match digest_algorithm(self.signer.digest_alg.oid) {
            Ok(algorithm) => algorithm,
            Err(unfit) => return unfit.check(CheckId::Digest),
        };
        let Some(digest) = bytes.digest(algorithm) else {
            return Check::unknown(CheckId::Digest, too_much());
        };
        let stated: Option<OctetString> = self.attribute(rfc5911::ID_MESSAGE_DIGEST);
        if stated.is_some_and(|stated| stated.as_bytes() == digest) {
            Check::pass(CheckId::Digest, message!("nội dung được ký còn toàn vẹn", "signed content intact"))
        } else {
            Check::fail(
                CheckId::Digest,
                message!("nội dung đã bị sửa sau khi ký", "the content was changed after signing"),
            )
        }
    }

    /// Content type, algorithm protection, and which digest goes with which signature.
    fn check_attributes(&self) -> Check {
        let fail = |vi: &str, en: &str| Check::fail(CheckId::Attributes, message!("{vi}", "{en}"));
        let content_type: Option<ObjectIdentifier> = self.attribute(rfc5911::ID_CONTENT_TYPE);
        let expected = match self.profile {
            CmsProfile::TimeStamp => rfc3161::ID_CT_TST_INFO,
            CmsProfile::Pades | CmsProfile::Pkcs7 => rfc5911::ID_DATA,
        };
        if content_type != Some(expected) {
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
        if !plain(&self.signer.digest_alg) {
            return fail("thuật toán băm có tham số", "the digest algorithm has parameters");
        }
        if self.signature_algorithm() == Ok(AcceptedAlgorithm::Ed25519) {
            // RFC 8419 §3.1: with signed attributes, Ed25519 goes with SHA-512 alone.
            if digest_algorithm(self.signer.digest_alg.oid) != Ok(DigestAlgorithm::Sha512) {
                return fail(
                    "Ed25519 phải đi với SHA-512 (RFC 8419)",
                    "Ed25519 goes with SHA-512 (RFC 8419)",
                );
            }
            if self.signer.signature_algorithm.parameters.is_some() {
                return fail(
                    "tham số của Ed25519 phải để trống (RFC 8410)",
                    "Ed25519 has no parameters (RFC 8410)",
                );
            }
        }
        Check::pass(
            CheckId::Attributes,
            message!("thuộc tính được ký đúng quy định", "signed attributes correct"),
        )
    }

    /// The signed attributes name the certificate, and it is for signing.
    fn check_certificate(&self) -> Check {
        let fail = |vi: &str, en: &str| Check::fail(CheckId::Certificate, message!("{vi}", "{en}"));
        let mismatch = || {
            fail(
                "chứng thư không trùng với chứng thư ghi trong chữ ký",
                "the certificate is not the one named in the signature",
            )
        };
        let second: Option<SigningCertificateV2> = self.attribute(SIGNING_CERTIFICATE_V2);
        let first: Option<SigningCertificate> = self.attribute(SIGNING_CERTIFICATE);
        let second = second.as_ref().and_then(|named| named.certs.first());
        let first = first.as_ref().and_then(|named| named.certs.first());
        if self.has(SIGNING_CERTIFICATE_V2) && second.is_none()
            || self.has(SIGNING_CERTIFICATE) && first.is_none()
        {
            return fail("thuộc tính signing-certificate sai", "the attribute signing-certificate is wrong");
        }
        if let Some(named) = second {
            match algorithm::certificate_digest(named.hash_algorithm.as_ref(), &self.certificate) {
                Ok(digest) if named.cert_hash.as_bytes() == digest => {}
                Ok(_) => return mismatch(),
                Err(unfit) => return unfit.check(CheckId::Certificate),
            }
        }
        if let Some(named) = first {
            let encoded = self.certificate.to_der().unwrap_or_default();
            if named.hash.as_bytes() != algorithm::sha1(&encoded) {
                return mismatch();
            }
        }
        // The first version stands for the certificate by SHA-1 alone: enough where the certificate is
        // also protected by the CA that issued it and time-stamps are made by it, not for PAdES.
        match (self.profile, second, first) {
            (CmsProfile::Pades, None, _) => {
                return fail(
                    "thiếu thuộc tính signing-certificate-v2",
                    "the attribute signing-certificate-v2 is missing",
                );
            }
            (CmsProfile::TimeStamp, None, None) => {
                return fail(
                    "thiếu thuộc tính signing-certificate",
                    "the attribute signing-certificate is missing",
                );
            }
            _ => {}
        }
        let signing = KeyUsages::DigitalSignature | KeyUsages::NonRepudiation;
        match self.certificate.tbs_certificate().get_extension::<KeyUsage>() {
            Ok(Some((_, usage))) if usage.0.is_disjoint(signing) => {
                fail("chứng thư không dùng để ký", "the certificate is not for signing (key usage)")
            }
            Err(_) => fail("chứng thư không đọc được", "the certificate can't be read"),
            Ok(_) => Check::pass(
                CheckId::Certificate,
                message!(
                    "chứng thư trùng với chứng thư ghi trong chữ ký",
                    "certificate matches the one named in the signature"
                ),
            ),
        }
    }

    fn check_value(&self) -> Check {
        let key = self.certificate.tbs_certificate().subject_public_key_info();
        let algorithm = match (self.signature_algorithm(), algorithm::check_key(key)) {
            (Ok(algorithm), Ok(())) => algorithm,
            (Err(unfit), _) | (_, Err(unfit)) => return unfit.check(CheckId::Signature),
        };
        // Over the DER of the attributes, in whatever order they were sent (RFC 5652 §5.4).
        let holds = self
            .attributes
            .to_der()
            .is_ok_and(|message| algorithm.verify(key, &message, self.signer.signature.as_bytes()));
        if holds {
            Check::pass(CheckId::Signature, message!("giá trị chữ ký đúng", "signature value correct"))
        } else {
            Check::fail(
                CheckId::Signature,
                message!(
                    "giá trị chữ ký không khớp với khóa trong chứng thư",
                    "the signature value does not match the certificate's key"
                ),
            )
        }
    }

    /// Revocation data: in the CMS, and in the attribute that Adobe's programs write.
    fn revocations(&self, signed: &SignedData) -> Revocations {
        let mut found = Revocations::default();
        for one in signed.crls.iter().flat_map(|crls| crls.0.iter()).take(MAX_REVOCATIONS) {
            match one {
                RevocationInfoChoice::Crl(crl) => found.crls.extend(crl.to_der().ok()),
                RevocationInfoChoice::Other(other)
                    if other.other_format
                        == AlgorithmIdentifierOwned { oid: OCSP_RESPONSE, parameters: None } =>
                {
                    found.ocsps.extend(other.other.to_der().ok());
                }
                RevocationInfoChoice::Other(_) => {}
            }
        }
        let archive: Option<RevocationArchive> = self.attribute(ADOBE_REVOCATION);
        if let Some(RevocationArchive { crls, ocsps, .. }) = archive {
            let encoded = |values: Option<Vec<Any>>| {
                let values = values.unwrap_or_default().into_iter().take(MAX_REVOCATIONS);
                values.filter_map(|value| value.to_der().ok()).collect::<Vec<Vec<u8>>>()
            };
            found.crls.extend(encoded(crls));
            found.ocsps.extend(encoded(ocsps));
        }
        found
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
