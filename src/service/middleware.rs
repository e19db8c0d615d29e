//! What surrounds requests: an id, the headers that every answer has, one line in the log, one count, and problems in
//! the form that the client reads; how often strangers may ask.
//!
//! The log names the template of the route, never the address: what people ask for is their business.

use std::net::SocketAddr;
use std::time::Instant;

use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::info;

use super::Service;
use super::authentication;
use super::page;
use super::page::language::lang_of_query;
use super::problem::Problem;
use super::request_id::RequestId;
use crate::lang::Lang;

/// What a page of ours may load: its own style and script, and pictures that come inside of it.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
                           connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// What everything else may load.
const POLICY: &str = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'";
/// What no page of ours ever asks the browser for.
const PERMISSIONS: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
                           magnetometer=(), microphone=(), midi=(), payment=(), usb=()";

/// Answers 429 to who asks too often: by his address, or by his token where he has one. What comes behind finds the
/// [`Party`](super::Party) that asks among the request's extensions.
pub(super) async fn limit(State(service): State<Service>, mut request: Request, next: Next) -> Response {
    match authentication::party(&service, request.headers(), request.extensions()).await {
        Ok(party) => {
            request.extensions_mut().insert(party);
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    }
}

/// Stands around every request: gives it an id, and its answer what every answer has.
pub(super) async fn surround(State(service): State<Service>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0);
    let _under_way = peer.and_then(|peer| service.doors().request(peer));
    let RequestId(id) = RequestId::new();
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = method(request.method());
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let route = route.unwrap_or_else(|| "-".to_owned());
    let reads_html = reads_html(request.headers());
    let lang = lang_of_query(request.uri().query());
    let response = next.run(request).await;
    let mut response = told(&service, response, &id, reads_html, lang);
    protect(&service, &mut response);
    if response.status() == StatusCode::UNAUTHORIZED {
        authentication::challenge(response.headers_mut());
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), id);
    }
    let (status, took) = (response.status().as_u16(), began.elapsed());
    service.metrics().answered(method, &route, status, took);
    let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    info!(request_id = id, method, route, status, milliseconds, "answered");
    response
}

/// Methods are the client's words: only those that exist are told.
fn method(method: &Method) -> &'static str {
    const KNOWN: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("-")
}

fn reads_html(headers: &HeaderMap) -> bool {
    headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.contains("text/html"))
}

/// The answer with its problem, if it is one, in the client's form.
fn told(service: &Service, response: Response, id: &str, reads_html: bool, lang: Lang) -> Response {
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    let known = response.extensions().get::<Problem>().cloned();
    let problem = match known {
        None if !is_error => return response,
        known => known.unwrap_or_else(|| Problem::of_status(status)),
    };
    let problem = Problem { request_id: Some(id.to_owned()), ..problem };
    let mut answer = match reads_html {
        true => page::problem(service, &problem, lang),
        false => problem.into_response(),
    };
    // What a library said besides, such as which methods there are.
    for (name, value) in response.headers() {
        if !matches!(name.as_str(), "content-type" | "content-length") {
            answer.headers_mut().insert(name, value.clone());
        }
    }
    answer
}

/// Sets the headers that protect who reads the answer.
fn protect(service: &Service, response: &mut Response) {
    let headers = response.headers_mut();
    let is_page = headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let policy = if is_page { PAGE_POLICY } else { POLICY };
    let mut set = |name, value| headers.insert(name, HeaderValue::from_static(value));
    set(CONTENT_SECURITY_POLICY, policy);
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(X_FRAME_OPTIONS, "DENY");
    set(REFERRER_POLICY, "no-referrer");
    set(HeaderName::from_static("permissions-policy"), PERMISSIONS);
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    if service.config().tls.is_some() {
        set(STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_of_the_clients_own_is_not_told() {
        assert_eq!(method(&Method::from_bytes(b"SECRET").unwrap()), "-");
        assert_eq!(method(&Method::POST), "POST");
    }
}
