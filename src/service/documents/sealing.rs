//! How a document of an office is signed, whoever has the key: what is checked before, and how the signed file comes
//! to the register.

use time::OffsetDateTime;

use super::id::DocumentId;
use super::view::AppendixFile;
use crate::augment::Chains;
use crate::clock;
use crate::explain::Explain;
use crate::keys::Subject;
use crate::layout::Engine;
use crate::message;
use crate::office::SignatureLevel;
use crate::office::seal::Seal;
use crate::pdf::reader;
use crate::register::{DocumentRevision, RevisionKind};
use crate::role::Role;
use crate::service::Service;
use crate::service::authentication::Caller;
use crate::service::offices::{OpenOffice, Present};
use crate::service::problem::Problem;
use crate::sign::{self, FieldState, Request, SignError, Signer, check_certificate};
use crate::signing::{self, Look, Person, SignOptions, SigningError};
use crate::time_stamping::TimeStampAuthority;

/// The file that is to be signed.
pub(super) struct Base {
    /// Its SHA-256 digest, hexadecimal.
    pub sha256: String,
    /// The whole file.
    pub bytes: Vec<u8>,
}

/// Does `job`, which signs for the office of `caller` and may ask servers, beside the runtime.
pub(super) async fn beside<T: Send + 'static>(
    service: &Service,
    caller: &Caller,
    job: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    service.admission().signature(caller.party()).await?.run(job).await?
}

/// Lets `work` sign for the office in `role`, in its name and as it chose.
pub(super) fn with_options<T>(
    present: &Present,
    (role, signer): (Role, &dyn Signer),
    image: Option<&[u8]>,
    authorities: &[&dyn TimeStampAuthority],
    time: OffsetDateTime,
    work: impl FnOnce(&SignOptions<'_>) -> Result<T, SigningError>,
) -> Result<T, SigningError> {
    with_person(present, |person| {
        let (request, look) = (Request::of(role), Look { text: true, image });
        work(&SignOptions { request, signer, time, look, authorities, person: Some(person) })
    })
}

fn with_person<T>(present: &Present, work: impl FnOnce(Person<'_>) -> T) -> T {
    let Present { office, evidence } = present;
    let signing = &office.config().signing;
    let pinned = |fingerprint: &str| signing.allows(Role::Signer, fingerprint);
    let ask = |chains: &Chains| evidence.ask(chains);
    work(Person {
        trust: &evidence.trust,
        revocations: &evidence.revocations,
        source: Some(&ask),
        pinned: &pinned,
    })
}

/// Whether it is the turn of `role`: the agency's comes when the authorised person has signed (NĐ 30/2020 Điều 26).
pub(super) fn check_turn(
    present: &Present,
    role: Role,
    bytes: &[u8],
    at: OffsetDateTime,
) -> Result<(), Problem> {
    let file = reader::read(bytes).map_err(SignError::from)?;
    let person_signed = (Role::Signer, FieldState::Signed);
    match role {
        Role::Signer => signing::check_base(&file, at, None)?,
        Role::Agency if sign::role_fields(&file)?.contains(&person_signed) => {
            with_person(present, |person| signing::check_base(&file, at, Some(person)))?
        }
        Role::Agency => return Err(SignError::OutOfOrder.into()),
    };
    Ok(())
}

/// Whether `signer` may sign in `role` for the office now.
pub(super) fn check_signer(
    present: &Present,
    role: Role,
    signer: &dyn Signer,
    at: OffsetDateTime,
) -> Result<(), Problem> {
    check_certificate(signer.certificate(), at)?;
    let evidence = &present.evidence;
    if evidence.lacks_servers() {
        return Err(SigningError::NoTimeStamp(vec![message!(
            "chưa có máy chủ dấu thời gian (signing.time_stamping)",
            "there is no time-stamping server (signing.time_stamping)"
        )])
        .into());
    }
    Ok(evidence.check_signer(signer, role, Some(&present.office), at)?)
}

/// Keeps a signed file that follows the one with the digest `old`, and tells the register of it.
pub(super) async fn keep(
    caller: &Caller,
    id: &DocumentId,
    old: &str,
    files: Vec<(Vec<u8>, DocumentRevision)>,
) -> Result<(), Problem> {
    let (office, store) = (caller.office().id(), caller.office().store());
    let mut revisions = Vec::new();
    for (bytes, revision) in files {
        store.put(&office, bytes).await?;
        revisions.push(revision);
    }
    Ok(caller.register().follow(&id.0, old, revisions, caller.now()).await?)
}

/// Seals the document `id`, whose newest file is `base`, and its `appendices` that are files of their own, with the
/// agency's key.
pub(super) async fn seal(
    service: &Service,
    caller: &Caller,
    id: &DocumentId,
    base: Base,
    appendices: Vec<AppendixFile>,
) -> Result<(), Problem> {
    let (office, store) = (caller.office().id(), caller.office().store());
    let mut files = vec![(None, base.bytes)];
    for AppendixFile { number, sha256 } in appendices {
        files.push((Some(number), store.get(&office, &sha256).await?));
    }
    let (office, engine, now) = (caller.office().clone(), service.engine()?, caller.now());
    let sealed = beside(service, caller, move || {
        let present = present(&office)?;
        let sealed = office.with_seal(&present, |seal| sealed(&engine, &present, seal, files, now));
        sealed.map_err(own_trouble)?.ok_or_else(no_key)?
    })
    .await?;
    keep(caller, id, &base.sha256, sealed).await
}

/// The `files`, each with the number of the appendix that it is, with the agency's signature.
fn sealed(
    engine: &Engine,
    present: &Present,
    seal: &Seal,
    files: Vec<(Option<usize>, Vec<u8>)>,
    now: OffsetDateTime,
) -> Result<Vec<(Vec<u8>, DocumentRevision)>, Problem> {
    let signer = &*seal.signer;
    check_signer(present, Role::Agency, signer, now)?;
    let evidence = &present.evidence;
    let authorities = evidence.authorities();
    let stamps = if evidence.level >= SignatureLevel::T { authorities.as_slice() } else { &[] };
    let by = (Subject::of(signer.certificate()).common_name, clock::rfc3339(now));
    let mut sealed = Vec::new();
    for (appendix, bytes) in files {
        if appendix.is_none() {
            check_turn(present, Role::Agency, &bytes, now)?;
        }
        let who = (Role::Agency, signer as &dyn Signer);
        let mut bytes = with_options(present, who, seal.image.as_deref(), stamps, now, |options| {
            signing::sign_as(engine, bytes, options)
        })?;
        if evidence.level >= SignatureLevel::Lt {
            evidence.extend(&mut bytes, now)?;
        }
        let by = Some(by.clone());
        let revision = match appendix {
            None => DocumentRevision::of(RevisionKind::Sealed, &bytes, "", by),
            Some(number) => DocumentRevision::of_appendix(number.saturating_sub(1), &bytes, "", by),
        };
        sealed.push((bytes, revision));
    }
    Ok(sealed)
}

/// What the folder of `office` says of signatures now.
pub(super) fn present(office: &OpenOffice) -> Result<Present, Problem> {
    office.present().map_err(own_trouble)
}

/// What is wrong in the office's own folder is for its operator to know.
fn own_trouble(error: impl Explain) -> Problem {
    Problem::unavailable(&error.words().en)
}

fn no_key() -> Problem {
    Problem::new(
        axum::http::StatusCode::CONFLICT,
        "no-seal",
        message!("Dịch vụ không giữ khóa của cơ quan", "The service has no key of the agency"),
        message!(
            "Ký số của cơ quan trên máy có khóa (hai bước: signing rồi signature), hoặc thêm [seal] vào vanthu.toml.",
            "Sign for the agency where the key is (in two steps: signing, then signature), or add [seal] to vanthu.toml."
        ),
    )
}
