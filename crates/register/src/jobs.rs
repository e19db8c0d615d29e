//! The queue of jobs in an office's own database: one row for each key. What a job is, and when it is done, is left to
//! the service that works it off.

use sqlx::{AnyPool, Row};
use time::OffsetDateTime;

use super::{Register, RegisterError};

/// The jobs that wait in the database of one office.
#[derive(Debug, Clone)]
pub struct JobTable {
    pool: AnyPool,
    office: String,
}

/// A job that was begun and not ended.
#[derive(Debug)]
pub struct BegunJob {
    key: String,
    /// When others may begin it again, in seconds since 1970.
    lease: i64,
    /// What is to be done, as it was queued.
    pub payload: String,
}

impl JobTable {
    /// The jobs in the database of `register`, of its office.
    pub fn of(register: &Register) -> JobTable {
        JobTable { pool: register.pool().clone(), office: register.place().office.clone() }
    }

    /// Queues `payload` under `key` for the time `due`; one that waits under this key already only gets the new time.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn enqueue(&self, key: &str, payload: &str, due: OffsetDateTime) -> Result<(), RegisterError> {
        const ENQUEUE: &str = "INSERT INTO job (office, key, payload, due) VALUES ($1, $2, $3, $4) \
            ON CONFLICT (office, key) DO UPDATE SET due = excluded.due";
        sqlx::query(ENQUEUE)
            .bind(&self.office)
            .bind(key)
            .bind(payload)
            .bind(due.unix_timestamp())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Begins the job that has been due the longest at `now`; others leave it alone for `lease` seconds.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn begin(&self, now: OffsetDateTime, lease: i64) -> Result<Option<BegunJob>, RegisterError> {
        const BEGIN: &str = "UPDATE job SET due = $1 WHERE office = $2 AND key = \
            (SELECT key FROM job WHERE office = $2 AND due <= $3 ORDER BY due, key LIMIT 1) RETURNING key, payload";
        let now = now.unix_timestamp();
        let lease = now + lease;
        let row =
            sqlx::query(BEGIN).bind(lease).bind(&self.office).bind(now).fetch_optional(&self.pool).await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(BegunJob { key: row.try_get("key")?, lease, payload: row.try_get("payload")? }))
    }

    /// Takes `job` from the table; one that was queued again meanwhile stays.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn end(&self, job: &BegunJob) -> Result<(), RegisterError> {
        sqlx::query("DELETE FROM job WHERE office = $1 AND key = $2 AND due = $3")
            .bind(&self.office)
            .bind(&job.key)
            .bind(job.lease)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
