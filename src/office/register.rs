//! An office's register, opened with what the folder says of it.

use super::config::SeriesChoice;
use super::folder::{COPIES, Office};
use crate::document::profile::{DocumentKind, Profile};
use crate::keys::PrivateKey;
use crate::register::{Numbering, OfficeSide, Register, RegisterError};

impl Office {
    /// What the folder says of the register, and whoever has the database can't change.
    pub fn side(&self) -> OfficeSide {
        let numbering = &self.config().numbering;
        let kinds = Profile::default_profile().kinds.iter().map(DocumentKind::series);
        OfficeSide {
            numbering: Some(Numbering {
                is_together: numbering.series == SeriesChoice::All,
                kinds: kinds.map(str::to_owned).collect(),
                apart: std::iter::once(COPIES.to_owned()).chain(numbering.bodies.iter().cloned()).collect(),
            }),
        }
    }

    /// The office's register, to read.
    ///
    /// # Errors
    /// There is none, or it can't be read.
    pub async fn open_register(&self) -> Result<Register, RegisterError> {
        Ok(Register::open_to_read(self.register()).await?.of_office(self.side()))
    }

    /// `register`, which is this office's, to write with its `key`.
    pub fn writing(&self, register: Register, key: PrivateKey) -> Register {
        register.of_office(self.side()).signing_with(key)
    }
}
