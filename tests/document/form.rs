//! The example against the report it comes from, the messages that authors get, and the form's
//! round trip.

use std::fmt::Write as _;

use proptest::prelude::*;
use serde_json::{Value, json};
use vanthu_base::diagnostic::{Diagnostic, Severity};
use vanthu_document::fonts::Faces;
use vanthu_document::model::{
    Align, Appendix, Block, Cell, Column, Content, Document, DocumentStyle, Header, Medium, Provision,
    Recipients, Row, Run, SignatureBlock, Table, Text,
};
use vanthu_document::{self as document, Draft, Letterhead};

use crate::{judges, seed};
use vanthu_document::profile::Profile;

const EXAMPLE: &str = include_str!("../../examples/201-bc-ubnd.json");

fn example() -> Document {
    let Draft { document, fills, warnings } =
        document::parse(EXAMPLE.as_bytes(), &Faces::embedded()).unwrap();
    assert!(fills.is_empty(), "{fills:?}");
    // The author's oddities are reported; every one of them is known.
    let found: Vec<String> =
        warnings.iter().map(|warning| format!("{} {}", warning.code, warning.pointer)).collect();
    insta::assert_snapshot!("oddities", found.join("\n"));
    document
}

/// A block as the seed writes it.
fn as_seed(block: &Block) -> Vec<String> {
    match block {
        Block::Paragraph { text } => vec![marked(text)],
        Block::Heading { number, text, .. } => vec![format!("{number} {}", marked(text))],
        Block::Item { marker, text, .. } => vec![format!("{marker} {}", marked(text))],
        Block::Table(table) => rows(table),
        other => panic!("the seed has no {other:?}"),
    }
}

fn rows(table: &Table) -> Vec<String> {
    let titles = table.columns.iter().map(|column| marked(&column.title)).collect::<Vec<_>>().join("\t");
    let rows = table.rows.iter().map(|row| {
        let mut cells = Vec::new();
        for cell in &row.cells {
            cells.push(marked(&cell.text));
            // Spans are empty cells in the seed.
            cells.extend(std::iter::repeat_n(String::new(), cell.colspan - 1));
        }
        cells.join("\t")
    });
    std::iter::once(titles).chain(rows).collect()
}

/// Text with the seed's marks.
fn marked(text: &Text) -> String {
    let runs = text.0.iter().map(|run| match (run.bold, run.italic) {
        (true, false) => format!("**{}**", run.text),
        (false, true) => format!("*{}*", run.text),
        (false, false) => run.text.clone(),
        (true, true) => panic!("the seed has no bold italic"),
    });
    runs.collect()
}

#[test]
fn the_example_is_the_seed_but_for_the_repairs() {
    let document = example();
    let blocks: Vec<String> = document.body.iter().flat_map(as_seed).collect();
    assert_eq!(blocks, seed::repaired_body());
    assert_eq!(document.code().unwrap(), seed::line(3).strip_prefix("Số: ").unwrap());
    assert_eq!(document.date_line().unwrap(), seed::line(5));
    assert_eq!(document.kind.title, seed::line(7));
    assert_eq!(marked(&document.subject), seed::line(9));
    assert_eq!(format!("Kính gửi: {}", marked(&document.addressees[0])), seed::line(11));
    let recipients: Vec<String> = document.recipients.items.iter().map(|item| format!("- {item};")).collect();
    assert_eq!(recipients, [161, 162, 163].map(seed::line));
    assert_eq!(format!("- Lưu: {}.", document.recipients.archive), seed::line(164));
    let signature = &document.signature;
    let block = format!("**{}\n{}**", signature.authority[0], signature.position);
    assert_eq!(block, [seed::line(166), seed::line(167)].join("\n"));
    assert_eq!(signature.name, seed::line(169));
}

#[test]
fn the_example_is_complete() {
    let document = example();
    assert_eq!(document.body.len(), 59);
    let tables: Vec<&Table> = document
        .body
        .iter()
        .filter_map(|block| match block {
            Block::Table(table) => Some(table),
            _ => None,
        })
        .collect();
    assert_eq!(tables.len(), 1);
    assert_eq!((tables[0].columns.len(), tables[0].rows.len()), (6, 25));
    assert!(tables[0].rows[0].group);
    let items = |wanted| {
        document
            .body
            .iter()
            .filter(|block| matches!(block, Block::Item { marker, .. } if marker == wanted))
            .count()
    };
    assert_eq!((items("+"), items("*")), (7, 2));
    let runs: Vec<_> = document
        .body
        .iter()
        .filter_map(|block| match block {
            Block::Paragraph { text } | Block::Item { text, .. } => Some(&text.0),
            _ => None,
        })
        .flatten()
        .collect();
    // Two quotations and three run-in labels are bold, eighteen quotations italic.
    assert_eq!(runs.iter().filter(|run| run.bold).count(), 5);
    assert_eq!(runs.iter().filter(|run| run.italic).count(), 18);
}

/// Findings as a person reads them, one a line.
fn findings(source: &str) -> String {
    let mut text = String::new();
    for finding in document::parse(source.as_bytes(), &Faces::embedded()).unwrap_err() {
        let place = finding.position.map_or("-".to_owned(), |at| format!("{}:{}", at.line, at.column));
        writeln!(
            text,
            "{place} {} {}\n    {}\n    {}",
            finding.code, finding.pointer, finding.message.vi, finding.message.en
        )
        .unwrap();
        if let Some(hint) = finding.hint {
            writeln!(text, "    → {} / {}", hint.vi, hint.en).unwrap();
        }
        if let Some(article) = finding.article {
            writeln!(text, "    ({article})").unwrap();
        }
    }
    text
}

#[test]
fn every_mistake_of_a_file_is_reported_at_once() {
    let source = include_str!("../fixtures/mistakes.json");
    insta::assert_snapshot!(findings(source));
}

#[test]
fn hostile_text_is_refused_where_it_stands() {
    for (text, code, at) in [
        ("a\\tb", "E-TEXT-CONTROL", "\\t"),
        ("^[a]", "E-TEXT-NOTE", "^["),
        ("ab\\u202Ecd", "E-TEXT-INVISIBLE", "\\u202E"),
        ("e\\u0301\\u0301\\u0301\\u0301!", "E-TEXT-MARKS", "\\u0301!"),
        ("ế \\ud83d\\ude00.", "E-FONT-COVERAGE", "\\ud83d\\ude00."),
        ("a **b", "E-TEXT-EMPHASIS", "**b"),
    ] {
        let line = format!("    {{\"block\": \"paragraph\", \"text\": \"{text}\"}},\n");
        let source = EXAMPLE.replacen("\"body\": [\n", &format!("\"body\": [\n{line}"), 1);
        let mut found = document::parse(source.as_bytes(), &Faces::embedded()).unwrap_err();
        found.retain(|finding| finding.severity == Severity::Error);
        assert_eq!(found.len(), 1, "{found:?}");
        let position = found[0].position.unwrap();
        assert_eq!((&*found[0].code, found[0].pointer.as_str(), position.line), (code, "/body/0/text", 16));
        assert!(source[position.start..].starts_with(at), "{}", &source[position.start..position.start + 12]);
        let column = source.lines().nth(15).unwrap().find(at).unwrap();
        assert_eq!(position.column, source.lines().nth(15).unwrap()[..column].chars().count() + 1);
    }
}

#[test]
fn a_word_wider_than_the_line_and_a_table_wider_than_the_page_are_refused() {
    let word = "m".repeat(64 << 10);
    let with = |block: &str| EXAMPLE.replacen("\"body\": [\n", &format!("\"body\": [\n{block},\n"), 1);
    let found = findings(&with(&format!("{{\"block\": \"paragraph\", \"text\": \"{word}\"}}")));
    let shown = found.lines().take(4).map(str::len).sum::<usize>();
    assert!(found.contains("E-TEXT-WORD /body/0/text") && shown < 500, "{found}");
    let columns = ["{\"title\": \"mmmmmmmmmmmm\"}"; 10].join(",");
    let cells = ["\"\""; 10].join(",");
    let table = format!("{{\"block\": \"table\", \"columns\": [{columns}], \"rows\": [[{cells}]]}}");
    assert!(findings(&with(&table)).contains("E-TABLE-WIDE /body/0"));
}

#[test]
fn sizes_have_limits_that_the_message_names() {
    let nested = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(findings(&nested).contains("E-JSON-SYNTAX"));
    let long = format!("{}{}", " ".repeat(41 << 20), EXAMPLE);
    assert!(findings(&long).contains("41943040"));
    let blocks = "{\"block\":\"paragraph\",\"text\":\"a\"},".repeat(100_001);
    let many = EXAMPLE.replacen("\"body\": [\n", &format!("\"body\": [\n{blocks}"), 1);
    assert!(findings(&many).contains("100000"));
    let rows = "[\"\",\"\",\"\"],".repeat(70_000);
    let columns = "{\"title\":\"a\"},{\"title\":\"b\"},{\"title\":\"c\"}";
    let table =
        format!("{{\"block\":\"table\",\"columns\":[{columns}],\"rows\":[{}]}},", rows.trim_end_matches(','));
    let many = EXAMPLE.replacen("\"body\": [\n", &format!("\"body\": [\n{table}"), 1);
    assert!(findings(&many).contains("200000"));
    // What stands in outlines and metadata, and what has its place on one page.
    let mut form: Value = serde_json::from_str(EXAMPLE).unwrap();
    form["subject"] = format!("a^[{}]", "chú thích ".repeat(300)).into();
    form["signature"]["name"] = "tên ".repeat(700).into();
    form["header"]["agency"] = vec!["XÃ"; 11].into();
    let found = findings(&form.to_string());
    for wanted in [
        "E-TEXT-LONG /subject",
        "E-TEXT-LONG /signature/name",
        "limit here is 2000",
        "E-LIST-LONG /header/agency",
    ] {
        assert!(found.contains(wanted), "{wanted}: {found}");
    }
}

/// A document with every field that holds words.
fn with_every_field() -> Value {
    let mut form: Value = serde_json::from_str(include_str!("../../examples/ke-hoach.json")).unwrap();
    form["header"]["superior"] = json!(["TỈNH BÌNH GIANG"]);
    form["bases"] = json!(["Căn cứ Luật Tổ chức chính quyền địa phương"]);
    form.as_object_mut().unwrap().remove("addressees");
    form["contact"] = json!(["Số 1, đường Trần Phú"]);
    form["recipients"] = json!({ "items": ["Văn phòng"], "archive": "VT", "drafter": "PL.(2)" });
    form["body"] = json!([
        { "block": "paragraph", "text": "Một^[chú thích]" },
        { "block": "heading", "level": 2, "number": "1.", "text": "Hai" },
        { "block": "item", "marker": "-", "text": "Ba" },
        { "block": "division", "kind": "chuong", "number": "I", "title": "Bốn" },
        { "block": "article", "number": "1", "title": "Năm", "text": "Sáu" },
        { "block": "clause", "number": "1", "title": "Bảy" },
        { "block": "point", "letter": "a", "text": "Tám" },
        { "block": "table", "caption": "Chín", "columns": [{ "title": "A" }, { "title": "B" }],
          "rows": [["1", { "text": "2" }], { "group": true, "cells": [{ "text": "Nhóm", "colspan": 2 }] }] },
        { "block": "landscape", "body": [{ "block": "paragraph", "text": "Mười" }] },
    ]);
    form["appendices"] = json!([
        { "number": "I", "title": "Danh mục", "body": [{ "block": "paragraph", "text": "Một" }] },
        { "number": "II", "title": "Mẫu", "body": [{ "block": "paragraph", "text": "Hai" }] },
    ]);
    form
}

fn strings(pointer: &str, value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(_) => into.push(pointer.to_owned()),
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, item)| strings(&format!("{pointer}/{index}"), item, into));
        }
        Value::Object(object) => {
            object.iter().for_each(|(key, item)| strings(&format!("{pointer}/{key}"), item, into));
        }
        _ => {}
    }
}

#[test]
fn hostile_words_are_refused_in_every_field() {
    let minutes: Value = serde_json::from_str(include_str!("../../examples/bien-ban.json")).unwrap();
    let long = "m".repeat(64 << 10);
    for form in [with_every_field(), minutes] {
        let sound = document::parse(form.to_string().as_bytes(), &Faces::embedded());
        assert!(sound.is_ok(), "{sound:#?}");
        let mut pointers = Vec::new();
        strings("", &form, &mut pointers);
        pointers.retain(|pointer| pointer != "/$schema");
        assert!(pointers.len() > 40, "{}", pointers.len());
        for hostile in ["a\u{202E}b", "a\u{200B}b", "a\u{0}b", long.as_str()] {
            for pointer in &pointers {
                let mut form = form.clone();
                *form.pointer_mut(pointer).unwrap() = hostile.into();
                let found = document::parse(form.to_string().as_bytes(), &Faces::embedded());
                let found = found.err().unwrap_or_else(|| panic!("{pointer}: {:?} is taken", &hostile[..3]));
                // A fault of a part may be told of the whole: a row for its cell.
                let here = |finding: &Diagnostic| {
                    finding.severity == Severity::Error && pointer.starts_with(finding.pointer.as_str())
                };
                assert!(found.iter().any(here), "{pointer}: {found:#?}");
                let longest = found.iter().map(|finding| finding.message.en.len()).max().unwrap();
                assert!(longest < 1300, "{pointer}: {longest}");
            }
        }
    }
}

#[test]
fn what_the_decree_leaves_open_is_the_offices_and_within_its_bounds() {
    for (style, code) in [
        (json!({ "size": 13, "indent": 10, "spacing": 6, "leading": 1.15 }), None),
        (json!({ "size": 14, "indent": 12.7 }), None),
        (json!({ "size": 12 }), Some("E-SIZE-RANGE")),
        (json!({ "indent": 5 }), Some("E-BODY-INDENT")),
        (json!({ "spacing": 5 }), Some("E-BODY-GAP")),
        (json!({ "leading": 2 }), Some("E-BODY-LEADING")),
    ] {
        let mut form: Value = serde_json::from_str(EXAMPLE).unwrap();
        form["style"] = style.clone();
        let found = document::parse(form.to_string().as_bytes(), &Faces::embedded());
        match (found, code) {
            (Ok(draft), None) => assert!(f64::from(draft.document.style.size) >= 13.0),
            (Err(found), Some(code)) => {
                assert!(found.iter().any(|finding| finding.code == code), "{found:?}");
            }
            (found, _) => panic!("{style}: {found:?}"),
        }
    }
}

#[test]
fn a_file_full_of_mistakes_is_refused_with_the_first_of_them() {
    // Warnings alone must never crowd an error out.
    let warned = "{\"block\":\"heading\",\"level\":3,\"text\":\"a\"},{\"block\":\"heading\",\"level\":1,\"text\":\"b\"},";
    let empty = "{\"block\":\"paragraph\",\"text\":\" \"},";
    for (many, code) in [
        ("{\"block\":\"paragraph\",\"text\":\"**\"},".repeat(50_000), "E-TEXT-EMPHASIS"),
        ("{\"block\":\"paragraph\",\"text\":\"a\",\"x\":1},".repeat(50_000), "E-JSON-UNKNOWN-KEY"),
        (warned.repeat(500) + empty, "E-TEXT-EMPTY"),
    ] {
        let source = EXAMPLE.replacen("\"body\": [\n", &format!("\"body\": [\n{many}"), 1);
        let found = document::parse(source.as_bytes(), &Faces::embedded()).unwrap_err();
        assert!(found.iter().any(|finding| finding.code == code), "{code}");
        assert!(found.len() <= 5 * vanthu_base::diagnostic::MAX_FINDINGS, "{}", found.len());
    }
}

#[test]
fn decomposed_letters_become_composed() {
    let source = EXAMPLE.replace("Hòa An", "Ho\u{300}a An");
    let document = document::parse(source.as_bytes(), &Faces::embedded()).unwrap().document;
    assert_eq!(document, example());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_are_an_answer_and_no_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = document::parse(&bytes, &Faces::embedded());
    }

    #[test]
    fn a_changed_example_is_an_answer_and_no_panic(at in 0..EXAMPLE.len(), byte in any::<u8>()) {
        let mut bytes = EXAMPLE.as_bytes().to_vec();
        bytes[at] = byte;
        if let Ok(draft) = document::parse(&bytes, &Faces::embedded()) {
            let json = document::to_json(&draft.document);
            let again = document::parse(json.as_bytes(), &Faces::embedded()).unwrap();
            prop_assert_eq!(again.document, draft.document);
        }
    }
}

#[test]
fn the_schema_beside_the_examples_is_the_programs() {
    let written = include_str!("../../examples/document.schema.json");
    let schema: Value = serde_json::from_str(written).unwrap();
    assert!(schema == document::schema(), "run: vanthu schema > examples/document.schema.json");
}

/// Letters of the report, and what the form must escape.
const WRITTEN: &str = r#"[a-eA-EđĐấậẻềỗợừỹỴÕ0-9"*\\,;:()/…–-]{1,6}( [a-cốụĂ*\\]{1,4}){0,3}"#;

fn style() -> impl Strategy<Value = (bool, bool)> {
    (any::<bool>(), any::<bool>())
}

fn styled() -> impl Strategy<Value = Text> {
    proptest::collection::vec((WRITTEN, style()), 1..5).prop_map(|pieces| {
        let mut runs: Vec<Run> = Vec::new();
        for (text, (bold, italic)) in pieces {
            match runs.last_mut() {
                Some(run) if (run.bold, run.italic) == (bold, italic) => run.text.push_str(&text),
                _ => runs.push(Run::new(text, bold, italic)),
            }
        }
        Text(runs)
    })
}

/// Running text: with footnotes and line breaks.
fn running() -> impl Strategy<Value = Text> {
    (styled(), proptest::option::of(styled()), any::<bool>()).prop_map(|(mut text, note, broken)| {
        let first = text.0.first_mut().unwrap();
        first.note = note;
        if broken {
            first.text.push_str("\nb");
        }
        text
    })
}

fn align() -> impl Strategy<Value = Align> {
    prop_oneof![Just(Align::Left), Just(Align::Center), Just(Align::Right)]
}

fn cell(colspan: usize, rowspan: usize) -> impl Strategy<Value = Cell> {
    let text = prop_oneof![
        Just(Text::default()),
        "[a-cếự*]{1,3}".prop_map(|text| { Text(vec![Run::new(text, false, false)]) })
    ];
    (text, proptest::option::of(align())).prop_map(move |(text, align)| Cell {
        text,
        colspan,
        rowspan,
        align,
    })
}

/// Rows that belong together: the first cell spans them all and `first` columns of `columns`.
fn band(columns: usize) -> impl Strategy<Value = Vec<Row>> {
    (1..=3_usize, 1..=columns, any::<bool>()).prop_flat_map(move |(height, first, group)| {
        let rest = columns - first;
        (0..height)
            .map(|index| {
                let corner = (index == 0).then(|| cell(first, height));
                // One cell over the rest of a band's first row, single ones below.
                let others = if index == 0 && rest > 0 {
                    vec![cell(rest, 1)]
                } else {
                    (0..if index == 0 { 0 } else { rest }).map(|_| cell(1, 1)).collect()
                };
                corner
                    .into_iter()
                    .chain(others)
                    .collect::<Vec<_>>()
                    .prop_map(move |cells| Row { group, cells })
            })
            .collect::<Vec<_>>()
    })
}

fn table() -> impl Strategy<Value = Table> {
    (1..=4_usize).prop_flat_map(|count| {
        let column =
            ("[a-cệ]{1,4}", align(), proptest::option::of(5.0..35.0_f64)).prop_map(|(text, align, width)| {
                let title = Text(vec![Run::new(text, false, false)]);
                // A hundredth of a millimetre is as fine as the form gets.
                let width = width.map(|width: f64| (width * 100.0).round() / 100.0);
                Column { title, align, width }
            });
        let rows = proptest::collection::vec(band(count), 0..4).prop_map(|bands| bands.concat());
        (proptest::option::of(styled()), proptest::collection::vec(column, count), rows)
            .prop_map(|(caption, columns, rows)| Table { caption, columns, rows })
    })
}

fn provision() -> impl Strategy<Value = Provision> {
    let title = prop_oneof![Just(Text::default()), styled()];
    ("[1-9][0-9]?", title, running()).prop_map(|(number, title, text)| Provision { number, title, text })
}

fn block() -> impl Strategy<Value = Block> {
    let division = prop_oneof![Just("phan"), Just("chuong"), Just("muc"), Just("tieu-muc")];
    prop_oneof![
        running().prop_map(|text| Block::Paragraph { text }),
        (1..=3_u8, "([IVX]{1,3}\\.|[1-9]\\.[1-9]\\.|)", running())
            .prop_map(|(level, number, text)| Block::Heading { level, number, text }),
        ("[-+*•(1)a]{1,8}", 1..=4_u8, running()).prop_map(|(marker, level, text)| Block::Item {
            marker,
            level,
            text
        }),
        (division, "[IVX]{1,3}", styled()).prop_map(|(division, number, title)| Block::Division {
            division: division.to_owned(),
            number,
            title
        }),
        provision().prop_map(Block::Article),
        provision().prop_map(Block::Clause),
        ("[a-eđ]", running()).prop_map(|(letter, text)| Block::Point { letter, text }),
        table().prop_map(Block::Table),
    ]
}

fn blocks() -> impl Strategy<Value = Vec<Block>> {
    let landscape = proptest::collection::vec(block(), 1..3).prop_map(|body| Block::Landscape { body });
    proptest::collection::vec(prop_oneof![8 => block(), 1 => landscape], 1..6)
}

fn appendix() -> impl Strategy<Value = Appendix> {
    let kind = prop_oneof![Just(None), Just(Profile::default_profile().kind("quy-che"))];
    ("[IVX]{1,3}", kind, styled(), any::<bool>(), any::<bool>(), blocks()).prop_map(
        |(number, kind, title, landscape, separate, body)| Appendix {
            number,
            kind,
            title,
            landscape,
            separate,
            content: Content::Body(body),
        },
    )
}

fn any_document() -> impl Strategy<Value = Document> {
    let profile = Profile::default_profile();
    let line = || "[A-ZĐƯỦ]{1,6}( [A-ZĐỆ]{1,5}){0,2}";
    let lines = move |least| proptest::collection::vec(line(), least..3);
    let date = (1945..=9999_i32, 1..=365_u16)
        .prop_map(|(year, day)| time::Date::from_ordinal_date(year, day).unwrap());
    let number = proptest::option::of(1..=99_999_u32);
    let header = (
        lines(0),
        lines(1),
        number,
        "BC-[A-ZĐ]{2,5}(-[A-Z&]{2,3})?",
        "[A-ZĐ][a-eấ]{1,6}( [A-ZĐ][a-eấ]{1,4})?",
        proptest::option::of(date),
    )
        .prop_map(|(superior, agency, number, notation, place, date)| Header {
            superior,
            agency,
            number,
            notation,
            place,
            date,
        });
    let authority = proptest::collection::vec("(TM|KT|TL|TUQ|Q)\\. [A-ZĐ]{2,9}", 0..3);
    let drafter = proptest::option::of("[A-Z]{2}\\.\\([0-9]{2}\\)");
    let foot = (lines(0), line(), drafter, authority, line(), line()).prop_map(
        |(items, archive, drafter, authority, position, name)| {
            (Recipients { items, archive, drafter }, SignatureBlock { authority, position, name })
        },
    );
    let style = (prop_oneof![Just(13), Just(14)], prop_oneof![Just(10.0), Just(12.7)], 6..=18_u8, 10..=15_u8)
        .prop_map(|(size, indent, spacing, leading)| DocumentStyle {
            size,
            indent,
            spacing: f64::from(spacing),
            leading: f64::from(leading) / 10.0,
        });
    let medium = prop_oneof![Just(Medium::Electronic), Just(Medium::Paper)];
    let keys = |marks: &std::collections::BTreeMap<String, document::profile::FramedMark>| {
        proptest::option::of(proptest::sample::select(marks.keys().cloned().collect::<Vec<_>>()))
    };
    let outline = (style, medium, keys(&profile.urgency), keys(&profile.circulation), lines(0));
    let content = (
        styled(),
        proptest::collection::vec(styled(), 0..3),
        proptest::collection::vec(styled().prop_map(unpunctuated), 0..3),
        blocks(),
        proptest::collection::vec(appendix(), 0..3),
    );
    (header, outline, content, foot).prop_map(
        move |(
            header,
            (style, medium, urgency, circulation, contact),
            (subject, addressees, bases, body, appendices),
            (recipients, signature),
        )| Document {
            profile,
            kind: profile.kind("bao-cao").unwrap(),
            style,
            medium,
            urgency,
            circulation,
            header,
            issuer: Some("Ủy ban".to_owned()),
            subject,
            addressees,
            bases,
            body,
            recipients,
            signature,
            cosignature: None,
            contact,
            appendices,
        },
    )
}

/// A legal basis ends without a mark.
fn unpunctuated(mut text: Text) -> Text {
    text.0.last_mut().unwrap().text.push('a');
    text
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_document_reads_back_as_it_was_written(document in any_document()) {
        let json = document::to_json(&document);
        let read = document::parse(json.as_bytes(), &Faces::embedded());
        let read = read.map_err(|findings| TestCaseError::fail(format!("{findings:?}\n{json}")))?;
        prop_assert_eq!(read.document, document);
    }
}

/// What was let in must come out again as something that is let in: it is attached to the PDF.
#[test]
fn marks_that_pile_up_only_once_read_are_refused() {
    // An emphasis without text does not part the marks, and U+0344 is two of them.
    for text in ["e\u{301}\u{301}****\u{301}\u{301}", "e\u{344}\u{344}", "e\u{344}****\u{344}"] {
        let block = format!("{{\"block\": \"paragraph\", \"text\": \"{text}\"}},");
        let source = EXAMPLE.replacen("\"body\": [", &format!("\"body\": [{block}"), 1);
        let found = document::parse(source.as_bytes(), &Faces::embedded()).unwrap_err();
        assert!(found.iter().any(|finding| finding.code == "E-TEXT-MARKS"), "{found:?}");
    }
}

#[test]
fn a_width_reads_back_as_it_was_written() {
    for width in
        ["12.34", "17.000000000000004", "13.33333333333333333", "12.300000000000000711", "14.196616264743989"]
    {
        let source = EXAMPLE.replacen(
            "\"align\": \"center\"",
            &format!("\"align\": \"center\", \"width\": {width}"),
            1,
        );
        let source = if source == EXAMPLE { panic!("no column to widen") } else { source };
        let read = document::parse(source.as_bytes(), &Faces::embedded()).unwrap();
        let again = document::parse(document::to_json(&read.document).as_bytes(), &Faces::embedded());
        assert_eq!(again.unwrap().document, read.document, "{width}");
    }
}

#[test]
fn each_place_still_to_fill_in_is_named() {
    let fill = |wanted: &str, hint: &str| {
        let (before, rest) = EXAMPLE.split_once(&format!("\"{wanted}\": \"")).unwrap();
        let (_, after) = rest.split_once('"').unwrap();
        format!("{before}\"{wanted}\": {{ \"fill\": \"{hint}\" }}{after}")
    };
    let source = fill("subject", "trích yếu");
    let draft = document::parse(source.as_bytes(), &Faces::embedded()).unwrap();
    assert_eq!(draft.document.subject.plain(), "[trích yếu]");
    let [finding] = &draft.fills[..] else { panic!("{:?}", draft.fills) };
    assert_eq!((&*finding.code, finding.pointer.as_str()), ("E-FILL", "/subject"));
    assert!(source[finding.position.unwrap().start..].starts_with("{ \"fill\": \"trích yếu\""));
    assert!(finding.message.vi.contains("trích yếu") && finding.message.en.contains("trích yếu"));
    // A hint is printed too.
    let source = fill("subject", "a\\u202eb");
    let found = document::parse(source.as_bytes(), &Faces::embedded()).unwrap_err();
    assert_eq!((&*found[0].code, found[0].pointer.as_str()), ("E-TEXT-INVISIBLE", "/subject/fill"));
}

/// What points into the file points at what it talks of.
#[test]
fn every_position_is_where_its_pointer_leads() {
    let source = include_str!("../fixtures/mistakes.json");
    let value: Value = serde_json::from_str(source).unwrap();
    for finding in document::parse(source.as_bytes(), &Faces::embedded()).unwrap_err() {
        let at = finding.position.unwrap();
        let before = &source[..at.start];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
        assert_eq!((at.line, at.column), (line, column), "{finding:?}");
        let there = &source[at.start..];
        let named = finding.pointer.rsplit('/').next().unwrap();
        if matches!(&*finding.code, "E-JSON-UNKNOWN-KEY" | "E-JSON-REPEATED-KEY")
            && there.starts_with(&format!("\"{named}\""))
        {
            continue;
        }
        // What is missing is pointed to where it would stand.
        let mut pointer = finding.pointer.as_str();
        while value.pointer(pointer).is_none() {
            pointer = &pointer[..pointer.rfind('/').unwrap()];
        }
        match value.pointer(pointer).unwrap() {
            Value::Object(_) => assert!(there.starts_with('{'), "{finding:?}"),
            Value::Array(_) => assert!(there.starts_with('['), "{finding:?}"),
            Value::String(text) => {
                let whole = there.starts_with(&serde_json::to_string(text).unwrap());
                let within = ["😀", "\\u202E", "**hai"].iter().any(|mark| there.starts_with(mark));
                assert!(whole || within, "{finding:?}");
            }
            other => assert!(there.starts_with(&other.to_string()), "{finding:?}"),
        }
    }
}

#[test]
fn a_foreign_validator_agrees_with_the_schema() {
    const ASK: &str = "
import json, sys
import jsonschema
schema, file = (json.load(open(path, encoding='utf-8')) for path in sys.argv[1:])
jsonschema.Draft202012Validator.check_schema(schema)
jsonschema.Draft202012Validator(schema).validate(file)";
    let folder = std::env::temp_dir().join(format!("vanthu-schema-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (schema, file) = (folder.join("schema.json"), folder.join("file.json"));
    std::fs::write(&schema, document::schema().to_string()).unwrap();
    let mut installed = judges::python();
    let installed = installed.args(["-c", "import jsonschema"]).output().unwrap();
    assert!(installed.status.success(), "jsonschema is missing; run tests/judges/setup.sh");
    let with = |content: &str| {
        std::fs::write(&file, content).unwrap();
        let mut python = judges::python();
        python.args(["-c", ASK]).args([&schema, &file]);
        python
    };
    judges::approve(&mut with(EXAMPLE));
    judges::approve(&mut with(&document::to_json(&example())));
    judges::approve(&mut with(&document::skeleton(
        Profile::default_profile().kind("bao-cao").unwrap(),
        &Letterhead::default(),
    )));
    for (right, wrong) in [
        ("\"version\": 1", "\"version\": 2"),
        ("\"type\": \"bao-cao\"", "\"type\": \"bao-caoo\""),
        ("\"notation\"", "\"notatoin\""),
        ("\"number\": 201", "\"number\": 0"),
        ("\"number\": 201", "\"number\": \"201\""),
        ("\"block\": \"paragraph\"", "\"block\": \"paragraf\""),
        ("\"block\": \"paragraph\",", "\"block\": \"paragraph\", \"level\": 1,"),
        ("\"marker\": \"-\"", "\"marker\": \"\""),
        ("\"align\": \"center\"", "\"align\": \"middle\""),
    ] {
        let source = EXAMPLE.replacen(right, wrong, 1);
        assert_ne!(source, EXAMPLE, "{right} does not stand in the example");
        let said = judges::refuse(&mut with(&source));
        assert!(said.contains("ValidationError"), "{wrong}: {said}");
        assert!(document::parse(source.as_bytes(), &Faces::embedded()).is_err(), "{wrong}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

/// docs/rules.md lists the rules that there are.
#[test]
fn every_rule_is_in_the_list_of_rules() {
    let root = judges::project();
    let codes =
        |text: &str, quoted: bool| -> std::collections::BTreeSet<String> {
            let pieces = text.split(|c: char| !(c.is_ascii_uppercase() || c == '-' || c == '"'));
            let bare = pieces.map(|piece| if quoted { piece } else { piece.trim_matches('"') });
            let code = |piece: &str| {
                piece.get(1..2) == Some("-") && piece.starts_with(['E', 'W', 'R']) && piece.len() > 4
            };
            let unquoted = bare.filter_map(|piece| {
                if quoted { piece.strip_prefix('"')?.strip_suffix('"') } else { Some(piece) }
            });
            unquoted.filter(|piece| code(piece)).map(str::to_owned).collect()
        };
    let mut there = std::collections::BTreeSet::new();
    let mut paths = vec![root.join("crates/document/src")];
    while let Some(path) = paths.pop() {
        if path.is_dir() {
            paths.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            there.append(&mut codes(&std::fs::read_to_string(path).unwrap(), true));
        }
    }
    let listed = codes(&std::fs::read_to_string(root.join("docs/rules.md")).unwrap(), false);
    assert_eq!(listed, there);
}

/// The decree's name and its lengths are the profile's to say: a successor is a new file.
#[test]
fn no_rule_and_no_template_names_the_decree() {
    let root = judges::project();
    let places = ["typst-templates", "src/book", "crates/document/src", "crates/layout/src"];
    let mut files: Vec<_> = places.iter().map(|place| root.join(place)).collect();
    let mut seen = 0;
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            seen += 1;
            let program = text.split("#[cfg(test)]").next().unwrap();
            for line in program.lines().filter(|line| !line.trim_start().starts_with("//")) {
                let code = line.split(" // ").next().unwrap();
                assert!(!code.contains("30/2020"), "{}: {line}", path.display());
                // A length in points that is made of a number written here.
                let made = code.split_once(" * MM").and_then(|(before, _)| before.chars().next_back());
                assert!(!made.is_some_and(|last| last.is_ascii_digit()), "{}: {line}", path.display());
            }
            // What is said of a key stands in the schema, comment or not.
            let schema = path.ends_with("crates/document/src/form.rs") && text.contains("30/2020");
            assert!(!schema, "{}", path.display());
        }
    }
    assert!(seen > 30, "{seen}");
}
