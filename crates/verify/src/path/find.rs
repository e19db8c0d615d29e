//! A question about a certificate, and what answering it may cost.

use std::cell::OnceCell;

use super::query::PathQuery;
use super::search::{self, read};
use super::status::{Path, PathStatus};
use crate::budget::PathBudget;
use crate::message;

/// Looks for a path from a certificate, over those at hand and the store's intermediates, to an anchor.
/// An anchor that is itself asked about is trusted while it is valid.
///
/// The work is bounded: in certificates, paths, signatures and names. What the bounds leave unseen is
/// never taken for good.
pub fn find(question: &PathQuery<'_>) -> Path {
    find_within(question, &PathBudget::new())
}

/// The same, with what is left of a budget that other questions share.
pub(crate) fn find_within(question: &PathQuery<'_>, budget: &PathBudget) -> Path {
    /// A certificate costs more to read than to search, by about as much.
    const READING: usize = 8;
    let certificates = question.certificates.iter().map(Vec::len).sum::<usize>();
    if !budget.take_bytes(certificates.saturating_mul(READING)) {
        return Path::without_anchor(question.leaf, PathStatus::Broken(crate::signed_data::too_much()));
    }
    let Some(leaf) = read(question.leaf) else {
        let words = message!("chứng thư không đọc được", "the certificate can't be read");
        return Path::without_anchor(question.leaf, PathStatus::Broken(words));
    };
    search::run(question, &leaf, &OnceCell::new(), budget)
}
