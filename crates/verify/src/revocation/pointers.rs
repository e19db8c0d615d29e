//! Where a certificate says that its revocation can be asked about.

use certval::{PDVTrustAnchorChoice, build_ocsp_request, parse_cert};
use const_oid::db::{rfc5280, rfc5912};
use der::Decode;
use x509_cert::certificate::{CertificateInner, Profile};
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{AuthorityInfoAccessSyntax, CrlDistributionPoints};

/// The most addresses of a kind that are taken from one certificate.
const MAX_ADDRESSES: usize = 16;

/// The addresses that a certificate names, as they are written there. Whoever asks them should know
/// that a stranger wrote them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pointers {
    /// Revocation lists (`cRLDistributionPoints`, RFC 5280 §4.2.1.13).
    pub crls: Vec<String>,
    /// OCSP responders (`authorityInfoAccess`, RFC 5280 §4.2.2.1).
    pub ocsps: Vec<String>,
    /// Certificates of the issuer (`authorityInfoAccess`).
    pub ca_issuers: Vec<String>,
}

/// What can be asked about `certificate`, which `issuer` issued (both DER): where, and the OCSP request (DER, RFC 6960
/// §4.1.1), which is empty where none can be made; `None` where one of them is no certificate.
pub fn revocation_questions(certificate: &[u8], issuer: &[u8]) -> Option<(Pointers, Vec<u8>)> {
    let known = parse_cert(certificate, "").ok()?;
    let anchor = PDVTrustAnchorChoice::create(issuer, "").ok()?;
    let request = build_ocsp_request(known.decoded(), anchor.decoded(), None).unwrap_or_default();
    Some((revocation_pointers(known.decoded()), request))
}

/// The CRL, OCSP and issuer addresses that `certificate` names.
pub(crate) fn revocation_pointers<P: Profile>(certificate: &CertificateInner<P>) -> Pointers {
    let mut pointers = Pointers::default();
    let Some(extensions) = certificate.tbs_certificate().extensions() else {
        return pointers;
    };
    for extension in extensions {
        let value = extension.extn_value.as_bytes();
        match extension.extn_id {
            rfc5912::ID_CE_CRL_DISTRIBUTION_POINTS => {
                let points =
                    CrlDistributionPoints::from_der(value).map(|points| points.0).unwrap_or_default();
                for point in points {
                    if let Some(DistributionPointName::FullName(names)) = point.distribution_point {
                        pointers.crls.extend(names.iter().filter_map(address));
                    }
                }
            }
            rfc5912::ID_PE_AUTHORITY_INFO_ACCESS => {
                let access = AuthorityInfoAccessSyntax::from_der(value).map(|access| access.0);
                for description in access.unwrap_or_default() {
                    let found = address(&description.access_location);
                    match description.access_method {
                        rfc5280::ID_AD_OCSP => pointers.ocsps.extend(found),
                        rfc5280::ID_AD_CA_ISSUERS => pointers.ca_issuers.extend(found),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    for addresses in [&mut pointers.crls, &mut pointers.ocsps, &mut pointers.ca_issuers] {
        addresses.truncate(MAX_ADDRESSES);
    }
    pointers
}

/// Whether it has an extension that says where to ask, readable or not, an address or not.
pub(super) fn has_pointer<P: Profile>(certificate: &CertificateInner<P>) -> bool {
    let extensions = certificate.tbs_certificate().extensions();
    extensions.into_iter().flatten().any(|extension| match extension.extn_id {
        rfc5912::ID_CE_CRL_DISTRIBUTION_POINTS => true,
        // One that only says where the issuer's certificate is asks for nothing.
        rfc5912::ID_PE_AUTHORITY_INFO_ACCESS => {
            AuthorityInfoAccessSyntax::from_der(extension.extn_value.as_bytes()).map_or(true, |access| {
                access.0.iter().any(|description| description.access_method == rfc5280::ID_AD_OCSP)
            })
        }
        _ => false,
    })
}

fn address(name: &GeneralName) -> Option<String> {
    match name {
        GeneralName::UniformResourceIdentifier(address) => Some(address.to_string()),
        _ => None,
    }
}
