//! What a document says of itself, and what its register's receipt says, are told only where they were signed.

use sha2::{Digest, Sha256};
use time::Duration;
use vanthu_base::role::Role;
use vanthu_keys::PrivateKey;
use vanthu_keys::{sign_checkpoint, verifier_key};
use vanthu_pdf::names::{REPORT_DIGEST_KEY, XMP_NAMESPACE};
use vanthu_verify::log::receipt::{FILE_NAME, Receipt};
use vanthu_verify::log::{Checkpoint, Event, Leaf};
use vanthu_verify::{
    AnchorPurpose, Cause, OfficeIdentity, Outcome, Report, TrustScope, TrustStore, Verdict, verify,
};

use crate::pdf::{self, CATALOG, CONTENT, FORM, PAGE, SIGNER_FIELD, Update};
use crate::signature::{self, Draft, Office};
use crate::{OFFICE, codes, foreign};

const RECEIPT: u32 = 5;
const SOURCE: u32 = 8;
const METADATA: u32 = 9;
const LOG: &str = "office.example/register";
const CONTENTS: &str = r#"{"subject":"Khen thưởng"}"#;

struct Register {
    key: PrivateKey,
    trust: TrustStore,
}

impl Register {
    fn new() -> Register {
        let key = PrivateKey::generate().unwrap();
        let mut trust = crate::trust_in(&OFFICE);
        trust.add_file(verifier_key(LOG, &key).unwrap().to_string().as_bytes()).unwrap();
        Register { key, trust }
    }

    /// The receipt of the only leaf of the log.
    fn receipt(&self) -> String {
        let at = signature::signing_time() - Duration::hours(1);
        let leaf = Leaf {
            at: vanthu_base::clock::rfc3339(at),
            code: Some("07/BC-UBND".into()),
            content_sha256: Some(signature::hex(&Sha256::digest(CONTENTS))),
            date: Some("2020-06-18".into()),
            details_sha256: "0".repeat(64),
            event: Event::Issue,
            file_sha256: None,
            number: 7,
            office: "office".into(),
            previous: None,
            previous_number: None,
            series: "*".into(),
            until: None,
            year: 2020,
        };
        // RFC 6962 §2.1: the tree of one leaf.
        let root = Sha256::new().chain_update([0]).chain_update(leaf.to_json()).finalize().into();
        let checkpoint = Checkpoint { origin: LOG.into(), size: 1, root };
        let note = sign_checkpoint(&checkpoint, &self.key).unwrap();
        Receipt::new(leaf, 0, Vec::new(), note).to_text()
    }

    /// A document that says what it is, with its data and the register's receipt.
    fn document(&self) -> Vec<u8> {
        self.document_with(&metadata("Khen thưởng"))
    }

    fn document_with(&self, metadata: &str) -> Vec<u8> {
        let names = "/Names << /EmbeddedFiles << /Names [(a) << /Type /Filespec /F (data.json) /AFRelationship /Source \
                     /EF << /F 8 0 R >> >> (b) << /Type /Filespec /F (FILE) /EF << /F 5 0 R >> >>] >> >> ";
        let names = names.replace("FILE", FILE_NAME);
        let page = pdf::page("").replace(" 8 0 R", "").replace("/Font << /F1 5 0 R >>", "");
        pdf::write(&[
            (CATALOG, pdf::catalog(&format!("{names}/Metadata {METADATA} 0 R "))),
            (2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".into()),
            (PAGE, page),
            (CONTENT, pdf::stream("", "0 0 9 9 re f")),
            (RECEIPT, pdf::stream("/Type /EmbeddedFile ", &self.receipt())),
            (FORM, pdf::form("7 0 R")),
            (SIGNER_FIELD, pdf::field(SIGNER_FIELD, " ")),
            (SOURCE, pdf::stream("/Type /EmbeddedFile ", CONTENTS)),
            (METADATA, metadata.to_owned()),
        ])
    }

    fn judge(&self, file: &[u8]) -> Report {
        verify(file, &crate::whoever(&self.trust, signature::signing_time() + Duration::days(2)))
    }
}

fn metadata(subject: &str) -> String {
    described(&[], subject)
}

fn described(more: &[(&str, &str)], subject: &str) -> String {
    let facts = [
        ("CodeNumber", "7"),
        ("CodeNotation", "BC-UBND"),
        ("IssuedDate", "2020-06-18"),
        ("Subject", subject),
    ];
    let packet: String = facts
        .iter()
        .chain(more)
        .map(|(name, value)| format!("<vanthu:{name}>{value}</vanthu:{name}>"))
        .collect();
    let packet = format!(
        "<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'>\
         <rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\
         <rdf:Description rdf:about='' xmlns:vanthu='{XMP_NAMESPACE}'>{packet}</rdf:Description>\
         </rdf:RDF></x:xmpmeta><?xpacket end='w'?>"
    );
    pdf::stream("/Type /Metadata /Subtype /XML ", &packet)
}

fn told(report: &Report) -> (Option<&str>, Outcome) {
    let receipt = report.receipt.as_ref().expect("a receipt");
    assert_eq!(receipt.leaf.is_some(), receipt.check.outcome == Outcome::Pass);
    (report.facts.as_ref().and_then(|facts| facts.subject.as_deref()), receipt.check.outcome)
}

#[test]
fn what_was_registered_is_told_where_it_was_signed() {
    let register = Register::new();
    let document = register.document();
    let ours = Draft::new(&document, Role::Signer, &OFFICE.chairman).sign();
    let report = register.judge(&ours);
    assert_eq!(report.verdict, Verdict::Valid, "{:?}", codes(&report));
    assert_eq!(told(&report), (Some("Khen thưởng"), Outcome::Pass));
    // Signed by another program, without the stamped digest.
    let theirs = Draft::new(&document, Role::Signer, &OFFICE.chairman).without(REPORT_DIGEST_KEY).sign();
    assert_eq!(told(&register.judge(&theirs)), (Some("Khen thưởng"), Outcome::Pass));
    let pyhanko = foreign::signed_by_pyhanko(&OFFICE, &document, "signer");
    let report = verify(&pyhanko, &crate::whoever(&register.trust, time::OffsetDateTime::now_utc()));
    assert_eq!(report.verdict, Verdict::Valid, "{:?}", codes(&report));
    assert_eq!(told(&report), (Some("Khen thưởng"), Outcome::Pass), "{:?}", report.receipt);
}

/// Page 1 is replaced in an update that nobody signed; then somebody under the same root signs all of it.
#[test]
fn a_receipt_is_not_replayed_for_what_was_changed_before_it_was_signed() {
    let register = Register::new();
    let document = register.document();
    for (what, object) in [
        ("the page", (CONTENT, pdf::stream("", "0 0 99 99 re f"))),
        ("the subject", (METADATA, metadata("Kỷ luật"))),
        ("the data", (SOURCE, pdf::stream("/Type /EmbeddedFile ", "{}"))),
    ] {
        let changed = Update::of(&document, &[object]).whole();
        for by in [&OFFICE.agency, &Office::new().chairman] {
            let signed = Draft::new(&changed, Role::Signer, by).without(REPORT_DIGEST_KEY).sign();
            let report = register.judge(&signed);
            let (subject, outcome) = told(&report);
            assert_eq!(subject, None, "{what}");
            assert_ne!(outcome, Outcome::Pass, "{what}");
        }
    }
}

/// The receipt of one office's register says nothing of another office's document.
#[test]
fn a_receipt_is_of_the_office_that_the_document_names() {
    let register = Register::new();
    let vkey = verifier_key(LOG, &register.key).unwrap().to_string();
    let of = |name: &str| TrustScope::of(OfficeIdentity { name: name.into(), organ_id: None });
    for (office, scope, cause, outcome) in [
        ("Binh An", of("Binh An"), Cause::Signed, Outcome::Pass),
        ("Binh An", of("Hoa An"), Cause::OtherOffice, Outcome::Unknown),
        // Nobody said whose the register is: it says so itself.
        ("Office", TrustScope::Everyone, Cause::Signed, Outcome::Pass),
        ("Binh An", TrustScope::Everyone, Cause::Signed, Outcome::NotChecked),
    ] {
        let document = register.document_with(&described(&[("OrganName", office)], "Khen thưởng"));
        let signed = Draft::new(&document, Role::Signer, &OFFICE.chairman).sign();
        let mut trust = crate::trust_in(&OFFICE);
        trust.add_file_for(vkey.as_bytes(), &scope, AnchorPurpose::Any).unwrap();
        let report = verify(&signed, &crate::whoever(&trust, signature::signing_time() + Duration::days(2)));
        let check = &report.receipt.as_ref().unwrap().check;
        assert_eq!((report.cause.code, check.outcome), (cause, outcome), "{office} {scope:?}: {check:?}");
        assert_eq!(report.receipt.unwrap().leaf.is_some(), outcome == Outcome::Pass);
    }
}

/// Whoever has the file can have written it.
#[test]
fn nothing_is_told_that_nobody_signed() {
    let register = Register::new();
    let report = register.judge(&register.document());
    assert_eq!(report.verdict, Verdict::Unsigned);
    let (subject, outcome) = told(&report);
    assert_eq!(subject, None);
    assert_ne!(outcome, Outcome::Pass);
    // Nor what somebody signed whom nobody trusts.
    let stranger = Draft::new(&register.document(), Role::Signer, &Office::new().chairman).sign();
    let report = register.judge(&stranger);
    assert_eq!(report.verdict, Verdict::Indeterminate);
    assert_ne!(told(&report).1, Outcome::Pass);
}
