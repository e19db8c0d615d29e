//! Empty signature fields in files that are written as a whole: what a field is before anybody signs in it.

use lopdf::{Document, Object, ObjectId, dictionary};
use serde::{Deserialize, Serialize};

use super::error::PdfError;
use super::names::CORNER;
use super::objects::{ascii, real, text_string, to_lopdf};
use super::writer::{blank, lock};
use crate::role::Role;

/// An empty signature field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SignatureField {
    /// Who signs in it.
    pub role: Role,
    /// The page that it stands on, from 0.
    pub page: usize,
    /// Left, bottom, right and top, in points.
    #[serde(with = "exact")]
    pub rect: [f64; 4],
    /// What a screen reader says of it (ISO 14289-1 7.18.1).
    pub tooltip: String,
    /// What its stamp says before the time, for a field in the top right corner.
    pub corner: Option<String>,
}

/// Numbers bit by bit: through decimal digits they could come out as their neighbours, and other bytes with them.
mod exact {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(numbers: &[f64; 4], to: S) -> Result<S::Ok, S::Error> {
        numbers.map(f64::to_bits).serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<[f64; 4], D::Error> {
        Ok(<[u64; 4]>::deserialize(from)?.map(f64::from_bits))
    }
}

/// Puts an empty field and its widget on `page`.
pub(super) fn place_field(
    pdf: &mut Document,
    page: ObjectId,
    field: &SignatureField,
) -> Result<ObjectId, PdfError> {
    let [left, bottom, right, top] = field.rect;
    // Every annotation that is seen must have an appearance (ISO 19005-3 6.3.3); this one is blank.
    let blank = pdf.add_object(to_lopdf(blank(right - left, top - bottom).into()));
    let mut widget = dictionary! {
        "Type" => "Annot",
        "Subtype" => "Widget",
        "FT" => "Sig",
        "T" => ascii(field.role.field_name()),
        "TU" => text_string(&field.tooltip),
        "F" => 4,
        "P" => page,
        "Rect" => vec![real(left), real(bottom), real(right), real(top)],
        "AP" => dictionary! { "N" => blank },
    };
    if field.role == Role::Agency {
        // The seal closes the file (ISO 32000-2 12.7.5.5).
        widget.set("Lock", pdf.add_object(to_lopdf(lock().into())));
    }
    if let Some(corner) = &field.corner {
        widget.set(CORNER, text_string(corner));
    }
    let widget = pdf.add_object(widget);
    annotate(pdf, page, widget)?;
    Ok(widget)
}

/// Puts the annotation `widget` on `page`.
pub(super) fn annotate(pdf: &mut Document, page: ObjectId, widget: ObjectId) -> Result<(), PdfError> {
    // A page may share its list of annotations, or keep it elsewhere.
    let mut annotations = match pdf.get_dictionary(page)?.get(b"Annots") {
        Ok(Object::Reference(id)) => pdf.get_object(*id)?.as_array()?.clone(),
        Ok(list) => list.as_array()?.clone(),
        Err(_) => Vec::new(),
    };
    annotations.push(widget.into());
    pdf.get_dictionary_mut(page)?.set("Annots", annotations);
    Ok(())
}
