//! Tables of a Word document: rows and cells as Word shows them.

use std::collections::HashMap;

use roxmltree::Node;

use super::super::pieces::{DraftCell, DraftPiece, TextBuilder};
use super::reader::Reader;
use super::xml::{MAX_DEPTH, attribute, child, is_on, name, value};
use crate::limits::MAX_COLUMNS;
use crate::message;
use crate::model::{Align, Text};

/// The most columns that a cell is taken to span.
const MAX_SPAN: usize = 64;

impl Reader {
    pub(super) fn table(&mut self, node: Node<'_, '_>, depth: usize) -> DraftPiece {
        let mut rows: Vec<Vec<DraftCell>> = Vec::new();
        let mut aligns: Vec<[usize; 3]> = Vec::new();
        // For each column, the row and cell that a vertical merge began in.
        let mut merged: HashMap<usize, (usize, usize)> = HashMap::new();
        let mut widest = 0;
        for row in self.unwrapped(node).into_iter().filter(|node| name(*node) == "tr") {
            let properties = child(row, "trPr");
            if properties.is_some_and(|properties| child(properties, "del").is_some()) {
                self.drop(row, message!("hàng đã xóa (theo dõi thay đổi)", "a tracked deletion of a row"));
                continue;
            }
            if properties.and_then(|properties| child(properties, "hidden")).is_some_and(is_on) {
                self.drop(row, message!("hàng ẩn", "a hidden row"));
                continue;
            }
            let gap = |side: &str| {
                let span: Option<usize> =
                    properties.and_then(|properties| value(properties, side)?.parse().ok());
                span.filter(|span| *span > 0).map(|span| span.min(MAX_SPAN))
            };
            let blank = |span: usize| DraftCell { paragraphs: Vec::new(), colspan: span, rowspan: 1 };
            let mut cells: Vec<DraftCell> = gap("gridBefore").map(blank).into_iter().collect();
            let mut column = gap("gridBefore").unwrap_or(0);
            for node in self.unwrapped(row).into_iter().filter(|node| name(*node) == "tc") {
                let properties = child(node, "tcPr");
                if properties.is_some_and(|properties| child(properties, "cellDel").is_some()) {
                    self.drop(node, message!("ô đã xóa (theo dõi thay đổi)", "a tracked deletion of a cell"));
                    continue;
                }
                let span = properties.and_then(|properties| value(properties, "gridSpan")?.parse().ok());
                let colspan: usize = span.unwrap_or(1).clamp(1, MAX_SPAN);
                let merge = properties.and_then(|properties| child(properties, "vMerge"));
                let goes_on = merge.is_some_and(|merge| attribute(merge, "val") != Some("restart"));
                if let (true, Some((row, cell))) = (goes_on, merged.get(&column)) {
                    if let Some(cell) = rows.get_mut(*row).and_then(|row| row.get_mut(*cell)) {
                        cell.rowspan += 1;
                    }
                    if !super::xml::shown_text(node).is_empty() {
                        let what = message!(
                            "chữ trong ô gộp mà Word không hiện",
                            "text in a merged cell, which Word does not show"
                        );
                        self.drop(node, what);
                    }
                } else {
                    let paragraphs = self.cell(node, depth);
                    if merge.is_some() {
                        merged.insert(column, (rows.len(), cells.len()));
                    } else {
                        merged.remove(&column);
                    }
                    count_align(node, column, rows.is_empty(), &mut aligns);
                    cells.push(DraftCell { paragraphs, colspan, rowspan: 1 });
                }
                column += colspan;
            }
            if let Some(span) = gap("gridAfter") {
                cells.push(blank(span));
                column += span;
            }
            widest = widest.max(column.min(MAX_COLUMNS));
            rows.push(cells);
        }
        self.cells = self.cells.saturating_add(rows.len().saturating_mul(widest));
        let align = |[left, center, right]: &[usize; 3]| {
            if right > left && right > center {
                Align::Right
            } else if center > left {
                Align::Center
            } else {
                Align::Left
            }
        };
        DraftPiece::Table { rows, aligns: aligns.iter().map(align).collect() }
    }

    fn cell(&mut self, cell: Node<'_, '_>, depth: usize) -> Vec<Text> {
        if depth >= MAX_DEPTH {
            return Vec::new();
        }
        let outer = std::mem::replace(&mut self.in_cell, true);
        let mut pieces = Vec::new();
        self.blocks(cell, depth + 1, &mut pieces);
        self.in_cell = outer;
        let mut paragraphs = Vec::new();
        for piece in pieces {
            match piece {
                DraftPiece::Paragraph(text) | DraftPiece::Heading { text, .. } => paragraphs.push(text),
                DraftPiece::Item { marker, text, .. } => {
                    let mut builder = TextBuilder::default();
                    builder.push(&format!("{marker} "), false, false);
                    builder.runs.extend(text.0);
                    paragraphs.push(builder.finish());
                }
                DraftPiece::Table { rows, .. } => {
                    let what = message!("bảng trong bảng (giữ chữ)", "a table in a table (its text stays)");
                    self.left_out(what, "");
                    paragraphs.extend(rows.into_iter().flatten().flat_map(|cell| cell.paragraphs));
                }
            }
        }
        paragraphs
    }
}

/// How the first paragraph of a cell is aligned counts for its column.
fn count_align(cell: Node<'_, '_>, column: usize, head: bool, aligns: &mut Vec<[usize; 3]>) {
    if column >= MAX_SPAN {
        return;
    }
    if aligns.len() <= column {
        aligns.resize(column + 1, [0; 3]);
    }
    let paragraph = child(cell, "p").and_then(|paragraph| child(paragraph, "pPr"));
    let which = match paragraph.and_then(|properties| value(properties, "jc")) {
        Some("center") => 1,
        Some("right" | "end") => 2,
        _ => 0,
    };
    let slot = aligns.get_mut(column).and_then(|counts| counts.get_mut(which));
    if let (false, Some(count)) = (head, slot) {
        *count += 1;
    }
}
