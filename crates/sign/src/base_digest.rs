//! The digests of the file that is signed, taken in one pass over it.

use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::cms::DigestAlgorithm;

/// What has been hashed so far: of a file that is copied piece by piece, or of one in memory.
#[derive(Debug, Clone)]
pub struct BaseDigest {
    length: usize,
    sha256: Sha256,
    message: MessageDigest,
}

/// The digest that the signature's algorithm asks for.
#[derive(Debug, Clone)]
pub(super) enum MessageDigest {
    Sha256(Sha256),
    Sha384(Sha384),
    Sha512(Sha512),
}

impl BaseDigest {
    /// Of nothing yet; `algorithm` is the one of the signature's message digest.
    pub fn new(algorithm: DigestAlgorithm) -> BaseDigest {
        BaseDigest { length: 0, sha256: Sha256::new(), message: MessageDigest::new(algorithm) }
    }

    /// Of `bytes`.
    pub fn of(bytes: &[u8], algorithm: DigestAlgorithm) -> BaseDigest {
        let mut digest = BaseDigest::new(algorithm);
        digest.update(bytes);
        digest
    }

    /// Takes what follows.
    pub fn update(&mut self, bytes: &[u8]) {
        self.length += bytes.len();
        self.sha256.update(bytes);
        self.message.update(bytes);
    }

    /// How many bytes were taken.
    pub fn length(&self) -> usize {
        self.length
    }

    /// SHA-256 of what was taken.
    pub fn sha256(&self) -> [u8; 32] {
        self.sha256.clone().finalize().into()
    }

    /// The state of the message digest.
    pub(super) fn message(self) -> MessageDigest {
        self.message
    }
}

impl MessageDigest {
    fn new(algorithm: DigestAlgorithm) -> MessageDigest {
        match algorithm {
            DigestAlgorithm::Sha256 => MessageDigest::Sha256(Sha256::new()),
            DigestAlgorithm::Sha384 => MessageDigest::Sha384(Sha384::new()),
            DigestAlgorithm::Sha512 => MessageDigest::Sha512(Sha512::new()),
        }
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        match self {
            MessageDigest::Sha256(digest) => digest.update(bytes),
            MessageDigest::Sha384(digest) => digest.update(bytes),
            MessageDigest::Sha512(digest) => digest.update(bytes),
        }
    }

    pub(super) fn finish(self) -> Vec<u8> {
        match self {
            MessageDigest::Sha256(digest) => digest.finalize().to_vec(),
            MessageDigest::Sha384(digest) => digest.finalize().to_vec(),
            MessageDigest::Sha512(digest) => digest.finalize().to_vec(),
        }
    }
}
