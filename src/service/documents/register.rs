//! The office's register and trail, for its programs and auditors.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::exchange::tagged;
use super::id::{DocumentId, NotAnId};
use super::view::DocumentView;
use crate::access::{Act, Trail, TrailRow};
use crate::message;
use crate::register::Filter;
use crate::service::Service;
use crate::service::authentication::Caller;
use crate::service::problem::Problem;
use crate::service::responses::{Guarded, Limited, NeedsStorage, TakesParameters};

/// The most lines of one answer.
const MAX_LINES: usize = 1_000;
/// The lines of an answer where nobody says how many.
const LINES: usize = 100;

/// Which lines of the register.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::service) struct RegisterQuery {
    /// Of this year; all of them where nothing is said.
    #[param(minimum = 1, maximum = 9999)]
    year: Option<i32>,
    /// Of this series: `all` where all kinds are numbered together, or its name.
    #[param(min_length = 1, max_length = 60)]
    series: Option<String>,
    /// Of this kind: its name, with or without diacritics, or its abbreviation.
    #[param(min_length = 1, max_length = 100)]
    kind: Option<String>,
    /// With this text in number, subject, signer, recipients or notes, with or without diacritics.
    #[param(min_length = 1, max_length = 200)]
    text: Option<String>,
    /// Those behind this document, which an earlier answer named as `next`.
    #[param(min_length = 1, max_length = 80, example = "2026-all-100")]
    after: Option<String>,
    /// So many at the most.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
}

impl RegisterQuery {
    fn is_sound(&self) -> bool {
        let fits = |text: &Option<String>, most: usize| {
            text.as_ref()
                .is_none_or(|text| (1..=most).contains(&text.chars().count()) && !text.contains('\0'))
        };
        self.year.is_none_or(|year| (1..=9999).contains(&year))
            && fits(&self.series, 60)
            && fits(&self.kind, 100)
            && fits(&self.text, 200)
            && fits(&self.after, 80)
            && self.limit.is_none_or(|limit| (1..=MAX_LINES).contains(&limit))
    }
}

/// Lines of the register.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::service) struct Lines {
    /// By year, series and number.
    documents: Vec<DocumentView>,
    /// How many there are in all.
    total: usize,
    /// What `after` is for the lines that follow; nothing where these are the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2026-all-100")]
    next: Option<String>,
}

/// Lines of the register, by year, series and number.
#[utoipa::path(
    get, path = "/v1/register", tag = "register", security(("token" = [])), params(RegisterQuery),
    responses(
        (status = 200, description = "The lines", body = Lines, headers(("ETag" = String, description = "The state of this answer"))),
        (status = 304, description = "As the client has them"),
        Limited, Guarded, TakesParameters, NeedsStorage,
    )
)]
pub(in crate::service) async fn register(
    State(_): State<Service>,
    caller: Caller,
    query: Result<Query<RegisterQuery>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let read = async {
        let Query(query) = query.map_err(|_| wrong_query())?;
        if !query.is_sound() {
            return Err(wrong_query());
        }
        let RegisterQuery { year, series, kind, text, after, limit } = query;
        let series = series.map(|name| if name == "all" { "*".to_owned() } else { name });
        let after = after.map(|id| id.parse()).transpose().map_err(|NotAnId| wrong_query())?;
        let after = after.map(|DocumentId(key)| key);
        let filter = Filter { year, series, kind, text };
        let page = caller.register().page(&filter, after.as_ref(), limit.unwrap_or(LINES)).await?;
        let documents = page.records.into_iter().map(DocumentView::of).collect();
        let next = page.next.map(|key| DocumentId(key).to_string());
        tagged(&headers, &Lines { documents, total: page.total, next })
    };
    caller.act(Act::Read, ("read-register", ""), read).await
}

fn wrong_query() -> Problem {
    Problem::bad_request(
        "wrong-query",
        message!(
            "Một tham số sai hoặc không có; xem /openapi.json.",
            "A parameter is wrong, or not one of these; see /openapi.json."
        ),
    )
}

/// The newest checkpoint of the register's log (C2SP tlog-checkpoint).
#[utoipa::path(
    get, path = "/v1/register/checkpoint", tag = "register", security(("token" = [])),
    responses(
        (status = 200, description = "The checkpoint; empty where nothing was registered yet", body = String, content_type = "text/plain"),
        Limited, Guarded, NeedsStorage,
    )
)]
pub(in crate::service) async fn checkpoint(
    State(_): State<Service>,
    caller: Caller,
) -> Result<Response, Problem> {
    let read = async { Ok(caller.register().checkpoint().await?.unwrap_or_default()) };
    caller.act(Act::Read, ("read-checkpoint", ""), read).await
}

/// Which rows of the trail.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::service) struct TrailQuery {
    /// Those behind this place; from the first one where nothing is said.
    #[param(maximum = 9_007_199_254_740_991_u64)]
    after: Option<u64>,
    /// So many at the most.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u16>,
}

/// The trail: who did what, and what was refused to whom.
#[utoipa::path(
    get, path = "/v1/trail", tag = "register", security(("token" = [])), params(TrailQuery),
    responses(
        (status = 200, description = "Rows of the trail", body = [TrailRow]),
        Limited, Guarded, TakesParameters, NeedsStorage,
    )
)]
pub(in crate::service) async fn trail(
    State(_): State<Service>,
    caller: Caller,
    query: Result<Query<TrailQuery>, QueryRejection>,
) -> Result<Response, Problem> {
    let read = async {
        let Query(TrailQuery { after, limit }) = query.map_err(|_| wrong_query())?;
        let limit = limit.unwrap_or(100);
        if !(1..=1_000).contains(&limit) || after.is_some_and(|after| after > 9_007_199_254_740_991) {
            return Err(wrong_query());
        }
        Ok(Json(Trail::of(caller.register()).list(after, limit).await?))
    };
    caller.act(Act::ReadTrail, (Act::ReadTrail.name(), ""), read).await
}
