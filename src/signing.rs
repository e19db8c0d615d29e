//! A signature with what it shows: where layout, signing, time-stamping and verification meet.

use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use crate::augment::{MORE_ROOM, ROOM, RevocationSource, chains};
use crate::certificate::Subject;
use crate::explain::{Explain, Refusal, because};
use crate::file::Staged;
use crate::keys::Certificate;
use crate::lang::Message;
use crate::layout::{Engine, LayoutError, StampText};
use crate::message;
use crate::pdf::reader::{self, File};
use crate::role::Role;
use crate::sign::{
    self, Appearance, BaseDigest, Detached, Pending, Prepared, Request, Room, SignError, SignatureDetails,
    Signer, WrongValue,
};
use crate::time_stamping::{TimeStampAuthority, time_stamp};
use crate::verify::path::{self, PathQuery, PathStatus, Usage};
use crate::verify::{
    Check, CheckId, FindingReport, OfficeIdentity, Options, Outcome, Report, Require, Revocations,
    TrustStore, Verdict, signature_holds, verify,
};

/// Why a file was not signed.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.words().en)]
#[non_exhaustive]
pub enum SigningError {
    /// The stamp could not be set.
    Layout(#[from] LayoutError),
    /// The document, the key or the certificate does not fit.
    Sign(#[from] SignError),
    /// The file was changed after it was signed: the agency can't seal it.
    Invalid,
    /// Another than the office's authorised person signed.
    Stranger(String),
    /// It can't be told whether the authorised person signed.
    Doubtful {
        /// The common name in the certificate.
        name: String,
        /// The check that is not settled.
        reason: Message,
    },
    /// A signature of the file does not permit another one, or the new one does not hold.
    Forbidden,
    /// The file would not verify once it were signed: why.
    WouldNotVerify(Message),
    /// The signer's certificate is known to be revoked.
    Revoked {
        /// The common name in the certificate.
        certificate: String,
        /// Since when, RFC 3339.
        since: String,
    },
    /// The signer's certificate would not count for the office: why.
    NotBelieved {
        /// The common name in the certificate.
        name: String,
        /// What speaks against it.
        reason: Message,
    },
    /// No authority gave a time-stamp.
    NoTimeStamp(Vec<Message>),
}

impl Explain for SigningError {
    fn words(&self) -> Message {
        match self {
            SigningError::Layout(cause) => cause.words(),
            SigningError::Sign(cause) => cause.words(),
            SigningError::Invalid => message!(
                "chữ ký của người có thẩm quyền không hợp lệ, nên không ký số của cơ quan",
                "the signature in the file is not valid, so the agency does not sign"
            ),
            SigningError::Stranger(name) => message!(
                "“{name}” đã ký số, nhưng không phải người có thẩm quyền của cơ quan: xem signing.signer trong vanthu.toml",
                "“{name}” has signed, but is not pinned as the office's authorised person: see signing.signer in vanthu.toml"
            ),
            SigningError::Doubtful { name, reason: Message { vi, en } } => message!(
                "chưa xác nhận được “{name}” là người có thẩm quyền của cơ quan: {vi}",
                "can't confirm that “{name}” is the office's authorised person: {en}"
            ),
            SigningError::Forbidden => message!(
                "văn bản đã hoàn tất chữ ký, không ký thêm được",
                "the signatures in the file permit no further one"
            ),
            SigningError::WouldNotVerify(Message { vi, en }) => message!(
                "chưa ký: tệp ký xong sẽ không hợp lệ. {vi}",
                "nothing was signed: the signed file would not be valid. {en}"
            ),
            SigningError::Revoked { certificate, since } => {
                let since = crate::clock::shown(since);
                message!(
                    "chứng thư của {certificate} đã bị thu hồi lúc {since}",
                    "the certificate of {certificate} was revoked at {since}"
                )
            }
            SigningError::NotBelieved { name, reason: Message { vi, en } } => message!(
                "chưa ký: chữ ký của “{name}” sẽ không được cơ quan công nhận: {vi}",
                "nothing was signed: the office would not believe the signature of “{name}”: {en}"
            ),
            SigningError::NoTimeStamp(problems) => because(
                &message!(
                    "chưa ký số: không lấy được dấu thời gian",
                    "nothing was signed: no time-stamp could be obtained"
                ),
                problems,
            ),
        }
    }

    fn kind(&self) -> Refusal {
        match self {
            SigningError::Layout(cause) => cause.kind(),
            SigningError::Sign(cause) => cause.kind(),
            SigningError::Invalid
            | SigningError::Stranger(_)
            | SigningError::Doubtful { .. }
            | SigningError::Forbidden
            | SigningError::WouldNotVerify(_) => Refusal::Rejected,
            SigningError::Revoked { .. } | SigningError::NotBelieved { .. } => Refusal::Key,
            SigningError::NoTimeStamp(_) => Refusal::Environment,
        }
    }
}

/// What is to be signed, by whom, when, and what it shows.
#[derive(Clone, Copy)]
pub struct SignOptions<'a> {
    /// The field to sign, and what the signature permits later.
    pub request: Request<'a>,
    /// Gives the certificate and makes the signature value.
    pub signer: &'a dyn Signer,
    /// The signing time that the signature claims (/M).
    pub time: OffsetDateTime,
    /// What the signature's appearance shows.
    pub look: Look<'a>,
    /// Time-stamping authorities in the order in which they are asked; with none, the time is the signer's clock.
    pub authorities: &'a [&'a dyn TimeStampAuthority],
    /// Who must have signed before the agency signs; with `None`, anybody.
    pub person: Option<Person<'a>>,
}

/// Who counts as an office's authorised person (NĐ 30/2020 Điều 32.2.d).
#[derive(Clone, Copy)]
pub struct Person<'a> {
    /// The anchors of which one must vouch for the person's certificate.
    pub trust: &'a TrustStore,
    /// Revocation data at hand; none of it may revoke that certificate.
    pub revocations: &'a Revocations,
    /// Is asked for more where the data at hand leave it open.
    pub source: Option<&'a RevocationSource<'a>>,
    /// Whether the certificate with this SHA-256 fingerprint (hexadecimal) is pinned; `None` where the office pins none.
    pub pinned: &'a dyn Fn(&str) -> Option<bool>,
}

/// What a signature field shows (NĐ 30/2020, Phụ lục I, II.7, II.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look<'a> {
    /// Name, time and digest as text.
    pub text: bool,
    /// The handwritten signature or the seal: a PNG.
    pub image: Option<&'a [u8]>,
}

impl Default for Look<'_> {
    fn default() -> Self {
        Look { text: true, image: None }
    }
}

impl<'a> SignOptions<'a> {
    /// Signs the field that a document has for `role`; it shows text, and gets no time-stamp.
    pub fn new(role: Role, signer: &'a dyn Signer, time: OffsetDateTime) -> SignOptions<'a> {
        SignOptions {
            request: Request::of(role),
            signer,
            time,
            look: Look::default(),
            authorities: &[],
            person: None,
        }
    }
}

/// An incremental update with a signature.
#[derive(Debug)]
pub struct SignatureUpdate {
    /// The bytes to append to the file: it is handed out once the result was judged.
    bytes: Vec<u8>,
    time: OffsetDateTime,
}

impl SignatureUpdate {
    /// Appends it to `file`, which was signed, and judges the whole: nothing is handed out that would not be believed.
    ///
    /// # Errors
    /// The result does not verify ([`check_result`]).
    pub fn complete(self, mut file: Vec<u8>) -> Result<Vec<u8>, SigningError> {
        file.extend_from_slice(&self.bytes);
        check_result(&file, self.time)?;
        Ok(file)
    }

    /// As [`SignatureUpdate::complete`], of a file that is on the disk.
    ///
    /// # Errors
    /// The disk is full; the inner ones as there.
    pub fn append_to(self, staged: &mut Staged) -> io::Result<Result<(), SigningError>> {
        staged.append(&self.bytes)?;
        staged.map()?.look(|signed| check_result(signed, self.time))
    }
}

/// Signs `document` in `role` at `time` and gives the whole signed file; the stamp in the role's field
/// says who signed, when, and the SHA-256 digest of its first revision.
///
/// # Errors
/// The document has no empty field for `role`, or the signer refuses.
pub fn sign(
    engine: &Engine,
    document: Vec<u8>,
    role: Role,
    signer: &dyn Signer,
    time: OffsetDateTime,
) -> Result<Vec<u8>, SigningError> {
    sign_as(engine, document, &SignOptions::new(role, signer, time))
}

/// Signs `file` as `options` says, and gives the whole signed file.
///
/// # Errors
/// The file has no field for it, the signer refuses, or the result does not verify.
pub fn sign_as(engine: &Engine, file: Vec<u8>, options: &SignOptions<'_>) -> Result<Vec<u8>, SigningError> {
    let base = BaseDigest::of(&file, options.signer.algorithm().digest());
    revise(engine, &file, &base, options)?.complete(file)
}

/// Signs the file `base`, whose digests are `digest`.
///
/// # Errors
/// As [`sign_as`]; or what is signed already does not hold any more.
pub fn revise(
    engine: &Engine,
    base: &[u8],
    digest: &BaseDigest,
    options: &SignOptions<'_>,
) -> Result<SignatureUpdate, SigningError> {
    let file = reader::read(base).map_err(SignError::from)?;
    check_base(&file, options.time, options.person.filter(|_| options.request.role == Role::Agency))?;
    let rooms: &[usize] = if options.authorities.is_empty() { &[0] } else { &[ROOM, MORE_ROOM] };
    for room in rooms {
        let pending = pending(engine, &file, digest, options, Room { time_stamp: *room, cms: 0 })?;
        let value = options.signer.sign(pending.attributes())?;
        match complete(pending, &value, options.authorities) {
            Err(SigningError::Sign(SignError::TooLong(_))) if *room == ROOM => {}
            done => return Ok(SignatureUpdate { bytes: done?, time: options.time }),
        }
    }
    Err(SignError::TooLong(MORE_ROOM).into())
}

/// Puts the signature value `value` into its place, with a time-stamp where there are `authorities`.
///
/// # Errors
/// It is no signature of the file, or no authority gives a time.
pub fn complete(
    pending: Pending,
    value: &[u8],
    authorities: &[&dyn TimeStampAuthority],
) -> Result<Vec<u8>, SigningError> {
    let contents = pending.contents();
    // Tokens and services make mistakes, too; nobody should have to find them out.
    let key = contents.certificate.tbs_certificate().subject_public_key_info();
    if !signature_holds(key, contents.algorithm, pending.attributes(), value) {
        return Err(SignError::from(WrongValue::Key).into());
    }
    let token = match authorities {
        [] => None,
        authorities => {
            let digest = Sha256::digest(value);
            Some(time_stamp(authorities, &digest).map_err(SigningError::NoTimeStamp)?)
        }
    };
    Ok(pending.complete(value, token.as_deref())?)
}

/// The first of two steps: what another program or machine is to sign, in the name of `options`'s signer, who is
/// not asked.
///
/// # Errors
/// What is signed already does not hold any more, or the file has no field for it.
pub fn detach(
    engine: &Engine,
    base: &[u8],
    options: &SignOptions<'_>,
    room: Room,
) -> Result<Detached, SigningError> {
    let file = reader::read(base).map_err(SignError::from)?;
    check_base(&file, options.time, options.person.filter(|_| options.request.role == Role::Agency))?;
    let digest = BaseDigest::of(base, options.signer.algorithm().digest());
    let pending = pending(engine, &file, &digest, options, room)?;
    Ok(Detached::of(&pending, options.request.role, &digest.sha256(), base.len() as u64)?)
}

/// The update without its signature value.
fn pending(
    engine: &Engine,
    file: &File<'_>,
    digest: &BaseDigest,
    options: &SignOptions<'_>,
    room: Room,
) -> Result<Pending, SigningError> {
    let prepared = sign::prepare(file, digest.clone(), &options.request)?;
    let appearance = appearance(engine, &prepared, options)?;
    let subject = Subject::of(options.signer.certificate());
    let details =
        SignatureDetails { time: options.time, name: subject.common_name, location: subject.locality };
    Ok(prepared.pending(options.signer, &details, appearance.as_ref(), room)?)
}

/// Nothing is signed on top of what was changed after it was signed, nor by the agency on top of what somebody
/// else than `person` signed (NĐ 30/2020 Điều 32.2.d). Says whether the file is signed.
pub(crate) fn check_base(
    file: &File<'_>,
    at: OffsetDateTime,
    person: Option<Person<'_>>,
) -> Result<bool, SigningError> {
    if sign::signed_fields(file)?.is_empty() {
        return Ok(false);
    }
    let nobody = TrustStore::new();
    let trust = person.map_or(&nobody, |person| person.trust);
    let judge =
        |revocations: &Revocations| verify(file.bytes(), &Options { revocations, ..whoever(trust, at) });
    let mut known = person.map(|person| person.revocations.clone()).unwrap_or_default();
    let mut judged = judge(&known);
    if let Some(source) = person.and_then(|person| person.source)
        && judged.verdict == Verdict::Indeterminate
    {
        let (found, _) = source(&chains(&judged));
        known.crls.extend(found.crls);
        known.ocsps.extend(found.ocsps);
        judged = judge(&known);
    }
    let checks = judged.signatures.iter().flat_map(|signature| &signature.checks);
    let doubtful =
        checks.filter(|check| check.id == CheckId::Changes).any(|check| check.outcome == Outcome::Unknown);
    if judged.verdict == Verdict::Invalid || doubtful {
        return Err(SigningError::Invalid);
    }
    sign::check_writing(file, &judged)?;
    match person {
        Some(person) => check_person(&judged, person).map(|()| true),
        None => Ok(true),
    }
}

/// Options by which no signature is missing: one after the other comes.
fn whoever(trust: &TrustStore, at: OffsetDateTime) -> Options<'_> {
    Options { require: Require::Roles(&[]), ..Options::new(trust, at) }
}

/// Whether it was `person` who signed as the authorised person, where somebody did.
fn check_person(judged: &Report, person: Person<'_>) -> Result<(), SigningError> {
    let Some(signature) = judged.signatures.iter().find(|signature| signature.role == Some(Role::Signer))
    else {
        return Ok(());
    };
    let signer = signature.signer.as_ref().ok_or(SigningError::Invalid)?;
    let name = || signer.subject.common_name.clone();
    let is_pinned = (person.pinned)(&signer.fingerprint);
    if is_pinned == Some(false) {
        return Err(SigningError::Stranger(name()));
    }
    // Who is pinned needs no root, and is the office's.
    let is_settled = |id| is_pinned == Some(true) && matches!(id, CheckId::Trust | CheckId::Office);
    let unsettled = |check: &&Check| check.outcome == Outcome::Unknown && !is_settled(check.id);
    match signature.checks.iter().find(unsettled) {
        None => Ok(()),
        Some(check) => Err(SigningError::Doubtful { name: name(), reason: check.message.clone() }),
    }
}

/// Checks that every signature of a file holds, the new one and the earlier ones, which may forbid a new one: only
/// then is the file handed out.
///
/// # Errors
/// [`SigningError::Forbidden`] or [`SigningError::WouldNotVerify`]: one of them does not.
pub fn check_result(signed: &[u8], at: OffsetDateTime) -> Result<(), SigningError> {
    let judged = verify(signed, &whoever(&TrustStore::new(), at));
    if let Some(FindingReport { at, message, .. }) = judged.findings.first() {
        return Err(SignError::Ambiguous { at: *at, reason: message.clone() }.into());
    }
    match judged.verdict {
        Verdict::Invalid | Verdict::Unsigned | Verdict::Unreadable if judged.signatures.len() > 1 => {
            Err(SigningError::Forbidden)
        }
        Verdict::Invalid | Verdict::Unsigned | Verdict::Unreadable => {
            let Message { vi, en } = &judged.cause.sentence;
            let [vi, en] = [vi, en].map(|sentence| sentence.trim_end_matches('.'));
            Err(SigningError::WouldNotVerify(message!("{vi}", "{en}")))
        }
        _ => Ok(()),
    }
}

/// As [`check_result`], and that the signature of `role`, which another program made, is by `certificate`.
///
/// # Errors
/// It is by another certificate, or missing; or as [`check_result`].
pub fn check_signed_by(
    signed: &[u8],
    role: Role,
    certificate: &Certificate,
    at: OffsetDateTime,
) -> Result<(), SigningError> {
    let judged = verify(signed, &whoever(&TrustStore::new(), at));
    let Some(signature) = judged.signatures.iter().find(|signature| signature.role == Some(role)) else {
        return Err(SigningError::Forbidden);
    };
    let own = der::Encode::to_der(certificate).map_err(SignError::from)?;
    if signature.verdict == Verdict::Invalid
        || signature.signer.as_ref().is_none_or(|signer| signer.der != own)
    {
        return Err(SignError::from(WrongValue::Signer).into());
    }
    check_result(signed, at)
}

/// Checks that the signer's certificate is not known to be revoked (TT 15/2025/TT-BKHCN Điều 5).
///
/// # Errors
/// [`SigningError::Revoked`]: it is, by `revocations`.
pub fn check_revocation(
    signer: &dyn Signer,
    trust: &TrustStore,
    revocations: &Revocations,
    at: OffsetDateTime,
) -> Result<(), SigningError> {
    match path_of(signer, trust, None, revocations, at)?.status {
        PathStatus::Revoked { since, certificate } => {
            Err(SigningError::Revoked { certificate, since: crate::clock::rfc3339(since) })
        }
        _ => Ok(()),
    }
}

/// Checks that a signature by `signer` will count as that of `person`, as is asked when the agency seals:
/// before anything is signed or kept.
///
/// # Errors
/// [`SigningError::NotBelieved`]: nobody whom the office believes vouches for the certificate, and it is not pinned;
/// or [`SigningError::Revoked`].
pub fn check_counts(
    signer: &dyn Signer,
    office: &OfficeIdentity,
    person: Person<'_>,
    at: OffsetDateTime,
) -> Result<(), SigningError> {
    check_revocation(signer, person.trust, person.revocations, at)?;
    let fingerprint = crate::certificate::fingerprint(signer.certificate()).map_err(SignError::from)?;
    let is_pinned = (person.pinned)(&fingerprint) == Some(true);
    let path = path_of(signer, person.trust, Some(office), person.revocations, at)?;
    let not_believed = |reason| {
        let name = Subject::of(signer.certificate()).common_name;
        Err(SigningError::NotBelieved { name, reason })
    };
    let others = path.scope.filter(|scope| !scope.vouches_for(office)).and_then(|scope| scope.names());
    match path.status {
        // Whether somebody was revoked may be known by then: the agency asks again before it seals.
        PathStatus::RevocationUnknown { .. } => Ok(()),
        // Who is pinned needs no root.
        PathStatus::UnknownIssuer | PathStatus::Broken(_) if is_pinned => Ok(()),
        status => match (status.words(), others) {
            (None, None) => Ok(()),
            (None, Some(_)) if is_pinned => Ok(()),
            (None, Some(names)) => not_believed(message!(
                "chứng thư chỉ được tin cậy cho văn bản của {names}",
                "the certificate is trusted for documents of {names} only"
            )),
            (Some(reason), _) => not_believed(reason),
        },
    }
}

/// The path of the signer's certificate at the time `at`.
fn path_of(
    signer: &dyn Signer,
    trust: &TrustStore,
    office: Option<&OfficeIdentity>,
    revocations: &Revocations,
    at: OffsetDateTime,
) -> Result<path::Path, SigningError> {
    let encode = |certificate: &Certificate| der::Encode::to_der(certificate).map_err(SignError::from);
    let leaf = encode(signer.certificate())?;
    let certificates = signer.chain().iter().map(encode).collect::<Result<Vec<_>, _>>()?;
    let question = PathQuery {
        leaf: &leaf,
        certificates: &certificates,
        trust,
        office,
        revocations,
        usage: Usage::Signature,
        at,
        as_of: at,
        now: at,
    };
    Ok(path::find(&question))
}

/// What the signature shows; `None` where its field shows nowhere, or nothing is to be shown.
fn appearance(
    engine: &Engine,
    prepared: &Prepared<'_>,
    options: &SignOptions<'_>,
) -> Result<Option<Appearance>, SigningError> {
    let (width, height) = prepared.field_size();
    let nothing = !options.look.text && options.look.image.is_none();
    if width <= 0.0 || height <= 0.0 || nothing && prepared.corner().is_none() {
        return Ok(None);
    }
    let stamp = stamp(engine, prepared, options)?;
    Ok(Some(Appearance::of(&stamp).map_err(SignError::from)?))
}

/// Sets the stamp of a signature as a PDF of one page, as large as its field.
///
/// # Errors
/// Only where the program is at fault.
pub fn stamp(
    engine: &Engine,
    prepared: &Prepared<'_>,
    options: &SignOptions<'_>,
) -> Result<Vec<u8>, LayoutError> {
    if let Some(corner) = prepared.corner() {
        return engine.corner(corner, options.time, prepared.field_size());
    }
    let subject = Subject::of(options.signer.certificate());
    engine.stamp(&StampText {
        role: options.request.role,
        name: &subject.common_name,
        lines: [subject.title.as_deref().unwrap_or(""), subject.organization.as_deref().unwrap_or("")],
        time: options.time,
        digest: &prepared.digest().map(|digest| crate::hex::lower(digest)).unwrap_or_default(),
        size: prepared.field_size(),
        text: options.look.text,
        image: options.look.image,
    })
}

/// The path of the signed form of the file at `path`: `.signed` before the ending.
pub fn signed_path(path: &Path) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{stem}.signed.pdf"))
}
