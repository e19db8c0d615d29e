//! HTML within Markdown, as far as drafts have it: tables, paragraphs, line breaks, emphasis. Text of
//! elements that are not known stays; scripts, styles and comments are left out.

use super::pieces::{DraftCell, DraftPiece, TextBuilder};
use crate::model::Align;

/// The most columns and rows that a cell is taken to span.
const MAX_SPAN: usize = 64;

/// What a piece of HTML says.
#[derive(Debug, Default)]
pub(super) struct Fragment {
    pub(super) pieces: Vec<DraftPiece>,
    /// Words that nobody would see.
    pub(super) hidden: String,
}

/// A table that is still being read.
#[derive(Default)]
struct OpenTable {
    rows: Vec<Vec<DraftCell>>,
    in_cell: bool,
}

/// Reads a piece of HTML.
pub(super) fn fragment(html: &str) -> Fragment {
    let mut reader = Reader::default();
    let mut rest = html;
    while !rest.is_empty() {
        let Some(at) = rest.find('<') else {
            reader.text(rest);
            break;
        };
        let (before, tag) = rest.split_at(at);
        reader.text(before);
        if let Some(comment) = tag.strip_prefix("<!--") {
            let (inside, after) = comment.split_once("-->").unwrap_or((comment, ""));
            reader.hide(inside);
            rest = after;
            continue;
        }
        let named = tag
            .get(1..)
            .is_some_and(|tag| tag.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!'));
        let Some((inside, after)) = tag.get(1..).and_then(|tag| tag.split_once('>')).filter(|_| named) else {
            // A sign of comparison.
            reader.text("<");
            rest = tag.get(1..).unwrap_or_default();
            continue;
        };
        rest = after;
        let name = element(inside);
        if matches!(name.as_str(), "script" | "style") {
            let end = format!("</{name}");
            let stop = rest.to_ascii_lowercase().find(&end).unwrap_or(rest.len());
            let (inside, after) = rest.split_at(stop);
            reader.hide(inside);
            rest = after;
            continue;
        }
        reader.tag(&name, inside);
    }
    reader.finish()
}

/// Whether a tag's inside is a line break's.
pub(super) fn is_break(tag: &str) -> bool {
    let inside = tag.trim().trim_start_matches('<').trim_end_matches('>');
    element(inside) == "br"
}

fn element(inside: &str) -> String {
    let end = inside.find(|c: char| c.is_whitespace()).unwrap_or(inside.len());
    inside.get(..end).unwrap_or_default().trim_end_matches('/').to_ascii_lowercase()
}

#[derive(Default)]
struct Reader {
    found: Fragment,
    builder: TextBuilder,
    bold: usize,
    italic: usize,
    table: Option<OpenTable>,
}

impl Reader {
    fn hide(&mut self, words: &str) {
        self.found.hidden.push_str(words.trim());
        self.found.hidden.push(' ');
    }

    fn text(&mut self, text: &str) {
        // Breaks of the file are spaces here.
        let text = unescaped(&text.replace(['\n', '\r', '\t'], " "));
        self.builder.push(&text, self.bold > 0, self.italic > 0);
    }

    fn tag(&mut self, name: &str, inside: &str) {
        let opens = |state: &mut usize| *state += 1;
        let closes = |state: &mut usize| *state = state.saturating_sub(1);
        match name {
            "b" | "strong" => opens(&mut self.bold),
            "/b" | "/strong" => closes(&mut self.bold),
            "i" | "em" => opens(&mut self.italic),
            "/i" | "/em" => closes(&mut self.italic),
            "th" | "td" => {
                self.paragraph();
                let span = |key: &str| attribute(inside, key).and_then(|span| span.parse().ok()).unwrap_or(1);
                let table = self.table.get_or_insert_default();
                if table.rows.is_empty() {
                    table.rows.push(Vec::new());
                }
                let cell = DraftCell {
                    paragraphs: Vec::new(),
                    colspan: usize::clamp(span("colspan"), 1, MAX_SPAN),
                    rowspan: usize::clamp(span("rowspan"), 1, MAX_SPAN),
                };
                table.rows.last_mut().into_iter().for_each(|row| row.push(cell.clone()));
                table.in_cell = true;
                self.bold += usize::from(name == "th");
            }
            "/th" | "/td" => {
                self.paragraph();
                if name == "/th" {
                    closes(&mut self.bold);
                }
                if let Some(table) = &mut self.table {
                    table.in_cell = false;
                }
            }
            "tr" => {
                self.paragraph();
                self.table.get_or_insert_default().rows.push(Vec::new());
            }
            "/table" => self.end_table(),
            "br" => self.builder.push("\n", self.bold > 0, self.italic > 0),
            "p" | "/p" | "div" | "/div" | "li" | "/li" | "ul" | "/ul" | "ol" | "/ol" | "table"
            | "caption" | "/caption" | "/tr" | "center" | "/center" | "hr" | "h1" | "h2" | "h3" | "h4"
            | "h5" | "h6" | "/h1" | "/h2" | "/h3" | "/h4" | "/h5" | "/h6" => self.paragraph(),
            _ => {}
        }
    }

    fn paragraph(&mut self) {
        let text = self.builder.finish();
        if text.0.is_empty() {
            return;
        }
        let cell = self.table.as_mut().filter(|table| table.in_cell);
        match cell.and_then(|table| table.rows.last_mut()?.last_mut()) {
            Some(cell) => cell.paragraphs.push(text),
            None => self.found.pieces.push(DraftPiece::Paragraph(text)),
        }
    }

    fn end_table(&mut self) {
        self.paragraph();
        if let Some(OpenTable { mut rows, .. }) = self.table.take() {
            rows.retain(|row| !row.is_empty());
            let width = rows.iter().map(Vec::len).max().unwrap_or(0);
            if width > 0 {
                self.found.pieces.push(DraftPiece::Table { rows, aligns: vec![Align::Left; width] });
            }
        }
    }

    fn finish(mut self) -> Fragment {
        self.end_table();
        self.found
    }
}

fn attribute<'a>(inside: &'a str, key: &str) -> Option<&'a str> {
    let lower = inside.to_ascii_lowercase();
    let at = lower.find(&format!("{key}="))? + key.len() + 1;
    let value = inside.get(at..)?.trim_start_matches(['"', '\'']);
    value.split(['"', '\'', ' ', '/']).next()
}

/// The commonest character references as what they stand for.
fn unescaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, reference) = rest.split_at(at);
        shown.push_str(before);
        let end = reference.char_indices().take(12).find(|(_, c)| *c == ';').map(|(end, _)| end);
        let known = end.and_then(|end| character(reference.get(1..end)?).map(|c| (c, end)));
        match known {
            Some((c, end)) => {
                shown.push(c);
                rest = reference.get(end + 1..).unwrap_or_default();
            }
            None => {
                shown.push('&');
                rest = reference.get(1..).unwrap_or_default();
            }
        }
    }
    shown.push_str(rest);
    shown
}

fn character(name: &str) -> Option<char> {
    if let Some(code) = name.strip_prefix('#') {
        let code = match code.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => code.parse().ok()?,
        };
        return char::from_u32(code).filter(|c| !c.is_control());
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{A0}',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        "ldquo" => '“',
        "rdquo" => '”',
        "times" => '×',
        "deg" => '°',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_and_text_are_read_and_comments_told() {
        let html = "Trước <table><tr><th>A</th><th colspan=2>B&nbsp;&amp; c</th></tr><tr><td>1<br/>2</td><td><p>x</p><p>y</p>\
            </td><td>5 < 6</td></tr></table><!-- ẩn --><script>mã</script>sau";
        let Fragment { pieces, hidden } = fragment(html);
        let [DraftPiece::Paragraph(before), DraftPiece::Table { rows, .. }, DraftPiece::Paragraph(after)] =
            &pieces[..]
        else {
            panic!("{pieces:?}")
        };
        assert_eq!(
            (before.plain().as_str(), after.plain().as_str(), hidden.trim()),
            ("Trước", "sau", "ẩn mã")
        );
        let said = |row: usize| -> Vec<String> {
            let text = |cell: &DraftCell| {
                cell.paragraphs.iter().map(crate::model::Text::plain).collect::<Vec<_>>().join("|")
            };
            rows[row].iter().map(text).collect()
        };
        assert_eq!(said(0), ["A", "B & c"]);
        assert_eq!(said(1), ["1\n2", "x|y", "5 < 6"]);
        assert_eq!(rows[0][1].colspan, 2);
    }
}
