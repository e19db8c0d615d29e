//! What can be asked about a certificate.

use time::OffsetDateTime;

use crate::revocation::Revocations;
use crate::trust::TrustStore;
use crate::trust_scope::OfficeIdentity;
use crate::usage::Usage;

/// What is asked about a certificate.
#[derive(Debug, Clone, Copy)]
pub struct PathQuery<'a> {
    /// The certificate, in DER.
    pub leaf: &'a [u8],
    /// Others that may stand between it and an anchor, or sign revocation data, in DER.
    pub certificates: &'a [Vec<u8>],
    /// Whose certificates are believed.
    pub trust: &'a TrustStore,
    /// For which office it stands, where that is known: anchors that vouch for it come first.
    pub office: Option<&'a OfficeIdentity>,
    /// Revocation data at hand.
    pub revocations: &'a Revocations,
    /// What it is used for.
    pub usage: Usage,
    /// Judge the path at this time: the proven signing time, or the time of checking.
    pub at: OffsetDateTime,
    /// The time that revocation data have to tell of, or a later one: `at`, or before it the time at which what is
    /// judged was made, where what was known then is enough.
    pub as_of: OffsetDateTime,
    /// The latest time that revocation data may be from: the time of checking.
    pub now: OffsetDateTime,
}
