//! The verdict on a certificate alone, before anything was signed with it.

use der::Decode;
use serde::Serialize;
use x509_cert::Certificate;

use super::Options;
use super::path::{self, PathStatus, Question, Revocation, Usage};
use super::report::CertificateReport;
use super::signature::status_words;
use crate::clock;
use crate::lang::Message;
use crate::message;

/// Whether a certificate leads to a trust anchor.
#[derive(Debug, Clone, Serialize)]
pub struct CertificateVerdict {
    /// A stable name: `trusted`, `revocation_unknown`, `revoked`, `not_then`, `broken` or
    /// `unknown_issuer`.
    pub status: &'static str,
    /// Whether revocation data says of each certificate of the path that it was not revoked.
    pub is_checked_for_revocation: bool,
    /// In words.
    pub message: Message,
    /// The path from the certificate to the anchor, as far as there is one.
    pub chain: Vec<CertificateReport>,
}

/// Judges the certificate `der` as one that signs documents (RFC 5280 §6): `others`, DER, may lead from it
/// to a trust anchor.
pub fn certificate(der: &[u8], others: &[Vec<u8>], options: &Options<'_>) -> CertificateVerdict {
    let path = path::find(&Question {
        leaf: der,
        certificates: others,
        trust: options.trust,
        revocations: options.revocations,
        usage: Usage::Signature,
        at: options.at,
        now: options.at,
    });
    let status = match &path.status {
        PathStatus::Trusted => "trusted",
        PathStatus::RevocationUnknown { .. } => "revocation_unknown",
        PathStatus::Revoked { .. } => "revoked",
        PathStatus::NotThen => "not_then",
        PathStatus::Broken(_) => "broken",
        PathStatus::UnknownIssuer => "unknown_issuer",
    };
    let message = status_words(&path.status, clock::display(options.at)).unwrap_or_else(|| {
        message!("chứng thư do nơi mà bạn tin cậy cấp", "the certificate leads to a trust anchor of yours")
    });
    let chain = path.chain.iter().filter_map(|der| CertificateReport::of(&Certificate::from_der(der).ok()?));
    CertificateVerdict {
        status,
        is_checked_for_revocation: path.revocation == Revocation::Good,
        message,
        chain: chain.collect(),
    }
}
