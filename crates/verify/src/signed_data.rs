//! The CMS of a signature or time-stamp (RFC 5652, RFC 8419, RFC 5035, RFC 6211): read as its maker wrote it wherever
//! there is one way to read it, and checked. What is not understood proves nothing, neither for it nor against it.

use cms::cert::IssuerAndSerialNumber;
use const_oid::ObjectIdentifier;
use const_oid::db::{rfc3161, rfc5911};
use der::asn1::{Any, OctetString};
use der::{Decode, Encode, Sequence};
use spki::AlgorithmIdentifierOwned;
use x509_cert::Certificate;
use x509_cert::ext::pkix::SubjectKeyIdentifier;

use super::algorithm::{self, AcceptedAlgorithm, digest_algorithm, plain, same};
use super::ber::Element;
use super::cause::Cause;
use super::check::{Check, Outcome};
use super::check_id::CheckId;
use super::cms_parts::{self, Attribute, NoParts, Parts, SignerParts};
use super::purpose;
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

/// A CMS that can be read.
pub(super) struct SignedMessage {
    profile: CmsProfile,
    digest_algorithm: AlgorithmIdentifierOwned,
    signature_algorithm: AlgorithmIdentifierOwned,
    value: Vec<u8>,
    signed: Option<SignedPart>,
    unsigned: Vec<Attribute>,
    /// Whether versions and digest algorithms are those that follow from the rest (RFC 5652 §5.1, §5.3).
    is_consistent: bool,
    /// The one certificate that the signer is named by.
    pub certificate: Certificate,
    /// The same, as it was written.
    pub leaf: Vec<u8>,
    /// All certificates, as they were written.
    pub certificates: Vec<Vec<u8>>,
    /// Revocation data that it carries.
    pub revocations: Revocations,
    /// What is signed, where it is inside: the DER of a TSTInfo.
    pub content: Option<Vec<u8>>,
}

/// The signed attributes.
struct SignedPart {
    list: Vec<Attribute>,
    /// What the signature is made over: them as they stand.
    message: Vec<u8>,
    /// The same in the order of DER, where that is another one.
    sorted: Option<Vec<u8>>,
    has_der_lengths: bool,
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

/// Reads the bytes of /Contents: a CMS, and zeros up to the end of the room that was left for it.
pub(super) fn read(contents: &[u8], profile: CmsProfile) -> Result<SignedMessage, Check> {
    let nothing = || {
        Check::fail(
            CheckId::Cms,
            message!("không có chữ ký (CMS) nào ở đây", "there is no signature (CMS) where one should be"),
        )
    };
    let parts = cms_parts::read(contents).map_err(|cause| match cause {
        NoParts::NotSignedData => nothing(),
        NoParts::Malformed => uncertain("cấu trúc không theo RFC 5652", "it is not as RFC 5652 says"),
    })?;
    if parts.rest.iter().any(|byte| *byte != 0) {
        return Err(uncertain("có dữ liệu thừa", "bytes follow it"));
    }
    match (profile, parts.content_type, &parts.content) {
        (CmsProfile::Pades | CmsProfile::Pkcs7, rfc5911::ID_DATA, None) => {}
        (CmsProfile::TimeStamp, rfc3161::ID_CT_TST_INFO, Some(_)) => {}
        (CmsProfile::TimeStamp, ..) => {
            return Err(uncertain("không phải dấu thời gian", "it is not a time-stamp"));
        }
        _ => return Err(uncertain("nội dung phải để ngoài", "the content must be detached")),
    }
    let signer = match parts.signers.as_slice() {
        [signer] => signer,
        [] => return Err(nothing()),
        _ => return Err(uncertain("phải có đúng một người ký", "there must be exactly one signer")),
    };
    if signer.unsigned.iter().any(|attribute| SIGNED_ONLY.contains(&attribute.oid)) {
        return Err(uncertain(
            "một thuộc tính phải ký lại không được ký",
            "an attribute is not signed that must be",
        ));
    }
    let signed = signer.signed.as_ref().map(|signed| SignedPart {
        list: signed.list.clone(),
        message: signed.message(),
        sorted: signed.sorted(),
        has_der_lengths: signed.has_der_lengths(),
    });
    let mut oids: Vec<ObjectIdentifier> =
        signed.iter().flat_map(|part| &part.list).map(|one| one.oid).collect();
    oids.sort_unstable();
    if oids.array_windows().any(|[a, b]| a == b) {
        return Err(uncertain("một thuộc tính đứng hai lần", "an attribute stands twice"));
    }
    let (certificates, leaf, certificate) = certificates(&parts, signer)?;
    let mut message = SignedMessage {
        profile,
        digest_algorithm: signer.digest_algorithm.clone(),
        signature_algorithm: signer.signature_algorithm.clone(),
        value: signer.value.clone(),
        signed,
        unsigned: signer.unsigned.clone(),
        is_consistent: is_consistent(&parts, signer, profile),
        certificate,
        leaf,
        certificates,
        revocations: Revocations::default(),
        content: parts.content.clone(),
    };
    message.revocations = message.revocations(&parts);
    Ok(message)
}

/// A CMS that there is more than one way to read, or of a form that is not supported.
fn uncertain(vi: &str, en: &str) -> Check {
    Check::unknown(
        CheckId::Cms,
        message!(
            "dạng chữ ký (CMS) này không được hỗ trợ: {vi}",
            "signatures (CMS) of this form are not supported: {en}"
        ),
    )
}

/// All X.509 certificates of a CMS and the one that `signer` names, as they were written, and the latter read.
#[expect(clippy::type_complexity, reason = "three things that are taken apart where it is called")]
fn certificates(
    parts: &Parts<'_>,
    signer: &SignerParts<'_>,
) -> Result<(Vec<Vec<u8>>, Vec<u8>, Certificate), Check> {
    let mut all: Vec<Vec<u8>> = Vec::new();
    for written in &parts.certificates {
        if all.iter().all(|known| known != written) {
            all.push(written.to_vec());
        }
        if all.len() > MAX_CERTIFICATES {
            return Err(uncertain("quá nhiều chứng thư", "there are too many certificates"));
        }
    }
    let read = all.iter().filter_map(|written| Some((written, Certificate::from_der(written).ok()?)));
    let mut named = read.filter(|(_, certificate)| names(&signer.id, certificate));
    match (named.next(), named.next()) {
        (Some((leaf, certificate)), None) => {
            let leaf = leaf.clone();
            Ok((all, leaf, certificate))
        }
        _ => Err(uncertain(
            "phải có đúng một chứng thư của người ký",
            "there must be exactly one certificate of the signer",
        )),
    }
}

/// RFC 5652 §5.1, §5.3: what follows from the rest of the CMS, which no signature protects.
fn is_consistent(parts: &Parts<'_>, signer: &SignerParts<'_>, profile: CmsProfile) -> bool {
    let by_key = signer.id.tag != 0x30;
    let expected: (&[u8], &[u8]) = match (by_key, profile) {
        (false, CmsProfile::Pades | CmsProfile::Pkcs7) => (&[1], &[1]),
        (false, CmsProfile::TimeStamp) => (&[3], &[1]),
        (true, _) => (&[3], &[3]),
    };
    let has_others = parts.revocations.iter().any(|one| one.tag != 0x30);
    let versions = (parts.version.as_slice(), signer.version.as_slice());
    let fits = versions == expected || has_others && versions == (&[5][..], expected.1);
    fits && parts.digest_algorithms.iter().any(|known| same(known, &signer.digest_algorithm))
}

/// The CMS of a signature or time-stamp, as it stands in a file, judged by nobody.
#[derive(Debug, Clone)]
pub struct RawMessage {
    /// Its bytes, without the zeros after it.
    pub cms: Vec<u8>,
    /// The certificates in it.
    pub certificates: Vec<Certificate>,
}

/// The CMS that `contents` begin with, and the certificates in it, whatever else they are.
pub(super) fn raw(contents: &[u8]) -> Option<RawMessage> {
    let parts = cms_parts::read(contents).ok()?;
    let certificates = parts.certificates.iter().take(MAX_CERTIFICATES);
    let certificates = certificates.filter_map(|written| Certificate::from_der(written).ok()).collect();
    Some(RawMessage { cms: parts.whole.to_vec(), certificates })
}

/// The file's signatures cost more than there is.
pub(super) fn too_much() -> Message {
    message!(
        "các chữ ký của tệp đòi hỏi quá nhiều tính toán",
        "the signatures of the file ask for too much computation"
    )
}

/// Whether the `SignerIdentifier` `id` names `certificate`.
fn names(id: &Element<'_>, certificate: &Certificate) -> bool {
    let tbs = certificate.tbs_certificate();
    if id.tag == 0x30 {
        let id: Option<IssuerAndSerialNumber> = cms_parts::decode(id);
        id.is_some_and(|id| *tbs.issuer() == id.issuer && *tbs.serial_number() == id.serial_number)
    } else {
        let known = tbs.get_extension::<SubjectKeyIdentifier>();
        let wanted = id.octets().filter(|_| matches!(id.tag, 0x80 | 0xA0));
        matches!((known, wanted), (Ok(Some((_, known))), Some(wanted)) if known.0.as_bytes() == wanted.as_ref())
    }
}

impl SignedMessage {
    /// The algorithm, where it is known and strong.
    fn signature_algorithm(&self) -> Result<AcceptedAlgorithm, algorithm::UnfitAlgorithm> {
        AcceptedAlgorithm::of(&self.signature_algorithm, self.digest_algorithm.oid)
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
        &self.value
    }

    /// The signature time-stamps, as they were written.
    pub(super) fn time_stamps(&self) -> Vec<Vec<u8>> {
        let stamps = self.unsigned.iter().filter(|attribute| attribute.oid == SIGNATURE_TIME_STAMP);
        stamps.flat_map(|stamp| stamp.values.iter().cloned()).collect()
    }

    /// When it was signed by its own word (RFC 5652 §11.3); PAdES keeps that in /M.
    pub(super) fn signing_time(&self) -> Option<time::OffsetDateTime> {
        let time: x509_cert::time::Time = self.attribute(rfc5911::ID_SIGNING_TIME)?;
        Some(crate::certificate::moment(&time))
    }

    /// Whether it has unsigned attributes that nobody here looks at.
    pub(super) fn has_other_attributes(&self) -> bool {
        self.unsigned.iter().any(|attribute| attribute.oid != SIGNATURE_TIME_STAMP)
    }

    /// Checks the signature over `bytes`.
    pub(super) fn check(&self, bytes: &SignedBytes<'_>) -> Vec<Check> {
        let (digest, value) = match &self.signed {
            Some(signed) => (self.check_digest(bytes), self.check_attributes_value(signed)),
            None => self.check_content(bytes),
        };
        vec![digest, self.check_attributes(), self.check_certificate(), value]
    }

    fn check_digest(&self, bytes: &SignedBytes<'_>) -> Check {
        let algorithm = match digest_algorithm(self.digest_algorithm.oid) {
            Ok(algorithm) => algorithm,
            Err(unfit) => return unfit.check(CheckId::Digest),
        };
        let Some(stated) = self.attribute::<OctetString>(rfc5911::ID_MESSAGE_DIGEST) else {
            return Check::fail(
                CheckId::Digest,
                message!(
                    "chữ ký không nêu mã băm của nội dung",
                    "the signature names no digest of the content"
                ),
            );
        };
        match bytes.digest(algorithm) {
            Some(digest) if stated.as_bytes() == digest => whole(),
            Some(_) => Check::fail(
                CheckId::Digest,
                message!("nội dung đã bị sửa sau khi ký", "the content was changed after signing"),
            ),
            None => Check::unknown(CheckId::Digest, too_much()),
        }
    }

    /// Without signed attributes the value is made over the content itself (RFC 5652 §5.4). That content begins as a
    /// PDF does, so it can't be somebody's signed attributes in disguise.
    fn check_content(&self, bytes: &SignedBytes<'_>) -> (Check, Check) {
        let Some(content) = bytes.all() else {
            return (
                Check::unknown(CheckId::Digest, too_much()),
                Check::unknown(CheckId::Signature, too_much()),
            );
        };
        let value = self.check_value(&content);
        let digest = match value.outcome {
            Outcome::Pass => whole(),
            // Which of the two is wrong can't be told.
            _ => Check::not_checked(
                CheckId::Digest,
                message!(
                    "chữ ký không nêu mã băm của nội dung",
                    "the signature names no digest of the content"
                ),
            ),
        };
        (digest, value)
    }

    /// Content type, algorithm protection, and which digest goes with which signature.
    fn check_attributes(&self) -> Check {
        let fail = |vi: &str, en: &str| Check::fail(CheckId::Attributes, message!("{vi}", "{en}"));
        let unknown = |vi: &str, en: &str| Check::unknown(CheckId::Attributes, message!("{vi}", "{en}"));
        let Some(signed) = &self.signed else {
            return match self.profile {
                CmsProfile::Pkcs7 => Check::not_checked(
                    CheckId::Attributes,
                    message!(
                        "không có thuộc tính được ký: chữ ký không bảo vệ chứng thư, thuật toán và thời điểm ký số",
                        "there are no signed attributes: certificate, algorithms and signing time are not protected"
                    ),
                ),
                CmsProfile::Pades | CmsProfile::TimeStamp => unknown(
                    "thiếu thuộc tính được ký, mà dạng chữ ký này phải có",
                    "there are no signed attributes, which signatures of this form must have",
                ),
            };
        };
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
                same(&protection.digest_algorithm, &self.digest_algorithm)
                    && protection
                        .signature_algorithm
                        .is_some_and(|signature| same(&signature, &self.signature_algorithm))
            });
            if !consistent {
                return fail(
                    "thuật toán không khớp với thuộc tính bảo vệ",
                    "the algorithms differ from the protected ones",
                );
            }
        }
        if !plain(&self.digest_algorithm) {
            return fail("thuật toán băm có tham số", "the digest algorithm has parameters");
        }
        if self.signature_algorithm() == Ok(AcceptedAlgorithm::Ed25519) {
            // RFC 8419 §3.1: with signed attributes, Ed25519 goes with SHA-512 alone.
            if digest_algorithm(self.digest_algorithm.oid) != Ok(DigestAlgorithm::Sha512) {
                return unknown(
                    "Ed25519 phải đi với SHA-512 (RFC 8419)",
                    "Ed25519 goes with SHA-512 (RFC 8419)",
                );
            }
            if self.signature_algorithm.parameters.is_some() {
                return unknown(
                    "tham số của Ed25519 phải để trống (RFC 8410)",
                    "Ed25519 has no parameters (RFC 8410)",
                );
            }
        }
        if !signed.has_der_lengths {
            return unknown("thuộc tính được ký không theo DER", "the signed attributes are not DER");
        }
        if !self.is_consistent {
            return unknown(
                "phiên bản hoặc thuật toán băm của CMS không nhất quán",
                "versions or digest algorithms of the CMS do not fit",
            );
        }
        Check::pass(
            CheckId::Attributes,
            message!("thuộc tính được ký đúng quy định", "signed attributes correct"),
        )
    }

    /// The signed attributes name the certificate, and it is for signing.
    fn check_certificate(&self) -> Check {
        let fail = |vi: &str, en: &str| Check::fail(CheckId::Certificate, message!("{vi}", "{en}"));
        let unknown = |vi: &str, en: &str| Check::unknown(CheckId::Certificate, message!("{vi}", "{en}"));
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
            match algorithm::certificate_digest(named.hash_algorithm.as_ref(), &self.leaf) {
                Ok(digest) if named.cert_hash.as_bytes() == digest => {}
                Ok(_) => return mismatch(),
                Err(unfit) => return unfit.check(CheckId::Certificate),
            }
        }
        if first.is_some_and(|named| named.hash.as_bytes() != algorithm::sha1(&self.leaf)) {
            return mismatch();
        }
        // The first version stands for the certificate by SHA-1 alone: enough where the certificate is
        // also protected by the CA that issued it and time-stamps are made by it, not for PAdES.
        match (self.profile, second, first) {
            (CmsProfile::Pades, None, _) => {
                return unknown(
                    "thiếu thuộc tính signing-certificate-v2",
                    "the attribute signing-certificate-v2 is missing",
                );
            }
            (CmsProfile::TimeStamp, None, None) => {
                return unknown(
                    "thiếu thuộc tính signing-certificate",
                    "the attribute signing-certificate is missing",
                );
            }
            _ => {}
        }
        let unfit = match self.profile {
            CmsProfile::Pades | CmsProfile::Pkcs7 => purpose::unfit_for_documents(&self.certificate),
            // What else it must be for is asked with its path.
            CmsProfile::TimeStamp => purpose::unfit_for_signing(&self.certificate),
        };
        match unfit {
            Some(words) => Check::against(CheckId::Certificate, Cause::WrongPurpose, words),
            None if second.is_none() && first.is_none() => Check::pass(
                CheckId::Certificate,
                message!(
                    "chứng thư có khóa đã ký, dù chữ ký không nêu chứng thư nào",
                    "the certificate has the key that signed, though the signature names no certificate"
                ),
            ),
            None => Check::pass(
                CheckId::Certificate,
                message!(
                    "chứng thư trùng với chứng thư ghi trong chữ ký",
                    "certificate matches the one named in the signature"
                ),
            ),
        }
    }

    /// Many programs sign attributes in the order in which they write them, and read them so; by RFC 5652 §5.4 they
    /// are signed in that of DER. It is the same set in any order, but where only the latter holds, most others say no.
    fn check_attributes_value(&self, signed: &SignedPart) -> Check {
        let check = self.check_value(&signed.message);
        match &signed.sorted {
            Some(sorted) if check.outcome == Outcome::Fail => match self.check_value(sorted).outcome {
                Outcome::Pass => Check::unknown(
                    CheckId::Signature,
                    message!(
                        "thuộc tính được ký không xếp theo DER",
                        "the signed attributes are not in the order of DER, in which they were signed"
                    ),
                ),
                _ => check,
            },
            _ => check,
        }
    }

    /// Whether the value is one by the certificate's key over `message`.
    fn check_value(&self, message: &[u8]) -> Check {
        let key = self.certificate.tbs_certificate().subject_public_key_info();
        let holds = self.signature_algorithm().and_then(|algorithm| {
            algorithm::check_key(key)?;
            algorithm.check(key, message, &self.value)
        });
        match holds {
            Err(unfit) => unfit.check(CheckId::Signature),
            Ok(true) => {
                Check::pass(CheckId::Signature, message!("giá trị chữ ký đúng", "signature value correct"))
            }
            Ok(false) => Check::fail(
                CheckId::Signature,
                message!(
                    "giá trị chữ ký không khớp với khóa trong chứng thư",
                    "the signature value does not match the certificate's key"
                ),
            ),
        }
    }

    /// Revocation data: in the CMS, and in the attribute that Adobe's programs write.
    fn revocations(&self, parts: &Parts<'_>) -> Revocations {
        let mut found = Revocations::default();
        for one in parts.revocations.iter().take(MAX_REVOCATIONS) {
            if one.tag == 0x30 {
                found.crls.push(one.whole.to_vec());
            } else if let Some([format, data]) = one.all(0xA1, 2).as_deref()
                && ObjectIdentifier::from_der(format.whole) == Ok(OCSP_RESPONSE)
            {
                found.ocsps.push(data.whole.to_vec());
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

    fn signed_attributes(&self) -> impl Iterator<Item = &Attribute> {
        self.signed.iter().flat_map(|signed| &signed.list)
    }

    fn has(&self, oid: ObjectIdentifier) -> bool {
        self.signed_attributes().any(|attribute| attribute.oid == oid)
    }

    /// The only value of a signed attribute.
    fn attribute<T: for<'a> Decode<'a>>(&self, oid: ObjectIdentifier) -> Option<T> {
        let attribute = self.signed_attributes().find(|attribute| attribute.oid == oid)?;
        let [value] = attribute.values.as_slice() else {
            return None;
        };
        T::from_der(value).ok()
    }
}

fn whole() -> Check {
    Check::pass(CheckId::Digest, message!("nội dung được ký còn toàn vẹn", "signed content intact"))
}
