//! Drafts are checked and drawn, and nothing of them stays.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use super::bench::{Bench, draft};

#[tokio::test]
async fn a_draft_is_checked_and_drawn() {
    let bench = Bench::new().await;
    let checked = bench.post("drafter", "/v1/check", &draft("Một")).await.expect(200);
    assert_eq!(checked["issuable"], true, "{checked}");
    let drawn = bench.post("drafter", "/v1/render", &draft("Một")).await;
    assert_eq!(drawn.header("content-type"), "application/pdf");
    assert!(drawn.body.starts_with(b"%PDF-"));
    let page = bench.post("drafter", "/v1/render?page=1&resolution=72", &draft("Một")).await;
    assert_eq!(page.header("content-type"), "image/png");
    assert!(page.body.starts_with(b"\x89PNG"));
    assert_eq!(bench.post("drafter", "/v1/render?page=99", &draft("Một")).await.problem(422), "no-page");
    assert_eq!(bench.post("drafter", "/v1/render?page=0", &draft("Một")).await.problem(400), "wrong-query");
    let lines = bench.get("clerk", "/v1/register").await.expect(200);
    assert_eq!(lines["total"], 0);
}

#[tokio::test]
async fn what_is_wrong_is_told_with_its_place() {
    let bench = Bench::new().await;
    let mut wrong = draft("Một");
    wrong["signature"]["name"] = json!("");
    wrong["kind"] = json!("Thông điệp");
    let checked = bench.post("drafter", "/v1/check", &wrong).await.expect(200);
    assert_eq!(checked["issuable"], false);
    let pointers = |errors: &Value| -> Vec<String> {
        let errors = errors.as_array().unwrap().iter();
        errors.map(|error| error["pointer"].as_str().unwrap().to_owned()).collect()
    };
    assert!(pointers(&checked["errors"]).contains(&"/kind".to_owned()), "{checked}");
    let refused = bench.issue(&wrong, "a").await;
    assert_eq!(refused.problem(422), "document-refused");
    assert_eq!(pointers(&refused.json()["errors"]), pointers(&checked["errors"]));
    // Nothing was taken.
    let issued = bench.issue(&draft("Hai"), "b").await.expect(201);
    assert_eq!(issued["code"], "01/BC-UBND");
}

#[tokio::test]
async fn a_document_brings_the_files_that_it_names() {
    let bench = Bench::new().await;
    let mut document = draft("Kèm ảnh");
    let figure = json!({"block": "figure", "file": "hinh/a.png", "alt": "Một ô màu xanh", "width": 20});
    document["body"].as_array_mut().unwrap().push(figure);
    let form = |files: &[(&str, &[u8])]| {
        let mut body = Vec::new();
        let mut part = |head: &str, bytes: &[u8]| {
            body.extend_from_slice(
                format!("--f\r\nContent-Disposition: form-data; {head}\r\n\r\n").as_bytes(),
            );
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        };
        part("name=\"document\"", document.to_string().as_bytes());
        for (name, bytes) in files {
            part(&format!("name=\"file\"; filename=\"{name}\""), bytes);
        }
        body.extend_from_slice(b"--f--\r\n");
        Request::post("/v1/render")
            .header("authorization", format!("Bearer {}", bench.tokens["clerk"]))
            .header("content-type", "multipart/form-data; boundary=f")
            .body(Body::from(body))
            .unwrap()
    };
    let mut png = Vec::new();
    let image = image::RgbImage::from_pixel(40, 40, image::Rgb([0, 0, 200]));
    image.write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png).unwrap();
    let drawn = bench.send(form(&[("hinh/a.png", &png)])).await;
    assert_eq!(drawn.status, 200, "{}", drawn.text());
    assert!(drawn.body.starts_with(b"%PDF-"));
    assert_eq!(bench.send(form(&[])).await.problem(422), "document-refused");
    assert_eq!(bench.send(form(&[("../a.png", &png)])).await.problem(400), "wrong-files");
}
