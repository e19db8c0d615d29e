//! What a PDF calls itself.

use lopdf::Object;

use super::reader;

/// The title in the information dictionary of the PDF `bytes` (ISO 32000-2 14.3.3), read as forgivingly as
/// viewers do.
pub fn title(bytes: &[u8]) -> Option<String> {
    let pdf = lopdf::Document::load_mem(bytes).ok()?;
    let information = pdf.trailer.get(b"Info").and_then(Object::as_reference).ok()?;
    let title = pdf.get_dictionary(information).ok()?.get(b"Title").ok()?.as_str().ok()?.to_vec();
    Some(reader::lossy_text(&title))
}
