//! Whatever a document costs, and whoever dies: the job ends, and the next one works.

use std::io::Write;
use std::num::NonZeroU32;
use std::process::{Command, Stdio};
use std::time::Duration;

use time::OffsetDateTime;
use vanthu::service::press::{Press, PressError, PressFormat, PressLimits};

use super::shop::{Shop, endless, is_running, kill, limits, press, seed, wait_until, worker};

const PARENT: &str = "VANTHU_TEST_PRESS";

async fn draw_seed(press: &Press) {
    press.render(&seed(), PressFormat::Pdf, OffsetDateTime::UNIX_EPOCH).await.unwrap();
}

async fn draw_endless(press: &Press) -> PressError {
    press.render(&endless(), PressFormat::Pdf, OffsetDateTime::UNIX_EPOCH).await.map(drop).unwrap_err()
}

#[tokio::test]
async fn what_takes_too_long_is_ended() {
    let shop = Shop::new();
    let press = shop.press(limits());
    let refused = draw_endless(&press.within(Duration::from_secs(2))).await;
    assert!(matches!(refused, PressError::TooLong(_)), "{refused}");
    // When the error is told, the process is gone.
    assert!(shop.workers().iter().all(|worker| !is_running(*worker)));
    draw_seed(&press).await;
    let counts = press.counts();
    assert_eq!((counts.late, counts.deaths, counts.starts, counts.jobs), (1, 0, 2, 1));
}

#[tokio::test]
async fn what_takes_too_much_memory_is_ended() {
    let shop = Shop::new();
    let press = shop.press(PressLimits { memory: NonZeroU32::new(512).unwrap(), ..limits() });
    let refused = draw_endless(&press).await;
    assert!(matches!(refused, PressError::TooMuchMemory(_)), "{refused}");
    draw_seed(&press).await;
    let counts = press.counts();
    assert_eq!((counts.late, counts.deaths, counts.starts, counts.jobs), (0, 1, 2, 1));
}

#[tokio::test]
async fn a_worker_that_is_killed_costs_its_job_alone() {
    let shop = Shop::new();
    let press = shop.press(limits());
    let job = tokio::spawn({
        let press = press.clone();
        async move { draw_endless(&press).await }
    });
    let worker = first_worker(&shop).await;
    kill(worker);
    let refused = job.await.unwrap();
    assert!(matches!(refused, PressError::Died), "{refused}");
    draw_seed(&press).await;
    // One that dies between two jobs costs none.
    kill(shop.worker(1));
    wait_until(|| !is_running(shop.worker(1)));
    draw_seed(&press).await;
    assert_eq!((press.counts().deaths, press.counts().starts, press.counts().jobs), (2, 3, 2));
}

#[tokio::test]
async fn who_goes_away_takes_the_job_along() {
    let shop = Shop::new();
    let press = shop.press(limits());
    let job = tokio::spawn({
        let press = press.clone();
        async move { draw_endless(&press).await }
    });
    let worker = first_worker(&shop).await;
    assert!(is_running(worker));
    job.abort();
    let _ = job.await;
    wait_until(|| !is_running(worker));
    draw_seed(&press).await;
    // A press that nobody has any more leaves nobody behind.
    let idle = shop.worker(1);
    assert!(is_running(idle));
    drop(press);
    wait_until(|| !is_running(idle));
}

#[tokio::test]
async fn who_comes_when_the_queue_is_full_is_sent_away() {
    let shop = Shop::new();
    let press = shop.press(PressLimits { queue: 0, ..limits() });
    let job = tokio::spawn({
        let press = press.clone();
        async move { draw_endless(&press).await }
    });
    let worker = first_worker(&shop).await;
    let refused = press.check(&seed()).await.unwrap_err();
    assert!(matches!(refused, PressError::Busy), "{refused}");
    kill(worker);
    job.await.unwrap();
    draw_seed(&press).await;
}

#[tokio::test]
async fn a_worker_makes_place_after_its_jobs() {
    let shop = Shop::new();
    let press = shop.press(PressLimits { jobs: NonZeroU32::new(2).unwrap(), ..limits() });
    for _ in 0..3 {
        press.check(&seed()).await.unwrap();
    }
    let workers = shop.workers();
    assert_eq!((workers.len(), press.counts().starts, press.counts().deaths), (2, 2, 0));
    assert!(!is_running(workers[0]) && is_running(workers[1]));
}

#[tokio::test]
async fn a_program_that_is_none_is_a_fault() {
    let shop = Shop::new();
    let missing = Press::new(shop.path().join("missing"), None, limits()).unwrap();
    assert!(matches!(missing.check(&seed()).await.unwrap_err(), PressError::Fault(_)));
    // It answers, but not as a worker does.
    let other = Press::new("/bin/echo".into(), None, limits()).unwrap();
    assert!(matches!(other.check(&seed()).await.unwrap_err(), PressError::Died));
}

#[test]
fn garbage_ends_a_worker() {
    let header = |length: u32, text: &str| [&length.to_be_bytes()[..], text.as_bytes()].concat();
    for garbage in [
        b"GET / HTTP/1.1\r\n\r\n".to_vec(),
        b"abc".to_vec(),
        header(u32::MAX, ""),
        header(2, "{}"),
        header(9, "{}"),
        header(4, "\0\0\0\0"),
        vec![b'['; 1 << 20],
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_vanthu"))
            .args(["press", "--memory", "512"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // It may have ended before it read all of it.
        let _ = child.stdin.take().unwrap().write_all(&garbage);
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{:?}", &garbage[..3]);
    }
}

/// A service that never ends by itself. Run by the test beside it, in a process of its own.
#[tokio::test]
#[ignore = "only run by the test beside it"]
async fn parent() {
    let Ok(folder) = std::env::var(PARENT) else { return };
    let press = press(folder.as_ref(), limits());
    draw_endless(&press).await;
}

#[test]
fn nobody_survives_a_service_that_is_killed() {
    let shop = Shop::new();
    let mut parent = Command::new(std::env::current_exe().unwrap())
        .args(["press::bounds::parent", "--exact", "--ignored", "--nocapture"])
        .env(PARENT, shop.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let worker = worker(shop.path(), 0);
    // It is in the middle of its job: it reads nothing, and has nothing to say for a long time.
    wait_until(|| processor_time(worker) > 50);
    parent.kill().unwrap();
    parent.wait().unwrap();
    wait_until(|| !is_running(worker));
}

/// How long a process has worked, in hundredths of a second (proc(5), the fields utime and stime).
fn processor_time(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let fields: Vec<&str> = status.rsplit_once(") ").unwrap().1.split(' ').collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

/// Waits for the first worker while its job goes on.
async fn first_worker(shop: &Shop) -> u32 {
    let path = shop.path().to_owned();
    tokio::task::spawn_blocking(move || worker(&path, 0)).await.unwrap()
}
