//! What requests about documents have in common: the document that an address names, JSON in and out, entity tags.

use std::convert::Infallible;

use axum::Json;
use axum::extract::{FromRequestParts, RawPathParams, Request};
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, ETAG, IF_MATCH, IF_NONE_MATCH};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::id::DocumentId;
use super::view::DocumentView;
use crate::message;
use crate::printable::printable;
use crate::register::RequestKey;
use crate::service::Service;
use crate::service::authentication::Caller;
use crate::service::problem::Problem;
use crate::service::upload;

/// The longest body of a request that brings no document, in bytes.
const MAX_SMALL: usize = 4 << 20;

/// What an address says where a document is named, as it may be printed and kept: whatever is no text, or would forge
/// lines, is replaced, so that a request which is wrong is told in the trail as well.
pub(super) struct DocumentName(pub String);

impl FromRequestParts<Service> for DocumentName {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<DocumentName, Infallible> {
        let path = RawPathParams::from_request_parts(parts, service).await.ok();
        let sent = path.iter().flatten().find_map(|(name, sent)| (name == "id").then(|| sent.to_owned()));
        let text = sent.unwrap_or_else(|| char::REPLACEMENT_CHARACTER.to_string());
        Ok(DocumentName(printable(&text).replace('\n', "\u{FFFD}")))
    }
}

/// The document that a [`DocumentName`] names.
pub(super) fn named(id: &str) -> Result<DocumentId, Problem> {
    if id.contains(char::REPLACEMENT_CHARACTER) {
        return Err(Problem::bad_request(
            "wrong-id",
            message!(
                "Mã văn bản trong địa chỉ có ký tự không thể có; ví dụ đúng: 2026-all-201.",
                "The id in the address has characters that none can have; a right one is 2026-all-201."
            ),
        ));
    }
    id.parse().map_err(|_| Problem::no_document())
}

/// The document `id` of the caller's office.
pub(super) async fn found(caller: &Caller, id: &DocumentId) -> Result<DocumentView, Problem> {
    let record = caller.register().record_at(&id.0).await?;
    record.map(DocumentView::of).ok_or_else(Problem::no_document)
}

/// Reads a small body of JSON that `caller` sends.
pub(super) async fn json<T: DeserializeOwned>(
    service: &Service,
    caller: &Caller,
    request: Request,
) -> Result<T, Problem> {
    if upload::media_type(request.headers()) != "application/json" {
        return Err(Problem::unsupported_media_type());
    }
    let mut room = service.admission().arrive(caller.party())?;
    let body = upload::whole(request.into_body(), &mut room, MAX_SMALL).await?;
    serde_json::from_slice(&body).map_err(|cause| {
        Problem::bad_request("wrong-json", message!("JSON viết sai: {cause}", "The JSON is wrong: {cause}"))
    })
}

/// The header of draft-ietf-httpapi-idempotency-key-header.
pub(super) const REQUEST_KEY: &str = "idempotency-key";

/// The key of idempotency, with or without quotes (a string of RFC 9651 has them).
pub(super) fn request_key(headers: &HeaderMap) -> Result<RequestKey, Problem> {
    let text = headers.get(REQUEST_KEY).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let bare = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    bare.parse().map_err(|_| {
        Problem::bad_request(
            "idempotency-key-missing",
            message!(
                "Cần tiêu đề Idempotency-Key (1 đến 255 ký tự ASCII, ví dụ một UUID): gửi lại yêu cầu với cùng khóa sẽ không lấy thêm số.",
                "The header Idempotency-Key is needed (1 to 255 ASCII characters, such as a UUID): the same request with the same key takes no second number."
            ),
        )
    })
}

/// `answer` as JSON with its entity tag; 304 where the client has it already (RFC 9110 §13.1.2).
pub(super) fn tagged(headers: &HeaderMap, answer: &impl Serialize) -> Result<Response, Problem> {
    let json = serde_json::to_vec(answer).map_err(|cause| Problem::fault(&cause.to_string()))?;
    let tag = tag_of(&crate::hex::lower(&Sha256::digest(&json)));
    if names(headers, IF_NONE_MATCH.as_str(), &tag) {
        return Ok(not_modified(tag));
    }
    Ok((kept(tag), [("content-type", "application/json")], json).into_response())
}

/// An entity tag (RFC 9110 §8.8.3): the digest of what it stands for.
pub(super) fn tag_of(sha256: &str) -> HeaderValue {
    // Digits and quotes are always a header's value.
    HeaderValue::from_str(&format!("\"{sha256}\"")).unwrap_or_else(|_| HeaderValue::from_static("\"\""))
}

/// The headers of what a client may keep, and has to ask about again.
pub(super) fn kept(tag: HeaderValue) -> HeaderMap {
    [(ETAG, tag), (CACHE_CONTROL, HeaderValue::from_static("private, no-cache"))].into_iter().collect()
}

pub(super) fn not_modified(tag: HeaderValue) -> Response {
    (StatusCode::NOT_MODIFIED, kept(tag)).into_response()
}

/// Whether the header `name` has `tag`, or stands for any.
pub(super) fn names(headers: &HeaderMap, name: &str, tag: &HeaderValue) -> bool {
    let tag = tag.to_str().unwrap_or_default();
    let lists = headers.get_all(name).iter().filter_map(|list| list.to_str().ok());
    let mut tags = lists.flat_map(|list| list.split(',')).map(|tag| tag.trim().trim_start_matches("W/"));
    tags.any(|named| named == tag || named == "*")
}

/// Whether the client still has the newest file in mind, by `If-Match`, where it says so (RFC 9110 §13.1.1).
pub(super) fn check_match(headers: &HeaderMap, sha256: &str) -> Result<(), Problem> {
    let is_said = headers.contains_key(IF_MATCH);
    if is_said && !names(headers, IF_MATCH.as_str(), &tag_of(sha256)) {
        return Err(Problem::overtaken());
    }
    Ok(())
}

/// What comes of a change: the document as it is now, tagged with its newest file.
pub(super) fn changed(status: StatusCode, document: DocumentView) -> Response {
    let tag = document.newest().map(|file| tag_of(&file.sha256));
    let headers: HeaderMap = tag.into_iter().map(|tag| (ETAG, tag)).collect();
    (status, headers, Json(document)).into_response()
}
