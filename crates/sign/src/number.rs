//! Number and date, filled in after the authorised person signed: two text fields that the document has had from
//! the start, and that its certification lets be filled in (ISO 32000-2 12.8.2.2, P 2).

use super::error::SignError;
use crate::pdf::form::{self, Form};
use crate::pdf::names::NUMBER_FIELD;
use crate::pdf::reader::File;
use crate::pdf::writer::{self, NewValue, Update};
use crate::pdf::{Appearance, PdfError};

/// What a field gets.
#[derive(Debug)]
pub struct Filling {
    /// Its name: [`crate::pdf::names::NUMBER_FIELD`] or [`crate::pdf::names::DATE_FIELD`].
    pub field: &'static str,
    /// What it says.
    pub value: String,
    /// How that looks: a page as large as the field.
    pub appearance: Appearance,
}

/// How far the numbering of a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbering {
    /// It was numbered when it was laid out.
    Printed,
    /// Its fields wait for the number.
    Open,
    /// They were filled in.
    Filled,
}

/// Whether `file` waits for its number.
///
/// # Errors
/// Its form can't be read.
pub fn numbering(file: &File<'_>) -> Result<Numbering, SignError> {
    let form = form::read(file, file.last())?;
    Ok(numbering_of(&form))
}

pub(super) fn numbering_of(form: &Form) -> Numbering {
    match form.fields.iter().find(|field| field.name == NUMBER_FIELD) {
        None => Numbering::Printed,
        Some(field) if field.dictionary().get("V").is_some() => Numbering::Filled,
        Some(_) => Numbering::Open,
    }
}

/// Width and height of the field `name` for the number or the date, in points; `None` where `file` has none.
///
/// # Errors
/// Its form can't be read.
pub fn number_field(file: &File<'_>, name: &str) -> Result<Option<(f64, f64)>, SignError> {
    let form = form::read(file, file.last())?;
    let Some(field) = form.fields.iter().find(|field| field.name == name) else {
        return Ok(None);
    };
    let rect = form::rectangle(file, field.dictionary(), file.last())?;
    Ok(rect.map(|[left, bottom, right, top]| (right - left, top - bottom)))
}

/// The bytes that follow `file` when its fields are filled in: nothing else changes.
///
/// # Errors
/// It has no such field, or one is filled in already.
pub fn fill(file: &File<'_>, fillings: &[Filling]) -> Result<Vec<u8>, SignError> {
    let form = form::read(file, file.last())?;
    let mut values = Vec::new();
    for filling in fillings {
        let field = form.fields.iter().find(|field| field.name == filling.field);
        let field = field.ok_or(PdfError::Missing("field for the number"))?;
        if field.dictionary().get("V").is_some() {
            return Err(SignError::Numbered);
        }
        values.push(NewValue {
            field: field.number,
            value: filling.value.clone(),
            appearance: filling.appearance.0.clone(),
        });
    }
    Ok(writer::fill(Update::of(file)?, &values)?)
}
