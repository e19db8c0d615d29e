//! What a certificate is used for.

/// What a certificate is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Usage {
    /// Signing documents; key usage is checked with the signature itself.
    Signature,
    /// Signing time-stamps: the certificate must be for that alone (RFC 3161 §2.3).
    TimeStamp,
}
