//! For those who run the service: does it live, should work come, what was counted.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::Service;
use super::metrics::OPEN_METRICS;
use super::problem::Problem;
use super::responses::{Limited, problems};
use crate::message;

/// How much is to be said.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct ReadyQuery {
    /// With it, an answer of a line for each office: what it is called, and what does not work.
    verbose: Option<String>,
}

/// Whether the program lives.
#[utoipa::path(
    get, path = "/healthz", tag = "operation",
    responses((status = 200, description = "It does", body = String, content_type = "text/plain"))
)]
pub(super) async fn alive() -> &'static str {
    "ok\n"
}

problems! {
    ReadyProblems { 503 "It should not" }
}

/// Whether new work should come: the service is not ending, has room for a file, and an office that it works for, if it
/// does for any, has all that it needs.
#[utoipa::path(
    get, path = "/readyz", tag = "operation", params(ReadyQuery),
    responses(
        (status = 200, description = "It should", body = String, content_type = "text/plain"),
        ReadyProblems,
    )
)]
pub(super) async fn ready(
    State(service): State<Service>,
    Query(query): Query<ReadyQuery>,
) -> Result<String, Problem> {
    let unready = |detail| {
        let title = message!("Chưa sẵn sàng", "Not ready");
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "not-ready", title, detail)
    };
    if service.is_shutting_down() {
        return Err(unready(message!("Dịch vụ đang dừng.", "The service is shutting down.")));
    }
    if tempfile::tempfile().is_err() {
        return Err(unready(message!(
            "Không tạo được tệp tạm; kiểm tra TMPDIR và dung lượng trống trên đĩa.",
            "No temporary file can be made: check TMPDIR and the free disk space."
        )));
    }
    let offices = match service.issuing() {
        Some(issuing) => service.readiness().of(issuing.offices.health()).await,
        None => Vec::new(),
    };
    let works = offices.is_empty() || offices.iter().any(|(_, state)| state.is_ok());
    let line = |(name, state): &(String, Result<(), String>)| match state {
        Ok(()) => format!("{name}: ready\n"),
        Err(cause) => format!("{name}: {cause}\n"),
    };
    let lines: String = match query.verbose {
        Some(_) => offices.iter().map(line).collect(),
        None => String::new(),
    };
    if !works {
        return Err(unready(message!(
            "Không cơ quan nào làm việc được: cơ sở dữ liệu, kho tệp hoặc cấu hình.\n{lines}",
            "No office can work: a database, the storage of files, or a configuration.\n{lines}"
        )));
    }
    Ok(format!("ready\n{lines}"))
}

/// What was counted, for Prometheus.
#[utoipa::path(
    get, path = "/metrics", tag = "operation",
    responses(
        (status = 200, description = "OpenMetrics text", body = String, content_type = "application/openmetrics-text"),
        Limited,
    )
)]
pub(super) async fn metrics(State(service): State<Service>) -> Result<Response, Problem> {
    if let Some(issuing) = service.issuing() {
        service.metrics().press(issuing.press.counts());
        service.metrics().offices(issuing.offices.all().len(), issuing.offices.broken().len());
    }
    let text = service.metrics().write().map_err(|_| Problem::internal())?;
    Ok(([(CONTENT_TYPE, OPEN_METRICS)], text).into_response())
}
