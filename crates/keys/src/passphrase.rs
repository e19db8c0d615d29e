//! Passphrases and PINs that stand in a file, for programs that nobody sits at; and new ones that nobody chose.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use secrecy::SecretString;
use zeroize::Zeroizing;

use super::error::KeyError;

/// The longest passphrase, in bytes.
const MAX_LENGTH: usize = 4096;

/// The first line of the file at `path`.
///
/// # Errors
/// The file can't be read, or its first line is no passphrase.
pub fn read(path: &Path) -> Result<SecretString, KeyError> {
    let disk = |cause| KeyError::Disk { path: path.to_owned(), cause };
    let unusable = || KeyError::NotAPassphrase { path: path.to_owned(), most: MAX_LENGTH };
    let mut file = File::open(path).map_err(disk)?;
    // Room for all of it at once: a buffer that grows leaves copies behind. Byte by byte, because what follows in a
    // pipe is somebody else's.
    let mut line = Zeroizing::new(Vec::with_capacity(MAX_LENGTH));
    let mut byte = Zeroizing::new([0_u8]);
    while file.read(byte.as_mut_slice()).map_err(disk)? > 0 {
        match *byte {
            [b'\n'] => break,
            _ if line.len() == MAX_LENGTH => return Err(unusable()),
            [other] => line.push(other),
        }
    }
    let line = line.strip_suffix(b"\r").unwrap_or(&line);
    let line = std::str::from_utf8(line).map_err(|_| unusable())?;
    Ok(SecretString::from(line))
}

/// A passphrase that nobody chose: 128 random bits in hexadecimal.
///
/// # Errors
/// The system gives no random bytes.
pub fn random() -> Result<SecretString, KeyError> {
    let mut bits = Zeroizing::new([0; 16]);
    getrandom::fill(bits.as_mut_slice())?;
    Ok(SecretString::from(crate::hex::lower(bits.as_slice())))
}
