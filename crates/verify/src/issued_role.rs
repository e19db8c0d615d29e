//! For which role a certificate was issued: its type says whether it makes signatures or seals (ETSI EN 319 412-5
//! §4.2.3). A policy of our own would be named under an arc of 128 bits (2.25), which the libraries below can't read.

use const_oid::ObjectIdentifier;
use der::asn1::Any;
use der::{Decode, Encode, Sequence};
use x509_cert::Certificate;

use crate::role::Role;

/// The extension qcStatements (RFC 3739 §3.2.6).
pub const QC_STATEMENTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.1.3");
/// id-etsi-qcs-QcType.
const TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("0.4.0.1862.1.6");
/// id-etsi-qct-esign: a person's signatures.
const SIGNATURES: ObjectIdentifier = ObjectIdentifier::new_unwrap("0.4.0.1862.1.6.1");
/// id-etsi-qct-eseal: the seals of an organisation.
const SEALS: ObjectIdentifier = ObjectIdentifier::new_unwrap("0.4.0.1862.1.6.2");

#[derive(Sequence)]
struct Statement {
    id: ObjectIdentifier,
    info: Option<Any>,
}

/// The role that `certificate` was issued for; `None` where it says none, or more than one.
pub fn role_of(certificate: &Certificate) -> Option<Role> {
    let extensions = certificate.tbs_certificate().extensions()?;
    let extension = extensions.iter().find(|one| one.extn_id == QC_STATEMENTS)?;
    let statements = Vec::<Statement>::from_der(extension.extn_value.as_bytes()).ok()?;
    let types = statements.into_iter().find(|statement| statement.id == TYPE)?.info?;
    let types: Vec<ObjectIdentifier> = types.decode_as().ok()?;
    match types.as_slice() {
        [one] if *one == SIGNATURES => Some(Role::Signer),
        [one] if *one == SEALS => Some(Role::Agency),
        _ => None,
    }
}

/// The value of [`QC_STATEMENTS`], DER, in a certificate for `role`.
///
/// # Errors
/// It can't be encoded.
pub fn role_statement(role: Role) -> Result<Vec<u8>, der::Error> {
    let kind = match role {
        Role::Signer => SIGNATURES,
        Role::Agency => SEALS,
    };
    vec![Statement { id: TYPE, info: Some(Any::encode_from(&vec![kind])?) }].to_der()
}
