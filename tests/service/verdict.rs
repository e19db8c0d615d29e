//! What programs get is what the command line prints.

use axum::http::StatusCode;
use vanthu::certificate;
use vanthu::presentation::Judged;
use vanthu::role::Role;
use vanthu::verify::{Options, TrustStore, verify};
use vanthu::witness::Renderer;

use crate::app::{App, checking_time, file, files, form, raw};

#[tokio::test]
async fn the_report_is_the_librarys_by_both_ways_of_sending() {
    let app = App::new();
    let mut trust = TrustStore::new();
    let root = certificate::to_pem(std::slice::from_ref(&app.office.root.certificate)).unwrap();
    trust.add_pem(root.as_bytes()).unwrap();
    let eyes = Renderer::default();
    for (name, bytes) in files(&app.office) {
        let options = Options { witness: Some(&eyes), ..Options::new(&trust, checking_time()) };
        let mut judged = Judged { file: "báo cáo.pdf".to_owned(), report: verify(&bytes, &options) };
        let answer = app.send(form("/v1/verify", &[], "báo cáo.pdf", &bytes)).await;
        assert_eq!(answer.status, StatusCode::OK, "{name}");
        assert_eq!(answer.json()["verdict"], name);
        assert_eq!(answer.json(), serde_json::to_value(&judged).unwrap(), "{name}");
        judged.file = "document.pdf".to_owned();
        let answer = app.send(raw("/v1/verify", &bytes)).await;
        assert_eq!(answer.json(), serde_json::to_value(&judged).unwrap(), "{name}");
    }
}

#[tokio::test]
async fn roles_can_be_required() {
    let app = App::new();
    let signed = file(&app.office, "incomplete");
    let answer = app.send(raw("/v1/verify?require=signer,agency", &signed)).await;
    assert_eq!(answer.json()["verdict"], "incomplete");
    assert_eq!(answer.json()["missing"][0], serde_json::to_value(Role::Agency).unwrap());
}

#[tokio::test]
async fn a_name_is_a_name_and_no_path() {
    let app = App::new();
    for (sent, known) in
        [("C:\\\\Users\\\\a\\\\b.pdf", "b.pdf"), ("../../etc/passwd", "passwd"), ("", "document.pdf")]
    {
        let answer = app.post("/v1/verify", sent, b"%PDF-").await;
        assert_eq!(answer.json()["file"], known, "{sent}");
    }
}
