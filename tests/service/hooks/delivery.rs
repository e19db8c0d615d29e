//! What a webhook is told, in which order, and again until it takes it.

use std::fs;
use std::process::Command;
use std::sync::Arc;

use serde_json::json;
use vanthu::clock;
use vanthu::office::webhook::EventType;
use vanthu::register::CursorState;
use vanthu::register::{Database, DocumentRevision, NewEvent, Register, RevisionKind};

use super::receiver::Receiver;
use super::world::{
    Replica, Service, act, at_once, hook, issue_some, loopback, position, public_key, register, several,
    wait_for,
};
use crate::desk::{at, file, issue, letter, number, series};
use crate::judges::{approve, refuse};

const OFFICE: &str = "H37.DN.001";

struct World {
    folder: tempfile::TempDir,
    register: Arc<Register>,
}

async fn world() -> World {
    let folder = tempfile::tempdir().unwrap();
    let register = register(file(folder.path()), OFFICE).await;
    World { folder, register }
}

#[test]
fn every_act_is_told_once_in_order() {
    several(async {
        let World { register, folder: _folder } = world().await;
        let receiver = Receiver::start();
        // Before the webhook: it is not told.
        issue_some(&register, 2).await;
        let service = Service::of(&register, &receiver.address(), at_once(1)).await;
        let begun = register.log_size().await.unwrap();
        assert_eq!(begun, 4);
        let entry = issue(&register, series("*"), letter("Một"), 10).await;
        let signed =
            DocumentRevision::of(RevisionKind::Signed, b"signed", "a.pdf", Some(("A".into(), "B".into())));
        act(&register, &entry, NewEvent::Revision(signed.clone())).await;
        let sealed = DocumentRevision::of(RevisionKind::Sealed, b"sealed", "b.pdf", None);
        act(&register, &entry, NewEvent::Revision(sealed)).await;
        act(&register, &entry, NewEvent::Dispatch { to: "Sở Nội vụ".into(), way: "Trục".into() }).await;
        act(&register, &entry, NewEvent::Receive { from: "Sở Nội vụ".into() }).await;
        act(&register, &entry, NewEvent::Recall { reason: "Sai căn cứ".into(), by: "CHỦ TỊCH".into() }).await;
        let replace = NewEvent::Replace { reason: "Sai".into(), replacement: "02/BC-UBND".into() };
        act(&register, &entry, replace).await;
        register.reserve(&series("*"), 3, "giấy", at(100)).await.unwrap();
        let mut paper = letter("Giấy");
        paper.code = "05/BC-UBND".into();
        register.fill(&number("*", 5), paper, at(100)).await.unwrap();
        act(&register, &entry, NewEvent::Receive { from: "Ai đó".into() }).await;
        service.hooks.nudge();
        let came = receiver.wait(11);
        wait_for(&register, &receiver.address(), |position| position.lag == 0).await;
        service.end().await;
        assert_eq!(receiver.came(), came);
        assert_eq!(came.iter().map(|one| one.place()).collect::<Vec<_>>(), (4..15).collect::<Vec<_>>());
        let kinds: Vec<String> = came.iter().map(|one| one.kind()).collect();
        let wanted = [
            "issued",
            "rendered",
            "signed",
            "sealed",
            "dispatched",
            "received",
            "recalled",
            "replaced",
            "reserved",
            "issued",
            "received",
        ];
        assert_eq!(kinds, wanted.map(|kind| format!("document.{kind}")));
        let mut ids: Vec<&str> = came.iter().map(|one| one.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 11);
        assert!(ids.iter().all(|id| !id.contains('.')));
        let recalled = came[6].json();
        assert_eq!(recalled["timestamp"], clock::rfc3339(at(100)));
        assert_eq!(
            recalled["data"],
            json!({
                "office": OFFICE, "place": 10, "event": "recall", "series": "*", "year": 2026, "number": 3,
                "code": "03/BC-UBND", "date": "2026-06-18", "reason": "Sai căn cứ",
            })
        );
        assert_eq!(came[2].json()["data"]["file_sha256"], signed.sha256);
        assert_eq!(came[7].json()["data"]["replacement"], "02/BC-UBND");
        let reserved = came[8].json();
        assert_eq!((&reserved["data"]["number"], &reserved["data"]["until"]), (&json!(4), &json!(6)));
        assert_eq!(reserved["data"].get("code"), None);
        assert_eq!(came[9].json()["data"]["code"], "05/BC-UBND");
        // What is not for everybody is not told: neither who signed nor where files are.
        let all: String = came.iter().map(|one| one.body.as_str()).collect();
        for hidden in ["Nguyễn Văn A", "a.pdf", "Trục", "CHỦ TỊCH", "Việc"] {
            assert!(!all.contains(hidden), "{hidden}");
        }
    });
}

/// The way that docs/hooks.md shows, without Python.
#[test]
fn openssl_verifies_a_message() {
    several(async {
        let World { register, folder } = world().await;
        let receiver = Receiver::start();
        let service = Service::of(&register, &receiver.address(), at_once(1)).await;
        issue_some(&register, 1).await;
        service.hooks.nudge();
        let came = receiver.wait(1).swap_remove(0);
        service.end().await;
        let verify = |name: &str, body: &str| {
            let path = |what: &str| folder.path().join(format!("{name}.{what}"));
            fs::write(path("msg"), format!("{}.{}.{body}", came.id, came.timestamp)).unwrap();
            let script = "printf %s \"$SIGNATURE\" | cut -d, -f2 | base64 -d > \"$0.sig\"; \
                { printf 302a300506032b6570032100 | tr a-f A-F | basenc --base16 -d; \
                printf %s \"$KEY\" | cut -c6- | base64 -d; } > \"$0.der\"; \
                openssl pkeyutl -verify -pubin -keyform DER -inkey \"$0.der\" -rawin -in \"$0.msg\" -sigfile \"$0.sig\"";
            let mut command = Command::new("bash");
            command
                .args(["-c", script])
                .arg(folder.path().join(name))
                .env("KEY", public_key())
                .env("SIGNATURE", &came.signature);
            command
        };
        assert!(approve(&mut verify("good", &came.body)).contains("Verified Successfully"));
        refuse(&mut verify("bad", &came.body.replace("BC", "QD")));
    });
}

#[test]
fn a_webhook_gets_the_events_that_it_named() {
    several(async {
        let World { register, folder: _folder } = world().await;
        let receiver = Receiver::start();
        let address = receiver.address();
        let webhooks = vec![hook(&address, &[EventType::Recalled, EventType::Cancelled])];
        let service = Service::start(&register, webhooks, loopback(), at_once(1), clock::now).await;
        let entries = issue_some(&register, 60).await;
        act(&register, &entries[7], NewEvent::Recall { reason: "Sai".into(), by: String::new() }).await;
        service.hooks.nudge();
        let position = wait_for(&register, &address, |position| position.lag == 0).await;
        assert_eq!(position.next, 121);
        service.end().await;
        assert_eq!(receiver.came().iter().map(|one| one.place()).collect::<Vec<_>>(), [120]);
    });
}

#[test]
fn what_is_sent_again_is_the_same() {
    several(async {
        let World { register, folder: _folder } = world().await;
        let receiver = Receiver::start();
        receiver.answers("500 404 429 500");
        let service = Service::of(&register, &receiver.address(), at_once(10)).await;
        issue_some(&register, 1).await;
        service.hooks.nudge();
        let came = receiver.wait(6);
        wait_for(&register, &receiver.address(), |position| position.lag == 0 && position.tries == 0).await;
        service.end().await;
        assert_eq!(receiver.came().len(), 6);
        for again in &came[1..5] {
            assert_eq!((&again.id, &again.body), (&came[0].id, &came[0].body));
        }
        assert_ne!(came[5].id, came[0].id);
    });
}

#[test]
fn a_receiver_that_was_down_hears_everything_when_it_is_up() {
    several(async {
        let World { register, folder: _folder } = world().await;
        let mut receiver = Receiver::start();
        let address = receiver.address();
        receiver.down();
        let service = Service::of(&register, &address, at_once(1_000_000)).await;
        issue_some(&register, 3).await;
        service.hooks.nudge();
        let position = wait_for(&register, &address, |position| position.failure.is_some()).await;
        assert_eq!((position.next, position.lag), (0, 6));
        receiver.up();
        receiver.wait(6);
        let position = wait_for(&register, &address, |position| position.lag == 0).await;
        assert_eq!(position.failure, None);
        service.end().await;
        let places: Vec<u64> = receiver.came().iter().map(|one| one.place()).collect();
        assert_eq!(places, [0, 1, 2, 3, 4, 5]);
    });
}

#[test]
fn after_the_last_try_a_webhook_is_paused_until_it_is_resumed() {
    several(async {
        let World { register, folder: _folder } = world().await;
        let receiver = Receiver::start();
        let address = receiver.address();
        receiver.answers(&"503 ".repeat(10));
        let service = Service::of(&register, &address, at_once(10)).await;
        issue_some(&register, 1).await;
        service.hooks.nudge();
        let paused = wait_for(&register, &address, |position| position.state == CursorState::Paused).await;
        assert_eq!((paused.next, paused.tries), (0, 10));
        assert!(paused.failure.unwrap().en.contains("503"));
        // A nudge changes nothing.
        service.hooks.nudge();
        assert_eq!(receiver.came().len(), 10);
        let hook = hook(&address, &[]);
        assert!(vanthu::register::Cursor::of(&register, hook.address.as_str()).resume().await.unwrap());
        service.hooks.nudge();
        let came = receiver.wait(12);
        service.end().await;
        let places: Vec<u64> = came.iter().map(|one| one.place()).collect();
        assert_eq!(places, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
        assert!(came[..11].iter().all(|one| one.id == came[0].id && one.body == came[0].body));
    });
}

#[test]
fn a_receiver_that_is_gone_is_left_alone_at_once() {
    several(async {
        let World { register, folder: _folder } = world().await;
        let receiver = Receiver::start();
        receiver.answers("410");
        let service = Service::of(&register, &receiver.address(), at_once(10)).await;
        issue_some(&register, 1).await;
        service.hooks.nudge();
        let paused = wait_for(&register, &receiver.address(), |one| one.state == CursorState::Paused).await;
        service.end().await;
        assert_eq!((paused.tries, receiver.came().len()), (1, 1));
    });
}

#[test]
fn who_answers_too_late_is_asked_again() {
    several(async {
        let World { register, folder: _folder } = world().await;
        let receiver = Receiver::start();
        let address = receiver.address();
        receiver.answers("hold");
        let service = Service::of(&register, &address, at_once(10)).await;
        issue_some(&register, 1).await;
        service.hooks.nudge();
        // The sender's own patience of ten seconds bounds this.
        let came = receiver.wait(3);
        service.end().await;
        assert_eq!(came.iter().map(|one| one.place()).collect::<Vec<_>>(), [0, 0, 1]);
        assert_eq!(came[0].id, came[1].id);
    });
}

#[test]
fn a_process_that_is_killed_while_it_sends_skips_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("sổ.sqlite");
    let database = database.to_str().unwrap();
    let receiver = Receiver::start();
    let address = receiver.address();
    several(async {
        let register = register(file(folder.path()), OFFICE).await;
        let mut first = Replica::start(database, OFFICE, &address, "now");
        receiver.answers("200 hold");
        issue_some(&register, 3).await;
        first.nudge();
        receiver.wait(2);
        // It waits for an answer, and nothing that it does then counts.
        first.kill();
        receiver.release();
        let left = position(&register, &address).await.unwrap();
        assert_eq!((left.next, left.lag, left.tries), (1, 5, 1));
        let second = Replica::start(database, OFFICE, &address, "ahead");
        wait_for(&register, &address, |position| position.lag == 0).await;
        second.end();
    });
    let came = receiver.came();
    assert_eq!(came.iter().map(|one| one.place()).collect::<Vec<_>>(), [0, 1, 1, 2, 3, 4, 5]);
    assert_eq!((&came[1].id, &came[1].body), (&came[2].id, &came[2].body));
}

#[test]
fn the_command_line_s_acts_are_told_as_well() {
    several(async {
        let World { register: own, folder } = world().await;
        let receiver = Receiver::start();
        let service = Service::of(&own, &receiver.address(), at_once(1)).await;
        // Another process's register: nobody nudges, the next look sees it.
        let other = register(Database::File(folder.path().join("sổ.sqlite")), OFFICE).await;
        issue_some(&other, 1).await;
        receiver.wait(2);
        service.end().await;
    });
}
