//! The example against the report it comes from, the messages that authors get, and the form's
//! round trip.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

mod seed;

use std::fmt::Write as _;

use proptest::prelude::*;
use vanthu::document::model::{Block, Document, Marker, Table, Text};
use vanthu::document::{self, Draft};
use vanthu::fonts::Faces;

const EXAMPLE: &str = include_str!("../examples/201-bc-ubnd.json");

fn example() -> Document {
    let Draft { document, fills, warnings } =
        document::parse(EXAMPLE.as_bytes(), &Faces::embedded()).unwrap();
    assert!(fills.is_empty() && warnings.is_empty(), "{fills:?} {warnings:?}");
    document
}

/// A block as the seed writes it.
fn as_seed(block: &Block) -> Vec<String> {
    match block {
        Block::Paragraph { text } => vec![marked(text)],
        Block::Heading { number, text, .. } => vec![format!("{number} {}", marked(text))],
        Block::Item { marker, text } => vec![format!("{} {}", marker.as_str(), marked(text))],
        Block::Table(table) => rows(table),
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
    assert_eq!(document.kind.title(), seed::line(7));
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
            .filter(|block| matches!(block, Block::Item { marker, .. } if *marker == wanted))
            .count()
    };
    assert_eq!((items(Marker::Plus), items(Marker::Star)), (7, 2));
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
    let source = include_str!("fixtures/mistakes.json");
    insta::assert_snapshot!(findings(source));
}

#[test]
fn hostile_text_is_refused_where_it_stands() {
    for (text, code, at) in [
        ("a\\nb", "E-TEXT-CONTROL", "\\n"),
        ("ab\\u202Ecd", "E-TEXT-INVISIBLE", "\\u202E"),
        ("e\\u0301\\u0301\\u0301\\u0301!", "E-TEXT-MARKS", "\\u0301!"),
        ("ế \\ud83d\\ude00.", "E-FONT-COVERAGE", "\\ud83d\\ude00."),
        ("a **b", "E-TEXT-EMPHASIS", "**b"),
    ] {
        let line = format!("    {{\"block\": \"paragraph\", \"text\": \"{text}\"}},\n");
        let source = EXAMPLE.replacen("\"body\": [\n", &format!("\"body\": [\n{line}"), 1);
        let found = document::parse(source.as_bytes(), &Faces::embedded()).unwrap_err();
        assert_eq!(found.len(), 1, "{found:?}");
        let position = found[0].position.unwrap();
        assert_eq!((found[0].code, found[0].pointer.as_str(), position.line), (code, "/body/0/text", 16));
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
    assert!(found.contains("E-TEXT-WORD /body/0/text") && found.len() < 500, "{found}");
    let columns = ["{\"title\": \"mmmmmmmmmmmm\"}"; 10].join(",");
    let cells = ["\"\""; 10].join(",");
    let table = format!("{{\"block\": \"table\", \"columns\": [{columns}], \"rows\": [[{cells}]]}}");
    assert!(findings(&with(&table)).contains("E-TABLE-WIDE /body/0"));
}

#[test]
fn sizes_have_limits_that_the_message_names() {
    let nested = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(findings(&nested).contains("E-JSON-SYNTAX"));
    let long = format!("{}{}", " ".repeat(9 << 20), EXAMPLE);
    assert!(findings(&long).contains("8388608"));
    let blocks = "{\"block\":\"paragraph\",\"text\":\"a\"},".repeat(100_001);
    let many = EXAMPLE.replacen("\"body\": [\n", &format!("\"body\": [\n{blocks}"), 1);
    assert!(findings(&many).contains("100000"));
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
    let written = include_str!("../examples/document.schema.json");
    let schema: serde_json::Value = serde_json::from_str(written).unwrap();
    assert!(schema == document::schema(), "run: vanthu schema > examples/document.schema.json");
}
