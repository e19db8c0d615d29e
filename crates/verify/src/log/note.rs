//! Signed notes (C2SP signed-note): text that Ed25519 keys vouch for, and the keys as text.

use std::fmt;
use std::str::FromStr;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::explain::{Explain, Refusal};
use crate::lang::Message;
use crate::message;
/// The longest note, in bytes.
const MAX_NOTE: usize = 64 << 10;
/// The most signatures that are looked at; 16 must be.
const MAX_SIGNATURES: usize = 64;
/// The longest name of a key, in bytes.
const MAX_NAME: usize = 256;
/// The signature type of Ed25519.
const ED25519: u8 = 0x01;
const DASH: &str = "\u{2014} ";

/// A public key that signs notes, with its name: `name+id+key`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    key: VerifyingKey,
}

/// A note that was read and that nobody vouches for yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<(String, Vec<u8>)>,
}

/// Why a note or a key is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.words().en)]
#[non_exhaustive]
pub enum NoteError {
    /// The text is not a key of the form `name+id+key`, of Ed25519.
    Key,
    /// The name is empty, too long, or has spaces or plus signs.
    Name,
    /// The bytes are no signed note, or too many.
    Form,
    /// The key has not signed the note.
    Unknown,
    /// The key's signature does not hold.
    Signature,
}

impl Explain for NoteError {
    fn words(&self) -> Message {
        match self {
            NoteError::Key => message!(
                "không phải khóa kiểm tra (tên+id+khóa, Ed25519)",
                "not a verifier key (name+id+key, Ed25519)"
            ),
            NoteError::Name => message!("không phải tên của khóa", "not a name of a key"),
            NoteError::Form => message!("không phải bản ghi có chữ ký", "not a signed note"),
            NoteError::Unknown => message!("không do khóa này ký", "not signed by this key"),
            NoteError::Signature => message!("chữ ký không đúng", "the signature does not hold"),
        }
    }

    fn kind(&self) -> Refusal {
        match self {
            NoteError::Key | NoteError::Name => Refusal::Key,
            NoteError::Form | NoteError::Unknown | NoteError::Signature => Refusal::Rejected,
        }
    }
}

impl VerifierKey {
    /// The Ed25519 public key `key` (RFC 8032 §5.1.5), under `name`.
    ///
    /// # Errors
    /// [`NoteError::Name`] or [`NoteError::Key`]: `name` or `key` is none.
    pub fn new(name: &str, key: &[u8]) -> Result<VerifierKey, NoteError> {
        if !is_name(name) {
            return Err(NoteError::Name);
        }
        let bytes = <&[u8; 32]>::try_from(key).map_err(|_| NoteError::Key)?;
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| NoteError::Key)?;
        Ok(VerifierKey { name: name.to_owned(), key })
    }

    /// Its name: of a log, its origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The SHA-256 fingerprint of the key that people compare, in hexadecimal: of the text form.
    pub fn fingerprint(&self) -> String {
        crate::hex::lower(&Sha256::digest(self.to_string()))
    }

    /// The note in which this key vouches for `text`, which ends with a newline, by `signature`: 64 bytes,
    /// of the bytes of `text` (RFC 8032). Whether it holds, [`Note::verified`] says.
    pub fn note(&self, text: &str, signature: &[u8]) -> String {
        let signature = BASE64_STANDARD.encode([&self.id(), signature].concat());
        format!("{text}\n{DASH}{} {signature}\n", self.name)
    }

    /// The first four bytes of the digest of name, type and key.
    fn id(&self) -> [u8; 4] {
        let mut digest = Sha256::new();
        digest.update(&self.name);
        digest.update([b'\n', ED25519]);
        digest.update(self.key.as_bytes());
        let [a, b, c, d, ..] = <[u8; 32]>::from(digest.finalize());
        [a, b, c, d]
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = vec![ED25519];
        key.extend(self.key.as_bytes());
        write!(f, "{}+{}+{}", self.name, crate::hex::lower(&self.id()), BASE64_STANDARD.encode(key))
    }
}

impl FromStr for VerifierKey {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<VerifierKey, NoteError> {
        let mut parts = text.trim_end().splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoteError::Key);
        };
        if !is_name(name) {
            return Err(NoteError::Name);
        }
        let bytes = BASE64_STANDARD.decode(key).map_err(|_| NoteError::Key)?;
        let Some((&ED25519, bytes)) = bytes.split_first() else {
            return Err(NoteError::Key);
        };
        let key = VerifierKey::new(name, bytes)?;
        if crate::hex::lower(&key.id()) == id { Ok(key) } else { Err(NoteError::Key) }
    }
}

/// Names have no spaces and no plus signs, so that a key can be taken apart again.
fn is_name(name: &str) -> bool {
    let fits = |c: char| !c.is_whitespace() && !c.is_control() && c != '+';
    !name.is_empty() && name.len() <= MAX_NAME && name.chars().all(fits)
}

impl Note {
    /// Reads a note without judging its signatures.
    ///
    /// # Errors
    /// It is none, or longer than 64 KiB.
    pub fn parse(note: &str) -> Result<Note, NoteError> {
        let hidden = |c: char| c != '\n' && c < ' ';
        if note.len() > MAX_NOTE || note.contains(hidden) || !note.ends_with('\n') {
            return Err(NoteError::Form);
        }
        let (text, rest) = note.rsplit_once("\n\n").ok_or(NoteError::Form)?;
        let mut signatures = Vec::new();
        for line in rest.lines() {
            let (name, signature) =
                line.strip_prefix(DASH).and_then(|line| line.split_once(' ')).ok_or(NoteError::Form)?;
            let signature = BASE64_STANDARD.decode(signature).map_err(|_| NoteError::Form)?;
            if !is_name(name) || signature.len() < 5 || signatures.len() >= MAX_SIGNATURES {
                return Err(NoteError::Form);
            }
            signatures.push((name.to_owned(), signature));
        }
        if signatures.is_empty() {
            return Err(NoteError::Form);
        }
        Ok(Note { text: format!("{text}\n"), signatures })
    }

    /// What it says; nothing to rely on.
    pub fn unverified(&self) -> &str {
        &self.text
    }

    /// What it says, where `key` vouches for it.
    ///
    /// # Errors
    /// `key` has not signed it ([`NoteError::Unknown`]), or its signature does not hold.
    pub fn verified(&self, key: &VerifierKey) -> Result<&str, NoteError> {
        let id = key.id();
        let own = |(name, bytes): &(String, Vec<u8>)| {
            let signature = bytes.strip_prefix(&id)?;
            (*name == key.name).then(|| signature.to_vec())
        };
        let mut found = self.signatures.iter().filter_map(own).peekable();
        if found.peek().is_none() {
            return Err(NoteError::Unknown);
        }
        // All that claim to be of this key: a note with a bad one beside a good one is nobody's.
        for signature in found {
            let signature = Signature::from_slice(&signature).map_err(|_| NoteError::Signature)?;
            key.key.verify_strict(self.text.as_bytes(), &signature).map_err(|_| NoteError::Signature)?;
        }
        Ok(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_note_of_the_specification_is_read() {
        let note = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n\
            — quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";
        let read = Note::parse(note).unwrap();
        assert!(read.unverified().ends_with("sole:\n\ned è subito sera.\n"));
        // The base point of the curve, so nobody's key.
        let mut point = [0x66; 32];
        point[0] = 0x58;
        let key = VerifierKey::new("quasimodo.example/salvatore", &point).unwrap();
        assert_eq!(read.verified(&key), Err(NoteError::Unknown));
    }

    /// The key and the note of golang.org/x/mod/sumdb/note's documentation, made by the reference program.
    #[test]
    fn the_reference_implementation_s_note_verifies() {
        let key: VerifierKey =
            "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW".parse().unwrap();
        let text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
        let line = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
        let note = Note::parse(&format!("{text}\n{line}")).unwrap();
        assert_eq!(note.verified(&key), Ok(text));
        let other = Note::parse(&format!("{text}.\n\n{line}")).unwrap();
        assert_eq!(other.verified(&key), Err(NoteError::Signature));
        assert_eq!(key.to_string(), "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    }
}
