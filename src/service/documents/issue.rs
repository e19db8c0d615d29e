//! Issuing (phát hành): number, report, register, all of them or none.

use std::path::Path;

use axum::extract::{Request, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;

use super::exchange::{changed, found, request_key};
use super::id::DocumentId;
use super::paper::{DocumentUpload, Sent};
use super::view::DocumentView;
use crate::access::Act;
use crate::issue::{ATTEMPTS, Begun, Foreseen, Held, Repeat, SeparateAppendix, appendix_path, series_of};
use crate::message;
use crate::register::{Asked, DocumentRevision, Entry, IdempotentRequest, RegisterError, RevisionKind};
use crate::service::Service;
use crate::service::authentication::{Caller, Done};
use crate::service::offices::OpenOffice;
use crate::service::press::Press;
use crate::service::problem::Problem;
use crate::service::responses::{
    Guarded, Limited, NeedsWorkerAndStorage, TakesBody, TakesDocument, problems,
};
use crate::service::schemas::DocumentJson;

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
    let key = request_key(headers)?;
    let sent = Sent::read(service, caller, request).await?;
    let asking = IdempotentRequest::new(key, &sent.content());
    numbered(&service.press(caller.party())?, caller, &sent, asking).await
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
        Asked::Other => return Err(RegisterError::OtherRequest(asking.key().clone()).into()),
        Asked::New => {}
    }
    let draft = press.accept(&sent.paper).await?.document;
    let _turn = office.turn().lock().await;
    let (mut time, mut attempt) = (caller.now(), 1);
    // What was laid out under a number that was given back, and what is kept of it already.
    let (mut waiting, mut kept): (Option<Foreseen>, Option<Kept>) = (None, None);
    loop {
        let mut laid_out = match waiting.take() {
            Some(laid_out) => laid_out,
            None => {
                let next = register.next(&series_of(office.office(), &draft, time)).await?;
                press.lay_out(&draft, next, time, page).await?
            }
        };
        let asked = Some(asking.clone());
        let begun = Held::begin(office.office(), register, draft.clone(), time, Repeat::Refuse, asked);
        let mut held = match begun.await? {
            Begun::Held(held) => *held,
            Begun::Answered(entry) => return Ok((StatusCode::OK, *entry)),
            Begun::Registered(entry) => return Err(repeated(&entry)),
        };
        // Another replica or the command line was quicker: it has the number, or it wrote at a later time than this.
        if laid_out.number() != Some(held.number()) || !held.is_latest().await? {
            time = held.time(caller.now()).await?;
            if attempt < ATTEMPTS {
                attempt += 1;
                continue;
            }
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
        if let Some(kept) = kept.take().filter(|kept| kept.receipt == ready.receipt()) {
            return Ok((StatusCode::CREATED, ready.record(kept.report, kept.appendices).await?.0));
        }
        let name = format!("{}.pdf", ready.document().file_stem());
        let (receipt, files) = (ready.receipt().to_owned(), ready.files());
        if attempt < ATTEMPTS {
            // A storage that hangs keeps nobody waiting but those who issue: the number is given back meanwhile. Where
            // nothing is registered in between, the same files come of it again.
            waiting = Some(ready.give_back().await?);
            kept = Some(keep(office, &name, receipt, files?).await?);
            attempt += 1;
            continue;
        }
        let files = match files {
            Ok(files) => keep(office, &name, receipt, files).await,
            Err(cause) => Err(cause.into()),
        };
        return match files {
            Ok(kept) => Ok((StatusCode::CREATED, ready.record(kept.report, kept.appendices).await?.0)),
            Err(problem) => {
                ready.fail(&problem.detail_in.vi).await?;
                Err(problem)
            }
        };
    }
}

/// The files of a document that carries `receipt`, where they are kept.
struct Kept {
    receipt: String,
    report: DocumentRevision,
    appendices: Vec<DocumentRevision>,
}

/// Puts the report that is called `name` and its appendices where they are kept, before the number is final.
async fn keep(
    office: &OpenOffice,
    name: &str,
    receipt: String,
    (report, separate): (Vec<u8>, Vec<SeparateAppendix>),
) -> Result<Kept, Problem> {
    let (office, store) = (office.id(), office.store());
    let revision = DocumentRevision::of(RevisionKind::Report, &report, name, None);
    let mut appendices = Vec::new();
    for (index, bytes) in separate {
        let own = appendix_path(Path::new(name), index);
        appendices.push(DocumentRevision::of_appendix(index, &bytes, &own.to_string_lossy(), None));
        store.put(&office, bytes).await?;
    }
    store.put(&office, report).await?;
    Ok(Kept { receipt, report: revision, appendices })
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
