//! A document time-stamp in a field of its own.

use super::step::Step;
use crate::pdf::reader::Dictionary;
use crate::pdf::writer::{self, Update, UpdateError};

/// The bytes with which the file gets the time-stamp `value`; `None` where there is no room for it.
pub(super) fn again(step: &Step<'_>, value: &Dictionary) -> Result<Option<Vec<u8>>, UpdateError> {
    let Some(token) = value.string("Contents") else {
        return Ok(None);
    };
    let unfilled = writer::time_stamp(Update::again(step.file, step.revision)?, token.len())?;
    Ok(unfilled.fill(token))
}
