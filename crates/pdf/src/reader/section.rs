//! One cross-reference section: a table with its trailer, or a stream (ISO 32000-2 7.5.4, 7.5.8).

use super::budget::Budget;
use super::error::ReadError;
use super::finding::{Finding, FindingKind};
use super::object::{Dictionary, Object, Span};
use super::parser::Parser;
use super::stream;

/// Where a section says an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The object is free.
    Free,
    /// At this offset, with this generation.
    At(usize, u16),
    /// The nth object of an object stream.
    In(u32, usize),
}

impl Place {
    /// The generation of the object that is there.
    pub(super) fn generation(self) -> Option<u16> {
        match self {
            Place::Free => None,
            Place::At(_, generation) => Some(generation),
            Place::In(..) => Some(0),
        }
    }

    /// Where it stands in the file, of an object that is in no stream.
    pub(super) fn offset(self) -> Option<usize> {
        match self {
            Place::At(offset, _) => Some(offset),
            Place::Free | Place::In(..) => None,
        }
    }
}

/// A cross-reference section.
#[derive(Debug)]
pub(super) struct Section {
    /// Its bytes, up to and with `%%EOF` and its end of line.
    pub span: Span,
    /// Whether it is a stream, whatever its trailer says of itself.
    pub is_stream: bool,
    /// The bytes of the cross-reference stream that its /XRefStm names (ISO 32000-2 7.5.8.4).
    pub hybrid: Option<Span>,
    /// The offset that its own `startxref` names; the stream at the front of a linearized file has none.
    pub start: Option<u64>,
    /// One past its `%%EOF`, without the end of line.
    pub mark_end: usize,
    /// What it says of objects.
    pub places: Places,
    /// Its trailer.
    pub trailer: Dictionary,
    /// The section before it.
    pub previous: Option<usize>,
}

/// The most objects that a file may have.
const MAX_OBJECTS: u64 = 8_000_000;

/// Reads the section at offset `named`, or at the end of the white space that begins there: some programs
/// name the end of line before it.
pub(super) fn read(
    bytes: &[u8],
    named: usize,
    budget: &Budget,
    findings: &mut Vec<Finding>,
) -> Result<Section, ReadError> {
    budget.section()?;
    let mut parser = Parser::new(bytes, named, budget);
    parser.skip_white();
    let at = parser.at();
    let mut places = Places::default();
    let is_stream = !parser.take(b"xref");
    let trailer = if is_stream {
        cross_reference_stream(bytes, &mut parser, budget, &mut places)?
    } else {
        table(&mut parser, budget, &mut places)?
    };
    if trailer.integer("Size").is_none() {
        return Err(ReadError::Syntax { at: parser.at(), expected: "a trailer with /Size" });
    }
    let end = parser.at();
    let Finish { start, mark_end, end } = match finish(&mut parser) {
        Err(ReadError::Syntax { .. }) if is_stream => Finish { start: None, mark_end: end, end },
        finish => finish?,
    };
    if places.sort() {
        findings.push(Finding { kind: FindingKind::RepeatedEntry, at });
    }
    findings.extend(parser.into_findings());
    let hybrid = match trailer.get("XRefStm").filter(|_| !is_stream) {
        None => None,
        Some(stream) => {
            let offset = stream.object.as_integer().and_then(|offset| usize::try_from(offset).ok());
            let Some(offset) = offset else {
                return Err(ReadError::Syntax { at: stream.span.start, expected: "an offset" });
            };
            let mut parser = Parser::new(bytes, offset, budget);
            let mut hidden = Places::default();
            cross_reference_stream(bytes, &mut parser, budget, &mut hidden)?;
            // Old programs see the table alone, new ones both: an object that both list would be
            // two objects.
            if hidden.sort() || !places.take_hidden(hidden) {
                findings.push(Finding { kind: FindingKind::HybridReference, at });
            }
            Some(Span { start: offset, end: parser.at() })
        }
    };
    let previous = match trailer.get("Prev") {
        None => None,
        Some(previous) => match previous.object {
            Object::Integer(offset) if offset >= 0 => usize::try_from(offset).ok(),
            _ => {
                return Err(ReadError::Syntax { at: previous.span.start, expected: "an offset" });
            }
        },
    };
    let span = Span { start: at, end };
    Ok(Section { span, is_stream, hybrid, start, mark_end, places, trailer, previous })
}

struct Finish {
    start: Option<u64>,
    mark_end: usize,
    end: usize,
}

/// `startxref`, a number and `%%EOF` after a section; comments may stand before it, as many programs leave their
/// name there.
fn finish(parser: &mut Parser<'_>) -> Result<Finish, ReadError> {
    parser.skip_space();
    if !parser.take(b"startxref") {
        return parser.fail("startxref");
    }
    if !parser.skip_white() {
        parser.note(FindingKind::MisleadingStart);
    }
    let start = Some(parser.unsigned()?);
    if !parser.skip_white() {
        parser.note(FindingKind::MisleadingStart);
    }
    if parser.take_bytes(5)? != b"%%EOF" {
        return parser.fail("%%EOF");
    }
    let mark_end = parser.at();
    parser.take_end_of_line();
    Ok(Finish { start, mark_end, end: parser.at() })
}

/// Objects and their places, by number.
#[derive(Debug, Default)]
pub(super) struct Places(Vec<(u32, Place)>);

impl Places {
    /// Where object `number` is.
    pub(super) fn get(&self, number: u32) -> Option<Place> {
        let index = self.0.binary_search_by_key(&number, |(known, _)| *known).ok()?;
        self.0.get(index).map(|(_, place)| *place)
    }

    /// The objects, by number.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, Place)> + '_ {
        self.0.iter().copied()
    }

    /// How many objects there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Takes what a newer section of the same revision says.
    pub(super) fn extend(&mut self, newer: Places) {
        // Stable, so that of two places of one object the newer stands last.
        self.0.extend(newer.0);
        self.0.sort_by_key(|(number, _)| *number);
        self.0.reverse();
        self.0.dedup_by_key(|(number, _)| *number);
        self.0.reverse();
    }

    /// Takes the objects of the stream of a hybrid file; false where the table has them as well.
    fn take_hidden(&mut self, hidden: Places) -> bool {
        let free = |place: Option<Place>| place.is_none_or(|place| place == Place::Free);
        // The stream itself may stand in the table that names it.
        let fits = hidden.iter().all(|(number, place)| {
            free(Some(place)) || free(self.get(number)) || self.get(number) == Some(place)
        });
        let mut shown = Places(hidden.0.into_iter().filter(|(_, place)| *place != Place::Free).collect());
        std::mem::swap(self, &mut shown);
        // Where both list an object, the table's is the one that every program sees.
        let table = shown
            .0
            .into_iter()
            .filter(|(number, place)| *place != Place::Free || self.get(*number).is_none());
        let table = Places(table.collect());
        self.extend(table);
        fits
    }

    fn insert(&mut self, number: u32, place: Place) {
        self.0.push((number, place));
    }

    /// Brings the rows into order; true where an object stands twice.
    fn sort(&mut self) -> bool {
        if !self.0.is_sorted_by_key(|(number, _)| *number) {
            self.0.sort_by_key(|(number, _)| *number);
        }
        let rows = self.0.len();
        self.0.reverse();
        self.0.dedup_by_key(|(number, _)| *number);
        self.0.reverse();
        self.0.len() != rows
    }
}

fn table(parser: &mut Parser<'_>, budget: &Budget, places: &mut Places) -> Result<Dictionary, ReadError> {
    loop {
        parser.skip_white();
        if parser.take(b"trailer") {
            break;
        }
        let first = parser.unsigned()?;
        parser.skip_white();
        let count = parser.unsigned()?;
        parser.skip_white();
        if first.saturating_add(count) > MAX_OBJECTS {
            return Err(ReadError::Budget { what: "objects", limit: MAX_OBJECTS });
        }
        for number in first..first + count {
            budget.steps(1)?;
            let place = row(parser)?;
            // The sum is below MAX_OBJECTS.
            places.insert(u32::try_from(number).unwrap_or(u32::MAX), place);
        }
    }
    let trailer = parser.value()?;
    match trailer.object {
        Object::Dictionary(dictionary) => Ok(dictionary),
        _ => Err(ReadError::Syntax { at: trailer.span.start, expected: "a trailer dictionary" }),
    }
}

/// A row of twenty bytes, or of nineteen: some programs end it with a line feed alone.
fn row(parser: &mut Parser<'_>) -> Result<Place, ReadError> {
    const EXPECTED: &str = "a row of a cross-reference table (20 bytes)";
    let at = parser.at();
    let wrong = || ReadError::Syntax { at, expected: EXPECTED };
    let row = parser.take_bytes(18)?;
    let number = |digits: &[u8]| {
        let all = digits.iter().all(u8::is_ascii_digit);
        let value =
            digits.iter().fold(0_usize, |value, digit| value * 10 + usize::from(digit.wrapping_sub(b'0')));
        if all { Ok(value) } else { Err(wrong()) }
    };
    let (Some(offset), Some(generation)) = (row.get(..10), row.get(11..16)) else {
        return Err(wrong());
    };
    let (offset, generation) = (number(offset)?, number(generation)?);
    if row.get(10) != Some(&b' ') || row.get(16) != Some(&b' ') {
        return Err(wrong());
    }
    parser.skip_blank();
    if !parser.take_end_of_line() {
        return Err(wrong());
    }
    match row.get(17) {
        Some(b'f') => Ok(Place::Free),
        // Nothing stands before the header: so programs write what they never used.
        Some(b'n') if offset == 0 => Ok(Place::Free),
        Some(b'n') => Ok(Place::At(offset, u16::try_from(generation).map_err(|_| wrong())?)),
        _ => Err(wrong()),
    }
}

fn cross_reference_stream(
    bytes: &[u8],
    parser: &mut Parser<'_>,
    budget: &Budget,
    places: &mut Places,
) -> Result<Dictionary, ReadError> {
    let at = parser.at();
    let (_, _, value) = parser.indirect(|_| Ok(None))?;
    let Object::Stream(dictionary, data) = value.object else {
        return Err(ReadError::Syntax { at, expected: "a cross-reference section" });
    };
    if dictionary.name("Type") != Some(b"XRef") {
        return Err(ReadError::Syntax { at, expected: "a cross-reference section" });
    }
    let rows = stream::decode(bytes, &dictionary, data, budget)?;
    let numbers = |key: &str| -> Option<Vec<u64>> {
        let values = dictionary.get(key)?.object.as_array()?;
        values.iter().map(|value| u64::try_from(value.object.as_integer()?).ok()).collect()
    };
    let widths = numbers("W").filter(|widths| widths.len() == 3 && widths.iter().all(|width| *width <= 8));
    let Some(widths) = widths else {
        return Err(ReadError::Syntax { at, expected: "/W with three widths" });
    };
    let widths: Vec<usize> = widths.iter().map(|width| usize::try_from(*width).unwrap_or(8)).collect();
    let size = dictionary.integer("Size").and_then(|size| u64::try_from(size).ok()).unwrap_or(0);
    let index = if dictionary.get("Index").is_some() { numbers("Index") } else { Some(vec![0, size]) };
    let length: usize = widths.iter().sum();
    let Some(index) = index.filter(|index| index.len().is_multiple_of(2) && length > 0) else {
        return Err(ReadError::Syntax { at, expected: "/Index with pairs" });
    };
    let mut rows = rows.chunks_exact(length);
    for [first, count] in index.as_chunks::<2>().0.iter().copied() {
        if first.saturating_add(count) > MAX_OBJECTS {
            return Err(ReadError::Budget { what: "objects", limit: MAX_OBJECTS });
        }
        for number in first..first + count {
            budget.steps(1)?;
            let Some(row) = rows.next() else {
                return Err(ReadError::Syntax { at, expected: "as many rows as /Index says" });
            };
            let place =
                stream_row(row, &widths).ok_or(ReadError::Syntax { at, expected: "a known row type" })?;
            places.insert(u32::try_from(number).unwrap_or(u32::MAX), place);
        }
    }
    Ok(dictionary)
}

fn stream_row(row: &[u8], widths: &[usize]) -> Option<Place> {
    let mut rest = row;
    let mut field = |width: usize, default: u64| {
        let (bytes, after) = rest.split_at_checked(width)?;
        rest = after;
        let value = bytes.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
        Some(if width == 0 { default } else { value })
    };
    let (kind, second, third) =
        (field(*widths.first()?, 1)?, field(*widths.get(1)?, 0)?, field(*widths.get(2)?, 0)?);
    match kind {
        0 => Some(Place::Free),
        1 if second == 0 => Some(Place::Free),
        1 => Some(Place::At(usize::try_from(second).ok()?, u16::try_from(third).ok()?)),
        2 => Some(Place::In(u32::try_from(second).ok()?, usize::try_from(third).ok()?)),
        // Types to come are nothing to a program of today (ISO 32000-2 table 18).
        _ => Some(Place::Free),
    }
}
