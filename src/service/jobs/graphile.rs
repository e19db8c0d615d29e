//! The queue that replicas share: `graphile_worker`, in a schema of its own beside the register.

use std::fmt;
use std::time::{Duration, SystemTime};

use graphile_worker::{
    IntoTaskHandlerResult, JobSpecBuilder, TaskHandler, WorkerContext, WorkerOptions, WorkerUtils,
};

use super::job::{AT_ONCE, Doing, GRACE, Handler, Job, Jobs, JobsError};
use crate::database::{PgPool, server_pool};
use crate::service::shutdown::Shutdown;

/// The schema of the queue's tables.
const SCHEMA: &str = "graphile_worker";
/// Connections that the queue of one process holds at most.
const CONNECTIONS: u32 = 8;
/// How often jobs are looked for whose time has come; others are told of at once.
const POLL: Duration = Duration::from_secs(2);
/// How long to wait before a queue that failed is tried again.
const AGAIN: Duration = Duration::from_secs(5);

/// The queue of one office in a PostgreSQL that many may share.
pub(super) struct Graphile {
    pool: PgPool,
    utils: WorkerUtils,
    office: String,
}

impl fmt::Debug for Graphile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Graphile").field("office", &self.office).finish_non_exhaustive()
    }
}

fn failed(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> JobsError {
    JobsError::Queue(cause.into())
}

impl Graphile {
    /// The queue of `office` in the PostgreSQL at `address`; its tables are made where there are none.
    pub(super) async fn open(address: &str, office: &str) -> Result<Graphile, JobsError> {
        let pool = server_pool(address, CONNECTIONS).await.map_err(failed)?;
        let utils = WorkerUtils::new(pool.clone(), SCHEMA);
        utils.migrate().await.map_err(failed)?;
        Ok(Graphile { pool, utils, office: office.to_owned() })
    }

    /// Works until `shutdown`, or until the queue fails.
    async fn work(&self, handler: Handler, mut shutdown: Shutdown) -> Result<(), JobsError> {
        let worker = WorkerOptions::default()
            .schema(SCHEMA)
            .pg_pool(self.pool.clone())
            .concurrency(AT_ONCE)
            .poll_interval(POLL)
            .add_accepted_flag(&flag(&self.office))
            .add_extension(Handling(handler))
            .define_job::<Job>()
            // The program has signal handlers of its own, and tells us when to end.
            .listen_os_shutdown_signals(false)
            .shutdown_signal(async move { shutdown.wait().await })
            .shutdown_grace_period(GRACE);
        worker.init().await.map_err(failed)?.run().await.map_err(failed)
    }
}

/// What marks the jobs of `office`, so that the services of other offices leave them alone.
fn flag(office: &str) -> String {
    format!("office:{office}")
}

#[derive(Clone)]
struct Handling(Handler);

impl fmt::Debug for Handling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handling")
    }
}

impl TaskHandler for Job {
    const IDENTIFIER: &'static str = "vanthu";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let Some(Handling(handler)) = context.get_ext::<Handling>() else {
            return Err("no handler".to_owned());
        };
        handler(self).await.map_err(|cause| cause.to_string())
    }
}

impl Jobs for Graphile {
    fn enqueue<'a>(&'a self, job: &'a Job, wait: Duration) -> Doing<'a> {
        Box::pin(async move {
            let how = JobSpecBuilder::new()
                .run_at(SystemTime::now() + wait)
                .job_key(job.key())
                .flags(vec![flag(job.office())])
                .build();
            self.utils.add_job(job.clone(), how).await.map_err(failed)?;
            Ok(())
        })
    }

    fn run<'a>(&'a self, handler: Handler, mut shutdown: Shutdown) -> Doing<'a> {
        Box::pin(async move {
            while !shutdown.is_here() {
                // A server that restarts ends the worker, and is there again soon.
                if let Err(cause) = self.work(handler.clone(), shutdown.clone()).await {
                    tracing::warn!(%cause, "the queue of jobs failed");
                }
                tokio::select! {
                    () = shutdown.wait() => {}
                    () = tokio::time::sleep(AGAIN) => {}
                }
            }
            self.pool.close().await;
            Ok(())
        })
    }
}
