//! An incremental update (ISO 32000-2 7.5.6): new and changed objects appended to a file whose bytes
//! stay as they are.
//!
//! The base is never loaded as a whole: objects that change are read one by one, and what stays the same
//! in them is written again as it was.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use lopdf::{Dictionary, Object, ObjectId, Writer};
use sha2::{Digest, Sha256};

use super::copying::Target;
use super::error::PdfError;
use super::reader::{self, File, Value};
use super::writer::{write_name, write_value};

/// An update in the making.
#[derive(Debug)]
pub(crate) struct Update<'f> {
    base: &'f File<'f>,
    next: u32,
    /// New objects, and arrays of the base that became longer, as they are written.
    written: BTreeMap<ObjectId, Vec<u8>>,
    /// Dictionaries that change, by number.
    edits: BTreeMap<u32, Edit>,
}

/// The bytes that follow the base.
#[derive(Debug)]
pub(crate) struct AppendedRevision {
    /// What is appended.
    pub bytes: Vec<u8>,
    /// Where the value of each object stands in them.
    pub places: BTreeMap<ObjectId, usize>,
}

/// A dictionary, to be written again with other values of some keys.
#[derive(Debug, Clone)]
pub(crate) struct Edit {
    generation: u16,
    /// Keys with their values as they are written.
    entries: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Edit {
    fn of(generation: u16, dictionary: &reader::Dictionary) -> Edit {
        let entry = |(key, value): &(Vec<u8>, Value)| (key.clone(), written(value));
        Edit { generation, entries: dictionary.0.iter().map(entry).collect() }
    }

    /// Gives `key` the value `object`.
    ///
    /// # Errors
    /// `object` can't be written.
    pub fn set(&mut self, key: &str, object: impl Into<Object>) -> Result<(), PdfError> {
        self.put(key, serialize(&object.into())?);
        Ok(())
    }

    fn get(&mut self, key: &str) -> Option<&mut Vec<u8>> {
        self.entries.iter_mut().find(|(known, _)| known == key.as_bytes()).map(|(_, value)| value)
    }

    fn put(&mut self, key: &str, value: Vec<u8>) {
        match self.get(key) {
            Some(old) => *old = value,
            None => self.entries.push((key.as_bytes().to_vec(), value)),
        }
    }

    fn serialize(&self) -> Vec<u8> {
        let mut bytes = b"<<".to_vec();
        for (key, value) in &self.entries {
            write_name(&mut bytes, key);
            bytes.push(b' ');
            bytes.extend_from_slice(value);
        }
        bytes.extend_from_slice(b">>");
        bytes
    }
}

impl Target for Update<'_> {
    fn reserve(&mut self) -> ObjectId {
        let id = (self.next, 0);
        self.next += 1;
        id
    }

    fn put(&mut self, id: ObjectId, object: Object) -> Result<(), PdfError> {
        self.written.insert(id, serialize(&object)?);
        Ok(())
    }
}

impl<'f> Update<'f> {
    /// Begins an update of `base`.
    ///
    /// # Errors
    /// The file is encrypted, or has no object number left.
    pub fn of(base: &'f File<'f>) -> Result<Update<'f>, PdfError> {
        let mut next = 1;
        for (index, revision) in base.revisions().iter().enumerate() {
            if revision.trailer.get("Encrypt").is_some() {
                return Err(PdfError::Encrypted);
            }
            let size = revision.trailer.integer("Size").and_then(|size| u32::try_from(size).ok());
            let used = base.defined(index).max().map_or(0, |number| number.saturating_add(1));
            next = next.max(size.unwrap_or(0)).max(used);
        }
        // What an update may take: the appearance, the fields, the validation data.
        if next > u32::MAX / 2 {
            return Err(PdfError::Missing("free object number"));
        }
        Ok(Update { base, next, written: BTreeMap::new(), edits: BTreeMap::new() })
    }

    /// The file as it was.
    pub fn base(&self) -> &'f File<'f> {
        self.base
    }

    /// Adds a new object.
    ///
    /// # Errors
    /// It can't be written.
    pub fn add(&mut self, object: impl Into<Object>) -> Result<ObjectId, PdfError> {
        let id = self.reserve();
        self.written.insert(id, serialize(&object.into())?);
        Ok(id)
    }

    /// Adds a new dictionary that is changed further.
    ///
    /// # Errors
    /// It can't be written.
    pub fn add_edit(&mut self, dictionary: &Dictionary) -> Result<ObjectId, PdfError> {
        let entry = |(key, value): (&Vec<u8>, &Object)| Ok((key.clone(), serialize(value)?));
        let entries = dictionary.iter().map(entry).collect::<Result<_, PdfError>>()?;
        let id = self.reserve();
        self.edits.insert(id.0, Edit { generation: 0, entries });
        Ok(id)
    }

    /// The dictionary that the object `number` is, as this update leaves it.
    ///
    /// # Errors
    /// There is none.
    pub fn edit(&mut self, number: u32) -> Result<&mut Edit, PdfError> {
        match self.edits.entry(number) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(free) => {
                let object =
                    self.base.object(number, self.base.last())?.ok_or(PdfError::Missing("object"))?;
                let reader::Object::Dictionary(dictionary) = &object.value.object else {
                    return Err(PdfError::Missing("dictionary"));
                };
                Ok(free.insert(Edit::of(object.generation, dictionary)))
            }
        }
    }

    /// Adds `objects` to the array `key` of the dictionary that the object `number` is, wherever that array
    /// stands: in the dictionary, or as an object of its own.
    ///
    /// # Errors
    /// There is no such dictionary, or `objects` can't be written.
    pub fn extend(&mut self, number: u32, key: &str, objects: &[Object]) -> Result<(), PdfError> {
        let base = self.base.object(number, self.base.last())?;
        let known = base.as_ref().and_then(|base| base.value.object.as_dictionary()?.get(key));
        let array = known.and_then(|known| known.object.as_reference());
        let Some(array) = array else {
            let edit = self.edit(number)?;
            return match edit.get(key) {
                Some(array) => extend(array, objects),
                None => edit.set(key, objects.to_vec()),
            };
        };
        let array = self.base.object(array, self.base.last())?.ok_or(PdfError::Missing("array"))?;
        let id = (array.number, array.generation);
        extend(self.written.entry(id).or_insert_with(|| written(&array.value)), objects)
    }

    /// Adds objects to arrays of the dictionary `key`, which stands inside of the dictionary that the object
    /// `number` is.
    ///
    /// # Errors
    /// As [`Update::extend`].
    pub fn extend_inside(
        &mut self,
        number: u32,
        key: &str,
        arrays: &[(&str, Vec<Object>)],
    ) -> Result<(), PdfError> {
        let base = self.base.object(number, self.base.last())?.ok_or(PdfError::Missing("object"))?;
        let known = base.value.object.as_dictionary().and_then(|base| base.get(key)?.object.as_dictionary());
        let mut edit = Edit::of(0, known.ok_or(PdfError::Missing("dictionary"))?);
        for (inner, objects) in arrays {
            let array = known.and_then(|known| known.get(inner)?.object.as_reference());
            match (array, edit.get(inner)) {
                (Some(array), _) => {
                    let array =
                        self.base.object(array, self.base.last())?.ok_or(PdfError::Missing("array"))?;
                    let id = (array.number, array.generation);
                    extend(self.written.entry(id).or_insert_with(|| written(&array.value)), objects)?;
                }
                (None, Some(array)) => extend(array, objects)?,
                (None, None) => edit.set(inner, objects.clone())?,
            }
        }
        let serialized = edit.serialize();
        self.edit(number)?.put(key, serialized);
        Ok(())
    }

    /// What is appended to the base: the objects, and cross-references in the style of the base's last
    /// revision, a table or a stream (ISO 32000-2 7.5.8.1: a file keeps to one).
    ///
    /// # Errors
    /// The file would be longer than cross-references can say.
    pub fn finish(mut self) -> Result<AppendedRevision, PdfError> {
        for (number, edit) in &self.edits {
            self.written.insert((*number, edit.generation), edit.serialize());
        }
        let newest = self.base.revisions().last().ok_or(PdfError::Missing("revision"))?;
        let length = self.base.bytes().len();
        let mut bytes = Vec::with_capacity(64 << 10);
        if !self.base.bytes().ends_with(b"\n") {
            bytes.push(b'\n');
        }
        let mut places = BTreeMap::new();
        let mut offsets = BTreeMap::new();
        let mut digest = Sha256::new().chain_update(length.to_be_bytes());
        for (id, object) in &self.written {
            offsets.insert(*id, length + bytes.len());
            bytes.extend_from_slice(format!("{} {} obj\n", id.0, id.1).as_bytes());
            places.insert(*id, bytes.len());
            bytes.extend_from_slice(object);
            bytes.extend_from_slice(b"\nendobj\n");
            digest.update(object);
        }
        let table = length + bytes.len();
        // Ten digits in a table.
        if table as u64 >= 10_000_000_000 {
            return Err(PdfError::Missing("room: it is too long"));
        }
        let is_stream = newest.has_reference_stream();
        let size = if is_stream { self.next + 1 } else { self.next };
        let mut trailer = format!("<</Size {size}/Prev {}", newest.start).into_bytes();
        for key in ["Root", "Info"] {
            if let Some(value) = newest.trailer.get(key) {
                trailer.extend_from_slice(format!("/{key} ").as_bytes());
                write_value(&mut trailer, value);
            }
        }
        // The first half stays, the second tells this revision from those before (ISO 32000-2 14.4).
        let identifier = newest.trailer.get("ID").and_then(|known| known.object.as_array()?.first());
        if let Some(permanent) = identifier {
            trailer.extend_from_slice(b"/ID[");
            write_value(&mut trailer, permanent);
            let changing = digest.finalize().iter().take(16).copied().collect::<Vec<u8>>();
            trailer.extend_from_slice(format!("<{}>]", crate::hex::lower(&changing)).as_bytes());
        }
        if is_stream {
            let own = (self.next, 0);
            offsets.insert(own, table);
            write_stream(&mut bytes, own, &offsets, &trailer);
        } else {
            bytes.extend_from_slice(b"xref\n");
            write_table(&mut bytes, &offsets);
            bytes.extend_from_slice(b"trailer\n");
            bytes.extend_from_slice(&trailer);
            bytes.extend_from_slice(b">>\n");
        }
        bytes.extend_from_slice(format!("startxref\n{table}\n%%EOF\n").as_bytes());
        Ok(AppendedRevision { bytes, places })
    }
}

/// Adds `objects` to an array that is written already.
fn extend(array: &mut Vec<u8>, objects: &[Object]) -> Result<(), PdfError> {
    if array.pop() != Some(b']') {
        return Err(PdfError::Missing("array"));
    }
    for object in objects {
        array.push(b' ');
        Writer::write_object(array, object)?;
    }
    array.push(b']');
    Ok(())
}

fn serialize(object: &Object) -> Result<Vec<u8>, PdfError> {
    let mut bytes = Vec::new();
    Writer::write_object(&mut bytes, object)?;
    Ok(bytes)
}

fn written(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_value(&mut bytes, value);
    bytes
}

/// The rows of a cross-reference table (ISO 32000-2 7.5.4).
fn write_table(bytes: &mut Vec<u8>, offsets: &BTreeMap<ObjectId, usize>) {
    for run in runs(offsets) {
        let Some(((first, _), _)) = run.first() else {
            continue;
        };
        bytes.extend_from_slice(format!("{first} {}\n", run.len()).as_bytes());
        for ((_, generation), offset) in run {
            bytes.extend_from_slice(format!("{offset:010} {generation:05} n\r\n").as_bytes());
        }
    }
}

/// A cross-reference stream (ISO 32000-2 7.5.8), the object `own`.
fn write_stream(bytes: &mut Vec<u8>, own: ObjectId, offsets: &BTreeMap<ObjectId, usize>, trailer: &[u8]) {
    let mut rows = Vec::with_capacity(offsets.len() * 11);
    let mut index = String::new();
    for run in runs(offsets) {
        let Some(((first, _), _)) = run.first() else {
            continue;
        };
        index.push_str(&format!("{first} {} ", run.len()));
        for ((_, generation), offset) in run {
            rows.push(1);
            rows.extend_from_slice(&(offset as u64).to_be_bytes());
            rows.extend_from_slice(&generation.to_be_bytes());
        }
    }
    bytes.extend_from_slice(format!("{} {} obj\n", own.0, own.1).as_bytes());
    bytes.extend_from_slice(trailer);
    let own = format!("/Type/XRef/W[1 8 2]/Index[{}]/Length {}>>\nstream\n", index.trim_end(), rows.len());
    bytes.extend_from_slice(own.as_bytes());
    bytes.extend_from_slice(&rows);
    bytes.extend_from_slice(b"\nendstream\nendobj\n");
}

/// Consecutive object numbers, as the subsections of cross-references have them.
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
