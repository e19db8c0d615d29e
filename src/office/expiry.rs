//! What ends soon of what an office works with: certificates, revocation lists, anchors. Whoever is told a month before
//! has the time to renew it.

use std::path::Path;

use time::{Duration, OffsetDateTime};

use super::Office;
use super::authorization::AuthorizationError;
use crate::certificate::moment;
use crate::clock;
use crate::keys::revocation_list::{self, RevocationList};
use crate::keys::{self, Certificate, KeyError, OwnList, Subject, issued};
use crate::lang::Message;
use crate::message;
use crate::verify::{AnchorPurpose, CertificateReport};

/// So long before its end it is said.
const NOTICE: Duration = Duration::days(30);

/// What ends within a month, or, of a list, has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expiry {
    /// What ends.
    pub what: Expiring,
    /// Whom or what it names: the subject of a certificate, the file of a list.
    pub name: String,
    /// When it ends.
    pub until: OffsetDateTime,
    /// Whether it has ended by the time that was asked for.
    pub has_ended: bool,
}

/// What can end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiring {
    /// A certificate beside the office's keys.
    Certificate,
    /// The revocation list of an own root.
    OwnList,
    /// A revocation list of somebody else.
    List,
    /// A certificate that the office believes.
    Anchor,
    /// The certificate of a time-stamping authority.
    TimeStamping,
}

impl Expiry {
    /// In words.
    pub fn words(&self) -> Message {
        let (name, until) = (&self.name, clock::display(self.until));
        match (self.what, self.has_ended) {
            (Expiring::OwnList | Expiring::List, true) => message!(
                "danh sách thu hồi {name} đã hết hạn lúc {until}: từ đó không biết ai bị thu hồi",
                "the revocation list {name} ran out at {until}: who was revoked since then is not known"
            ),
            (Expiring::OwnList | Expiring::List, false) => message!(
                "danh sách thu hồi {name} hết hạn lúc {until}",
                "the revocation list {name} runs out at {until}"
            ),
            (Expiring::Certificate, _) => message!(
                "chứng thư của “{name}” hết hạn lúc {until}",
                "the certificate of “{name}” ends at {until}"
            ),
            (Expiring::Anchor, _) => message!(
                "chứng thư được tin cậy “{name}” hết hạn lúc {until}",
                "the trusted certificate “{name}” ends at {until}"
            ),
            (Expiring::TimeStamping, _) => message!(
                "chứng thư cấp dấu thời gian “{name}” hết hạn lúc {until}: sau đó cần gia hạn bằng chứng",
                "the time-stamping certificate “{name}” ends at {until}: the proof has to be extended before"
            ),
        }
    }

    fn of(what: Expiring, name: &str, until: OffsetDateTime, now: OffsetDateTime) -> Option<Expiry> {
        let is_soon = until <= now.saturating_add(NOTICE);
        is_soon.then(|| Expiry { what, name: name.to_owned(), until, has_ended: until < now })
    }
}

/// What ends soon of what `office` works with, at `now`.
///
/// # Errors
/// Its folders can't be read.
pub fn of_office(office: &Office, now: OffsetDateTime) -> Result<Vec<Expiry>, AuthorizationError> {
    let mut soon = of_keys(&office.keys(), now)?;
    for trusted in office.trust_folder().list()? {
        let what = match trusted.terms.purpose {
            AnchorPurpose::Any => Expiring::Anchor,
            AnchorPurpose::TimeStamps => Expiring::TimeStamping,
        };
        soon.extend(of_report(what, &trusted.certificate, now).filter(|soon| !soon.has_ended));
    }
    Ok(soon)
}

/// What ends soon of what lies in a folder of keys: lists, and of each key the certificate that ends last.
///
/// # Errors
/// The folder or a file in it can't be read.
pub fn of_keys(folder: &Path, now: OffsetDateTime) -> Result<Vec<Expiry>, KeyError> {
    let own = OwnList::all(folder)?;
    let mut soon = Vec::new();
    let mut lists: Vec<RevocationList> = Vec::new();
    for path in keys::files_in(folder, "crl")? {
        let list = match revocation_list::read(&path) {
            // An answer of OCSP is current for a while only.
            Ok(None) | Err(KeyError::NotAList(_)) => continue,
            Ok(Some(list)) => list,
            Err(cause) => return Err(cause),
        };
        let is_own = own.iter().any(|own| own.path() == path);
        let what = if is_own { Expiring::OwnList } else { Expiring::List };
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let until = revocation_list::next_update(&list);
        soon.extend(until.and_then(|until| Expiry::of(what, name.as_deref().unwrap_or(""), until, now)));
        lists.push(list);
    }
    let mut last: Vec<Certificate> = Vec::new();
    for path in keys::files_in(folder, "crt")? {
        let Some(certificate) = keys::read_certificates(&path)?.into_iter().next() else { continue };
        if lists.iter().any(|list| revocation_list::since(list, &certificate).is_some()) {
            continue;
        }
        let key = certificate.tbs_certificate().subject_public_key_info();
        match last.iter_mut().find(|known| issued::has_key(known, key)) {
            Some(known) if end(known) < end(&certificate) => *known = certificate,
            Some(_) => {}
            None => last.push(certificate),
        }
    }
    soon.extend(last.iter().filter_map(|one| of_certificate(one, now)).filter(|soon| !soon.has_ended));
    Ok(soon)
}

/// Whether the certificate of a signer ends soon.
pub fn of_certificate(certificate: &Certificate, now: OffsetDateTime) -> Option<Expiry> {
    let name = Subject::of(certificate).common_name;
    Expiry::of(Expiring::Certificate, &name, end(certificate), now)
}

/// Whether what `report` tells of ends soon.
fn of_report(what: Expiring, report: &CertificateReport, now: OffsetDateTime) -> Option<Expiry> {
    let until = clock::parse(&report.not_after).ok()?;
    Expiry::of(what, &report.subject.common_name, until, now)
}

/// When `certificate` ends.
pub fn end(certificate: &Certificate) -> OffsetDateTime {
    moment(&certificate.tbs_certificate().validity().not_after)
}
