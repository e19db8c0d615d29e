//! The one way in which an update after a signature may be written (ISO 32000-2 7.5.4, 7.5.6, 7.5.8): every program
//! reads it alike, and one that repairs files finds nothing else in it.
//!
//! It has the few shapes that programs really write: objects one after another, one cross-reference section, their
//! maker's name as a comment, `startxref`, `%%EOF`. Whatever differs is a [`super::Finding`].

use super::error::ReadError;
use super::file::{File, Located, Revision};
use super::finding::FindingKind;
use super::markers::marker;
use super::object::{Dictionary, Object, Span, Value};
use super::parser::{Parser, is_plain_gap, is_space};
use super::references::{Encounter, walk};
use super::section::{self, Place};

/// Keys of every trailer (ISO 32000-2 table 15), and what LibreOffice leaves there for itself.
const TRAILER_KEYS: [&str; 7] = ["Size", "Prev", "Root", "Info", "ID", "DocChecksum", "AdditionalStreams"];
/// Keys of a cross-reference stream beside these (ISO 32000-2 tables 5 and 17).
const STREAM_KEYS: [&str; 6] = ["Type", "W", "Index", "Length", "Filter", "DecodeParms"];
/// Keys that would make a second thing of a section: they may not even stay.
const FOREIGN_KEYS: [&str; 7] = ["XRefStm", "Encrypt", "F", "FFilter", "FDecodeParms", "DL", "Extends"];
/// How much greater than the last object number /Size may be: some programs count the numbers that they reserved.
const SPARE_NUMBERS: i64 = 1000;

impl<'a> File<'a> {
    /// Notes every byte of revision `revision` that belongs neither to an object that it lists nor to
    /// its cross-references, and objects that stand outside of it or overlap.
    ///
    /// # Errors
    /// As [`File::object`].
    pub fn check_coverage(&self, revision: usize) -> Result<(), ReadError> {
        self.cover(revision, &|gap| gap.iter().position(|byte| !is_space(*byte))).map(|_| ())
    }

    /// Notes whatever in the update that revision `revision` is not written as an update after a signature must be.
    ///
    /// # Errors
    /// As [`File::object`].
    pub fn check_update(&self, revision: usize) -> Result<(), ReadError> {
        if !self.cover(revision, &|gap| (!is_plain_gap(gap)).then_some(0))? {
            // Objects that overlap could be looked at for ever, and it is said already.
            return Ok(());
        }
        let revisions = self.revisions();
        let before = revision.checked_sub(1).and_then(|before| revisions.get(before));
        let (Some(before), Some(own)) = (before, revisions.get(revision)) else {
            return Ok(());
        };
        if own.is_hybrid {
            // What old programs don't see may be in what was signed, not in what followed.
            self.note(FindingKind::HybridReference, own.start);
        }
        self.check_section(own, revision)?;
        self.check_trailer(before, own, revision);
        for (number, place) in self.rows(revision) {
            if number == 0 && place != Place::Free {
                self.note(FindingKind::MisplacedObject, own.start);
            }
            self.check_generation(number, place, revision, own)?;
            match place {
                Place::Free => {}
                Place::At(offset, _) => {
                    if let Some(located) = self.load(number, place, revision)? {
                        self.check_object(&located, offset, revision, own)?;
                    }
                }
                Place::In(stream, row) => {
                    let (stream, at) = self.object_stream(stream, revision)?;
                    let start = stream.rows.get(row).map_or(0, |(_, start)| *start);
                    let value = self.load(number, place, revision)?;
                    let end = value.map_or(start, |located| located.value.span.end);
                    let bytes = stream.decoded.get(start..end).unwrap_or_default();
                    self.check_references(bytes, at, revision)?;
                }
            }
        }
        Ok(())
    }

    /// Tells what stands between the objects of revision `revision`, where `foreign` finds something in it; and whether
    /// each of them has its place.
    fn cover(&self, revision: usize, foreign: &dyn Fn(&[u8]) -> Option<usize>) -> Result<bool, ReadError> {
        let Some(Revision { span, places, sections, .. }) = self.revisions().get(revision) else {
            return Ok(true);
        };
        let mut in_place = true;
        let mut covered: Vec<Span> = sections.clone();
        for (number, place) in places.iter() {
            let Some(located) = self.load(number, place, revision)? else {
                continue;
            };
            let Some(object) = located.span else { continue };
            if object.start < span.start || object.end > span.end {
                in_place = false;
                self.note(FindingKind::MisplacedObject, span.start.max(object.start));
            }
            covered.push(object);
        }
        covered.sort_unstable_by_key(|span| span.start);
        let mut at = if span.start == 0 { end_of_header(self.bytes()) } else { span.start };
        let check_gap = |start: usize, end: usize| {
            let gap = self.bytes().get(start..end).unwrap_or_default();
            if let Some(index) = foreign(gap) {
                self.note(FindingKind::UnlistedBytes, start + index);
            }
        };
        let mut previous = None;
        for object in &covered {
            // A cross-reference stream is listed as an object, and is a section as well.
            let is_same =
                previous == Some(object.start) && sections.iter().any(|own| own.start == object.start);
            if object.start < at && !is_same {
                in_place = false;
                self.note(FindingKind::MisplacedObject, span.start.max(object.start));
            }
            check_gap(at, object.start);
            at = at.max(object.end);
            previous = Some(object.start);
        }
        check_gap(at, span.end);
        Ok(in_place)
    }

    /// The one section of an update, from `xref` or its stream's `N G obj` to `%%EOF`.
    fn check_section(&self, own: &Revision, revision: usize) -> Result<(), ReadError> {
        let [section] = own.sections.as_slice() else {
            return Ok(());
        };
        let bytes = self.bytes().get(..section.end).unwrap_or_default();
        let mut shape = Shape { bytes, at: section.start };
        let end = if own.has_reference_stream {
            let mut parser = Parser::new(self.bytes(), section.start, &self.budget);
            let (number, generation, value) = parser.indirect(|_| Ok(None))?;
            let span = Some(Span { start: section.start, end: parser.at() });
            let stream = Located { number, generation, revision, value, span };
            self.check_object(&stream, section.start, revision, own)?;
            Some(parser.at()).filter(|_| self.has_plain_rows(&stream.value))
        } else if shape.table() {
            self.end_of_value(shape.at)
        } else {
            None
        };
        shape.at = end.unwrap_or(shape.at);
        let fits = end.is_some() && shape.end().is_some_and(|start| self.leads(start, section.start));
        if !fits {
            self.note(FindingKind::IrregularUpdate, shape.at.max(section.start));
        }
        Ok(())
    }

    /// Whether a cross-reference stream holds as many rows as it says, and none that is not known or leads nowhere.
    fn has_plain_rows(&self, stream: &Value) -> bool {
        let Object::Stream(dictionary, data) = &stream.object else {
            return false;
        };
        let Some([kind, offset, generation]) = widths(dictionary) else {
            return false;
        };
        let pairs = dictionary.get("Index").and_then(|index| index.object.as_array()).unwrap_or_default();
        let counts = pairs.iter().skip(1).step_by(2).map(|count| count.object.as_integer());
        let counts: Option<Vec<usize>> = counts.map(|count| usize::try_from(count?).ok()).collect();
        let size = dictionary.integer("Size").and_then(|size| usize::try_from(size).ok());
        let listed = if pairs.is_empty() { size } else { counts.map(|counts| counts.iter().sum()) };
        let length = kind + offset + generation;
        let Ok(rows) = self.stream(dictionary, *data) else {
            return false;
        };
        let is_plain = |row: &[u8]| match row.split_first() {
            Some((0 | 2, _)) => true,
            Some((1, rest)) => rest.iter().take(offset).any(|byte| *byte != 0),
            _ => false,
        };
        rows.len() % length == 0
            && Some(rows.len() / length) == listed
            && rows.chunks_exact(length).all(is_plain)
    }

    /// One past the value that begins at `at`, where nothing in it is odd.
    fn end_of_value(&self, at: usize) -> Option<usize> {
        let mut parser = Parser::new(self.bytes(), at, &self.budget);
        parser.value().ok()?;
        let bytes = self.bytes().get(at..parser.at())?;
        let mut odd = marker(bytes).is_some();
        walk(bytes, &mut |seen| odd |= matches!(seen, Encounter::Odd(_)));
        (!odd).then(|| parser.at())
    }

    /// Whether who looks at `offset` finds what stands at `start`: some programs name the end of line before it.
    fn leads(&self, offset: usize, start: usize) -> bool {
        matches!(self.bytes().get(offset..start), Some(b"" | b"\n" | b"\r" | b"\r\n"))
    }

    /// The trailer of an update says what the one before it said, and where that stands.
    fn check_trailer(&self, before: &Revision, own: &Revision, revision: usize) {
        let (old, new) = (&before.trailer, &own.trailer);
        let irregular = |value: Option<&Value>| {
            self.note(FindingKind::IrregularUpdate, value.map_or(own.start, |value| value.span.start));
        };
        if !own.previous.is_some_and(|previous| self.leads(previous, before.start)) {
            irregular(new.get("Prev"));
        }
        for (key, value) in &new.0 {
            let is_of = |keys: &[&str]| keys.iter().any(|known| known.as_bytes() == key.as_slice());
            let kept = || {
                let name = String::from_utf8_lossy(key);
                old.get(&name).is_some_and(|old| self.same(old, value))
            };
            let fits = if is_of(&FOREIGN_KEYS) {
                false
            } else if is_of(&STREAM_KEYS) {
                own.has_reference_stream
            } else {
                is_of(&TRAILER_KEYS) || kept()
            };
            if !fits {
                irregular(Some(value));
            }
        }
        let is_string = |value: &Value| value.object.as_string().is_some();
        let identifiers = new.get("ID").map(|value| value.object.as_array().unwrap_or_default());
        if identifiers.is_some_and(|pair| pair.len() != 2 || !pair.iter().all(is_string)) {
            irregular(new.get("ID"));
        }
        let last = self.rows(revision).map(|(number, _)| i64::from(number)).max().unwrap_or(0);
        let least = old.integer("Size").unwrap_or(0).max(last + 1);
        let size = new.integer("Size").unwrap_or(0);
        if !(least..=least + SPARE_NUMBERS).contains(&size) {
            irregular(new.get("Size"));
        }
    }

    /// An object keeps its generation: whoever refers to it names both.
    fn check_generation(
        &self,
        number: u32,
        place: Place,
        revision: usize,
        own: &Revision,
    ) -> Result<(), ReadError> {
        let Some(before) = revision.checked_sub(1) else {
            return Ok(());
        };
        let known = self.place(number, before)?.and_then(|(place, _)| place.generation());
        if known.zip(place.generation()).is_some_and(|(old, new)| old != new) {
            self.note(FindingKind::ChangedGeneration, place.offset().unwrap_or(own.start));
        }
        Ok(())
    }

    /// An object that is listed at `offset`: its bytes from `N G obj` to `endobj`.
    fn check_object(
        &self,
        located: &Located,
        offset: usize,
        revision: usize,
        own: &Revision,
    ) -> Result<(), ReadError> {
        let Some(span) = located.span else {
            return Ok(());
        };
        let header = format!("{} {} obj", located.number, located.generation);
        let bytes = self.bytes().get(span.start..span.end).unwrap_or_default();
        let data = match &located.value.object {
            Object::Stream(dictionary, data) => {
                self.check_structure(located, dictionary, revision, own)?;
                Some(*data)
            }
            _ => None,
        };
        let inner = Inner { file: self, start: span.start + header.len(), end: span.end };
        if !self.leads(offset, span.start) || !bytes.starts_with(header.as_bytes()) || !inner.ends(data) {
            self.note(FindingKind::IrregularUpdate, span.start);
        }
        let end_of_value = data.map_or(span.end.saturating_sub(b"endobj".len()), |data| data.start);
        for part in [Some(Span { start: inner.start, end: end_of_value }), data].into_iter().flatten() {
            let bytes = self.bytes().get(part.start..part.end).unwrap_or_default();
            if let Some(index) = marker(bytes) {
                self.note(FindingKind::HiddenObject, part.start + index);
            }
        }
        let value = self.bytes().get(inner.start..end_of_value).unwrap_or_default();
        self.check_references(value, inner.start, revision)
    }

    /// Streams of structure: all that one holds is listed, and there is one of cross-references.
    fn check_structure(
        &self,
        located: &Located,
        dictionary: &Dictionary,
        revision: usize,
        own: &Revision,
    ) -> Result<(), ReadError> {
        let at = located.span.map_or(own.start, |span| span.start);
        match dictionary.name("Type") {
            Some(b"XRef") if at != own.start && !self.says_the_same(at, own) => {
                self.note(FindingKind::HiddenObject, at);
            }
            Some(b"ObjStm") => {
                let (stream, _) = self.object_stream(located.number, revision)?;
                let all_listed = stream.rows.iter().enumerate().all(|(row, (number, _))| {
                    own.places.get(*number) == Some(Place::In(located.number, row))
                });
                if !all_listed || dictionary.get("Extends").is_some() {
                    self.note(FindingKind::HiddenObject, at);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether the cross-reference stream at `at` says what the table of its update says: some programs write both.
    fn says_the_same(&self, at: usize, own: &Revision) -> bool {
        let Ok(twin) = section::read(self.bytes(), at, &self.budget, &mut Vec::new()) else {
            return false;
        };
        let stands = |(number, place): (u32, Place)| own.places.get(number).unwrap_or(Place::Free) == place;
        // It can't list itself.
        let listed = |(number, place): (u32, Place)| {
            place.offset() == Some(at) || twin.places.get(number) == Some(place)
        };
        let same = |key: &str| match (twin.trailer.get(key), own.trailer.get(key)) {
            (Some(twin), Some(own)) => self.same(twin, own),
            (None, None) => true,
            _ => false,
        };
        twin.is_stream
            && twin.places.iter().all(stands)
            && own.places.iter().all(listed)
            && ["Prev", "Root", "Info", "Encrypt"].into_iter().all(same)
    }

    /// References of what was added name generations that are there, and nothing in it is odd.
    fn check_references(&self, bytes: &[u8], at: usize, revision: usize) -> Result<(), ReadError> {
        let mut outcome = Ok(());
        walk(bytes, &mut |seen| match seen {
            Encounter::Odd(index) => self.note(FindingKind::IrregularUpdate, at.saturating_add(index)),
            Encounter::Reference(number, generation) => match self.place(number, revision) {
                Ok(known) => {
                    let known = known.and_then(|(place, _)| place.generation());
                    if known.is_some_and(|known| u32::from(known) != generation) {
                        self.note(FindingKind::ChangedGeneration, at);
                    }
                }
                Err(cause) => outcome = Err(cause),
            },
        });
        outcome
    }
}

/// The widths of a cross-reference stream, where they are such as every program reads: of a type, an offset, a
/// generation (ISO 32000-2 7.5.8.2).
fn widths(trailer: &Dictionary) -> Option<[usize; 3]> {
    let widths = trailer.get("W")?.object.as_array()?;
    let widths: Vec<i64> = widths.iter().filter_map(|width| width.object.as_integer()).collect();
    let [1, offset @ 1..=8, generation @ 0..=4] = widths[..] else {
        return None;
    };
    Some([1, usize::try_from(offset).ok()?, usize::try_from(generation).ok()?])
}

/// Where the comments that a file begins with end (ISO 32000-2 7.5.2).
fn end_of_header(bytes: &[u8]) -> usize {
    let mut at = 0;
    while bytes.get(at) == Some(&b'%') {
        let line = bytes.iter().skip(at).take_while(|byte| !matches!(byte, b'\r' | b'\n')).count();
        let white = bytes.iter().skip(at + line).take_while(|byte| is_space(**byte)).count();
        at += line + white;
    }
    at
}

/// What stands around the value of an object.
struct Inner<'f, 'a> {
    file: &'f File<'a>,
    /// One past `obj`.
    start: usize,
    /// One past `endobj`.
    end: usize,
}

impl Inner<'_, '_> {
    /// Whether the words that end an object, and its stream, stand where every program looks for them.
    fn ends(&self, data: Option<Span>) -> bool {
        let Some(bytes) = self.file.bytes().get(self.start..self.end) else {
            return false;
        };
        let parts = data.map(|data| (data.start.checked_sub(self.start), data.end.checked_sub(self.start)));
        let ends = |bytes: &[u8]| is_plain_gap(bytes);
        let Some(body) = bytes.strip_suffix(b"endobj") else {
            return false;
        };
        match parts {
            None => ends(after_last_token(body)),
            Some((Some(start), Some(end))) => {
                let (head, tail) = (bytes.get(..start), body.get(end..));
                let tail = tail.unwrap_or_default();
                let gap = tail.iter().take_while(|byte| is_space(**byte)).count();
                let (gap, rest) = tail.split_at(gap);
                let head = head.and_then(|head| head.strip_suffix(b"\n"));
                let head = head.map(|head| head.strip_suffix(b"\r").unwrap_or(head));
                head.is_some_and(|head| head.ends_with(b"stream"))
                    && is_plain_gap(gap)
                    && rest.strip_prefix(b"endstream").is_some_and(ends)
            }
            Some(_) => false,
        }
    }
}

/// The white space that `bytes` end with.
fn after_last_token(bytes: &[u8]) -> &[u8] {
    let white = bytes.iter().rev().take_while(|byte| is_space(**byte)).count();
    bytes.get(bytes.len() - white..).unwrap_or_default()
}

/// Recognises what a section looks like, byte by byte.
struct Shape<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Shape<'_> {
    fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn take(&mut self, word: &[u8]) -> bool {
        let stands = self.rest().starts_with(word);
        self.at += if stands { word.len() } else { 0 };
        stands
    }

    fn take_while(&mut self, belongs: impl Fn(u8) -> bool) -> &[u8] {
        let length = self.rest().iter().take_while(|byte| belongs(**byte)).count();
        let start = self.at;
        self.at += length;
        self.bytes.get(start..self.at).unwrap_or_default()
    }

    fn end_of_line(&mut self) -> bool {
        self.take(b"\r\n") || self.take(b"\n") || self.take(b"\r")
    }

    fn gap(&mut self) -> bool {
        is_plain_gap(self.take_while(is_space))
    }

    fn number(&mut self) -> Option<usize> {
        let digits = self.take_while(|byte| byte.is_ascii_digit());
        std::str::from_utf8(digits).ok().filter(|digits| digits.len() <= 10)?.parse().ok()
    }

    /// `xref`, subsections, `trailer`.
    fn table(&mut self) -> bool {
        if !self.take(b"xref") || !self.end_of_line() {
            return false;
        }
        while self.rest().first().is_some_and(u8::is_ascii_digit) {
            let Some(count) = self.subsection() else {
                return false;
            };
            for _ in 0..count {
                if !self.row() {
                    return false;
                }
            }
        }
        self.take(b"trailer") && self.gap()
    }

    /// The line before the rows of a subsection: how many there are.
    fn subsection(&mut self) -> Option<usize> {
        self.number()?;
        let spaced = self.take(b" ");
        let count = self.number()?;
        self.take(b" ");
        (spaced && self.end_of_line()).then_some(count)
    }

    /// Twenty bytes (ISO 32000-2 7.5.4).
    fn row(&mut self) -> bool {
        let Some(row) = self.rest().get(..20) else {
            return false;
        };
        let leads_nowhere = row.starts_with(b"0000000000") && row.get(17) == Some(&b'n');
        let digits = |part: Option<&[u8]>| part.is_some_and(|part| part.iter().all(u8::is_ascii_digit));
        let end = matches!(
            row.get(16..),
            Some([b' ', b'n' | b'f', b' ', b'\r' | b'\n'] | [b' ', b'n' | b'f', b'\r', b'\n'])
        );
        let fits = !leads_nowhere
            && digits(row.get(..10))
            && row.get(10) == Some(&b' ')
            && digits(row.get(11..16))
            && end;
        self.at += if fits { 20 } else { 0 };
        fits
    }

    /// The maker's comment, `startxref`, `%%EOF`, an end of line: the offset that it names.
    fn end(&mut self) -> Option<usize> {
        if !self.gap() {
            return None;
        }
        if self.rest().first() == Some(&b'%') {
            const LONGEST: usize = 200;
            let line = self.take_while(|byte| byte == b' ' || byte.is_ascii_graphic());
            if line.len() > LONGEST || marker(line).is_some() || !self.end_of_line() {
                return None;
            }
        }
        if !self.take(b"startxref") || !self.end_of_line() {
            return None;
        }
        let start = self.number()?;
        let marked = self.end_of_line() && self.take(b"%%EOF");
        self.end_of_line();
        (marked && self.rest().is_empty()).then_some(start)
    }
}
