//! From a certificate to a trust anchor. Candidates are found here, by name and within bounds; whether
//! one of them holds (RFC 5280 §6.1) is certval's to say, and whether one of its certificates was
//! revoked is [`Revocations`]'.

mod budget;
mod constraint;
mod search;

use std::cell::OnceCell;

use certval::{PDVCertificate, parse_cert};
use time::OffsetDateTime;

use super::trust::TrustStore;
use crate::lang::Message;
use crate::message;

pub(super) use budget::Budget;

pub use super::revocation::{Pointers, Revocations, revocation_questions};

/// What a certificate is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Usage {
    /// Signing documents; key usage is checked with the signature itself.
    Signature,
    /// Signing time-stamps: the certificate must be for that alone (RFC 3161 §2.3).
    TimeStamp,
}

/// What is asked about a certificate.
#[derive(Debug, Clone, Copy)]
pub struct PathQuery<'a> {
    /// The certificate, in DER.
    pub leaf: &'a [u8],
    /// Others that may stand between it and an anchor, or sign revocation data, in DER.
    pub certificates: &'a [Vec<u8>],
    /// Whose certificates are believed.
    pub trust: &'a TrustStore,
    /// Revocation data at hand.
    pub revocations: &'a Revocations,
    /// What it is used for.
    pub usage: Usage,
    /// Judge the path at this time: the proven signing time, or the time of checking.
    pub at: OffsetDateTime,
    /// The latest time that revocation data may be from: the time of checking.
    pub now: OffsetDateTime,
}

/// Whether a certificate leads to a trust anchor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathStatus {
    /// It does, at the time asked for, and nothing on the way is known to be revoked.
    Trusted,
    /// No anchor vouches for it.
    UnknownIssuer,
    /// An anchor vouches for it, but not at the time asked for.
    NotThen,
    /// An anchor's name stands over it, but the path does not hold; why, in words.
    Broken(Message),
    /// A certificate on the way was revoked at or before the time asked for.
    Revoked {
        /// The revocation date that the list or answer names.
        since: OffsetDateTime,
        /// Whom the revoked certificate names.
        certificate: String,
    },
    /// A certificate says where its revocation is to be asked about, and nothing at hand answers.
    RevocationUnknown {
        /// Whom the certificate names.
        certificate: String,
        /// The addresses that it names.
        urls: Vec<String>,
    },
}

/// What is known of the revocation of a trusted certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revocation {
    /// It does not say where to ask, and nothing is at hand.
    NotAsked,
    /// A list or an answer that counts at the time asked for says that it is not revoked.
    Good,
}

/// The best path that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// Whether it is to be trusted.
    pub status: PathStatus,
    /// Its certificates in DER, the one asked about first and the anchor last; only the one asked about
    /// where there is no path.
    pub chain: Vec<Vec<u8>>,
    /// What is known of the revocation of the certificate asked about. Certificates above it were
    /// asked about as it was; an answer that is missing there makes the status
    /// [`PathStatus::RevocationUnknown`].
    pub revocation: Revocation,
    /// The same for each certificate of the chain but the anchor, where the path is trusted.
    pub revocations: Vec<Revocation>,
}

/// The longest certificate of a stranger, in bytes.
const MAX_CERTIFICATE: usize = 1 << 16;

impl Path {
    fn without_anchor(leaf: &[u8], status: PathStatus) -> Path {
        Path { status, chain: vec![leaf.to_vec()], revocation: Revocation::NotAsked, revocations: Vec::new() }
    }
}

/// Looks for a path from a certificate, over those at hand and the store's intermediates, to an anchor.
/// An anchor that is itself asked about is trusted while it is valid.
///
/// The work is bounded: in certificates, paths, signatures and names. What the bounds leave unseen is
/// never taken for good.
pub fn find(question: &PathQuery<'_>) -> Path {
    find_within(question, &Budget::new())
}

/// The same, with what is left of a budget that other questions share.
pub(super) fn find_within(question: &PathQuery<'_>, budget: &Budget) -> Path {
    /// A certificate costs more to read than to search, by about as much.
    const READING: usize = 8;
    let certificates = question.certificates.iter().map(Vec::len).sum::<usize>();
    if !budget.take_bytes(certificates.saturating_mul(READING)) {
        return Path::without_anchor(question.leaf, PathStatus::Broken(super::signed_data::too_much()));
    }
    let Some(leaf) = read(question.leaf) else {
        let words = message!("chứng thư không đọc được", "the certificate can't be read");
        return Path::without_anchor(question.leaf, PathStatus::Broken(words));
    };
    search::run(question, &leaf, &OnceCell::new(), budget)
}

fn read(der: &[u8]) -> Option<PDVCertificate> {
    parse_cert(Some(der).filter(|der| der.len() <= MAX_CERTIFICATE)?, "").ok()
}
