//! Who refers to an object, found without building values: a change is judged by everything that a
//! viewer could reach it from.

use std::collections::{BTreeMap, BTreeSet};

use super::error::ReadError;
use super::file::File;
use super::object::{Dictionary, Object, Value};
use super::parser::{is_regular, is_space};
use super::section::Place;

/// Where numbers of objects end for programs that read files (ISO 32000-1 annex C): a reference beyond leads nowhere.
const MAX_NUMBER: u32 = 8_388_607;

/// An object that refers to another one: its number, and the revision that defines it.
pub type Referrer = (u32, usize);

impl File<'_> {
    /// The objects, in the revisions up to `revision`, that refer to one of `targets`; trailers don't
    /// count. It goes through every object once and takes memory for what it finds.
    ///
    /// # Errors
    /// An object stream can't be read, or the budget is used up.
    pub fn referrers(
        &self,
        targets: &BTreeSet<u32>,
        revision: usize,
    ) -> Result<BTreeMap<u32, BTreeSet<Referrer>>, ReadError> {
        let mut found: BTreeMap<u32, BTreeSet<Referrer>> = BTreeMap::new();
        self.mentions(revision, &mut |referrer, target| {
            if targets.contains(&target) {
                found.entry(target).or_default().insert(referrer);
            }
        })?;
        Ok(found)
    }

    /// The first number that is above those of all objects up to revision `revision`, and of all that these refer to:
    /// what a new object may take without being what an old reference waited for.
    ///
    /// # Errors
    /// As [`File::referrers`].
    pub fn unused(&self, revision: usize) -> Result<u32, ReadError> {
        let mentioned = match self.mentioned.get() {
            Some(known) => known,
            None => {
                let mut mentioned = vec![0; self.revisions().len()];
                self.mentions(self.last(), &mut |(_, revision), target| {
                    if target < MAX_NUMBER
                        && let Some(last) = mentioned.get_mut(revision)
                    {
                        *last = target.max(*last);
                    }
                })?;
                self.mentioned.get_or_init(|| mentioned)
            }
        };
        let last = mentioned.iter().take(revision + 1).copied().max().unwrap_or(0);
        let rows = (0..=revision).flat_map(|index| self.rows(index).map(|(number, _)| number));
        Ok(rows.fold(last, u32::max).saturating_add(1))
    }

    /// Calls `note` for every reference in every object of the revisions up to `revision`, with who refers and to what.
    fn mentions(&self, revision: usize, note: &mut impl FnMut(Referrer, u32)) -> Result<(), ReadError> {
        for index in 0..=revision.min(self.last()) {
            for (number, place) in self.rows(index) {
                let mut see = |seen: Encounter| {
                    if let Encounter::Reference(target, _) = seen {
                        note((number, index), target);
                    }
                };
                match place {
                    Place::Free => {}
                    Place::At(offset, _) => {
                        let bytes = self.bytes().get(offset..).unwrap_or_default();
                        self.budget.scan(walk(bytes, &mut see))?;
                    }
                    Place::In(stream, row) => {
                        let (stream, _) = self.object_stream(stream, index)?;
                        let start = stream.rows.get(row).map_or(0, |(_, start)| *start);
                        let next = stream.rows.get(row + 1).map(|(_, start)| *start);
                        let end = next.filter(|next| *next > start).unwrap_or(stream.decoded.len());
                        let bytes = stream.decoded.get(start..end).unwrap_or_default();
                        self.budget.scan(walk(bytes, &mut see))?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// What [`walk`] comes across.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encounter {
    /// A reference, by number and generation.
    Reference(u32, u32),
    /// A comment, or white space that not every program knows as such; where it stands.
    Odd(usize),
}

/// Goes through the object that `bytes` begins with, up to its `endobj` or the bytes of its stream; gives the length
/// that it looked at. Where bytes are not what they should be, it looks on: rather a reference too many than one
/// too few.
pub(super) fn walk(bytes: &[u8], see: &mut impl FnMut(Encounter)) -> usize {
    let mut at = 0;
    let mut depth = 0_usize;
    // The last two tokens where they are whole numbers.
    let mut numbers: [Option<u32>; 2] = [None, None];
    while let Some(byte) = bytes.get(at).copied() {
        match byte {
            _ if is_space(byte) => {
                if matches!(byte, 0 | 0x0C) {
                    see(Encounter::Odd(at));
                }
                at += 1;
            }
            b'%' => {
                see(Encounter::Odd(at));
                at += run(bytes, at, |byte| byte != b'\r' && byte != b'\n');
            }
            b'(' => {
                at = after_literal(bytes, at);
                numbers = [None, None];
            }
            b'<' if bytes.get(at + 1) != Some(&b'<') => {
                at += run(bytes, at, |byte| byte != b'>') + 1;
                numbers = [None, None];
            }
            b'/' => {
                at += 1;
                at += run(bytes, at, is_regular);
                numbers = [None, None];
            }
            _ if is_regular(byte) => {
                let length = run(bytes, at, is_regular);
                let token = bytes.get(at..at + length).unwrap_or_default();
                at += length;
                match token {
                    b"endobj" => break,
                    // In a dictionary that does not end, a stream may not be one.
                    b"stream" if depth == 0 => break,
                    b"R" => {
                        if let [Some(number), Some(generation)] = numbers {
                            see(Encounter::Reference(number, generation));
                        }
                        numbers = [None, None];
                    }
                    _ => numbers = [numbers[1], whole(token)],
                }
            }
            _ => {
                let twice = bytes.get(at + 1) == Some(&byte);
                match byte {
                    b'<' => depth += 1,
                    b'>' if twice => depth = depth.saturating_sub(1),
                    _ => {}
                }
                at += if twice && matches!(byte, b'<' | b'>') { 2 } else { 1 };
                numbers = [None, None];
            }
        }
    }
    at.min(bytes.len())
}

fn run(bytes: &[u8], at: usize, belongs: impl Fn(u8) -> bool) -> usize {
    bytes.get(at..).unwrap_or_default().iter().take_while(|byte| belongs(**byte)).count()
}

fn whole(token: &[u8]) -> Option<u32> {
    token.iter().try_fold(0_u32, |value, digit| {
        let digit = digit.is_ascii_digit().then(|| u32::from(digit - b'0'))?;
        value.checked_mul(10)?.checked_add(digit)
    })
}

/// One past the string that begins at `at`.
fn after_literal(bytes: &[u8], at: usize) -> usize {
    let mut depth = 0_usize;
    let mut at = at;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
        if depth == 0 {
            break;
        }
    }
    at
}

/// Calls `note` with the number of every reference in `value`.
pub fn references(value: &Value, note: &mut impl FnMut(u32)) {
    match &value.object {
        Object::Reference(number, _) => note(*number),
        Object::Array(values) => values.iter().for_each(|value| references(value, note)),
        Object::Dictionary(Dictionary(entries)) | Object::Stream(Dictionary(entries), _) => {
            entries.iter().for_each(|(_, value)| references(value, note));
        }
        _ => {}
    }
}
