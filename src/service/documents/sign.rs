//! Signing in two steps: what is to be signed goes to where the key is, and the signature comes back.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use utoipa::ToSchema;

use super::exchange::{DocumentName, changed, check_match, found, json, named};
use super::sealing::{self, Base};
use super::view::DocumentView;
use crate::access::Act;
use crate::augment;
use crate::certificate;
use crate::message;
use crate::office::SignatureLevel;
use crate::register::{DocumentAct, DocumentRevision, RevisionKind};
use crate::role::Role;
use crate::service::Service;
use crate::service::authentication::Caller;
use crate::service::problem::Problem;
use crate::service::responses::{
    FollowsFile, Guarded, Limited, NeedsWorkerAndStorage, ReadsFile, TakesBody, TakesJson, WritesRegister,
    problems,
};
use crate::sign::{Absent, BaseDigest, Detached, Room, Signer};
use crate::{clock, signing};

/// Who is going to sign.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = Signing)]
#[serde(deny_unknown_fields)]
pub(in crate::service) struct SigningRequest {
    /// In which capacity.
    role: Role,
    /// The signer's certificate and those that lead to its root, PEM.
    certificates: String,
    /// Room for the CMS, in bytes, where another program makes it; enough for a signature value otherwise.
    #[serde(default)]
    #[schema(maximum = 1_000_000)]
    room: u32,
}

problems! {
    PrepareProblems { 422 "It is not for this certificate to sign, or not its turn" }
}

/// Begins a signature: what is to be signed, in the name of whom the certificate names.
#[utoipa::path(
    post, path = "/v1/documents/{id}/signing", tag = "signatures", security(("token" = [])),
    params(
        ("id" = String, Path, description = "The document", example = "2026-all-201"),
        ("If-Match" = Option<String>, Header, description = "The file that the client means, by its ETag"),
    ),
    request_body(content = SigningRequest),
    responses(
        (status = 200, description = "What is to be signed: `to_be_signed` (Base64). All of it comes back with the signature", body = Detached),
        Limited, Guarded, TakesBody, TakesJson, ReadsFile, WritesRegister, FollowsFile, NeedsWorkerAndStorage,
        PrepareProblems,
    )
)]
pub(in crate::service) async fn prepare(
    State(service): State<Service>,
    caller: Caller,
    DocumentName(id): DocumentName,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    const NAME: &str = "prepare-signature";
    let wanted: SigningRequest = match json(&service, &caller, request).await {
        Ok(wanted) => wanted,
        Err(problem) => return Err(caller.refuse(NAME, &id, problem).await),
    };
    let role = wanted.role;
    let prepared = async { detached(&service, &caller, &id, &headers, wanted).await.map(Json) };
    caller.act(act(role), (NAME, &id), prepared).await
}

/// What signing in `role` is in the table of duties.
fn act(role: Role) -> Act {
    match role {
        Role::Signer => Act::SignAsPerson,
        Role::Agency => Act::Seal,
    }
}

async fn detached(
    service: &Service,
    caller: &Caller,
    id: &str,
    headers: &HeaderMap,
    wanted: SigningRequest,
) -> Result<Detached, Problem> {
    let SigningRequest { role, certificates, room } = wanted;
    let mut chain = certificate::from_pem(&certificates).map_err(|_| no_certificate())?;
    if chain.is_empty() {
        return Err(no_certificate());
    }
    let signer = Absent::new(chain.remove(0), chain, caller.now())?;
    let base = base(caller, id, role).await?;
    check_match(headers, &base.sha256)?;
    let (office, engine, now) = (caller.office().clone(), service.engine()?, caller.now());
    sealing::beside(service, caller, move || {
        let present = sealing::present(&office)?;
        sealing::check_signer(&present, role, &signer, now)?;
        let time_stamp = if present.evidence.level >= SignatureLevel::T { augment::ROOM } else { 0 };
        let room = Room { time_stamp, cms: usize::try_from(room).unwrap_or(usize::MAX) };
        if role == Role::Agency {
            sealing::check_turn(&present, role, &base.bytes, now)?;
        }
        Ok(sealing::with_options(&present, (role, &signer), None, &[], now, |options| {
            signing::detach(&engine, &base.bytes, options, room)
        })?)
    })
    .await
}

/// The newest file of the document `id`, which may still be signed in `role`.
pub(super) async fn base(caller: &Caller, id: &str, role: Role) -> Result<Base, Problem> {
    let record = caller.register().record_at(&named(id)?.0).await?.ok_or_else(Problem::no_document)?;
    record.check(match role {
        Role::Signer => DocumentAct::Sign,
        Role::Agency => DocumentAct::Seal,
    })?;
    let document = DocumentView::of(record);
    let file = document.newest().ok_or_else(Problem::no_document)?;
    let bytes = caller.office().store().get(&caller.office().id(), &file.sha256).await?;
    Ok(Base { sha256: file.sha256.clone(), bytes })
}

fn no_certificate() -> Problem {
    Problem::bad_request(
        "no-certificate",
        message!(
            "\"certificates\" phải là chứng thư của người ký, PEM, theo sau là các chứng thư dẫn đến gốc.",
            "\"certificates\" is the signer's certificate in PEM, followed by those that lead to its root."
        ),
    )
}

/// What came back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::service) struct Completion {
    /// What the first step answered, unchanged.
    prepared: Detached,
    /// The signature value, Base64.
    #[serde(default)]
    value: Option<String>,
    /// In place of the value a CMS that another program made, DER, Base64.
    #[serde(default)]
    cms: Option<String>,
}

problems! {
    CompleteProblems { 422 "The signature does not hold" }
}

/// Completes a signature that was begun: the file is judged before it is kept, and the register is told.
#[utoipa::path(
    post, path = "/v1/documents/{id}/signature", tag = "signatures", security(("token" = [])),
    params(("id" = String, Path, description = "The document", example = "2026-all-201")),
    request_body(content = Completion),
    responses(
        (status = 200, description = "It is signed", body = DocumentView, headers(("ETag" = String, description = "Its newest file"))),
        Limited, Guarded, TakesBody, TakesJson, ReadsFile, WritesRegister, FollowsFile, NeedsWorkerAndStorage,
        CompleteProblems,
    )
)]
pub(in crate::service) async fn complete(
    State(service): State<Service>,
    caller: Caller,
    DocumentName(id): DocumentName,
    request: Request,
) -> Result<Response, Problem> {
    let came: Completion = match json(&service, &caller, request).await {
        Ok(came) => came,
        Err(problem) => return Err(caller.refuse("complete-signature", &id, problem).await),
    };
    let act = act(came.prepared.role());
    let signing = async {
        let signed = signed(&service, &caller, &id, came).await;
        caller.office().nudge();
        signed.map(|document| changed(StatusCode::OK, document))
    };
    caller.act(act, (act.name(), &id), signing).await
}

async fn signed(
    service: &Service,
    caller: &Caller,
    id: &str,
    came: Completion,
) -> Result<DocumentView, Problem> {
    let Completion { prepared, value, cms } = came;
    let decode = |text: Option<String>| text.map(|text| STANDARD.decode(text)).transpose();
    let (Ok(value), Ok(cms)) = (decode(value), decode(cms)) else { return Err(one_of_two()) };
    if value.is_some() == cms.is_some() {
        return Err(one_of_two());
    }
    let role = prepared.role();
    let base = base(caller, id, role).await?;
    if prepared.file_sha256 != base.sha256 {
        return Err(Problem::overtaken());
    }
    let (office, now, old) = (caller.office().clone(), caller.now(), base.sha256.clone());
    let (bytes, name) = sealing::beside(service, caller, move || {
        let mut bytes = base.bytes;
        let digest = BaseDigest::of(&bytes, prepared.digest_algorithm()?);
        let pending = prepared.pending(digest)?;
        // What held at the first step has to hold now, and what came back may be another's.
        let signer = Absent::from(pending.contents().clone());
        let present = sealing::present(&office)?;
        sealing::check_signer(&present, role, &signer, now)?;
        sealing::check_turn(&present, role, &bytes, now)?;
        let evidence = &present.evidence;
        let (revision, reached) = match (value, cms) {
            (Some(value), _) => {
                let authorities = evidence.authorities();
                let stamped = evidence.level >= SignatureLevel::T;
                let stamps = if stamped { authorities.as_slice() } else { &[] };
                (signing::complete(pending, &value, stamps)?, SignatureLevel::T)
            }
            // A CMS that another program made has the time-stamp that it has.
            (None, cms) => (pending.complete_with(&cms.unwrap_or_default())?, SignatureLevel::B),
        };
        bytes.extend_from_slice(&revision);
        signing::check_signed_by(&bytes, role, signer.certificate(), now)?;
        if evidence.level > reached {
            evidence.extend(&mut bytes, now)?;
        }
        Ok((bytes, certificate::Subject::of(signer.certificate()).common_name))
    })
    .await?;
    let kind = match role {
        Role::Signer => RevisionKind::Signed,
        Role::Agency => RevisionKind::Sealed,
    };
    let revision = DocumentRevision::of(kind, &bytes, "", Some((name, clock::rfc3339(now))));
    let id = named(id)?;
    sealing::keep(caller, &id, &old, vec![(bytes, revision)]).await?;
    found(caller, &id).await
}

fn one_of_two() -> Problem {
    Problem::bad_request(
        "wrong-signature",
        message!(
            "Cần \"value\" (giá trị chữ ký) hoặc \"cms\", Base64, một trong hai.",
            "\"value\" (the signature value) or \"cms\" is needed, Base64, one of the two."
        ),
    )
}
