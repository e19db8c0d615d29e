//! The queue of one process: a table beside the register, in SQLite.

use std::time::Duration;

use time::OffsetDateTime;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::job::{AT_ONCE, Doing, GRACE, Handler, Job, Jobs, JobsError};
use crate::register::{BegunJob, JobTable, Register};
use crate::service::shutdown::Shutdown;

/// How often jobs are looked for whose time has come; new ones are told of at once.
const POLL: Duration = Duration::from_secs(1);
/// How long a job that was begun is left alone, in seconds: then who began it is gone, or it failed.
const LEASE: i64 = 120;

/// The jobs of one office, in a table beside its register.
#[derive(Debug)]
pub(super) struct LocalQueue {
    rows: JobTable,
    news: Notify,
}

impl LocalQueue {
    pub(super) fn of(register: &Register) -> LocalQueue {
        LocalQueue { rows: JobTable::of(register), news: Notify::new() }
    }

    /// Begins the job that has waited longest.
    async fn begin(&self) -> Result<Option<(Job, BegunJob)>, JobsError> {
        let Some(begun) = self.rows.begin(OffsetDateTime::now_utc(), LEASE).await? else { return Ok(None) };
        if let Ok(job) = serde_json::from_str(&begun.payload) {
            return Ok(Some((job, begun)));
        }
        self.rows.end(&begun).await?;
        Err(JobsError::Unknown)
    }
}

impl Jobs for LocalQueue {
    fn enqueue<'a>(&'a self, job: &'a Job, wait: Duration) -> Doing<'a> {
        Box::pin(async move {
            let payload = serde_json::to_string(job).map_err(|_| JobsError::Unknown)?;
            let due = OffsetDateTime::now_utc() + wait;
            self.rows.enqueue(&job.key(), &payload, due).await?;
            self.news.notify_one();
            Ok(())
        })
    }

    fn run<'a>(&'a self, handler: Handler, mut shutdown: Shutdown) -> Doing<'a> {
        Box::pin(async move {
            let mut running = JoinSet::new();
            while !shutdown.is_here() {
                while running.len() < AT_ONCE {
                    match self.begin().await {
                        Ok(Some((job, begun))) => {
                            let (handler, rows) = (handler.clone(), self.rows.clone());
                            running.spawn(async move {
                                handler(job).await?;
                                Ok(rows.end(&begun).await?)
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
                    () = shutdown.wait() => {}
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
