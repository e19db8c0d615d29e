//! What a recipient brings to a file: whom to believe, and when.

use time::OffsetDateTime;

use super::revocation::Revocations;
use super::trust::TrustStore;
use super::witness::Witness;
use crate::role::Role;

/// What a file is judged by: trust, time, roles, revocation data, a witness.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// Whose certificates are believed.
    pub trust: &'a TrustStore,
    /// The time to judge at.
    pub at: OffsetDateTime,
    /// The roles that must have signed.
    pub require: &'a [Role],
    /// Revocation data that doesn't come with the file.
    pub revocations: &'a Revocations,
    /// Who looks at the pages.
    pub witness: Option<&'a dyn Witness>,
}

impl<'a> Options<'a> {
    /// Judges by `trust` at `at`; no role must have signed, and nothing is at hand but the file.
    pub fn new(trust: &'a TrustStore, at: OffsetDateTime) -> Options<'a> {
        const NONE: &Revocations = &Revocations { crls: Vec::new(), ocsps: Vec::new() };
        Options { trust, at, require: &[], revocations: NONE, witness: None }
    }
}
