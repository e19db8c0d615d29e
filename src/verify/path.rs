//! From a certificate to a trust anchor (RFC 5280 §6). Candidates are found here, by name and within
//! bounds; whether a path holds is certval's to say, and what revocation data says of it is
//! [`super::revocation`]'s.

use std::cell::Cell;

use certval::{
    CertificationPath, CertificationPathResults, CertificationPathSettings, Error, PDVCertificate,
    PathValidationStatus, PkiEnvironment, TimeOfInterest, compare_names, parse_cert,
};
use const_oid::ObjectIdentifier;
use const_oid::db::rfc5280;
use time::OffsetDateTime;
use x509_cert::Certificate;
use x509_cert::ext::pkix::ExtendedKeyUsage;

use super::algorithm;
use super::revocation::{self, CertificateStatus};
use super::trust::{Anchor, TrustStore};
use crate::lang::Message;
use crate::message;

use super::revocation::Revocations;

/// The most certificates between a signer and its anchor.
const MAX_INTERMEDIATES: usize = 8;
/// The most paths that are tried.
const MAX_PATHS: usize = 64;
/// The most steps of the search: many certificates of one name could lead around without end.
const MAX_STEPS: usize = 4096;

/// What a certificate is used for here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Usage {
    /// A signature of a document.
    Signature,
    /// A time-stamp (RFC 3161 §2.3).
    TimeStamp,
}

/// What is asked about a certificate.
pub(super) struct Question<'a> {
    /// The certificate, DER.
    pub leaf: &'a [u8],
    /// Others that may lead from it to an anchor, DER.
    pub certificates: &'a [Vec<u8>],
    /// The anchors.
    pub trust: &'a TrustStore,
    /// Revocation data at hand.
    pub revocations: &'a Revocations,
    /// What the certificate is used for.
    pub usage: Usage,
    /// Whether the path holds at this time: when it was proven to be used, or now.
    pub at: OffsetDateTime,
    /// The time of checking: nothing newer is looked at.
    pub now: OffsetDateTime,
}

/// Whether a certificate leads to a trust anchor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PathStatus {
    /// It does, at the time asked for.
    Trusted,
    /// It does, but whether one of the path was revoked is not known.
    RevocationUnknown {
        /// Whose certificate it is.
        certificate: String,
    },
    /// It does, but one of the path had been revoked.
    Revoked {
        /// Since when.
        since: OffsetDateTime,
        /// Whose certificate it is.
        certificate: String,
    },
    /// An anchor vouches for it, but not at the time asked for.
    NotThen,
    /// An anchor's name stands over it, but the path does not hold.
    Broken(Message),
    /// No anchor vouches for it.
    UnknownIssuer,
}

impl PathStatus {
    /// From what may be believed to what tells least.
    fn rank(&self) -> u8 {
        match self {
            PathStatus::Trusted => 0,
            PathStatus::RevocationUnknown { .. } => 1,
            PathStatus::Revoked { .. } => 2,
            PathStatus::NotThen => 3,
            PathStatus::Broken(_) => 4,
            PathStatus::UnknownIssuer => 5,
        }
    }
}

/// What is known of the revocation of a trusted path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Revocation {
    /// A certificate names no place to ask, and no data of it is at hand.
    NotAsked,
    /// Lists or answers say of each certificate that it was not revoked.
    Good,
}

/// The best path that was found.
#[derive(Debug)]
pub(super) struct Path {
    /// Whether it leads to an anchor.
    pub status: PathStatus,
    /// The certificates, DER, from the leaf to the anchor; the leaf alone where there is no path.
    pub chain: Vec<Vec<u8>>,
    /// What is known of revocation.
    pub revocation: Revocation,
}

/// Looks for a path from the leaf, over the other certificates and the store's intermediates, to an
/// anchor.
pub(super) fn find(question: &Question<'_>) -> Path {
    let chain = vec![question.leaf.to_vec()];
    let broken = |words: Message| Path {
        status: PathStatus::Broken(words),
        chain: chain.clone(),
        revocation: Revocation::NotAsked,
    };
    let Ok(target) = parse_cert(question.leaf, "") else {
        return broken(message!("chứng thư không đọc được", "the certificate can't be read"));
    };
    if let Some(words) = unfit(question.usage, question.leaf) {
        return broken(words);
    }
    // Only certificates that stand over another one can be part of a path.
    let others = question.certificates.iter().chain(question.trust.intermediates());
    let pool: Vec<PDVCertificate> = others
        .filter(|der| der.as_slice() != question.leaf)
        .filter_map(|der| parse_cert(der, "").ok())
        .collect();
    let mut environment = PkiEnvironment::new();
    environment.populate_5280_pki_environment();
    let mut search = Search {
        question,
        environment,
        pool: &pool,
        tried: 0,
        steps: Cell::new(MAX_STEPS),
        best: Path { status: PathStatus::UnknownIssuer, chain, revocation: Revocation::NotAsked },
    };
    search.climb(&target, &mut Vec::new());
    search.best
}

/// Why a certificate is not for `usage`, by its extended key usage (RFC 5280 §4.2.1.12).
fn unfit(usage: Usage, leaf: &[u8]) -> Option<Message> {
    const DOCUMENT_SIGNING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.36");
    const ADOBE_SIGNING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113583.1.1.5");
    const MICROSOFT_SIGNING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.311.10.3.12");
    const SIGNING: [ObjectIdentifier; 6] = [
        rfc5280::ANY_EXTENDED_KEY_USAGE,
        rfc5280::ID_KP_EMAIL_PROTECTION,
        rfc5280::ID_KP_CLIENT_AUTH,
        DOCUMENT_SIGNING,
        ADOBE_SIGNING,
        MICROSOFT_SIGNING,
    ];
    let certificate: Certificate = der::Decode::from_der(leaf).ok()?;
    let extension = certificate.tbs_certificate().get_extension::<ExtendedKeyUsage>();
    let words = match usage {
        Usage::Signature => message!(
            "chứng thư không dùng để ký tài liệu (extended key usage)",
            "the certificate is not for signing documents (extended key usage)"
        ),
        Usage::TimeStamp => message!(
            "chứng thư không dùng để cấp dấu thời gian (extended key usage)",
            "the certificate is not for time-stamping (extended key usage)"
        ),
    };
    let fits = match (usage, extension) {
        (_, Err(_)) => false,
        (Usage::Signature, Ok(None)) => true,
        (Usage::Signature, Ok(Some((_, usages)))) => usages.0.iter().any(|oid| SIGNING.contains(oid)),
        // RFC 3161 §2.3: this usage alone, and critical.
        (Usage::TimeStamp, Ok(Some((critical, usages)))) => {
            critical && usages.0.as_slice() == [rfc5280::ID_KP_TIME_STAMPING]
        }
        (Usage::TimeStamp, Ok(None)) => false,
    };
    (!fits).then_some(words)
}

struct Search<'a> {
    question: &'a Question<'a>,
    environment: PkiEnvironment,
    pool: &'a [PDVCertificate],
    tried: usize,
    steps: Cell<usize>,
    best: Path,
}

impl Search<'_> {
    /// Whether the search is to go on.
    fn goes_on(&self) -> bool {
        let steps = self.steps.get();
        self.steps.set(steps.saturating_sub(1));
        steps > 0 && self.tried < MAX_PATHS && self.best.status != PathStatus::Trusted
    }

    /// Goes from the last certificate of `chain` (or `target`) upwards.
    fn climb(&mut self, target: &PDVCertificate, chain: &mut Vec<usize>) {
        let lowest = chain.last().and_then(|index| self.pool.get(*index)).unwrap_or(target);
        let issuer = lowest.decoded().tbs_certificate().issuer().clone();
        for anchor in self.question.trust.anchors() {
            if !self.goes_on() {
                return;
            }
            // A certificate that is itself an anchor is trusted as one, where it stands for a signer.
            let is_target = chain.is_empty() && anchor.der() == target.as_bytes();
            if is_target || compare_names(anchor.certificate().decoded().tbs_certificate().subject(), &issuer)
            {
                self.tried += 1;
                let path = self.try_path(anchor, target, chain);
                if path.status.rank() < self.best.status.rank() {
                    self.best = path;
                }
            }
        }
        if chain.len() >= MAX_INTERMEDIATES {
            return;
        }
        for (index, candidate) in self.pool.iter().enumerate() {
            if !self.goes_on() {
                return;
            }
            let named = compare_names(candidate.decoded().tbs_certificate().subject(), &issuer);
            if named && !chain.contains(&index) {
                chain.push(index);
                self.climb(target, chain);
                chain.pop();
            }
        }
    }

    fn try_path(&self, anchor: &Anchor, target: &PDVCertificate, chain: &[usize]) -> Path {
        let upwards: Vec<&PDVCertificate> =
            std::iter::once(target).chain(chain.iter().filter_map(|index| self.pool.get(*index))).collect();
        let mut encoded: Vec<Vec<u8>> =
            upwards.iter().map(|certificate| certificate.as_bytes().to_vec()).collect();
        let is_anchor = anchor.der() == target.as_bytes();
        if !is_anchor {
            encoded.push(anchor.der().to_vec());
        }
        let path = |status, revocation| Path { status, chain: encoded.clone(), revocation };
        if let Err(status) = self.validate(anchor, target, chain) {
            return path(status, Revocation::NotAsked);
        }
        if is_anchor {
            return path(PathStatus::Trusted, Revocation::NotAsked);
        }
        let mut revocation = Revocation::Good;
        let mut worst = PathStatus::Trusted;
        for (index, certificate) in upwards.iter().enumerate() {
            let issuer = upwards.get(index + 1).copied().unwrap_or(anchor.certificate());
            let question = self.question;
            let status = revocation::status(
                &self.environment,
                certificate,
                issuer,
                question.revocations,
                (question.at, question.now),
            );
            let name = || {
                let name = certificate.decoded().tbs_certificate().subject();
                crate::keys::Subject::of_name(name).common_name
            };
            let found = match status {
                CertificateStatus::NotAsked => {
                    revocation = Revocation::NotAsked;
                    continue;
                }
                CertificateStatus::Good => continue,
                CertificateStatus::Unknown => PathStatus::RevocationUnknown { certificate: name() },
                CertificateStatus::Revoked(since) => PathStatus::Revoked { since, certificate: name() },
            };
            if found.rank() > worst.rank() {
                worst = found;
            }
        }
        path(worst, revocation)
    }

    /// Path validation proper (RFC 5280 §6.1).
    fn validate(&self, anchor: &Anchor, target: &PDVCertificate, chain: &[usize]) -> Result<(), PathStatus> {
        let intermediates: Vec<PDVCertificate> =
            chain.iter().rev().filter_map(|index| self.pool.get(*index).cloned()).collect();
        for certificate in intermediates.iter().chain([target, anchor.certificate()]) {
            let key = certificate.decoded().tbs_certificate().subject_public_key_info();
            algorithm::check_key(key).map_err(|unfit| PathStatus::Broken(unfit.words()))?;
        }
        let path = CertificationPath::new(anchor.choice().clone(), intermediates, target.clone());
        let mut settings = CertificationPathSettings::new();
        // The anchors are the recipient's: there is no store to ask again.
        settings.set_require_ta_store(false);
        // What a root says of itself binds those whom it vouches for (RFC 5937).
        settings.set_enforce_trust_anchor_constraints(true);
        settings.set_time_of_interest(time_of_interest(self.question.at).ok_or(PathStatus::NotThen)?);
        let mut results = CertificationPathResults::new();
        match self.environment.validate_path(&self.environment, &settings, &path, &mut results) {
            Ok(()) => Ok(()),
            Err(Error::PathValidation(
                PathValidationStatus::InvalidNotBeforeDate | PathValidationStatus::InvalidNotAfterDate,
            )) => Err(PathStatus::NotThen),
            Err(Error::PathValidation(status)) => Err(PathStatus::Broken(constraint(status))),
            Err(_) => Err(PathStatus::Broken(message!(
                "thuật toán hoặc cách ghi của một chứng thư không được hỗ trợ",
                "the algorithm or the encoding of a certificate is not supported"
            ))),
        }
    }
}

/// `at` as certval takes it.
pub(super) fn time_of_interest(at: OffsetDateTime) -> Option<TimeOfInterest> {
    let seconds = u64::try_from(at.unix_timestamp()).ok()?;
    TimeOfInterest::from_unix_secs(seconds).ok()
}

/// Which rule of RFC 5280 a path breaks, in words.
fn constraint(status: PathValidationStatus) -> Message {
    match status {
        PathValidationStatus::SignatureVerificationFailure => {
            message!("chữ ký trên một chứng thư không đúng", "the signature on a certificate is wrong")
        }
        PathValidationStatus::MissingBasicConstraints | PathValidationStatus::InvalidBasicConstraints => {
            message!("một chứng thư không được quyền cấp chứng thư khác", "a certificate is not a CA's")
        }
        PathValidationStatus::InvalidPathLength => {
            message!("chuỗi chứng thư dài hơn mức cho phép", "the path is longer than a CA permits")
        }
        PathValidationStatus::InvalidKeyUsage => {
            message!(
                "khóa của một chứng thư không dùng vào việc này",
                "a key is not for this use (key usage)"
            )
        }
        PathValidationStatus::NameConstraintsViolation => {
            message!(
                "tên ngoài phạm vi mà nơi cấp được phép",
                "a name is outside of what its CA may vouch for"
            )
        }
        PathValidationStatus::NullPolicySet => {
            message!("chính sách chứng thư không phù hợp", "no certificate policy is left that holds")
        }
        PathValidationStatus::UnprocessedCriticalExtension => message!(
            "có phần mở rộng bắt buộc (critical) không được hỗ trợ",
            "a critical extension is not supported"
        ),
        PathValidationStatus::NameChainingFailure => {
            message!("tên trong chuỗi chứng thư không nối tiếp", "the names do not chain")
        }
        _ => message!("một quy tắc của RFC 5280 bị vi phạm", "a rule of RFC 5280 is broken"),
    }
}
