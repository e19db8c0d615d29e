//! NIST's Public Key Interoperability Test Suite (PKITS): certification paths and revocation lists that
//! must hold, and that must not. The data comes with the Python package `cryptography-vectors`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in a test a panic is the message"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use vanthu::verify::{Options, Revocations, TrustStore, certificate};

const OTHER_KEY: &str = "the list is signed with another key than the certificate: it is not taken";
const INDIRECT: &str = "a list of another issuer is not taken";
const REASONS: &str = "a list of some reasons alone is not taken";
const RELATIVE: &str = "a distribution point named relative to the issuer is not matched";
const DSA: &str = "DSA is not supported";
const EPOCH: &str = "dates before 1970 are not supported";
const DELTA: &str = "delta lists are not read: the complete list counts";

/// Tests whose name is not what happens here, and why.
const OTHERWISE: &[(&str, bool, &str)] = &[
    ("DifferentPoliciesTest4EE", false, "PKITS 4.8.4: the path is not to hold"),
    ("DifferentPoliciesTest5EE", false, "PKITS 4.8.5: the path is not to hold"),
    ("DifferentPoliciesTest7EE", false, "PKITS 4.8.7: the path is not to hold"),
    ("DifferentPoliciesTest8EE", false, "PKITS 4.8.8: the path is not to hold"),
    ("DifferentPoliciesTest9EE", false, "PKITS 4.8.9: the path is not to hold"),
    ("DifferentPoliciesTest12EE", false, "PKITS 4.8.12: the path is not to hold"),
    ("ValidBasicSelfIssuedCRLSigningKeyTest6EE", false, OTHER_KEY),
    ("ValidBasicSelfIssuedNewWithOldTest4EE", false, OTHER_KEY),
    ("ValidBasicSelfIssuedOldWithNewTest1EE", false, OTHER_KEY),
    ("ValidDNnameConstraintsTest19EE", false, OTHER_KEY),
    ("ValidSelfIssuedinhibitAnyPolicyTest7EE", false, OTHER_KEY),
    ("ValidSelfIssuedinhibitAnyPolicyTest9EE", false, OTHER_KEY),
    ("ValidSelfIssuedinhibitPolicyMappingTest7EE", false, OTHER_KEY),
    ("ValidSelfIssuedpathLenConstraintTest15EE", false, OTHER_KEY),
    ("ValidSelfIssuedpathLenConstraintTest17EE", false, OTHER_KEY),
    ("ValidSelfIssuedrequireExplicitPolicyTest6EE", false, OTHER_KEY),
    ("ValidSeparateCertificateandCRLKeysTest19EE", false, OTHER_KEY),
    ("ValidIDPwithindirectCRLTest24EE", false, INDIRECT),
    ("ValidIDPwithindirectCRLTest25EE", false, INDIRECT),
    ("ValidcRLIssuerTest28EE", false, INDIRECT),
    ("ValidcRLIssuerTest29EE", false, INDIRECT),
    ("ValidcRLIssuerTest30EE", false, INDIRECT),
    ("ValidcRLIssuerTest33EE", false, INDIRECT),
    ("ValidonlySomeReasonsTest18EE", false, REASONS),
    ("ValidonlySomeReasonsTest19EE", false, REASONS),
    ("ValiddistributionPointTest4EE", false, RELATIVE),
    ("ValiddistributionPointTest5EE", false, RELATIVE),
    ("ValiddistributionPointTest7EE", false, RELATIVE),
    ("ValidDSASignaturesTest4EE", false, DSA),
    ("ValidDSAParameterInheritanceTest5EE", false, DSA),
    ("Validpre2000UTCnotBeforeDateTest3EE", false, EPOCH),
    ("ValiddeltaCRLTest5EE", false, DELTA),
    ("InvaliddeltaCRLTest4EE", true, DELTA),
];

fn data() -> PathBuf {
    let venv = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/judges/venv/lib");
    let python =
        fs::read_dir(&venv).unwrap_or_else(|_| panic!("no {}: run tests/judges/setup.sh", venv.display()));
    let python = python.flatten().map(|entry| entry.path()).find(|path| path.join("site-packages").is_dir());
    python.expect("a Python in the venv").join("site-packages/cryptography_vectors/x509/PKITS_data")
}

fn read_all(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|_| panic!("no {}: run tests/judges/setup.sh", folder.display()));
    let files = entries.flatten().map(|entry| entry.path());
    files
        .map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap()))
        .collect()
}

#[test]
fn paths_hold_where_nist_says_so_and_nowhere_else() {
    let data = data();
    let mut certificates = read_all(&data.join("certs"));
    let root = certificates.remove("TrustAnchorRootCertificate").unwrap();
    let mut trust = TrustStore::new();
    trust.add_der(&root).unwrap();
    let crls = read_all(&data.join("crls")).into_values().collect();
    let revocations = Revocations { crls, ocsps: Vec::new() };
    let (ends, authorities): (Vec<_>, Vec<_>) =
        certificates.into_iter().partition(|(name, _)| name.contains("Test") && name.ends_with("EE"));
    let pool: Vec<Vec<u8>> = authorities.into_iter().map(|(_, der)| der).collect();
    let at = vanthu::clock::parse("2026-11-01T00:00:00Z").unwrap();
    let options = Options { revocations: &revocations, ..Options::new(&trust, at) };
    let (mut table, mut wrong) = (String::new(), String::new());
    assert_eq!(ends.len(), 223);
    for (name, der) in &ends {
        let path = certificate(der, &pool, &options);
        // NIST asks for revocation data of every certificate.
        let checked = path.is_checked_for_revocation;
        let exception = OTHERWISE.iter().find(|(known, ..)| known == name);
        let expected = exception.map_or(!name.starts_with("Invalid"), |(_, expected, _)| *expected);
        let why = exception.map_or(String::new(), |(_, _, why)| format!(" ({why})"));
        let line = format!("{name}: {}{}{why}\n", path.status, if checked { "" } else { ", not checked" });
        if (path.status == "trusted" && checked) != expected {
            wrong += &line;
        }
        table += &line;
    }
    assert!(wrong.is_empty(), "of {} paths:\n{wrong}", ends.len());
    insta::assert_snapshot!(table);
}
