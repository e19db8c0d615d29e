//! Several clerks at once, and their sudden death: processes that are killed at any instant, a full disk, a
//! server that loses its power.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use vanthu_register::{Database, Filter, Register};

use crate::desk::{audit, file, issue, letter, open, run, series};
use crate::postgres::Server;

const WORKER: &str = "VANTHU_TEST_CLERK";

/// A clerk who issues documents until he has issued as many as he is told to, and says each number when it
/// is final. Run by the other tests, in a process of his own.
#[test]
#[ignore = "only run by the tests beside it"]
fn clerk() {
    let Ok(order) = std::env::var(WORKER) else { return };
    let (count, database) = order.split_once(' ').unwrap();
    let count: u32 = count.parse().unwrap();
    run(async {
        let register = open(Database::named(database, Path::new("/"))).await;
        for n in 0..count {
            let subject = format!("Việc {n} của {}", std::process::id());
            let entry = issue(&register, series("*"), letter(&subject), 1).await;
            println!("number {}", entry.key.number);
        }
    });
}

fn start(database: &str, count: u32) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["crowd::clerk", "--exact", "--ignored", "--nocapture"])
        .env(WORKER, format!("{count} {database}"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The numbers that a clerk said to be final.
fn said(clerk: &mut Child) -> Vec<u32> {
    numbers(clerk).collect()
}

/// The same, one after another as he says them.
fn numbers(clerk: &mut Child) -> impl Iterator<Item = u32> + use<> {
    let lines = BufReader::new(clerk.stdout.take().unwrap()).lines().map_while(Result::ok);
    lines.filter_map(|line| line.rsplit_once("number ")?.1.parse().ok())
}

/// The register has every number once, and those that were said to be final.
async fn is_whole(register: &Register, said: &[u32]) -> usize {
    let faults = audit(register).await.faults;
    assert_eq!(faults, []);
    let records = register.records(&Filter::default()).await.unwrap();
    let numbers: Vec<u32> = records.iter().map(|record| record.entry.key.number).collect();
    let all: Vec<u32> = (1..).take(numbers.len()).collect();
    assert_eq!(numbers, all);
    let mut said = said.to_vec();
    said.sort_unstable();
    let twice = said.windows(2).any(|pair| pair[0] == pair[1]);
    assert!(!twice, "{said:?}");
    assert!(said.iter().all(|number| numbers.contains(number)), "{said:?} of {}", numbers.len());
    numbers.len()
}

/// Lets clerks die at instants that are spread over their work: while they begin, and after a number.
fn killed(address: &str, database: Database) {
    let mut all = Vec::new();
    for round in 0..200_u64 {
        // A slow machine needs more rounds until enough was written to say something.
        if round >= 12 && all.len() > 24 {
            break;
        }
        let mut clerks = [start(address, 10_000), start(address, 10_000)];
        let mut said = clerks.each_mut().map(numbers);
        for (which, (clerk, said)) in (0..).zip(clerks.iter_mut().zip(&mut said)) {
            // However slow it is, every second round writes something.
            if round % 2 == 1 {
                all.extend(said.next());
            }
            std::thread::sleep(Duration::from_millis(60 + (round * 37 + which * 23) % 150));
            clerk.kill().unwrap();
            clerk.wait().unwrap();
        }
        all.extend(said.into_iter().flatten());
    }
    let count = run(async { is_whole(&open(database).await, &all).await });
    assert!(count > 24, "{count} numbers say nothing");
}

/// Four clerks at once.
fn together(address: &str, database: Database) {
    let mut clerks: Vec<Child> = (0..4).map(|_| start(address, 25)).collect();
    let all: Vec<u32> = clerks.iter_mut().flat_map(said).collect();
    for clerk in clerks {
        let output = clerk.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(run(async { is_whole(&open(database).await, &all).await }), 100);
}

#[test]
fn clerks_who_die_lose_no_number_in_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sổ.sqlite");
    run(async { open(file(folder.path())).await.close().await.unwrap() });
    killed(path.to_str().unwrap(), file(folder.path()));
}

#[test]
fn clerks_who_die_lose_no_number_in_postgresql() {
    let server = Server::start();
    run(async { open(server.database()).await.close().await.unwrap() });
    let Database::Server(address) = server.database() else { unreachable!() };
    killed(&address, server.database());
}

#[test]
fn clerks_at_once_share_one_series_in_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sổ.sqlite");
    together(path.to_str().unwrap(), file(folder.path()));
}

#[test]
fn clerks_at_once_share_one_series_in_postgresql() {
    let server = Server::start();
    let Database::Server(address) = server.database() else { unreachable!() };
    together(&address, server.database());
}

#[test]
fn a_server_without_power_loses_no_number() {
    let mut server = Server::start();
    run(async { open(server.database()).await.close().await.unwrap() });
    let Database::Server(address) = server.database() else { unreachable!() };
    let mut all = Vec::new();
    for round in 0..3 {
        let mut clerk = start(&address, 10_000);
        let mut numbers = numbers(&mut clerk);
        all.extend(numbers.by_ref().take(2));
        std::thread::sleep(Duration::from_millis(50 * round));
        server.crash();
        // His connection is gone, and with it what he had not finished. Where he was between two documents, he
        // has found the server again and goes on.
        clerk.kill().unwrap();
        clerk.wait().unwrap();
        all.extend(numbers);
    }
    run(async { is_whole(&open(server.database()).await, &all).await });
}

#[test]
fn a_full_disk_loses_no_number() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sổ.sqlite");
    run(async { open(file(folder.path())).await.close().await.unwrap() });
    let mut all = Vec::new();
    for kilobytes in [200, 300, 450] {
        // A shell's limit on the size of files: the kernel refuses to write more, as it does when a disk is
        // full.
        let clerk = std::env::current_exe().unwrap();
        let script = format!(
            "trap '' XFSZ; ulimit -f {kilobytes}; exec '{}' crowd::clerk --exact --ignored --nocapture",
            clerk.display()
        );
        let mut clerk = Command::new("bash")
            .args(["-c", &script])
            .env(WORKER, format!("10000 {}", path.display()))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        all.extend(said(&mut clerk));
        assert!(!clerk.wait().unwrap().success(), "the disk was never full");
        run(async { is_whole(&open(file(folder.path())).await, &all).await });
    }
    assert!(all.len() > 10, "{all:?}");
}

#[test]
fn a_clerk_who_waits_too_long_is_told_and_nothing_is_lost() {
    // Bounded by the register's own patience of half a minute.
    let folder = tempfile::tempdir().unwrap();
    run(async {
        let one = open(file(folder.path())).await;
        let other = open(file(folder.path())).await;
        let held = one.begin(series("*")).await.unwrap();
        let begun = Instant::now();
        let refused = other.begin(series("*")).await.err().unwrap();
        assert!(matches!(refused, vanthu_register::RegisterError::Busy), "{refused}");
        assert!(begun.elapsed() > Duration::from_secs(10));
        drop(held);
        issue(&other, series("*"), letter("Một"), 0).await;
        assert_eq!(audit(&one).await.faults, []);
    });
}
