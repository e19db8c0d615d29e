//! The revisions after the first signature, one after the other.

use std::collections::BTreeSet;

use super::explain;
use super::indexed_form::IndexedForm;
use super::transition::{Forms, Transition};
use crate::pdf::form;
use crate::pdf::reader::{File, ReadError};

/// What the revisions after the first signature did.
pub(crate) struct History {
    first: usize,
    transitions: Vec<Transition>,
}

impl History {
    /// Compares every revision of `file` after `first` with the one before it.
    pub(crate) fn read(file: &File<'_>, first: usize) -> Result<History, ReadError> {
        let last = file.last();
        let mut history = History { first, transitions: Vec::new() };
        if first >= last {
            return Ok(history);
        }
        let targets: BTreeSet<u32> = (first + 1..=last).flat_map(|revision| file.defined(revision)).collect();
        let referrers = file.referrers(&targets, last)?;
        let read = |revision| form::read(file, revision).map(IndexedForm::of);
        let in_the_end = form::read(file, last)?;
        let signed = in_the_end.fields.iter().filter(|field| field.dictionary().get("V").is_some());
        let signed: BTreeSet<u32> = signed.map(|field| field.number).collect();
        let mut before = read(first)?;
        for revision in first + 1..=last {
            let after = read(revision)?;
            let forms = Forms { before: &before, after: &after };
            history.transitions.push(explain::transition(file, revision, forms, &referrers, &signed)?);
            before = after;
        }
        Ok(history)
    }

    /// What the revisions after `revision` did, with their indices.
    pub(crate) fn after(&self, revision: usize) -> impl Iterator<Item = (usize, &Transition)> {
        self.between(revision, usize::MAX)
    }

    /// What the revisions after `start`, up to `end`, did.
    pub(crate) fn between(&self, start: usize, end: usize) -> impl Iterator<Item = (usize, &Transition)> {
        let first = self.first;
        let numbered = self.transitions.iter().enumerate();
        let numbered = numbered.map(move |(index, transition)| (first + 1 + index, transition));
        numbered.filter(move |(revision, _)| *revision > start && *revision <= end)
    }
}
