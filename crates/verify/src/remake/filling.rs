//! Number and date, filled in.

use super::appearance;
use super::step::Step;
use crate::pdf::names::{DATE_FIELD, NUMBER_FIELD};
use crate::pdf::reader::text;
use crate::pdf::writer::{self, NewValue, Update, UpdateError};

/// What was filled in; `None` where nothing was, or something else than number and date.
pub(super) fn read(step: &Step<'_>) -> Result<Option<Vec<NewValue>>, UpdateError> {
    let mut values = Vec::new();
    for field in step.written_fields() {
        let value = field.dictionary().string("V").and_then(text);
        let is_open = step.known(field).is_some_and(|known| known.dictionary().get("V").is_none());
        let (Some(value), true) =
            (value, is_open && [NUMBER_FIELD, DATE_FIELD].contains(&field.name.as_str()))
        else {
            return Ok(None);
        };
        let Some((form, appearance)) = appearance::read(&step.content, field.dictionary())? else {
            return Ok(None);
        };
        values.push((form, NewValue { field: field.number, value, appearance }));
    }
    // In the order in which they were written.
    values.sort_by_key(|(form, _)| *form);
    Ok((!values.is_empty()).then(|| values.into_iter().map(|(_, value)| value).collect()))
}

/// The bytes with which `values` are filled in.
pub(super) fn write(step: &Step<'_>, values: &[NewValue]) -> Result<Vec<u8>, UpdateError> {
    writer::fill(Update::again(step.file, step.revision)?, values)
}
