//! A JSON text with the place of every value in it, so that a finding about a value can point to
//! line and column.

use std::collections::HashMap;

use jsonc_parser::ast::Value;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::limits::MAX_SOURCE;
use crate::diagnostic::{Diagnostic, MAX_FINDINGS, Position};
use crate::message;

/// A JSON text that serde_json accepted, and where its values stand.
pub(super) struct SourceMap<'a> {
    text: &'a str,
    spans: HashMap<String, (usize, usize)>,
    repeated: Vec<(String, Position)>,
}

impl<'a> SourceMap<'a> {
    /// Indexes `text`, which serde_json accepted (so its depth is bounded).
    pub(super) fn index(text: &'a str) -> SourceMap<'a> {
        let mut source = SourceMap { text, spans: HashMap::new(), repeated: Vec::new() };
        let strict = ParseOptions {
            allow_comments: false,
            allow_loose_object_property_names: false,
            allow_trailing_commas: false,
            allow_missing_commas: false,
            allow_single_quoted_strings: false,
            allow_hexadecimal_numbers: false,
            allow_unary_plus_numbers: false,
            allow_bare_decimal_point_numbers: false,
            allow_extended_string_escapes: false,
            allow_non_finite_numbers: false,
        };
        let tree = parse_to_ast(text, &CollectOptions::default(), &strict);
        if let Some(root) = tree.ok().and_then(|tree| tree.value) {
            source.visit(String::new(), &root);
        }
        source
    }

    fn visit(&mut self, pointer: String, value: &Value<'_>) {
        match value {
            Value::Object(object) => {
                for property in &object.properties {
                    let child = join(&pointer, property.name.as_str());
                    if self.repeated.len() < MAX_FINDINGS && self.spans.contains_key(&child) {
                        let position = self.between(property.range.start, property.range.end);
                        self.repeated.push((child.clone(), position));
                    }
                    self.visit(child, &property.value);
                }
            }
            Value::Array(array) => {
                for (index, element) in array.elements.iter().enumerate() {
                    self.visit(join(&pointer, &index.to_string()), element);
                }
            }
            _ => {}
        }
        let range = value.range();
        self.spans.insert(pointer, (range.start, range.end));
    }

    /// The object keys that stand a second time, with their place.
    pub(super) fn repeated(&self) -> &[(String, Position)] {
        &self.repeated
    }

    /// Where the value at `pointer` stands, or the nearest value around it.
    pub(super) fn position(&self, pointer: &str) -> Option<Position> {
        let mut pointer = pointer;
        loop {
            if let Some((start, end)) = self.spans.get(pointer) {
                return Some(self.between(*start, *end));
            }
            pointer = &pointer[..pointer.rfind('/')?];
        }
    }

    /// Where the `character`th character (from 0) of the string at `pointer` stands.
    pub(super) fn position_in_string(&self, pointer: &str, character: usize) -> Option<Position> {
        let (start, end) = *self.spans.get(pointer)?;
        let literal = self.text.get(start + 1..end.checked_sub(1)?)?;
        let mut rest = literal;
        for _ in 0..character {
            rest = rest.get(literal_length(rest)..)?;
        }
        let from = start + 1 + (literal.len() - rest.len());
        Some(self.between(from, from + literal_length(rest)))
    }

    /// The place of a byte range of the text.
    pub(super) fn between(&self, start: usize, end: usize) -> Position {
        let before = self.text.get(..start).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Position {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            start,
            end,
        }
    }
}

/// The text of `source`, whose size and encoding are those of a document.
pub(super) fn readable(source: &[u8]) -> Result<&str, Box<Diagnostic>> {
    if source.len() > MAX_SOURCE {
        let (length, limit) = (source.len(), MAX_SOURCE);
        return Err(Box::new(Diagnostic::error(
            "E-JSON-SIZE",
            "",
            message!(
                "tệp dài {length} byte, quá giới hạn {limit} byte",
                "the file has {length} bytes, over the limit of {limit}"
            ),
        )));
    }
    let source = source.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(source);
    std::str::from_utf8(source).map_err(|cause| {
        let byte = cause.valid_up_to() + 1;
        let message = if matches!(source, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]) {
            message!(
                "tệp được lưu theo bảng mã UTF-16, không phải UTF-8",
                "the file is saved as UTF-16, not UTF-8"
            )
        } else {
            message!(
                "tệp không được lưu theo bảng mã UTF-8 (byte thứ {byte} không đọc được)",
                "the file is not saved as UTF-8 (byte {byte} can't be read)"
            )
        };
        let hint = message!(
            "lưu lại tệp với bảng mã UTF-8 (Save as, Encoding: UTF-8)",
            "save the file again with the encoding UTF-8"
        );
        Box::new(Diagnostic { hint: Some(hint), ..Diagnostic::error("E-JSON-UTF8", "", message) })
    })
}

/// `pointer` extended by one key or index (RFC 6901 §3).
pub(super) fn join(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// Bytes that the first character of a JSON string literal's inside takes: an escape, or itself.
fn literal_length(literal: &str) -> usize {
    let bytes = literal.as_bytes();
    match (bytes.first(), bytes.get(1)) {
        (Some(b'\\'), Some(b'u')) => {
            let high_surrogate =
                matches!(bytes.get(2..4), Some([b'd' | b'D', b'8'..=b'9' | b'a' | b'b' | b'A' | b'B']));
            if high_surrogate { 12 } else { 6 }
        }
        (Some(b'\\'), _) => 2,
        _ => literal.chars().next().map_or(0, char::len_utf8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_characters_are_found() {
        let text = "{\n  \"á\": [\"x\", \"b\\n\\ud83d\\ude00ế!\"],\n  \"á\": 1\n}";
        let source = SourceMap::index(text);
        let position = source.position("/á/1/deeper/still").unwrap();
        assert_eq!((position.line, position.column), (2, 14));
        let bang = source.position_in_string("/á/1", 4).unwrap();
        assert_eq!(&text[bang.start..bang.end], "!");
        assert_eq!((bang.line, bang.column), (2, 31));
        assert_eq!(source.repeated()[0].0, "/á");
        assert_eq!(source.repeated()[0].1.line, 3);
    }
}
