//! An incremental update (ISO 32000-2 7.5.6): new and changed objects appended to a file whose bytes
//! stay as they are.

use std::collections::{BTreeMap, HashMap};

use lopdf::xref::XrefType;
use lopdf::{Dictionary, Document, Object, ObjectId, Writer};

use super::PdfError;

/// An update in the making.
#[derive(Debug)]
pub struct Update {
    base: Document,
    previous: usize,
    next: u32,
    changed: BTreeMap<ObjectId, Object>,
}

/// Where an object stands in the bytes of an update.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Offset of its first byte after `N G obj`.
    pub start: usize,
}

impl Update {
    /// Begins an update of the file `bytes`.
    ///
    /// # Errors
    /// The file is not a PDF, is encrypted, or keeps its cross-references in streams.
    pub fn of(bytes: &[u8]) -> Result<Update, PdfError> {
        let base = Document::load_mem(bytes)?;
        // A file whose password is empty is decrypted while it is loaded.
        if base.is_encrypted() || base.was_encrypted() {
            return Err(PdfError::Encrypted);
        }
        if !matches!(base.reference_table.cross_reference_type, XrefType::CrossReferenceTable) {
            return Err(PdfError::Missing("cross-reference table"));
        }
        let previous = base.xref_start;
        let next = base.max_id.checked_add(1).ok_or(PdfError::Missing("free object number"))?;
        Ok(Update { base, previous, next, changed: BTreeMap::new() })
    }

    /// The file as it was.
    pub fn base(&self) -> &Document {
        &self.base
    }

    /// Adds a new object.
    pub fn add(&mut self, object: impl Into<Object>) -> ObjectId {
        let id = self.reserve();
        self.changed.insert(id, object.into());
        id
    }

    /// Takes the number of an object that follows.
    pub fn reserve(&mut self) -> ObjectId {
        let id = (self.next, 0);
        self.next += 1;
        id
    }

    /// Puts `object` in the place of the object `id`.
    pub fn set(&mut self, id: ObjectId, object: impl Into<Object>) {
        self.changed.insert(id, object.into());
    }

    /// Copies `object` of another file with everything that it refers to.
    ///
    /// # Errors
    /// It refers to something that isn't there.
    pub fn import(&mut self, source: &Document, object: &Object) -> Result<Object, PdfError> {
        let mut copied = HashMap::new();
        let mut queue = Vec::new();
        let object = self.renumber(object, &mut copied, &mut queue);
        while let Some((from, to)) = queue.pop() {
            let inner = source.get_object(from)?.clone();
            let inner = self.renumber(&inner, &mut copied, &mut queue);
            self.changed.insert(to, inner);
        }
        Ok(object)
    }

    /// `object` with references to copies; new ones are queued.
    fn renumber(
        &mut self,
        object: &Object,
        copied: &mut HashMap<ObjectId, ObjectId>,
        queue: &mut Vec<(ObjectId, ObjectId)>,
    ) -> Object {
        match object {
            Object::Reference(from) => {
                let to = *copied.entry(*from).or_insert_with(|| {
                    let to = (self.next, 0);
                    self.next += 1;
                    queue.push((*from, to));
                    to
                });
                Object::Reference(to)
            }
            Object::Array(items) => {
                Object::Array(items.iter().map(|item| self.renumber(item, copied, queue)).collect())
            }
            Object::Dictionary(dictionary) => {
                Object::Dictionary(self.renumber_dictionary(dictionary, copied, queue))
            }
            Object::Stream(stream) => {
                let mut stream = stream.clone();
                stream.dict = self.renumber_dictionary(&stream.dict, copied, queue);
                Object::Stream(stream)
            }
            other => other.clone(),
        }
    }

    fn renumber_dictionary(
        &mut self,
        dictionary: &Dictionary,
        copied: &mut HashMap<ObjectId, ObjectId>,
        queue: &mut Vec<(ObjectId, ObjectId)>,
    ) -> Dictionary {
        let entries = dictionary.iter();
        entries.map(|(key, value)| (key.clone(), self.renumber(value, copied, queue))).collect()
    }

    /// Appends the update to `file`, which must be the bytes that it was begun with, and says where
    /// each object stands.
    ///
    /// # Errors
    /// The file would be longer than a cross-reference table can say.
    pub fn append_to(self, file: &mut Vec<u8>) -> Result<BTreeMap<ObjectId, Written>, PdfError> {
        if !file.ends_with(b"\n") {
            file.push(b'\n');
        }
        let mut places = BTreeMap::new();
        let mut offsets = BTreeMap::new();
        for (id, object) in &self.changed {
            offsets.insert(*id, file.len());
            file.extend_from_slice(format!("{} {} obj\n", id.0, id.1).as_bytes());
            places.insert(*id, Written { start: file.len() });
            Writer::write_object(file, object)?;
            file.extend_from_slice(b"\nendobj\n");
        }
        let table = file.len();
        if table as u64 >= 10_000_000_000 {
            return Err(PdfError::Missing("room: it is too long"));
        }
        file.extend_from_slice(b"xref\n");
        for run in runs(&offsets) {
            let Some(((first, _), _)) = run.first() else {
                continue;
            };
            file.extend_from_slice(format!("{first} {}\n", run.len()).as_bytes());
            for ((_, generation), offset) in run {
                file.extend_from_slice(format!("{offset:010} {generation:05} n\r\n").as_bytes());
            }
        }
        let mut trailer = Dictionary::new();
        trailer.set("Size", i64::from(self.next));
        for key in [b"Root".as_slice(), b"Info", b"ID"] {
            if let Ok(value) = self.base.trailer.get(key) {
                trailer.set(key, value.clone());
            }
        }
        trailer.set("Prev", i64::try_from(self.previous).map_err(|_| PdfError::Missing("startxref"))?);
        file.extend_from_slice(b"trailer\n");
        Writer::write_object(file, &Object::Dictionary(trailer))?;
        file.extend_from_slice(format!("\nstartxref\n{table}\n%%EOF\n").as_bytes());
        Ok(places)
    }
}

/// Consecutive object numbers, as the subsections of a cross-reference table have them.
fn runs(offsets: &BTreeMap<ObjectId, usize>) -> Vec<Vec<(ObjectId, usize)>> {
    let mut runs: Vec<Vec<(ObjectId, usize)>> = Vec::new();
    for (id, offset) in offsets {
        match runs.last_mut() {
            Some(run) if run.last().is_some_and(|(last, _)| last.0 + 1 == id.0) => run.push((*id, *offset)),
            _ => runs.push(vec![(*id, *offset)]),
        }
    }
    runs
}
