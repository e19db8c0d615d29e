//! What X.509 certificates (RFC 5280) say: whom they name, for how long, and what they may vouch for. No key and no
//! file is needed to read them, and this module makes none.

use const_oid::ObjectIdentifier;
use const_oid::db::rfc4519;
use der::pem::LineEnding;
use der::{Encode, EncodePem};
use serde::Serialize;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::ext::pkix::crl::CrlDistributionPoints;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage};
use x509_cert::name::Name;
use x509_cert::time::Time;

pub use x509_cert::Certificate;

/// The attribute organizationIdentifier of a distinguished name (X.520 §6.2.17).
pub const ORGANIZATION_IDENTIFIER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.97");

/// Whom a certificate names.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Subject {
    /// Person or agency (CN).
    pub common_name: String,
    /// Position (title).
    pub title: Option<String>,
    /// Organisation (O).
    pub organization: Option<String>,
    /// Unit (OU).
    pub unit: Option<String>,
    /// Place (L).
    pub locality: Option<String>,
}

impl Subject {
    /// Whom `certificate` names; an attribute that is missing or not text is left out.
    pub fn of(certificate: &Certificate) -> Subject {
        Subject::of_name(certificate.tbs_certificate().subject())
    }

    /// Whom `name` names.
    pub fn of_name(name: &Name) -> Subject {
        let attribute = |oid| text_of(name, oid);
        Subject {
            common_name: attribute(rfc4519::CN).unwrap_or_default(),
            title: attribute(rfc4519::TITLE),
            organization: attribute(rfc4519::O),
            unit: attribute(rfc4519::OU),
            locality: attribute(rfc4519::L),
        }
    }
}

/// The first attribute `oid` of `name`, where it is text.
fn text_of(name: &Name, oid: ObjectIdentifier) -> Option<String> {
    let found = name.iter().find(|attribute| attribute.oid == oid)?;
    std::str::from_utf8(found.value.value()).ok().map(str::to_owned)
}

/// `name` as one line (RFC 4514), and the office's identifier in it as people know it.
pub fn distinguished_name(name: &Name) -> String {
    let shown = |one: &AttributeTypeAndValue| match std::str::from_utf8(one.value.value()) {
        Ok(text) if one.oid == ORGANIZATION_IDENTIFIER => format!("organizationIdentifier={text}"),
        _ => one.to_string(),
    };
    let parts = name.iter_rdn().map(|part| part.iter().map(shown).collect::<Vec<_>>().join("+"));
    let mut parts: Vec<String> = parts.collect();
    // What is written last in a certificate comes first in a line.
    parts.reverse();
    parts.join(",")
}

/// The organisation that a certificate names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NamedOrganization {
    /// Its name (O).
    pub name: Option<String>,
    /// The office's identifier (mã định danh, OrganId) in organizationIdentifier (X.520 §6.2.17). What stands there in
    /// the form of another register (ETSI EN 319 412-1 §5.1.4, such as `VATVN-0100109106`) is none.
    pub organ_id: Option<String>,
}

impl NamedOrganization {
    /// The organisation that `certificate` names.
    pub fn of(certificate: &Certificate) -> NamedOrganization {
        let subject = certificate.tbs_certificate().subject();
        let identifier = text_of(subject, ORGANIZATION_IDENTIFIER);
        NamedOrganization {
            name: text_of(subject, rfc4519::O),
            organ_id: identifier.filter(|value| !is_of_other_register(value)),
        }
    }

    /// Name and identifier, as far as there are any.
    pub fn words(&self) -> String {
        match (&self.name, &self.organ_id) {
            (Some(name), Some(id)) => format!("{name} ({id})"),
            (Some(one), None) | (None, Some(one)) => one.clone(),
            (None, None) => String::new(),
        }
    }
}

/// Whether `certificate` names a person: it has a position (title), a surname or a given name, which organisations don't.
pub fn names_a_person(certificate: &Certificate) -> bool {
    let subject = certificate.tbs_certificate().subject();
    [rfc4519::TITLE, rfc4519::SN, rfc4519::GIVEN_NAME].into_iter().any(|oid| text_of(subject, oid).is_some())
}

/// Whether an organizationIdentifier is written as ETSI EN 319 412-1 §5.1.4 says: three letters for the register, two for
/// the country, a hyphen.
fn is_of_other_register(value: &str) -> bool {
    let letters = value.as_bytes();
    letters.get(5) == Some(&b'-') && letters.iter().take(5).all(u8::is_ascii_uppercase)
}

/// Whether `certificate` may vouch for others: it is a CA's (RFC 5280 §4.2.1.9), and its key usage,
/// where it has one, lets it sign certificates (§4.2.1.3).
pub fn may_issue(certificate: &Certificate) -> bool {
    let tbs = certificate.tbs_certificate();
    let constraints = tbs.get_extension::<BasicConstraints>();
    let is_authority = matches!(constraints, Ok(Some((_, constraints))) if constraints.ca);
    is_authority
        && match tbs.get_extension::<KeyUsage>() {
            Ok(usage) => usage.is_none_or(|(_, usage)| usage.key_cert_sign()),
            Err(_) => false,
        }
}

/// The first address at which `certificate` says that revocation lists are published.
pub fn list_address(certificate: &Certificate) -> Option<String> {
    let points = certificate.tbs_certificate().get_extension::<CrlDistributionPoints>().ok().flatten();
    points?.1.0.into_iter().find_map(|point| match point.distribution_point? {
        DistributionPointName::FullName(names) => names.into_iter().find_map(|name| match name {
            GeneralName::UniformResourceIdentifier(address) => Some(address.to_string()),
            _ => None,
        }),
        DistributionPointName::NameRelativeToCRLIssuer(_) => None,
    })
}

/// Whether `certificate` is signed in its own name.
pub fn is_self_issued(certificate: &Certificate) -> bool {
    certificate.tbs_certificate().issuer() == certificate.tbs_certificate().subject()
}

/// The SHA-256 fingerprint of `certificate`, in hexadecimal.
///
/// # Errors
/// The certificate can't be encoded.
pub fn fingerprint(certificate: &Certificate) -> Result<String, der::Error> {
    Ok(crate::hex::lower(&Sha256::digest(certificate.to_der()?)))
}

/// Reads certificates in PEM.
///
/// # Errors
/// The text holds none, or one that can't be read.
pub fn from_pem(text: &str) -> Result<Vec<Certificate>, der::Error> {
    match Certificate::load_pem_chain(text.as_bytes())? {
        chain if chain.is_empty() => Err(der::ErrorKind::Failed.into()),
        chain => Ok(chain),
    }
}

/// Writes certificates as PEM text.
///
/// # Errors
/// One of them can't be encoded.
pub fn to_pem(certificates: &[Certificate]) -> Result<String, der::Error> {
    certificates.iter().map(|certificate| certificate.to_pem(LineEnding::LF)).collect()
}

/// The moment that `time` of a certificate means.
pub fn moment(time: &Time) -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + time.to_unix_duration()
}
