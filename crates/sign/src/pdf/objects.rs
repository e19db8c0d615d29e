//! The values that every part writes in the same way (ISO 32000-2 7.3, 7.9), and those of updates as lopdf has them.

use lopdf::{Object, StringFormat};

use super::error::PdfError;
use super::writer;

/// A text string (ISO 32000-2 7.9.2.2) in UTF-16BE.
pub(super) fn text_string(text: &str) -> Object {
    to_lopdf(writer::NewObject::text(text))
}

/// A number with at most three digits after the point, as PDFs have them.
pub(super) fn real(number: f64) -> Object {
    to_lopdf(writer::NewObject::points(number))
}

/// A text in letters of ASCII, as a literal string.
pub(super) fn ascii(text: &str) -> Object {
    Object::string_literal(text)
}

/// The same object, for a file that lopdf writes.
pub(super) fn to_lopdf(object: writer::NewObject) -> Object {
    match object {
        writer::NewObject::Null => Object::Null,
        writer::NewObject::Boolean(value) => Object::Boolean(value),
        writer::NewObject::Integer(number) => Object::Integer(number),
        // A page is some hundred points long: three digits after the point fit into what is left.
        #[expect(clippy::cast_possible_truncation)]
        writer::NewObject::Real(number) => Object::Real(number as f32),
        writer::NewObject::Name(name) => Object::Name(name),
        writer::NewObject::Literal(bytes) => Object::String(bytes, StringFormat::Literal),
        writer::NewObject::Hexadecimal(bytes) => Object::String(bytes, StringFormat::Hexadecimal),
        writer::NewObject::Array(items) => Object::Array(items.into_iter().map(to_lopdf).collect()),
        writer::NewObject::Dictionary(dictionary) => Object::Dictionary(entries(&dictionary)),
        writer::NewObject::Stream(stream) => {
            Object::Stream(lopdf::Stream::new(entries(&stream.dictionary), stream.data))
        }
        writer::NewObject::Reference(id) => Object::Reference(id),
    }
}

fn entries(dictionary: &writer::NewDictionary) -> lopdf::Dictionary {
    dictionary.iter().map(|(key, value)| (key.to_vec(), to_lopdf(value.clone()))).collect()
}

/// The same object, for an update.
pub(super) fn from_lopdf(object: &Object) -> writer::NewObject {
    match object {
        Object::Null => writer::NewObject::Null,
        Object::Boolean(value) => writer::NewObject::Boolean(*value),
        Object::Integer(number) => writer::NewObject::Integer(*number),
        // By its shortest digits: through its bits 0.1 would come out as 0.10000000149.
        Object::Real(number) => {
            writer::NewObject::Real(number.to_string().parse().unwrap_or_else(|_| f64::from(*number)))
        }
        Object::Name(name) => writer::NewObject::Name(name.clone()),
        Object::String(bytes, StringFormat::Literal) => writer::NewObject::Literal(bytes.clone()),
        Object::String(bytes, StringFormat::Hexadecimal) => writer::NewObject::Hexadecimal(bytes.clone()),
        Object::Array(items) => writer::NewObject::Array(items.iter().map(from_lopdf).collect()),
        Object::Dictionary(dictionary) => writer::NewObject::Dictionary(entries_from_lopdf(dictionary)),
        Object::Stream(stream) => writer::NewObject::Stream(writer::Stream {
            dictionary: entries_from_lopdf(&stream.dict),
            data: stream.content.clone(),
        }),
        Object::Reference(id) => writer::NewObject::Reference(*id),
    }
}

fn entries_from_lopdf(dictionary: &lopdf::Dictionary) -> writer::NewDictionary {
    let mut entries = writer::NewDictionary::new();
    for (key, value) in dictionary {
        entries.push(key.clone(), from_lopdf(value));
    }
    entries
}

/// `data`, compressed where that makes it shorter.
///
/// # Errors
/// It can't be compressed.
pub(crate) fn compressed(data: Vec<u8>) -> Result<writer::StreamContent, PdfError> {
    let mut stream = lopdf::Stream::new(lopdf::Dictionary::new(), data);
    stream.compress()?;
    Ok(writer::StreamContent { is_compressed: stream.dict.has(b"Filter"), data: stream.content })
}
