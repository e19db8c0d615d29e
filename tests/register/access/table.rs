//! The table of duties, as docs/access.md shows it to people.

use vanthu_register::access::{Act, Duty};

#[test]
fn the_table_that_people_read_is_the_one_that_decides() {
    let text = include_str!("../../../docs/access.md");
    let rows: Vec<Vec<&str>> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| `"))
        .map(|line| line.split('|').map(|cell| cell.trim_matches(['`', ' '])).collect())
        .collect();
    for (at, act) in Act::ALL.into_iter().enumerate() {
        let row = &rows[at];
        assert_eq!(row[0].split('`').next(), Some(act.name()));
        for (duty, cell) in Duty::ALL.into_iter().zip(&row[1..]) {
            assert_eq!(duty.may(act), *cell == "✔", "{duty:?} {act:?}");
        }
    }
}

#[test]
fn nobody_signs_and_seals() {
    for duty in Duty::ALL {
        assert!(!(duty.may(Act::SignAsPerson) && (duty.may(Act::Seal) || duty.may(Act::Issue))), "{duty:?}");
        assert!(duty.may(Act::Verify));
        assert_eq!(Duty::named(duty.name()), Some(duty));
        assert_eq!(serde_json::to_value(duty).unwrap(), duty.name());
    }
    for act in Act::ALL {
        assert_eq!(serde_json::to_value(act).unwrap(), act.name());
    }
}
