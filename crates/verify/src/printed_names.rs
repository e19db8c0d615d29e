//! Whether certificates name who is printed on the page: a difference is no proof of anything, and is to be seen.

use super::report::{Facts, RemarkReport, SignatureReport};
use crate::message;
use crate::office_name::is_same_name;
use crate::role::Role;

/// What differs between the certificate of `signature` and what the document prints of whoever signs there.
pub(super) fn difference(signature: &SignatureReport, facts: &Facts) -> Option<RemarkReport> {
    let (role, subject) = (signature.role?, &signature.signer.as_ref()?.subject);
    let (printed, id) = match role {
        Role::Signer => (facts.signer_full_name.as_ref()?, "signer-name"),
        Role::Agency => (facts.organ_name.as_ref()?, "agency-name"),
    };
    let named = &subject.common_name;
    let mut names = subject.organization.iter().filter(|_| role == Role::Agency).chain([named]);
    let message = message!(
        "chứng thư của người ký ghi tên “{named}”, trên trang in “{printed}”",
        "the signer's certificate names “{named}”, the page prints “{printed}”"
    );
    (!names.any(|name| is_same_name(name, printed))).then_some(RemarkReport { id, message })
}
