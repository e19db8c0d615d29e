//! Whose certificates a recipient believes.

use std::fmt;

use certval::{PDVCertificate, PDVTrustAnchorChoice, parse_cert};
use der::{Decode, Encode};
use serde::{Deserialize, Serialize};
use x509_cert::Certificate;

use super::trust_error::TrustError;
use super::trust_scope::{OfficeIdentity, TrustScope};
use super::trusted_list;
use super::usage::Usage;
use crate::certificate::{is_self_issued, may_issue};
use crate::hex;
use crate::log::VerifierKey;
use crate::role::Role;

/// Trust anchors: roots, and other certificates that their recipient believes as he believes roots. No system roots are
/// ever among them. Each of them vouches for some offices, or for everyone.
#[derive(Debug, Clone, Default)]
pub struct TrustStore {
    roots: Vec<Anchor>,
    others: Vec<Anchor>,
    logs: Vec<TrustedLog>,
    pins: Vec<Pin>,
}

/// That an office lets a certificate sign for it in a role.
#[derive(Debug, Clone)]
struct Pin {
    office: OfficeIdentity,
    role: Role,
    /// SHA-256 of the certificate, hexadecimal.
    fingerprint: String,
}

/// The key of a register's log, which is believed for some offices or for everyone.
#[derive(Debug, Clone)]
pub(super) struct TrustedLog {
    pub key: VerifierKey,
    pub scope: TrustScope,
}

/// A certificate that a file offers as an anchor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedAnchor {
    /// The certificate, DER.
    pub der: Vec<u8>,
    /// For what it is to be believed.
    pub purpose: AnchorPurpose,
}

/// A trust anchor, read once.
#[derive(Clone)]
pub(super) struct Anchor {
    /// The anchor as certval reads it.
    pub certificate: PDVCertificate,
    /// The same, as certval takes anchors.
    pub choice: PDVTrustAnchorChoice,
    /// For whom it vouches.
    pub scope: TrustScope,
    purpose: AnchorPurpose,
    may_issue: bool,
}

/// Which anchors are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AnchorKind {
    /// Certificates in their own names.
    Root,
    /// Certificates that others issued (RFC 5280 §6.1.1 d).
    Other,
}

/// What is believed of those whom an anchor vouches for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnchorPurpose {
    /// Whatever it is issued for.
    #[default]
    Any,
    /// Time-stamps alone: it is a service that a trusted list has for that.
    TimeStamps,
}

impl fmt::Debug for Anchor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("Anchor")
            .field(&self.certificate.decoded().tbs_certificate().subject())
            .finish()
    }
}

impl Anchor {
    fn read(
        der: &[u8],
        certificate: &Certificate,
        scope: &TrustScope,
        purpose: AnchorPurpose,
    ) -> Option<Anchor> {
        let choice = PDVTrustAnchorChoice::create(der, "").ok()?;
        // A root of the first version says nothing of what it may do (RFC 5280 §6.1).
        let is_old_root = is_self_issued(certificate) && certificate.tbs_certificate().extensions().is_none();
        let may_issue = is_old_root || may_issue(certificate);
        let certificate = parse_cert(der, "").ok()?;
        Some(Anchor { certificate, choice, scope: scope.clone(), purpose, may_issue })
    }

    /// Whether it may vouch for others, and not for itself alone.
    pub(super) fn may_issue(&self) -> bool {
        self.may_issue
    }
}

impl TrustStore {
    /// A store without an anchor: it trusts nobody.
    pub fn new() -> TrustStore {
        TrustStore::default()
    }

    /// Adds what a file holds, which vouches for everyone: see [`TrustStore::add_file_for`].
    ///
    /// # Errors
    /// As there.
    pub fn add_file(&mut self, bytes: &[u8]) -> Result<(), TrustError> {
        self.add_file_for(bytes, &TrustScope::Everyone, AnchorPurpose::Any)
    }

    /// Adds what a file holds: certificates as PEM, one as DER, a trusted list (XML), whose services are trust
    /// anchors for what they do, or the key of a register's log (C2SP verifier key). It vouches for those of `scope`,
    /// and for no more than `purpose`.
    ///
    /// # Errors
    /// It is none of these, or something in it can't be read.
    pub fn add_file_for(
        &mut self,
        bytes: &[u8],
        scope: &TrustScope,
        purpose: AnchorPurpose,
    ) -> Result<(), TrustError> {
        if let Some(key) = log_key(bytes) {
            match self.logs.iter_mut().find(|known| known.key == key) {
                Some(known) => known.scope.unite(scope),
                None => self.logs.push(TrustedLog { key, scope: scope.clone() }),
            }
            return Ok(());
        }
        for offered in anchors_in(bytes)? {
            let purpose = match purpose {
                AnchorPurpose::Any => offered.purpose,
                AnchorPurpose::TimeStamps => purpose,
            };
            self.add(&offered.der, scope, purpose)?;
        }
        Ok(())
    }

    /// Adds the certificates of a PEM file: each is a trust anchor, and vouches for everyone.
    ///
    /// # Errors
    /// The text holds no certificate, or one that can't be read.
    pub fn add_pem(&mut self, pem: &[u8]) -> Result<(), TrustError> {
        for der in pem_certificates(pem)? {
            self.add_der(&der)?;
        }
        Ok(())
    }

    /// Adds the certificate `der`, a trust anchor that vouches for everyone.
    ///
    /// # Errors
    /// It can't be read.
    pub fn add_der(&mut self, der: &[u8]) -> Result<(), TrustError> {
        self.add(der, &TrustScope::Everyone, AnchorPurpose::Any)
    }

    /// Adds one; one that is there already vouches for both from now on.
    fn add(&mut self, der: &[u8], scope: &TrustScope, purpose: AnchorPurpose) -> Result<(), TrustError> {
        let certificate = Certificate::from_der(der).map_err(|_| TrustError::Certificate)?;
        let anchor = Anchor::read(der, &certificate, scope, purpose).ok_or(TrustError::Certificate)?;
        let anchors = if is_self_issued(&certificate) { &mut self.roots } else { &mut self.others };
        // What vouches for one thing and what vouches for another one are two anchors: neither gets wider by the other.
        let is_same = |known: &&mut Anchor| known.certificate.as_bytes() == der && known.purpose == purpose;
        match anchors.iter_mut().find(is_same) {
            Some(known) => known.scope.unite(scope),
            None => anchors.push(anchor),
        }
        Ok(())
    }

    /// Lets the certificate with the SHA-256 `fingerprint` (hexadecimal, however it is written) sign in `role` for
    /// `office`; from then on no other one that isn't pinned as well.
    pub fn pin(&mut self, office: &OfficeIdentity, role: Role, fingerprint: &str) {
        let fingerprint = hex::normal(fingerprint);
        self.pins.push(Pin { office: office.clone(), role, fingerprint });
    }

    /// Whether a document of `office` may be signed in `role` with the certificate with this `fingerprint`; `None` where
    /// no certificate is pinned for that.
    pub(super) fn allows(&self, office: &OfficeIdentity, role: Role, fingerprint: &str) -> Option<bool> {
        let mut pins =
            self.pins.iter().filter(|pin| pin.role == role && pin.office.is_same(office)).peekable();
        pins.peek()?;
        Some(pins.any(|pin| pin.fingerprint == fingerprint))
    }

    /// Whether it trusts nobody.
    pub fn is_empty(&self) -> bool {
        self.roots.is_empty() && self.others.is_empty()
    }

    /// The keys of registers' logs.
    pub(super) fn logs(&self) -> &[TrustedLog] {
        &self.logs
    }

    /// The anchors of a kind that a path may end at, for a certificate that is used so.
    pub(super) fn anchors(&self, kind: AnchorKind, usage: Usage) -> impl Iterator<Item = &Anchor> {
        let anchors = match kind {
            AnchorKind::Root => &self.roots,
            AnchorKind::Other => &self.others,
        };
        anchors.iter().filter(move |anchor| usage == Usage::TimeStamp || anchor.purpose == AnchorPurpose::Any)
    }
}

/// The certificates that a file offers as anchors: PEM, one as DER, or a trusted list (XML).
///
/// # Errors
/// It is none of these, or something in it can't be read.
pub fn anchors_in(bytes: &[u8]) -> Result<Vec<OfferedAnchor>, TrustError> {
    if let Some(xml) = xml(bytes) {
        let offered = trusted_list::services(xml)?.into_iter().map(|service| OfferedAnchor {
            der: service.certificate,
            purpose: match service.gives_time_stamps {
                true => AnchorPurpose::TimeStamps,
                false => AnchorPurpose::Any,
            },
        });
        return Ok(offered.collect());
    }
    // DER begins with the tag of a sequence, which is no letter of a PEM.
    let certificates = match bytes.first() == Some(&0x30) && Certificate::from_der(bytes).is_ok() {
        true => vec![bytes.to_vec()],
        false => pem_certificates(bytes)?,
    };
    let any = |der| OfferedAnchor { der, purpose: AnchorPurpose::Any };
    Ok(certificates.into_iter().map(any).collect())
}

/// The key of a register's log, where that is what a file holds.
pub fn log_key(bytes: &[u8]) -> Option<VerifierKey> {
    std::str::from_utf8(bytes).ok()?.trim().parse().ok()
}

fn xml(bytes: &[u8]) -> Option<&[u8]> {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    text.starts_with(b"<").then_some(text)
}

fn pem_certificates(pem: &[u8]) -> Result<Vec<Vec<u8>>, TrustError> {
    let certificates = Certificate::load_pem_chain(pem).map_err(|_| TrustError::Certificate)?;
    if certificates.is_empty() {
        return Err(TrustError::Empty);
    }
    certificates.iter().map(|one| one.to_der().map_err(|_| TrustError::Certificate)).collect()
}
