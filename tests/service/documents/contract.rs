//! The description of the service is true for an office's programs as well: Schemathesis finds no answer that it
//! does not describe, and no way around the token.

use std::process::Command;

use tokio::sync::oneshot;
use vanthu::service;

use super::bench::{Bench, draft};
use crate::judges::approve;

#[test]
fn schemathesis_finds_nothing() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let bench = runtime.block_on(Bench::new());
    runtime.block_on(async {
        bench.issue(&draft("Một"), "a").await.expect(201);
    });
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let served = bench.service.clone();
    let serving = runtime.spawn(service::serve(
        served,
        listener,
        Box::pin(async {
            let _ = stopped.await;
        }),
    ));
    let schemathesis =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/judges/venv/bin/schemathesis");
    for duty in ["clerk", "auditor"] {
        approve(
            Command::new(&schemathesis)
                .arg("run")
                .arg(format!("http://{address}/openapi.json"))
                .args(["--include-path-regex", "^/v1/(check|render|documents|register|trail|schema)"])
                .args(["--header", &format!("Authorization: Bearer {}", bench.tokens[duty])])
                // A document that fits its type may still break a rule of the decree.
                .args(["--checks", "all", "--exclude-checks", "positive_data_acceptance"])
                .args(["--max-examples", "10", "--seed", "1", "--no-color"])
                .args(["--generation-database", "none", "--request-timeout", "300"])
                .current_dir(std::env::temp_dir()),
        );
    }
    let _ = stop.send(());
    runtime.block_on(serving).unwrap().unwrap();
    // Whatever was sent, the register is whole and nothing went unrecorded.
    bench.office.ok(&["register", "verify"]);
    bench.office.ok(&["trail", "verify"]);
}
