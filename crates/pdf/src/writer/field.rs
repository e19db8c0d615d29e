//! What a signature field is before anybody signs in it.

use super::object::{Dictionary, Object, Stream};

/// What the agency's seal does: it closes the file (ISO 32000-2 12.7.5.5).
pub fn lock() -> Dictionary {
    Dictionary::new().with("Type", "SigFieldLock").with("Action", "All").with("P", 1)
}

/// An appearance that shows nothing, `width` × `height` points.
pub fn blank(width: f64, height: f64) -> Stream {
    let bounds = vec![0.into(), 0.into(), Object::points(width), Object::points(height)];
    let dictionary = Dictionary::new()
        .with("Type", "XObject")
        .with("Subtype", "Form")
        .with("BBox", bounds)
        .with("Resources", Dictionary::new());
    Stream::new(dictionary, Vec::new())
}
