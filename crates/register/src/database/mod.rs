//! Where an office keeps what must not be lost: one SQLite file, or a PostgreSQL that holds the register of many
//! offices. The same statements run on both.

mod error;
mod files;
mod place;
mod schema;

pub use error::DatabaseError;
pub(crate) use error::is_busy;
pub use place::Database;
pub(crate) use place::DatabaseUse;
