//! Numbers and what happens to them, on both databases.

use vanthu_register::{Filter, RecordState, Register, RegisterError, Registration, Series};
use vanthu_verify::log::Event;

use crate::desk::{at, audit, file, issue, key, letter, number, on_both, open, place, run, series, vkey};

#[test]
fn a_number_that_is_not_recorded_is_given_back() {
    on_both(async |database| {
        let register = open(database).await;
        drop(register.begin(series("*")).await.unwrap());
        let pending = register.begin(series("*")).await.unwrap();
        assert!(matches!(pending.log(letter("Không số"), at(0)).await.err().unwrap(), RegisterError::NoCode));
        let pending = register.begin(series("*")).await.unwrap();
        let left = Registration { code: "01/BC-UBND".to_owned(), ..letter("Bỏ dở") };
        drop(pending.log(left, at(0)).await.unwrap());
        let first = issue(&register, series("*"), letter("Một"), 1).await;
        let second = issue(&register, series("*"), letter("Hai"), 2).await;
        assert_eq!((first.key.number, second.key.number), (1, 2));
        assert_eq!(audit(&register).await.faults, []);
        register.close().await.unwrap();
    });
}

#[test]
fn each_series_and_year_counts_by_itself() {
    on_both(async |database| {
        let register = open(database).await;
        for (name, year, first, expected) in [
            ("*", 2026, 201, 201),
            ("BS", 2026, 1, 1),
            ("*", 2026, 201, 202),
            ("*", 2027, 1, 1),
            ("HĐTĐKT", 2026, 1, 1),
        ] {
            let series = Series { name: name.to_owned(), year, first };
            assert_eq!(register.next(&series).await.unwrap(), expected);
            assert_eq!(issue(&register, series, letter("Việc"), 1).await.key.number, expected);
        }
        assert_eq!(audit(&register).await.faults, []);
    });
}

#[test]
fn a_cancelled_number_stays_taken_and_its_draft_may_come_again() {
    on_both(async |database| {
        let register = open(database).await;
        let pending = register.begin(series("*")).await.unwrap();
        let broken = Registration { code: "01/BC-UBND".to_owned(), ..letter("Hỏng trước") };
        pending.cancel(broken, "không dựng được trang", at(0)).await.unwrap();
        let pending = register.begin(series("*")).await.unwrap();
        let broken = Registration { code: "02/BC-UBND".to_owned(), ..letter("Hỏng sau") };
        let logged = pending.log(broken, at(1)).await.unwrap();
        let cancelled = logged.cancel("không ký được").await.unwrap();
        assert_eq!(cancelled.key, number("*", 2));
        let mut pending = register.begin(series("*")).await.unwrap();
        assert_eq!(pending.twin("draft of Hỏng sau").await.unwrap(), None);
        drop(pending);
        issue(&register, series("*"), letter("Hỏng sau"), 2).await;
        let records = register.records(&Filter::default()).await.unwrap();
        let states: Vec<_> = records.iter().map(|record| (record.entry.key.number, record.state)).collect();
        assert_eq!(
            states,
            [(1, RecordState::Cancelled), (2, RecordState::Cancelled), (3, RecordState::InForce)]
        );
        assert_eq!(audit(&register).await.faults, []);
    });
}

#[test]
fn numbers_for_paper_are_set_aside_and_filled_in_later() {
    on_both(async |database| {
        let register = open(database).await;
        issue(&register, series("*"), letter("Một"), 0).await;
        let block = register.reserve(&series("*"), 3, "họp Hội đồng", at(1)).await.unwrap();
        assert_eq!(block, 2..=4);
        assert_eq!(issue(&register, series("*"), letter("Năm"), 2).await.key.number, 5);
        let mut paper = letter("Giấy");
        paper.code = "03/BC-UBND".to_owned();
        paper.source.clear();
        register.fill(&number("*", 3), paper.clone(), at(3)).await.unwrap();
        let twice = register.fill(&number("*", 3), paper.clone(), at(3)).await.unwrap_err();
        assert!(matches!(twice, RegisterError::Taken { number: 3, .. }), "{twice}");
        let outside = register.fill(&number("*", 6), paper, at(3)).await.unwrap_err();
        assert!(matches!(outside, RegisterError::NotReserved(_)), "{outside}");
        assert_eq!(register.find_code("03/BC-UBND").await.unwrap()[0].event, Event::Fill);
        assert_eq!(audit(&register).await.faults, []);
    });
}

#[test]
fn offices_of_one_database_never_see_each_other() {
    on_both(async |database| {
        let one = open(database.clone()).await;
        let other = place(database, "H37.DN.002");
        let other = Register::create(vanthu_register::RegisterPlace {
            origin: "vanthu.example/khac".to_owned(),
            ..other
        })
        .await
        .unwrap()
        .signing_with(key(9));
        let first = issue(&one, series("*"), letter("Của một"), 0).await;
        assert_eq!(issue(&other, series("*"), letter("Của hai"), 0).await.key.number, 1);
        assert_eq!(other.records(&Filter::default()).await.unwrap().len(), 1);
        assert_eq!(other.find_document(&first.report_sha256).await.unwrap(), None);
        let mut pending = other.begin(series("*")).await.unwrap();
        assert_eq!(pending.twin(&first.document.draft_sha256).await.unwrap(), None);
        drop(pending);
        assert_eq!(audit(&one).await.faults, []);
        let key = vanthu_keys::verifier_key("vanthu.example/khac", &key(9)).unwrap();
        assert_eq!(other.audit(&key, None).await.unwrap().faults, []);
    });
}

#[test]
fn without_its_key_a_register_is_only_read() {
    let folder = tempfile::tempdir().unwrap();
    run(async {
        let register = open(file(folder.path())).await;
        issue(&register, series("*"), letter("Một"), 0).await;
        register.close().await.unwrap();
        let reader = Register::open(place(file(folder.path()), "H37.DN.001")).await.unwrap();
        assert!(matches!(reader.begin(series("*")).await.err().unwrap(), RegisterError::NoKey));
        assert_eq!(reader.audit(&vkey(), None).await.unwrap().entries, 1);
        let other = Register::open(vanthu_register::RegisterPlace {
            origin: "vanthu.example/khac".to_owned(),
            ..place(file(folder.path()), "H37.DN.001")
        });
        let other = other.await.unwrap().signing_with(key(7));
        assert!(matches!(other.begin(series("*")).await.err().unwrap(), RegisterError::OtherOrigin { .. }));
    });
}
