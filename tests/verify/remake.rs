//! Updates as the program itself makes them: each is made again byte for byte, and nothing that differs is.

use proptest::prelude::*;
use vanthu_base::role::Role;
use vanthu_keys::{self as keys, KeyAlgorithm, PrivateKey};
use vanthu_pdf::names::{DATE_FIELD, NUMBER_FIELD};
use vanthu_pdf::reader;
use vanthu_sign::{
    Appearance, BaseDigest, Evidence, FileSigner, Filling, PendingStamp, Request, Room, SignError,
    SignatureDetails, Signer, check_writing, prepare,
};
use vanthu_verify::cms::DigestAlgorithm;
use vanthu_verify::{Verdict, verify};

use crate::pdf::{self, AGENCY_FIELD, CATALOG, CONTENT, FONT, FORM, PAGE, SIGNER_FIELD};
use crate::{OFFICE, TRUST, foreign, signature};

const NUMBER: u32 = 10;
const DATE: u32 = 11;

/// A document that waits for its number, with this catalog.
fn document(catalog: &str) -> Vec<u8> {
    let text = |name: &str, rect: &str| {
        format!(
            "<< /Type /Annot /Subtype /Widget /FT /Tx /Ff 1 /T ({name}) /F 4 /P {PAGE} 0 R /Rect [{rect}] \
             /AP << /N 9 0 R >> >>"
        )
    };
    let mut objects = pdf::report_objects();
    for (number, body) in [
        (CATALOG, catalog.to_owned()),
        (PAGE, pdf::page(" 10 0 R 11 0 R")),
        (FORM, pdf::form("7 0 R 8 0 R 10 0 R 11 0 R")),
        (NUMBER, text(NUMBER_FIELD, "60 740 200 760")),
        (DATE, text(DATE_FIELD, "300 740 500 760")),
    ] {
        objects.retain(|(known, _)| *known != number);
        objects.push((number, body));
    }
    objects.sort_by_key(|(number, _)| *number);
    pdf::write(&objects)
}

/// A page with a font and nested resources.
fn drawn(text: &str) -> Appearance {
    let mut objects = pdf::report_objects();
    for (number, body) in [
        (CONTENT, pdf::stream("", &format!("BT /F1 14 Tf 5 5 Td ({text}) Tj ET").repeat(20))),
        (
            FONT,
            "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Descriptor 7 0 R /Again 7 0 R >>".into(),
        ),
        (SIGNER_FIELD, "<< /Widths [1 0.5 -0.25 (a\\)) <fe> null true /N 8 0 R] >>".into()),
        (AGENCY_FIELD, pdf::stream("/Kind /Odd#20One ", "what a font draws")),
    ] {
        objects.retain(|(known, _)| *known != number);
        objects.push((number, body));
    }
    objects.sort_by_key(|(number, _)| *number);
    Appearance::of(&pdf::write(&objects)).unwrap()
}

fn signer(algorithm: KeyAlgorithm) -> FileSigner {
    let time = signature::signing_time();
    let key = PrivateKey::generate_as(algorithm).unwrap();
    let subject = keys::Subject::of(&OFFICE.chairman.certificate);
    let issuer = keys::Issuer::Root(&OFFICE.root.key, &OFFICE.root.certificate);
    let certificate = keys::issue(&subject, &key, issuer, time, time::Duration::days(100)).unwrap();
    FileSigner::new(key, certificate, Vec::new(), time).unwrap()
}

fn signed_by(file: &[u8], role: Role, by: &FileSigner, name: &str, shown: Option<&Appearance>) -> Vec<u8> {
    let read = reader::read(file).unwrap();
    let base = BaseDigest::of(file, by.algorithm().digest());
    let location = (role == Role::Signer).then(|| "Bình An".to_owned());
    let details = SignatureDetails { time: signature::signing_time(), name: name.into(), location };
    let update = prepare(&read, base, &Request::of(role)).unwrap().sign(by, &details, shown).unwrap();
    [file, &update].concat()
}

/// With the CMS of another program, for which there is much room.
fn signed_elsewhere(file: &[u8], role: Role, cms: &[u8]) -> Vec<u8> {
    let by = signer(KeyAlgorithm::P256);
    let read = reader::read(file).unwrap();
    let base = BaseDigest::of(file, DigestAlgorithm::Sha256);
    let details = SignatureDetails { time: signature::signing_time(), name: "Agency".into(), location: None };
    let room = Room { time_stamp: 0, cms: 20_000 };
    let pending =
        prepare(&read, base, &Request::of(role)).unwrap().pending(&by, &details, None, room).unwrap();
    [file, &pending.complete_with(cms).unwrap()].concat()
}

fn numbered(file: &[u8], number: &str, date: &str) -> Vec<u8> {
    let filling = |field, value: &str| Filling { field, value: value.into(), appearance: drawn("filled") };
    let fillings = [filling(NUMBER_FIELD, number), filling(DATE_FIELD, date)];
    [file, &vanthu_sign::fill(&reader::read(file).unwrap(), &fillings).unwrap()].concat()
}

fn kept(file: &[u8], evidence: [Vec<Vec<u8>>; 3]) -> Vec<u8> {
    let [certificates, crls, ocsps] = evidence;
    let evidence = Evidence { certificates, crls, ocsps };
    [file, &vanthu_sign::store(&reader::read(file).unwrap(), &evidence).unwrap().unwrap()].concat()
}

fn stamped(file: &[u8], token: &[u8]) -> Vec<u8> {
    let base = BaseDigest::of(file, DigestAlgorithm::Sha512);
    let pending = PendingStamp::prepare(&reader::read(file).unwrap(), base, 2000).unwrap();
    [file, &pending.complete(token).unwrap()].concat()
}

/// Every save after the first signature of a document that has all that there can be: twice what can come twice.
fn way(base: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let (chairman, agency) = (signer(KeyAlgorithm::Ed25519), signer(KeyAlgorithm::P384));
    let mut files =
        vec![("signed", signed_by(base, Role::Signer, &chairman, "Nguyễn Văn (An)", Some(&drawn("signed"))))];
    let mut then = |name, step: &dyn Fn(&[u8]) -> Vec<u8>| {
        let next = step(&files.last().unwrap().1);
        files.push((name, next));
    };
    then("validation data before the number", &|file| kept(file, [vec![vec![1; 300]], vec![], vec![]]));
    then("numbered", &|file| numbered(file, "Số: 07/BC-UBND", "Bình An, ngày 02 tháng 3 năm 2026"));
    then("sealed", &|file| signed_by(file, Role::Agency, &agency, "UBND xã Bình An", Some(&drawn("sealed"))));
    then("stamped", &|file| stamped(file, b"a token"));
    then("kept", &|file| {
        kept(file, [vec![b"one".to_vec(), vec![7; 900]], vec![vec![8; 20]], vec![vec![9; 2]]])
    });
    then("stamped again", &|file| stamped(file, b"another token"));
    then("kept again", &|file| kept(file, [vec![b"two".to_vec()], vec![], vec![b"three".to_vec()]]));
    then("stamped a third time", &|file| stamped(file, &[0x30; 2000]));
    files
}

fn canonical(file: &[u8]) -> Option<bool> {
    let at = signature::signing_time() + time::Duration::days(2);
    verify(file, &crate::whoever(&TRUST, at)).canonical
}

/// Tables and streams of cross-references, a form in the catalog, a store that was there in two ways.
fn bases() -> Vec<(&'static str, Vec<u8>)> {
    let plain = document(&pdf::catalog(""));
    let packed = foreign::rewritten_by_qpdf(&plain, &["--object-streams=generate"]);
    let store = document(&pdf::catalog("/DSS << /Certs [9 0 R] >> "));
    let form = "<< /Fields [7 0 R 8 0 R 10 0 R 11 0 R] /SigFlags 3 >>";
    let form = document(&format!("<< /Type /Catalog /Pages 2 0 R /AcroForm {form} >>"));
    vec![
        ("table", plain),
        ("stream", packed),
        ("a store in the catalog", store),
        ("a form in the catalog", form),
    ]
}

#[test]
fn what_the_program_makes_is_made_again_byte_for_byte() {
    for (kind, base) in bases() {
        for (index, (name, file)) in way(&base).iter().enumerate() {
            let report = judged(file);
            let expected = (index > 0).then_some(true);
            assert_eq!((report.canonical, report.imitated), (expected, None), "{kind}: {name}");
            assert!(report.findings.is_empty(), "{kind}, {name}: {:?}", report.findings);
        }
        let elsewhere = signed_elsewhere(&numbered(&way(&base)[0].1, "1", "2"), Role::Agency, b"a CMS");
        assert_eq!(canonical(&elsewhere), Some(true), "{kind}");
    }
}

/// But for a value that only its maker can know, no byte of what followed may be another one.
#[test]
fn every_flipped_or_inserted_byte_shows() {
    let files = way(&document(&pdf::catalog("")));
    let mut missed = Vec::new();
    for (name, before, file) in files.windows(2).take(5).map(|pair| (pair[1].0, &pair[0].1, &pair[1].1)) {
        // Of a time-stamp or signature, /Contents may be anything: it is judged by itself.
        let value = find_after(file, b"/Contents<", before.len());
        for at in before.len()..file.len() {
            if value.clone().is_some_and(|value| value.contains(&at)) {
                continue;
            }
            let mut flipped = file.clone();
            flipped[at] ^= 1;
            let mut longer = file.clone();
            longer.insert(at, b' ');
            for (what, changed) in [("flipped", flipped), ("inserted", longer)] {
                if canonical(&changed) == Some(true) {
                    missed.push((name, what, String::from_utf8_lossy(&file[at - 20..at + 1]).into_owned()));
                }
            }
        }
    }
    assert!(missed.is_empty(), "{} of them: {missed:#?}", missed.len());
}

/// The digits of a value that follows `key` after `start`.
fn find_after(file: &[u8], key: &[u8], start: usize) -> Option<std::ops::Range<usize>> {
    let begins = start + file[start..].windows(key.len()).position(|window| window == key)? + key.len();
    let length = file[begins..].iter().position(|byte| *byte == b'>')?;
    Some(begins..begins + length)
}

/// Lawful in every rule, and not what the program writes: it is seen, and judged as what others write.
#[test]
fn what_only_passes_for_ours_is_told_apart() {
    let base = document(&pdf::catalog(""));
    let chairman = signer(KeyAlgorithm::Ed25519);
    let signed = signed_by(&base, Role::Signer, &chairman, "Chairman", None);
    let filled = numbered(&signed, "Số: 07/BC-UBND", "Ngày 02 tháng 3");
    let report = judged(&filled);
    assert_eq!((report.canonical, report.imitated), (Some(true), None));
    // By hand, in the same fields.
    let by_hand = pdf::Update::of(
        &signed,
        &[(
            NUMBER,
            format!(
                "<< /Type /Annot /Subtype /Widget /FT /Tx /Ff 1 /T (number) /F 4 /P {PAGE} 0 R \
                 /Rect [60 740 200 760] /AP << /N 9 0 R >> /V (99) >>"
            ),
        )],
    )
    .whole();
    let report = judged(&by_hand);
    assert_eq!((report.canonical, report.imitated), (Some(false), Some(2)));
    // The agency does not sign it, whatever the rules say.
    let refused = |file: &[u8]| check_writing(&reader::read(file).unwrap(), &judged(file));
    assert!(matches!(refused(&by_hand), Err(SignError::Imitated(3))));
    assert!(refused(&filled).is_ok());
    // A signature that another program wrote, and that bears the digest as ours do.
    let sealed = signature::Draft::new(&crate::signed(), Role::Agency, &OFFICE.agency).sign();
    let report = judged(&sealed);
    assert_eq!((report.canonical, report.imitated), (Some(false), Some(2)));
    // Of that somebody must look at the pages; of our own nobody has to.
    assert_eq!(report.verdict, Verdict::Indeterminate);
    let first = signed_by(&crate::report(), Role::Signer, &chairman, "Chairman", None);
    let sealed = judged(&signed_by(&first, Role::Agency, &chairman, "Agency", None));
    assert_eq!((sealed.canonical, sealed.verdict), (Some(true), Verdict::Valid));
}

fn judged(file: &[u8]) -> vanthu_verify::Report {
    let at = signature::signing_time() + time::Duration::days(2);
    verify(file, &crate::whoever(&TRUST, at))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever is filled in, whoever signs, whatever is kept.
    #[test]
    fn any_words_and_bytes_are_made_again(
        name in any::<String>(),
        number in any::<String>(),
        date in ".{0,40}",
        drawn_text in "[a-z ()]{0,40}",
        lists in proptest::array::uniform3(proptest::collection::vec(proptest::collection::vec(any::<u8>(), 1..200), 1..4)),
        token in proptest::collection::vec(any::<u8>(), 0..2000),
    ) {
        let by = signer(KeyAlgorithm::Ed25519);
        let shown = drawn(&drawn_text.replace(['(', ')'], ""));
        let file = signed_by(&document(&pdf::catalog("")), Role::Signer, &by, &name, Some(&shown));
        let file = numbered(&file, &number, &date);
        let file = kept(&file, lists);
        let file = stamped(&file, &token);
        let file = signed_by(&file, Role::Agency, &by, &date, Some(&shown));
        prop_assert_eq!(canonical(&file), Some(true));
    }
}
