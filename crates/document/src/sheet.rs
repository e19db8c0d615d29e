//! The rows of a table from a file: CSV (RFC 4180) or XLSX (ISO/IEC 29500).

use std::collections::{BTreeMap, HashMap};
use std::io::Cursor;

use calamine::{Data, Dimensions, Reader, Xlsx};

use super::limits::{MAX_CELLS, MAX_INFLATED};
use crate::lang::Message;
use crate::message;

/// A cell of a data file, with the columns and rows that it is merged over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DataCell {
    pub text: String,
    pub colspan: usize,
    pub rowspan: usize,
}

/// The rows of the file `bytes` named `name`: of `sheet`, within `range`. Cells that another one is
/// merged over are left out.
pub(super) fn rows(
    name: &str,
    bytes: Vec<u8>,
    sheet: Option<&str>,
    range: Option<&str>,
) -> Result<Vec<Vec<DataCell>>, Message> {
    let window = range.map(Window::parse).transpose()?;
    let ending = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    match ending.as_str() {
        "csv" | "tsv" if sheet.is_none() => comma_separated(&bytes, ending == "tsv", window),
        "csv" | "tsv" => Err(message!("tệp CSV không có trang tính", "a CSV file has no sheets")),
        "xlsx" | "xlsm" => workbook(bytes, sheet, window),
        _ => Err(message!(
            "số liệu phải là tệp .csv, .tsv hoặc .xlsx",
            "data come from .csv, .tsv or .xlsx files"
        )),
    }
}

/// The cells of a range such as `A3:F27`, from 0, the last ones included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Window {
    rows: (usize, usize),
    columns: (usize, usize),
}

impl Window {
    const ALL: Window = Window { rows: (0, usize::MAX), columns: (0, usize::MAX) };

    fn parse(written: &str) -> Result<Window, Message> {
        let corner = |text: &str| {
            let text = text.replace('$', "");
            let letters: String = text.chars().take_while(char::is_ascii_alphabetic).collect();
            let row: usize = text.get(letters.len()..)?.parse().ok()?;
            let column = letters.chars().try_fold(0_usize, |sum, letter| {
                let digit = usize::from(u8::try_from(letter.to_ascii_uppercase()).ok()? - b'A') + 1;
                Some(sum.checked_mul(26)? + digit).filter(|column| *column <= 16_384)
            })?;
            Some((row.checked_sub(1)?, column.checked_sub(1)?))
        };
        let corners = written.split_once(':').and_then(|(first, last)| Some((corner(first)?, corner(last)?)));
        let window =
            corners.map(|(first, last)| Window { rows: (first.0, last.0), columns: (first.1, last.1) });
        window
            .filter(|window| window.rows.0 <= window.rows.1 && window.columns.0 <= window.columns.1)
            .ok_or_else(|| {
                message!(
                    "\"{written}\" không phải một vùng như A3:F27",
                    "\"{written}\" is not a range such as A3:F27"
                )
            })
    }

    /// The window that holds all of `cells`.
    fn around(mut cells: impl Iterator<Item = (usize, usize)>) -> Option<Window> {
        let first = cells.next()?;
        let one = Window { rows: (first.0, first.0), columns: (first.1, first.1) };
        Some(cells.fold(one, |window, (row, column)| Window {
            rows: (window.rows.0.min(row), window.rows.1.max(row)),
            columns: (window.columns.0.min(column), window.columns.1.max(column)),
        }))
    }

    fn has(&self, row: usize, column: usize) -> bool {
        (self.rows.0..=self.rows.1).contains(&row) && (self.columns.0..=self.columns.1).contains(&column)
    }
}

fn comma_separated(bytes: &[u8], tabs: bool, window: Option<Window>) -> Result<Vec<Vec<DataCell>>, Message> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes)
        .map_err(|_| message!("tệp CSV không phải UTF-8", "the CSV file is not UTF-8"))?;
    // Where commas are decimal points, spreadsheets part cells by semicolons.
    let first = text.lines().next().unwrap_or_default();
    let semicolons = first.matches(';').count() > first.matches(',').count();
    let delimiter = if tabs {
        b'\t'
    } else if semicolons {
        b';'
    } else {
        b','
    };
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let window = window.unwrap_or(Window::ALL);
    let mut rows: Vec<Vec<DataCell>> = Vec::new();
    let mut count = 0;
    for (row, record) in reader.records().enumerate() {
        let record = record
            .map_err(|cause| message!("không đọc được CSV: {cause}", "the CSV can't be read: {cause}"))?;
        let cells: Vec<DataCell> = record
            .iter()
            .enumerate()
            .filter(|(column, _)| window.has(row, *column))
            .map(|(_, text)| DataCell { text: text.trim().to_owned(), colspan: 1, rowspan: 1 })
            .collect();
        count += cells.len();
        bounded(count)?;
        if row >= window.rows.0 && row <= window.rows.1 {
            rows.push(cells);
        }
    }
    Ok(rows)
}

fn workbook(
    bytes: Vec<u8>,
    sheet: Option<&str>,
    window: Option<Window>,
) -> Result<Vec<Vec<DataCell>>, Message> {
    let unreadable = |cause: calamine::XlsxError| {
        message!("không đọc được XLSX: {cause}", "the XLSX file can't be read: {cause}")
    };
    inflated_size(&bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    let names = book.sheet_names();
    let sheet = match sheet {
        Some(sheet) if names.iter().any(|name| name == sheet) => sheet.to_owned(),
        Some(sheet) => {
            let there = names.join(", ");
            return Err(message!(
                "không có trang tính \"{sheet}\"; có: {there}",
                "there is no sheet \"{sheet}\"; there is: {there}"
            ));
        }
        None => {
            names.first().cloned().ok_or_else(|| message!("tệp không có trang tính", "there is no sheet"))?
        }
    };
    let merged = book.merge_cells_by_sheet_name(&sheet).map_err(unreadable)?;
    // Cell by cell: a single one in the last corner would make calamine's own range of all the others.
    let mut values = BTreeMap::new();
    let mut reader = book.worksheet_cells_reader(&sheet).map_err(unreadable)?;
    while let Some(cell) = reader.next_cell().map_err(unreadable)? {
        let (row, column) = cell.get_position();
        let at = (row as usize, column as usize);
        let value = Data::from(cell.get_value().clone());
        if value != Data::Empty && window.is_none_or(|window| window.has(at.0, at.1)) {
            values.insert(at, value);
            bounded(values.len())?;
        }
    }
    cells(&values, &merged, window)
}

fn cells(
    values: &BTreeMap<(usize, usize), Data>,
    merged: &[Dimensions],
    window: Option<Window>,
) -> Result<Vec<Vec<DataCell>>, Message> {
    let Some(used) = Window::around(values.keys().copied()) else { return Ok(Vec::new()) };
    let window = window.unwrap_or(used);
    // Rows below the last value are nothing that anybody asked for.
    let window = Window { rows: (window.rows.0, window.rows.1.min(used.rows.1)), ..window };
    let (height, width) = (window.rows.1 - window.rows.0 + 1, window.columns.1 - window.columns.0 + 1);
    bounded(height.saturating_mul(width))?;
    let merged = merges(merged, window)?;
    let mut rows = Vec::with_capacity(height);
    for row in window.rows.0..=window.rows.1 {
        let mut cells = Vec::with_capacity(width);
        for column in window.columns.0..=window.columns.1 {
            let (colspan, rowspan) = match merged.get(&(row, column)) {
                None => (1, 1),
                Some(Merge::First { colspan, rowspan }) => (*colspan, *rowspan),
                Some(Merge::Covered) => continue,
            };
            let value = values.get(&(row, column));
            let text = value.map_or_else(|| Ok(String::new()), |value| printed(value, row, column))?;
            cells.push(DataCell { text, colspan, rowspan });
        }
        rows.push(cells);
    }
    Ok(rows)
}

/// What a merge makes of a cell.
enum Merge {
    /// It is the first one, and reaches over so many columns and rows.
    First { colspan: usize, rowspan: usize },
    /// Another one reaches over it.
    Covered,
}

/// The merges within `window`, which may not reach over one another.
fn merges(merged: &[Dimensions], window: Window) -> Result<HashMap<(usize, usize), Merge>, Message> {
    let mut found = HashMap::new();
    for merge in merged {
        let rows = (merge.start.0 as usize).max(window.rows.0)..=(merge.end.0 as usize).min(window.rows.1);
        let columns =
            (merge.start.1 as usize).max(window.columns.0)..=(merge.end.1 as usize).min(window.columns.1);
        let first = (*rows.start(), *columns.start());
        let (rowspan, colspan) = (rows.clone().count(), columns.clone().count());
        for at in rows.flat_map(|row| columns.clone().map(move |column| (row, column))) {
            let merge = if at == first { Merge::First { colspan, rowspan } } else { Merge::Covered };
            if found.insert(at, merge).is_some() {
                let (row, letter) = (at.0 + 1, letters(at.1));
                return Err(message!(
                    "ô {letter}{row} thuộc hai vùng trộn ô",
                    "cell {letter}{row} lies in two merged ranges"
                ));
            }
        }
    }
    Ok(found)
}

/// A value as it is printed in Vietnamese: a decimal comma, days first.
fn printed(value: &Data, row: usize, column: usize) -> Result<String, Message> {
    Ok(match value {
        Data::Empty => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.trim().to_owned(),
        Data::Int(number) => number.to_string(),
        // What a spreadsheet shows of a sum of tenths: fifteen digits at the most.
        Data::Float(number) => {
            let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(*number);
            rounded.to_string().replace('.', ",")
        }
        Data::Bool(true) => "Có".to_owned(),
        Data::Bool(false) => "Không".to_owned(),
        Data::DateTime(moment) if moment.is_datetime() => {
            let (year, month, day, hour, minute, ..) = moment.to_ymd_hms_milli();
            if (hour, minute) == (0, 0) {
                format!("{day:02}/{month:02}/{year}")
            } else {
                format!("{hour:02}:{minute:02} {day:02}/{month:02}/{year}")
            }
        }
        Data::DateTime(length) => length.as_f64().to_string().replace('.', ","),
        Data::Error(error) => {
            let (row, letter) = (row + 1, letters(column));
            return Err(message!(
                "ô {letter}{row} có lỗi {error}",
                "cell {letter}{row} holds the error {error}"
            ));
        }
    })
}

/// A column's letters, such as `AA` for 26.
fn letters(column: usize) -> String {
    let digit = |n: usize| char::from(b'A' + u8::try_from(n % 26).unwrap_or_default());
    if column < 26 {
        digit(column).to_string()
    } else {
        format!("{}{}", letters(column / 26 - 1), digit(column))
    }
}

fn bounded(count: usize) -> Result<(), Message> {
    let limit = MAX_CELLS;
    if count <= limit {
        return Ok(());
    }
    Err(message!("quá nhiều ô, giới hạn {limit}", "too many cells, the limit is {limit}"))
}

/// Refuses workbooks that would fill the memory once inflated, by the sizes that they name themselves:
/// the ZIP reader gives no more than those.
fn inflated_size(bytes: &[u8]) -> Result<(), Message> {
    let archive = zip::ZipArchive::new(Cursor::new(bytes));
    let mut archive = archive
        .map_err(|cause| message!("không đọc được XLSX: {cause}", "the XLSX file can't be read: {cause}"))?;
    let mut total = 0_u64;
    for index in 0..archive.len() {
        let size = archive.by_index_raw(index).map(|file| file.size()).unwrap_or(u64::MAX);
        total = total.saturating_add(size);
    }
    if total > MAX_INFLATED {
        return Err(message!(
            "tệp XLSX bung ra {total} byte, giới hạn {MAX_INFLATED}",
            "the XLSX file inflates to {total} bytes, the limit is {MAX_INFLATED}"
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(rows: &[Vec<DataCell>]) -> Vec<Vec<&str>> {
        rows.iter().map(|row| row.iter().map(|cell| cell.text.as_str()).collect()).collect()
    }

    #[test]
    fn ranges_are_read_as_spreadsheets_write_them() {
        assert_eq!(Window::parse("$A$3:AB27").unwrap(), Window { rows: (2, 26), columns: (0, 27) });
        for wrong in ["A3", "A0:B1", "B1:A1", "1:2", "ĐA1:B2", "A1:ZZZZZZZZZZZZZZZZ1"] {
            assert!(Window::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!([letters(0), letters(25), letters(26), letters(702)], ["A", "Z", "AA", "AAA"]);
    }

    #[test]
    fn commas_and_semicolons_part_cells() {
        let read = |text: &str| rows("a.csv", text.as_bytes().to_vec(), None, None).unwrap();
        assert_eq!(texts(&read("a,\"b, c\"\n1,2\n")), [["a", "b, c"], ["1", "2"]]);
        assert_eq!(texts(&read("a;b\n1,5;2\n")), [["a", "b"], ["1,5", "2"]]);
        let part = rows("a.tsv", b"a\tb\tc\n1\t2\t3\n4\t5\t6".to_vec(), None, Some("B2:C3")).unwrap();
        assert_eq!(texts(&part), [["2", "3"], ["5", "6"]]);
        assert!(rows("a.csv", vec![0xff], None, None).is_err());
        assert!(rows("a.xlsx", b"PK".to_vec(), None, None).is_err());
    }
}
