//! What happens to a document that was issued: sent, received, recalled, replaced.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::exchange::{DocumentName, REQUEST_KEY, changed, found, json, named, request_key};
use super::view::DocumentView;
use crate::access::Act;
use crate::message;
use crate::register::{IdempotentRequest, NewEvent};
use crate::service::Service;
use crate::service::authentication::{Caller, Done};
use crate::service::problem::Problem;
use crate::service::responses::{
    Guarded, Limited, NamesDocument, NeedsStorage, TakesBody, TakesJson, WritesRegister, problems,
};

/// The longest text of an act, in characters.
const MAX_TEXT: usize = 2_000;

/// What happened to a document.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = Change)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub(in crate::service) enum DocumentChange {
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

impl DocumentChange {
    /// The act as the register knows it, and its name.
    fn event(self) -> Result<(&'static str, NewEvent), Problem> {
        let said = |text: String| match text.trim() {
            "" => Err(unsaid()),
            text if text.chars().count() > MAX_TEXT || text.contains('\0') => Err(unsaid()),
            text => Ok(text.to_owned()),
        };
        Ok(match self {
            DocumentChange::Dispatch { to, way } => {
                let way = if way.is_empty() { way } else { said(way)? };
                ("dispatch", NewEvent::Dispatch { to: said(to)?, way })
            }
            DocumentChange::Receive { from } => ("receive", NewEvent::Receive { from: said(from)? }),
            DocumentChange::Recall { reason, by } => {
                ("recall", NewEvent::Recall { reason: said(reason)?, by: said(by)? })
            }
            DocumentChange::Replace { reason, replacement } => {
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

problems! {
    ChangeProblems {
        400 "The key or the JSON is wrong",
        409 "The document is not in force, or the register refuses",
        422 "It is refused, or the key belongs to another request",
    }
}

/// Records what happened to a document: that it was sent, received, recalled or replaced. With an Idempotency-Key it is
/// recorded once, however often it comes.
#[utoipa::path(
    post, path = "/v1/documents/{id}/acts", tag = "documents", security(("token" = [])),
    params(
        ("id" = String, Path, description = "The document", example = "2026-all-201"),
        ("Idempotency-Key" = Option<String>, Header, description = "A name for this act that no other request of the office has, such as a UUID", min_length = 1, max_length = 255, pattern = "^[!-~]{1,255}$"),
    ),
    request_body(content = DocumentChange),
    responses(
        (status = 200, description = "It is recorded", body = DocumentView),
        Limited, Guarded, TakesBody, TakesJson, NamesDocument, WritesRegister, NeedsStorage, ChangeProblems,
    )
)]
pub(in crate::service) async fn change(
    State(service): State<Service>,
    caller: Caller,
    DocumentName(id): DocumentName,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    let done = async {
        let said = match json::<DocumentChange>(&service, &caller, request).await {
            Ok(change) => asking(&headers, &id, &change).and_then(|asking| Ok((asking, change.event()?))),
            Err(problem) => Err(problem),
        };
        let (name, answer) = match said {
            Err(problem) => (Act::Change.name(), Err(problem)),
            Ok((asking, (name, event))) => {
                let recorded = recorded(&caller, &id, &event, asking.as_ref()).await;
                caller.office().nudge();
                (name, recorded.map(|document| changed(StatusCode::OK, document)))
            }
        };
        Done { name, subject: id.clone(), answer }
    };
    caller.act_as(Act::Change, &id, done).await
}

/// The request that may come twice, where it has a key.
fn asking(
    headers: &HeaderMap,
    id: &str,
    change: &DocumentChange,
) -> Result<Option<IdempotentRequest>, Problem> {
    if !headers.contains_key(REQUEST_KEY) {
        return Ok(None);
    }
    let content = serde_json::to_vec(&(id, change)).map_err(|cause| Problem::fault(&cause.to_string()))?;
    Ok(Some(IdempotentRequest::new(request_key(headers)?, &content)))
}

async fn recorded(
    caller: &Caller,
    id: &str,
    event: &NewEvent,
    asking: Option<&IdempotentRequest>,
) -> Result<DocumentView, Problem> {
    let id = named(id)?;
    caller.register().record_once(&id.0, event, asking, caller.now()).await?;
    found(caller, &id).await
}
