//! The workers and the queue before them: a job gets a process, the process gets a limit of time, and whatever
//! happens, the next job finds a worker.

use std::path::PathBuf;
use std::process::ExitStatus;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::error::PressError;
use super::job::{PressAnswer, PressQuestion};
use super::limits::PressLimits;
use super::wire::Frame;
use super::worker::Worker;
use crate::service::fair::{Fair, Limits};
use crate::service::party::Party;

/// The workers' processes, and the jobs that wait for one.
#[derive(Debug)]
pub(super) struct Pool {
    program: PathBuf,
    font_dir: Option<PathBuf>,
    limits: PressLimits,
    /// For jobs that are under way.
    desks: Arc<Fair>,
    idle: Mutex<Vec<Worker>>,
    counters: Counters,
}

#[derive(Debug, Default)]
struct Counters {
    jobs: AtomicU64,
    late: AtomicU64,
    deaths: AtomicU64,
    starts: AtomicU64,
}

/// What happened since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Jobs that were answered, refusals included.
    pub jobs: u64,
    /// Jobs that were ended because they took too long.
    pub late: u64,
    /// Workers that died of a job, of memory mostly, or were ended by somebody else.
    pub deaths: u64,
    /// Processes that were started, the first ones included.
    pub starts: u64,
}

impl Pool {
    pub fn new(program: PathBuf, font_dir: Option<PathBuf>, limits: PressLimits) -> Pool {
        Pool {
            program,
            font_dir,
            limits,
            desks: Fair::new(Limits::shared(limits.workers.get(), limits.queue)),
            idle: Mutex::default(),
            counters: Counters::default(),
        }
    }

    pub fn counts(&self) -> Counts {
        let now = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let Counters { jobs, late, deaths, starts } = &self.counters;
        Counts { jobs: now(jobs), late: now(late), deaths: now(deaths), starts: now(starts) }
    }

    /// Has a worker answer within `time`, once it is the turn of `party`. Dropped, the job ends, and its worker with it.
    pub async fn ask(
        &self,
        party: &Party,
        question: PressQuestion,
        parts: Vec<Arc<[u8]>>,
        time: Duration,
    ) -> Result<Frame<PressAnswer>, PressError> {
        let desk = self.desks.enter(party).await.map_err(|_| PressError::Busy)?;
        let mut worker = self.worker()?;
        let leash = worker.leash();
        let jobs = self.limits.jobs.get();
        let mut job = spawn_blocking(move || {
            let answer = worker.ask(&question, &parts);
            // Only who answered, and is at no fault, gets another job.
            let is_well = matches!(&answer, Ok(frame) if !matches!(frame.said, PressAnswer::Fault(_)));
            let answer = answer.map_err(|_| worker.end());
            let rested = (is_well && worker.jobs < jobs).then_some(worker);
            // The desk is free when the process is ended or put back, and not before.
            (answer, rested, desk)
        });
        let Ok(done) = timeout(time, &mut job).await else {
            count(&self.counters.late);
            drop(leash);
            let _ = job.await;
            return Err(PressError::TooLong(time));
        };
        leash.loosen();
        let (answer, rested, desk) = done.map_err(|cause| PressError::Fault(cause.to_string()))?;
        self.idle().extend(rested);
        drop(desk);
        match answer {
            Ok(frame) => {
                count(&self.counters.jobs);
                Ok(frame)
            }
            Err(status) => {
                count(&self.counters.deaths);
                Err(if is_abort(status) {
                    PressError::TooMuchMemory(self.limits.memory)
                } else {
                    PressError::Died
                })
            }
        }
    }

    /// A worker that is alive.
    fn worker(&self) -> Result<Worker, PressError> {
        while let Some(worker) = self.rested() {
            if worker.is_alive() {
                return Ok(worker);
            }
            count(&self.counters.deaths);
        }
        let started = Worker::start(&self.program, self.font_dir.as_deref(), self.limits.memory.get());
        let worker = started.map_err(|cause| {
            let program = self.program.display();
            PressError::Fault(format!("{program} can't be started: {cause}"))
        })?;
        count(&self.counters.starts);
        Ok(worker)
    }

    fn rested(&self) -> Option<Worker> {
        self.idle().pop()
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Worker>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// Whether a process ended itself, as Rust does where it gets no memory.
#[cfg(unix)]
fn is_abort(status: Option<ExitStatus>) -> bool {
    const SIGABRT: i32 = 6;
    status.is_some_and(|status| std::os::unix::process::ExitStatusExt::signal(&status) == Some(SIGABRT))
}

#[cfg(not(unix))]
fn is_abort(_: Option<ExitStatus>) -> bool {
    false
}
