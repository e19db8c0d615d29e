//! Four viewers as an oracle: what we call valid, they draw as it was signed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "in a test a panic is the message"
)]

mod acts;
mod authority;
mod base;
mod form;
mod law;
mod picture;
mod random;
mod stamped;
mod tail;
mod twists;
mod viewer;

#[path = "../verify/foreign.rs"]
mod foreign;
#[path = "../judges/mod.rs"]
mod judges;
#[path = "../support/pdf.rs"]
mod pdf;
#[path = "../support/poppler.rs"]
mod poppler;
#[path = "../support/signature.rs"]
mod signature;

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::thread;

use lopdf::{Dictionary, Stream};

use crate::base::{Base, World};
use crate::law::{Court, Recipe, Tally};
use crate::tail::Tail;
use crate::viewer::Program;

static WORLD: LazyLock<World> = LazyLock::new(World::new);
static BASES: LazyLock<Vec<Base>> = LazyLock::new(|| WORLD.bases());

/// How many tails the test command makes.
const TAILS: u64 = 2000;
/// How many processes of each viewer draw at the same time.
const COURTS: u64 = 2;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|value| value.parse().unwrap_or_else(|_| panic!("{name} is no number")))
}

/// Tries the numbers from `first` on.
fn try_all(first: u64, count: u64) -> Tally {
    let court = |own: u64| {
        let mut court = Court::new(&WORLD, &BASES);
        let mut tally = Tally::default();
        for seed in (first..first + count).filter(|seed| seed % COURTS == own) {
            court.try_seed(seed, &mut tally);
        }
        tally
    };
    thread::scope(|scope| {
        let running: Vec<_> = (0..COURTS).map(|own| scope.spawn(move || court(own))).collect();
        let mut tally = Tally::default();
        running.into_iter().for_each(|one| tally.add(one.join().unwrap()));
        tally
    })
}

#[test]
fn what_is_called_valid_looks_as_it_was_signed() {
    let (first, count) = (number("VANTHU_SEED").unwrap_or(0), number("VANTHU_TAILS").unwrap_or(TAILS));
    let tally = try_all(first, count);
    println!(
        "{} tails: the rules accept {}, {} of them differ and were drawn by {} viewers; {} were drawn otherwise and refused \
         by the witness; {} counterexamples",
        tally.tails,
        tally.accepted,
        tally.drawn,
        Program::ALL.len(),
        tally.seen_by_witness,
        tally.counterexamples.len()
    );
    println!("accepted of each base: {:#?}", tally.bases);
    if let Some(folder) = std::env::var_os("VANTHU_COUNTEREXAMPLES") {
        for one in &tally.counterexamples {
            let name = format!("{}-{:?}.pdf", one.recipe.seed, one.program);
            std::fs::write(std::path::Path::new(&folder).join(name), &one.file).unwrap();
        }
    }
    let mut kinds: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for one in &tally.counterexamples {
        kinds.entry(one.recipe.steps()).or_default().push(one.to_string());
    }
    assert!(kinds.is_empty(), "{} kinds: {kinds:#?}", kinds.len());
    // A law about nothing would always hold.
    if count >= 1000 {
        assert!(tally.drawn as u64 * 10 >= count, "only {} of {count} tails were drawn", tally.drawn);
        let untouched: Vec<&str> =
            BASES.iter().map(|base| base.name).filter(|name| !tally.bases.contains_key(name)).collect();
        assert!(untouched.is_empty(), "nothing was accepted of {untouched:?}");
    }
}

/// An update that paints over the content of the first page.
fn painted_over(base: &Base) -> Vec<u8> {
    let mut tail = Tail::new(base);
    tail.put(base.contents()[0], Stream::new(Dictionary::new(), b"0 0 300 300 re f".to_vec()).into());
    tail.write()
}

#[test]
fn every_viewer_tells_a_forgery_from_what_was_signed() {
    let mut court = Court::new(&WORLD, &BASES);
    for (index, base) in BASES.iter().enumerate() {
        let forged = painted_over(base);
        for (viewer, program) in Program::ALL.iter().enumerate() {
            let same = court.look(viewer, index, &base.bytes, &[]);
            assert_eq!(same, None, "{program:?} draws «{}» in two ways", base.name);
            let seen = court.look(viewer, index, &forged, &[]);
            assert!(seen.is_some(), "{program:?} does not see that «{}» was painted over", base.name);
            let cut = court.look(viewer, index, &base.bytes[..200], &[]);
            assert!(cut.is_some(), "{program:?} draws the beginning of «{}»", base.name);
        }
    }
}

/// A difference is told outside of what is allowed, on turned pages too, and not inside.
#[test]
fn every_viewer_sees_where_a_difference_is() {
    let index = BASES.iter().position(|base| base.name == "form, P 2").unwrap();
    let base = &BASES[index];
    let mut court = Court::new(&WORLD, &BASES);
    for (page, rect) in [(0, [300.0, 300.0, 400.0, 350.0]), (1, [200.0, 300.0, 300.0, 350.0])] {
        let mut tail = Tail::new(base);
        let [left, bottom, right, top] = rect;
        let drawing = format!("{left} {bottom} {} {} re f", right - left, top - bottom);
        let content = tail.stream(Dictionary::new(), drawing.as_bytes());
        let all: Vec<lopdf::Object> =
            vec![base.parts.get_page_contents(base.pages[page])[0].into(), content.into()];
        tail.edit(base.pages[page], |page| page.set("Contents", all));
        let file = tail.write();
        let region = |rect| vanthu::verify::Region { page: page + 1, rect };
        let beside = region([left + 30.0, bottom, right, top]);
        for (viewer, program) in Program::ALL.iter().enumerate() {
            assert_eq!(court.look(viewer, index, &file, &[region(rect)]), None, "{program:?}, page {page}");
            assert!(court.look(viewer, index, &file, &[beside]).is_some(), "{program:?}, page {page}");
        }
    }
}

#[test]
fn a_number_makes_the_same_tail_again() {
    for seed in 0..50 {
        let recipe = Recipe::of(seed, BASES.len());
        let again = Recipe::of(seed, BASES.len());
        assert_eq!((recipe.base, recipe.steps()), (again.base, again.steps()));
        // The authority's clock goes on.
        if !recipe.steps().contains("time-stamp") {
            assert_eq!(recipe.file(&BASES, &WORLD), again.file(&BASES, &WORLD), "seed {seed}");
        }
    }
}
