//! What may still be done with a document that was recalled, replaced or cancelled; acts that come twice; clocks.

use vanthu_register::{
    DocumentRevision, EntryKey, IdempotentRequest, NewEvent, RecordState, Register, RegisterError,
    Registration, RevisionKind,
};

use crate::desk::{at, audit, issue, letter, number, on_both, open, series};

fn revision(kind: RevisionKind) -> NewEvent {
    NewEvent::Revision(DocumentRevision::of(kind, b"%PDF", "a.pdf", Some(("A".to_owned(), String::new()))))
}

fn dispatch() -> NewEvent {
    NewEvent::Dispatch { to: "Sở Nội vụ".to_owned(), way: String::new() }
}

fn recall() -> NewEvent {
    NewEvent::Recall { reason: "sai".to_owned(), by: "Chủ tịch".to_owned() }
}

fn replace(replacement: &str) -> NewEvent {
    NewEvent::Replace { reason: "sai".to_owned(), replacement: replacement.to_owned() }
}

async fn refuses(register: &Register, key: &EntryKey, event: &NewEvent, wanted: RecordState) {
    match register.record_event(key, event, at(9)).await {
        Err(RegisterError::NotInForce { state, .. }) => assert_eq!(state, wanted, "{event:?}"),
        other => panic!("{event:?}: {other:?}"),
    }
}

#[test]
fn what_is_not_in_force_is_used_no_more() {
    on_both(async |database| {
        let register = open(database).await;
        for (n, subject) in (0..).zip(["Thu hồi", "Thay thế", "Mới"]) {
            issue(&register, series("*"), letter(subject), n).await;
        }
        let pending = register.begin(series("*")).await.unwrap();
        let broken = Registration { code: "04/BC-UBND".to_owned(), ..letter("Hủy") };
        pending.cancel(broken, "hỏng", at(4)).await.unwrap();
        register.record_event(&number("*", 1), &recall(), at(5)).await.unwrap();
        register.record_event(&number("*", 2), &replace("03/BC-UBND"), at(6)).await.unwrap();
        let ends = [(1, RecordState::Recalled), (2, RecordState::Replaced), (4, RecordState::Cancelled)];
        for (n, state) in ends {
            let key = number("*", n);
            for act in [
                revision(RevisionKind::Signed),
                revision(RevisionKind::Sealed),
                revision(RevisionKind::Appendix),
                dispatch(),
                recall(),
            ] {
                refuses(&register, &key, &act, state).await;
            }
            let base = register.record_at(&key).await.unwrap().unwrap();
            let base = base.events.iter().find(|event| event.event == vanthu_verify::log::Event::Revision);
            if let Some(base) = base {
                let sealed = DocumentRevision::of(RevisionKind::Sealed, b"%PDF", "", None);
                let followed = register.follow(&key, &base.file_sha256, vec![sealed], at(9)).await;
                assert!(matches!(followed, Err(RegisterError::NotInForce { .. })), "{followed:?}");
            }
        }
        for (n, state) in [(2, RecordState::Replaced), (4, RecordState::Cancelled)] {
            refuses(&register, &number("*", n), &replace("03/BC-UBND"), state).await;
        }
        // What was recalled may have its successor. Who has it may say so late; what was cancelled nobody has.
        let received = NewEvent::Receive { from: "Sở Nội vụ".to_owned() };
        register.record_event(&number("*", 1), &received, at(9)).await.unwrap();
        register.record_event(&number("*", 1), &replace("03/BC-UBND"), at(9)).await.unwrap();
        refuses(&register, &number("*", 4), &received, RecordState::Cancelled).await;
        assert_eq!(audit(&register).await.faults, []);
    });
}

#[test]
fn only_another_document_in_force_takes_a_place() {
    on_both(async |database| {
        let register = open(database).await;
        for (n, subject) in (0..).zip(["Một", "Hai"]) {
            issue(&register, series("*"), letter(subject), n).await;
        }
        for wrong in ["01/BC-UBND", "99/BC-UBND", ""] {
            let refused = register.record_event(&number("*", 1), &replace(wrong), at(3)).await;
            assert!(matches!(refused, Err(RegisterError::NoReplacement(_))), "{wrong}: {refused:?}");
        }
        register.record_event(&number("*", 1), &replace("02/BC-UBND"), at(4)).await.unwrap();
        // Neither does what was replaced itself, so that two never take each other's.
        let back = register.record_event(&number("*", 2), &replace("01/BC-UBND"), at(5)).await;
        assert!(matches!(back, Err(RegisterError::NoReplacement(_))), "{back:?}");
        assert_eq!(register.log_size().await.unwrap(), 5);
    });
}

#[test]
fn an_act_that_comes_twice_is_written_once() {
    on_both(async |database| {
        let register = open(database).await;
        issue(&register, series("*"), letter("Một"), 0).await;
        issue(&register, series("*"), letter("Hai"), 1).await;
        let (one, two) = (number("*", 1), number("*", 2));
        let request = |key: &str, content: &[u8]| IdempotentRequest::new(key.parse().unwrap(), content);
        let sent = request("k1", b"dispatch 1");
        for _ in 0..3 {
            register.record_once(&one, &dispatch(), Some(&sent), at(2)).await.unwrap();
        }
        let recalled = request("k2", b"recall 1");
        for _ in 0..2 {
            register.record_once(&one, &recall(), Some(&recalled), at(3)).await.unwrap();
        }
        let other = register.record_once(&two, &dispatch(), Some(&request("k1", b"dispatch 2")), at(4)).await;
        assert!(matches!(other, Err(RegisterError::OtherRequest(_))), "{other:?}");
        assert_eq!(
            register.record_at(&one).await.unwrap().unwrap().events.len(),
            3,
            "report, sent, recalled"
        );
        assert_eq!(register.record_at(&two).await.unwrap().unwrap().events.len(), 1);
        assert_eq!(audit(&register).await.faults, []);
    });
}

#[test]
fn a_clock_that_went_back_is_told_and_a_little_is_made_up_for() {
    on_both(async |database| {
        let register = open(database).await;
        issue(&register, series("*"), letter("Một"), 1_000).await;
        register.record_event(&number("*", 1), &dispatch(), at(980)).await.unwrap();
        let back = register.record_event(&number("*", 1), &dispatch(), at(900)).await.unwrap_err();
        assert!(matches!(&back, RegisterError::ClockBack { .. }), "{back}");
        assert!(back.to_string().contains("the machine's clock"), "{back}");
        let mut pending = register.begin(series("*")).await.unwrap();
        assert_eq!(pending.time(at(2_000)).await.unwrap(), at(2_000));
        assert_eq!(pending.time(at(990)).await.unwrap(), at(1_000));
        let early = Registration { code: "02/BC-UBND".to_owned(), ..letter("Hai") };
        let refused = pending.log(early, at(0)).await.err().unwrap();
        assert!(matches!(refused, RegisterError::ClockBack { .. }), "{refused}");
        assert_eq!(audit(&register).await.faults, []);
    });
}

#[test]
fn no_control_character_comes_in() {
    on_both(async |database| {
        let register = open(database).await;
        issue(&register, series("*"), letter("Một"), 0).await;
        let key = number("*", 1);
        for text in ["Sở\u{0}", "Sở\u{1b}[2J", "\u{9b}"] {
            let sent = NewEvent::Dispatch { to: text.to_owned(), way: String::new() };
            let refused = register.record_event(&key, &sent, at(1)).await;
            assert!(matches!(refused, Err(RegisterError::ControlCharacter(_))), "{refused:?}");
            let refused = register.reserve(&series("*"), 1, text, at(1)).await;
            assert!(matches!(refused, Err(RegisterError::ControlCharacter(_))), "{refused:?}");
            let mut line = letter(text);
            line.code = "07/BC-UBND".to_owned();
            let refused = register.import(vec![(number("*", 7), line)], at(1)).await;
            assert!(matches!(refused, Err(RegisterError::ControlCharacter(_))), "{refused:?}");
        }
        let lines =
            NewEvent::Dispatch { to: "Công ty 三星 😊\nHà Nội".to_owned(), way: String::new() };
        register.record_event(&key, &lines, at(1)).await.unwrap();
    });
}
