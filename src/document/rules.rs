//! What the decree and the page ask of a document whose JSON is sound.

mod content;
mod foot;

use std::borrow::Cow;

use time::Date;

use super::kind::{IssuerPlace, Presence};
use super::limits::{MAX_LABEL, MAX_LINES, MAX_NAMES, MAX_NUMBER};
use super::model::{Block, Document, Text};
use super::profile::{MM, Profile, Sizes};
use crate::diagnostic::{Diagnostic, MAX_FINDINGS};
use crate::fonts::{Measure, Style};
use crate::lang::Message;
use crate::message;

/// Space on both sides of a cell's text together, in points.
const CELL_INSET: f64 = 3.8 * MM;

/// Official signatures are not used for state secrets.
pub(super) fn state_secret(pointer: &str) -> Diagnostic {
    let message = message!(
        "văn bản mật (MẬT, TỐI MẬT, TUYỆT MẬT) không được soạn, ký và gửi bằng chương trình này",
        "state secrets (MẬT, TỐI MẬT, TUYỆT MẬT) are not drafted, signed or sent with this program"
    );
    Diagnostic {
        article: Some(Cow::Borrowed("Luật Bảo vệ bí mật nhà nước; NĐ 30/2020, Phụ lục I, III.2.a")),
        ..Diagnostic::error("E-SECRET", pointer, message)
    }
}

/// Appends what is wrong with `document`, or deserves a look, to `findings`.
pub(super) fn check(
    document: &Document,
    measure: &Measure<'_>,
    today: Option<Date>,
    findings: &mut Vec<Diagnostic>,
) {
    let profile = document.profile;
    let room = Room {
        line: profile.page.line(false) * MM,
        landscape: profile.page.line(true) * MM,
        indent: document.style.indent * MM,
    };
    let sizes = profile.sizes(document.style.size);
    let mut rules = Rules { measure, findings, profile, sizes, room };
    rules.lists(document);
    rules.choices(document);
    rules.header(document);
    if let (Some(date), Some(today)) = (document.header.date, today) {
        rules.day(date, today);
    }
    rules.title(document);
    rules.content(document);
    rules.appendices(document);
    rules.foot(document);
}

struct Rules<'a> {
    measure: &'a Measure<'a>,
    findings: &'a mut Vec<Diagnostic>,
    profile: &'static Profile,
    sizes: &'static Sizes,
    room: Room,
}

/// Lengths of the page, in points.
#[derive(Clone, Copy)]
struct Room {
    line: f64,
    landscape: f64,
    indent: f64,
}

impl Rules<'_> {
    /// Lists that no document fills, and no page holds.
    fn lists(&mut self, document: &Document) {
        let (header, recipients) = (&document.header, &document.recipients);
        for (pointer, length, limit) in [
            ("/header/superior", header.superior.len(), MAX_LINES),
            ("/header/agency", header.agency.len(), MAX_LINES),
            ("/bases", document.bases.len(), MAX_NAMES),
            ("/addressees", document.addressees.len(), MAX_NAMES),
            ("/recipients/items", recipients.items.len(), MAX_NAMES),
            ("/signature/authority", document.signature.authority.len(), MAX_LINES),
            (
                "/cosignature/authority",
                document.cosignature.as_ref().map_or(0, |other| other.authority.len()),
                MAX_LINES,
            ),
            ("/contact", document.contact.len(), MAX_LINES),
        ] {
            if length > limit {
                self.error(
                    "E-LIST-LONG",
                    pointer,
                    message!(
                        "quá nhiều: {length}, giới hạn {limit}",
                        "too many: {length}, the limit is {limit}"
                    ),
                    None,
                    None,
                );
            }
        }
    }

    /// What the decree leaves open, within its bounds (NĐ 30/2020, Phụ lục I, II.6.e).
    fn choices(&mut self, document: &Document) {
        const ARTICLE: Option<&str> = Some("NĐ 30/2020, Phụ lục I, II.6.e");
        let (style, rules) = (&document.style, &self.profile.style);
        let within = |value: f64, [least, most]: [f64; 2]| (least..=most).contains(&value);
        let size = rules.sizes.contains(&style.size);
        let indent = rules.indents.iter().any(|indent| (indent - style.indent).abs() < 1e-9);
        let spacing = within(style.spacing, rules.spacing_bounds);
        let leading = within(style.leading, rules.leading_bounds);
        let ([low, high], [single, wide]) = (rules.spacing_bounds, rules.leading_bounds);
        for (sound, code, key, message) in [
            (
                size,
                "E-SIZE-RANGE",
                "size",
                message!("cỡ chữ nội dung là 13 hoặc 14", "body text is set in 13 or 14 pt"),
            ),
            (
                indent,
                "E-BODY-INDENT",
                "indent",
                message!("dòng đầu thụt vào 10 hoặc 12,7 mm", "first lines are indented by 10 or 12.7 mm"),
            ),
            (
                spacing,
                "E-BODY-GAP",
                "spacing",
                message!(
                    "khoảng cách giữa các đoạn từ {low} đến {high} pt",
                    "paragraphs are {low} to {high} pt apart"
                ),
            ),
            (
                leading,
                "E-BODY-LEADING",
                "leading",
                message!("giãn dòng từ {single} đến {wide}", "line spacing is {single} to {wide}"),
            ),
        ] {
            if !sound {
                self.error(code, &format!("/style/{key}"), message, None, ARTICLE);
            }
        }
    }

    fn header(&mut self, document: &Document) {
        let [agency_column, state_column] = self.profile.columns.letterhead.map(|width| width * MM);
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
                let pointer = format!("/header/{key}/{index}");
                self.words(&pointer, line, agency_column, self.sizes.agency);
                self.short(&pointer, line);
                if line.chars().any(char::is_lowercase) {
                    self.fixed(
                        "W-AGENCY-CAPITALS",
                        &pointer,
                        message!("tên cơ quan viết bằng chữ in hoa", "the agency's name stands in capitals"),
                        Some("NĐ 30/2020, Phụ lục I, II.2"),
                        Some(line.to_uppercase()),
                    );
                }
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
        let number = format!("{} 99999/{}", self.profile.labels.number, header.notation);
        if self.width_in(&number, Style::Regular, self.sizes.number) > agency_column {
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
        if self.width_in(&date, Style::Italic, 13.0) > state_column {
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
            let bare = notation.split_whitespace().collect::<String>();
            self.fixed(
                "E-NOTATION-SPACE",
                pointer,
                message!("ký hiệu không có dấu cách", "a notation has no spaces"),
                ARTICLE,
                Some(bare),
            );
            return;
        }
        let sound = |group: &str| {
            !group.is_empty() && group.chars().all(|c| c.is_alphanumeric() && !c.is_lowercase() || c == '&')
        };
        let Some(abbreviation) = document.kind.abbreviation.as_deref() else {
            // A letter has no kind in its notation: the agency, then the unit that drafted it.
            let groups: Vec<&str> = notation.split('-').collect();
            let known = |group: &&str| {
                document.profile.kinds.iter().any(|kind| kind.abbreviation.as_deref() == Some(group))
            };
            if groups.len() < 2
                || !groups.iter().all(|group| sound(group))
                || groups.first().is_some_and(known)
            {
                let name = &document.kind.name;
                self.error(
                    "E-NOTATION-FORM",
                    pointer,
                    message!(
                        "ký hiệu của {name} là chữ viết tắt tên cơ quan và đơn vị soạn thảo, viết hoa, nối bằng \"-\"",
                        "the notation of this kind is the agency's abbreviation and the drafting unit's, capitals, joined by \"-\""
                    ),
                    Some(message!("ví dụ UBND-VX", "such as UBND-VX")),
                    ARTICLE,
                );
            }
            return;
        };
        let rest = notation.strip_prefix(abbreviation).and_then(|rest| rest.strip_prefix('-'));
        let Some(rest) = rest else {
            let name = &document.kind.name;
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
        if !rest.split('-').all(sound) {
            self.error("E-NOTATION-FORM", pointer, message!(
                "sau \"{abbreviation}-\" là chữ viết tắt tên cơ quan, viết hoa, các nhóm nối bằng \"-\"",
                "after \"{abbreviation}-\" stands the agency's abbreviation: capitals, groups joined by \"-\""
            ), None, ARTICLE);
        }
    }

    fn title(&mut self, document: &Document) {
        const ARTICLE: Option<&str> = Some("NĐ 30/2020, Phụ lục I, II.5");
        let subject = document.subject.plain();
        if subject.trim().is_empty() {
            self.error(
                "E-SUBJECT-EMPTY",
                "/subject",
                message!("thiếu trích yếu nội dung", "the subject is missing"),
                None,
                ARTICLE,
            );
        }
        let bare = subject.trim_end();
        if bare.ends_with('.') && !bare.ends_with("..") {
            let written = super::text::write(&document.subject);
            self.fixed(
                "W-SUBJECT-STOP",
                "/subject",
                message!("trích yếu không có dấu chấm cuối", "a subject has no final full stop"),
                ARTICLE,
                written.trim_end().strip_suffix('.').map(str::to_owned),
            );
        }
        let about = format!("{} ", self.profile.labels.subject);
        if !document.kind.form.title && subject.starts_with(&about) {
            let written = super::text::write(&document.subject);
            self.fixed(
                "E-SUBJECT-ABOUT",
                "/subject",
                message!("không viết \"V/v\": chương trình tự in", "no \"V/v\": it is printed for you"),
                ARTICLE,
                written.strip_prefix(&about).map(str::to_owned),
            );
        }
        let narrow = self.profile.columns.letterhead.first().copied().unwrap_or_default() * MM;
        let room = if document.kind.form.title { self.room.line - self.room.indent } else { narrow };
        self.words("/subject", &subject, room, self.sizes.title);
        self.label("/subject", &document.subject);
        self.secret("/subject", &subject);
        self.issuer(document);
        self.addressees(document);
    }

    fn issuer(&mut self, document: &Document) {
        let empty = document.issuer.as_deref().is_none_or(|issuer| issuer.trim().is_empty());
        if empty && document.kind.form.issuer != IssuerPlace::None {
            let name = &document.kind.name;
            self.error(
                "E-ISSUER",
                "/issuer",
                message!("{name} phải ghi thẩm quyền ban hành", "this kind names its issuing authority"),
                Some(message!(
                    "thêm \"issuer\", ví dụ \"Chủ tịch Ủy ban nhân dân xã Hòa An\"",
                    "add \"issuer\", such as \"Chủ tịch Ủy ban nhân dân xã Hòa An\""
                )),
                Some("NĐ 30/2020, Phụ lục III"),
            );
        } else if empty && !document.appendices.is_empty() {
            self.error(
                "E-ISSUER",
                "/issuer",
                message!(
                    "phụ lục ghi \"Kèm theo … của …\": cần tên cơ quan viết thường",
                    "appendices say whose document they belong to: the agency's name in sentence case is needed"
                ),
                Some(message!(
                    "thêm \"issuer\", ví dụ \"Ủy ban nhân dân xã Hòa An\"",
                    "add \"issuer\", such as \"Ủy ban nhân dân xã Hòa An\""
                )),
                Some("NĐ 30/2020, Phụ lục I, III.1.b"),
            );
        }
        if let Some(issuer) = &document.issuer {
            self.short("/issuer", issuer);
            self.words("/issuer", &issuer.to_uppercase(), self.room.line, self.sizes.body);
        }
        for (index, base) in document.bases.iter().enumerate() {
            let pointer = format!("/bases/{index}");
            let plain = base.plain();
            self.not_empty(&pointer, &plain);
            self.words(&pointer, &plain, self.room.line - self.room.indent, self.sizes.body);
            if plain.trim_end().ends_with([';', '.']) {
                let written = super::text::write(base);
                self.fixed(
                    "E-BASES-PUNCTUATION",
                    &pointer,
                    message!(
                        "không viết dấu cuối căn cứ: chương trình tự in",
                        "no final punctuation: it is printed for you"
                    ),
                    Some("NĐ 30/2020, Phụ lục I, II.6.a"),
                    Some(written.trim_end().trim_end_matches([';', '.']).to_owned()),
                );
            }
        }
        if document.bases.is_empty() && document.kind.form.enacts.is_some() {
            self.warning(
                "W-BASES-NONE",
                "/bases",
                message!("văn bản này phải có căn cứ ban hành", "this kind states its legal bases"),
                Some("NĐ 30/2020, Phụ lục I, II.6.a"),
            );
        }
    }

    fn addressees(&mut self, document: &Document) {
        const ARTICLE: Option<&str> = Some("NĐ 30/2020, Phụ lục I, II.9.a");
        let (form, name) = (&document.kind.form, &document.kind.name);
        match (form.addressees, document.addressees.is_empty()) {
            (Presence::Required, true) => self.error(
                "E-ADDRESSEES-REQUIRED",
                "/addressees",
                message!("{name} phải ghi nơi nhận chính", "this kind names its addressees"),
                None,
                ARTICLE,
            ),
            (Presence::None, false) => self.error(
                "E-ADDRESSEES-NONE",
                "/addressees",
                message!("{name} không có \"Kính gửi\"", "this kind has no addressees"),
                Some(message!("ghi vào recipients.items", "put them into recipients.items")),
                ARTICLE,
            ),
            _ => {}
        }
        for (index, addressee) in document.addressees.iter().enumerate() {
            let pointer = format!("/addressees/{index}");
            self.not_empty(&pointer, &addressee.plain());
            // «Kính gửi:» stands 35 mm from the margin, its list another 10 mm.
            self.words(&pointer, &addressee.plain(), self.room.line - 50.0 * MM, self.sizes.body);
        }
    }

    fn content(&mut self, document: &Document) {
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
                message!("nội dung văn bản kết thúc bằng \"./.\"", "the content ends with \"./.\""),
                Some("NĐ 30/2020, Phụ lục III"),
            );
        }
    }

    /// A document is dated on the day on which it is issued.
    fn day(&mut self, date: Date, today: Date) {
        if date > today {
            self.warning(
                "W-DATE-FUTURE",
                "/header/date",
                message!("ngày ban hành {date} chưa đến", "the date {date} is still to come"),
                Some("NĐ 30/2020, Phụ lục I, II.4"),
            );
        }
    }

    /// A text that is nothing but a mark of secrecy.
    fn secret(&mut self, pointer: &str, text: &str) {
        let bare = text.trim_matches(|c: char| !c.is_alphabetic());
        if ["MẬT", "TỐI MẬT", "TUYỆT MẬT"].contains(&bare) {
            self.push(state_secret(pointer));
        }
    }

    fn not_empty(&mut self, pointer: &str, text: &str) {
        if text.trim().is_empty() {
            self.error("E-TEXT-EMPTY", pointer, message!("không có chữ nào", "there is no text"), None, None);
        }
    }

    /// What stands in the file's outline and metadata as well, with its footnotes.
    fn label(&mut self, pointer: &str, text: &Text) {
        self.notes(pointer, text);
        let notes = text.0.iter().filter_map(|run| run.note.as_ref()).map(Text::plain);
        let whole = std::iter::once(text.plain()).chain(notes).collect::<Vec<_>>().concat();
        self.short(pointer, &whole);
    }

    /// Refuses text that is too long for the file's outline or metadata.
    fn short(&mut self, pointer: &str, text: &str) {
        let length = text.chars().count();
        if length > MAX_LABEL {
            self.error(
                "E-TEXT-LONG",
                pointer,
                message!(
                    "dài {length} ký tự, giới hạn ở đây là {MAX_LABEL}",
                    "{length} characters; the limit here is {MAX_LABEL}"
                ),
                None,
                None,
            );
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
        let article = article.map(Cow::Borrowed);
        self.push(Diagnostic { hint, article, ..Diagnostic::error(code, pointer, message) });
    }

    fn push(&mut self, error: Diagnostic) {
        // Warnings fill half of the room at the most, so that an error always finds some.
        if self.findings.len() < 2 * MAX_FINDINGS {
            self.findings.push(error);
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
            let article = article.map(Cow::Borrowed);
            self.findings.push(Diagnostic { article, ..Diagnostic::warning(code, pointer, message) });
        }
    }

    /// A finding that its severity's letter tells, with the string that would mend it.
    fn fixed(
        &mut self,
        code: &'static str,
        pointer: &str,
        message: Message,
        article: Option<&'static str>,
        fix: Option<String>,
    ) {
        let before = self.findings.len();
        if code.starts_with('E') {
            self.error(code, pointer, message, None, article);
        } else {
            self.warning(code, pointer, message, article);
        }
        if let Some(finding) = self.findings.get_mut(before) {
            finding.fix = fix.filter(|fix| !fix.trim().is_empty());
        }
    }
}
