//! For those who run the service: does it live, should work come, what was counted.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use tracing::error;

use super::Service;
use super::metrics::OPEN_METRICS;
use super::problem::Problem;
use super::responses::{Limited, problems};
use crate::message;

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

/// Whether new work should come: the service is not ending, has room for a file, and what its offices need answers.
#[utoipa::path(
    get, path = "/readyz", tag = "operation",
    responses(
        (status = 200, description = "It should", body = String, content_type = "text/plain"),
        ReadyProblems,
    )
)]
pub(super) async fn ready(State(service): State<Service>) -> Result<&'static str, Problem> {
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
    if let Some(issuing) = service.issuing()
        && let Err(cause) = service.readiness().of(issuing.offices.ready()).await
    {
        error!(cause, "not ready");
        return Err(unready(message!(
            "Cơ sở dữ liệu hoặc kho tệp của cơ quan không trả lời.",
            "A database or the storage of an office does not answer."
        )));
    }
    Ok("ready\n")
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
    }
    let text = service.metrics().write().map_err(|_| Problem::internal())?;
    Ok(([(CONTENT_TYPE, OPEN_METRICS)], text).into_response())
}
