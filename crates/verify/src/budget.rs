//! How much work the search for paths may cost: for one certificate alone, or for all those of a file together.
//! What certificates and revocation data claim comes from strangers: a file with a thousand look-alike issuers
//! must not take minutes.

use std::cell::Cell;

/// The most signatures that are verified for one question.
const MAX_SIGNATURES: u32 = 256;
/// The most bytes under these signatures and in lists that are searched.
const MAX_BYTES: usize = 256 << 20;
/// The most pairs of names that are compared.
const MAX_NAMES: u32 = 50_000;
/// A file with many signatures asks more often, and most of its questions are small.
const FILE_FACTOR: u32 = 4;

/// What searching for paths may still cost: signatures to verify, bytes under them, names to compare.
#[derive(Debug)]
pub(crate) struct PathBudget {
    signatures: Cell<u32>,
    bytes: Cell<usize>,
    names: Cell<u32>,
    spent: Cell<bool>,
}

impl PathBudget {
    pub(crate) fn new() -> PathBudget {
        PathBudget {
            signatures: Cell::new(MAX_SIGNATURES),
            bytes: Cell::new(MAX_BYTES),
            names: Cell::new(MAX_NAMES),
            spent: Cell::new(false),
        }
    }

    /// For all questions of one file.
    pub(crate) fn of_file() -> PathBudget {
        PathBudget {
            signatures: Cell::new(MAX_SIGNATURES * FILE_FACTOR),
            bytes: Cell::new(MAX_BYTES * 2),
            names: Cell::new(MAX_NAMES * FILE_FACTOR),
            spent: Cell::new(false),
        }
    }

    /// Takes the verification of a signature over `bytes` bytes; `false` where it is too much.
    pub(crate) fn take_signature(&self, bytes: usize) -> bool {
        let Some(left) = self.signatures.get().checked_sub(1) else {
            self.exhaust();
            return false;
        };
        self.signatures.set(left);
        self.take_bytes(bytes)
    }

    /// Takes a walk over `bytes` bytes; `false` where it is too much.
    pub(crate) fn take_bytes(&self, bytes: usize) -> bool {
        let Some(left) = self.bytes.get().checked_sub(bytes) else {
            self.exhaust();
            return false;
        };
        self.bytes.set(left);
        true
    }

    /// Takes a comparison of two names; `false` where it is too much.
    pub(crate) fn take_names(&self) -> bool {
        let Some(left) = self.names.get().checked_sub(1) else {
            self.exhaust();
            return false;
        };
        self.names.set(left);
        true
    }

    /// Notes that something was left unseen.
    pub(crate) fn exhaust(&self) {
        self.spent.set(true);
    }

    /// Whether something was left unseen, so that «nothing was found» means nothing.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.spent.get()
    }
}
