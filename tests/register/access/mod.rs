//! Who may do what, the trail of it, and requests that come twice: with real databases and real processes.

mod requests;
mod table;
mod tokens;
mod trail;

use sqlx::AnyPool;
use vanthu_register::{Database, Register};

use crate::desk;

/// The register of `office`.
pub async fn office(database: Database, office: &str) -> Register {
    Register::create(desk::place(database, office)).await.unwrap().signing_with(desk::key(7))
}

/// The database itself, as its owner has it.
pub async fn by_hand(database: &Database) -> AnyPool {
    let address = match database {
        Database::Server(address) => address.clone(),
        Database::File(path) => format!("sqlite://{}", path.display().to_string().replace('ổ', "%E1%BB%95")),
    };
    AnyPool::connect(&address).await.unwrap()
}

/// Runs statements as its owner.
pub async fn sql(pool: &AnyPool, statements: &str) {
    sqlx::raw_sql(sqlx::AssertSqlSafe(statements.to_owned())).execute(pool).await.unwrap();
}
