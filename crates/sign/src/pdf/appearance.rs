//! What a field shows: the only page of a small PDF, as a form XObject (ISO 32000-2 8.10).

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::error::PdfError;
use super::objects::{compressed, from_lopdf, to_lopdf};
use super::writer;
use super::writer::Target;

/// An appearance, ready to be put into a field.
#[derive(Debug, Clone)]
pub struct Appearance(pub(crate) writer::NewAppearance);

impl Appearance {
    /// Takes the first page of `pdf`, which is as large as the field.
    ///
    /// # Errors
    /// `pdf` is not a PDF with a page.
    pub fn of(pdf: &[u8]) -> Result<Appearance, PdfError> {
        let source = Document::load_mem(pdf)?;
        let page = source.page_iter().next().ok_or(PdfError::Missing("page in the appearance"))?;
        let inherited = |key: &[u8]| {
            let mut node = source.get_dictionary(page).ok()?;
            loop {
                if let Ok(value) = node.get(key) {
                    return Some(value.clone());
                }
                node =
                    source.get_dictionary(node.get(b"Parent").and_then(Object::as_reference).ok()?).ok()?;
            }
        };
        let bounds = inherited(b"MediaBox").ok_or(PdfError::Missing("MediaBox in the appearance"))?;
        let resources = inherited(b"Resources").unwrap_or_else(|| Dictionary::new().into());
        Ok(Appearance(writer::NewAppearance {
            bounds: from_lopdf(&bounds),
            content: compressed(source.get_page_content(page))?,
            resources: from_lopdf(&resources),
            objects: reachable(&source, &resources)?,
        }))
    }

    /// Adds it to `pdf`, which is written as a whole.
    ///
    /// # Errors
    /// It refers to something that isn't there.
    pub(super) fn add_to(&self, pdf: &mut Document) -> Result<ObjectId, PdfError> {
        Ok(self.0.add_to(&mut Whole(pdf))?)
    }
}

/// A file that is written as a whole.
struct Whole<'d>(&'d mut Document);

impl Target for Whole<'_> {
    fn reserve(&mut self) -> ObjectId {
        self.0.new_object_id()
    }

    fn put(&mut self, id: ObjectId, object: writer::NewObject) {
        self.0.objects.insert(id, to_lopdf(object));
    }
}

/// Everything that `object` refers to, directly or not.
fn reachable(source: &Document, object: &Object) -> Result<BTreeMap<ObjectId, writer::NewObject>, PdfError> {
    let mut found = BTreeMap::new();
    let mut queue = references(object);
    while let Some(id) = queue.pop() {
        if let Entry::Vacant(new) = found.entry(id) {
            let object = source.get_object(id)?;
            queue.extend(references(object));
            new.insert(from_lopdf(object));
        }
    }
    Ok(found)
}

/// What `object` itself refers to.
fn references(object: &Object) -> Vec<ObjectId> {
    match object {
        Object::Reference(id) => vec![*id],
        Object::Array(items) => items.iter().flat_map(references).collect(),
        Object::Dictionary(dictionary) => {
            dictionary.iter().flat_map(|(_, value)| references(value)).collect()
        }
        Object::Stream(stream) => stream.dict.iter().flat_map(|(_, value)| references(value)).collect(),
        _ => Vec::new(),
    }
}
