//! The bytes that a signature is made over, and their digests. The signatures of one file cover almost
//! the same bytes, so each algorithm goes through the file once.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell};

use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::cms::DigestAlgorithm;

/// Bytes that may be digested beside four times the file's own, for all of its signatures together: what
/// an honest one covers ends soon after its gap.
const MORE: u64 = 256 << 20;

/// The beginnings of a file, up to where a signature stands in it.
pub(super) struct Beginnings<'a> {
    bytes: &'a [u8],
    /// Where they end, in order.
    ends: Vec<usize>,
    /// How many bytes may still be digested.
    left: Cell<u64>,
    sha256: OnceCell<Vec<(usize, Sha256)>>,
    sha384: OnceCell<Vec<(usize, Sha384)>>,
    sha512: OnceCell<Vec<(usize, Sha512)>>,
}

impl<'a> Beginnings<'a> {
    /// The beginnings of `bytes` that end at `ends`.
    pub(super) fn new(bytes: &'a [u8], mut ends: Vec<usize>) -> Beginnings<'a> {
        ends.sort_unstable();
        ends.dedup();
        let left = Cell::new((bytes.len() as u64).saturating_mul(4).saturating_add(MORE));
        Beginnings {
            bytes,
            ends,
            left,
            sha256: OnceCell::new(),
            sha384: OnceCell::new(),
            sha512: OnceCell::new(),
        }
    }

    /// The digest of the first `end` bytes and of `rest`.
    fn digest(&self, algorithm: DigestAlgorithm, end: usize, rest: &[u8]) -> Option<Vec<u8>> {
        self.left.set(self.left.get().checked_sub(rest.len() as u64)?);
        Some(match algorithm {
            DigestAlgorithm::Sha256 => self.finish(&self.sha256, end, rest),
            DigestAlgorithm::Sha384 => self.finish(&self.sha384, end, rest),
            DigestAlgorithm::Sha512 => self.finish(&self.sha512, end, rest),
        })
    }

    fn finish<D: Digest + Clone>(
        &self,
        states: &OnceCell<Vec<(usize, D)>>,
        end: usize,
        rest: &[u8],
    ) -> Vec<u8> {
        let states = states.get_or_init(|| {
            let (mut state, mut at) = (D::new(), 0);
            let mut states = Vec::with_capacity(self.ends.len());
            for end in &self.ends {
                state.update(self.bytes.get(at..*end).unwrap_or_default());
                at = *end;
                states.push((at, state.clone()));
            }
            states
        });
        let known = states.iter().rev().find(|(known, _)| *known <= end);
        let (at, state) = known.map_or((0, D::new()), |(at, state)| (*at, state.clone()));
        let middle = self.bytes.get(at..end).unwrap_or_default();
        state.chain_update(middle).chain_update(rest).finalize().to_vec()
    }
}

/// What one signature or time-stamp is made over.
pub(super) enum SignedBytes<'a> {
    /// All of these bytes.
    Whole(&'a [u8]),
    /// A file but for the gap that the signature stands in (/ByteRange, ISO 32000-2 12.8.1).
    Around {
        /// The beginnings of the file.
        file: &'a Beginnings<'a>,
        /// Where the gap begins.
        gap: usize,
        /// What follows the gap.
        rest: &'a [u8],
    },
}

impl SignedBytes<'_> {
    /// Their digest; `None` where the signatures of the file would cost too much.
    pub(super) fn digest(&self, algorithm: DigestAlgorithm) -> Option<Vec<u8>> {
        match self {
            SignedBytes::Whole(bytes) => Some(algorithm.digest(bytes)),
            SignedBytes::Around { file, gap, rest } => file.digest(algorithm, *gap, rest),
        }
    }

    /// All of them, in one piece; `None` where the signatures of the file would cost too much.
    pub(super) fn all(&self) -> Option<Cow<'_, [u8]>> {
        match self {
            SignedBytes::Whole(bytes) => Some(Cow::Borrowed(bytes)),
            SignedBytes::Around { file, gap, rest } => {
                let first = file.bytes.get(..*gap)?;
                file.left.set(file.left.get().checked_sub((first.len() + rest.len()) as u64)?);
                Some(Cow::Owned([first, rest].concat()))
            }
        }
    }
}
