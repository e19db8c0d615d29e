//! Whom an office tells what happens to its documents: the webhooks in `vanthu.toml`, the types of events, and
//! the public half of the key that vouches for them (Standard Webhooks 1.0.0).

use std::fmt;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use http::Uri;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::hex;
use crate::keys::{KeyAlgorithm, KeyError, PrivateKey};
use crate::log::Event;
use crate::register::RevisionKind;

/// The longest address, in bytes.
const MAX_ADDRESS: usize = 2_000;

/// A system that is told what happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// The address that messages are posted to.
    pub address: WebhookAddress,
    /// The types of events that it is told; every one where none is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<EventType>,
}

impl Webhook {
    /// Whether it is told of events of the type `kind`.
    pub fn wants(&self, kind: EventType) -> bool {
        self.events.is_empty() || self.events.contains(&kind)
    }
}

/// The address of a webhook: `https://`, or `http://` to one of the operator's own networks.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WebhookAddress(String);

/// The text is no address of a webhook.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no address of a webhook: https://HOST/PATH, no name or password of a user, no fragment, \
     up to {MAX_ADDRESS} bytes"
)]
pub struct NotAnAddress(String);

impl TryFrom<String> for WebhookAddress {
    type Error = NotAnAddress;

    fn try_from(text: String) -> Result<WebhookAddress, NotAnAddress> {
        // The parser of the client that will connect, so that both see the same host.
        let uri = text.parse::<Uri>().ok().filter(|_| text.len() <= MAX_ADDRESS && !text.contains('#'));
        let fits = uri.as_ref().is_some_and(|uri| {
            matches!(uri.scheme_str(), Some("https" | "http"))
                && uri.host().is_some_and(|host| !host.is_empty())
                && uri.authority().is_some_and(|authority| !authority.as_str().contains('@'))
        });
        if fits { Ok(WebhookAddress(text)) } else { Err(NotAnAddress(text.chars().take(200).collect())) }
    }
}

impl From<WebhookAddress> for String {
    fn from(address: WebhookAddress) -> String {
        address.0
    }
}

impl fmt::Display for WebhookAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl WebhookAddress {
    /// As it stands in the configuration.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its name in logs and jobs, where the address itself must not stand because addresses often hold a secret: the
    /// first digits of its SHA-256 digest.
    pub fn name(&self) -> String {
        let digest = hex::lower(&Sha256::digest(&self.0));
        digest.chars().take(16).collect()
    }
}

/// What happened to a document, as webhooks name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum EventType {
    /// It got its number (cấp số), a paper document too.
    #[serde(rename = "document.issued")]
    Issued,
    /// Its file was laid out: the report, before anybody signed.
    #[serde(rename = "document.rendered")]
    Rendered,
    /// The authorised person (người có thẩm quyền) has signed.
    #[serde(rename = "document.signed")]
    Signed,
    /// The agency has signed as well.
    #[serde(rename = "document.sealed")]
    Sealed,
    /// Its signatures got what proves them for longer.
    #[serde(rename = "document.preserved")]
    Preserved,
    /// A file of its own came to be for an appendix (phụ lục), or was signed.
    #[serde(rename = "document.attached")]
    Attached,
    /// It was sent to somebody (chuyển).
    #[serde(rename = "document.dispatched")]
    Dispatched,
    /// Somebody has confirmed to have it (ký nhận).
    #[serde(rename = "document.received")]
    Received,
    /// It was recalled (thu hồi).
    #[serde(rename = "document.recalled")]
    Recalled,
    /// Another document took its place (thay thế).
    #[serde(rename = "document.replaced")]
    Replaced,
    /// Its number was taken and nothing came of it (hủy số).
    #[serde(rename = "document.cancelled")]
    Cancelled,
    /// Numbers were set aside for paper documents (giữ số).
    #[serde(rename = "document.reserved")]
    Reserved,
    /// Its line was taken over from an older book.
    #[serde(rename = "document.imported")]
    Imported,
}

impl EventType {
    /// The type of an `event` of the register's log; of a file, by what it is. `None` where it is about no document.
    pub fn of(event: Event, file: Option<RevisionKind>) -> Option<EventType> {
        Some(match event {
            Event::Adopt | Event::Recover | Event::Rekey => return None,
            Event::Issue | Event::Fill => EventType::Issued,
            Event::Cancel => EventType::Cancelled,
            Event::Reserve => EventType::Reserved,
            Event::Import => EventType::Imported,
            Event::Dispatch => EventType::Dispatched,
            Event::Receive => EventType::Received,
            Event::Recall => EventType::Recalled,
            Event::Replace => EventType::Replaced,
            Event::Revision => match file {
                None | Some(RevisionKind::Report) => EventType::Rendered,
                Some(RevisionKind::Signed) => EventType::Signed,
                Some(RevisionKind::Sealed) => EventType::Sealed,
                Some(RevisionKind::Preserved) => EventType::Preserved,
                Some(RevisionKind::Appendix) => EventType::Attached,
            },
        })
    }
}

/// The public half of `key` as receivers get it: `whpk_` and its 32 bytes in Base64.
///
/// # Errors
/// The key is not Ed25519.
pub fn public_key(key: &PrivateKey) -> Result<String, KeyError> {
    if key.algorithm() != KeyAlgorithm::Ed25519 {
        return Err(KeyError::UnknownKey);
    }
    let information = key.public_key_info()?;
    Ok(format!("whpk_{}", BASE64_STANDARD.encode(information.subject_public_key.raw_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_host_and_no_user() {
        for good in ["https://a.example/hook?key=1", "http://10.1.2.3:8080/", "https://[2606:4700::1]/"] {
            assert!(WebhookAddress::try_from(good.to_owned()).is_ok(), "{good}");
        }
        let long = format!("https://a.example/{}", "a".repeat(MAX_ADDRESS));
        for bad in ["a.example/hook", "ftp://a.example/", "https:///x", "https://u:p@a.example/", "/x", ""]
            .into_iter()
            .chain(["https://a.example/#x", "https://a b/", long.as_str()])
        {
            assert!(WebhookAddress::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_webhook_names_known_events_only() {
        let read = |text: &str| toml::from_str::<Webhook>(text);
        let all = read("address = 'https://a.example/'").unwrap();
        assert!(all.wants(EventType::Recalled));
        let some = read("address = 'https://a.example/'\nevents = ['document.signed']").unwrap();
        assert!(some.wants(EventType::Signed) && !some.wants(EventType::Sealed));
        assert!(read("address = 'https://a.example/'\nevents = ['document.sighed']").is_err());
        assert!(read("adress = 'https://a.example/'").is_err());
    }
}
