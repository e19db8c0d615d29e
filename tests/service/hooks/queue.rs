//! Jobs, on both databases.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use vanthu::register::Database;
use vanthu::service::jobs::{self, Handler, Job, Jobs};
use vanthu::service::shutdown::Shutdown;

use super::receiver::PATIENCE;
use super::world::{register, several};
use crate::desk::file;
use crate::postgres::Server;

const OFFICE: &str = "H37.DN.001";
const OTHER: &str = "H37.DN.002";

fn job_of(office: &str, webhook: &str) -> Job {
    Job::Deliver { office: office.to_owned(), webhook: webhook.to_owned() }
}

fn job(webhook: &str) -> Job {
    job_of(OFFICE, webhook)
}

/// A handler that counts.
fn counting() -> (Handler, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&count);
    let handler: Handler = Arc::new(move |_| {
        let seen = Arc::clone(&seen);
        Box::pin(async move {
            // Whoever ends meanwhile waits.
            tokio::time::sleep(Duration::from_millis(300)).await;
            seen.fetch_add(1, Ordering::SeqCst);
            Ok(())
        })
    });
    (handler, count)
}

/// Does jobs until `enough` are done, and ends in time.
async fn work(jobs: &Arc<dyn Jobs>, enough: usize) -> usize {
    let (handler, count) = counting();
    let (stop, stopped) = oneshot::channel::<()>();
    let ending = Shutdown::at(Box::pin(async move {
        let _ = stopped.await;
    }));
    let running = tokio::spawn({
        let jobs = Arc::clone(jobs);
        async move { jobs.run(handler, ending).await }
    });
    let until = Instant::now() + PATIENCE;
    while count.load(Ordering::SeqCst) < enough {
        assert!(Instant::now() < until, "{} of {enough} jobs were done", count.load(Ordering::SeqCst));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    stop.send(()).unwrap();
    tokio::time::timeout(PATIENCE, running).await.expect("it ends").unwrap().unwrap();
    count.load(Ordering::SeqCst)
}

fn contract(database: &Database) {
    several(async {
        let book = register(database.clone(), OFFICE).await;
        let queue = jobs::open(&book).await.unwrap();
        let (now, far) = (Duration::ZERO, Duration::from_secs(86_400));
        // Of one key one waits, and what is said last counts.
        queue.enqueue(&job("a"), far).await.unwrap();
        queue.enqueue(&job("a"), now).await.unwrap();
        queue.enqueue(&job("a"), now).await.unwrap();
        queue.enqueue(&job("b"), now).await.unwrap();
        queue.enqueue(&job("c"), far).await.unwrap();
        drop((queue, book));
        // A restart later they are there.
        let book = register(database.clone(), OFFICE).await;
        // Whoever works for another office leaves them alone, and does its own.
        let other = jobs::open(&*register(database.clone(), OTHER).await).await.unwrap();
        other.enqueue(&job_of(OTHER, "a"), now).await.unwrap();
        assert_eq!(work(&other, 1).await, 1);
        let queue = jobs::open(&book).await.unwrap();
        assert_eq!(work(&queue, 2).await, 2);
        // Done is done, and what is for later stays.
        let queue = jobs::open(&book).await.unwrap();
        queue.enqueue(&job("d"), now).await.unwrap();
        assert_eq!(work(&queue, 1).await, 1);
        let queue = jobs::open(&book).await.unwrap();
        queue.enqueue(&job("c"), now).await.unwrap();
        assert_eq!(work(&queue, 1).await, 1);
    });
}

#[test]
fn jobs_wait_in_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    contract(&file(folder.path()));
}

#[test]
fn jobs_wait_in_postgresql() {
    contract(&Server::start().database());
}

#[test]
fn a_server_that_restarts_does_not_end_the_queue() {
    let mut server = Server::start();
    several(async {
        let book = register(server.database(), OFFICE).await;
        let queue = jobs::open(&book).await.unwrap();
        let (handler, count) = counting();
        let (stop, stopped) = oneshot::channel::<()>();
        let ending = Shutdown::at(Box::pin(async move {
            let _ = stopped.await;
        }));
        let running = tokio::spawn({
            let queue = Arc::clone(&queue);
            async move { queue.run(handler, ending).await }
        });
        queue.enqueue(&job("a"), Duration::ZERO).await.unwrap();
        let until = Instant::now() + PATIENCE;
        while count.load(Ordering::SeqCst) < 1 {
            assert!(Instant::now() < until);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        server.crash();
        // The first connections are dead.
        while queue.enqueue(&job("b"), Duration::ZERO).await.is_err() {
            assert!(Instant::now() < until);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        while count.load(Ordering::SeqCst) < 2 {
            assert!(Instant::now() < until, "the queue is dead");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        stop.send(()).unwrap();
        tokio::time::timeout(PATIENCE, running).await.expect("it ends").unwrap().unwrap();
    });
}
