//! A document time-stamp in a field of its own (ISO 32000-2 12.8.5).

use super::error::UpdateError;
use super::field::join;
use super::gap::{Unfilled, make_room};
use super::object::{NewDictionary, NewObject};
use super::update::Update;
use crate::form;
use crate::names::TIME_STAMP_FIELD;

/// Puts a field with room for a time-stamp of `room` bytes into `update`.
///
/// # Errors
/// The file has no page, or its form can't be read.
pub fn time_stamp(mut update: Update<'_>, room: usize) -> Result<Unfilled, UpdateError> {
    let (file, revision) = update.base();
    let form = form::read(file, revision)?;
    let page = form::page(file, revision, 1)?.ok_or(UpdateError::Missing("page"))?;
    let mut stamp = NewDictionary::new()
        .with("Type", "DocTimeStamp")
        .with("Filter", "Adobe.PPKLite")
        .with("SubFilter", "ETSI.RFC3161");
    make_room(&mut stamp, room);
    let stamp = update.add(stamp);
    let taken = |name: &String| form.fields.iter().any(|field| field.name == *name);
    let name = (1..).map(|number| format!("{TIME_STAMP_FIELD}{number}")).find(|name| !taken(name));
    // It shows nowhere: an empty rectangle beside the page, so that a tagged file stays one
    // (ISO 14289-1 7.18.1).
    let widget = NewDictionary::new()
        .with("Type", "Annot")
        .with("Subtype", "Widget")
        .with("FT", "Sig")
        .with("T", NewObject::literal(&name.unwrap_or_default()))
        // Print, and Locked.
        .with("F", 132)
        .with("P", (page.number, page.generation))
        .with("Rect", vec![NewObject::Integer(0); 4])
        .with("V", stamp);
    let widget = update.add(widget);
    update.extend(page.number, "Annots", &[widget.into()])?;
    join(&mut update, &form, &[widget.into()])?;
    Unfilled::of(update, stamp, room)
}
