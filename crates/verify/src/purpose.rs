//! What certificates are for, by their own word: key usage and extended key usage (RFC 5280 §4.2.1.3, §4.2.1.12).

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5912;
use x509_cert::Certificate;
use x509_cert::ext::pkix::{ExtendedKeyUsage, KeyUsage, KeyUsages};

use crate::lang::Message;
use crate::message;

/// Purposes of which one must be there, where a signer's certificate names any: documents (RFC 9336, and what Microsoft
/// and Adobe had before it), mail, which is what people's certificates are mostly issued for, and any.
const DOCUMENTS: [ObjectIdentifier; 5] = [
    ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.36"),
    ObjectIdentifier::new_unwrap("1.3.6.1.4.1.311.10.3.12"),
    ObjectIdentifier::new_unwrap("1.2.840.113583.1.1.5"),
    rfc5912::ID_KP_EMAIL_PROTECTION,
    rfc5912::ANY_EXTENDED_KEY_USAGE,
];

/// Why `certificate` is not for signing anything; `None` where it is.
pub(super) fn unfit_for_signing(certificate: &Certificate) -> Option<Message> {
    let signing = KeyUsages::DigitalSignature | KeyUsages::NonRepudiation;
    match certificate.tbs_certificate().get_extension::<KeyUsage>() {
        Ok(Some((_, usage))) if usage.0.is_disjoint(signing) => Some(message!(
            "chứng thư không dùng để ký (key usage)",
            "the certificate is not for signing (key usage)"
        )),
        Err(_) => Some(unreadable()),
        Ok(_) => None,
    }
}

/// Why `certificate` is not for signing documents; `None` where it is, or does not say what it is for.
pub(super) fn unfit_for_documents(certificate: &Certificate) -> Option<Message> {
    let purposes = match certificate.tbs_certificate().get_extension::<ExtendedKeyUsage>() {
        Ok(Some((_, purposes))) => purposes.0,
        Ok(None) => return unfit_for_signing(certificate),
        Err(_) => return Some(unreadable()),
    };
    let is_for = |purpose| purposes.contains(&purpose);
    // With the purpose of clients alone come people's certificates; with that of servers beside it, those of web sites.
    let is_persons = is_for(rfc5912::ID_KP_CLIENT_AUTH) && !is_for(rfc5912::ID_KP_SERVER_AUTH);
    if is_persons || DOCUMENTS.into_iter().any(is_for) {
        unfit_for_signing(certificate)
    } else {
        Some(message!(
            "chứng thư không được cấp để ký văn bản (extKeyUsage)",
            "the certificate was not issued for signing documents (extKeyUsage)"
        ))
    }
}

fn unreadable() -> Message {
    message!(
        "không đọc được chứng thư được cấp để làm gì",
        "what the certificate was issued for can't be read"
    )
}
