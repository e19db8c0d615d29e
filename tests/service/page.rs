//! The recipient's page, as text: what it says of every verdict, in both languages.

use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::app::{App, file, files, form};

/// The words of a page without its tags, one element a line; what differs in each run is masked.
fn words(page: &str) -> String {
    let body = page.split_once("<main").unwrap().1.split_once('>').unwrap().1;
    let mut text = String::new();
    for part in body.split_once("</main>").unwrap().0.split('<') {
        let (tag, inner) = part.split_once('>').unwrap_or(("", part));
        let inline = ["span", "strong", "code", "time"];
        if !inline.iter().any(|name| tag.trim_start_matches('/').starts_with(name)) {
            text.push('\n');
        }
        text.push_str(inner);
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn the_page_says_the_verdict_first_in_both_languages() {
    let app = App::new();
    for (name, bytes) in files(&app.office) {
        for lang in ["vi", "en"] {
            let answer = app.post(&format!("/?lang={lang}"), "report.pdf", &bytes).await;
            assert_eq!(answer.status, StatusCode::OK, "{name}");
            assert_eq!(answer.header("content-language"), lang);
            let page = answer.text();
            assert!(page.contains(&format!("<html lang=\"{lang}\"")));
            insta::with_settings!({filters => vec![
                (r"([0-9a-f]{4} ){15}[0-9a-f]{4}", "[digest]"),
                (r"\[0 \d+ \d+ \d+\]", "[range]"),
                (r"\b\d{4,} (byte|of|trong|in)", "[n] $1"),
                (r"first \d+ bytes", "first [n] bytes"),
                (r"\(byte \d+\)", "(byte [n])"),
            ]}, { insta::assert_snapshot!(format!("{name}_{lang}"), words(&page)) });
        }
    }
}

#[tokio::test]
async fn an_invalid_file_says_nothing_of_its_signer() {
    let app = App::new();
    let answer = app.post("/?lang=en", "report.pdf", &file(&app.office, "invalid")).await;
    for told in answer.text().split("base64,").skip(1).map(|part| part.split('"').next().unwrap()) {
        let told = String::from_utf8_lossy(&STANDARD.decode(told).unwrap()).into_owned();
        assert!(!told.contains("Chairman"), "a download tells who signed");
    }
    assert!(!answer.text().contains("Chairman") && !answer.text().contains("18/06/2020"));
}

#[tokio::test]
async fn names_are_text_and_never_html() {
    let app = App::new();
    let evil = "<img src=x onerror=alert(1)>\u{202e}.pdf";
    let answer = app.post("/", evil, &file(&app.office, "valid")).await;
    let text = answer.text();
    assert!(!text.contains("<img src=x") && !text.contains('\u{202e}'));
    assert!(text.contains("&lt;img src=x"));
}

#[tokio::test]
async fn reports_come_with_the_page() {
    let app = App::new();
    let answer = app.post("/", "a b.pdf", &file(&app.office, "valid")).await;
    let page = answer.text();
    let load = |ending: &str| {
        let (_, rest) = page.split_once(&format!("download=\"a_b.report.{ending}\" href=\"data:")).unwrap();
        let encoded = rest.split_once("base64,").unwrap().1.split('"').next().unwrap();
        String::from_utf8(STANDARD.decode(encoded).unwrap()).unwrap()
    };
    assert!(load("html").starts_with("<!DOCTYPE html>"));
    assert!(load("xml").contains("total-passed"));
    let json: serde_json::Value = serde_json::from_str(&load("json")).unwrap();
    assert_eq!((json["file"].as_str(), json["verdict"].as_str()), (Some("a b.pdf"), Some("valid")));
}

#[tokio::test]
async fn what_was_signed_comes_back_for_the_same_file_alone() {
    let app = App::new();
    let bytes = file(&app.office, "invalid");
    let page = app.post("/", "report.pdf", &bytes).await.text();
    let value = |name: &str| {
        let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let (length, digest) = (value("length"), value("sha256"));
    assert_eq!(digest, vanthu::hex::lower(&Sha256::digest(&bytes)));
    let fields = [("length", length.as_str()), ("sha256", digest.as_str())];
    let answer = app.send(form("/signed-revision", &fields, "report.pdf", &bytes)).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-type"), "application/pdf");
    assert_eq!(answer.body, bytes[..length.parse().unwrap()]);
    assert!(answer.header("content-disposition").starts_with("attachment"));
    let again = app.post("/v1/verify?require=", "signed.pdf", &answer.body).await;
    assert_eq!(again.json()["verdict"], "valid");
    let other = app.send(form("/signed-revision", &fields, "report.pdf", b"%PDF-")).await;
    assert_eq!(other.status, StatusCode::CONFLICT);
    let beyond = [("length", "999999999"), ("sha256", digest.as_str())];
    let answer = app.send(form("/signed-revision", &beyond, "report.pdf", &bytes)).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    let none = app.send(form("/signed-revision", &[], "report.pdf", &bytes)).await;
    assert_eq!(none.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn pages_stand_beside_what_was_signed() {
    let app = App::new();
    let pictures = async |name| {
        let page = app.post("/?lang=en", "report.pdf", &file(&app.office, name)).await.text();
        page.matches("<img src=\"data:image/png;base64,").count()
    };
    assert_eq!(pictures("valid").await, 2);
    assert_eq!(pictures("invalid").await, 2);
    assert_eq!(pictures("indeterminate").await, 0);
    assert_eq!(pictures("unsigned").await, 0);
}
