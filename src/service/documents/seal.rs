//! Sealing (đóng dấu) with the agency's key that the service has.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::sign::base;
use super::view::DocumentView;
use super::{changed, check_match, found, named};
use crate::access::Act;
use crate::service::Service;
use crate::service::caller::Caller;
use crate::service::problem::Problem;
use crate::service::sealing;

/// Seals a document with the agency's key of the service, once the authorised person has signed it.
#[utoipa::path(
    post, path = "/v1/documents/{id}/seal", tag = "signatures", security(("token" = [])),
    params(
        ("id" = String, Path, description = "The document", example = "2026-all-201"),
        ("If-Match" = Option<String>, Header, description = "The file that the client means, by its ETag"),
    ),
    responses(
        (status = 200, description = "It is sealed", body = DocumentView, headers(("ETag" = String, description = "Its newest file"))),
        (status = 401, description = "No token that opens", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Not within the duty", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such document, or its file is not here", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The register refuses, or the service has no key of the agency", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "There is a newer file", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The authorised person has not signed, or the signature does not hold", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Too busy, or something does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::service) async fn seal(
    State(service): State<Service>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    caller.may(Act::Seal, &id).await?;
    let sealed = sealed(&service, &caller, &id, &headers).await;
    caller.bureau().nudge();
    caller.answer(Act::Seal.name(), &id, sealed.map(|document| changed(StatusCode::OK, document))).await
}

async fn sealed(
    service: &Service,
    caller: &Caller,
    id: &str,
    headers: &HeaderMap,
) -> Result<DocumentView, Problem> {
    let id = named(id)?;
    let document = found(caller, &id).await?;
    let base = base(caller, &id.to_string()).await?;
    check_match(headers, &base.sha256)?;
    sealing::seal(service, caller, &id, base, document.unsealed_appendices()).await?;
    found(caller, &id).await
}
