//! Who may do what, and the trail of it.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use vanthu::service::ServiceConfig;

use super::bench::{Bench, DUTIES, config, draft, office_with_seal, send, service, tokens};

/// Requests, and the duties that may make them.
const REQUESTS: [(&str, &str, &[&str]); 13] = [
    ("POST", "/v1/check", &["drafter", "signer", "clerk"]),
    ("POST", "/v1/render", &["drafter", "signer", "clerk"]),
    ("POST", "/v1/documents", &["clerk"]),
    ("GET", "/v1/documents/2026-all-1", &["drafter", "signer", "clerk", "auditor"]),
    ("GET", "/v1/documents/2026-all-1/file", &["drafter", "signer", "clerk", "auditor"]),
    ("GET", "/v1/documents/2026-all-1/receipt", &["drafter", "signer", "clerk", "auditor"]),
    ("GET", "/v1/register", &["drafter", "signer", "clerk", "auditor"]),
    ("GET", "/v1/register/checkpoint", &["drafter", "signer", "clerk", "auditor"]),
    ("GET", "/v1/trail", &["auditor"]),
    ("POST", "/v1/documents/2026-all-1/acts", &["clerk"]),
    ("POST", "/v1/documents/2026-all-1/seal", &["clerk"]),
    ("signer", "/v1/documents/2026-all-1/signing", &["signer"]),
    ("agency", "/v1/documents/2026-all-1/signing", &["clerk"]),
];

fn request(method: &str, address: &str, token: &str) -> Request<Body> {
    let body = match method {
        "signer" | "agency" => json!({"role": method, "certificates": "-"}),
        _ => json!({}),
    };
    let method = if method == "GET" { "GET" } else { "POST" };
    Request::builder()
        .method(method)
        .uri(address)
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .unwrap()
}

#[tokio::test]
async fn each_duty_may_do_what_is_its_own() {
    let bench = Bench::new().await;
    bench.issue(&draft("Một"), "a").await.expect(201);
    for (method, address, allowed) in REQUESTS {
        for duty in DUTIES {
            let answer = bench.send(request(method, address, &bench.tokens[duty])).await;
            let is_refused = answer.status == 403;
            assert_eq!(!is_refused, allowed.contains(&duty), "{duty} {method} {address}: {}", answer.text());
            assert_ne!(answer.status, 401);
        }
    }
}

#[tokio::test]
async fn without_a_token_nothing_is_told() {
    let bench = Bench::new().await;
    bench.issue(&draft("Một"), "a").await.expect(201);
    let good = bench.tokens["clerk"].clone();
    let changed = |from: &str, to: &str| good.replacen(from, to, 1);
    let last = good.chars().next_back().unwrap();
    let other = if last == '0' { "1" } else { "0" };
    let forged = format!("{}{other}", &good[..good.len() - 1]);
    for token in ["", "x", &changed("vanthu_", "vanthu_x"), &forged, &format!("{good}0"), &"a".repeat(10_000)]
    {
        for (method, address, _) in REQUESTS {
            let answer = bench.send(request(method, address, token)).await;
            assert_eq!(answer.problem(401), "unauthorized", "{method} {address}");
            assert_eq!(answer.header("www-authenticate"), "Bearer");
        }
    }
}

#[tokio::test]
async fn the_trail_tells_what_was_done_and_what_was_refused() {
    let bench = Bench::new().await;
    let before = bench.get("auditor", "/v1/trail?limit=1000").await.expect(200).as_array().unwrap().len();
    bench.issue(&draft("Một"), "a").await.expect(201);
    assert_eq!(bench.get("public", "/v1/register").await.problem(403), "forbidden");
    let file = bench.get("drafter", "/v1/documents/2026-all-1/file").await;
    bench.get("signer", "/v1/register").await.expect(200);
    bench.get("signer", "/v1/documents/2026-all-2").await.expect(404);
    bench.post("drafter", "/v1/check", &draft("Hai")).await.expect(200);
    let rows = bench.get("auditor", "/v1/trail?limit=1000").await.expect(200);
    let rows = rows.as_array().unwrap()[before..].iter();
    let told = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
    let told: Vec<[String; 4]> =
        rows.map(|row| ["name", "act", "subject", "outcome"].map(|key| told(row, key))).collect();
    assert_eq!(
        told,
        [
            ["auditor", "read-trail", "", "ok"],
            ["clerk", "issue", "01/BC-UBND", "ok"],
            ["public", "read", "", "forbidden"],
            ["drafter", "read-file", "2026-all-1", "ok"],
            ["signer", "read-register", "", "ok"],
            ["signer", "read", "2026-all-2", "no-document"],
            ["drafter", "check", "", "ok"],
        ]
    );
    let rows = bench.get("auditor", "/v1/trail?limit=1000").await.json();
    let row = rows.as_array().unwrap().iter().find(|row| row["act"] == "read-file").unwrap();
    assert_eq!(row["request"], file.header("x-request-id"));
    bench.office.ok(&["trail", "verify"]);
}

#[tokio::test]
async fn a_request_that_is_wrong_has_its_row_too() {
    let bench = Bench::new().await;
    bench.issue(&draft("Một"), "a").await.expect(201);
    let one = "/v1/documents/2026-all-1";
    assert_eq!(bench.get("auditor", "/v1/register?year=0").await.problem(400), "wrong-query");
    assert_eq!(bench.get("auditor", "/v1/register?text=a%00b").await.problem(400), "wrong-query");
    for id in ["2026-a%00l-1", "2026-all%0A-1", "2026-%FF-1", "%00"] {
        let answer = bench.get("drafter", &format!("/v1/documents/{id}")).await;
        assert_eq!(answer.problem(400), "wrong-id", "{id}");
    }
    assert_eq!(bench.get("auditor", "/v1/trail?limit=0").await.problem(400), "wrong-query");
    assert_eq!(bench.get("drafter", &format!("{one}/file?appendix=x")).await.problem(400), "wrong-query");
    for (duty, address, body, name) in [
        ("drafter", "/v1/render?page=0", draft("Hai"), "wrong-query"),
        ("clerk", "/v1/documents/2026-all-1/acts", json!({}), "wrong-json"),
        ("clerk", "/v1/documents/2026-all-1/acts", json!({"act": "receive", "from": " "}), "wrong-text"),
        ("signer", "/v1/documents/2026-all-1/signing", json!({}), "wrong-json"),
        ("signer", "/v1/documents/2026-all-1/signature", json!({}), "wrong-json"),
        ("clerk", "/v1/documents", draft("Hai"), "idempotency-key-missing"),
    ] {
        assert_eq!(bench.post(duty, address, &body).await.problem(400), name, "{address}");
    }
    let rows = bench.get("auditor", "/v1/trail?limit=1000").await.expect(200);
    let refused = rows.as_array().unwrap().iter().filter(|row| row["outcome"] != "ok");
    let told = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
    let told: Vec<[String; 4]> =
        refused.map(|row| ["name", "act", "subject", "outcome"].map(|key| told(row, key))).collect();
    assert_eq!(
        told,
        [
            ["auditor", "read-register", "", "wrong-query"],
            ["auditor", "read-register", "", "wrong-query"],
            ["drafter", "read", "2026-a\u{FFFD}l-1", "wrong-id"],
            ["drafter", "read", "2026-all\u{FFFD}-1", "wrong-id"],
            ["drafter", "read", "\u{FFFD}", "wrong-id"],
            ["drafter", "read", "\u{FFFD}", "wrong-id"],
            ["auditor", "read-trail", "", "wrong-query"],
            ["drafter", "read-file", "2026-all-1", "wrong-query"],
            ["drafter", "render", "", "wrong-query"],
            ["clerk", "change", "2026-all-1", "wrong-json"],
            ["clerk", "change", "2026-all-1", "wrong-text"],
            ["signer", "prepare-signature", "2026-all-1", "wrong-json"],
            ["signer", "complete-signature", "2026-all-1", "wrong-json"],
            ["clerk", "issue", "", "idempotency-key-missing"],
        ]
    );
    bench.office.ok(&["trail", "verify"]);
}

#[tokio::test]
async fn offices_of_one_service_never_see_each_other() {
    let (one, other) = (office_with_seal(), office_with_seal());
    let identify = |office: &crate::office::Office, id: &str| {
        let config = std::fs::read_to_string(office.path("vanthu.toml")).unwrap();
        let place = "place = \"Hòa An\"";
        std::fs::write(
            office.path("vanthu.toml"),
            config.replacen(place, &format!("{place}\norgan_id = \"{id}\""), 1),
        )
        .unwrap();
        // The office begins anew under its identifier: two of one name can't be told apart.
        for file in ["register.sqlite", "keys/register.memory"] {
            std::fs::remove_file(office.path(file)).unwrap();
        }
        vanthu::office::Office::open(office.folder.path()).unwrap().make_register_key().unwrap();
        office.code(&["register", "recover", "--reason", "có mã định danh"], 7);
    };
    identify(&one, "H37.1");
    identify(&other, "H37.2");
    let (ours, theirs) = (tokens(&one), tokens(&other));
    let folders = [one.folder.path().to_owned(), other.folder.path().to_owned()];
    let service = service(&folders, config()).await;
    let issue = |token: String, subject: &'static str| {
        let request = Request::post("/v1/documents")
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json")
            .header("idempotency-key", "a")
            .body(Body::from(draft(subject).to_string()))
            .unwrap();
        let service = service.clone();
        async move { send(&service, request).await.expect(201) }
    };
    let first = issue(ours["clerk"].clone(), "Của một").await;
    let second = issue(theirs["clerk"].clone(), "Của hai").await;
    // The same number and the same key: each office has its own.
    assert_eq!(first["code"], second["code"]);
    let read = |token: String, address: &'static str| {
        let request = request("GET", address, &token);
        let service = service.clone();
        async move { send(&service, request).await }
    };
    let lines = read(ours["auditor"].clone(), "/v1/register").await.expect(200);
    assert_eq!((&lines["total"], &lines["documents"][0]["subject"]), (&json!(1), &json!("Của một")));
    let own = read(theirs["auditor"].clone(), "/v1/documents/2026-all-1").await.expect(200);
    assert_eq!(own["subject"], "Của hai");
    let trail = read(theirs["auditor"].clone(), "/v1/trail").await.text();
    assert!(!trail.contains("H37.1"), "{trail}");
    // A token that names the other office has another secret.
    let crossed = ours["clerk"].replace("H37.1", "H37.2");
    assert_eq!(read(crossed, "/v1/register").await.problem(401), "unauthorized");
}

#[tokio::test]
async fn who_has_a_token_is_no_stranger() {
    let bench = Bench::new().await;
    let once = std::num::NonZeroU32::MIN;
    let strict = ServiceConfig { rate: once, token_rate: once.saturating_add(1), ..config() };
    let service = service(&[bench.office.folder.path().to_owned()], strict).await;
    let ask = |token: &str| {
        let request = Request::get("/problems").header("authorization", format!("Bearer {token}"));
        let (service, request) = (service.clone(), request.body(Body::empty()).unwrap());
        async move { send(&service, request).await }
    };
    assert_eq!(ask("").await.status, 200);
    let refused = ask("").await;
    assert_eq!(refused.problem(429), "too-many-requests");
    assert!(!refused.header("retry-after").is_empty());
    // A token has a rate of its own, and whoever made one up has not.
    for status in [200, 200, 429] {
        assert_eq!(ask(&bench.tokens["public"]).await.status, status);
    }
    let forged = format!("{}0", &bench.tokens["clerk"][..bench.tokens["clerk"].len() - 1]);
    let forged = if forged == bench.tokens["clerk"] { "x".to_owned() } else { forged };
    assert_eq!(ask(&forged).await.status, 429);
    assert_eq!(ask(&bench.tokens["clerk"]).await.status, 200);
}
