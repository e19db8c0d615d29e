//! The code on paper: the address of an office's page, and the link from a printed copy to the record of its
//! document. Where it leads the office says, never the document.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use url::{Host, Url};

use crate::explain::{Explain, Refusal};
use crate::lang::Message;
use crate::message;

/// The longest address, in bytes: the code has to stay small.
pub(crate) const MAX_ADDRESS: usize = 60;
/// The longest notation that a link can have, in characters.
pub(crate) const MAX_NOTATION: usize = 60;
/// The longest link before its digest, in bytes; what is drawn must fit in the margin.
pub(crate) const MAX_RECORD: usize = 160;

/// What a link can have as it is (RFC 3986 §2.3).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The address of the page where an office tells what it registered: `https://`, a host, perhaps a port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address(String);

/// Why an address can't be printed as a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AddressError {
    /// The text is no URL (RFC 3986) with a host.
    #[error("not an address like https://kiemtra.example.gov.vn")]
    NotAnAddress,
    /// Whoever stands between could answer in the office's place.
    #[error("the address must begin with https:// (http:// leads to this machine alone)")]
    NotSecure,
    /// More than a host and a port.
    #[error("the address must end after the host or port: no user, path, ? or #")]
    Surplus,
    /// It makes the code too large.
    #[error("the address must have {MAX_ADDRESS} characters at the most")]
    Long,
}

impl Address {
    /// Reads an address; the port that its scheme has anyway and the slash at its end are left out.
    ///
    /// # Errors
    /// See [`AddressError`].
    pub fn parse(text: &str) -> Result<Address, AddressError> {
        let url = Url::parse(text).map_err(|_| AddressError::NotAnAddress)?;
        let is_loopback = match url.host() {
            None => return Err(AddressError::NotAnAddress),
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
        };
        match url.scheme() {
            "https" => {}
            "http" if is_loopback => {}
            _ => return Err(AddressError::NotSecure),
        }
        let has_user = !url.username().is_empty() || url.password().is_some();
        if has_user || url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err(AddressError::Surplus);
        }
        let origin = url.origin().ascii_serialization();
        if origin.len() > MAX_ADDRESS { Err(AddressError::Long) } else { Ok(Address(origin)) }
    }

    /// Its text, without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The link to the record of the document `number`/`notation` of `year`, whose content has the SHA-256
    /// digest `content`.
    ///
    /// # Errors
    /// See [`LinkError`].
    pub fn link(&self, year: i32, number: u32, notation: &str, content: &[u8]) -> Result<Link, LinkError> {
        if !is_notation(notation) {
            return Err(LinkError::Notation(notation.to_owned()));
        }
        let path = format!("{}/v/{year}/{number}", self.0);
        let address = format!("{path}/{}", utf8_percent_encode(notation, ESCAPED));
        if address.len() > MAX_RECORD {
            return Err(LinkError::Long(address));
        }
        // Capitals: a code holds them in less room.
        let digest = crate::hex::lower(content).to_ascii_uppercase();
        Ok(Link { record: format!("{path}/{notation}"), head: format!("{address}?d="), digest })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl TryFrom<String> for Address {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Address, AddressError> {
        Address::parse(&text)
    }
}

impl From<Address> for String {
    fn from(address: Address) -> String {
        address.0
    }
}

/// The link to the record of one document, `{address}/v/{year}/{number}/{notation}?d={digest}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    record: String,
    head: String,
    digest: String,
}

/// Why a document has no link.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.words().en)]
#[non_exhaustive]
pub enum LinkError {
    /// The page would not take its notation.
    Notation(String),
    /// The code would be too large for the margin.
    Long(String),
}

impl Explain for LinkError {
    fn words(&self) -> Message {
        match self {
            LinkError::Notation(notation) => message!(
                "ký hiệu {notation} có chữ không đứng được trong địa chỉ của mã QR: sửa ký hiệu, hoặc bỏ [qr] trong vanthu.toml",
                "the notation {notation} has a sign that the QR code's address can't have: change it, or take [qr] out of vanthu.toml"
            ),
            LinkError::Long(address) => message!(
                "địa chỉ {address} quá dài cho mã QR: rút ngắn qr.address trong vanthu.toml",
                "the address {address} is too long for a QR code: shorten qr.address in vanthu.toml"
            ),
        }
    }

    fn kind(&self) -> Refusal {
        Refusal::Rejected
    }
}

impl Link {
    /// What people type: the address without the digest, the notation as it is written.
    pub fn record(&self) -> &str {
        &self.record
    }

    /// What the code holds, up to the digest.
    pub fn head(&self) -> &str {
        &self.head
    }

    /// The digest, in hexadecimal capitals.
    pub fn digest(&self) -> &str {
        &self.digest
    }
}

/// Whether a document can have the notation `text` (NĐ 30/2020 Phụ lục I, II.3): Latin letters, digits, `-`,
/// `&`. Pages of records take no other.
pub fn is_notation(text: &str) -> bool {
    let fits = |letter: char| {
        letter.is_ascii_alphanumeric()
            || matches!(letter, '-' | '&' | 'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ɏ' | 'Ạ'..='ỹ')
    };
    (1..=MAX_NOTATION).contains(&text.chars().count()) && text.chars().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_host_that_nobody_can_stand_in_for() {
        for (text, wanted) in [
            ("https://kiemtra.example.gov.vn", "https://kiemtra.example.gov.vn"),
            ("https://KIEMTRA.example.gov.vn:443/", "https://kiemtra.example.gov.vn"),
            ("https://kiemtra.example.gov.vn:8443", "https://kiemtra.example.gov.vn:8443"),
            ("https://kiểmtra.vn", "https://xn--kimtra-qj8b.vn"),
            ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
            ("http://[::1]:8080", "http://[::1]:8080"),
            ("http://localhost:8080", "http://localhost:8080"),
        ] {
            assert_eq!(Address::parse(text).unwrap().as_str(), wanted, "{text}");
        }
        let long = format!("https://{}.vn", "a".repeat(50));
        for (text, wanted) in [
            ("", AddressError::NotAnAddress),
            ("kiemtra.example.gov.vn", AddressError::NotAnAddress),
            ("data:text/html,x", AddressError::NotAnAddress),
            ("http://kiemtra.example.gov.vn", AddressError::NotSecure),
            ("http://127.0.0.1.example.vn", AddressError::NotSecure),
            ("ftp://127.0.0.1", AddressError::NotSecure),
            ("https://example.vn/x", AddressError::Surplus),
            ("https://example.vn?x", AddressError::Surplus),
            ("https://example.vn/#", AddressError::Surplus),
            ("https://office@example.vn", AddressError::Surplus),
            ("https://:secret@example.vn", AddressError::Surplus),
            (long.as_str(), AddressError::Long),
        ] {
            assert_eq!(Address::parse(text), Err(wanted), "{text}");
        }
    }

    #[test]
    fn a_link_names_the_record_and_the_content() {
        let address = Address::parse("https://kiemtra.example.gov.vn").unwrap();
        let link = address.link(2026, 7, "QĐ-GD&ĐT", &[0xAB; 32]).unwrap();
        assert_eq!(link.record(), "https://kiemtra.example.gov.vn/v/2026/7/QĐ-GD&ĐT");
        assert_eq!(link.head(), "https://kiemtra.example.gov.vn/v/2026/7/Q%C4%90-GD%26%C4%90T?d=");
        assert_eq!(link.digest(), "AB".repeat(32));
        for notation in ["", "BC/UBND", "BC UBND", "BC?UBND", "BC-國", &"A".repeat(61)] {
            let refused = address.link(2026, 7, notation, &[0; 32]);
            assert_eq!(refused, Err(LinkError::Notation(notation.to_owned())));
        }
        assert!(matches!(address.link(2026, 7, &"Đ".repeat(40), &[0; 32]), Err(LinkError::Long(_))));
    }
}
