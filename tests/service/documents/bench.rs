//! An office at work in this process: its service, tokens for every duty, and requests without a network.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode};
use serde_json::{Value, json};
use time::OffsetDateTime;
use tower::ServiceExt;
use vanthu::clock;
use vanthu::fonts::Faces;
use vanthu::layout::Engine;
use vanthu::online::Networks;
use vanthu::presentation::Painter;
use vanthu::service::{Dependencies, Issuing, OpenOffices, Press, PressLimits, Service, ServiceConfig};
use vanthu::verify::{Region, Sight, TrustStore, Witness};

use crate::office::{Office, TIME};

/// Nobody looks at pages here.
struct Blind;

impl Painter for Blind {
    fn picture(&self, _: &[u8], _: usize) -> Option<String> {
        None
    }
}

impl Witness for Blind {
    fn is_blank(&self, _: &[u8], _: &Region) -> Option<bool> {
        None
    }

    fn compare(&self, _: &[u8], _: &[u8], _: &[Region]) -> Sight {
        Sight::default()
    }
}

/// When the service works: a little later than the office's keys were made.
pub fn now() -> OffsetDateTime {
    clock::parse(TIME).unwrap() + time::Duration::minutes(5)
}

/// The duties.
pub const DUTIES: [&str; 5] = ["drafter", "signer", "clerk", "auditor", "public"];

/// An office with its service.
pub struct Bench {
    pub office: Office,
    pub service: Service,
    pub tokens: BTreeMap<&'static str, String>,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{}: {}", self.status, self.text()))
    }

    /// The JSON of an answer with this status.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        self.json()
    }

    /// The stable name of the problem that it is.
    #[track_caller]
    pub fn problem(&self, status: u16) -> String {
        let problem = self.expect(status);
        problem["type"].as_str().unwrap().trim_start_matches("/problems#").to_owned()
    }

    pub fn header(&self, name: &str) -> String {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap()).to_owned()
    }
}

/// Tokens of an office, one for every duty.
pub fn tokens(office: &Office) -> BTreeMap<&'static str, String> {
    let made = DUTIES.map(|duty| {
        let output = office.run(&["token", "add", "--name", duty, "--duty", duty, "--days", "730"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        (duty, String::from_utf8(output.stdout).unwrap().trim().to_owned())
    });
    made.into_iter().collect()
}

/// An office whose service has the agency's key.
pub fn office_with_seal() -> Office {
    let office = Office::new();
    std::fs::write(office.path("keys/passphrase"), crate::office::PASSPHRASE).unwrap();
    let config = std::fs::read_to_string(office.path("vanthu.toml")).unwrap();
    let seal = "\n[seal]\nkey = \"keys/agency.key\"\npassphrase_file = \"keys/passphrase\"\n";
    std::fs::write(office.path("vanthu.toml"), config + seal).unwrap();
    office
}

/// PressLimits that no test reaches by accident.
pub fn config() -> ServiceConfig {
    let many = NonZeroU32::new(1_000_000).unwrap();
    ServiceConfig { rate: many, token_rate: many, drain_seconds: 0, ..ServiceConfig::default() }
}

pub async fn service(folders: &[PathBuf], config: ServiceConfig) -> Service {
    let offices = OpenOffices::open(folders, None, &Networks::default(), now).await.unwrap();
    service_of(offices, config)
}

/// A service of these offices.
pub fn service_of(offices: OpenOffices, config: ServiceConfig) -> Service {
    // On a busy machine the usual 20 seconds may be too few.
    let limits = PressLimits { seconds: NonZeroU32::new(600).unwrap(), ..PressLimits::default() };
    let press = Press::new(PathBuf::from(env!("CARGO_BIN_EXE_vanthu")), None, limits).unwrap();
    let engine = Arc::new(Engine::new(Faces::embedded()).unwrap());
    let dependencies = Dependencies {
        trust: Arc::new(|| Ok(TrustStore::new())),
        begin_looking: Arc::new(|| Box::new(Blind)),
        register: None,
        office: None,
        issuing: Some(Issuing { offices, press, engine }),
        clock: now,
    };
    Service::new(config, dependencies)
}

/// Sends a request to `service`.
pub async fn send(service: &Service, mut request: Request<Body>) -> Answer {
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([192, 0, 2, 1], 5000))));
    let response = service.router().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, 64 << 20).await.unwrap().to_vec();
    Answer { status: parts.status, headers: parts.headers, body }
}

impl Bench {
    pub async fn new() -> Bench {
        Bench::of(office_with_seal()).await
    }

    pub async fn of(office: Office) -> Bench {
        let tokens = tokens(&office);
        let service = service(&[office.folder.path().to_owned()], config()).await;
        Bench { office, service, tokens }
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        send(&self.service, request).await
    }

    pub async fn get(&self, duty: &str, address: &str) -> Answer {
        self.get_if(duty, address, "").await
    }

    /// Gets what is newer than the entity tag `tag`.
    pub async fn get_if(&self, duty: &str, address: &str, tag: &str) -> Answer {
        let request = Request::get(address).header("authorization", format!("Bearer {}", self.tokens[duty]));
        let request = if tag.is_empty() { request } else { request.header("if-none-match", tag) };
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Posts JSON, with more headers.
    pub async fn post_with(
        &self,
        duty: &str,
        address: &str,
        body: &Value,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = Request::post(address)
            .header("authorization", format!("Bearer {}", self.tokens[duty]))
            .header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    pub async fn post(&self, duty: &str, address: &str, body: &Value) -> Answer {
        self.post_with(duty, address, body, &[]).await
    }

    /// Issues `document` as the clerk.
    pub async fn issue(&self, document: &Value, key: &str) -> Answer {
        self.post_with("clerk", "/v1/documents", document, &[("idempotency-key", key)]).await
    }
}

/// A small document with this subject.
pub fn draft(subject: &str) -> Value {
    let text = std::fs::read_to_string(crate::office::example()).unwrap();
    let mut document: Value = serde_json::from_str(&text).unwrap();
    document["header"]["number"] = Value::Null;
    document["header"]["date"] = Value::Null;
    document["subject"] = json!(subject);
    document
}
