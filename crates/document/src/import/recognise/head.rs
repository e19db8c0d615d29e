//! What stands over the content: letterhead, kind and subject. A letterhead made of a table is read cell
//! by cell, one made with tabs column by column.

use super::super::pieces::{DraftCell, DraftPiece};
use super::super::words::{
    after, clean, date_of, is_bold, is_rule, is_upper, joined, lines, number_of, slice, untabbed,
};
use super::{Parts, letters, lines_of, text_of};
use crate::kind::DocumentKind;
use crate::model::{Run, Text};

/// How far into a draft its title is looked for.
const MAX_HEAD: usize = 60;
/// The longest subject of a letter that goes on over lines, in characters.
const MAX_SUBJECT: usize = 400;

/// A line of the letterhead, and the cell or column that it stands in.
struct HeadLine {
    text: Text,
    column: usize,
}

impl Parts {
    /// Reads what stands up to the title and the subject, and gives the rest.
    pub(super) fn head(&mut self, mut pieces: Vec<DraftPiece>) -> Vec<DraftPiece> {
        let near = || pieces.iter().take(MAX_HEAD);
        let first_line = |piece: &DraftPiece| lines_of(piece).first().map(Text::plain).unwrap_or_default();
        let leads = |piece: &DraftPiece| first_line(piece).trim().starts_with(self.addressing());
        let lead = near().position(|piece| leads(piece) || self.is_addressing_table(piece));
        let alone = |rest: &str| rest.is_empty();
        let title_where = |fits: &dyn Fn(&str, &DraftPiece) -> bool| {
            near().position(|piece| {
                let line = first_line(piece);
                self.titled(&line).is_some_and(|(_, rest)| fits(rest, piece))
            })
        };
        let title = title_where(&|rest, _| alone(rest)).or_else(|| title_where(&|_, _| true));
        // What follows «Kính gửi» is content, whatever it is called.
        let title = title.filter(|at| lead.is_none_or(|lead| *at < lead));
        let end = title.or(lead).unwrap_or_else(|| {
            let is_head = |piece: &DraftPiece| {
                self.is_letterhead(piece) || lines_of(piece).iter().all(|line| self.is_head_line(line))
            };
            near().take_while(|piece| is_head(piece)).count()
        });
        let mut rest = pieces.split_off(end.min(pieces.len()));
        self.letterhead(pieces);
        if title.is_some() && !rest.is_empty() {
            let first = rest.remove(0);
            self.title(&first, &mut rest);
        } else if self.kind.is_none() {
            self.kind = self.kind_of_letterhead(lead.is_some());
        }
        rest
    }

    /// The words before addressees, without their colon.
    fn addressing(&self) -> &'static str {
        self.profile.labels.addressees.trim_end_matches(':')
    }

    /// «Kính gửi» and the addressees side by side.
    pub(super) fn is_addressing_table(&self, piece: &DraftPiece) -> bool {
        let DraftPiece::Table { rows, .. } = piece else { return false };
        let mut cells = rows.iter().flatten().flat_map(|cell| &cell.paragraphs);
        let first = cells.find(|text| !text.plain().trim().is_empty());
        rows.len() <= 4 && first.is_some_and(|text| text.plain().trim().starts_with(self.addressing()))
    }

    /// Without a title, the notation tells the kind; a letter has none of its own.
    fn kind_of_letterhead(&self, addressed: bool) -> Option<&'static DocumentKind> {
        let first = self.notation.as_deref().and_then(|notation| notation.split('-').next());
        let named =
            self.profile.kinds.iter().find(|kind| first.is_some() && kind.abbreviation.as_deref() == first);
        let letter = self.profile.kinds.iter().find(|kind| !kind.form.title);
        if self.subject.is_some() || (addressed && named.is_none() && !self.agency.is_empty()) {
            return letter;
        }
        named
    }

    /// Whether `piece` is a table that only puts agency and state side by side.
    pub(super) fn is_letterhead(&self, piece: &DraftPiece) -> bool {
        let DraftPiece::Table { rows, .. } = piece else { return false };
        let narrow = rows.len() <= 8 && rows.iter().all(|row| row.len() <= 4);
        let mut texts = rows.iter().flatten().flat_map(|cell| &cell.paragraphs).flat_map(lines);
        narrow && texts.any(|line| self.is_national(&line.plain()) || is_code(&line.plain()))
    }

    fn is_national(&self, line: &str) -> bool {
        let line = letters(line);
        let labels = &self.profile.labels;
        !line.is_empty()
            && [&labels.country, &labels.motto].iter().any(|label| line.starts_with(&letters(label)))
    }

    fn is_head_line(&self, text: &Text) -> bool {
        let plain = text.plain();
        let line = plain.trim();
        self.is_national(line)
            || is_code(line)
            || place_and_date(line).is_some()
            || is_rule(line)
            || (is_upper(line) && line.chars().count() < 80 && number_of(line).is_none())
            || line.contains('\t')
            || line.starts_with(self.profile.labels.subject.as_str())
    }

    fn letterhead(&mut self, pieces: Vec<DraftPiece>) {
        let mut found = Vec::new();
        let mut column = 0;
        for piece in pieces {
            match piece {
                DraftPiece::Table { ref rows, .. } if self.is_letterhead(&piece) || rows.len() <= 1 => {
                    let DraftPiece::Table { rows, .. } = piece else { continue };
                    found.extend(by_column(rows, &mut column));
                }
                // A table before the title that is no letterhead is content.
                DraftPiece::Table { .. } => {
                    let blocks = self.blocks(&[piece]);
                    self.body.extend(blocks);
                }
                piece => {
                    for text in lines_of(&piece) {
                        for (index, text) in columns(&text).into_iter().enumerate() {
                            found.push(HeadLine { text, column: index });
                        }
                    }
                }
            }
        }
        let mut upper: Vec<(String, bool)> = Vec::new();
        let mut about: Option<(usize, String)> = None;
        for line in &found {
            self.head_line(line, &mut upper, &mut about);
        }
        // Of several lines in capitals, the ones that are not bold are the superior's.
        let mixed = upper.iter().any(|(_, bold)| *bold) && upper.iter().any(|(_, bold)| !bold);
        for (line, bold) in upper {
            if mixed && !bold { self.superior.push(line) } else { self.agency.push(line) }
        }
        if let Some((_, subject)) = about.filter(|(_, subject)| !subject.is_empty()) {
            // What was plain has no marks.
            self.subject = Some(crate::text::write(&Text(vec![Run::new(subject, false, false)])));
        }
    }

    fn head_line(
        &mut self,
        found: &HeadLine,
        upper: &mut Vec<(String, bool)>,
        about: &mut Option<(usize, String)>,
    ) {
        let plain = plain_line(&found.text);
        let line = plain.trim();
        if line.is_empty() || is_rule(line) {
            return;
        }
        if let Some(rest) = self.national(line) {
            if !rest.is_empty() {
                let text = Text(vec![Run::new(rest, false, false)]);
                self.head_line(&HeadLine { text, column: found.column }, upper, about);
            }
            return;
        }
        if let Some(code) = code(line) {
            self.printed("Số");
            let code = code.split_whitespace().collect::<String>();
            let (number, notation) = code.split_once('/').unwrap_or(("", &code));
            self.number = number.parse().ok().filter(|number| *number > 0);
            let notation = notation.trim_matches(|c: char| !c.is_alphanumeric());
            self.notation = Some(notation.to_owned()).filter(|notation| !notation.is_empty());
            return;
        }
        if let Some((place, date)) = place_and_date(line) {
            self.printed("ngày tháng năm");
            self.place = Some(place.trim().to_owned()).filter(|place| !place.is_empty());
            self.date = date_of(date);
            return;
        }
        if let Some(rest) = self.about(line) {
            *about = Some((found.column, rest));
            return;
        }
        let titled = self.titled(line).filter(|(_, rest)| rest.is_empty() && self.kind.is_none());
        if let (Some((kind, _)), true) = (titled, is_upper(line)) {
            // Some letterheads hold the title too; what follows it there is the subject.
            self.kind = Some(kind);
            self.printed(line);
            *about = Some((found.column, String::new()));
            return;
        }
        let mark = |marks: &std::collections::BTreeMap<String, crate::profile::FramedMark>| {
            let known = marks.iter().find(|(_, mark)| letters(&mark.text) == letters(line));
            known.map(|(slug, _)| slug.clone()).filter(|_| is_upper(line))
        };
        if let Some(slug) = mark(&self.profile.urgency) {
            self.printed(line);
            self.urgency = Some(slug);
            return;
        }
        if let Some(slug) = mark(&self.profile.circulation) {
            self.printed(line);
            self.circulation = Some(slug);
            return;
        }
        let same = about.as_mut().filter(|(column, subject)| {
            *column == found.column && subject.chars().count() < MAX_SUBJECT && !is_upper(line)
        });
        if let Some((_, subject)) = same {
            if !subject.is_empty() {
                subject.push(' ');
            }
            subject.push_str(line);
            return;
        }
        // An agency's name stands over its number.
        let before_number = self.notation.is_none() && self.number.is_none();
        if is_upper(line) || (is_bold(&found.text) && before_number) {
            upper.push((line.to_owned(), is_bold(&found.text)));
        }
    }

    /// What follows the national name or the motto where `line` begins with one.
    fn national<'a>(&mut self, line: &'a str) -> Option<&'a str> {
        let labels = &self.profile.labels;
        // The name may be broken in two, the motto be written with other strokes.
        let whole = letters(line);
        for label in [&labels.country, &labels.motto] {
            let known = letters(label);
            let broken = whole.len() >= 6 && (known.starts_with(&whole) || known.ends_with(&whole));
            if whole == known || (broken && (is_upper(line) || known.starts_with(&whole))) {
                self.printed(line);
                return Some("");
            }
            if whole.starts_with(&known) {
                let mut seen = 0;
                let end = line.char_indices().find_map(|(at, c)| {
                    seen += letters(&c.to_string()).chars().count();
                    (seen >= known.chars().count()).then_some(at + c.len_utf8())
                });
                let (name, rest) = line.split_at_checked(end?)?;
                self.printed(name);
                return Some(rest.trim());
            }
        }
        None
    }

    /// The subject of a letter, after «V/v».
    fn about(&mut self, line: &str) -> Option<String> {
        let label = self.profile.labels.subject.as_str();
        let rest = line.strip_prefix(label).or_else(|| {
            let start = line.get(..label.len())?;
            start.eq_ignore_ascii_case(label).then(|| line.get(label.len()..)).flatten()
        })?;
        let label = label.to_owned();
        self.printed(&label);
        Some(rest.trim_start_matches([':', '.', ' ']).trim().to_owned())
    }

    /// Reads the kind's name in `first` and the subject that follows it.
    fn title(&mut self, first: &DraftPiece, rest: &mut Vec<DraftPiece>) {
        let mut texts = lines_of(first).into_iter();
        let mut subject: Vec<Text> = Vec::new();
        if let Some(line) = texts.next() {
            let plain = line.plain();
            if let Some((kind, more)) = self.titled(&plain) {
                self.kind = Some(kind);
                self.printed(&kind.title);
                if !more.is_empty() {
                    let skip =
                        plain.chars().count() - more.chars().count() - (plain.len() - plain.trim_end().len());
                    subject.push(after(&line, skip));
                }
            }
        }
        subject.extend(texts);
        while subject.is_empty() || subject.iter().all(is_bold) {
            let Some(next) = rest.first().and_then(text_of) else { break };
            let plain = next.plain();
            if is_rule(&plain) {
                rest.remove(0);
                continue;
            }
            let line = plain.trim();
            let ends = [self.addressing(), "Căn cứ"].iter().any(|mark| line.starts_with(mark))
                || self.lead_of(line).is_some();
            let issuer = self.kind.is_some_and(|kind| kind.form.enacts.is_some()) && is_upper(line);
            let more =
                subject.is_empty() || (is_bold(next) && !is_upper(&plain) && number_of(line).is_none());
            if ends || issuer || !more || matches!(rest.first(), Some(DraftPiece::Item { .. })) {
                break;
            }
            subject.push(next.clone());
            rest.remove(0);
        }
        let subject: Vec<Text> = subject.iter().map(untabbed).collect();
        if let Some(subject) = joined(&subject) {
            self.subject = Some(subject);
        }
    }
}

/// «Số: 12/BC-UBND»: what follows the word.
fn code(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("Số").or_else(|| line.strip_prefix("SỐ"))?;
    let rest = rest.trim_start_matches([' ', ':', '\t']);
    (rest.contains('/') || rest.is_empty() || !rest.contains(char::is_alphabetic)).then_some(rest)
}

fn is_code(line: &str) -> bool {
    code(line.trim()).is_some()
}

/// «Bình An, ngày 05 tháng 02 năm 2026», filled in or not: the place, and what follows «ngày».
fn place_and_date(line: &str) -> Option<(&str, &str)> {
    let (place, rest) = line.split_once("ngày")?;
    let month = rest.find("tháng")?;
    let year = rest.find("năm")?;
    let short = |part: Option<&str>| part.is_some_and(|part| !part.contains(char::is_alphabetic));
    let bare = month < year && short(rest.get(..month)) && short(rest.get(month + "tháng".len()..year));
    let ends = short(rest.get(year + "năm".len()..));
    let named = place.chars().count() <= 60 && !place.contains([';', ':', '.']);
    (bare && ends && named).then(|| (place.trim_end().trim_end_matches(','), rest))
}

/// The line of `text` without styles, its tabs as spaces.
fn plain_line(text: &Text) -> String {
    clean(&text.plain()).replace('\n', " ")
}

/// The lines of a table's cells, column by column; `column` counts on.
fn by_column(rows: Vec<Vec<DraftCell>>, column: &mut usize) -> Vec<HeadLine> {
    let mut found = Vec::new();
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    for index in 0..width {
        for cell in rows.iter().filter_map(|row| row.get(index)) {
            for text in cell.paragraphs.iter().flat_map(lines) {
                found.push(HeadLine { text, column: *column });
            }
        }
        *column += 1;
    }
    found
}

/// The parts of a line between tabs.
pub(super) fn columns(text: &Text) -> Vec<Text> {
    let plain = text.plain();
    let mut parts = Vec::new();
    let mut at = 0;
    for part in plain.split('\t') {
        let count = part.chars().count();
        if !part.trim().is_empty() {
            parts.push(slice(text, at, count));
        }
        at += count + 1;
    }
    parts
}
