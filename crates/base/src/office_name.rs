//! Names of offices, as different people write them.

use unicode_normalization::UnicodeNormalization;

/// Whether two names are the same office's: spaces, capitals and how letters are composed don't tell offices apart.
pub fn is_same_name(one: &str, other: &str) -> bool {
    let words = |name: &str| -> Vec<String> {
        name.nfc().collect::<String>().split_whitespace().map(str::to_uppercase).collect()
    };
    words(one) == words(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_a_name_is_typed_does_not_matter() {
        let name = "ỦY BAN NHÂN DÂN XÃ HÒA AN";
        for other in ["Ủy ban nhân dân xã Hòa An", " ỦY  BAN NHÂN\nDÂN XÃ HO\u{300}A AN "] {
            assert!(is_same_name(name, other), "{other}");
        }
        for other in ["ỦY BAN NHÂN DÂN XÃ HÓA AN", "ỦY BAN NHÂN DÂN XÃ HÒA", ""] {
            assert!(!is_same_name(name, other), "{other}");
        }
    }
}
