//! Numbers and the runs that they are taken from.

use serde::Serialize;

/// A run of numbers: the documents that count together in one calendar year.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Series {
    /// `*` for all kinds together, or the abbreviation of a kind, of copies, of a consultative body.
    pub name: String,
    /// The calendar year in which its numbers are taken.
    pub year: i32,
    /// The number that an empty series begins with.
    pub first: u32,
}

/// A number in its series and year.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct EntryKey {
    /// The name of its [`Series`].
    pub series: String,
    /// The calendar year of the series.
    pub year: i32,
    /// The number (số), from 1.
    pub number: u32,
}
