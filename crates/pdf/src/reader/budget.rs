//! What reading one file may cost.

use std::cell::Cell;

use super::error::ReadError;

/// Limits, and what is left of them.
#[derive(Debug, Clone)]
pub struct Budget {
    inflated: Cell<u64>,
    values: Cell<u64>,
    sections: Cell<u64>,
    scanned: Cell<u64>,
    steps: Cell<u64>,
}

/// Bytes that all streams together may inflate to.
const INFLATED: u64 = 256 << 20;
/// Values (numbers, names, dictionaries …) that may be parsed; each is kept, in some hundred bytes.
const VALUES: u64 = 2_500_000;
/// Cross-reference sections.
const SECTIONS: u64 = 1000;
/// Bytes of objects that may be gone through: cross-references can point to the same bytes again and
/// again.
const SCANNED: u64 = 1 << 30;
/// Rows of cross-references, and revisions in which an object is looked for.
const STEPS: u64 = 50_000_000;
/// How deep arrays and dictionaries may nest.
pub(super) const DEPTH: usize = 100;

impl Default for Budget {
    fn default() -> Self {
        Budget {
            inflated: Cell::new(INFLATED),
            values: Cell::new(VALUES),
            sections: Cell::new(SECTIONS),
            scanned: Cell::new(SCANNED),
            steps: Cell::new(STEPS),
        }
    }
}

impl Budget {
    /// How many bytes may still be inflated.
    pub(super) fn inflated_left(&self) -> u64 {
        self.inflated.get()
    }

    pub(super) fn inflate(&self, bytes: u64) -> Result<(), ReadError> {
        spend(&self.inflated, bytes, "inflated bytes", INFLATED)
    }

    pub(super) fn value(&self) -> Result<(), ReadError> {
        spend(&self.values, 1, "values", VALUES)
    }

    pub(super) fn scan(&self, bytes: usize) -> Result<(), ReadError> {
        spend(&self.scanned, bytes as u64, "bytes of objects", SCANNED)
    }

    pub(super) fn steps(&self, steps: usize) -> Result<(), ReadError> {
        spend(&self.steps, steps as u64, "look-ups of objects", STEPS)
    }

    pub(super) fn section(&self) -> Result<(), ReadError> {
        spend(&self.sections, 1, "cross-reference sections", SECTIONS)
    }
}

fn spend(left: &Cell<u64>, amount: u64, what: &'static str, limit: u64) -> Result<(), ReadError> {
    let rest = left.get().checked_sub(amount).ok_or(ReadError::Budget { what, limit })?;
    left.set(rest);
    Ok(())
}
