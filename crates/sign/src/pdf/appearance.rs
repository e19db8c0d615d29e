//! What a field shows: the only page of a small PDF, as a form XObject (ISO 32000-2 8.10).

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};

use super::copying::{Target, copy};
use super::error::PdfError;

/// An appearance, ready to be put into a field.
#[derive(Debug, Clone)]
pub struct Appearance {
    source: Document,
    resources: Object,
    /// Without its resources, which lie in `source`.
    form: Stream,
}

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
        let mut form = Stream::new(
            dictionary! { "Type" => "XObject", "Subtype" => "Form", "BBox" => bounds },
            source.get_page_content(page),
        );
        form.compress()?;
        Ok(Appearance { resources, form, source })
    }

    /// Adds it to `target`.
    ///
    /// # Errors
    /// It can't be written.
    pub(crate) fn add_to(&self, target: &mut impl Target) -> Result<ObjectId, PdfError> {
        let mut form = self.form.clone();
        form.dict.set("Resources", copy(&self.source, &self.resources, target)?);
        let id = target.reserve();
        target.put(id, form.into())?;
        Ok(id)
    }
}
