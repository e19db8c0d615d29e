//! The law: what is called valid is drawn by every viewer as it was signed, but for the regions that are named.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use sha2::{Digest, Sha256};
use vanthu::verify::{Options, Region, Sight, Verdict, Witness, verify};
use vanthu::witness::Renderer;

use crate::acts::{self, Act};
use crate::base::{Base, World};
use crate::picture::{Picture, difference};
use crate::random::Random;
use crate::stamped;
use crate::tail::Tail;
use crate::twists::{self, Twist};
use crate::viewer::{Drawn, Program, Viewer};

/// How a tail is made; the same number gives the same.
#[derive(Clone)]
pub struct Recipe {
    pub seed: u64,
    pub base: usize,
    acts: Vec<(Act, u64)>,
    twists: Vec<(Twist, u64)>,
}

impl Recipe {
    pub fn of(seed: u64, bases: usize) -> Recipe {
        let mut random = Random::new(seed);
        let base = random.below(bases);
        let is_lawful = random.percent(55);
        let acts = (0..=random.below(3)).map(|index| {
            let lawful = is_lawful || index > 0 && random.percent(50);
            let act = if lawful { *random.pick(&acts::LAWFUL) } else { *random.pick(&acts::UNLAWFUL) };
            (act, random.next())
        });
        let acts = acts.collect();
        let odd = if is_lawful { random.below(3) } else { random.below(2) };
        let mut twists: Vec<(Twist, u64)> =
            (0..random.below(3)).map(|_| (*random.pick(&twists::HARMLESS), random.next())).collect();
        twists.extend((0..odd).map(|_| (*random.pick(&twists::ODD), random.next())));
        Recipe { seed, base, acts, twists }
    }

    /// The whole file.
    pub fn file(&self, bases: &[Base], world: &World) -> Vec<u8> {
        let base = &bases[self.base];
        let mut tail = Tail::new(base);
        for ((_, act), seed) in &self.acts {
            act(&mut tail, &mut Random::new(*seed));
        }
        for ((_, twist), seed) in &self.twists {
            twist(&mut tail, &mut Random::new(*seed));
        }
        let is_stamped = tail.stamp.is_some();
        let file = tail.write();
        if is_stamped { stamped::complete(file, base.bytes.len(), &world.authority) } else { file }
    }

    /// The recipes with one step less.
    fn smaller(&self) -> Vec<Recipe> {
        let without_act = (0..self.acts.len()).map(|index| {
            let mut recipe = self.clone();
            recipe.acts.remove(index);
            recipe
        });
        let without_twist = (0..self.twists.len()).map(|index| {
            let mut recipe = self.clone();
            recipe.twists.remove(index);
            recipe
        });
        without_act.chain(without_twist).collect()
    }

    /// What its steps are called.
    pub fn steps(&self) -> String {
        let acts = self.acts.iter().map(|((name, _), _)| *name);
        let twists = self.twists.iter().map(|((name, _), _)| *name);
        acts.chain(twists).collect::<Vec<&str>>().join(" + ")
    }
}

/// Sees nothing that speaks against a file: then the rules alone decide.
struct Unmoved;

impl Witness for Unmoved {
    fn is_blank(&self, _: &[u8], _: &Region) -> Option<bool> {
        Some(true)
    }

    fn compare(&self, _: &[u8], _: &[u8], _: &[Region]) -> Sight {
        Sight::default()
    }
}

/// What is said of `file` by who looks with `eyes`, and where its changes show by the report.
fn judge(file: &[u8], world: &World, eyes: Option<&Renderer>) -> (Verdict, Vec<Region>) {
    let witness: &dyn Witness = eyes.map_or(&Unmoved, |eyes| eyes);
    let report = verify(file, &Options { witness: Some(witness), ..Options::new(&world.trust, world.at) });
    (report.verdict, report.changes.iter().flat_map(|change| change.regions.iter().copied()).collect())
}

/// Whether somebody may rely on it: what lacks the agency's signature is what the agency goes on to sign.
fn is_accepted(verdict: Verdict) -> bool {
    verdict.is_valid() || verdict == Verdict::Incomplete
}

/// Where the changes of `file` may show, by the rules alone.
///
/// # Errors
/// The verdict, where it is not accepted.
pub fn regions(file: &[u8], world: &World) -> Result<Vec<Region>, Verdict> {
    let (verdict, regions) = judge(file, world, None);
    if is_accepted(verdict) { Ok(regions) } else { Err(verdict) }
}

/// A file that is called valid and looks otherwise than what was signed.
pub struct Counterexample {
    pub recipe: Recipe,
    pub base: &'static str,
    pub program: Program,
    pub what: String,
    pub file: Vec<u8>,
}

impl fmt::Display for Counterexample {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counterexample { recipe, base, program, what, .. } = self;
        write!(out, "seed {}, {base}: {}; {program:?}: {what}", recipe.seed, recipe.steps())
    }
}

/// What became of tails.
#[derive(Default)]
pub struct Tally {
    pub tails: usize,
    /// By the rules alone.
    pub accepted: usize,
    /// The rules accept, and the witness of the program does not.
    pub seen_by_witness: usize,
    pub drawn: usize,
    /// How many were accepted of each base.
    pub bases: BTreeMap<&'static str, usize>,
    pub counterexamples: Vec<Counterexample>,
}

impl Tally {
    pub fn add(&mut self, other: Tally) {
        self.tails += other.tails;
        self.accepted += other.accepted;
        self.seen_by_witness += other.seen_by_witness;
        self.drawn += other.drawn;
        for (base, count) in other.bases {
            *self.bases.entry(base).or_default() += count;
        }
        self.counterexamples.extend(other.counterexamples);
    }
}

/// Judges and draws tails.
pub struct Court<'w> {
    world: &'w World,
    bases: &'w [Base],
    eyes: Renderer,
    viewers: Vec<Viewer>,
    /// How each viewer draws each base.
    signed: Vec<Vec<Vec<Picture>>>,
    known: BTreeSet<[u8; 32]>,
}

impl<'w> Court<'w> {
    pub fn new(world: &'w World, bases: &'w [Base]) -> Court<'w> {
        let mut viewers: Vec<Viewer> = Program::ALL.map(Viewer::new).into();
        let mut draw = |viewer: &mut Viewer| {
            let pages = |base: &Base| match viewer.draw(&base.bytes) {
                Drawn::Pages(pages) => pages,
                other => panic!("{:?} can't draw «{}»: {other:?}", viewer.program, base.name),
            };
            bases.iter().map(pages).collect()
        };
        let signed = viewers.iter_mut().map(&mut draw).collect();
        Court { world, bases, eyes: Renderer::default(), viewers, signed, known: BTreeSet::new() }
    }

    /// Where `viewer` sees that `file`, a tail of `base`, is not as it was signed outside of `allowed`.
    pub fn look(&mut self, viewer: usize, base: usize, file: &[u8], allowed: &[Region]) -> Option<String> {
        match self.viewers[viewer].draw(file) {
            Drawn::Pages(pages) => {
                difference(&self.signed[viewer][base], &pages, &self.bases[base].sheets, allowed)
            }
            Drawn::Refused(words) => Some(format!("refused: {words}")),
            Drawn::Lost => Some("neither drawn nor refused".to_owned()),
        }
    }

    /// Where the tail may show, where the verifier accepts it; `witness` says whether the program's own looks as well.
    fn allowed(&self, recipe: &Recipe, file: &[u8], witness: bool) -> Option<Vec<Region>> {
        let (verdict, mut regions) = judge(file, self.world, witness.then_some(&self.eyes));
        // What the base itself was permitted is part of it.
        for known in &self.bases[recipe.base].regions {
            if let Some(index) = regions.iter().position(|region| region == known) {
                regions.remove(index);
            }
        }
        is_accepted(verdict).then_some(regions)
    }

    /// Tries one number.
    pub fn try_seed(&mut self, seed: u64, tally: &mut Tally) {
        tally.tails += 1;
        let recipe = Recipe::of(seed, self.bases.len());
        let file = recipe.file(self.bases, self.world);
        let Some(allowed) = self.allowed(&recipe, &file, false) else {
            return;
        };
        tally.accepted += 1;
        *tally.bases.entry(self.bases[recipe.base].name).or_default() += 1;
        if !self.known.insert(Sha256::digest(&file).into()) {
            return;
        }
        tally.drawn += 1;
        for viewer in 0..self.viewers.len() {
            if self.look(viewer, recipe.base, &file, &allowed).is_none() {
                continue;
            }
            // The program's own witness costs more than the viewers do: it is asked where they see something.
            if self.allowed(&recipe, &file, true).is_none() {
                tally.seen_by_witness += 1;
                return;
            }
            tally.counterexamples.push(self.shrunk(recipe.clone(), viewer));
        }
    }

    /// The same fault in fewer steps.
    fn shrunk(&mut self, mut recipe: Recipe, viewer: usize) -> Counterexample {
        loop {
            let smaller =
                recipe.smaller().into_iter().find(|smaller| self.contradicts(smaller, viewer).is_some());
            match smaller {
                Some(smaller) => recipe = smaller,
                None => break,
            }
        }
        // A viewer that fell over may draw the second time.
        let what = self.contradicts(&recipe, viewer).unwrap_or_else(|| "only once".to_owned());
        let file = recipe.file(self.bases, self.world);
        let base = self.bases[recipe.base].name;
        Counterexample { recipe, base, program: self.viewers[viewer].program, what, file }
    }

    fn contradicts(&mut self, recipe: &Recipe, viewer: usize) -> Option<String> {
        let file = recipe.file(self.bases, self.world);
        let allowed = self.allowed(recipe, &file, false)?;
        let seen = self.look(viewer, recipe.base, &file, &allowed)?;
        self.allowed(recipe, &file, true).map(|_| seen)
    }
}
