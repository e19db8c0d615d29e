//! OCSP answers (RFC 6960 §4.2). Read here and not by a library's types, since responders in use write
//! fractions of a second into `producedAt`, which DER's GeneralizedTime in RFC 5280 does not have: a
//! good answer must not fail for that.

use certval::{PDVCertificate, compare_names, parse_cert};
use const_oid::ObjectIdentifier;
use const_oid::db::{rfc5912, rfc6960};
use der::{Decode, Encode, Tag};
use time::OffsetDateTime;
use x509_cert::ext::Extensions;
use x509_cert::ext::pkix::{ExtendedKeyUsage, KeyUsage, KeyUsages};
use x509_cert::name::Name;

use super::certificate::{extension, was_valid};
use super::signed::{Signed, Tlv};
use super::update_times::UpdateTimes;
use crate::algorithm::{digest_algorithm, sha1};
use crate::budget::PathBudget;
use crate::tsp::generalized_time;

/// The most certificates that are read from one answer.
const MAX_CERTIFICATES: usize = 8;
/// The most certificates that one answer may speak of.
const MAX_ENTRIES: usize = 1000;

/// An answer that can be read.
#[derive(Debug, Clone)]
pub(super) struct OcspResponse<'a> {
    signed: Signed<'a>,
    responder: Responder<'a>,
    produced: OffsetDateTime,
    entries: Vec<SingleResponse<'a>>,
    certificates: Vec<&'a [u8]>,
}

#[derive(Debug, Clone)]
enum Responder<'a> {
    Name(Name),
    /// SHA-1 of the public key.
    Key(&'a [u8]),
}

/// What is said of one certificate.
#[derive(Debug, Clone)]
pub(super) struct SingleResponse<'a> {
    digest: ObjectIdentifier,
    name: &'a [u8],
    key: &'a [u8],
    serial: &'a [u8],
    pub status: CertStatus,
    pub times: UpdateTimes,
}

/// `CertStatus` (RFC 6960 §4.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CertStatus {
    Good,
    Revoked(OffsetDateTime),
    Unknown,
}

/// Who signed an answer.
pub(super) enum ResponseSigner {
    /// The issuer of the certificate that was asked about.
    Issuer,
    /// One whom the issuer appointed (RFC 6960 §4.2.2.2).
    Delegate(Box<PDVCertificate>),
}

impl<'a> OcspResponse<'a> {
    /// Reads an `OCSPResponse`, or the `BasicOCSPResponse` in it; `None` where it is neither, or has a
    /// critical extension.
    pub(super) fn read(der: &'a [u8]) -> Option<OcspResponse<'a>> {
        let parts = Tlv::all(Tlv::only(der, Tag::Sequence)?.value, 4)?;
        let basic = match parts.as_slice() {
            [status, bytes] if status.tag == Tag::Enumerated && status.value == [0] => {
                let bytes = Tlv::all(Tlv::only(bytes.in_context(0)?, Tag::Sequence)?.value, 2)?;
                let [kind, response] = bytes.as_slice() else {
                    return None;
                };
                let kind = ObjectIdentifier::from_der(kind.whole).ok()?;
                (kind == rfc6960::ID_PKIX_OCSP_BASIC && response.tag == Tag::OctetString).then_some(())?;
                response.value
            }
            _ => der,
        };
        OcspResponse::read_basic(basic)
    }

    fn read_basic(der: &'a [u8]) -> Option<OcspResponse<'a>> {
        let signed = Signed::read(der)?;
        let certificates = match signed.rest {
            Some(rest) => {
                let list = Tlv::only(rest.in_context(0)?, Tag::Sequence)?;
                Tlv::all(list.value, MAX_CERTIFICATES)?.iter().map(|part| part.whole).collect()
            }
            None => Vec::new(),
        };
        let fields = Tlv::all(Tlv::only(signed.body.whole, Tag::Sequence)?.value, 5)?;
        let fields = match fields.as_slice() {
            // Version 1 may be written although it is the default.
            [version, rest @ ..] if version.in_context(0).is_some() => {
                (version.in_context(0) == Some(&[2, 1, 0])).then_some(rest)?
            }
            all => all,
        };
        let ([responder, produced, entries], extensions) = match fields {
            [responder, produced, entries] => ([responder, produced, entries], None),
            [responder, produced, entries, extensions] => {
                ([responder, produced, entries], Some(extensions.in_context(1)?))
            }
            _ => return None,
        };
        let responder = match (responder.in_context(1), responder.in_context(2)) {
            (Some(name), _) => Responder::Name(Name::from_der(name).ok()?),
            (_, Some(key)) => Responder::Key(Tlv::only(key, Tag::OctetString)?.value),
            _ => return None,
        };
        read_extensions(extensions)?;
        let entries = Tlv::all(Tlv::only(entries.whole, Tag::Sequence)?.value, MAX_ENTRIES)?;
        Some(OcspResponse {
            signed,
            responder,
            produced: time(produced)?,
            entries: entries.iter().filter_map(|part| SingleResponse::read(part.value)).collect(),
            certificates,
        })
    }

    /// The DER of the certificates that come with it.
    pub(super) fn certificates(&self) -> impl Iterator<Item = &'a [u8]> + '_ {
        self.certificates.iter().copied()
    }

    /// What it says of `certificate`, which `issuer` issued.
    pub(super) fn entries<'s>(
        &'s self,
        certificate: &PDVCertificate,
        issuer: &PDVCertificate,
    ) -> impl Iterator<Item = &'s SingleResponse<'a>> {
        let tbs = certificate.decoded().tbs_certificate();
        let serial = tbs.serial_number().to_der().ok();
        let serial = serial.and_then(|der| Some(Tlv::only(&der, Tag::Integer)?.value.to_vec()));
        let issuer = issuer.decoded().tbs_certificate();
        let name = issuer.subject().to_der().unwrap_or_default();
        let key = issuer.subject_public_key_info().subject_public_key.raw_bytes().to_vec();
        self.entries.iter().filter(move |entry| {
            serial.as_deref() == Some(entry.serial)
                && digest(entry.digest, &name).as_deref() == Some(entry.name)
                && digest(entry.digest, &key).as_deref() == Some(entry.key)
        })
    }

    /// Who signed it, where that is `issuer` or one of its delegates: among the answer's own
    /// certificates, or `others`.
    pub(super) fn signer(
        &self,
        issuer: &PDVCertificate,
        others: &[PDVCertificate],
        budget: &PathBudget,
    ) -> Option<ResponseSigner> {
        let key = issuer.decoded().tbs_certificate().subject_public_key_info();
        if self.responder.is(issuer) && self.signed.is_by(key, budget) {
            return Some(ResponseSigner::Issuer);
        }
        let own: Vec<PDVCertificate> =
            self.certificates.iter().filter_map(|der| parse_cert(der, "").ok()).collect();
        let delegate = own.iter().chain(others).find(|one| {
            let tbs = one.decoded().tbs_certificate();
            budget.take_names()
                && self.responder.is(one)
                && compare_names(tbs.issuer(), issuer.decoded().tbs_certificate().subject())
                && may_answer(one)
                && was_valid(one, self.produced)
                && Signed::read(one.as_bytes()).is_some_and(|signed| signed.is_by(key, budget))
                && self.signed.is_by(tbs.subject_public_key_info(), budget)
        })?;
        Some(ResponseSigner::Delegate(Box::new(delegate.clone())))
    }
}

impl Responder<'_> {
    fn is(&self, certificate: &PDVCertificate) -> bool {
        let tbs = certificate.decoded().tbs_certificate();
        match self {
            Responder::Name(name) => compare_names(name, tbs.subject()),
            Responder::Key(hash) => {
                sha1(tbs.subject_public_key_info().subject_public_key.raw_bytes()) == *hash
            }
        }
    }
}

impl<'a> SingleResponse<'a> {
    fn read(content: &'a [u8]) -> Option<SingleResponse<'a>> {
        let parts = Tlv::all(content, 5)?;
        let [id, status, this, rest @ ..] = parts.as_slice() else {
            return None;
        };
        let (next, extensions) = match rest {
            [] => (None, None),
            [one] => (one.in_context(0), one.in_context(1)),
            [next, extensions] => (Some(next.in_context(0)?), Some(extensions.in_context(1)?)),
            _ => return None,
        };
        let next = match next {
            Some(next) => Some(time(&Tlv::only(next, Tag::GeneralizedTime)?)?),
            None => None,
        };
        let extensions = read_extensions(extensions)?;
        let remembers = extensions.iter().find_map(|one| {
            let is_cutoff = one.extn_id == rfc6960::ID_PKIX_OCSP_ARCHIVE_CUTOFF;
            time(&Tlv::only(one.extn_value.as_bytes(), Tag::GeneralizedTime).filter(|_| is_cutoff)?)
        });
        let id = Tlv::all(id.value, 4)?;
        let [algorithm, name, key, serial] = id.as_slice() else {
            return None;
        };
        let algorithm = Tlv::all(algorithm.value, 2)?;
        let strings = name.tag == Tag::OctetString && key.tag == Tag::OctetString;
        (strings && serial.tag == Tag::Integer).then_some(())?;
        Some(SingleResponse {
            digest: ObjectIdentifier::from_der(algorithm.first()?.whole).ok()?,
            name: name.value,
            key: key.value,
            serial: serial.value,
            status: CertStatus::read(status)?,
            times: UpdateTimes { this: time(this)?, next, remembers },
        })
    }
}

impl CertStatus {
    fn read(part: &Tlv<'_>) -> Option<CertStatus> {
        match part.tag {
            Tag::ContextSpecific { number: der::TagNumber(0), constructed: false } => Some(CertStatus::Good),
            Tag::ContextSpecific { number: der::TagNumber(1), constructed: true } => {
                let content = Tlv::all(part.value, 2)?;
                Some(CertStatus::Revoked(time(content.first()?)?))
            }
            Tag::ContextSpecific { number: der::TagNumber(2), .. } => Some(CertStatus::Unknown),
            _ => None,
        }
    }
}

/// Whether a certificate is a responder's (RFC 6960 §4.2.2.2).
fn may_answer(certificate: &PDVCertificate) -> bool {
    let purposes: Option<ExtendedKeyUsage> = extension(certificate, rfc5912::ID_CE_EXT_KEY_USAGE);
    let usage: Option<KeyUsage> = extension(certificate, rfc5912::ID_CE_KEY_USAGE);
    let signs = KeyUsages::DigitalSignature | KeyUsages::NonRepudiation;
    purposes.is_some_and(|purposes| purposes.0.contains(&rfc5912::ID_KP_OCSP_SIGNING))
        && usage.is_none_or(|usage| !usage.0.is_disjoint(signs))
}

/// Whether the issuer says that its responder's certificate needs no asking about.
pub(super) fn is_unquestioned(certificate: &PDVCertificate) -> bool {
    let extensions = certificate.decoded().tbs_certificate().extensions();
    extensions.into_iter().flatten().any(|one| one.extn_id == rfc6960::ID_PKIX_OCSP_NOCHECK)
}

/// The extensions of an answer; `None` where they can't be read or one of them is critical.
fn read_extensions(der: Option<&[u8]>) -> Option<Extensions> {
    let extensions = der.map_or(Some(Extensions::new()), |der| Extensions::from_der(der).ok())?;
    (!extensions.iter().any(|one| one.critical)).then_some(extensions)
}

fn time(part: &Tlv<'_>) -> Option<OffsetDateTime> {
    generalized_time(part.value).filter(|_| part.tag == Tag::GeneralizedTime)
}

/// The digest that a CertID has. SHA-1 is what most of them have; it names, and proves nothing.
fn digest(algorithm: ObjectIdentifier, bytes: &[u8]) -> Option<Vec<u8>> {
    match algorithm {
        rfc5912::ID_SHA_1 => Some(sha1(bytes)),
        other => Some(digest_algorithm(other).ok()?.digest(bytes)),
    }
}
