//! Whose signatures count for a role: what a certificate was issued for, whom the office pins, and who must sign.

use der::Decode;

use super::cause::Cause;
use super::certificate::{Certificate, names_a_person};
use super::check::{Check, Outcome};
use super::check_id::CheckId;
use super::established::signature_cause;
use super::issued_role::role_of;
use super::report::{CertificateReport, SignatureReport};
use super::trust::TrustStore;
use super::trust_scope::OfficeIdentity;
use crate::lang::Message;
use crate::message;
use crate::role::{Role, role_name};

const ID: CheckId = CheckId::Role;

/// Whether the certificate of `signer` may sign in `role` on a document of `office`; `None` where nobody says anything
/// of that.
pub(super) fn check(
    role: Role,
    signer: &CertificateReport,
    office: Option<&OfficeIdentity>,
    trust: &TrustStore,
) -> Option<Check> {
    let Message { vi, en } = role_name(role);
    match office.and_then(|office| trust.allows(office, role, &signer.fingerprint)) {
        Some(true) => {
            return Some(Check::pass(
                ID,
                message!(
                    "cơ quan cho phép chứng thư này ký với tư cách {vi}",
                    "the office lets this certificate sign as {en}"
                ),
            ));
        }
        Some(false) => {
            return Some(Check::against(
                ID,
                Cause::NotPinned,
                message!(
                    "cơ quan không cho phép chứng thư này ký với tư cách {vi}",
                    "the office does not let this certificate sign as {en}"
                ),
            ));
        }
        None => {}
    }
    let issued = role_of(&Certificate::from_der(&signer.der).ok()?)?;
    Some(if issued == role {
        Check::pass(
            ID,
            message!("chứng thư được cấp cho vai trò {vi}", "the certificate was issued for {en}"),
        )
    } else {
        let Message { vi: issued_vi, en: issued_en } = role_name(issued);
        Check::against(
            ID,
            Cause::WrongRole,
            message!(
                "chứng thư được cấp cho vai trò {issued_vi}, không phải {vi}",
                "the certificate was issued for {issued_en}, not for {en}"
            ),
        )
    })
}

/// Where several roles must sign, each needs a key of its own: one key in two fields is one consent. Where the agency
/// must, a certificate that names a person's position or name is not an organisation's.
pub(super) fn require_own_keys(signatures: &mut [SignatureReport], require: &[Role]) {
    let mut seen: Vec<(Role, Vec<u8>)> = Vec::new();
    for signature in signatures {
        let role = signature.role.filter(|role| require.contains(role));
        let Some((role, key)) = role.zip(signature.signer.as_ref().and_then(CertificateReport::key)) else {
            continue;
        };
        let same = seen.iter().find(|(known, used)| *known != role && *used == key).map(|(known, _)| *known);
        let doubts = [same.map(|other| same_key(role, other)), persons(role, signature)];
        let found = doubts.into_iter().flatten().collect::<Vec<_>>();
        if !found.is_empty() {
            signature.checks.extend(found);
            signature.cause = signature_cause(&signature.checks);
            signature.verdict = signature.cause.verdict();
        }
        seen.push((role, key));
    }
}

/// What a signature means that does not count for `role`.
fn missing(role: Role) -> Cause {
    match role {
        Role::Signer => Cause::SignerMissing,
        Role::Agency => Cause::AgencyMissing,
    }
}

fn same_key(role: Role, other: Role) -> Check {
    let Message { vi, en } = role_name(other);
    Check::against(
        CheckId::Certificate,
        missing(role),
        message!(
            "cùng một khóa đã ký với tư cách {vi}; mỗi chữ ký phải có một khóa khác",
            "the same key signed as {en} as well; each signature must have a key of its own"
        ),
    )
}

/// That a person's certificate stands for the agency, where nobody said that it may.
fn persons(role: Role, signature: &SignatureReport) -> Option<Check> {
    let is_said = signature.checks.iter().any(|check| check.id == ID && check.outcome == Outcome::Pass);
    let certificate = Certificate::from_der(&signature.signer.as_ref()?.der).ok()?;
    (role == Role::Agency && !is_said && names_a_person(&certificate)).then(|| {
        Check::against(
            ID,
            missing(role),
            message!(
                "chứng thư là của cá nhân, không phải của cơ quan, tổ chức",
                "the certificate is a person's and not an organisation's"
            ),
        )
    })
}
