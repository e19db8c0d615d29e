//! Whose certificates a recipient believes.

use std::fmt;

use certval::{PDVCertificate, PDVTrustAnchorChoice, parse_cert};
use der::{Decode, Encode};
use x509_cert::Certificate;

use super::trust_error::TrustError;
use super::trusted_list;
use super::usage::Usage;
use crate::certificate::{is_self_issued, may_issue};
use crate::log::VerifierKey;

/// Trust anchors: roots, and other certificates that their recipient believes as he believes roots. No system roots are
/// ever among them.
#[derive(Debug, Clone, Default)]
pub struct TrustStore {
    roots: Vec<Anchor>,
    others: Vec<Anchor>,
    logs: Vec<VerifierKey>,
}

/// A trust anchor, read once.
#[derive(Clone)]
pub(super) struct Anchor {
    /// The anchor as certval reads it.
    pub certificate: PDVCertificate,
    /// The same, as certval takes anchors.
    pub choice: PDVTrustAnchorChoice,
    scope: AnchorScope,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AnchorScope {
    /// Whatever it is issued for.
    All,
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
    fn read(der: &[u8], certificate: &Certificate, scope: AnchorScope) -> Option<Anchor> {
        let choice = PDVTrustAnchorChoice::create(der, "").ok()?;
        // A root of the first version says nothing of what it may do (RFC 5280 §6.1).
        let is_old_root = is_self_issued(certificate) && certificate.tbs_certificate().extensions().is_none();
        let may_issue = is_old_root || may_issue(certificate);
        Some(Anchor { certificate: parse_cert(der, "").ok()?, choice, scope, may_issue })
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

    /// Adds what a file holds: certificates as PEM, one as DER, a trusted list (XML), whose services are trust
    /// anchors for what they do, or the key of a register's log (C2SP verifier key).
    ///
    /// # Errors
    /// It is none of these, or something in it can't be read.
    pub fn add_file(&mut self, bytes: &[u8]) -> Result<(), TrustError> {
        if let Some(key) = log_key(bytes) {
            self.logs.push(key);
        } else if let Some(xml) = xml(bytes) {
            for service in trusted_list::services(xml)? {
                let scope =
                    if service.gives_time_stamps { AnchorScope::TimeStamps } else { AnchorScope::All };
                self.add(&service.certificate, scope)?;
            }
        } else {
            for der in certificates_in(bytes)? {
                self.add_der(&der)?;
            }
        }
        Ok(())
    }

    /// Adds the certificates of a PEM file: each is a trust anchor.
    ///
    /// # Errors
    /// The text holds no certificate, or one that can't be read.
    pub fn add_pem(&mut self, pem: &[u8]) -> Result<(), TrustError> {
        for der in pem_certificates(pem)? {
            self.add_der(&der)?;
        }
        Ok(())
    }

    /// Adds the certificate `der`, a trust anchor.
    ///
    /// # Errors
    /// It can't be read.
    pub fn add_der(&mut self, der: &[u8]) -> Result<(), TrustError> {
        self.add(der, AnchorScope::All)
    }

    fn add(&mut self, der: &[u8], scope: AnchorScope) -> Result<(), TrustError> {
        let certificate = Certificate::from_der(der).map_err(|_| TrustError::Certificate)?;
        let anchor = Anchor::read(der, &certificate, scope).ok_or(TrustError::Certificate)?;
        if is_self_issued(&certificate) { &mut self.roots } else { &mut self.others }.push(anchor);
        Ok(())
    }

    /// Whether it trusts nobody.
    pub fn is_empty(&self) -> bool {
        self.roots.is_empty() && self.others.is_empty()
    }

    /// The keys of registers' logs.
    pub fn logs(&self) -> &[VerifierKey] {
        &self.logs
    }

    /// The anchors of a kind that a path may end at, for a certificate that is used so.
    pub(super) fn anchors(&self, kind: AnchorKind, usage: Usage) -> impl Iterator<Item = &Anchor> {
        let anchors = match kind {
            AnchorKind::Root => &self.roots,
            AnchorKind::Other => &self.others,
        };
        anchors.iter().filter(move |anchor| usage == Usage::TimeStamp || anchor.scope == AnchorScope::All)
    }
}

/// The DER of the certificates in a file: PEM, one as DER, or a trusted list (XML).
///
/// # Errors
/// It is none of these, or something in it can't be read.
pub fn certificates_in(bytes: &[u8]) -> Result<Vec<Vec<u8>>, TrustError> {
    if let Some(xml) = xml(bytes) {
        return Ok(trusted_list::services(xml)?.into_iter().map(|service| service.certificate).collect());
    }
    // DER begins with the tag of a sequence, which is no letter of a PEM.
    if bytes.first() == Some(&0x30) && Certificate::from_der(bytes).is_ok() {
        return Ok(vec![bytes.to_vec()]);
    }
    pem_certificates(bytes)
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
