//! The schema, and which of it a database has.

use std::borrow::Cow;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AnyConnection, Row, SqlSafeStr};

use super::error::DatabaseError;

/// One file a version; a file that was released never changes. Whole numbers and text only: what both databases have.
const MIGRATIONS: [(i64, &str, &str); 4] = [
    (1, "register", include_str!("001_register.sql")),
    (2, "access", include_str!("002_access.sql")),
    (3, "hooks", include_str!("003_hooks.sql")),
    (4, "indexes", include_str!("004_indexes.sql")),
];

/// The newest version that this program knows.
const NEWEST: i64 = 4;

/// The oldest version that has every table and column that is read: later ones are quicker.
const OLDEST_READ: i64 = 3;

/// Who asks for a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asking {
    /// Somebody who only reads: what is there has to do.
    Reader,
    /// Somebody who writes, and brings it up to date.
    Writer,
    /// Somebody who makes a register where there is none.
    Maker,
}

/// Whether the database behind `connection` has to be brought up to date before it is used.
///
/// # Errors
/// It holds no register, or one of a version that this program does not know.
pub(super) async fn is_behind(connection: &mut AnyConnection, asking: Asking) -> Result<bool, DatabaseError> {
    let version = version(connection).await?;
    match (version, asking) {
        (Some(version), _) if version > NEWEST => Err(DatabaseError::Newer { version, known: NEWEST }),
        (Some(version), Asking::Reader) if version < OLDEST_READ => Err(DatabaseError::Older),
        (Some(version), _) => Ok(asking != Asking::Reader && version < NEWEST),
        (None, Asking::Maker) => Ok(true),
        (None, Asking::Reader | Asking::Writer) => Err(DatabaseError::NoRegister),
    }
}

/// Brings the schema up to date.
pub(super) async fn migrate(connection: &mut AnyConnection) -> Result<(), DatabaseError> {
    let migrations = MIGRATIONS.map(|(version, name, sql)| {
        Migration::new(version, Cow::Borrowed(name), MigrationType::Simple, sql.into_sql_str(), false)
    });
    Ok(Migrator::with_migrations(migrations.to_vec()).run_direct(None, connection, false).await?)
}

/// The version of the schema; `None` where there is none at all.
async fn version(connection: &mut AnyConnection) -> Result<Option<i64>, DatabaseError> {
    // Both answer what is there without an error where it is not, which PostgreSQL would remember for a transaction.
    let tables = match connection.backend_name() {
        "SQLite" => "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = '_sqlx_migrations'",
        _ => "SELECT COUNT(*) FROM pg_catalog.pg_class WHERE oid = to_regclass('_sqlx_migrations')",
    };
    let has_table: i64 = sqlx::query(tables).fetch_one(&mut *connection).await?.try_get(0)?;
    if has_table == 0 {
        return Ok(None);
    }
    let newest = sqlx::query("SELECT MAX(version) FROM _sqlx_migrations").fetch_one(connection).await?;
    Ok(newest.try_get(0)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_is_the_last_file() {
        assert_eq!(MIGRATIONS.map(|(version, ..)| version).last(), Some(&NEWEST));
        assert!(MIGRATIONS.iter().zip(1..).all(|((version, ..), place)| *version == place));
    }
}
