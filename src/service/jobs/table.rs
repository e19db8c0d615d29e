//! The queue of one process: a table beside the register, in SQLite.

use std::time::Duration;

use sqlx::{AnyPool, Row};
use time::OffsetDateTime;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::job::{AT_ONCE, Doing, GRACE, Handler, Job, Jobs, JobsError};
use crate::register::{Register, RegisterError};
use crate::service::shutdown::Shutdown;

/// How often jobs are looked for whose time has come; new ones are told of at once.
const POLL: Duration = Duration::from_secs(1);
/// How long a job that was begun is left alone, in seconds: then who began it is gone, or it failed.
const LEASE: i64 = 120;

/// The jobs of one office.
#[derive(Debug)]
pub(super) struct Table {
    pool: AnyPool,
    office: String,
    news: Notify,
}

/// A job that was begun.
struct Begun {
    key: String,
    job: Job,
    lease: i64,
}

impl Table {
    pub(super) fn of(register: &Register) -> Table {
        Table { pool: register.pool().clone(), office: register.place().office.clone(), news: Notify::new() }
    }

    /// Begins the job that has waited longest.
    async fn begin(&self) -> Result<Option<Begun>, JobsError> {
        const BEGIN: &str = "UPDATE job SET due = $1 WHERE office = $2 AND key = \
            (SELECT key FROM job WHERE office = $2 AND due <= $3 ORDER BY due, key LIMIT 1) RETURNING key, payload";
        let now = OffsetDateTime::now_utc().unix_timestamp();
        let lease = now + LEASE;
        let row = sqlx::query(BEGIN)
            .bind(lease)
            .bind(&self.office)
            .bind(now)
            .fetch_optional(&self.pool)
            .await
            .map_err(RegisterError::from)?;
        let Some(row) = row else { return Ok(None) };
        let read = |column| row.try_get::<String, _>(column).map_err(RegisterError::from);
        let (key, payload) = (read("key")?, read("payload")?);
        match serde_json::from_str(&payload) {
            Ok(job) => Ok(Some(Begun { key, job, lease })),
            Err(_) => {
                end(&self.pool, &self.office, &key, lease).await?;
                Err(JobsError::Unknown)
            }
        }
    }
}

/// Takes a job that was done from the table; one that was queued again meanwhile stays.
async fn end(pool: &AnyPool, office: &str, key: &str, lease: i64) -> Result<(), JobsError> {
    sqlx::query("DELETE FROM job WHERE office = $1 AND key = $2 AND due = $3")
        .bind(office)
        .bind(key)
        .bind(lease)
        .execute(pool)
        .await
        .map_err(RegisterError::from)?;
    Ok(())
}

impl Jobs for Table {
    fn enqueue<'a>(&'a self, job: &'a Job, wait: Duration) -> Doing<'a> {
        Box::pin(async move {
            let payload = serde_json::to_string(job).map_err(|_| JobsError::Unknown)?;
            let due = OffsetDateTime::now_utc() + wait;
            const ENQUEUE: &str = "INSERT INTO job (office, key, payload, due) VALUES ($1, $2, $3, $4) \
                ON CONFLICT (office, key) DO UPDATE SET due = excluded.due";
            sqlx::query(ENQUEUE)
                .bind(job.office())
                .bind(job.key())
                .bind(payload)
                .bind(due.unix_timestamp())
                .execute(&self.pool)
                .await
                .map_err(RegisterError::from)?;
            self.news.notify_one();
            Ok(())
        })
    }

    fn run<'a>(&'a self, handler: Handler, mut ending: Shutdown) -> Doing<'a> {
        Box::pin(async move {
            let mut running = JoinSet::new();
            while !ending.is_here() {
                while running.len() < AT_ONCE {
                    match self.begin().await {
                        Ok(Some(Begun { key, job, lease })) => {
                            let (handler, pool, office) =
                                (handler.clone(), self.pool.clone(), self.office.clone());
                            running.spawn(async move {
                                handler(job).await?;
                                end(&pool, &office, &key, lease).await
                            });
                        }
                        Ok(None) => break,
                        Err(cause) => {
                            tracing::warn!(%cause, "no job could be begun");
                            break;
                        }
                    }
                }
                tokio::select! {
                    () = ending.wait() => {}
                    () = self.news.notified() => {}
                    () = tokio::time::sleep(POLL) => {}
                    Some(done) = running.join_next() => tell(done),
                }
            }
            let rest = async {
                while let Some(done) = running.join_next().await {
                    tell(done);
                }
            };
            // What takes longer is ended, and begun again by the next process.
            let _ = tokio::time::timeout(GRACE, rest).await;
            Ok(())
        })
    }
}

fn tell(done: Result<Result<(), JobsError>, tokio::task::JoinError>) {
    match done {
        Ok(Ok(())) => {}
        Ok(Err(cause)) => tracing::warn!(%cause, "a job failed"),
        Err(cause) => tracing::warn!(%cause, "a job ended in the middle"),
    }
}
