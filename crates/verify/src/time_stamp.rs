//! Time-stamps (RFC 3161): a token is a signed message that says when somebody had a digest.

use time::OffsetDateTime;

use super::algorithm::digest_algorithm;
use super::check::{Check, Outcome};
use super::signed_bytes::SignedBytes;
use super::signed_data::{self, CmsProfile, SignedMessage};
use crate::lang::Message;
use crate::message;
use crate::tsp;

/// A token that can be read.
pub(super) struct TimeStampToken {
    /// The CMS of the token, with the authority's certificate.
    pub message: SignedMessage,
    /// When the authority had the digest.
    pub time: OffsetDateTime,
    imprint: tsp::MessageImprint,
    nonce: Option<Vec<u8>>,
}

/// Why a token proves nothing.
pub(super) enum TimeStampError {
    /// It is not written as it must be.
    Structure(Message),
    /// It is of other bytes.
    Imprint(Message),
    /// Its algorithm is weak or not known.
    Algorithm(Message),
}

impl TimeStampError {
    /// Why, in words.
    pub(super) fn words(self) -> Message {
        match self {
            TimeStampError::Structure(words)
            | TimeStampError::Imprint(words)
            | TimeStampError::Algorithm(words) => words,
        }
    }
}

impl TimeStampToken {
    /// Reads the DER of a token, which zeros may follow.
    pub(super) fn read(der: &[u8]) -> Result<TimeStampToken, TimeStampError> {
        let message = signed_data::read(der, CmsProfile::TimeStamp)
            .map_err(|check| TimeStampError::Structure(check.message))?;
        let wrong = || {
            TimeStampError::Structure(message!(
                "dấu thời gian không đọc được",
                "the time-stamp can't be read"
            ))
        };
        let content = message.content.as_deref().ok_or_else(wrong)?;
        let tsp::TstInfo { imprint, time, nonce } = tsp::tst_info(content).ok_or_else(wrong)?;
        Ok(TimeStampToken { message, time, imprint, nonce })
    }

    /// Whether it is a time-stamp of `bytes`, and its signature holds.
    pub(super) fn check(&self, bytes: &SignedBytes<'_>) -> Result<(), TimeStampError> {
        let algorithm = digest_algorithm(self.imprint.hash_algorithm.oid)
            .map_err(|unfit| TimeStampError::Algorithm(unfit.words()))?;
        let digest =
            bytes.digest(algorithm).ok_or_else(|| TimeStampError::Algorithm(signed_data::too_much()))?;
        if digest != self.imprint.hashed_message.as_bytes() {
            return Err(TimeStampError::Imprint(message!(
                "dấu thời gian không phải của các byte này",
                "the time-stamp is of other bytes"
            )));
        }
        self.check_signature()
    }

    /// Whether it answers a request with `nonce` for a time-stamp of `digest`, and its signature holds.
    pub(super) fn answers(&self, digest: &[u8], nonce: &[u8]) -> Result<(), TimeStampError> {
        let imprint = &self.imprint;
        let same = digest_algorithm(imprint.hash_algorithm.oid) == Ok(tsp::ALGORITHM)
            && imprint.hashed_message.as_bytes() == digest;
        if !same || self.nonce.as_deref() != Some(tsp::unsigned(nonce)) {
            return Err(TimeStampError::Imprint(message!(
                "dấu thời gian không phải của yêu cầu này",
                "the time-stamp does not answer this request"
            )));
        }
        self.check_signature()
    }

    fn check_signature(&self) -> Result<(), TimeStampError> {
        let content = self.message.content.as_deref().unwrap_or_default();
        for Check { outcome, message, .. } in self.message.check(&SignedBytes::Whole(content)) {
            match outcome {
                Outcome::Fail => return Err(TimeStampError::Structure(message)),
                Outcome::Unknown => return Err(TimeStampError::Algorithm(message)),
                Outcome::Pass | Outcome::NotChecked => {}
            }
        }
        Ok(())
    }
}

/// Whether `token` answers a request with `nonce` for a time-stamp of the SHA-256 digest `digest`, and its
/// signature holds. Whether the authority that made it is trusted is not checked.
///
/// # Errors
/// Why the token does not answer that request, in words.
pub fn check_token(token: &[u8], digest: &[u8], nonce: &[u8]) -> Result<(), Message> {
    let checked = TimeStampToken::read(token).and_then(|token| token.answers(digest, nonce));
    checked.map_err(TimeStampError::words)
}
