//! What a document takes from files beside it: images, rows of tables, appendices that exist already.

use std::fs;
use std::io::{Cursor, Write as _};
use std::process::Command;

use lopdf::{Dictionary, Object, dictionary};
use proptest::prelude::*;
use serde_json::{Value, json};
use tempfile::TempDir;
use vanthu::clock;
use vanthu::document::model::{Block, Document, Table};
use vanthu::document::{self, Folder, ParseContext};
use vanthu::fonts::Faces;
use vanthu::issue::compose;
use vanthu::layout::DraftMark;

use crate::judges;
use crate::poppler::{self, Page};

const CMYK: &[u8] = include_bytes!("../fixtures/cmyk.jpg");

/// A folder with a document in it.
struct Beside(TempDir);

impl Beside {
    fn new() -> Beside {
        Beside(tempfile::tempdir().unwrap())
    }

    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Beside {
        fs::write(self.0.path().join(name), bytes).unwrap();
        self
    }

    /// Reads the example with this `body`; otherwise the first error: its code, place and words.
    fn read(&self, body: &Value) -> Result<Document, (String, String, String)> {
        let mut form: Value = serde_json::from_str(include_str!("../../examples/thong-bao.json")).unwrap();
        form["body"] = body.clone();
        self.form(&form)
    }

    fn form(&self, form: &Value) -> Result<Document, (String, String, String)> {
        let context = ParseContext { folder: Folder::at(self.0.path()), ..ParseContext::default() };
        let read = document::parse_in(form.to_string().as_bytes(), &Faces::embedded(), &context);
        read.map(|draft| draft.document).map_err(|findings| {
            let error =
                findings.into_iter().find(|found| found.severity == vanthu::diagnostic::Severity::Error);
            let error = error.unwrap();
            (error.code.into_owned(), error.pointer, error.message.en)
        })
    }

    /// Why the image `bytes` is refused.
    #[track_caller]
    fn refuses(&self, bytes: &[u8], words: &str) {
        self.put("a.img", bytes);
        let figure = json!([{ "block": "figure", "file": "a.img", "alt": "Một hình" }]);
        let (code, pointer, said) = self.read(&figure).unwrap_err();
        assert_eq!((code.as_str(), pointer.as_str()), ("E-IMAGE", "/body/0/file"));
        assert!(said.contains(words), "{said}");
    }

    fn table(&self, data: &Value) -> Result<Table, (String, String, String)> {
        let document = self.read(&json!([{ "block": "table", "data": data }]))?;
        let Block::Table(table) = document.body.into_iter().next().unwrap() else { unreachable!() };
        Ok(table)
    }
}

fn picture(format: image::ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let pixels = image::RgbImage::from_fn(40, 30, |x, y| image::Rgb([x as u8 * 6, y as u8 * 8, 90]));
    pixels.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

#[test]
fn png_jpeg_and_svg_are_printed_with_their_captions_and_archive() {
    let beside = Beside::new();
    let drawing = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 40 30'><path d='M0 0L40 30' stroke='#000'/></svg>";
    beside.put("a.png", picture(image::ImageFormat::Png));
    beside.put("a.jpg", picture(image::ImageFormat::Jpeg));
    beside.put("a.svg", drawing);
    let figure = |file: &str, number: u8| {
        json!({
            "block": "figure", "file": file, "alt": "Bản đồ", "caption": format!("Hình {number}. Sơ đồ"), "width": 60,
        })
    };
    let body = json!([
        { "block": "paragraph", "text": "Gồm:" }, figure("a.png", 1), figure("a.jpg", 2), figure("a.svg", 3),
        { "block": "paragraph", "text": "Hết./." },
    ]);
    let document = beside.read(&body).unwrap();
    let time = clock::parse(poppler::TIME).unwrap();
    let bytes = compose::compose(&poppler::ENGINE, &document, time, DraftMark::Issued).unwrap();
    let page = Page::read(bytes);
    for number in 1..=3 {
        assert!(page.text().contains(&format!("Hình {number}. Sơ đồ")), "{}", page.text());
    }
    judges::assert_pdfa_3a_and_ua_1(&page.file());
    // The canonical JSON holds the images themselves, so that the document can be made again from it.
    let whole = document::to_json(&document);
    let again = document::parse(whole.as_bytes(), &Faces::embedded()).unwrap().document;
    assert_eq!(again, document);
}

#[test]
fn hostile_images_are_refused_with_the_reason() {
    let beside = Beside::new();
    let png = picture(image::ImageFormat::Png);
    beside.refuses(&png[..png.len() / 2], "can't be read");
    // A head that promises 60,000 × 60,000 pixels.
    let mut huge = png.clone();
    huge[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    let checksum = crc32(&huge[12..29]);
    huge[29..33].copy_from_slice(&checksum.to_be_bytes());
    beside.refuses(&huge, "40000000");
    beside.refuses(CMYK, "CMYK");
    beside.refuses(&vec![0xff; 11 << 20], "limit is 10485760 bytes");
    beside.refuses(b"GIF89a", "not a PNG, JPEG or SVG");
    let svg =
        |inner: &str| format!("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'>{inner}</svg>");
    for name in
        ["text", "image", "script", "use", "style", "foreignObject", "filter", "mask", "pattern", "animate"]
    {
        beside.refuses(svg(&format!("<{name}/>")).as_bytes(), &format!("<{name}>"));
    }
    beside.refuses(
        svg(&"<g>".repeat(100)).replace("</svg>", &format!("{}</svg>", "</g>".repeat(100))).as_bytes(),
        "deep",
    );
    beside.refuses(svg(&"<path d='M0 0'/>".repeat(20_001)).as_bytes(), "20000");
    let dtd = format!("<!DOCTYPE svg [<!ENTITY a 'aaaa'>]>{}", svg("<desc>&a;</desc>"));
    beside.refuses(dtd.as_bytes(), "can't be read");
    // Files lie in the document's folder and nowhere else.
    for name in ["/etc/hostname", "../a.png", "missing.png", ""] {
        let figure = json!([{ "block": "figure", "file": name, "alt": "Một hình" }]);
        assert_eq!(beside.read(&figure).unwrap_err().0, "E-IMAGE", "{name}");
    }
    // Many small ones are too many as well.
    beside.put("a.png", &png);
    let many: Vec<Value> =
        (0..65).map(|_| json!({ "block": "figure", "file": "a.png", "alt": "Một hình" })).collect();
    assert!(beside.read(&many.into()).unwrap_err().2.contains("64 images"));
    let lie =
        json!([{ "block": "figure", "data": "data:image/jpeg;base64,iVBORw0KGgo=", "alt": "Một hình" }]);
    assert_eq!(beside.read(&lie).unwrap_err().0, "E-IMAGE");
}

/// CRC-32 as PNG has it (ISO/IEC 15948, Annex D).
fn crc32(bytes: &[u8]) -> u32 {
    let step = |sum: u32, byte: &u8| {
        (0..8).fold(
            sum ^ u32::from(*byte),
            |sum, _| if sum & 1 == 1 { 0xedb8_8320 ^ (sum >> 1) } else { sum >> 1 },
        )
    };
    !bytes.iter().fold(!0, step)
}

/// A workbook with one sheet of these `rows` and `merges`.
fn workbook(rows: &str, merges: &str) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let merges = if merges.is_empty() { String::new() } else { format!("<mergeCells>{merges}</mergeCells>") };
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [
        (
            "[Content_Types].xml",
            "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>".to_owned(),
        ),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns='{package}'><Relationship Id='r1' Type='{office}/officeDocument' Target='xl/workbook.xml'/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns='{main}' xmlns:r='{office}'><sheets><sheet name='Số liệu' sheetId='1' r:id='r1'/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns='{package}'><Relationship Id='r1' Type='{office}/worksheet' Target='worksheets/sheet1.xml'/></Relationships>"
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet xmlns='{main}'><sheetData>{rows}</sheetData>{merges}</worksheet>"),
        ),
    ] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn text_cell(at: &str, text: &str) -> String {
    format!("<c r='{at}' t='inlineStr'><is><t>{text}</t></is></c>")
}

fn printed(table: &Table) -> Vec<Vec<String>> {
    table.rows.iter().map(|row| row.cells.iter().map(|cell| cell.text.plain()).collect()).collect()
}

#[test]
fn rows_come_from_csv_as_data() {
    let beside = Beside::new();
    beside.put("a.csv", "TT;Chỉ tiêu;Tỷ lệ\n1;**không đậm** ^[x];12,5\n2;#panic();7\n");
    let table = beside.table(&json!({ "file": "a.csv" })).unwrap();
    assert_eq!(
        table.columns.iter().map(|column| column.title.plain()).collect::<Vec<_>>(),
        ["TT", "Chỉ tiêu", "Tỷ lệ"]
    );
    assert_eq!(printed(&table), [["1", "**không đậm** ^[x]", "12,5"], ["2", "#panic()", "7"]]);
    beside.put("b.csv", [0xff, 0xfe]);
    for (file, words) in
        [("b.csv", "UTF-8"), ("c.csv", "can't be read"), ("../a.csv", "folder"), ("a.png", ".csv")]
    {
        beside.put("a.png", "x");
        let (code, pointer, said) = beside.table(&json!({ "file": file })).unwrap_err();
        assert!(
            code == "E-FILE" && pointer.starts_with("/body/0/data") && said.contains(words),
            "{code} {pointer} {said}"
        );
    }
}

#[test]
fn rows_come_from_spreadsheets_with_merges_dates_and_decimal_commas() {
    let beside = Beside::new();
    let rows = [
        format!(
            "<row r='2'>{}{}{}</row>",
            text_cell("B2", "TT"),
            text_cell("C2", "Chỉ tiêu"),
            text_cell("D2", "Số")
        ),
        format!("<row r='3'>{}</row>", text_cell("B3", "Nhóm một")),
        format!(
            "<row r='4'><c r='B4'><v>1</v></c>{}<c r='D4'><v>0.30000000000000004</v></c></row>",
            text_cell("C4", "Lúa")
        ),
        format!(
            "<row r='5'><c r='B5'><v>2</v></c>{}<c r='D5' t='b'><v>1</v></c></row>",
            text_cell("C5", "Ngô")
        ),
    ];
    beside.put("a.xlsx", workbook(&rows.concat(), "<mergeCell ref='B3:D3'/>"));
    let table = beside.table(&json!({ "file": "a.xlsx" })).unwrap();
    assert_eq!(table.columns.len(), 3);
    assert!(table.rows[0].group && table.rows[0].cells[0].colspan == 3);
    assert_eq!(printed(&table)[1..], [["1", "Lúa", "0,3"], ["2", "Ngô", "Có"]]);
    let part = json!({ "file": "a.xlsx", "sheet": "Số liệu", "range": "C4:D5" });
    assert_eq!(beside.table(&part).unwrap().columns[0].title.plain(), "Lúa");
    let (_, _, said) = beside.table(&json!({ "file": "a.xlsx", "sheet": "Khác" })).unwrap_err();
    assert!(said.contains("Số liệu"), "{said}");
}

#[test]
fn hostile_spreadsheets_are_refused_with_the_reason() {
    let beside = Beside::new();
    let refused = |bytes: Vec<u8>| {
        beside.put("a.xlsx", bytes);
        beside.table(&json!({ "file": "a.xlsx" })).unwrap_err().2
    };
    let corners = format!(
        "<row r='1'>{}</row><row r='1048576'>{}</row>",
        text_cell("A1", "a"),
        text_cell("XFD1048576", "b")
    );
    assert!(refused(workbook(&corners, "")).contains("200000"));
    let error = format!(
        "<row r='1'>{}</row><row r='2'><c r='A2' t='e'><v>#DIV/0!</v></c></row>",
        text_cell("A1", "a")
    );
    assert!(refused(workbook(&error, "")).contains("A2"));
    let two = format!("<row r='1'>{}</row>", text_cell("A1", "a"));
    assert!(refused(workbook(&two, "<mergeCell ref='A1:C3'/><mergeCell ref='A1:B2'/>")).contains("A1"));
    // Blanks compress a thousandfold.
    let bomb = format!("<row r='1'>{}</row>{}", text_cell("A1", "a"), " ".repeat(257 << 20));
    assert!(refused(workbook(&bomb, "")).contains("268435456"));
    assert!(refused(b"PK\x03\x04".to_vec()).contains("can't be read"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_damaged_spreadsheet_or_image_is_an_answer(at in 0_usize..4096, byte in any::<u8>(), cut in 1_usize..4096) {
        let beside = Beside::new();
        let row = format!("<row r='1'>{}{}</row>", text_cell("A1", "a"), text_cell("B1", "b"));
        for (name, mut bytes) in [("a.xlsx", workbook(&row, "")), ("a.png", picture(image::ImageFormat::Png)), ("a.jpg", picture(image::ImageFormat::Jpeg))] {
            let length = bytes.len();
            bytes[at % length] = byte;
            bytes.truncate(if cut % 3 == 0 { cut % length + 1 } else { length });
            beside.put(name, &bytes);
        }
        let _ = beside.table(&json!({ "file": "a.xlsx" }));
        for name in ["a.png", "a.jpg"] {
            let _ = beside.read(&json!([{ "block": "figure", "file": name, "alt": "x" }]));
        }
    }
}

/// A page of another program, with these keys of its page dictionary.
fn foreign(keys: Dictionary) -> lopdf::Document {
    let mut pdf = lopdf::Document::with_version("1.7");
    let pages = pdf.new_object_id();
    let content = pdf.add_object(lopdf::Stream::new(dictionary! {}, b"0 0 100 100 re f".to_vec()));
    let mut page = dictionary! {
        "Type" => "Page", "Parent" => pages, "Contents" => content,
        "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()], "Resources" => dictionary! {},
    };
    page.extend(&keys);
    let page = pdf.add_object(page);
    pdf.objects
        .insert(pages, dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 }.into());
    let catalog = pdf.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    pdf.trailer.set("Root", catalog);
    pdf
}

fn saved(mut pdf: lopdf::Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    pdf.save_to(&mut bytes).unwrap();
    bytes
}

#[test]
fn an_appendix_that_exists_already_gets_the_corner_for_the_agency() {
    let beside = Beside::new();
    let mut form: Value = serde_json::from_str(include_str!("../../examples/ke-hoach.json")).unwrap();
    form["body"] = json!([{ "block": "paragraph", "text": "Theo Phụ lục kèm theo./." }]);
    let mut read = |file: &str| {
        form["appendices"] = json!([{ "title": "Bản vẽ", "file": file, "separate": true }]);
        beside.form(&form)
    };
    let time = clock::parse(poppler::TIME).unwrap();
    beside.put("a.pdf", saved(foreign(dictionary! {})));
    beside.put("a.png", picture(image::ImageFormat::Png));
    for file in ["a.pdf", "a.png"] {
        let document = read(file).unwrap();
        let bytes =
            compose::compose_appendix(&poppler::ENGINE, &document, 0, time, DraftMark::Issued).unwrap();
        let page = Page::read(bytes);
        let pdf = lopdf::Document::load(page.file()).unwrap();
        let corner = |object: &Object| object.as_dict().is_ok_and(|field| field.has(b"VTHU_Corner"));
        assert!(pdf.objects.values().any(corner), "{file}");
        judges::assert_sound_for_qpdf(&page.file());
    }
    beside.put("turned.pdf", saved(foreign(dictionary! { "Rotate" => 90 })));
    let mut signed = foreign(dictionary! {});
    signed.add_object(
        dictionary! { "Type" => "Sig", "ByteRange" => vec![0.into(), 1.into(), 2.into(), 3.into()] },
    );
    beside.put("signed.pdf", saved(signed));
    beside.put("broken.pdf", "%PDF-1.7 and no more");
    let encrypt = ["--encrypt", "", "owner", "256", "--", "a.pdf", "encrypted.pdf"];
    judges::approve(Command::new("qpdf").args(encrypt).current_dir(beside.0.path()));
    beside.put("a.exe", "MZ");
    let mut composed = |file: &str| {
        let document = read(file).map_err(|(_, _, said)| said)?;
        compose::compose_appendix(&poppler::ENGINE, &document, 0, time, DraftMark::Issued)
            .map_err(|error| error.to_string())
    };
    let said: Vec<String> =
        ["turned.pdf", "signed.pdf", "broken.pdf", "encrypted.pdf", "a.exe", "missing.pdf"]
            .map(&mut composed)
            .map(Result::unwrap_err)
            .into();
    insta::assert_debug_snapshot!(said);
}
