//! Every layout of the decree with a code on its first page: nothing moved, nothing stands over anything, and
//! the code is read from the print.

use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};
use vanthu::clock;
use vanthu::document::model::Document;
use vanthu::document::{self, Folder, ParseContext};
use vanthu::fonts::Faces;
use vanthu::hex;
use vanthu::issue::compose::{self, LaidOut};
use vanthu::issue::reproduce::reproduce;
use vanthu::layout::{DraftMark, LayoutOptions};
use vanthu::qr::Address;
use vanthu::verify::Outcome;

use super::paper::{foot, ink, picture, read, scanned};
use crate::judges;
use crate::poppler::{ENGINE, MM, Page, TIME, Word};

const CAPTION: &str = "Kiểm tra bản giấy: quét mã hoặc mở";

fn address() -> Address {
    Address::parse("https://kiemtra.example.gov.vn").unwrap()
}

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}

/// The documents of the examples, with their names.
fn documents() -> Vec<(String, Document)> {
    let entries = std::fs::read_dir(examples()).unwrap().map(|entry| entry.unwrap().path());
    let is_document = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        name.ends_with(".json") && !name.ends_with(".schema.json")
    };
    let mut paths: Vec<PathBuf> = entries.filter(is_document).collect();
    paths.sort();
    let read = |path: PathBuf| {
        let context = ParseContext { folder: Folder::at(examples()), ..ParseContext::default() };
        let draft = document::parse_in(&std::fs::read(&path).unwrap(), &Faces::embedded(), &context).unwrap();
        (path.file_stem().unwrap().to_string_lossy().into_owned(), draft.document)
    };
    paths.into_iter().map(read).collect()
}

fn plain(document: &Document) -> Page {
    let time = clock::parse(TIME).unwrap();
    Page::read(compose::compose(&ENGINE, document, time, DraftMark::Issued).unwrap())
}

fn compose(document: &Document, address: &Address) -> Vec<u8> {
    let time = clock::parse(TIME).unwrap();
    let laid_out = LaidOut::new(&ENGINE, document, time, DraftMark::Issued, Some(address)).unwrap();
    laid_out.complete(None).unwrap()
}

/// What the code of `document` must hold, by other means than the program's.
fn expected(document: &Document, address: &str) -> String {
    let header = &document.header;
    let notation: String = header.notation.replace('Đ', "%C4%90");
    let digest = hex::lower(&Sha256::digest(document::to_json(document))).to_uppercase();
    let year = header.date.unwrap().year();
    format!("{address}/v/{year}/{}/{notation}?d={digest}", header.number.unwrap())
}

/// Where the code stands on page 1, in points: left, top, right, bottom.
fn place(file: &Path) -> [f64; 4] {
    let scale = 600.0 / 72.0;
    let (picture, above) = foot(file, 600);
    let [left, top, right, bottom] =
        ink(&picture, 29.0 * MM * scale).expect("no code").map(|edge| edge / scale);
    [left, top + above, right, bottom + above]
}

fn overlap(one: [f64; 4], other: [f64; 4]) -> bool {
    one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3]
}

#[test]
fn the_code_stands_where_nothing_else_does_on_every_layout() {
    for (name, document) in documents() {
        let plain = plain(&document);
        let coded = Page::read(compose(&document, &address()));
        // The text is the same in the same place; a line in the foot of page 1 is new.
        let is_new = |word: &Word| word.page == 1 && word.top > 277.0 * MM;
        let (new, old): (Vec<Word>, Vec<Word>) = coded.words.clone().into_iter().partition(is_new);
        let places =
            |words: &[Word]| -> Vec<String> { words.iter().map(|word| format!("{word:?}")).collect() };
        assert_eq!(places(&old), places(&plain.words), "{name}");
        let line = new.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
        let record = format!(
            "https://kiemtra.example.gov.vn/v/{}/{}/{}",
            document.header.date.unwrap().year(),
            document.header.number.unwrap(),
            document.header.notation
        );
        assert_eq!(line, format!("{CAPTION} {record}"), "{name}");

        let code = place(&coded.file());
        let [left, top, right, bottom] = code;
        let side = right - left;
        assert!((side - (bottom - top)).abs() < 0.3, "{name}: {code:?}");
        // 41 or 45 modules of 0.5 mm, and all of it where printers reach.
        let module = side / if side < 43.0 * 1.44 { 41.0 } else { 45.0 };
        assert!(module > 0.5 * MM, "{name}: {side}");
        assert!(left > 4.2 * MM && 297.0 * MM - bottom > 4.2 * MM, "{name}: {code:?}");
        // Four modules on each side of it, no word, no field, and nothing that was drawn there before.
        let quiet = 4.0 * module;
        let zone = [left - quiet, top - quiet, right + quiet, bottom + quiet];
        for word in coded.words.iter().filter(|word| word.page == 1) {
            assert!(!overlap(zone, [word.left, word.top, word.right, word.bottom]), "{name}: {word:?}");
        }
        let json = document::to_json(&document);
        let created = clock::parse(TIME).unwrap();
        let source = LayoutOptions { json: &json, created, mark: DraftMark::Issued, link: None };
        let pages = ENGINE.lay_out(&document, &source).unwrap();
        for field in pages.fields().iter().filter(|field| field.page == 0) {
            let [left, bottom, right, top] = field.rect;
            let height = 297.0 * MM;
            assert!(!overlap(zone, [left, height - top, right, height - bottom]), "{name}: {field:?}");
        }
        let scale = 300.0 / 72.0;
        let (before, above) = foot(&plain.file(), 300);
        let spots = before.enumerate_pixels().filter(|(x, y, pixel)| {
            let (x, y) = (f64::from(*x) / scale, f64::from(*y) / scale + above);
            pixel.0[0] < 250 && overlap(zone, [x, y, x + 1.0 / scale, y + 1.0 / scale])
        });
        assert_eq!(spots.count(), 0, "{name}");
    }
}

#[test]
fn the_code_of_every_layout_is_read_from_its_print() {
    for (name, document) in documents() {
        let coded = Page::read(compose(&document, &address()));
        let wanted = expected(&document, address().as_str());
        for resolution in [150, 300] {
            let print = picture(&coded.file(), 1, resolution);
            assert_eq!(read(&print), [wanted.as_str()], "{name} at {resolution}");
        }
        let (print, _) = foot(&coded.file(), 300);
        for (degrees, blur) in [(1.5, 1.0), (-2.0, 1.2), (181.0, 1.0)] {
            let scan = scanned(&print, degrees, blur);
            assert_eq!(read(&scan), [wanted.as_str()], "{name} turned by {degrees}");
        }
        for page in 2..=coded.pages {
            assert!(read(&picture(&coded.file(), page, 150)).is_empty(), "{name}, page {page}");
        }
        assert!(read(&picture(&plain(&document).file(), 1, 150)).is_empty(), "{name}");
    }
}

/// The largest code that an office can have: a long address, and a notation with letters outside of ASCII.
#[test]
fn a_long_link_still_fits_and_is_read() {
    let (_, mut document) = documents().into_iter().find(|(name, _)| name == "quyet-dinh").unwrap();
    document.header.number = Some(99_999);
    document.header.notation = "QĐ-BCĐĐTĐ".to_owned();
    let text = format!("https://{}.gov.vn", "kiemtra-van-ban-dien-tu-cua-tinh-bac-lieu");
    let long = Address::parse(&text).unwrap();
    let coded = Page::read(compose(&document, &long));
    let [left, top, right, bottom] = place(&coded.file());
    assert!(right - left > 49.0 * 0.4 * MM && left > 3.5 * MM && right < 30.0 * MM - 4.0 * 0.4 * MM);
    assert!(top > 265.0 * MM && bottom < 293.0 * MM);
    let (print, _) = foot(&coded.file(), 300);
    for scan in [print.clone(), scanned(&print, 1.5, 0.8)] {
        assert_eq!(read(&scan), [expected(&document, &text).as_str()]);
    }
    judges::assert_pdfa_3a_and_ua_1(&coded.file());
}

#[test]
fn a_file_with_a_code_archives_and_says_what_the_code_is() {
    for (name, document) in documents() {
        let coded = Page::read(compose(&document, &address()));
        judges::assert_pdfa_3a_and_ua_1(&coded.file());
        judges::assert_sound_for_qpdf(&coded.file());
        let pdf = lopdf::Document::load(coded.file()).unwrap();
        let figures = pdf.objects.values().filter_map(|object| object.as_dict().ok()).filter(|element| {
            element.get(b"S").and_then(lopdf::Object::as_name).is_ok_and(|kind| kind == b"Figure")
        });
        let alt =
            |element: &lopdf::Dictionary| lopdf::decode_text_string(element.get(b"Alt").unwrap()).unwrap();
        let codes: Vec<String> =
            figures.map(alt).filter(|alt| alt.starts_with("Mã QR dẫn tới https://")).collect();
        assert_eq!(codes.len(), 1, "{name}: {codes:?}");
        // A drawing, not a picture: no image became more.
        let images = |page: &Page| {
            let output = Command::new("pdfimages").arg("-list").arg(page.file()).output().unwrap();
            String::from_utf8_lossy(&output.stdout).lines().count()
        };
        assert_eq!(images(&coded), images(&plain(&document)), "{name}");
    }
}

#[test]
fn the_same_document_gives_the_same_code_and_is_laid_out_again() {
    for (name, document) in documents() {
        let bytes = compose(&document, &address());
        assert!(compose(&document, &address()) == bytes, "{name}");
        let faces = Faces::embedded();
        assert_eq!(reproduce(&ENGINE, &faces, &bytes).outcome, Outcome::Pass, "{name}");
        // A code that leads elsewhere than the file says is not what the data give.
        let said = "<vanthu:VerificationPage>https://kiemtra.example.gov.vn<";
        let start = memchr::memmem::find(&bytes, said.as_bytes()).expect("its metadata name the page");
        let mut forged = bytes.clone();
        forged[start..start + said.len()].copy_from_slice(said.replace(".vn<", ".vm<").as_bytes());
        assert_eq!(reproduce(&ENGINE, &faces, &forged).outcome, Outcome::Fail, "{name}");
    }
}

/// A draft, a document whose number comes later, and an appendix of its own have none.
#[test]
fn what_has_no_number_has_no_code() {
    let (_, document) = documents().into_iter().find(|(name, _)| name == "ke-hoach").unwrap();
    let time = clock::parse(TIME).unwrap();
    let mut draft = document.clone();
    (draft.header.number, draft.header.date) = (None, None);
    for mark in [DraftMark::Draft, DraftMark::NumberLater, DraftMark::Issued] {
        let with = LaidOut::new(&ENGINE, &draft, time, mark, Some(&address())).unwrap();
        let without = LaidOut::new(&ENGINE, &draft, time, mark, None).unwrap();
        assert!(with.complete(None).unwrap() == without.complete(None).unwrap(), "{mark:?}");
    }
    let late = LaidOut::new(&ENGINE, &document, time, DraftMark::NumberLater, Some(&address())).unwrap();
    assert!(read(&picture(&Page::read(late.complete(None).unwrap()).file(), 1, 150)).is_empty());
}
