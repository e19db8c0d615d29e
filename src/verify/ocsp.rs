//! Answers of OCSP responders (RFC 6960 §4.2), read by types of our own: their times may have fractions
//! of a second, which the types at hand refuse.

use const_oid::ObjectIdentifier;
use const_oid::db::{rfc5280, rfc5912, rfc6960};
use der::asn1::{Any, BitString, OctetString};
use der::{Choice, Decode, Encode, Enumerated, Sequence, Tag, Tagged};
use sha2::Digest;
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use time::OffsetDateTime;
use x509_cert::Certificate;
use x509_cert::ext::Extensions;
use x509_cert::ext::pkix::ExtendedKeyUsage;
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;

use super::algorithm::{self, SignatureAlgorithm};
use super::revocation::{Statement, encoded};
use super::time_stamp::generalized_time;
use crate::keys::certificate::moment;

/// `id-pkix-ocsp-nocheck` (RFC 6960 §4.2.2.2.1).
const NO_CHECK: ObjectIdentifier = rfc6960::ID_PKIX_OCSP_NOCHECK;

#[derive(Sequence)]
struct Response {
    status: Status,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    bytes: Option<ResponseBytes>,
}

#[derive(Clone, Copy, PartialEq, Eq, Enumerated)]
#[repr(u32)]
enum Status {
    Successful = 0,
    MalformedRequest = 1,
    InternalError = 2,
    TryLater = 3,
    SignatureRequired = 5,
    Unauthorized = 6,
}

#[derive(Sequence)]
struct ResponseBytes {
    kind: ObjectIdentifier,
    response: OctetString,
}

#[derive(Sequence)]
struct BasicResponse {
    data: Any,
    signature_algorithm: AlgorithmIdentifierOwned,
    signature: BitString,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    certificates: Option<Vec<Certificate>>,
}

#[derive(Sequence)]
struct ResponseData {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", default = "first_version")]
    version: u8,
    responder: Responder,
    produced_at: Any,
    responses: Vec<SingleResponse>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    extensions: Option<Extensions>,
}

fn first_version() -> u8 {
    0
}

#[derive(Choice)]
enum Responder {
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", constructed = "true")]
    Name(Name),
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT", constructed = "true")]
    Key(OctetString),
}

#[derive(Sequence)]
struct SingleResponse {
    id: CertificateId,
    status: Any,
    this_update: Any,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    next_update: Option<Any>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    extensions: Option<Extensions>,
}

#[derive(Sequence)]
struct CertificateId {
    hash_algorithm: AlgorithmIdentifierOwned,
    issuer_name_hash: OctetString,
    issuer_key_hash: OctetString,
    serial_number: SerialNumber,
}

/// What the answer `der` says of `certificate`, which `issuer` issued (all DER); `None` where it is not
/// about it, not signed by the issuer or whom it appointed, or breaks a rule.
pub(super) fn statement(der: &[u8], certificate: &[u8], issuer: &[u8]) -> Option<Statement> {
    let (certificate, issuer) =
        (Certificate::from_der(certificate).ok()?, Certificate::from_der(issuer).ok()?);
    let basic = match Response::from_der(der) {
        Ok(response) => {
            let bytes = response.bytes.filter(|_| response.status == Status::Successful)?;
            (bytes.kind == rfc6960::ID_PKIX_OCSP_BASIC).then_some(())?;
            BasicResponse::from_der(bytes.response.as_bytes()).ok()?
        }
        Err(_) => BasicResponse::from_der(der).ok()?,
    };
    let signed = basic.data.to_der().ok()?;
    let data = ResponseData::from_der(&signed).ok()?;
    let produced = time(&data.produced_at)?;
    if critical(data.extensions.as_ref()) || !is_signed(&basic, &data, &signed, &issuer, produced) {
        return None;
    }
    let single = data.responses.iter().find(|single| names(&single.id, &certificate, &issuer))?;
    if critical(single.extensions.as_ref()) {
        return None;
    }
    let next_update = match &single.next_update {
        Some(next) => Some(time(next)?),
        None => None,
    };
    Some(Statement {
        this_update: time(&single.this_update)?,
        next_update,
        revoked: revoked(&single.status)?,
    })
}

/// CertStatus (RFC 6960 §4.2.1): good, revoked since, or unknown, which says nothing.
fn revoked(status: &Any) -> Option<Option<OffsetDateTime>> {
    match status.tag() {
        Tag::ContextSpecific { number, .. } if number.value() == 0 => Some(None),
        Tag::ContextSpecific { number, constructed: true } if number.value() == 1 => {
            let since = Any::from_der_partial(status.value()).ok()?.0;
            Some(Some(time(&since)?))
        }
        _ => None,
    }
}

/// Whether the issuer signed the answer, or someone whom it appointed to (RFC 6960 §4.2.2.2).
fn is_signed(
    basic: &BasicResponse,
    data: &ResponseData,
    signed: &[u8],
    issuer: &Certificate,
    produced: OffsetDateTime,
) -> bool {
    let holds =
        |key: &SubjectPublicKeyInfoOwned| verifies(&basic.signature_algorithm, key, signed, &basic.signature);
    let is_responder = |certificate: &Certificate| match &data.responder {
        Responder::Name(name) => certificate.tbs_certificate().subject() == name,
        Responder::Key(hash) => {
            let key = certificate.tbs_certificate().subject_public_key_info();
            algorithm::sha1(key.subject_public_key.raw_bytes()) == hash.as_bytes()
        }
    };
    if is_responder(issuer) && holds(issuer.tbs_certificate().subject_public_key_info()) {
        return true;
    }
    let appointed = basic.certificates.iter().flatten().take(8);
    appointed.into_iter().any(|certificate| {
        let tbs = certificate.tbs_certificate();
        let validity = tbs.validity();
        let usage = tbs.get_extension::<ExtendedKeyUsage>();
        is_responder(certificate)
            && tbs.issuer() == issuer.tbs_certificate().subject()
            && matches!(usage, Ok(Some((_, usages))) if usages.0.contains(&rfc5280::ID_KP_OCSP_SIGNING))
            && moment(&validity.not_before) <= produced
            && produced <= moment(&validity.not_after)
            && verifies(
                certificate.signature_algorithm(),
                issuer.tbs_certificate().subject_public_key_info(),
                &encoded(tbs),
                certificate.signature(),
            )
            && holds(tbs.subject_public_key_info())
    })
}

/// Whether `signature` is `key`'s on `message`.
fn verifies(
    identifier: &AlgorithmIdentifierOwned,
    key: &SubjectPublicKeyInfoOwned,
    message: &[u8],
    signature: &BitString,
) -> bool {
    let Ok(algorithm) = SignatureAlgorithm::of_certificate(identifier) else {
        return false;
    };
    let value = signature.as_bytes();
    algorithm::check_key(key).is_ok() && value.is_some_and(|value| algorithm.verify(key, message, value))
}

/// Whether a CertID is that of `certificate` (RFC 6960 §4.1.1).
fn names(id: &CertificateId, certificate: &Certificate, issuer: &Certificate) -> bool {
    let digest = |bytes: &[u8]| match id.hash_algorithm.oid {
        rfc5912::ID_SHA_1 => Some(algorithm::sha1(bytes)),
        rfc5912::ID_SHA_256 => Some(sha2::Sha256::digest(bytes).to_vec()),
        rfc5912::ID_SHA_384 => Some(sha2::Sha384::digest(bytes).to_vec()),
        rfc5912::ID_SHA_512 => Some(sha2::Sha512::digest(bytes).to_vec()),
        _ => None,
    };
    let key = issuer.tbs_certificate().subject_public_key_info().subject_public_key.raw_bytes();
    *certificate.tbs_certificate().serial_number() == id.serial_number
        && digest(&encoded(certificate.tbs_certificate().issuer())).as_deref()
            == Some(id.issuer_name_hash.as_bytes())
        && digest(key).as_deref() == Some(id.issuer_key_hash.as_bytes())
}

fn time(value: &Any) -> Option<OffsetDateTime> {
    (value.tag() == Tag::GeneralizedTime).then_some(())?;
    generalized_time(value.value())
}

/// Whether an extension must be understood; none is.
fn critical(extensions: Option<&Extensions>) -> bool {
    extensions.is_some_and(|extensions| extensions.iter().any(|extension| extension.critical))
}

/// Whether nobody is to be asked about a responder's own certificate.
pub(super) fn is_exempt(certificate: &[u8]) -> bool {
    Certificate::from_der(certificate).is_ok_and(|certificate| {
        let extensions = certificate.tbs_certificate().extensions();
        extensions.is_some_and(|extensions| extensions.iter().any(|extension| extension.extn_id == NO_CHECK))
    })
}
