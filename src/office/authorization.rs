//! Who may sign for an office, and whom it believes when it does (NĐ 30/2020 Điều 32; TT 15/2025/TT-BKHCN Điều 5):
//! what its configuration and its folders say.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use time::OffsetDateTime;

use crate::certificate;
use crate::explain::{self, Explain, Refusal};
use crate::keys::{self, Certificate, KeyError, OwnList, revocation_list};
use crate::lang::Message;
use crate::message;
use crate::office::Office;
use crate::role::Role;
use crate::sign::Signer;
use crate::signing::{self, Person, SigningError};
use crate::trust_folder::TrustFolderError;
use crate::verify::{AnchorPurpose, Revocations, TrustError, TrustScope, TrustStore};

/// The longest revocation list or answer, in bytes.
const MAX_LIST: u64 = 32 << 20;

/// Why nobody may sign, or it can't be told who may.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.words().en)]
#[non_exhaustive]
pub enum AuthorizationError {
    /// The configuration pins other certificates for the role.
    NotPinned {
        /// The role that it was to sign in.
        role: Role,
        /// SHA-256 of the certificate, hexadecimal.
        fingerprint: String,
    },
    /// The office's trust folder can't be used.
    Trust(#[from] TrustFolderError),
    /// A root certificate is of no use as an anchor.
    Anchor(#[from] TrustError),
    /// A certificate can't be read or written.
    Key(#[from] KeyError),
    /// Neither a revocation list nor an OCSP answer.
    NoList(PathBuf),
    /// A revocation list can't be read from the disk.
    Disk {
        /// The path of the file.
        path: PathBuf,
        /// The error of the operating system.
        #[source]
        cause: io::Error,
    },
    /// The signer's certificate is known to be revoked.
    Signing(#[from] SigningError),
}

impl Explain for AuthorizationError {
    fn words(&self) -> Message {
        match self {
            AuthorizationError::NotPinned { role, fingerprint } => {
                let field = role.field_name();
                message!(
                    "chứng thư {fingerprint} không được ký ở vai trò này: xem signing.{field} trong vanthu.toml",
                    "the certificate {fingerprint} may not sign in this role: see signing.{field} in vanthu.toml"
                )
            }
            AuthorizationError::Trust(cause) => cause.words(),
            AuthorizationError::Anchor(cause) => {
                let Message { vi, en } = cause.words();
                message!("chứng thư gốc: {vi}", "a root certificate: {en}")
            }
            AuthorizationError::Key(cause) => cause.words(),
            AuthorizationError::NoList(path) => {
                let path = path.display();
                message!(
                    "{path}: không phải danh sách thu hồi (CRL) hay trả lời OCSP",
                    "{path}: neither a revocation list (CRL) nor an OCSP answer"
                )
            }
            AuthorizationError::Disk { path, cause } => explain::disk(path, cause),
            AuthorizationError::Signing(cause) => cause.words(),
        }
    }

    fn kind(&self) -> Refusal {
        match self {
            AuthorizationError::NotPinned { .. } => Refusal::Key,
            AuthorizationError::Trust(cause) => cause.kind(),
            AuthorizationError::Anchor(cause) => cause.kind(),
            AuthorizationError::Key(cause) => cause.kind(),
            AuthorizationError::NoList(_) => Refusal::Rejected,
            AuthorizationError::Disk { .. } => Refusal::Environment,
            AuthorizationError::Signing(cause) => cause.kind(),
        }
    }
}

/// The anchors that `office` believes: those of `trust`, of its trust folder, and the roots that it keeps beside its keys
/// or that are in `chain`, which vouch for that office alone; and which certificates it pins.
///
/// # Errors
/// The trust folder or a root can't be used.
pub fn trust_of(
    office: Option<&Office>,
    chain: &[Certificate],
    trust: &TrustStore,
) -> Result<TrustStore, AuthorizationError> {
    let mut trust = trust.clone();
    let mut roots = chain.to_vec();
    if let Some(office) = office {
        office.trust_folder().add_to(&mut trust)?;
        let identity = office.identity();
        for role in Role::ALL {
            for pinned in office.config().signing.certificates(role) {
                trust.pin(&identity, role, pinned);
            }
        }
        roots.extend(own_roots(office)?);
    }
    roots.retain(certificate::is_self_issued);
    if !roots.is_empty() {
        let scope = office.map_or(TrustScope::Everyone, |office| TrustScope::of(office.identity()));
        let pem = certificate::to_pem(&roots).map_err(KeyError::from)?;
        trust.add_file_for(pem.as_bytes(), &scope, AnchorPurpose::Any)?;
    }
    Ok(trust)
}

/// The roots that `office` keeps beside its keys.
///
/// # Errors
/// A certificate there can't be read.
pub fn own_roots(office: &Office) -> Result<Vec<Certificate>, KeyError> {
    let mut roots = Vec::new();
    for path in keys::files_in(&office.keys(), "crt")? {
        roots.extend(keys::read_certificates(&path)?);
    }
    roots.retain(certificate::is_self_issued);
    Ok(roots)
}

/// The revocation lists that `office` keeps beside its keys. Those of its own roots must be the ones that were published
/// last, so that nobody makes a certificate good again by taking a list away.
///
/// # Errors
/// One of them can't be read, or is gone, damaged or older than what is remembered.
pub fn lists_of(office: &Office) -> Result<Revocations, AuthorizationError> {
    let keys = office.keys();
    for own in OwnList::all(&keys)? {
        own.read_by_root()?;
    }
    let mut revocations = Revocations::default();
    for path in keys::files_in(&keys, "crl")? {
        add_list(&mut revocations, &path)?;
    }
    Ok(revocations)
}

/// Reads a revocation list, PEM or DER, or an OCSP answer in DER.
///
/// # Errors
/// It is neither, or can't be read.
pub fn add_list(revocations: &mut Revocations, path: &Path) -> Result<(), AuthorizationError> {
    let disk = |cause| AuthorizationError::Disk { path: path.to_owned(), cause };
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MAX_LIST + 1).read_to_end(&mut bytes));
    read.map_err(disk)?;
    if bytes.len() as u64 > MAX_LIST {
        return Err(disk(io::ErrorKind::FileTooLarge.into()));
    }
    if revocation_list::is_pem(&bytes) {
        let list = revocation_list::parse(&bytes).map_err(|_| AuthorizationError::NoList(path.to_owned()))?;
        bytes = revocation_list::to_der(&list)?;
    }
    revocations.add(bytes).map_err(|_| AuthorizationError::NoList(path.to_owned()))
}

/// Checks that `signer` may sign in `role` at `at`, and, for an `office`, that the signature will count there: pinned
/// where the office pins certificates, and otherwise led to somebody whom it believes; not revoked.
///
/// # Errors
/// Another certificate is pinned for the role, or this one was revoked or is not believed.
pub fn check_signer(
    signer: &dyn Signer,
    role: Role,
    office: Option<&Office>,
    trust: &TrustStore,
    revocations: &Revocations,
    at: OffsetDateTime,
) -> Result<(), AuthorizationError> {
    let fingerprint = certificate::fingerprint(signer.certificate()).map_err(KeyError::from)?;
    let with_own_roots = trust_of(office, signer.chain(), trust)?;
    let Some(office) = office else {
        return Ok(signing::check_revocation(signer, &with_own_roots, revocations, at)?);
    };
    let pins = &office.config().signing;
    if pins.allows(role, &fingerprint) == Some(false) {
        return Err(AuthorizationError::NotPinned { role, fingerprint });
    }
    // What a root in the signer's own chain revokes is revoked, though that root vouches for nobody here.
    signing::check_revocation(signer, &with_own_roots, revocations, at)?;
    let pinned = |fingerprint: &str| pins.allows(role, fingerprint);
    let trust = trust_of(Some(office), &[], trust)?;
    let person = Person { trust: &trust, revocations, source: None, pinned: &pinned };
    Ok(signing::check_counts(signer, &office.identity(), person, at)?)
}

/// As [`check_signer`], by what `office` says alone.
///
/// # Errors
/// As there, or one of its lists can't be used.
pub fn check_own_signer(
    signer: &dyn Signer,
    role: Role,
    office: &Office,
    at: OffsetDateTime,
) -> Result<(), AuthorizationError> {
    let (trust, revocations) = (TrustStore::new(), lists_of(office)?);
    check_signer(signer, role, Some(office), &trust, &revocations, at)
}
