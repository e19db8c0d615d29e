//! What stands over the content, and what holds of the document as a whole: lists, choices, letterhead,
//! subject, legal bases, addressees.

use time::Date;

use super::context::Rules;
use super::signature::titled_words;
use crate::fonts::Style;
use crate::kind::{IssuerPlace, Presence};
use crate::limits::{MAX_LINES, MAX_NAMES, MAX_NUMBER};
use crate::message;
use crate::model::{Document, Run, Text};
use crate::profile::{MM, either};
use crate::text::write;

impl Rules<'_> {
    /// Lists that no document fills, and no page holds.
    pub(super) fn lists(&mut self, document: &Document) {
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
    pub(super) fn choices(&mut self, document: &Document) {
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

    pub(super) fn header(&mut self, document: &Document) {
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
        self.place(&header.place);
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

    /// A place is a name: its words begin with capitals, unless the first says what kind of place it is.
    fn place(&mut self, place: &str) {
        let letters: Vec<char> = place.chars().filter(|c| c.is_alphabetic()).collect();
        let shouted = letters.len() > 3 && letters.iter().all(|c| !c.is_lowercase());
        if !place.starts_with(char::is_lowercase) && !shouted {
            return;
        }
        let named = titled_words(place);
        let tiers = ["thành phố", "thị xã", "thị trấn", "đặc khu", "tỉnh", "quận", "huyện", "phường", "xã"];
        let tier = tiers.iter().find(|tier| place.to_lowercase().starts_with(&format!("{tier} ")));
        let fix = match tier.and_then(|tier| Some((tier, named.get(tier.len()..)?))) {
            Some((tier, own)) => {
                let mut word = tier.chars();
                let first: String = word.next().into_iter().flat_map(char::to_uppercase).collect();
                format!("{first}{}{own}", word.as_str())
            }
            None => named,
        };
        self.fixed(
            "W-PLACE-CAPITALS",
            "/header/place",
            message!("địa danh viết hoa chữ cái đầu", "the place is a name: it begins with capitals"),
            Some(&self.profile.articles.place),
            Some(fix),
        );
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
        let sound = |group: &str| !group.is_empty() && group.chars().all(|c| c.is_alphanumeric() || c == '&');
        let small = notation.chars().any(char::is_lowercase);
        let Some(abbreviation) = document.kind.abbreviation.as_deref() else {
            // A letter has no kind in its notation: the agency, then the unit that drafted it.
            let groups: Vec<&str> = notation.split('-').collect();
            let known = |group: &&str| {
                document.profile.kinds.iter().any(|kind| kind.abbreviation.as_deref() == Some(group))
            };
            if groups.len() < 2 || !groups.iter().all(|group| sound(group)) {
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
            } else if groups.first().is_some_and(known) {
                // Tax offices, unions and others are called so.
                let (first, name) = (groups.first().copied().unwrap_or_default(), &document.kind.name);
                self.warning(
                    "W-NOTATION-FORM",
                    pointer,
                    message!(
                        "\"{first}\" là chữ viết tắt tên loại; ký hiệu của {name} bắt đầu bằng tên cơ quan",
                        "\"{first}\" abbreviates a kind; the notation of this one begins with the agency"
                    ),
                    article,
                );
            } else {
                self.small_letters(small, article);
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
        self.small_letters(rest.chars().any(char::is_lowercase), article);
        if !rest.split('-').all(sound) {
            self.error("E-NOTATION-FORM", pointer, message!(
                "sau \"{abbreviation}-\" là chữ viết tắt tên cơ quan, viết hoa, các nhóm nối bằng \"-\"",
                "after \"{abbreviation}-\" stands the agency's abbreviation: capitals, groups joined by \"-\""
            ), None, article);
        }
    }

    /// Some notations have small letters of their own, such as QĐ-TTg: only a person can tell.
    fn small_letters(&mut self, small: bool, article: Option<&str>) {
        if small {
            self.warning(
                "W-NOTATION-FORM",
                "/header/notation",
                message!(
                    "ký hiệu có chữ thường; thường viết bằng chữ in hoa",
                    "the notation has small letters; capitals are usual"
                ),
                article,
            );
        }
    }

    pub(super) fn title(&mut self, document: &Document) {
        let article = Some(self.profile.articles.subject.as_str());
        let subject = document.subject.plain();
        if subject.trim().is_empty() && document.kind.form.subject == Presence::Required {
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
            let written = write(&document.subject);
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
            let written = write(&document.subject);
            self.fixed(
                "E-SUBJECT-ABOUT",
                "/subject",
                message!("không viết \"{word}\": chương trình tự in", "no \"{word}\": it is printed for you"),
                article,
                written.strip_prefix(&about).map(str::to_owned),
            );
        }
        self.subject_words(document, &subject);
        let narrow = self.profile.columns.letterhead.first().copied().unwrap_or_default() * MM;
        let room = if document.kind.form.title { self.room.line - self.room.indent } else { narrow };
        self.words("/subject", &subject, room, self.sizes.title);
        self.label("/subject", &document.subject);
        self.secret("/subject", &subject);
        self.issuer(document);
        self.addressees(document);
    }

    /// A subject is a sentence's part: it is not shouted, and does not begin with what stands over it.
    fn subject_words(&mut self, document: &Document, subject: &str) {
        let article = Some(self.profile.articles.subject.as_str());
        let words = subject.split_whitespace().count();
        if words >= 3 && subject.chars().any(char::is_alphabetic) && !subject.chars().any(char::is_lowercase)
        {
            self.warning(
                "W-SUBJECT-CAPITALS",
                "/subject",
                message!(
                    "trích yếu viết chữ thường, chỉ viết hoa chữ cái đầu và tên riêng",
                    "a subject stands in small letters, but for its first and for names"
                ),
                article,
            );
        }
        let name = &document.kind.name;
        let count = name.chars().count();
        let first: String = subject.chars().take(count).collect();
        let rest = subject.get(first.len()..).unwrap_or_default();
        if document.kind.form.title
            && first.to_lowercase() == name.to_lowercase()
            && !rest.starts_with(char::is_alphabetic)
        {
            let plain = document.subject.0.len() == 1;
            let bare = rest.trim_start_matches([' ', ':', '-']);
            let mut letters = bare.chars();
            let start: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
            let fix = write(&Text(vec![Run::new(format!("{start}{}", letters.as_str()), false, false)]));
            self.fixed(
                "W-SUBJECT-KIND",
                "/subject",
                message!(
                    "trích yếu lặp lại tên loại \"{name}\", đã in ở dòng trên",
                    "the subject repeats the kind \"{name}\", which stands in the line above"
                ),
                article,
                Some(fix).filter(|_| plain && !rest.trim().is_empty()),
            );
        }
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
                let written = write(base);
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
            self.addressee(&pointer, addressee, document.addressees.len() > 1);
            self.words(&pointer, &addressee.plain(), self.room.line - before * MM, self.sizes.body);
        }
    }

    /// The words before addressees, their dashes and marks are printed by the layout.
    fn addressee(&mut self, pointer: &str, addressee: &Text, several: bool) {
        let label = self.profile.labels.addressees.trim_end_matches(':');
        let written = write(addressee);
        let mut bare = written.trim();
        bare = bare.strip_prefix(label).map_or(bare, |rest| rest.trim_start_matches([':', ' ']));
        let dash = ["- ", "– ", "+ "].iter().find_map(|dash| bare.strip_prefix(dash));
        bare = dash.unwrap_or(bare).trim();
        let marks: &[char] = if several { &[';', ',', '.', ' '] } else { &[';', ',', ' '] };
        let bare = bare.trim_end_matches(marks);
        if bare != written.trim() {
            self.fixed(
                "W-ADDRESSEES-PUNCTUATION",
                pointer,
                message!(
                    "không viết \"{label}\", gạch đầu dòng và dấu cuối: chương trình tự in",
                    "no \"{label}\", no dash and no final mark: they are printed for you"
                ),
                Some(&self.profile.articles.addressees),
                Some(bare.to_owned()),
            );
        }
    }

    /// A document is dated on the day on which it is issued.
    pub(super) fn day(&mut self, date: Date, today: Date) {
        if date > today {
            self.warning(
                "W-DATE-FUTURE",
                "/header/date",
                message!("ngày ban hành {date} chưa đến", "the date {date} is still to come"),
                Some(&self.profile.articles.place),
            );
        }
    }
}
