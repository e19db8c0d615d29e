//! What a signature field is before anybody signs in it, and how fields come into a form.

use super::error::UpdateError;
use super::object::{NewDictionary, NewObject, Stream};
use super::update::Update;
use crate::form::Form;

/// What the agency's seal does: it closes the file (ISO 32000-2 12.7.5.5).
pub fn lock() -> NewDictionary {
    NewDictionary::new().with("Type", "SigFieldLock").with("Action", "All").with("P", 1)
}

/// An appearance that shows nothing, `width` × `height` points.
pub fn blank(width: f64, height: f64) -> Stream {
    let bounds = vec![0.into(), 0.into(), NewObject::points(width), NewObject::points(height)];
    let dictionary = NewDictionary::new()
        .with("Type", "XObject")
        .with("Subtype", "Form")
        .with("BBox", bounds)
        .with("Resources", NewDictionary::new());
    Stream::new(dictionary, Vec::new())
}

/// Puts `fields` into the form of the file; a file without one gets one.
///
/// # Errors
/// The form can't be changed.
pub fn join(update: &mut Update<'_>, form: &Form, fields: &[NewObject]) -> Result<(), UpdateError> {
    let (catalog, _) = update.catalog()?;
    match (&form.dictionary, form.number) {
        (None, _) => {
            let form = update.add(NewDictionary::new().with("Fields", fields.to_vec()).with("SigFlags", 3));
            update.edit(catalog)?.set("AcroForm", form);
        }
        (Some(_), Some(number)) => {
            update.extend(number, "Fields", fields)?;
            update.edit(number)?.set("SigFlags", 3);
        }
        (Some(_), None) => update.extend_inside(catalog, "AcroForm", &[("Fields", fields.to_vec())])?,
    }
    Ok(())
}
