//! The fields that are signed: found in a document, or added to a file that others made.

use super::error::SignError;
use crate::pdf::form::{self, Field, Form, Kind, Region};
use crate::pdf::names::CORNER;
use crate::pdf::reader::File;
use crate::pdf::writer::{NewDictionary, NewObject, ObjectId, Update, blank, join, lock};
use crate::role::Role;
use crate::verify::Report;

/// A field that a file of others gets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NewField {
    /// Who signs in it.
    pub role: Role,
    /// Where it shows; nowhere otherwise.
    pub region: Option<Region>,
}

/// How far a field is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldState {
    /// It has a signature.
    Signed,
    /// It has none yet.
    Empty,
}

/// The roles whose fields `file` has, in the order in which they sign.
///
/// # Errors
/// Its form can't be read.
pub fn role_fields(file: &File<'_>) -> Result<Vec<(Role, FieldState)>, SignError> {
    let form = form::read(file, file.last())?;
    let state = |field: &Field| match field.dictionary().get("V") {
        Some(_) => FieldState::Signed,
        None => FieldState::Empty,
    };
    Ok(Role::ALL.into_iter().filter_map(|role| Some((role, state(find(&form, role)?)))).collect())
}

/// Whether `file` is a document with a number: both roles sign it, and the agency's field is not the corner of an
/// appendix or a copy.
///
/// # Errors
/// Its form can't be read.
pub fn is_numbered_document(file: &File<'_>) -> Result<bool, SignError> {
    let form = form::read(file, file.last())?;
    let is_ours = |role| {
        // In a file of others the fields came with the signature, after the first revision.
        find(&form, role).is_some_and(|field| {
            field.dictionary().get(CORNER).is_none() && matches!(file.defining(field.number, 0), Ok(Some(_)))
        })
    };
    Ok(is_ours(Role::Signer) && is_ours(Role::Agency))
}

/// Checks that what followed the first signature of a document of ours, and passes for ours, was written by us: for
/// what is byte for byte what our writer gives, there is no second way to read it.
///
/// # Errors
/// [`SignError::Imitated`]: something is written otherwise; or the form can't be read.
pub fn check_writing(file: &File<'_>, report: &Report) -> Result<(), SignError> {
    match report.imitated {
        Some(revision) if is_numbered_document(file)? => Err(SignError::Imitated(revision + 1)),
        _ => Ok(()),
    }
}

/// The names of the signature fields of `file` that have a value.
///
/// # Errors
/// Its form can't be read.
pub fn signed_fields(file: &File<'_>) -> Result<Vec<String>, SignError> {
    let form = form::read(file, file.last())?;
    Ok(signed(&form).map(|field| field.name.clone()).collect())
}

/// The signature field of `role`.
pub(super) fn find(form: &Form, role: Role) -> Option<&Field> {
    form.fields.iter().find(|field| field.kind == Some(Kind::Signature) && field.name == role.field_name())
}

/// The signature fields that have a value.
pub(super) fn signed(form: &Form) -> impl Iterator<Item = &Field> {
    form.fields
        .iter()
        .filter(|field| field.kind == Some(Kind::Signature) && field.dictionary().get("V").is_some())
}

/// Adds empty fields to `update`, and gives each one's object: the form gets them, and so do the pages. The one
/// of `signed` gets its appearance with its signature.
pub(super) fn add(
    update: &mut Update<'_>,
    form: &Form,
    fields: &[NewField],
    signed: Role,
) -> Result<Vec<(Role, u32)>, SignError> {
    let (file, _) = update.base();
    let mut added = Vec::new();
    for field in fields {
        let page = field.region.map_or(1, |region| region.page);
        let page = form::page(file, file.last(), page)?.ok_or(SignError::NoPage(page))?;
        let mut widget = widget(update, field, (page.number, page.generation));
        if let Some(Region { rect: [left, bottom, right, top], .. }) = field.region
            && field.role != signed
        {
            let blank = update.add(blank(right - left, top - bottom));
            widget.set("AP", NewDictionary::new().with("N", blank));
        }
        let widget = update.add_edit(&widget);
        update.extend(page.number, "Annots", &[widget.into()])?;
        added.push((field.role, widget));
    }
    let references: Vec<NewObject> = added.iter().map(|(_, widget)| NewObject::Reference(*widget)).collect();
    join(update, form, &references)?;
    Ok(added.into_iter().map(|(role, widget)| (role, widget.0)).collect())
}

/// A field that is its own widget.
fn widget(update: &mut Update<'_>, field: &NewField, page: ObjectId) -> NewDictionary {
    let [left, bottom, right, top] = field.region.map_or([0.0; 4], |region| region.rect);
    // Print, and Locked.
    let flags = if field.region.is_some() { 4 } else { 132 };
    let mut widget = NewDictionary::new()
        .with("Type", "Annot")
        .with("Subtype", "Widget")
        .with("FT", "Sig")
        .with("T", NewObject::literal(field.role.field_name()))
        .with("F", flags)
        .with("P", page)
        .with("Rect", [left, bottom, right, top].map(NewObject::points).to_vec());
    if field.role == Role::Agency {
        widget.set("Lock", update.add(lock()));
    }
    if field.region.is_some() {
        widget.set("TU", NewObject::text(field.role.field_name()));
    }
    widget
}
