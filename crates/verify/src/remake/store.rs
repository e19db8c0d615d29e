//! Validation data, added to the document security store.

use super::step::Step;
use crate::pdf::reader::{Dictionary, Object, Value};
use crate::pdf::writer::{self, STORE_LISTS, StreamContent, Update, UpdateError};

/// The bytes with which the store gets what it has new; `None` where that is nothing, or nothing of ours.
pub(super) fn again(step: &Step<'_>) -> Result<Option<Vec<u8>>, UpdateError> {
    let before = store(step, step.revision.saturating_sub(1))?.unwrap_or_default();
    let Some(after) = store(step, step.revision)? else {
        return Ok(None);
    };
    let mut lists: [Vec<StreamContent>; 3] = Default::default();
    for (key, streams) in STORE_LISTS.into_iter().zip(&mut lists) {
        let known = list(step, before.get(key), step.revision.saturating_sub(1))?.len();
        let entries = list(step, after.get(key), step.revision)?;
        for entry in entries.get(known..).unwrap_or_default() {
            let Some(stream) = step.content.referred(entry)? else {
                return Ok(None);
            };
            let Object::Stream(dictionary, data) = &stream.value.object else {
                return Ok(None);
            };
            streams.push(step.content.stream(dictionary, *data)?);
        }
    }
    if lists.iter().all(Vec::is_empty) {
        return Ok(None);
    }
    writer::store(Update::again(step.file, step.revision)?, &lists).map(Some)
}

fn store(step: &Step<'_>, revision: usize) -> Result<Option<Dictionary>, UpdateError> {
    let catalog = step.file.catalog(revision)?;
    let store = catalog.as_ref().and_then(|catalog| catalog.value.object.as_dictionary()?.get("DSS"));
    let store = store.map(|store| step.file.resolve(store, revision)).transpose()?;
    Ok(store.and_then(|store| match store.object {
        Object::Dictionary(store) => Some(store),
        _ => None,
    }))
}

fn list(step: &Step<'_>, value: Option<&Value>, revision: usize) -> Result<Vec<Value>, UpdateError> {
    let list = value.map(|value| step.file.resolve(value, revision)).transpose()?;
    Ok(match list.map(|list| list.object) {
        Some(Object::Array(entries)) => entries,
        _ => Vec::new(),
    })
}
