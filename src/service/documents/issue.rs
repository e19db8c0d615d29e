//! Issuing (phát hành): number, report, register, all of them or none.

use std::path::Path;

use axum::extract::{Request, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;

use super::exchange::{changed, found};
use super::id::DocumentId;
use super::paper::{DocumentUpload, Sent};
use super::view::DocumentView;
use crate::access::Act;
use crate::issue::{Begun, Held, Repeat, appendix_path, series_of};
use crate::message;
use crate::register::{Asked, DocumentRevision, Entry, IdempotentRequest, RequestKey, RevisionKind};
use crate::service::Service;
use crate::service::authentication::{Caller, Done};
use crate::service::offices::OpenOffice;
use crate::service::press::Press;
use crate::service::problem::Problem;
use crate::service::responses::{
    Guarded, Limited, NeedsWorkerAndStorage, TakesBody, TakesDocument, problems,
};
use crate::service::schemas::DocumentJson;

/// The header of draft-ietf-httpapi-idempotency-key-header.
const KEY: &str = "idempotency-key";

problems! {
    IssueProblems {
        400 "The key is missing, or the form is wrong",
        409 "The register refuses, or the same document is registered already",
        422 "The document is refused, or the key belongs to another request",
    }
}

/// Issues a document: it gets the next number, is laid out, registered and kept. Sent again with the same
/// Idempotency-Key, it is answered with the number that it got.
#[utoipa::path(
    post, path = "/v1/documents", tag = "documents", security(("token" = [])),
    params(("Idempotency-Key" = String, Header, description = "A name for this request that no other one of the office has, such as a UUID", min_length = 1, max_length = 255, pattern = "^[!-~]{1,255}$")),
    request_body(description = "The document (`vanthu schema`), or a form with its files", content(
        (DocumentJson = "application/json"),
        (DocumentUpload = "multipart/form-data"),
    )),
    responses(
        (status = 201, description = "It is issued", body = DocumentView, headers(("Location" = String, description = "Its address"), ("ETag" = String, description = "Its file"))),
        (status = 200, description = "It was issued before, by the same request", body = DocumentView),
        Limited, Guarded, TakesBody, TakesDocument, NeedsWorkerAndStorage, IssueProblems,
    )
)]
pub(in crate::service) async fn issue(
    State(service): State<Service>,
    caller: Caller,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    let issuing = async {
        let issued = issued(&service, &caller, &headers, request).await;
        if matches!(issued, Ok((StatusCode::CREATED, _))) {
            service.metrics().issued();
        }
        let subject = issued.as_ref().map(|(_, entry)| entry.document.code.clone()).unwrap_or_default();
        let answer = match issued {
            Ok((status, entry)) => found(&caller, &DocumentId(entry.key)).await.map(|document| {
                let address = format!("/v1/documents/{}", document.id);
                let mut response = changed(status, document);
                if let Ok(address) = HeaderValue::from_str(&encoded(&address)) {
                    response.headers_mut().insert(LOCATION, address);
                }
                response
            }),
            Err(problem) => Err(problem),
        };
        caller.office().nudge();
        Done { name: Act::Issue.name(), subject, answer }
    };
    caller.act_as(Act::Issue, "", issuing).await
}

/// The line of the document that `request` brings, and whether it is new.
async fn issued(
    service: &Service,
    caller: &Caller,
    headers: &HeaderMap,
    request: Request,
) -> Result<(StatusCode, Entry), Problem> {
    let key = key(headers)?;
    let sent = Sent::read(service, caller, request).await?;
    let asking = IdempotentRequest::new(key, &sent.content());
    numbered(&service.press(caller.party())?, caller, &sent, asking).await
}

/// The key of idempotency, with or without quotes (a string of RFC 9651 has them).
fn key(headers: &HeaderMap) -> Result<RequestKey, Problem> {
    let text = headers.get(KEY).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let bare = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    bare.parse().map_err(|_| {
        Problem::bad_request(
            "idempotency-key-missing",
            message!(
                "Cần tiêu đề Idempotency-Key (1 đến 255 ký tự ASCII, ví dụ một UUID): gửi lại yêu cầu với cùng khóa sẽ không lấy thêm số.",
                "The header Idempotency-Key is needed (1 to 255 ASCII characters, such as a UUID): the same request with the same key takes no second number."
            ),
        )
    })
}

/// An address with what is not ASCII escaped.
fn encoded(address: &str) -> String {
    use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
    const ESCAPED: AsciiSet = CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'%');
    utf8_percent_encode(address, &ESCAPED).to_string()
}

/// The line of the document that was `sent`, and whether it is new.
async fn numbered(
    press: &Press,
    caller: &Caller,
    sent: &Sent,
    asking: IdempotentRequest,
) -> Result<(StatusCode, Entry), Problem> {
    let (office, register) = (caller.office(), caller.register());
    let page = office.office().page();
    match register.answered(&asking).await? {
        Asked::Answered(key) => {
            let entry = register.entry(&key).await?.ok_or_else(Problem::no_document)?;
            return Ok((StatusCode::OK, entry));
        }
        Asked::Other => return Err(crate::register::RegisterError::OtherRequest(asking.key().clone()).into()),
        Asked::New => {}
    }
    let draft = press.accept(&sent.paper).await?.document;
    let _turn = office.turn().lock().await;
    let mut time = caller.now();
    let next = register.next(&series_of(office.office(), &draft, time)).await?;
    let mut laid_out = press.lay_out(&draft, next, time, page).await?;
    let begun = Held::begin(office.office(), register, draft.clone(), time, Repeat::Refuse, Some(asking));
    let mut held = match begun.await? {
        Begun::Held(held) => *held,
        Begun::Answered(entry) => return Ok((StatusCode::OK, *entry)),
        Begun::Registered(entry) => return Err(repeated(&entry)),
    };
    // Another replica or the command line was quicker: it has the number, or it wrote at a later time than this.
    if laid_out.number() != Some(held.number()) || !held.is_latest().await? {
        time = caller.now();
        held = held.at(time);
        laid_out = match press.lay_out(&draft, held.number(), time, page).await {
            Ok(laid_out) => laid_out,
            Err(cause) => {
                held.fail(&cause.to_string()).await?;
                return Err(cause.into());
            }
        };
    }
    let ready = held.log(laid_out).await?;
    let name = format!("{}.pdf", ready.document().file_stem());
    let kept = match ready.files() {
        Ok((report, appendices)) => keep(office, &name, report, appendices).await,
        Err(cause) => Err(cause.into()),
    };
    match kept {
        Ok((report, appendices)) => Ok((StatusCode::CREATED, ready.record(report, appendices).await?.0)),
        Err(problem) => {
            ready.fail(&problem.detail_in.vi).await?;
            Err(problem)
        }
    }
}

/// Puts the report that is called `name` and its appendices where they are kept, before the number is final.
async fn keep(
    office: &OpenOffice,
    name: &str,
    report: Vec<u8>,
    appendices: Vec<(usize, Vec<u8>)>,
) -> Result<(DocumentRevision, Vec<DocumentRevision>), Problem> {
    let (office, store) = (office.id(), office.store());
    let revision = DocumentRevision::of(RevisionKind::Report, &report, name, None);
    let mut later = Vec::new();
    for (index, bytes) in appendices {
        let own = appendix_path(Path::new(name), index);
        later.push(DocumentRevision::of_appendix(index, &bytes, &own.to_string_lossy(), None));
        store.put(&office, bytes).await?;
    }
    store.put(&office, report).await?;
    Ok((revision, later))
}

fn repeated(entry: &Entry) -> Problem {
    let code = &entry.document.code;
    let id = DocumentId(entry.key.clone());
    Problem::new(
        StatusCode::CONFLICT,
        "registered-already",
        message!("Văn bản đã vào sổ", "The document is registered already"),
        message!(
            "Đúng văn bản này đã có số {code}: xem /v1/documents/{id}.",
            "This very document has the number {code} already: see /v1/documents/{id}."
        ),
    )
}
