//! Files that are made to cost or to deceive: an answer comes, and the service goes on.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};

use crate::app::{App, file};

/// A dictionary nested far deeper than any honest one.
fn deep() -> Vec<u8> {
    let nested = "<< /A ".repeat(20_000) + &">> ".repeat(20_000);
    crate::pdf::write(&[(1, format!("<< /Type /Catalog /Pages {nested} >>"))])
}

/// A stream that unpacks to far more than it is.
fn bomb() -> Vec<u8> {
    use std::io::Write;
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(&vec![0; 64 << 20]).unwrap();
    let packed = packed.finish().unwrap();
    let hex: String = packed.iter().map(|byte| format!("{byte:02x}")).collect();
    let body = format!(
        "<< /Type /ObjStm /N 1 /First 4 /Filter [/ASCIIHexDecode /FlateDecode] /Length {} >>\nstream\n{hex}>\nendstream",
        hex.len() + 1
    );
    crate::pdf::write(&[(1, "<< /Type /Catalog /Metadata 2 0 R >>".to_owned()), (2, body)])
}

#[tokio::test]
async fn a_hostile_file_gets_an_answer_and_the_next_one_too() {
    let app = App::new();
    let good = file(&app.office, "valid");
    let circle = crate::pdf::write(&[(1, "1 0 R".to_owned())]);
    let cut = good[..good.len() / 2].to_vec();
    let flipped: Vec<u8> = good.iter().map(|byte| byte ^ 1).collect();
    for (what, bytes) in [
        ("deep", deep()),
        ("bomb", bomb()),
        ("circle", circle),
        ("cut", cut),
        ("flipped", flipped),
        ("nothing", Vec::new()),
    ] {
        let answer = app.post("/?lang=en", "a.pdf", &bytes).await;
        assert_eq!(answer.status, StatusCode::OK, "{what}");
        let text = answer.text();
        assert!(!text.contains(">Valid<"), "{what}");
        let answer = app.post("/v1/verify", "a.pdf", &good).await;
        assert_eq!(answer.json()["verdict"], "valid", "after {what}");
    }
}

#[tokio::test]
async fn a_panic_of_the_onlooker_is_a_problem_and_no_verdict() {
    let app = App::panicking();
    let answer = app.post("/v1/verify", "a.pdf", &file(&app.office, "valid")).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(app.get("/healthz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_form_of_headers_without_end_is_refused() {
    let app = App::new();
    let junk = "X-Junk: y\r\n".repeat(10_000);
    let body = format!("--frontier\r\n{junk}\r\n\r\n--frontier--\r\n");
    let request = Request::post("/v1/verify")
        .header("content-type", "multipart/form-data; boundary=frontier")
        .body(Body::from(body))
        .unwrap();
    let answer = tokio::time::timeout(Duration::from_secs(60), app.send(request)).await.unwrap();
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text());
}
