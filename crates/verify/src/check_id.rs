//! The names of everything that is checked: stable words that programs read in the JSON, and an enum so that
//! whoever sorts checks has to say where each of them belongs.

use std::fmt;

use serde::{Serialize, Serializer};

/// What was checked. Its word ([`CheckId::as_str`]) never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CheckId {
    /// A field of the form still shows the signature.
    Field,
    /// /ByteRange covers the whole revision but /Contents (ISO 32000-2 12.8.1).
    Structure,
    /// /Type and /SubFilter are those of a kind of signature that is known (ISO 32000-2 table 255).
    Format,
    /// The CMS is written as it must be (RFC 5652).
    Cms,
    /// The signed bytes have the digest that was signed.
    Digest,
    /// The signed attributes are as RFC 5652 and RFC 8419 say.
    Attributes,
    /// The signed attributes name the signer's certificate, and it is for signing (RFC 5035).
    Certificate,
    /// The signature value is one by the certificate's key.
    Signature,
    /// Attributes that nobody signed: they are only mentioned.
    UnsignedAttributes,
    /// A time-stamp (RFC 3161) proves a time.
    TimeStamp,
    /// When it was signed is known.
    Time,
    /// The certificate leads to a trust anchor (RFC 5280 §6).
    Trust,
    /// The key is one of the office that the document names.
    Office,
    /// The certificate is for the role that it signed in.
    Role,
    /// The certificate was not revoked.
    Revocation,
    /// The certificate is still valid, where no time is proven.
    Validity,
    /// The stamped digest is that of the document as it was laid out.
    DocumentDigest,
    /// What was signed is the document that was laid out.
    Document,
    /// What followed the signature is permitted.
    Changes,
    /// The pages say what the attached data say.
    Reproduction,
    /// The register's receipt is about this document.
    RegisterReceipt,
}

impl CheckId {
    /// The stable word for it, as in the JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            CheckId::Field => "field",
            CheckId::Structure => "structure",
            CheckId::Format => "format",
            CheckId::Cms => "cms",
            CheckId::Digest => "digest",
            CheckId::Attributes => "attributes",
            CheckId::Certificate => "certificate",
            CheckId::Signature => "signature",
            CheckId::UnsignedAttributes => "unsigned-attributes",
            CheckId::TimeStamp => "time-stamp",
            CheckId::Time => "time",
            CheckId::Trust => "trust",
            CheckId::Office => "office",
            CheckId::Role => "role",
            CheckId::Revocation => "revocation",
            CheckId::Validity => "validity",
            CheckId::DocumentDigest => "report-digest",
            CheckId::Document => "report",
            CheckId::Changes => "changes",
            CheckId::Reproduction => "reproduction",
            CheckId::RegisterReceipt => "register-receipt",
        }
    }
}

impl fmt::Display for CheckId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for CheckId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
