//! Every target takes its seeds, and what comes of them when they are cut off and damaged: the same bytes each time.
//! What libFuzzer finds in hours is not found here; that a target still compiles, holds for good files and for the
//! usual damage is.

use std::fs;
use std::panic::catch_unwind;
use std::path::Path;

use vanthu_fuzz::seeds::{self, Seed};

/// How many files come of each seed, for each kind of damage.
const EACH: u64 = 24;

/// Numbers that look like chance, and are the same in every run (SplitMix64).
struct Numbers(u64);

impl Numbers {
    /// One below `end`, or 0.
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let mixed = usize::try_from((mixed ^ (mixed >> 31)) >> 32).expect("32 bits");
        if end == 0 { 0 } else { mixed % end }
    }
}

/// `seed` cut off, with another byte, with one bit turned, without a piece, with a piece twice.
fn damaged(seed: &[u8], numbers: &mut Numbers) -> [Vec<u8>; 5] {
    let place = numbers.below(seed.len());
    let (start, length) = (numbers.below(seed.len()), numbers.below(64));
    let end = seed.len().min(start + length);
    let (mut other, mut turned) = (seed.to_vec(), seed.to_vec());
    if let Some(byte) = other.get_mut(place) {
        *byte = b"\0\xFF 09<>[(/\n-"[numbers.below(12)];
    }
    if let Some(byte) = turned.get_mut(place) {
        *byte ^= 1 << numbers.below(8);
    }
    [
        seed[..place].to_vec(),
        other,
        turned,
        [&seed[..start], &seed[end..]].concat(),
        [&seed[..end], &seed[start..]].concat(),
    ]
}

/// Gives the seeds and all that comes of them to `target`, which panics where something does not hold.
#[track_caller]
fn feed(name: &str, target: fn(&[u8]), seeds: &[Seed]) {
    assert!(!seeds.is_empty());
    let take = |seed: &str, bytes: &[u8]| {
        if catch_unwind(|| target(bytes)).is_err() {
            let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-{name}"));
            fs::write(&kept, bytes).expect("a file is written");
            panic!("the target {name} does not hold for what came of {seed}: {}", kept.display());
        }
    };
    let mut numbers = Numbers(0);
    for (seed, bytes) in seeds {
        take(seed, bytes);
        for _ in 0..EACH {
            for bytes in damaged(bytes, &mut numbers) {
                take(seed, &bytes);
            }
        }
    }
}

#[test]
fn reader() {
    feed("reader", vanthu_fuzz::reader, &seeds::pdfs());
}

#[test]
fn verify() {
    feed("verify", vanthu_fuzz::verify, &seeds::pdfs());
}

#[test]
fn sign() {
    feed("sign", vanthu_fuzz::sign, &seeds::pdfs());
}

#[test]
fn cms() {
    feed("cms", vanthu_fuzz::cms, &seeds::signatures());
}

#[test]
fn changes() {
    feed("changes", vanthu_fuzz::changes, &seeds::updates());
}

#[test]
fn answers() {
    feed("answers", vanthu_fuzz::answers, &seeds::files("fuzz/seeds/answers", &[""], &[]));
}

#[test]
fn receipt() {
    feed("receipt", vanthu_fuzz::receipt, &seeds::files("fuzz/seeds/receipt", &[""], &[]));
}

#[test]
fn document() {
    feed("document", vanthu_fuzz::document, &seeds::files("examples", &[".json"], &[]));
}

#[test]
fn import() {
    feed("import", vanthu_fuzz::import, &seeds::files("tests/fixtures", &[".txt", ".docx"], &[]));
}

#[test]
fn files() {
    let tables = seeds::files("examples", &[".csv"], &[0]);
    let images = seeds::files("examples", &[".svg"], &[2]);
    let photographs = seeds::files("tests/fixtures", &[".jpg"], &[2]);
    feed("files", vanthu_fuzz::files, &[tables, images, photographs].concat());
}
