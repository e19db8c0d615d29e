//! A second look, as a program takes it that repairs files: it goes through the bytes for `N G obj`, in streams too,
//! and of several it takes the last.

use super::error::ReadError;
use super::file::File;
use super::finding::FindingKind;
use super::markers::objects;
use super::parser::is_space;
use super::section::Place;

impl File<'_> {
    /// Notes the first and the last object that such a program finds elsewhere than the cross-references say. Of
    /// objects in an object stream it is the stream that is found.
    ///
    /// # Errors
    /// The budget is used up.
    pub fn check_repair(&self) -> Result<(), ReadError> {
        let mut found: Option<[usize; 2]> = None;
        for (number, at) in objects(self.bytes()) {
            if self.listed(number)?.is_some_and(|listed| self.is_later(at, listed)) {
                found = Some([found.map_or(at, |[first, _]| first), at]);
            }
        }
        for at in found.into_iter().flatten() {
            self.note(FindingKind::OtherWhenRepaired, at);
        }
        Ok(())
    }

    /// Where the last revision says that object `number` stands, or the stream that holds it.
    fn listed(&self, number: u32) -> Result<Option<usize>, ReadError> {
        let place = match self.place(number, self.last())? {
            Some((Place::In(stream, _), revision)) => self.place(stream, revision)?,
            place => place,
        };
        Ok(place.and_then(|(place, _)| place.offset()))
    }

    /// Whether `at` is after `listed`, and not only by white space.
    fn is_later(&self, at: usize, listed: usize) -> bool {
        let between = self.bytes().get(listed..at).filter(|between| !between.is_empty());
        between.is_some_and(|between| !between.iter().all(|byte| is_space(*byte)))
    }
}
