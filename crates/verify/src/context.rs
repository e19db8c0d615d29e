//! What all signatures of one file share while they are judged.

use std::cell::RefCell;
use std::collections::BTreeMap;

use time::OffsetDateTime;

use super::budget::PathBudget;
use super::changes::History;
use super::options::Options;
use super::permissions::Certification;
use super::signed_bytes::Beginnings;
use super::trust_scope::OfficeIdentity;
use super::validation_data::ValidationData;
use crate::pdf::reader::File;

/// What all signatures of a file are judged with.
pub(super) struct Context<'c, 'f, 'o> {
    pub file: &'c File<'f>,
    pub beginnings: &'c Beginnings<'c>,
    pub options: &'c Options<'o>,
    pub history: &'c History,
    pub validation: &'c ValidationData,
    /// The office that the document says it is of.
    pub office: Option<OfficeIdentity>,
    /// The signature that certifies the document, and what it permits.
    pub certification: Option<(u32, Certification)>,
    /// What the paths of the file may still cost.
    pub paths: PathBudget,
    /// What the witness said of each change, by revision and place in it.
    pub looks: RefCell<BTreeMap<(usize, usize), Option<bool>>>,
    /// Since which revision a good document time-stamp covers what the file carries, and what it proves.
    pub proven: Option<ProofOfExistence>,
    /// The signatures after the one that is judged that hold: the revision, and who signed.
    pub later: Vec<(usize, String)>,
}

/// That everything up to a revision existed at a time.
#[derive(Debug, Clone, Copy)]
pub(super) struct ProofOfExistence {
    /// The earliest time that is proven.
    pub time: OffsetDateTime,
    /// The last revision that a document time-stamp covers.
    pub revision: usize,
}
