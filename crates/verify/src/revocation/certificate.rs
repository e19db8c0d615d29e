//! What a certificate says of what its key may do.

use certval::PDVCertificate;
use const_oid::ObjectIdentifier;
use const_oid::db::rfc5912;
use der::Decode;
use time::OffsetDateTime;
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage, KeyUsages};

use crate::certificate::moment;

/// The extension `oid` of `certificate`, where it is there and can be read.
pub(crate) fn extension<T: for<'d> Decode<'d>>(
    certificate: &PDVCertificate,
    oid: ObjectIdentifier,
) -> Option<T> {
    let extensions = certificate.decoded().tbs_certificate().extensions()?;
    let found = extensions.iter().find(|one| one.extn_id == oid)?;
    T::from_der(found.extn_value.as_bytes()).ok()
}

pub(super) fn is_authority(certificate: &PDVCertificate) -> bool {
    let constraints: Option<BasicConstraints> = extension(certificate, rfc5912::ID_CE_BASIC_CONSTRAINTS);
    constraints.is_some_and(|constraints| constraints.ca)
}

pub(super) fn may_sign_lists(certificate: &PDVCertificate) -> bool {
    let usage: Option<KeyUsage> = extension(certificate, rfc5912::ID_CE_KEY_USAGE);
    usage.is_none_or(|usage| usage.0.contains(KeyUsages::CRLSign))
}

pub(super) fn was_valid(certificate: &PDVCertificate, at: OffsetDateTime) -> bool {
    let validity = certificate.decoded().tbs_certificate().validity();
    moment(&validity.not_before) <= at && at <= moment(&validity.not_after)
}
