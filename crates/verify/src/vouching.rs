//! Whether the key that signed is one of the office that the document names: the anchor has to vouch for that office, and
//! the certificate must not name another one.

use super::cause::Cause;
use super::certificate::NamedOrganization;
use super::check::Check;
use super::check_id::CheckId;
use super::trust_scope::{OfficeIdentity, TrustScope, is_same_id};
use crate::message;
use crate::office_name::is_same_name;

const ID: CheckId = CheckId::Office;
/// The longest name of an organisation in a certificate (RFC 5280, appendix A.1), in characters.
const LONGEST_NAME: usize = 64;

/// What a certificate says of the office that a document names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Naming {
    /// It names that office.
    Same,
    /// It names another one.
    Other,
    /// It names none, or in a way that can't be compared.
    Unclear,
}

/// Judges whose key it is, where an anchor with `scope` vouches for a certificate that names `signer`, and the document
/// names `office`; `None` where nothing can be said.
pub(super) fn check(
    office: Option<&OfficeIdentity>,
    scope: &TrustScope,
    signer: &NamedOrganization,
) -> Option<Check> {
    let Some(office) = office else {
        let names = scope.names()?;
        return Some(Check::not_checked(
            ID,
            message!(
                "văn bản không ghi là của cơ quan nào; khóa này là của {names}",
                "the document does not say which office it is of; this key is one of {names}"
            ),
        ));
    };
    let own = &office.name;
    let offices = match scope {
        TrustScope::Everyone => return Some(for_everyone(office, signer)),
        TrustScope::Offices(offices) => offices,
    };
    let known: Vec<&OfficeIdentity> = offices.iter().filter(|known| known.is_same(office)).collect();
    let [first, ..] = known.as_slice() else {
        return Some(other(office, &scope.names().unwrap_or_default()));
    };
    // An office with a new name is the same office.
    let has_its_id = |one: &OfficeIdentity| {
        one.organ_id.as_ref().zip(first.organ_id.as_ref()).is_some_and(|(one, own)| is_same_id(one, own))
    };
    let (own_names, others): (Vec<&OfficeIdentity>, _) =
        offices.iter().partition(|one| one.is_same(first) || has_its_id(one));
    let is_only = own_names.len() == offices.len();
    let naming = known.iter().map(|known| naming(known, office, signer));
    Some(match naming.fold(Naming::Unclear, strongest) {
        Naming::Other if signer.organ_id.is_some() || is_listed(&others, signer) => {
            other(office, &signer.words())
        }
        Naming::Same => established(own),
        Naming::Other | Naming::Unclear if is_only => established(own),
        Naming::Other | Naming::Unclear => Check::against(
            ID,
            Cause::OfficeNotEstablished,
            message!(
                "chứng thư gốc xác nhận cho nhiều cơ quan, và chứng thư của người ký không ghi là của {own}",
                "the root confirms several offices, and the signer's certificate does not say that it is one of {own}"
            ),
        ),
    })
}

/// The same under an anchor that vouches for everyone: only the certificate can say whose key it is.
fn for_everyone(office: &OfficeIdentity, signer: &NamedOrganization) -> Check {
    let own = &office.name;
    match naming(office, office, signer) {
        Naming::Same => established(own),
        Naming::Other if signer.organ_id.is_some() => other(office, &signer.words()),
        Naming::Other => {
            let named = signer.words();
            Check::not_checked(
                ID,
                message!(
                    "chưa xác định được khóa có phải của {own} hay không: chứng thư ghi {named}",
                    "it was not established that the key is one of {own}: the certificate names {named}"
                ),
            )
        }
        Naming::Unclear => Check::not_checked(
            ID,
            message!(
                "chưa xác định được khóa có phải của {own} hay không: chứng thư không ghi cơ quan",
                "it was not established that the key is one of {own}: the certificate names no office"
            ),
        ),
    }
}

/// What `signer` says of `office`, which the recipient knows as `known`.
fn naming(known: &OfficeIdentity, office: &OfficeIdentity, signer: &NamedOrganization) -> Naming {
    let own_id = office.organ_id.as_ref().or(known.organ_id.as_ref());
    if let (Some(own), Some(named)) = (own_id, &signer.organ_id) {
        return if is_same_id(own, named) { Naming::Same } else { Naming::Other };
    }
    match &signer.name {
        Some(name) if is_same_name(name, &office.name) => Naming::Same,
        // A longer name stands in no certificate as it is.
        Some(_) if office.name.chars().count() > LONGEST_NAME => Naming::Unclear,
        Some(_) => Naming::Other,
        None => Naming::Unclear,
    }
}

/// Of two opinions on one certificate, the one that settles more.
fn strongest(one: Naming, other: Naming) -> Naming {
    match (one, other) {
        (Naming::Same, _) | (_, Naming::Same) => Naming::Same,
        (Naming::Other, _) | (_, Naming::Other) => Naming::Other,
        _ => Naming::Unclear,
    }
}

/// Whether `signer` names one of `offices`.
fn is_listed(offices: &[&OfficeIdentity], signer: &NamedOrganization) -> bool {
    let name = signer.name.as_deref();
    offices.iter().any(|office| name.is_some_and(|name| is_same_name(name, &office.name)))
}

fn established(own: &str) -> Check {
    Check::pass(
        ID,
        message!("khóa ký là của cơ quan ghi trên văn bản: {own}", "the key is the office's: {own}"),
    )
}

fn other(office: &OfficeIdentity, named: &str) -> Check {
    let own = &office.name;
    let words = message!(
        "khóa ký là của {named}, không phải của cơ quan ghi trên văn bản ({own})",
        "the key is one of {named}, not of the office that the document names ({own})"
    );
    Check::against(ID, Cause::OtherOffice, words)
}
