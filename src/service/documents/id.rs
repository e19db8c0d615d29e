//! How addresses name a document: by its year, series and number.

use std::fmt;
use std::str::FromStr;

use crate::register::EntryKey;

/// The series of all kinds together, as addresses have it: `*` would have to be escaped.
const ALL: &str = "all";

/// The name of a document in addresses: `2026-all-201`, or `2026-BC-7` where kinds are numbered apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::service) struct DocumentId(pub EntryKey);

/// The address has another form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::service) struct NotAnId;

impl FromStr for DocumentId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<DocumentId, NotAnId> {
        let (year, rest) = text.split_once('-').ok_or(NotAnId)?;
        let (series, number) = rest.rsplit_once('-').ok_or(NotAnId)?;
        let is_number = |digits: &str, longest: usize| {
            (1..=longest).contains(&digits.len())
                && !digits.starts_with('0')
                && digits.bytes().all(|byte| byte.is_ascii_digit())
        };
        let fits = is_number(year, 4) && is_number(number, 9) && (1..=60).contains(&series.chars().count());
        if !fits {
            return Err(NotAnId);
        }
        let series = if series == ALL { "*" } else { series };
        let year = year.parse().map_err(|_| NotAnId)?;
        let number = number.parse().map_err(|_| NotAnId)?;
        Ok(DocumentId(EntryKey { series: series.to_owned(), year, number }))
    }
}

impl fmt::Display for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let EntryKey { series, year, number } = &self.0;
        let series = if series == "*" { ALL } else { series };
        write!(f, "{year}-{series}-{number}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_as_it_is_written() {
        for text in ["2026-all-201", "2026-BC-7", "2026-HĐ-TĐ-1"] {
            let id: DocumentId = text.parse().unwrap();
            assert_eq!(id.to_string(), text);
        }
        let all: DocumentId = "2026-all-201".parse().unwrap();
        assert_eq!(all.0, EntryKey { series: "*".to_owned(), year: 2026, number: 201 });
        for wrong in [
            "",
            "2026",
            "2026-201",
            "2026-all-0",
            "2026-all-007",
            "2026--7",
            "x-all-1",
            "2026-all-9999999999",
        ] {
            assert!(wrong.parse::<DocumentId>().is_err(), "{wrong}");
        }
    }
}
