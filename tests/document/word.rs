//! Word drafts, made here piece by piece: what Word shows arrives, what it hides is told, and nothing of it is lost.

use std::collections::BTreeSet;
use std::io::Write as _;

use proptest::prelude::*;
use serde_json::{Value, json};
use vanthu_document as document;
use vanthu_document::fonts::Faces;
use vanthu_document::import::{self, ForeignFormat, ImportError, Imported, words_of};

const NAMESPACES: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
    xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\" xmlns:v=\"urn:schemas-microsoft-com:vml\" \
    xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" \
    xmlns:wps=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\" xmlns:m=\"http://schemas.openxmlformats.org/officeDocument/2006/math\"";

/// A package of these parts, each but the relationships with its namespaces.
fn package(parts: &[(&str, String)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(text.replace("NS", NAMESPACES).as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn document(body: &str) -> String {
    format!("<w:document NS><w:body>{body}</w:body></w:document>")
}

/// What comes of a file with this body and these other parts.
fn imported(body: &str, parts: &[(&str, &str)]) -> Imported {
    let others = parts.iter().map(|(name, text)| (*name, (*text).to_owned()));
    let all: Vec<_> = std::iter::once(("word/document.xml", document(body))).chain(others).collect();
    import::docx(&package(&all)).unwrap()
}

fn run(text: &str) -> String {
    styled(text, "")
}

fn styled(text: &str, properties: &str) -> String {
    format!("<w:r><w:rPr>{properties}</w:rPr><w:t xml:space=\"preserve\">{text}</w:t></w:r>")
}

fn p(inner: &str) -> String {
    format!("<w:p>{inner}</w:p>")
}

fn line(text: &str) -> String {
    p(&run(text))
}

fn bold(text: &str) -> String {
    p(&styled(text, "<w:b/>"))
}

/// Cells, each with its properties and its content.
fn row(properties: &str, cells: &[(&str, String)]) -> String {
    let cell = |(properties, content): &(&str, String)| {
        format!("<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>")
    };
    format!("<w:tr><w:trPr>{properties}</w:trPr>{}</w:tr>", cells.iter().map(cell).collect::<String>())
}

fn table(rows: &[String]) -> String {
    format!("<w:tbl>{}</w:tbl>", rows.concat())
}

fn plain_row(cells: &[&str]) -> String {
    row("", &cells.iter().map(|text| ("", line(text))).collect::<Vec<_>>())
}

/// A letterhead of two cells.
fn letterhead(left: &[&str], right: &[&str]) -> String {
    let cell = |lines: &[&str]| lines.iter().map(|text| bold(text)).collect::<String>();
    table(&[row("", &[("", cell(left)), ("", cell(right))])])
}

const STATE: [&str; 3] = [
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "Bình An, ngày 05 tháng 02 năm 2026",
];

/// A whole report with `content` between its opening and its foot.
fn report(content: &str) -> String {
    [
        letterhead(&["ỦY BAN NHÂN DÂN", "XÃ BÌNH AN", "Số: 12/BC-UBND"], &STATE),
        bold("BÁO CÁO"),
        bold("Kết quả công tác quý I"),
        content.to_owned(),
        foot(
            &["Nơi nhận:", "- Như trên;", "- Lưu: VT, VP."],
            &["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "", "Nguyễn Văn Ất"],
        ),
    ]
    .concat()
}

fn foot(left: &[&str], right: &[&str]) -> String {
    letterhead(left, right)
}

fn body_of(content: &str, parts: &[(&str, &str)]) -> Value {
    imported(&report(content), parts).form["body"].clone()
}

/// What is said of the words that were left out.
fn left_out(imported: &Imported) -> Vec<String> {
    let told = imported.left_out.iter().map(|left| (left.what.en.as_str(), left.words.as_str()));
    told.map(|(what, words)| if words.is_empty() { what.to_owned() } else { format!("{what}: {words}") })
        .collect()
}

fn paragraphs(texts: &[&str]) -> Value {
    texts.iter().map(|text| json!({ "block": "paragraph", "text": text })).collect()
}

#[test]
fn a_report_is_read_whole_and_each_word_accounted_for() {
    let found = imported(&report(&line("Một nội dung./.")), &[]);
    assert_eq!(left_out(&found), Vec::<String>::new());
    let form = &found.form;
    assert_eq!((&form["type"], &form["subject"]), (&json!("bao-cao"), &json!("Kết quả công tác quý I")));
    assert_eq!(
        form["header"],
        json!({ "superior": [], "agency": ["ỦY BAN NHÂN DÂN", "XÃ BÌNH AN"], "number": 12, "notation": "BC-UBND",
            "place": "Bình An", "date": "2026-02-05" })
    );
    assert_eq!(form["body"], paragraphs(&["Một nội dung./."]));
    assert_eq!(form["recipients"], json!({ "items": ["Như trên"], "archive": "VT, VP" }));
    assert_eq!(
        form["signature"],
        json!({ "authority": ["TM. ỦY BAN NHÂN DÂN"], "position": "CHỦ TỊCH", "name": "Nguyễn Văn Ất" })
    );
    let went = |text: &str| found.account.iter().find(|one| one.text == text).unwrap().clone();
    assert_eq!(went("Số: 12/BC-UBND").at, ["/header/number", "/header/notation"]);
    assert!(went(STATE[0]).printed && went(STATE[0]).at.is_empty());
    assert_eq!(went("Một nội dung./.").at, ["/body/0/text"]);
}

#[test]
fn wrappers_are_taken_off_wherever_they_stand() {
    let wrap = |name: &str, inner: &str| format!("<w:{name}>{inner}</w:{name}>");
    let sdt = |inner: &str| format!("<w:sdt><w:sdtPr/><w:sdtContent>{inner}</w:sdtContent></w:sdt>");
    let choice = |inner: &str| {
        format!(
            "<mc:AlternateContent><mc:Choice Requires=\"x\">{inner}</mc:Choice><mc:Fallback>{inner}</mc:Fallback></mc:AlternateContent>"
        )
    };
    for around in ["ins", "moveTo", "customXml", "smartTag", "hyperlink", "fldSimple"] {
        let inner = p(&wrap(around, &run("trong")));
        assert_eq!(body_of(&inner, &[]), paragraphs(&["trong"]), "{around}");
    }
    for block in [
        sdt(&line("a b")),
        wrap("customXml", &line("a b")),
        choice(&line("a b")),
        p(&sdt(&run("a b"))),
        p(&choice(&run("a b"))),
    ] {
        assert_eq!(body_of(&block, &[]), paragraphs(&["a b"]), "{block}");
    }
    // Rows and cells in content controls stay where they are.
    let cells = format!(
        "<w:tr>{}{}</w:tr>",
        sdt(&format!("<w:tc>{}</w:tc>", line("1"))),
        format_args!("<w:tc>{}</w:tc>", line("2"))
    );
    let found = body_of(&table(&[plain_row(&["A", "B"]), cells, sdt(&plain_row(&["3", "4"]))]), &[]);
    assert_eq!(found[0]["rows"], json!([["1", "2"], ["3", "4"]]));
}

#[test]
fn what_word_does_not_show_is_left_out_and_told() {
    let deleted =
        |name: &str, text: &str| format!("<w:{name}><w:r><w:delText>{text}</w:delText></w:r></w:{name}>");
    let content = [
        p(&format!("{}{}{}", run("còn"), deleted("del", "mất"), deleted("moveFrom", "dời"))),
        p(&format!("{}{}", run("thấy"), styled("ẩn một", "<w:vanish/>"))),
        p(&styled("ẩn hai", "<w:rStyle w:val=\"An\"/>")),
        "<w:p><w:pPr><w:pStyle w:val=\"Giau\"/></w:pPr><w:r><w:t>ẩn ba</w:t></w:r></w:p>".to_owned(),
        table(&[
            plain_row(&["A", "B"]),
            row("<w:del/>", &[("", line("hàng")), ("", line("xóa"))]),
            row("<w:hidden/>", &[("", line("hàng")), ("", line("ẩn"))]),
            row("", &[("<w:cellDel/>", line("ô xóa")), ("", line("x")), ("", line("y"))]),
        ]),
    ]
    .concat();
    let styles = "<w:styles NS><w:style w:type=\"character\" w:styleId=\"An\"><w:rPr><w:vanish/></w:rPr></w:style>\
        <w:style w:type=\"paragraph\" w:styleId=\"Giau\"><w:basedOn w:val=\"An\"/></w:style></w:styles>";
    let found = imported(&report(&content), &[("word/styles.xml", styles)]);
    assert_eq!(found.form["body"][0]["text"], "còn");
    assert_eq!(found.form["body"][1]["text"], "thấy");
    assert_eq!(found.form["body"][2]["rows"], json!([["x", "y"]]));
    assert_eq!(
        left_out(&found),
        [
            "a tracked deletion: mất",
            "the old place of what was moved: dời",
            "hidden text: ẩn một",
            "hidden text: ẩn hai",
            "hidden text: ẩn ba",
            "a tracked deletion of a row: hàng xóa",
            "a hidden row: hàng ẩn",
            "a tracked deletion of a cell: ô xóa",
        ]
    );
}

#[test]
fn a_deleted_end_joins_two_paragraphs() {
    let ended =
        "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t xml:space=\"preserve\">một </w:t></w:r></w:p>";
    assert_eq!(body_of(&format!("{ended}{}", line("hai")), &[]), paragraphs(&["một hai"]));
    assert_eq!(body_of(ended, &[]), paragraphs(&["một"]));
}

#[test]
fn text_boxes_are_read_once_and_drawings_told() {
    let boxed = |text: &str| format!("<w:txbxContent>{}</w:txbxContent>", line(text));
    let drawn = |choice: &str, fallback: &str| {
        p(&format!(
            "{}<w:r><mc:AlternateContent><mc:Choice Requires=\"wps\"><w:drawing><wps:txbx>{choice}</wps:txbx></w:drawing></mc:Choice>\
            <mc:Fallback><w:pict><v:textbox>{fallback}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>",
            run("Tổng thu:")
        ))
    };
    let same = imported(&report(&drawn(&boxed("4.512 triệu"), &boxed("4.512 triệu"))), &[]);
    assert_eq!(same.form["body"], paragraphs(&["Tổng thu:", "4.512 triệu"]));
    assert_eq!(left_out(&same), ["a text box (its text stays)"]);
    let other = imported(&report(&drawn(&boxed("mới"), &boxed("cũ"))), &[]);
    assert!(left_out(&other).contains(&"what older programs show instead: cũ".to_owned()));
    let old = imported(&report(&drawn("", &boxed("chỉ bản cũ"))), &[]);
    assert_eq!(old.form["body"], paragraphs(&["Tổng thu:", "chỉ bản cũ"]));
    let pictures = "<w:p><w:r><w:drawing><a:blip/></w:drawing></w:r><w:r><w:object><w:OLEObject/></w:object></w:r>\
        <w:r><w:pict><v:textpath string=\"DỰ THẢO\"/></w:pict></w:r><w:r><m:oMath/></w:r></w:p><w:altChunk/>\
        <w:p><m:oMath><m:r><m:t>x+y</m:t></m:r></m:oMath></w:p>";
    let found = imported(
        &report(pictures),
        &[(
            "word/comments.xml",
            "<w:comments NS><w:comment><w:p><w:r><w:t>xem lại</w:t></w:r></w:p></w:comment></w:comments>",
        )],
    );
    assert_eq!(
        left_out(&found),
        [
            "an image",
            "an embedded object",
            "WordArt: DỰ THẢO",
            "another file within (altChunk)",
            "a formula: x+y",
            "comments: xem lại"
        ]
    );
}

fn numbered(list: u8, level: u8, text: &str) -> String {
    let run = if text.is_empty() { String::new() } else { run(text) };
    format!(
        "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"{list}\"/></w:numPr></w:pPr>{run}</w:p>"
    )
}

#[test]
fn lists_count_as_word_counts() {
    let numbering = "<w:numbering NS><w:abstractNum w:abstractNumId=\"0\"><w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/>\
        <w:numFmt w:val=\"decimal\"/><w:lvlText w:val=\"%1)\"/></w:lvl><w:lvl w:ilvl=\"1\"><w:numFmt w:val=\"upperRoman\"/>\
        <w:lvlText w:val=\"%1.%2)\"/><w:isLgl/></w:lvl></w:abstractNum><w:abstractNum w:abstractNumId=\"7\"><w:lvl w:ilvl=\"0\">\
        <w:numFmt w:val=\"decimal\"/><w:lvlText w:val=\"Điều %1.\"/></w:lvl></w:abstractNum>\
        <w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num>\
        <w:num w:numId=\"2\"><w:abstractNumId w:val=\"0\"/><w:lvlOverride w:ilvl=\"0\"><w:startOverride w:val=\"5\"/></w:lvlOverride></w:num>\
        <w:num w:numId=\"3\"><w:abstractNumId w:val=\"0\"/></w:num><w:num w:numId=\"4\"><w:abstractNumId w:val=\"0\"/><w:lvlOverride w:ilvl=\"0\">\
        <w:lvl w:ilvl=\"0\"><w:numFmt w:val=\"lowerLetter\"/><w:lvlText w:val=\"(%1)\"/></w:lvl></w:lvlOverride></w:num>\
        <w:num w:numId=\"9\"><w:abstractNumId w:val=\"7\"/></w:num></w:numbering>";
    let parts = [("word/numbering.xml", numbering)];
    let content = [
        numbered(1, 0, "a"),
        numbered(1, 1, "b"),
        numbered(1, 0, ""),
        numbered(2, 0, "c"),
        numbered(2, 0, "d"),
        numbered(3, 0, "e"),
        numbered(4, 0, "f"),
        numbered(0, 0, "g"),
    ];
    let found = body_of(&content.concat(), &parts);
    let markers: Vec<&str> =
        found.as_array().unwrap().iter().filter_map(|block| block["marker"].as_str()).collect();
    // An empty paragraph counts; lists of one pattern share its numbers; an override begins anew.
    assert_eq!(markers, ["1)", "1.1)", "5)", "6)", "7)", "(h)"]);
    let cells = table(&[
        plain_row(&["TT", "Tên"]),
        row("", &[("", numbered(1, 0, "")), ("", line("An"))]),
        row("", &[("", numbered(1, 0, "")), ("", line("Bình"))]),
    ]);
    assert_eq!(body_of(&cells, &parts)[0]["rows"], json!([["1)", "An"], ["2)", "Bình"]]));
    let articles = body_of(&[numbered(9, 0, "Một."), numbered(9, 0, "Hai.")].concat(), &parts);
    assert_eq!(
        articles,
        json!([{ "block": "article", "number": "1", "text": "Một." }, { "block": "article", "number": "2", "text": "Hai." }])
    );
}

#[test]
fn styles_symbols_fields_and_boxes_to_tick_are_read() {
    let styles = "<w:styles NS><w:docDefaults><w:rPrDefault><w:rPr/></w:rPrDefault></w:docDefaults>\
        <w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"N\"/><w:style w:type=\"character\" w:styleId=\"Dam\"><w:rPr><w:b/></w:rPr></w:style>\
        <w:style w:type=\"paragraph\" w:styleId=\"To\"><w:rPr><w:b/><w:caps/></w:rPr></w:style></w:styles>";
    let field = |code: &str, data: &str, result: &str| {
        format!(
            "<w:r><w:fldChar w:fldCharType=\"begin\">{data}</w:fldChar></w:r><w:r><w:instrText>{code}</w:instrText></w:r>\
            <w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>{result}<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
        )
    };
    let tick = |on: &str| {
        field(
            "FORMCHECKBOX",
            &format!("<w:ffData><w:checkBox><w:default w:val=\"{on}\"/></w:checkBox></w:ffData>"),
            "",
        )
    };
    let content = [
        p(&format!("{}{}", styled("đậm", "<w:rStyle w:val=\"Dam\"/>"), run(" thường"))),
        "<w:p><w:pPr><w:pStyle w:val=\"To\"/></w:pPr><w:r><w:t>chữ to </w:t></w:r><w:r><w:rPr><w:rStyle w:val=\"Dam\"/></w:rPr><w:t>và</w:t></w:r></w:p>".to_owned(),
        p(&format!("<w:r><w:sym w:font=\"Wingdings\" w:char=\"F0FE\"/></w:r>{}<w:r><w:sym w:font=\"Symbol\" w:char=\"F0B3\"/></w:r>{}", run(" Có, "), styled("\u{f0a8}", "<w:rFonts w:ascii=\"Wingdings\"/>"))),
        p(&format!("{} có {} không", tick("1"), tick("0")).replace(" có ", &run(" có ")).replace(" không", &run(" không"))),
        p(&format!("{}{}", run("Trang "), field("PAGE", "", &run("7")))),
        p(&format!("{}<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>{}", run("hở "), run("còn đây"))),
        p(&format!("{}<w:r><w:tab/><w:t>b</w:t><w:noBreakHyphen/><w:t>c</w:t><w:softHyphen/><w:t>d</w:t></w:r>", run("a"))),
        p(&format!("{}<w:r><w:br w:type=\"page\"/></w:r>{}", run("trang một"), run("trang hai"))),
        p(&format!("{}{}", run("e"), run("\u{301}m  hai\u{a0}\u{a0}ba"))),
    ];
    let found = body_of(&content.concat(), &[("word/styles.xml", styles)]);
    let texts: Vec<&str> =
        found.as_array().unwrap().iter().map(|block| block["text"].as_str().unwrap()).collect();
    assert_eq!(
        texts,
        [
            "**đậm** thường",
            "**CHỮ TO **VÀ",
            "☑ Có, ≥☐",
            "☒ có ☐ không",
            "Trang 7",
            "hở còn đây",
            "a b-cd",
            "trang một",
            "trang hai",
            "ém hai ba"
        ]
    );
}

#[test]
fn cells_keep_their_columns() {
    let content = table(&[
        plain_row(&["A", "B", "C"]),
        row("<w:gridBefore w:val=\"1\"/>", &[("", line("b")), ("", line("c"))]),
        row("<w:gridAfter w:val=\"2\"/>", &[("", line("a"))]),
        row("", &[("<w:vMerge w:val=\"restart\"/>", line("cao")), ("", line("x")), ("", line("y"))]),
        row("", &[("<w:vMerge/>", line("giấu")), ("", line("z")), ("", table(&[plain_row(&["trong"])]))]),
    ]);
    let found = imported(&report(&content), &[]);
    assert_eq!(
        found.form["body"][0]["rows"],
        json!([["", "b", "c"], ["a", { "text": "", "colspan": 2 }], [{ "text": "cao", "rowspan": 2 }, "x", "y"], ["z", "trong"]])
    );
    assert_eq!(
        left_out(&found),
        ["text in a merged cell, which Word does not show: giấu", "a table in a table (its text stays)"]
    );
}

#[test]
fn notes_are_taken_once_and_none_is_lost() {
    let notes = |kind: &str| {
        format!(
            "<w:{kind}s NS><w:{kind} w:id=\"1\"><w:p><w:r><w:t>Nguồn {kind}</w:t></w:r></w:p></w:{kind}>\
        <w:{kind} w:id=\"2\"><w:p><w:r><w:t>bỏ quên</w:t></w:r></w:p></w:{kind}><w:{kind} w:id=\"0\" w:type=\"separator\"/></w:{kind}s>"
        )
    };
    let content = p(&format!(
        "{}<w:r><w:footnoteReference w:id=\"1\"/></w:r>{}<w:r><w:endnoteReference w:id=\"1\"/></w:r><w:r><w:footnoteReference w:id=\"1\"/></w:r>",
        run("một"),
        run(" hai")
    ));
    let (foot, end) = (notes("footnote"), notes("endnote"));
    let found = imported(&report(&content), &[("word/footnotes.xml", &foot), ("word/endnotes.xml", &end)]);
    assert_eq!(found.form["body"][0]["text"], "một^[Nguồn footnote] hai^[Nguồn endnote]");
    assert_eq!(
        left_out(&found),
        [
            "an endnote (as a footnote)",
            "a note that is not there, or was used above",
            "a note that nothing refers to: bỏ quên bỏ quên",
        ]
    );
}

#[test]
fn parts_are_found_by_their_relationships() {
    let rels = |entries: &[(&str, &str)]| {
        let entry = |(kind, target): &(&str, &str)| {
            format!(
                "<Relationship Id=\"r\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}\" Target=\"{target}\"/>"
            )
        };
        format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{}</Relationships>",
            entries.iter().map(entry).collect::<String>()
        )
    };
    let header = "<w:hdr NS><w:p><w:r><w:t>Đầu trang</w:t></w:r></w:p></w:hdr>";
    let file = package(&[
        ("_rels/.rels", rels(&[("officeDocument", "/word/document2.xml")])),
        (
            "word/document2.xml",
            document(&report("<w:p><w:pPr><w:pStyle w:val=\"A\"/></w:pPr><w:r><w:t>hoa</w:t></w:r></w:p>")),
        ),
        ("word/_rels/document2.xml.rels", rels(&[("styles", "styles2.xml"), ("header", "../word/h.xml")])),
        (
            "word/styles2.xml",
            "<w:styles NS><w:style w:styleId=\"A\"><w:rPr><w:caps/></w:rPr></w:style></w:styles>".to_owned(),
        ),
        ("word/h.xml", header.to_owned()),
    ]);
    let found = import::docx(&file).unwrap();
    assert_eq!(found.form["body"], paragraphs(&["HOA"]));
    assert_eq!(left_out(&found), ["a page's header: Đầu trang"]);
}

#[test]
fn other_formats_are_named_with_what_to_do() {
    let odt = package(&[("mimetype", String::new())]);
    assert!(matches!(import::docx(&odt), Err(ImportError::Foreign(ForeignFormat::Archive))));
    for (bytes, format) in [
        (&b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"[..], ForeignFormat::Doc),
        (b"{\\rtf1\\ansi", ForeignFormat::Rtf),
        (b"%PDF-1.7", ForeignFormat::Pdf),
        (b"<html xmlns:w='x'><body>", ForeignFormat::Html),
        (b"\xEF\xBB\xBF<!DOCTYPE HTML>", ForeignFormat::Html),
        (b"<?xml version='1.0'?><?mso-application progid=\"Word.Document\"?>", ForeignFormat::FlatXml),
        (b"\xFF\xFEA\0", ForeignFormat::Utf16),
    ] {
        assert_eq!(import::markdown(bytes).unwrap_err(), ImportError::Foreign(format));
        assert_eq!(import::docx(bytes).unwrap_err(), ImportError::Foreign(format));
        let told = ImportError::Foreign(format).to_string();
        assert!(told.contains("save") || told.contains("copy"), "{told}");
    }
}

#[test]
fn a_marker_of_megabytes_costs_no_more_than_any_other() {
    let numbering = format!(
        "<w:numbering NS><w:abstractNum w:abstractNumId=\"1\"><w:lvl w:ilvl=\"0\"><w:start w:val=\"100000000\"/><w:lvlText w:val=\"{}\"/></w:lvl>\
        </w:abstractNum><w:num w:numId=\"1\"><w:abstractNumId w:val=\"1\"/></w:num></w:numbering>",
        "%1".repeat(1_000_000)
    );
    let content = numbered(1, 0, "a").repeat(200);
    let found = imported(&content, &[("word/numbering.xml", &numbering)]);
    assert!(found.form.to_string().len() < 200 * 1000);
    // Rows that are wide and empty, and notes that are long and used often.
    let rows = "<w:tr><w:trPr><w:gridBefore w:val=\"60\"/></w:trPr></w:tr>".repeat(20_000);
    let wide = package(&[("word/document.xml", document(&format!("<w:tbl>{rows}</w:tbl>")))]);
    assert!(matches!(import::docx(&wide), Err(ImportError::TooLarge { .. })));
    let notes = format!(
        "<w:footnotes NS><w:footnote w:id=\"1\"><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:footnote></w:footnotes>",
        "dài ".repeat(10_000)
    );
    let marks = p(&format!("{}<w:r><w:footnoteReference w:id=\"1\"/></w:r>", run("a"))).repeat(500);
    assert!(imported(&marks, &[("word/footnotes.xml", &notes)]).form.to_string().len() < 200_000);
}

/// What a form and what is left out say, as words.
fn said(found: &Imported) -> BTreeSet<String> {
    let mut all = found.left_out.iter().map(|left| left.words.as_str()).collect::<Vec<_>>().join(" ");
    all.push(' ');
    crate::strings(&found.form, &mut all);
    words_of(&all).into_iter().collect()
}

/// A word that no other place of the draft has.
fn unique() -> impl Strategy<Value = String> {
    "[a-zđ]{2,5}".prop_map(|word| format!("{word}N"))
}

/// A run, wrapped in whatever Word has.
fn any_run() -> impl Strategy<Value = String> {
    let look = prop::sample::select(vec![
        "",
        "<w:b/>",
        "<w:i/>",
        "<w:caps/>",
        "<w:vanish/>",
        "<w:rFonts w:ascii=\"Arial\"/>",
    ]);
    (unique(), look, 0..12_u8).prop_map(|(word, look, around)| {
        let text = styled(&format!("{word} "), look);
        match around {
            0 => format!("<w:ins>{text}</w:ins>"),
            1 => format!("<w:del>{}</w:del>", text.replace("w:t>", "w:delText>").replace("<w:t ", "<w:delText ")),
            2 => format!("<w:moveFrom>{text}</w:moveFrom>"),
            3 => format!("<w:sdt><w:sdtPr/><w:sdtContent>{text}</w:sdtContent></w:sdt>"),
            4 => format!("<mc:AlternateContent><mc:Choice>{text}</mc:Choice><mc:Fallback>{text}</mc:Fallback></mc:AlternateContent>"),
            5 => format!("<w:hyperlink>{text}</w:hyperlink>"),
            6 => format!("<w:unknown>{text}</w:unknown>"),
            7 => format!("<w:r><w:pict><v:textbox><w:txbxContent>{}</w:txbxContent></v:textbox></w:pict></w:r>", p(&text)),
            8 => format!("<m:oMath><m:r><m:t>{word} </m:t></m:r></m:oMath>"),
            9 => format!("<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>{text}<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"),
            _ => text,
        }
    })
}

fn any_paragraph() -> impl Strategy<Value = String> {
    let starts = [
        "",
        "",
        "",
        "Số: ",
        "BÁO CÁO ",
        "BÁO CÁO",
        "QUYẾT ĐỊNH",
        "QUYẾT ĐỊNH:",
        "V/v ",
        "Kính gửi: ",
        "Căn cứ ",
        "Điều 1. ",
        "1. ",
        "a) ",
        "- ",
        "Chương I",
        "Nơi nhận:",
        "- Lưu: VT ",
        "TM. ",
        "CHỦ TỊCH ",
        "THƯ KÝ",
        "Phụ lục I",
        "PHỤ LỤC ",
        "(Kèm theo ",
        "I. ",
        "./.",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM ",
        "Độc lập ",
        "Bình An, ngày 05 tháng 02 năm 2026 ",
        "BIÊN BẢN",
        "QUY CHẾ",
        "điện:",
        "KHẨN",
        "PL.(300) ",
        "____",
    ];
    let mark = prop::sample::select(vec![
        "",
        "",
        "",
        "<w:rPr><w:del/></w:rPr>",
        "<w:outlineLvl w:val=\"0\"/>",
        "<w:numPr><w:numId w:val=\"1\"/></w:numPr>",
    ]);
    (prop::sample::select(starts.to_vec()), prop::collection::vec(any_run(), 0..4), mark, any::<bool>())
        .prop_map(|(start, runs, mark, strong)| {
            let start = styled(&format!("{start} "), if strong { "<w:b/>" } else { "" });
            format!("<w:p><w:pPr>{mark}</w:pPr>{start}{}</w:p>", runs.join("<w:r><w:tab/></w:r>"))
        })
}

fn any_block() -> impl Strategy<Value = String> {
    let span = prop::sample::select(vec![
        "",
        "",
        "<w:gridSpan w:val=\"2\"/>",
        "<w:vMerge/>",
        "<w:vMerge w:val=\"restart\"/>",
        "<w:cellDel/>",
    ]);
    let cell = (span, prop::collection::vec(any_paragraph(), 0..4))
        .prop_map(|(span, inner)| format!("<w:tc><w:tcPr>{span}</w:tcPr>{}</w:tc>", inner.concat()));
    let properties = prop::sample::select(vec!["", "", "", "<w:del/>", "<w:gridBefore w:val=\"1\"/>"]);
    let rows = (properties, prop::collection::vec(cell, 0..4)).prop_map(|(properties, cells)| {
        format!("<w:tr><w:trPr>{properties}</w:trPr>{}</w:tr>", cells.concat())
    });
    prop_oneof![
        4 => any_paragraph(),
        1 => prop::collection::vec(rows, 0..5).prop_map(|rows| table(&rows)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// The law: every word of a draft ends in the form or in what is left out.
    #[test]
    fn no_word_of_a_draft_is_lost(blocks in prop::collection::vec(any_block(), 0..14)) {
        let body = blocks.concat();
        let notes = "<w:numbering NS><w:abstractNum w:abstractNumId=\"0\"><w:lvl w:ilvl=\"0\"><w:lvlText w:val=\"%1.\"/></w:lvl></w:abstractNum>\
            <w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num></w:numbering>";
        let found = imported(&body, &[("word/numbering.xml", notes)]);
        let said = said(&found);
        // Words that end in N stand nowhere but in what was written above.
        let mark = |word: &&str| word.len() > 1 && word.ends_with('N') && word.starts_with(char::is_lowercase);
        let plain = body.split(['<', '>', ' ']).filter(mark);
        for word in plain {
            prop_assert!(said.contains(word) || said.contains(&word.to_uppercase()), "{word} of {body}\n{}\n{:?}", found.form, found.left_out);
        }
        let json = document::readable_json(&found.form);
        if let Err(findings) = document::parse(json.as_bytes(), &Faces::embedded()) {
            prop_assert!(findings.iter().all(|finding| !finding.code.starts_with("E-JSON") && finding.code != "E-TEXT-EMPHASIS"
                && finding.code != "E-TEXT-CONTROL" && finding.code != "E-TABLE-SPAN"), "{findings:?}\n{json}");
        }
    }
}
