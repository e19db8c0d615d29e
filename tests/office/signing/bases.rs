//! Files that others made: every version and structure takes both signatures, for every judge.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{assert_pyhanko_agrees, verdict};
use crate::judges::{self, approve, python};
use crate::office::{Office, TIME};

const PLACES: [&str; 4] = ["--place", "signer=1,110,40,60,28", "--place", "agency=1,95,36,36,36"];

fn both_sign(office: &Office, file: &str) {
    let chairman =
        ["sign", file, "--key", "keys/chairman.key", "--time", TIME, "-o", "signed.pdf", "--force"];
    office.ok(&[&chairman[..], &PLACES].concat());
    #[rustfmt::skip]
    office.ok(&["sign", "signed.pdf", "--as", "agency", "--key", "keys/agency.key", "--time", TIME, "-o", "sealed.pdf", "--force"]);
}

/// Signs `file` in both roles, and asks everybody.
#[track_caller]
fn assert_can_be_signed(office: &Office, file: &str) {
    both_sign(office, file);
    for (result, count) in [("signed.pdf", 1), ("sealed.pdf", 2)] {
        let base = fs::read(office.path(file)).unwrap();
        assert!(fs::read(office.path(result)).unwrap().starts_with(&base), "{file}");
        judges::assert_sound_for_qpdf(&office.path(result));
        assert_pyhanko_agrees(&office.path(result), &office.path("keys/root.crt"), count);
        let judged = verdict(office, result);
        assert_eq!(judged["verdict"], "valid", "{file}: {judged:#}");
    }
}

/// A plain file of `pages` pages in the PDF version `version`, as Typst's own wheel makes it.
fn typeset(path: &Path, pages: usize, standard: &str) {
    const SET: &str = "
import sys, typst
path, pages, standard = sys.argv[1:]
source = b'#for n in range(' + pages.encode() + b') [Trang #n. #lorem(40) #pagebreak(weak: true)]'
open(path, 'wb').write(typst.compile(source, format='pdf', pdf_standards=[standard]))
";
    approve(python().args(["-c", SET]).arg(path).args([pages.to_string().as_str(), standard]));
}

fn qpdf(office: &Office, from: &str, to: &str, options: &[&str]) {
    approve(Command::new("qpdf").args(options).arg(office.path(from)).arg(office.path(to)));
}

#[test]
fn every_version_and_structure_takes_both_signatures() {
    let office = Office::new();
    for version in ["1.4", "1.7", "2.0"] {
        let file = format!("{version}.pdf");
        typeset(&office.path(&file), 2, version);
        assert_can_be_signed(&office, &file);
    }
    qpdf(&office, "1.7.pdf", "packed.pdf", &["--object-streams=generate"]);
    assert_can_be_signed(&office, "packed.pdf");
    qpdf(&office, "1.7.pdf", "linear.pdf", &["--linearize"]);
    assert_can_be_signed(&office, "linear.pdf");
    qpdf(&office, "2.0.pdf", "both.pdf", &["--linearize", "--object-streams=generate"]);
    assert_can_be_signed(&office, "both.pdf");
}

#[test]
fn a_hybrid_file_takes_both_signatures() {
    let office = Office::new();
    // A table for old programs, and beside it a stream with what they don't need to see (ISO 32000-2 7.5.8.4).
    let mut bytes = b"%PDF-1.5\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let mut offsets = Vec::new();
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<>>>>",
        "<</Length 27>>\nstream\n0 0 1 rg 50 600 200 90 re f\nendstream",
    ];
    for (index, object) in objects.iter().enumerate() {
        offsets.push(bytes.len());
        bytes.extend_from_slice(format!("{} 0 obj\n{object}\nendobj\n", index + 1).as_bytes());
    }
    let info = bytes.len();
    bytes.extend_from_slice(b"5 0 obj\n<</Title(Hybrid)>>\nendobj\n");
    let stream = bytes.len();
    let row = [&[1][..], &u32::try_from(info).unwrap().to_be_bytes(), &[0, 0]].concat();
    bytes.extend_from_slice(
        b"6 0 obj\n<</Type/XRef/Size 7/W[1 4 2]/Index[5 1]/Root 1 0 R/Length 7>>\nstream\n",
    );
    bytes.extend_from_slice(&row);
    bytes.extend_from_slice(b"\nendstream\nendobj\n");
    let table = bytes.len();
    bytes.extend_from_slice(b"xref\n0 5\n0000000000 65535 f\r\n");
    for offset in offsets {
        bytes.extend_from_slice(format!("{offset:010} 00000 n\r\n").as_bytes());
    }
    let trailer =
        format!("trailer\n<</Size 7/Root 1 0 R/Info 5 0 R/XRefStm {stream}>>\nstartxref\n{table}\n%%EOF\n");
    bytes.extend_from_slice(trailer.as_bytes());
    fs::write(office.path("hybrid.pdf"), bytes).unwrap();
    // pyHanko's strict mode reads no hybrid files at all.
    both_sign(&office, "hybrid.pdf");
    for file in ["signed.pdf", "sealed.pdf"] {
        judges::assert_sound_for_qpdf(&office.path(file));
        assert_eq!(verdict(&office, file)["verdict"], "valid");
    }
}

#[test]
fn a_thousand_pages_take_both_signatures() {
    let office = Office::new();
    typeset(&office.path("long.pdf"), 1000, "1.7");
    assert_can_be_signed(&office, "long.pdf");
}

#[test]
fn what_has_a_form_of_its_own_keeps_it() {
    let office = Office::new();
    typeset(&office.path("plain.pdf"), 1, "1.7");
    const FORM: &str = "
import sys
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
source, target = sys.argv[1:]
with open(source, 'rb') as file:
    writer = IncrementalPdfFileWriter(file)
    page, _ = writer.find_page_for_modification(0)
    field = writer.add_object(generic.DictionaryObject({
        generic.pdf_name('/Type'): generic.pdf_name('/Annot'),
        generic.pdf_name('/Subtype'): generic.pdf_name('/Widget'),
        generic.pdf_name('/FT'): generic.pdf_name('/Tx'),
        generic.pdf_name('/T'): generic.pdf_string('remark'),
        generic.pdf_name('/DA'): generic.pdf_string('0 g'),
        generic.pdf_name('/Rect'): generic.ArrayObject([generic.NumberObject(n) for n in (50, 500, 200, 520)]),
    }))
    page.get_object()[generic.pdf_name('/Annots')] = generic.ArrayObject([field])
    writer.update_container(page.get_object())
    writer.root[generic.pdf_name('/AcroForm')] = writer.add_object(generic.DictionaryObject({
        generic.pdf_name('/Fields'): generic.ArrayObject([field])}))
    writer.update_root()
    with open(target, 'wb') as out:
        writer.write(out)
";
    approve(python().args(["-c", FORM]).arg(office.path("plain.pdf")).arg(office.path("form.pdf")));
    assert_can_be_signed(&office, "form.pdf");
}

#[test]
fn a_field_that_would_come_too_late_is_refused() {
    let office = Office::new();
    typeset(&office.path("plain.pdf"), 1, "1.7");
    office.ok(&["sign", "plain.pdf", "--key", "keys/chairman.key", "--time", TIME, "-o", "signed.pdf"]);
    // The chairman's signature certified the file: no field that shows may be added now.
    #[rustfmt::skip]
    office.code(&[
        "sign", "signed.pdf", "--as", "agency", "--key", "keys/agency.key", "--place", "agency=1,95,36,36,36",
        "--time", TIME, "-o", "late.pdf",
    ], 3);
    assert!(!office.path("late.pdf").exists());
    for place in
        ["signer=9,10,10,50,20", "signer=0,10,10,50,20", "signer=1,10,10,1,20", "nobody=1,10,10,50,20"]
    {
        let said =
            office.run(&["sign", "plain.pdf", "--key", "keys/chairman.key", "--place", place, "-o", "x.pdf"]);
        assert!(matches!(said.status.code(), Some(2 | 3)), "{place}");
    }
}
