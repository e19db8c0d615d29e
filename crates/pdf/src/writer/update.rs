//! An incremental update (ISO 32000-2 7.5.6): new and changed objects appended to a file whose bytes
//! stay as they are.
//!
//! The base is never loaded as a whole: objects that change are read one by one, and what stays the same
//! in them is written again as it was.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use sha2::{Digest, Sha256};
use vanthu_base::hex;

use super::error::UpdateError;
use super::object::{NewDictionary, NewObject, ObjectId, write_name, write_value};
use super::sections::{write_stream, write_table};
use crate::reader::{self, File, Value};

/// An update in the making.
#[derive(Debug)]
pub struct Update<'f> {
    base: &'f File<'f>,
    /// The revision that it follows.
    revision: usize,
    /// How long what is taken over of one object of the base may be.
    limit: usize,
    next: u32,
    /// New objects, and arrays of the base that became longer, as they are written.
    written: BTreeMap<ObjectId, Vec<u8>>,
    /// Dictionaries that change, by number.
    edits: BTreeMap<u32, Edit>,
}

/// The bytes that follow the base.
#[derive(Debug)]
pub struct AppendedRevision {
    /// What is appended.
    pub bytes: Vec<u8>,
    /// Where the value of each object stands in them.
    pub places: BTreeMap<ObjectId, usize>,
}

/// A dictionary, to be written again with other values of some keys.
#[derive(Debug, Clone)]
pub struct Edit {
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
    pub fn set(&mut self, key: &str, object: impl Into<NewObject>) {
        self.put(key, object.into().to_bytes());
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

impl<'f> Update<'f> {
    /// Begins an update of `base`.
    ///
    /// # Errors
    /// The file is encrypted, or has no object number left.
    pub fn of(base: &'f File<'f>) -> Result<Update<'f>, UpdateError> {
        Update::after(base, base.last(), usize::MAX)
    }

    /// Begins the update that revision `revision` of `file` is once more: it follows what was there before.
    ///
    /// # Errors
    /// As [`Update::of`]; or it follows nothing.
    pub fn again(file: &'f File<'f>, revision: usize) -> Result<Update<'f>, UpdateError> {
        const MISSING: UpdateError = UpdateError::Missing("revision");
        let span = file.revisions().get(revision).ok_or(MISSING)?.span;
        Update::after(file, revision.checked_sub(1).ok_or(MISSING)?, span.end - span.start)
    }

    fn after(base: &'f File<'f>, last: usize, limit: usize) -> Result<Update<'f>, UpdateError> {
        let revisions = base.revisions().get(..=last).unwrap_or_default();
        if revisions.iter().any(|revision| revision.trailer.get("Encrypt").is_some()) {
            return Err(UpdateError::Encrypted);
        }
        let sizes = revisions.iter().filter_map(|revision| revision.trailer.integer("Size"));
        let size = sizes.max().and_then(|size| u32::try_from(size).ok()).unwrap_or(0);
        // What refers to an object that is not there must not find a new one.
        let next = base.unused(last)?.max(size);
        // What an update may take: the appearance, the fields, the validation data.
        if next > u32::MAX / 2 {
            return Err(UpdateError::Missing("free object number"));
        }
        Ok(Update { base, revision: last, limit, next, written: BTreeMap::new(), edits: BTreeMap::new() })
    }

    /// The file as it was, and its last revision.
    pub fn base(&self) -> (&'f File<'f>, usize) {
        (self.base, self.revision)
    }

    /// Where it begins in the file.
    pub fn start(&self) -> usize {
        let next = self.base.revisions().get(self.revision + 1);
        next.map_or(self.base.bytes().len(), |next| next.span.start)
    }

    /// The catalog of the file as it was.
    ///
    /// # Errors
    /// It has none.
    pub fn catalog(&self) -> Result<ObjectId, UpdateError> {
        let catalog = self.base.catalog(self.revision)?.ok_or(UpdateError::Missing("catalog"))?;
        Ok((catalog.number, catalog.generation))
    }

    /// Takes the number of an object that follows.
    pub fn reserve(&mut self) -> ObjectId {
        let id = (self.next, 0);
        self.next += 1;
        id
    }

    /// Puts `object` under a number that was taken.
    pub fn put(&mut self, id: ObjectId, object: &NewObject) {
        self.written.insert(id, object.to_bytes());
    }

    /// Adds a new object.
    pub fn add(&mut self, object: impl Into<NewObject>) -> ObjectId {
        let id = self.reserve();
        self.put(id, &object.into());
        id
    }

    /// Adds a new dictionary that is changed further.
    pub fn add_edit(&mut self, dictionary: &NewDictionary) -> ObjectId {
        let entries = dictionary.iter().map(|(key, value)| (key.to_vec(), value.to_bytes())).collect();
        let id = self.reserve();
        self.edits.insert(id.0, Edit { generation: 0, entries });
        id
    }

    /// The dictionary that the object `number` is, as this update leaves it.
    ///
    /// # Errors
    /// There is none.
    pub fn edit(&mut self, number: u32) -> Result<&mut Edit, UpdateError> {
        match self.edits.entry(number) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(free) => {
                let object =
                    self.base.object(number, self.revision)?.ok_or(UpdateError::Missing("object"))?;
                let reader::Object::Dictionary(dictionary) = &object.value.object else {
                    return Err(UpdateError::Missing("dictionary"));
                };
                check_weight(&object.value, self.limit)?;
                Ok(free.insert(Edit::of(object.generation, dictionary)))
            }
        }
    }

    /// Adds `objects` to the array `key` of the dictionary that the object `number` is, wherever that array
    /// stands: in the dictionary, or as an object of its own.
    ///
    /// # Errors
    /// There is no such dictionary.
    pub fn extend(&mut self, number: u32, key: &str, objects: &[NewObject]) -> Result<(), UpdateError> {
        let base = self.base.object(number, self.revision)?;
        let known = base.as_ref().and_then(|base| base.value.object.as_dictionary()?.get(key));
        let array = known.and_then(|known| known.object.as_reference());
        let Some(array) = array else {
            let edit = self.edit(number)?;
            return match edit.get(key) {
                Some(array) => extend(array, objects),
                None => {
                    edit.set(key, objects.to_vec());
                    Ok(())
                }
            };
        };
        self.extend_object(array, objects)
    }

    /// Adds `objects` to the array that the object `number` is.
    fn extend_object(&mut self, number: u32, objects: &[NewObject]) -> Result<(), UpdateError> {
        let array = self.base.object(number, self.revision)?.ok_or(UpdateError::Missing("array"))?;
        check_weight(&array.value, self.limit)?;
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
        arrays: &[(&str, Vec<NewObject>)],
    ) -> Result<(), UpdateError> {
        let base = self.base.object(number, self.revision)?.ok_or(UpdateError::Missing("object"))?;
        check_weight(&base.value, self.limit)?;
        let known = base.value.object.as_dictionary().and_then(|base| base.get(key)?.object.as_dictionary());
        let mut edit = Edit::of(0, known.ok_or(UpdateError::Missing("dictionary"))?);
        for (inner, objects) in arrays {
            let array = known.and_then(|known| known.get(inner)?.object.as_reference());
            match (array, edit.get(inner)) {
                (Some(array), _) => self.extend_object(array, objects)?,
                (None, Some(array)) => extend(array, objects)?,
                (None, None) => edit.set(inner, objects.clone()),
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
    pub fn finish(mut self) -> Result<AppendedRevision, UpdateError> {
        for (number, edit) in &self.edits {
            self.written.insert((*number, edit.generation), edit.serialize());
        }
        let newest = self.base.revisions().get(self.revision).ok_or(UpdateError::Missing("revision"))?;
        let length = self.start();
        let mut bytes = Vec::with_capacity(64 << 10);
        if !self.base.bytes().get(..length).is_some_and(|base| base.ends_with(b"\n")) {
            bytes.push(b'\n');
        }
        let mut places = BTreeMap::new();
        let mut offsets = BTreeMap::new();
        let mut digest = Sha256::new().chain_update((length as u64).to_be_bytes());
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
            return Err(UpdateError::Missing("room: it is too long"));
        }
        let is_stream = newest.has_reference_stream;
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
            trailer.extend_from_slice(format!("<{}>]", hex::lower(&changing)).as_bytes());
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
fn extend(array: &mut Vec<u8>, objects: &[NewObject]) -> Result<(), UpdateError> {
    if array.pop() != Some(b']') {
        return Err(UpdateError::Missing("array"));
    }
    for object in objects {
        array.push(b' ');
        object.write(array);
    }
    array.push(b']');
    Ok(())
}

/// Refuses a value that takes more than `limit` bytes when it is written.
fn check_weight(value: &Value, limit: usize) -> Result<(), UpdateError> {
    let mut left = limit;
    let mut queue = vec![value];
    while let Some(value) = queue.pop() {
        let own = match &value.object {
            reader::Object::Name(bytes)
            | reader::Object::Literal(bytes)
            | reader::Object::Hexadecimal(bytes) => bytes.len(),
            reader::Object::Array(values) => {
                queue.extend(values);
                1
            }
            reader::Object::Dictionary(dictionary) | reader::Object::Stream(dictionary, _) => {
                queue.extend(dictionary.0.iter().map(|(_, value)| value));
                dictionary.0.iter().map(|(key, _)| key.len()).sum()
            }
            _ => 1,
        };
        left = left.checked_sub(own).ok_or(UpdateError::Missing("room: an object is too long"))?;
    }
    Ok(())
}

fn written(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_value(&mut bytes, value);
    bytes
}
