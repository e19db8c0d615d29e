//! Drafts: what is wrong with them, and how they look. Nothing is kept, no number is taken.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::paper::{DocumentUpload, Sent};
use crate::access::Act;
use crate::diagnostic::Diagnostic;
use crate::message;
use crate::service::Service;
use crate::service::authentication::Caller;
use crate::service::press::{PressError, PressFormat, Remarks, Resolution};
use crate::service::problem::Problem;
use crate::service::responses::{Guarded, Limited, NeedsWorker, TakesBody, TakesDocument, problems};
use crate::service::schemas::{Binary, DocumentJson, DraftJson, JsonObject};

/// What is wrong with a draft.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::service) struct Checked {
    /// Whether it can be issued as it is.
    issuable: bool,
    /// What keeps it from being laid out.
    errors: Vec<Diagnostic>,
    /// What is still to be filled in.
    fills: Vec<Diagnostic>,
    /// What a person should look at.
    warnings: Vec<Diagnostic>,
}

problems! {
    CheckProblems { 400 "The form is wrong", 422 "It costs too much" }
}

/// Checks a draft, as `vanthu check --json` does.
#[utoipa::path(
    post, path = "/v1/check", tag = "documents", security(("token" = [])),
    request_body(description = "The document (`vanthu schema`), or a form with its files", content(
        (DraftJson = "application/json"),
        (DocumentUpload = "multipart/form-data"),
    )),
    responses(
        (status = 200, description = "What was found, whatever it is", body = Checked),
        Limited, Guarded, TakesBody, TakesDocument, NeedsWorker, CheckProblems,
    )
)]
pub(in crate::service) async fn check(
    State(service): State<Service>,
    caller: Caller,
    request: Request,
) -> Result<Response, Problem> {
    let checked = async { checked(&service, &caller, request).await.map(Json) };
    caller.act(Act::Check, (Act::Check.name(), ""), checked).await
}

async fn checked(service: &Service, caller: &Caller, request: Request) -> Result<Checked, Problem> {
    let sent = Sent::read(service, caller, request).await?;
    match service.press(caller.party())?.check(&sent.paper).await {
        Ok(Remarks { fills, warnings }) => {
            Ok(Checked { issuable: fills.is_empty(), errors: Vec::new(), fills, warnings })
        }
        Err(PressError::Rejected(errors)) => {
            Ok(Checked { issuable: false, errors, fills: Vec::new(), warnings: Vec::new() })
        }
        Err(cause) => Err(cause.into()),
    }
}

/// In which form a draft is drawn.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::service) struct RenderQuery {
    /// The page that is drawn as PNG, from 1; the whole document as PDF where nothing is said.
    #[param(minimum = 1, maximum = 100_000)]
    page: Option<usize>,
    /// Pixels an inch of that page; 144 where nothing is said.
    #[param(minimum = 10, maximum = 600)]
    resolution: Option<u16>,
}

impl RenderQuery {
    fn form(&self) -> Option<PressFormat> {
        let resolution = self.resolution.map(Resolution::try_from).transpose().ok()?;
        match self.page {
            None => Some(PressFormat::Pdf),
            Some(page) => Some(PressFormat::Png {
                page: page.checked_sub(1)?,
                resolution: resolution.unwrap_or_default(),
            }),
        }
    }
}

problems! {
    RenderProblems { 400 "The form or a parameter is wrong", 422 "The document is refused" }
}

/// Draws a draft, as `vanthu render` does: marked as a draft, without a number.
#[utoipa::path(
    post, path = "/v1/render", tag = "documents", security(("token" = [])), params(RenderQuery),
    request_body(description = "The document (`vanthu schema`), or a form with its files", content(
        (DocumentJson = "application/json"),
        (DocumentUpload = "multipart/form-data"),
    )),
    responses(
        (status = 200, description = "The draft", content(
            (Binary = "application/pdf"),
            (Binary = "image/png"),
        )),
        Limited, Guarded, TakesBody, TakesDocument, NeedsWorker, RenderProblems,
    )
)]
pub(in crate::service) async fn render(
    State(service): State<Service>,
    caller: Caller,
    query: Result<Query<RenderQuery>, QueryRejection>,
    request: Request,
) -> Result<Response, Problem> {
    let drawn = async {
        let form = query.ok().and_then(|Query(query)| query.form()).ok_or_else(wrong_query)?;
        let sent = Sent::read(&service, &caller, request).await?;
        let rendered = service.press(caller.party())?.render(&sent.paper, form, caller.now()).await?;
        let kind = if form == PressFormat::Pdf { "application/pdf" } else { "image/png" };
        Ok(([(CONTENT_TYPE, kind)], rendered.bytes))
    };
    caller.act(Act::Render, (Act::Render.name(), ""), drawn).await
}

fn wrong_query() -> Problem {
    Problem::bad_request(
        "wrong-query",
        message!(
            "Tham số chỉ có thể là page (từ 1) và resolution (10 đến 600).",
            "The parameters are page (from 1) and resolution (10 to 600)."
        ),
    )
}

/// The JSON Schema of documents (`vanthu schema`), for editors and programs that make them.
#[utoipa::path(
    get, path = "/v1/schema", tag = "documents",
    responses(
        (status = 200, description = "JSON Schema, draft 2020-12", body = JsonObject, content_type = "application/schema+json"),
    )
)]
pub(in crate::service) async fn schema() -> Response {
    const KEPT: [(&str, &str); 2] =
        [("content-type", "application/schema+json"), ("cache-control", "public, max-age=300")];
    (KEPT, crate::document::schema().to_string()).into_response()
}
