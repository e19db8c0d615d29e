//! Proof that lasts (ETSI EN 319 142-1 §6): a trusted time, what validates the signatures, and time-stamps
//! over all of it, renewed before the old ones grow weak.

use crate::lang::Message;
use crate::pdf::reader::{self, ReadError};
use crate::sign::{BaseDigest, Evidence, PendingStamp, SignError, store};
use crate::time_stamping::{TimeStampAuthority, time_stamp};
use crate::tsp;
use crate::verify::{
    CertificateReport, Kind, Level, Options, Outcome, Report, Revocations, TrustStore, Verdict, verify,
};
use time::OffsetDateTime;

/// Room for a token, in bytes; most take four to seven thousand.
pub(crate) const ROOM: usize = 8 << 10;
/// Room for one that did not fit.
pub(crate) const MORE_ROOM: usize = 64 << 10;

/// Paths from certificates to their anchors, DER each.
pub type Chains = Vec<Vec<Vec<u8>>>;

/// Somebody who knows of revoked certificates: gives what is known of `Chains`, and what could not be asked.
pub type Source<'a> = dyn Fn(&Chains) -> (Revocations, Vec<Message>) + 'a;

/// What a file is extended with.
#[derive(Clone, Copy)]
pub struct Means<'a> {
    /// Whom the signatures must lead to.
    pub trust: &'a TrustStore,
    /// Who gives times.
    pub authorities: &'a [&'a dyn TimeStampAuthority],
    /// Revocation data at hand.
    pub revocations: &'a Revocations,
    /// Who is asked for more.
    pub source: Option<&'a Source<'a>>,
    /// The time to judge at.
    pub at: OffsetDateTime,
}

/// Why a file was not extended.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PreserveError {
    /// The file can't be updated.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// There is nothing to preserve: the file is not signed, or its signatures don't hold.
    #[error("the file's signatures are not found valid")]
    NotValid(Box<Report>),
    /// No authority gave a time-stamp.
    #[error("no time-stamp: {}", english(.0))]
    NoTimeStamp(Vec<Message>),
    /// What is at hand does not suffice.
    #[error("the level {} is not reached: {}", .wanted.name(), english(.missing))]
    NotReached {
        /// The level that was asked for.
        wanted: Level,
        /// What is missing.
        missing: Vec<Message>,
    },
}

impl From<ReadError> for PreserveError {
    fn from(cause: ReadError) -> PreserveError {
        PreserveError::Sign(cause.into())
    }
}

fn english(messages: &[Message]) -> String {
    messages.iter().map(|message| message.en.as_str()).collect::<Vec<_>>().join("; ")
}

/// Gives the signed file `bytes` what its signatures need for `level`, in updates that no certification forbids.
/// A file that has the level of archives already gets new validation data and a new time-stamp.
///
/// # Errors
/// The signatures don't hold, or the level can't be reached with `means`; then nothing was changed.
pub fn extend(mut bytes: Vec<u8>, level: Level, means: &Means<'_>) -> Result<Vec<u8>, PreserveError> {
    let judge = |bytes: &[u8], revocations: &Revocations| {
        verify(bytes, &Options { revocations, ..Options::new(means.trust, means.at) })
    };
    let first = judge(&bytes, means.revocations);
    if !may_be_preserved(&first) {
        return Err(PreserveError::NotValid(Box::new(first)));
    }
    let mut problems = Vec::new();
    let reached = lowest(&first);
    if level >= Level::BT && reached < Some(Level::BT) {
        stamp(&mut bytes, means.authorities)?;
    }
    if level >= Level::BLT {
        let stamped = judge(&bytes, means.revocations);
        problems = keep_evidence(&mut bytes, &stamped, means)?;
    }
    if level >= Level::BLTA {
        stamp(&mut bytes, means.authorities)?;
    }
    // By what the file itself carries now.
    let last = judge(&bytes, &Revocations::default());
    if lowest(&last) >= Some(level) && last.verdict.is_valid() {
        return Ok(bytes);
    }
    let unsettled = last.signatures.iter().flat_map(|signature| &signature.checks);
    let unsettled = unsettled.filter(|check| matches!(check.id, "revocation" | "trust" | "time-stamp"));
    problems
        .extend(unsettled.filter(|check| check.outcome != Outcome::Pass).map(|check| check.message.clone()));
    problems.dedup();
    Err(PreserveError::NotReached { wanted: level, missing: problems })
}

/// Valid, or not decided only for want of what is to be added.
fn may_be_preserved(report: &Report) -> bool {
    let signed = report.signatures.iter().any(|signature| signature.kind == Kind::Signature);
    signed && matches!(report.verdict, Verdict::Valid | Verdict::ValidExtended | Verdict::Indeterminate)
}

/// The lowest level of the signatures.
fn lowest(report: &Report) -> Option<Level> {
    let signatures = report.signatures.iter().filter(|signature| signature.kind == Kind::Signature);
    signatures.map(|signature| signature.level).min().flatten()
}

/// Appends a document time-stamp.
fn stamp(bytes: &mut Vec<u8>, authorities: &[&dyn TimeStampAuthority]) -> Result<(), PreserveError> {
    for room in [ROOM, MORE_ROOM] {
        let file = reader::read(bytes)?;
        let pending = PendingStamp::prepare(&file, BaseDigest::of(bytes, tsp::ALGORITHM), room)?;
        let token = time_stamp(authorities, pending.digest()).map_err(PreserveError::NoTimeStamp)?;
        if token.len() <= room {
            let revision = pending.complete(&token)?;
            bytes.extend_from_slice(&revision);
            return Ok(());
        }
    }
    Err(SignError::TooLong(MORE_ROOM + 1).into())
}

/// Appends certificates, revocation lists and answers for every path in `report`, and says what could not be
/// asked.
fn keep_evidence(
    bytes: &mut Vec<u8>,
    report: &Report,
    means: &Means<'_>,
) -> Result<Vec<Message>, PreserveError> {
    let chains = chains(report);
    let (found, problems) = match means.source {
        Some(source) => source(&chains),
        None => (Revocations::default(), Vec::new()),
    };
    let evidence = Evidence {
        certificates: chains.into_iter().flatten().collect(),
        crls: means.revocations.crls.iter().cloned().chain(found.crls).collect(),
        ocsps: means.revocations.ocsps.iter().cloned().chain(found.ocsps).collect(),
    };
    let file = reader::read(bytes)?;
    let revision = store(&file, &evidence)?;
    bytes.extend_from_slice(&revision.unwrap_or_default());
    Ok(problems)
}

/// The paths of every signature and time-stamp in `report`.
pub fn chains(report: &Report) -> Chains {
    let chain = |certificates: &[CertificateReport]| -> Vec<Vec<u8>> {
        certificates.iter().map(|certificate| certificate.der.clone()).collect()
    };
    let signers = report.signatures.iter().map(|signature| chain(&signature.chain));
    let stamps = report.signatures.iter().flat_map(|signature| &signature.time_stamps);
    signers.chain(stamps.map(|stamp| chain(&stamp.chain))).collect()
}
