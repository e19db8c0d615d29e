//! What an update itself writes: its objects and streams, each taken over once.

use std::cell::Cell;
use std::ops::Range;
use std::rc::Rc;

use crate::pdf::reader::{self, Dictionary, File, Located, Span};
use crate::pdf::writer::{self, UpdateError};

/// The objects of one update.
pub(super) struct UpdateContent<'f> {
    file: &'f File<'f>,
    revision: usize,
    range: Range<usize>,
    /// How many bytes of its streams may still be taken over: cross-references may lead to the same ones many times.
    left: Cell<usize>,
}

impl<'f> UpdateContent<'f> {
    /// Of revision `revision` of `file`.
    pub(super) fn of(file: &'f File<'f>, revision: usize) -> UpdateContent<'f> {
        let range = file.revisions().get(revision).map_or(0..0, |known| known.span.start..known.span.end);
        UpdateContent { file, revision, left: Cell::new(range.len()), range }
    }

    /// Where its bytes stand.
    pub(super) fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// The object `number`; `None` where it is not written here.
    pub(super) fn object(&self, number: u32) -> Result<Option<Rc<Located>>, UpdateError> {
        let located = self.file.object(number, self.revision)?;
        Ok(located.filter(|located| located.revision == self.revision && located.generation == 0))
    }

    /// The object that `value` refers to; `None` where it does not refer, or to nothing that is written here.
    pub(super) fn referred(&self, value: &reader::Value) -> Result<Option<Rc<Located>>, UpdateError> {
        match value.object.as_reference() {
            Some(number) => self.object(number),
            None => Ok(None),
        }
    }

    /// What the stream `data` with the dictionary `dictionary` says.
    pub(super) fn stream(
        &self,
        dictionary: &Dictionary,
        data: Span,
    ) -> Result<writer::StreamContent, UpdateError> {
        self.take(data)?;
        let data = self.file.bytes().get(data.start..data.end).unwrap_or_default().to_vec();
        Ok(writer::StreamContent { data, is_compressed: dictionary.get("Filter").is_some() })
    }

    /// Any object that is written here.
    pub(super) fn any(&self, located: &Located) -> Result<writer::NewObject, UpdateError> {
        if let reader::Object::Stream(_, data) = &located.value.object {
            self.take(*data)?;
        }
        Ok(writer::NewObject::of(&located.value, self.file.bytes()))
    }

    fn take(&self, data: Span) -> Result<(), UpdateError> {
        let left = self.left.get().checked_sub(data.end.saturating_sub(data.start));
        self.left.set(left.ok_or(UpdateError::Missing("streams that stand where they are listed"))?);
        Ok(())
    }
}
