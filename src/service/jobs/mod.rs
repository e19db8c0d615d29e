//! Work that is done later. A job is no more than a word that there is something to do: what there is stands
//! elsewhere in the database, so a job that runs twice, or is lost, does no harm.
//!
//! On PostgreSQL the replicas of a service share one queue ([`graphile_worker`]); beside a SQLite file the one
//! process has its own, in a table that survives it.

mod graphile;
mod job;
mod table;

use std::sync::Arc;

use crate::register::{Database, Register};

pub use job::{Doing, Handler, Job, Jobs, JobsError};

/// The queue beside the database of `register`, for the jobs of its office.
///
/// # Errors
/// The database can't be reached, or what is there is of a newer version.
pub async fn open(register: &Register) -> Result<Arc<dyn Jobs>, JobsError> {
    let place = register.place();
    Ok(match &place.database {
        Database::File(_) => Arc::new(table::LocalQueue::of(register)),
        Database::Server(address) => Arc::new(graphile::Graphile::open(address, &place.office).await?),
    })
}
