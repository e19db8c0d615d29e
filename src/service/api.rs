//! Verification for programs, and the description of all of it.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Deserialize;
use utoipa::openapi::OpenApi;
use utoipa::{IntoParams, ToSchema};

use super::Service;
use super::judge::{Required, Show, judge};
use super::problem::Problem;
use super::responses::{Limited, NeedsWorker, TakesFile, problems};
use super::schemas::{self, Binary, JsonObject};
use super::upload::Upload;
use crate::message;
use crate::presentation::Judged;
use crate::role::Role;

/// A form with a file.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "it describes what upload.rs reads")]
pub(super) struct FileForm {
    /// The PDF.
    #[schema(value_type = String, format = Binary, content_media_type = "application/pdf")]
    file: Vec<u8>,
}

/// How to judge.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct VerifyQuery {
    /// The roles that must have signed, with commas between; those for which the document has fields otherwise. Empty,
    /// whoever signed.
    #[param(pattern = "^((signer|agency)(,(signer|agency))*)?$", example = "signer,agency")]
    require: Option<String>,
}

impl VerifyQuery {
    fn required(&self) -> Result<Required, Problem> {
        let Some(list) = &self.require else { return Ok(Required::OwnFields) };
        let named = list.split(',').filter(|_| !list.is_empty());
        let role = |name| Role::from_field_name(name).ok_or_else(unknown_query);
        Ok(Required::Roles(named.map(role).collect::<Result<_, _>>()?))
    }
}

fn unknown_query() -> Problem {
    Problem::bad_request(
        "wrong-query",
        message!(
            "Tham số chỉ có thể là require=signer, require=agency hoặc require=signer,agency.",
            "The only parameter is require: signer, agency, or signer,agency."
        ),
    )
}

problems! {
    VerifyProblems { 400 "No file, or a wrong parameter", 415 "Neither a PDF nor a form" }
}

/// Judges a PDF, as `vanthu verify --json` does.
#[utoipa::path(
    post,
    path = "/v1/verify",
    tag = "verify",
    params(VerifyQuery),
    request_body(description = "The PDF", content(
        (Binary = "application/pdf"),
        (FileForm = "multipart/form-data"),
    )),
    responses(
        (status = 200, description = "What was found, whatever the verdict", body = Judged),
        Limited, TakesFile, NeedsWorker, VerifyProblems,
    )
)]
pub(super) async fn verify(
    State(service): State<Service>,
    query: Result<Query<VerifyQuery>, QueryRejection>,
    upload: Upload,
) -> Result<Json<Judged>, Problem> {
    let Query(query) = query.map_err(|_| unknown_query())?;
    let (seen, _) = judge(&service, upload, query.required()?, Show::Nothing).await?;
    Ok(Json(seen.judged))
}

/// The description, written once.
#[derive(Debug, Clone)]
pub(super) struct Described(Arc<str>);

impl Described {
    pub(super) fn new(description: &OpenApi) -> Described {
        // It is made of what the program has, and a test reads it.
        Described(schemas::description(description).unwrap_or_else(|cause| cause.to_string()).into())
    }
}

/// This description.
#[utoipa::path(
    get,
    path = "/openapi.json",
    tag = "verify",
    responses((status = 200, description = "OpenAPI 3.1", body = JsonObject, content_type = "application/json"))
)]
pub(super) async fn description(Extension(Described(text)): Extension<Described>) -> Response {
    let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "public, max-age=300")];
    (headers, text.to_string()).into_response()
}
