//! Private key files and the certificates that say whose they are.
//!
//! A key is an Ed25519 (RFC 8032) or ECDSA key in a PKCS#8 file; a certificate is X.509 (RFC 5280, RFC 8410)
//! in a PEM file, followed by the intermediates that lead to its root.
//!
//! ```
//! use time::{Duration, OffsetDateTime};
//! use vanthu_keys::{Issuer, PrivateKey, Subject, issue};
//!
//! # fn main() -> Result<(), vanthu_keys::KeyError> {
//! let (root_key, key) = (PrivateKey::generate()?, PrivateKey::generate()?);
//! let subject = |name: &str| Subject { common_name: name.to_owned(), ..Subject::default() };
//! let now = OffsetDateTime::now_utc();
//! let root = issue(&subject("Gốc"), &root_key, Issuer::Itself, now, Duration::days(3650))?;
//! let issuer = Issuer::Root(&root_key, &root);
//! let certificate = issue(&subject("Nguyễn Văn A"), &key, issuer, now, Duration::days(365))?;
//! assert_eq!(Subject::of(&certificate).common_name, "Nguyễn Văn A");
//! # Ok(())
//! # }
//! ```

mod certificate_files;
mod error;
pub mod file;
pub mod issued;
mod issuing;
mod listing;
mod note;
mod own_list;
pub mod passphrase;
#[cfg(feature = "pkcs12")]
pub mod pkcs12;
#[cfg(feature = "pkcs12")]
mod pkcs12_error;
mod private;
pub mod revocation_list;
pub mod trust_folder;

pub(crate) use vanthu_base::{clock, explain, hex, lang, message, role};
pub(crate) use vanthu_verify::{self as verify, certificate, cms, log};

pub use certificate_files::{files_in, read_certificates, read_request};
pub use error::{KeyError, ListProblem};
pub use issuing::{CertificateRequest, Issuer, Mandate, certify, issue, issue_root, request};
pub use listing::{CertificateState, ListedCertificate, list};
pub use note::{sign_checkpoint, sign_note, verifier_key};
pub use own_list::{OwnList, Published};
pub use private::{KeyAlgorithm, KeyFile, PrivateKey};
pub use spki::SubjectPublicKeyInfoOwned;
pub use vanthu_verify::certificate::{Certificate, Subject};

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
