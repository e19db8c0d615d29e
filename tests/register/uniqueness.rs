//! The number that people quote, with its notation, is given once in a year, whatever run of numbers it is taken from.

use vanthu_register::{AuditFault, Database, NumberRuns, OfficeSide, Register, RegisterError, Registration};

use crate::desk::{at, audit, by_hand, issue, letter, number, on_both, open, series};

fn coded(code: &str) -> Registration {
    Registration { code: code.to_owned(), source: String::new(), ..letter("Giấy") }
}

fn numbering(is_together: bool) -> OfficeSide {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let numbering =
        NumberRuns { is_together, kinds: names(&["BC", "QĐ"]), apart: names(&["BS", "HĐTĐKT"]) };
    OfficeSide { numbering: Some(numbering), ..OfficeSide::default() }
}

async fn counting(database: Database, is_together: bool) -> Register {
    open(database).await.of_office(numbering(is_together))
}

#[test]
fn a_code_is_given_once_in_a_year() {
    on_both(async |database| {
        let register = open(database).await;
        issue(&register, series("*"), letter("Một"), 0).await;
        // From another run of numbers, by each of the ways that lead into the register.
        let pending = register.begin(series("BC")).await.unwrap();
        let refused = pending.log(coded("01/BC-UBND"), at(1)).await.err().unwrap();
        assert!(matches!(refused, RegisterError::Taken { number: 1, .. }), "{refused}");
        let pending = register.begin(series("BC")).await.unwrap();
        let refused = pending.cancel(coded("1/BC-UBND"), "hỏng", at(1)).await.unwrap_err();
        assert!(matches!(refused, RegisterError::Taken { number: 1, .. }), "{refused}");
        register.reserve(&series("BC"), 2, "giấy", at(1)).await.unwrap();
        let refused = register.fill(&number("BC", 1), coded(" 1/BC-UBND"), at(2)).await.unwrap_err();
        assert!(matches!(refused, RegisterError::Taken { number: 1, .. }), "{refused}");
        let older = vec![(number("QĐ", 7), coded("7/QĐ-UBND")), (number("CV", 7), coded("007/QĐ-UBND"))];
        let refused = register.import(older, at(2)).await.unwrap_err();
        assert!(matches!(refused, RegisterError::Taken { number: 7, .. }), "{refused}");
        assert_eq!(register.find_code("07/QĐ-UBND").await.unwrap(), []);
        // Another notation is another code, and so is the same one in another year.
        register.fill(&number("BC", 2), coded("2/BC-HĐND"), at(3)).await.unwrap();
        let mut last_year = number("*", 1);
        last_year.year = 2025;
        register.import(vec![(last_year, coded("1/BC-UBND"))], at(4)).await.unwrap();
        assert_eq!(audit(&register).await.faults, []);
        // It is found however it is spelled, and written in one way.
        for spelling in ["2/BC-HĐND", "02/BC-HĐND", "002 / BC-HĐND"] {
            assert_eq!(register.find_code(spelling).await.unwrap()[0].document.code, "02/BC-HĐND");
        }
        assert_eq!(register.find_code("1/BC-UBND").await.unwrap().len(), 2);
    });
}

#[test]
fn an_older_register_that_gave_a_code_twice_is_told_so() {
    on_both(async |database| {
        let register = open(database.clone()).await;
        issue(&register, series("*"), letter("Một"), 0).await;
        hide_code(&database, "01/BC-UBND", "cũ").await;
        issue(&register, series("BC"), letter("Hai"), 1).await;
        hide_code(&database, "cũ", "01/BC-UBND").await;
        let twice = AuditFault::CodeTwice { code: "01/BC-UBND".to_owned(), key: number("BC", 1) };
        assert!(!twice.is_tampering());
        assert_eq!(audit(&register).await.faults, [twice]);
    });
}

/// Keeps the lines with the code `from` out of sight, as an older version did not look for them.
async fn hide_code(database: &Database, from: &str, to: &str) {
    let pool = by_hand(database).await;
    let query = sqlx::query("UPDATE entry SET code = $1 WHERE code = $2 AND leaf = 0");
    assert_eq!(query.bind(to).bind(from).execute(&pool).await.unwrap().rows_affected(), 1);
    pool.close().await;
}

#[test]
fn runs_of_numbers_come_from_the_configuration() {
    on_both(async |database| {
        let register = counting(database.clone(), true).await;
        issue(&register, series("*"), letter("Một"), 0).await;
        issue(&register, series("BS"), letter("Sao"), 0).await;
        for unknown in ["BC", "bs", "", "**"] {
            let refused = register.begin(series(unknown)).await.err().unwrap();
            assert!(matches!(refused, RegisterError::NoSeries { .. }), "{unknown}: {refused}");
            let refused = register.reserve(&series(unknown), 1, "", at(1)).await.unwrap_err();
            assert!(matches!(refused, RegisterError::NoSeries { .. }), "{unknown}: {refused}");
            let refused = register.fill(&number(unknown, 1), coded("01/A"), at(1)).await.unwrap_err();
            assert!(matches!(refused, RegisterError::NoSeries { .. }), "{unknown}: {refused}");
        }
        let import = |name: &str, year: i32| {
            let mut key = number(name, 3);
            key.year = year;
            vec![(key, coded("03/QĐ-UBND"))]
        };
        let refused = register.import(import("xx", 2024), at(1)).await.unwrap_err();
        assert!(matches!(refused, RegisterError::NoSeries { .. }), "{refused}");
        let refused = register.import(import("QĐ", 2026), at(1)).await.unwrap_err();
        assert!(matches!(refused, RegisterError::OtherNumbering { year: 2026, .. }), "{refused}");
        // An older book may have counted in another way.
        register.import(import("QĐ", 2024), at(1)).await.unwrap();
        let refused = register.import(import("*", 2024), at(1)).await.unwrap_err();
        assert!(matches!(refused, RegisterError::OtherNumbering { year: 2024, .. }), "{refused}");
        register.close().await.unwrap();
        // The configuration changes in the middle of the year: nothing is given until it is set back.
        let changed = counting(database.clone(), false).await;
        let refused = changed.begin(series("BC")).await.err().unwrap();
        assert!(matches!(refused, RegisterError::OtherNumbering { year: 2026, .. }), "{refused}");
        issue(&changed, series("HĐTĐKT"), letter("Hội đồng"), 2).await;
        changed.close().await.unwrap();
        let back = counting(database, true).await;
        assert_eq!(issue(&back, series("*"), letter("Hai"), 3).await.key.number, 2);
        assert_eq!(audit(&back).await.faults, []);
    });
}
