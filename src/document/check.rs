//! From JSON text to a checked document: everything that is wrong is reported at once, with its place.

use time::Date;
use time::macros::format_description;

use super::form::{
    BlockForm, CellForm, CellObject, ColumnForm, DocumentForm, HeadingForm, ItemForm, ParagraphForm, RowForm,
    RowObject, TableForm, Written, suggestion,
};
use super::kind::{Kind, slugs};
use super::model::{
    Block, Cell, Column, Document, Header, Marker, Recipients, Row, SignatureBlock, Table, Text,
};
use super::rules;
use super::salvage;
use super::source::{Source, join};
use super::text::{self, Fault, FaultKind};
use crate::diagnostic::{Diagnostic, MAX_FINDINGS, Position, Severity};
use crate::fonts::{Faces, Measure, Style};
use crate::lang::Message;
use crate::message;

/// The longest source that is read, in bytes.
pub const MAX_SOURCE: usize = 8 << 20;
/// The most blocks a document may have, and the most rows all its tables together.
pub const MAX_BLOCKS: usize = 100_000;
/// The most columns of a table.
pub const MAX_COLUMNS: usize = 40;

/// A document that may be laid out, and what keeps it from being issued or deserves a look.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The document; places still to be filled in show what is to be written there in brackets.
    pub document: Document,
    /// The places still to be filled in: with any of them, the document can't be issued.
    pub fills: Vec<Diagnostic>,
    /// What a person should look at.
    pub warnings: Vec<Diagnostic>,
}

/// Reads and checks a document; `faces` is the font that it will be set in.
///
/// # Errors
/// Everything that is wrong with it, in the order of the text; a file that is not JSON gives one
/// diagnostic.
pub fn parse(source: &[u8], faces: &Faces) -> Result<Draft, Vec<Diagnostic>> {
    let text = readable(source).map_err(|diagnostic| vec![*diagnostic])?;
    let value: serde_json::Value = serde_json::from_str(text).map_err(|cause| vec![syntax(text, &cause)])?;
    let places = Source::index(text);
    let salvaged = salvage::decode(value);
    let mut findings: Vec<Diagnostic> = places.repeated().iter().map(repeated).collect();
    findings.extend(salvaged.wrong.iter().cloned());
    let Some(form) = &salvaged.form else { return Err(placed(findings, &places)) };
    let mut check =
        Check { places: &places, measure: faces.measure(), findings: Vec::new(), fills: Vec::new() };
    let document = check.document(form);
    let Check { findings: mut said, fills, .. } = check;
    if let Some(document) = &document {
        let mut ruled = Vec::new();
        rules::check(document, &faces.measure(), &mut ruled);
        // A text at fault was left out of the document: rules would find it empty.
        // What is still to be filled in needs no other remark.
        let is_filled = |pointer: &str| {
            let inside = |fill: &Diagnostic| {
                fill.pointer
                    .strip_prefix(pointer)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            fills.iter().any(inside)
        };
        ruled.retain(|finding| {
            !is_filled(&finding.pointer) && said.iter().all(|fault| fault.pointer != finding.pointer)
        });
        said.extend(ruled);
    }
    findings.extend(said.into_iter().filter(|finding| !salvaged.is_mended(&finding.pointer)));
    let findings = placed(findings, &places);
    match document {
        Some(document) if findings.iter().all(|finding| finding.severity == Severity::Warning) => {
            Ok(Draft { document, fills: placed(fills, &places), warnings: findings })
        }
        _ => Err(findings),
    }
}

fn readable(source: &[u8]) -> Result<&str, Box<Diagnostic>> {
    if source.len() > MAX_SOURCE {
        let (length, limit) = (source.len(), MAX_SOURCE);
        return Err(Box::new(Diagnostic::error(
            "E-JSON-SIZE",
            "",
            message!(
                "tệp dài {length} byte, quá giới hạn {limit} byte",
                "the file has {length} bytes, over the limit of {limit}"
            ),
        )));
    }
    let source = source.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(source);
    std::str::from_utf8(source).map_err(|cause| {
        let byte = cause.valid_up_to();
        Box::new(Diagnostic::error(
            "E-JSON-UTF8",
            "",
            message!("tệp không phải UTF-8 (từ byte {byte})", "the file is not UTF-8 (from byte {byte})"),
        ))
    })
}

fn syntax(text: &str, cause: &serde_json::Error) -> Diagnostic {
    let start = text.split_inclusive('\n').take(cause.line().saturating_sub(1)).map(str::len).sum::<usize>();
    let line = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    // serde_json counts the bytes up to and with the offending one.
    let mut offset = cause.column().saturating_sub(1).min(line.len());
    while !line.is_char_boundary(offset) {
        offset -= 1;
    }
    let reason = cause.to_string();
    let reason = reason.split(" at line ").next().unwrap_or_default().to_owned();
    let mut diagnostic =
        Diagnostic::error("E-JSON-SYNTAX", "", message!("tệp JSON viết sai: {reason}", "not JSON: {reason}"));
    diagnostic.position = Some(Position {
        line: cause.line(),
        column: line[..offset].chars().count() + 1,
        start: start + offset,
        end: (start + offset + 1).min(text.len()),
    });
    diagnostic
}

fn repeated((pointer, position): &(String, Position)) -> Diagnostic {
    let mut diagnostic = Diagnostic::error(
        "E-JSON-REPEATED-KEY",
        "",
        message!(
            "mục này đã có ở trên; chỉ được viết một lần",
            "this key stands above already; it may stand once"
        ),
    );
    diagnostic.pointer.clone_from(pointer);
    diagnostic.position = Some(*position);
    diagnostic
}

/// Gives every diagnostic its position and puts them in the order of the text.
fn placed(mut diagnostics: Vec<Diagnostic>, places: &Source<'_>) -> Vec<Diagnostic> {
    for diagnostic in &mut diagnostics {
        if diagnostic.position.is_none() {
            diagnostic.position = places.position(&diagnostic.pointer);
        }
    }
    diagnostics.sort_by_key(|diagnostic| diagnostic.position.map(|position| position.start));
    diagnostics
}

/// Builds the document and gathers what is wrong with it.
struct Check<'a> {
    places: &'a Source<'a>,
    measure: Measure<'a>,
    findings: Vec<Diagnostic>,
    fills: Vec<Diagnostic>,
}

impl Check<'_> {
    /// What could not be read has something in its place, beside its finding; `None` where the
    /// document is too large to look at.
    fn document(&mut self, form: &DocumentForm) -> Option<Document> {
        if form.version != super::FORM_VERSION {
            let (found, known) = (form.version, super::FORM_VERSION);
            self.error(
                "E-JSON-VERSION",
                "/version",
                message!(
                    "phiên bản {found} không đọc được; chương trình này đọc phiên bản {known}",
                    "version {found} can't be read; this program reads version {known}"
                ),
                None,
            );
        }
        let kind = Kind::from_slug(&form.kind);
        if kind.is_none() {
            let found = &form.kind;
            self.error(
                "E-KIND",
                "/type",
                message!("không có loại văn bản \"{found}\"", "there is no kind of document \"{found}\""),
                Some(suggestion(found, &slugs())),
            );
        }
        let header = Header {
            superior: self.plain_all("/header/superior", &form.header.superior),
            agency: self.plain_all("/header/agency", &form.header.agency),
            number: form.header.number,
            notation: self.plain("/header/notation", &form.header.notation),
            place: self.plain("/header/place", &form.header.place),
            date: form.header.date.as_deref().and_then(|date| self.date("/header/date", date)),
        };
        let subject = self.text("/subject", &form.subject);
        let addressees = form
            .addressees
            .iter()
            .enumerate()
            .map(|(index, addressee)| self.text(&format!("/addressees/{index}"), addressee))
            .collect();
        let rows = form.body.iter().map(|block| match block {
            BlockForm::Table(table) => table.rows.len(),
            _ => 0,
        });
        let size = form.body.len().max(rows.sum());
        if size > MAX_BLOCKS {
            let limit = MAX_BLOCKS;
            self.error(
                "E-BODY-SIZE",
                "/body",
                message!(
                    "quá nhiều khối hoặc hàng: {size}, giới hạn {limit}",
                    "too many blocks or rows: {size}, the limit is {limit}"
                ),
                None,
            );
            return None;
        }
        let body: Vec<Block> = form
            .body
            .iter()
            .enumerate()
            .map(|(index, block)| self.block(&format!("/body/{index}"), block))
            .collect();
        let recipients = Recipients {
            items: self.plain_all("/recipients/items", &form.recipients.items),
            archive: self.plain("/recipients/archive", &form.recipients.archive),
        };
        let signature = SignatureBlock {
            authority: self.plain_all("/signature/authority", &form.signature.authority),
            position: self.plain("/signature/position", &form.signature.position),
            name: self.plain("/signature/name", &form.signature.name),
        };
        let kind = kind.unwrap_or(Kind::ALL[0]);
        Some(Document { kind, header, subject, addressees, body, recipients, signature })
    }

    fn block(&mut self, pointer: &str, form: &BlockForm) -> Block {
        let text_pointer = join(pointer, "text");
        match form {
            BlockForm::Paragraph(ParagraphForm { text }) => {
                Block::Paragraph { text: self.text(&text_pointer, text) }
            }
            BlockForm::Heading(HeadingForm { level, number, text }) => {
                if !(1..=3).contains(level) {
                    self.error(
                        "E-HEADING-LEVEL",
                        &join(pointer, "level"),
                        message!("cấp đề mục phải từ 1 đến 3", "a heading's level is 1, 2 or 3"),
                        None,
                    );
                }
                let number = Written::Text(number.clone().unwrap_or_default());
                let number = self.plain(&join(pointer, "number"), &number);
                Block::Heading { level: *level, number, text: self.text(&text_pointer, text) }
            }
            BlockForm::Item(ItemForm { marker, text }) => {
                let text = self.text(&text_pointer, text);
                let marker = match marker.as_str() {
                    "-" => Some(Marker::Dash),
                    "+" => Some(Marker::Plus),
                    "*" => Some(Marker::Star),
                    _ => None,
                };
                if marker.is_none() {
                    self.error(
                        "E-ITEM-MARKER",
                        &join(pointer, "marker"),
                        message!(
                            "dấu đầu dòng phải là \"-\", \"+\" hoặc \"*\"",
                            "a marker is \"-\", \"+\" or \"*\""
                        ),
                        None,
                    );
                }
                Block::Item { marker: marker.unwrap_or(Marker::Dash), text }
            }
            BlockForm::Table(TableForm { caption, columns, rows }) => {
                Block::Table(self.table(pointer, caption.as_ref(), columns, rows))
            }
        }
    }

    fn table(
        &mut self,
        pointer: &str,
        caption: Option<&Written>,
        columns: &[ColumnForm],
        rows: &[RowForm],
    ) -> Table {
        if columns.is_empty() || columns.len() > MAX_COLUMNS {
            let limit = MAX_COLUMNS;
            self.error(
                "E-TABLE-COLUMNS",
                &join(pointer, "columns"),
                message!("bảng phải có từ 1 đến {limit} cột", "a table has 1 to {limit} columns"),
                None,
            );
            return Table { caption: None, columns: Vec::new(), rows: Vec::new() };
        }
        let caption = caption.map(|caption| self.text(&join(pointer, "caption"), caption));
        let columns_pointer = join(pointer, "columns");
        let columns: Vec<Column> = columns
            .iter()
            .enumerate()
            .map(|(index, column)| {
                let pointer = join(&columns_pointer, &index.to_string());
                if column.width.is_some_and(|width| !(5.0..=160.0).contains(&width)) {
                    self.error(
                        "E-TABLE-WIDTH",
                        &join(&pointer, "width"),
                        message!("độ rộng cột phải từ 5 đến 160 mm", "a column's width is 5 to 160 mm"),
                        None,
                    );
                }
                let title = self.text(&join(&pointer, "title"), &column.title);
                // Hundredths read back exactly as written; all digits of a float need not.
                let width = column.width.map(|width| (width * 100.0).round() / 100.0);
                Column { title, align: column.align.into(), width }
            })
            .collect();
        let rows_pointer = join(pointer, "rows");
        let mut grid = vec![0_usize; columns.len()];
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
            whole &= self.spans(&row_pointer, &mut grid, &cells, rows.len() - index);
            checked.push(Row { group, cells });
        }
        Table { caption, columns, rows: if whole { checked } else { Vec::new() } }
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

    fn date(&mut self, pointer: &str, written: &str) -> Option<Date> {
        let date = Date::parse(written, format_description!("[year]-[month]-[day]")).ok();
        let date = date.filter(|date| (1945..=9999).contains(&date.year()));
        if date.is_none() {
            self.error(
                "E-DATE",
                pointer,
                message!(
                    "\"{written}\" không phải một ngày viết năm-tháng-ngày, từ năm 1945",
                    "\"{written}\" is not a date written year-month-day, from 1945 on"
                ),
                Some(message!(
                    "viết năm-tháng-ngày, ví dụ 2020-06-18",
                    "write year-month-day, such as 2020-06-18"
                )),
            );
        }
        date
    }

    /// Text with emphasis; what is wrong with it is noted and the text left empty.
    fn text(&mut self, pointer: &str, written: &Written) -> Text {
        match written {
            Written::Text(written) => match text::parse(written) {
                Ok(text) => {
                    for run in &text.0 {
                        self.coverage(pointer, written, &run.text);
                    }
                    text
                }
                Err(faults) => {
                    self.faults(pointer, &faults);
                    Text::default()
                }
            },
            Written::Fill { fill } => {
                let plain = self.fill(pointer, fill);
                Text(vec![super::model::Run { text: plain, bold: false, italic: false }])
            }
        }
    }

    /// Text without emphasis.
    fn plain(&mut self, pointer: &str, written: &Written) -> String {
        match written {
            Written::Text(written) => match text::plain(written) {
                Ok(plain) => {
                    self.coverage(pointer, written, &plain);
                    plain
                }
                Err(faults) => {
                    self.faults(pointer, &faults);
                    String::new()
                }
            },
            Written::Fill { fill } => self.fill(pointer, fill),
        }
    }

    fn plain_all(&mut self, pointer: &str, lines: &[Written]) -> Vec<String> {
        lines
            .iter()
            .enumerate()
            .map(|(index, line)| self.plain(&join(pointer, &index.to_string()), line))
            .collect()
    }

    fn fill(&mut self, pointer: &str, hint: &str) -> String {
        let hint = self.plain(&join(pointer, "fill"), &Written::Text(hint.to_owned()));
        let message = message!("chỗ này còn phải điền: {hint}", "this is still to be filled in: {hint}");
        if self.fills.len() >= MAX_FINDINGS {
            return format!("[{hint}]");
        }
        self.fills.push(Diagnostic {
            hint: Some(message!("thay {{\"fill\": …}} bằng chữ", "put text in the place of {{\"fill\": …}}")),
            ..Diagnostic::error("E-FILL", pointer, message)
        });
        format!("[{hint}]")
    }

    /// Notes characters of `text` (as normalised from `written`) that the font can't print.
    fn coverage(&mut self, pointer: &str, written: &str, text: &str) {
        if self.findings.len() >= MAX_FINDINGS {
            return;
        }
        let mut missing: Vec<char> = text
            .chars()
            .filter(|character| {
                Style::ALL.iter().any(|style| self.measure.advance(*character, *style).is_none())
            })
            .collect();
        missing.sort_unstable();
        missing.dedup();
        for character in missing {
            let code = u32::from(character);
            let at = written.chars().position(|c| c == character);
            let message = message!(
                "phông chữ không có ký tự \"{character}\" (U+{code:04X})",
                "the font lacks the character \"{character}\" (U+{code:04X})"
            );
            self.findings.push(Diagnostic {
                position: at.and_then(|at| self.places.position_in_string(pointer, at)),
                hint: Some(message!(
                    "thay ký tự khác, hoặc dùng --font-dir với phông chữ có ký tự này",
                    "use another character, or --font-dir with a font that has it"
                )),
                ..Diagnostic::error("E-FONT-COVERAGE", pointer, message)
            });
        }
    }

    fn faults(&mut self, pointer: &str, faults: &[Fault]) {
        for fault in faults.iter().take(MAX_FINDINGS.saturating_sub(self.findings.len())) {
            let (code, message, hint) = describe(fault.kind);
            self.findings.push(Diagnostic {
                position: self.places.position_in_string(pointer, fault.at),
                hint,
                ..Diagnostic::error(code, pointer, message)
            });
        }
    }

    fn error(&mut self, code: &'static str, pointer: &str, message: Message, hint: Option<Message>) {
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(Diagnostic { hint, ..Diagnostic::error(code, pointer, message) });
        }
    }
}

fn describe(fault: FaultKind) -> (&'static str, Message, Option<Message>) {
    match fault {
        FaultKind::Control(character) => {
            let code = u32::from(character);
            (
                "E-TEXT-CONTROL",
                message!(
                    "ký tự điều khiển U+{code:04X} không in được",
                    "the control character U+{code:04X} can't be printed"
                ),
                Some(message!("xuống dòng thì viết thành khối mới", "a new line is a new block")),
            )
        }
        FaultKind::Invisible(character) => {
            let code = u32::from(character);
            (
                "E-TEXT-INVISIBLE",
                message!(
                    "ký tự vô hình hoặc đảo chiều chữ U+{code:04X} không được dùng",
                    "the character U+{code:04X} is invisible or turns the reading direction"
                ),
                Some(message!("xóa ký tự này", "delete it")),
            )
        }
        FaultKind::Marks => (
            "E-TEXT-MARKS",
            message!("quá nhiều dấu chồng lên một chữ", "too many marks on one letter"),
            None,
        ),
        FaultKind::Unclosed(mark) => (
            "E-TEXT-EMPHASIS",
            message!("dấu {mark} mở ở đây mà không đóng", "{mark} opens here and nothing closes it"),
            Some(message!("muốn in dấu sao thì viết \\\\*", "a printed star is written \\\\*")),
        ),
    }
}
