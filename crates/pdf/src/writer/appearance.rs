//! What a field shows: a form XObject with everything that it refers to (ISO 32000-2 8.10).

use std::collections::BTreeMap;

use super::error::UpdateError;
use super::object::{NewDictionary, NewObject, ObjectId, Stream, StreamContent};
use super::update::Update;

/// An appearance, ready to be put into a field.
#[derive(Debug, Clone, PartialEq)]
pub struct NewAppearance {
    /// Its /BBox.
    pub bounds: NewObject,
    /// What it draws.
    pub content: StreamContent,
    /// Its /Resources.
    pub resources: NewObject,
    /// What they refer to, directly or not.
    pub objects: BTreeMap<ObjectId, NewObject>,
}

/// A file that objects are put into.
pub trait Target {
    /// Takes the number of an object that follows.
    fn reserve(&mut self) -> ObjectId;

    /// Puts `object` under a number that was taken.
    fn put(&mut self, id: ObjectId, object: NewObject);
}

impl Target for Update<'_> {
    fn reserve(&mut self) -> ObjectId {
        Update::reserve(self)
    }

    fn put(&mut self, id: ObjectId, object: NewObject) {
        Update::put(self, id, &object);
    }
}

impl NewAppearance {
    /// Adds it to `target`.
    ///
    /// # Errors
    /// It refers to something that isn't there.
    pub fn add_to(&self, target: &mut impl Target) -> Result<ObjectId, UpdateError> {
        let form = NewDictionary::new()
            .with("Type", "XObject")
            .with("Subtype", "Form")
            .with("BBox", self.bounds.clone());
        let mut form = self.content.stream(form);
        form.dictionary.set("Resources", self.copy(&self.resources, target)?);
        let id = target.reserve();
        target.put(id, form.into());
        Ok(id)
    }

    /// Copies `object`, and what it refers to, into `target`.
    fn copy(&self, object: &NewObject, target: &mut impl Target) -> Result<NewObject, UpdateError> {
        let mut copies = Copies::default();
        let object = copies.renumber(object, target);
        while let Some((from, to)) = copies.queue.pop() {
            let inner = self.objects.get(&from).ok_or(UpdateError::Missing("object of an appearance"))?;
            let inner = copies.renumber(inner, target);
            target.put(to, inner);
        }
        Ok(object)
    }
}

/// Which objects were copied where, and which are still to be.
#[derive(Default)]
struct Copies {
    known: BTreeMap<ObjectId, ObjectId>,
    queue: Vec<(ObjectId, ObjectId)>,
}

impl Copies {
    /// `object` with references to copies; new ones are queued.
    fn renumber(&mut self, object: &NewObject, target: &mut impl Target) -> NewObject {
        match object {
            NewObject::Dictionary(dictionary) => {
                NewObject::Dictionary(self.renumber_entries(dictionary, target))
            }
            NewObject::Stream(stream) => NewObject::Stream(Stream {
                dictionary: self.renumber_entries(&stream.dictionary, target),
                data: stream.data.clone(),
            }),
            NewObject::Array(items) => {
                NewObject::Array(items.iter().map(|item| self.renumber(item, target)).collect())
            }
            NewObject::Reference(from) => {
                let to = *self.known.entry(*from).or_insert_with(|| {
                    let to = target.reserve();
                    self.queue.push((*from, to));
                    to
                });
                NewObject::Reference(to)
            }
            other => other.clone(),
        }
    }

    fn renumber_entries(&mut self, dictionary: &NewDictionary, target: &mut impl Target) -> NewDictionary {
        let mut renumbered = NewDictionary::new();
        for (key, value) in dictionary.iter() {
            renumbered.push(key.to_vec(), self.renumber(value, target));
        }
        renumbered
    }
}
