//! An appearance as it was read: what it draws is taken over, its frame is not.

use std::collections::BTreeMap;

use super::content::UpdateContent;
use crate::pdf::reader::{Dictionary, Object, Value, references};
use crate::pdf::writer::{self, NewAppearance, UpdateError};

/// Keys of streams whose bytes stand in another file (ISO 32000-2 table 5).
const EXTERNAL: [&str; 3] = ["F", "FFilter", "FDecodeParms"];

/// The appearance that `widget` has from an update on, and its object; `None` where it is none of ours.
pub(super) fn read(
    content: &UpdateContent<'_>,
    widget: &Dictionary,
) -> Result<Option<(u32, NewAppearance)>, UpdateError> {
    let shown = widget.get("AP").and_then(|shown| shown.object.as_dictionary()?.get("N"));
    let Some(form) = shown.map(|shown| content.referred(shown)).transpose()?.flatten() else {
        return Ok(None);
    };
    let Object::Stream(dictionary, data) = &form.value.object else {
        return Ok(None);
    };
    let (Some(bounds), Some(resources)) = (dictionary.get("BBox"), dictionary.get("Resources")) else {
        return Ok(None);
    };
    if !is_page(&bounds.object) {
        return Ok(None);
    }
    let mut objects = BTreeMap::new();
    let mut queue = Vec::new();
    references(resources, &mut |number| queue.push(number));
    while let Some(number) = queue.pop() {
        if objects.contains_key(&(number, 0)) {
            continue;
        }
        let Some(object) = content.object(number)? else {
            return Ok(None);
        };
        if let Object::Stream(dictionary, _) = &object.value.object
            && EXTERNAL.iter().any(|key| dictionary.get(key).is_some())
        {
            return Ok(None);
        }
        references(&object.value, &mut |number| queue.push(number));
        objects.insert((number, 0), content.any(&object)?);
    }
    let appearance = NewAppearance {
        bounds: writer::NewObject::of(bounds, &[]),
        content: content.stream(dictionary, *data)?,
        resources: writer::NewObject::of(resources, &[]),
        objects,
    };
    Ok(Some((form.number, appearance)))
}

/// Whether it is a rectangle from the origin that has an inside.
fn is_page(bounds: &Object) -> bool {
    let number = |side: &Value| match side.object {
        #[expect(clippy::cast_precision_loss, reason = "a coordinate")]
        Object::Integer(number) => Some(number as f64),
        Object::Real(number) => Some(number),
        _ => None,
    };
    let sides = bounds.as_array().unwrap_or_default().iter().map(number);
    match sides.collect::<Option<Vec<f64>>>().as_deref() {
        Some([left, bottom, right, top]) => *left == 0.0 && *bottom == 0.0 && *right > 0.0 && *top > 0.0,
        _ => false,
    }
}
