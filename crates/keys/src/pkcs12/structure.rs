//! The structures of a PKCS#12 file (RFC 7292 §4).

use cms::content_info::ContentInfo;
use const_oid::ObjectIdentifier;
use der::Sequence;
use der::asn1::{Any, OctetString};
use spki::AlgorithmIdentifierOwned;

/// A private key in PKCS#8 (§4.2.1).
pub(super) const KEY_BAG: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.1");
/// The same, encrypted (§4.2.2).
pub(super) const SHROUDED_KEY_BAG: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.2");
/// A certificate (§4.2.3).
pub(super) const CERT_BAG: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.3");
/// It is one of X.509.
pub(super) const X509_CERTIFICATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.22.1");
/// Encryption with Triple DES (appendix C).
pub(super) const TRIPLE_DES: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.1.3");
/// Encryption with RC2 and 40 bits (appendix C).
pub(super) const RC2_40: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.1.6");

/// `PFX`: the whole file.
#[derive(Sequence)]
pub(super) struct Pfx {
    pub version: u8,
    pub safes: ContentInfo,
    #[asn1(optional = "true")]
    pub mac: Option<MacData>,
}

/// What proves that who wrote the file knew the passphrase.
#[derive(Sequence)]
pub(super) struct MacData {
    pub mac: DigestInfo,
    pub salt: OctetString,
    #[asn1(default = "once")]
    pub rounds: u32,
}

fn once() -> u32 {
    1
}

/// A digest (RFC 8017, appendix A.2.4).
#[derive(Sequence)]
pub(super) struct DigestInfo {
    pub algorithm: AlgorithmIdentifierOwned,
    pub digest: OctetString,
}

/// What is encrypted together, or not at all.
pub(super) type AuthenticatedSafe = Vec<ContentInfo>;
/// The things in one of these.
pub(super) type SafeContents = Vec<SafeBag>;

/// A thing: a key, a certificate, something else.
#[derive(Sequence)]
pub(super) struct SafeBag {
    pub kind: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    pub value: Any,
    /// A set of attributes, which nothing here depends on.
    #[asn1(optional = "true")]
    pub attributes: Option<Any>,
}

/// A certificate.
#[derive(Sequence)]
pub(super) struct CertBag {
    pub kind: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    pub value: OctetString,
}

/// A private key in PKCS#8, encrypted in any way.
#[derive(Sequence)]
pub(super) struct EncryptedPrivateKeyInfo {
    pub algorithm: AlgorithmIdentifierOwned,
    pub encrypted: OctetString,
}

/// The parameters of the encryption that appendix C defines.
#[derive(Sequence)]
pub(super) struct PbeParameters {
    pub salt: OctetString,
    pub rounds: u32,
}
