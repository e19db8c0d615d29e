//! Looking lines up, and proving that the log has them.

use sqlx::Row;

use super::entry::{self, Entry, LookupColumn};
use super::handle::Register;
use super::tree::{self, Tree};
use super::{EntryKey, RegisterError, Series, taken};
use crate::log::Leaf;
use crate::log::receipt::Receipt;

impl Register {
    /// The number that `series` will probably give next: nobody holds it.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn next(&self, series: &Series) -> Result<u32, RegisterError> {
        let mut connection = self.pool.acquire().await?;
        Ok(taken::taken(&mut connection, &self.place.office, series).await?.next)
    }

    /// The entry of the document whose report revision has the SHA-256 digest `report_sha256` (hexadecimal).
    ///
    /// # Errors
    /// The database refuses.
    pub async fn find_document(&self, report_sha256: &str) -> Result<Option<Entry>, RegisterError> {
        Ok(self.with(LookupColumn::Report, report_sha256).await?.into_iter().next())
    }

    /// The entries with the number and notation `code`, with or without the zero before a digit, the newest first.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn find_code(&self, code: &str) -> Result<Vec<Entry>, RegisterError> {
        let mut connection = self.pool.acquire().await?;
        entry::with_code(&mut connection, &self.place.office, code).await
    }

    async fn with(&self, column: LookupColumn, value: &str) -> Result<Vec<Entry>, RegisterError> {
        let mut connection = self.pool.acquire().await?;
        entry::with(&mut connection, &self.place.office, column, value).await
    }

    /// The entry with the number `key`; `None` where no document has it.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn entry(&self, key: &EntryKey) -> Result<Option<Entry>, RegisterError> {
        let mut connection = self.pool.acquire().await?;
        entry::at(&mut connection, &self.place.office, key).await
    }

    /// The newest checkpoint of the log (a signed note); `None` where nothing was written yet.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn checkpoint(&self) -> Result<Option<String>, RegisterError> {
        let mut connection = self.pool.acquire().await?;
        Ok(head(&mut connection, &self.place.office).await?.map(|(_, checkpoint)| checkpoint))
    }

    /// The receipt of `entry` that leads to the newest checkpoint.
    ///
    /// # Errors
    /// The log does not have its leaf, or the database refuses.
    pub async fn prove(&self, entry: &Entry) -> Result<Receipt, RegisterError> {
        let mut connection = self.pool.acquire().await?;
        let office = &self.place.office;
        let (size, checkpoint) = head(&mut connection, office).await?.ok_or(RegisterError::Damaged("log"))?;
        const LEAF: &str = "SELECT leaf FROM event WHERE office = $1 AND place = $2";
        let row = sqlx::query(LEAF)
            .bind(office)
            .bind(tree::signed(entry.leaf)?)
            .fetch_optional(&mut *connection)
            .await?;
        let leaf: String = row.ok_or(RegisterError::Damaged("event"))?.try_get("leaf")?;
        let leaf = Leaf::parse(&leaf).map_err(|_| RegisterError::Damaged("event"))?;
        let mut tree = Tree { connection: &mut connection, office };
        let path = tree.path(size, entry.leaf).await?;
        Ok(Receipt::new(leaf, entry.leaf, path, checkpoint))
    }
}

/// Size and newest checkpoint of the log of `office`.
pub(super) async fn head(
    connection: &mut sqlx::AnyConnection,
    office: &str,
) -> Result<Option<(u64, String)>, RegisterError> {
    const HEAD: &str = "SELECT size, checkpoint FROM log WHERE office = $1";
    let row = sqlx::query(HEAD).bind(office).fetch_optional(connection).await?;
    row.map(|row| Ok((tree::unsigned(row.try_get("size")?)?, row.try_get("checkpoint")?))).transpose()
}
