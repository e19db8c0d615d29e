//! From a signer's certificate to a trust anchor. Candidates are found here, by name and within
//! bounds; whether one of them holds (RFC 5280 §6) is certval's to say.

use certval::{
    CertificationPath, CertificationPathResults, CertificationPathSettings, Error, PDVCertificate,
    PDVTrustAnchorChoice, PathValidationStatus, PkiEnvironment, TimeOfInterest, parse_cert,
};
use time::OffsetDateTime;

use super::trust::TrustStore;
use crate::lang::Message;

/// The most certificates between a signer and its anchor.
const MAX_INTERMEDIATES: usize = 6;
/// The most paths that are tried.
const MAX_PATHS: usize = 64;

/// What a certificate is used for here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Usage {
    Signature,
    TimeStamp,
}

/// Revocation data at hand, in DER.
#[derive(Debug, Clone, Default)]
pub struct Revocations {
    /// Revocation lists (RFC 5280 §5).
    pub crls: Vec<Vec<u8>>,
    /// OCSP answers (RFC 6960).
    pub ocsps: Vec<Vec<u8>>,
}

/// Whether a certificate leads to a trust anchor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PathStatus {
    Trusted,
    UnknownIssuer,
    NotThen,
    Broken(Message),
    Revoked { since: OffsetDateTime, certificate: String },
    RevocationUnknown { certificate: String, urls: Vec<String> },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Revocation {
    NotAsked,
    Good,
}

pub(super) struct Path {
    pub status: PathStatus,
    pub chain: Vec<Vec<u8>>,
    pub revocation: Revocation,
}

pub(super) struct Question<'a> {
    pub leaf: &'a [u8],
    pub certificates: &'a [Vec<u8>],
    pub trust: &'a TrustStore,
    pub revocations: &'a Revocations,
    pub usage: Usage,
    pub at: OffsetDateTime,
    pub now: OffsetDateTime,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trust {
    Trusted,
    UnknownIssuer,
    NotThen,
    Broken,
}

pub(super) fn find(question: &Question<'_>) -> Path {
    let status = match find_old(question.leaf, question.certificates, question.trust, question.at) {
        Trust::Trusted => PathStatus::Trusted,
        Trust::UnknownIssuer => PathStatus::UnknownIssuer,
        Trust::NotThen => PathStatus::NotThen,
        Trust::Broken => PathStatus::Broken(crate::message!("?", "?")),
    };
    Path { status, chain: vec![question.leaf.to_vec()], revocation: Revocation::NotAsked }
}

fn find_old(leaf: &[u8], others: &[Vec<u8>], trust: &TrustStore, at: OffsetDateTime) -> Trust {
    let anchors: Vec<(PDVCertificate, PDVTrustAnchorChoice)> = trust
        .anchors()
        .iter()
        .filter_map(|der| Some((parse_cert(der, "").ok()?, PDVTrustAnchorChoice::create(der, "").ok()?)))
        .collect();
    let pool: Vec<PDVCertificate> =
        others.iter().chain(trust.intermediates()).filter_map(|der| parse_cert(der, "").ok()).collect();
    let Ok(target) = parse_cert(leaf, "") else {
        return Trust::Broken;
    };
    let mut search = Search { anchors: &anchors, pool: &pool, at, tried: 0, best: Trust::UnknownIssuer };
    search.climb(&target, &mut Vec::new());
    search.best
}

struct Search<'a> {
    anchors: &'a [(PDVCertificate, PDVTrustAnchorChoice)],
    pool: &'a [PDVCertificate],
    at: OffsetDateTime,
    tried: usize,
    best: Trust,
}

impl Search<'_> {
    /// Goes from the last certificate of `chain` (or `target`) upwards.
    fn climb(&mut self, target: &PDVCertificate, chain: &mut Vec<usize>) {
        let lowest = chain.last().and_then(|index| self.pool.get(*index)).unwrap_or(target);
        let issuer = lowest.decoded().tbs_certificate().issuer().clone();
        for (certificate, anchor) in self.anchors {
            if self.tried >= MAX_PATHS || self.best == Trust::Trusted {
                return;
            }
            // A certificate that is itself an anchor is trusted as one, where it stands for a signer.
            let is_target = chain.is_empty() && certificate.as_bytes() == target.as_bytes();
            if is_target || *certificate.decoded().tbs_certificate().subject() == issuer {
                self.tried += 1;
                let outcome = self.try_path(anchor, target, chain);
                if self.best != Trust::NotThen || outcome == Trust::Trusted {
                    self.best = outcome;
                }
            }
        }
        if chain.len() >= MAX_INTERMEDIATES {
            return;
        }
        for (index, candidate) in self.pool.iter().enumerate() {
            if self.tried >= MAX_PATHS || self.best == Trust::Trusted {
                return;
            }
            let named = *candidate.decoded().tbs_certificate().subject() == issuer;
            if named && !chain.contains(&index) && candidate.as_bytes() != target.as_bytes() {
                chain.push(index);
                self.climb(target, chain);
                chain.pop();
            }
        }
    }

    fn try_path(&self, anchor: &PDVTrustAnchorChoice, target: &PDVCertificate, chain: &[usize]) -> Trust {
        let intermediates = chain.iter().rev().filter_map(|index| self.pool.get(*index).cloned()).collect();
        let path = CertificationPath::new(anchor.clone(), intermediates, target.clone());
        let mut environment = PkiEnvironment::new();
        environment.populate_5280_pki_environment();
        let mut settings = CertificationPathSettings::new();
        // The anchors are the recipient's: there is no store to ask again.
        settings.set_require_ta_store(false);
        let seconds = u64::try_from(self.at.unix_timestamp()).unwrap_or(0);
        let Ok(time) = TimeOfInterest::from_unix_secs(seconds) else {
            return Trust::NotThen;
        };
        settings.set_time_of_interest(time);
        let mut results = CertificationPathResults::new();
        match environment.validate_path(&environment, &settings, &path, &mut results) {
            Ok(()) => Trust::Trusted,
            Err(Error::PathValidation(
                PathValidationStatus::InvalidNotBeforeDate | PathValidationStatus::InvalidNotAfterDate,
            )) => Trust::NotThen,
            Err(_) => Trust::Broken,
        }
    }
}
