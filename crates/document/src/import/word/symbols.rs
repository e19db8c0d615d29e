//! Characters of symbol fonts, which have places of their own, as characters of Unicode.

/// The places of the font Symbol from 0x20 to 0x7E and from 0xA0 to 0xFE; U+FFFD where there is none.
const SYMBOL_LOW: &str =
    " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼";
const SYMBOL_HIGH: &str = "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪\u{FFFD}〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭";

/// Whether `font` has places of its own.
pub(super) fn is_symbol_font(font: &str) -> bool {
    ["Symbol", "Wingdings", "Wingdings 2", "Wingdings 3", "Webdings"]
        .iter()
        .any(|known| font.eq_ignore_ascii_case(known))
}

/// The character at `code` of `font`, where it is known.
pub(super) fn symbol(font: &str, code: u32) -> Option<char> {
    let place = if (0xF000..=0xF0FF).contains(&code) { code - 0xF000 } else { code };
    let font = font.to_ascii_lowercase();
    let found = match font.as_str() {
        "symbol" => {
            let at =
                |table: &str, first: u32| table.chars().nth(usize::try_from(place.checked_sub(first)?).ok()?);
            if place < 0x80 { at(SYMBOL_LOW, 0x20) } else { at(SYMBOL_HIGH, 0xA0) }
        }
        "wingdings" => match place {
            0x20 => Some(' '),
            0x28 => Some('☎'),
            0x2A => Some('✉'),
            0x46 => Some('☞'),
            0x6C => Some('●'),
            0x6E => Some('■'),
            0x6F..=0x72 | 0xA8 => Some('☐'),
            0x75 => Some('◆'),
            0x76 => Some('❖'),
            0x77 => Some('⬥'),
            0x9F => Some('•'),
            0xA1 => Some('○'),
            0xA7 => Some('▪'),
            0xD8 => Some('➢'),
            0xDF | 0xEF => Some('←'),
            0xE0 | 0xE8 | 0xF0 => Some('→'),
            0xE1 | 0xF1 => Some('↑'),
            0xE2 | 0xF2 => Some('↓'),
            0xFB => Some('✗'),
            0xFC => Some('✓'),
            0xFD => Some('☒'),
            0xFE => Some('☑'),
            _ => None,
        },
        "wingdings 2" => match place {
            0x4F => Some('✗'),
            0x50 => Some('✓'),
            0x51 | 0x53 | 0x54 => Some('☒'),
            0x52 => Some('☑'),
            0x2A | 0x30 | 0xA3 => Some('☐'),
            0x97 | 0x98 => Some('●'),
            _ => None,
        },
        "webdings" => match place {
            0x61 => Some('✓'),
            0x63 => Some('☐'),
            0x72 => Some('✗'),
            0x67 => Some('■'),
            0x3D => Some('●'),
            _ => None,
        },
        // A character of an ordinary font stands for itself.
        _ => char::from_u32(code).filter(|_| !(0xE000..=0xF8FF).contains(&code)),
    };
    found.filter(|c| *c != '\u{FFFD}')
}
