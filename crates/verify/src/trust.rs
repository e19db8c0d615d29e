//! Whose certificates a recipient believes.

use std::fmt;

use certval::{PDVCertificate, PDVTrustAnchorChoice, parse_cert};
use der::{Decode, Encode};
use x509_cert::Certificate;

use super::trust_error::TrustError;
use super::trusted_list;
use crate::certificate::is_self_issued;
use crate::log::VerifierKey;

/// Trust anchors, and certificates that may lead to them. No system roots are ever among them.
#[derive(Debug, Clone, Default)]
pub struct TrustStore {
    anchors: Vec<Anchor>,
    intermediates: Vec<Vec<u8>>,
    logs: Vec<VerifierKey>,
}

/// A trust anchor, read once.
#[derive(Clone)]
pub(super) struct Anchor {
    /// The anchor as certval reads it.
    pub certificate: PDVCertificate,
    /// The same, as certval takes anchors.
    pub choice: PDVTrustAnchorChoice,
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
    fn read(der: &[u8]) -> Option<Anchor> {
        let certificate = parse_cert(der, "").ok()?;
        Some(Anchor { certificate, choice: PDVTrustAnchorChoice::create(der, "").ok()? })
    }
}

impl TrustStore {
    /// A store without an anchor: it trusts nobody.
    pub fn new() -> TrustStore {
        TrustStore::default()
    }

    /// Adds what a file holds: certificates as PEM, one as DER, a trusted list (XML), whose services are trust
    /// anchors, or the key of a register's log (C2SP verifier key).
    ///
    /// # Errors
    /// It is none of these, or something in it can't be read.
    pub fn add_file(&mut self, bytes: &[u8]) -> Result<(), TrustError> {
        if let Some(key) = log_key(bytes) {
            self.logs.push(key);
            return Ok(());
        }
        let is_list = xml(bytes).is_some();
        for der in certificates_in(bytes)? {
            if is_list {
                self.anchors.push(Anchor::read(&der).ok_or(TrustError::Certificate)?);
            } else {
                self.add_der(&der)?;
            }
        }
        Ok(())
    }

    /// Adds the certificates of a PEM file: self-signed ones are trust anchors, others may lead to
    /// them.
    ///
    /// # Errors
    /// The text holds no certificate, or one that can't be read.
    pub fn add_pem(&mut self, pem: &[u8]) -> Result<(), TrustError> {
        for der in pem_certificates(pem)? {
            self.add_der(&der)?;
        }
        Ok(())
    }

    /// Adds the certificate `der`: a trust anchor where it is self-signed, else one that may lead to
    /// an anchor.
    ///
    /// # Errors
    /// It can't be read.
    pub fn add_der(&mut self, der: &[u8]) -> Result<(), TrustError> {
        let certificate = Certificate::from_der(der).map_err(|_| TrustError::Certificate)?;
        if is_self_issued(&certificate) {
            self.anchors.push(Anchor::read(der).ok_or(TrustError::Certificate)?);
        } else {
            self.intermediates.push(der.to_vec());
        }
        Ok(())
    }

    /// Whether it trusts nobody.
    pub fn is_empty(&self) -> bool {
        self.anchors.is_empty()
    }

    /// The keys of registers' logs.
    pub fn logs(&self) -> &[VerifierKey] {
        &self.logs
    }

    /// The certificates that a path may end at.
    pub(super) fn anchors(&self) -> &[Anchor] {
        &self.anchors
    }

    /// The DER of the intermediates.
    pub(super) fn intermediates(&self) -> &[Vec<u8>] {
        &self.intermediates
    }
}

/// The DER of the certificates in a file: PEM, one as DER, or a trusted list (XML).
///
/// # Errors
/// It is none of these, or something in it can't be read.
pub fn certificates_in(bytes: &[u8]) -> Result<Vec<Vec<u8>>, TrustError> {
    if let Some(xml) = xml(bytes) {
        return trusted_list::certificates(std::str::from_utf8(xml).map_err(|_| TrustError::List)?);
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
