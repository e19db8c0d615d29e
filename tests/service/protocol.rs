//! What holds for every answer: headers, limits, problems, the log.

use std::io::Write;
use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::{Request, StatusCode};
use vanthu::service::{ServiceConfig, Tls};

use crate::app::{App, Looker, config, file, form, raw};

fn request(method: &str, address: &str) -> Request<Body> {
    Request::builder().method(method).uri(address).body(Body::empty()).unwrap()
}

#[tokio::test]
async fn every_answer_protects_its_reader() {
    let app = App::new();
    for address in
        ["/", "/?lang=en", "/nothing", "/healthz", "/openapi.json", "/v/2026/1/BC-UBND", "/problems"]
    {
        let answer = app.get(address).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none';"), "{address}: {policy}");
        assert!(
            policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"),
            "{address}: {policy}"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{address}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{address}");
        assert!(answer.header("permissions-policy").contains("camera=()"), "{address}");
        assert_eq!(answer.header("x-request-id").len(), 16, "{address}");
        assert_eq!(answer.header("strict-transport-security"), "", "{address}: there is no TLS");
    }
    let page = app.get("/").await;
    assert!(page.header("content-security-policy").contains("script-src 'self'"));
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(page.header("content-language"), "vi");
    let text = page.text();
    assert!(!text.contains("<style") && !text.contains(" style=") && !text.contains(" onclick="));
    let tls = Some(Tls { cert: "cert.pem".into(), key: "key.pem".into() });
    let secure = App::with(ServiceConfig { tls, ..config() }, None);
    assert!(secure.get("/").await.header("strict-transport-security").starts_with("max-age="));
}

#[tokio::test]
async fn what_a_page_loads_is_there_for_ever_under_its_digest() {
    let app = App::new();
    let page = app.get("/").await.text();
    let mut found = 0;
    for part in page.split("\"/assets/").skip(1) {
        let address = format!("/assets/{}", part.split('"').next().unwrap());
        let answer = app.get(&address).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}");
        assert!(answer.header("cache-control").contains("immutable"), "{address}");
        found += 1;
    }
    assert_eq!(found, 3);
    assert_eq!(app.get("/assets/page.000000000000.css").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn every_error_is_a_problem_in_both_languages() {
    let app = App::with(ServiceConfig { max_upload: "1".parse().unwrap(), ..config() }, None);
    let text =
        Request::post("/v1/verify").header("content-type", "text/plain").body(Body::from("a")).unwrap();
    let cases = [
        (request("GET", "/nothing"), 404, "not-found"),
        (request("PUT", "/v1/verify"), 405, "method-not-allowed"),
        (request("DELETE", "/"), 405, "method-not-allowed"),
        (raw("/v1/verify", &vec![b'%'; (1 << 20) + 1]), 413, "too-large"),
        (text, 415, "unsupported-media-type"),
        (request("POST", "/v1/verify"), 415, "unsupported-media-type"),
        (raw("/v1/verify?require=nobody", b"%PDF-"), 400, "wrong-query"),
        (raw("/v1/verify?at=now", b"%PDF-"), 400, "wrong-query"),
        (request("GET", "/v/26/0/BC"), 400, "wrong-code"),
        (request("GET", "/v/2026/1/BC-UBND?d=zz"), 400, "wrong-code"),
    ];
    for (request, status, name) in cases {
        let what = format!("{} {}", request.method(), request.uri());
        let answer = app.send(request).await;
        assert_eq!(answer.status.as_u16(), status, "{what}: {}", answer.text());
        assert_eq!(answer.header("content-type"), "application/problem+json", "{what}");
        let problem = answer.json();
        assert_eq!(problem["type"], format!("/problems#{name}"), "{what}");
        assert_eq!(problem["status"], status, "{what}");
        assert_eq!(problem["title"], problem["title_in"]["vi"], "{what}");
        assert!(problem["detail_in"]["en"].as_str().unwrap().len() > 10, "{what}");
        assert_eq!(problem["request_id"], answer.header("x-request-id"), "{what}");
    }
    let answer = app.send(request("PUT", "/v1/verify")).await;
    assert_eq!(answer.header("allow"), "POST");
}

#[tokio::test]
async fn a_person_reads_a_problem_as_a_page() {
    let app = App::new();
    for (lang, words) in [("vi", "Chưa chọn tệp"), ("en", "No file was chosen")] {
        let answer = app.send(form(&format!("/?lang={lang}"), &[], "", b"")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.header("content-type").starts_with("text/html"));
        assert!(answer.text().contains(words), "{lang}");
        assert!(answer.text().contains(&format!("<html lang=\"{lang}\"")));
    }
}

#[tokio::test]
async fn a_form_that_brings_more_than_a_file_is_refused() {
    let app = App::new();
    let long = "x".repeat(300);
    let answer = app.send(form("/v1/verify", &[("other", &long)], "a.pdf", b"%PDF-")).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let twice = [("length", "1"), ("length", "2")];
    assert_eq!(app.send(form("/v1/verify", &twice, "a.pdf", b"%PDF-")).await.status, StatusCode::BAD_REQUEST);
    let cut = Request::post("/")
        .header("content-type", "multipart/form-data; boundary=frontier")
        .body(Body::from(
            "--frontier\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n%PDF",
        ))
        .unwrap();
    assert_eq!(app.send(cut).await.json()["type"], "/problems#broken-form");
}

#[tokio::test]
async fn who_asks_too_often_waits() {
    let app =
        App::with(ServiceConfig { rate: NonZeroU32::new(2).unwrap(), ..ServiceConfig::default() }, None);
    assert_eq!(app.get("/").await.status, StatusCode::OK);
    assert_eq!(app.get("/").await.status, StatusCode::OK);
    let answer = app.get("/").await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(answer.header("retry-after").parse::<u64>().unwrap() <= 31);
    assert_eq!(answer.json()["type"], "/problems#too-many-requests");
    assert_eq!(app.get("/metrics").await.status, StatusCode::TOO_MANY_REQUESTS);
    // Those who watch whether the service lives are not counted.
    for address in ["/healthz", "/readyz"] {
        assert_eq!(app.get(address).await.status, StatusCode::OK);
    }
}

/// A request whose body comes in pieces.
fn slow(address: &str) -> (tokio::sync::mpsc::Sender<Result<Vec<u8>, std::io::Error>>, Request<Body>) {
    let (sender, body) = tokio::sync::mpsc::channel(1);
    let body = Body::from_stream(Receiver(body));
    (sender, Request::post(address).header("content-type", "application/pdf").body(body).unwrap())
}

#[tokio::test]
async fn a_full_queue_sends_away_at_once() {
    let config = ServiceConfig { workers: NonZeroUsize::MIN, queue: 0, ..config() };
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    let begun = Arc::new(tokio::sync::Notify::new());
    let begins = Arc::clone(&begun);
    let app = Arc::new(App::looking(
        config,
        Arc::new(move || {
            begins.notify_one();
            // Once, and at once where nobody holds it back any more.
            let _ = wait.lock().unwrap().recv();
            Box::new(Looker::default())
        }),
    ));
    let good = file(&app.office, "valid");
    // A body on its way takes no place.
    let (sender, request) = slow("/v1/verify");
    let coming = tokio::spawn({
        let app = Arc::clone(&app);
        async move { app.send(request).await }
    });
    for piece in ["%PD", "F-"] {
        sender.send(Ok(piece.into())).await.unwrap();
    }
    let first = tokio::spawn({
        let (app, good) = (Arc::clone(&app), good.clone());
        async move { app.send(raw("/v1/verify", &good)).await }
    });
    begun.notified().await;
    let second = app.send(raw("/v1/verify", b"%PDF-")).await;
    assert_eq!(second.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(second.header("retry-after"), "5");
    drop(go);
    assert_eq!(first.await.unwrap().status, StatusCode::OK);
    drop(sender);
    assert_eq!(coming.await.unwrap().status, StatusCode::OK);
    assert_eq!(app.send(raw("/v1/verify", b"%PDF-")).await.status, StatusCode::OK);
}

/// A body that comes in pieces.
struct Receiver(tokio::sync::mpsc::Receiver<Result<Vec<u8>, std::io::Error>>);

impl futures_core::Stream for Receiver {
    type Item = Result<Vec<u8>, std::io::Error>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}

#[tokio::test]
async fn ready_until_it_ends_and_alive_after() {
    let app = App::new();
    assert_eq!(app.get("/readyz").await.status, StatusCode::OK);
    app.service.begin_shutdown();
    assert_eq!(app.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(app.get("/healthz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_happens_is_counted_by_route_and_verdict() {
    let app = App::new();
    app.post("/v1/verify", "a.pdf", &file(&app.office, "valid")).await;
    app.get("/v/2026/201/BC-UBND").await;
    let answer = app.get("/metrics").await;
    assert!(answer.header("content-type").starts_with("application/openmetrics-text"));
    let text = answer.text();
    assert!(text.contains("vanthu_verdicts_total{verdict=\"valid\"} 1"), "{text}");
    assert!(text.contains("route=\"/v/{year}/{number}/{notation}\""), "{text}");
    assert!(!text.contains("BC-UBND"), "{text}");
}

/// Where a log goes in a test.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// In a process of its own: which events anybody listens to is known by place in the code, for all threads, and other
/// tests come by the same places with nobody listening.
#[test]
fn the_log_has_one_line_a_request_and_nothing_of_it() {
    let this = std::env::current_exe().unwrap();
    let output =
        std::process::Command::new(this).args(["--exact", "--ignored", "protocol::the_log_alone"]).output();
    let output = output.unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

#[tokio::test]
#[ignore = "the test above runs it in a process of its own"]
async fn the_log_alone() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let app = App::new();
    {
        let _guard = tracing::subscriber::set_default(subscriber);
        app.post("/v1/verify?lang=secret-1", "secret-2.pdf", &file(&app.office, "valid")).await;
        app.get("/v/2026/201/SECRET-3?d=5ec2e7045ec2e704").await;
        app.get("/secret-4").await;
    }
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let ours: Vec<_> = lines.iter().filter(|line| line["message"] == "answered").collect();
    assert_eq!(ours.len(), 3, "{log}");
    assert_eq!((&ours[0]["route"], &ours[0]["method"]), (&"/v1/verify".into(), &"POST".into()));
    assert_eq!(ours[2]["status"], 404);
    assert!(ours.iter().all(|line| line["request_id"].as_str().unwrap().len() == 16));
    for secret in ["secret", "SECRET", "5ec2e704", "Chairman", "192.0.2.1"] {
        assert!(!log.contains(secret), "{secret} is in the log: {log}");
    }
}
