//! What a token holds: a private key, the public half of it, certificates.

use const_oid::db::{rfc5912, rfc8410};
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use der::asn1::{Any, BitString, OctetString, Uint};
use der::{Decode, Encode};
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use time::OffsetDateTime;

use super::error::TokenError;
use crate::certificate::moment;
use crate::cms::RsaPublicKey;
use crate::error::SignError;
use crate::keys::Certificate;
use crate::signer::check_certificate;

/// The length of a point of Ed25519, in bytes (RFC 8032).
const ED25519_POINT: usize = 32;

/// A private key in the token.
pub(super) struct Found {
    pub handle: ObjectHandle,
    pub label: String,
    identifier: Vec<u8>,
    pub pin_each_time: bool,
}

/// The private key that is meant.
pub(super) fn find_key(session: &Session, wanted: Option<&str>) -> Result<Found, TokenError> {
    let template = [Attribute::Class(ObjectClass::PRIVATE_KEY), Attribute::Sign(true)];
    let attributes = [AttributeType::Label, AttributeType::Id, AttributeType::AlwaysAuthenticate];
    let mut fitting = Vec::new();
    let mut labels = Vec::new();
    for handle in session.find_objects(&template)? {
        let mut found = Found { handle, label: String::new(), identifier: Vec::new(), pin_each_time: false };
        for attribute in session.get_attributes(handle, &attributes)? {
            match attribute {
                Attribute::Label(bytes) => found.label = String::from_utf8_lossy(&bytes).into_owned(),
                Attribute::Id(bytes) => found.identifier = bytes,
                Attribute::AlwaysAuthenticate(always) => found.pin_each_time = always,
                _ => {}
            }
        }
        labels.push(found.label.clone());
        if wanted.is_none_or(|wanted| wanted == found.label) {
            fitting.push(found);
        }
    }
    match fitting.pop() {
        Some(only) if fitting.is_empty() => Ok(only),
        _ => {
            labels.sort();
            Err(TokenError::Key(labels))
        }
    }
}

/// The certificates with `identifier` (PKCS#11 §4.6.3); all where it is empty.
pub(super) fn certificates(session: &Session, identifier: &[u8]) -> Result<Vec<Certificate>, TokenError> {
    let mut template = vec![Attribute::Class(ObjectClass::CERTIFICATE)];
    if !identifier.is_empty() {
        template.push(Attribute::Id(identifier.to_vec()));
    }
    let mut certificates = Vec::new();
    for object in session.find_objects(&template)? {
        for attribute in session.get_attributes(object, &[AttributeType::Value])? {
            if let Attribute::Value(der) = attribute
                && let Ok(certificate) = Certificate::from_der(&der)
            {
                certificates.push(certificate);
            }
        }
    }
    Ok(certificates)
}

/// The certificate of the key `public` among `certificates`, and those that lead from it to its root. Of several it
/// is the one that is valid at `time` and ends last: an old one stays in the token when a new one comes.
pub(super) fn chain(
    mut certificates: Vec<Certificate>,
    public: &SubjectPublicKeyInfoOwned,
    time: OffsetDateTime,
) -> Vec<Certificate> {
    let own = |certificate: &Certificate| certificate.tbs_certificate().subject_public_key_info() == public;
    let until = |certificate: &Certificate| moment(&certificate.tbs_certificate().validity().not_after);
    let best = certificates.iter().enumerate().filter(|(_, certificate)| own(certificate));
    let best = best
        .max_by_key(|(_, certificate)| (check_certificate(certificate, time).is_ok(), until(certificate)));
    let mut next = best.map(|(place, _)| place);
    let mut chain = Vec::new();
    // Each is taken once, whoever vouches for whom.
    while let Some(place) = next {
        let certificate = certificates.swap_remove(place);
        let tbs = certificate.tbs_certificate();
        next = certificates.iter().position(|other| {
            other.tbs_certificate().subject() == tbs.issuer() && tbs.issuer() != tbs.subject()
        });
        chain.push(certificate);
    }
    chain
}

/// The public half of a private key, as certificates have it.
pub(super) fn public_key(session: &Session, of: &Found) -> Result<SubjectPublicKeyInfoOwned, TokenError> {
    if let Some(public) = stored_public_key(session, of)? {
        return Ok(public);
    }
    // Some tokens keep the certificate alone.
    let certificates = match of.identifier.as_slice() {
        [] => Vec::new(),
        identifier => certificates(session, identifier)?,
    };
    let first = certificates.first().ok_or_else(|| TokenError::NoPublicKey(of.label.clone()))?;
    Ok(first.tbs_certificate().subject_public_key_info().clone())
}

fn stored_public_key(session: &Session, of: &Found) -> Result<Option<SubjectPublicKeyInfoOwned>, TokenError> {
    // The identifier ties the two together; where the maker gave none, or one to several, the label does.
    let class = Attribute::Class(ObjectClass::PUBLIC_KEY);
    let label = Attribute::Label(of.label.clone().into_bytes());
    let both = [class.clone(), Attribute::Id(of.identifier.clone()), label];
    let [_, identifier, _] = &both;
    let mut objects = session.find_objects(&both)?;
    if objects.is_empty() && !of.identifier.is_empty() {
        objects = session.find_objects(&[class, identifier.clone()])?;
    }
    let [object] = objects.as_slice() else {
        return Ok(None);
    };
    let wanted = [
        AttributeType::KeyType,
        AttributeType::EcParams,
        AttributeType::EcPoint,
        AttributeType::Modulus,
        AttributeType::PublicExponent,
    ];
    let (mut kind, mut curve, mut point) = (None, Vec::new(), Vec::new());
    let (mut modulus, mut exponent) = (Vec::new(), Vec::new());
    for attribute in session.get_attributes(*object, &wanted)? {
        match attribute {
            Attribute::KeyType(known) => kind = Some(known),
            Attribute::EcParams(bytes) => curve = bytes,
            Attribute::EcPoint(bytes) => point = bytes,
            Attribute::Modulus(bytes) => modulus = bytes,
            Attribute::PublicExponent(bytes) => exponent = bytes,
            _ => {}
        }
    }
    // The point stands in an OCTET STRING (PKCS#11 §6.3.3), or with some modules plainly.
    let point = OctetString::from_der(&point).map_or(point.clone(), |point| point.as_bytes().to_vec());
    let (oid, parameters, key) = match kind {
        // The other curve of this kind, Ed448, has longer points.
        Some(KeyType::EC_EDWARDS) if point.len() == ED25519_POINT => (rfc8410::ID_ED_25519, None, point),
        Some(KeyType::EC) => (rfc5912::ID_EC_PUBLIC_KEY, Some(Any::from_der(&curve)?), point),
        Some(KeyType::RSA) => {
            let key = RsaPublicKey { modulus: Uint::new(&modulus)?, exponent: Uint::new(&exponent)? };
            (rfc5912::RSA_ENCRYPTION, Some(Any::null()), key.to_der()?)
        }
        Some(kind) => return Err(SignError::Algorithm(format!("{kind:?}")).into()),
        None => return Ok(None),
    };
    Ok(Some(SubjectPublicKeyInfoOwned {
        algorithm: AlgorithmIdentifierOwned { oid, parameters },
        subject_public_key: BitString::from_bytes(&key)?,
    }))
}
