//! Letterheads and feet as offices write them: in tables, with tabs, over several lines, in Word and in Markdown.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};
use vanthu_document as document;
use vanthu_document::fonts::Faces;
use vanthu_document::import::{self, Imported, words_of};

fn read(draft: &str) -> Imported {
    import::markdown(draft.as_bytes()).unwrap()
}

fn lost(found: &Imported) -> Vec<&str> {
    found.left_out.iter().map(|left| left.words.as_str()).filter(|words| !words.is_empty()).collect()
}

fn body(found: &Imported) -> Vec<String> {
    let blocks = found.form["body"].as_array().unwrap();
    blocks
        .iter()
        .filter_map(|block| block["text"].as_str().or(block["title"].as_str()))
        .map(str::to_owned)
        .collect()
}

const FOOT: &str =
    "\n\nNơi nhận:\n\n- Như trên;\n- Lưu: VT, VP.\n\nTM. ỦY BAN NHÂN DÂN\n\nCHỦ TỊCH\n\nNguyễn Văn Ất\n";

#[test]
fn a_letter_is_known_by_its_letterhead_in_any_shape() {
    let content = "\n\nĐề nghị các thôn thực hiện./.";
    let table = "\
| **ỦY BAN NHÂN DÂN**<br>**XÃ BÌNH AN**<br>Số: 45/UBND-VHXH<br>V/v rà soát<br>hộ nghèo năm 2026 | **CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM**<br>**Độc lập - Tự do - Hạnh phúc**<br>*Bình An, ngày 5 tháng 3 năm 2026* |
|---|---|
";
    let tabs = "\
ỦY BAN NHÂN DÂN\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\\
XÃ BÌNH AN\tĐộc lập – Tự do – Hạnh phúc\\
Số: 45/UBND-VHXH\tBình An, ngày 5 tháng 3 năm 2026\\
V/v rà soát\\
hộ nghèo năm 2026
";
    let lines = "\
ỦY BAN NHÂN DÂN
XÃ BÌNH AN

Số: 45 / UBND-VHXH

V/v rà soát hộ nghèo năm 2026

CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM

Độc lập-Tự do-Hạnh phúc

Bình An, ngày 5 tháng 3 năm 2026
";
    let html = "<table><tr><td>ỦY BAN NHÂN DÂN<br>XÃ BÌNH AN</td><td>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM<br>Độc lập - Tự do - Hạnh phúc</td></tr>\n\n\
        <tr><td>Số: 45/UBND-VHXH<br>V/v rà soát hộ nghèo năm 2026</td><td>Bình An, ngày 5 tháng 3 năm 2026</td></tr></table>\n";
    for letterhead in [table, tabs, lines, html] {
        let found = read(&format!(
            "{letterhead}\n\nKính gửi:\n\n- Các thôn, tổ dân phố;\n- Các trường học.{content}{FOOT}"
        ));
        assert_eq!(found.form["type"], "cong-van", "{letterhead}");
        assert_eq!(
            found.form["header"],
            json!({ "superior": [], "agency": ["ỦY BAN NHÂN DÂN", "XÃ BÌNH AN"], "number": 45, "notation": "UBND-VHXH", "place": "Bình An", "date": "2026-03-05" }),
            "{letterhead}"
        );
        assert_eq!(found.form["subject"], "rà soát hộ nghèo năm 2026", "{letterhead}");
        assert_eq!(
            found.form["addressees"],
            json!(["Các thôn, tổ dân phố", "Các trường học"]),
            "{letterhead}"
        );
        assert_eq!(body(&found), ["Đề nghị các thôn thực hiện./."], "{letterhead}");
        assert_eq!(lost(&found), Vec::<&str>::new(), "{letterhead}");
    }
}

#[test]
fn addressees_in_a_table_are_addressees() {
    let found = read(&format!(
        "UBND XÃ BÌNH AN\n\nSố: 7/TTr-UBND\n\n**TỜ TRÌNH :**\n\n**Về việc A**\n\n| Kính gửi: | - Sở Tài chính;<br>- Sở Nội vụ<br>(qua Văn phòng). |\n|---|---|\n\nNội dung./.{FOOT}"
    ));
    assert_eq!((&found.form["type"], &found.form["subject"]), (&json!("to-trinh"), &json!("Về việc A")));
    assert_eq!(found.form["addressees"], json!(["Sở Tài chính", "Sở Nội vụ (qua Văn phòng)"]));
    assert_eq!(lost(&found), Vec::<&str>::new());
}

#[test]
fn a_decision_enacts_once_whatever_stands_before_it() {
    // One letter is decomposed, words are far apart, a base begins as no other.
    let draft = format!(
        "UBND XÃ BÌNH AN\n\nSố: 3/QĐ-UBND\n\n**QUYẾT  ĐỊNH**\n\n**Về việc kiện toàn Ban Chỉ đạo**\n\n**CHỦ TỊCH ỦY BAN NHÂN DÂN**\n\n**XÃ BÌNH AN**\n\nCăn cứ Luật Tô\u{309} chức chính quyền;\n\nTheo Đơn đề nghị\u{a0}của ông A;\n\nSau khi thống nhất.\n\n**QUYẾT ĐỊNH :**\n\n**Điều 1.** Một.\n\n1. Hai\n\na) Ba;\n\nđ) Bốn./.{FOOT}"
    );
    let found = read(&draft);
    assert_eq!(found.form["type"], "quyet-dinh");
    assert_eq!(
        found.form["bases"],
        json!(["Căn cứ Luật Tổ chức chính quyền", "Theo Đơn đề nghị của ông A", "Sau khi thống nhất"])
    );
    assert_eq!(
        found.form["issuer"],
        json!({ "fill": "thẩm quyền ban hành, viết thường: CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ BÌNH AN" })
    );
    assert_eq!(
        found.form["body"],
        json!([
            { "block": "article", "number": "1", "text": "Một." },
            { "block": "clause", "number": "1", "text": "Hai" },
            { "block": "point", "letter": "a", "text": "Ba;" },
            { "block": "point", "letter": "đ", "text": "Bốn./." },
        ])
    );
    assert_eq!(lost(&found), Vec::<&str>::new());
}

#[test]
fn an_unknown_kind_is_to_be_filled_in_and_its_letterhead_is_read() {
    let found = read(&format!(
        "UBND XÃ BÌNH AN\n\nSố: 3/XYZ-UBND\n\nBình An, ngày … tháng … năm 2026\n\n**ĐƠN XIN**\n\nNội dung./.{FOOT}"
    ));
    assert!(found.form["type"]["fill"].is_string());
    assert_eq!(
        (&found.form["header"]["number"], &found.form["header"]["place"]),
        (&json!(3), &json!("Bình An"))
    );
    // A year alone is no date: it is told.
    assert_eq!((lost(&found), &found.form["header"]["date"]), (vec!["2026"], &Value::Null));
    let json = document::readable_json(&found.form);
    let draft = document::parse(json.as_bytes(), &Faces::embedded()).unwrap();
    assert!(draft.fills.iter().any(|fill| fill.pointer == "/type"));
    // The notation tells a kind that nothing else does.
    let known = read("UBND XÃ BÌNH AN\n\nSố: 3/KH-UBND\n\nNội dung dài.");
    assert_eq!(known.form["type"], "ke-hoach");
}

#[test]
fn second_lines_of_recipients_and_positions_are_kept() {
    let foot = "\
| Nơi nhận:<br>- Như trên;<br>- TT. Đảng ủy, HĐND xã<br>(để báo cáo);<br>- Lưu: VT,<br>VP. PL.(30) | TL. CHỦ TỊCH<br>CHÁNH VĂN PHÒNG<br>HĐND VÀ UBND XÃ<br>(Đã ký)<br>Lê Thị Bính |
|---|---|
";
    let found = read(&format!("UBND XÃ BÌNH AN\n\n# BÁO CÁO\n\n**Kết quả**\n\nHết./.\n\n{foot}"));
    assert_eq!(found.form["recipients"]["items"], json!(["Như trên", "TT. Đảng ủy, HĐND xã (để báo cáo)"]));
    assert_eq!(
        found.form["signature"],
        json!({ "authority": ["TL. CHỦ TỊCH"], "position": "CHÁNH VĂN PHÒNG HĐND VÀ UBND XÃ", "name": "Lê Thị Bính" })
    );
    assert_eq!(lost(&found), ["Đã ký"]);
    let agency = FOOT
        .replace("TM. ỦY BAN NHÂN DÂN", "TM. ỦY BAN NHÂN DÂN\n\nXÃ BÌNH AN\n\nKT. CHỦ TỊCH")
        .replace("\n\nCHỦ TỊCH", "\n\nPHÓ CHỦ TỊCH");
    let found = read(&format!("# BÁO CÁO\n\n**Kết quả**\n\nHết./.{agency}"));
    assert_eq!(
        found.form["signature"],
        json!({ "authority": ["TM. ỦY BAN NHÂN DÂN XÃ BÌNH AN", "KT. CHỦ TỊCH"], "position": "PHÓ CHỦ TỊCH", "name": "Nguyễn Văn Ất" })
    );
    let tabs = "Nơi nhận:\tTM. ỦY BAN NHÂN DÂN\\\n- Như trên;\tCHỦ TỊCH\\\n- Lưu: VT.\tNguyễn Văn Ất\n";
    let found = read(&format!("# BÁO CÁO\n\n**Kết quả**\n\nHết./.\n\n{tabs}"));
    assert_eq!(
        (&found.form["recipients"], &found.form["signature"]["name"]),
        (&json!({ "items": ["Như trên"], "archive": "VT" }), &json!("Nguyễn Văn Ất"))
    );
}

#[test]
fn two_who_sign_side_by_side_and_recipients_below() {
    let found = read(
        "UBND XÃ BÌNH AN\n\n# BIÊN BẢN\n\n**Họp giao ban**\n\nCuộc họp kết thúc./.\n\n| THƯ KÝ | CHỦ TỌA |\n|---|---|\n| Trần Thị Bính | Nguyễn Văn Ất |\n\nNơi nhận:\n\n- Như thành phần;\n- Lưu: VT.\n",
    );
    assert_eq!(
        found.form["cosignature"],
        json!({ "authority": [], "position": "THƯ KÝ", "name": "Trần Thị Bính" })
    );
    assert_eq!(found.form["signature"]["name"], "Nguyễn Văn Ất");
    assert_eq!(found.form["recipients"], json!({ "items": ["Như thành phần"], "archive": "VT" }));
    assert_eq!(body(&found), ["Cuộc họp kết thúc./."]);
}

#[test]
fn appendices_stand_apart() {
    let found = read(&format!(
        "# BÁO CÁO\n\n**Kết quả**\n\nXem Phụ lục I và Phụ lục II kèm theo./.{FOOT}\n\n**Phụ lục I**\n\n**DANH SÁCH HỘ NGHÈO**\n\n*(Kèm theo Báo cáo số 12/BC-UBND)*\n\n| TT | Tên |\n|---|---|\n| 1 | An |\n\n**PHỤ LỤC 2: KẾ HOẠCH VỐN**\n\nNội dung hai."
    ));
    let appendices = found.form["appendices"].as_array().unwrap();
    let titles: Vec<_> = appendices
        .iter()
        .map(|one| (one["number"].as_str().unwrap(), one["title"].as_str().unwrap()))
        .collect();
    assert_eq!(titles, [("I", "DANH SÁCH HỘ NGHÈO"), ("II", "KẾ HOẠCH VỐN")]);
    assert_eq!(appendices[1]["body"], json!([{ "block": "paragraph", "text": "Nội dung hai." }]));
    assert_eq!(lost(&found), Vec::<&str>::new());
    let enclosed = read(&format!(
        "# QUYẾT ĐỊNH\n\n**Ban hành Quy chế**\n\nQUYẾT ĐỊNH:\n\nĐiều 1. Một./.{FOOT}\n\n**QUY CHẾ**\n\n**Làm việc của Ủy ban**\n\n*(Ban hành kèm theo Quyết định số 3/QĐ-UBND)*\n\n**Chương I**\n\n**QUY ĐỊNH CHUNG**\n\n**Điều 1. Phạm vi**"
    ));
    assert_eq!(enclosed.form["appendices"][0]["type"], "quy-che");
    assert_eq!(enclosed.form["appendices"][0]["title"], "Làm việc của Ủy ban");
    assert_eq!(enclosed.form["appendices"][0]["body"][0]["title"], "QUY ĐỊNH CHUNG");
}

#[test]
fn front_matter_is_fields_and_never_content() {
    let found = read(
        "---\ntitle: Báo cáo quý I\nauthor: Văn phòng\ndate: 2026-02-05\nloai: báo cáo\nnguoi-ky: Lê Bính\n---\n\nMột câu.\n",
    );
    assert_eq!((&found.form["type"], &found.form["subject"]), (&json!("bao-cao"), &json!("Báo cáo quý I")));
    assert_eq!(
        (&found.form["header"]["date"], &found.form["signature"]["name"]),
        (&json!("2026-02-05"), &json!("Lê Bính"))
    );
    assert_eq!((body(&found), lost(&found)), (vec!["Một câu.".to_owned()], vec!["Văn phòng"]));
}

#[test]
fn markdown_loses_nothing_in_html_cells_and_notes() {
    let found = read(
        "Trước <!-- nhắc --> <u>gạch</u>[^a] và[^a]\n\n<div>Trong <b>div</b></div>\n\n| A | B |\n|---|---|\n| một<br>hai | ba |\n\n[^a]: Chú thích.\n[^b]: Bỏ quên.\n",
    );
    assert_eq!(body(&found), ["Trước gạch^[Chú thích.] và", "Trong **div**"]);
    assert_eq!(found.form["body"][2]["rows"], json!([["một\nhai", "ba"]]));
    assert_eq!(lost(&found), ["nhắc", "Bỏ quên."]);
}

#[test]
fn a_title_within_the_letterhead_and_a_letterhead_before_what_is_enclosed_are_known() {
    let state = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM<br>Độc lập - Tự do - Hạnh phúc";
    let found = read(&format!(
        "| UBND XÃ BÌNH AN<br>Số: 4/BC-UBND | {state} |\n|---|---|\n| BÁO CÁO<br>Kết quả quý I | |\n\nKính gửi: Sở A.\n\nHết./.{FOOT}"
    ));
    assert_eq!((&found.form["type"], &found.form["subject"]), (&json!("bao-cao"), &json!("Kết quả quý I")));
    assert_eq!(found.form["header"]["agency"], json!(["UBND XÃ BÌNH AN"]));
    let found = read(&format!(
        "# QUYẾT ĐỊNH\n\n**Ban hành Quy chế**\n\nQUYẾT ĐỊNH:\n\nĐiều 1. Một./.{FOOT}\n\n| UBND XÃ BÌNH AN | {state} |\n|---|---|\n\n**QUY CHẾ**\n\n**Làm việc**\n\nNội dung."
    ));
    let appendices = found.form["appendices"].as_array().unwrap();
    assert_eq!((appendices.len(), &appendices[0]["type"]), (1, &json!("quy-che")));
}

/// Lines of a draft, in which X stands for a word that no other place has.
const LINES: [&str; 30] = [
    "X",
    "# X",
    "- X",
    "  - X",
    "1. X",
    "a) X",
    "**X** *X*",
    "> X",
    "`X`",
    "~~X~~ <u>X</u> X<br>X",
    "[X](http://a.example)",
    "![X](a.png)",
    "| X | X |\n|---|---|\n| X<br>X | X |",
    "<table><tr><td>X</td><td colspan=2>X</td></tr>\n\n<tr><td>X</td></tr></table>",
    "<!-- X -->",
    "<div>X <b>X</b></div>",
    "X[^a] X[^a]\n\n[^a]: X",
    "[^b]: X",
    "X\tX\tX\nX\tX\tX",
    "BÁO CÁO\n\n**X**",
    "Số: 1/BC-X",
    "V/v X\nX",
    "Kính gửi: X",
    "Kính gửi:\n\n- X;\n- X.",
    "Căn cứ X;",
    "Điều 1. X",
    "Nơi nhận:\n- X\nX",
    "TM. X\n\nCHỦ TỊCH\n\nX X",
    "Phụ lục I\n\nX",
    "| Kính gửi: | X |\n|---|---|",
];

fn any_lines() -> impl Strategy<Value = String> {
    let line = (prop::sample::select(LINES.to_vec()), "[a-zđ]{2,4}").prop_map(|(line, word)| {
        let parts = line.split('X').enumerate();
        let marked =
            parts.map(|(at, part)| if at == 0 { part.to_owned() } else { format!("{word}{at}N{part}") });
        marked.collect::<String>()
    });
    prop::collection::vec(line, 0..10).prop_map(|lines| lines.join("\n\n"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// The law: every word of a draft ends in the form or in what is left out.
    #[test]
    fn no_word_of_a_markdown_draft_is_lost(draft in any_lines(), front in any::<bool>()) {
        let draft = if front { format!("---\ntitle: vorneN\nx: hintenN\n---\n\n{draft}") } else { draft };
        let found = read(&draft);
        let mut all = lost(&found).join(" ");
        all.push(' ');
        crate::strings(&found.form, &mut all);
        let said: BTreeSet<String> = words_of(&all).into_iter().collect();
        for word in words_of(&draft).iter().filter(|word| word.ends_with('N') && word.starts_with(char::is_lowercase)) {
            prop_assert!(said.contains(word), "{word} of {draft}\n{}\n{:?}", found.form, found.left_out);
        }
    }
}
