//! What can be asked about a certificate.

use time::OffsetDateTime;

use crate::revocation::Revocations;
use crate::trust::TrustStore;

/// What a certificate is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Usage {
    /// Signing documents; key usage is checked with the signature itself.
    Signature,
    /// Signing time-stamps: the certificate must be for that alone (RFC 3161 §2.3).
    TimeStamp,
}

/// What is asked about a certificate.
#[derive(Debug, Clone, Copy)]
pub struct PathQuery<'a> {
    /// The certificate, in DER.
    pub leaf: &'a [u8],
    /// Others that may stand between it and an anchor, or sign revocation data, in DER.
    pub certificates: &'a [Vec<u8>],
    /// Whose certificates are believed.
    pub trust: &'a TrustStore,
    /// Revocation data at hand.
    pub revocations: &'a Revocations,
    /// What it is used for.
    pub usage: Usage,
    /// Judge the path at this time: the proven signing time, or the time of checking.
    pub at: OffsetDateTime,
    /// The latest time that revocation data may be from: the time of checking.
    pub now: OffsetDateTime,
}
