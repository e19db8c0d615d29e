//! What reading one file may cost.

use std::cell::Cell;

use super::ReadError;

/// Limits, and what is left of them.
#[derive(Debug, Clone)]
pub struct Budget {
    inflated: Cell<u64>,
    values: Cell<u64>,
    sections: Cell<u64>,
}

/// Bytes that all streams together may inflate to.
const INFLATED: u64 = 256 << 20;
/// Values (numbers, names, dictionaries …) that may be parsed.
const VALUES: u64 = 20_000_000;
/// Cross-reference sections.
const SECTIONS: u64 = 1000;
/// How deep arrays and dictionaries may nest.
pub(super) const DEPTH: usize = 100;

impl Default for Budget {
    fn default() -> Self {
        Budget { inflated: Cell::new(INFLATED), values: Cell::new(VALUES), sections: Cell::new(SECTIONS) }
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

    pub(super) fn section(&self) -> Result<(), ReadError> {
        spend(&self.sections, 1, "cross-reference sections", SECTIONS)
    }
}

fn spend(left: &Cell<u64>, amount: u64, what: &'static str, limit: u64) -> Result<(), ReadError> {
    let rest = left.get().checked_sub(amount).ok_or(ReadError::Budget { what, limit })?;
    left.set(rest);
    Ok(())
}
