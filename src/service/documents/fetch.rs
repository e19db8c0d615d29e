//! What an office has of a document: its line of the register, its files, its receipt.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, IF_NONE_MATCH};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::exchange::{DocumentName, found, kept, named, names, not_modified, tag_of, tagged};
use super::view::{DocumentView, FileView};
use crate::access::Act;
use crate::message;
use crate::register::RevisionKind;
use crate::service::Service;
use crate::service::authentication::Caller;
use crate::service::problem::Problem;
use crate::service::responses::{Guarded, Limited, NamesDocument, NeedsStorage, TakesParameters, problems};
use crate::service::schemas::Binary;

/// A document: its line of the register, who has still to sign, its files, what happened to it.
#[utoipa::path(
    get, path = "/v1/documents/{id}", tag = "documents", security(("token" = [])),
    params(("id" = String, Path, description = "Year, series (`all` where all kinds are numbered together) and number", example = "2026-all-201")),
    responses(
        (status = 200, description = "The document", body = DocumentView, headers(("ETag" = String, description = "The state of this answer"))),
        (status = 304, description = "As the client has it"),
        Limited, Guarded, NamesDocument, NeedsStorage,
    )
)]
pub(in crate::service) async fn document(
    State(_): State<Service>,
    caller: Caller,
    DocumentName(id): DocumentName,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let read = async { tagged(&headers, &found(&caller, &named(&id)?).await?) };
    caller.act(Act::Read, (Act::Read.name(), &id), read).await
}

/// Which file of a document.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::service) struct FileQuery {
    /// What it is; the newest file of the document where nothing is said.
    #[param(inline)]
    revision: Option<Wanted>,
    /// Which appendix, from 1, of those that are files of their own; the newest file of it.
    #[param(minimum = 1, maximum = 99)]
    appendix: Option<usize>,
}

/// A file of a document that can be asked for.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::service) enum Wanted {
    /// The report, before anybody signed.
    Report,
    /// Signed by the authorised person.
    Signed,
    /// Sealed by the agency as well.
    Sealed,
}

impl FileQuery {
    fn choose<'a>(&self, document: &'a DocumentView) -> Option<&'a FileView> {
        let newest = |wanted: RevisionKind| document.files.iter().rev().find(|file| file.kind == wanted);
        match (self.revision, self.appendix) {
            (None, None) => document.newest(),
            (Some(Wanted::Report), None) => newest(RevisionKind::Report),
            (Some(Wanted::Signed), None) => newest(RevisionKind::Signed),
            (Some(Wanted::Sealed), None) => newest(RevisionKind::Sealed),
            (None, Some(number)) => document.files.iter().rev().find(|file| file.appendix == Some(number)),
            (Some(_), Some(_)) => None,
        }
    }
}

problems! {
    FileProblems { 400 "The request is wrong", 404 "No such document, or it has no such file here" }
}

/// A file of a document; without parameters the newest one.
#[utoipa::path(
    get, path = "/v1/documents/{id}/file", tag = "documents", security(("token" = [])),
    params(("id" = String, Path, description = "The document", example = "2026-all-201"), FileQuery),
    responses(
        (status = 200, description = "The file", body = Binary, content_type = "application/pdf", headers(("ETag" = String, description = "Its SHA-256 digest"))),
        (status = 304, description = "As the client has it"),
        Limited, Guarded, TakesParameters, NeedsStorage, FileProblems,
    )
)]
pub(in crate::service) async fn file(
    State(_): State<Service>,
    caller: Caller,
    DocumentName(id): DocumentName,
    query: Result<Query<FileQuery>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let read = async {
        let Query(query) = query.map_err(|_| wrong_query())?;
        get(&caller, &id, &query, &headers).await
    };
    caller.act(Act::Read, ("read-file", &id), read).await
}

async fn get(caller: &Caller, id: &str, query: &FileQuery, headers: &HeaderMap) -> Result<Response, Problem> {
    let document = found(caller, &named(id)?).await?;
    let file = query.choose(&document).ok_or_else(Problem::no_document)?;
    let tag = tag_of(&file.sha256);
    if names(headers, IF_NONE_MATCH.as_str(), &tag) {
        return Ok(not_modified(tag));
    }
    let bytes = caller.office().store().get(&caller.office().id(), &file.sha256).await?;
    // A name of ASCII alone: what it is stands in the file.
    let name = format!("attachment; filename=\"{}.pdf\"", file.sha256.get(..16).unwrap_or_default());
    Ok((kept(tag), [(CONTENT_TYPE, "application/pdf".to_owned()), (CONTENT_DISPOSITION, name)], bytes)
        .into_response())
}

fn wrong_query() -> Problem {
    Problem::bad_request(
        "wrong-query",
        message!(
            "Tham số chỉ có thể là revision (report, signed, sealed) hoặc appendix (từ 1).",
            "The parameters are revision (report, signed, sealed) or appendix (from 1)."
        ),
    )
}

/// The receipt of a document (C2SP tlog-proof): that its number is in the register's log, up to the newest checkpoint.
#[utoipa::path(
    get, path = "/v1/documents/{id}/receipt", tag = "documents", security(("token" = [])),
    params(("id" = String, Path, description = "The document", example = "2026-all-201")),
    responses(
        (status = 200, description = "The receipt", body = String, content_type = "text/plain"),
        Limited, Guarded, NamesDocument, NeedsStorage,
    )
)]
pub(in crate::service) async fn receipt(
    State(_): State<Service>,
    caller: Caller,
    DocumentName(id): DocumentName,
) -> Result<Response, Problem> {
    let read = async {
        let entry = caller.register().entry(&named(&id)?.0).await?.ok_or_else(Problem::no_document)?;
        Ok(caller.register().prove(&entry).await?.to_text())
    };
    caller.act(Act::Read, ("read-receipt", &id), read).await
}
