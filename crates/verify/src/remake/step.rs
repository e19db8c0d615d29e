//! One update of a file, between two states of its form.

use super::content::UpdateContent;
use crate::pdf::form::{Field, Form};
use crate::pdf::reader::File;

/// An update, and the form before and after it.
pub(super) struct Step<'f> {
    pub file: &'f File<'f>,
    pub revision: usize,
    pub before: &'f Form,
    pub after: &'f Form,
    pub content: UpdateContent<'f>,
}

impl Step<'_> {
    /// The fields that it writes, new or again.
    pub fn written_fields(&self) -> impl Iterator<Item = &Field> {
        self.after.fields.iter().filter(|field| field.object.revision == self.revision)
    }

    /// The field as it was before.
    pub fn known(&self, field: &Field) -> Option<&Field> {
        self.before.fields.iter().find(|known| known.number == field.number)
    }
}
