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
use super::issued;
use super::issuing::time;
use super::private::PrivateKey;
use crate::certificate::{Certificate, distinguished_name, is_self_issued, may_issue, moment};
use crate::verify::signature_holds_as;

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

/// Certificates of one key that are to be revoked.
#[derive(Debug, Clone, Copy)]
pub struct Revocation<'a> {
    /// The certificates: whoever has the key has it whatever certificate names it.
    pub certificates: &'a [Certificate],
    /// Why.
    pub reason: Reason,
    /// Since when: what they signed from then on counts as signed by another. It goes into the list as the revocation
    /// date, which is what programs judge by, though RFC 5280 §5.3.2 would have earlier dates in `invalidityDate` alone.
    pub since: OffsetDateTime,
}

/// The list that follows `old`, and behind the number `published`; signed at `now` by the root with its key, and current
/// for `lifetime`. With `revocation` in it, and how many certificates that revokes newly or since an earlier date.
///
/// # Errors
/// The root may not issue, has another key, or did not issue a certificate or the list; or a certificate is its own, or
/// all of them are revoked already, or the date of revocation is after `now`.
pub fn follow(
    old: Option<&RevocationList>,
    published: Option<u64>,
    (root, root_key): (&Certificate, &PrivateKey),
    revocation: Option<&Revocation<'_>>,
    now: OffsetDateTime,
    lifetime: Duration,
) -> Result<(RevocationList, usize), KeyError> {
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
    let last = old.map(number).transpose()?.flatten().max(published);
    let number = last.map_or(1, |number| number.saturating_add(1));
    let number = CrlNumber(Uint::new(&number.to_be_bytes())?);
    let list = CrlBuilder::new_with_this_update(root, number, time(now)?)?;
    let mut entries: Vec<RevokedCert> =
        old.and_then(|old| old.tbs_cert_list.revoked_certificates.clone()).unwrap_or_default();
    let revoked = match revocation {
        Some(revocation) => revoke(&mut entries, root, revocation, now)?,
        None => 0,
    };
    let list = list.with_next_update(Some(time(until)?));
    let list = if entries.is_empty() { list } else { list.with_certificates(entries.into_iter()) };
    Ok((root_key.build(list)?, revoked))
}

/// Adds the certificates of `revocation` to `entries`; one that is there already keeps the earlier date.
fn revoke(
    entries: &mut Vec<RevokedCert>,
    root: &Certificate,
    revocation: &Revocation<'_>,
    now: OffsetDateTime,
) -> Result<usize, KeyError> {
    let Revocation { certificates, reason, since } = *revocation;
    if since > now {
        return Err(KeyError::LaterRevocation);
    }
    let name = root.tbs_certificate().subject();
    let mut revoked = 0;
    for certificate in certificates {
        let tbs = certificate.tbs_certificate();
        if !issued::is_by(certificate, root) {
            return Err(KeyError::OtherIssuer(tbs.issuer().to_string()));
        }
        if is_self_issued(certificate) {
            return Err(KeyError::RevokesItself(distinguished_name(tbs.subject())));
        }
        let known = entries.iter().position(|entry| entry.serial_number == *tbs.serial_number());
        if let Some(known) = known {
            if entries.get(known).is_none_or(|entry| moment(&entry.revocation_date) <= since) {
                continue;
            }
            entries.remove(known);
        }
        let reason = match reason {
            // RFC 5280 §5.3.1: left out rather than said.
            Reason::Unspecified => None,
            reason => Some(vec![CrlReason::from(reason).to_extension(name, &[])?]),
        };
        entries.push(RevokedCert {
            serial_number: tbs.serial_number().clone(),
            revocation_date: time(since)?,
            crl_entry_extensions: reason,
        });
        revoked += 1;
    }
    match certificates.first() {
        Some(first) if revoked == 0 => {
            Err(KeyError::Revoked(distinguished_name(first.tbs_certificate().subject())))
        }
        _ => Ok(revoked),
    }
}

/// The number of `list` (RFC 5280 §5.2.3); `None` where it has none.
///
/// # Errors
/// It is longer than 64 bits.
pub fn number(list: &RevocationList) -> Result<Option<u64>, KeyError> {
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
/// It is not a revocation list, or can't be read to its end.
pub fn read(path: &Path) -> Result<Option<RevocationList>, KeyError> {
    let disk = |cause| KeyError::Disk { path: path.to_owned(), cause };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(disk(cause)),
    };
    let mut bytes = Vec::new();
    file.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(disk)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(disk(std::io::ErrorKind::FileTooLarge.into()));
    }
    parse(&bytes).map(Some).map_err(|_| KeyError::NotAList(path.to_owned()))
}

/// The list in `bytes`, PEM or DER.
///
/// # Errors
/// It is neither.
pub fn parse(bytes: &[u8]) -> Result<RevocationList, der::Error> {
    if is_pem(bytes) { RevocationList::from_pem(bytes) } else { RevocationList::from_der(bytes) }
}

/// Whether `bytes` begin as PEM does.
pub fn is_pem(bytes: &[u8]) -> bool {
    bytes.starts_with(b"-----")
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

/// Whether the key of `root` signed `list`, in its name.
pub fn is_by(list: &RevocationList, root: &Certificate) -> bool {
    let above = root.tbs_certificate();
    list.tbs_cert_list.issuer == *above.subject()
        && list.tbs_cert_list.to_der().is_ok_and(|signed| {
            let (key, value) = (above.subject_public_key_info(), list.signature.raw_bytes());
            signature_holds_as(key, &list.signature_algorithm, &signed, value)
        })
}

/// Until when `list` is current; `None` where it does not say.
pub fn next_update(list: &RevocationList) -> Option<OffsetDateTime> {
    list.tbs_cert_list.next_update.as_ref().map(moment)
}

/// The DER of `list`, as authorities publish it.
///
/// # Errors
/// It can't be encoded.
pub fn to_der(list: &RevocationList) -> Result<Vec<u8>, KeyError> {
    Ok(list.to_der()?)
}
