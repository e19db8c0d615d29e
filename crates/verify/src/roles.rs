//! Whose signatures count for a role that must sign.

use super::cause::Cause;
use super::check::Check;
use super::check_id::CheckId;
use super::established::signature_cause;
use super::report::{CertificateReport, SignatureReport};
use crate::lang::Message;
use crate::message;
use crate::role::{Role, role_name};

/// Where several roles must sign, each needs a key of its own: one key in two fields is one consent.
pub(super) fn require_different_keys(signatures: &mut [SignatureReport], require: &[Role]) {
    let mut seen: Vec<(Role, Vec<u8>)> = Vec::new();
    for signature in signatures {
        let role = signature.role.filter(|role| require.contains(role));
        let Some((role, key)) = role.zip(signature.signer.as_ref().and_then(CertificateReport::key)) else {
            continue;
        };
        if let Some((other, _)) = seen.iter().find(|(known, used)| *known != role && *used == key) {
            let Message { vi, en } = role_name(*other);
            let cause = match role {
                Role::Signer => Cause::SignerMissing,
                Role::Agency => Cause::AgencyMissing,
            };
            signature.checks.push(Check::against(
                CheckId::Certificate,
                cause,
                message!(
                    "cùng một khóa đã ký với tư cách {vi}; mỗi chữ ký phải có một khóa khác",
                    "the same key signed as {en} as well; each signature must have a key of its own"
                ),
            ));
            signature.cause = signature_cause(&signature.checks);
            signature.verdict = signature.cause.verdict();
        }
        seen.push((role, key));
    }
}
