//! The agency's key where a machine of the office holds it, to seal what the authorised person has signed
//! (NĐ 30/2020 Điều 26, 32).

use std::path::Path;

use secrecy::SecretString;
use time::OffsetDateTime;

use crate::document::clean_png;
use crate::failure::{Exit, Failure};
use crate::keys::private::KeyFile;
use crate::keys::{self, passphrase};
use crate::lang::Message;
use crate::message;
use crate::office::SealChoice;
use crate::sign::token::{TokenChoice, TokenKey, TokenSigner};
use crate::sign::{FileSigner, Signer};

/// The longest image of a seal, in bytes.
const MAX_IMAGE: u64 = 8 << 20;

/// The agency's key, ready to seal.
pub struct Seal {
    /// Signs with the agency's key.
    pub signer: Box<dyn Signer + Send>,
    /// The picture of the seal, a clean PNG.
    pub image: Option<Vec<u8>>,
}

/// Opens the key that `choice` names, of the office in `folder`, to sign from `now` on.
///
/// # Errors
/// Key, certificate, token, passphrase or image can't be used.
pub fn open(choice: &SealChoice, folder: &Path, now: OffsetDateTime) -> Result<Seal, Failure> {
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
                return Err(keys::KeyError::NotACertificate(key.with_extension("crt")).into());
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
        _ => {
            return Err(Failure::new(
                Exit::Rejected,
                message!(
                    "[seal] của vanthu.toml cần key (tệp khóa) hoặc token (mô-đun PKCS#11), chỉ một trong hai",
                    "[seal] of vanthu.toml needs key (a key file) or token (a PKCS#11 module), one of the two"
                ),
            ));
        }
    };
    let image = choice.image.as_deref().map(|path| picture(&folder.join(path))).transpose()?;
    Ok(Seal { signer, image })
}

fn picture(path: &Path) -> Result<Vec<u8>, Failure> {
    use std::io::Read;
    let mut bytes = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(MAX_IMAGE + 1).read_to_end(&mut bytes));
    read.map_err(|cause| Failure::disk(path, &cause))?;
    let shown = path.display();
    if bytes.len() as u64 > MAX_IMAGE {
        let error = message!("{shown}: ảnh quá lớn", "{shown}: the image is too large");
        return Err(Failure::new(Exit::Rejected, error));
    }
    clean_png(&bytes).map_err(|Message { vi, en }| {
        Failure::new(Exit::Rejected, message!("{shown}: {vi}", "{shown}: {en}"))
    })
}
