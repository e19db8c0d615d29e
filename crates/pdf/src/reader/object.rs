//! PDF values with the bytes that they stand in.

use std::collections::{BTreeMap, BTreeSet};

/// A range of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last.
    pub end: usize,
}

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// The value.
    pub object: Object,
    /// Its bytes.
    pub span: Span,
}

/// A value (ISO 32000-2 7.3).
#[derive(Debug, Clone, PartialEq)]
pub enum Object {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a point.
    Real(f64),
    /// A name, decoded, without its slash.
    Name(Vec<u8>),
    /// A string in parentheses, decoded.
    Literal(Vec<u8>),
    /// A string in angle brackets, decoded.
    Hexadecimal(Vec<u8>),
    /// An array.
    Array(Vec<Value>),
    /// A dictionary.
    Dictionary(Dictionary),
    /// A stream: its dictionary, and the bytes between `stream` and `endstream`.
    Stream(Dictionary, Span),
    /// A reference to an object by number and generation.
    Reference(u32, u16),
}

/// A dictionary: keys in the order of the file. Of a key that stands twice, the first is found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Dictionary(pub Vec<(Vec<u8>, Value)>);

impl Dictionary {
    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.iter().find(|(known, _)| known == key.as_bytes()).map(|(_, value)| value)
    }

    /// The value of `key` where it is a name.
    pub fn name(&self, key: &str) -> Option<&[u8]> {
        match &self.get(key)?.object {
            Object::Name(name) => Some(name),
            _ => None,
        }
    }

    /// The value of `key` where it is a whole number.
    pub fn integer(&self, key: &str) -> Option<i64> {
        self.get(key)?.object.as_integer()
    }

    /// The value of `key` where it is a string.
    pub fn string(&self, key: &str) -> Option<&[u8]> {
        self.get(key)?.object.as_string()
    }
}

impl Object {
    /// The whole number that it is.
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Object::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// The bytes of the string that it is.
    pub fn as_string(&self) -> Option<&[u8]> {
        match self {
            Object::Literal(bytes) | Object::Hexadecimal(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The dictionary that it is, or the stream's.
    pub fn as_dictionary(&self) -> Option<&Dictionary> {
        match self {
            Object::Dictionary(dictionary) | Object::Stream(dictionary, _) => Some(dictionary),
            _ => None,
        }
    }

    /// The elements of the array that it is.
    pub fn as_array(&self) -> Option<&[Value]> {
        match self {
            Object::Array(values) => Some(values),
            _ => None,
        }
    }

    /// The object number that it refers to.
    pub fn as_reference(&self) -> Option<u32> {
        match self {
            Object::Reference(number, _) => Some(*number),
            _ => None,
        }
    }

    /// Whether two values say the same, wherever they stand.
    pub fn same(&self, other: &Object) -> bool {
        match (self, other) {
            (Object::Array(a), Object::Array(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.object.same(&b.object))
            }
            (Object::Dictionary(a), Object::Dictionary(b)) => a.same(b),
            // Streams are compared by their file, which has the bytes.
            (Object::Stream(..), _) | (_, Object::Stream(..)) => false,
            // Both spellings of a string are the same bytes.
            (Object::Literal(a) | Object::Hexadecimal(a), Object::Literal(b) | Object::Hexadecimal(b)) => {
                a == b
            }
            (a, b) => a == b,
        }
    }
}

impl Dictionary {
    /// Whether two dictionaries say the same, in whatever order.
    pub fn same(&self, other: &Dictionary) -> bool {
        self.0.len() == other.0.len() && self.differing(other).is_empty()
    }

    /// The keys whose values two dictionaries don't share.
    pub fn differing<'a>(&'a self, other: &'a Dictionary) -> Vec<&'a [u8]> {
        // Most programs that write a dictionary again keep its order.
        let pairs = self.0.iter().zip(&other.0);
        let common = pairs.take_while(|((a, x), (b, y))| a == b && x.object.same(&y.object)).count();
        let (old, new) =
            (self.0.get(common..).unwrap_or_default(), other.0.get(common..).unwrap_or_default());
        let new: BTreeMap<&[u8], &Value> = new.iter().map(|(key, value)| (key.as_slice(), value)).collect();
        let mut seen: BTreeSet<&[u8]> = BTreeSet::new();
        let mut keys = Vec::new();
        for (key, value) in old {
            let same = new.get(key.as_slice()).is_some_and(|other| value.object.same(&other.object));
            // A key that stands twice is not the same as anything.
            if !seen.insert(key) || !same {
                keys.push(key.as_slice());
            }
        }
        keys.extend(new.keys().filter(|key| !seen.contains(*key)));
        keys
    }
}

/// A text string (ISO 32000-2 7.9.2.2): UTF-16BE or UTF-8 with their marks; other bytes are read as
/// ASCII where they are.
pub fn text(bytes: &[u8]) -> Option<String> {
    if let Some(units) = bytes.strip_prefix(&[0xFE, 0xFF]) {
        let (pairs, rest) = units.as_chunks::<2>();
        let units = pairs.iter().map(|pair| u16::from_be_bytes(*pair));
        let text: Result<String, _> = char::decode_utf16(units).collect();
        return text.ok().filter(|_| rest.is_empty());
    }
    if let Some(utf8) = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]) {
        return String::from_utf8(utf8.to_vec()).ok();
    }
    bytes.is_ascii().then(|| String::from_utf8_lossy(bytes).into_owned())
}

/// A text string for people to read: bytes in a single-byte encoding are taken for Latin 1, which shares
/// its letters with PDFDocEncoding.
pub fn lossy_text(bytes: &[u8]) -> String {
    text(bytes).unwrap_or_else(|| bytes.iter().map(|byte| char::from(*byte)).collect())
}
