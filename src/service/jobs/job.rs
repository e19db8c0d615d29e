//! What a job is, and what every queue of them does.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::explain::{Explain, Refusal};
use crate::hex;
use crate::lang::Message;
use crate::message;
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
        /// The name of the webhook's address: [`crate::office::webhook::WebhookAddress::name`].
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
#[error("{}", self.words().en)]
#[non_exhaustive]
pub enum JobsError {
    /// The office's database refuses.
    Register(#[from] RegisterError),
    /// The queue in PostgreSQL can't be used.
    Queue(Box<dyn std::error::Error + Send + Sync>),
    /// A job is written in a way that this version does not know.
    Unknown,
}

impl Explain for JobsError {
    fn words(&self) -> Message {
        match self {
            JobsError::Register(cause) => cause.words(),
            JobsError::Queue(cause) => message!(
                "không dùng được hàng đợi công việc: {cause}",
                "the queue of jobs can't be used: {cause}"
            ),
            JobsError::Unknown => message!(
                "hàng đợi có công việc mà phiên bản này không biết",
                "the queue has a job that this version does not know"
            ),
        }
    }

    fn kind(&self) -> Refusal {
        match self {
            JobsError::Register(cause) => cause.kind(),
            JobsError::Queue(_) | JobsError::Unknown => Refusal::Environment,
        }
    }
}

/// What a queue or a job is about to give.
pub type Doing<'a> = Pin<Box<dyn Future<Output = Result<(), JobsError>> + Send + 'a>>;

/// Does one job; where it gives an error, the queue hands the job out again later.
pub type Handler = Arc<dyn Fn(Job) -> Doing<'static> + Send + Sync>;

/// A queue of jobs.
pub trait Jobs: Send + Sync + fmt::Debug {
    /// Queues `job` for when `wait` is over; one that waits already gets the new time.
    fn enqueue<'a>(&'a self, job: &'a Job, wait: Duration) -> Doing<'a>;

    /// Does jobs with `handler` until `shutdown`; those under way are given 15 seconds. One that fails is done again.
    fn run<'a>(&'a self, handler: Handler, shutdown: Shutdown) -> Doing<'a>;
}
