//! What the decree and the page ask of a document whose JSON is sound.

mod content;
mod foot;

use std::borrow::Cow;

use time::Date;

use super::kind::{IssuerPlace, Presence};
use super::limits::{MAX_LABEL, MAX_LINES, MAX_NAMES, MAX_NUMBER};
use super::model::{Block, Document, Text};
use super::profile::{MM, Profile, Sizes, either};
use crate::diagnostic::{Diagnostic, MAX_FINDINGS};
use crate::fonts::{Measure, Style};
use crate::lang::Message;
use crate::message;

/// Official signatures are not used for state secrets.
pub(super) fn state_secret(pointer: &str, profile: &Profile) -> Diagnostic {
    let marks = profile.secrecy.texts.join(", ");
    let message = message!(
        "văn bản mật ({marks}) không được soạn, ký và gửi bằng chương trình này",
        "state secrets ({marks}) are not drafted, signed or sent with this program"
    );
    let article = format!("{}; {}", profile.secrecy.law, profile.cite(&profile.articles.secrecy));
    Diagnostic { article: Some(Cow::Owned(article)), ..Diagnostic::error("E-SECRET", pointer, message) }
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

    /// What the decree leaves open, within its bounds.
    fn choices(&mut self, document: &Document) {
        let article = Some(self.profile.articles.style.as_str());
        let (style, rules) = (&document.style, &self.profile.style);
        let within = |value: f64, [least, most]: [f64; 2]| (least..=most).contains(&value);
        let size = rules.sizes.contains(&style.size);
        let indent = rules.indents.iter().any(|indent| (indent - style.indent).abs() < 1e-9);
        let spacing = within(style.spacing, rules.spacing_bounds);
        let leading = within(style.leading, rules.leading_bounds);
        let ([low, high], [single, wide]) = (rules.spacing_bounds, rules.leading_bounds);
        let sizes: Vec<String> = rules.sizes.iter().map(u8::to_string).collect();
        let (sizes_vi, sizes_en) = (either(&sizes, "hoặc"), either(&sizes, "or"));
        let indents: Vec<String> = rules.indents.iter().map(f64::to_string).collect();
        let indents_en = either(&indents, "or");
        let indents_vi = either(&indents, "hoặc").replace('.', ",");
        for (sound, code, key, message) in [
            (
                size,
                "E-SIZE-RANGE",
                "size",
                message!("cỡ chữ nội dung là {sizes_vi}", "body text is set in {sizes_en} pt"),
            ),
            (
                indent,
                "E-BODY-INDENT",
                "indent",
                message!("dòng đầu thụt vào {indents_vi} mm", "first lines are indented by {indents_en} mm"),
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
                self.error(code, &format!("/style/{key}"), message, None, article);
            }
        }
    }

    fn header(&mut self, document: &Document) {
        let [agency_column, state_column] = self.profile.columns.letterhead.map(|width| width * MM);
        let articles = &self.profile.articles;
        let header = &document.header;
        if header.agency.iter().all(|line| line.trim().is_empty()) {
            self.error(
                "E-AGENCY-EMPTY",
                "/header/agency",
                message!("thiếu tên cơ quan ban hành", "the issuing agency's name is missing"),
                None,
                Some(&articles.agency),
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
                        Some(&articles.agency),
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
                Some(&articles.number),
            );
        }
        self.notation(document);
        let number = format!("{} {MAX_NUMBER}/{}", self.profile.labels.number, header.notation);
        if self.width_in(&number, Style::Regular, self.sizes.number) > agency_column {
            self.error(
                "E-NOTATION-LONG",
                "/header/notation",
                message!(
                    "ký hiệu quá dài, không đứng được trên một dòng",
                    "the notation is too long for its line"
                ),
                None,
                Some(&articles.number),
            );
        }
        if header.place.trim().is_empty() {
            self.error(
                "E-PLACE-EMPTY",
                "/header/place",
                message!("thiếu địa danh", "the place is missing"),
                None,
                Some(&articles.place),
            );
        }
        let date = format!("{}, ngày 00 tháng 00 năm 0000", header.place);
        if self.width_in(&date, Style::Italic, self.sizes.date_least) > state_column {
            self.error(
                "E-PLACE-LONG",
                "/header/place",
                message!(
                    "địa danh quá dài, dòng địa danh và ngày tháng không đứng được trên một dòng",
                    "the place is too long: place and date must stand on one line"
                ),
                None,
                Some(&articles.place),
            );
        }
    }

    fn notation(&mut self, document: &Document) {
        let article = Some(self.profile.articles.notation.as_str());
        let notation = document.header.notation.as_str();
        let pointer = "/header/notation";
        if notation.chars().any(char::is_whitespace) {
            let bare = notation.split_whitespace().collect::<String>();
            self.fixed(
                "E-NOTATION-SPACE",
                pointer,
                message!("ký hiệu không có dấu cách", "a notation has no spaces"),
                article,
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
                    article,
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
                article,
            );
            return;
        };
        if !rest.split('-').all(sound) {
            self.error("E-NOTATION-FORM", pointer, message!(
                "sau \"{abbreviation}-\" là chữ viết tắt tên cơ quan, viết hoa, các nhóm nối bằng \"-\"",
                "after \"{abbreviation}-\" stands the agency's abbreviation: capitals, groups joined by \"-\""
            ), None, article);
        }
    }

    fn title(&mut self, document: &Document) {
        let article = Some(self.profile.articles.subject.as_str());
        let subject = document.subject.plain();
        if subject.trim().is_empty() {
            self.error(
                "E-SUBJECT-EMPTY",
                "/subject",
                message!("thiếu trích yếu nội dung", "the subject is missing"),
                None,
                article,
            );
        }
        let bare = subject.trim_end();
        if bare.ends_with('.') && !bare.ends_with("..") {
            let written = super::text::write(&document.subject);
            self.fixed(
                "W-SUBJECT-STOP",
                "/subject",
                message!("trích yếu không có dấu chấm cuối", "a subject has no final full stop"),
                article,
                written.trim_end().strip_suffix('.').map(str::to_owned),
            );
        }
        let word = &self.profile.labels.subject;
        let about = format!("{word} ");
        if !document.kind.form.title && subject.starts_with(&about) {
            let written = super::text::write(&document.subject);
            self.fixed(
                "E-SUBJECT-ABOUT",
                "/subject",
                message!("không viết \"{word}\": chương trình tự in", "no \"{word}\": it is printed for you"),
                article,
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
        let articles = &self.profile.articles;
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
                Some(&articles.layouts),
            );
        } else if empty && !document.appendices.is_empty() {
            let attached = &self.profile.labels.attached;
            self.error(
                "E-ISSUER",
                "/issuer",
                message!(
                    "phụ lục ghi \"{attached} … của …\": cần tên cơ quan viết thường",
                    "appendices say whose document they belong to: the agency's name in sentence case is needed"
                ),
                Some(message!(
                    "thêm \"issuer\", ví dụ \"Ủy ban nhân dân xã Hòa An\"",
                    "add \"issuer\", such as \"Ủy ban nhân dân xã Hòa An\""
                )),
                Some(&articles.appendix_reference),
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
                    Some(&articles.bases),
                    Some(written.trim_end().trim_end_matches([';', '.']).to_owned()),
                );
            }
        }
        if document.bases.is_empty() && document.kind.form.enacts.is_some() {
            self.warning(
                "W-BASES-NONE",
                "/bases",
                message!("văn bản này phải có căn cứ ban hành", "this kind states its legal bases"),
                Some(&articles.bases),
            );
        }
    }

    fn addressees(&mut self, document: &Document) {
        let article = Some(self.profile.articles.addressees.as_str());
        let words = self.profile.labels.addressees.trim_end_matches(':');
        let (form, name) = (&document.kind.form, &document.kind.name);
        match (form.addressees, document.addressees.is_empty()) {
            (Presence::Required, true) => self.error(
                "E-ADDRESSEES-REQUIRED",
                "/addressees",
                message!("{name} phải ghi nơi nhận chính", "this kind names its addressees"),
                None,
                article,
            ),
            (Presence::None, false) => self.error(
                "E-ADDRESSEES-NONE",
                "/addressees",
                message!("{name} không có \"{words}\"", "this kind has no addressees"),
                Some(message!("ghi vào recipients.items", "put them into recipients.items")),
                article,
            ),
            _ => {}
        }
        let before = self.profile.columns.addressees + self.profile.allowance.addressees;
        for (index, addressee) in document.addressees.iter().enumerate() {
            let pointer = format!("/addressees/{index}");
            self.not_empty(&pointer, &addressee.plain());
            self.words(&pointer, &addressee.plain(), self.room.line - before * MM, self.sizes.body);
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
                message!(
                    "nội dung văn bản kết thúc bằng \"{terminator}\"",
                    "the content ends with \"{terminator}\""
                ),
                Some(&self.profile.articles.layouts),
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
                Some(&self.profile.articles.place),
            );
        }
    }

    /// A text that is nothing but a mark of secrecy.
    fn secret(&mut self, pointer: &str, text: &str) {
        let bare = text.trim_matches(|c: char| !c.is_alphabetic());
        if self.profile.secrecy.texts.iter().any(|mark| mark == bare) {
            self.push(state_secret(pointer, self.profile));
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
        article: Option<&str>,
    ) {
        let article = article.map(|article| self.profile.cite(article).into());
        self.push(Diagnostic { hint, article, ..Diagnostic::error(code, pointer, message) });
    }

    fn push(&mut self, error: Diagnostic) {
        // Warnings fill half of the room at the most, so that an error always finds some.
        if self.findings.len() < 2 * MAX_FINDINGS {
            self.findings.push(error);
        }
    }

    fn warning(&mut self, code: &'static str, pointer: &str, message: Message, article: Option<&str>) {
        if self.findings.len() < MAX_FINDINGS {
            let article = article.map(|article| self.profile.cite(article).into());
            self.findings.push(Diagnostic { article, ..Diagnostic::warning(code, pointer, message) });
        }
    }

    /// A finding that its severity's letter tells, with the string that would mend it.
    fn fixed(
        &mut self,
        code: &'static str,
        pointer: &str,
        message: Message,
        article: Option<&str>,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fonts::Faces;
    use crate::{Letterhead, parse, skeleton};

    /// What is found in a starting document with `change` made in it, by the rules of `profile`.
    fn found(profile: &'static Profile, change: impl FnOnce(&mut Document)) -> Vec<Diagnostic> {
        let kind = Profile::default_profile().kind("bao-cao").unwrap();
        let faces = Faces::embedded();
        let mut document = parse(skeleton(kind, &Letterhead::default()).as_bytes(), &faces).unwrap().document;
        document.profile = profile;
        change(&mut document);
        let mut findings = Vec::new();
        check(&document, &faces.measure(), None, &mut findings);
        findings
    }

    fn of<'a>(findings: &'a [Diagnostic], code: &str) -> &'a Diagnostic {
        findings.iter().find(|finding| finding.code == code).unwrap()
    }

    #[test]
    fn findings_cite_the_decree_of_the_profile() {
        let successor = Profile::successor(&[
            ("decree = \"NĐ 30/2020\"", "decree = \"NĐ 99/2031\""),
            ("agency = \"Phụ lục I, II.2\"", "agency = \"Điều 7\""),
            ("law = \"Luật Bảo vệ bí mật nhà nước\"", "law = \"Luật khác\""),
        ]);
        let change = |document: &mut Document| {
            document.header.agency = Vec::new();
            document.subject = Text(vec![super::super::model::Run::new("TỐI MẬT", false, false)]);
        };
        let findings = found(successor, change);
        assert_eq!(of(&findings, "E-AGENCY-EMPTY").article.as_deref(), Some("NĐ 99/2031, Điều 7"));
        let secret = of(&findings, "E-SECRET").article.as_deref();
        assert_eq!(secret, Some("Luật khác; NĐ 99/2031, Phụ lục I, III.2.a"));
        let usual = found(Profile::default_profile(), change);
        assert_eq!(of(&usual, "E-AGENCY-EMPTY").article.as_deref(), Some("NĐ 30/2020, Phụ lục I, II.2"));
        for finding in findings {
            assert!(!finding.article.unwrap_or_default().contains("30/2020"));
        }
    }

    #[test]
    fn choices_and_words_are_those_of_the_profile() {
        let successor = Profile::successor(&[
            ("indents = [10.0, 12.7]", "indents = [8.5, 11.0, 12.7]"),
            ("prefixes = [\"TM.\"", "prefixes = [\"THAY MẶT\""),
            ("archive = \"Lưu:\"", "archive = \"Giữ:\""),
            ("terminator = \"./.\"", "terminator = \"//\""),
        ]);
        let findings = found(successor, |document| {
            document.style.indent = 10.0;
            document.recipients.archive = "Giữ: VT".to_owned();
        });
        let indent = &of(&findings, "E-BODY-INDENT").message;
        assert_eq!(indent.vi, "dòng đầu thụt vào 8,5, 11 hoặc 12,7 mm");
        assert_eq!(indent.en, "first lines are indented by 8.5, 11 or 12.7 mm");
        let authority = &of(&findings, "E-AUTHORITY").message;
        assert!(authority.en.contains("THAY MẶT, KT., TL., TUQ. or Q."), "{}", authority.en);
        assert_eq!(of(&findings, "E-RECIPIENTS-ARCHIVE").fix.as_deref(), Some("VT"));
        assert!(of(&findings, "W-TERMINATOR").message.en.contains("\"//\""));
    }

    #[test]
    fn words_have_the_room_that_the_profile_leaves_them() {
        let narrow =
            Profile::successor(&[("recipients = 7.0", "recipients = 40.0"), ("cell = 1.9", "cell = 60.0")]);
        let change = |document: &mut Document| document.recipients.items = vec!["m".repeat(12)];
        let wide = |findings: &[Diagnostic], code: &str| findings.iter().any(|finding| finding.code == code);
        let (usual, narrow) = (found(Profile::default_profile(), change), found(narrow, change));
        for code in ["E-TEXT-WORD", "E-TABLE-WIDE"] {
            assert!(!wide(&usual, code) && wide(&narrow, code), "{code}");
        }
    }
}
