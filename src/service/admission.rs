//! How much is done at once: places for requests that bring a file, and workers that look at files.
//!
//! Who comes when all places are taken is sent away at once: a queue that only grows helps nobody.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;

use super::problem::Problem;

/// The places and the workers.
#[derive(Debug, Clone)]
pub(super) struct Admission {
    places: Arc<Semaphore>,
    workers: Arc<Semaphore>,
}

/// A place in the queue; dropping it gives it back.
#[derive(Debug)]
pub(super) struct QueuePlace {
    admission: Admission,
    _place: OwnedSemaphorePermit,
}

/// A worker; it is free again when this is dropped and nothing that it was given is running any more.
#[derive(Debug, Clone)]
pub(super) struct WorkerPermit {
    _busy: Arc<OwnedSemaphorePermit>,
}

impl Admission {
    /// `workers` files are looked at at once, and `queue` more may wait or be on their way.
    pub(super) fn new(workers: usize, queue: usize) -> Admission {
        Admission {
            places: Arc::new(Semaphore::new(workers.saturating_add(queue).min(Semaphore::MAX_PERMITS))),
            workers: Arc::new(Semaphore::new(workers.min(Semaphore::MAX_PERMITS))),
        }
    }

    /// Takes one of the places for requests that bring a file.
    ///
    /// # Errors
    /// None is free.
    pub(super) fn enter(&self) -> Result<QueuePlace, Problem> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| Problem::busy())?;
        Ok(QueuePlace { admission: self.clone(), _place: place })
    }
}

impl QueuePlace {
    /// Waits until a worker is free to look at the file.
    ///
    /// # Errors
    /// The service ends.
    pub(super) async fn worker(&self) -> Result<WorkerPermit, Problem> {
        let busy = Arc::clone(&self.admission.workers).acquire_owned().await;
        Ok(WorkerPermit { _busy: Arc::new(busy.map_err(|_| Problem::busy())?) })
    }
}

impl WorkerPermit {
    /// Does `job` beside the runtime. A client that goes away doesn't free the worker before its job ends.
    ///
    /// # Errors
    /// The job panicked.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let busy = self.clone();
        let done = spawn_blocking(move || {
            let done = job();
            drop(busy);
            done
        });
        done.await.map_err(|_| Problem::internal())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_comes_too_late_is_sent_away_and_a_job_keeps_its_worker() {
        let admission = Admission::new(1, 1);
        let (first, second) = (admission.enter().unwrap(), admission.enter().unwrap());
        assert_eq!(admission.enter().unwrap_err().status, 503);
        let worker = first.worker().await.unwrap();
        let (begin, wait) = std::sync::mpsc::channel::<()>();
        let running = tokio::spawn(async move { worker.run(move || wait.recv().is_ok()).await });
        tokio::task::yield_now().await;
        assert_eq!(admission.workers.available_permits(), 0);
        running.abort();
        let _ = running.await;
        assert_eq!(admission.workers.available_permits(), 0, "the job still runs");
        begin.send(()).unwrap();
        assert!(second.worker().await.is_ok());
        drop((first, second));
        assert_eq!(admission.places.available_permits(), 2);
    }

    #[tokio::test]
    async fn a_panic_costs_one_answer() {
        let admission = Admission::new(1, 0);
        let place = admission.enter().unwrap();
        let worker = place.worker().await.unwrap();
        let failed = worker.run(|| -> u8 { panic!("on purpose") }).await;
        assert_eq!(failed.unwrap_err().status, 500);
        drop(worker);
        assert!(place.worker().await.is_ok());
    }
}
