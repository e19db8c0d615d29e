//! The answer: whether a certificate is to be trusted, and by which path.

use time::OffsetDateTime;

use crate::clock;
use crate::lang::Message;
use crate::message;
use crate::trust_scope::TrustScope;

/// Whether a certificate leads to a trust anchor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathStatus {
    /// It does, at the time asked for, and nothing on the way is known to be revoked.
    Trusted,
    /// No anchor vouches for it.
    UnknownIssuer,
    /// An anchor vouches for it, but a certificate on the way was not valid yet at the time asked for.
    NotYetValid {
        /// Whom the certificate names.
        certificate: String,
        /// From when on it is valid.
        from: OffsetDateTime,
    },
    /// An anchor vouches for it, but a certificate on the way was not valid any more at the time asked for.
    Expired {
        /// Whom the certificate names.
        certificate: String,
        /// Until when it was valid.
        until: OffsetDateTime,
    },
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

impl PathStatus {
    /// Why a path is not to be trusted, in words; `None` where it is.
    pub fn words(&self) -> Option<Message> {
        Some(match self {
            PathStatus::Trusted => return None,
            PathStatus::UnknownIssuer => message!(
                "chứng thư không dẫn đến chứng thư gốc nào được tin cậy",
                "the certificate leads to no trusted root"
            ),
            PathStatus::NotYetValid { certificate, from } => {
                let from = clock::display(*from);
                message!(
                    "chứng thư \"{certificate}\" chỉ có hiệu lực từ {from}",
                    "the certificate \"{certificate}\" is valid only from {from}"
                )
            }
            PathStatus::Expired { certificate, until } => {
                let until = clock::display(*until);
                message!(
                    "chứng thư \"{certificate}\" đã hết hiệu lực từ {until}",
                    "the certificate \"{certificate}\" expired at {until}"
                )
            }
            PathStatus::Broken(Message { vi, en }) => message!(
                "đường dẫn tin cậy của chứng thư không đúng: {vi}",
                "the certificate path is not valid: {en}"
            ),
            PathStatus::Revoked { since, certificate } => {
                let since = clock::display(*since);
                message!(
                    "chứng thư của “{certificate}” đã bị thu hồi lúc {since}",
                    "the certificate of “{certificate}” was revoked at {since}"
                )
            }
            PathStatus::RevocationUnknown { certificate, .. } => message!(
                "chưa kiểm tra được chứng thư của “{certificate}” có bị thu hồi hay không",
                "revocation of the certificate of “{certificate}” was not checked"
            ),
        })
    }
}

/// What is known of the revocation of a trusted certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revocation {
    /// It does not say where to ask, and nothing is at hand.
    NotAsked,
    /// A list or an answer that counts says that it is not revoked.
    Good {
        /// When that was issued.
        as_of: OffsetDateTime,
    },
    /// It does not say where to ask, and was not revoked by a list that is out of date.
    RanOut {
        /// Until when that was current.
        until: OffsetDateTime,
    },
}

/// The best path that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// Whether it is to be trusted.
    pub status: PathStatus,
    /// Its certificates in DER, the one asked about first and the anchor last; only the one asked about
    /// where there is no path.
    pub chain: Vec<Vec<u8>>,
    /// For whom the anchor vouches; `None` where the path ends at none.
    pub scope: Option<TrustScope>,
    /// What is known of the revocation of the certificate asked about. Certificates above it were
    /// asked about as it was; an answer that is missing there makes the status
    /// [`PathStatus::RevocationUnknown`].
    pub revocation: Revocation,
    /// The same for each certificate of the chain but the anchor, where the path is trusted.
    pub revocations: Vec<Revocation>,
}

impl Path {
    /// What it is known as of, that no certificate of the path was revoked: the time of the oldest list or answer that
    /// it rests on; `None` where it rests on none.
    pub fn known_as_of(&self) -> Option<OffsetDateTime> {
        let times = self.revocations.iter().filter_map(|one| match one {
            Revocation::Good { as_of } => Some(*as_of),
            Revocation::NotAsked | Revocation::RanOut { .. } => None,
        });
        times.min()
    }

    /// Since when it is not known any more of some certificate of the path whether it is revoked: the end of the list
    /// that ran out first; `None` where none did.
    pub fn unknown_since(&self) -> Option<OffsetDateTime> {
        let times = self.revocations.iter().filter_map(|one| match one {
            Revocation::RanOut { until } => Some(*until),
            Revocation::NotAsked | Revocation::Good { .. } => None,
        });
        times.min()
    }

    pub(super) fn without_anchor(leaf: &[u8], status: PathStatus) -> Path {
        Path {
            status,
            chain: vec![leaf.to_vec()],
            scope: None,
            revocation: Revocation::NotAsked,
            revocations: Vec::new(),
        }
    }
}
