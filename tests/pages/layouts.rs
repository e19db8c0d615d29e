//! Every layout of the decree (NĐ 30/2020, Phụ lục III, mẫu 1.1–1.10, 2.1), read back from the examples'
//! pages: places, sizes, styles, and what keeps for the archive.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use vanthu::clock;
use vanthu::document::model::Document;
use vanthu::document::profile::Profile;
use vanthu::document::{self, Draft, Folder, Letterhead, ParseContext};
use vanthu::fonts::Faces;
use vanthu::issue::compose;
use vanthu::layout::{DraftMark, LayoutOptions};

use crate::judges;
use crate::poppler::{self, ENGINE, MM, Page, TIME, Word, parse};

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}

fn read(name: &str) -> Draft {
    let source = std::fs::read(examples().join(format!("{name}.json"))).unwrap();
    let context = ParseContext { folder: Folder::at(examples()), ..ParseContext::default() };
    document::parse_in(&source, &Faces::embedded(), &context).unwrap()
}

fn compose(draft: &Draft) -> Vec<u8> {
    compose::compose(&ENGINE, &draft.document, clock::parse(TIME).unwrap(), DraftMark::Issued).unwrap()
}

fn page(name: &str) -> Page {
    Page::read(compose(&read(name)))
}

/// The names of the examples.
fn names() -> Vec<String> {
    let entries = std::fs::read_dir(examples()).unwrap().map(|entry| entry.unwrap().path());
    let mut names: Vec<String> = entries
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .filter(|name| !name.ends_with(".schema"))
        .collect();
    names.sort();
    names
}

#[test]
fn every_form_of_the_decree_has_an_example() {
    let shown: std::collections::BTreeSet<String> =
        names().iter().map(|name| read(name).document.kind.form.mau.clone()).collect();
    let known: std::collections::BTreeSet<String> =
        Profile::default_profile().kinds.iter().map(|kind| kind.form.mau.clone()).collect();
    assert_eq!(shown, known);
}

#[test]
fn every_example_archives_and_gives_the_same_bytes_again() {
    for name in names() {
        let draft = read(&name);
        assert!(draft.fills.is_empty(), "{name}");
        assert!(name.starts_with("201") || draft.warnings.is_empty(), "{name}: {:?}", draft.warnings);
        let bytes = compose(&draft);
        // The attached JSON names no file: it alone gives the same bytes.
        let json = document::to_json(&draft.document);
        let again = document::parse(json.as_bytes(), &Faces::embedded()).unwrap();
        assert_eq!(again.document, draft.document, "{name}");
        assert!(compose(&again) == bytes, "{name} is not reproducible");
        let page = Page::read(bytes);
        judges::assert_pdfa_3a_and_ua_1(&page.file());
        judges::assert_sound_for_qpdf(&page.file());
    }
}

#[test]
fn margins_hold_in_every_example() {
    for name in names() {
        let page = page(&name);
        for word in &page.words {
            let (width, height) = page.sizes[word.page - 1];
            // Page numbers and marks of circulation stand in the top margin.
            let in_margin = word.bottom < 20.0 * MM;
            assert!(in_margin || word.top > 19.0 * MM, "{name}: {word:?}");
            assert!(word.left > 30.0 * MM - 0.5 && word.right < width - 20.0 * MM + 0.5, "{name}: {word:?}");
            assert!(word.bottom < height - 20.0 * MM + 1.0, "{name}: {word:?}");
        }
    }
}

/// Letterhead, title and foot of the decree's table 1.3, in every layout.
#[test]
fn the_elements_of_every_layout_have_the_decrees_sizes_and_styles() {
    for name in names() {
        let document = read(&name).document;
        let small = document.style.size == 13;
        let size = |large: u32, little: u32| if small { little } else { large };
        let (page, form) = (page(&name), &document.kind.form);
        let styles = page.styles();
        let is = |text: &str, wanted: (u32, &str)| assert_eq!(styles.of(text), wanted, "{name}: «{text}»");
        is("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", (size(13, 12), "Bold"));
        is("Độc lập - Tự do - Hạnh phúc", (size(14, 13), "Bold"));
        is(document.header.agency.last().unwrap(), (size(13, 12), "Bold"));
        if let Some(superior) = document.header.superior.first() {
            is(superior, (size(13, 12), "Regular"));
        }
        is(&format!("Số: {}", document.code().unwrap()), (13, "Regular"));
        assert_eq!(page.text().contains(&document.date_line().unwrap()), form.place, "{name}");
        if form.place {
            is(&document.date_line().unwrap(), (size(14, 13), "Italic"));
        }
        if form.title {
            is(&document.kind.title, (14, "Bold"));
        } else {
            is("V/v ", (size(13, 12), "Regular"));
        }
        is("Nơi nhận:", (12, "BoldItalic"));
        is("- Lưu: ", (11, "Regular"));
        for text in [&document.signature.position, &document.signature.name] {
            assert_eq!(styles.of_last(text), (size(14, 13), "Bold"), "{name}: «{text}»");
        }
        if let Some(enacts) = &form.enacts {
            is(enacts, (14, "Bold"));
            is("Căn cứ Luật Tổ chức", (14, "Italic"));
            is("Điều 1.", (14, "Bold"));
            is(&document.issuer.clone().unwrap().to_uppercase(), (14, "Bold"));
        }
        for appendix in &document.appendices {
            let label = match appendix.kind {
                Some(kind) => kind.title.clone(),
                None => format!("Phụ lục {}", appendix.number),
            };
            assert_eq!(styles.of_last(label.trim()), (14, "Bold"), "{name}: «{label}»");
            is("(Kèm theo ", (14, "Italic"));
        }
    }
}

/// The geometry of Phụ lục I, Sơ đồ bố trí, in every layout.
#[test]
fn the_elements_of_every_layout_stand_where_the_decree_puts_them() {
    for name in names() {
        let document = read(&name).document;
        let page = page(&name);
        let state = page.line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM");
        let motto = page.line("Độc lập - Tự do - Hạnh phúc");
        let agency = page.line(document.header.agency.last().unwrap());
        let number = page.line(&format!("Số: {}", document.code().unwrap()));
        let near = |one: &Word, other: &Word| (one.middle() - other.middle()).abs() < 1.0;
        assert!(near(&state, &motto) && near(&agency, &number), "{name}");
        assert!(agency.right < state.left && number.top > agency.top && motto.top > state.top, "{name}");
        assert!((state.middle() - 140.0 * MM).abs() < 1.0, "{name}: {state:?}");
        if document.kind.form.title {
            let title = page.line(&document.kind.title);
            assert!(
                (title.middle() - 110.0 * MM).abs() < 1.0 && title.top > number.bottom,
                "{name}: {title:?}"
            );
        } else {
            let about = page.line("V/v");
            assert!(about.left < state.left && about.top > number.bottom - 1.0, "{name}: {about:?}");
        }
        let (recipients, position) = (page.line("Nơi nhận:"), page.last_line(&document.signature.position));
        assert!((recipients.left - 30.0 * MM).abs() < 0.5, "{name}: {recipients:?}");
        let signed = page.last_line(&document.signature.name);
        assert!(
            near(&position, &signed) && signed.top > position.top + 36.0 * MM,
            "{name}: {position:?} {signed:?}"
        );
        assert!(position.middle() > 110.0 * MM, "{name}: {position:?}");
        match &document.cosignature {
            None => {
                // Level with the first line of the block: 12 and 14 (or 13) points on one base line.
                let authority = document.signature.authority.first();
                let first = authority.map_or(position.clone(), |line| page.last_line(line));
                let base = |word: &Word, size: f64| word.bottom - 0.216 * size;
                let size = f64::from(document.style.size);
                assert!(
                    (base(&recipients, 12.0) - base(&first, size)).abs() < 0.5,
                    "{name}: {recipients:?} {first:?}"
                );
            }
            Some(left) => {
                let beside = page.line(&left.position);
                assert!((beside.top - position.top).abs() < 0.5 && beside.right < position.left, "{name}");
                assert!(recipients.top > signed.bottom, "{name}");
            }
        }
    }
}

#[test]
fn marks_stand_in_their_frames() {
    let page = page("cong-dien");
    let (mark, number) = (page.line("HỎA TỐC"), page.line("Số: 03/CĐ-CTUBND"));
    assert!(mark.left > 30.0 * MM && mark.right < 60.5 * MM && mark.top > number.bottom, "{mark:?}");
    let page = self::page("thong-bao");
    let (mark, state) = (page.line("LƯU HÀNH NỘI BỘ"), page.line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"));
    assert!(mark.bottom < state.top && (mark.middle() - state.middle()).abs() < 1.0, "{mark:?}");
    let page = self::page("cong-van");
    let address = page.line("Số 1, đường Trần Phú, xã Bình An, tỉnh Bình Giang");
    assert!(address.page == 1 && address.top > 250.0 * MM, "{address:?}");
    assert!(page.text().contains("- Lưu: VT, VHXH. PTH.(25)"));
}

#[test]
fn appendices_are_numbered_by_themselves() {
    let page = page("ke-hoach");
    let tops = |number: usize| -> Vec<&str> {
        let top = |word: &&Word| word.page == number && word.bottom < 20.0 * MM;
        page.words.iter().filter(top).map(|word| word.text.as_str()).collect()
    };
    assert_eq!(page.pages, 4);
    assert_eq!([tops(1), tops(2), tops(3), tops(4)], [vec![], vec!["2"], vec![], vec![]]);
    assert!(page.sizes[2].0 > page.sizes[2].1, "appendix I lies on its side");
    // In a file, number and date of what it belongs to stay empty (Phụ lục I, III.1.b).
    let joined = |page: &Page| page.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
    let text = joined(&page);
    assert!(text.contains("(Kèm theo Kế hoạch số /KH-UBND ngày tháng"), "{text}");
    let mut paper: Value = serde_json::from_str(&document::to_json(&read("ke-hoach").document)).unwrap();
    paper["medium"] = "paper".into();
    let text = joined(&Page::of(&paper));
    assert!(text.contains("Kế hoạch số 33/KH-UBND ngày 10 tháng 02 năm 2026 của Ủy ban"), "{text}");
}

#[test]
fn articles_clauses_and_points_count_on() {
    let text = page("quyet-dinh-quy-che").text();
    for wanted in [
        "Chương I QUY ĐỊNH CHUNG",
        "Điều 1. Phạm vi điều chỉnh và đối tượng áp dụng 1. Quy chế này",
        "2. Quy chế này áp dụng đối với: a) Các phòng",
        "c) Tổ chức, cá nhân",
        "Chương II QUẢN LÝ VĂN BẢN Mục 1 VĂN BẢN ĐI Điều 3.",
        "Mục 2 VĂN BẢN ĐẾN Điều 5.",
        "Chương III ĐIỀU KHOẢN THI HÀNH Điều 6. Tổ chức thực hiện",
    ] {
        assert!(text.contains(wanted), "«{wanted}»: {text}");
    }
}

/// Every kind there is, from the start that `vanthu new` gives.
#[test]
fn every_kind_can_be_begun_filled_in_and_archived() {
    let office = Letterhead {
        agency: vec!["ỦY BAN NHÂN DÂN".into(), "XÃ BÌNH AN".into()],
        abbreviation: Some("UBND".into()),
        place: Some("Bình An".into()),
        ..Letterhead::default()
    };
    let folder = tempfile::tempdir().unwrap();
    for kind in &Profile::default_profile().kinds {
        let start = document::skeleton(kind, &office);
        let draft = document::parse(start.as_bytes(), &Faces::embedded())
            .unwrap_or_else(|findings| panic!("{}: {findings:#?}", kind.slug));
        assert!(!draft.fills.is_empty());
        let mut filled: Value = serde_json::from_str(&start).unwrap();
        fill(&mut filled);
        filled["header"]["number"] = 7.into();
        filled["header"]["date"] = "2026-02-05".into();
        let text = Page::of(&filled).text();
        let dash = if kind.abbreviation.is_some() { "-UBND" } else { "UBND-VP" };
        let code = format!("Số: 07/{}{dash}", kind.abbreviation.as_deref().unwrap_or_default());
        assert!(text.contains(&code), "{}: {code} in {text}", kind.slug);
        let time = clock::parse(TIME).unwrap();
        let bytes = compose::compose(&ENGINE, &parse(&filled), time, DraftMark::Issued).unwrap();
        let file = folder.path().join(format!("{}.pdf", kind.slug));
        std::fs::write(&file, bytes).unwrap();
        judges::assert_pdfa_3a_and_ua_1(&file);
    }
}

fn fill(value: &mut Value) {
    match value {
        Value::Object(object) if object.contains_key("fill") => *value = "Nội dung".into(),
        Value::Object(object) => object.values_mut().for_each(fill),
        Value::Array(items) => items.iter_mut().for_each(fill),
        _ => {}
    }
}

#[test]
fn a_separate_appendix_is_a_file_that_the_agency_signs_in_its_corner() {
    let mut document: Value = serde_json::from_str(&document::to_json(&read("ke-hoach").document)).unwrap();
    document["appendices"][1]["separate"] = true.into();
    let document = parse(&document);
    let time = clock::parse(TIME).unwrap();
    let main = Page::read(compose::compose(&ENGINE, &document, time, DraftMark::Issued).unwrap());
    assert_eq!(main.pages, 3);
    let apart = compose::compose_appendix(&ENGINE, &document, 1, time, DraftMark::Issued).unwrap();
    let apart = Page::read(apart);
    assert!(apart.line("Phụ lục II").page == 1 && apart.pages == 1);
    judges::assert_pdfa_3a_and_ua_1(&apart.file());
    let output = Command::new("pdfinfo").args(["-struct"]).arg(apart.file()).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("Form"));
    let pdf = lopdf::Document::load(apart.file()).unwrap();
    let field = pdf
        .objects
        .values()
        .filter_map(|object| object.as_dict().ok())
        .find(|field| field.has(b"VTHU_Corner"));
    let rect = field.unwrap().get(b"Rect").unwrap().as_array().unwrap();
    let side = |index: usize| f64::from(rect[index].as_float().unwrap());
    // 81 × 8.7 mm in the top right corner, above the text.
    assert!((side(2) - 190.0 * MM).abs() < 0.5 && (side(2) - side(0) - 81.0 * MM).abs() < 0.5);
    assert!(841.89 - side(3) > 5.0 * MM && 841.89 - side(1) < 20.0 * MM);
}

/// No string of any kind reaches Typst as code, or breaks the page.
#[test]
fn every_string_of_the_form_is_printed_as_it_is() {
    const HOSTILE: &str =
        r##"#panic() #read("/etc/passwd") $x$ <a> @b _c_ `d` // e ) endobj << /JS (f) >> {"g": #1}"##;
    let mut document: Value = serde_json::from_str(&document::to_json(&read("ke-hoach").document)).unwrap();
    document["bases"] = json!([HOSTILE]);
    document["subject"] = HOSTILE.into();
    document["issuer"] = HOSTILE.into();
    document["contact"] = json!([HOSTILE]);
    document["body"] = json!([
        { "block": "paragraph", "text": format!("x^[{HOSTILE}]\n{HOSTILE}") },
        { "block": "heading", "level": 2, "number": "#1.", "text": HOSTILE },
        { "block": "item", "marker": "#[x]", "level": 2, "text": HOSTILE },
        { "block": "division", "kind": "chuong", "title": HOSTILE },
        { "block": "article", "title": HOSTILE, "text": HOSTILE },
        { "block": "clause", "title": HOSTILE },
        { "block": "point", "text": HOSTILE },
        { "block": "table", "caption": HOSTILE, "columns": [{ "title": HOSTILE }, { "title": "b" }],
          "rows": [[HOSTILE, { "text": HOSTILE, "align": "right" }], { "group": true, "cells": [{ "text": HOSTILE, "colspan": 2 }] }] },
        { "block": "landscape", "body": [{ "block": "paragraph", "text": HOSTILE }] },
        { "block": "paragraph", "text": "Hết./." },
    ]);
    document["appendices"][0]["title"] = HOSTILE.into();
    document["appendices"][0]["body"][0]["caption"] = HOSTILE.into();
    document["recipients"] = json!({ "items": ["#(1+1) $x$"], "archive": "#(1+1)", "drafter": "#(2)" });
    document["signature"]["name"] = "#eval(\"1\")".into();
    let page = Page::of(&document);
    let whole = poppler::folded(&page.text());
    let printed = whole.matches("#panic()").count() + whole.matches("#PANIC()").count();
    assert!(printed >= 18, "{printed}: {whole}");
    for plain in ["- #(1+1) $x$;", "- Lưu: #(1+1). #(2)", "#eval(\"1\")", "#[x] #panic()", "#1. #panic()"] {
        assert!(whole.contains(plain), "«{plain}»: {whole}");
    }
    judges::assert_pdfa_3a_and_ua_1(&page.file());
}

/// A made-up successor of the decree: what stands on the page is the profile's to say.
#[test]
fn the_page_follows_the_profile() {
    let draft = read("quyet-dinh-quy-che");
    let fields = |document: &Document| {
        let json = document::to_json(document);
        let created = clock::parse(TIME).unwrap();
        let options = LayoutOptions { json: &json, created, mark: DraftMark::Issued, link: None };
        ENGINE.lay_out(document, &options).unwrap().fields()
    };
    let mut successor = Profile::default_profile().clone();
    successor.page.left += 10.0;
    successor.columns.foot = [62.0, 88.0];
    successor.columns.letterhead = [60.0, 90.0];
    successor.columns.signature = [50.0, 20.0];
    successor.labels.motto = "Khẩu hiệu thử".to_owned();
    let other = Document { profile: Box::leak(Box::new(successor)), ..draft.document.clone() };
    let ([usual, ..], [changed, ..]) = (&fields(&draft.document)[..], &fields(&other)[..]) else {
        panic!("no field");
    };
    let middle = |[left, _, right, _]: [f64; 4]| (left + right) / 2.0;
    let width = |[left, _, right, _]: [f64; 4]| right - left;
    // The column begins 10 mm further right, and is 10 mm narrower.
    assert!((middle(changed.rect) - middle(usual.rect) - 5.0 * MM).abs() < 0.1);
    assert!((width(usual.rect) - 78.0 * MM).abs() < 0.1 && (width(changed.rect) - 50.0 * MM).abs() < 0.1);
    let page = Page::read(compose(&Draft { document: other, fills: Vec::new(), warnings: Vec::new() }));
    let left = page.words.iter().map(|word| word.left).fold(f64::MAX, f64::min);
    assert!(left > 40.0 * MM - 0.5, "{left}");
    assert!(page.words.iter().any(|word| word.text == "Khẩu"));
}
