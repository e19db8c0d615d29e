//! Proofs over the log's Merkle tree (RFC 6962 §2.1), judged by `ct-merkle`.

use ct_merkle::{ConsistencyProof, InclusionProof, RootHash};
use sha2::Sha256;

/// A node of the tree: SHA-256.
pub type Hash = [u8; 32];

/// The largest tree that is believed, in leaves: what a signed 64-bit integer of a database counts.
pub const MAX_SIZE: u64 = i64::MAX as u64;

/// Whether `proof` shows that the tree of `size` leaves with `root` has `leaf` at `index`.
pub fn includes(root: Hash, size: u64, leaf: &[u8], index: u64, proof: &[Hash]) -> bool {
    if index >= size || size > MAX_SIZE {
        return false;
    }
    InclusionProof::<Sha256>::try_from_bytes(proof.concat()).is_ok_and(|proof| {
        RootHash::<Sha256>::new(root.into(), size).verify_inclusion(&leaf, index, &proof).is_ok()
    })
}

/// Whether `proof` shows that the tree `new` (root, leaves) begins with all that the tree `old` has.
pub fn follows(old: (Hash, u64), new: (Hash, u64), proof: &[Hash]) -> bool {
    if old.1 == 0 || old.1 > new.1 || new.1 > MAX_SIZE {
        return false;
    }
    if old.1 == new.1 {
        return old.0 == new.0 && proof.is_empty();
    }
    let tree = |(root, size): (Hash, u64)| RootHash::<Sha256>::new(root.into(), size);
    ConsistencyProof::<Sha256>::try_from_bytes(proof.concat())
        .is_ok_and(|proof| tree(new).verify_consistency(&tree(old), &proof).is_ok())
}
