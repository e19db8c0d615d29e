//! An office with a register and webhooks, and a service that tells them, in this process or in one of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use time::OffsetDateTime;
use tokio::sync::oneshot;
use vanthu::clock;
use vanthu::office::webhook::{self, EventType, Webhook, WebhookAddress};
use vanthu::online::Networks;
use vanthu::register::{Cursor, CursorPosition, Database, Entry, NewEvent, Register};
use vanthu::service::hooks::{DeliverySettings, Hooks, Rounds, Schedule};
use vanthu::service::shutdown::Shutdown;

use super::receiver::PATIENCE;
use crate::desk::{at, issue, key, letter, place, series};

/// The public half of the key that signs messages here.
pub fn public_key() -> String {
    webhook::public_key(&key(9)).unwrap()
}

pub fn hook(address: &str, events: &[EventType]) -> Webhook {
    Webhook { address: WebhookAddress::try_from(address.to_owned()).unwrap(), events: events.to_vec() }
}

pub fn loopback() -> Networks {
    Networks::try_from(vec!["127.0.0.0/8".to_owned(), "::1/128".to_owned()]).unwrap()
}

/// `tries` times, without a pause.
pub fn at_once(tries: u32) -> Schedule {
    Schedule { first: Duration::ZERO, tries }
}

/// Two minutes ahead: what a process that died held is free again.
fn later() -> OffsetDateTime {
    clock::now() + Duration::from_secs(120)
}

pub fn several<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(future)
}

/// The register of `office` in `database`.
pub async fn register(database: Database, office: &str) -> Arc<Register> {
    Arc::new(Register::create(place(database, office)).await.unwrap().signing_with(key(7)))
}

/// A service that tells webhooks, while this lives.
pub struct Service {
    pub hooks: Arc<Hooks>,
    running: tokio::task::JoinHandle<()>,
    stop: oneshot::Sender<()>,
}

impl Service {
    pub async fn start(
        register: &Arc<Register>,
        webhooks: Vec<Webhook>,
        networks: Networks,
        schedule: Schedule,
        clock: fn() -> OffsetDateTime,
    ) -> Service {
        let rounds = Rounds::default();
        let settings = DeliverySettings {
            register: Arc::clone(register),
            webhooks,
            key: key(9),
            networks,
            schedule,
            clock,
        };
        let hooks = Arc::new(Hooks::new(settings, rounds.news()).unwrap());
        // New webhooks begin here, before the test goes on.
        hooks.begin().await.unwrap();
        let (stop, stopped) = oneshot::channel();
        let stopped = Box::pin(async move {
            let _ = stopped.await;
        });
        let running = tokio::spawn({
            let hooks = Arc::clone(&hooks);
            async move { rounds.run(move || vec![Arc::clone(&hooks)], Shutdown::at(stopped)).await }
        });
        Service { hooks, running, stop }
    }

    /// One with a receiver on loopback.
    pub async fn of(register: &Arc<Register>, address: &str, schedule: Schedule) -> Service {
        Service::start(register, vec![hook(address, &[])], loopback(), schedule, clock::now).await
    }

    pub async fn end(self) {
        let _ = self.stop.send(());
        tokio::time::timeout(PATIENCE, self.running).await.expect("it ends").unwrap();
    }
}

/// Issues `count` documents, two acts each: the number, and the report's file.
pub async fn issue_some(register: &Register, count: u32) -> Vec<Entry> {
    let mut entries = Vec::new();
    for n in 0..count {
        entries.push(issue(register, series("*"), letter(&format!("Việc {n}")), n).await);
    }
    entries
}

pub async fn act(register: &Register, entry: &Entry, event: NewEvent) {
    register.record_event(&entry.key, &event, at(100)).await.unwrap();
}

pub async fn position(register: &Register, address: &str) -> Option<CursorPosition> {
    let address = WebhookAddress::try_from(address.to_owned()).unwrap();
    Cursor::of(register, address.as_str()).position().await.unwrap()
}

/// Waits until the webhook at `address` is where it `should` be.
pub async fn wait_for(
    register: &Register,
    address: &str,
    should: impl Fn(&CursorPosition) -> bool,
) -> CursorPosition {
    let until = Instant::now() + PATIENCE;
    loop {
        let position = position(register, address).await.expect("it has begun");
        if should(&position) {
            return position;
        }
        assert!(Instant::now() < until, "{position:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

const REPLICA: &str = "VANTHU_TEST_REPLICA";

/// A service in a process of its own. Each line that it is told is a nudge; it ends when there are no more.
pub struct Replica {
    process: Child,
    nudges: ChildStdin,
    /// Kept, so that it can go on to say things.
    _said: BufReader<ChildStdout>,
}

impl Replica {
    /// Of `office` in the database at `database`; with a clock that is `ahead` or not.
    pub fn start(database: &str, office: &str, address: &str, ahead: &str) -> Replica {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["hooks::world::replica", "--exact", "--ignored", "--nocapture"])
            .env(REPLICA, [office, address, ahead, database].join(" "))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let nudges = process.stdin.take().unwrap();
        // It says when it has begun.
        let mut said = BufReader::new(process.stdout.take().unwrap());
        let runs = said.by_ref().lines().map_while(Result::ok).any(|line| line.contains("it runs"));
        assert!(runs, "the replica did not start");
        Replica { process, nudges, _said: said }
    }

    pub fn nudge(&mut self) {
        // It may have been killed.
        let _ = self.nudges.write_all(b"\n");
    }

    pub fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    pub fn end(self) {
        let Replica { mut process, nudges, _said } = self;
        drop(nudges);
        assert!(process.wait().unwrap().success());
    }
}

/// Run by the other tests, in a process of its own.
#[test]
#[ignore = "only run by the tests beside it"]
fn replica() {
    let Ok(order) = std::env::var(REPLICA) else { return };
    let mut words = order.splitn(4, ' ');
    let mut word = || words.next().unwrap();
    let (office, address, ahead, database) = (word(), word(), word(), word());
    let clock = if ahead == "ahead" { later } else { clock::now };
    several(async {
        let register = register(Database::named(database, Path::new("/")), office).await;
        let webhooks = vec![hook(address, &[])];
        let service = Service::start(&register, webhooks, loopback(), at_once(100), clock).await;
        println!("it runs");
        let (told, mut nudges) = tokio::sync::mpsc::unbounded_channel();
        std::thread::spawn(move || {
            std::io::stdin().lines().map_while(Result::ok).all(|_| told.send(()).is_ok())
        });
        while nudges.recv().await.is_some() {
            service.hooks.nudge();
        }
        service.end().await;
    });
}
