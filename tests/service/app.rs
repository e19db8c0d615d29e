//! A service in this process, files for it, and requests without a network.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tower::ServiceExt;
use vanthu::certificate;
use vanthu::lookup::RegisterLookup;
use vanthu::pdf::names::XMP_NAMESPACE;
use vanthu::presentation::Painter;
use vanthu::role::Role;
use vanthu::service::{BeginLooking, Dependencies, Service, ServiceConfig};
use vanthu::verify::{Region, Sight, TrustStore, Witness};
use vanthu::witness::Renderer;

use crate::pdf;
use crate::signature::{self, Draft, Office};

/// When everything is checked.
pub fn checking_time() -> time::OffsetDateTime {
    signature::signing_time() + time::Duration::days(2)
}

/// Looks in this process: the files here are our own.
#[derive(Default)]
pub struct Looker(Renderer);

impl Painter for Looker {
    fn picture(&self, bytes: &[u8], page: usize) -> Option<String> {
        self.0.picture(bytes, page).map(|png| STANDARD.encode(png))
    }
}

impl Witness for Looker {
    fn is_blank(&self, bytes: &[u8], region: &Region) -> Option<bool> {
        self.0.is_blank(bytes, region)
    }

    fn compare(&self, before: &[u8], after: &[u8], allowed: &[Region]) -> Sight {
        self.0.compare(before, after, allowed)
    }
}

/// A service of an office.
pub struct App {
    pub service: Service,
    pub office: Office,
}

/// An answer.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// Limits that no test reaches by accident.
pub fn config() -> ServiceConfig {
    ServiceConfig { rate: NonZeroU32::new(1_000_000).unwrap(), drain_seconds: 0, ..ServiceConfig::default() }
}

/// What the service of `office` works with.
fn dependencies(office: &Office) -> Dependencies {
    let mut trust = TrustStore::new();
    let root = certificate::to_pem(std::slice::from_ref(&office.root.certificate)).unwrap();
    trust.add_pem(root.as_bytes()).unwrap();
    Dependencies {
        trust: Arc::new(move || Ok(trust.clone())),
        begin_looking: Arc::new(|| Box::new(Looker(Renderer::default()))),
        register: None,
        office: Some("ỦY BAN NHÂN DÂN XÃ HÒA AN".to_owned()),
        issuing: None,
        clock: checking_time,
    }
}

impl App {
    pub fn new() -> App {
        App::with(config(), None)
    }

    pub fn with(config: ServiceConfig, register: Option<Arc<dyn RegisterLookup>>) -> App {
        let office = Office::new();
        let dependencies = Dependencies { register, ..dependencies(&office) };
        App { service: Service::new(config, dependencies), office }
    }

    /// Whose pages are looked at by `begin_looking`.
    pub fn looking(config: ServiceConfig, begin_looking: BeginLooking) -> App {
        let office = Office::new();
        let dependencies = Dependencies { begin_looking, ..dependencies(&office) };
        App { service: Service::new(config, dependencies), office }
    }

    /// Whose pages can't be looked at without a panic.
    pub fn panicking() -> App {
        App::looking(config(), Arc::new(|| panic!("on purpose")))
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let mut request = request;
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([192, 0, 2, 1], 5000))));
        let response = self.service.router().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 64 << 20).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub async fn get(&self, address: &str) -> Answer {
        self.send(Request::get(address).body(Body::empty()).unwrap()).await
    }

    /// Sends a form with a file.
    pub async fn post(&self, address: &str, name: &str, file: &[u8]) -> Answer {
        self.send(form(address, &[], name, file)).await
    }
}

/// A form with fields and a file, as a browser sends it.
pub fn form(address: &str, fields: &[(&str, &str)], name: &str, file: &[u8]) -> Request<Body> {
    Request::post(address)
        .header("content-type", "multipart/form-data; boundary=frontier")
        .header("accept", "text/html")
        .body(Body::from(form_body(fields, name, file)))
        .unwrap()
}

fn form_body(fields: &[(&str, &str)], name: &str, file: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        let part =
            format!("--frontier\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    let head = format!(
        "--frontier\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: application/pdf\r\n\r\n"
    );
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--frontier--\r\n");
    body
}

/// A request as bytes on a connection, which ends after it.
pub fn raw_request(address: &str, file: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST {address} HTTP/1.0\r\nContent-Type: application/pdf\r\nContent-Length: {}\r\n\r\n",
        file.len()
    );
    [head.as_bytes(), file].concat()
}

/// The same of a form with a file.
pub fn form_request(address: &str, file: &[u8]) -> Vec<u8> {
    let body = form_body(&[], "report.pdf", file);
    let head = format!(
        "POST {address} HTTP/1.0\r\nAccept: text/html\r\nContent-Length: {}\r\n\
         Content-Type: multipart/form-data; boundary=frontier\r\n\r\n",
        body.len()
    );
    [head.into_bytes(), body].concat()
}

/// A PDF sent as it is.
pub fn raw(address: &str, file: &[u8]) -> Request<Body> {
    Request::post(address).header("content-type", "application/pdf").body(Body::from(file.to_vec())).unwrap()
}

/// The number of the stream that says what the document is.
const METADATA: u32 = 9;

/// A report that says its number, date and subject.
fn report() -> Vec<u8> {
    let facts = [
        ("TypeName", "Báo cáo"),
        ("CodeNumber", "201"),
        ("CodeNotation", "BC-UBND"),
        ("IssuedDate", "2020-06-18"),
        ("OrganName", "ỦY BAN NHÂN DÂN XÃ HÒA AN"),
        ("Subject", "Kết quả phong trào thi đua &lt;quý II&gt;"),
    ];
    let packet: String =
        facts.iter().map(|(name, value)| format!("<vanthu:{name}>{value}</vanthu:{name}>")).collect();
    let packet = format!("<xmp xmlns:vanthu=\"{XMP_NAMESPACE}\">{packet}</xmp>");
    let mut objects = pdf::report_objects();
    let mut set = |number: u32, body: String| objects[number as usize - 1].1 = body;
    set(pdf::CATALOG, pdf::catalog("/Metadata 9 0 R "));
    // Without an appearance: its object holds the metadata here.
    set(pdf::SIGNER_FIELD, pdf::field(pdf::SIGNER_FIELD, " "));
    set(pdf::AGENCY_FIELD, pdf::field(pdf::AGENCY_FIELD, " "));
    set(METADATA, pdf::stream("/Type /Metadata /Subtype /XML ", &packet));
    pdf::write(&objects)
}

/// Files of every verdict, with its name.
pub fn files(office: &Office) -> Vec<(&'static str, Vec<u8>)> {
    let report = report();
    let signed = Draft::new(&report, Role::Signer, &office.chairman).sign();
    let twice = Draft::new(&signed, Role::Agency, &office.agency).sign();
    let third = "<< /Type /Annot /Subtype /Widget /FT /Sig /T (third) /F 132 /P 3 0 R /Rect [0 0 0 0] >>";
    let fields = format!("{} 0 R {} 0 R 20 0 R", pdf::SIGNER_FIELD, pdf::AGENCY_FIELD);
    let added = [(pdf::PAGE, pdf::page(" 20 0 R")), (pdf::FORM, pdf::form(&fields)), (20, third.to_owned())];
    let extended = pdf::Update::of(&twice, &added).whole();
    let forged = [(pdf::CONTENT, pdf::stream("", "BT /F1 14 Tf 72 720 Td (23 of 23) Tj ET"))];
    let forged = pdf::Update::of(&twice, &forged).whole();
    let stranger = Office::new();
    let doubtful = Draft::new(&report, Role::Signer, &stranger.chairman).sign();
    let doubtful = Draft::new(&doubtful, Role::Agency, &stranger.agency).sign();
    vec![
        ("valid", twice),
        ("valid_extended", extended),
        ("incomplete", signed),
        ("invalid", forged),
        ("indeterminate", doubtful),
        ("unsigned", report),
        ("unreadable", b"not a PDF".to_vec()),
    ]
}

/// The file of one verdict.
pub fn file(office: &Office, wanted: &str) -> Vec<u8> {
    files(office).into_iter().find(|(name, _)| *name == wanted).unwrap().1
}
