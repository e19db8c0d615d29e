//! What a recipient brings to a file: whom to believe, and when.

use time::OffsetDateTime;

use super::revocation::Revocations;
use super::trust::TrustStore;
use super::witness::Witness;
use crate::role::Role;

/// Who must have signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Require<'a> {
    /// Everybody for whose signature the document has a field: without them it is not complete (NĐ 30/2020 Điều 5).
    OwnFields,
    /// These roles; whoever signed where there are none.
    Roles(&'a [Role]),
}

/// What a file is judged by: trust, time, roles, revocation data, a witness.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// Whose certificates are believed.
    pub trust: &'a TrustStore,
    /// The time to judge at.
    pub at: OffsetDateTime,
    /// Who must have signed.
    pub require: Require<'a>,
    /// Revocation data that doesn't come with the file.
    pub revocations: &'a Revocations,
    /// Who looks at the pages.
    pub witness: Option<&'a dyn Witness>,
}

impl<'a> Options<'a> {
    /// Judges by `trust` at `at`; whoever the document has a field for must have signed, and nothing is at hand but the
    /// file.
    pub fn new(trust: &'a TrustStore, at: OffsetDateTime) -> Options<'a> {
        const NONE: &Revocations = &Revocations { crls: Vec::new(), ocsps: Vec::new() };
        Options { trust, at, require: Require::OwnFields, revocations: NONE, witness: None }
    }
}
