//! What others send while somebody signs: answers of time-stamping servers, requests for certificates, revocation
//! lists, the file of the first of two steps. The first byte says which.

use std::sync::LazyLock;

use tempfile::TempDir;
use vanthu_keys::{read_request, revocation_list};
use vanthu_sign::{BaseDigest, Detached};
use vanthu_verify::cms::DigestAlgorithm;
use vanthu_verify::tsp;

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a folder"));

pub fn answers(bytes: &[u8]) {
    let Some((which, bytes)) = bytes.split_first() else { return };
    let path = FOLDER.path().join("file");
    match which % 5 {
        0 => drop(tsp::token(bytes)),
        1 => drop(tsp::tst_info(bytes)),
        2 => {
            std::fs::write(&path, bytes).expect("a file");
            drop(read_request(&path));
        }
        3 => {
            std::fs::write(&path, bytes).expect("a file");
            drop(revocation_list::read(&path));
        }
        _ => {
            let Ok(step) = serde_json::from_slice::<Detached>(bytes) else { return };
            let _ = step.digest_algorithm();
            drop(step.pending(BaseDigest::of(b"%PDF-1.7", DigestAlgorithm::Sha512)));
        }
    }
}
