//! What the decree and the page ask of a document whose JSON is sound.

use super::model::{Block, Document, Table, Text};
use super::source::join;
use crate::diagnostic::{Diagnostic, MAX_FINDINGS};
use crate::fonts::{Measure, Style};
use crate::lang::Message;
use crate::message;

/// Points in a millimetre.
const MM: f64 = 72.0 / 25.4;
/// Width of the text (A4, margins 30 and 20 mm), in points.
const LINE: f64 = 160.0 * MM;
/// Indent of a paragraph's first line, in points.
const INDENT: f64 = 12.7 * MM;
/// Widths of the two columns of the letterhead, in points.
const LEFT_HEAD: f64 = 60.0 * MM;
const RIGHT_HEAD: f64 = 100.0 * MM;
/// Space on both sides of a cell's text together, in points.
const CELL_INSET: f64 = 3.8 * MM;
/// Sizes of text in the body and in tables, in points.
const BODY: f64 = 14.0;
const TABLE: f64 = 13.0;

/// The highest number: what the line of number and notation is measured for.
const MAX_NUMBER: u32 = 99_999;

/// Appends what is wrong with `document`, or deserves a look, to `findings`.
pub(super) fn check(document: &Document, measure: &Measure<'_>, findings: &mut Vec<Diagnostic>) {
    let mut rules = Rules { measure, findings };
    rules.header(document);
    rules.title(document);
    rules.body(&document.body);
    rules.foot(document);
}

struct Rules<'a> {
    measure: &'a Measure<'a>,
    findings: &'a mut Vec<Diagnostic>,
}

impl Rules<'_> {
    fn header(&mut self, document: &Document) {
        let header = &document.header;
        if header.agency.iter().all(|line| line.trim().is_empty()) {
            self.error(
                "E-AGENCY-EMPTY",
                "/header/agency",
                message!("thiếu tên cơ quan ban hành", "the issuing agency's name is missing"),
                None,
                Some("NĐ 30/2020, Phụ lục I, II.2"),
            );
        }
        for (key, lines) in [("superior", &header.superior), ("agency", &header.agency)] {
            for (index, line) in lines.iter().enumerate() {
                self.words(&format!("/header/{key}/{index}"), line, LEFT_HEAD, 13.0);
            }
        }
        if header.number.is_some_and(|number| !(1..=MAX_NUMBER).contains(&number)) {
            self.error(
                "E-NUMBER",
                "/header/number",
                message!("số văn bản phải từ 1 đến {MAX_NUMBER}", "a number is 1 to {MAX_NUMBER}"),
                None,
                Some("NĐ 30/2020, Phụ lục I, II.3"),
            );
        }
        self.notation(document);
        let number = format!("Số: 99999/{}", header.notation);
        if self.width_in(&number, Style::Regular, 13.0) > LEFT_HEAD {
            self.error(
                "E-NOTATION-LONG",
                "/header/notation",
                message!(
                    "ký hiệu quá dài, không đứng được trên một dòng",
                    "the notation is too long for its line"
                ),
                None,
                Some("NĐ 30/2020, Phụ lục I, II.3"),
            );
        }
        if header.place.trim().is_empty() {
            self.error(
                "E-PLACE-EMPTY",
                "/header/place",
                message!("thiếu địa danh", "the place is missing"),
                None,
                Some("NĐ 30/2020, Phụ lục I, II.4"),
            );
        }
        let date = format!("{}, ngày 00 tháng 00 năm 0000", header.place);
        if self.width_in(&date, Style::Italic, 13.0) > RIGHT_HEAD {
            self.error(
                "E-PLACE-LONG",
                "/header/place",
                message!(
                    "địa danh quá dài, dòng địa danh và ngày tháng không đứng được trên một dòng",
                    "the place is too long: place and date must stand on one line"
                ),
                None,
                Some("NĐ 30/2020, Phụ lục I, II.4"),
            );
        }
    }

    fn notation(&mut self, document: &Document) {
        const ARTICLE: Option<&str> = Some("NĐ 30/2020, Phụ lục I, II.3; Phụ lục III, I");
        let notation = document.header.notation.as_str();
        let pointer = "/header/notation";
        if notation.chars().any(char::is_whitespace) {
            self.error(
                "E-NOTATION-SPACE",
                pointer,
                message!("ký hiệu không có dấu cách", "a notation has no spaces"),
                None,
                ARTICLE,
            );
            return;
        }
        let abbreviation = document.kind.abbreviation();
        let rest = notation.strip_prefix(abbreviation).and_then(|rest| rest.strip_prefix('-'));
        let Some(rest) = rest else {
            let name = document.kind.name();
            self.error(
                "E-NOTATION-KIND",
                pointer,
                message!(
                    "ký hiệu của {name} phải bắt đầu bằng \"{abbreviation}-\"",
                    "the notation of this kind begins with \"{abbreviation}-\""
                ),
                Some(message!("ví dụ {abbreviation}-UBND", "such as {abbreviation}-UBND")),
                ARTICLE,
            );
            return;
        };
        let sound = |group: &str| {
            !group.is_empty() && group.chars().all(|c| c.is_alphanumeric() && !c.is_lowercase() || c == '&')
        };
        if !rest.split('-').all(sound) {
            self.error("E-NOTATION-FORM", pointer, message!(
                "sau \"{abbreviation}-\" là chữ viết tắt tên cơ quan, viết hoa, các nhóm nối bằng \"-\"",
                "after \"{abbreviation}-\" stands the agency's abbreviation: capitals, groups joined by \"-\""
            ), None, ARTICLE);
        }
    }

    fn title(&mut self, document: &Document) {
        let subject = document.subject.plain();
        if subject.trim().is_empty() {
            self.error(
                "E-SUBJECT-EMPTY",
                "/subject",
                message!("thiếu trích yếu nội dung", "the subject is missing"),
                None,
                Some("NĐ 30/2020, Phụ lục I, II.5"),
            );
        }
        if subject.trim_end().ends_with('.') {
            self.warning(
                "W-SUBJECT-STOP",
                "/subject",
                message!("trích yếu không có dấu chấm cuối", "a subject has no final full stop"),
                Some("NĐ 30/2020, Phụ lục I, II.5"),
            );
        }
        self.words("/subject", &subject, LINE - INDENT, BODY);
        for (index, addressee) in document.addressees.iter().enumerate() {
            let pointer = format!("/addressees/{index}");
            self.not_empty(&pointer, &addressee.plain());
            // «Kính gửi:» stands 35 mm from the margin, its list another 10 mm.
            self.words(&pointer, &addressee.plain(), LINE - 50.0 * MM, BODY);
        }
    }

    fn body(&mut self, body: &[Block]) {
        if body.is_empty() {
            self.error(
                "E-BODY-EMPTY",
                "/body",
                message!("văn bản không có nội dung", "the document has no content"),
                None,
                None,
            );
        }
        let mut level = 0;
        for (index, block) in body.iter().enumerate() {
            let pointer = format!("/body/{index}");
            match block {
                Block::Paragraph { text } | Block::Item { text, .. } => {
                    let pointer = join(&pointer, "text");
                    self.not_empty(&pointer, &text.plain());
                    self.words(&pointer, &text.plain(), LINE - INDENT, BODY);
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
                    self.words(&join(&pointer, "number"), number, LINE - INDENT, BODY);
                    let pointer = join(&pointer, "text");
                    self.not_empty(&pointer, &text.plain());
                    self.words(&pointer, &text.plain(), LINE - INDENT, BODY);
                }
                Block::Table(table) => self.table(&pointer, table),
            }
        }
        let ends = match body.last() {
            Some(Block::Paragraph { text } | Block::Item { text, .. } | Block::Heading { text, .. }) => {
                text.plain().trim_end().ends_with("./.")
            }
            Some(Block::Table(_)) | None => body.is_empty(),
        };
        if !ends {
            let last = body.len().saturating_sub(1);
            self.warning(
                "W-TERMINATOR",
                &format!("/body/{last}"),
                message!("nội dung văn bản kết thúc bằng \"./.\"", "the content ends with \"./.\""),
                Some("NĐ 30/2020, Phụ lục III"),
            );
        }
    }

    /// A table must be able to stand on the page with its longest words whole.
    fn table(&mut self, pointer: &str, table: &Table) {
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
        if total > LINE + 0.01 {
            let over = ((total - LINE) / MM).ceil();
            self.error(
                "E-TABLE-WIDE",
                pointer,
                message!(
                    "bảng rộng quá trang {over} mm, tính theo những chữ dài nhất và độ rộng cột đã cho",
                    "the table is {over} mm too wide for the page, by its longest words and the widths given"
                ),
                Some(message!(
                    "bớt cột, tách chữ dài, hoặc bỏ \"width\"",
                    "use fewer columns, shorter words, or no \"width\""
                )),
                None,
            );
        }
    }

    /// The narrowest column that `text` can stand in, in points.
    fn least(&self, text: &Text) -> f64 {
        self.widest_word(&text.plain(), TABLE).1 + CELL_INSET
    }

    fn foot(&mut self, document: &Document) {
        const RECIPIENTS: Option<&str> = Some("NĐ 30/2020, Phụ lục I, II.9");
        let recipients = &document.recipients;
        let first = recipients.items.first().map(String::as_str);
        if !document.addressees.is_empty() && first != Some("Như trên") {
            self.warning(
                "W-RECIPIENTS-ABOVE",
                "/recipients/items",
                message!(
                    "văn bản có \"Kính gửi\" thì dòng nơi nhận đầu tiên là \"Như trên\"",
                    "with addressees, the first recipient is \"Như trên\""
                ),
                RECIPIENTS,
            );
        }
        for (index, item) in recipients.items.iter().enumerate() {
            let pointer = format!("/recipients/items/{index}");
            self.not_empty(&pointer, item);
            self.bare(&pointer, item);
            self.words(&pointer, item, 55.0 * MM, 11.0);
        }
        self.bare("/recipients/archive", &recipients.archive);
        self.words("/recipients/archive", &recipients.archive, 50.0 * MM, 11.0);
        if recipients.archive.trim().is_empty() || recipients.archive.starts_with("Lưu") {
            self.error(
                "E-RECIPIENTS-ARCHIVE",
                "/recipients/archive",
                message!(
                    "viết nơi lưu mà không viết \"Lưu:\", ví dụ \"VT, NV\"",
                    "write who keeps the copy without \"Lưu:\", such as \"VT, NV\""
                ),
                None,
                RECIPIENTS,
            );
        }
        for (index, line) in document.signature.authority.iter().enumerate() {
            let pointer = format!("/signature/authority/{index}");
            let known =
                ["TM. ", "KT. ", "TL. ", "TUQ. ", "Q. "].iter().any(|prefix| line.starts_with(prefix));
            if !known {
                self.error(
                    "E-AUTHORITY",
                    &pointer,
                    message!(
                        "dòng quyền hạn phải bắt đầu bằng TM., KT., TL., TUQ. hoặc Q. và một dấu cách",
                        "an authority line begins with TM., KT., TL., TUQ. or Q. and a space"
                    ),
                    None,
                    Some("NĐ 30/2020, Phụ lục I, II.7"),
                );
            }
            self.words(&pointer, line, 95.0 * MM, BODY);
        }
        for (key, value) in [("position", &document.signature.position), ("name", &document.signature.name)] {
            let pointer = format!("/signature/{key}");
            self.not_empty(&pointer, value);
            self.words(&pointer, value, 95.0 * MM, BODY);
        }
        let titled = ["GS.", "PGS.", "TS.", "ThS.", "BS.", "Ông ", "Bà "]
            .iter()
            .any(|title| document.signature.name.starts_with(title));
        if titled {
            self.warning(
                "W-NAME-TITLE",
                "/signature/name",
                message!(
                    "trước họ tên người ký không ghi học hàm, học vị hay danh xưng",
                    "no degree or title stands before the signer's name"
                ),
                Some("NĐ 30/2020, Phụ lục I, II.7"),
            );
        }
    }

    /// Dash and final punctuation of a recipient are printed by the layout.
    fn bare(&mut self, pointer: &str, item: &str) {
        if item.starts_with('-') || item.ends_with([';', '.', ',']) {
            self.error(
                "E-RECIPIENTS-PUNCTUATION",
                pointer,
                message!(
                    "không viết gạch đầu dòng và dấu cuối: chương trình tự in",
                    "no dash and no final punctuation: they are printed for you"
                ),
                None,
                Some("NĐ 30/2020, Phụ lục I, II.9"),
            );
        }
    }

    fn not_empty(&mut self, pointer: &str, text: &str) {
        if text.trim().is_empty() {
            self.error("E-TEXT-EMPTY", pointer, message!("không có chữ nào", "there is no text"), None, None);
        }
    }

    /// Refuses words that can't be broken and are wider than `room` points at `size` points.
    fn words(&mut self, pointer: &str, text: &str, room: f64, size: f64) {
        let (word, width) = self.widest_word(text, size);
        if width > room {
            let (start, length) = (word.chars().take(12).collect::<String>(), word.chars().count());
            self.error(
                "E-TEXT-WORD",
                pointer,
                message!(
                    "từ \"{start}…\" dài {length} ký tự, rộng hơn dòng",
                    "the word \"{start}…\" has {length} characters and is wider than the line"
                ),
                Some(message!("thêm dấu cách", "put a space in it")),
                None,
            );
        }
    }

    /// The widest piece of `text` that no line break can split, and its width in points.
    fn widest_word<'t>(&self, text: &'t str, size: f64) -> (&'t str, f64) {
        text.split(|c: char| c.is_whitespace() && c != '\u{A0}')
            .flat_map(|word| word.split_inclusive(['-', '–']))
            .map(|word| (word, self.width(word, size)))
            .fold(("", 0.0), |widest, word| if word.1 > widest.1 { word } else { widest })
    }

    /// The width of `text` in one style, in points.
    fn width_in(&self, text: &str, style: Style, size: f64) -> f64 {
        text.chars().filter_map(|character| self.measure.advance(character, style)).sum::<f64>() * size
    }

    /// The width of `text` in the widest style, in points.
    fn width(&self, text: &str, size: f64) -> f64 {
        let widest = |character| {
            Style::ALL.iter().filter_map(|style| self.measure.advance(character, *style)).fold(0.0, f64::max)
        };
        text.chars().map(widest).sum::<f64>() * size
    }

    fn error(
        &mut self,
        code: &'static str,
        pointer: &str,
        message: Message,
        hint: Option<Message>,
        article: Option<&'static str>,
    ) {
        // Warnings fill half of the room at the most, so that an error always finds some.
        if self.findings.len() < 2 * MAX_FINDINGS {
            self.findings.push(Diagnostic { hint, article, ..Diagnostic::error(code, pointer, message) });
        }
    }

    fn warning(
        &mut self,
        code: &'static str,
        pointer: &str,
        message: Message,
        article: Option<&'static str>,
    ) {
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(Diagnostic { article, ..Diagnostic::warning(code, pointer, message) });
        }
    }
}
