//! Copies (NĐ 30/2020 Điều 25–27): of a signed file on paper, of a scan as a file, and extracts of both.

use std::fs;
use std::process::Command;

use super::{Office, TIME, example};
use crate::judges;

const LATER: &str = "2026-06-19T08:00:00+07:00";
const ON_PAPER: [&str; 8] = [
    "--authority",
    "TL. CHỦ TỊCH",
    "--position",
    "CHÁNH VĂN PHÒNG",
    "--name",
    "Lê Văn Bình",
    "--recipient",
    "Phòng Nội vụ",
];
const TRUST: [&str; 2] = ["--trust", "keys/root.crt"];

/// An office with a report that its chairman and itself signed: `sealed.pdf`.
fn office() -> Office {
    let office = Office::new();
    let example = example();
    office.ok(&["issue", example.to_str().unwrap(), "--key", "keys/chairman.key", "--time", TIME]);
    let seal = ["--as", "agency", "--key", "keys/agency.key", "--time", TIME, "-o", "sealed.pdf"];
    office.ok(&[&["sign", "201-BC-UBND.signed.pdf"], &seal[..]].concat());
    office
}

fn text(office: &Office, file: &str) -> String {
    let output = Command::new("pdftotext").arg("-layout").arg(office.path(file)).arg("-").output();
    let text = String::from_utf8(output.unwrap().stdout).unwrap();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn copy(office: &Office, arguments: &[&str], code: i32) -> String {
    office.code(&[&["copy"], arguments, &["--time", LATER], &TRUST].concat(), code)
}

#[test]
fn a_signed_file_is_copied_on_paper_with_a_number_of_its_own() {
    let office = office();
    // The report took 201 of the documents' numbers; copies count for themselves.
    for (kind, title, number) in [("sao-y", "SAO Y", "01/SY-UBND"), ("sao-luc", "SAO LỤC", "02/SL-UBND")] {
        copy(&office, &[&["sealed.pdf", "--as", kind], &ON_PAPER[..]].concat(), 0);
        let file = format!("{}.pdf", number.replace('/', "-"));
        let copied = text(&office, &file);
        for wanted in [title, number, "TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG", "Lê Văn Bình", "Phòng Nội vụ"]
        {
            assert!(copied.contains(wanted), "«{wanted}»: {copied}");
        }
        judges::assert_pdfa_3a_and_ua_1(&office.path(&file));
    }
    copy(&office, &[&["sealed.pdf", "--as", "trich-sao", "--pages", "2-3"], &ON_PAPER[..]].concat(), 0);
    assert!(text(&office, "03-TrS-UBND.pdf").contains("TRÍCH SAO"));
    let list = office.json(&["register", "list", "--year", "2026", "--json"]);
    let codes: Vec<&str> =
        list.as_array().unwrap().iter().map(|entry| entry["code"].as_str().unwrap()).collect();
    for code in ["01/SY-UBND", "02/SL-UBND", "03/TrS-UBND"] {
        assert!(codes.contains(&code), "{codes:?}");
    }
}

#[test]
fn an_extract_as_a_file_is_signed_by_the_agency_and_verifies() {
    let office = office();
    let electronic = ["--medium", "electronic", "--issuer", "Ủy ban nhân dân huyện Hòa An"];
    copy(&office, &[&["sealed.pdf", "--as", "trich-sao", "--pages", "1-2"], &electronic[..]].concat(), 0);
    judges::assert_pdfa_3a_and_ua_1(&office.path("01-TrS-UBND.pdf"));
    signed_in_the_corner(&office, "01-TrS-UBND.pdf", "TRÍCH SAO");
}

#[test]
fn a_scan_becomes_a_file_that_the_agency_signs() {
    let office = office();
    let electronic = ["--medium", "electronic", "--scan", "--issuer", "Ủy ban nhân dân huyện Hòa An"];
    // A page of 100 dots an inch is not good enough for the decree; one of 200 is.
    for (dots, code) in [(100, 3), (200, 0)] {
        let pixels = (210 * dots * 10 / 254, 297 * dots * 10 / 254);
        fs::write(office.path("scan.pdf"), scan(pixels)).unwrap();
        let said = copy(&office, &[&["scan.pdf", "--as", "sao-y"], &electronic[..]].concat(), code);
        assert!(code == 0 || said.contains("200"), "{said}");
    }
    signed_in_the_corner(&office, "01-SY-UBND.pdf", "SAO Y");
    copy(&office, &[&["scan.pdf", "--as", "sao-y", "--scan"], &ON_PAPER[..]].concat(), 0);
    assert!(text(&office, "02-SY-UBND.pdf").contains("SAO Y"));
}

/// Signs the copy as the agency, and finds that it is so.
fn signed_in_the_corner(office: &Office, file: &str, title: &str) {
    office.ok(&[
        "sign",
        file,
        "--as",
        "agency",
        "--key",
        "keys/agency.key",
        "--time",
        LATER,
        "-o",
        "copy.pdf",
    ]);
    let corner = text(office, "copy.pdf");
    assert!(corner.contains(&format!("{title}; Ủy ban nhân dân huyện Hòa An")), "{corner}");
    assert!(
        corner.contains("19/6/2026") || corner.contains("19/06/2026") || corner.contains("19-06-2026"),
        "{corner}"
    );
    let verdict = office.json(&[&["verify", "copy.pdf", "--json"], &TRUST[..]].concat());
    assert_eq!(verdict["verdict"], "valid", "{verdict}");
    let said = judges::pyhanko_at(&office.path("copy.pdf"), &office.path("keys/root.crt"), LATER);
    assert_eq!(said[0]["bottom_line"], true, "{said:?}");
}

/// A paper of one page as a scanner writes it: a grey image of the page's size.
fn scan((width, height): (i32, i32)) -> Vec<u8> {
    use lopdf::content::{Content, Operation};
    use lopdf::{Document, Object, Stream, dictionary};
    let mut pdf = Document::with_version("1.7");
    let pixels = vec![0xf0; usize::try_from(width * height).unwrap()];
    let image = dictionary! {
        "Type" => "XObject", "Subtype" => "Image", "Width" => width, "Height" => height,
        "ColorSpace" => "DeviceGray", "BitsPerComponent" => 8,
    };
    let mut image = Stream::new(image, pixels);
    image.compress().unwrap();
    let image = pdf.add_object(image);
    let numbers = |numbers: [f32; 6]| numbers.map(Object::from).to_vec();
    let operations = vec![
        Operation::new("cm", numbers([595.28, 0.0, 0.0, 841.89, 0.0, 0.0])),
        Operation::new("Do", vec!["Im".into()]),
    ];
    let content = pdf.add_object(Stream::new(dictionary! {}, Content { operations }.encode().unwrap()));
    let pages = pdf.new_object_id();
    let page = pdf.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "Contents" => content,
        "MediaBox" => vec![0.into(), 0.into(), 595.28.into(), 841.89.into()],
        "Resources" => dictionary! { "XObject" => dictionary! { "Im" => image } },
    });
    pdf.objects
        .insert(pages, dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 }.into());
    let catalog = pdf.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    pdf.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    pdf.save_to(&mut bytes).unwrap();
    bytes
}
