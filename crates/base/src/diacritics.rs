//! Vietnamese in plain letters, for searching and for names: without diacritics, `đ` as `d`.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// `text` in lower case without diacritics.
pub fn strip(text: &str) -> String {
    let base = text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    base.map(|c| if c == 'đ' { 'd' } else { c }).collect()
}

/// `text` in letters and digits of ASCII, with hyphens between words.
pub fn slug(text: &str) -> String {
    let plain = strip(text);
    let words = plain.split(|c: char| !c.is_ascii_alphanumeric() && c != '.').filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

/// Whether `text` has what was `asked` for: where that has diacritics they count, otherwise they don't.
pub fn contains(text: &str, asked: &str) -> bool {
    let asked: String = asked.nfc().flat_map(char::to_lowercase).collect();
    let text: String = text.nfc().flat_map(char::to_lowercase).collect();
    text.contains(&asked) || (strip(&asked) == asked && strip(&text).contains(&asked))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn diacritics_count_only_where_they_are_asked_for() {
        assert_eq!(strip("Ủy ban nhân dân Huyện ĐỒNG"), "uy ban nhan dan huyen dong");
        assert_eq!(slug("ỦY BAN NHÂN DÂN  XÃ HÒA AN"), "uy-ban-nhan-dan-xa-hoa-an");
        assert!(contains("Thi đua – Khen thưởng", "thi dua"));
        assert!(contains("Thi đua – Khen thưởng", "ĐUA"));
        assert!(!contains("Thi đua", "đúa"));
        // Decomposed letters are the same letters.
        assert!(contains("Hòa", "ho\u{300}a"));
    }
}
