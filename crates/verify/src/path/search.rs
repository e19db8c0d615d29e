//! The search for a path: upwards from the certificate, from issuer to issuer, until an anchor.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use certval::{
    CertificationPath, CertificationPathResults, CertificationPathSettings, Error, PDVCertificate,
    PathValidationStatus, PkiEnvironment, TimeOfInterest, compare_names, enforce_trust_anchor_constraints,
    name_to_string, parse_cert,
};
use const_oid::db::rfc5912;
use der::Decode;
use x509_cert::ext::pkix::{AuthorityKeyIdentifier, ExtendedKeyUsage, SubjectKeyIdentifier};

use super::constraint;
use super::query::PathQuery;
use super::status::{Path, PathStatus, Revocation};
use crate::algorithm::check_key;
use crate::budget::PathBudget;
use crate::certificate::{Subject, moment};
use crate::message;
use crate::revocation::{
    RevocationData, RevocationStatus, RevocationTimes, Signed, algorithm, extension, revocation_pointers,
};
use crate::trust::{Anchor, AnchorKind};
use crate::trust_scope::TrustScope;
use crate::usage::Usage;

/// The most certificates between a signer and its anchor.
const MAX_INTERMEDIATES: usize = 8;
/// The most paths that are tried.
const MAX_PATHS: usize = 64;
/// The most certificates of strangers that are looked at.
const MAX_CERTIFICATES: usize = 1000;

/// The longest certificate of a stranger, in bytes.
const MAX_CERTIFICATE: usize = 1 << 16;

/// Looks for the best path; `pool` and `budget` are this search's own, and fresh.
pub(super) fn run(
    question: &PathQuery<'_>,
    leaf: &PDVCertificate,
    pool: &OnceCell<Vec<PDVCertificate>>,
    budget: &PathBudget,
) -> Path {
    // The epoch is how certval spells «don't look at the time»; no certificate is of before.
    let seconds = u64::try_from(question.at.unix_timestamp()).ok().filter(|seconds| *seconds > 0);
    let Some(time) = seconds.and_then(|seconds| TimeOfInterest::from_unix_secs(seconds).ok()) else {
        let from = moment(&leaf.decoded().tbs_certificate().validity().not_before);
        let status = PathStatus::NotYetValid { certificate: name(leaf), from };
        return Path::without_anchor(question.leaf, status);
    };
    let mut settings = CertificationPathSettings::new();
    // The anchors are the recipient's: there is no store to ask again.
    settings.set_require_ta_store(false);
    settings.set_enforce_trust_anchor_constraints(true);
    settings.set_time_of_interest(time);
    // An issuer that may only vouch for other purposes vouches for nothing here.
    settings.set_extended_key_usage_path(true);
    let mut environment = PkiEnvironment::new();
    environment.populate_5280_pki_environment();
    let best = Path::without_anchor(question.leaf, PathStatus::UnknownIssuer);
    let mut search = Search {
        question,
        pool,
        budget,
        settings,
        environment,
        evidence: OnceCell::new(),
        anchors: AnchorKind::Root,
        tried: 0,
        best,
    };
    search.climb(&mut vec![leaf]);
    // A certificate that others issued is an anchor as well where the recipient says so (RFC 5280 §6.1.1 d), but what a
    // root says of it comes first: it may be revoked.
    if !search.is_over() && !matches!(search.best.status, PathStatus::Revoked { .. }) {
        search.anchors = AnchorKind::Other;
        search.climb(&mut vec![leaf]);
    }
    search.best
}

struct Search<'q> {
    question: &'q PathQuery<'q>,
    pool: &'q OnceCell<Vec<PDVCertificate>>,
    budget: &'q PathBudget,
    settings: CertificationPathSettings,
    environment: PkiEnvironment,
    evidence: OnceCell<RevocationData<'q>>,
    /// Which anchors a path may end at.
    anchors: AnchorKind,
    tried: usize,
    best: Path,
}

impl<'q> Search<'q> {
    /// Goes from the last certificate of `chain` upwards.
    fn climb(&mut self, chain: &mut Vec<&'q PDVCertificate>) {
        let (Some(first), Some(lowest)) = (chain.first().copied(), chain.last().copied()) else {
            return;
        };
        let anchors = self.question.trust.anchors(self.anchors, self.question.usage);
        let mut anchors: Vec<&Anchor> = anchors.collect();
        anchors.sort_by_cached_key(|anchor| !self.vouches(Some(&anchor.scope)));
        for anchor in anchors {
            if self.is_over() {
                return;
            }
            // A certificate that is itself an anchor is trusted as one, where it stands for a signer.
            let is_first = chain.len() == 1 && anchor.certificate.as_bytes() == first.as_bytes();
            if is_first || anchor.may_issue() && self.may_issue(&anchor.certificate, lowest) {
                self.tried += 1;
                self.try_path(anchor, chain);
            }
        }
        if chain.len() > MAX_INTERMEDIATES || self.is_over() {
            return;
        }
        for candidate in self.issuers(lowest, chain) {
            if self.is_over() {
                return;
            }
            chain.push(candidate);
            self.climb(chain);
            chain.pop();
        }
    }

    fn is_over(&self) -> bool {
        let is_found = self.best.status == PathStatus::Trusted && self.vouches(self.best.scope.as_ref());
        self.tried >= MAX_PATHS || is_found
    }

    /// Whether an anchor with this `scope` vouches for the office that is asked about.
    fn vouches(&self, scope: Option<&TrustScope>) -> bool {
        scope.is_some_and(|scope| self.question.office.is_none_or(|office| scope.vouches_for(office)))
    }

    fn may_issue(&self, above: &PDVCertificate, below: &PDVCertificate) -> bool {
        let (above, below) = (above.decoded().tbs_certificate(), below.decoded().tbs_certificate());
        self.budget.take_names() && compare_names(above.subject(), below.issuer())
    }

    /// Certificates at hand that may have issued `lowest`, the likeliest first.
    fn issuers(&self, lowest: &PDVCertificate, chain: &[&PDVCertificate]) -> Vec<&'q PDVCertificate> {
        let unseen =
            |candidate: &PDVCertificate| chain.iter().all(|one| one.as_bytes() != candidate.as_bytes());
        let mut found: Vec<&PDVCertificate> = self
            .pool()
            .iter()
            .filter(|candidate| self.may_issue(candidate, lowest) && unseen(candidate))
            .collect();
        if found.len() > 1 {
            // Strangers can add a thousand certificates with one name: only those that really signed are
            // worth a path.
            let signed = Signed::read(lowest.as_bytes());
            let wanted = extension::<AuthorityKeyIdentifier>(lowest, rfc5912::ID_CE_AUTHORITY_KEY_IDENTIFIER)
                .and_then(|identifier| identifier.key_identifier);
            let key = |candidate: &PDVCertificate| {
                extension::<SubjectKeyIdentifier>(candidate, rfc5912::ID_CE_SUBJECT_KEY_IDENTIFIER)
            };
            found.sort_by_key(|candidate| wanted.is_none() || key(candidate).map(|key| key.0) != wanted);
            found.retain(|candidate| {
                let key = candidate.decoded().tbs_certificate().subject_public_key_info();
                signed.as_ref().is_some_and(|signed| signed.is_by(key, self.budget))
            });
        }
        found
    }

    /// The certificates of strangers, and the recipient's intermediates. Most paths need none, so they
    /// are read when the first is asked for.
    fn pool(&self) -> &'q [PDVCertificate] {
        self.pool.get_or_init(|| {
            let mut seen = BTreeSet::new();
            let own = self.question.trust.anchors(AnchorKind::Other, self.question.usage);
            let own = own.map(|anchor| anchor.certificate.as_bytes());
            let all = own.chain(self.question.certificates.iter().take(MAX_CERTIFICATES).map(Vec::as_slice));
            all.filter(|der| seen.insert(*der)).filter_map(read).collect()
        })
    }

    fn try_path(&mut self, anchor: &Anchor, chain: &[&PDVCertificate]) {
        let is_anchor = chain.first().is_some_and(|leaf| leaf.as_bytes() == anchor.certificate.as_bytes());
        let (status, revocations) = match self.validate(anchor, chain) {
            Ok(()) if is_anchor => (PathStatus::Trusted, vec![Revocation::NotAsked]),
            Ok(()) => self.revocation(anchor, chain),
            Err(status) => (status, Vec::new()),
        };
        let reached = |status: &PathStatus, scope| (rank(status), self.vouches(scope));
        let best = reached(&self.best.status, self.best.scope.as_ref());
        if reached(&status, Some(&anchor.scope)) <= best {
            return;
        }
        let mut certificates: Vec<Vec<u8>> = chain.iter().map(|one| one.as_bytes().to_vec()).collect();
        if !is_anchor {
            certificates.push(anchor.certificate.as_bytes().to_vec());
        }
        let revocation = revocations.first().copied().unwrap_or(Revocation::NotAsked);
        let scope = Some(anchor.scope.clone());
        self.best = Path { status, chain: certificates, scope, revocation, revocations };
    }

    /// RFC 5280 §6.1, and what it leaves to the algorithms and the purpose.
    fn validate(&self, anchor: &Anchor, chain: &[&PDVCertificate]) -> Result<(), PathStatus> {
        let Some((leaf, above)) = chain.split_first() else {
            return Err(PathStatus::UnknownIssuer);
        };
        let issuers = above.iter().copied().chain([&anchor.certificate]);
        for (certificate, issuer) in chain.iter().zip(issuers) {
            let key = issuer.decoded().tbs_certificate().subject_public_key_info();
            // An anchor is believed for its key, not for the signature that it bears.
            if certificate.as_bytes() != anchor.certificate.as_bytes() {
                algorithm(certificate.decoded().signature_algorithm())
                    .map(|_| ())
                    .and_then(|()| check_key(key))
                    .map_err(|unfit| PathStatus::Broken(unfit.words()))?;
            }
        }
        if self.question.usage == Usage::TimeStamp && !is_for_time_stamps(leaf) {
            return Err(PathStatus::Broken(message!(
                "chứng thư không phải chỉ dành cho cấp dấu thời gian",
                "the certificate is not for time-stamping alone (extKeyUsage, critical)"
            )));
        }
        if !chain.iter().all(|one| self.budget.take_signature(one.as_bytes().len())) {
            return Err(PathStatus::UnknownIssuer);
        }
        // Whoever is believed by his own certificate needs nobody who vouches for it.
        if leaf.as_bytes() == anchor.certificate.as_bytes() && self.anchors == AnchorKind::Other {
            return self.outdated(anchor, chain).map_or(Ok(()), Err);
        }
        let broken = |error: &Error| PathStatus::Broken(constraint::words(error));
        // What an anchor may issue is no matter where it signs itself.
        let settings = match leaf.as_bytes() == anchor.certificate.as_bytes() {
            true => self.settings.clone(),
            false => enforce_trust_anchor_constraints(&self.settings, &anchor.choice)
                .map_err(|error| broken(&error))?,
        };
        let intermediates = above.iter().rev().map(|one| (*one).clone()).collect();
        let path = CertificationPath::new(anchor.choice.clone(), intermediates, (*leaf).clone());
        let validate = |settings: &CertificationPathSettings| {
            let mut results = CertificationPathResults::new();
            self.environment.validate_path(&self.environment, settings, &path, &mut results)
        };
        match validate(&settings) {
            Err(
                error @ Error::PathValidation(
                    PathValidationStatus::InvalidNotBeforeDate | PathValidationStatus::InvalidNotAfterDate,
                ),
            ) => {
                // Only the time may be wrong about it: what it rests on is looked at without.
                let mut timeless = settings;
                timeless.set_time_of_interest(TimeOfInterest::disabled());
                validate(&timeless).map_err(|error| broken(&error))?;
                Err(self.outdated(anchor, chain).unwrap_or_else(|| broken(&error)))
            }
            validated => validated.map_err(|error| broken(&error)),
        }
    }

    /// The certificate of a path that was not valid at the time asked for, and when it is.
    fn outdated(&self, anchor: &Anchor, chain: &[&PDVCertificate]) -> Option<PathStatus> {
        let at = self.question.at;
        chain.iter().copied().chain([&anchor.certificate]).find_map(|one| {
            let validity = one.decoded().tbs_certificate().validity();
            let (from, until) = (moment(&validity.not_before), moment(&validity.not_after));
            if at < from {
                Some(PathStatus::NotYetValid { certificate: name(one), from })
            } else {
                (until < at).then(|| PathStatus::Expired { certificate: name(one), until })
            }
        })
    }

    /// What is known of the revocation of each certificate of a path that holds.
    fn revocation(&self, anchor: &Anchor, chain: &[&PDVCertificate]) -> (PathStatus, Vec<Revocation>) {
        let evidence = self.evidence.get_or_init(|| {
            let question = self.question;
            if !question.revocations.crls.is_empty() || !question.revocations.ocsps.is_empty() {
                self.pool();
            }
            let times = RevocationTimes { at: question.at, as_of: question.as_of, now: question.now };
            RevocationData::new(question.revocations, self.pool, times, self.budget)
        });
        let mut unknown = None;
        let mut revocations = Vec::with_capacity(chain.len());
        for (index, certificate) in chain.iter().enumerate() {
            let above: Vec<&PDVCertificate> =
                chain.iter().skip(index + 1).copied().chain([&anchor.certificate]).collect();
            match evidence.state(certificate, &above) {
                RevocationStatus::NotAsked => revocations.push(Revocation::NotAsked),
                RevocationStatus::Good(as_of) => revocations.push(Revocation::Good { as_of }),
                RevocationStatus::RanOut(until) => revocations.push(Revocation::RanOut { until }),
                RevocationStatus::Revoked(since) => {
                    let certificate = name(certificate);
                    return (PathStatus::Revoked { since, certificate }, Vec::new());
                }
                RevocationStatus::Unknown => {
                    unknown.get_or_insert(*certificate);
                }
            }
        }
        match unknown {
            None => (PathStatus::Trusted, revocations),
            Some(certificate) => {
                let pointers = revocation_pointers(certificate.decoded());
                let urls = pointers.ocsps.into_iter().chain(pointers.crls).collect();
                let certificate = name(certificate);
                (PathStatus::RevocationUnknown { certificate, urls }, Vec::new())
            }
        }
    }
}

/// How near a path came to being trusted.
fn rank(status: &PathStatus) -> u8 {
    match status {
        PathStatus::UnknownIssuer => 0,
        PathStatus::Broken(_) => 1,
        PathStatus::NotYetValid { .. } | PathStatus::Expired { .. } => 2,
        PathStatus::RevocationUnknown { .. } => 3,
        PathStatus::Revoked { .. } => 4,
        PathStatus::Trusted => 5,
    }
}

/// RFC 3161 §2.3: one purpose, and critical.
fn is_for_time_stamps(certificate: &PDVCertificate) -> bool {
    let extensions = certificate.decoded().tbs_certificate().extensions();
    extensions.into_iter().flatten().any(|one| {
        let purposes = ExtendedKeyUsage::from_der(one.extn_value.as_bytes());
        one.extn_id == rfc5912::ID_CE_EXT_KEY_USAGE
            && one.critical
            && purposes.is_ok_and(|purposes| purposes.0 == [rfc5912::ID_KP_TIME_STAMPING])
    })
}

/// Whom a certificate names, for a message.
fn name(certificate: &PDVCertificate) -> String {
    let subject = certificate.decoded().tbs_certificate().subject();
    let common_name = Subject::of_name(subject).common_name;
    if common_name.is_empty() { name_to_string(subject) } else { common_name }
}

/// Reads the DER of a certificate that is not too long.
pub(super) fn read(der: &[u8]) -> Option<PDVCertificate> {
    parse_cert(Some(der).filter(|der| der.len() <= MAX_CERTIFICATE)?, "").ok()
}
