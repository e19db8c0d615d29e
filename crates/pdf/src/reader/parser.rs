//! From bytes to values, strictly (ISO 32000-2 7.2, 7.3).

use super::budget::{Budget, DEPTH};
use super::error::ReadError;
use super::finding::{Finding, FindingKind};
use super::object::{Dictionary, Object, Span, Value};

/// Reads values from `bytes`, forwards.
pub(super) struct Parser<'a> {
    bytes: &'a [u8],
    at: usize,
    budget: &'a Budget,
    findings: Vec<Finding>,
}

impl<'a> Parser<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize, budget: &'a Budget) -> Parser<'a> {
        Parser { bytes, at, budget, findings: Vec::new() }
    }

    /// Where the next byte stands.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// What was noticed so far.
    pub(super) fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    pub(super) fn fail<T>(&self, expected: &'static str) -> Result<T, ReadError> {
        Err(ReadError::Syntax { at: self.at, expected })
    }

    /// Skips white space and comments.
    pub(super) fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            if is_space(byte) {
                self.at += 1;
            } else if byte == b'%' {
                while self.peek().is_some_and(|byte| byte != b'\r' && byte != b'\n') {
                    self.at += 1;
                }
            } else {
                break;
            }
        }
    }

    /// Skips white space alone: where a comment would hide bytes. It tells whether it was little and plain, as all
    /// programs skip it.
    pub(super) fn skip_white(&mut self) -> bool {
        let start = self.at;
        while self.peek().is_some_and(is_space) {
            self.at += 1;
        }
        is_plain_gap(self.bytes.get(start..self.at).unwrap_or_default())
    }

    /// Notes that other programs may read what stands here in another way.
    pub(super) fn note(&mut self, kind: FindingKind) {
        self.findings.push(Finding { kind, at: self.at });
    }

    /// Skips one space, where it stands before an end of line.
    pub(super) fn skip_blank(&mut self) {
        if matches!(self.rest(), [b' ', b'\r' | b'\n', ..]) {
            self.at += 1;
        }
    }

    /// `N G obj`, the value, and for a stream its bytes, up to `endobj`. `length` tells the value of a
    /// /Length that is another object.
    pub(super) fn indirect(
        &mut self,
        length: impl Fn(u32) -> Result<Option<i64>, ReadError>,
    ) -> Result<(u32, u16, Value), ReadError> {
        self.skip_white();
        let number = u32::try_from(self.unsigned()?).or_else(|_| self.fail("an object number"))?;
        self.skip_white();
        let generation = u16::try_from(self.unsigned()?).or_else(|_| self.fail("a generation number"))?;
        self.skip_white();
        if !self.take(b"obj") {
            return self.fail("obj");
        }
        let mut value = self.value()?;
        self.skip_space();
        if let Object::Dictionary(dictionary) = &value.object
            && self.take(b"stream")
        {
            if !matches!(self.rest(), [b'\n', ..] | [b'\r', b'\n', ..]) {
                return self.fail("an end of line after stream");
            }
            self.take_end_of_line();
            let length = match dictionary.get("Length").map(|value| &value.object) {
                Some(Object::Integer(length)) => Some(*length),
                Some(Object::Reference(number, _)) => length(*number)?,
                _ => None,
            };
            let Some(length) = length.and_then(|length| usize::try_from(length).ok()) else {
                return self.fail("a stream with a /Length");
            };
            let start = self.at;
            self.take_bytes(length)?;
            let data = Span { start, end: self.at };
            self.skip_white();
            if !self.take(b"endstream") {
                return self.fail("endstream after /Length bytes");
            }
            self.skip_space();
            value.object = Object::Stream(dictionary.clone(), data);
        }
        if !self.take(b"endobj") {
            return self.fail("endobj");
        }
        Ok((number, generation, value))
    }

    /// Takes `word` if it stands here, followed by no regular character.
    pub(super) fn take(&mut self, word: &[u8]) -> bool {
        let ends = self.bytes.get(self.at + word.len()).is_none_or(|byte| !is_regular(*byte));
        let stands = self.rest().starts_with(word) && ends;
        if stands {
            self.at += word.len();
        }
        stands
    }

    /// Takes one end of line: CR, LF or both.
    pub(super) fn take_end_of_line(&mut self) -> bool {
        let length = match self.rest() {
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            _ => 0,
        };
        self.at += length;
        length > 0
    }

    /// Takes exactly `count` bytes.
    pub(super) fn take_bytes(&mut self, count: usize) -> Result<&'a [u8], ReadError> {
        let bytes = self.at.checked_add(count).and_then(|end| self.bytes.get(self.at..end));
        let Some(bytes) = bytes else {
            return self.fail("more bytes");
        };
        self.at += count;
        Ok(bytes)
    }

    /// An unsigned whole number.
    pub(super) fn unsigned(&mut self) -> Result<u64, ReadError> {
        let digits = self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 || digits > 18 {
            return self.fail("a whole number");
        }
        let number = self.take_bytes(digits)?;
        Ok(number.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
    }

    /// A value.
    pub(super) fn value(&mut self) -> Result<Value, ReadError> {
        self.nested(0)
    }

    fn nested(&mut self, depth: usize) -> Result<Value, ReadError> {
        if depth > DEPTH {
            return Err(ReadError::Budget { what: "levels of nesting", limit: DEPTH as u64 });
        }
        self.budget.value()?;
        self.skip_space();
        let start = self.at;
        let object = match self.rest() {
            [b'/', ..] => Object::Name(self.name()?),
            [b'(', ..] => Object::Literal(self.literal()?),
            [b'<', b'<', ..] => Object::Dictionary(self.dictionary(depth)?),
            [b'<', ..] => Object::Hexadecimal(self.hexadecimal()?),
            [b'[', ..] => Object::Array(self.array(depth)?),
            [b'+' | b'-' | b'.' | b'0'..=b'9', ..] => self.number()?,
            _ if self.take(b"true") => Object::Boolean(true),
            _ if self.take(b"false") => Object::Boolean(false),
            _ if self.take(b"null") => Object::Null,
            _ => return self.fail("a value"),
        };
        Ok(Value { object, span: Span { start, end: self.at } })
    }

    fn name(&mut self) -> Result<Vec<u8>, ReadError> {
        self.at += 1;
        let mut name = Vec::new();
        while let Some(byte) = self.peek().filter(|byte| is_regular(*byte)) {
            self.at += 1;
            if byte != b'#' {
                name.push(byte);
                continue;
            }
            let digits = self.take_bytes(2)?;
            match digits {
                [high, low] => match (hex(*high), hex(*low)) {
                    (Some(high), Some(low)) => name.push(high << 4 | low),
                    _ => return self.fail("two hexadecimal digits"),
                },
                _ => return self.fail("two hexadecimal digits"),
            }
        }
        Ok(name)
    }

    fn literal(&mut self) -> Result<Vec<u8>, ReadError> {
        self.at += 1;
        let mut depth = 1_usize;
        let mut string = Vec::new();
        loop {
            let Some(byte) = self.peek() else {
                return self.fail(")");
            };
            self.at += 1;
            match byte {
                b'(' => depth += 1,
                b')' => {
                    depth -= 1;
                    if depth == 0 {
                        return Ok(string);
                    }
                }
                b'\\' => {
                    self.escape(&mut string)?;
                    continue;
                }
                // An end of line in a string is one line feed however it is written.
                b'\r' => {
                    if self.peek() == Some(b'\n') {
                        self.at += 1;
                    }
                    string.push(b'\n');
                    continue;
                }
                _ => {}
            }
            string.push(byte);
        }
    }

    fn escape(&mut self, string: &mut Vec<u8>) -> Result<(), ReadError> {
        let Some(byte) = self.peek() else {
            return self.fail("an escaped character");
        };
        match byte {
            b'\r' | b'\n' => {
                self.take_end_of_line();
                return Ok(());
            }
            b'0'..=b'7' => {
                let digits =
                    self.rest().iter().take(3).take_while(|byte| (b'0'..=b'7').contains(byte)).count();
                let octal = self.take_bytes(digits)?;
                let code = octal.iter().fold(0_u32, |code, digit| code * 8 + u32::from(digit - b'0'));
                string.push((code & 0xFF) as u8);
                return Ok(());
            }
            _ => {}
        }
        self.at += 1;
        string.push(match byte {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'b' => 0x08,
            b'f' => 0x0C,
            other => other,
        });
        Ok(())
    }

    fn hexadecimal(&mut self) -> Result<Vec<u8>, ReadError> {
        self.at += 1;
        let mut string = Vec::new();
        let mut high = None;
        loop {
            let Some(byte) = self.peek() else {
                return self.fail(">");
            };
            match (byte, hex(byte), high) {
                (b'>', ..) => break,
                (_, Some(digit), None) => high = Some(digit),
                (_, Some(digit), Some(first)) => {
                    string.push(first << 4 | digit);
                    high = None;
                }
                (byte, None, _) if is_space(byte) => {}
                _ => return self.fail("a hexadecimal digit"),
            }
            self.at += 1;
        }
        self.at += 1;
        string.extend(high.map(|digit| digit << 4));
        Ok(string)
    }

    fn array(&mut self, depth: usize) -> Result<Vec<Value>, ReadError> {
        self.at += 1;
        let mut values = Vec::new();
        loop {
            self.skip_space();
            if self.peek() == Some(b']') {
                self.at += 1;
                return Ok(values);
            }
            values.push(self.nested(depth + 1)?);
        }
    }

    fn dictionary(&mut self, depth: usize) -> Result<Dictionary, ReadError> {
        self.at += 2;
        let mut entries: Vec<(Vec<u8>, Value)> = Vec::new();
        loop {
            self.skip_space();
            if self.rest().starts_with(b">>") {
                self.at += 2;
                break;
            }
            let at = self.at;
            if self.peek() != Some(b'/') {
                return self.fail("a key or >>");
            }
            let key = self.name()?;
            let value = self.nested(depth + 1)?;
            // Few keys: most dictionaries are small, and large ones are looked through once below.
            if entries.len() < 32 && entries.iter().any(|(known, _)| *known == key) {
                self.findings.push(Finding { kind: FindingKind::RepeatedKey, at });
            }
            entries.push((key, value));
        }
        if entries.len() > 32 {
            let mut keys: Vec<&[u8]> = entries.iter().map(|(key, _)| key.as_slice()).collect();
            keys.sort_unstable();
            if keys.array_windows().any(|[a, b]| a == b) {
                self.findings.push(Finding { kind: FindingKind::RepeatedKey, at: self.at });
            }
        }
        Ok(Dictionary(entries))
    }

    /// A number, or a reference that begins with it.
    fn number(&mut self) -> Result<Object, ReadError> {
        let length = self.rest().iter().take_while(|byte| is_regular(**byte)).count();
        let token = self.take_bytes(length)?;
        let text = std::str::from_utf8(token).unwrap_or_default();
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(fraction) || unsigned.is_empty() || unsigned == "." {
            self.at -= length;
            return self.fail("a number");
        }
        if unsigned.contains('.') {
            return text.parse().map(Object::Real).or_else(|_| self.fail("a number"));
        }
        let Ok(number) = text.parse::<i64>() else {
            return self.fail("a smaller number");
        };
        Ok(self.reference(number, text).unwrap_or(Object::Integer(number)))
    }

    /// `N G R`, of which `number` was read.
    fn reference(&mut self, number: i64, text: &str) -> Option<Object> {
        let number = u32::try_from(number).ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))?;
        let start = self.at;
        let mut read = || {
            self.skip_space();
            let generation = u16::try_from(self.unsigned().ok()?).ok()?;
            let end = self.at;
            self.skip_space();
            // `0R` is one word.
            (self.at > end && self.take(b"R")).then_some(Object::Reference(number, generation))
        };
        let reference = read();
        if reference.is_none() {
            self.at = start;
        }
        reference
    }
}

/// Whether a byte is white space (ISO 32000-2 table 1).
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0C | b'\r' | b' ')
}

/// Whether white space is short and plain: what searches for a word from the end of a file, or knows fewer kinds of
/// white space, is not led astray.
pub(super) fn is_plain_gap(bytes: &[u8]) -> bool {
    const LONGEST: usize = 32;
    bytes.len() <= LONGEST && bytes.iter().all(|byte| matches!(byte, b'\r' | b'\n' | b' '))
}

/// Whether a byte is neither white space nor a delimiter (ISO 32000-2 table 2).
pub(super) fn is_regular(byte: u8) -> bool {
    !matches!(
        byte,
        0 | b'\t'
            | b'\n'
            | 0x0C
            | b'\r'
            | b' '
            | b'('
            | b')'
            | b'<'
            | b'>'
            | b'['
            | b']'
            | b'{'
            | b'}'
            | b'/'
            | b'%'
    )
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// Reads `bytes` as one value.
///
/// # Errors
/// They don't begin with one.
pub fn parse_value(bytes: &[u8]) -> Result<Value, ReadError> {
    Parser::new(bytes, 0, &Budget::default()).value()
}
