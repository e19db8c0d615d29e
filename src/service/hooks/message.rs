//! What a webhook is told of an event: the same bytes however often it is sent.

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::hex;
use crate::log::{Event, Leaf};
use crate::office::webhook::EventType;
use crate::register::LoggedEvent;

/// A message as it is signed and sent (Standard Webhooks 1.0.0).
pub(super) struct WebhookMessage {
    /// What makes it the same message when it comes again: no full stop in it, which parts what is signed.
    pub(super) id: String,
    /// The JSON that is sent, byte for byte what is signed.
    pub(super) body: String,
}

#[derive(Serialize)]
struct Body<'a> {
    id: &'a str,
    r#type: EventType,
    /// When the act was logged, RFC 3339.
    timestamp: &'a str,
    data: Data<'a>,
}

/// Who wants more asks the service, which knows who may have it.
#[derive(Serialize)]
struct Data<'a> {
    office: &'a str,
    place: u64,
    event: Event,
    series: &'a str,
    year: i32,
    number: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_sha256: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    appendix: Option<usize>,
    #[serde(skip_serializing_if = "str::is_empty")]
    reason: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    replacement: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    to: &'a str,
}

/// The message of the type `kind` about `event`, whose document `subject` is.
pub(super) fn compose(kind: EventType, event: &LoggedEvent, subject: Option<&Leaf>) -> WebhookMessage {
    let (leaf, particulars) = (&event.leaf, &event.particulars);
    let digest = Sha256::digest(format!("{}\n{}\n{}", leaf.office, event.place, leaf.to_json()));
    let id = format!("act_{}", hex::lower(digest.get(..16).unwrap_or_default()));
    let body = Body {
        id: &id,
        r#type: kind,
        timestamp: &leaf.at,
        data: Data {
            office: &leaf.office,
            place: event.place,
            event: leaf.event,
            series: &leaf.series,
            year: leaf.year,
            number: leaf.number,
            until: leaf.until,
            code: subject.and_then(|subject| subject.code.as_deref()),
            date: subject.and_then(|subject| subject.date.as_deref()),
            file_sha256: leaf.file_sha256.as_deref(),
            appendix: particulars.appendix,
            reason: &particulars.reason,
            replacement: &particulars.replacement,
            to: &particulars.to,
        },
    };
    let body =
        serde_json::to_string(&body).unwrap_or_else(|cause| unreachable!("strings and numbers: {cause}"));
    WebhookMessage { id, body }
}
