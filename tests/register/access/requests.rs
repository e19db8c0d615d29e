//! Requests that come twice: at once, from several processes, and after a sudden death.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use vanthu_register::{
    Asked, Database, DocumentRevision, EntryKey, Filter, IdempotentRequest, Register, RevisionKind,
};

use super::office;
use crate::desk::{at, audit, file, letter, number, open, run, series};
use crate::postgres::Server;

const CLIENT: &str = "VANTHU_TEST_CLIENT";

fn request(key: &str, content: &str) -> IdempotentRequest {
    IdempotentRequest::new(key.parse().unwrap(), content.as_bytes())
}

/// Asks for a number as a service does; `None` where the key is another request's.
async fn ask(register: &Register, request: &IdempotentRequest, reached: impl Fn(&str)) -> Option<EntryKey> {
    let mut pending = register.begin(series("*")).await.unwrap();
    match pending.asked(request).await.unwrap() {
        Asked::New => {}
        Asked::Answered(key) => return Some(key),
        Asked::Other => return None,
    }
    reached("held");
    let mut document = letter(&format!("Việc {}", request.key()));
    document.code = format!("{:02}/BC-UBND", pending.number());
    let logged = pending.log(document, at(1)).await.unwrap();
    reached("logged");
    let report = DocumentRevision::of(RevisionKind::Report, logged.receipt().as_bytes(), "a.pdf", None);
    let entry = logged.record(report, Vec::new()).await.unwrap();
    reached("recorded");
    Some(entry.key)
}

/// Asks once, in a process of its own; waits to be killed where it is told to.
#[test]
#[ignore = "only run by the tests beside it"]
fn client() {
    let Ok(order) = std::env::var(CLIENT) else { return };
    let [stop, key, content, database] = order.splitn(4, ' ').collect::<Vec<_>>()[..] else { unreachable!() };
    run(async {
        let register = open(Database::named(database, Path::new("/"))).await;
        let reached = |place: &str| {
            if place == stop {
                println!("reached {place}");
                // Ends with who started it, if not before.
                let _ = std::io::stdin().read(&mut [0]);
            }
        };
        let key = ask(&register, &request(key, content), reached).await;
        println!("number {}", key.map_or(0, |key| key.number));
    });
}

fn start(stop: &str, key: &str, content: &str, address: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["access::requests::client", "--exact", "--ignored", "--nocapture"])
        .env(CLIENT, format!("{stop} {key} {content} {address}"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The number that a client got.
fn told(client: Child) -> u32 {
    let output = client.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).unwrap();
    said.lines().find_map(|line| line.rsplit_once("number ")?.1.parse().ok()).unwrap()
}

/// The register has the numbers 1 to `count`, and no fault.
async fn has(register: &Register, count: usize) {
    let numbers: Vec<u32> = register
        .records(&Filter::default())
        .await
        .unwrap()
        .iter()
        .map(|record| record.entry.key.number)
        .collect();
    assert_eq!(numbers, (1..).take(count).collect::<Vec<_>>());
    assert_eq!(audit(register).await.faults, []);
}

fn on_both(test: impl Fn(&str, Database)) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sổ.sqlite");
    test(path.to_str().unwrap(), file(folder.path()));
    let server = Server::start();
    let Database::Server(address) = server.database() else { unreachable!() };
    test(&address, server.database());
}

#[test]
fn a_repeated_request_is_told_of_its_number() {
    on_both(|_, database| {
        run(async {
            let register = open(database.clone()).await;
            let (first, same_key) = (request("k-1", "a"), request("k-1", "b"));
            assert_eq!(register.answered(&first).await.unwrap(), Asked::New);
            assert_eq!(ask(&register, &first, |_| ()).await, Some(number("*", 1)));
            assert_eq!(ask(&register, &first, |_| ()).await, Some(number("*", 1)));
            assert_eq!(register.answered(&first).await.unwrap(), Asked::Answered(number("*", 1)));
            assert_eq!(ask(&register, &same_key, |_| ()).await, None);
            assert_eq!(register.answered(&same_key).await.unwrap(), Asked::Other);
            assert_eq!(ask(&register, &request("k-2", "a"), |_| ()).await, Some(number("*", 2)));
            has(&register, 2).await;
            // The keys of one office are none of another's.
            let other = office(database, "H37.DN.002").await;
            assert_eq!(other.answered(&same_key).await.unwrap(), Asked::New);
            assert_eq!(ask(&other, &same_key, |_| ()).await, Some(number("*", 1)));
            assert_eq!(register.answered(&first).await.unwrap(), Asked::Answered(number("*", 1)));
        });
    });
}

#[test]
fn a_number_that_came_to_nothing_answers_nothing() {
    let folder = tempfile::tempdir().unwrap();
    run(async {
        let register = open(file(folder.path())).await;
        let asked = request("k", "a");
        let document = |number: u32| vanthu_register::Registration {
            code: format!("{number:02}/BC-UBND"),
            ..letter("Một")
        };
        let mut pending = register.begin(series("*")).await.unwrap();
        assert_eq!(pending.asked(&asked).await.unwrap(), Asked::New);
        let first = pending.number();
        drop(pending.log(document(first), at(1)).await.unwrap());
        assert_eq!(register.answered(&asked).await.unwrap(), Asked::New);
        for is_logged in [false, true] {
            let mut pending = register.begin(series("*")).await.unwrap();
            assert_eq!(pending.asked(&asked).await.unwrap(), Asked::New);
            let document = document(pending.number());
            if is_logged {
                pending.log(document, at(1)).await.unwrap().cancel("hỏng").await.unwrap();
            } else {
                pending.cancel(document, "hỏng", at(1)).await.unwrap();
            }
            assert_eq!(register.answered(&asked).await.unwrap(), Asked::New);
        }
        assert_eq!(ask(&register, &asked, |_| ()).await, Some(number("*", 3)));
        assert_eq!(ask(&register, &asked, |_| ()).await, Some(number("*", 3)));
        has(&register, 3).await;
    });
}

#[test]
fn eight_threads_with_one_key_get_one_number() {
    on_both(|_, database| {
        run(async { open(database.clone()).await.close().await.unwrap() });
        let numbers: Vec<u32> = std::thread::scope(|scope| {
            let ask_once = || {
                run(async {
                    let register = open(database.clone()).await;
                    ask(&register, &request("k", "a"), |_| ()).await.unwrap().number
                })
            };
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(ask_once)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(numbers, [1; 8]);
        run(async { has(&open(database.clone()).await, 1).await });
    });
}

#[test]
fn processes_with_one_key_get_one_number_and_those_with_another_body_none() {
    on_both(|address, database| {
        run(async { open(database.clone()).await.close().await.unwrap() });
        let clients: Vec<Child> = (0..6).map(|n| start("never", "k", ["a", "b"][n % 2], address)).collect();
        let numbers: Vec<u32> = clients.into_iter().map(told).collect();
        // Whichever body came first, those who sent it share the number, and the others got none.
        let (a, b) = ([numbers[0], numbers[2], numbers[4]], [numbers[1], numbers[3], numbers[5]]);
        assert!((a, b) == ([1; 3], [0; 3]) || (a, b) == ([0; 3], [1; 3]), "{numbers:?}");
        run(async { has(&open(database.clone()).await, 1).await });
    });
}

#[test]
fn who_is_killed_in_between_and_asks_again_has_one_number() {
    on_both(|address, database| {
        run(async { open(database.clone()).await.close().await.unwrap() });
        for (place, before) in ["held", "logged", "recorded"].into_iter().zip(0..) {
            let key = format!("k-{place}");
            let mut client = start(place, &key, "a", address);
            let lines = BufReader::new(client.stdout.take().unwrap()).lines().map_while(Result::ok);
            let reached = lines.into_iter().any(|line| line.contains(&format!("reached {place}")));
            assert!(reached, "{place}");
            client.kill().unwrap();
            client.wait().unwrap();
            // Only what was final before the death answers without another number being taken.
            let is_final = run(async {
                let known = open(database.clone()).await.answered(&request(&key, "a")).await.unwrap();
                known != Asked::New
            });
            assert_eq!(is_final, place == "recorded");
            assert_eq!(told(start("never", &key, "a", address)), before + 1, "{place}");
            assert_eq!(told(start("never", &key, "a", address)), before + 1, "{place}");
        }
        run(async { has(&open(database.clone()).await, 3).await });
    });
}
