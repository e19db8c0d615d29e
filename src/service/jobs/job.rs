//! What a job is, and what every queue of them does.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::hex;
use crate::register::RegisterError;
use crate::service::shutdown::Shutdown;

/// Jobs that one process does at once.
pub(super) const AT_ONCE: usize = 4;
/// How long jobs under way may go on when the process ends: longer than one message to a webhook takes.
pub(super) const GRACE: Duration = Duration::from_secs(15);

/// Something to do. It holds no secret: queues write jobs into their logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Job {
    /// Tell a webhook what it does not know yet.
    Deliver {
        /// The identifier of the office whose webhook it is.
        office: String,
        /// The name of the webhook's address: [`crate::webhook::Address::name`].
        webhook: String,
    },
}

impl Job {
    /// Whose it is: a service does the jobs of its own office.
    pub(super) fn office(&self) -> &str {
        match self {
            Job::Deliver { office, .. } => office,
        }
    }

    /// What makes it the same as another: of those, one waits.
    pub(super) fn key(&self) -> String {
        match self {
            Job::Deliver { office, webhook } => {
                hex::lower(&Sha256::digest(format!("deliver\n{office}\n{webhook}")))
            }
        }
    }
}

/// Why jobs can't be queued or done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JobsError {
    /// The office's database refuses.
    #[error(transparent)]
    Register(#[from] RegisterError),
    /// The queue in PostgreSQL can't be used.
    #[error("the queue of jobs can't be used: {0}")]
    Queue(Box<dyn std::error::Error + Send + Sync>),
    /// A job is written in a way that this version does not know.
    #[error("a job that this version does not know")]
    Unknown,
}

/// What a queue or a job is about to give.
pub type Doing<'a> = Pin<Box<dyn Future<Output = Result<(), JobsError>> + Send + 'a>>;

/// Does one job; where it gives an error, the queue hands the job out again later.
pub type Handler = Arc<dyn Fn(Job) -> Doing<'static> + Send + Sync>;

/// A queue of jobs.
pub trait Jobs: Send + Sync + fmt::Debug {
    /// Queues `job` for when `wait` is over; one that waits already gets the new time.
    fn enqueue<'a>(&'a self, job: &'a Job, wait: Duration) -> Doing<'a>;

    /// Does jobs with `handler` until `ending`; those under way are given 15 seconds. One that fails is done again.
    fn run<'a>(&'a self, handler: Handler, ending: Shutdown) -> Doing<'a>;
}
