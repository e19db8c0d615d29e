//! What certificates and trust anchors are for: documents are signed by whom a certificate was issued for that, and
//! each of two roles signs with a key of its own.

use const_oid::ObjectIdentifier;
use der::Encode;
use time::Duration;
use vanthu_base::role::Role;
use vanthu_verify::{
    Cause, CheckId, Options, Outcome, Require, RulesAlone, TrustStore, Verdict, role_statement, verify,
};

use crate::signature::{self, Draft, Identity};
use crate::tree::Tree;
use crate::{OFFICE, TRUST, attacks, codes, judge, report};

/// A signer whose certificate has the extension `oid` with the value `value`.
fn with_extension(oid: &str, value: &Tree) -> Identity {
    let root = &OFFICE.root;
    let from = signature::signing_time() - Duration::days(1);
    let made = root.vouch("Chairman", from, Duration::days(100));
    let oid = Tree::read(&ObjectIdentifier::new_unwrap(oid).to_der().unwrap());
    let mut tbs = Tree::read(&made.certificate.tbs_certificate().to_der().unwrap());
    let extensions = tbs.inside().last_mut().unwrap().at(&[0]).inside();
    extensions.retain_mut(|extension| *extension.at(&[0]) != oid);
    extensions.push(Tree::Node(0x30, vec![oid, Tree::Leaf(0x04, value.der())]));
    let certificate = attacks::resign(root, &tbs.der(), &made.certificate);
    Identity { key: made.key, certificate: der::Decode::from_der(&certificate).unwrap() }
}

fn judged(by: &Identity) -> vanthu_verify::Report {
    judge(&Draft::new(&report(), Role::Signer, by).sign())
}

#[test]
fn a_certificate_for_something_else_signs_no_document() {
    const DOCUMENTS: &str = "1.3.6.1.5.5.7.3.36";
    const MICROSOFT: &str = "1.3.6.1.4.1.311.10.3.12";
    const ADOBE: &str = "1.2.840.113583.1.1.5";
    const MAIL: &str = "1.3.6.1.5.5.7.3.4";
    const CLIENTS: &str = "1.3.6.1.5.5.7.3.2";
    const ANY: &str = "2.5.29.37.0";
    const SERVERS: &str = "1.3.6.1.5.5.7.3.1";
    const STAMPS: &str = "1.3.6.1.5.5.7.3.8";
    const ANSWERS: &str = "1.3.6.1.5.5.7.3.9";
    const CODE: &str = "1.3.6.1.5.5.7.3.3";
    for (purposes, right) in [
        (&[DOCUMENTS][..], true),
        (&[MICROSOFT], true),
        (&[ADOBE], true),
        (&[MAIL], true),
        (&[CLIENTS], true),
        (&[CLIENTS, MAIL], true),
        (&[ANY], true),
        (&[SERVERS, MAIL], true),
        (&[SERVERS], false),
        (&[SERVERS, CLIENTS], false),
        (&[STAMPS], false),
        (&[ANSWERS], false),
        (&[CODE], false),
        (&[SERVERS, STAMPS, ANSWERS], false),
    ] {
        let list = purposes.iter().map(|oid| ObjectIdentifier::new_unwrap(oid).to_der().unwrap());
        let list = Tree::Node(0x30, list.map(|oid| Tree::read(&oid)).collect());
        let report = judged(&with_extension("2.5.29.37", &list));
        let expected = if right { Verdict::Valid } else { Verdict::Indeterminate };
        assert_eq!(report.verdict, expected, "{purposes:?}: {:?}", codes(&report));
        let check =
            report.signatures[0].checks.iter().find(|check| check.id == CheckId::Certificate).unwrap();
        assert_eq!(check.outcome == Outcome::Pass, right, "{purposes:?}: {}", check.message.en);
    }
}

#[test]
fn a_key_that_may_not_sign_signs_nothing() {
    // digitalSignature, nonRepudiation, keyEncipherment, keyCertSign: the bits 0, 1, 2 and 5.
    for (bits, right) in [(0x80_u8, true), (0x40, true), (0xC0, true), (0x20, false), (0x04, false)] {
        let report =
            judged(&with_extension("2.5.29.15", &Tree::Leaf(0x03, vec![bits.trailing_zeros() as u8, bits])));
        let expected = if right { Verdict::Valid } else { Verdict::Indeterminate };
        assert_eq!(report.verdict, expected, "{bits:#x}: {:?}", codes(&report));
    }
}

/// The certificate says whether it is a person's or an organisation's, and signs in no other role.
#[test]
fn a_role_is_in_the_certificate() {
    for (issued, cause) in [(Role::Signer, Cause::Signed), (Role::Agency, Cause::WrongRole)] {
        let statement = Tree::read(&role_statement(issued).unwrap());
        let report = judged(&with_extension("1.3.6.1.5.5.7.1.3", &statement));
        assert_eq!(report.cause.code, cause, "{issued:?}: {:?}", codes(&report));
        assert_eq!(report.verdict == Verdict::Valid, cause == Cause::Signed);
    }
}

/// A trusted list (ETSI TS 119 612) with the office's root as a service of the kind `kind`.
fn list(kind: &str) -> TrustStore {
    let pem = vanthu_verify::certificate::to_pem(std::slice::from_ref(&OFFICE.root.certificate)).unwrap();
    let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let xml = format!(
        "<TrustServiceStatusList><ServiceInformation>\
         <ServiceTypeIdentifier>http://uri.etsi.org/TrstSvc/Svctype{kind}</ServiceTypeIdentifier>\
         <ServiceDigitalIdentity><DigitalId><X509Certificate>{base64}</X509Certificate></DigitalId>\
         </ServiceDigitalIdentity>\
         <ServiceStatus>http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted</ServiceStatus>\
         </ServiceInformation></TrustServiceStatusList>"
    );
    let mut trust = TrustStore::new();
    trust.add_file(xml.as_bytes()).unwrap();
    trust
}

#[test]
fn a_service_of_a_trusted_list_is_trusted_for_what_it_does() {
    let at = signature::signing_time() + Duration::days(2);
    for (kind, expected) in [("/CA/QC", Verdict::Valid), ("/TSA/QTST", Verdict::Indeterminate)] {
        let trust = list(kind);
        let report = verify(&crate::signed(), &crate::whoever(&trust, at));
        assert_eq!(report.verdict, expected, "{kind}: {:?}", codes(&report));
    }
}

/// One consent in two fields is not two.
#[test]
fn two_roles_take_two_keys() {
    let at = signature::signing_time() + Duration::days(2);
    let alone = Options { witness: Some(&RulesAlone), ..crate::whoever(&TRUST, at) };
    let both = Options { require: Require::Roles(&Role::ALL), ..alone };
    let chairman = &OFFICE.chairman;
    // The same key under another certificate is the same key.
    let again = signature::signing_time() - Duration::days(1);
    let issuer = vanthu_keys::Issuer::Root(&OFFICE.root.key, &OFFICE.root.certificate);
    let subject = vanthu_keys::Subject::of(&OFFICE.agency.certificate);
    let certificate =
        vanthu_keys::issue(&subject, &chairman.key, issuer, again, Duration::days(100)).unwrap();
    for certificate in [chairman.certificate.clone(), certificate] {
        let file = signed_by(chairman, &certificate);
        let report = verify(&file, &both);
        assert_eq!(report.verdict, Verdict::Incomplete, "{:?}", codes(&report));
        assert_eq!(report.missing, [Role::Agency]);
        let said = |check: &vanthu_verify::Check| check.message.en.contains("the same key signed");
        assert!(report.signatures[1].checks.iter().any(said));
        // Whoever asks for no roles is told what is there.
        assert_eq!(verify(&file, &alone).verdict, Verdict::Valid);
    }
    assert_eq!(verify(&crate::signed_twice(), &both).verdict, Verdict::Valid);
}

/// Signed for both roles with the chairman's key, for the second under `certificate`.
fn signed_by(chairman: &Identity, certificate: &vanthu_keys::Certificate) -> Vec<u8> {
    let cms = |_: &Identity, digest: &[u8]| {
        let attributes = vanthu_verify::cms::signed_attributes(
            vanthu_verify::cms::SignatureAlgorithm::Ed25519,
            digest,
            certificate,
        );
        let attributes = attributes.unwrap();
        let value = chairman.sign(&attributes.to_der().unwrap());
        let algorithm = vanthu_verify::cms::SignatureAlgorithm::Ed25519;
        vanthu_verify::cms::signed_data(algorithm, attributes, &value, certificate, &[], None).unwrap()
    };
    Draft::new(&crate::signed(), Role::Agency, chairman).cms(cms).sign()
}
