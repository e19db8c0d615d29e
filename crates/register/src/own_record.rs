//! Acts about the office, as the database has them, and whether the log proves them.

use sqlx::{AnyConnection, Row};

use super::RegisterError;
use super::details::details_sha256;
use super::tree::{Tree, unsigned};
use crate::log::{Event, Leaf, includes};

/// An act about the office, as the database has it.
pub(super) struct OwnRecord {
    place: u64,
    leaf: String,
    pub details: String,
    salt: String,
}

impl OwnRecord {
    /// Whether the tree of `size` leaves has it as it is.
    pub(super) async fn is_proven(&self, tree: &mut Tree<'_>, size: u64) -> Result<bool, RegisterError> {
        if self.place >= size {
            return Ok(false);
        }
        let (root, path) = (tree.root(size).await?, tree.path(size, self.place).await?);
        let digest = details_sha256(&self.salt, &self.details);
        let is_its = Leaf::parse(&self.leaf).is_ok_and(|leaf| leaf.details_sha256 == digest);
        Ok(is_its && includes(root, size, self.leaf.as_bytes(), self.place, &path))
    }
}

/// The acts of the kind `event` in their order.
pub(super) async fn all(
    connection: &mut AnyConnection,
    office: &str,
    event: Event,
) -> Result<Vec<OwnRecord>, RegisterError> {
    const ALL: &str = "SELECT place, leaf, details, salt FROM event WHERE office = $1 AND series = '' AND year = 0 \
        AND event = $2 ORDER BY until";
    let rows = sqlx::query(ALL).bind(office).bind(event.name()).fetch_all(connection).await?;
    let read = |row: &sqlx::any::AnyRow| {
        Ok(OwnRecord {
            place: unsigned(row.try_get("place")?)?,
            leaf: row.try_get("leaf")?,
            details: row.try_get("details")?,
            salt: row.try_get("salt")?,
        })
    };
    rows.iter().map(read).collect()
}
