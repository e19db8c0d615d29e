//! What a recipient may believe of a PDF: bytes, trust anchors and a time in, a [`Report`] out.
//!
//! Nothing here writes, asks a network, a clock or a database, or lays pages out; verification never fails, it
//! says what it found, and what it can't explain is never called valid. The same input gives the same report.
//!
//! ```
//! use vanthu_verify::{Options, TrustStore, Verdict, verify};
//!
//! // In real use, with the root certificate of the office that you trust: `trust.add_pem(&pem)?`.
//! let trust = TrustStore::new();
//! let report = verify(b"not a PDF", &Options::new(&trust, std::time::SystemTime::now().into()));
//! assert_eq!(report.verdict, Verdict::Unreadable);
//! println!("{}", report.sentence.en);
//! ```

mod active_content;
mod algorithm;
mod ber;
mod budget;
mod candidates;
mod cause;
mod cause_words;
pub mod certificate;
mod changes;
mod check;
mod check_id;
mod circular;
pub mod cms;
mod cms_parts;
mod context;
mod coverage;
mod established;
mod facts;
mod identity;
mod issued_role;
mod judge;
mod later;
pub mod log;
mod options;
pub mod path;
mod permissions;
mod printed_names;
mod public_key;
mod purpose;
mod raw_message;
mod register_answer;
mod registration;
mod remake;
mod remark;
mod report;
mod report_digest;
mod revisions;
mod revocation;
mod roles;
mod signature;
mod signature_kind;
mod signed_bytes;
mod signed_data;
mod text;
mod time_stamp;
mod told_later;
mod trust;
mod trust_error;
mod trust_scope;
mod trusted_list;
pub mod tsp;
mod unread;
mod usage;
mod validation_data;
mod verdict;
mod vouching;
mod witness;

pub(crate) use vanthu_base::{
    clock, diacritics, explain, hex, lang, message, number, office_name, printable, role,
};
pub(crate) use vanthu_pdf as pdf;

pub use cause::Cause;
pub use cause_words::{CauseReport, Named};
pub use check::{Check, Outcome};
pub use check_id::CheckId;
pub use issued_role::{QC_STATEMENTS, role_of, role_statement};
pub use judge::verify;
pub use options::{Options, Require};
pub use permissions::Certification;
pub use public_key::{signature_holds, signature_holds_as, weakness};
pub use raw_message::signed_messages;
pub use register_answer::{RegisterAnswer, RegisterState};
pub use report::{
    CertificateReport, ChangeReport, CircularItem, DigestReport, Facts, FindingReport, Level, MissingProof,
    ReceiptReport, RemarkReport, Report, SignatureReport, TimeReport, TimeSource, TimeStampReport,
};
pub use revisions::{ObjectChange, ObjectReport, RevisionReport, SignedBy, revisions};
pub use revocation::{NotRevocationData, Revocations};
pub use signature_kind::SignatureKind;
pub use signed_data::RawMessage;
pub use text::{notes, notices, render};
pub use time_stamp::check_token;
pub use trust::{AnchorPurpose, OfferedAnchor, TrustStore, anchors_in, log_key};
pub use trust_error::TrustError;
pub use trust_scope::{OfficeIdentity, TrustScope};
pub use vanthu_pdf::form::Region;
pub use verdict::Verdict;
pub use witness::{RulesAlone, Sight, Witness};

/// The README's program compiles.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;

#[cfg(test)]
mod tests {
    use std::hint::black_box;

    // Lengths and offsets come from foreign files: where a check is missing, stop rather than wrap around.
    #[test]
    #[should_panic(expected = "overflow")]
    fn overflow_checks_hold() {
        black_box(black_box(usize::MAX) + black_box(1));
    }
}
