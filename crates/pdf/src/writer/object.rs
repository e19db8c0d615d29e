//! Objects that an update adds, and how they are written (ISO 32000-2 7.3).

use vanthu_base::hex;

use crate::reader;

/// Number and generation of an indirect object.
pub type ObjectId = (u32, u16);

/// An object that is to be written.
#[derive(Debug, Clone, PartialEq)]
pub enum NewObject {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a point.
    Real(f64),
    /// A name without its slash.
    Name(Vec<u8>),
    /// A string in parentheses.
    Literal(Vec<u8>),
    /// A string in angle brackets.
    Hexadecimal(Vec<u8>),
    /// An array.
    Array(Vec<NewObject>),
    /// A dictionary.
    Dictionary(NewDictionary),
    /// A stream.
    Stream(Stream),
    /// A reference.
    Reference(ObjectId),
}

/// A dictionary that is to be written, its keys in this order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NewDictionary(Vec<(Vec<u8>, NewObject)>);

/// A stream that is to be written.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Stream {
    /// Its dictionary.
    pub dictionary: NewDictionary,
    /// Its bytes as they stand in the file.
    pub data: Vec<u8>,
}

/// What a stream says, as it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamContent {
    /// Its bytes.
    pub data: Vec<u8>,
    /// Whether they are compressed (FlateDecode).
    pub is_compressed: bool,
}

impl StreamContent {
    /// The stream that says it, with the entries of `dictionary`.
    pub fn stream(&self, dictionary: NewDictionary) -> Stream {
        let mut stream = Stream::new(dictionary, self.data.clone());
        if self.is_compressed {
            stream.dictionary.set("Filter", "FlateDecode");
        }
        stream
    }
}

impl NewObject {
    /// The object that `value` of a file with these `bytes` is.
    pub fn of(value: &reader::Value, bytes: &[u8]) -> NewObject {
        match &value.object {
            reader::Object::Null => NewObject::Null,
            reader::Object::Boolean(value) => NewObject::Boolean(*value),
            reader::Object::Integer(number) => NewObject::Integer(*number),
            reader::Object::Real(number) => NewObject::Real(*number),
            reader::Object::Name(name) => NewObject::Name(name.clone()),
            reader::Object::Literal(text) => NewObject::Literal(text.clone()),
            reader::Object::Hexadecimal(text) => NewObject::Hexadecimal(text.clone()),
            reader::Object::Array(items) => {
                NewObject::Array(items.iter().map(|item| NewObject::of(item, bytes)).collect())
            }
            reader::Object::Dictionary(dictionary) => {
                NewObject::Dictionary(NewDictionary::of(dictionary, bytes))
            }
            reader::Object::Stream(dictionary, data) => {
                let data = bytes.get(data.start..data.end).unwrap_or_default().to_vec();
                NewObject::Stream(Stream::new(NewDictionary::of(dictionary, bytes), data))
            }
            reader::Object::Reference(number, generation) => NewObject::Reference((*number, *generation)),
        }
    }

    /// A string in parentheses.
    pub fn literal(text: &str) -> NewObject {
        NewObject::Literal(text.as_bytes().to_vec())
    }

    /// A text string (ISO 32000-2 7.9.2.2) in UTF-16BE.
    pub fn text(text: &str) -> NewObject {
        let units = text.encode_utf16().flat_map(u16::to_be_bytes);
        NewObject::Hexadecimal([0xFE, 0xFF].into_iter().chain(units).collect())
    }

    /// A length or place on a page, with at most three digits after the point.
    pub fn points(points: f64) -> NewObject {
        NewObject::Real((points * 1000.0).round() / 1000.0)
    }

    /// Writes it at the end of `out`.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            NewObject::Null => out.extend_from_slice(b"null"),
            NewObject::Boolean(true) => out.extend_from_slice(b"true"),
            NewObject::Boolean(false) => out.extend_from_slice(b"false"),
            NewObject::Integer(number) => out.extend_from_slice(number.to_string().as_bytes()),
            NewObject::Real(number) => write_real(out, *number),
            NewObject::Name(name) => write_name(out, name),
            NewObject::Literal(bytes) => write_literal(out, bytes),
            NewObject::Hexadecimal(bytes) => {
                out.push(b'<');
                out.extend_from_slice(hex::lower(bytes).to_ascii_uppercase().as_bytes());
                out.push(b'>');
            }
            NewObject::Array(items) => {
                out.push(b'[');
                for (index, item) in items.iter().enumerate() {
                    item.write_after(out, index > 0);
                }
                out.push(b']');
            }
            NewObject::Dictionary(dictionary) => dictionary.write(out),
            NewObject::Stream(stream) => {
                stream.dictionary.write(out);
                out.extend_from_slice(b"stream\n");
                out.extend_from_slice(&stream.data);
                out.extend_from_slice(b"\nendstream");
            }
            NewObject::Reference((number, generation)) => {
                out.extend_from_slice(format!("{number} {generation} R").as_bytes());
            }
        }
    }

    /// Writes it behind something that it may have to be kept apart from.
    fn write_after(&self, out: &mut Vec<u8>, something: bool) {
        let runs_on = matches!(
            self,
            NewObject::Null
                | NewObject::Boolean(_)
                | NewObject::Integer(_)
                | NewObject::Real(_)
                | NewObject::Reference(_)
        );
        if something && runs_on {
            out.push(b' ');
        }
        self.write(out);
    }

    /// It, written.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.write(&mut bytes);
        bytes
    }
}

impl NewDictionary {
    /// One without entries.
    pub fn new() -> NewDictionary {
        NewDictionary::default()
    }

    fn of(dictionary: &reader::Dictionary, bytes: &[u8]) -> NewDictionary {
        let entries = dictionary.0.iter().map(|(key, value)| (key.clone(), NewObject::of(value, bytes)));
        NewDictionary(entries.collect())
    }

    /// The same with `value` for `key`, at the end where the key is new.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<NewObject>) -> NewDictionary {
        self.set(key, value);
        self
    }

    /// Gives `key` the value `value`.
    pub fn set(&mut self, key: &str, value: impl Into<NewObject>) {
        let value = value.into();
        match self.0.iter_mut().find(|(known, _)| known == key.as_bytes()) {
            Some((_, old)) => *old = value,
            None => self.push(key.as_bytes().to_vec(), value),
        }
    }

    /// Adds an entry whose key it does not have.
    pub fn push(&mut self, key: Vec<u8>, value: NewObject) {
        self.0.push((key, value));
    }

    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&NewObject> {
        self.0.iter().find(|(known, _)| known == key.as_bytes()).map(|(_, value)| value)
    }

    /// Its entries, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &NewObject)> {
        self.0.iter().map(|(key, value)| (key.as_slice(), value))
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"<<");
        for (key, value) in &self.0 {
            write_name(out, key);
            value.write_after(out, true);
        }
        out.extend_from_slice(b">>");
    }
}

impl Stream {
    /// A stream of `data`, which is written as it is.
    pub fn new(dictionary: NewDictionary, data: Vec<u8>) -> Stream {
        let length = i64::try_from(data.len()).unwrap_or(i64::MAX);
        Stream { dictionary: dictionary.with("Length", length), data }
    }
}

impl From<i64> for NewObject {
    fn from(number: i64) -> NewObject {
        NewObject::Integer(number)
    }
}

impl From<&str> for NewObject {
    /// A name.
    fn from(name: &str) -> NewObject {
        NewObject::Name(name.as_bytes().to_vec())
    }
}

impl From<ObjectId> for NewObject {
    fn from(id: ObjectId) -> NewObject {
        NewObject::Reference(id)
    }
}

impl From<Vec<NewObject>> for NewObject {
    fn from(items: Vec<NewObject>) -> NewObject {
        NewObject::Array(items)
    }
}

impl From<NewDictionary> for NewObject {
    fn from(dictionary: NewDictionary) -> NewObject {
        NewObject::Dictionary(dictionary)
    }
}

impl From<Stream> for NewObject {
    fn from(stream: Stream) -> NewObject {
        NewObject::Stream(stream)
    }
}

/// Writes a value of a file that was read, so that it says exactly the same; a stream as its dictionary alone, since
/// nothing that is written again has one.
pub(super) fn write_value(out: &mut Vec<u8>, value: &reader::Value) {
    match &value.object {
        reader::Object::Null => out.extend_from_slice(b"null"),
        reader::Object::Boolean(true) => out.extend_from_slice(b"true"),
        reader::Object::Boolean(false) => out.extend_from_slice(b"false"),
        reader::Object::Integer(number) => out.extend_from_slice(number.to_string().as_bytes()),
        reader::Object::Real(number) => write_real(out, *number),
        reader::Object::Name(name) => write_name(out, name),
        reader::Object::Literal(bytes) => {
            out.push(b'(');
            for byte in bytes {
                match byte {
                    b'(' | b')' | b'\\' => out.extend_from_slice(&[b'\\', *byte]),
                    b'\r' => out.extend_from_slice(b"\\r"),
                    byte => out.push(*byte),
                }
            }
            out.push(b')');
        }
        reader::Object::Hexadecimal(bytes) => {
            out.push(b'<');
            out.extend_from_slice(hex::lower(bytes).as_bytes());
            out.push(b'>');
        }
        reader::Object::Array(values) => {
            out.push(b'[');
            for (index, value) in values.iter().enumerate() {
                if index > 0 {
                    out.push(b' ');
                }
                write_value(out, value);
            }
            out.push(b']');
        }
        reader::Object::Dictionary(dictionary) | reader::Object::Stream(dictionary, _) => {
            out.extend_from_slice(b"<<");
            for (key, value) in &dictionary.0 {
                write_name(out, key);
                out.push(b' ');
                write_value(out, value);
            }
            out.extend_from_slice(b">>");
        }
        reader::Object::Reference(number, generation) => {
            out.extend_from_slice(format!("{number} {generation} R").as_bytes());
        }
    }
}

/// Writes the shortest digits that mean this number, without an exponent, which PDF has not.
fn write_real(out: &mut Vec<u8>, number: f64) {
    let digits = number.to_string();
    out.extend_from_slice(digits.as_bytes());
    if !digits.contains('.') {
        out.extend_from_slice(b".0");
    }
}

/// Writes a string in parentheses, those of which have no partner with a backslash.
fn write_literal(out: &mut Vec<u8>, bytes: &[u8]) {
    let mut alone = Vec::new();
    let mut open = Vec::new();
    for (index, byte) in bytes.iter().enumerate() {
        match byte {
            b'(' => open.push(index),
            b')' if open.pop().is_none() => alone.push(index),
            b'\\' | b'\r' => alone.push(index),
            _ => {}
        }
    }
    alone.append(&mut open);
    alone.sort_unstable();
    let mut alone = alone.into_iter().peekable();
    out.push(b'(');
    for (index, byte) in bytes.iter().enumerate() {
        if alone.next_if_eq(&index).is_some() {
            out.push(b'\\');
            out.push(if *byte == b'\r' { b'r' } else { *byte });
        } else {
            out.push(*byte);
        }
    }
    out.push(b')');
}

/// Writes a name: what is not a regular printable character as `#` and two digits.
pub(super) fn write_name(out: &mut Vec<u8>, name: &[u8]) {
    out.push(b'/');
    for byte in name {
        if byte.is_ascii_graphic() && !b"()<>[]{}/%#".contains(byte) {
            out.push(*byte);
        } else {
            out.extend_from_slice(format!("#{byte:02X}").as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::{Span, parse_value};

    const SOURCE: &[u8] =
        b"<</A 1 /B -0.5 /C 123.456789 /D 7. /E (a\\(b\\)\\r\\n\\\\(c)) /F <00ff> /G [1 2 R null true /N(x)[]<<>>] \
          /H#20I /J#23 /K <</L []>> /M .000001 /N 99999999999.5 /O (a) >>";

    #[test]
    fn what_is_written_again_reads_the_same() {
        let read = parse_value(SOURCE).unwrap();
        let mut written = Vec::new();
        write_value(&mut written, &read);
        let again = parse_value(&written).unwrap();
        assert!(read.object.same(&again.object), "{}", String::from_utf8_lossy(&written));
        assert_eq!(again.span, Span { start: 0, end: written.len() });
    }

    #[test]
    fn what_is_new_is_written_in_one_way() {
        let inner = NewDictionary::new().with("L", Vec::new());
        let object = NewDictionary::new()
            .with("A", 1)
            .with("B", NewObject::Real(-0.5))
            .with("D", NewObject::Real(7.0))
            .with("E", NewObject::literal("a(b)) \\\r"))
            .with("F", NewObject::Hexadecimal(vec![0, 0xAB]))
            .with(
                "G",
                vec![
                    (1, 2).into(),
                    NewObject::Null,
                    NewObject::Boolean(true),
                    "N".into(),
                    "O".into(),
                    3.into(),
                ],
            )
            .with("H I", inner)
            .with("T", NewObject::text("Số"))
            .with("W", NewObject::points(1.0 / 3.0));
        let written = String::from_utf8(NewObject::from(object).to_bytes()).unwrap();
        assert_eq!(
            written,
            "<</A 1/B -0.5/D 7.0/E(a(b)\\) \\\\\\r)/F<00AB>/G[1 2 R null true/N/O 3]/H#20I<</L[]>>\
             /T<FEFF00531ED1>/W 0.333>>"
        );
        let stream = NewObject::from(Stream::new(NewDictionary::new(), b"abc".to_vec())).to_bytes();
        assert_eq!(stream, b"<</Length 3>>stream\nabc\nendstream");
    }
}
