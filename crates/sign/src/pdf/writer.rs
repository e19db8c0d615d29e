//! Values of a file that was read, written again so that they say exactly the same (ISO 32000-2 7.3).

use super::reader::{Object, Value};

/// Writes `value`; a stream as its dictionary alone, since nothing that is written again has one.
pub(super) fn write_value(out: &mut Vec<u8>, value: &Value) {
    match &value.object {
        Object::Null => out.extend_from_slice(b"null"),
        Object::Boolean(true) => out.extend_from_slice(b"true"),
        Object::Boolean(false) => out.extend_from_slice(b"false"),
        Object::Integer(number) => out.extend_from_slice(number.to_string().as_bytes()),
        Object::Real(number) => {
            // The shortest digits that mean this number, without an exponent, which PDF has not.
            let digits = number.to_string();
            out.extend_from_slice(digits.as_bytes());
            if !digits.contains('.') {
                out.extend_from_slice(b".0");
            }
        }
        Object::Name(name) => write_name(out, name),
        Object::Literal(bytes) => {
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
        Object::Hexadecimal(bytes) => {
            out.push(b'<');
            out.extend_from_slice(crate::hex::lower(bytes).as_bytes());
            out.push(b'>');
        }
        Object::Array(values) => {
            out.push(b'[');
            for (index, value) in values.iter().enumerate() {
                if index > 0 {
                    out.push(b' ');
                }
                write_value(out, value);
            }
            out.push(b']');
        }
        Object::Dictionary(dictionary) | Object::Stream(dictionary, _) => {
            out.extend_from_slice(b"<<");
            for (key, value) in &dictionary.0 {
                write_name(out, key);
                out.push(b' ');
                write_value(out, value);
            }
            out.extend_from_slice(b">>");
        }
        Object::Reference(number, generation) => {
            out.extend_from_slice(format!("{number} {generation} R").as_bytes());
        }
    }
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
    use super::super::reader::{Span, parse_value};
    use super::*;

    #[test]
    fn what_is_written_reads_the_same() {
        let source =
            b"<</A 1 /B -0.5 /C 123.456789 /D 7. /E (a\\(b\\)\\r\\n\\\\) /F <00ff> /G [1 2 R null true] \
                       /H#20I /J#23 /K <</L []>> /M .000001 /N 99999999999.5 /O (a) >>";
        let read = parse_value(source).unwrap();
        let mut written = Vec::new();
        write_value(&mut written, &read);
        let again = parse_value(&written).unwrap();
        assert!(read.object.same(&again.object), "{}", String::from_utf8_lossy(&written));
        assert_eq!(again.span, Span { start: 0, end: written.len() });
    }
}
