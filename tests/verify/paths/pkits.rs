//! NIST's Public Key Interoperability Test Suite (PKITS 1.0.1), with the default settings of its
//! document: any policy, and a valid path only where revocation data for every certificate says good.
//!
//! A test's name begins with what must come out, so the table here holds only those whose name does
//! not, and those where we differ. Every other certificate and list of the suite is at hand in each
//! test, which is more than the suite asks: a path builder has to leave them aside.

use std::collections::BTreeMap;
use std::fmt::Write;

use der::EncodePem;
use time::OffsetDateTime;
use time::macros::datetime;
use vanthu_verify::TrustStore;
use vanthu_verify::certificate::Certificate;
use vanthu_verify::path::{PathQuery, PathStatus, Revocation, Revocations, Usage, find};

const AT: OffsetDateTime = datetime!(2020-06-18 10:00 UTC);

/// Valid by the suite's document, though their names don't say so (sections 4.8, 4.12).
const VALID: [&str; 14] = [
    "AllCertificatesNoPoliciesTest2EE",
    "AllCertificatesSamePoliciesTest10EE",
    "AllCertificatesSamePoliciesTest13EE",
    "AllCertificatesanyPolicyTest11EE",
    "AnyPolicyTest14EE",
    "CPSPointerQualifierTest20EE",
    "DifferentPoliciesTest3EE",
    "OverlappingPoliciesTest6EE",
    "UserNoticeQualifierTest15EE",
    "UserNoticeQualifierTest16EE",
    "UserNoticeQualifierTest17EE",
    "UserNoticeQualifierTest18EE",
    "UserNoticeQualifierTest19EE",
    "inhibitAnyPolicyTest3EE",
];

/// Valid by the suite's document, and not good here: on the safe side, each for a reason.
const REFUSED: [(&str, &str); 13] = [
    ("ValidDSAParameterInheritanceTest5EE", "DSA with SHA-1"),
    ("ValidDSASignaturesTest4EE", "DSA with SHA-1"),
    ("ValidIDPwithindirectCRLTest22EE", "indirect lists"),
    ("ValidIDPwithindirectCRLTest24EE", "indirect lists"),
    ("ValidIDPwithindirectCRLTest25EE", "indirect lists"),
    ("ValidcRLIssuerTest28EE", "indirect lists"),
    ("ValidcRLIssuerTest29EE", "indirect lists"),
    ("ValidcRLIssuerTest30EE", "indirect lists"),
    ("ValidcRLIssuerTest33EE", "indirect lists"),
    ("ValiddeltaCRLTest5EE", "a hold counts as a revocation, even where a delta list lifts it"),
    ("ValidonlySomeReasonsTest18EE", "lists for some reasons only are not added up"),
    ("ValidonlySomeReasonsTest19EE", "lists for some reasons only are not added up"),
    ("Validpre2000UTCnotBeforeDateTest3EE", "a certificate that began in 1950 is not read"),
];

struct Suite {
    certificates: BTreeMap<String, Vec<u8>>,
    authorities: Vec<Vec<u8>>,
    revocations: Revocations,
    trust: TrustStore,
}

fn suite() -> Suite {
    let text = include_str!("pkits.pem");
    let mut certificates = BTreeMap::new();
    let mut revocations = Revocations::default();
    for block in text.split_inclusive("-----\n").collect::<Vec<_>>().chunks(2) {
        let [begin, end] = block else { panic!("an odd number of lines in {block:?}") };
        let (name, begin) = begin.split_once('\n').unwrap();
        let block = format!("{begin}{end}");
        let (label, der) = der::pem::decode_vec(block.as_bytes()).unwrap();
        match label {
            "CERTIFICATE" => drop(certificates.insert(name.to_owned(), der)),
            _ => revocations.crls.push(der),
        }
    }
    let mut trust = TrustStore::new();
    let root: Certificate = der::Decode::from_der(&certificates["TrustAnchorRootCertificate"]).unwrap();
    trust.add_pem(root.to_pem(der::pem::LineEnding::LF).unwrap().as_bytes()).unwrap();
    let authorities =
        certificates.iter().filter(|(name, _)| !name.ends_with("EE")).map(|(_, der)| der.clone()).collect();
    Suite { certificates, authorities, revocations, trust }
}

impl Suite {
    fn outcome(&self, name: &str) -> (bool, String) {
        let path = find(&PathQuery {
            leaf: &self.certificates[name],
            certificates: &self.authorities,
            trust: &self.trust,
            office: None,
            revocations: &self.revocations,
            usage: Usage::Signature,
            at: AT,
            as_of: AT,
            now: AT,
        });
        let all_good = path.revocations.iter().all(|one| matches!(one, Revocation::Good { .. }));
        let words = match &path.status {
            PathStatus::Trusted => {
                let known = path.revocations.iter().map(|one| match one {
                    Revocation::Good { .. } => "Good",
                    Revocation::NotAsked => "NotAsked",
                    Revocation::RanOut { .. } => "RanOut",
                });
                format!("trusted, [{}]", known.collect::<Vec<_>>().join(", "))
            }
            PathStatus::Broken(words) => format!("broken: {}", words.en),
            PathStatus::Revoked { since, certificate } => format!("revoked {}: {certificate}", since.date()),
            PathStatus::RevocationUnknown { certificate, .. } => format!("unknown: {certificate}"),
            PathStatus::NotYetValid { .. } => "not valid yet".to_owned(),
            PathStatus::Expired { .. } => "expired".to_owned(),
            PathStatus::UnknownIssuer => "UnknownIssuer".to_owned(),
        };
        (path.status == PathStatus::Trusted && all_good, words)
    }
}

#[test]
fn the_suite_of_nist_is_passed() {
    let suite = suite();
    let names: Vec<&String> = suite.certificates.keys().filter(|name| name.ends_with("EE")).collect();
    let mut wrong = String::new();
    let mut all = String::new();
    for name in &names {
        let valid = name.starts_with("Valid") || VALID.contains(&name.as_str());
        let refused = REFUSED.iter().any(|(refused, _)| refused == name);
        let (is_valid, words) = suite.outcome(name);
        writeln!(all, "{name}: {words}").unwrap();
        if is_valid != (valid && !refused) {
            writeln!(wrong, "{name}: {words}").unwrap();
        }
    }
    assert_eq!(wrong, "");
    // Why the invalid ones are: a test that fails for another reason than the suite's proves nothing.
    insta::assert_snapshot!(all);
}

/// Without its lists the suite's revoked certificates are not told from the others.
#[test]
fn what_is_revoked_is_revoked_by_the_lists() {
    let mut suite = suite();
    let revoked = "InvalidRevokedEETest3EE";
    assert!(suite.outcome(revoked).1.starts_with("revoked"), "{}", suite.outcome(revoked).1);
    suite.revocations = Revocations::default();
    assert_eq!(suite.outcome(revoked), (false, "trusted, [NotAsked, NotAsked]".to_owned()));
}
