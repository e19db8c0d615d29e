//! A revision with an empty place, into which a signature or a time-stamp is put when the rest is written
//! (ISO 32000-2 12.8.1).

use std::ops::Range;

use vanthu_base::hex;

use super::error::UpdateError;
use super::object::{NewDictionary, NewObject, ObjectId};
use super::update::{AppendedRevision, Update};

/// Stands for a number of /ByteRange until it is known: ten digits hold any offset.
const PLACEHOLDER: i64 = 9_999_999_999;
const MISSING: UpdateError = UpdateError::Missing("room for the signature");

/// The bytes that follow a file, but for a value of /Contents.
#[derive(Debug, Clone)]
pub struct Unfilled {
    /// What is appended, with zeros where the value goes.
    pub bytes: Vec<u8>,
    /// Where the value goes in them, with its angle brackets.
    pub gap: Range<usize>,
}

/// Gives a signature dictionary room for a value of `length` bytes.
pub(super) fn make_room(dictionary: &mut NewDictionary, length: usize) {
    let unknown = NewObject::Integer(PLACEHOLDER);
    dictionary.set("ByteRange", vec![NewObject::Integer(0), unknown.clone(), unknown.clone(), unknown]);
    dictionary.set("Contents", NewObject::Hexadecimal(vec![0; length]));
}

impl Unfilled {
    /// Writes `update` and the /ByteRange of `signature`, which has room for `length` bytes.
    pub(super) fn of(
        update: Update<'_>,
        signature: ObjectId,
        length: usize,
    ) -> Result<Unfilled, UpdateError> {
        let base = update.start();
        let AppendedRevision { mut bytes, places } = update.finish()?;
        let start = *places.get(&signature).ok_or(MISSING)?;
        let find = |key: &[u8]| {
            let tail = bytes.get(start..)?;
            Some(start + tail.windows(key.len()).position(|window| window == key)? + key.len())
        };
        // Names and places are written as hexadecimal strings, so that they can't be taken for keys.
        let contents = find(b"/Contents").ok_or(MISSING)?;
        let range = find(b"/ByteRange").ok_or(MISSING)?;
        let gap = contents..contents + 2 * length + 2;
        let room = format!("[0 {PLACEHOLDER} {PLACEHOLDER} {PLACEHOLDER}]");
        let after = bytes.len().checked_sub(gap.end).ok_or(MISSING)?;
        let filled = format!("[0 {} {} {after}]", base + gap.start, base + gap.end);
        let place = bytes.get_mut(range..range + room.len()).filter(|place| *place == room.as_bytes());
        let padded = format!("{filled:<width$}", width = room.len());
        place.ok_or(MISSING)?.copy_from_slice(padded.as_bytes());
        Ok(Unfilled { bytes, gap })
    }

    /// How many bytes the value may have.
    pub fn room(&self) -> usize {
        (self.gap.end - self.gap.start).saturating_sub(2) / 2
    }

    /// Puts `value` into the gap; zeros fill the rest of it. `None` where there is no room for it.
    pub fn fill(self, value: &[u8]) -> Option<Vec<u8>> {
        let room = self.room();
        if value.len() > room {
            return None;
        }
        let Unfilled { mut bytes, gap } = self;
        let filled = format!("<{:0<width$}>", hex::lower(value), width = 2 * room);
        bytes.get_mut(gap).filter(|place| place.len() == filled.len())?.copy_from_slice(filled.as_bytes());
        Some(bytes)
    }
}
