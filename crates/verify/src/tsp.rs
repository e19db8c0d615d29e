//! The parts of the Time-Stamp Protocol (RFC 3161) that asking and verification share.

use const_oid::ObjectIdentifier;
use der::asn1::{Any, Int, OctetString, Uint};
use der::{Decode, Encode, Reader, Sequence, SliceReader, Tag, TagNumber, Tagged};
use spki::AlgorithmIdentifierOwned;
use time::OffsetDateTime;

use crate::cms::DigestAlgorithm;

/// The digest that is asked about.
pub const ALGORITHM: DigestAlgorithm = DigestAlgorithm::Sha256;

/// `MessageImprint` (RFC 3161 §2.4.1).
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub struct MessageImprint {
    /// Of what kind the digest is.
    pub hash_algorithm: AlgorithmIdentifierOwned,
    /// The digest, as long as `hash_algorithm` makes it.
    pub hashed_message: OctetString,
}

/// `TimeStampReq` (RFC 3161 §2.4.1).
#[derive(Sequence)]
struct TimeStampReq {
    version: u8,
    message_imprint: MessageImprint,
    nonce: Uint,
    cert_req: bool,
}

/// `PKIStatusInfo` (RFC 3161 §2.4.2).
#[derive(Sequence)]
struct PkiStatusInfo {
    status: Int,
    #[asn1(optional = "true")]
    text: Option<Vec<Any>>,
    #[asn1(optional = "true")]
    failure: Option<der::asn1::BitString>,
}

/// `TimeStampResp` (RFC 3161 §2.4.2).
#[derive(Sequence)]
struct TimeStampResp {
    status: PkiStatusInfo,
    #[asn1(optional = "true")]
    token: Option<Any>,
}

/// What a token says (`TSTInfo`, RFC 3161 §2.4.2).
#[derive(Debug)]
pub struct TstInfo {
    /// The digest that was stamped.
    pub imprint: MessageImprint,
    /// When the authority had it (`genTime`).
    pub time: OffsetDateTime,
    /// The number that the request named.
    pub nonce: Option<Vec<u8>>,
}

/// The DER of a request for a time-stamp of `digest` (SHA-256), with the random number `nonce`, that asks for
/// the authority's certificate.
///
/// # Errors
/// It can't be encoded.
pub fn request(digest: &[u8], nonce: &[u8]) -> der::Result<Vec<u8>> {
    let message_imprint =
        MessageImprint { hash_algorithm: ALGORITHM.identifier(), hashed_message: OctetString::new(digest)? };
    TimeStampReq { version: 1, message_imprint, nonce: Uint::new(nonce)?, cert_req: true }.to_der()
}

/// The DER of the token in the answer `der`.
///
/// # Errors
/// There is none: in words, why the authority refused.
pub fn token(der: &[u8]) -> Result<Vec<u8>, String> {
    let response = TimeStampResp::from_der(der).map_err(|cause| format!("no TimeStampResp: {cause}"))?;
    // 0 granted, 1 granted with changes.
    if !matches!(response.status.status.as_bytes(), [0 | 1]) {
        let texts = response.status.text.unwrap_or_default();
        let texts: Vec<String> = texts
            .iter()
            .map(|text| String::from_utf8_lossy(text.value()).chars().take(200).collect())
            .collect();
        let status = response.status.status.as_bytes().first().copied().unwrap_or_default();
        return Err(format!("status {status} {}", texts.join("; ")));
    }
    let token = response.token.ok_or("an answer without a token")?;
    token.to_der().map_err(|cause| cause.to_string())
}

/// Reads the DER of a `TSTInfo`; `None` where it is not written as it must be, or holds an extension that
/// would have to be understood.
pub fn tst_info(der: &[u8]) -> Option<TstInfo> {
    let mut reader = SliceReader::new(der).ok()?;
    let body = Any::decode(&mut reader).ok().filter(|body| body.tag() == Tag::Sequence)?;
    reader.finish().ok()?;
    let mut fields = SliceReader::new(body.value()).ok()?;
    let version = u8::decode(&mut fields).ok()?;
    let _policy: ObjectIdentifier = Decode::decode(&mut fields).ok()?;
    let imprint = MessageImprint::decode(&mut fields).ok()?;
    let _serial = Any::decode(&mut fields).ok().filter(|serial| serial.tag() == Tag::Integer)?;
    let time = Any::decode(&mut fields).ok().filter(|time| time.tag() == Tag::GeneralizedTime)?;
    // Accuracy, ordering, nonce, authority and extensions, in this order; of these only the nonce and an
    // extension that must be understood matter here.
    let mut nonce = None;
    while !fields.is_finished() {
        let field = Any::decode(&mut fields).ok()?;
        let extensions = Tag::ContextSpecific { number: TagNumber(1), constructed: true };
        if field.tag() == Tag::Integer {
            nonce = Some(unsigned(field.value()).to_vec());
        } else if field.tag() == extensions && has_critical(field.value()) {
            return None;
        }
    }
    (version == 1).then_some(())?;
    Some(TstInfo { imprint, time: generalized_time(time.value())?, nonce })
}

/// The digits of a positive number without the zero that says so.
pub fn unsigned(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.get(zeros..).unwrap_or_default()
}

/// Whether a list of extensions has one that must be understood.
fn has_critical(extensions: &[u8]) -> bool {
    let read = || {
        let mut reader = SliceReader::new(extensions).ok()?;
        let mut critical = false;
        while !reader.is_finished() {
            let extension = x509_cert::ext::Extension::decode(&mut reader).ok()?;
            critical |= extension.critical;
        }
        Some(critical)
    };
    read().unwrap_or(true)
}

/// A GeneralizedTime in UTC, which here may have fractions of a second (RFC 3161 §2.4.2).
pub fn generalized_time(bytes: &[u8]) -> Option<OffsetDateTime> {
    let text = std::str::from_utf8(bytes).ok()?.strip_suffix('Z')?;
    let (digits, fraction) = text.split_once('.').map_or((text, None), |(digits, rest)| (digits, Some(rest)));
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if digits.len() != 14 || !plain(digits) || fraction.is_some_and(|fraction| !plain(fraction)) {
        return None;
    }
    let part = |from: usize, to: usize| digits.get(from..to);
    crate::clock::parse(&format!(
        "{}-{}-{}T{}:{}:{}Z",
        part(0, 4)?,
        part(4, 6)?,
        part(6, 8)?,
        part(8, 10)?,
        part(10, 12)?,
        part(12, 14)?
    ))
    .ok()
}
