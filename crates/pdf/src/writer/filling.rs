//! Number and date, filled into the text fields that wait for them.

use super::appearance::NewAppearance;
use super::error::UpdateError;
use super::object::{NewDictionary, NewObject};
use super::update::Update;

/// What a text field gets.
#[derive(Debug, Clone, PartialEq)]
pub struct NewValue {
    /// The object of the field.
    pub field: u32,
    /// What it says.
    pub value: String,
    /// How that looks.
    pub appearance: NewAppearance,
}

/// Fills fields in, and gives the bytes that follow the file: nothing else changes.
///
/// # Errors
/// There is no such field, or an appearance lacks something.
pub fn fill(mut update: Update<'_>, values: &[NewValue]) -> Result<Vec<u8>, UpdateError> {
    for NewValue { field, value, appearance } in values {
        let appearance = appearance.add_to(&mut update)?;
        let widget = update.edit(*field)?;
        widget.set("V", NewObject::text(value));
        widget.set("AP", NewDictionary::new().with("N", appearance));
    }
    Ok(update.finish()?.bytes)
}
