//! Signing a PDF: one incremental update with a PAdES signature (ETSI EN 319 142-1), and updates with
//! what proves it later.
//!
//! In a document that was laid out here an update changes nothing but a field that was there from the start,
//! which gains /V and /AP, and, for the first signature, the catalog's /Perms; everything else in it is new.
//! What is given back is the update alone: the bytes that follow the file as it is.
//!
//! ```no_run
//! use vanthu_base::{clock, role::Role};
//! use vanthu_keys::{KeyFile, read_certificates};
//! use vanthu_sign::{BaseDigest, FileSigner, Request, SignatureDetails, Signer, pdf::reader, prepare};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let time = clock::now();
//! let key = KeyFile::read("office.key".as_ref())?.open(None)?;
//! let mut chain = read_certificates("office.crt".as_ref())?;
//! let signer = FileSigner::new(key, chain.remove(0), chain, time)?;
//!
//! let mut file = std::fs::read("document.pdf")?;
//! let digest = BaseDigest::of(&file, signer.algorithm().digest());
//! let details = SignatureDetails { time, name: "Office".to_owned(), location: None };
//! let update = prepare(&reader::read(&file)?, digest, &Request::of(Role::Agency))?
//!     .sign(&signer, &details, None)?;
//! file.extend_from_slice(&update);
//! # Ok(())
//! # }
//! ```

mod absent;
pub mod augment;
mod base_digest;
mod detached;
mod details;
mod document_time_stamp;
mod error;
mod field;
mod file_signer;
mod number;
pub mod pdf;
mod pending;
mod prepare;
mod signer;
mod store;
pub mod time_stamping;
#[cfg(feature = "token")]
pub mod token;

pub(crate) use vanthu_base::{clock, explain, hex, lang, message, role};
pub(crate) use vanthu_keys::{self as keys, file};
pub(crate) use vanthu_verify::{self as verify, certificate, cms, tsp};

pub use absent::Absent;
pub use base_digest::BaseDigest;
pub use detached::Detached;
pub use details::SignatureDetails;
pub use document_time_stamp::PendingStamp;
pub use error::{SignError, WrongValue};
pub use field::{FieldState, NewField, check_writing, is_numbered_document, role_fields, signed_fields};
pub use file_signer::FileSigner;
pub use number::{Filling, Numbering, fill, number_field, numbering};
pub use pdf::Appearance;
pub use pending::{Contents, Pending, Room};
pub use prepare::{Prepared, Request, prepare};
pub use signer::{Signer, algorithm_of, check_certificate};
pub use store::{Evidence, store};

#[cfg(test)]
mod tests {
    /// Lengths and offsets come from foreign files: where a check is missing, the program stops rather than wraps
    /// around. The profile says so for every crate of the workspace; this one would notice if it did not.
    #[test]
    #[should_panic(expected = "overflow")]
    fn overflow_checks_hold() {
        let length = std::hint::black_box(usize::MAX);
        std::hint::black_box(length + 1);
    }
}
