//! One message, signed and sent (Standard Webhooks 1.0.0).

use std::fmt;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use time::OffsetDateTime;

use super::message::WebhookMessage;
use crate::keys::{KeyAlgorithm, KeyError, PrivateKey};
use crate::lang::Message;
use crate::message;
use crate::office::webhook::WebhookAddress;
use crate::online::{Hosts, Networks, is_refused};

/// Sends messages and signs them.
pub(super) struct WebhookSender {
    agent: ureq::Agent,
    key: PrivateKey,
}

impl fmt::Debug for WebhookSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSender")
    }
}

/// What a webhook says to a message.
pub(super) enum Reply {
    /// It has the message: any status 2xx.
    Taken,
    /// Not now, or not like this.
    Refused(Message),
    /// It wants no message any more.
    Gone(Message),
}

impl WebhookSender {
    /// Signs with `key` and sends to the open network and to `networks`.
    pub(super) fn new(key: PrivateKey, networks: Networks) -> Result<WebhookSender, KeyError> {
        match key.algorithm() {
            KeyAlgorithm::Ed25519 => Ok(WebhookSender { agent: Hosts::Secured(networks).agent(), key }),
            KeyAlgorithm::P256 | KeyAlgorithm::P384 => Err(KeyError::UnknownKey),
        }
    }

    /// Sends `told` to `address` at the time `at`, once. It blocks for ten seconds at the most.
    pub(super) fn send(&self, address: &WebhookAddress, told: &WebhookMessage, at: OffsetDateTime) -> Reply {
        let WebhookMessage { id, body } = told;
        let at = at.unix_timestamp();
        let signature = BASE64_STANDARD.encode(self.key.sign(format!("{id}.{at}.{body}").as_bytes()));
        let request = self
            .agent
            .post(address.as_str())
            .header("content-type", "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", at.to_string())
            .header("webhook-signature", format!("v1a,{signature}"));
        // What it says beside the status is of no interest, and not read.
        match request.send(body).map(|response| response.status()) {
            Ok(status) if status.is_success() => Reply::Taken,
            Ok(status) if status.as_u16() == 410 => Reply::Gone(message!(
                "nơi nhận trả lời 410: không muốn nhận tin nữa",
                "the receiver answered 410: it wants no more messages"
            )),
            Ok(status) => {
                let status = status.as_u16();
                Reply::Refused(message!("nơi nhận trả lời {status}", "the receiver answered {status}"))
            }
            Err(cause) if is_refused(&cause) => Reply::Refused(message!(
                "địa chỉ ở trong mạng nội bộ, hoặc không dùng https; xem webhook-networks",
                "the address is in a network that is not open to everybody, or without https; see webhook-networks"
            )),
            Err(cause) => {
                let cause: String = cause.to_string().chars().take(300).collect();
                Reply::Refused(message!("không gửi được: {cause}", "it could not be sent: {cause}"))
            }
        }
    }
}
