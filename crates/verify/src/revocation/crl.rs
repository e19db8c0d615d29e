//! Revocation lists (RFC 5280 §5). A list may have millions of entries, so they are walked over where
//! they stand and never decoded as a whole.

use certval::{PDVCertificate, compare_names};
use const_oid::ObjectIdentifier;
use const_oid::db::rfc5912;
use der::asn1::GeneralizedTime;
use der::{Decode, Encode, SliceReader, Tag};
use memchr::memmem;
use time::OffsetDateTime;
use x509_cert::certificate::Raw;
use x509_cert::crl::RevokedCert;
use x509_cert::ext::Extensions;
use x509_cert::ext::pkix::crl::dp::IssuingDistributionPoint;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{CrlDistributionPoints, CrlReason};
use x509_cert::name::{Name, RdnSequence};
use x509_cert::time::Time;

use super::certificate::{extension, is_authority};
use super::signed::{Signed, Tlv};
use super::update_times::UpdateTimes;
use crate::certificate::moment;

/// `expiredCertsOnCRL` (X.509 §9.5.2.8).
const EXPIRED_CERTIFICATES_ON_CRL: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.60");
/// The longest name of an issuer, in bytes.
const MAX_NAME: usize = 4096;
/// A BOOLEAN that is true, in DER: without one, no extension is critical.
const TRUE: [u8; 3] = [0x01, 0x01, 0xFF];

/// A list whose entries were not looked at yet.
#[derive(Debug, Clone)]
pub(super) struct Crl<'a> {
    pub signed: Signed<'a>,
    pub issuer: Name,
    pub times: UpdateTimes,
    entries: &'a [u8],
    scope: Scope,
}

/// What a list speaks of.
#[derive(Debug, Clone)]
enum Scope {
    /// Certificates of its issuer, all or those that the extension says.
    Direct(Option<Box<IssuingDistributionPoint>>),
    /// Changes since another list.
    Delta,
    /// It can't be told: indirect, or with a critical extension that is not understood.
    Unknown,
}

/// What a list says of one certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CrlStatus {
    /// It is revoked since this time.
    Since(OffsetDateTime),
    /// It is not in the list, which would have to have it.
    Not,
    /// It is for other certificates.
    Elsewhere,
    /// Nothing that could be used: a list for some reasons only, or one that is not understood.
    Unclear,
}

impl<'a> Crl<'a> {
    /// Reads all but the entries; `None` where it isn't a list in DER.
    pub(super) fn read(der: &'a [u8]) -> Option<Crl<'a>> {
        let signed = Signed::read(der).filter(|signed| signed.rest.is_none())?;
        let fields = Tlv::all(Tlv::only(signed.body.whole, Tag::Sequence)?.value, 7)?;
        let mut fields = fields.as_slice();
        let version2 = take(&mut fields, |part| part.tag == Tag::Integer);
        version2.is_none_or(|part| part.value == [1]).then_some(())?;
        // The algorithm stands inside of what is signed too (RFC 5280 §5.1.2.2).
        let algorithm = take(&mut fields, |part| part.tag == Tag::Sequence)?;
        (algorithm.whole == signed.algorithm.to_der().ok()?).then_some(())?;
        let issuer = take(&mut fields, |part| part.tag == Tag::Sequence)?;
        let issuer = Name::from_der(Some(issuer.whole).filter(|name| name.len() <= MAX_NAME)?).ok()?;
        let this = moment(&Time::from_der(take(&mut fields, is_time)?.whole).ok()?);
        let next = match take(&mut fields, is_time) {
            Some(part) => Some(moment(&Time::from_der(part.whole).ok()?)),
            None => None,
        };
        let entries = take(&mut fields, |part| part.tag == Tag::Sequence).map_or(&[][..], |part| part.value);
        let extensions = match take(&mut fields, |part| part.in_context(0).is_some()) {
            Some(part) => Extensions::from_der(part.value).ok()?,
            None => Extensions::new(),
        };
        fields.is_empty().then_some(())?;
        let remembers =
            extensions.iter().find(|one| one.extn_id == EXPIRED_CERTIFICATES_ON_CRL).and_then(|one| {
                let time = GeneralizedTime::from_der(one.extn_value.as_bytes()).ok()?;
                Some(OffsetDateTime::UNIX_EPOCH + time.to_unix_duration())
            });
        Some(Crl {
            signed,
            issuer,
            times: UpdateTimes { this, next, remembers },
            entries,
            scope: scope(&extensions),
        })
    }

    /// How many bytes its entries have.
    pub(super) fn size(&self) -> usize {
        self.entries.len()
    }

    /// What it says of `certificate` at the time `at`; the list's signature is the caller's to check,
    /// before or after.
    pub(super) fn says(&self, certificate: &PDVCertificate, at: OffsetDateTime) -> CrlStatus {
        if matches!(self.scope, Scope::Unknown) {
            return CrlStatus::Unclear;
        }
        let Ok(entry) = self.entry(certificate) else {
            return CrlStatus::Unclear;
        };
        if let Some(entry) = entry {
            let reason = entry.crl_entry_extensions.iter().flatten().find_map(|one| {
                let is_reason = one.extn_id == rfc5912::ID_CE_CRL_REASONS;
                is_reason.then(|| CrlReason::from_der(one.extn_value.as_bytes()).ok())?
            });
            let since = moment(&entry.revocation_date);
            // Whatever certificates a list is meant for, its issuer revoked this serial number.
            if since <= at && reason != Some(CrlReason::RemoveFromCRL) {
                return CrlStatus::Since(since);
            }
        }
        match &self.scope {
            Scope::Direct(None) => CrlStatus::Not,
            Scope::Direct(Some(point)) => covers(point, certificate),
            Scope::Delta | Scope::Unknown => CrlStatus::Unclear,
        }
    }

    /// The entry of `certificate`. An error where the list has an entry that can't be read, or with a
    /// critical extension: such a list must not be used (RFC 5280 §5.3).
    fn entry(&self, certificate: &PDVCertificate) -> Result<Option<RevokedCert<Raw>>, ()> {
        let serial = certificate.decoded().tbs_certificate().serial_number().to_der().map_err(|_| ())?;
        let may_be_critical = memmem::find(self.entries, &TRUE).is_some();
        let mut reader = SliceReader::new(self.entries).map_err(|_| ())?;
        let mut found = None;
        while !der::Reader::is_finished(&reader) {
            let entry = Tlv::next(&mut reader).filter(|part| part.tag == Tag::Sequence).ok_or(())?;
            if may_be_critical && memmem::find(entry.value, &TRUE).is_some() {
                let decoded = RevokedCert::<Raw>::from_der(entry.whole).map_err(|_| ())?;
                let mut extensions = decoded.crl_entry_extensions.iter().flatten();
                if extensions.any(|one| one.critical && one.extn_id != rfc5912::ID_CE_CRL_REASONS) {
                    return Err(());
                }
            }
            if found.is_none() && entry.value.starts_with(&serial) {
                found = Some(RevokedCert::<Raw>::from_der(entry.whole).map_err(|_| ())?);
            }
        }
        Ok(found)
    }
}

fn take<'a>(fields: &mut &[Tlv<'a>], fits: impl Fn(&Tlv<'a>) -> bool) -> Option<Tlv<'a>> {
    let (first, rest) = fields.split_first().filter(|(first, _)| fits(first))?;
    *fields = rest;
    Some(*first)
}

fn is_time(part: &Tlv<'_>) -> bool {
    matches!(part.tag, Tag::UtcTime | Tag::GeneralizedTime)
}

fn scope(extensions: &Extensions) -> Scope {
    let mut point = None;
    let mut delta = false;
    for one in extensions {
        match one.extn_id {
            rfc5912::ID_CE_ISSUING_DISTRIBUTION_POINT => {
                match IssuingDistributionPoint::from_der(one.extn_value.as_bytes()) {
                    Ok(read) if !read.indirect_crl && point.is_none() => point = Some(Box::new(read)),
                    _ => return Scope::Unknown,
                }
            }
            rfc5912::ID_CE_DELTA_CRL_INDICATOR => delta = true,
            rfc5912::ID_CE_AUTHORITY_KEY_IDENTIFIER | rfc5912::ID_CE_CRL_NUMBER => {}
            _ if one.critical => return Scope::Unknown,
            _ => {}
        }
    }
    if delta { Scope::Delta } else { Scope::Direct(point) }
}

/// What it means that `certificate` is not in a list for `point` (RFC 5280 §6.3.3 b).
fn covers(point: &IssuingDistributionPoint, certificate: &PDVCertificate) -> CrlStatus {
    let is_authority = is_authority(certificate);
    if point.only_contains_attribute_certs
        || point.only_contains_user_certs && is_authority
        || point.only_contains_ca_certs && !is_authority
    {
        return CrlStatus::Elsewhere;
    }
    if point.only_some_reasons.is_some() {
        return CrlStatus::Unclear;
    }
    let Some(name) = &point.distribution_point else {
        return CrlStatus::Not;
    };
    let issuer = certificate.decoded().tbs_certificate().issuer();
    let listed = names(name, issuer);
    let points: Option<CrlDistributionPoints> =
        extension(certificate, rfc5912::ID_CE_CRL_DISTRIBUTION_POINTS);
    let is_named = points.is_some_and(|points| {
        points.0.iter().filter(|one| one.crl_issuer.is_none() && one.reasons.is_none()).any(|one| {
            let own = one.distribution_point.as_ref().map(|name| names(name, issuer)).unwrap_or_default();
            own.iter().any(|own| listed.iter().any(|listed| same(own, listed)))
        })
    });
    if is_named { CrlStatus::Not } else { CrlStatus::Unclear }
}

fn same(a: &GeneralName, b: &GeneralName) -> bool {
    match (a, b) {
        (GeneralName::DirectoryName(a), GeneralName::DirectoryName(b)) => compare_names(a, b),
        _ => a == b,
    }
}

/// The names of a distribution point, in full.
fn names(name: &DistributionPointName, issuer: &Name) -> Vec<GeneralName> {
    match name {
        DistributionPointName::FullName(names) => names.clone(),
        DistributionPointName::NameRelativeToCRLIssuer(last) => {
            let mut full = RdnSequence::default();
            for part in issuer.iter_rdn() {
                full.push(part.clone());
            }
            full.push(last.clone());
            let name = full.to_der().ok().and_then(|full| Name::from_der(&full).ok());
            name.map(GeneralName::DirectoryName).into_iter().collect()
        }
    }
}
