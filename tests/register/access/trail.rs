//! The trail: written by many at once, changed by hand, and not to be had at all.

use std::process::{Command, Stdio};

use secrecy::ExposeSecret;
use vanthu_register::access::{
    AccessError, Bearer, Duty, Head, Lifetime, NewTrailRow, Tokens, Trail, TrailAudit, TrailFault, Who,
};
use vanthu_register::{Database, Register};

use super::{by_hand, office, sql};
use crate::desk::{at, file, run};
use crate::postgres::Server;

const WRITER: &str = "VANTHU_TEST_WRITER";

fn bearer(register: &Register, name: &str) -> Bearer {
    let office = register.place().office.clone();
    Bearer { office, name: name.to_owned(), duty: Duty::Clerk }
}

async fn write(register: &Register, name: &str, n: u32) -> Result<Head, AccessError> {
    let who = bearer(register, name);
    let (subject, request) = (format!("{n:02}/BC-UBND"), format!("request-{n}"));
    let told = NewTrailRow {
        who: Who::Bearer(&who),
        act: "recall",
        subject: &subject,
        outcome: NewTrailRow::OK,
        request: &request,
    };
    Trail::of(register).append(&told, at(n)).await
}

/// Writes 25 rows. Run by the tests beside it, in a process of his own.
#[test]
#[ignore = "only run by the tests beside it"]
fn writer() {
    let Ok(order) = std::env::var(WRITER) else { return };
    let (name, database) = order.split_once(' ').unwrap();
    run(async {
        let register = office(Database::named(database, std::path::Path::new("/")), "H37").await;
        for n in 0..25 {
            write(&register, name, n).await.unwrap();
        }
    });
}

fn together(address: &str, database: Database) {
    let start = |name: &str| {
        Command::new(std::env::current_exe().unwrap())
            .args(["access::trail::writer", "--exact", "--ignored", "--nocapture"])
            .env(WRITER, format!("{name} {address}"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let writers = ["a", "b", "c", "d"].map(start);
    for writer in writers {
        let output = writer.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    run(async {
        let register = office(database, "H37").await;
        let rows = Trail::of(&register).list(None, 1_000).await.unwrap();
        let places: Vec<u64> = rows.iter().map(|row| row.place).collect();
        assert_eq!(places, (0..100).collect::<Vec<_>>());
        for name in ["a", "b", "c", "d"] {
            let own: Vec<_> =
                rows.iter().filter(|row| row.name == name).map(|row| row.request.as_str()).collect();
            let all: Vec<String> = (0..25).map(|n| format!("request-{n}")).collect();
            assert_eq!(own, all);
        }
        let audit = Trail::of(&register).verify(None).await.unwrap();
        assert_eq!((audit.head.size, audit.fault), (100, None));
    });
}

#[test]
fn four_processes_write_one_chain_in_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    together(folder.path().join("sổ.sqlite").to_str().unwrap(), file(folder.path()));
}

#[test]
fn four_processes_write_one_chain_in_postgresql() {
    let server = Server::start();
    let Database::Server(address) = server.database() else { unreachable!() };
    together(&address, server.database());
}

/// What is done, in SQL, and how it has to be called.
const WAYS: [(&str, TrailFault); 19] = [
    ("UPDATE trail SET at = '2026-01-01T00:00:00+07:00' WHERE place = 2", TrailFault::Changed(2)),
    ("UPDATE trail SET name = 'b' WHERE place = 2", TrailFault::Changed(2)),
    ("UPDATE trail SET duty = 'public' WHERE place = 2", TrailFault::Changed(2)),
    ("UPDATE trail SET act = 'read' WHERE place = 2", TrailFault::Changed(2)),
    ("UPDATE trail SET subject = '' WHERE place = 2", TrailFault::Changed(2)),
    ("UPDATE trail SET outcome = 'forbidden' WHERE place = 4", TrailFault::Changed(4)),
    ("UPDATE trail SET request = '' WHERE place = 0", TrailFault::Changed(0)),
    ("UPDATE trail SET previous = sha256 WHERE place = 2", TrailFault::Changed(2)),
    ("UPDATE trail SET sha256 = previous WHERE place = 4", TrailFault::Changed(4)),
    // What moves from one column into the next.
    ("UPDATE trail SET act = 'recall01', subject = '2/BC-UBND' WHERE place = 2", TrailFault::Changed(2)),
    ("DELETE FROM trail WHERE place = 2", TrailFault::Missing(2)),
    ("DELETE FROM trail WHERE place = 0", TrailFault::Missing(0)),
    ("DELETE FROM trail WHERE place = 4", TrailFault::End),
    ("DELETE FROM trail", TrailFault::End),
    (
        "DELETE FROM trail WHERE place = 2; UPDATE trail SET place = 2 WHERE place = 3; UPDATE trail SET place = 3 WHERE place = 4; UPDATE trail_head SET size = 4",
        TrailFault::Changed(2),
    ),
    (
        "UPDATE trail SET place = 9 WHERE place = 1; UPDATE trail SET place = 1 WHERE place = 2; UPDATE trail SET place = 2 WHERE place = 9",
        TrailFault::Changed(1),
    ),
    (
        "INSERT INTO trail SELECT office, 5, at, name, duty, act, subject, outcome, request, previous, sha256 FROM trail WHERE place = 4",
        TrailFault::Changed(5),
    ),
    ("UPDATE trail_head SET size = 4", TrailFault::End),
    ("DELETE FROM trail_head", TrailFault::End),
];

async fn five(database: Database) -> Register {
    let register = office(database, "H37").await;
    for n in 0..5 {
        write(&register, "a", n).await.unwrap();
    }
    register
}

async fn found(database: Database) {
    for (statements, expected) in WAYS {
        let register = five(database.clone()).await;
        let trail = Trail::of(&register);
        assert_eq!(trail.verify(None).await.unwrap().fault, None);
        let pool = by_hand(&database).await;
        sql(&pool, statements).await;
        let audit = trail.verify(None).await.unwrap();
        assert_eq!(audit.fault, Some(expected), "{statements}");
        sql(&pool, "DELETE FROM trail; DELETE FROM trail_head").await;
        pool.close().await;
        register.close().await.unwrap();
    }
}

#[test]
fn every_change_by_hand_is_found_in_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    run(found(file(folder.path())));
}

#[test]
fn every_change_by_hand_is_found_in_postgresql() {
    let server = Server::start();
    run(found(server.database()));
}

#[test]
fn a_trail_that_holds_in_itself_is_told_by_a_head_that_was_kept() {
    let folder = tempfile::tempdir().unwrap();
    run(async {
        let register = five(file(folder.path())).await;
        let trail = Trail::of(&register);
        let kept = trail.verify(None).await.unwrap().head;
        assert_eq!(kept.size, 5);
        assert_eq!(trail.verify(Some(&Head::default())).await.unwrap().fault, None);
        // Who deletes the last row and says that the one before was the last leaves a trail that holds.
        let pool = by_hand(&file(folder.path())).await;
        sql(
            &pool,
            "UPDATE trail_head SET size = 4, sha256 = (SELECT previous FROM trail WHERE place = 4); DELETE FROM trail WHERE place = 4",
        )
        .await;
        assert_eq!(trail.verify(None).await.unwrap().fault, None);
        assert_eq!(trail.verify(Some(&kept)).await.unwrap().fault, Some(TrailFault::Kept));
        // The same where others follow in its place: by then both have five rows.
        write(&register, "b", 9).await.unwrap();
        let TrailAudit { head, fault } = trail.verify(None).await.unwrap();
        assert_eq!((head.size, fault), (5, None));
        assert_eq!(trail.verify(Some(&kept)).await.unwrap().fault, Some(TrailFault::Kept));
        // An honest trail goes on from what was kept.
        write(&register, "b", 10).await.unwrap();
        assert_eq!(trail.verify(Some(&head)).await.unwrap().fault, None);
    });
}

#[test]
fn a_row_that_was_written_anew_with_its_digest_breaks_the_chain() {
    let folder = tempfile::tempdir().unwrap();
    run(async {
        let register = five(file(folder.path())).await;
        // The same row as another register would have written it.
        let elsewhere = tempfile::tempdir().unwrap();
        let other = office(file(elsewhere.path()), "H37").await;
        for n in 0..3 {
            write(&other, if n == 2 { "b" } else { "a" }, n).await.unwrap();
        }
        let forged = Trail::of(&other).list(Some(1), 1).await.unwrap().remove(0);
        let pool = by_hand(&file(folder.path())).await;
        sql(&pool, &format!("UPDATE trail SET name = 'b', sha256 = '{}' WHERE place = 2", forged.sha256))
            .await;
        let audit = Trail::of(&register).verify(None).await.unwrap();
        assert_eq!(audit.fault, Some(TrailFault::Previous(3)));
        assert_eq!(audit.head.size, 3);
    });
}

#[test]
fn an_office_sees_its_own_rows_alone() {
    let server = Server::start();
    run(async {
        let (one, other) =
            (office(server.database(), "H37").await, office(server.database(), "H37.DN").await);
        for n in 0..3 {
            write(&one, "a", n).await.unwrap();
            write(&other, "b", n).await.unwrap();
        }
        for (register, name) in [(&one, "a"), (&other, "b")] {
            let trail = Trail::of(register);
            let rows = trail.list(None, 100).await.unwrap();
            assert_eq!(rows.iter().map(|row| row.place).collect::<Vec<_>>(), [0, 1, 2]);
            assert!(rows.iter().all(|row| row.name == name));
            assert_eq!(trail.list(Some(0), 1).await.unwrap(), rows[1..2]);
            assert_eq!(trail.list(Some(2), 1).await.unwrap(), []);
            assert_eq!(trail.verify(None).await.unwrap().fault, None);
        }
        // The rows of another office are no rows of this one, digests and all.
        let pool = by_hand(&server.database()).await;
        sql(
            &pool,
            "DELETE FROM trail WHERE office = 'H37'; UPDATE trail SET office = 'H37' WHERE office = 'H37.DN'",
        )
        .await;
        let audit = Trail::of(&one).verify(None).await.unwrap();
        assert_eq!(audit.fault, Some(TrailFault::Changed(0)));
    });
}

#[test]
fn what_the_duty_does_not_allow_is_recorded() {
    let folder = tempfile::tempdir().unwrap();
    run(async {
        let register = office(file(folder.path()), "H37").await;
        let who = bearer(&register, "van-thu");
        let subject = format!("01/BC-UBND\n{}", "x".repeat(100_000));
        let told = NewTrailRow {
            who: Who::Bearer(&who),
            act: "sign-as-person",
            subject: &subject,
            outcome: NewTrailRow::FORBIDDEN,
            request: "r\0",
        };
        Trail::of(&register).append(&told, at(0)).await.unwrap();
        let row = Trail::of(&register).list(None, 1).await.unwrap().remove(0);
        assert_eq!((row.duty.as_str(), row.outcome.as_str()), ("clerk", "forbidden"));
        assert_eq!((row.subject.chars().count(), row.request.as_str()), (201, "r\u{FFFD}"));
        assert!(row.subject.starts_with("01/BC-UBND\u{FFFD}xx"));
        assert_eq!(Trail::of(&register).verify(None).await.unwrap().fault, None);
    });
}

/// What can't be recorded can't be done: the row fails, and so does a token.
async fn fails_closed(register: &Register) {
    let refused = write(register, "a", 1).await.unwrap_err();
    assert!(matches!(refused, AccessError::Database(_)), "{refused}");
    let name = "a".parse().unwrap();
    let tokens = Tokens::of(register);
    assert!(tokens.add(&name, Duty::Clerk, Lifetime::default(), at(0)).await.is_err());
}

#[test]
fn without_a_trail_nothing_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Some(Server::start());
    run(async {
        for database in [file(folder.path()), server.as_ref().unwrap().database()] {
            let register = office(database.clone(), "H37").await;
            write(&register, "a", 0).await.unwrap();
            let pool = by_hand(&database).await;
            sql(&pool, "ALTER TABLE trail RENAME TO gone").await;
            fails_closed(&register).await;
            assert_eq!(Tokens::of(&register).list(at(0)).await.unwrap(), []);
            sql(&pool, "ALTER TABLE gone RENAME TO trail").await;
            // Nothing of what failed is left, and no lock.
            assert_eq!(write(&register, "a", 1).await.unwrap().size, 2);
            assert_eq!(Trail::of(&register).verify(None).await.unwrap().fault, None);
        }
        // The server is gone; how long that takes to be noticed is bounded by the pool's half a minute.
        let register = office(server.as_ref().unwrap().database(), "H37").await;
        let token = Tokens::of(&register)
            .add(&"b".parse().unwrap(), Duty::Clerk, Lifetime::default(), at(0))
            .await
            .unwrap();
        drop(server.take());
        let (tokens, text) = (Tokens::of(&register), token.expose_secret());
        let (let_in, written) = tokio::join!(tokens.bearer(text, at(1)), write(&register, "a", 1));
        assert!(let_in.is_err() && written.is_err());
    });
}
