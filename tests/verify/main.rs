//! What the verifier says of lawful, manipulated, broken and random files, and of certificates apart from any file.

#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "files and other programs are forbidden to the verifier, not to its tests"
)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "in a test a panic is the message"
)]

mod active;
mod attacks;
mod bases;
mod drawn;
mod foreign;
mod forms;
#[path = "../judges/mod.rs"]
mod judges;
mod offices;
mod paths;
#[path = "../support/pdf.rs"]
mod pdf;
mod permitted;
mod purposes;
mod remake;
#[path = "../support/signature.rs"]
mod signature;
mod structure;
mod told;
#[path = "../support/tree.rs"]
mod tree;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use attacks::Attack;
use proptest::prelude::*;
use signature::{Draft, Office};
use vanthu_base::role::Role;
use vanthu_verify::certificate;
use vanthu_verify::{
    Check, CheckId, Options, Outcome, Region, Report, Require, RulesAlone, Sight, TrustStore, Verdict,
    Witness, verify,
};

static OFFICE: LazyLock<Office> = LazyLock::new(Office::new);
static TRUST: LazyLock<TrustStore> = LazyLock::new(|| trust_in(&OFFICE));

fn trust_in(office: &Office) -> TrustStore {
    let mut trust = TrustStore::new();
    let pem = certificate::to_pem(std::slice::from_ref(&office.root.certificate)).unwrap();
    trust.add_pem(pem.as_bytes()).unwrap();
    trust
}

/// Options by which whoever signed will do: most of the files have a field for the agency as well, and no signature in it.
fn whoever(trust: &TrustStore, at: time::OffsetDateTime) -> Options<'_> {
    Options { require: Require::Roles(&[]), ..Options::new(trust, at) }
}

/// Judged two days after signing, by those who trust the office: as often as a coin would have to fall on the same
/// side. A verdict that hangs on chance is found here, whatever it is.
fn judge(file: &[u8]) -> Report {
    let json = |report: &Report| serde_json::to_string(report).unwrap();
    let report = judge_once(file);
    let first = json(&report);
    for _ in 1..20 {
        assert_eq!(json(&judge_once(file)), first, "the same file is judged in two ways");
    }
    report
}

/// The same, where there are too many files to judge each of them again and again.
fn judge_once(file: &[u8]) -> Report {
    let at = signature::signing_time() + time::Duration::days(2);
    verify(file, &Options { witness: Some(&RulesAlone), ..whoever(&TRUST, at) })
}

fn report() -> Vec<u8> {
    pdf::write(&pdf::report_objects())
}

fn signed() -> Vec<u8> {
    Draft::new(&report(), Role::Signer, &OFFICE.chairman).sign()
}

fn signed_twice() -> Vec<u8> {
    Draft::new(&signed(), Role::Agency, &OFFICE.agency).sign()
}

/// The stable names of everything that speaks against a file.
fn codes(report: &Report) -> Vec<&'static str> {
    let findings = report.findings.iter().map(|finding| finding.id);
    let bad = |outcome| matches!(outcome, Outcome::Fail | Outcome::Unknown);
    let checks = report.signatures.iter().flat_map(|signature| &signature.checks);
    let checks = checks.filter(|check| bad(check.outcome)).map(|check| check.id.as_str());
    findings.chain(checks).chain(report.reason.as_ref().map(|_| "unreadable")).collect()
}

/// Judges all of `attacks`, shows every wrong verdict at once, and compares what speaks against each
/// file with the table `name`.
fn expect(name: &str, attacks: &[Attack]) {
    let (mut wrong, mut table) = (String::new(), String::new());
    for Attack { name, file, verdict } in attacks {
        let report = judge(file);
        let right = verdict.map_or(report.verdict != Verdict::Valid, |verdict| report.verdict == verdict);
        let line = format!("{name}: {:?}, {}\n", report.verdict, codes(&report).join(" "));
        table += &line;
        if !right {
            wrong += &format!("not {verdict:?}: {line}");
        }
        if report.verdict == Verdict::Invalid {
            let told = report.signatures.iter().any(|one| one.signer.is_some() || one.signing_time.is_some());
            assert!(!told && report.facts.is_none(), "{name}: an invalid file tells who signed");
        }
    }
    assert!(wrong.is_empty(), "of {} attacks:\n{wrong}", attacks.len());
    insta::assert_snapshot!(name, table);
}

#[test]
fn what_follows_is_weighed_by_the_signature() {
    expect("permitted", &permitted::cases(&OFFICE));
}

/// Rules clear objects one after another; what was new is not old because another rule cleared it first.
#[test]
fn an_appearance_may_be_of_several_new_objects() {
    let report = judge(&permitted::filled_with_two_objects(&OFFICE));
    assert_eq!(report.verdict, Verdict::ValidExtended, "{:?}", codes(&report));
}

#[test]
fn what_is_drawn_after_the_signature_has_its_place() {
    expect("drawn", &drawn::cases(&OFFICE));
}

/// The report names every place where a later save can be seen, on the page that shows it.
#[test]
fn the_places_of_changes_are_told() {
    let (file, expected) = drawn::filled_on_the_second_page(&OFFICE);
    let report = judge(&file);
    assert_eq!(report.verdict, Verdict::ValidExtended, "{:?}", codes(&report));
    let regions: Vec<_> = report.changes.iter().flat_map(|change| &change.regions).collect();
    assert_eq!(regions.iter().map(|region| (region.page, region.rect)).collect::<Vec<_>>(), expected);
}

/// What a file does beside its pages is said of it, signed or not, wherever it stands.
#[test]
fn active_content_is_named() {
    for (name, file, expected) in active::files(&OFFICE) {
        let report = judge(&file);
        let found: Vec<_> = report.remarks.iter().map(|remark| remark.id).collect();
        assert_eq!(found, expected, "{name}");
        assert_eq!(report.verdict, Verdict::Valid, "{name}: {:?}", codes(&report));
        for remark in &report.remarks {
            let notices = vanthu_verify::notices(&report);
            assert!(notices.iter().any(|notice| notice.en.contains(&remark.message.en)), "{name}");
        }
    }
}

/// Data are called whole only where nothing that concerns them failed: the certificate alone is another matter.
#[test]
fn what_fails_is_not_called_whole() {
    const INTEGRITY: usize = 5;
    let attacks = [attacks::cms_structures(&OFFICE), attacks::dictionaries(&OFFICE)];
    let mut failed = BTreeSet::new();
    for Attack { name, file, .. } in attacks.into_iter().flatten() {
        for signature in judge(&file).signatures {
            let fails = |check: &&Check| check.outcome == Outcome::Fail && check.id != CheckId::Certificate;
            let ids: Vec<CheckId> = signature.checks.iter().filter(fails).map(|check| check.id).collect();
            let item = signature.items.iter().find(|item| item.number == INTEGRITY).unwrap();
            assert!(ids.is_empty() || item.outcome == Outcome::Fail, "{name}: {ids:?}, {item:?}");
            failed.extend(ids);
        }
    }
    assert!(failed.contains(&CheckId::Attributes) && failed.contains(&CheckId::Format), "{failed:?}");
}

#[test]
fn lawful_files_are_valid() {
    for (name, file) in [
        ("one signature", signed()),
        ("two signatures", signed_twice()),
        ("zero bytes after the CMS", Draft::new(&report(), Role::Signer, &OFFICE.chairman).room(64).sign()),
        ("the end of line after %%EOF not covered", {
            let draft = Draft::new(&report(), Role::Signer, &OFFICE.chairman);
            draft.range(|start, end, length| [0, start, end, length - end - 1]).sign()
        }),
        ("the root brought along", {
            let root = &OFFICE.root.certificate;
            Draft::new(&report(), Role::Signer, &OFFICE.chairman)
                .cms(move |by, digest| {
                    signature::cms_changed(by, digest, |cms| {
                        signature::set_certificates(cms, &[&by.certificate, root]);
                    })
                })
                .sign()
        }),
    ] {
        let report = judge(&file);
        assert_eq!(report.verdict, Verdict::Valid, "{name}: {:?}", codes(&report));
        assert!(report.digest.is_some_and(|digest| digest.matches), "{name}");
        assert_eq!(codes(&judge(&file)), [""; 0], "{name}");
    }
}

#[test]
fn what_is_missing_is_said() {
    let at = signature::signing_time() + time::Duration::days(2);
    let by_both =
        Options { require: Require::Roles(&Role::ALL), witness: Some(&RulesAlone), ..whoever(&TRUST, at) };
    assert_eq!(verify(&report(), &by_both).verdict, Verdict::Unsigned);
    assert_eq!(verify(&signed(), &by_both).verdict, Verdict::Incomplete);
    assert_eq!(verify(&signed(), &by_both).missing, [Role::Agency]);
    assert_eq!(verify(&signed_twice(), &by_both).verdict, Verdict::Valid);
    // Without a word about it, whoever the document has a field for.
    let by_fields = Options { require: Require::OwnFields, ..by_both };
    let answers = [report(), signed(), signed_twice()].map(|file| verify(&file, &by_fields).verdict);
    assert_eq!(answers, [Verdict::Unsigned, Verdict::Incomplete, Verdict::Valid]);
}

/// Whoever can't say that the pages are as they were signed does not let the file be called valid; and what he saw
/// counts, also where he did not see everything.
#[test]
fn pages_that_nobody_compared_are_not_believed() {
    struct Glance(Sight);
    impl Witness for Glance {
        fn is_blank(&self, _: &[u8], _: &Region) -> Option<bool> {
            None
        }
        fn compare(&self, _: &[u8], _: &[u8], _: &[Region]) -> Sight {
            self.0.clone()
        }
    }
    let at = signature::signing_time() + time::Duration::days(2);
    let judge = |file: &[u8], witness: Option<&dyn Witness>| {
        verify(file, &Options { witness, ..whoever(&TRUST, at) })
    };
    let words = || vanthu_base::message!("quá lâu", "too long");
    let difference = Region { page: 1, rect: [0.0, 0.0, 9.0, 9.0] };
    for (name, differences, unseen, expected) in [
        ("all seen", vec![], None, Verdict::Valid),
        ("nothing seen", vec![], Some(words()), Verdict::Indeterminate),
        ("a difference", vec![difference], None, Verdict::Invalid),
        ("a difference, and then nothing more", vec![difference], Some(words()), Verdict::Invalid),
    ] {
        let report = judge(&signed_twice(), Some(&Glance(Sight { differences, unseen })));
        assert_eq!(report.verdict, expected, "{name}");
        assert_eq!(
            report.pages_differ.is_some_and(|seen| seen.is_empty()),
            expected == Verdict::Valid,
            "{name}"
        );
    }
    let alone = judge(&signed_twice(), None);
    assert_eq!((alone.verdict, alone.unseen.is_some()), (Verdict::Indeterminate, true));
    // What shows nowhere needs nobody who looks.
    assert_eq!(judge(&signed(), None).verdict, Verdict::Valid);
    let evidence = judge(&permitted::with_validation_data(&OFFICE), None);
    assert_eq!((evidence.verdict, evidence.unseen), (Verdict::Valid, None));
}

#[test]
fn who_trusts_nobody_or_others_can_not_decide() {
    let at = signature::signing_time() + time::Duration::days(2);
    for trust in [TrustStore::new(), trust_in(&Office::new())] {
        for file in [signed(), signed_twice()] {
            let report = verify(&file, &whoever(&trust, at));
            assert_eq!(report.verdict, Verdict::Indeterminate, "{:?}", codes(&report));
        }
    }
}

#[test]
fn a_file_without_signature_is_unsigned() {
    let plain = pdf::write(&[
        (1, "<< /Type /Catalog /Pages 2 0 R >>".into()),
        (2, "<< /Type /Pages /Kids [] /Count 0 >>".into()),
    ]);
    let update = pdf::Update::of(&report(), &[(pdf::PAGE, pdf::page(""))]);
    let packed = [update.with_objects(pdf::Packing::Plain), update.with_objects(pdf::Packing::Stream)];
    for file in [report(), plain, update.whole()].into_iter().chain(packed) {
        let report = judge(&file);
        assert_eq!(report.verdict, Verdict::Unsigned, "{:?}", codes(&report));
    }
}

#[test]
fn garbage_is_unreadable() {
    let zeros = vec![0; 4096];
    let garbage: [&[u8]; 8] = [
        b"",
        b"%PDF-",
        b"%PDF-1.7\n%%EOF\n",
        b"%PDF-1.7\nstartxref\n0\n%%EOF\n",
        b"%PDF-1.7\nstartxref\n99999999999999999999\n%%EOF\n",
        b"PK\x03\x04 a word processor's file",
        "Báo cáo".as_bytes(),
        &zeros,
    ];
    for bytes in garbage {
        assert_eq!(judge(bytes).verdict, Verdict::Unreadable, "{:?}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn universal_forgeries_are_refused() {
    expect("universal_forgery", &attacks::universal_forgery(&OFFICE));
}

#[test]
fn updates_after_the_signature_are_refused() {
    expect("incremental_saving", &attacks::incremental_saving(&OFFICE));
}

#[test]
fn ambiguous_structures_are_refused() {
    expect("structure", &attacks::structure(&OFFICE));
}

/// How a file is written is the signer's matter, and after the signature nobody's.
#[test]
fn what_was_signed_is_read_as_others_read_it() {
    expect("signed_structure", &structure::signed(&OFFICE));
}

#[test]
fn updates_in_the_shapes_of_honest_programs_are_read() {
    expect("appended_structure", &structure::appended(&OFFICE));
}

#[test]
fn updates_that_anybody_reads_otherwise_are_refused() {
    expect("forged_structure", &structure::forged(&OFFICE));
}

#[test]
fn a_file_that_can_not_be_read_is_forged_only_where_that_is_proven() {
    expect("unreadable_structure", &structure::unreadable(&OFFICE));
}

#[test]
fn gaps_that_are_not_the_signature_are_refused() {
    expect("wrapping", &attacks::wrapping(&OFFICE));
}

#[test]
fn ambiguous_signature_dictionaries_are_refused() {
    expect("dictionaries", &attacks::dictionaries(&OFFICE));
}

#[test]
fn second_signatures_may_only_sign() {
    expect("second_signature", &attacks::second_signature(&OFFICE));
}

#[test]
fn cms_that_breaks_a_rule_is_refused() {
    expect("cms_structures", &attacks::cms_structures(&OFFICE));
}

#[test]
fn keys_of_others_are_not_trusted() {
    expect("identities", &attacks::identities(&OFFICE));
}

#[test]
fn every_flipped_byte_is_noticed() {
    for file in [signed(), signed_twice()] {
        let mut unnoticed = Vec::new();
        for at in 0..file.len() {
            for bit in [0x01, 0x80] {
                let mut flipped = file.clone();
                flipped[at] ^= bit;
                let verdict = judge_once(&flipped).verdict;
                if verdict == Verdict::Valid {
                    let around = &file[at.saturating_sub(20)..(at + 20).min(file.len())];
                    unnoticed.push((at, bit, String::from_utf8_lossy(around).into_owned()));
                }
            }
        }
        assert!(unnoticed.is_empty(), "{} bytes: {unnoticed:#?}", unnoticed.len());
    }
}

/// After the signature there is one way to write: no other byte in any place reads as well.
#[test]
fn no_byte_of_an_update_may_be_another() {
    let (file, signed, free) = structure::with_free_bytes(&OFFICE);
    assert_eq!(judge(&file).verdict, Verdict::Valid);
    let mut unnoticed = Vec::new();
    for at in (signed..file.len()).filter(|at| !free.iter().any(|range| range.contains(at))) {
        for byte in [0, b'%', b'9'] {
            let mut other = file.clone();
            other[at] = byte;
            if file[at] != byte && judge(&other).verdict.is_valid() {
                let around = &file[at.saturating_sub(20)..(at + 20).min(file.len())];
                unnoticed.push((at, char::from(byte), String::from_utf8_lossy(around).into_owned()));
            }
        }
    }
    assert!(unnoticed.is_empty(), "{} bytes: {unnoticed:#?}", unnoticed.len());
}

/// What was not computed is not claimed.
#[test]
fn a_signature_of_unknown_form_is_not_said_to_fit() {
    let unknown = Draft::new(&report(), Role::Signer, &OFFICE.chairman).entry("SubFilter", "/Unknown").sign();
    let sentence = judge(&unknown).sentence;
    assert!(!sentence.en.contains("matches") && !sentence.vi.contains("khớp"), "{sentence:?}");
    let at = signature::signing_time() + time::Duration::days(2);
    let sentence = verify(&signed(), &whoever(&TrustStore::new(), at)).sentence;
    assert!(sentence.en.contains("matches") && sentence.vi.contains("khớp"), "{sentence:?}");
}

/// A file that was signed and cut is not called unsigned as long as it shows that it was.
#[test]
fn every_truncation_is_noticed() {
    let file = signed_twice();
    let (report, first) = (report().len(), signed().len());
    let mark = pdf::find(&file, b"/ByteRange").end;
    for length in 0..file.len() {
        let verdict = judge_once(&file[..length]).verdict;
        let right = match length {
            _ if length == report || length + 1 == report => verdict == Verdict::Unsigned,
            _ if length == first => verdict == Verdict::Valid,
            _ if length < mark => matches!(verdict, Verdict::Unreadable | Verdict::Unsigned),
            // Without its last end of line the revision is whole, and not what was signed.
            _ => verdict == Verdict::Invalid,
        };
        assert!(right, "{length} of {} bytes: {verdict:?}", file.len());
    }
}

#[test]
fn a_signature_says_what_its_signer_says() {
    let whole = judge(&signed_twice());
    let roles: Vec<_> = whole.signatures.iter().map(|one| one.role).collect();
    assert_eq!(roles, [Some(Role::Signer), Some(Role::Agency)]);
    let names: Vec<_> =
        whole.signatures.iter().map(|one| one.signer.clone().unwrap().subject.common_name).collect();
    assert_eq!(names, ["Chairman", "Agency"]);
    for signature in &whole.signatures {
        assert_eq!(signature.signing_time.as_ref().unwrap().value, "2020-06-18T10:15:30+07:00");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_are_no_signed_file(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let with_header = [b"%PDF-1.7\n", bytes.as_slice(), b"\nstartxref\n9\n%%EOF\n"].concat();
        for file in [bytes, with_header] {
            prop_assert_ne!(judge_once(&file).verdict, Verdict::Valid);
        }
    }

    #[test]
    fn random_syntax_is_no_signed_file(
        words in proptest::collection::vec(proptest::sample::select(WORDS), 0..200),
    ) {
        let body = words.concat();
        let file = format!("%PDF-1.7\n{body}\nstartxref\n9\n%%EOF\n");
        prop_assert_ne!(judge_once(file.as_bytes()).verdict, Verdict::Valid);
        let xref = format!("%PDF-1.7\nxref\n0 1\n0000000000 65535 f\r\ntrailer\n<< {body} >>\nstartxref\n9\n%%EOF\n");
        prop_assert_ne!(judge_once(xref.as_bytes()).verdict, Verdict::Valid);
    }

    #[test]
    fn mutilated_files_are_never_valid(
        cuts in proptest::collection::vec((any::<prop::sample::Index>(), 0_usize..40, proptest::sample::select(WORDS)), 1..4),
    ) {
        let original = signed_twice();
        let mut file = original.clone();
        for (start, length, word) in cuts {
            let start = start.index(file.len());
            let end = (start + length).min(file.len());
            file = pdf::splice(&file, start..end, word.as_bytes());
        }
        prop_assume!(file != original && file != signed());
        prop_assert_ne!(judge_once(&file).verdict, Verdict::Valid);
    }
}

const WORDS: &[&str] = &[
    "",
    " ",
    "\n",
    "0",
    "1",
    "-1",
    "9 0 R",
    "1 0 R",
    "10 0 R",
    "<<",
    ">>",
    "[",
    "]",
    "<",
    ">",
    "(",
    ")",
    "\\",
    "/",
    "%",
    "/Root",
    "/Prev",
    "/Size",
    "/Length",
    "/Type",
    "/XRef",
    "/ObjStm",
    "/W [1 2 1]",
    "/Index [0 1]",
    "/Filter /FlateDecode",
    "/V",
    "/Sig",
    "/ByteRange",
    "/Contents",
    "[0 1 2 3]",
    "<00>",
    "obj",
    "endobj",
    "stream\n",
    "endstream",
    "xref",
    "trailer",
    "startxref",
    "%%EOF",
    "null",
    "true",
    "/Kids",
    "/Fields",
    "/AcroForm",
    "/FT",
    "0000000009 00000 n\r\n",
    "\0",
    "/A#42",
    "9999999999",
];

/// The tests above rest on a hand-made signature; the program's own is judged alike.
#[test]
fn the_programs_own_signature_is_valid() {
    use vanthu_keys::{self as keys, PrivateKey};
    use vanthu_sign::{Appearance, BaseDigest, FileSigner, Request, SignatureDetails, prepare};
    use vanthu_verify::cms::DigestAlgorithm;
    let time = signature::signing_time();
    let key = PrivateKey::generate().unwrap();
    let subject = keys::Subject::of(&OFFICE.chairman.certificate);
    let issuer = keys::Issuer::Root(&OFFICE.root.key, &OFFICE.root.certificate);
    let certificate = keys::issue(&subject, &key, issuer, time, time::Duration::days(100)).unwrap();
    let signer = FileSigner::new(key, certificate, Vec::new(), time).unwrap();
    let details = SignatureDetails { time, name: "Chairman".into(), location: None };
    let appearance = Appearance::of(&pdf::write(&pdf::report_objects())).unwrap();
    let report = report();
    let read = vanthu_pdf::reader::read(&report).unwrap();
    let base = BaseDigest::of(&report, DigestAlgorithm::Sha512);
    let prepared = prepare(&read, base, &Request::of(Role::Signer)).unwrap();
    let file = [report.clone(), prepared.sign(&signer, &details, Some(&appearance)).unwrap()].concat();
    let found = judge(&file);
    assert_eq!(found.verdict, Verdict::Valid, "{:?}", codes(&found));
}

/// Linearized files, files with object streams and cross-reference streams, and pyHanko's CMS.
#[test]
fn what_others_write_is_not_called_forged() {
    for (name, arguments) in [
        ("plain", vec!["--object-streams=disable"]),
        ("object streams", vec!["--object-streams=generate"]),
        ("linearized", vec!["--linearize", "--object-streams=disable"]),
        ("linearized with object streams", vec!["--linearize", "--object-streams=generate"]),
    ] {
        let rewritten = foreign::rewritten_by_qpdf(&report(), &arguments);
        let report = judge(&rewritten);
        assert_eq!(report.verdict, Verdict::Unsigned, "{name}: {:?}", codes(&report));
        let signed = foreign::signed_by_pyhanko(&OFFICE, &rewritten, "signer");
        // pyHanko writes the time of its own clock.
        let at = time::OffsetDateTime::now_utc();
        let report = verify(&signed, &whoever(&TRUST, at));
        assert_eq!(report.verdict, Verdict::Valid, "{name}: {:?} {:?}", codes(&report), report.reason);
        let untrusted = verify(&signed, &whoever(&TrustStore::new(), at));
        assert_eq!(untrusted.verdict, Verdict::Indeterminate, "{name}: {:?}", codes(&untrusted));
        for at in [pdf::gap(&signed).start - 20, signed.len() - 20] {
            let mut flipped = signed.clone();
            flipped[at] ^= 1;
            let report = judge(&flipped);
            let around = String::from_utf8_lossy(&signed[at - 20..at + 20]);
            assert_eq!(report.verdict, Verdict::Invalid, "{name}, {around}: {:?}", codes(&report));
        }
    }
}

/// Why we say no where pyHanko says yes, by what speaks against the file.
const STRICTER: &[(&str, &str)] = &[
    ("trailing-bytes", "bytes after the last %%EOF can hold what another viewer reads"),
    ("unlisted-bytes", "bytes that no cross-reference covers can hold what another viewer reads"),
    ("misleading-start", "another startxref leads another viewer elsewhere"),
    ("structure", "the signed range and the gap must be exactly those of this signature"),
    ("cms", "the CMS is not as RFC 5652 says, or bytes follow it"),
    ("attributes", "the signed attributes are not as RFC 5652 and RFC 8419 say"),
    ("certificate", "the attribute that names the certificate is missing or names another"),
    ("report-digest", "the stamped digest is vanthu's own rule"),
    ("report", "what was signed is not the report whose digest is stamped"),
    ("changes", "a later change that no rule of ours explains, or that the signer did not permit"),
    ("time", "the signing time is in the future, or outside of the certificate's validity"),
];

/// Every attack and every lawful change once more, before pyHanko. It may not say yes where we say no
/// without a reason that is known; where it alone says no, the table shows it.
#[test]
fn what_pyhanko_says_of_the_same_files() {
    let office = &*OFFICE;
    let groups = [
        attacks::universal_forgery,
        attacks::incremental_saving,
        attacks::structure,
        attacks::wrapping,
        attacks::dictionaries,
        attacks::second_signature,
        attacks::cms_structures,
        permitted::cases,
    ];
    let all: Vec<Attack> = groups.into_iter().flat_map(|group| group(office)).collect();
    let folder = tempfile::tempdir().unwrap();
    for (index, attack) in all.iter().enumerate() {
        std::fs::write(folder.path().join(format!("{index:04}.pdf")), &attack.file).unwrap();
    }
    let root = folder.path().join("root.pem");
    std::fs::write(&root, certificate::to_pem(std::slice::from_ref(&office.root.certificate)).unwrap())
        .unwrap();
    let project = judges::project();
    let at = signature::signing_time() + time::Duration::days(2);
    let output = std::process::Command::new(project.join("target/judges/venv/bin/python"))
        .arg(project.join("tests/judges/pyhanko_table.py"))
        .arg(folder.path())
        .args(["--at", &vanthu_base::clock::rfc3339(at), "--trust"])
        .arg(&root)
        .output()
        .expect("run tests/judges/setup.sh first");
    let theirs: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut table = String::new();
    let (mut stricter, mut milder) = (0, 0);
    for (index, Attack { name, file, .. }) in all.iter().enumerate() {
        let report = judge(file);
        let ours = report.verdict;
        let their = theirs[format!("{index:04}")].as_str().unwrap();
        let codes = codes(&report);
        let why = match (ours.is_valid(), their == "valid") {
            (false, true) => {
                stricter += 1;
                let known = STRICTER.iter().find(|(code, _)| codes.contains(code));
                format!(": {}", known.unwrap_or_else(|| panic!("{name}: {codes:?} is not explained")).1)
            }
            (true, false) => {
                milder += 1;
                ": pyHanko alone says no".to_owned()
            }
            _ => String::new(),
        };
        table += &format!("{name} | {ours:?} | {their}{why}\n");
    }
    table += &format!(
        "of {} files: {stricter} where we alone say no, {milder} where pyHanko alone does\n",
        all.len()
    );
    insta::assert_snapshot!("pyhanko", table);
}
