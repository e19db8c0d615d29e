//! Somebody with the database in his hands: whatever he changes is found.

use sqlx::AnyPool;
use vanthu_register::{AuditFault, Database, NewEvent, Register, RegisterError};

use crate::desk::{at, audit, file, issue, letter, number, open, run, series, vkey};
use crate::postgres::Server;

/// A register with some history: 3 documents, a block of paper numbers, a recall.
async fn history(database: Database) -> Register {
    let register = open(database).await;
    for (n, subject) in (0..).zip(["Một", "Hai", "Ba"]) {
        issue(&register, series("*"), letter(subject), n).await;
    }
    register.reserve(&series("*"), 2, "giấy", at(4)).await.unwrap();
    let recall = NewEvent::Recall { reason: "sai".to_owned(), by: "Chủ tịch".to_owned() };
    register.record_event(&number("*", 2), &recall, at(5)).await.unwrap();
    register
}

/// What is done, in SQL, and how the audit has to call it.
type Way = (&'static str, &'static str, fn(&AuditFault) -> bool);

/// Every way to change a table by hand, and whether a fault that is found fits.
const WAYS: [Way; 27] = [
    ("a line's subject", "UPDATE entry SET subject = 'Khác' WHERE number = 2", |f| {
        matches!(f, AuditFault::Line(_))
    }),
    ("a line's date", "UPDATE entry SET date = '2026-06-01' WHERE number = 2", |f| {
        matches!(f, AuditFault::Line(_))
    }),
    ("a line's signer", "UPDATE entry SET signer = 'B' WHERE number = 1", |f| {
        matches!(f, AuditFault::Line(_))
    }),
    ("a line's content", "UPDATE entry SET source = '{}' WHERE number = 1", |f| {
        matches!(f, AuditFault::Line(_))
    }),
    ("a line's time", "UPDATE entry SET registered = '2026-01-01T00:00:00+07:00' WHERE number = 1", |f| {
        matches!(f, AuditFault::Line(_))
    }),
    ("a report's digest", "UPDATE entry SET report_sha256 = 'ab' WHERE number = 1", |f| {
        matches!(f, AuditFault::Line(_))
    }),
    ("a report's file", "UPDATE entry SET file = 'elsewhere.pdf' WHERE number = 1", |f| {
        matches!(f, AuditFault::Line(_))
    }),
    ("a receipt", "UPDATE entry SET receipt = '' WHERE number = 1", |f| matches!(f, AuditFault::Receipt(_))),
    (
        "another's receipt",
        "UPDATE entry SET receipt = (SELECT receipt FROM entry WHERE number = 2) WHERE number = 1",
        |f| matches!(f, AuditFault::Receipt(_)),
    ),
    ("a line deleted", "DELETE FROM entry WHERE number = 2", |f| matches!(f, AuditFault::LineMissing(_))),
    ("a line renumbered", "UPDATE entry SET number = 9 WHERE number = 3", |f| {
        matches!(f, AuditFault::LineInserted(_))
    }),
    (
        "two lines exchanged",
        "UPDATE entry SET number = 50 WHERE number = 1; UPDATE entry SET number = 1 WHERE number = 2; UPDATE entry SET number = 2 WHERE number = 50",
        |f| matches!(f, AuditFault::Line(_)),
    ),
    (
        "a line inserted",
        "INSERT INTO entry SELECT office, series, year, 7, event, '07/BC-UBND', date, kind, subject, signer, recipients, archive, copies, note, metadata, registered, draft_sha256, source, report_sha256, report_length, file, leaf, receipt FROM entry WHERE number = 3",
        |f| matches!(f, AuditFault::LineInserted(_)),
    ),
    ("a line moved to another year", "UPDATE entry SET year = 2025 WHERE number = 3", |f| {
        matches!(f, AuditFault::LineInserted(_))
    }),
    ("a recall deleted", "DELETE FROM event WHERE event = 'recall'", |f| matches!(f, AuditFault::Root)),
    (
        "the log cut, as if it had been so",
        "DELETE FROM event WHERE event = 'recall'; UPDATE log SET size = size - 1",
        |f| matches!(f, AuditFault::Root),
    ),
    ("an act in the middle deleted", "DELETE FROM event WHERE place = 2", |f| {
        matches!(f, AuditFault::Missing(2))
    }),
    ("an act's reason", "UPDATE event SET details = '{\"reason\":\"khác\"}' WHERE event = 'recall'", |f| {
        matches!(f, AuditFault::Details(_))
    }),
    ("an act's column", "UPDATE event SET number = 1, until = 1 WHERE event = 'recall'", |f| {
        matches!(f, AuditFault::Changed(_))
    }),
    ("an act's kind", "UPDATE event SET event = 'replace' WHERE event = 'recall'", |f| {
        matches!(f, AuditFault::Changed(_))
    }),
    (
        "an act's leaf",
        "UPDATE event SET leaf = REPLACE(leaf, '\"number\":2', '\"number\":1') WHERE place = 2",
        |f| matches!(f, AuditFault::Root),
    ),
    ("a block made longer", "UPDATE event SET until = 6 WHERE event = 'reserve'", |f| {
        matches!(f, AuditFault::Changed(_))
    }),
    (
        "an act inserted",
        "INSERT INTO event SELECT office, place + 100, event, series, year, number, until, file_sha256, leaf, details, salt FROM event WHERE place = 0",
        |f| matches!(f, AuditFault::Twice(_)),
    ),
    ("a hash", "UPDATE node SET hash = (SELECT hash FROM node WHERE place = 1) WHERE place = 0", |f| {
        matches!(f, AuditFault::Node(0))
    }),
    ("a hash deleted", "DELETE FROM node WHERE place = (SELECT MAX(place) FROM node)", |f| {
        matches!(f, AuditFault::Node(_))
    }),
    (
        "the checkpoint of another time",
        "UPDATE log SET checkpoint = (SELECT substr(receipt, strpos(receipt, 'vanthu.example')) FROM entry WHERE number = 1)",
        |f| matches!(f, AuditFault::Root),
    ),
    (
        "a checkpoint that nobody signed",
        "UPDATE log SET checkpoint = REPLACE(checkpoint, '\n8\n', '\n7\n')",
        |f| matches!(f, AuditFault::Checkpoint(_)),
    ),
];

async fn change(pool: &AnyPool, statement: &str) {
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement.to_owned())).execute(pool).await.unwrap();
}

/// The change is found, and is found or told of for ever when honest acts follow.
async fn is_found(register: &Register, what: &str, fits: fn(&AuditFault) -> bool) {
    let faults = audit(register).await.faults;
    assert!(faults.iter().any(|fault| fits(fault) && fault.is_tampering()), "{what}: {faults:?}");
    let refused = match register.begin(series("*")).await {
        Ok(pending) => {
            drop(pending);
            false
        }
        Err(cause) => {
            assert!(matches!(cause, RegisterError::Discontinued(_)), "{what}: {cause}");
            match register.recover("thử", "", at(20)).await {
                Ok(_) => true,
                // So much is gone that only a backup helps.
                Err(cause) => {
                    assert!(matches!(cause, RegisterError::Damaged(_)), "{what}: {cause}");
                    return;
                }
            }
        }
    };
    register.reserve(&series("BS"), 1, "sau đó", at(21)).await.unwrap();
    let event = NewEvent::Receive { from: "Sở Nội vụ".to_owned() };
    register.record_event(&number("*", 1), &event, at(22)).await.unwrap();
    let faults = audit(register).await.faults;
    let told = |fault: &AuditFault| matches!(fault, AuditFault::Recovered { .. });
    let still = |fault: &AuditFault| fits(fault) && fault.is_tampering();
    let is_told = faults.iter().any(|fault| if refused { told(fault) } else { still(fault) });
    assert!(is_told, "{what}: {faults:?}");
}

#[test]
fn every_change_by_hand_is_found_in_sqlite() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let register = history(file(folder.path())).await;
        assert_eq!(audit(&register).await.faults, []);
        register.close().await.unwrap();
        for (what, statement, fits) in WAYS {
            let copy = tempfile::tempdir().unwrap();
            std::fs::copy(folder.path().join("sổ.sqlite"), copy.path().join("sổ.sqlite")).unwrap();
            let url = format!("sqlite://{}/s%E1%BB%95.sqlite", copy.path().display());
            let pool = AnyPool::connect(&url).await.unwrap();
            change(&pool, &statement.replace("strpos", "instr")).await;
            pool.close().await;
            let register = open(file(copy.path())).await;
            is_found(&register, what, fits).await;
        }
    });
}

#[test]
fn every_change_by_hand_is_found_in_postgresql() {
    let server = Server::start();
    run(async {
        for (what, statement, fits) in WAYS {
            let register = history(server.database()).await;
            assert_eq!(audit(&register).await.faults, []);
            server.sql(statement);
            is_found(&register, what, fits).await;
            server.sql("DELETE FROM entry; DELETE FROM event; DELETE FROM node; DELETE FROM log");
        }
    });
}

#[test]
fn a_log_that_was_begun_anew_does_not_continue_what_others_have_seen() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let register = history(file(folder.path())).await;
        let seen = register.checkpoint().await.unwrap().unwrap();
        issue(&register, series("*"), letter("Bốn"), 9).await;
        assert_eq!(register.audit(&vkey(), Some(&seen)).await.unwrap().faults, []);
        // Whoever has the key can write another history; not one that fits what others have kept.
        let other = tempfile::tempdir().unwrap();
        let forged = open(file(other.path())).await;
        for n in 0..9 {
            issue(&forged, series("*"), letter("Khác"), n).await;
        }
        assert_eq!(audit(&forged).await.faults, []);
        assert_eq!(forged.audit(&vkey(), Some(&seen)).await.unwrap().faults, [AuditFault::Earlier]);
        // An older state of the same register is one that was cut.
        let older = tempfile::tempdir().unwrap();
        let older = history(file(older.path())).await;
        let newest = register.checkpoint().await.unwrap().unwrap();
        assert_eq!(audit(&older).await.faults, []);
        assert_eq!(older.audit(&vkey(), Some(&newest)).await.unwrap().faults, [AuditFault::Earlier]);
        let nonsense = older.audit(&vkey(), Some("vanthu.example/hoa-an\n1\n")).await.unwrap_err();
        assert!(matches!(nonsense, RegisterError::Checkpoint(_)), "{nonsense}");
    });
}
