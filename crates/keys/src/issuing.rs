//! Making X.509 certificates (RFC 5280) and requests for them (PKCS#10, RFC 2986).

use const_oid::ObjectIdentifier;
use const_oid::db::rfc4519;
use der::asn1::{Any, BitString, Ia5String, OctetString, PrintableStringRef, SetOfVec, Utf8StringRef};
use der::pem::LineEnding;
use der::{Decode, Encode, EncodePem};
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned, SubjectPublicKeyInfoRef};
use time::{Duration, OffsetDateTime};
use x509_cert::TbsCertificate;
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::builder::{self, CertificateBuilder};
use x509_cert::ext::pkix::crl::CrlDistributionPoints;
use x509_cert::ext::pkix::crl::dp::DistributionPoint;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages, SubjectKeyIdentifier,
};
use x509_cert::ext::{Extension, ToExtension};
use x509_cert::name::{Name, RdnSequence, RelativeDistinguishedName};
use x509_cert::request::{CertReq, CertReqInfo};
use x509_cert::serial_number::SerialNumber;
use x509_cert::time::{Time, Validity};

use super::error::KeyError;
use super::private::PrivateKey;
use crate::certificate::{Certificate, ORGANIZATION_IDENTIFIER, Subject, distinguished_name, may_issue};
use crate::cms::SignatureAlgorithm;
use crate::role::Role;
use crate::verify::{QC_STATEMENTS, role_statement};

/// Extended key usage «document signing» (RFC 9336).
const DOCUMENT_SIGNING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.36");
/// Clocks differ: a certificate is valid from a little before it was made.
const CLOCK_SKEW: Duration = Duration::minutes(5);

/// Who vouches for a certificate.
#[derive(Clone, Copy)]
pub enum Issuer<'a> {
    /// Its own key: it is a root.
    Itself,
    /// The root with this key and certificate.
    Root(&'a PrivateKey, &'a Certificate),
}

/// What a certificate says beside whom it names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mandate {
    /// For which role it is.
    pub role: Option<Role>,
    /// The identifier of the office that its holder signs for (mã định danh, OrganId).
    pub organ_id: Option<String>,
}

/// Makes a certificate for `key`: of a root, or of a signer (digitalSignature, nonRepudiation)
/// where a root vouches for it. It is valid from `now` for `lifetime`.
///
/// # Errors
/// A name is empty or too long, the issuer is no root or has another key, or the validity does not
/// fit.
pub fn issue(
    subject: &Subject,
    key: &PrivateKey,
    issuer: Issuer<'_>,
    now: OffsetDateTime,
    lifetime: Duration,
) -> Result<Certificate, KeyError> {
    let (issuer_key, root) = match issuer {
        Issuer::Itself => (key, None),
        Issuer::Root(root_key, root) => (root_key, Some(root)),
    };
    build(subject, &key.public_key_info()?, (issuer_key, root), None, &Mandate::default(), now, lifetime)
}

/// The certificate of a root with this `key`, of the office with the identifier `organ_id`, where it has one. It is valid
/// from `now` for `lifetime`.
///
/// # Errors
/// As [`issue`].
pub fn issue_root(
    subject: &Subject,
    key: &PrivateKey,
    organ_id: Option<String>,
    now: OffsetDateTime,
    lifetime: Duration,
) -> Result<Certificate, KeyError> {
    let mandate = Mandate { role: None, organ_id };
    build(subject, &key.public_key_info()?, (key, None), None, &mandate, now, lifetime)
}

/// A signer's certificate for the public key `key`, which need not be at hand, by the root `issuer`, with a `mandate`; it
/// says that revocation lists are published at `list`, an address, where there is one.
///
/// # Errors
/// As [`issue`]; or the address is not ASCII.
pub fn certify(
    subject: &Subject,
    key: &SubjectPublicKeyInfoOwned,
    issuer: (&PrivateKey, &Certificate),
    list: Option<&str>,
    mandate: &Mandate,
    now: OffsetDateTime,
    lifetime: Duration,
) -> Result<Certificate, KeyError> {
    build(subject, key, (issuer.0, Some(issuer.1)), list, mandate, now, lifetime)
}

fn build(
    subject: &Subject,
    key: &SubjectPublicKeyInfoOwned,
    (issuer_key, root): (&PrivateKey, Option<&Certificate>),
    list: Option<&str>,
    mandate: &Mandate,
    now: OffsetDateTime,
    lifetime: Duration,
) -> Result<Certificate, KeyError> {
    let name = to_name(subject, mandate.organ_id.as_deref())?;
    // Checked: how long a certificate lives comes from the command line.
    let (from, until) = (now.checked_sub(CLOCK_SKEW), now.checked_add(lifetime));
    let (Some(from), Some(until), true) = (from, until, lifetime.is_positive()) else {
        return Err(KeyError::Validity);
    };
    let validity = Validity::new(time(from)?, time(until)?);
    let (issuer_name, authority) = match root {
        None => (name.clone(), None),
        Some(root) => {
            if !may_issue(root) {
                return Err(KeyError::NotAnIssuer(distinguished_name(root.tbs_certificate().subject())));
            }
            // Anything else would be a certificate that no path leads to.
            if root.tbs_certificate().subject_public_key_info() != &issuer_key.public_key_info()? {
                return Err(KeyError::IssuerKeyMismatch);
            }
            let bounds = root.tbs_certificate().validity();
            let inside = bounds.not_before.to_unix_duration() <= validity.not_before.to_unix_duration()
                && validity.not_after.to_unix_duration() <= bounds.not_after.to_unix_duration();
            if !inside {
                return Err(KeyError::Validity);
            }
            let authority = root.tbs_certificate().get_extension::<SubjectKeyIdentifier>()?;
            let authority = authority.map(|(_, identifier)| identifier.0);
            (root.tbs_certificate().subject().clone(), authority)
        }
    };
    let list = list.map(distribution_point).transpose()?;
    let profile = Profile {
        subject: name,
        issuer: issuer_name,
        authority,
        root: root.is_none(),
        list,
        role: mandate.role,
    };
    let mut serial = [0_u8; 20];
    getrandom::fill(&mut serial)?;
    // Positive, and 20 bytes long (RFC 5280 §4.1.2.2).
    serial[0] = (serial[0] & 0x7F) | 0x40;
    let certificate = CertificateBuilder::new(profile, SerialNumber::new(&serial)?, validity, key.clone())?;
    Ok(issuer_key.build(certificate)?)
}

/// A request for a certificate of the public key `key` (PKCS#10, RFC 2986), which signs it with `sign` by
/// `algorithm`; in PEM.
///
/// # Errors
/// A name is empty or too long, or `sign` fails.
pub fn request<E: From<KeyError>>(
    subject: &Subject,
    key: &SubjectPublicKeyInfoOwned,
    algorithm: SignatureAlgorithm,
    sign: impl FnOnce(&[u8]) -> Result<Vec<u8>, E>,
) -> Result<String, E> {
    let encoding = |cause: der::Error| E::from(KeyError::from(cause));
    let info = CertReqInfo {
        version: x509_cert::request::Version::V1,
        subject: to_name(subject, None)?,
        public_key: key.clone(),
        attributes: SetOfVec::default(),
    };
    let value = sign(&info.to_der().map_err(encoding)?)?;
    let request = CertReq {
        info,
        algorithm: algorithm.signature_identifier().map_err(encoding)?,
        signature: BitString::from_bytes(&value).map_err(encoding)?,
    };
    request.to_pem(LineEnding::LF).map_err(encoding)
}

/// A request that somebody sent.
#[derive(Debug)]
pub struct CertificateRequest {
    /// Whom the certificate is to name.
    pub subject: Subject,
    /// Whose key it is to be.
    pub key: SubjectPublicKeyInfoOwned,
    /// What the key signed, and the signature value: whoever sent it has the key if that holds.
    pub signed: (Vec<u8>, Vec<u8>),
    /// How it was signed.
    pub algorithm: AlgorithmIdentifierOwned,
}

/// The extensions of the program's own certificates.
struct Profile {
    subject: Name,
    issuer: Name,
    /// The issuer's key identifier, where its certificate names one.
    authority: Option<OctetString>,
    root: bool,
    list: Option<CrlDistributionPoints>,
    role: Option<Role>,
}

/// Where revocation lists are published (RFC 5280 §4.2.1.13).
fn distribution_point(url: &str) -> Result<CrlDistributionPoints, KeyError> {
    let name = GeneralName::UniformResourceIdentifier(Ia5String::new(url)?);
    Ok(CrlDistributionPoints(vec![DistributionPoint {
        distribution_point: Some(DistributionPointName::FullName(vec![name])),
        reasons: None,
        crl_issuer: None,
    }]))
}

impl BuilderProfile for Profile {
    fn get_issuer(&self, _: &Name) -> Name {
        self.issuer.clone()
    }

    fn get_subject(&self) -> Name {
        self.subject.clone()
    }

    fn build_extensions(
        &self,
        key: SubjectPublicKeyInfoRef<'_>,
        issuer_key: SubjectPublicKeyInfoRef<'_>,
        tbs: &TbsCertificate,
    ) -> builder::Result<Vec<Extension>> {
        let mut extensions = Vec::new();
        let name = tbs.subject();
        extensions.push(SubjectKeyIdentifier::try_from(key)?.to_extension(name, &extensions)?);
        if self.root {
            let constraints = BasicConstraints { ca: true, path_len_constraint: Some(1) };
            extensions.push(constraints.to_extension(name, &extensions)?);
            let usage = KeyUsage(KeyUsages::KeyCertSign | KeyUsages::CRLSign);
            extensions.push(usage.to_extension(name, &extensions)?);
        } else {
            // As the issuer has it, however it was made (RFC 5280 §4.2.1.1).
            let authority = match &self.authority {
                Some(identifier) => AuthorityKeyIdentifier {
                    key_identifier: Some(identifier.clone()),
                    ..AuthorityKeyIdentifier::default()
                },
                None => AuthorityKeyIdentifier::try_from(issuer_key)?,
            };
            extensions.push(authority.to_extension(name, &extensions)?);
            let constraints = BasicConstraints { ca: false, path_len_constraint: None };
            extensions.push(constraints.to_extension(name, &extensions)?);
            let usage = KeyUsage(KeyUsages::DigitalSignature | KeyUsages::NonRepudiation);
            extensions.push(usage.to_extension(name, &extensions)?);
            extensions.push(ExtendedKeyUsage(vec![DOCUMENT_SIGNING]).to_extension(name, &extensions)?);
            if let Some(role) = self.role {
                let extn_value = OctetString::new(role_statement(role)?)?;
                extensions.push(Extension { extn_id: QC_STATEMENTS, critical: false, extn_value });
            }
            if let Some(list) = &self.list {
                extensions.push(list.to_extension(name, &extensions)?);
            }
        }
        Ok(extensions)
    }
}

/// The distinguished name (RFC 5280 §4.1.2.6) of `subject`, within the bounds of its appendix A.1, with the identifier of
/// its office.
fn to_name(subject: &Subject, organ_id: Option<&str>) -> Result<Name, KeyError> {
    let mut names = RdnSequence::default();
    names.push(attribute(rfc4519::C, Any::encode_from(&PrintableStringRef::new("VN")?)?)?);
    let rest = [
        (rfc4519::L, "place", 128, subject.locality.as_deref()),
        (rfc4519::O, "organisation", 64, subject.organization.as_deref()),
        (ORGANIZATION_IDENTIFIER, "identifier", 256, organ_id),
        (rfc4519::OU, "unit", 64, subject.unit.as_deref()),
        (rfc4519::TITLE, "title", 64, subject.title.as_deref()),
        (rfc4519::CN, "common name", 64, Some(subject.common_name.as_str())),
    ];
    for (oid, name, most, value) in rest {
        let Some(value) = value else { continue };
        if value.trim().is_empty() || value.chars().count() > most || value.chars().any(char::is_control) {
            return Err(KeyError::Name { attribute: name, most });
        }
        names.push(attribute(oid, Any::encode_from(&Utf8StringRef::new(value)?)?)?);
    }
    Ok(Name::from_der(&names.to_der()?)?)
}

fn attribute(oid: ObjectIdentifier, value: Any) -> Result<RelativeDistinguishedName, KeyError> {
    let mut name = RelativeDistinguishedName::default();
    name.insert(AttributeTypeAndValue { oid, value })?;
    Ok(name)
}

pub(super) fn time(moment: OffsetDateTime) -> Result<Time, KeyError> {
    let seconds = u64::try_from(moment.unix_timestamp()).map_err(|_| KeyError::Validity)?;
    Ok(Time::try_from(std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds))?)
}
