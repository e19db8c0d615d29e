//! Footnotes of tables. Typst puts the note of a row that ends a page on the next one where it does not fit; then a new
//! page has to begin before that row.

use serde_json::Value;

/// Lets a new page begin before the row of the table of `data` that has the note `words`; `false` where no table has it,
/// or nothing would change.
pub(super) fn cut_before(data: &mut Value, words: &str) -> bool {
    match data {
        Value::Array(items) => items.iter_mut().any(|item| cut_before(item, words)),
        Value::Object(entries) if entries.contains_key("cuts") => cut(entries, words).is_some(),
        Value::Object(entries) => entries.values_mut().any(|value| cut_before(value, words)),
        _ => false,
    }
}

/// A row that no merged cell reaches into is where a table can be parted.
fn cut(table: &mut serde_json::Map<String, Value>, words: &str) -> Option<()> {
    let cells = table.get("cells")?.as_array()?;
    let cell = cells.iter().position(|cell| has_note(cell, words))? as u64;
    let starts = table.get("rows")?.as_array()?.iter().filter_map(Value::as_u64);
    let start = starts.take_while(|start| *start <= cell).last().filter(|start| *start > 0)?;
    let cuts = table.get_mut("cuts")?.as_array_mut()?;
    if cuts.contains(&start.into()) {
        return None;
    }
    cuts.push(start.into());
    cuts.sort_by_key(Value::as_u64);
    Some(())
}

fn has_note(cell: &Value, words: &str) -> bool {
    match cell {
        Value::Array(runs) => runs.iter().any(|run| run.get("note").is_some_and(|note| plain(note) == words)),
        Value::Object(cell) => cell.get("text").is_some_and(|text| has_note(text, words)),
        _ => false,
    }
}

/// The words of a text of the template's data.
fn plain(text: &Value) -> String {
    match text {
        Value::String(text) => text.clone(),
        Value::Array(runs) => runs.iter().filter_map(|run| run.get("text")).map(plain).collect(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_table_is_parted_before_the_row_of_the_note() {
        let noted = |words: &str| json!([{ "text": "a" }, { "text": "b", "note": [{ "text": words }] }]);
        let table =
            json!({ "cells": ["1", noted("một"), "2", noted("hai"), "x", "y"], "rows": [0, 2], "cuts": [] });
        let mut data = json!({ "main": { "body": [{ "text": "t" }, table] } });
        assert!(!cut_before(&mut data, "ba") && !cut_before(&mut data, "một"));
        assert!(cut_before(&mut data, "hai") && !cut_before(&mut data, "hai"));
        assert_eq!(data["main"]["body"][1]["cuts"], json!([2]));
    }
}
