//! From a certificate to a trust anchor. Candidates are found here, by name and within bounds; whether
//! one of them holds (RFC 5280 §6.1) is certval's to say, and whether one of its certificates was
//! revoked is [`Revocations`]'.

mod constraint;
mod find;
mod query;
mod search;
mod status;

pub(super) use find::find_within;

pub use super::revocation::{Pointers, Revocations, revocation_questions};
pub use super::usage::Usage;
pub use find::find;
pub use query::PathQuery;
pub use status::{Path, PathStatus, Revocation};
