//! Time-stamps (RFC 3161): a token is a signed message that says when somebody had a digest.

use der::asn1::{Any, ObjectIdentifier, OctetString};
use der::{Decode, Reader, Sequence, SliceReader, Tag, TagNumber, Tagged};
use spki::AlgorithmIdentifierOwned;
use time::OffsetDateTime;

use super::algorithm::DigestAlgorithm;
use super::cms::{self, Profile, SignedMessage};
use super::report::{Check, Outcome};
use super::signed_bytes::SignedBytes;
use crate::lang::Message;
use crate::message;

/// `MessageImprint` (RFC 3161 §2.4.1).
#[derive(Sequence)]
struct MessageImprint {
    hash_algorithm: AlgorithmIdentifierOwned,
    hashed_message: OctetString,
}

/// A token that can be read.
pub(super) struct Token {
    /// The signed message.
    pub message: SignedMessage,
    /// When the authority had the digest.
    pub time: OffsetDateTime,
    imprint: MessageImprint,
}

/// Why a token proves nothing.
pub(super) enum TokenError {
    /// It is not written as it must be.
    Structure(Message),
    /// It is of other bytes.
    Imprint(Message),
    /// Its algorithm is weak or not known.
    Algorithm(Message),
}

impl Token {
    /// Reads the DER of a token, which zeros may follow.
    pub(super) fn read(der: &[u8]) -> Result<Token, TokenError> {
        let message =
            cms::read(der, Profile::TimeStamp).map_err(|check| TokenError::Structure(check.message))?;
        let wrong = || {
            TokenError::Structure(message!("dấu thời gian không đọc được", "the time-stamp can't be read"))
        };
        let content = message.content.as_deref().ok_or_else(wrong)?;
        let (imprint, time) = info(content).ok_or_else(wrong)?;
        Ok(Token { message, time, imprint })
    }

    /// Whether it is a time-stamp of `bytes`, and its signature holds.
    pub(super) fn check(&self, bytes: &SignedBytes<'_>) -> Result<(), TokenError> {
        let algorithm = DigestAlgorithm::of(self.imprint.hash_algorithm.oid)
            .map_err(|unfit| TokenError::Algorithm(unfit.words()))?;
        let digest = bytes.digest(algorithm).ok_or_else(|| TokenError::Algorithm(cms::too_much()))?;
        if digest != self.imprint.hashed_message.as_bytes() {
            return Err(TokenError::Imprint(message!(
                "dấu thời gian không phải của các byte này",
                "the time-stamp is of other bytes"
            )));
        }
        let content = self.message.content.as_deref().unwrap_or_default();
        for Check { outcome, message, .. } in self.message.check(&SignedBytes::Whole(content)) {
            match outcome {
                Outcome::Fail => return Err(TokenError::Structure(message)),
                Outcome::Unknown => return Err(TokenError::Algorithm(message)),
                Outcome::Pass | Outcome::NotChecked => {}
            }
        }
        Ok(())
    }
}

/// The imprint and the time of a TSTInfo (RFC 3161 §2.4.2).
fn info(der: &[u8]) -> Option<(MessageImprint, OffsetDateTime)> {
    let mut reader = SliceReader::new(der).ok()?;
    let body = Any::decode(&mut reader).ok().filter(|body| body.tag() == Tag::Sequence)?;
    reader.finish().ok()?;
    let mut fields = SliceReader::new(body.value()).ok()?;
    let version = u8::decode(&mut fields).ok()?;
    let _policy: ObjectIdentifier = Decode::decode(&mut fields).ok()?;
    let imprint = MessageImprint::decode(&mut fields).ok()?;
    let _serial = Any::decode(&mut fields).ok().filter(|serial| serial.tag() == Tag::Integer)?;
    let time = Any::decode(&mut fields).ok().filter(|time| time.tag() == Tag::GeneralizedTime)?;
    // Accuracy, ordering, nonce, authority and extensions, in this order, change nothing here; an
    // extension that had to be understood would.
    while !fields.is_finished() {
        let field = Any::decode(&mut fields).ok()?;
        let extensions = Tag::ContextSpecific { number: TagNumber(1), constructed: true };
        if field.tag() == extensions && has_critical(field.value()) {
            return None;
        }
    }
    (version == 1).then_some(())?;
    Some((imprint, generalized_time(time.value())?))
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
pub(super) fn generalized_time(bytes: &[u8]) -> Option<OffsetDateTime> {
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
