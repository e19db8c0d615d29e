//! Whether a certificate was revoked, by the lists and answers at hand (RFC 5280 §6.3, RFC 6960, ETSI
//! EN 319 102-1 §5.2.5). Nothing is fetched.
//!
//! - Revoked at the time asked about, in anything that the certificate's issuer signed, is revoked,
//!   whatever else says good; `certificateHold` too, since a hold may end with a revocation. What counts
//!   is the revocation date, not the `invalidityDate`, which is a guess of the issuer's (EN 319 102-1
//!   §5.2.6 does the same).
//! - Good is what was issued at or after the time that it has to tell of, or is still current at that time: the time
//!   asked about, or that of a time-stamp itself. What was issued after a certificate ended may have forgotten it, and
//!   is good only where it says how long it remembers (`expiredCertsOnCRL`, `archiveCutoff`).
//! - What the issuer says and can't be used (from a later time, not understood) makes the answer unknown, even for a
//!   certificate that does not say where to ask. A list that ran out says nothing but whom it revokes: whoever has one is
//!   told so, and knows no less than who has none.
//! - Indirect lists, lists for some reasons only and changes to lists are never good; what they revoke is
//!   revoked, an indirect list's aside.

mod certificate;
mod crl;
mod ocsp;
mod pointers;
mod signed;
mod update_times;

use std::cell::OnceCell;

use certval::{PDVCertificate, compare_names};
use const_oid::db::rfc5912;
use time::{Duration, OffsetDateTime};
use x509_cert::ext::pkix::{KeyUsage, KeyUsages};

use super::budget::PathBudget;
use crate::certificate::moment;
use certificate::{may_sign_lists, was_valid};
use crl::{Crl, CrlStatus};
use ocsp::{CertStatus, OcspResponse, ResponseSigner};
use update_times::UpdateTimes;

pub(super) use certificate::extension;
pub(super) use pointers::revocation_pointers;
pub use pointers::{Pointers, revocation_questions};
pub(super) use signed::{Signed, algorithm};

/// The most lists, and the most answers, that are looked at.
const MAX_DATA: usize = 2048;
/// How far the clock of who issues lists and answers may be ahead.
const CLOCK_SKEW: Duration = Duration::minutes(5);
/// How far a question may lead to others: about who signed a list or an answer.
const MAX_DEPTH: usize = 2;

/// Revocation data at hand, in DER: from the file, or from elsewhere.
#[derive(Debug, Clone, Default)]
pub struct Revocations {
    /// Revocation lists (RFC 5280 §5).
    pub crls: Vec<Vec<u8>>,
    /// OCSP answers (RFC 6960): `OCSPResponse`, or the `BasicOCSPResponse` in it.
    pub ocsps: Vec<Vec<u8>>,
}

impl Revocations {
    /// Takes in the DER of a revocation list or an answer; what it says is judged where it is used.
    ///
    /// # Errors
    /// It is neither.
    pub fn add(&mut self, der: Vec<u8>) -> Result<(), NotRevocationData> {
        if Crl::read(&der).is_some() {
            self.crls.push(der);
        } else if OcspResponse::read(&der).is_some() {
            self.ocsps.push(der);
        } else {
            return Err(NotRevocationData);
        }
        Ok(())
    }

    /// The certificates that come with the answers, in DER: of those who gave them.
    pub fn certificates(&self) -> Vec<Vec<u8>> {
        let answers = self.ocsps.iter().filter_map(|der| OcspResponse::read(der));
        answers.flat_map(|answer| answer.certificates().map(<[u8]>::to_vec).collect::<Vec<_>>()).collect()
    }
}

/// What is neither a revocation list nor an OCSP answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is neither a revocation list (CRL) nor an OCSP answer")]
pub struct NotRevocationData;

/// What is known of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RevocationStatus {
    /// It says nothing of where to ask, and its issuer says nothing at hand.
    NotAsked,
    /// By what was issued then.
    Good(OffsetDateTime),
    Revoked(OffsetDateTime),
    /// It says nothing of where to ask, and was not in a list that ran out at this time.
    RanOut(OffsetDateTime),
    /// It says where to ask, or its issuer says something, and nothing that counts.
    Unknown,
}

impl RevocationStatus {
    /// Whether whoever has the certificate may speak for its issuer.
    fn lets_through(self) -> bool {
        matches!(self, RevocationStatus::Good(_) | RevocationStatus::RanOut(_) | RevocationStatus::NotAsked)
    }
}

/// The data at hand, and the time that is asked about.
pub(super) struct RevocationData<'a> {
    lists: Vec<Crl<'a>>,
    answers: Vec<OcspResponse<'a>>,
    /// Other certificates, of which some may have signed a list or an answer.
    others: &'a OnceCell<Vec<PDVCertificate>>,
    at: OffsetDateTime,
    as_of: OffsetDateTime,
    now: OffsetDateTime,
    budget: &'a PathBudget,
}

/// The times of a question about revocation.
#[derive(Debug, Clone, Copy)]
pub(super) struct RevocationTimes {
    /// What is revoked then or before counts as revoked.
    pub at: OffsetDateTime,
    /// What says that nothing is revoked has to tell of then or later.
    pub as_of: OffsetDateTime,
    /// What was issued later is not taken.
    pub now: OffsetDateTime,
}

impl<'a> RevocationData<'a> {
    pub(super) fn new(
        data: &'a Revocations,
        others: &'a OnceCell<Vec<PDVCertificate>>,
        times: RevocationTimes,
        budget: &'a PathBudget,
    ) -> RevocationData<'a> {
        let RevocationTimes { at, as_of, now } = times;
        if data.crls.len() > MAX_DATA || data.ocsps.len() > MAX_DATA {
            budget.exhaust();
        }
        RevocationData {
            lists: data.crls.iter().take(MAX_DATA).filter_map(|der| Crl::read(der)).collect(),
            answers: data.ocsps.iter().take(MAX_DATA).filter_map(|der| OcspResponse::read(der)).collect(),
            others,
            at,
            as_of,
            now,
            budget,
        }
    }

    /// What is known of `certificate`; `above` is the path from its issuer to the anchor.
    pub(super) fn state(&self, certificate: &PDVCertificate, above: &[&PDVCertificate]) -> RevocationStatus {
        self.state_at(certificate, above, 0)
    }

    fn state_at(
        &self,
        certificate: &PDVCertificate,
        above: &[&PDVCertificate],
        depth: usize,
    ) -> RevocationStatus {
        let says: Vec<RevocationStatus> = self
            .lists
            .iter()
            .map(|list| self.of_list(list, certificate, above, depth))
            .chain(self.answers.iter().map(|answer| self.of_answer(answer, certificate, above, depth)))
            .collect();
        let since = says.iter().filter_map(|state| match state {
            RevocationStatus::Revoked(since) => Some(*since),
            _ => None,
        });
        let good = says.iter().filter_map(|state| match state {
            RevocationStatus::Good(issued) => Some(*issued),
            _ => None,
        });
        if let Some(since) = since.min() {
            RevocationStatus::Revoked(since)
        } else if self.budget.is_exhausted() {
            RevocationStatus::Unknown
        } else if let Some(latest) = good.max() {
            RevocationStatus::Good(latest)
        } else if says.contains(&RevocationStatus::Unknown) || pointers::has_pointer(certificate.decoded()) {
            RevocationStatus::Unknown
        } else {
            let ran_out = says.iter().filter_map(|state| match state {
                RevocationStatus::RanOut(until) => Some(*until),
                _ => None,
            });
            ran_out.max().map_or(RevocationStatus::NotAsked, RevocationStatus::RanOut)
        }
    }

    fn of_list(
        &self,
        list: &Crl<'_>,
        certificate: &PDVCertificate,
        above: &[&PDVCertificate],
        depth: usize,
    ) -> RevocationStatus {
        let issuer = certificate.decoded().tbs_certificate().issuer();
        if !self.budget.take_names() || !compare_names(&list.issuer, issuer) {
            return RevocationStatus::NotAsked;
        }
        if !self.budget.take_bytes(list.size()) {
            return RevocationStatus::Unknown;
        }
        let state = match list.says(certificate, self.at) {
            CrlStatus::Since(since) => RevocationStatus::Revoked(since),
            CrlStatus::Not if self.is_current(&list.times, certificate) => {
                RevocationStatus::Good(list.times.this)
            }
            CrlStatus::Not if list.times.end() < self.as_of => RevocationStatus::RanOut(list.times.end()),
            CrlStatus::Not | CrlStatus::Unclear => RevocationStatus::Unknown,
            CrlStatus::Elsewhere => RevocationStatus::NotAsked,
        };
        if state != RevocationStatus::NotAsked && self.is_signed(list, above, depth) {
            state
        } else {
            RevocationStatus::NotAsked
        }
    }

    /// Whether a list is signed by the issuer of the certificate in question: the certificate above
    /// it, another one of the path with that name (a change of keys), or one with that name that a
    /// certificate of the path issued (a key for lists; RFC 5280 §6.3.3 f).
    fn is_signed(&self, list: &Crl<'_>, above: &[&PDVCertificate], depth: usize) -> bool {
        let is_signer = |candidate: &PDVCertificate| {
            let tbs = candidate.decoded().tbs_certificate();
            self.budget.take_names()
                && compare_names(tbs.subject(), &list.issuer)
                && may_sign_lists(candidate)
                && list.signed.is_by(tbs.subject_public_key_info(), self.budget)
        };
        if above.iter().any(|candidate| is_signer(candidate)) {
            return true;
        }
        if depth >= MAX_DEPTH {
            return false;
        }
        let others = self.others.get().map(Vec::as_slice).unwrap_or_default();
        others.iter().filter(|candidate| is_signer(candidate)).any(|candidate| {
            was_valid(candidate, self.at)
                && above.iter().enumerate().any(|(index, issuer)| {
                    let rest = above.get(index..).unwrap_or_default();
                    self.is_issued(candidate, issuer)
                        && self.state_at(candidate, rest, depth + 1).lets_through()
                })
        })
    }

    fn is_issued(&self, certificate: &PDVCertificate, issuer: &PDVCertificate) -> bool {
        let above = issuer.decoded().tbs_certificate();
        let may_issue: Option<KeyUsage> = extension(issuer, rfc5912::ID_CE_KEY_USAGE);
        may_issue.is_none_or(|usage| usage.0.contains(KeyUsages::KeyCertSign))
            && compare_names(certificate.decoded().tbs_certificate().issuer(), above.subject())
            && Signed::read(certificate.as_bytes())
                .is_some_and(|signed| signed.is_by(above.subject_public_key_info(), self.budget))
    }

    fn of_answer(
        &self,
        answer: &OcspResponse<'_>,
        certificate: &PDVCertificate,
        above: &[&PDVCertificate],
        depth: usize,
    ) -> RevocationStatus {
        let Some(issuer) = above.first().filter(|_| self.budget.take_names()) else {
            return RevocationStatus::NotAsked;
        };
        let says = answer.entries(certificate, issuer).map(|entry| match entry.status {
            CertStatus::Revoked(since) if since <= self.at => RevocationStatus::Revoked(since),
            CertStatus::Good | CertStatus::Revoked(_) if self.is_current(&entry.times, certificate) => {
                RevocationStatus::Good(entry.times.this)
            }
            _ => RevocationStatus::Unknown,
        });
        // Where one answer says two things, the worse one counts.
        let Some(state) = says.max_by_key(|state| match state {
            RevocationStatus::Revoked(_) => 2,
            RevocationStatus::Unknown | RevocationStatus::RanOut(_) | RevocationStatus::NotAsked => 1,
            RevocationStatus::Good(_) => 0,
        }) else {
            return RevocationStatus::NotAsked;
        };
        let others = self.others.get().map(Vec::as_slice).unwrap_or_default();
        let trusted = match answer.signer(issuer, others, self.budget) {
            Some(ResponseSigner::Issuer) => true,
            Some(ResponseSigner::Delegate(delegate)) => {
                ocsp::is_unquestioned(&delegate)
                    || depth < MAX_DEPTH && self.state_at(&delegate, above, depth + 1).lets_through()
            }
            None => false,
        };
        if trusted { state } else { RevocationStatus::NotAsked }
    }

    /// Whether silence about `certificate` means that it was good at the time that has to be told of.
    fn is_current(&self, times: &UpdateTimes, certificate: &PDVCertificate) -> bool {
        if times.this > self.now + CLOCK_SKEW {
            return false;
        }
        if times.this < self.as_of {
            return self.as_of <= times.end();
        }
        let end = moment(&certificate.decoded().tbs_certificate().validity().not_after);
        times.this <= end || times.remembers.is_some_and(|since| since <= end)
    }
}
