//! A file as its revisions: which objects each one says there are, and what they are.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::budget::Budget;
use super::error::ReadError;
use super::finding::{Finding, FindingKind};
use super::object::{Dictionary, Object, Span, Value};
use super::parser::{Parser, is_space};
use super::section::{self, Place, Places, Section};
use super::stream;

/// A PDF file, read from its end.
#[derive(Debug)]
pub struct File<'a> {
    bytes: &'a [u8],
    pub(super) budget: Budget,
    revisions: Vec<Revision>,
    findings: RefCell<Vec<Finding>>,
    /// Objects that were asked for, by number and the revision that defines them.
    objects: RefCell<BTreeMap<(u32, usize), Rc<Located>>>,
    /// Decoded object streams, by where their bytes start.
    object_streams: RefCell<BTreeMap<usize, Rc<ObjectStream>>>,
    /// The greatest number that objects of each revision refer to, once it was asked for.
    pub(super) mentioned: OnceCell<Vec<u32>>,
}

/// What one save added to the file (ISO 32000-2 7.5.6).
#[derive(Debug)]
pub struct Revision {
    /// Its bytes: from the end of the revision before it to the end of line after its `%%EOF`.
    pub span: Span,
    /// One past its `%%EOF`: a signature may end here or after the end of line.
    pub mark_end: usize,
    /// Where its newest cross-reference section begins: what an update's /Prev names.
    pub start: usize,
    /// Its trailer.
    pub trailer: Dictionary,
    /// Whether it has cross-references that old programs don't see (ISO 32000-2 7.5.8.4).
    pub is_hybrid: bool,
    /// Whether its newest cross-references are a stream (ISO 32000-2 7.5.8) and not a table.
    pub has_reference_stream: bool,
    /// The offset that its /Prev names.
    pub(super) previous: Option<usize>,
    pub(super) places: Places,
    /// The bytes of its cross-reference sections.
    pub(super) sections: Vec<Span>,
}

/// An object and where it is defined.
#[derive(Debug, Clone)]
pub struct Located {
    /// Its number.
    pub number: u32,
    /// Its generation; 0 in an object stream.
    pub generation: u16,
    /// The revision that defines it, from 0.
    pub revision: usize,
    /// Its value; spans count from the start of the file, or of the decoded object stream.
    pub value: Value,
    /// Its bytes from `N G obj` to `endobj`; `None` in an object stream.
    pub span: Option<Span>,
}

/// An object stream, decoded (ISO 32000-2 7.5.7).
#[derive(Debug)]
pub(super) struct ObjectStream {
    /// All its bytes.
    pub decoded: Vec<u8>,
    /// The numbers of its objects, and where they start in the bytes.
    pub rows: Vec<(u32, usize)>,
}

impl<'a> File<'a> {
    /// Reads the structure of `bytes` within `budget`.
    pub(super) fn read(bytes: &'a [u8], budget: Budget) -> Result<File<'a>, ReadError> {
        if !bytes.starts_with(b"%PDF-") {
            return Err(ReadError::NoHeader);
        }
        let mut findings = Vec::new();
        let (start, end) = end_of_file(bytes, &budget, &mut findings)?;
        let mut sections = Vec::new();
        let mut seen = BTreeSet::new();
        let mut next = Some(start);
        while let Some(at) = next {
            if !seen.insert(at) {
                return Err(ReadError::Circle(at));
            }
            let section = section::read(bytes, at, &budget, &mut findings)?;
            next = section.previous;
            sections.push(section);
        }
        sections.reverse();
        let revisions = revisions(bytes, sections, &mut findings)?;
        // The last startxref may lead back into the file, past revisions that other programs see.
        if let Some(known) = revisions.last().filter(|known| known.mark_end != end) {
            findings.push(Finding { kind: FindingKind::MisleadingStart, at: known.span.end });
        }
        Ok(File {
            bytes,
            budget,
            revisions,
            findings: RefCell::new(findings),
            objects: RefCell::default(),
            object_streams: RefCell::default(),
            mentioned: OnceCell::new(),
        })
    }

    /// The bytes of the file.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The revisions, oldest first; there is at least one.
    pub fn revisions(&self) -> &[Revision] {
        &self.revisions
    }

    /// The index of the last revision.
    pub fn last(&self) -> usize {
        self.revisions.len().saturating_sub(1)
    }

    /// Where the first revision ends: the report as it was issued.
    pub fn first_revision_end(&self) -> usize {
        self.revisions.first().map_or(self.bytes.len(), |revision| revision.span.end)
    }

    /// What was noticed so far; objects are looked at only when they are asked for.
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = self.findings.borrow().clone();
        findings.sort_unstable();
        findings.dedup();
        findings
    }

    /// The object `number` as a reader of revision `revision` sees it; `None` where it is free or
    /// was never there.
    ///
    /// # Errors
    /// The object is not where the cross-references say, or is not written as it must be.
    pub fn object(&self, number: u32, revision: usize) -> Result<Option<Rc<Located>>, ReadError> {
        match self.place(number, revision)? {
            Some((place, defined)) => self.load(number, place, defined),
            None => Ok(None),
        }
    }

    /// The revision, up to `revision`, that says where object `number` is.
    ///
    /// # Errors
    /// The budget is used up.
    pub fn defining(&self, number: u32, revision: usize) -> Result<Option<usize>, ReadError> {
        let place = self.place(number, revision)?;
        Ok(place.filter(|(place, _)| *place != Place::Free).map(|(_, revision)| revision))
    }

    /// Where object `number` is for a reader of revision `revision`, and the revision that says so.
    pub(super) fn place(&self, number: u32, revision: usize) -> Result<Option<(Place, usize)>, ReadError> {
        for (index, known) in self.revisions.iter().enumerate().take(revision.saturating_add(1)).rev() {
            self.budget.steps(1)?;
            if let Some(place) = known.places.get(number) {
                return Ok(Some((place, index)));
            }
        }
        Ok(None)
    }

    /// The value that `value` is or refers to, in revision `revision`; null where there is none.
    ///
    /// # Errors
    /// As [`File::object`]; or the references lead in a circle.
    pub fn resolve(&self, value: &Value, revision: usize) -> Result<Value, ReadError> {
        let mut value = value.clone();
        for _ in 0..16 {
            let Object::Reference(number, _) = value.object else {
                return Ok(value);
            };
            match self.object(number, revision)? {
                Some(located) => value = located.value.clone(),
                None => {
                    return Ok(Value { object: Object::Null, span: value.span });
                }
            }
        }
        Err(ReadError::Circle(value.span.start))
    }

    /// Whether two values, of whatever revisions, say the same; references as they stand.
    pub fn same(&self, a: &Value, b: &Value) -> bool {
        match (&a.object, &b.object) {
            (Object::Stream(a, x), Object::Stream(b, y)) => {
                a.same(b) && self.bytes.get(x.start..x.end) == self.bytes.get(y.start..y.end)
            }
            (a, b) => a.same(b),
        }
    }

    /// The document catalog of revision `revision`, with its number.
    ///
    /// # Errors
    /// As [`File::object`].
    pub fn catalog(&self, revision: usize) -> Result<Option<Rc<Located>>, ReadError> {
        let root = self.revisions.get(revision).and_then(|revision| revision.trailer.get("Root"));
        match root.and_then(|root| root.object.as_reference()) {
            Some(number) => self.object(number, revision),
            None => Ok(None),
        }
    }

    /// The numbers of the objects that revision `revision` defines.
    pub fn defined(&self, revision: usize) -> impl Iterator<Item = u32> + '_ {
        self.rows(revision).filter(|(_, place)| *place != Place::Free).map(|(number, _)| number)
    }

    /// The numbers of the objects that revision `revision` says are free.
    pub fn freed(&self, revision: usize) -> impl Iterator<Item = u32> + '_ {
        self.rows(revision).filter(|(_, place)| *place == Place::Free).map(|(number, _)| number)
    }

    pub(super) fn rows(&self, revision: usize) -> impl Iterator<Item = (u32, Place)> + '_ {
        self.revisions.get(revision).into_iter().flat_map(|revision| revision.places.iter())
    }

    /// How many objects revision `revision` lists, free ones too.
    pub fn row_count(&self, revision: usize) -> usize {
        self.revisions.get(revision).map_or(0, |revision| revision.places.len())
    }

    /// The object whose bytes hold the byte at `at`, and the revision that defines it; objects in
    /// object streams have no bytes of their own.
    ///
    /// # Errors
    /// As [`File::object`].
    pub fn holder(&self, at: usize) -> Result<Option<Rc<Located>>, ReadError> {
        for index in 0..self.revisions.len() {
            self.budget.steps(self.row_count(index))?;
            let nearest = self.rows(index).filter_map(|(number, place)| match place {
                Place::At(offset, _) if offset <= at => Some((offset, number, place)),
                _ => None,
            });
            let Some((_, number, place)) = nearest.max_by_key(|(offset, ..)| *offset) else {
                continue;
            };
            let located = self.load(number, place, index)?;
            let holds =
                |located: &Rc<Located>| located.span.is_some_and(|span| (span.start..span.end).contains(&at));
            if let Some(located) = located.filter(holds) {
                return Ok(Some(located));
            }
        }
        Ok(None)
    }

    /// The decoded bytes of a stream that is plain or Flate-compressed.
    ///
    /// # Errors
    /// The stream can't be decoded, or inflates to more than the budget has.
    pub fn stream(&self, dictionary: &Dictionary, data: Span) -> Result<Vec<u8>, ReadError> {
        stream::decode(self.bytes, dictionary, data, &self.budget)
    }

    /// Notes that other programs may read what stands at `at` in another way.
    pub fn note(&self, kind: FindingKind, at: usize) {
        self.findings.borrow_mut().push(Finding { kind, at });
    }

    pub(super) fn load(
        &self,
        number: u32,
        place: Place,
        revision: usize,
    ) -> Result<Option<Rc<Located>>, ReadError> {
        if place == Place::Free {
            return Ok(None);
        }
        if let Some(known) = self.objects.borrow().get(&(number, revision)) {
            return Ok(Some(Rc::clone(known)));
        }
        let located = match place {
            Place::Free => return Ok(None),
            Place::At(offset, generation) => {
                let mut parser = Parser::new(self.bytes, offset, &self.budget);
                // Some programs name the end of line before it.
                parser.skip_white();
                let start = parser.at();
                let length = |length: u32| self.plain_integer(length, revision);
                let (found, found_generation, value) = parser.indirect(length)?;
                if (found, found_generation) != (number, generation) {
                    return Err(ReadError::Misplaced(number));
                }
                let span = Span { start, end: parser.at() };
                let data = match &value.object {
                    Object::Stream(_, data) => data.end - data.start,
                    _ => 0,
                };
                self.budget.scan((span.end - offset).saturating_sub(data))?;
                self.findings.borrow_mut().extend(parser.into_findings());
                Located { number, generation, revision, value, span: Some(span) }
            }
            Place::In(stream, index) => {
                let value = self.inside(number, stream, index, revision)?;
                Located { number, generation: 0, revision, value, span: None }
            }
        };
        let located = Rc::new(located);
        self.objects.borrow_mut().insert((number, revision), Rc::clone(&located));
        Ok(Some(located))
    }

    /// The value of an object that is a plain number: what a /Length may refer to. It can't be a
    /// stream, so this doesn't call itself.
    fn plain_integer(&self, number: u32, revision: usize) -> Result<Option<i64>, ReadError> {
        let Some((Place::At(offset, generation), _)) = self.place(number, revision)? else {
            return Ok(None);
        };
        let mut parser = Parser::new(self.bytes, offset, &self.budget);
        let (found, found_generation, value) = parser.indirect(|_| Ok(None))?;
        if (found, found_generation) != (number, generation) {
            return Err(ReadError::Misplaced(number));
        }
        self.budget.scan(parser.at() - offset)?;
        Ok(value.object.as_integer())
    }

    /// The object stream `number` as a reader of revision `revision` sees it, and where its bytes stand.
    pub(super) fn object_stream(
        &self,
        number: u32,
        revision: usize,
    ) -> Result<(Rc<ObjectStream>, usize), ReadError> {
        // An object stream can't stand in another one.
        let Some((place @ Place::At(..), defined)) = self.place(number, revision)? else {
            return Err(ReadError::Misplaced(number));
        };
        let located = self.load(number, place, defined)?.ok_or(ReadError::Misplaced(number))?;
        let Object::Stream(dictionary, data) = &located.value.object else {
            return Err(ReadError::Misplaced(number));
        };
        if dictionary.name("Type") != Some(b"ObjStm") {
            return Err(ReadError::Misplaced(number));
        }
        if let Some(known) = self.object_streams.borrow().get(&data.start) {
            return Ok((Rc::clone(known), data.start));
        }
        let decoded = self.stream(dictionary, *data)?;
        let wrong = || ReadError::Stream(data.start);
        let whole = |key| dictionary.integer(key).and_then(|number| usize::try_from(number).ok());
        let (Some(first), Some(count)) = (whole("First"), whole("N")) else {
            return Err(wrong());
        };
        // A row takes four bytes at least.
        if count > decoded.len() / 4 + 1 {
            return Err(wrong());
        }
        self.budget.steps(count)?;
        let mut header = Parser::new(&decoded, 0, &self.budget);
        let mut rows = Vec::with_capacity(count);
        for _ in 0..count {
            header.skip_space();
            let number = u32::try_from(header.unsigned()?).map_err(|_| wrong())?;
            header.skip_space();
            let offset = usize::try_from(header.unsigned()?).map_err(|_| wrong())?;
            rows.push((number, first.checked_add(offset).ok_or_else(wrong)?));
        }
        let stream = Rc::new(ObjectStream { decoded, rows });
        self.object_streams.borrow_mut().insert(data.start, Rc::clone(&stream));
        Ok((stream, data.start))
    }

    /// The `index`th object of the object stream `stream`.
    fn inside(&self, number: u32, stream: u32, index: usize, revision: usize) -> Result<Value, ReadError> {
        let (stream, at) = self.object_stream(stream, revision)?;
        let Some((_, start)) = stream.rows.get(index).filter(|(found, _)| *found == number) else {
            return Err(ReadError::Misplaced(number));
        };
        let mut parser = Parser::new(&stream.decoded, *start, &self.budget);
        let value = parser.value()?;
        self.budget.scan(parser.at() - start)?;
        // What is inside of a stream is told where the stream stands.
        let findings = parser.into_findings().into_iter().map(|finding| Finding { at, ..finding });
        self.findings.borrow_mut().extend(findings);
        Ok(value)
    }
}

/// The most white space after the last `%%EOF`, in bytes: mail gateways add some, and programs look for `startxref` in
/// the last thousand bytes.
const LONGEST_END: usize = 512;

/// Finds `startxref` before the last `%%EOF` and gives the offset that it names, and the end of that
/// mark.
fn end_of_file(
    bytes: &[u8],
    budget: &Budget,
    findings: &mut Vec<Finding>,
) -> Result<(usize, usize), ReadError> {
    const MARK: &[u8] = b"%%EOF";
    let end = bytes.windows(MARK.len()).rposition(|window| window == MARK).ok_or(ReadError::NoEnd)?;
    let after = end + MARK.len();
    let rest = bytes.get(after..).unwrap_or_default();
    let foreign = rest.iter().position(|byte| !is_space(*byte));
    let foreign = foreign.or_else(|| (rest.len() > LONGEST_END).then_some(LONGEST_END));
    if let Some(foreign) = foreign {
        findings.push(Finding { kind: FindingKind::TrailingBytes, at: after + foreign });
    }
    let before = bytes.get(..end).unwrap_or_default();
    const WORD: &[u8] = b"startxref";
    let start = before.windows(WORD.len()).rposition(|window| window == WORD).ok_or(ReadError::NoEnd)?;
    let mut parser = Parser::new(bytes, start, budget);
    if !parser.take(WORD) {
        return Err(ReadError::NoEnd);
    }
    parser.skip_white();
    let offset = parser.unsigned()?;
    parser.skip_white();
    if parser.at() != end {
        return parser.fail("%%EOF");
    }
    let offset = usize::try_from(offset).map_err(|_| ReadError::NoEnd)?;
    Ok((offset, after))
}

/// Makes revisions of sections that are given oldest first.
fn revisions(
    bytes: &[u8],
    sections: Vec<Section>,
    findings: &mut Vec<Finding>,
) -> Result<Vec<Revision>, ReadError> {
    let mut revisions: Vec<Revision> = Vec::new();
    let mut starts = Vec::new();
    let mut end = 0;
    for section in sections {
        match revisions.last_mut() {
            // A linearized file has two sections for its first revision, the second of which stands
            // in front (ISO 32000-2 Annex F).
            Some(first) if first.span.start == 0 && section.span.end <= first.span.end => {
                first.places.extend(section.places);
                first.trailer = section.trailer;
                first.start = section.span.start;
                first.has_reference_stream = section.is_stream;
                first.is_hybrid |= section.hybrid.is_some();
                first.sections.extend(std::iter::once(section.span).chain(section.hybrid));
            }
            Some(_) if section.span.start < end => {
                return Err(ReadError::Circle(section.span.start));
            }
            _ => {
                let span = Span { start: end, end: section.span.end };
                end = span.end;
                let Some(start) = section.start else {
                    return Err(ReadError::Syntax { at: section.span.end, expected: "startxref" });
                };
                starts.push(start);
                revisions.push(Revision {
                    span,
                    mark_end: section.mark_end,
                    start: section.span.start,
                    trailer: section.trailer,
                    is_hybrid: section.hybrid.is_some(),
                    has_reference_stream: section.is_stream,
                    previous: section.previous,
                    places: section.places,
                    sections: section.hybrid.into_iter().chain([section.span]).collect(),
                });
            }
        }
    }
    for (revision, start) in revisions.iter().zip(starts) {
        let start = usize::try_from(start).ok();
        // Some programs name the end of line before it.
        let between = start.and_then(|start| bytes.get(start..revision.start));
        if !between.is_some_and(|between| between.iter().all(|byte| is_space(*byte))) {
            findings.push(Finding { kind: FindingKind::MisleadingStart, at: revision.mark_end });
        }
    }
    Ok(revisions)
}

/// Reads the structure of the PDF `bytes`, with the usual limits.
///
/// # Errors
/// The file is not a PDF that can be read strictly.
pub fn read(bytes: &[u8]) -> Result<File<'_>, ReadError> {
    File::read(bytes, Budget::default())
}
