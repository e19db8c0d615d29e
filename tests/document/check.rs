//! A labelled set of the project's own: documents with one slip each, and documents that are right. What `check`
//! finds of the slips, and what it says of the right ones, is measured.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use vanthu_base::diagnostic::{Diagnostic, Severity, fixed};
use vanthu_document as document;
use vanthu_document::Letterhead;
use vanthu_document::fonts::Faces;
use vanthu_document::profile::Profile;

/// A report without a slip.
fn report() -> Value {
    json!({
        "version": 1, "type": "bao-cao",
        "header": { "superior": [], "agency": ["ỦY BAN NHÂN DÂN", "XÃ BÌNH AN"], "number": 12, "notation": "BC-UBND", "place": "Bình An", "date": "2026-02-05" },
        "subject": "Kết quả công tác quý I năm 2026",
        "addressees": ["Ủy ban nhân dân tỉnh Bình Giang"],
        "body": [{ "block": "paragraph", "text": "Ủy ban nhân dân xã báo cáo như sau:" }, { "block": "paragraph", "text": "Hết./." }],
        "recipients": { "items": ["Như trên", "Đảng ủy xã"], "archive": "VT" },
        "signature": { "authority": ["TM. ỦY BAN NHÂN DÂN"], "position": "CHỦ TỊCH", "name": "Nguyễn Văn Ất" },
    })
}

/// The report with other values at some places.
fn with(changes: &[(&str, Value)]) -> Value {
    let mut report = report();
    for (pointer, value) in changes {
        match report.pointer_mut(pointer) {
            Some(place) => *place = value.clone(),
            None => report[pointer.trim_start_matches('/')] = value.clone(),
        }
    }
    report
}

fn paragraphs(texts: &[&str]) -> Value {
    let block = |text: &&str| json!({ "block": "paragraph", "text": text });
    texts.iter().map(block).chain([json!({ "block": "paragraph", "text": "Hết./." })]).collect()
}

/// A report that says `text`.
fn saying(text: &str) -> Value {
    with(&[("/body", paragraphs(&[text]))])
}

fn found(form: &Value) -> Vec<Diagnostic> {
    match document::parse(form.to_string().as_bytes(), &Faces::embedded()) {
        Ok(draft) => draft.warnings,
        Err(findings) => findings,
    }
}

/// The report with the slip, the rule that finds it, where, and whether `--fix` mends it.
fn slips() -> Vec<(Value, &'static str, &'static str, bool)> {
    let one = |pointer: &'static str, value: Value, code, mended| {
        (with(&[(pointer, value)]), code, pointer, mended)
    };
    let body = |texts: &[&str], code, pointer, mended| {
        (with(&[("/body", paragraphs(texts))]), code, pointer, mended)
    };
    let first = "/body/0/text";
    let signed = |authority: &[&str], position: &str, code, pointer| {
        (
            with(&[(
                "/signature",
                json!({ "authority": authority, "position": position, "name": "Lê Bính" }),
            )]),
            code,
            pointer,
            false,
        )
    };
    let heads = |numbers: [&str; 3]| {
        let head = |number: &str| json!({ "block": "heading", "level": 1, "number": number, "text": "Mục" });
        with(&[(
            "/body",
            numbers
                .iter()
                .map(|number| head(number))
                .chain([json!({ "block": "paragraph", "text": "Hết./." })])
                .collect(),
        )])
    };
    vec![
        one("/header/place", json!("bình an"), "W-PLACE-CAPITALS", true),
        one("/header/place", json!("BÌNH AN"), "W-PLACE-CAPITALS", true),
        one("/header/place", json!("thành phố Bình Giang"), "W-PLACE-CAPITALS", true),
        one("/signature/position", json!("Chủ tịch"), "W-SIGNATURE-CAPITALS", true),
        one("/signature/authority/0", json!("TM. Ủy ban nhân dân"), "W-SIGNATURE-CAPITALS", true),
        one("/signature/name", json!("NGUYỄN VĂN ẤT"), "W-NAME-CAPITALS", true),
        one("/signature/name", json!("nguyễn văn ất"), "W-NAME-CAPITALS", true),
        one("/signature/name", json!("Nguyễn văn Ất"), "W-NAME-CAPITALS", true),
        one("/signature/name", json!("TS. Nguyễn Văn Ất"), "W-NAME-TITLE", false),
        signed(&["KT. CHỦ TỊCH"], "CHỦ TỊCH", "W-AUTHORITY-SELF", "/signature/authority/0"),
        signed(
            &["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH"],
            "CHỦ TỊCH",
            "W-AUTHORITY-SELF",
            "/signature/authority/1",
        ),
        signed(&["TL. GIÁM ĐỐC"], "GIÁM ĐỐC", "W-AUTHORITY-SELF", "/signature/authority/0"),
        signed(&["TM. CHỦ TỊCH"], "PHÓ CHỦ TỊCH", "W-AUTHORITY-BEHALF", "/signature/authority/0"),
        signed(&["KT. ỦY BAN NHÂN DÂN"], "PHÓ CHỦ TỊCH", "W-AUTHORITY-BEHALF", "/signature/authority/0"),
        one("/recipients/items/1", json!("Lưu: VT, NV"), "E-RECIPIENTS-ARCHIVE", false),
        one("/recipients/items/1", json!("- Lưu: VT, NV."), "E-RECIPIENTS-ARCHIVE", false),
        one("/recipients/items/1", json!("Như trên"), "W-RECIPIENTS-REPEATED", false),
        one("/recipients/items/1", json!("- Đảng ủy xã;"), "E-RECIPIENTS-PUNCTUATION", true),
        one("/recipients/archive", json!("Lưu: VT"), "E-RECIPIENTS-ARCHIVE", true),
        one("/addressees/0", json!("Kính gửi: Ủy ban nhân dân tỉnh"), "W-ADDRESSEES-PUNCTUATION", true),
        one("/addressees/0", json!("- Ủy ban nhân dân tỉnh;"), "W-ADDRESSEES-PUNCTUATION", true),
        one("/subject", json!("KẾT QUẢ CÔNG TÁC QUÝ I"), "W-SUBJECT-CAPITALS", false),
        one("/subject", json!("Báo cáo kết quả công tác quý I"), "W-SUBJECT-KIND", true),
        one("/subject", json!("Kết quả công tác."), "W-SUBJECT-STOP", true),
        one("/header/notation", json!("BC-UBNDx"), "W-NOTATION-FORM", false),
        (heads(["I.", "III.", "IV."]), "W-HEADING-SEQUENCE", "/body/1/number", false),
        (heads(["1.", "2.", "4."]), "W-HEADING-SEQUENCE", "/body/2/number", false),
        body(&["Điều 1. Một.", "Điều 3. Ba."], "W-NUMBER-SEQUENCE", "/body/1/text", false),
        body(&["1. Một;", "3. Ba."], "W-NUMBER-SEQUENCE", "/body/1/text", false),
        body(&["I. Một;", "III. Ba."], "W-NUMBER-SEQUENCE", "/body/1/text", false),
        body(&["a) Một;", "b) Hai;", "d) Bốn."], "W-NUMBER-SEQUENCE", "/body/2/text", false),
        body(&["Thực hiện từ ngày 18 tháng 06 năm 2026."], "W-DATE-ZERO", first, true),
        body(&["Báo cáo trước tháng 09 năm 2026."], "W-DATE-ZERO", first, true),
        body(&["Đã  thực hiện."], "W-SPACE-DOUBLE", first, true),
        body(&["Đã thực hiện , chưa xong."], "W-SPACE-MARK", first, true),
        body(&["Gồm các việc sau :"], "W-SPACE-MARK", first, true),
        (with(&[("/body/1/text", json!("Hết ./."))]), "W-SPACE-MARK", "/body/1/text", true),
        one("/recipients/items/1", json!("Đảng ủy  xã"), "W-SPACE-DOUBLE", true),
        body(&["<p>Ủy ban <b>nhân dân</b> xã.</p>"], "W-TEXT-HTML", first, false),
        body(&["Xã&nbsp;Bình An."], "W-TEXT-HTML", first, false),
        body(&["Tăng tỷ xuất sinh trong năm."], "W-SPELLING", first, false),
        body(
            &["Theo Công văn số 46/2019/QĐ-UBND ngày 05 tháng 02 năm 2019 của Ủy ban nhân dân tỉnh."],
            "W-CITATION-KIND",
            first,
            false,
        ),
        body(&["Bảo đảm ANCT- TTATXH."], "W-HYPHEN-SPACE", first, false),
        body(&["Còn nhiều việc....."], "W-ELLIPSIS", first, false),
        (with(&[("/body/1/text", json!("Hết."))]), "W-TERMINATOR", "/body/1", false),
    ]
}

/// Documents that are right, among them those that look as if they were not.
fn right() -> Vec<Value> {
    let sentences = [
        "Thực hiện Công văn số 12/SNV-TH ngày 01/3/2026 của Sở Nội vụ, Ủy ban nhân dân xã báo cáo.",
        "Tổng thu đạt 4.512 triệu đồng, tăng 5,2% so với cùng kỳ.",
        "Từ tháng 02 đến tháng 10 năm 2026; riêng tháng 03/2026 đạt 98%.",
        "Ngày 05 tháng 02 năm 2026, Hội đồng nhân dân xã họp.",
        "Tỷ lệ 1 : 2; chiều dài a < b và b > c.",
        "Hợp đồng với Công ty AT&T đã ký.",
        "Nêu rõ các việc: (1) rà soát; (2) báo cáo; (3) …",
        "Hỏi ông A: \"Khi nào xong?\", ông trả lời: \"Ngày mai.\"",
        "Kế hoạch 5 năm 2021 - 2025 và giai đoạn 2026-2030.",
        "Theo điểm a khoản 1 Điều 24 Nghị định này.",
        "30 hộ nghèo, 12 hộ cận nghèo.",
        "2025 là năm bản lề.",
        "Thành phố Bình Giang có 12 phường, xã.",
        "Các thôn: An Hòa, Bình Minh, Cẩm Giang.",
        "Đề nghị các đơn vị triển khai, thực hiện nghiêm túc.",
        "Kinh phí: 12.500.000 đồng (mười hai triệu năm trăm nghìn đồng).",
    ];
    let mut right: Vec<Value> = sentences.iter().map(|sentence| saying(sentence)).collect();
    let places = ["Hà Nội", "Thành phố Hồ Chí Minh", "Đắk Lắk", "Quận 1", "Krông Pắc", "Phường 12"];
    right.extend(places.iter().map(|place| with(&[("/header/place", json!(place))])));
    let names = ["Y Wang Byă", "H'Linh Niê", "Lê Bính", "Nguyễn Thị Hoàng Anh", "K'Sor Phước"];
    right.extend(names.iter().map(|name| with(&[("/signature/name", json!(name))])));
    for (authority, position) in [
        (json!(["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH"]), "PHÓ CHỦ TỊCH"),
        (json!(["KT. BỘ TRƯỞNG"]), "THỨ TRƯỞNG"),
        (json!(["TL. CHỦ TỊCH"]), "CHÁNH VĂN PHÒNG"),
        (json!(["TUQ. GIÁM ĐỐC"]), "TRƯỞNG PHÒNG TỔ CHỨC"),
        (json!(["TM. BAN CHỈ ĐẠO"]), "TRƯỞNG BAN"),
        (json!([]), "GIÁM ĐỐC"),
    ] {
        right.push(with(&[(
            "/signature",
            json!({ "authority": authority, "position": position, "name": "Lê Bính" }),
        )]));
    }
    for subject in [
        "Công tác phòng, chống dịch COVID-19",
        "Về việc nghỉ lễ",
        "Báo động giả trên địa bàn",
        "Kết quả thi THPT năm 2026",
    ] {
        right.push(with(&[("/subject", json!(subject))]));
    }
    for texts in [
        &["1. Một;", "2. Hai;", "a) Nhỏ;", "b) Nhỏ nữa;", "3. Ba.", "1. Lại một;", "2. Lại hai."][..],
        &["I. Một", "1. Việc;", "2. Việc.", "II. Hai", "1. Việc;", "2. Việc."],
        &["Điều 1. Một.", "1. Khoản;", "2. Khoản.", "Điều 2. Hai.", "1. Khoản."],
        &["c) Ba;", "d) Bốn;", "đ) Năm;", "e) Sáu."],
    ] {
        right.push(with(&[("/body", paragraphs(texts))]));
    }
    let decision = json!({
        "type": "quyet-dinh", "issuer": "Ủy ban nhân dân xã Bình An",
        "bases": ["Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025",
            "Theo đề nghị của Giám đốc Sở Nội vụ tại Tờ trình số 255/TTr-SNV ngày 02 tháng 3 năm 2026"],
        "body": [{ "block": "article", "text": "Ban hành từ ngày 05/3/2026." }, { "block": "article", "text": "Thi hành./." }],
    });
    let mut whole = report();
    for (key, value) in decision.as_object().unwrap() {
        whole[key] = value.clone();
    }
    whole.as_object_mut().unwrap().remove("addressees");
    whole["header"]["notation"] = json!("QĐ-UBND");
    whole["recipients"]["items"] = json!(["Như Điều 2"]);
    right.push(whole);
    right
}

#[test]
fn slips_are_found_and_what_is_right_is_left_alone() {
    let (mut hits, mut missed, mut false_alarms) = (0_u32, Vec::new(), Vec::new());
    for (form, code, pointer, mended) in slips() {
        let findings = found(&form);
        let told: BTreeSet<&str> = findings.iter().map(|finding| &*finding.code).collect();
        let finding = findings.iter().find(|finding| finding.code == code && finding.pointer == pointer);
        match finding {
            Some(finding) => {
                hits += 1;
                assert_eq!(finding.fix.is_some(), mended, "{code} {pointer}");
                assert!(finding.position.is_some(), "{code} {pointer}");
            }
            None => missed.push(format!("{code} {pointer}: {told:?}")),
        }
        false_alarms.extend(
            told.into_iter().filter(|other| *other != code).map(|other| format!("{other} beside {code}")),
        );
    }
    for form in right() {
        false_alarms.extend(found(&form).iter().map(|finding| format!("{} {}", finding.code, form)));
    }
    let (all, said) = (slips().len(), hits as usize + false_alarms.len());
    let (recall, precision) = (f64::from(hits) / all as f64, f64::from(hits) / said as f64);
    println!("{all} slips, {} right; recall {recall:.3}, precision {precision:.3}", right().len());
    assert!(recall >= 0.95 && precision >= 0.95, "missed {missed:#?}\nfalse alarms {false_alarms:#?}");
}

#[test]
fn what_is_mended_is_right_afterwards() {
    for (form, code, pointer, _) in slips().into_iter().filter(|(.., mended)| *mended) {
        let source = serde_json::to_string_pretty(&form).unwrap().into_bytes();
        let mut mended = source.clone();
        for _ in 0..4 {
            let findings = match document::parse(&mended, &Faces::embedded()) {
                Ok(draft) => draft.warnings,
                Err(findings) => findings,
            };
            let Some((next, _)) = fixed(&mended, &findings) else { break };
            mended = next;
        }
        let draft = document::parse(&mended, &Faces::embedded()).unwrap();
        assert!(draft.warnings.is_empty() && mended != source, "{code} {pointer}: {:?}", draft.warnings);
    }
}

#[test]
fn the_archive_among_recipients_is_never_mended_into_two() {
    let form = with(&[("/recipients/items", json!(["- Như trên;", "- Lưu: VT, NV."]))]);
    let source = form.to_string().into_bytes();
    let findings = found(&form);
    let (mended, count) = fixed(&source, &findings).unwrap();
    assert_eq!(count, 1);
    assert!(findings.iter().all(|finding| finding.code.starts_with("E-RECIPIENTS")), "{findings:?}");
    let again = found(&serde_json::from_slice(&mended).unwrap());
    assert_eq!(again.iter().map(|finding| &*finding.code).collect::<Vec<_>>(), ["E-RECIPIENTS-ARCHIVE"]);
}

#[test]
fn notations_of_others_are_warned_of_at_most() {
    for (kind, notation) in [
        ("quyet-dinh", "QĐ-TTg"),
        ("cong-van", "SNgV-LSVKT"),
        ("cong-van", "CT-TTHT"),
        ("cong-van", "CĐ-VP"),
        ("bao-cao", "BC-TLĐ"),
    ] {
        let mut form = with(&[("/type", json!(kind)), ("/header/notation", json!(notation))]);
        if kind == "quyet-dinh" {
            form["issuer"] = json!("Thủ tướng Chính phủ");
            form.as_object_mut().unwrap().remove("addressees");
        }
        let worst = found(&form).into_iter().filter(|finding| finding.pointer == "/header/notation");
        assert!(
            worst.map(|finding| finding.severity).all(|severity| severity != Severity::Error),
            "{notation}"
        );
    }
}

#[test]
fn kinds_without_a_subject_need_none() {
    for kind in ["giay-gioi-thieu", "giay-nghi-phep"] {
        let own = Profile::default_profile().kind(kind).unwrap();
        let skeleton = document::skeleton(own, &Letterhead::default());
        assert!(!skeleton.contains("\"subject\""));
        assert!(document::parse(skeleton.as_bytes(), &Faces::embedded()).is_ok());
        let mut form: Value = serde_json::from_str(&skeleton).unwrap();
        form["subject"] = json!("");
        assert!(document::parse(form.to_string().as_bytes(), &Faces::embedded()).is_ok());
    }
    let mut form = report();
    form.as_object_mut().unwrap().remove("subject");
    assert_eq!(found(&form)[0].code, "E-SUBJECT-EMPTY");
}

#[test]
fn starting_documents_begin_as_their_layouts_do() {
    let text = |kind: &str| {
        document::skeleton(Profile::default_profile().kind(kind).unwrap(), &Letterhead::default())
    };
    for (kind, there, not_there) in [
        ("hop-dong", &["ĐẠI DIỆN BÊN A", "Bên B", "article"][..], &["THƯ KÝ", "Chỉ tiêu"][..]),
        ("ban-ghi-nho", &["ĐẠI DIỆN BÊN A"], &["CHỦ TỌA", "table"]),
        ("ban-thoa-thuan", &["ĐẠI DIỆN BÊN B"], &["CHỦ TỌA", "table"]),
        ("giay-uy-quyen", &["NGƯỜI ỦY QUYỀN", "Thời hạn ủy quyền"], &["THƯ KÝ", "table"]),
        ("giay-nghi-phep", &["Xét Đơn đề nghị nghỉ phép", "được cấp giấy"], &["Như trên"]),
        ("bien-ban", &["THƯ KÝ", "CHỦ TỌA"], &["table"]),
    ] {
        let skeleton = text(kind);
        assert!(there.iter().all(|words| skeleton.contains(words)), "{skeleton}");
        assert!(not_there.iter().all(|words| !skeleton.contains(words)), "{skeleton}");
    }
    // What ends a document stands in its last sentence.
    let form: Value = serde_json::from_str(&text("giay-gioi-thieu")).unwrap();
    let ends: Vec<bool> =
        form["body"].as_array().unwrap().iter().map(|block| block.to_string().contains("./.")).collect();
    assert_eq!(ends.iter().position(|ends| *ends), Some(ends.len() - 1));
}
