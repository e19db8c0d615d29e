//! Objects copied from one file to another, with everything that they refer to.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::error::PdfError;

/// A file that objects are copied into.
pub(crate) trait Target {
    /// Takes the number of an object that follows.
    fn reserve(&mut self) -> ObjectId;

    /// Puts `object` under a number that was taken.
    ///
    /// # Errors
    /// It can't be written.
    fn put(&mut self, id: ObjectId, object: Object) -> Result<(), PdfError>;
}

impl Target for Document {
    fn reserve(&mut self) -> ObjectId {
        self.new_object_id()
    }

    fn put(&mut self, id: ObjectId, object: Object) -> Result<(), PdfError> {
        self.objects.insert(id, object);
        Ok(())
    }
}

/// Copies `object` of `source` into `target`.
///
/// # Errors
/// It refers to something that isn't there, or can't be written.
pub(crate) fn copy(source: &Document, object: &Object, target: &mut impl Target) -> Result<Object, PdfError> {
    let mut copied = BTreeMap::new();
    let mut queue = Vec::new();
    let object = renumber(object, target, &mut copied, &mut queue);
    while let Some((from, to)) = queue.pop() {
        let inner = renumber(source.get_object(from)?, target, &mut copied, &mut queue);
        target.put(to, inner)?;
    }
    Ok(object)
}

/// `object` with references to copies; new ones are queued.
fn renumber(
    object: &Object,
    target: &mut impl Target,
    copied: &mut BTreeMap<ObjectId, ObjectId>,
    queue: &mut Vec<(ObjectId, ObjectId)>,
) -> Object {
    let mut entries = |dictionary: &Dictionary| -> Dictionary {
        let entries = dictionary.iter();
        entries.map(|(key, value)| (key.clone(), renumber(value, target, copied, queue))).collect()
    };
    match object {
        Object::Dictionary(dictionary) => Object::Dictionary(entries(dictionary)),
        Object::Stream(stream) => {
            let mut stream = stream.clone();
            stream.dict = entries(&stream.dict);
            Object::Stream(stream)
        }
        Object::Array(items) => {
            Object::Array(items.iter().map(|item| renumber(item, target, copied, queue)).collect())
        }
        Object::Reference(from) => {
            let to = *copied.entry(*from).or_insert_with(|| {
                let to = target.reserve();
                queue.push((*from, to));
                to
            });
            Object::Reference(to)
        }
        other => other.clone(),
    }
}
