//! The description of the service is true: it is OpenAPI, and Schemathesis finds no answer that it does
//! not describe.

use std::process::Command;

use axum::http::StatusCode;

use crate::app::App;
use crate::network::{Served, content, judge};

#[tokio::test]
async fn every_route_is_described() {
    let app = App::new();
    let answer = app.get("/openapi.json").await;
    assert_eq!(answer.status, StatusCode::OK);
    let description = answer.json();
    assert!(description["openapi"].as_str().unwrap().starts_with("3.1"));
    let paths: Vec<&str> = description["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    insta::assert_snapshot!(paths.join("\n"));
    for (path, methods) in description["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            assert!(operation["summary"].as_str().is_some_and(|words| !words.is_empty()), "{method} {path}");
        }
    }
}

#[test]
fn schemathesis_finds_nothing() {
    let served = Served::start();
    content(
        Command::new(judge("venv/bin/schemathesis"))
            .arg("run")
            .arg(format!("{}/openapi.json", served.address))
            .args(["--max-examples", "15", "--seed", "1", "--checks", "all", "--no-color"])
            .args(["--generation-database", "none", "--request-timeout", "300"])
            .current_dir(std::env::temp_dir()),
    );
}
