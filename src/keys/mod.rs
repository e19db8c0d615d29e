//! Private key files and the certificates that say whose they are.
//!
//! A key is an Ed25519 (RFC 8032) or ECDSA key in a PKCS#8 file; a certificate is X.509 (RFC 5280, RFC 8410)
//! in a PEM file, followed by the intermediates that lead to its root.

pub mod passphrase;
#[cfg(feature = "pkcs12")]
pub mod pkcs12;
pub mod private;
pub mod revocation_list;

mod files;
mod issuing;
mod listing;
mod note;

use std::path::PathBuf;

pub use crate::certificate::{Certificate, Subject};
pub use files::{read_certificates, read_request};
pub use issuing::{CertificateRequest, Issuer, certify, issue, request};
pub use listing::{CertificateState, ListedCertificate, list};
pub use note::{sign_checkpoint, sign_note, verifier_key};
pub use private::{KeyAlgorithm, PrivateKey};

/// Why a key or a certificate can't be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The disk refused.
    #[error("{}: {cause}", path.display())]
    Disk {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// Others may read the key file.
    #[error("{}: others may read this key file (mode {mode:03o}); run: chmod 600 {}", path.display(), path.display())]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file's first line is no passphrase.
    #[error("{}: its first line is no passphrase (UTF-8, at most {} bytes)", .0.display(), passphrase::MAX_LENGTH)]
    NotAPassphrase(PathBuf),
    /// The key file needs a passphrase and none was given.
    #[error("{} needs its passphrase", .0.display())]
    PassphraseNeeded(PathBuf),
    /// The passphrase is not the one of the key file.
    #[error("{}: wrong passphrase", .0.display())]
    WrongPassphrase(PathBuf),
    /// The file is not a private key that the program knows.
    #[error("{} is not a PKCS#8 key (PEM) of Ed25519, P-256 or P-384", .0.display())]
    NotAKey(PathBuf),
    /// The file holds an RSA key.
    #[error("{}: an RSA key; RSA signs from tokens only: put it into one, or make a key of Ed25519 or ECDSA", .0.display())]
    Rsa(PathBuf),
    /// The file holds a key in the form that older programs write (RFC 5915).
    #[error("{}: a key in the old form EC PRIVATE KEY; make it PKCS#8: openssl pkcs8 -topk8 -in {} -out NEW.key", .0.display(), .0.display())]
    OldForm(PathBuf),
    /// The private key is of a kind that the program does not keep in files.
    #[error("the private key is not one of Ed25519, P-256 or P-384; RSA signs from tokens only")]
    UnknownKey,
    /// The file is not a certificate.
    #[error("{} is not a certificate (PEM)", .0.display())]
    NotACertificate(PathBuf),
    /// A name in a certificate is empty or too long (RFC 5280, appendix A.1).
    #[error("the certificate's {attribute} must have 1 to {most} characters")]
    Name {
        /// Which.
        attribute: &'static str,
        /// The most characters that it may have.
        most: usize,
    },
    /// The issuer's certificate may not vouch for others.
    #[error("{0} is not the certificate of a root: it may not vouch for others")]
    NotAnIssuer(String),
    /// The issuer's key is not the one that its certificate names.
    #[error("the issuer's private key does not belong to its certificate")]
    IssuerKeyMismatch,
    /// The file is not a revocation list.
    #[error("{} is not a revocation list (CRL)", .0.display())]
    NotAList(PathBuf),
    /// The file is not a request for a certificate.
    #[error("{} is not a request for a certificate (PKCS#10, PEM)", .0.display())]
    NotARequest(PathBuf),
    /// Who sent the request has not the key.
    #[error("{}: its signature does not hold", .0.display())]
    ForgedRequest(PathBuf),
    /// A certificate of somebody else's.
    #[error("the certificate was issued by {0}, not by this root")]
    OtherIssuer(String),
    /// The certificate is revoked already.
    #[error("the certificate of {0} is revoked already")]
    Revoked(String),
    /// The certificate is not the key's.
    #[error("the certificate does not belong to the key {}", .0.display())]
    OtherKey(PathBuf),
    /// A PKCS#12 file that gives no key.
    #[cfg(feature = "pkcs12")]
    #[error("the PKCS#12 file gives no key: {0}")]
    Pkcs12(#[from] pkcs12::Problem),
    /// A root can't revoke itself: whoever has its key could write any list.
    #[error("{0} is the root itself; it can't revoke itself")]
    RevokesItself(String),
    /// A revoked certificate is not renewed: the same key would be believed again.
    #[error("the certificate of {0} is revoked: make a new key")]
    RenewsRevoked(String),
    /// A root is not renewed as a signer is.
    #[error("{0} is a root; renewed, it would be a signer: make a new one instead")]
    RenewsRoot(String),
    /// The certificate would end before it begins or after the one that vouches for it, or time is
    /// out of range.
    #[error("the validity asked for is empty or does not fit into the issuer's")]
    Validity,
    /// The certificate could not be made.
    #[error("the certificate could not be made: {0}")]
    Build(#[from] x509_cert::builder::Error),
    /// A structure could not be encoded.
    #[error("encoding failed: {0}")]
    Encoding(#[from] der::Error),
    /// The system has no randomness to give.
    #[error("the system gives no random bytes: {0}")]
    Random(#[from] getrandom::Error),
}
