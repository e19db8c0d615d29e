//! What an act says that the log does not say openly: its leaf has a salted digest of it.

use sha2::{Digest, Sha256};

use crate::hex::lower as hex;

/// The digest of what the log does not say openly.
pub(super) fn details_sha256(salt: &str, details: &str) -> String {
    hex(&Sha256::digest(format!("{salt}\n{details}")))
}
