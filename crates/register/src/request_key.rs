//! The key that a client chooses for a request that may come twice (draft-ietf-httpapi-idempotency-key-header).

use std::fmt;
use std::str::FromStr;

/// The longest key, in characters.
const MAX_KEY: usize = 255;

/// An idempotency key: 1 to 255 visible characters of ASCII, the same in one office for one request alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestKey(String);

/// The text is no idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an idempotency key has 1 to {MAX_KEY} visible characters of ASCII")]
pub struct RequestKeyError;

impl FromStr for RequestKey {
    type Err = RequestKeyError;

    /// Reads the key itself, without the quotes that a header has around it.
    fn from_str(text: &str) -> Result<RequestKey, RequestKeyError> {
        let is_key = (1..=MAX_KEY).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        is_key.then(|| RequestKey(text.to_owned())).ok_or(RequestKeyError)
    }
}

impl fmt::Display for RequestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl RequestKey {
    /// The key itself, without quotes.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_visible_ascii_and_bounded() {
        for key in ["8e03978e-40d5-43e8-bc93-6894a57f9324", "~!", &"a".repeat(MAX_KEY)] {
            assert_eq!(key.parse::<RequestKey>().unwrap().to_string(), key);
        }
        for wrong in ["", "a b", "a\n", "khóa", &"a".repeat(MAX_KEY + 1)] {
            assert_eq!(wrong.parse::<RequestKey>(), Err(RequestKeyError), "{wrong}");
        }
    }
}
