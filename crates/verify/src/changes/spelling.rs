//! One text, spelt in two ways: programs that write an object again choose their own encoding of its strings.

use crate::pdf::reader::{Dictionary, Object};

/// Keys whose value is a text string (ISO 32000-2 7.9.2.2) and nothing else.
const TEXT_KEYS: [&[u8]; 5] = [b"T", b"TU", b"TM", b"NM", b"Lang"];

/// The keys whose values two dictionaries don't share, whatever the encoding of a text.
pub(super) fn differing<'a>(old: &'a Dictionary, new: &'a Dictionary) -> Vec<&'a [u8]> {
    let mut keys = old.differing(new);
    keys.retain(|key| !(TEXT_KEYS.contains(key) && is_same_text(old, new, key)));
    keys
}

/// Whether two dictionaries have the same text under `key`.
pub(super) fn is_same_text(old: &Dictionary, new: &Dictionary, key: &[u8]) -> bool {
    let mut values = [old, new].map(|dictionary| {
        let mut found = dictionary.0.iter().filter(|(known, _)| known == key).map(|(_, value)| &value.object);
        // A key that stands twice is read in two ways.
        found.next().filter(|_| found.next().is_none()).and_then(Object::as_string)
    });
    match (values[0].take(), values[1].take()) {
        (Some(old), Some(new)) => old == new || plain(old).is_some_and(|text| Some(text) == plain(new)),
        _ => false,
    }
}

/// The text of bytes that every program reads in the same way; `None` where they don't.
fn plain(bytes: &[u8]) -> Option<String> {
    let text = match bytes {
        [0xFE, 0xFF, units @ ..] => {
            let (pairs, rest) = units.as_chunks::<2>();
            let units = pairs.iter().map(|pair| u16::from_be_bytes(*pair));
            let text: Result<String, _> = char::decode_utf16(units).collect();
            text.ok().filter(|_| rest.is_empty())?
        }
        [0xEF, 0xBB, 0xBF, utf8 @ ..] => str::from_utf8(utf8).ok()?.to_owned(),
        // Where PDFDocEncoding (ISO 32000-2 D.2), Latin 1 and Windows' code page agree.
        _ if bytes
            .iter()
            .all(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | 0x20..=0x7E | 0xA1..=0xAC | 0xAE..)) =>
        {
            bytes.iter().map(|byte| char::from(*byte)).collect()
        }
        _ => return None,
    };
    // Escapes name a language, or mean something to one program alone.
    let is_plain = |letter: char| !letter.is_control() || matches!(letter, '\t' | '\n' | '\r');
    text.chars().all(is_plain).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_can_be_read_in_one_way_only() {
        for (bytes, expected) in [
            (b"Agency".as_slice(), Some("Agency")),
            (b"\xFE\xFF\0A\x1E\xBF", Some("Aế")),
            ("\u{FEFF}Aế".as_bytes(), Some("Aế")),
            (b"k\xFD", Some("ký")),
            (b"\x92", None),
            (b"\xA0", None),
            (b"\x18", None),
            (b"\xFE\xFF\0A\0", None),
            (b"\xFE\xFF\xD8\0", None),
            (b"\xFE\xFF\0\x1Bvi\0\x1B\0A", None),
            (b"\xFF\xFEA\0", None),
            (b"\xEF\xBB\xBF\xFF", None),
        ] {
            assert_eq!(plain(bytes).as_deref(), expected, "{bytes:?}");
        }
    }
}
