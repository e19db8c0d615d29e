//! Drafts of others: the seed report as Markdown and as Word come back as the example, up to what the
//! drafts lack.

use std::io::Write as _;

use proptest::prelude::*;
use serde_json::{Value, json};
use vanthu_document as document;
use vanthu_document::fonts::Faces;
use vanthu_document::import::{self, ImportError, Imported};

const SEED: &str = include_str!("../fixtures/201-BC-UBND.txt");
const WORD: &[u8] = include_bytes!("../fixtures/201-bc-ubnd.docx");

fn example() -> Value {
    serde_json::from_str(include_str!("../../examples/201-bc-ubnd.json")).unwrap()
}

/// Where two values differ, one difference a line.
fn differences(pointer: &str, wanted: &Value, found: &Value, into: &mut Vec<String>) {
    match (wanted, found) {
        _ if wanted == found => {}
        (Value::Object(one), Value::Object(other)) => {
            let keys: std::collections::BTreeSet<&String> = one.keys().chain(other.keys()).collect();
            for key in keys {
                let get =
                    |object: &serde_json::Map<String, Value>| object.get(key).cloned().unwrap_or_default();
                differences(&format!("{pointer}/{key}"), &get(one), &get(other), into);
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (index, (one, other)) in one.iter().zip(other).enumerate() {
                differences(&format!("{pointer}/{index}"), one, other, into);
            }
        }
        _ => {
            let short = |value: &Value| value.to_string().chars().take(90).collect::<String>();
            into.push(format!("{pointer}: {} -> {}", short(wanted), short(found)));
        }
    }
}

fn compared(imported: &Imported) -> String {
    let mut found = Vec::new();
    differences("", &example(), &imported.form, &mut found);
    let left_out =
        imported.left_out.iter().map(|left| format!("left out: {}: {}", left.place.en, left.what.en));
    found.into_iter().chain(left_out).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_seed_as_markdown_is_the_example() {
    insta::assert_snapshot!(compared(&import::markdown(SEED.as_bytes()).unwrap()));
}

#[test]
fn the_seed_as_word_is_the_example() {
    let imported = import::docx(WORD).unwrap();
    insta::assert_snapshot!(compared(&imported));
    // As it is, it can be laid out.
    let json = document::readable_json(&imported.form);
    let draft = document::parse(json.as_bytes(), &Faces::embedded()).unwrap();
    assert!(draft.fills.is_empty());
}

#[test]
fn markdown_keeps_what_it_says() {
    let draft = "\
**ỦY BAN NHÂN DÂN**\\
**XÃ BÌNH AN**

Số: 15/QĐ-UBND

Bình An, ngày 05 tháng 02 năm 2026

# QUYẾT ĐỊNH

**Về việc thử nghiệm**

CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ BÌNH AN

*Căn cứ Luật Tổ chức chính quyền địa phương;*

*Theo đề nghị của Chánh Văn phòng.*

QUYẾT ĐỊNH:

**Điều 1. Phạm vi**

1. Một ~~hai~~ [ba](https://a.example).

2. Gồm:

a) Thứ nhất[^n];

đ) Thứ năm.

**Điều 2.** Nội dung *nghiêng* \\* và `mã`.

| TT | Việc |
|:--:|-----:|
| 1  | **A** |

![bản đồ](a.png)

Nơi nhận:

- Như Điều 2;
- Lưu: VT.

KT. CHỦ TỊCH

PHÓ CHỦ TỊCH

Trần Thị Bình

[^n]: Một *chú thích*.
";
    let imported = import::markdown(draft.as_bytes()).unwrap();
    let form = &imported.form;
    assert_eq!(form["type"], "quyet-dinh");
    assert_eq!(form["header"]["agency"], json!(["ỦY BAN NHÂN DÂN", "XÃ BÌNH AN"]));
    assert_eq!((&form["header"]["number"], &form["header"]["date"]), (&json!(15), &json!("2026-02-05")));
    assert_eq!(form["subject"], "Về việc thử nghiệm");
    assert_eq!(
        form["bases"],
        json!(["Căn cứ Luật Tổ chức chính quyền địa phương", "Theo đề nghị của Chánh Văn phòng"])
    );
    assert_eq!(
        form["body"],
        json!([
            { "block": "article", "number": "1", "title": "Phạm vi" },
            { "block": "clause", "number": "1", "text": "Một hai ba." },
            { "block": "clause", "number": "2", "text": "Gồm:" },
            { "block": "point", "letter": "a", "text": "Thứ nhất^[Một *chú thích*.];" },
            { "block": "point", "letter": "đ", "text": "Thứ năm." },
            { "block": "article", "number": "2", "text": "Nội dung *nghiêng* \\* và mã." },
            { "block": "table", "columns": [{ "title": "TT", "align": "center" }, { "title": "Việc", "align": "right" }],
              "rows": [["1", "**A**"]] },
            { "block": "paragraph", "text": "bản đồ" },
        ])
    );
    assert_eq!(form["recipients"], json!({ "items": ["Như Điều 2"], "archive": "VT" }));
    assert_eq!(
        form["signature"],
        json!({ "authority": ["KT. CHỦ TỊCH"], "position": "PHÓ CHỦ TỊCH", "name": "Trần Thị Bình" })
    );
    let said: Vec<&str> = imported.left_out.iter().map(|left| left.what.en.as_str()).collect();
    assert_eq!(
        said,
        ["strikethrough (the text stays)", "a link (its text stays)", "an image (its description stays)"]
    );
    let draft = document::parse(document::readable_json(form).as_bytes(), &Faces::embedded()).unwrap();
    assert_eq!(draft.fills.iter().map(|fill| fill.pointer.as_str()).collect::<Vec<_>>(), ["/issuer"]);
}

/// A Word file with this body and these other parts.
fn word(body: &str, parts: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let namespace = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";
    let document = format!("<w:document {namespace}><w:body>{body}</w:body></w:document>");
    for (name, text) in [("word/document.xml", document.as_str())].iter().chain(parts) {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(text.replace("NS", namespace).as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn run(text: &str, properties: &str) -> String {
    format!("<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>")
}

#[test]
fn word_lists_styles_merges_and_footnotes_are_read() {
    let numbering = "<w:numbering NS><w:abstractNum w:abstractNumId=\"0\"><w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/>\
        <w:numFmt w:val=\"lowerLetter\"/><w:lvlText w:val=\"%1)\"/></w:lvl><w:lvl w:ilvl=\"1\"><w:numFmt w:val=\"bullet\"/>\
        <w:lvlText w:val=\"\u{f0b7}\"/></w:lvl></w:abstractNum><w:num w:numId=\"3\"><w:abstractNumId w:val=\"0\"/></w:num></w:numbering>";
    let styles = "<w:styles NS><w:style w:styleId=\"H\"><w:basedOn w:val=\"B\"/><w:rPr><w:b/></w:rPr></w:style>\
        <w:style w:styleId=\"B\"><w:pPr><w:outlineLvl w:val=\"0\"/></w:pPr></w:style></w:styles>";
    let notes = "<w:footnotes NS><w:footnote w:id=\"2\"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t> Ghi chú</w:t></w:r></w:p></w:footnote></w:footnotes>";
    let list = |level: u8, text: &str| {
        format!(
            "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"3\"/></w:numPr></w:pPr>{}</w:p>",
            run(text, "")
        )
    };
    let cell = |properties: &str, text: &str| {
        format!("<w:tc><w:tcPr>{properties}</w:tcPr><w:p>{}</w:p></w:tc>", run(text, ""))
    };
    let row = |cells: &[String]| format!("<w:tr>{}</w:tr>", cells.concat());
    let body = [
        format!("<w:p><w:pPr><w:pStyle w:val=\"H\"/></w:pPr>{}</w:p>", run("1. Mục", "")),
        format!(
            "<w:p>{}{}<w:r><w:footnoteReference w:id=\"2\"/></w:r><w:ins><w:r><w:br/><w:t>thêm</w:t></w:r></w:ins><w:del><w:r><w:delText>bỏ</w:delText></w:r></w:del></w:p>",
            run("đậm", "<w:b/>"),
            run(" thường*", "<w:b w:val=\"0\"/><w:u w:val=\"single\"/>")
        ),
        list(0, "một"),
        list(1, "trong"),
        list(0, "hai"),
        format!(
            "<w:tbl>{}{}{}</w:tbl>",
            row(&[cell("", "A"), cell("", "B"), cell("", "C")]),
            row(&[cell("<w:vMerge w:val=\"restart\"/>", "cao"), cell("<w:gridSpan w:val=\"2\"/>", "rộng")]),
            row(&[cell("<w:vMerge/>", ""), cell("", "x"), cell("", "y")]),
        ),
    ]
    .concat();
    let file = word(
        &body,
        &[("word/numbering.xml", numbering), ("word/styles.xml", styles), ("word/footnotes.xml", notes)],
    );
    let imported = import::docx(&file).unwrap();
    assert_eq!(
        imported.form["body"],
        json!([
            { "block": "heading", "level": 1, "number": "1.", "text": "Mục" },
            { "block": "paragraph", "text": "**đậm** thường\\*^[Ghi chú]\nthêm" },
            { "block": "item", "marker": "a)", "text": "một" },
            { "block": "item", "marker": "-", "level": 2, "text": "trong" },
            { "block": "item", "marker": "b)", "text": "hai" },
            { "block": "table", "columns": [
                { "title": "A", "align": "center" }, { "title": "B", "align": "left" }, { "title": "C", "align": "left" }
              ], "rows": [[{ "text": "cao", "rowspan": 2 }, { "text": "rộng", "colspan": 2 }], ["x", "y"]] },
        ])
    );
    let said: Vec<&str> = imported.left_out.iter().map(|left| left.what.en.as_str()).collect();
    assert_eq!(said, ["a tracked deletion", "underlining (the text stays)"]);
}

#[test]
fn hostile_drafts_are_refused_or_read() {
    assert_eq!(import::markdown(&[0xff]), Err(ImportError::NotUtf8));
    for bytes in [&b"PK"[..], b"", &WORD[..WORD.len() / 2]] {
        assert!(matches!(import::docx(bytes), Err(ImportError::NotWord(_))));
    }
    // Tables in tables, runs in runs, thousands deep; and quotations in quotations.
    let deep = format!("{}{}", "<w:tbl><w:tr><w:tc>".repeat(3000), "</w:tc></w:tr></w:tbl>".repeat(3000));
    let _ = import::docx(&word(&deep, &[]));
    let _ = import::docx(&word(
        &format!("<w:p>{}{}</w:p>", "<w:ins>".repeat(3000), "</w:ins>".repeat(3000)),
        &[],
    ));
    let _ = import::markdown("> ".repeat(20_000).as_bytes()).unwrap();
    let _ = import::markdown("[".repeat(50_000).as_bytes()).unwrap();
    // Entities that grow.
    let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\">]><w:document NS/>";
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file("word/document.xml", zip::write::SimpleFileOptions::default()).unwrap();
    archive.write_all(bomb.as_bytes()).unwrap();
    assert!(matches!(import::docx(&archive.finish().unwrap().into_inner()), Err(ImportError::NotWord(_))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_markdown_becomes_a_form_that_is_read(text in r"([-+*#>|1-3.)(ĐđIV ĩa\n\t`~^\[\]]|Số: |Điều 1. |Nơi nhận|TM. A|BÁO CÁO|\n\n){0,60}") {
        let imported = import::markdown(text.as_bytes()).unwrap();
        let json = document::readable_json(&imported.form);
        if let Err(findings) = document::parse(json.as_bytes(), &Faces::embedded()) {
            // What an author wrote may break rules; what the importer wrote has the form.
            prop_assert!(findings.iter().all(|finding| !finding.code.starts_with("E-JSON")
                && !finding.code.starts_with("E-TEXT-EMPHASIS") && !finding.code.starts_with("E-TEXT-NOTE")
                && finding.code != "E-TABLE-SPAN" && finding.code != "E-TEXT-CONTROL"), "{:?}\n{}", findings, json);
        }
    }
}
