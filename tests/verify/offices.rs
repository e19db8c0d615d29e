//! Whose key it is: an anchor vouches for some offices or for everyone, and a document names one.

use time::Duration;
use vanthu_base::role::Role;
use vanthu_keys::{self as keys, Certificate, Issuer};
use vanthu_pdf::names::XMP_NAMESPACE;
use vanthu_verify::{
    AnchorPurpose, Cause, CheckId, OfficeIdentity, Options, Outcome, Report, RulesAlone, TrustScope,
    TrustStore, Verdict, certificate, verify,
};

use crate::OFFICE;
use crate::pdf::{self, CATALOG, CONTENT, FORM, PAGE, SIGNER_FIELD};
use crate::signature::{self, Draft};

const METADATA: u32 = 9;

/// A document that says that it is of `office`.
fn document(office: Option<&str>) -> Vec<u8> {
    let name = office.map(|name| format!("<vanthu:OrganName>{name}</vanthu:OrganName>")).unwrap_or_default();
    let packet = format!(
        "<xmp xmlns:vanthu=\"{XMP_NAMESPACE}\"><vanthu:Subject>Khen thưởng</vanthu:Subject>{name}</xmp>"
    );
    let page = pdf::page("").replace(" 8 0 R", "").replace("/Font << /F1 5 0 R >>", "");
    pdf::write(&[
        (CATALOG, pdf::catalog(&format!("/Metadata {METADATA} 0 R "))),
        (2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".into()),
        (PAGE, page),
        (CONTENT, pdf::stream("", "0 0 9 9 re f")),
        (5, "null".into()),
        (FORM, pdf::form("7 0 R")),
        (SIGNER_FIELD, pdf::field(SIGNER_FIELD, " ")),
        (8, "null".into()),
        (METADATA, pdf::stream("/Type /Metadata /Subtype /XML ", &packet)),
    ])
}

fn scope(offices: &[&str]) -> TrustScope {
    let office = |name: &&str| OfficeIdentity { name: (*name).to_owned(), organ_id: None };
    TrustScope::Offices(offices.iter().map(office).collect())
}

fn store(anchors: &[(&Certificate, TrustScope)]) -> TrustStore {
    let mut trust = TrustStore::new();
    for (anchor, scope) in anchors {
        let pem = certificate::to_pem(std::slice::from_ref(*anchor)).unwrap();
        trust.add_file_for(pem.as_bytes(), scope, AnchorPurpose::Any).unwrap();
    }
    trust
}

/// A document of `office`, signed by the chairman of «Hoa An».
fn judged(office: Option<&str>, trust: &TrustStore) -> Report {
    let signed = Draft::new(&document(office), Role::Signer, &OFFICE.chairman).sign();
    let at = signature::signing_time() + Duration::days(2);
    verify(&signed, &Options { witness: Some(&RulesAlone), ..crate::whoever(trust, at) })
}

/// What came of asking whose key it is.
fn office_check(report: &Report) -> Option<Outcome> {
    let mut checks = report.signatures[0].checks.iter();
    checks.find(|check| check.id == CheckId::Office).map(|check| check.outcome)
}

#[test]
fn an_anchor_vouches_for_its_own_offices() {
    use Outcome::{NotChecked, Pass, Unknown};
    let (everyone, none) = (TrustScope::Everyone, scope(&[]));
    for (scope, office, cause, outcome) in [
        (&everyone, Some("HOA  AN"), Cause::Signed, Some(Pass)),
        // Whom a national authority names in its own way may be the office all the same.
        (&everyone, Some("Binh An"), Cause::Signed, Some(NotChecked)),
        (&everyone, None, Cause::Signed, None),
        (&scope(&["Hoa An"]), Some("HOA AN"), Cause::Signed, Some(Pass)),
        (&scope(&["Hoa An"]), Some("Binh An"), Cause::OtherOffice, Some(Unknown)),
        (&scope(&["Hoa An"]), None, Cause::Signed, Some(NotChecked)),
        // The recipient says whose root it is, whatever its certificates call the office.
        (&scope(&["Binh An"]), Some("Binh An"), Cause::Signed, Some(Pass)),
        (&scope(&["Binh An"]), Some("Hoa An"), Cause::OtherOffice, Some(Unknown)),
        // A root of several offices: its certificates have to say of which.
        (&scope(&["Binh An", "Hoa An"]), Some("Hoa An"), Cause::Signed, Some(Pass)),
        (&scope(&["Binh An", "Hoa An"]), Some("Binh An"), Cause::OtherOffice, Some(Unknown)),
        (&scope(&["Binh An", "Thanh An"]), Some("Binh An"), Cause::OfficeNotEstablished, Some(Unknown)),
        (&none, Some("Hoa An"), Cause::OtherOffice, Some(Unknown)),
    ] {
        let report = judged(office, &store(&[(&OFFICE.root.certificate, scope.clone())]));
        let found = (report.cause.code, office_check(&report));
        assert_eq!(found, (cause, outcome), "{scope:?} {office:?}: {}", report.sentence.en);
        assert_eq!(report.signatures[0].vouches_for.as_ref(), Some(scope));
        assert_eq!(report.verdict == Verdict::Valid, cause == Cause::Signed);
    }
    let other = judged(Some("Binh An"), &store(&[(&OFFICE.root.certificate, scope(&["Hoa An"]))]));
    assert!(other.sentence.en.contains("Hoa An") && other.sentence.en.contains("Binh An"), "{other:?}");
    assert!(other.sentence.vi.contains("khóa của cơ quan khác"));
}

/// The anchor that vouches for the office is found, wherever it stands among the others.
#[test]
fn any_anchor_that_vouches_will_do() {
    let root = &OFFICE.root;
    let founded = signature::signing_time() - Duration::days(100);
    let subject = keys::Subject::of(&root.certificate);
    let again = keys::issue(&subject, &root.key, Issuer::Itself, founded, Duration::days(4000)).unwrap();
    let (ours, theirs) = (scope(&["Hoa An"]), scope(&["Binh An"]));
    for anchors in [
        [(&root.certificate, ours.clone()), (&again, theirs.clone())],
        [(&root.certificate, theirs.clone()), (&again, ours.clone())],
        // The same one twice vouches for both.
        [(&root.certificate, ours.clone()), (&root.certificate, theirs.clone())],
        [(&root.certificate, theirs.clone()), (&root.certificate, ours.clone())],
    ] {
        let report = judged(Some("Hoa An"), &store(&anchors));
        assert_eq!(report.cause.code, Cause::Signed, "{anchors:?}: {}", report.sentence.en);
    }
    let strange = [(&root.certificate, theirs.clone()), (&again, theirs)];
    assert_eq!(judged(Some("Hoa An"), &store(&strange)).cause.code, Cause::OtherOffice);
}

/// What is believed for time-stamps of many does not sign for them.
#[test]
fn purposes_stay_apart() {
    let pem = certificate::to_pem(std::slice::from_ref(&OFFICE.root.certificate)).unwrap();
    let mut trust = store(&[(&OFFICE.root.certificate, scope(&["Binh An"]))]);
    trust.add_file_for(pem.as_bytes(), &TrustScope::Everyone, AnchorPurpose::TimeStamps).unwrap();
    assert_eq!(judged(Some("Hoa An"), &trust).cause.code, Cause::OtherOffice);
    assert_eq!(judged(Some("Binh An"), &trust).cause.code, Cause::Signed);
}

/// Whom an office pins for a role signs its documents in that role, and nobody else does.
#[test]
fn pins_are_of_the_office_and_of_the_role() {
    let own = |name: &str| OfficeIdentity { name: name.to_owned(), organ_id: None };
    let print = |certificate: &Certificate| certificate::fingerprint(certificate).unwrap();
    let (chairman, agency) = (print(&OFFICE.chairman.certificate), print(&OFFICE.agency.certificate));
    for (office, role, pinned, cause) in [
        ("Hoa An", Role::Signer, &chairman, Cause::Signed),
        ("HOA AN", Role::Signer, &agency, Cause::NotPinned),
        ("Hoa An", Role::Agency, &agency, Cause::Signed),
        ("Binh An", Role::Signer, &agency, Cause::Signed),
    ] {
        let mut trust = store(&[(&OFFICE.root.certificate, scope(&["Hoa An"]))]);
        trust.pin(&own(office), role, &pinned.to_uppercase());
        let report = judged(Some("Hoa An"), &trust);
        assert_eq!(report.cause.code, cause, "{office} {role:?}: {}", report.sentence.en);
    }
}
