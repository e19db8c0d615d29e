//! The description of the service is true: it is OpenAPI, and Schemathesis finds no answer that it does
//! not describe.

use std::process::Command;

use axum::http::StatusCode;
use serde_json::{Value, json};

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

/// Every value in `json` under the key `wanted`, wherever it is.
fn all<'a>(json: &'a Value, wanted: &str, found: &mut Vec<&'a Value>) {
    match json {
        Value::Object(object) => {
            found.extend(object.get(wanted));
            object.values().for_each(|value| all(value, wanted, found));
        }
        Value::Array(list) => list.iter().for_each(|value| all(value, wanted, found)),
        _ => {}
    }
}

#[tokio::test]
async fn a_client_can_be_made_of_the_description() {
    let description = App::new().get("/openapi.json").await.json();
    let info = &description["info"];
    assert_eq!((&info["title"], &info["version"]), (&json!("vanthu"), &json!(env!("CARGO_PKG_VERSION"))));
    let (mut references, mut names, mut contents) = (Vec::new(), Vec::new(), Vec::new());
    all(&description, "$ref", &mut references);
    let resolved = |reference: &str| description.pointer(reference.strip_prefix('#').unwrap());
    assert!(references.len() > 100);
    for reference in references.iter().filter_map(|reference| reference.as_str()) {
        assert!(resolved(reference).is_some(), "{reference} leads nowhere");
    }
    all(&description["paths"], "operationId", &mut names);
    let mut once = names.iter().map(|name| name.as_str().unwrap()).collect::<Vec<_>>();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), names.len(), "{once:?}");
    all(&description["paths"], "content", &mut contents);
    for (kind, content) in contents.iter().filter_map(|content| content.as_object()).flatten() {
        let schema = &content["schema"];
        let schema = schema["$ref"].as_str().map_or(Some(schema), resolved).unwrap();
        assert!(schema.as_object().is_some_and(|schema| !schema.is_empty()), "{kind} has no schema");
        if matches!(kind.as_str(), "application/pdf" | "image/png") {
            assert_eq!((&schema["type"], &schema["format"]), (&json!("string"), &json!("binary")), "{kind}");
        }
    }
    // What is issued is the document that `vanthu schema` describes.
    let issue = &description["paths"]["/v1/documents"]["post"]["requestBody"]["content"]["application/json"];
    let document = resolved(issue["schema"]["$ref"].as_str().unwrap()).unwrap();
    assert_eq!(document["required"], vanthu::document::schema()["required"]);
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
