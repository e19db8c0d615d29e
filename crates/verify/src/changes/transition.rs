//! What is compared, and what comes of it.

use std::collections::{BTreeMap, BTreeSet};

use super::change::Change;
use super::indexed_form::IndexedForm;
use crate::lang::Message;
use crate::pdf::reader::{ReadError, Referrer};

/// What one revision did.
#[derive(Debug)]
pub(crate) struct Transition {
    /// What the rules explain.
    pub changes: Vec<Change>,
    /// The first thing that no rule explains; `None` where all is explained.
    pub violation: Option<Message>,
}

impl Transition {
    /// Whether what the revision did could show on a page, or in a program that reads the file in its own way. What
    /// proves a signature, and when it was made, never does.
    pub(crate) fn can_show(&self) -> bool {
        let proves = |change: &Change| matches!(change, Change::ValidationData | Change::TimeStamp(_));
        self.violation.is_some() || self.changes.is_empty() || !self.changes.iter().all(proves)
    }
}

/// The objects that refer to others, for the whole file.
pub(super) type Referrers = BTreeMap<u32, BTreeSet<Referrer>>;

/// Why a comparison ends early.
pub(super) enum EarlyEnd {
    /// Something that no rule explains.
    Violation(Message),
    /// The file can't be read on.
    Read(ReadError),
}

impl From<ReadError> for EarlyEnd {
    fn from(cause: ReadError) -> EarlyEnd {
        EarlyEnd::Read(cause)
    }
}

/// The two forms that a rule about fields compares.
#[derive(Clone, Copy)]
pub(super) struct Forms<'f> {
    pub before: &'f IndexedForm,
    pub after: &'f IndexedForm,
}
