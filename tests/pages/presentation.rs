//! Reports for people and archives: what they say of every verdict, and what they never let through.

use std::path::Path;
use std::process::Command;

use vanthu::certificate;
use vanthu::lang::Lang;
use vanthu::presentation::{About, Pictures, ReportView, etsi_xml, html};
use vanthu::role::Role;
use vanthu::verify::{Options, Report, Require, TrustStore, Verdict, render, verify};
use vanthu::witness::Renderer;

use crate::pdf;
use crate::signature::{self, Draft, Office};

/// Files of every verdict, with a name.
fn files(office: &Office) -> Vec<(&'static str, Vec<u8>)> {
    let report = pdf::write(&pdf::report_objects());
    let signed = Draft::new(&report, Role::Signer, &office.chairman).sign();
    let twice = Draft::new(&signed, Role::Agency, &office.agency).sign();
    let third = "<< /Type /Annot /Subtype /Widget /FT /Sig /T (third) /F 132 /P 3 0 R /Rect [0 0 0 0] >>";
    let fields = format!("{} 0 R {} 0 R 20 0 R", pdf::SIGNER_FIELD, pdf::AGENCY_FIELD);
    let added = [(pdf::PAGE, pdf::page(" 20 0 R")), (pdf::FORM, pdf::form(&fields)), (20, third.to_owned())];
    let extended = pdf::Update::of(&twice, &added).whole();
    let forged = [(pdf::CONTENT, pdf::stream("", "BT /F1 14 Tf 72 720 Td (23 of 23) Tj ET"))];
    let forged = pdf::Update::of(&signed, &forged).whole();
    let stranger = Office::new();
    let doubtful = Draft::new(&report, Role::Signer, &stranger.chairman).sign();
    vec![
        ("valid", twice),
        ("valid_extended", extended),
        ("invalid", forged),
        ("indeterminate", doubtful),
        ("unsigned", report),
        ("unreadable", b"not a PDF".to_vec()),
    ]
}

fn judge(office: &Office, bytes: &[u8]) -> Report {
    let mut trust = TrustStore::new();
    trust
        .add_pem(certificate::to_pem(std::slice::from_ref(&office.root.certificate)).unwrap().as_bytes())
        .unwrap();
    let (at, eyes) = (signature::signing_time() + time::Duration::days(2), Renderer::default());
    verify(bytes, &Options { witness: Some(&eyes), require: Require::Roles(&[]), ..Options::new(&trust, at) })
}

fn about<'a>(name: &'a str, bytes: &'a [u8]) -> About<'a> {
    About { file: name, bytes, at: signature::signing_time() + time::Duration::days(2) }
}

fn page(report: &Report, about: &About<'_>, pictures: &[Pictures], lang: Lang) -> String {
    html(&ReportView { report, about, pictures, lang })
}

/// The words of a page without its tags and style, one element a line; digests differ in each run.
fn words(page: &str) -> String {
    let body = page.split_once("<body>").unwrap().1;
    let mut text = String::new();
    for part in body.split('<') {
        let inner = part.split_once('>').map_or("", |(_, inner)| inner);
        text.push_str(inner);
        if !part.starts_with("/span") && !part.starts_with("span") {
            text.push('\n');
        }
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

/// Whether a day stands in `text` as programs write it, such as `2026-11-30`.
fn has_iso_day(text: &str) -> bool {
    let is_day = |part: &[u8]| {
        part.iter()
            .enumerate()
            .all(|(at, byte)| if at == 4 || at == 7 { *byte == b'-' } else { byte.is_ascii_digit() })
    };
    text.as_bytes().windows(10).any(is_day)
}

/// The report as the command line prints it says the same.
#[test]
fn a_text_praises_nothing_of_a_file_that_is_not_valid() {
    let office = Office::new();
    for (name, bytes) in files(&office) {
        let report = judge(&office, &bytes);
        for lang in [Lang::Vi, Lang::En] {
            let text = render(&report, lang);
            let mut lines = text.lines();
            let headline = format!("{} {}", report.verdict.sign(), report.cause.headline.in_lang(lang));
            assert_eq!(lines.next().unwrap(), headline);
            assert!(lines.next().unwrap().contains(report.cause.sentence.in_lang(lang)), "{name}: {text}");
            assert!(!has_iso_day(&text), "{name}: {text}");
            assert_eq!(
                text.contains('✔'),
                report.verdict.is_valid() || name == "indeterminate",
                "{name}: {text}"
            );
        }
    }
}

#[test]
fn a_page_says_the_verdict_first_and_the_seven_items() {
    let office = Office::new();
    for (name, bytes) in files(&office) {
        let report = judge(&office, &bytes);
        for lang in [Lang::Vi, Lang::En] {
            let page = page(&report, &about("report.pdf", &bytes), &[], lang);
            assert!(page.starts_with("<!DOCTYPE html><html lang=\""), "{name}");
            assert!(!page.contains("<script"), "{name}");
            let words = words(&page);
            let mut lines = words.lines();
            let (headline, sentence) = (lines.next().unwrap(), lines.next().unwrap());
            assert!(headline.starts_with(report.verdict.sign()), "{name}: {headline}");
            assert_eq!(sentence, report.cause.sentence.in_lang(lang), "{name}");
            assert!(headline.ends_with(report.cause.headline.in_lang(lang)), "{name}: {headline}");
            // Below a file that is not valid nothing is said to hold, and no day is told as programs write it.
            if report.verdict == Verdict::Invalid {
                assert!(!words.contains('✔'), "{name}: {words}");
            }
            assert!(!has_iso_day(&words), "{name}: {words}");
            if lang == Lang::En {
                insta::with_settings!({filters => vec![
                    (r"([0-9a-f]{4} ){15}[0-9a-f]{4}", "[digest]"),
                    (r"\[0 \d+ \d+ \d+\]", "[range]"),
                ]}, { insta::assert_snapshot!(name, words) });
            }
        }
        if name == "invalid" {
            let page = page(&report, &about("report.pdf", &bytes), &[], Lang::En);
            assert!(!page.contains("Chairman"), "an invalid file tells who signed");
        }
    }
}

#[test]
fn nothing_of_a_file_is_ever_html() {
    let office = Office::new();
    let evil = "<img src=x onerror=alert(1)>\"'&\u{202e}";
    let bytes = files(&office).remove(0).1;
    let mut report = judge(&office, &bytes);
    for one in &mut report.signatures {
        one.field = Some(evil.to_owned());
        let signer = one.signer.as_mut().unwrap();
        signer.subject.common_name = evil.to_owned();
        one.items[1].value.en = evil.to_owned();
        one.checks[0].message.en = evil.to_owned();
        one.changes_after.push(vanthu::lang::Message { vi: evil.to_owned(), en: evil.to_owned() });
    }
    let picture = Pictures { page: 1, before: Some("AAAA".into()), after: None };
    let page = page(&report, &about(evil, &bytes), &[picture], Lang::En);
    assert!(!page.contains("<img src=x") && !page.contains('\u{202e}'), "{page}");
    assert!(page.contains("&lt;img src=x") && page.contains("data:image/png;base64,AAAA"));
    let xml = etsi_xml(&report, &about(evil, &bytes)).unwrap();
    assert!(!xml.contains("<img"), "{xml}");
}

/// pyHanko has classes made from ETSI's schema: they take what the schema takes.
#[test]
fn the_xml_is_what_etsis_schema_asks_for() {
    let office = Office::new();
    let folder = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = root.join("target/judges/venv/bin/python");
    assert!(python.exists(), "run tests/judges/setup.sh first");
    let script = root.join("tests/support/etsi_report.py");
    let ask = |xml: &str| {
        let file = folder.path().join("report.xml");
        std::fs::write(&file, xml).unwrap();
        let output = Command::new(&python).arg(&script).arg(&file).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.success(), said + &String::from_utf8_lossy(&output.stderr))
    };
    let mut table = String::new();
    let mut last = String::new();
    for (name, bytes) in files(&office) {
        let xml = etsi_xml(&judge(&office, &bytes), &about("report.pdf", &bytes)).unwrap();
        let (taken, said) = ask(&xml);
        assert!(taken, "{name}: {said}\n{xml}");
        table += &format!("{name}: {}\n", said.trim());
        last = xml;
    }
    insta::assert_snapshot!("indications", table);
    // The judge says no as well.
    assert!(!ask(&last.replace("SignersDocument", "SignersDocuments")).0);
}
