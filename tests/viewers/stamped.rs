//! Document time-stamps: as `vanthu extend` appends them, and in updates that somebody else wrote.

use sha2::{Digest, Sha256};
use vanthu::cms::DigestAlgorithm;
use vanthu::pdf::reader;
use vanthu::sign::{BaseDigest, PendingStamp};

use crate::authority::Authority;
use crate::{pdf, signature};

/// Zeros in the place of a token, in bytes.
pub const ROOM: usize = 6 << 10;
/// What stands for the range until it is known.
pub const RANGE: [i64; 4] = [0, 9_999_999_999, 9_999_999_999, 9_999_999_999];

/// `file` with a time-stamp that shows nowhere.
pub fn invisibly(file: &[u8], authority: &Authority) -> Vec<u8> {
    let read = reader::read(file).unwrap();
    let digest = BaseDigest::of(file, DigestAlgorithm::Sha256);
    let pending = PendingStamp::prepare(&read, digest, ROOM).unwrap();
    let token = authority.stamp(pending.digest());
    [file, &pending.complete(&token).unwrap()].concat()
}

/// `file` with a token in the gap that its last revision, which begins at `from`, has for it.
pub fn complete(file: Vec<u8>, from: usize, authority: &Authority) -> Vec<u8> {
    let gap = format!("<{}>", "0".repeat(2 * ROOM));
    let range = format!("[{}]", RANGE.map(|number| number.to_string()).join(" "));
    let has = |part: &str| file[from..].windows(part.len()).any(|window| window == part.as_bytes());
    if !has(&gap) || !has(&range) {
        return file;
    }
    let gap = pdf::find_last(&file, gap.as_bytes());
    let (start, end, length) = (gap.start, gap.end, file.len());
    let file = pdf::overwrite(&file, &range, &format!("[0 {start} {end} {}]", length - end));
    let digest = Sha256::new().chain_update(&file[..start]).chain_update(&file[end..]).finalize();
    let mut token = authority.stamp(&digest);
    token.resize(ROOM, 0);
    pdf::splice(&file, gap, format!("<{}>", signature::hex(&token)).as_bytes())
}
