//! Tables: their columns, and rows that fill them exactly, written in the document or read from a file.

use super::builder::DocumentBuilder;
use super::form::{
    AlignForm, CellForm, CellObject, ColumnForm, DataForm, RowForm, RowObject, TableForm, TextOrFill,
};
use super::limits::{MAX_COLUMNS, MAX_DATA, MIN_WIDTH};
use super::model::{Align, Cell, Column, Row, Run, Table, Text};
use super::sheet::{self, DataCell};
use super::source::join;
use super::text;
use crate::message;

impl DocumentBuilder<'_> {
    pub(super) fn table(&mut self, pointer: &str, form: &TableForm) -> Table {
        let empty = Table { caption: None, columns: Vec::new(), rows: Vec::new() };
        let caption = form.caption.as_ref().map(|caption| self.text(&join(pointer, "caption"), caption));
        match (&form.rows, &form.data, &form.columns) {
            (Some(rows), None, Some(columns)) => {
                let Some(columns) = self.columns(pointer, columns) else { return empty };
                let rows = self.rows(pointer, columns.len(), rows);
                Table { caption, columns, rows }
            }
            (None, Some(data), columns) => {
                let Some((columns, rows)) = self.data(pointer, data, columns.as_deref()) else {
                    return empty;
                };
                Table { caption, columns, rows }
            }
            _ => {
                self.error(
                    "E-TABLE-CONTENT",
                    pointer,
                    message!(
                        "bảng phải có \"columns\" và \"rows\", hoặc có \"data\"",
                        "a table has \"columns\" and \"rows\", or \"data\""
                    ),
                    None,
                );
                empty
            }
        }
    }

    fn columns(&mut self, pointer: &str, columns: &[ColumnForm]) -> Option<Vec<Column>> {
        self.column_count(pointer, columns.len())?;
        let columns_pointer = join(pointer, "columns");
        let widest = self.profile.page.line(true);
        let column = |(index, column): (usize, &ColumnForm)| {
            let pointer = join(&columns_pointer, &index.to_string());
            if column.width.is_some_and(|width| !(MIN_WIDTH..=widest).contains(&width)) {
                self.error(
                    "E-TABLE-WIDTH",
                    &join(&pointer, "width"),
                    message!(
                        "độ rộng cột phải từ {MIN_WIDTH} đến {widest} mm",
                        "a column's width is {MIN_WIDTH} to {widest} mm"
                    ),
                    None,
                );
            }
            let title = self.text(&join(&pointer, "title"), &column.title);
            // Hundredths read back exactly as written; all digits of a float need not.
            let width = column.width.map(|width| (width * 100.0).round() / 100.0);
            Column { title, align: column.align.into(), width }
        };
        Some(columns.iter().enumerate().map(column).collect())
    }

    fn column_count(&mut self, pointer: &str, count: usize) -> Option<()> {
        if (1..=MAX_COLUMNS).contains(&count) {
            return Some(());
        }
        let limit = MAX_COLUMNS;
        self.error(
            "E-TABLE-COLUMNS",
            &join(pointer, "columns"),
            message!("bảng phải có từ 1 đến {limit} cột", "a table has 1 to {limit} columns"),
            None,
        );
        None
    }

    /// Columns and rows from a file; without columns given, its first row has their titles.
    fn data(
        &mut self,
        pointer: &str,
        form: &DataForm,
        columns: Option<&[ColumnForm]>,
    ) -> Option<(Vec<Column>, Vec<Row>)> {
        let pointer_of_data = join(pointer, "data");
        let (sheet, range) = (form.sheet.as_deref(), form.range.as_deref());
        let read = self.read(&form.file, MAX_DATA);
        let rows = match read.and_then(|bytes| sheet::rows(&form.file, bytes, sheet, range)) {
            Ok(rows) => rows,
            Err(said) => {
                self.error("E-FILE", &pointer_of_data, said, None);
                return None;
            }
        };
        self.blocks(rows.len(), &pointer_of_data)?;
        self.cells(rows.iter().map(Vec::len).sum(), &pointer_of_data)?;
        let mut rows = rows.as_slice();
        let columns = match columns {
            Some(columns) => self.columns(pointer, columns)?,
            None => {
                let (titles, rest) =
                    rows.split_first().map_or((&[][..], rows), |(titles, rest)| (titles.as_slice(), rest));
                rows = rest;
                self.column_count(pointer, titles.len())?;
                let mut columns = Vec::with_capacity(titles.len());
                for (index, title) in titles.iter().enumerate() {
                    let title = self.data_text(&pointer_of_data, title);
                    columns.push(Column { title, align: alignment(rows, index), width: None });
                }
                columns
            }
        };
        let mut grid = vec![0_usize; columns.len()];
        let mut checked = Vec::with_capacity(rows.len());
        for (index, row) in rows.iter().enumerate() {
            let free = grid.iter().filter(|covered| **covered == 0).count();
            let mut cells: Vec<Cell> = row
                .iter()
                .map(|cell| Cell {
                    text: self.data_text(&pointer_of_data, cell),
                    colspan: cell.colspan,
                    rowspan: cell.rowspan.min(rows.len() - index),
                    align: None,
                })
                .collect();
            // A row that one cell fills heads the rows below it.
            let group =
                matches!(cells.as_slice(), [only] if only.colspan == columns.len() && columns.len() > 1);
            // Spreadsheets leave out what is empty at a row's end.
            let taken: usize = cells.iter().map(|cell| cell.colspan).sum();
            let blank = || Cell { text: Text::default(), colspan: 1, rowspan: 1, align: None };
            cells.extend((taken..free).map(|_| blank()));
            if !self.spans(&pointer_of_data, &mut grid, &cells, rows.len() - index) {
                return None;
            }
            checked.push(Row { group, cells });
        }
        Some((columns, checked))
    }

    /// The text of a data cell, in which nothing is markup.
    fn data_text(&mut self, pointer: &str, cell: &DataCell) -> Text {
        let literal = Text(vec![Run::new(cell.text.replace("\r\n", "\n"), false, false)]);
        if cell.text.is_empty() {
            return Text::default();
        }
        self.text(pointer, &TextOrFill::Text(text::write(&literal)))
    }

    fn rows(&mut self, pointer: &str, columns: usize, rows: &[RowForm]) -> Vec<Row> {
        let rows_pointer = join(pointer, "rows");
        let mut grid = vec![0_usize; columns];
        let mut whole = true;
        let mut checked = Vec::with_capacity(rows.len());
        for (index, form) in rows.iter().enumerate() {
            let row_pointer = join(&rows_pointer, &index.to_string());
            let (group, cells, cells_pointer) = match form {
                RowForm::Cells(cells) => (false, cells, row_pointer.clone()),
                RowForm::Row(RowObject { group, cells }) => (*group, cells, join(&row_pointer, "cells")),
            };
            let cells: Vec<Cell> = cells
                .iter()
                .enumerate()
                .map(|(index, cell)| self.cell(&join(&cells_pointer, &index.to_string()), cell))
                .collect();
            if self.cells(cells.len(), &row_pointer).is_none() {
                return Vec::new();
            }
            whole &= self.spans(&row_pointer, &mut grid, &cells, rows.len() - index);
            checked.push(Row { group, cells });
        }
        if whole { checked } else { Vec::new() }
    }

    fn cell(&mut self, pointer: &str, form: &CellForm) -> Cell {
        match form {
            CellForm::Text(text) => {
                Cell { text: self.text(pointer, text), colspan: 1, rowspan: 1, align: None }
            }
            CellForm::Cell(CellObject { text, colspan, rowspan, align }) => Cell {
                text: self.text(&join(pointer, "text"), text),
                colspan: *colspan,
                rowspan: *rowspan,
                align: align.map(Into::into),
            },
        }
    }

    /// Lays the cells of one row into `grid` (rows that each column is still covered for) and says
    /// whether they fill it exactly. `left` counts the rows from this one on.
    fn spans(&mut self, pointer: &str, grid: &mut [usize], cells: &[Cell], left: usize) -> bool {
        let columns = grid.len();
        let mut covered: Vec<bool> = grid.iter().map(|rows| *rows > 0).collect();
        let free = covered.iter().filter(|covered| !**covered).count();
        let wanted = cells.iter().fold(0_usize, |sum, cell| sum.saturating_add(cell.colspan));
        let mut fits = wanted == free;
        let mut at = 0;
        for cell in cells {
            if !fits {
                break;
            }
            while covered.get(at) == Some(&true) {
                at += 1;
            }
            let end = at + cell.colspan;
            fits = cell.colspan > 0
                && (1..=left).contains(&cell.rowspan)
                && covered.get(at..end).is_some_and(|columns| columns.iter().all(|covered| !covered));
            if fits {
                covered.iter_mut().take(end).skip(at).for_each(|covered| *covered = true);
                grid.iter_mut().take(end).skip(at).for_each(|rows| *rows = cell.rowspan);
            }
        }
        grid.iter_mut().for_each(|rows| *rows = rows.saturating_sub(1));
        if !fits {
            let message = if wanted == free {
                message!(
                    "một ô của hàng này trải ra ngoài bảng, đè lên ô khác, hoặc có colspan/rowspan bằng 0",
                    "a cell of this row leaves the table, lies over another one, or has a colspan/rowspan of 0"
                )
            } else {
                message!(
                    "các ô của hàng này chiếm {wanted} cột, phải lấp đúng {free} cột trống (bảng có {columns} cột)",
                    "this row's cells take {wanted} columns and must fill the {free} free ones exactly (the table has {columns})"
                )
            };
            self.error(
                "E-TABLE-SPAN",
                pointer,
                message,
                Some(message!(
                    "thêm ô trống \"\", bớt ô, hoặc sửa colspan/rowspan",
                    "add empty cells \"\", take cells away, or mend colspan/rowspan"
                )),
            );
        }
        fits
    }
}

/// Flush right where every cell is a number.
fn alignment(rows: &[Vec<DataCell>], column: usize) -> Align {
    let texts = rows.iter().filter_map(|row| row.get(column)).filter(|cell| !cell.text.is_empty());
    let number = |cell: &DataCell| cell.text.chars().all(|c| c.is_ascii_digit() || ".,-%".contains(c));
    let (numbers, all) =
        texts.fold((0, 0), |(numbers, all), cell| (numbers + usize::from(number(cell)), all + 1));
    if all > 0 && numbers == all { AlignForm::Right.into() } else { Align::Left }
}
