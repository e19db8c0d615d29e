//! What a reader would stumble over in the language: found by rule, reported, and never changed.

use std::collections::{BTreeMap, HashSet};

use unicode_normalization::UnicodeNormalization;

use super::model::{Block, Cell, Content, Document, Row, Table, Text};
use super::source::join;
use crate::diagnostic::{Diagnostic, MAX_FINDINGS};
use crate::lang::Message;
use crate::message;

/// Appends remarks on the language of `document` to `findings`.
pub(super) fn check(document: &Document, findings: &mut Vec<Diagnostic>) {
    let mut prose = Prose {
        document,
        findings,
        spellings: BTreeMap::new(),
        styles: [None, None],
        attached: None,
        cited: HashSet::new(),
    };
    super::typing::lines(document, prose.findings);
    prose.text("/subject", &document.subject);
    for (index, base) in document.bases.iter().enumerate() {
        prose.text(&format!("/bases/{index}"), base);
    }
    prose.body("/body", &document.body);
    for (index, appendix) in document.appendices.iter().enumerate() {
        if let Content::Body(body) = &appendix.content {
            prose.body(&format!("/appendices/{index}/body"), body);
        }
    }
    prose.whole();
}

/// Words that are often written one for another: what is found, and what is probably meant.
const CONFUSED: [(&str, &str); 23] = [
    ("bắt hợp pháp", "bất hợp pháp"),
    ("bổ xung", "bổ sung"),
    ("chia xẻ", "chia sẻ"),
    ("chỉnh chu", "chỉn chu"),
    ("chuẩn đoán", "chẩn đoán"),
    ("công xuất", "công suất"),
    ("cọ sát", "cọ xát"),
    ("giành cho", "dành cho"),
    ("hiệu xuất", "hiệu suất"),
    ("lãi xuất", "lãi suất"),
    ("năng xuất", "năng suất"),
    ("phân đấu", "phấn đấu"),
    ("sát nhập", "sáp nhập"),
    ("sơ xuất", "sơ suất"),
    ("suất khẩu", "xuất khẩu"),
    ("suất sắc", "xuất sắc"),
    ("sử lý", "xử lý"),
    ("tỉ xuất", "tỉ suất"),
    ("tỷ xuất", "tỷ suất"),
    ("vô hình chung", "vô hình trung"),
    ("xác xuất", "xác suất"),
    ("xử dụng", "sử dụng"),
    ("xúc tích", "súc tích"),
];

struct Prose<'a> {
    document: &'a Document,
    findings: &'a mut Vec<Diagnostic>,
    /// Words whose tone mark may stand on either of two vowels: by their letters, each spelling and
    /// the first place of it.
    spellings: BTreeMap<String, BTreeMap<String, String>>,
    /// The first place of a date in figures (07/4/2014) and in words (ngày 04 tháng 6 năm 2019).
    styles: [Option<String>; 2],
    /// The first place that speaks of an attached list.
    attached: Option<String>,
    /// The codes of documents that were cited so far.
    cited: HashSet<String>,
}

impl Prose<'_> {
    fn body(&mut self, pointer: &str, body: &[Block]) {
        for (index, block) in body.iter().enumerate() {
            let pointer = join(pointer, &index.to_string());
            match block {
                Block::Paragraph { text }
                | Block::Heading { text, .. }
                | Block::Item { text, .. }
                | Block::Point { text, .. } => {
                    let pointer = join(&pointer, "text");
                    self.text(&pointer, text);
                    if !matches!(block, Block::Heading { .. }) {
                        self.stop(&pointer, &text.plain());
                    }
                }
                Block::Division { title, .. } => self.text(&join(&pointer, "title"), title),
                Block::Article(provision) | Block::Clause(provision) => {
                    self.text(&join(&pointer, "title"), &provision.title);
                    self.text(&join(&pointer, "text"), &provision.text);
                }
                Block::Table(table) => self.table(&pointer, table),
                Block::Figure(figure) => {
                    if let Some(caption) = &figure.caption {
                        self.text(&join(&pointer, "caption"), caption);
                    }
                }
                Block::Landscape { body } => self.body(&join(&pointer, "body"), body),
            }
        }
    }

    fn text(&mut self, pointer: &str, text: &Text) {
        let plain = text.plain();
        super::typing::text(self.document.profile, pointer, text, self.findings);
        self.ellipses(pointer, &plain);
        self.hyphens(pointer, &plain);
        self.citations(pointer, &plain);
        self.dates(pointer, &plain);
        self.capitals(pointer, &plain);
        let lower = plain.to_lowercase();
        self.spelling(pointer, &lower);
        let lists = ["có danh mục", "có phụ lục", "có danh sách", "phụ lục kèm theo", "danh mục kèm theo"];
        if self.attached.is_none()
            && lower.contains("kèm theo")
            && lists.iter().any(|list| lower.contains(list))
        {
            self.attached = Some(pointer.to_owned());
        }
        for word in plain.split(|c: char| !c.is_alphabetic()) {
            if let Some(bare) = movable(word) {
                let spelling: String = word.to_lowercase();
                let places = self.spellings.entry(bare).or_default();
                places.entry(spelling).or_insert_with(|| pointer.to_owned());
            }
        }
    }

    /// Words that are often written one for another.
    fn spelling(&mut self, pointer: &str, text: &str) {
        for (written, meant) in CONFUSED {
            let bounded = |(at, _): &(usize, &str)| {
                let letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
                let before = text.get(..*at).and_then(|before| before.chars().next_back());
                let after = text.get(at + written.len()..).and_then(|after| after.chars().next());
                !letter(before) && !letter(after)
            };
            if text.match_indices(written).any(|found| bounded(&found)) {
                self.warning(
                    "W-SPELLING",
                    pointer,
                    message!(
                        "\"{written}\": có phải là \"{meant}\"?",
                        "\"{written}\": is \"{meant}\" meant?"
                    ),
                    None,
                );
            }
        }
    }

    /// A sentence that nothing ends.
    fn stop(&mut self, pointer: &str, text: &str) {
        let long = text.split(' ').nth(8).is_some();
        if long && text.ends_with(char::is_alphanumeric) {
            self.warning(
                "W-STOP-MISSING",
                pointer,
                message!("đoạn văn không có dấu câu ở cuối", "no mark ends this paragraph"),
                None,
            );
        }
    }

    /// Two dots, or more than three, or three after a space.
    fn ellipses(&mut self, pointer: &str, text: &str) {
        let odd = text.split(|c: char| c != '.').find(|dots| dots.len() == 2 || dots.len() > 3);
        // «./.» ends a document.
        if let Some(dots) = odd {
            let count = dots.len();
            self.warning(
                "W-ELLIPSIS",
                pointer,
                message!(
                    "{count} dấu chấm liền nhau; dấu chấm lửng có ba chấm",
                    "{count} dots in a row; an ellipsis has three"
                ),
                None,
            );
        }
    }

    /// A hyphen with a space on one side only, such as `ANCT- TTATXH`.
    fn hyphens(&mut self, pointer: &str, text: &str) {
        let letters: Vec<char> = text.chars().collect();
        let odd = letters.windows(3).any(|three| match three {
            [before, '-' | '–', after] => {
                let (left, right) = (before.is_whitespace(), after.is_whitespace());
                left != right
                    && (before.is_alphanumeric() || after.is_alphanumeric())
                    && !(left && after.is_ascii_digit())
            }
            _ => false,
        });
        if odd {
            self.warning(
                "W-HYPHEN-SPACE",
                pointer,
                message!("dấu gạch nối chỉ có dấu cách ở một bên", "a hyphen has a space on one side only"),
                None,
            );
        }
    }

    /// `Công văn số 46/2019/QĐ-UBND`: the word and the notation name different kinds.
    fn citations(&mut self, pointer: &str, text: &str) {
        let articles = &self.document.profile.articles;
        let words: Vec<&str> = text.split_whitespace().collect();
        for (index, window) in words.windows(2).enumerate() {
            let ["số" | "Số", code] = window else { continue };
            let code = code.trim_end_matches([',', ';', '.', ')', ':']);
            let Some(notation) =
                code.rsplit('/').next().filter(|notation| code.contains('/') && notation.contains('-'))
            else {
                continue;
            };
            let Some(abbreviation) = notation.split('-').next() else { continue };
            let before = words.get(..index).unwrap_or_default();
            let cited = words.get(index + 2..).unwrap_or_default();
            if self.cited.insert(code.to_owned()) && !is_dated(before, cited) {
                self.note(
                    "R-CITATION-FIRST",
                    pointer,
                    message!(
                        "viện dẫn {code} lần đầu: ghi đủ tên loại, số, ký hiệu, ngày tháng năm, cơ quan ban hành và trích yếu",
                        "{code} is cited for the first time: with its kind, date, issuer and subject"
                    ),
                    &articles.citations,
                );
            }
            let named = self.document.profile.kinds.iter().find(|kind| {
                let count = kind.name.split(' ').count();
                let last = before.get(before.len().saturating_sub(count)..).unwrap_or_default().join(" ");
                last.to_lowercase() == kind.name.to_lowercase()
            });
            let meant = self
                .document
                .profile
                .kinds
                .iter()
                .find(|kind| kind.abbreviation.as_deref() == Some(abbreviation));
            if let (Some(named), Some(meant)) = (named, meant)
                && named != meant
            {
                let (named, meant) = (named.name.clone(), meant.name.to_lowercase());
                self.warning(
                    "W-CITATION-KIND",
                    pointer,
                    message!(
                        "viện dẫn \"{named} số {code}\", nhưng ký hiệu là của {meant}",
                        "\"{named} số {code}\" is cited, but the notation is that of a {meant}"
                    ),
                    Some(&articles.citations),
                );
            }
        }
    }

    /// Names of agencies, articles of a text that is cited, and the beginnings of sentences.
    fn capitals(&mut self, pointer: &str, text: &str) {
        let words: Vec<&str> = text.split_whitespace().collect();
        let upper = |word: &str| word.starts_with(char::is_uppercase);
        let agency = words.windows(6).find(|window| {
            let name = window.get(..4).unwrap_or_default().join(" ");
            let tier = ["xã", "phường", "tỉnh", "huyện", "quận"];
            ["ủy ban nhân dân", "uỷ ban nhân dân", "hội đồng nhân dân"].contains(&name.as_str())
                && matches!(window, [.., level, own] if tier.contains(level) && upper(own))
        });
        let article = words.windows(3).find(|window| match window {
            [before, "điều", number] => {
                let cites =
                    ["tại", "theo"].contains(before) || before.starts_with(|c: char| c.is_ascii_digit());
                cites && number.starts_with(|c: char| c.is_ascii_digit())
            }
            _ => false,
        });
        let sentence = words.windows(2).find(|window| match window {
            [last, first] => {
                let ends = last
                    .strip_suffix('.')
                    .is_some_and(|word| word.chars().count() > 3 && word.chars().all(|c| c.is_lowercase()));
                ends && first.starts_with(char::is_lowercase)
            }
            _ => false,
        });
        for found in [agency, article, sentence].into_iter().flatten() {
            let found = found.join(" ");
            self.note(
                "R-CAPITALS",
                pointer,
                message!("xem lại viết hoa: \"{found}\"", "are the capitals right: \"{found}\""),
                &self.document.profile.articles.capitals,
            );
        }
    }

    fn dates(&mut self, pointer: &str, text: &str) {
        // Laws are cited by dates in words, whatever the content has.
        if pointer.starts_with("/bases") {
            return;
        }
        let words: Vec<&str> = text.split_whitespace().collect();
        for window in words.windows(2) {
            let ["ngày", date] = window else { continue };
            let date = date.trim_end_matches([',', ';', '.', ')']);
            let style = usize::from(date.split('/').count() != 3);
            let in_words = style == 1 && text.contains("tháng");
            if (style == 0 || in_words)
                && date.starts_with(|c: char| c.is_ascii_digit())
                && let Some(first) = self.styles.get_mut(style)
            {
                first.get_or_insert_with(|| pointer.to_owned());
            }
        }
    }

    /// Percentages that do not follow from the figures beside them.
    fn table(&mut self, pointer: &str, table: &Table) {
        let titles: Vec<String> =
            table.columns.iter().map(|column| column.title.plain().to_lowercase()).collect();
        let find =
            |words: &[&str]| titles.iter().position(|title| words.iter().any(|word| title.contains(word)));
        let (Some(plan), Some(done), Some(rate)) = (
            find(&["kế hoạch", "chỉ tiêu giao"]),
            find(&["thực hiện", "kết quả"]),
            find(&["tỷ lệ", "tỉ lệ", "đạt (%)", "%"]),
        ) else {
            return self.cells(pointer, table);
        };
        for (index, row) in table.rows.iter().enumerate() {
            let whole = row.cells.len() == table.columns.len();
            let value = |column: usize| {
                let cell = row.cells.get(column).filter(|_| whole)?;
                number(&cell.text.plain())
            };
            let (Some(plan), Some(done), Some(rate)) = (value(plan), value(done), value(rate)) else {
                continue;
            };
            if plan == 0.0 {
                continue;
            }
            let expected = done / plan * 100.0;
            // A rate is rounded to the digits that it is printed with, or cut off there.
            let printed = rate.to_string();
            let digits = printed.split('.').nth(1).map_or(0, str::len);
            let slack = if digits == 0 {
                1.0
            } else if digits == 1 {
                0.1
            } else {
                0.02
            };
            if (expected - rate).abs() > slack {
                let expected = format!("{expected:.2}").replace('.', ",");
                let printed = printed.replace('.', ",");
                self.warning(
                    "W-TABLE-ARITHMETIC",
                    &format!("{pointer}/rows/{index}"),
                    message!(
                        "tỷ lệ ghi {printed}%, tính từ số liệu cùng hàng là {expected}%",
                        "the rate says {printed}%, the figures beside it give {expected}%"
                    ),
                    None,
                );
            }
        }
        self.cells(pointer, table);
    }

    fn cells(&mut self, pointer: &str, table: &Table) {
        for (index, row) in table.rows.iter().enumerate() {
            for (place, cell) in row.cells.iter().enumerate() {
                let text = cell.text.plain();
                let own = cell_pointer(pointer, index, place, row, cell);
                super::typing::text(self.document.profile, &own, &cell.text, self.findings);
                if text.split(' ').count() > 3 {
                    let pointer = format!("{pointer}/rows/{index}");
                    self.ellipses(&pointer, &text);
                    self.spelling(&pointer, &text.to_lowercase());
                }
            }
        }
    }

    /// What only the whole document shows.
    fn whole(&mut self) {
        let articles = &self.document.profile.articles;
        let mixed: Vec<(String, String, String)> = self
            .spellings
            .values()
            .filter(|spellings| spellings.len() > 1)
            .filter_map(|spellings| {
                let mut each = spellings.iter();
                let ((one, _), (other, place)) = (each.next()?, each.next()?);
                Some((one.clone(), other.clone(), place.clone()))
            })
            .collect();
        for (one, other, place) in mixed {
            self.warning(
                "W-TONE-MIXED",
                &place,
                message!(
                    "có cả \"{one}\" và \"{other}\"; nên viết thống nhất",
                    "both \"{one}\" and \"{other}\" occur"
                ),
                Some(&articles.capitals),
            );
        }
        if let [Some(_), Some(place)] = self.styles.clone() {
            self.warning(
                "W-DATE-STYLE",
                &place,
                message!(
                    "ngày tháng viết theo hai cách trong một văn bản (07/4/2014; 07 tháng 4 năm 2014)",
                    "dates are written in two ways in one document (07/4/2014; 07 tháng 4 năm 2014)"
                ),
                None,
            );
        }
        let none = self.document.appendices.is_empty();
        if let Some(place) = self.attached.clone().filter(|_| none) {
            self.warning(
                "W-ATTACHMENT-MISSING",
                &place,
                message!(
                    "văn bản nói có tài liệu kèm theo, nhưng không có phụ lục nào",
                    "the text speaks of something attached, and there is no appendix"
                ),
                Some(&articles.appendices),
            );
        }
        let mut pointed = String::new();
        let texts =
            super::model::walk(&self.document.body).filter_map(Block::text).chain(&self.document.bases);
        texts.for_each(|text| pointed.push_str(&text.plain().to_lowercase()));
        let named = ["phụ lục", "kèm theo", "danh mục", "danh sách", "biểu"]
            .iter()
            .any(|word| pointed.contains(word));
        if !none && !named {
            self.warning(
                "W-APPENDIX-UNMENTIONED",
                "/appendices",
                message!("nội dung phải chỉ dẫn đến phụ lục", "the text must point to its appendices"),
                Some(&articles.appendix_mention),
            );
        }
    }

    fn note(&mut self, code: &'static str, pointer: &str, message: Message, article: &str) {
        if self.findings.len() < MAX_FINDINGS {
            let article = Some(self.document.profile.cite(article).into());
            self.findings.push(Diagnostic { article, ..Diagnostic::note(code, pointer, message) });
        }
    }

    fn warning(&mut self, code: &'static str, pointer: &str, message: Message, article: Option<&str>) {
        if self.findings.len() < MAX_FINDINGS {
            let article = article.map(|article| self.document.profile.cite(article).into());
            self.findings.push(Diagnostic { article, ..Diagnostic::warning(code, pointer, message) });
        }
    }
}

/// Whether the words around a document's code name its date and issuer: «ngày … của …», or, as proposals are
/// cited, «của … tại Tờ trình số … ngày …».
fn is_dated(before: &[&str], after: &[&str]) -> bool {
    let near = after.get(..14).unwrap_or(after);
    let proposed = before.iter().rposition(|word| *word == "tại").is_some_and(|at| {
        let issuer = before.get(..at).unwrap_or_default();
        issuer.contains(&"của") && before.len() - at <= 5
    });
    near.first() == Some(&"ngày") && (near.contains(&"của") || proposed)
}

/// Where a cell's text stands; rows and cells that say more than their text are objects.
fn cell_pointer(table: &str, row: usize, cell: usize, at: &Row, what: &Cell) -> String {
    let cells = if at.group { "/cells" } else { "" };
    let object = what.colspan > 1 || what.rowspan > 1 || what.align.is_some();
    format!("{table}/rows/{row}{cells}/{cell}{}", if object { "/text" } else { "" })
}

/// A figure as Vietnamese writes it: points between thousands, a comma before tenths.
fn number(written: &str) -> Option<f64> {
    let written = written.trim().trim_end_matches('%').trim_end();
    let plain = written.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ',');
    if !plain || written.is_empty() {
        return None;
    }
    let (whole, tenths) = written.split_once(',').unwrap_or((written, ""));
    let mut groups = whole.split('.');
    let first = groups.next()?;
    let sound = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
    if !(sound || whole.chars().all(|c| c.is_ascii_digit())) || tenths.contains(['.', ',']) {
        return None;
    }
    format!("{}.{tenths}0", whole.replace('.', "")).parse().ok()
}

/// The letters of a word that ends in oa, oe or uy with a tone mark, without the mark: `hóa` and `hoá`
/// are both written.
fn movable(word: &str) -> Option<String> {
    const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'];
    let apart: String = word.to_lowercase().nfd().collect();
    if !apart.contains(TONES) {
        return None;
    }
    let bare: String = apart.chars().filter(|c| !TONES.contains(c)).collect();
    // «quý» has its mark on the only vowel: qu is a consonant.
    let moves = ["oa", "oe", "uy"].iter().any(|vowels| bare.ends_with(vowels)) && !bare.ends_with("quy");
    let tone = apart.chars().find(|c| TONES.contains(c))?;
    moves.then(|| format!("{bare}{tone}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_as_they_are_written() {
        for (written, read) in [
            ("7.514,5", Some(7514.5)),
            ("804.000", Some(804_000.0)),
            ("98,4", Some(98.4)),
            ("60%", Some(60.0)),
            ("2020", Some(2020.0)),
            ("1.2", None),
            ("-", None),
            ("1,2,3", None),
            ("", None),
        ] {
            assert_eq!(number(written), read, "{written}");
        }
    }

    #[test]
    fn tone_marks_that_move_are_known() {
        assert_eq!(movable("hóa"), movable("hoá"));
        assert_eq!(movable("Thủy"), movable("thuỷ"));
        assert_ne!(movable("hóa"), movable("hòa"));
        assert!(movable("quý").is_none() && movable("hoàn").is_none() && movable("hoa").is_none());
    }
}
