//! Number and notation (số, ký hiệu) as people quote them: one spelling for each, so that nobody takes one code for two.

use unicode_normalization::UnicodeNormalization;

/// The number and the notation in `code`; `None` where it is no code such as `05/BC-UBND`.
pub fn number_and_notation(code: &str) -> Option<(u32, &str)> {
    let (number, notation) = code.split_once('/')?;
    let (number, notation) = (number.trim(), notation.trim());
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
    let number = number.parse().ok().filter(|number| is_number && *number > 0)?;
    (!notation.is_empty()).then_some((number, notation))
}

/// `code` as the register spells it: two digits at least, composed letters, no spaces around its parts. What is no code
/// stays as it is.
pub fn spelled(code: &str) -> String {
    let [spelled, _] = spellings(code);
    spelled
}

/// How the register spells `code`, and how a clerk who leaves the zero out may have written it into an older register.
pub(super) fn spellings(code: &str) -> [String; 2] {
    match number_and_notation(code) {
        Some((number, notation)) => {
            let notation: String = notation.split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect();
            [format!("{number:02}/{notation}"), format!("{number}/{notation}")]
        }
        None => [code.to_owned(), code.to_owned()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_code_has_one_spelling() {
        for same in ["2/QĐ-UBND", "02/QĐ-UBND", " 002 / QĐ-UBND "] {
            assert_eq!(spelled(same), "02/QĐ-UBND", "{same}");
        }
        // A letter and its mark apart are that letter.
        assert_eq!(spelled("7/O\u{31b}-UBND"), "07/Ơ-UBND");
        assert_eq!(spelled("201/BC-UBND"), "201/BC-UBND");
        for none in ["", "x", "0/BC-UBND", "+2/BC-UBND", "2/", "BC-UBND"] {
            assert_eq!(number_and_notation(none), None, "{none}");
            assert_eq!(spelled(none), none);
        }
    }
}
