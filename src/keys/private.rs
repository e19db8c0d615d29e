//! Private keys: Ed25519 in PKCS#8 PEM files, encrypted by default and for their owner only.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::KeypairBytes;
use pkcs8::der::pem::LineEnding;
use pkcs8::{DecodePrivateKey, EncodePrivateKey};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::KeyError;
use crate::file::{Existing, Staged};

/// No key file is longer than this many bytes.
const MAX_FILE: u64 = 64 << 10;
const PLAIN: &str = "-----BEGIN PRIVATE KEY-----";
const ENCRYPTED: &str = "-----BEGIN ENCRYPTED PRIVATE KEY-----";

/// An Ed25519 private key; its bytes are wiped when it is dropped.
#[derive(Debug)]
pub struct PrivateKey(SigningKey);

/// A key file that was read and not yet opened.
#[derive(Debug)]
pub struct KeyFile {
    path: PathBuf,
    pem: Zeroizing<String>,
}

impl PrivateKey {
    /// Makes a new key.
    ///
    /// # Errors
    /// The system gives no random bytes.
    pub fn generate() -> Result<PrivateKey, KeyError> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(seed.as_mut_slice())?;
        Ok(PrivateKey(SigningKey::from_bytes(&seed)))
    }

    /// The key itself.
    pub fn signing_key(&self) -> &SigningKey {
        &self.0
    }

    /// Prepares the key as a file at `path` that its owner alone may read: PKCS#8 version 1
    /// (RFC 5208), which OpenSSL and Python read, encrypted with PBES2 (scrypt, AES-256-CBC) where
    /// there is a passphrase.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn stage(&self, path: &Path, passphrase: Option<&SecretString>) -> Result<Staged, KeyError> {
        // Version 2 would hold the public key as well, which OpenSSL 3.0 can't read.
        let bytes = KeypairBytes { secret_key: self.0.to_bytes(), public_key: None };
        let pem = match passphrase {
            Some(passphrase) => bytes.to_pkcs8_encrypted_pem(passphrase.expose_secret(), LineEnding::LF),
            None => bytes.to_pkcs8_pem(LineEnding::LF),
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
    /// It can't be read, others may read it, or it is not a PKCS#8 PEM file.
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
    /// The passphrase is missing or wrong, or the key is not an Ed25519 key.
    pub fn open(&self, passphrase: Option<&SecretString>) -> Result<PrivateKey, KeyError> {
        let not_a_key = || KeyError::NotAKey(self.path.clone());
        if !self.is_encrypted() {
            return SigningKey::from_pkcs8_pem(&self.pem).map(PrivateKey).map_err(|_| not_a_key());
        }
        let passphrase = passphrase.ok_or_else(|| KeyError::PassphraseNeeded(self.path.clone()))?;
        // A wrong passphrase leaves nonsense behind, which shows as one of several errors.
        let opened = pkcs8::SecretDocument::from_pem(&self.pem).map_err(|_| not_a_key())?.1;
        let info = pkcs8::EncryptedPrivateKeyInfoRef::try_from(opened.as_bytes()).map_err(|_| not_a_key())?;
        let plain = info
            .decrypt(passphrase.expose_secret())
            .map_err(|_| KeyError::WrongPassphrase(self.path.clone()))?;
        let key = SigningKey::from_pkcs8_der(plain.as_bytes()).map_err(|_| not_a_key())?;
        Ok(PrivateKey(key))
    }
}

/// A passphrase that nobody chose: 128 random bits in hexadecimal.
///
/// # Errors
/// The system gives no random bytes.
pub fn random_passphrase() -> Result<SecretString, KeyError> {
    let mut bits = Zeroizing::new([0; 16]);
    getrandom::fill(bits.as_mut_slice())?;
    Ok(SecretString::from(crate::hex::lower(bits.as_slice())))
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
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.key");
        let key = PrivateKey::generate().unwrap();
        let right = SecretString::from("đúng");
        key.write(&path, Some(&right)).unwrap();
        let file = KeyFile::read(&path).unwrap();
        assert!(file.is_encrypted());
        assert!(matches!(file.open(None), Err(KeyError::PassphraseNeeded(_))));
        let wrong = SecretString::from("sai");
        assert!(matches!(file.open(Some(&wrong)), Err(KeyError::WrongPassphrase(_))));
        let opened = file.open(Some(&right)).unwrap();
        assert_eq!(opened.signing_key().to_bytes(), key.signing_key().to_bytes());
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
