//! What a public key is good for, outside of signed files: in certificates, requests and lists.

use super::{algorithm, cms, revocation};
use crate::lang::Message;

/// Why a certificate's key or signature algorithm proves nothing; `None` where it does.
pub fn weakness(certificate: &x509_cert::Certificate) -> Option<Message> {
    let key = certificate.tbs_certificate().subject_public_key_info();
    let key = algorithm::check_key(key).err();
    key.or_else(|| revocation::algorithm(certificate.signature_algorithm()).err()).map(|unfit| unfit.words())
}

/// Whether `value` is the signature of `message` by `key`, made with `algorithm`.
pub fn signature_holds(
    key: &spki::SubjectPublicKeyInfoOwned,
    algorithm: cms::SignatureAlgorithm,
    message: &[u8],
    value: &[u8],
) -> bool {
    let digest = algorithm.digest().identifier().oid;
    algorithm.signature_identifier().is_ok_and(|identifier| {
        let known = algorithm::AcceptedAlgorithm::of(&identifier, digest);
        known.is_ok_and(|known| known.verify(key, message, value))
    })
}

/// Whether `value` is the signature of `message` by `key`, made as `identifier` says: in certificates, requests and
/// lists (RFC 5280 §4.1.1.2).
pub fn signature_holds_as(
    key: &spki::SubjectPublicKeyInfoOwned,
    identifier: &spki::AlgorithmIdentifierOwned,
    message: &[u8],
    value: &[u8],
) -> bool {
    revocation::algorithm(identifier).is_ok_and(|algorithm| algorithm.verify(key, message, value))
}
