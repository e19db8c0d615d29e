//! Forms of signatures that honest programs write: BER around what is signed, certificates that are not canonical,
//! attributes in another order, none at all. One way to read them is enough; where there are two, nothing is claimed.

use der::Encode;
use sha2::{Digest, Sha256};
use vanthu_base::role::Role;
use vanthu_verify::{CheckId, Outcome, Report, Verdict};

use crate::signature::{self, Draft, Identity};
use crate::tree::{Length, Tree};
use crate::{OFFICE, attacks, codes, judge, report};

/// Where in a ContentInfo things stand (RFC 5652 §3, §5.1, §5.3).
const SIGNED_DATA: [usize; 2] = [1, 0];
const CERTIFICATES: [usize; 3] = [1, 0, 3];
const SIGNER: [usize; 4] = [1, 0, 4, 0];
const SIGNED_ATTRIBUTES: [usize; 5] = [1, 0, 4, 0, 3];
const VALUE: [usize; 5] = [1, 0, 4, 0, 5];

fn outcome(report: &Report, id: CheckId) -> Option<Outcome> {
    report.signatures[0].checks.iter().find(|check| check.id == id).map(|check| check.outcome)
}

/// The report on a file that the chairman signed with the CMS that `change` makes of a lawful one.
fn judged(change: impl Fn(Tree) -> Vec<u8>) -> Report {
    let cms = move |by: &Identity, digest: &[u8]| change(Tree::read(&signature::cms(by, digest)));
    judge(&Draft::new(&report(), Role::Signer, &OFFICE.chairman).cms(cms).sign())
}

/// Whether a place is of what wraps, and not of a certificate or a signed attribute.
fn wraps(path: &[usize]) -> bool {
    let inside = |of: &[usize]| path.len() > of.len() && path.starts_with(of);
    !inside(&CERTIFICATES) && !path.starts_with(&SIGNED_ATTRIBUTES)
}

#[test]
fn what_wraps_may_be_ber() {
    type Form = fn(&[usize]) -> Length;
    let forms: [(&str, Form); 5] = [
        ("the outermost element", |path| if path.is_empty() { Length::Indefinite } else { Length::Shortest }),
        ("as BouncyCastle does", |path| match path {
            [] | [1] | [1, 0] | [1, 0, 2] | [1, 0, 3] => Length::Indefinite,
            _ => Length::Shortest,
        }),
        ("the value in pieces", |path| if *path == VALUE { Length::Indefinite } else { Length::Shortest }),
        ("everything that wraps", |path| if wraps(path) { Length::Indefinite } else { Length::Shortest }),
        ("lengths with zeros", |path| if wraps(path) { Length::Long } else { Length::Shortest }),
    ];
    for (name, form) in forms {
        let report = judged(|tree| tree.write(&form));
        assert_eq!(report.verdict, Verdict::Valid, "{name}: {:?}", codes(&report));
    }
}

/// The signature holds over the bytes as they stand, but who brings them into DER finds others.
#[test]
fn signed_attributes_that_are_not_der_prove_nothing() {
    for form in [Length::Indefinite, Length::Long] {
        let report = judged(|mut tree| {
            let in_attributes = |path: &[usize]| if *path == [0, 1] { form } else { Length::Shortest };
            let Tree::Node(_, attributes) = tree.at(&SIGNED_ATTRIBUTES).clone() else { panic!() };
            let written = Tree::Node(0x31, attributes).write(&in_attributes);
            *tree.at(&VALUE) = Tree::Leaf(0x04, OFFICE.chairman.sign(&written));
            let form = |path: &[usize]| match path.strip_prefix(&SIGNED_ATTRIBUTES) {
                Some([0, 1]) => form,
                _ => Length::Shortest,
            };
            tree.write(&form)
        });
        assert_eq!(report.verdict, Verdict::Indeterminate, "{:?}", codes(&report));
        assert_eq!(outcome(&report, CheckId::Signature), Some(Outcome::Pass));
    }
}

/// As node-forge does: a set is the same in any order.
#[test]
fn attributes_may_be_signed_in_the_order_in_which_they_stand() {
    let report = judged(|mut tree| {
        tree.at(&SIGNED_ATTRIBUTES).inside().reverse();
        let Tree::Node(_, attributes) = tree.at(&SIGNED_ATTRIBUTES).clone() else { panic!() };
        *tree.at(&VALUE) = Tree::Leaf(0x04, OFFICE.chairman.sign(&Tree::Node(0x31, attributes).der()));
        tree.der()
    });
    assert_eq!(report.verdict, Verdict::Valid, "{:?}", codes(&report));
}

/// The CMS of `by` with the certificate `written` in it, and named by its digest.
fn cms_with_certificate(by: &Identity, digest: &[u8], written: &[u8]) -> Vec<u8> {
    let mut tree = Tree::read(&signature::cms(by, digest));
    let canonical = Sha256::digest(by.certificate.to_der().unwrap()).to_vec();
    let attributes = tree.at(&SIGNED_ATTRIBUTES).der();
    let place = crate::pdf::find(&attributes, &canonical);
    let attributes = crate::pdf::splice(&attributes, place, &Sha256::digest(written));
    let Tree::Node(_, mut list) = Tree::read(&attributes) else { panic!() };
    list.sort_by_key(Tree::der);
    *tree.at(&VALUE) = Tree::Leaf(0x04, by.sign(&Tree::Node(0x31, list.clone()).der()));
    *tree.at(&SIGNED_ATTRIBUTES) = Tree::Node(0xA0, list);
    *tree.at(&CERTIFICATES) = Tree::Node(0xA0, vec![Tree::read(written)]);
    tree.der()
}

#[test]
fn certificates_are_taken_as_they_were_written() {
    let by = &OFFICE.chairman;
    let mut tbs = Tree::read(&by.certificate.tbs_certificate().to_der().unwrap());
    // It says of an extension that it is not critical, which DER leaves out.
    let extensions = tbs.inside().last_mut().unwrap().at(&[0]).inside();
    let plain = extensions.iter_mut().find_map(|one| (one.inside().len() == 2).then_some(one)).unwrap();
    plain.inside().insert(1, Tree::Leaf(0x01, vec![0]));
    let written = attacks::resign(&OFFICE.root, &tbs.der(), &by.certificate);
    assert_ne!(written, by.certificate.to_der().unwrap());
    let cms = |by: &Identity, digest: &[u8]| cms_with_certificate(by, digest, &written);
    let report = judge(&Draft::new(&report(), Role::Signer, by).cms(cms).sign());
    assert_eq!(report.verdict, Verdict::Valid, "{:?}", codes(&report));
    let told = report.signatures[0].signer.as_ref().unwrap();
    assert_eq!(told.der, written);
    assert_eq!(told.fingerprint, signature::hex(&Sha256::digest(&written)));
}

/// The whole content of a file around its gap, which a CMS without attributes signs.
fn signed_without_attributes(form: &str) -> Vec<u8> {
    let draft = || Draft::new(&report(), Role::Signer, &OFFICE.chairman).entry("SubFilter", form).room(64);
    let cms = |value: Vec<u8>| {
        move |by: &Identity, digest: &[u8]| {
            let mut tree = Tree::read(&signature::cms(by, digest));
            tree.at(&SIGNER).inside().remove(3);
            *tree.at(&[1, 0, 4, 0, 4]) = Tree::Leaf(0x04, value.clone());
            tree.der()
        }
    };
    let first = draft().cms(cms(vec![0; 64])).sign();
    let gap = crate::pdf::gap(&first);
    let content = [&first[..gap.start], &first[gap.end..]].concat();
    draft().cms(cms(OFFICE.chairman.sign(&content))).sign()
}

#[test]
fn without_signed_attributes_the_content_itself_is_signed() {
    let file = signed_without_attributes("/adbe.pkcs7.detached");
    let report = judge(&file);
    assert_eq!(report.verdict, Verdict::Valid, "{:?}", codes(&report));
    // What is not covered then is said.
    assert_eq!(outcome(&report, CheckId::Attributes), Some(Outcome::NotChecked));
    let mut changed = file.clone();
    let at = crate::pdf::find(&changed, b"23 households").start;
    changed[at] = b'9';
    let report = judge(&changed);
    assert_eq!(report.verdict, Verdict::Invalid, "{:?}", codes(&report));
    assert_ne!(outcome(&report, CheckId::Digest), Some(Outcome::Pass));
    // CAdES asks for them.
    let report = judge(&signed_without_attributes("/ETSI.CAdES.detached"));
    assert_eq!(report.verdict, Verdict::Indeterminate, "{:?}", codes(&report));
}

/// What nobody here can compute is not called wrong.
#[test]
fn an_algorithm_that_is_not_known_is_no_forgery() {
    // SHA3-256, Ed448.
    let (sha3, ed448) = (
        Tree::Leaf(0x06, vec![0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 8]),
        Tree::Leaf(0x06, vec![0x2B, 0x65, 0x71]),
    );
    for (place, algorithm) in [(4, &ed448), (2, &sha3)] {
        let report = judged(|mut tree| {
            *tree.at(&[&SIGNER[..], &[place, 0]].concat()) = algorithm.clone();
            if place == 2 {
                *tree.at(&[&SIGNED_DATA[..], &[1, 0, 0]].concat()) = algorithm.clone();
            }
            // What protects the algorithms would contradict.
            let attributes = tree.at(&SIGNED_ATTRIBUTES).inside();
            attributes.retain(|attribute| attribute.der().windows(4).all(|part| part != [0x0D, 1, 9, 0x34]));
            let list = Tree::Node(0x31, attributes.clone());
            *tree.at(&VALUE) = Tree::Leaf(0x04, OFFICE.chairman.sign(&list.der()));
            tree.der()
        });
        assert_eq!(report.verdict, Verdict::Indeterminate, "{:?}", codes(&report));
    }
}
