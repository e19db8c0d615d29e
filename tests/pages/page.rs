//! What must hold of the page (NĐ 30/2020, Phụ lục I), read back from the PDF itself.

use std::process::Command;

use serde_json::{Value, json};
use vanthu::clock;
use vanthu::document;
use vanthu::layout::{DraftMark, LayoutOptions, StampText};
use vanthu::role::Role;

use crate::judges;
use crate::poppler::{ENGINE, MM, Page, TIME, Word, folded, parse, poppler, rules};
use crate::seed;

fn example() -> Value {
    serde_json::from_str(include_str!("../../examples/201-bc-ubnd.json")).unwrap()
}

#[test]
fn margins_hold_on_every_page() {
    let page = Page::of(&example());
    assert_eq!(page.pages, 10);
    for word in &page.words {
        // The number of the page stands in the top margin.
        let numbered = word.bottom < 20.0 * MM;
        assert!(numbered || word.top > 19.0 * MM, "{word:?}");
        assert!(word.left > 30.0 * MM - 0.5 && word.right < 190.0 * MM + 0.5, "{word:?}");
        assert!(word.bottom < 277.0 * MM + 1.0, "{word:?}");
    }
}

#[test]
fn the_letterhead_stands_as_the_decree_draws_it() {
    let page = Page::of(&example());
    let state = page.line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM");
    let motto = page.line("Độc lập - Tự do - Hạnh phúc");
    let (agency, second) = (page.line("ỦY BAN NHÂN DÂN"), page.line("HUYỆN HÒA AN"));
    let (number, date) = (page.line("Số: 201/BC-UBND"), page.line("Hòa An, ngày 18 tháng 6 năm 2020"));
    let middle = |word: &Word| f64::midpoint(word.left, word.right);
    let together = |a: &Word, b: &Word| (middle(a) - middle(b)).abs() < 1.0;
    assert!(
        together(&state, &motto)
            && together(&state, &date)
            && together(&agency, &second)
            && together(&agency, &number)
    );
    assert!((state.top - agency.top).abs() < 1.0 && motto.top > state.bottom - 3.0);
    assert!(agency.right < state.left && number.top > second.bottom && date.top > motto.bottom);
    // 13 and 14 pt on one base line: the boxes reach as far below it as their sizes say.
    let descent = 0.216;
    assert!(
        ((number.bottom - descent * 13.0) - (date.bottom - descent * 14.0)).abs() < 0.5,
        "{number:?} {date:?}"
    );

    let rules = rules(&page.file());
    let under = |word: &Word| {
        let near = |rule: &&(f64, f64, f64)| {
            rule.2 > word.bottom - 5.0
                && rule.2 < word.bottom + 12.0
                && (f64::midpoint(rule.0, rule.1) - middle(word)).abs() < 1.0
        };
        let rule = rules.iter().find(near).unwrap_or_else(|| panic!("no rule under {word:?}: {rules:?}"));
        rule.1 - rule.0
    };
    // As long as the motto; a third to a half of the agency's line and of the subject's.
    assert!((under(&motto) - (motto.right - motto.left)).abs() < 1.0);
    let widest = (agency.right - agency.left).max(second.right - second.left);
    assert!((1.0 / 3.0..=0.5).contains(&(under(&second) / widest)));
    let last = page.line("nhiệm vụ 6 tháng cuối năm 2020");
    let first = page.line("Sơ kết công tác thi đua, khen thưởng 6 tháng đầu năm, phương hướng");
    assert!((1.0 / 3.0..=0.5).contains(&(under(&last) / (first.right - first.left))));
}

#[test]
fn sizes_and_styles_are_the_decrees() {
    let page = Page::of(&example());
    let styles = page.styles();
    for (text, size, wanted) in [
        ("CỘNG HÒA XÃ HỘI", 13, "Bold"),
        ("Độc lập - Tự do", 14, "Bold"),
        ("HUYỆN HÒA AN", 13, "Bold"),
        ("Số: 201/BC-UBND", 13, "Regular"),
        ("Hòa An, ngày 18", 14, "Italic"),
        ("BÁO CÁO", 14, "Bold"),
        ("Sơ kết công tác thi đua, khen thưởng 6", 14, "Bold"),
        ("Kính gửi:", 14, "Regular"),
        ("Thực hiện Công văn", 14, "Regular"),
        ("Kết quả triển khai, ban hành văn bản", 14, "Bold"),
        ("Hòa An chung sức xây dựng", 14, "Italic"),
        ("Chỉ tiêu cơ bản", 13, "Bold"),
        ("TM. ỦY BAN NHÂN DÂN", 14, "Bold"),
        ("CHỦ TỊCH", 14, "Bold"),
        ("Bé Đặng Chuyên", 14, "Bold"),
        ("Nơi nhận:", 12, "BoldItalic"),
        ("- Trang TTĐT huyện;", 11, "Regular"),
    ] {
        assert_eq!(styles.of(text), (size, wanted), "«{text}»");
    }
}

#[test]
fn pages_are_numbered_from_the_second_on() {
    let page = Page::of(&example());
    for number in 1..=page.pages {
        let top: Vec<&Word> =
            page.words.iter().filter(|word| word.page == number && word.bottom < 20.0 * MM).collect();
        if number == 1 {
            assert!(top.is_empty());
        } else {
            assert_eq!(top.len(), 1);
            assert_eq!(top[0].text, number.to_string());
            assert!((f64::midpoint(top[0].left, top[0].right) - 110.0 * MM).abs() < 1.0);
        }
    }
}

#[test]
fn the_head_of_a_table_is_repeated() {
    let page = Page::of(&example());
    let heads: Vec<usize> = page
        .words
        .windows(3)
        .filter(|words| words[0].text == "Chỉ" && words[1].text == "tiêu" && words[2].text == "cơ")
        .map(|words| words[0].page)
        .collect();
    assert_eq!(heads, [3, 4]);
}

#[test]
fn recipients_stand_level_with_the_authority_line() {
    let page = Page::of(&example());
    let (recipients, authority) = (page.line("Nơi nhận:"), page.line("TM. ỦY BAN NHÂN DÂN"));
    let descent = 0.216;
    assert!(((recipients.bottom - descent * 12.0) - (authority.bottom - descent * 14.0)).abs() < 0.5);
    assert!((recipients.left - 30.0 * MM).abs() < 0.5);
    assert!(
        page.line("CHỦ TỊCH").top > authority.top
            && page.line("Bé Đặng Chuyên").top > authority.top + 36.0 * MM
    );
}

#[test]
fn the_signature_block_never_stands_alone() {
    let mut document = example();
    let (first, last) = (document["body"][0].clone(), document["body"][58].clone());
    let short = json!({ "block": "paragraph", "text": "Hết./." });
    let line = json!({ "block": "item", "marker": "-", "text": "Một dòng." });
    for count in 0..44 {
        for end in [&last, &short] {
            let mut body = vec![first.clone()];
            body.extend(std::iter::repeat_n(line.clone(), count));
            body.push(end.clone());
            document["body"] = body.into();
            let page = Page::of(&document);
            let block = page.line("TM. ỦY BAN NHÂN DÂN");
            let above = page
                .words
                .iter()
                .filter(|word| word.page == block.page && word.bottom > 20.0 * MM && word.bottom < block.top);
            let mut lines: Vec<String> = above.map(|word| format!("{:.0}", word.bottom)).collect();
            lines.dedup();
            assert!(lines.len() >= 2, "{count} lines: {lines:?} above the block on page {}", block.page);
            assert_eq!(page.line("Bé Đặng Chuyên").page, block.page);
        }
    }
}

#[test]
fn the_text_of_the_pdf_is_the_seeds() {
    let page = Page::of(&example());
    // Without white space, for a line may end after a hyphen or a stroke, and without the numbers of
    // pages, for a paragraph may run over one.
    let text: String =
        page.words.iter().filter(|word| word.bottom > 20.0 * MM).map(|word| word.text.as_str()).collect();
    let packed = |line: &str| {
        let plain = line.replace("**", "").replace("“*", "“").replace("*”", "”");
        plain.split_whitespace().collect::<String>()
    };
    let mut missing = Vec::new();
    for block in seed::repaired_body() {
        // A table is read line by line across its cells: it is looked for word by word.
        let separator = if block.contains('\t') { ['\t', ' '].as_slice() } else { ['\0'].as_slice() };
        missing.extend(block.split(separator).map(packed).filter(|part| !text.contains(part.as_str())));
    }
    assert!(missing.iter().all(|part| part == "đồng/ha"), "{missing:#?}");
    for line in [3, 5, 7, 9, 11, 161, 162, 163, 164, 169] {
        assert!(text.contains(&packed(&seed::line(line))), "{}", seed::line(line));
    }
}

#[test]
fn what_authors_write_is_never_evaluated() {
    let hostile =
        r##"#panic() #read("/etc/passwd") $x$ <a> @b \*c\* _d_ // `e` ) endobj << /JS (f) >> {"g"}"##;
    let shown = hostile.replace("\\*", "*");
    let mut document = example();
    document["header"]["place"] = r#"#(1+1) $x$"#.into();
    document["header"]["agency"][1] = r#"#HUYỆN $A$"#.into();
    document["subject"] = hostile.into();
    document["addressees"] = json!([hostile, hostile]);
    document["recipients"]["items"] = json!(["#(1+1) $x$"]);
    document["signature"]["position"] = "#CHỦ $TỊCH$".into();
    document["signature"]["name"] = "#eval(\"1\")".into();
    document["body"] = json!([
        { "block": "heading", "level": 1, "number": "#1.", "text": hostile },
        { "block": "paragraph", "text": hostile },
        { "block": "item", "marker": "-", "text": hostile },
        { "block": "table", "caption": hostile, "columns": [{ "title": hostile }], "rows": [[hostile]] },
    ]);
    let page = Page::of(&document);
    let text = page.text();
    let count = text.matches(&folded(&shown)).count();
    assert!(count >= 6, "{count} of 8 whole: {text}");
    for plain in
        ["#(1+1) $x$, ngày 18", "#HUYỆN $A$", "- #(1+1) $x$;", "#CHỦ $TỊCH$", "#eval(\"1\")", "#1. #panic()"]
    {
        assert!(text.contains(plain), "«{plain}»: {text}");
    }
    judges::assert_pdfa_3a_and_ua_1(&page.file());
}

#[test]
fn the_source_is_attached_and_gives_the_same_bytes_again() {
    let page = Page::of(&example());
    let out = page.folder.path().join("source.json");
    let saved =
        Command::new("pdfdetach").args(["-save", "1", "-o"]).arg(&out).arg(page.file()).status().unwrap();
    assert!(saved.success());
    let source: Value = serde_json::from_slice(&std::fs::read(&out).unwrap()).unwrap();
    assert_eq!(std::fs::read(Page::of(&source).file()).unwrap(), std::fs::read(page.file()).unwrap());
}

#[test]
fn every_shape_of_document_archives() {
    let mut draft = example();
    draft["header"]["number"] = Value::Null;
    draft["header"]["date"] = Value::Null;
    let mut long = example();
    long["header"]["superior"] = json!(["ỦY BAN NHÂN DÂN TỈNH CAO BẰNG"]);
    long["header"]["agency"] = json!(["VĂN PHÒNG HỘI ĐỒNG NHÂN DÂN VÀ ỦY BAN NHÂN DÂN HUYỆN HÒA AN"]);
    long["header"]["place"] = "Thành phố Hồ Chí Minh".into();
    long["addressees"] = json!(["Bộ Nội vụ", "Sở Nội vụ tỉnh Cao Bằng", "Ban Thi đua - Khen thưởng"]);
    long["signature"]["authority"] = json!(["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH"]);
    long["signature"]["position"] = "PHÓ CHỦ TỊCH".into();
    let rows: Vec<Value> = (0..120)
        .map(|row| match row % 3 {
            0 => json!([{ "text": row.to_string(), "rowspan": 3 }, "một", { "text": "hai", "colspan": 2 }]),
            _ => json!(["ba", "bốn", "năm"]),
        })
        .collect();
    let column = |title: &str| json!({ "title": title });
    let columns =
        json!([column("A"), column("B"), column("C"), { "title": "D", "width": 30, "align": "right" }]);
    long["body"] = json!([{ "block": "table", "caption": "Bảng 1", "columns": columns, "rows": rows }]);
    // «DỰ THẢO» lies across every page of a draft, letter by letter for who reads along lines.
    let drafts = |page: &Page| page.words.iter().filter(|word| word.text == "Ự").count();
    assert_eq!((drafts(&Page::of(&draft)), drafts(&Page::of(&example()))), (10, 0));
    let place = "Thành phố Hồ Chí Minh, ngày 18 tháng 6 năm 2020";
    for (document, wanted) in [(draft, "Số: /BC-UBND"), (long, place)] {
        let page = Page::of(&document);
        judges::assert_pdfa_3a_and_ua_1(&page.file());
        judges::assert_sound_for_qpdf(&page.file());
        assert!(page.text().contains(wanted), "{}", page.text());
    }
}

#[test]
fn a_stamp_holds_whatever_a_certificate_names() {
    let name = "Nguyễn Phúc Ưng Quyền ".repeat(6);
    let size = (78.0 * MM, 30.0 * MM);
    let text = StampText {
        role: Role::Signer,
        name: name.trim(),
        lines: ["Chủ tịch", name.trim()],
        time: clock::parse(TIME).unwrap(),
        digest: &"0123456789abcdef".repeat(4),
        size,
        text: true,
        image: None,
    };
    let stamp = ENGINE.stamp(&text).unwrap();
    assert_eq!(stamp, ENGINE.stamp(&text).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("stamp.pdf");
    std::fs::write(&file, stamp).unwrap();
    let xml = poppler("pdftotext", &["-bbox"], &file);
    for line in xml.lines().filter(|line| line.contains("<word ")) {
        let number = |name: &str| -> f64 {
            line.split_once(&format!("{name}=\"")).unwrap().1.split_once('"').unwrap().0.parse().unwrap()
        };
        assert!(number("xMin") > size.0 / 3.0 && number("xMax") < size.0, "{line}");
        assert!(number("yMin") > -0.5 && number("yMax") < size.1 + 0.5, "{line}");
    }
    let text = folded(&poppler("pdftotext", &[], &file));
    assert!(text.contains("18/06/2026 10:15:30 +07:00") && text.contains("01234567 89abcdef"), "{text}");
}

#[test]
fn fields_stand_between_position_and_name() {
    let document = parse(&example());
    let json = document::to_json(&document);
    let created = clock::parse(TIME).unwrap();
    let source = LayoutOptions { json: &json, created, mark: DraftMark::Issued, link: None };
    let fields = ENGINE.lay_out(&document, &source).unwrap().fields();
    let page = Page::of(&example());
    let (position, name) = (page.line("CHỦ TỊCH"), page.line("Bé Đặng Chuyên"));
    assert_eq!(fields.iter().map(|field| field.role).collect::<Vec<_>>(), Role::ALL);
    for field in &fields {
        let [_, bottom, _, top] = field.rect;
        assert_eq!(field.page + 1, position.page);
        assert!(841.89 - top > position.bottom - 4.0 && 841.89 - bottom < name.top + 4.0, "{field:?}");
    }
    // The seal covers the left third of the signature.
    let ([left, _, right, _], [_, _, seal, _]) = (fields[0].rect, fields[1].rect);
    assert!((seal - (left + (right - left) / 3.0)).abs() < 0.5);
}
