//! Signing the notes and checkpoints of a register's log (C2SP signed-note, tlog-checkpoint) with an office's key;
//! reading and judging them is [`crate::log`]'s.

use super::error::KeyError;
use super::private::{KeyAlgorithm, PrivateKey};
use crate::log::{Checkpoint, VerifierKey};

/// The public half of `key`, under `name`.
///
/// # Errors
/// [`KeyError::UnknownKey`]: the key is not Ed25519, or `name` can't name a key.
pub fn verifier_key(name: &str, key: &PrivateKey) -> Result<VerifierKey, KeyError> {
    if key.algorithm() != KeyAlgorithm::Ed25519 {
        return Err(KeyError::UnknownKey);
    }
    let information = key.public_key_info()?;
    VerifierKey::new(name, information.subject_public_key.raw_bytes()).map_err(|_| KeyError::UnknownKey)
}

/// The note in which `key`, named `name`, vouches for `text`, which ends with a newline.
///
/// # Errors
/// As [`verifier_key`].
pub fn sign_note(text: &str, name: &str, key: &PrivateKey) -> Result<String, KeyError> {
    Ok(verifier_key(name, key)?.note(text, &key.sign(text.as_bytes())))
}

/// The note in which `key` vouches for `checkpoint`, under the origin of its log.
///
/// # Errors
/// As [`verifier_key`].
pub fn sign_checkpoint(checkpoint: &Checkpoint, key: &PrivateKey) -> Result<String, KeyError> {
    sign_note(&checkpoint.to_text(), &checkpoint.origin, key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::{Note, NoteError};

    #[test]
    fn what_a_key_signs_only_that_key_verifies() {
        let key = PrivateKey::generate().unwrap();
        let own = verifier_key("a.example/sổ", &key).unwrap();
        let note = sign_note("một\nhai\n", "a.example/sổ", &key).unwrap();
        assert_eq!(Note::parse(&note).unwrap().verified(&own.to_string().parse().unwrap()), Ok("một\nhai\n"));
        let other = verifier_key("a.example/sổ", &PrivateKey::generate().unwrap()).unwrap();
        assert_eq!(Note::parse(&note).unwrap().verified(&other), Err(NoteError::Unknown));
        assert!(sign_note("a\n", "có dấu cách", &key).is_err());
    }
}
