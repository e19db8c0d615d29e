//! What certificates, revocation lists and OCSP answers have in common: a body, an algorithm and a
//! signature (`SIGNED`, RFC 5280 §4.1.1), kept as the bytes that were signed.

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5912;
use der::asn1::BitString;
use der::{AnyRef, Decode, Reader, SliceReader, Tag};
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};

use crate::algorithm::{AcceptedAlgorithm, UnfitAlgorithm, check_key};
use crate::budget::PathBudget;

/// RFC 5480, appendix A.
const ECDSA_WITH_SHA_1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.1");

/// One value of a sequence.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tlv<'a> {
    pub tag: Tag,
    /// Its content octets, without tag and length.
    pub value: &'a [u8],
    /// Tag, length and content.
    pub whole: &'a [u8],
}

impl<'a> Tlv<'a> {
    /// The next value, where there is one.
    pub(super) fn next(reader: &mut SliceReader<'a>) -> Option<Tlv<'a>> {
        let whole = reader.tlv_bytes().ok()?;
        let any = AnyRef::from_der(whole).ok()?;
        Some(Tlv { tag: der::Tagged::tag(&any), value: any.value(), whole })
    }

    /// All values of a content; `None` where it isn't DER or has more than `most`.
    pub(super) fn all(content: &'a [u8], most: usize) -> Option<Vec<Tlv<'a>>> {
        let mut reader = SliceReader::new(content).ok()?;
        let mut parts = Vec::new();
        while !reader.is_finished() {
            if parts.len() == most {
                return None;
            }
            parts.push(Tlv::next(&mut reader)?);
        }
        Some(parts)
    }

    /// The one value that `der` is, where its tag is `tag`.
    pub(super) fn only(der: &'a [u8], tag: Tag) -> Option<Tlv<'a>> {
        let mut reader = SliceReader::new(der).ok()?;
        let part = Tlv::next(&mut reader)?;
        (reader.is_finished() && part.tag == tag).then_some(part)
    }

    /// The value, where it has the context-specific, constructed tag `number`.
    pub(super) fn in_context(self, number: u32) -> Option<&'a [u8]> {
        let tag = Tag::ContextSpecific { number: der::TagNumber(number), constructed: true };
        (self.tag == tag).then_some(self.value)
    }
}

/// A signed structure, read as far as its signature needs.
#[derive(Debug, Clone)]
pub(crate) struct Signed<'a> {
    /// The DER that was signed.
    pub(super) body: Tlv<'a>,
    /// With which algorithm, by its own word.
    pub(super) algorithm: AlgorithmIdentifierOwned,
    value: BitString,
    /// What follows the signature.
    pub(super) rest: Option<Tlv<'a>>,
}

impl<'a> Signed<'a> {
    pub(crate) fn read(der: &'a [u8]) -> Option<Signed<'a>> {
        let content = Tlv::only(der, Tag::Sequence)?.value;
        let parts = Tlv::all(content, 4)?;
        let [body, algorithm, value, rest @ ..] = parts.as_slice() else {
            return None;
        };
        Some(Signed {
            body: *body,
            algorithm: AlgorithmIdentifierOwned::from_der(algorithm.whole).ok()?,
            value: BitString::from_der(value.whole).ok()?,
            rest: rest.first().copied(),
        })
    }

    /// Whether `key` signed it, with algorithms that prove something.
    pub(crate) fn is_by(&self, key: &SubjectPublicKeyInfoOwned, budget: &PathBudget) -> bool {
        let (Ok(algorithm), Ok(()), Some(value)) =
            (algorithm(&self.algorithm), check_key(key), self.value.as_bytes())
        else {
            return false;
        };
        budget.take_signature(self.body.whole.len()) && algorithm.verify(key, self.body.whole, value)
    }
}

/// The signature algorithm that an X.509 identifier names.
pub(crate) fn algorithm(identifier: &AlgorithmIdentifierOwned) -> Result<AcceptedAlgorithm, UnfitAlgorithm> {
    // Unlike that of a CMS signer it has to name the digest too (RFC 5280 §4.1.1.2).
    if matches!(identifier.oid, rfc5912::RSA_ENCRYPTION | rfc5912::ID_EC_PUBLIC_KEY) {
        return Err(UnfitAlgorithm::Unknown(identifier.oid.to_string()));
    }
    let weak = match identifier.oid {
        ECDSA_WITH_SHA_1 | rfc5912::DSA_WITH_SHA_1 => Some("SHA-1"),
        rfc5912::SHA_224_WITH_RSA_ENCRYPTION | rfc5912::ECDSA_WITH_SHA_224 => Some("SHA-224"),
        rfc5912::MD_5_WITH_RSA_ENCRYPTION | rfc5912::MD_2_WITH_RSA_ENCRYPTION => Some("MD5"),
        _ => None,
    };
    if let Some(name) = weak {
        return Err(UnfitAlgorithm::Weak(name.to_owned()));
    }
    let digests = [rfc5912::ID_SHA_256, rfc5912::ID_SHA_384, rfc5912::ID_SHA_512];
    let mut refused = UnfitAlgorithm::Unknown(identifier.oid.to_string());
    for digest in digests {
        match AcceptedAlgorithm::of(identifier, digest) {
            Ok(algorithm) => return Ok(algorithm),
            Err(unfit @ UnfitAlgorithm::Weak(_)) => refused = unfit,
            Err(UnfitAlgorithm::Unknown(_)) => {}
        }
    }
    Err(refused)
}
