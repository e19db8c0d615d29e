//! A token as text: `vanthu_{office}_{secret}`. The office stands there in clear, so that a service finds its
//! database first; the prefix lets scanners find a token where it should not be.

use std::fmt;
use std::str::FromStr;

use secrecy::SecretString;
use sha2::{Digest, Sha256};
use time::Duration;
use zeroize::Zeroizing;

use super::AccessError;
use crate::hex;

const PREFIX: &str = "vanthu_";
/// Length of a token's secret, in bytes.
const SECRET: usize = 32;
/// The longest identifier of an office, in bytes.
const MAX_OFFICE: usize = 200;
/// The longest token, in bytes.
const MAX_TOKEN: usize = PREFIX.len() + MAX_OFFICE + 1 + 2 * SECRET;
/// The longest name of a token, in characters.
const MAX_NAME: usize = 64;

/// The office whose token `text` may be; `None` where it has not the form of a token. Nothing is looked up.
pub fn office_of(text: &str) -> Option<&str> {
    if text.len() > MAX_TOKEN {
        return None;
    }
    // A secret has no underscore, so that the last one ends the office, whatever that has in it.
    let (office, secret) = text.strip_prefix(PREFIX)?.rsplit_once('_')?;
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    (is_fit(office) && secret.len() == 2 * SECRET && secret.bytes().all(is_digit)).then_some(office)
}

/// Whether `office` may stand in a token: the characters that an HTTP header and an address leave alone
/// (RFC 6750 §2.1, RFC 3986 §2.3).
fn is_fit(office: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    (1..=MAX_OFFICE).contains(&office.len()) && office.bytes().all(fits)
}

/// A new token of `office`.
pub(super) fn make(office: &str) -> Result<SecretString, AccessError> {
    if !is_fit(office) {
        return Err(AccessError::Office(office.to_owned()));
    }
    let mut secret = Zeroizing::new([0_u8; SECRET]);
    getrandom::fill(secret.as_mut_slice()).map_err(AccessError::Random)?;
    // Room for all of it at once: a text that grows leaves copies behind.
    let mut text = String::with_capacity(PREFIX.len() + office.len() + 1 + 2 * SECRET);
    text.push_str(PREFIX);
    text.push_str(office);
    text.push('_');
    for byte in secret.iter() {
        for digit in [byte >> 4, byte & 0xF] {
            text.extend(char::from_digit(u32::from(digit), 16));
        }
    }
    Ok(SecretString::from(text))
}

/// What the database keeps of a token. Nobody gets back from it to 256 random bits, so it needs neither a salt nor
/// a slow function. The office is under the digest as well: its row opens nothing where somebody copies it to.
pub(super) fn digest(text: &str) -> String {
    hex::lower(&Sha256::digest(text))
}

/// The name of a token (whose it is, or which program's): 1 to 64 letters, digits and `-._@`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenName(String);

/// The text can't name a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a token's name has 1 to {MAX_NAME} letters, digits and -._@")]
pub struct NameError;

impl FromStr for TokenName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<TokenName, NameError> {
        let fits = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '.' | '_' | '@');
        let length = text.chars().take(MAX_NAME + 1).count();
        let is_name = (1..=MAX_NAME).contains(&length) && text.chars().all(fits);
        is_name.then(|| TokenName(text.to_owned())).ok_or(NameError)
    }
}

impl fmt::Display for TokenName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TokenName {
    /// The name as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How long a token opens: a year where nobody says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime(Duration);

impl Lifetime {
    /// The longest, in days: two years.
    pub const MAX_DAYS: u16 = 730;

    /// So many days, 1 to [`Self::MAX_DAYS`].
    pub fn of_days(days: u16) -> Option<Lifetime> {
        (1..=Self::MAX_DAYS).contains(&days).then(|| Lifetime(Duration::days(i64::from(days))))
    }

    pub(super) fn duration(self) -> Duration {
        self.0
    }
}

impl Default for Lifetime {
    fn default() -> Lifetime {
        Lifetime(Duration::days(365))
    }
}

/// How long the old secret still opens after a rotation: a day where nobody says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grace(Duration);

impl Grace {
    /// The longest, in hours: a week.
    pub const MAX_HOURS: u16 = 168;

    /// So many hours, 0 to [`Self::MAX_HOURS`].
    pub fn of_hours(hours: u16) -> Option<Grace> {
        (hours <= Self::MAX_HOURS).then(|| Grace(Duration::hours(i64::from(hours))))
    }

    /// The time in whole hours.
    pub fn hours(self) -> i64 {
        self.0.whole_hours()
    }

    pub(super) fn duration(self) -> Duration {
        self.0
    }
}

impl Default for Grace {
    fn default() -> Grace {
        Grace(Duration::hours(24))
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn a_token_tells_its_office_and_has_one_form() {
        for office in ["H37.DN.001", "xa_hoa_an", "a", "_", "vanthu_x", &"x".repeat(MAX_OFFICE)] {
            let token = make(office).unwrap();
            let text = token.expose_secret();
            assert_eq!(office_of(text), Some(office));
            assert!(text.len() <= MAX_TOKEN);
            assert_eq!(format!("{token:?}").matches(text).count(), 0);
            for wrong in [
                text.to_uppercase(),
                format!("{text}0"),
                format!(" {text}"),
                text.replacen("vanthu_", "vanthu", 1),
                text.get(..text.len() - 1).unwrap().to_owned(),
                text.replace(office, ""),
                text.replace(office, "a b"),
                text.replace(office, &"x".repeat(MAX_OFFICE + 1)),
            ] {
                assert_eq!(office_of(&wrong), None, "{wrong}");
            }
        }
        assert_ne!(make("a").unwrap().expose_secret(), make("a").unwrap().expose_secret());
        for office in ["", "a b", "a+b", "Hòa An", &"x".repeat(MAX_OFFICE + 1)] {
            assert!(matches!(make(office), Err(AccessError::Office(_))), "{office}");
        }
    }

    #[test]
    fn a_name_is_a_word() {
        for name in ["van-thu.1@hoa-an", "Nguyễn_Văn_A"] {
            assert_eq!(name.parse::<TokenName>().unwrap().as_str(), name);
        }
        for wrong in ["", "command line", "a\nb", "a\u{202E}b", &"a".repeat(MAX_NAME + 1)] {
            assert_eq!(wrong.parse::<TokenName>(), Err(NameError));
        }
    }
}
