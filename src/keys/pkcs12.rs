//! PKCS#12 files (RFC 7292): a private key with its certificates, as other programs and authorities hand it out.

use p12_keystore::KeyStore;
use secrecy::{ExposeSecret, SecretString};

use super::{Certificate, KeyError, PrivateKey};
use der::Decode;

/// The key in the file `bytes` that `passphrase` opens, its certificate, and those that lead to its root.
///
/// # Errors
/// The passphrase is wrong, the file is not PKCS#12, or its key is of another kind.
pub fn open(bytes: &[u8], passphrase: &SecretString) -> Result<(PrivateKey, Vec<Certificate>), KeyError> {
    let store = KeyStore::from_pkcs12(bytes, passphrase.expose_secret());
    let store = store.map_err(|cause| KeyError::Pkcs12(cause.to_string()))?;
    let (_, chain) =
        store.private_key_chain().ok_or_else(|| KeyError::Pkcs12("it holds no private key".to_owned()))?;
    let key = PrivateKey::from_pkcs8_der(chain.key())?;
    let public = key.public_key_info()?;
    let mut certificates = Vec::new();
    for certificate in chain.chain() {
        certificates.push(Certificate::from_der(certificate.as_der())?);
    }
    let own = certificates
        .iter()
        .position(|certificate| *certificate.tbs_certificate().subject_public_key_info() == public)
        .ok_or_else(|| KeyError::Pkcs12("it holds no certificate of its key".to_owned()))?;
    certificates.swap(0, own);
    Ok((key, certificates))
}
