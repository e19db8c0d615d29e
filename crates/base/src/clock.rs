//! Time as Vietnamese offices keep it: UTC+07:00 all year.

use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime, UtcOffset, macros::offset};

use crate::lang::Message;
use crate::message;

/// Vietnam's time zone.
pub const ZONE: UtcOffset = offset!(+7);

/// This moment in Vietnam, to the second (what signatures and PDF dates can hold).
pub fn now() -> OffsetDateTime {
    to_second(OffsetDateTime::now_utc())
}

/// Reads an RFC 3339 time, such as `2020-06-18T10:15:30+07:00`, into Vietnam's zone.
///
/// # Errors
/// The text is not RFC 3339.
pub fn parse(text: &str) -> Result<OffsetDateTime, time::error::Parse> {
    OffsetDateTime::parse(text, &Rfc3339).map(to_second)
}

/// Writes `moment` as RFC 3339 in Vietnam's zone.
pub fn rfc3339(moment: OffsetDateTime) -> String {
    let local = to_second(moment);
    let (date, clock) = (local.date(), local.time());
    format!("{date}T{:02}:{:02}:{:02}+07:00", clock.hour(), clock.minute(), clock.second())
}

/// Writes `moment` the way Vietnamese readers know it: `18/06/2020 10:15:30 +07:00`.
pub fn display(moment: OffsetDateTime) -> String {
    let local = to_second(moment);
    let (date, clock) = (local.date(), local.time());
    format!(
        "{:02}/{:02}/{:04} {:02}:{:02}:{:02} +07:00",
        date.day(),
        u8::from(date.month()),
        date.year(),
        clock.hour(),
        clock.minute(),
        clock.second()
    )
}

/// The time of the RFC 3339 `text` the way Vietnamese readers know it; anything else as it is.
pub fn shown(text: &str) -> String {
    parse(text).map_or_else(|_| text.to_owned(), display)
}

/// The day of a date or time of ISO 8601 as readers know it: `18/06/2020`, `18 June 2020`; anything else as it is.
pub fn day(text: &str) -> Message {
    let day = text.get(..10).unwrap_or(text);
    let Ok(date) = OffsetDateTime::parse(&format!("{day}T00:00:00Z"), &Rfc3339).map(OffsetDateTime::date)
    else {
        return message!("{text}", "{text}");
    };
    let (day, month, year) = (date.day(), date.month(), date.year());
    let number = u8::from(month);
    message!("{day:02}/{number:02}/{year:04}", "{day} {month} {year}")
}

fn to_second(moment: OffsetDateTime) -> OffsetDateTime {
    let local = moment.to_offset(ZONE);
    local - Duration::nanoseconds(i64::from(local.nanosecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_shown_in_vietnam_to_the_second() {
        let moment = parse("2020-06-18T03:15:30.75Z").unwrap();
        assert_eq!(rfc3339(moment), "2020-06-18T10:15:30+07:00");
        assert_eq!(display(moment), "18/06/2020 10:15:30 +07:00");
        assert!(parse("18/06/2020").is_err());
    }

    #[test]
    fn a_day_is_shown_as_readers_know_it() {
        assert_eq!(day("2020-06-08"), message!("08/06/2020", "8 June 2020"));
        assert_eq!(day("2020-06-18T23:15:30+07:00"), message!("18/06/2020", "18 June 2020"));
        for other in ["", "năm 2020", "2020-13-01", "ngày 1 thg"] {
            assert_eq!(day(other), message!("{other}", "{other}"));
        }
    }
}
