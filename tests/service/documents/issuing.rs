//! A number for a document: once, for the same request always the same, and nothing without the register.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::bench::{Bench, draft};

#[tokio::test]
async fn a_document_is_issued_kept_and_found() {
    let bench = Bench::new().await;
    let answer = bench.issue(&draft("Thi đua"), "\"8e03978e-40d5-43e8-bc93-6894a57f9324\"").await;
    let issued = answer.expect(201);
    let id = issued["id"].as_str().unwrap();
    assert_eq!((id, &issued["code"]), ("2026-all-1", &json!("01/BC-UBND")));
    assert_eq!(answer.header("location"), "/v1/documents/2026-all-1");
    assert_eq!(issued["missing"], json!(["signer", "agency"]));
    assert_eq!(issued["state"], "in_force");
    let file = bench.get("drafter", "/v1/documents/2026-all-1/file").await;
    assert_eq!(file.header("etag"), answer.header("etag"));
    std::fs::write(bench.office.path("a.pdf"), &file.body).unwrap();
    let status = bench.office.code(&["status", "a.pdf"], 5);
    assert!(status.contains("has not signed"), "{status}");
    // What the client has need not be sent again.
    assert_eq!(
        bench.get_if("drafter", "/v1/documents/2026-all-1/file", &file.header("etag")).await.status,
        304
    );
    let read = bench.get("drafter", "/v1/documents/2026-all-1").await;
    assert_eq!(bench.get_if("drafter", "/v1/documents/2026-all-1", &read.header("etag")).await.status, 304);
    assert_eq!(read.json(), issued);
    // The receipt of the service is the one that a recipient checks.
    let receipt = bench.get("drafter", "/v1/documents/2026-all-1/receipt").await;
    std::fs::write(bench.office.path("a.tlog-proof"), &receipt.body).unwrap();
    bench.office.ok(&["register", "verify", "--receipt", "a.tlog-proof", "--vkey", "register.vkey"]);
    // Lines are found as people write.
    let found = bench.get("auditor", "/v1/register?year=2026&text=thi%20dua").await.expect(200);
    assert_eq!(found["documents"], json!([issued]));
    assert_eq!(bench.get("auditor", "/v1/register?text=khac").await.expect(200)["total"], 0);
    for address in ["/v1/documents/2026-all-2", "/v1/documents/x", "/v1/documents/2026-all-2/file"] {
        assert_eq!(bench.get("drafter", address).await.problem(404), "no-document");
    }
    bench.office.ok(&["register", "verify"]);
}

#[tokio::test]
async fn the_same_request_gets_the_same_number() {
    let bench = Bench::new().await;
    let first = bench.issue(&draft("Một"), "a").await.expect(201);
    let again = bench.issue(&draft("Một"), "a").await.expect(200);
    assert_eq!(again, first);
    assert_eq!(bench.issue(&draft("Hai"), "a").await.problem(422), "idempotency-key-reused");
    assert_eq!(bench.issue(&draft("Một"), "b").await.problem(409), "registered-already");
    assert_eq!(
        bench.post("clerk", "/v1/documents", &draft("Ba")).await.problem(400),
        "idempotency-key-missing"
    );
    // Many at once, some of them twice: every document has one number, and none is missing.
    let all =
        (0..12).map(|n| {
            let (bench, subject) = (&bench, format!("Việc {}", n / 2));
            async move {
                bench.issue(&draft(&subject), &subject.replace('ệ', "e").replace(' ', "-")).await.json()
            }
        });
    let answers = join(all).await;
    let codes: BTreeSet<String> =
        answers.iter().map(|one| one["code"].as_str().unwrap().to_owned()).collect();
    let expected: BTreeSet<String> = (2..8).map(|n| format!("{n:02}/BC-UBND")).collect();
    assert_eq!(codes, expected);
    bench.office.ok(&["register", "verify"]);
}

/// Waits for all of them at once.
async fn join(all: impl Iterator<Item = impl Future<Output = Value>>) -> Vec<Value> {
    let mut running: Vec<_> = all.map(|one| (Box::pin(one), None)).collect();
    std::future::poll_fn(move |context| {
        for (one, done) in &mut running {
            if done.is_none()
                && let std::task::Poll::Ready(value) = one.as_mut().poll(context)
            {
                *done = Some(value);
            }
        }
        if running.iter().all(|(_, done)| done.is_some()) {
            return std::task::Poll::Ready(running.iter_mut().filter_map(|(_, done)| done.take()).collect());
        }
        std::task::Poll::Pending
    })
    .await
}

#[tokio::test]
async fn what_happens_to_a_document_is_recorded() {
    let bench = Bench::new().await;
    bench.issue(&draft("Một"), "a").await.expect(201);
    let acts = "/v1/documents/2026-all-1/acts";
    bench
        .post("clerk", acts, &json!({"act": "dispatch", "to": "Sở Nội vụ", "way": "trục"}))
        .await
        .expect(200);
    bench.post("clerk", acts, &json!({"act": "receive", "from": "Sở Nội vụ"})).await.expect(200);
    let recall = json!({"act": "recall", "reason": "Sai số liệu", "by": "Chủ tịch"});
    let recalled = bench.post("clerk", acts, &recall).await.expect(200);
    assert_eq!(recalled["state"], "recalled");
    let events: Vec<&str> =
        recalled["events"].as_array().unwrap().iter().map(|one| one["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["dispatch", "receive", "recall"]);
    for act in [&recall, &json!({"act": "dispatch", "to": "Sở Nội vụ"})] {
        assert_eq!(bench.post("clerk", acts, act).await.problem(409), "not-in-force");
    }
    // Nobody signs it any more.
    assert_eq!(
        bench.post("clerk", "/v1/documents/2026-all-1/seal", &json!({})).await.problem(409),
        "not-in-force"
    );
    for wrong in
        [json!({"act": "recall"}), json!({"act": "x"}), json!([]), json!({"act": "receive", "from": " "})]
    {
        assert!(matches!(bench.post("clerk", acts, &wrong).await.status.as_u16(), 400), "{wrong}");
    }
    assert_eq!(
        bench.post("clerk", "/v1/documents/2026-all-9/acts", &recall).await.problem(404),
        "no-document"
    );
    bench.office.ok(&["register", "verify"]);
}

#[tokio::test]
async fn an_act_that_is_sent_twice_is_recorded_once() {
    let bench = Bench::new().await;
    bench.issue(&draft("Một"), "a").await.expect(201);
    bench.issue(&draft("Hai"), "b").await.expect(201);
    let acts = "/v1/documents/2026-all-1/acts";
    let sent = json!({"act": "dispatch", "to": "Sở Nội vụ"});
    let recalled = json!({"act": "recall", "reason": "Sai số liệu", "by": "Chủ tịch"});
    for (act, key) in [(&sent, "k1"), (&recalled, "k2")] {
        for _ in 0..3 {
            bench.post_with("clerk", acts, act, &[("idempotency-key", key)]).await.expect(200);
        }
    }
    let document = bench.get("clerk", "/v1/documents/2026-all-1").await.expect(200);
    let events = document["events"].as_array().unwrap();
    assert_eq!(events.iter().map(|one| one["event"].clone()).collect::<Vec<_>>(), ["dispatch", "recall"]);
    // The key of one act, of a document that was issued, and no key at all.
    let other = "/v1/documents/2026-all-2/acts";
    for key in ["k1", "b"] {
        let answer = bench.post_with("clerk", other, &sent, &[("idempotency-key", key)]).await;
        assert_eq!(answer.problem(422), "idempotency-key-reused", "{key}");
    }
    let answer = bench.post_with("clerk", other, &sent, &[("idempotency-key", "not one")]).await;
    assert_eq!(answer.problem(400), "idempotency-key-missing");
    bench.office.ok(&["register", "verify"]);
}

#[tokio::test]
async fn a_number_is_given_back_where_the_file_can_not_be_kept() {
    let bench = Bench::new().await;
    bench.issue(&draft("Một"), "a").await.expect(201);
    // A file stands where the folder should be: whoever runs this, root too, can't write below it.
    let files = bench.office.path("files");
    let aside = bench.office.path("aside");
    std::fs::rename(&files, &aside).unwrap();
    std::fs::write(&files, "").unwrap();
    assert_eq!(bench.issue(&draft("Hai"), "b").await.problem(503), "unavailable");
    assert_eq!(bench.get("clerk", "/v1/register").await.expect(200)["total"], 1);
    std::fs::remove_file(&files).unwrap();
    std::fs::rename(&aside, &files).unwrap();
    assert_eq!(bench.issue(&draft("Hai"), "b").await.expect(201)["code"], "02/BC-UBND");
    bench.office.ok(&["register", "verify"]);
}
