//! Sealing (đóng dấu) with the agency's key that the service has.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::exchange::{DocumentName, changed, check_match, found, named};
use super::sealing;
use super::sign::base;
use super::view::DocumentView;
use crate::access::Act;
use crate::role::Role;
use crate::service::Service;
use crate::service::authentication::Caller;
use crate::service::problem::Problem;
use crate::service::responses::{FollowsFile, Guarded, Limited, NeedsWorkerAndStorage, ReadsFile, problems};

problems! {
    SealProblems {
        409 "The register refuses, or the service has no key of the agency",
        422 "The authorised person has not signed, or the signature does not hold",
    }
}

/// Seals a document with the agency's key of the service, once the authorised person has signed it.
#[utoipa::path(
    post, path = "/v1/documents/{id}/seal", tag = "signatures", security(("token" = [])),
    params(
        ("id" = String, Path, description = "The document", example = "2026-all-201"),
        ("If-Match" = Option<String>, Header, description = "The file that the client means, by its ETag"),
    ),
    responses(
        (status = 200, description = "It is sealed", body = DocumentView, headers(("ETag" = String, description = "Its newest file"))),
        Limited, Guarded, ReadsFile, FollowsFile, NeedsWorkerAndStorage, SealProblems,
    )
)]
pub(in crate::service) async fn seal(
    State(service): State<Service>,
    caller: Caller,
    DocumentName(id): DocumentName,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let sealing = async {
        let sealed = sealed(&service, &caller, &id, &headers).await;
        caller.office().nudge();
        sealed.map(|document| changed(StatusCode::OK, document))
    };
    caller.act(Act::Seal, (Act::Seal.name(), &id), sealing).await
}

async fn sealed(
    service: &Service,
    caller: &Caller,
    id: &str,
    headers: &HeaderMap,
) -> Result<DocumentView, Problem> {
    let id = named(id)?;
    let document = found(caller, &id).await?;
    let base = base(caller, &id.to_string(), Role::Agency).await?;
    check_match(headers, &base.sha256)?;
    sealing::seal(service, caller, &id, base, document.unsealed_appendices()).await?;
    found(caller, &id).await
}
