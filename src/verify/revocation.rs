//! Whether one certificate had been revoked, by the lists and answers at hand (RFC 5280 §6.3,
//! RFC 6960). Nothing is fetched here.
//!
//! Which data counts: what was issued up to the time of checking, and either covers the time asked
//! about (from thisUpdate to nextUpdate) or was issued after it. Older data can't know. A revocation
//! counts from its date on; of several, the earliest.

use std::collections::HashSet;

use certval::{
    CertificationPath, CertificationPathResults, CertificationPathSettings, Error, PDVCertificate,
    PDVTrustAnchorChoice, PathValidationStatus, PkiEnvironment, check_revocation_local, compare_names,
};
use der::{Decode, Encode};
use time::{Duration, OffsetDateTime};
use x509_cert::Certificate;
use x509_cert::crl::{CertificateList, RevokedCert};
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{AuthorityInfoAccessSyntax, CrlDistributionPoints};

use super::ocsp;
use super::path::time_of_interest;
use crate::keys::certificate::moment;

/// How far clocks may be apart.
const CLOCK_SKEW: Duration = Duration::minutes(5);
/// The most lists and answers that are tried for one certificate.
const MAX_TRIED: usize = 200;

/// Revocation data at hand, in DER.
#[derive(Debug, Clone, Default)]
pub struct Revocations {
    /// Revocation lists (RFC 5280 §5).
    pub crls: Vec<Vec<u8>>,
    /// OCSP answers (RFC 6960 §4.2): an OCSPResponse, or the BasicOCSPResponse in it.
    pub ocsps: Vec<Vec<u8>>,
}

/// What is known of one certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CertificateStatus {
    /// It names no place to ask, and no data of it is at hand.
    NotAsked,
    /// It was not revoked.
    Good,
    /// It had been revoked, since then.
    Revoked(OffsetDateTime),
    /// It names a place to ask, and nothing at hand tells.
    Unknown,
}

/// What one list or answer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Statement {
    /// When it was true.
    pub this_update: OffsetDateTime,
    /// Until when something newer was due.
    pub next_update: Option<OffsetDateTime>,
    /// Since when the certificate is revoked.
    pub revoked: Option<OffsetDateTime>,
}

/// Whether `certificate`, which `issuer` issued, had been revoked at the first of the two `times`,
/// judged at the second.
pub(super) fn status(
    environment: &PkiEnvironment,
    certificate: &PDVCertificate,
    issuer: &PDVCertificate,
    data: &Revocations,
    times: (OffsetDateTime, OffsetDateTime),
) -> CertificateStatus {
    let (at, now) = times;
    let asked = Certificate::from_der(certificate.as_bytes()).is_ok_and(|known| {
        let pointers = pointers(&known);
        !pointers.crls.is_empty() || !pointers.ocsps.is_empty()
    });
    let mut seen = HashSet::new();
    let crls = data.crls.iter().filter(|der| seen.insert(der.as_slice())).take(MAX_TRIED);
    let crls = crls.filter_map(|der| list(environment, certificate, issuer, der));
    let mut known: Vec<Statement> = crls.collect();
    let mut seen = HashSet::new();
    let answers = data.ocsps.iter().filter(|der| seen.insert(der.as_slice())).take(MAX_TRIED);
    known.extend(answers.filter_map(|der| ocsp::statement(der, certificate.as_bytes(), issuer.as_bytes())));
    known.retain(|statement| {
        let covers = statement.next_update.is_some_and(|next| at <= next) || statement.this_update >= at;
        statement.this_update <= now + CLOCK_SKEW && (covers || statement.revoked.is_some())
    });
    let revoked = known.iter().filter_map(|statement| statement.revoked).min();
    match revoked {
        Some(since) if since <= at => CertificateStatus::Revoked(since),
        _ if !known.is_empty() => CertificateStatus::Good,
        _ if asked && !ocsp::is_exempt(certificate.as_bytes()) => CertificateStatus::Unknown,
        _ => CertificateStatus::NotAsked,
    }
}

/// What the revocation list `der` says of `certificate`; `None` where it is not its issuer's, does not
/// cover it, or breaks a rule.
fn list(
    environment: &PkiEnvironment,
    certificate: &PDVCertificate,
    issuer: &PDVCertificate,
    der: &[u8],
) -> Option<Statement> {
    let list: CertificateList = CertificateList::from_der(der).ok()?;
    if !compare_names(&list.tbs_cert_list.issuer, certificate.decoded().tbs_certificate().issuer()) {
        return None;
    }
    let this_update = moment(&list.tbs_cert_list.this_update);
    let next_update = list.tbs_cert_list.next_update.as_ref().map(moment);
    // To certval the issuer is an anchor: its path was validated before. The list is looked at in its
    // own time; what that is worth is decided above.
    let anchor = PDVTrustAnchorChoice::create(issuer.as_bytes(), "").ok()?;
    let mut path = CertificationPath::new(anchor, Vec::new(), certificate.clone());
    path.crls = vec![Some(der.to_vec())];
    let mut settings = CertificationPathSettings::new();
    settings.set_require_ta_store(false);
    settings.set_check_crls(false);
    settings.set_time_of_interest(time_of_interest(this_update)?);
    let mut results = CertificationPathResults::new();
    let revoked = match check_revocation_local(environment, &settings, &path, &mut results) {
        Ok(()) => None,
        Err(Error::PathValidation(
            PathValidationStatus::CertificateRevoked
            | PathValidationStatus::CertificateRevokedEndEntity
            | PathValidationStatus::CertificateRevokedIntermediateCa,
        )) => {
            let entries = results.get_crl_entry().unwrap_or_default();
            let mut entries = entries.iter().flatten();
            let entry: RevokedCert = entries.find_map(|entry| RevokedCert::from_der(entry).ok())?;
            Some(moment(&entry.revocation_date))
        }
        Err(_) => return None,
    };
    Some(Statement { this_update, next_update, revoked })
}

/// Where to ask about a certificate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pointers {
    /// Addresses of revocation lists (RFC 5280 §4.2.1.13).
    pub crls: Vec<String>,
    /// Addresses of OCSP responders (RFC 5280 §4.2.2.1).
    pub ocsps: Vec<String>,
}

/// The addresses that `certificate` names.
pub fn pointers(certificate: &Certificate) -> Pointers {
    const OCSP: der::asn1::ObjectIdentifier = const_oid::db::rfc5280::ID_AD_OCSP;
    let tbs = certificate.tbs_certificate();
    let address = |name: &GeneralName| match name {
        GeneralName::UniformResourceIdentifier(uri) => Some(uri.to_string()),
        _ => None,
    };
    let mut pointers = Pointers::default();
    if let Ok(Some((_, points))) = tbs.get_extension::<CrlDistributionPoints>() {
        for point in &points.0 {
            if let Some(DistributionPointName::FullName(names)) = &point.distribution_point {
                pointers.crls.extend(names.iter().filter_map(address));
            }
        }
    }
    if let Ok(Some((_, access))) = tbs.get_extension::<AuthorityInfoAccessSyntax>() {
        let responders = access.0.iter().filter(|access| access.access_method == OCSP);
        pointers.ocsps.extend(responders.filter_map(|access| address(&access.access_location)));
    }
    pointers
}

/// The DER of `value`, empty where it has none.
pub(super) fn encoded(value: &impl Encode) -> Vec<u8> {
    value.to_der().unwrap_or_default()
}
