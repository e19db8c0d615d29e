//! The lines of the book.

use crate::document::profile::Profile;
use crate::layout::BookData;
use crate::log::Event;
use crate::register::{EntryKey, Record, RecordedEvent};

/// The headings of the ten columns, in their order.
pub fn headings() -> [&'static str; 10] {
    Profile::default_profile().register.headings()
}

/// A line of the book, column by column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line(pub [String; 10]);

/// A book: what its cover says, and its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    /// The office's superior, a line each.
    pub superior: Vec<String>,
    /// The office, a line each.
    pub agency: Vec<String>,
    /// The year, where the book is of one year.
    pub year: Option<i32>,
    /// Dates of the first and the last document, as they are printed.
    pub dates: Option<(String, String)>,
    /// First and last number and notation.
    pub codes: Option<(String, String)>,
    /// One line for each document, in the order of their numbers.
    pub lines: Vec<Line>,
}

impl Book {
    /// The book of `records`, with the numbers that are set aside and have no document yet.
    pub fn new(
        superior: &[String],
        agency: &[String],
        year: Option<i32>,
        records: &[Record],
        reserved: &[RecordedEvent],
    ) -> Book {
        let mut lines: Vec<(_, Line)> =
            records.iter().map(|record| (record.entry.key.clone(), Line::of(record))).collect();
        for block in reserved {
            for number in block.key.number..=block.until {
                let key = EntryKey { number, ..block.key.clone() };
                if lines.iter().all(|(taken, _)| *taken != key) {
                    let reason = &block.particulars.reason;
                    lines.push((key, Line::reserved(number, reason)));
                }
            }
        }
        lines.sort_by(|(a, _), (b, _)| (a.year, &a.series, a.number).cmp(&(b.year, &b.series, b.number)));
        let lines: Vec<Line> = lines.into_iter().map(|(_, line)| line).collect();
        let dates = records.iter().map(|record| record.entry.document.date.as_str());
        let dates = dates.clone().min().zip(dates.max());
        let codes = lines.first().zip(lines.last());
        Book {
            superior: superior.to_vec(),
            agency: agency.to_vec(),
            year,
            dates: dates.map(|(first, last)| (day(first), day(last))),
            codes: codes.map(|(Line([first, ..]), Line([last, ..]))| (first.clone(), last.clone())),
            lines,
        }
    }

    /// The book as it is printed, as its volume `volume`.
    pub fn printed(&self, volume: u32) -> BookData<'_> {
        BookData {
            profile: Profile::default_profile(),
            superior: &self.superior,
            agency: &self.agency,
            year: self.year,
            volume,
            dates: self.dates.as_ref().map(|(first, last)| (first.as_str(), last.as_str())),
            codes: self.codes.as_ref().map(|(first, last)| (first.as_str(), last.as_str())),
            lines: self.lines.iter().map(|Line(cells)| cells).collect(),
        }
    }
}

impl Line {
    fn of(record: &Record) -> Line {
        let document = &record.entry.document;
        let named = |event: Event, name: fn(&RecordedEvent) -> String| {
            let acts = record.events.iter().filter(|act| act.event == event);
            acts.map(name).collect::<Vec<_>>().join("; ")
        };
        let subject = match document.kind.as_str() {
            "" => document.subject.clone(),
            kind => format!("{kind}: {}", document.subject),
        };
        Line([
            document.code.clone(),
            day(&document.date),
            subject,
            document.signer.clone(),
            document.recipients.clone(),
            document.archive.clone(),
            if document.copies == 0 { String::new() } else { document.copies.to_string() },
            named(Event::Dispatch, |act| {
                let to = &act.particulars.to;
                if to.is_empty() { day(&act.at) } else { format!("{} ({to})", day(&act.at)) }
            }),
            named(Event::Receive, |act| format!("{} ({})", act.particulars.to, day(&act.at))),
            note(record),
        ])
    }

    fn reserved(number: u32, reason: &str) -> Line {
        let note = if reason.is_empty() { "Giữ số".to_owned() } else { format!("Giữ số: {reason}") };
        let mut line: [String; 10] = Default::default();
        let [code, .., last] = &mut line;
        *code = crate::number::digits(number);
        *last = note;
        Line(line)
    }
}

fn note(record: &Record) -> String {
    let document = &record.entry.document;
    let mut notes: Vec<String> = Vec::new();
    match (record.entry.event, document.note.as_str()) {
        (Event::Cancel, reason) => notes.push(format!("Hủy số: {reason}")),
        (_, "") => {}
        (_, note) => notes.push(note.to_owned()),
    }
    for act in &record.events {
        let (reason, date) = (&act.particulars.reason, day(&act.at));
        match act.event {
            Event::Cancel => notes.push(format!("Hủy số ngày {date}: {reason}")),
            Event::Recall => notes.push(format!("Thu hồi ngày {date}: {reason}")),
            Event::Replace => {
                let by = &act.particulars.replacement;
                notes.push(format!("Thay thế bằng {by} ngày {date}: {reason}"));
            }
            _ => {}
        }
    }
    notes.join("; ")
}

/// A date of ISO 8601 or RFC 3339 as Vietnamese readers know it.
pub(super) fn day(date: &str) -> String {
    let mut parts = date.get(..10).unwrap_or(date).split('-');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(year), Some(month), Some(day)) => format!("{day}/{month}/{year}"),
        _ => date.to_owned(),
    }
}
