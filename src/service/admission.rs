//! How much is done at once, and for whom. Strangers, the offices' programs and signatures have places of their own, and
//! share each kind fairly: whatever one of them does, the others are not kept waiting for it.
//!
//! A place is taken when the body has come, and given back before anything waits for a network; signatures, which ask
//! time-stamping servers and authorities, have threads that nobody else needs.

use std::sync::Arc;

use tokio::task::spawn_blocking;

use super::arrivals::{Arrival, ArrivalLimits, Arrivals};
use super::config::ServiceConfig;
use super::fair::{Fair, Limits, Place};
use super::party::Party;
use super::problem::Problem;

/// Signatures that are under way at once, each in a thread, and those of one office.
const SIGNATURES: usize = 64;
const SIGNATURES_EACH: usize = 4;
/// Bodies that are on their way at once, in all and of one party.
const BODIES: usize = 1024;
const BODIES_EACH: usize = 128;

/// The places.
#[derive(Debug, Clone)]
pub(super) struct Admission {
    strangers: Bulkhead,
    offices: Bulkhead,
    signatures: Arc<Fair>,
}

/// The places of one kind of party.
#[derive(Debug, Clone)]
struct Bulkhead {
    arrivals: Arc<Arrivals>,
    workers: Arc<Fair>,
}

/// A worker; it is free again when this is dropped and nothing that it was given is running any more.
#[derive(Debug, Clone)]
pub(super) struct Worker {
    _place: Arc<Place>,
}

impl Admission {
    pub(super) fn new(config: &ServiceConfig) -> Admission {
        let (workers, queue, file) = (config.workers.get(), config.queue, config.max_upload.bytes());
        let bodies = |bytes: usize, bytes_each: usize| {
            let (bodies, bodies_each) = (BODIES, BODIES_EACH);
            Arrivals::new(ArrivalLimits { bodies, bodies_each, bytes, bytes_each })
        };
        let room = file.saturating_mul(workers.saturating_add(queue).max(4));
        let strangers = Bulkhead {
            arrivals: bodies(room, room / 4),
            workers: Fair::new(Limits {
                waiting: queue,
                waiting_each: queue.div_ceil(2),
                ..Limits::shared(workers, queue)
            }),
        };
        let offices = Bulkhead {
            arrivals: bodies(file.saturating_mul(16), file.saturating_mul(4)),
            workers: Fair::new(Limits::shared(workers, queue)),
        };
        let signatures = Fair::new(Limits {
            places: SIGNATURES,
            places_each: SIGNATURES_EACH,
            ..Limits::shared(SIGNATURES, queue)
        });
        Admission { strangers, offices, signatures }
    }

    fn of(&self, party: &Party) -> &Bulkhead {
        match party {
            Party::Stranger(_) => &self.strangers,
            Party::Office(_) => &self.offices,
        }
    }

    /// A body of `party` begins to come.
    ///
    /// # Errors
    /// There is no room for it.
    pub(super) fn arrive(&self, party: &Party) -> Result<Arrival, Problem> {
        self.of(party).arrivals.begin(party)
    }

    /// Waits until a worker is free to look at what `party` sent.
    ///
    /// # Errors
    /// Too many wait already.
    pub(super) async fn worker(&self, party: &Party) -> Result<Worker, Problem> {
        Ok(Worker::at(self.of(party).workers.enter(party).await.map_err(|_| Problem::busy())?))
    }

    /// The same for what a worker has begun already.
    ///
    /// # Errors
    /// The service ends.
    pub(super) async fn worker_again(&self, party: &Party) -> Result<Worker, Problem> {
        Ok(Worker::at(self.of(party).workers.enter_again(party).await.map_err(|_| Problem::busy())?))
    }

    /// Waits until a signature of `party` may be made, which may take as long as the servers take that it asks.
    ///
    /// # Errors
    /// Too many wait already.
    pub(super) async fn signature(&self, party: &Party) -> Result<Worker, Problem> {
        Ok(Worker::at(self.signatures.enter(party).await.map_err(|_| Problem::busy())?))
    }
}

impl Worker {
    fn at(place: Place) -> Worker {
        Worker { _place: Arc::new(place) }
    }

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
    use std::net::IpAddr;
    use std::num::NonZeroUsize;

    use super::*;

    fn admission(queue: usize) -> Admission {
        let workers = NonZeroUsize::MIN;
        Admission::new(&ServiceConfig { workers, queue, ..ServiceConfig::default() })
    }

    fn stranger(last: u8) -> Party {
        Party::Stranger(IpAddr::from([192, 0, 2, last]))
    }

    #[tokio::test]
    async fn who_comes_too_late_is_sent_away_and_a_job_keeps_its_worker() {
        let admission = admission(0);
        let worker = admission.worker(&stranger(1)).await.unwrap();
        let (begin, wait) = std::sync::mpsc::channel::<()>();
        let running = tokio::spawn(async move { worker.run(move || wait.recv().is_ok()).await });
        tokio::task::yield_now().await;
        assert_eq!(admission.worker(&stranger(1)).await.unwrap_err().status, 503);
        running.abort();
        let _ = running.await;
        assert_eq!(admission.worker(&stranger(1)).await.unwrap_err().status, 503, "the job still runs");
        // Others have places of their own.
        let office = Party::Office("H37".to_owned());
        let others = (admission.worker(&stranger(2)).await, admission.worker(&office).await);
        assert!(others.0.is_ok() && others.1.is_ok());
        drop(others);
        begin.send(()).unwrap();
        while admission.worker(&stranger(1)).await.is_err() {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn a_panic_costs_one_answer() {
        let admission = admission(0);
        let worker = admission.worker(&stranger(1)).await.unwrap();
        let failed = worker.run(|| -> u8 { panic!("on purpose") }).await;
        assert_eq!(failed.unwrap_err().status, 500);
        drop(worker);
        assert!(admission.worker(&stranger(1)).await.is_ok());
    }
}
