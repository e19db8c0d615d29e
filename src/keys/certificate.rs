//! X.509 certificates (RFC 5280): whose key it is, and who vouches for that.

use std::fs;
use std::path::Path;

use const_oid::ObjectIdentifier;
use const_oid::db::rfc4519;
use der::asn1::{Any, BitString, Ia5String, OctetString, PrintableStringRef, SetOfVec, Utf8StringRef};
use der::pem::LineEnding;
use der::{Decode, DecodePem, Encode, EncodePem};
use serde::Serialize;
use sha2::{Digest, Sha256};
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

use super::{KeyError, PrivateKey};
use crate::cms::SignatureAlgorithm;

pub use x509_cert::Certificate;

/// Extended key usage «document signing» (RFC 9336).
const DOCUMENT_SIGNING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.36");
/// Clocks differ: a certificate is valid from a little before it was made.
const CLOCK_SKEW: Duration = Duration::minutes(5);
/// How a certificate in DER begins.
const SEQUENCE: u8 = 0x30;
/// No certificate file is longer than this many bytes.
const MAX_FILE: u64 = 1 << 20;

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

/// Who vouches for a certificate.
#[derive(Clone, Copy)]
pub enum Issuer<'a> {
    /// Its own key: it is a root.
    Itself,
    /// The root with this key and certificate.
    Root(&'a PrivateKey, &'a Certificate),
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
    build(subject, &key.public_key_info()?, (issuer_key, root), None, now, lifetime)
}

/// A signer's certificate for the public key `key`, which need not be at hand, by the root `issuer`; it says
/// that revocation lists are published at `list`, an address, where there is one.
///
/// # Errors
/// As [`issue`]; or the address is not ASCII.
pub fn certify(
    subject: &Subject,
    key: &SubjectPublicKeyInfoOwned,
    issuer: (&PrivateKey, &Certificate),
    list: Option<&str>,
    now: OffsetDateTime,
    lifetime: Duration,
) -> Result<Certificate, KeyError> {
    build(subject, key, (issuer.0, Some(issuer.1)), list, now, lifetime)
}

fn build(
    subject: &Subject,
    key: &SubjectPublicKeyInfoOwned,
    (issuer_key, root): (&PrivateKey, Option<&Certificate>),
    list: Option<&str>,
    now: OffsetDateTime,
    lifetime: Duration,
) -> Result<Certificate, KeyError> {
    let name = subject.to_name()?;
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
                return Err(KeyError::NotAnIssuer(root.tbs_certificate().subject().to_string()));
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
    let profile = Profile { subject: name, issuer: issuer_name, authority, root: root.is_none(), list };
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
        subject: subject.to_name()?,
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
pub struct Request {
    /// Whom the certificate is to name.
    pub subject: Subject,
    /// Whose key it is to be.
    pub key: SubjectPublicKeyInfoOwned,
    /// What the key signed, and the signature value: whoever sent it has the key if that holds.
    pub signed: (Vec<u8>, Vec<u8>),
    /// How it was signed.
    pub algorithm: AlgorithmIdentifierOwned,
}

/// Reads the request in the file at `path` (PEM).
///
/// # Errors
/// It can't be read, or is no request.
pub fn read_request(path: &Path) -> Result<Request, KeyError> {
    let disk = |cause| KeyError::Disk { path: path.to_owned(), cause };
    if fs::metadata(path).map_err(disk)?.len() > MAX_FILE {
        return Err(KeyError::NotARequest(path.to_owned()));
    }
    let request = CertReq::from_pem(fs::read(path).map_err(disk)?);
    let CertReq { info, algorithm, signature } =
        request.map_err(|_| KeyError::NotARequest(path.to_owned()))?;
    Ok(Request {
        subject: Subject::of_name(&info.subject),
        signed: (info.to_der()?, signature.raw_bytes().to_vec()),
        algorithm,
        key: info.public_key,
    })
}

/// The extensions of the program's own certificates.
struct Profile {
    subject: Name,
    issuer: Name,
    /// The issuer's key identifier, where its certificate names one.
    authority: Option<OctetString>,
    root: bool,
    list: Option<CrlDistributionPoints>,
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
            if let Some(list) = &self.list {
                extensions.push(list.to_extension(name, &extensions)?);
            }
        }
        Ok(extensions)
    }
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
pub fn fingerprint(certificate: &Certificate) -> Result<String, KeyError> {
    Ok(crate::hex::lower(&Sha256::digest(certificate.to_der()?)))
}

/// Reads the file at `path`: one or more certificates in PEM, or one in DER, as authorities hand it out.
///
/// # Errors
/// It can't be read, or holds no certificate or something else.
pub fn read(path: &Path) -> Result<Vec<Certificate>, KeyError> {
    let disk = |cause| KeyError::Disk { path: path.to_owned(), cause };
    if fs::metadata(path).map_err(disk)?.len() > MAX_FILE {
        return Err(KeyError::NotACertificate(path.to_owned()));
    }
    let bytes = fs::read(path).map_err(disk)?;
    if bytes.first() == Some(&SEQUENCE) {
        let certificate = Certificate::from_der(&bytes);
        return certificate.map(|one| vec![one]).map_err(|_| KeyError::NotACertificate(path.to_owned()));
    }
    match Certificate::load_pem_chain(&bytes) {
        Ok(chain) if !chain.is_empty() => Ok(chain),
        _ => Err(KeyError::NotACertificate(path.to_owned())),
    }
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
pub fn to_pem(certificates: &[Certificate]) -> Result<String, KeyError> {
    let pems: Result<Vec<String>, der::Error> =
        certificates.iter().map(|certificate| certificate.to_pem(LineEnding::LF)).collect();
    Ok(pems?.concat())
}

impl Subject {
    /// Whom `certificate` names; an attribute that is missing or not text is left out.
    pub fn of(certificate: &Certificate) -> Subject {
        Subject::of_name(certificate.tbs_certificate().subject())
    }

    /// Whom `name` names.
    pub fn of_name(name: &Name) -> Subject {
        let attribute = |oid: ObjectIdentifier| {
            let found = name.iter().find(|attribute| attribute.oid == oid)?;
            std::str::from_utf8(found.value.value()).ok().map(str::to_owned)
        };
        Subject {
            common_name: attribute(rfc4519::CN).unwrap_or_default(),
            title: attribute(rfc4519::TITLE),
            organization: attribute(rfc4519::O),
            unit: attribute(rfc4519::OU),
            locality: attribute(rfc4519::L),
        }
    }

    fn to_name(&self) -> Result<Name, KeyError> {
        let mut names = RdnSequence::default();
        names.push(attribute(rfc4519::C, Any::encode_from(&PrintableStringRef::new("VN")?)?)?);
        let rest = [
            (rfc4519::L, "place", 128, self.locality.as_deref()),
            (rfc4519::O, "organisation", 64, self.organization.as_deref()),
            (rfc4519::OU, "unit", 64, self.unit.as_deref()),
            (rfc4519::TITLE, "title", 64, self.title.as_deref()),
            (rfc4519::CN, "common name", 64, Some(self.common_name.as_str())),
        ];
        for (oid, name, most, value) in rest {
            let Some(value) = value else { continue };
            if value.trim().is_empty() || value.chars().count() > most || value.chars().any(char::is_control)
            {
                return Err(KeyError::Name { attribute: name, most });
            }
            names.push(attribute(oid, Any::encode_from(&Utf8StringRef::new(value)?)?)?);
        }
        Ok(Name::from_der(&names.to_der()?)?)
    }
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

/// The moment that `time` of a certificate means.
pub fn moment(time: &Time) -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + time.to_unix_duration()
}
