//! Our own updates, made again.
//!
//! Our writer is deterministic. So what was read of an update that looks like one of ours is written again, by the
//! very code that writes updates, and compared byte for byte: where the bytes are the same, there is nothing in them
//! that another program could read in another way, because nothing is in them that was not understood. What is
//! written again as it was read, because only whoever made it can know it, is the value of a signature or time-stamp,
//! certificates and what tells of them, and what an appearance draws inside of its field.

mod appearance;
mod content;
mod filling;
mod signature;
mod step;
mod store;
mod time_stamp;

use crate::pdf::form::{self, Field, Kind};
use crate::pdf::names::{DATE_FIELD, NUMBER_FIELD, REPORT_DIGEST_KEY, TIME_STAMP_FIELD};
use crate::pdf::reader::{Dictionary, File, Object};
use crate::pdf::writer::UpdateError;
use content::UpdateContent;
use step::Step;

/// The most updates that are made again.
const MAX_UPDATES: usize = 64;

/// Who may have written an update.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// We: byte for byte what our writer gives for what was read of it.
    Ours,
    /// It passes for one of ours, but our writer would have written something else.
    Imitated,
    /// Another program, or nobody knows.
    Foreign,
}

/// Who may have written each revision of `file` after `first`, and whatever follows the last one.
pub(super) fn origins(file: &File<'_>, first: usize) -> Vec<Origin> {
    let later = first + 1..=file.last();
    let is_long = later.clone().count() > MAX_UPDATES;
    let known = later.map(|revision| match is_long {
        true => Origin::Foreign,
        false => origin(file, revision).unwrap_or(Origin::Foreign),
    });
    let end = file.revisions().last().map_or(0, |last| last.span.end);
    known.chain((end != file.bytes().len()).then_some(Origin::Foreign)).collect()
}

/// # Errors
/// What it changes can't be read.
fn origin(file: &File<'_>, revision: usize) -> Result<Origin, UpdateError> {
    let before = form::read(file, revision.saturating_sub(1))?;
    let after = form::read(file, revision)?;
    let step =
        Step { file, revision, before: &before, after: &after, content: UpdateContent::of(file, revision) };
    let written = file.bytes().get(step.content.range()).unwrap_or_default();
    Ok(match again(&step) {
        Ok(Some(bytes)) if bytes == written => Origin::Ours,
        _ if claims_ours(&step)? => Origin::Imitated,
        _ => Origin::Foreign,
    })
}

/// Whether an update does what only our flow has a reason to do, or bears a name that only we give.
fn claims_ours(step: &Step<'_>) -> Result<bool, UpdateError> {
    for field in step.written_fields() {
        let is_number = [NUMBER_FIELD, DATE_FIELD].contains(&field.name.as_str());
        let is_stamp = step.known(field).is_none() && field.name.starts_with(TIME_STAMP_FIELD);
        let value = field.dictionary().get("V").map(|value| step.file.resolve(value, step.revision));
        let value = value.transpose()?.map(|value| value.object);
        let signature = value.as_ref().and_then(Object::as_dictionary);
        if is_number || is_stamp || signature.is_some_and(|known| known.get(REPORT_DIGEST_KEY).is_some()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The bytes that our writer gives for what this does; `None` where it is nothing that we do.
///
/// # Errors
/// It can't be read, or written.
fn again(step: &Step<'_>) -> Result<Option<Vec<u8>>, UpdateError> {
    if let Some(values) = filling::read(step)? {
        return filling::write(step, &values).map(Some);
    }
    if let Some((field, value)) = signed(step)? {
        return match value.name("Type") {
            Some(b"DocTimeStamp") => time_stamp::again(step, &value),
            _ => signature::again(step, field, &value),
        };
    }
    store::again(step)
}

/// The one field that gets a signature, and that.
fn signed<'s>(step: &'s Step<'_>) -> Result<Option<(&'s Field, Dictionary)>, UpdateError> {
    let mut signed = step.written_fields().filter(|field| {
        let unsigned = step.known(field).is_none_or(|known| known.dictionary().get("V").is_none());
        field.kind == Some(Kind::Signature) && unsigned && field.dictionary().get("V").is_some()
    });
    let (Some(field), None) = (signed.next(), signed.next()) else {
        return Ok(None);
    };
    let Some(value) = field.dictionary().get("V") else {
        return Ok(None);
    };
    Ok(match step.file.resolve(value, step.revision)?.object {
        Object::Dictionary(value) => Some((field, value)),
        _ => None,
    })
}
