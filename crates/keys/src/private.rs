//! Private keys: Ed25519 and ECDSA in PKCS#8 PEM files, encrypted by default and for their owner only.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use const_oid::db::{rfc5912, rfc8410};
use der::Decode;
use ed25519_dalek::pkcs8::KeypairBytes;
use ed25519_dalek::{Signer, SigningKey};
use pkcs8::der::pem::LineEnding;
use pkcs8::{DecodePrivateKey, EncodePrivateKey};
use secrecy::{ExposeSecret, SecretString};
use spki::{EncodePublicKey, SubjectPublicKeyInfoOwned};
use x509_cert::builder::{self, Builder};
use zeroize::Zeroizing;

use super::error::KeyError;
use crate::file::{Existing, Staged};

/// No key file is longer than this many bytes.
const MAX_FILE: u64 = 64 << 10;
const PLAIN: &str = "-----BEGIN PRIVATE KEY-----";
const ENCRYPTED: &str = "-----BEGIN ENCRYPTED PRIVATE KEY-----";
/// How older programs begin keys of elliptic curves (RFC 5915) and of RSA (RFC 8017).
const OLD_EC: &str = "-----BEGIN EC PRIVATE KEY-----";
const OLD_EC_PARAMETERS: &str = "-----BEGIN EC PARAMETERS-----";
const OLD_RSA: &str = "-----BEGIN RSA PRIVATE KEY-----";

/// A kind of private key that files hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyAlgorithm {
    /// RFC 8032; the default.
    Ed25519,
    /// NIST P-256 (FIPS 186-5).
    P256,
    /// NIST P-384.
    P384,
}

/// A private key; its bytes are wiped when it is dropped.
#[derive(Debug)]
pub struct PrivateKey(Kind);

#[derive(Debug)]
enum Kind {
    Ed25519(SigningKey),
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
}

/// Why a PKCS#8 structure is no key here.
enum Unfit {
    Rsa,
    Other,
}

/// A key file that was read and not yet opened.
#[derive(Debug)]
pub struct KeyFile {
    path: PathBuf,
    pem: Zeroizing<String>,
}

impl PrivateKey {
    /// Makes a new Ed25519 key.
    ///
    /// # Errors
    /// The system gives no random bytes.
    pub fn generate() -> Result<PrivateKey, KeyError> {
        PrivateKey::generate_as(KeyAlgorithm::Ed25519)
    }

    /// Makes a new key of the kind `algorithm`.
    ///
    /// # Errors
    /// The system gives no random bytes.
    pub fn generate_as(algorithm: KeyAlgorithm) -> Result<PrivateKey, KeyError> {
        let mut seed = Zeroizing::new([0; 48]);
        loop {
            getrandom::fill(seed.as_mut_slice())?;
            let [first @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = &*seed;
            // Of a curve's numbers nearly all are keys.
            let key = match algorithm {
                KeyAlgorithm::Ed25519 => Some(Kind::Ed25519(SigningKey::from_bytes(first))),
                KeyAlgorithm::P256 => p256::ecdsa::SigningKey::from_slice(first).ok().map(Kind::P256),
                KeyAlgorithm::P384 => p384::ecdsa::SigningKey::from_slice(&*seed).ok().map(Kind::P384),
            };
            if let Some(key) = key {
                return Ok(PrivateKey(key));
            }
        }
    }

    /// What kind of key it is.
    pub fn algorithm(&self) -> KeyAlgorithm {
        match self.0 {
            Kind::Ed25519(_) => KeyAlgorithm::Ed25519,
            Kind::P256(_) => KeyAlgorithm::P256,
            Kind::P384(_) => KeyAlgorithm::P384,
        }
    }

    /// The signature value of `message`: of Ed25519 64 bytes (RFC 8032), of the others an ECDSA-Sig-Value in
    /// DER (RFC 3279 §2.2.3) over SHA-256 or SHA-384, made without randomness (RFC 6979).
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.0 {
            Kind::Ed25519(key) => key.sign(message).to_bytes().to_vec(),
            Kind::P256(key) => Signer::<p256::ecdsa::DerSignature>::sign(key, message).as_bytes().to_vec(),
            Kind::P384(key) => Signer::<p384::ecdsa::DerSignature>::sign(key, message).as_bytes().to_vec(),
        }
    }

    /// What certificates hold of the key (RFC 8410 §4, RFC 5480).
    ///
    /// # Errors
    /// It can't be encoded.
    pub fn public_key_info(&self) -> Result<SubjectPublicKeyInfoOwned, KeyError> {
        let encoded = match &self.0 {
            Kind::Ed25519(key) => key.verifying_key().to_public_key_der(),
            Kind::P256(key) => key.verifying_key().to_public_key_der(),
            Kind::P384(key) => key.verifying_key().to_public_key_der(),
        };
        let encoded = encoded.map_err(builder::Error::from)?;
        Ok(SubjectPublicKeyInfoOwned::from_der(encoded.as_bytes())?)
    }

    /// Signs what `unsigned` is about to become: a certificate, a request, a revocation list.
    ///
    /// # Errors
    /// It can't be encoded.
    pub(super) fn build<B: Builder>(&self, unsigned: B) -> builder::Result<B::Output> {
        match &self.0 {
            Kind::Ed25519(key) => unsigned.build::<_, ed25519_dalek::Signature>(key),
            Kind::P256(key) => unsigned.build::<_, p256::ecdsa::DerSignature>(key),
            Kind::P384(key) => unsigned.build::<_, p384::ecdsa::DerSignature>(key),
        }
    }

    /// The key in an unencrypted PKCS#8 structure.
    fn from_pkcs8(der: &[u8]) -> Result<PrivateKey, Unfit> {
        let info = pkcs8::PrivateKeyInfoRef::try_from(der).map_err(|_| Unfit::Other)?;
        let kind = match info.algorithm.oid {
            rfc8410::ID_ED_25519 => SigningKey::from_pkcs8_der(der).ok().map(Kind::Ed25519),
            rfc5912::ID_EC_PUBLIC_KEY => match info.algorithm.parameters_oid() {
                Ok(rfc5912::SECP_256_R_1) => {
                    p256::ecdsa::SigningKey::from_pkcs8_der(der).ok().map(Kind::P256)
                }
                Ok(rfc5912::SECP_384_R_1) => {
                    p384::ecdsa::SigningKey::from_pkcs8_der(der).ok().map(Kind::P384)
                }
                _ => None,
            },
            rfc5912::RSA_ENCRYPTION | rfc5912::ID_RSASSA_PSS => return Err(Unfit::Rsa),
            _ => None,
        };
        kind.map(PrivateKey).ok_or(Unfit::Other)
    }

    /// Takes the key from a PKCS#8 structure in DER.
    ///
    /// # Errors
    /// It is not a key that the program knows.
    pub fn from_pkcs8_der(der: &[u8]) -> Result<PrivateKey, KeyError> {
        PrivateKey::from_pkcs8(der).map_err(|_| KeyError::UnknownKey)
    }

    /// Prepares the key as a file at `path` that its owner alone may read: PKCS#8 version 1
    /// (RFC 5208), which OpenSSL and Python read, encrypted with PBES2 (scrypt, AES-256-CBC) where
    /// there is a passphrase.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn stage(&self, path: &Path, passphrase: Option<&SecretString>) -> Result<Staged, KeyError> {
        let pem = match &self.0 {
            // Version 2 would hold the public key as well, which OpenSSL 3.0 can't read.
            Kind::Ed25519(key) => {
                pem(&KeypairBytes { secret_key: key.to_bytes(), public_key: None }, passphrase)
            }
            Kind::P256(key) => pem(key, passphrase),
            Kind::P384(key) => pem(key, passphrase),
        };
        let pem = pem.map_err(|_| KeyError::NotAKey(path.to_owned()))?;
        Staged::write(path, pem.as_bytes()).map_err(|cause| KeyError::Disk { path: path.to_owned(), cause })
    }

    /// Writes the key to a new file at `path`; see [`PrivateKey::stage`].
    ///
    /// # Errors
    /// There is a file at `path`, or the disk refuses.
    pub fn write(&self, path: &Path, passphrase: Option<&SecretString>) -> Result<(), KeyError> {
        let staged = self.stage(path, passphrase)?;
        staged
            .place_private(Existing::Keep)
            .map_err(|cause| KeyError::Disk { path: path.to_owned(), cause })?;
        Ok(())
    }
}

impl KeyFile {
    /// Reads the key file at `path`.
    ///
    /// # Errors
    /// It can't be read, others may read it, or it is not a PKCS#8 PEM file: one of an older form is told as such.
    pub fn read(path: &Path) -> Result<KeyFile, KeyError> {
        let disk = |cause| KeyError::Disk { path: path.to_owned(), cause };
        // One open file from the check to the last byte: a path may lead elsewhere in between.
        let file = fs::File::open(path).map_err(disk)?;
        let metadata = file.metadata().map_err(disk)?;
        check_access(path, &metadata)?;
        let length = usize::try_from(metadata.len()).ok().filter(|_| metadata.len() <= MAX_FILE);
        let length = length.ok_or_else(|| KeyError::NotAKey(path.to_owned()))?;
        // Room for all of it at once: a buffer that grows leaves copies of the key behind.
        let mut pem = Zeroizing::new(String::with_capacity(length + 1));
        file.take(MAX_FILE).read_to_string(&mut pem).map_err(|cause| match cause.kind() {
            io::ErrorKind::InvalidData => KeyError::NotAKey(path.to_owned()),
            _ => disk(cause),
        })?;
        if pem.starts_with(OLD_EC) || pem.starts_with(OLD_EC_PARAMETERS) {
            return Err(KeyError::OldForm(path.to_owned()));
        }
        if pem.starts_with(OLD_RSA) {
            return Err(KeyError::Rsa(path.to_owned()));
        }
        if !pem.starts_with(PLAIN) && !pem.starts_with(ENCRYPTED) {
            return Err(KeyError::NotAKey(path.to_owned()));
        }
        Ok(KeyFile { path: path.to_owned(), pem })
    }

    /// Whether the file needs a passphrase.
    pub fn is_encrypted(&self) -> bool {
        self.pem.starts_with(ENCRYPTED)
    }

    /// Opens the file; `passphrase` is needed where it is encrypted.
    ///
    /// # Errors
    /// The passphrase is missing or wrong, or the key is of another kind.
    pub fn open(&self, passphrase: Option<&SecretString>) -> Result<PrivateKey, KeyError> {
        let not_a_key = || KeyError::NotAKey(self.path.clone());
        let unfit = |unfit| match unfit {
            Unfit::Rsa => KeyError::Rsa(self.path.clone()),
            Unfit::Other => not_a_key(),
        };
        if !self.is_encrypted() {
            let opened = pkcs8::SecretDocument::from_pem(&self.pem).map_err(|_| not_a_key())?.1;
            return PrivateKey::from_pkcs8(opened.as_bytes()).map_err(unfit);
        }
        let passphrase = passphrase.ok_or_else(|| KeyError::PassphraseNeeded(self.path.clone()))?;
        // A wrong passphrase leaves nonsense behind, which shows as one of several errors.
        let opened = pkcs8::SecretDocument::from_pem(&self.pem).map_err(|_| not_a_key())?.1;
        let info = pkcs8::EncryptedPrivateKeyInfoRef::try_from(opened.as_bytes()).map_err(|_| not_a_key())?;
        let plain = info
            .decrypt(passphrase.expose_secret())
            .map_err(|_| KeyError::WrongPassphrase(self.path.clone()))?;
        PrivateKey::from_pkcs8(plain.as_bytes()).map_err(unfit)
    }
}

/// A PKCS#8 PEM file, encrypted where there is a passphrase.
fn pem(key: &impl EncodePrivateKey, passphrase: Option<&SecretString>) -> pkcs8::Result<Zeroizing<String>> {
    match passphrase {
        Some(passphrase) => key.to_pkcs8_encrypted_pem(passphrase.expose_secret(), LineEnding::LF),
        None => key.to_pkcs8_pem(LineEnding::LF),
    }
}

#[cfg(unix)]
fn check_access(path: &Path, metadata: &fs::Metadata) -> Result<(), KeyError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 { Ok(()) } else { Err(KeyError::Exposed { path: path.to_owned(), mode }) }
}

#[cfg(not(unix))]
fn check_access(_path: &Path, _metadata: &fs::Metadata) -> Result<(), KeyError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back_with_its_passphrase_only() {
        for algorithm in [KeyAlgorithm::Ed25519, KeyAlgorithm::P256, KeyAlgorithm::P384] {
            comes_back(algorithm);
        }
    }

    fn comes_back(algorithm: KeyAlgorithm) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.key");
        let key = PrivateKey::generate_as(algorithm).unwrap();
        let right = SecretString::from("đúng");
        key.write(&path, Some(&right)).unwrap();
        let file = KeyFile::read(&path).unwrap();
        assert!(file.is_encrypted());
        assert!(matches!(file.open(None), Err(KeyError::PassphraseNeeded(_))));
        let wrong = SecretString::from("sai");
        assert!(matches!(file.open(Some(&wrong)), Err(KeyError::WrongPassphrase(_))));
        let opened = file.open(Some(&right)).unwrap();
        assert_eq!(opened.public_key_info().unwrap(), key.public_key_info().unwrap());
        assert_eq!(opened.sign(b"a"), key.sign(b"a"));
        assert!(matches!(key.write(&path, None), Err(KeyError::Disk { .. })));
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.key");
        PrivateKey::generate().unwrap().write(&path, None).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(KeyFile::read(&path), Err(KeyError::Exposed { mode: 0o640, .. })));
    }
}
