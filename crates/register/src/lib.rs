//! The register of outgoing documents (sổ đăng ký văn bản đi, NĐ 30/2020 Điều 15, 16).
//!
//! A number is taken in the same transaction that records the document: [`Register::begin`] locks the
//! office's register and tells the next number, [`PendingNumber::log`] logs whose it is, [`Logged::record`] makes
//! it final, and what is dropped before gives the number back. So no number is used twice and none is lost.
//!
//! Whatever happens to a number is a leaf of the office's transparency log ([`vanthu_verify::log`]), written in the
//! same transaction: [`Register::audit`] tells whether somebody changed the past.
//!
//! ```
//! use std::path::Path;
//!
//! use time::macros::datetime;
//! use vanthu_keys::PrivateKey;
//! use vanthu_register::{Database, DocumentRevision, Register, RegisterPlace, Registration, RevisionKind, Series};
//!
//! # async fn issue(folder: &Path) -> Result<(), Box<dyn std::error::Error>> {
//! let place = RegisterPlace {
//!     database: Database::named("register.sqlite", folder),
//!     office: "H37.DN.001".to_owned(),
//!     origin: "vanthu/H37.DN.001".to_owned(),
//! };
//! let register = Register::create(place).await?.signing_with(PrivateKey::generate()?);
//!
//! let at = datetime!(2026-03-12 08:30 +7);
//! let series = Series { name: "*".to_owned(), year: 2026, first: 1 };
//! let pending = register.begin(series).await?;
//! assert_eq!(pending.number(), 1);
//! let logged = pending.log(Registration::default(), at).await?;
//! // The document is laid out with its number and `logged.receipt()`, and signed; then it is recorded.
//! let file = DocumentRevision::of(RevisionKind::Report, b"%PDF-1.7 ...", "01_BC-UBND.pdf", None);
//! let entry = logged.record(file, Vec::new()).await?;
//! assert_eq!(entry.key.number, 1);
//! # Ok(())
//! # }
//! ```

pub mod access;
mod acts;
mod adoption;
mod audit;
mod continuity;
mod cursor;
pub mod database;
mod details;
mod discontinuity;
mod document_code;
mod entry;
mod error;
mod events;
mod following;
mod handle;
mod identity;
mod log_time;
mod lookup;
mod memory;
mod metadata;
mod numbering;
mod office_side;
mod own_act;
mod own_record;
mod pending;
mod permitted;
mod place;
mod published;
mod recorded_identity;
mod records;
mod recovering;
mod recovery;
mod request;
mod request_key;
mod selection;
mod series;
mod taken;
mod tree;
mod writing;

pub use audit::{Audit, AuditFault};
pub use cursor::{Claim, Cursor, CursorPosition, CursorState};
pub use database::Database;
pub use discontinuity::Discontinuity;
pub use document_code::{number_and_notation, spelled};
pub use entry::{Entry, Registration};
pub use error::RegisterError;
pub use events::{
    DocumentRevision, MAX_BLOCK, MAX_IMPORT, NewEvent, Particulars, RecordedEvent, RevisionKind,
};
pub use following::LoggedEvent;
pub use handle::Register;
pub use identity::{Adoption, Identity, IdentityChange, Predecessor};
pub use memory::Memory;
pub use metadata::{FileCode, Metadata, Organ, SignerInfo};
pub use numbering::NumberRuns;
pub use office_side::OfficeSide;
pub use pending::{Logged, PendingNumber};
pub use permitted::{DocumentAct, RecordState};
pub use place::RegisterPlace;
pub use published::Published;
pub use records::{Filter, Record, RecordPage};
pub use recovery::Recovery;
pub use request::{Asked, IdempotentRequest};
pub use request_key::{RequestKey, RequestKeyError};
pub use series::{EntryKey, Series};

use vanthu_keys as keys;

pub(crate) use vanthu_base::{clock, diacritics, explain, hex, lang, message, printable};
pub(crate) use vanthu_verify::log;

#[cfg(test)]
mod tests {
    // Lengths and places come from a database that others can write to.
    #[test]
    #[should_panic(expected = "overflow")]
    fn overflow_checks_hold() {
        let longest = std::hint::black_box(u64::MAX);
        std::hint::black_box(longest + 1);
    }
}
