//! What stands between subject and signature, and in appendices: blocks that the line has room for.

use super::context::Rules;
use super::sequence::{Counts, Typed, TypedNumber, counted};
use crate::message;
use crate::model::{Appendix, Block, Content, Document, Figure, Provision, Table, Text};
use crate::profile::MM;
use crate::source::join;

impl Rules<'_> {
    pub(super) fn content(&mut self, document: &Document) {
        if document.body.is_empty() {
            self.error(
                "E-BODY-EMPTY",
                "/body",
                message!("văn bản không có nội dung", "the document has no content"),
                None,
                None,
            );
        }
        self.body("/body", &document.body, self.room.line);
        self.terminator("/body", &document.body);
        if matches!(document.body.last(), Some(Block::Landscape { .. })) {
            let last = document.body.len() - 1;
            self.warning(
                "W-FOOT-ALONE",
                &format!("/body/{last}"),
                message!(
                    "sau phần trang nằm ngang, chữ ký đứng một mình trên trang mới",
                    "after pages on their side, the signature stands alone on a new page"
                ),
                None,
            );
        }
    }

    fn terminator(&mut self, pointer: &str, body: &[Block]) {
        let terminator = &self.profile.labels.terminator;
        let ends = match body.last() {
            Some(block) => block.text().is_some_and(|text| text.plain().trim_end().ends_with(terminator)),
            None => true,
        };
        if !ends {
            let last = body.len().saturating_sub(1);
            self.warning(
                "W-TERMINATOR",
                &format!("{pointer}/{last}"),
                message!(
                    "nội dung văn bản kết thúc bằng \"{terminator}\"",
                    "the content ends with \"{terminator}\""
                ),
                Some(&self.profile.articles.layouts),
            );
        }
    }

    /// Blocks that stand in `line` points.
    pub(super) fn body(&mut self, pointer: &str, body: &[Block], line: f64) {
        let (mut level, mut last) = (0, Counts::default());
        let mut typed = Typed::default();
        let room = line - self.room.indent;
        for (index, block) in body.iter().enumerate() {
            let pointer = join(pointer, &index.to_string());
            match block {
                Block::Paragraph { text } => {
                    self.typed(&join(&pointer, "text"), &text.plain(), &mut typed);
                    self.running(&join(&pointer, "text"), text, room);
                }
                Block::Point { text, .. } => self.running(&join(&pointer, "text"), text, room),
                Block::Item { text, level, marker } => {
                    if *level == 1 {
                        let whole = format!("{marker} {}", text.plain());
                        self.typed(&join(&pointer, "marker"), &whole, &mut typed);
                    }
                    let inset = f64::from(level.saturating_sub(1)) * self.room.indent;
                    self.running(&join(&pointer, "text"), text, room - inset);
                }
                Block::Heading { level: this, number, text } => {
                    if *this > level + 1 {
                        self.warning(
                            "W-HEADING-LEVEL",
                            &join(&pointer, "level"),
                            message!(
                                "đề mục cấp {this} đứng ngay sau cấp {level}",
                                "a heading of level {this} follows level {level}"
                            ),
                            None,
                        );
                    }
                    level = *this;
                    typed = Typed::default();
                    self.heading_number(&join(&pointer, "number"), *this, number, &mut last);
                    self.words(&join(&pointer, "number"), number, room, self.sizes.body);
                    self.running(&join(&pointer, "text"), text, room);
                    self.label(&join(&pointer, "text"), text);
                }
                Block::Division { title, .. } => {
                    let plain = title.plain().to_uppercase();
                    self.not_empty(&join(&pointer, "title"), &plain);
                    self.words(&join(&pointer, "title"), &plain, line, self.sizes.body);
                    self.label(&join(&pointer, "title"), title);
                    (level, last, typed) = (0, Counts::default(), Typed::default());
                }
                Block::Article(provision) | Block::Clause(provision) => {
                    self.provision(&pointer, provision, room);
                    (level, last, typed) = (0, Counts::default(), Typed::default());
                }
                Block::Table(table) => self.table(&pointer, table, line),
                Block::Figure(figure) => self.figure(&pointer, figure, line),
                Block::Landscape { body } => {
                    if body.is_empty() {
                        self.error(
                            "E-BODY-EMPTY",
                            &pointer,
                            message!("phần này không có nội dung", "there is nothing in it"),
                            None,
                            None,
                        );
                    }
                    self.body(&join(&pointer, "body"), body, self.room.landscape);
                }
            }
        }
    }

    /// A number that does not follow the one before it on its level.
    fn heading_number(&mut self, pointer: &str, level: u8, number: &str, counts: &mut Counts) {
        let bare = number.trim_end_matches('.');
        let at = usize::from(level.saturating_sub(1));
        let Some((roman, own)) = counted(bare.rsplit('.').next().unwrap_or_default()) else {
            counts.below(at + 1);
            return;
        };
        let before = counts.last(at, roman);
        let dotted = bare.contains('.');
        if own != before + 1 && (own != 1 || dotted) {
            let expected = if roman { crate::numbering::roman(before + 1) } else { (before + 1).to_string() };
            self.warning(
                "W-HEADING-SEQUENCE",
                pointer,
                message!(
                    "đề mục {number} không nối tiếp số trước (phải là {expected})",
                    "heading {number} does not follow the one before it ({expected} would)"
                ),
                Some(&self.profile.articles.numbering),
            );
        }
        counts.set(at, roman, own);
    }

    /// Numbers that stand in the text of paragraphs and items: they don't count by themselves.
    fn typed(&mut self, pointer: &str, text: &str, typed: &mut Typed) {
        let Some((mark, counter, own)) = typed.read(text, &self.profile.labels.article, &self.profile.points)
        else {
            return;
        };
        let before = typed.take(counter, own);
        if before > 0 && own != before + 1 && own != 1 {
            let expected = match counter {
                TypedNumber::Roman => crate::numbering::roman(before + 1),
                TypedNumber::Letter => self.profile.points.get(before).cloned().unwrap_or_default(),
                TypedNumber::Article | TypedNumber::Number => (before + 1).to_string(),
            };
            self.warning(
                "W-NUMBER-SEQUENCE",
                pointer,
                message!(
                    "số gõ trong đoạn \"{mark}\" không nối tiếp số trước (phải là {expected})",
                    "the number typed here, \"{mark}\", does not follow the one before it ({expected} would)"
                ),
                Some(&self.profile.articles.numbering),
            );
        }
    }

    fn running(&mut self, pointer: &str, text: &Text, room: f64) {
        let plain = text.plain();
        self.not_empty(pointer, &plain);
        self.words(pointer, &plain, room, self.sizes.body);
        self.secret(pointer, &plain);
        self.notes(pointer, text);
    }

    pub(super) fn notes(&mut self, pointer: &str, text: &Text) {
        for note in text.0.iter().filter_map(|run| run.note.as_ref()) {
            self.not_empty(pointer, &note.plain());
            self.words(pointer, &note.plain(), self.room.line - self.room.indent, self.sizes.footnote);
        }
    }

    fn provision(&mut self, pointer: &str, provision: &Provision, room: f64) {
        for (key, text) in [("title", &provision.title), ("text", &provision.text)] {
            if !text.0.is_empty() {
                self.running(&join(pointer, key), text, room);
            }
        }
        self.label(&join(pointer, "title"), &provision.title);
    }

    fn figure(&mut self, pointer: &str, figure: &Figure, line: f64) {
        self.short(&join(pointer, "alt"), &figure.alt);
        if figure.alt.trim().is_empty() {
            self.error(
                "E-FIGURE-ALT",
                &join(pointer, "alt"),
                message!(
                    "hình phải có mô tả cho người không nhìn thấy (alt)",
                    "a figure says what it shows, for readers that can't see it (alt)"
                ),
                None,
                None,
            );
        }
        if figure.width.is_some_and(|width| width * MM > line + 0.01) {
            let line = (line / MM).floor();
            self.error(
                "E-FIGURE-WIDTH",
                &join(pointer, "width"),
                message!("hình rộng hơn dòng ({line} mm)", "the figure is wider than the line ({line} mm)"),
                None,
                None,
            );
        }
        if let Some(caption) = &figure.caption {
            self.running(&join(pointer, "caption"), caption, line);
        }
    }

    /// A table must be able to stand in `line` points with its longest words whole.
    fn table(&mut self, pointer: &str, table: &Table, line: f64) {
        for text in table.rows.iter().flat_map(|row| row.cells.iter().map(|cell| &cell.text)) {
            self.notes(pointer, text);
        }
        for title in table.columns.iter().map(|column| &column.title).chain(&table.caption) {
            // A title is repeated on every page: which one would the footnote stand on?
            if title.0.iter().any(|run| run.note.is_some()) {
                self.error(
                    "E-TABLE-NOTE",
                    pointer,
                    message!(
                        "tiêu đề bảng và cột không có chú thích ^[…]",
                        "titles of tables and columns have no footnotes"
                    ),
                    None,
                    None,
                );
            }
        }
        if let Some(caption) = &table.caption {
            self.words(&join(pointer, "caption"), &caption.plain(), line, self.sizes.body);
        }
        let mut least: Vec<f64> = table
            .columns
            .iter()
            .map(|column| column.width.map_or_else(|| self.least(&column.title), |width| width * MM))
            .collect();
        for placed in table.placed() {
            let wanted = self.least(&placed.cell.text);
            let columns = least.iter_mut().zip(&table.columns).take(placed.columns.end);
            let mut columns: Vec<_> = columns.skip(placed.columns.start).collect();
            let present: f64 = columns.iter().map(|(least, _)| **least).sum();
            // A column of a given width can't grow.
            let last = columns.iter_mut().rfind(|(_, column)| column.width.is_none());
            if let (true, Some((least, _))) = (wanted > present, last) {
                **least += wanted - present;
            }
        }
        let total: f64 = least.iter().sum();
        if total > line + 0.01 {
            let over = ((total - line) / MM).ceil();
            self.error(
                "E-TABLE-WIDE",
                pointer,
                message!(
                    "bảng rộng quá trang {over} mm, tính theo những chữ dài nhất và độ rộng cột đã cho",
                    "the table is {over} mm too wide for the page, by its longest words and the widths given"
                ),
                Some(message!(
                    "bớt cột, tách chữ dài, bỏ \"width\", hoặc đặt trong khối \"landscape\"",
                    "use fewer columns, shorter words, no \"width\", or a \"landscape\" block"
                )),
                None,
            );
        }
    }

    /// The narrowest column that `text` can stand in, in points.
    fn least(&self, text: &Text) -> f64 {
        self.widest_word(&text.plain(), self.sizes.table).1 + 2.0 * self.profile.columns.cell * MM
    }

    pub(super) fn appendices(&mut self, document: &Document) {
        let several = document.appendices.iter().filter(|appendix| appendix.kind.is_none()).count() > 1;
        for (index, appendix) in document.appendices.iter().enumerate() {
            self.appendix(&format!("/appendices/{index}"), appendix, several);
        }
    }

    fn appendix(&mut self, pointer: &str, appendix: &Appendix, several: bool) {
        let article = Some(self.profile.articles.appendices.as_str());
        let title = appendix.title.plain();
        if title.trim().is_empty() {
            self.error(
                "E-APPENDIX-TITLE",
                pointer,
                message!("phụ lục phải có tiêu đề", "an appendix has a title"),
                None,
                article,
            );
        }
        self.words(&join(pointer, "title"), &title.to_uppercase(), self.room.line, self.sizes.appendix);
        self.label(&join(pointer, "title"), &appendix.title);
        let roman = appendix.number.chars().all(|c| "IVXLCDM".contains(c))
            && (!several || !appendix.number.is_empty());
        if appendix.kind.is_none() && !roman {
            self.error(
                "E-APPENDIX-ROMAN",
                &join(pointer, "number"),
                message!(
                    "số của phụ lục viết bằng chữ số La Mã",
                    "appendices are numbered with Roman numerals"
                ),
                None,
                article,
            );
        }
        if let Content::Body(body) = &appendix.content {
            let pointer = join(pointer, "body");
            if body.is_empty() {
                self.error(
                    "E-BODY-EMPTY",
                    &pointer,
                    message!("phụ lục không có nội dung", "the appendix has no content"),
                    None,
                    article,
                );
            }
            let line = if appendix.landscape { self.room.landscape } else { self.room.line };
            self.body(&pointer, body, line);
            // Tables and pictures end without a sign.
            if body.last().is_some_and(|block| block.text().is_some()) {
                self.terminator(&pointer, body);
            }
        }
    }
}
