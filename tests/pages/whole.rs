//! Nothing of a document is lost on its pages: long recipients, merged cells, heads and captions of any height, and
//! what can't be placed is refused.

use proptest::prelude::*;
use serde_json::{Value, json};
use vanthu::clock;
use vanthu::document;
use vanthu::document::model::SignatureBlock;
use vanthu::document::profile::Profile;
use vanthu::explain::{Explain, Refusal};
use vanthu::fonts::Faces;
use vanthu::layout::{
    CopyBlock, CopyPages, DraftMark, LayoutError, LayoutOptions, Misfit, MisfitKind, SheetPicture,
};

use crate::poppler::{ENGINE, MM, Page, TIME, folded};

const SENTENCE: &str =
    "Ủy ban nhân dân xã tiếp tục chỉ đạo các thôn rà soát, đánh giá kết quả thực hiện từng chỉ tiêu";

/// A short letter with this content.
fn letter(body: Vec<Value>) -> Value {
    json!({
        "version": 1,
        "type": "bao-cao",
        "header": {
            "agency": ["ỦY BAN NHÂN DÂN", "XÃ MINH TÂN"],
            "number": 7, "notation": "BC-UBND", "place": "Minh Tân", "date": "2026-03-02",
        },
        "subject": "Kết quả thực hiện nhiệm vụ tháng 02 năm 2026",
        "body": body,
        "recipients": { "items": ["Ủy ban nhân dân huyện"], "archive": "VT" },
        "signature": { "authority": ["TM. ỦY BAN NHÂN DÂN"], "position": "CHỦ TỊCH", "name": "Trần Văn Bình" },
    })
}

fn paragraph(text: &str) -> Value {
    json!({ "block": "paragraph", "text": text })
}

fn laid_out(document: &Value) -> Result<usize, LayoutError> {
    let draft = document::parse(document.to_string().as_bytes(), &Faces::embedded()).unwrap();
    let created = clock::parse(TIME).unwrap();
    let options = LayoutOptions { json: "{}", created, mark: DraftMark::Issued, link: None };
    ENGINE.lay_out(&draft.document, &options).map(|pages| pages.count())
}

#[test]
fn recipients_go_on_over_pages_beside_a_signature_that_stands_with_text() {
    for count in [1, 30, 45, 52, 56, 130] {
        let items: Vec<String> = (1..=count).map(|one| format!("Ủy ban nhân dân xã số {one}")).collect();
        for lines in [1, 4, 24, 30] {
            let mut document = letter(vec![paragraph(&format!("{SENTENCE}.")); lines]);
            document["recipients"]["items"] = json!(items);
            let page = Page::of(&document);
            let name = page.line("Trần Văn Bình");
            let authority = page.line("TM. ỦY BAN NHÂN DÂN");
            assert_eq!(name.page, authority.page);
            let above = page.words.iter().filter(|word| {
                word.page == authority.page && word.bottom > 20.0 * MM && word.bottom < authority.top
            });
            let mut bases: Vec<String> = above.map(|word| format!("{:.0}", word.bottom)).collect();
            bases.dedup();
            assert!(bases.len() >= 2, "{count} recipients, {lines} paragraphs: alone on {}", authority.page);
            let places: Vec<(usize, f64)> = items
                .iter()
                .map(|item| page.line(&format!("{item};")))
                .map(|word| (word.page, word.top))
                .collect();
            assert!(
                places.windows(2).all(|two| two[0].0 < two[1].0 || two[1].1 - two[0].1 > 12.0),
                "{count}, {lines}"
            );
            let archive = page.line("Lưu: VT.");
            assert!(places.iter().all(|place| *place < (archive.page, archive.top)));
        }
    }
}

#[test]
fn rows_of_a_merged_cell_stand_on_as_many_pages_as_they_need() {
    let rows: Vec<Value> = (1..=70)
        .map(|row| match row {
            1 => json!([{ "text": "Lĩnh vực kinh tế", "rowspan": 70 }, "Việc số 1"]),
            _ => json!([format!("Việc số {row}")]),
        })
        .collect();
    let columns = json!([{ "title": "Lĩnh vực" }, { "title": "Công việc" }]);
    let page = Page::of(&letter(vec![
        json!({ "block": "table", "columns": columns, "rows": rows }),
        paragraph("Hết./."),
    ]));
    for row in 1..=70 {
        assert!(page.line(&format!("Việc số {row}")).bottom < 277.0 * MM + 1.0);
    }
    assert!(page.pages >= 2);
}

/// A row is whole on its page unless keeping it whole would leave half a page empty.
#[test]
fn rows_are_whole() {
    let long = format!("{SENTENCE}; ").repeat(5);
    let rows: Vec<Value> =
        (1..=14).map(|row| json!([format!("d{row}"), format!("đầu{row} {long} cuối{row}")])).collect();
    let columns = json!([{ "title": "TT" }, { "title": "Nội dung" }]);
    let page = Page::of(&letter(vec![
        json!({ "block": "table", "columns": columns, "rows": rows }),
        paragraph("Hết./."),
    ]));
    for row in 1..=14 {
        let (first, last) = (page.line(&format!("đầu{row}")), page.line(&format!("cuối{row}")));
        assert_eq!(first.page, last.page, "row {row}");
    }
    let endless = format!("{SENTENCE}; ").repeat(90);
    let rows = json!([["d1", format!("đầu {endless} cuối")]]);
    let page = Page::of(&letter(vec![
        json!({ "block": "table", "columns": columns, "rows": rows }),
        paragraph("Hết./."),
    ]));
    assert!(page.line("cuối").page > page.line("đầu").page);
}

/// A table before a short end fills its pages, and the end stands behind its last row.
#[test]
fn a_table_before_a_short_end_leaves_no_gap() {
    let rows: Vec<Value> = (1..=40).map(|row| json!([row.to_string(), SENTENCE])).collect();
    let columns = json!([{ "title": "TT" }, { "title": "Nội dung" }]);
    let page = Page::of(&letter(vec![
        paragraph(SENTENCE),
        json!({ "block": "table", "columns": columns, "rows": rows }),
        paragraph("Trên đây là báo cáo tháng 02./."),
    ]));
    let first = page.words.iter().filter(|word| word.page == 1).map(|word| word.bottom).fold(0.0, f64::max);
    assert!(first > 240.0 * MM, "page 1 ends at {first}");
    let last =
        page.words.iter().filter(|word| word.text == "40").map(|word| (word.page, word.bottom)).next_back();
    let end = page.line("Trên đây là báo cáo tháng 02./.");
    assert_eq!(last.map(|(on, _)| on), Some(end.page));
}

/// Of a long last paragraph, lines are left on the page before; the last two stand with the signature.
#[test]
fn a_long_last_paragraph_is_parted() {
    let page = Page::of(&letter(vec![
        paragraph(&format!("{SENTENCE}; ").repeat(38)),
        paragraph(&format!("{SENTENCE}; ").repeat(12)),
    ]));
    let first = page.words.iter().filter(|word| word.page == 1).map(|word| word.bottom).fold(0.0, f64::max);
    assert!(first > 260.0 * MM, "page 1 ends at {first}");
}

#[test]
fn notes_of_a_table_stand_on_the_page_of_their_references() {
    let rows: Vec<Value> =
        (1..=30).map(|row| json!([format!("{SENTENCE} dòng{row}.^[Ghi chú số {row} của bảng.]")])).collect();
    let page = Page::of(&letter(vec![
        json!({ "block": "table", "columns": [{ "title": "Nội dung" }], "rows": rows }),
        paragraph("Hết./."),
    ]));
    for row in 1..=30 {
        let reference = page.words.iter().find(|word| word.text.starts_with(&format!("dòng{row}.")));
        let note = page.last_line(&format!("số {row} của bảng."));
        assert_eq!(reference.map(|word| word.page), Some(note.page), "note {row}");
    }
}

#[test]
fn heads_and_captions_of_any_height_are_printed_whole() {
    let head = format!("{SENTENCE}; ").repeat(40);
    let page = Page::of(&letter(vec![
        json!({ "block": "table", "columns": [{ "title": "TT" }, { "title": head }], "rows": [["1", "một"], ["2", "hai"]] }),
        paragraph("Hết./."),
    ]));
    assert_eq!(page.words.iter().filter(|word| word.text == "soát,").count(), 40);
}

#[test]
fn codes_are_not_broken() {
    for filler in 0..60 {
        let text =
            format!("{} Chỉ thị số 06-CT/TU và Quyết định số 123/2025/QĐ-UBND-KT.", "i ".repeat(filler));
        let page = Page::of(&letter(vec![paragraph(&text)]));
        page.line("06-CT/TU");
        page.line("123/2025/QĐ-UBND-KT.");
    }
}

/// What stands under the text of a copy on paper goes on over pages as well.
#[test]
fn recipients_of_a_copy_go_on_over_pages() {
    let mut png = Vec::new();
    image::GrayImage::new(8, 8)
        .write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png)
        .unwrap();
    let (agency, signature) = (
        ["XÃ MINH TÂN".to_owned()],
        SignatureBlock {
            authority: vec!["TL. CHỦ TỊCH".to_owned()],
            position: "CHÁNH VĂN PHÒNG".to_owned(),
            name: "Trần Văn Bình".to_owned(),
        },
    );
    for (count, ink) in [(1, 300.0), (40, 500.0), (40, 780.0), (130, 300.0)] {
        let recipients: Vec<String> =
            (1..=count).map(|one| format!("Ủy ban nhân dân xã số {one};")).collect();
        let copy = CopyPages {
            profile: Profile::default_profile(),
            title: "Bản sao".to_owned(),
            agency: &agency,
            sheets: vec![SheetPicture {
                png: png.as_slice().into(),
                size: (595.0, 842.0),
                ink,
                alt: "Trang 1".to_owned(),
            }],
            block: Some(CopyBlock {
                agency: &agency,
                number_line: "Số: 05/SY-UBND".to_owned(),
                kind_title: "SAO Y",
                date_line: "Minh Tân, ngày 02 tháng 3 năm 2026".to_owned(),
                recipients: recipients.clone(),
                signature: &signature,
            }),
        };
        let page =
            Page::read(ENGINE.lay_out_copy(&copy, clock::parse(TIME).unwrap()).unwrap().pdf().unwrap());
        assert_eq!(page.line("SAO Y").page, page.line("Trần Văn Bình").page, "{count}");
        for recipient in &recipients {
            assert!(page.line(recipient).bottom < 842.0 - 20.0 * MM + 1.0, "{recipient}");
        }
    }
}

#[test]
fn what_cannot_be_placed_is_refused_with_its_block() {
    let mut document = letter(vec![paragraph("Hết./.")]);
    document["signature"]["authority"] = json!(vec![format!("TM. {}", SENTENCE.to_uppercase()); 10]);
    let error = laid_out(&document).unwrap_err();
    assert_eq!(error.kind(), Refusal::Rejected);
    let LayoutError::Misfit(Misfit { kind, block, .. }) = &error else { panic!("{error:?}") };
    assert!(matches!(kind, MisfitKind::Outside | MisfitKind::Over));
    assert_eq!(block.as_deref(), Some("/signature"));
    assert!(error.words().vi.contains("/signature"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whatever is written: every word stands on a page inside of the text, or there is no page.
    #[test]
    fn every_word_is_on_a_page(
        texts in prop::collection::vec("[a-zđêộA-Z]{1,9}( [a-zđếưằ0-9]{1,12}){0,60}", 1..24),
        spans in prop::collection::vec((1_usize..9, 1_usize..5), 1..12),
        recipients in prop::collection::vec("[A-ZĐ]{2,9}( [a-zđờ]{1,7}){0,9}", 1..90),
        notes in prop::collection::vec(any::<bool>(), 24),
    ) {
        let mut body: Vec<Value> = texts
            .iter()
            .zip(&notes)
            .map(|(text, note)| paragraph(&if *note { format!("{text}^[chú thích {text}]") } else { text.clone() }))
            .collect();
        let mut rows = Vec::new();
        for (rowspan, words) in spans {
            let text = texts[words % texts.len()].clone();
            rows.push(json!([{ "text": text, "rowspan": rowspan }, "một", text]));
            rows.extend((1..rowspan).map(|row| json!([row.to_string(), text])));
        }
        let columns = json!([{ "title": "Nhóm" }, { "title": "TT" }, { "title": "Nội dung" }]);
        body.insert(texts.len() / 2, json!({ "block": "table", "columns": columns, "rows": rows }));
        let mut document = letter(body);
        document["recipients"]["items"] = json!(recipients);
        if laid_out(&document).is_ok() {
            let page = Page::of(&document);
            let read = folded(&page.text());
            for word in texts.iter().chain(&recipients).flat_map(|text| text.split(' ')) {
                prop_assert!(read.contains(word), "{word}");
            }
        }
    }
}
