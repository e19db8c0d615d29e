//! The revocation list of an office's own root (RFC 5280 §5).

use std::fs::File;
use std::io::Read;
use std::path::Path;

use der::asn1::Uint;
use der::{Decode, DecodePem, Encode};
use time::{Duration, OffsetDateTime};
use x509_cert::builder::CrlBuilder;
use x509_cert::crl::{CertificateList, RevokedCert};
use x509_cert::ext::ToExtension;
use x509_cert::ext::pkix::{CrlNumber, CrlReason};

use super::error::KeyError;
use super::issuing::time;
use super::private::PrivateKey;
use crate::certificate::{Certificate, is_self_issued, may_issue, moment};

/// A revocation list as X.509 has it (RFC 5280 §5.1).
pub type RevocationList = CertificateList;

/// Why a certificate is revoked (RFC 5280 §5.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The issuer does not say why; the entry has no reason then.
    Unspecified,
    /// Others may have the key.
    KeyCompromise,
    /// The person has another position, or left.
    AffiliationChanged,
    /// There is a new certificate.
    Superseded,
    /// It is not needed any more.
    CessationOfOperation,
}

impl From<Reason> for CrlReason {
    fn from(reason: Reason) -> CrlReason {
        match reason {
            Reason::Unspecified => CrlReason::Unspecified,
            Reason::KeyCompromise => CrlReason::KeyCompromise,
            Reason::AffiliationChanged => CrlReason::AffiliationChanged,
            Reason::Superseded => CrlReason::Superseded,
            Reason::CessationOfOperation => CrlReason::CessationOfOperation,
        }
    }
}

/// No list that an office keeps is longer than this many bytes.
const MAX_FILE: u64 = 32 << 20;

/// The list that follows `old`, signed at `now` by the root with `root_key` and current for `lifetime`; with
/// `revoked` in it, where a certificate is revoked by it.
///
/// # Errors
/// The root may not issue, has another key, or did not issue the certificate or the list; or the certificate is its
/// own, or revoked already.
pub fn follow(
    old: Option<&RevocationList>,
    root: &Certificate,
    root_key: &PrivateKey,
    revoked: Option<(&Certificate, Reason)>,
    now: OffsetDateTime,
    lifetime: Duration,
) -> Result<RevocationList, KeyError> {
    let name = root.tbs_certificate().subject();
    if !may_issue(root) {
        return Err(KeyError::NotAnIssuer(name.to_string()));
    }
    if root.tbs_certificate().subject_public_key_info() != &root_key.public_key_info()? {
        return Err(KeyError::IssuerKeyMismatch);
    }
    if let Some(old) = old.filter(|old| old.tbs_cert_list.issuer != *name) {
        return Err(KeyError::OtherIssuer(old.tbs_cert_list.issuer.to_string()));
    }
    let until = now.checked_add(lifetime).ok_or(KeyError::Validity)?;
    let number = number(old)?.map_or(1, |number| number.saturating_add(1));
    let number = CrlNumber(Uint::new(&number.to_be_bytes())?);
    let list = CrlBuilder::new_with_this_update(root, number, time(now)?)?;
    let mut entries: Vec<RevokedCert> =
        old.and_then(|old| old.tbs_cert_list.revoked_certificates.clone()).unwrap_or_default();
    if let Some((certificate, reason)) = revoked {
        let tbs = certificate.tbs_certificate();
        if tbs.issuer() != name {
            return Err(KeyError::OtherIssuer(tbs.issuer().to_string()));
        }
        if is_self_issued(certificate) {
            return Err(KeyError::RevokesItself(tbs.subject().to_string()));
        }
        if entries.iter().any(|entry| entry.serial_number == *tbs.serial_number()) {
            return Err(KeyError::Revoked(tbs.subject().to_string()));
        }
        let reason = match reason {
            // RFC 5280 §5.3.1: left out rather than said.
            Reason::Unspecified => None,
            reason => Some(vec![CrlReason::from(reason).to_extension(name, &[])?]),
        };
        entries.push(RevokedCert {
            serial_number: tbs.serial_number().clone(),
            revocation_date: time(now)?,
            crl_entry_extensions: reason,
        });
    }
    let list = list.with_next_update(Some(time(until)?));
    let list = if entries.is_empty() { list } else { list.with_certificates(entries.into_iter()) };
    Ok(root_key.build(list)?)
}

/// The number of a list.
fn number(list: Option<&RevocationList>) -> Result<Option<u64>, KeyError> {
    let Some(list) = list else { return Ok(None) };
    let extensions = list.tbs_cert_list.crl_extensions.iter().flatten();
    for extension in extensions {
        if extension.extn_id == const_oid::db::rfc5280::ID_CE_CRL_NUMBER {
            let number = Uint::from_der(extension.extn_value.as_bytes())?;
            let bytes = number.as_bytes();
            let number = bytes
                .iter()
                .try_fold(0_u64, |number, byte| number.checked_mul(256)?.checked_add(u64::from(*byte)));
            return number.map(Some).ok_or(KeyError::Validity);
        }
    }
    Ok(None)
}

/// Reads the list in the file at `path`, PEM or DER; `None` where there is no file.
///
/// # Errors
/// It is not a revocation list.
pub fn read(path: &Path) -> Result<Option<RevocationList>, KeyError> {
    let disk = |cause| KeyError::Disk { path: path.to_owned(), cause };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(disk(cause)),
    };
    let mut bytes = Vec::new();
    file.take(MAX_FILE).read_to_end(&mut bytes).map_err(disk)?;
    let list = if bytes.starts_with(b"-----") {
        RevocationList::from_pem(&bytes)
    } else {
        RevocationList::from_der(&bytes)
    };
    list.map(Some).map_err(|_| KeyError::NotAList(path.to_owned()))
}

/// Since when `list` says that `certificate` is revoked; `None` where it does not, or is of another issuer. Whether the
/// issuer signed the list is not asked.
pub fn since(list: &RevocationList, certificate: &Certificate) -> Option<OffsetDateTime> {
    let tbs = certificate.tbs_certificate();
    if list.tbs_cert_list.issuer != *tbs.issuer() {
        return None;
    }
    let mut entries = list.tbs_cert_list.revoked_certificates.iter().flatten();
    let entry = entries.find(|entry| entry.serial_number == *tbs.serial_number())?;
    Some(moment(&entry.revocation_date))
}

/// The DER of `list`, as authorities publish it.
///
/// # Errors
/// It can't be encoded.
pub fn to_der(list: &RevocationList) -> Result<Vec<u8>, KeyError> {
    Ok(list.to_der()?)
}
