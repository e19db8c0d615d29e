//! What happens to a document that was issued: sent, received, recalled, replaced.

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::DocumentView;
use super::{changed, found, json, named};
use crate::access::Act;
use crate::message;
use crate::register::NewEvent;
use crate::service::Service;
use crate::service::caller::Caller;
use crate::service::problem::Problem;

/// The longest text of an act, in characters.
const MAX_TEXT: usize = 2_000;

/// What happened to a document.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub(in crate::service) enum Change {
    /// It was sent (chuyển).
    Dispatch {
        /// To whom.
        #[schema(min_length = 1, max_length = 2000, pattern = r"\S")]
        to: String,
        /// By which way.
        #[serde(default)]
        #[schema(max_length = 2000)]
        way: String,
    },
    /// Somebody has confirmed to have it (ký nhận).
    Receive {
        /// Who.
        #[schema(min_length = 1, max_length = 2000, pattern = r"\S")]
        from: String,
    },
    /// It is recalled (thu hồi, NĐ 30/2020 Điều 18).
    Recall {
        /// Why.
        #[schema(min_length = 1, max_length = 2000, pattern = r"\S")]
        reason: String,
        /// By whose order.
        #[schema(min_length = 1, max_length = 2000, pattern = r"\S")]
        by: String,
    },
    /// Another document takes its place (thay thế).
    Replace {
        /// Why.
        #[schema(min_length = 1, max_length = 2000, pattern = r"\S")]
        reason: String,
        /// Number and notation of that document.
        #[schema(min_length = 1, max_length = 2000, pattern = r"\S")]
        replacement: String,
    },
}

impl Change {
    /// The act as the register knows it, and its name.
    fn deed(self) -> Result<(&'static str, NewEvent), Problem> {
        let said = |text: String| match text.trim() {
            "" => Err(unsaid()),
            text if text.chars().count() > MAX_TEXT => Err(unsaid()),
            text => Ok(text.to_owned()),
        };
        Ok(match self {
            Change::Dispatch { to, way } => {
                let way = if way.is_empty() { way } else { said(way)? };
                ("dispatch", NewEvent::Dispatch { to: said(to)?, way })
            }
            Change::Receive { from } => ("receive", NewEvent::Receive { from: said(from)? }),
            Change::Recall { reason, by } => {
                ("recall", NewEvent::Recall { reason: said(reason)?, by: said(by)? })
            }
            Change::Replace { reason, replacement } => {
                ("replace", NewEvent::Replace { reason: said(reason)?, replacement: said(replacement)? })
            }
        })
    }
}

fn unsaid() -> Problem {
    Problem::bad_request(
        "wrong-text",
        message!(
            "Mỗi ô phải có chữ, nhiều nhất {MAX_TEXT} ký tự.",
            "Every field needs a text of at most {MAX_TEXT} characters."
        ),
    )
}

/// Records what happened to a document: that it was sent, received, recalled or replaced.
#[utoipa::path(
    post, path = "/v1/documents/{id}/acts", tag = "documents", security(("token" = [])),
    params(("id" = String, Path, description = "The document", example = "2026-all-201")),
    request_body(content = Change),
    responses(
        (status = 200, description = "It is recorded", body = DocumentView),
        (status = 400, description = "The JSON is wrong", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No token that opens", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Not within the duty", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such document", body = Problem, content_type = "application/problem+json"),
        (status = 408, description = "It came too slowly", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The register refuses", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "It is too long", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "Not JSON", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "It is refused", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Something does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::service) async fn change(
    State(_): State<Service>,
    caller: Caller,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    caller.may(Act::Change, &id).await?;
    let (name, deed) = json::<Change>(request).await?.deed()?;
    let recorded = recorded(&caller, &id, &deed).await;
    caller.bureau().nudge();
    caller.answer(name, &id, recorded.map(|document| changed(StatusCode::OK, document))).await
}

async fn recorded(caller: &Caller, id: &str, deed: &NewEvent) -> Result<DocumentView, Problem> {
    let id = named(id)?;
    caller.register().record_event(&id.0, deed, caller.now()).await?;
    found(caller, &id).await
}
