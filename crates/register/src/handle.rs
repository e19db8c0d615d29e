//! An open register: its connections, and the key that lets it write.

use sqlx::AnyPool;

use super::{OfficeSide, RegisterError, RegisterPlace};
use crate::database::DatabaseUse;
use crate::keys::PrivateKey;

/// An open register of one office. It may be shared by threads; each of its calls sees that office only.
#[derive(Debug)]
pub struct Register {
    pub(super) pool: AnyPool,
    pub(super) place: RegisterPlace,
    pub(super) key: Option<PrivateKey>,
    pub(super) side: OfficeSide,
}

impl Register {
    /// Makes a new register at `place`, or opens the one that is there.
    ///
    /// # Errors
    /// The file can't be made or the server not be reached, or what is there is not a register.
    pub async fn create(place: RegisterPlace) -> Result<Register, RegisterError> {
        let pool = place.database.connect(DatabaseUse::Create).await?;
        Ok(Register { pool, place, key: None, side: OfficeSide::default() })
    }

    /// Opens the register at `place`, and brings its tables up to date.
    ///
    /// # Errors
    /// There is none, or it can't be used.
    pub async fn open(place: RegisterPlace) -> Result<Register, RegisterError> {
        let pool = place.database.connect(DatabaseUse::Write).await?;
        Ok(Register { pool, place, key: None, side: OfficeSide::default() })
    }

    /// Opens the register at `place` to read it: nothing is changed, so that rights to read are enough, and nobody who
    /// writes is waited for.
    ///
    /// # Errors
    /// There is none, it can't be read, or its tables are too old to be read as they are.
    pub async fn open_to_read(place: RegisterPlace) -> Result<Register, RegisterError> {
        let pool = place.database.connect(DatabaseUse::Read).await?;
        Ok(Register { pool, place, key: None, side: OfficeSide::default() })
    }

    /// The register of another office at `place`, over the same connections; `None` where its database is another one.
    pub fn beside(&self, place: &RegisterPlace) -> Option<Register> {
        let is_same = place.database == self.place.database;
        is_same.then(|| Register {
            pool: self.pool.clone(),
            place: place.clone(),
            key: None,
            side: OfficeSide::default(),
        })
    }

    /// Lets it write: `key` (Ed25519) signs the log.
    #[must_use]
    pub fn signing_with(self, key: PrivateKey) -> Register {
        Register { key: Some(key), ..self }
    }

    /// Holds what happens in it against what the office's folder says.
    #[must_use]
    pub fn of_office(self, side: OfficeSide) -> Register {
        Register { side, ..self }
    }

    /// Where it is, and whose.
    pub fn place(&self) -> &RegisterPlace {
        &self.place
    }

    /// The connections to its database, for what the office keeps there besides.
    pub(crate) fn pool(&self) -> &AnyPool {
        &self.pool
    }

    /// Closes the register, so that all of it stands in its one file.
    ///
    /// # Errors
    /// None so far: what was written was final before.
    pub async fn close(self) -> Result<(), RegisterError> {
        self.pool.close().await;
        Ok(())
    }
}
