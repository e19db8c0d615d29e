//! A second look, as a program takes it that repairs files: it goes through the bytes for `N G obj`, in streams too,
//! and of several it takes the last.

use super::error::ReadError;
use super::file::File;
use super::finding::FindingKind;
use super::markers::objects;
use super::parser::is_space;
use super::section::Place;

/// What looking at a number costs beside the look-up: a file of nothing but `1 0 obj` is soon given up.
const STEPS: usize = 8;

impl File<'_> {
    /// Notes the first object that such a program finds elsewhere than the cross-references say: in what signatures
    /// cover, the first `covered` bytes, and in what follows. Of objects in an object stream it is the stream that is
    /// found.
    ///
    /// # Errors
    /// The budget is used up.
    pub fn check_repair(&self, covered: usize) -> Result<(), ReadError> {
        let (signed, _) = self.bytes().split_at_checked(covered).unwrap_or((self.bytes(), &[]));
        for (part, from) in [(signed, 0), (self.bytes(), covered)] {
            for found in objects(part, from) {
                self.budget.steps(STEPS)?;
                let Some((number, at)) = found else { continue };
                if self.listed(number)?.is_some_and(|listed| self.is_later(at, listed)) {
                    self.note(FindingKind::OtherWhenRepaired, at);
                    break;
                }
            }
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
