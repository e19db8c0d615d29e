//! Proof that lasts (ETSI EN 319 142-1 §6): a trusted time, what validates the signatures, and time-stamps
//! over all of it, renewed before the old ones grow weak.

use std::io;
use std::path::Path;

use crate::base_digest::BaseDigest;
use crate::document_time_stamp::PendingStamp;
use crate::error::SignError;
use crate::explain::{self, Explain, Refusal, because};
use crate::field::check_writing;
use crate::file::Staged;
use crate::lang::Message;
use crate::message;
use crate::pdf::reader::{self, ReadError};
use crate::store::{Evidence, store};
use crate::time_stamping::{TimeStampAuthority, time_stamp};
use crate::tsp;
use crate::verify::{
    CertificateReport, Level, MissingProof, Options, Outcome, Report, Require, Revocations, RulesAlone,
    SignatureKind, SignatureReport, TrustStore, Verdict, verify,
};
use time::OffsetDateTime;

/// Room for a token, in bytes; most take four to seven thousand.
pub const ROOM: usize = 8 << 10;
/// Room for one that did not fit.
pub const MORE_ROOM: usize = 64 << 10;

/// Paths from certificates to their anchors, DER each.
pub type Chains = Vec<Vec<Vec<u8>>>;

/// Somebody who knows of revoked certificates: gives what is known of `Chains`, and what could not be asked.
pub type RevocationSource<'a> = dyn Fn(&Chains) -> (Revocations, Vec<Message>) + 'a;

/// A file that grows at its end: in memory, or on the disk.
pub trait Growing {
    /// Lets `work` look at its bytes.
    ///
    /// # Errors
    /// The disk refuses.
    fn look<T>(&mut self, work: impl FnOnce(&[u8]) -> T) -> io::Result<T>;

    /// Adds `bytes` at its end.
    ///
    /// # Errors
    /// The disk refuses.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
}

impl Growing for Vec<u8> {
    fn look<T>(&mut self, work: impl FnOnce(&[u8]) -> T) -> io::Result<T> {
        Ok(work(self))
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.extend_from_slice(bytes);
        Ok(())
    }
}

impl Growing for Staged {
    fn look<T>(&mut self, work: impl FnOnce(&[u8]) -> T) -> io::Result<T> {
        self.map()?.look(work)
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        Staged::append(self, bytes)
    }
}

/// What a file is extended with.
#[derive(Clone, Copy)]
pub struct AugmentOptions<'a> {
    /// Whom the signatures must lead to.
    pub trust: &'a TrustStore,
    /// Who gives times.
    pub authorities: &'a [&'a dyn TimeStampAuthority],
    /// Revocation data at hand.
    pub revocations: &'a Revocations,
    /// Who is asked for more.
    pub source: Option<&'a RevocationSource<'a>>,
    /// The time to judge at.
    pub at: OffsetDateTime,
}

/// Why a file was not extended.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.words().en)]
#[non_exhaustive]
pub enum AugmentError {
    /// The file can't be updated.
    Sign(#[from] SignError),
    /// The disk refused.
    Disk(#[from] io::Error),
    /// There is nothing to preserve: the file is not signed, or its signatures don't hold.
    NotValid(Box<Report>),
    /// No authority gave a time-stamp.
    NoTimeStamp(Vec<Message>),
    /// What is at hand does not suffice.
    NotReached {
        /// The level that was asked for.
        wanted: Level,
        /// What is missing.
        missing: Vec<Message>,
        /// What whoever checks could bring to settle whether a signer is to be trusted.
        lacks: Option<MissingProof>,
    },
}

impl Explain for AugmentError {
    fn words(&self) -> Message {
        match self {
            AugmentError::Sign(cause) => cause.words(),
            AugmentError::Disk(cause) => explain::disk(Path::new("."), cause),
            AugmentError::NotValid(report) => because(
                &message!(
                    "chữ ký trong tệp chưa được xác nhận hợp lệ, nên không bổ sung gì",
                    "the file's signatures are not found valid, so nothing was added"
                ),
                std::slice::from_ref(&report.cause.headline),
            ),
            AugmentError::NoTimeStamp(problems) => because(
                &message!(
                    "chưa bổ sung: không lấy được dấu thời gian",
                    "nothing was added: no time-stamp could be obtained"
                ),
                problems,
            ),
            AugmentError::NotReached { wanted, missing, .. } => {
                let level = wanted.name();
                because(&message!("chưa đạt mức {level}", "the level {level} is not reached"), missing)
            }
        }
    }

    fn kind(&self) -> Refusal {
        match self {
            AugmentError::Sign(cause) => cause.kind(),
            AugmentError::NotValid(_) | AugmentError::NotReached { .. } => Refusal::Rejected,
            AugmentError::Disk(_) | AugmentError::NoTimeStamp(_) => Refusal::Environment,
        }
    }
}

impl From<ReadError> for AugmentError {
    fn from(cause: ReadError) -> AugmentError {
        AugmentError::Sign(cause.into())
    }
}

/// Gives the signed `file` what its signatures need for `level`, in updates that no certification forbids, and says
/// how many bytes that took; one that has it already stays as it is. At the level of archives it is renewed: it
/// gets what its last time-stamp needs, and a new one.
///
/// # Errors
/// The signatures don't hold, or the level can't be reached with `options`; what was added by then is worth nothing.
pub fn extend(
    file: &mut impl Growing,
    level: Level,
    options: &AugmentOptions<'_>,
) -> Result<u64, AugmentError> {
    let nothing = Revocations::default();
    let alone = options.judge(file, &nothing)?;
    if !may_be_preserved(&alone) {
        return Err(AugmentError::NotValid(Box::new(alone)));
    }
    file.look(|bytes| check_writing(&reader::read(bytes)?, &alone))??;
    if level < Level::BLTA && reaches(&alone, level) {
        return Ok(0);
    }
    // Time-stamps cost money: none is asked for where it would not help.
    let mut known = Known::of(&alone, options);
    let helped = options.judge(file, &known.revocations)?;
    let Some(reached) = lowest(&helped).filter(|_| helped.verdict.is_valid()) else {
        return Err(not_reached(level, &helped, known.problems));
    };
    let mut added = 0;
    if level >= Level::BT && reached < Level::BT {
        added += stamp(file, options.authorities)?;
        // What is asked now is known to be younger than the signatures.
        known = Known::of(&options.judge(file, &nothing)?, options);
    }
    if level >= Level::BLT && (lowest(&alone) != Some(Level::BLT) || !alone.verdict.is_valid()) {
        added += known.keep(file, options)?;
    }
    if level >= Level::BLTA {
        added += stamp(file, options.authorities)?;
        let stamped = options.judge(file, &nothing)?;
        if !stamped.verdict.is_valid() {
            // Another authority than before: what is known of it follows its time-stamp.
            known = Known::of(&stamped, options);
            added += known.keep(file, options)?;
        }
    }
    // From B-LT on, the file must carry it all itself.
    let at_hand = if level < Level::BLT { &known.revocations } else { &nothing };
    let last = options.judge(file, at_hand)?;
    if reaches(&last, level) { Ok(added) } else { Err(not_reached(level, &last, known.problems)) }
}

/// Valid, or not decided only for want of what is to be added.
fn may_be_preserved(report: &Report) -> bool {
    let signed = report.signatures.iter().any(|signature| signature.kind == SignatureKind::Signature);
    signed && matches!(report.verdict, Verdict::Valid | Verdict::ValidExtended | Verdict::Indeterminate)
}

fn reaches(report: &Report, level: Level) -> bool {
    report.verdict.is_valid() && lowest(report) >= Some(level)
}

/// The lowest level of the signatures.
fn lowest(report: &Report) -> Option<Level> {
    let signatures = report.signatures.iter().filter(|signature| signature.kind == SignatureKind::Signature);
    signatures.map(|signature| signature.level).min().flatten()
}

fn not_reached(wanted: Level, report: &Report, problems: Vec<Message>) -> AugmentError {
    let mut missing: Vec<Message> = Vec::new();
    let checks = report.signatures.iter().flat_map(|signature| &signature.checks);
    let unsettled = checks.filter(|check| matches!(check.outcome, Outcome::Fail | Outcome::Unknown));
    for message in unsettled.map(|check| check.message.clone()).chain(problems) {
        if !missing.contains(&message) {
            missing.push(message);
        }
    }
    if missing.is_empty() && report.signatures.iter().any(|one| one.lacks == Some(MissingProof::CurrentList))
    {
        missing.push(message!("danh sách thu hồi đã hết hạn", "the revocation list at hand ran out"));
    }
    if missing.is_empty() {
        missing.push(message!(
            "chữ ký không theo chuẩn PAdES (ETSI EN 319 142-1)",
            "a signature is not one of PAdES (ETSI EN 319 142-1)"
        ));
    }
    let lacks = report.signatures.iter().find_map(|signature| signature.lacks);
    AugmentError::NotReached { wanted, missing, lacks }
}

/// Appends a document time-stamp, and says how long it is.
fn stamp(file: &mut impl Growing, authorities: &[&dyn TimeStampAuthority]) -> Result<u64, AugmentError> {
    for room in [ROOM, MORE_ROOM] {
        let pending = file.look(|bytes| {
            let digest = BaseDigest::of(bytes, tsp::ALGORITHM);
            Ok::<_, AugmentError>(PendingStamp::prepare(&reader::read(bytes)?, digest, room)?)
        })??;
        let token = time_stamp(authorities, pending.digest()).map_err(AugmentError::NoTimeStamp)?;
        if token.len() <= room {
            let revision = pending.complete(&token)?;
            file.append(&revision)?;
            return Ok(revision.len() as u64);
        }
    }
    Err(SignError::TooLong(MORE_ROOM + 1).into())
}

/// What is known of the certificates of a file.
struct Known {
    /// The paths that it is about.
    chains: Chains,
    revocations: Revocations,
    /// What could not be asked.
    problems: Vec<Message>,
}

impl Known {
    /// What is at hand, and what can be asked, about what no time-stamp in the file seals, by its `report`.
    fn of(report: &Report, options: &AugmentOptions<'_>) -> Known {
        let chains = unsealed(report);
        let (mut revocations, problems) = match options.source {
            Some(source) => source(&chains),
            None => (Revocations::default(), Vec::new()),
        };
        revocations.crls.extend(options.revocations.crls.iter().cloned());
        revocations.ocsps.extend(options.revocations.ocsps.iter().cloned());
        Known { chains, revocations, problems }
    }

    /// Appends it to `file`, and says how long it is; of the revocation lists only those that the proof needs: a
    /// list may have megabytes, where an answer has one kilobyte.
    fn keep(&self, file: &mut impl Growing, options: &AugmentOptions<'_>) -> Result<u64, AugmentError> {
        let mut kept = self.revocations.clone();
        for index in (0..kept.crls.len()).rev() {
            let list = kept.crls.remove(index);
            if !options.judge(file, &kept)?.verdict.is_valid() {
                kept.crls.insert(index, list);
            }
        }
        // Those who answered are certified as well, and that must be known to have been so.
        let certificates = self.chains.iter().flatten().cloned().chain(kept.certificates()).collect();
        let evidence = Evidence { certificates, crls: kept.crls, ocsps: kept.ocsps };
        let revision =
            file.look(|bytes| Ok::<_, AugmentError>(store(&reader::read(bytes)?, &evidence)?))??;
        let revision = revision.unwrap_or_default();
        file.append(&revision)?;
        Ok(revision.len() as u64)
    }
}

impl AugmentOptions<'_> {
    fn judge(&self, file: &mut impl Growing, revocations: &Revocations) -> io::Result<Report> {
        // What is added shows nowhere; who verifies the file looks at its pages.
        let options = Options {
            revocations,
            witness: Some(&RulesAlone),
            require: Require::Roles(&[]),
            ..Options::new(self.trust, self.at)
        };
        file.look(|bytes| verify(bytes, &options))
    }
}

/// The paths that the last document time-stamp does not seal, its own among them, and those that it should but
/// that are not settled.
fn unsealed(report: &Report) -> Chains {
    let is_stamp = |signature: &SignatureReport| signature.kind == SignatureKind::DocumentTimeStamp;
    let last = report.signatures.iter().rposition(is_stamp).unwrap_or_default();
    let numbered = report.signatures.iter().enumerate();
    let open = numbered.filter(|(index, one)| *index >= last || !one.verdict.is_valid());
    open.flat_map(|(_, signature)| paths(signature)).collect()
}

/// The paths of every signature and time-stamp in `report`.
pub fn chains(report: &Report) -> Chains {
    report.signatures.iter().flat_map(paths).collect()
}

/// The paths of a signature and of its time-stamps.
fn paths(signature: &SignatureReport) -> Chains {
    let chain = |certificates: &[CertificateReport]| -> Vec<Vec<u8>> {
        certificates.iter().map(|certificate| certificate.der.clone()).collect()
    };
    let stamps = signature.time_stamps.iter().map(|stamp| chain(&stamp.chain));
    std::iter::once(chain(&signature.chain)).chain(stamps).collect()
}
