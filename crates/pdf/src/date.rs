//! Dates as PDF writes them (ISO 32000-2 7.9.4).

use time::OffsetDateTime;

use crate::clock;

/// Reads a date string such as `D:20200618101530+07'00'`. It must be complete and say its zone.
pub fn parse(bytes: &[u8]) -> Option<OffsetDateTime> {
    let text = std::str::from_utf8(bytes).ok()?.strip_prefix("D:")?;
    let (digits, zone) = text.split_at_checked(14)?;
    let field =
        |from: usize, to: usize| digits.get(from..to).filter(|part| part.bytes().all(|b| b.is_ascii_digit()));
    let zone = match zone.as_bytes() {
        b"Z" | b"Z00'00" | b"Z00'00'" => "+00:00".to_owned(),
        [sign @ (b'+' | b'-'), hours @ ..] if hours.len() >= 5 => {
            let hours = std::str::from_utf8(hours).ok()?;
            format!("{}{}:{}", char::from(*sign), hours.get(..2)?, hours.get(3..5)?)
        }
        _ => return None,
    };
    clock::parse(&format!(
        "{}-{}-{}T{}:{}:{}{zone}",
        field(0, 4)?,
        field(4, 6)?,
        field(6, 8)?,
        field(8, 10)?,
        field(10, 12)?,
        field(12, 14)?
    ))
    .ok()
}
