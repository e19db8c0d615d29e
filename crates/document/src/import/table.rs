//! Tables of a draft as the form has them: a head of one row, cells that span, groups of rows.

use serde_json::{Value, json};

use super::pieces::DraftCell;
use super::words::{settled, unbold};
use crate::limits::MAX_COLUMNS;
use crate::model::Align;

/// A table whose first row heads its columns.
pub(super) fn table(rows: &[Vec<DraftCell>], aligns: &[Align]) -> Option<Value> {
    let width = |row: &Vec<DraftCell>| row.iter().map(|cell| cell.colspan.max(1)).sum::<usize>();
    let count = rows.iter().map(width).max().filter(|count| *count > 0)?.min(MAX_COLUMNS);
    let text = |cell: &DraftCell| {
        let texts: Vec<String> = cell.paragraphs.iter().map(settled).collect();
        texts.join("\n")
    };
    let mut above = vec![Above::Nothing; count];
    let mut titles = vec![String::new(); count];
    let mut body: Vec<Value> = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let mut cells: Vec<Value> = Vec::new();
        let mut column = 0;
        let mut source = row.iter();
        while column < count {
            match above.get(column) {
                None | Some(Above::Nothing) => {}
                Some(covering) => {
                    // Cells that the head reached into stand empty: the head is a row of its own.
                    if matches!(covering, Above::Head(_)) && index > 0 {
                        cells.push(json!(""));
                    }
                    column += 1;
                    continue;
                }
            }
            let Some(cell) = source.next() else {
                cells.push(json!(""));
                column += 1;
                continue;
            };
            let free = above.iter().skip(column).take_while(|above| **above == Above::Nothing).count();
            let colspan = cell.colspan.clamp(1, free.max(1));
            let rowspan = cell.rowspan.clamp(1, rows.len() - index);
            if index == 0 {
                // The layout sets titles bold itself.
                let words: Vec<String> = cell.paragraphs.iter().map(|text| settled(&unbold(text))).collect();
                titles.iter_mut().skip(column).take(colspan).for_each(|title| *title = words.join("\n"));
                above.iter_mut().skip(column).take(colspan).for_each(|above| *above = Above::Head(rowspan));
            } else {
                above.iter_mut().skip(column).take(colspan).for_each(|above| *above = Above::Body(rowspan));
                cells.push(match (colspan, rowspan) {
                    (1, 1) => json!(text(cell)),
                    (_, 1) => json!({ "text": text(cell), "colspan": colspan }),
                    (1, _) => json!({ "text": text(cell), "rowspan": rowspan }),
                    _ => json!({ "text": text(cell), "colspan": colspan, "rowspan": rowspan }),
                });
            }
            column += colspan;
        }
        above.iter_mut().for_each(|above| *above = above.a_row_on());
        if index > 0 {
            // One text over all columns but the first heads the rows below it.
            let widest = cells.last().and_then(|cell| cell["colspan"].as_u64()).unwrap_or(1);
            let level = cells.iter().all(|cell| cell.get("rowspan").is_none());
            let said = cells.last().is_some_and(|cell| cell["text"] != "");
            let heads = said && cells.len() <= 2 && count > 2 && level && widest + 1 >= count as u64;
            body.push(if heads { json!({ "group": true, "cells": cells }) } else { cells.into() });
        }
    }
    let columns = titles.iter().enumerate().map(|(column, title)| {
        let given = aligns.get(column).copied().unwrap_or_default();
        let align =
            if aligns.iter().any(|align| *align != Align::Left) { given } else { guess(&body, column) };
        json!({ "title": title, "align": align })
    });
    Some(json!({ "block": "table", "columns": columns.collect::<Vec<_>>(), "rows": body }))
}

/// What covers a column from above, and for how many rows from the one that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Above {
    Nothing,
    /// A cell of the head.
    Head(usize),
    /// A cell of a row below the head.
    Body(usize),
}

impl Above {
    /// What covers the column in the next row.
    fn a_row_on(self) -> Above {
        match self {
            Above::Head(rows) if rows > 1 => Above::Head(rows - 1),
            Above::Body(rows) if rows > 1 => Above::Body(rows - 1),
            _ => Above::Nothing,
        }
    }
}

/// Figures stand flush right, short marks in the middle.
fn guess(rows: &[Value], column: usize) -> Align {
    let texts: Vec<&str> =
        rows.iter().filter_map(|row| row.get(column)?.as_str()).filter(|text| !text.is_empty()).collect();
    let figure = |text: &&&str| text.chars().all(|c| c.is_ascii_digit() || ".,%".contains(c));
    let figures = texts.iter().filter(figure).count();
    let short = texts.iter().all(|text| text.chars().count() <= 3);
    if texts.is_empty() {
        Align::Left
    } else if column == 0 && short {
        Align::Center
    } else if figures * 2 > texts.len() {
        Align::Right
    } else {
        Align::Left
    }
}
