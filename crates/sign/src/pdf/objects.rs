//! The values that every part writes in the same way (ISO 32000-2 7.3, 7.9).

use lopdf::{Object, StringFormat};

/// A text string (ISO 32000-2 7.9.2.2) in UTF-16BE.
pub(crate) fn text_string(text: &str) -> Object {
    let units = text.encode_utf16().flat_map(u16::to_be_bytes);
    Object::String([0xFE, 0xFF].into_iter().chain(units).collect(), StringFormat::Hexadecimal)
}

/// A number with at most three digits after the point, as PDFs have them.
pub(crate) fn real(number: f64) -> Object {
    // A page is some hundred points long: three digits after the point fit into what is left.
    #[expect(clippy::cast_possible_truncation)]
    Object::Real(((number * 1000.0).round() / 1000.0) as f32)
}

/// A text in letters of ASCII, as a literal string.
pub(crate) fn ascii(text: &str) -> Object {
    Object::string_literal(text)
}
