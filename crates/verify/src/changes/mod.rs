//! What every save after a signature did to the file.
//!
//! Each revision is compared with the one before it by a few rules, and each rule *clears* the objects
//! that it can explain: validation data, a document time-stamp, a signature in its field, a field that
//! was filled in, metadata. An object that was changed or added and that no rule cleared is a
//! violation. Whether what was explained is also permitted depends on the signature
//! ([`super::permissions`]).

mod explain;
mod fields;
mod validation_data;

pub(super) use explain::what;

use std::collections::{BTreeMap, BTreeSet};

use crate::lang::Message;
use crate::message;
use crate::pdf::form::{self, Form, Region};
use crate::pdf::reader::{File, ReadError, Referrer};
use crate::role::Role;

/// What one revision did.
#[derive(Debug)]
pub(super) struct Transition {
    /// What the rules explain.
    pub changes: Vec<Change>,
    /// The first thing that no rule explains; `None` where all is explained.
    pub violation: Option<Message>,
}

/// Something that a rule explains.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Change {
    /// Certificates, revocation lists and answers in the DSS (ISO 32000-2 12.8.4.3).
    ValidationData,
    /// XMP, or the date of change in the information dictionary.
    Metadata,
    /// The document was certified, by a signature that came with it.
    Certification,
    /// A document time-stamp came into this field (ISO 32000-2 12.8.5).
    TimeStamp(FieldChange),
    /// A signature came into this field.
    Signature(FieldChange),
    /// A signature field without a signature.
    EmptyField(FieldChange),
    /// A field that was filled in.
    Filled {
        /// The field that was filled in.
        field: FieldChange,
        /// Its value before; `None` where it was empty.
        old: Option<String>,
        /// Its value now; `None` where it was emptied.
        new: Option<String>,
    },
}

/// A field that changed or is new.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct FieldChange {
    /// Its full name (ISO 32000-2 12.7.4.2).
    pub name: String,
    /// Whether the revision added it.
    pub is_new: bool,
    /// Where it shows, in points; empty where it can't be seen.
    pub regions: Vec<Region>,
}

impl Change {
    /// Where it can be seen.
    pub(super) fn regions(&self) -> &[Region] {
        match self {
            Change::ValidationData | Change::Metadata | Change::Certification => &[],
            Change::TimeStamp(field)
            | Change::Signature(field)
            | Change::EmptyField(field)
            | Change::Filled { field, .. } => &field.regions,
        }
    }

    /// What was done, in words without a full stop.
    pub(super) fn words(&self) -> Message {
        match self {
            Change::ValidationData => message!(
                "thêm dữ liệu xác thực (chứng thư, CRL, OCSP)",
                "validation data (certificates, CRLs, OCSP answers) was added"
            ),
            Change::Metadata => message!("cập nhật siêu dữ liệu của tệp", "the file's metadata was updated"),
            Change::Certification => message!("chứng nhận tài liệu", "the document was certified"),
            Change::TimeStamp(_) => {
                message!("thêm dấu thời gian của tài liệu", "a document time-stamp was added")
            }
            Change::Signature(field) => match Role::from_field_name(&field.name) {
                Some(role) => {
                    let Message { vi, en } = crate::role::role_name(role);
                    message!("thêm chữ ký của {vi}", "the signature of {en} was added")
                }
                None => {
                    let name = &field.name;
                    message!(
                        "thêm chữ ký trong trường \"{name}\"",
                        "a signature was added in the field \"{name}\""
                    )
                }
            },
            Change::EmptyField(field) => {
                let name = &field.name;
                message!(
                    "thêm trường chữ ký trống \"{name}\"",
                    "the empty signature field \"{name}\" was added"
                )
            }
            Change::Filled { field, old: None, new: Some(new) } => {
                let name = &field.name;
                message!(
                    "điền \"{new}\" vào trường \"{name}\"",
                    "the field \"{name}\" was filled in with \"{new}\""
                )
            }
            Change::Filled { field, old, new } => {
                let name = &field.name;
                let (old, new) = (old.as_deref().unwrap_or_default(), new.as_deref().unwrap_or_default());
                message!(
                    "sửa trường \"{name}\" từ \"{old}\" thành \"{new}\"",
                    "the field \"{name}\" was changed from \"{old}\" to \"{new}\""
                )
            }
        }
    }
}

/// What the revisions after the first signature did.
pub(super) struct History {
    first: usize,
    transitions: Vec<Transition>,
}

impl History {
    /// Compares every revision of `file` after `first` with the one before it.
    pub(super) fn read(file: &File<'_>, first: usize) -> Result<History, ReadError> {
        let last = file.last();
        let mut history = History { first, transitions: Vec::new() };
        if first >= last {
            return Ok(history);
        }
        let targets: BTreeSet<u32> = (first + 1..=last).flat_map(|revision| file.defined(revision)).collect();
        let referrers = file.referrers(&targets, last)?;
        let mut before = form::read(file, first)?;
        for revision in first + 1..=last {
            let after = form::read(file, revision)?;
            history.transitions.push(explain::transition(file, revision, &before, &after, &referrers)?);
            before = after;
        }
        Ok(history)
    }

    /// What the revisions after `revision` did, with their indices.
    pub(super) fn after(&self, revision: usize) -> impl Iterator<Item = (usize, &Transition)> {
        self.between(revision, usize::MAX)
    }

    /// What the revisions after `start`, up to `end`, did.
    pub(super) fn between(&self, start: usize, end: usize) -> impl Iterator<Item = (usize, &Transition)> {
        let first = self.first;
        let numbered = self.transitions.iter().enumerate();
        let numbered = numbered.map(move |(index, transition)| (first + 1 + index, transition));
        numbered.filter(move |(revision, _)| *revision > start && *revision <= end)
    }
}

/// The objects that refer to others, for the whole file.
type Referrers = BTreeMap<u32, BTreeSet<Referrer>>;

/// Why a comparison ends early.
enum EarlyEnd {
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
struct Forms<'f> {
    before: &'f Form,
    after: &'f Form,
}
