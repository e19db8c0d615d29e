//! The agency's key where a machine of the office holds it, to seal what the authorised person has signed
//! (NĐ 30/2020 Điều 26, 32).

use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use secrecy::SecretString;
use time::OffsetDateTime;

use crate::document::clean_png;
use crate::explain::{self, Explain, Refusal};
use crate::keys::KeyError;
use crate::keys::KeyFile;
use crate::keys::{self, passphrase};
use crate::lang::Message;
use crate::message;
use crate::office::SealChoice;
use crate::sign::token::{TokenChoice, TokenError, TokenKey, TokenSigner};
use crate::sign::{FileSigner, SignError, Signer};

/// The longest image of a seal, in bytes.
const MAX_IMAGE: u64 = 8 << 20;

/// The agency's key, ready to seal.
pub struct Seal {
    /// Signs with the agency's key.
    pub signer: Box<dyn Signer + Send>,
    /// The picture of the seal, a clean PNG.
    pub image: Option<Vec<u8>>,
}

/// The agency's key, opened again where its files or the choice of it changed.
#[derive(Default)]
pub struct KeptSeal(Option<(SealChoice, Vec<FileState>, Seal)>);

/// A file as it was when it was read.
#[derive(Debug, PartialEq, Eq)]
struct FileState {
    path: PathBuf,
    modified: SystemTime,
    length: u64,
}

impl KeptSeal {
    /// The key that `choice` names now: see [`open`].
    ///
    /// # Errors
    /// As [`open`].
    pub fn current(
        &mut self,
        choice: &SealChoice,
        folder: &Path,
        now: OffsetDateTime,
    ) -> Result<&Seal, SealError> {
        let files = files_of(choice, folder)?;
        // What can't be opened any more is not used any longer either.
        let kept = self.0.take().filter(|(known, states, _)| known == choice && *states == files);
        let kept = match kept {
            Some(kept) => kept,
            None => (choice.clone(), files, open(choice, folder, now)?),
        };
        Ok(&self.0.insert(kept).2)
    }
}

/// The files that `choice` names, as they are.
fn files_of(choice: &SealChoice, folder: &Path) -> Result<Vec<FileState>, SealError> {
    let beside = choice.key.as_ref().filter(|_| choice.certificate.is_none());
    let beside = beside.map(|key| key.with_extension("crt"));
    let named = [&choice.key, &choice.certificate, &choice.passphrase_file, &choice.image, &beside];
    let mut states = Vec::new();
    for path in named.into_iter().filter_map(Option::as_ref) {
        let path = folder.join(path);
        let state = std::fs::metadata(&path).and_then(|file| Ok((file.modified()?, file.len())));
        let (modified, length) = state.map_err(|cause| SealError::Disk { path: path.clone(), cause })?;
        states.push(FileState { path, modified, length });
    }
    Ok(states)
}

/// Why there is no key to seal with.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.words().en)]
#[non_exhaustive]
pub enum SealError {
    /// The configuration names no key, or a file and a token.
    Choice,
    /// Key file, certificate or passphrase can't be used.
    Key(#[from] KeyError),
    /// The token can't be used.
    Token(#[from] TokenError),
    /// Key and certificate don't sign.
    Sign(#[from] SignError),
    /// The image is none that can be shown.
    Image {
        /// The path of the image.
        path: PathBuf,
        /// What makes it unfit.
        reason: Message,
    },
    /// The image, or another file of the key, can't be read.
    Disk {
        /// The path of the file.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
}

impl Explain for SealError {
    fn words(&self) -> Message {
        match self {
            SealError::Choice => message!(
                "[seal] của vanthu.toml cần key (tệp khóa) hoặc token (mô-đun PKCS#11), chỉ một trong hai",
                "[seal] of vanthu.toml needs key (a key file) or token (a PKCS#11 module), one of the two"
            ),
            SealError::Key(cause) => cause.words(),
            SealError::Token(cause) => cause.words(),
            SealError::Sign(cause) => cause.words(),
            SealError::Image { path, reason: Message { vi, en } } => {
                let path = path.display();
                message!("{path}: {vi}", "{path}: {en}")
            }
            SealError::Disk { path, cause } => explain::disk(path, cause),
        }
    }

    fn kind(&self) -> Refusal {
        match self {
            SealError::Choice | SealError::Image { .. } => Refusal::Rejected,
            SealError::Key(cause) => cause.kind(),
            SealError::Token(cause) => cause.kind(),
            SealError::Sign(cause) => cause.kind(),
            SealError::Disk { .. } => Refusal::Environment,
        }
    }
}

/// Opens the key that `choice` names, of the office in `folder`, to sign from `now` on.
///
/// # Errors
/// Key, certificate, token, passphrase or image can't be used.
pub fn open(choice: &SealChoice, folder: &Path, now: OffsetDateTime) -> Result<Seal, SealError> {
    let passphrase = choice.passphrase_file.as_deref().map(|path| passphrase::read(&folder.join(path)));
    let passphrase = passphrase.transpose()?;
    let given = match &choice.certificate {
        Some(path) => keys::read_certificates(&folder.join(path))?,
        None => Vec::new(),
    };
    let signer: Box<dyn Signer + Send> = match (&choice.key, &choice.token) {
        (Some(key), None) => {
            let key = folder.join(key);
            let mut chain = match given.is_empty() {
                true => keys::read_certificates(&key.with_extension("crt"))?,
                false => given,
            };
            if chain.is_empty() {
                return Err(KeyError::NotACertificate(key.with_extension("crt")).into());
            }
            let certificate = chain.remove(0);
            let file = KeyFile::read(&key)?;
            let key = file.open(passphrase.as_ref().filter(|_| file.is_encrypted()))?;
            Box::new(FileSigner::new(key, certificate, chain, now)?)
        }
        (None, Some(module)) => {
            let token = TokenChoice {
                module: folder.join(module),
                token: choice.token_label.clone(),
                key: choice.key_label.clone(),
            };
            let pin = passphrase.unwrap_or_else(|| SecretString::from(""));
            Box::new(TokenSigner::new(TokenKey::open(&token, &pin)?, given, now)?)
        }
        _ => return Err(SealError::Choice),
    };
    let image = choice.image.as_deref().map(|path| picture(&folder.join(path))).transpose()?;
    Ok(Seal { signer, image })
}

fn picture(path: &Path) -> Result<Vec<u8>, SealError> {
    use std::io::Read;
    let mut bytes = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(MAX_IMAGE + 1).read_to_end(&mut bytes));
    let path = || path.to_owned();
    read.map_err(|cause| SealError::Disk { path: path(), cause })?;
    if bytes.len() as u64 > MAX_IMAGE {
        let reason = message!("ảnh quá lớn", "the image is too large");
        return Err(SealError::Image { path: path(), reason });
    }
    clean_png(&bytes).map_err(|reason| SealError::Image { path: path(), reason })
}
