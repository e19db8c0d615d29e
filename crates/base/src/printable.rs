//! Text of others as it may be printed.

/// `text` as it may be printed: characters that would forge lines or turn the reading direction are
/// replaced, ends of line apart.
pub fn printable(text: &str) -> String {
    text.chars().map(|letter| if letter == '\n' { letter } else { visible(letter) }).collect()
}

/// Names in certificates and files are their authors': none may forge a line of what is printed, or turn
/// its reading direction, by control characters.
fn visible(character: char) -> char {
    let hidden = character.is_control()
        || matches!(character, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}');
    if hidden { char::REPLACEMENT_CHARACTER } else { character }
}
