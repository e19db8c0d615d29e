//! Who may do what in an office over a network, and the record of it: tokens, each for one duty, and the trail of
//! what was done with them.
//!
//! All of it stands in the database of the office's register, and every call sees one office only: a token names
//! its office, and opens nothing elsewhere.

mod bearer;
mod duty;
mod error;
mod token;
mod tokens;
mod trail;
mod trail_audit;

pub use bearer::Bearer;
pub use duty::{Act, Duty};
pub use error::AccessError;
pub use token::{Grace, Lifetime, NameError, TokenName, office_of};
pub use tokens::{IssuedToken, TokenState, Tokens};
pub use trail::{Head, HeadError, NewTrailRow, Trail, TrailRow, Who};
pub use trail_audit::{TrailAudit, TrailFault};
