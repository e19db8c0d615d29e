//! Who may do what, the trail of it, and requests that come twice: with real databases and real processes.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

#[path = "../register/desk.rs"]
#[allow(dead_code, reason = "every test file uses some of it")]
mod desk;
mod held;
#[path = "../register/postgres.rs"]
#[allow(dead_code, reason = "every test file uses some of it")]
mod postgres;
mod requests;
mod table;
mod tokens;
mod trail;

use sqlx::AnyPool;
use vanthu::register::{Database, Register};

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
