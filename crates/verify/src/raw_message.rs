//! The CMS of the signatures of a file, as it stands there.

use super::candidates;
use super::signed_data::{self, RawMessage};
use crate::pdf::form;
use crate::pdf::reader::{File, ReadError};

/// The CMS of every signature field of the last revision of `file` that can be read, with the field's
/// name.
///
/// # Errors
/// The form of the file can't be read.
pub fn signed_messages(file: &File<'_>) -> Result<Vec<(String, RawMessage)>, ReadError> {
    let form = form::read(file, file.last())?;
    let mut messages = Vec::new();
    for candidate in candidates::find(file, &form)? {
        let contents = candidate.dictionary.as_ref().and_then(|known| known.string("Contents"));
        let read = contents.and_then(signed_data::raw);
        if let (Some(field), Some(message)) = (candidate.field, read) {
            messages.push((field.name, message));
        }
    }
    Ok(messages)
}
