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

/// A page with one line, written by hand: `objects` beside it, from number 5 on.
fn plain(objects: &[&[u8]]) -> Vec<u8> {
    let page: [&[u8]; 4] = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<>>>>",
        b"<</Length 27>>\nstream\n0 0 1 rg 50 600 200 90 re f\nendstream",
    ];
    let mut bytes = b"%PDF-1.5\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let mut table = String::new();
    for (index, object) in page.iter().chain(objects).enumerate() {
        table += &format!("{:010} 00000 n\r\n", bytes.len());
        let header = format!("{} 0 obj\n", index + 1);
        bytes.extend([header.as_bytes(), object, b"\nendobj\n"].concat());
    }
    let (start, size) = (bytes.len(), 5 + objects.len());
    let table = format!("xref\n0 {size}\n0000000000 65535 f\r\n{table}");
    let id = "<00112233445566778899aabbccddeeff>";
    let trailer = format!("trailer\n<</Size {size}/Root 1 0 R/ID[{id} {id}]>>\nstartxref\n{start}\n%%EOF\n");
    bytes.extend_from_slice((table + &trailer).as_bytes());
    bytes
}

fn place(bytes: &[u8], part: &str) -> usize {
    bytes.windows(part.len()).position(|window| window == part.as_bytes()).unwrap()
}

fn replaced(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let at = bytes.windows(from.len()).rposition(|window| window == from.as_bytes()).unwrap();
    [&bytes[..at], to.as_bytes(), &bytes[at + from.len()..]].concat()
}

#[test]
fn what_others_write_in_their_own_way_takes_both_signatures() {
    let office = Office::new();
    let file = plain(&[]);
    let start = place(&file, "xref\n0 ");
    let text = |bytes: &[u8]| bytes.iter().map(|byte| char::from(*byte)).collect::<String>();
    let short = text(&file[start..]).replace(" n\r\n", " n\n").replace(" f\r\n", " f\n");
    let dangling = plain(&[b"<</Type/Metadata/A[6 0 R 7 0 R 9 0 R 4000000000 0 R]>>"]);
    for (name, bytes) in [
        ("comment", replaced(&file, "startxref", "%maker 1.0\nstartxref")),
        ("named", replaced(&file, &format!("startxref\n{start}"), &format!("startxref\n{}", start - 1))),
        ("short", [&file[..start], short.as_bytes()].concat()),
        ("dangling", dangling),
        ("tail", [&file[..], b"<html></html>\n"].concat()),
        ("white", [&file[..], b"\r\n\r\n"].concat()),
    ] {
        fs::write(office.path(&format!("{name}.pdf")), bytes).unwrap();
        assert_can_be_signed(&office, &format!("{name}.pdf"));
    }
}

/// As Microsoft Word saves: a table with everything, then one with nothing and a stream with everything again.
#[test]
fn a_file_of_word_takes_both_signatures() {
    let office = Office::new();
    let mut rows = vec![0_u8; 6];
    for number in 1..5 {
        let at = place(&plain(&[]), &format!("{number} 0 obj"));
        rows.extend([&[1], &u32::try_from(at).unwrap().to_be_bytes()[..], &[0]].concat());
    }
    let head = "<</Type/XRef/Size 6/W[1 4 1]/Index[0 5]/Root 1 0 R/Length 30>>\nstream\n";
    let mut file = plain(&[&[head.as_bytes(), &rows, b"\nendstream"].concat()]);
    let (first, hidden, second) = (place(&file, "xref\n0 "), place(&file, "5 0 obj"), file.len());
    let again = format!(
        "xref\n0 0\ntrailer\n<</Size 6/Root 1 0 R/Prev {first}/XRefStm {hidden}>>\nstartxref\n{second}\n%%EOF\n"
    );
    file.extend_from_slice(again.as_bytes());
    fs::write(office.path("word.pdf"), file).unwrap();
    both_sign(&office, "word.pdf");
    for result in ["signed.pdf", "sealed.pdf"] {
        judges::assert_sound_for_qpdf(&office.path(result));
        assert_eq!(verdict(&office, result)["verdict"], "valid");
    }
}

/// Two readings are not signed: what is wrong is said, and what to do.
#[test]
fn what_programs_read_in_two_ways_is_refused() {
    let office = Office::new();
    let file = plain(&[]);
    for (name, bytes) in [
        ("root", replaced(&file, "/Root 1 0 R", "/Root 1 0 R/Root 2 0 R")),
        ("start", replaced(&file, "startxref\n", &format!("startxref\n{}", " ".repeat(3000)))),
        ("key", replaced(&file, "/MediaBox", "/MediaBox[0 0 9 9]/MediaBox")),
    ] {
        let path = format!("{name}.pdf");
        fs::write(office.path(&path), bytes).unwrap();
        let sign =
            ["sign", &path, "--key", "keys/chairman.key", "--time", TIME, "-o", "two.pdf", "--lang", "en"];
        let said = office.run(&sign);
        let words = String::from_utf8_lossy(&said.stderr).into_owned();
        assert!(!said.status.success() && !office.path("two.pdf").exists(), "{name}: {words}");
        assert!(words.contains("export it to a new PDF"), "{name}: {words}");
    }
}
