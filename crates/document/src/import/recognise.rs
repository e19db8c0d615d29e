//! Which piece of a draft is which part of an official document. Patterns are those of NĐ 30/2020,
//! Phụ lục I and III; what fits none of them is content.

use serde_json::{Map, Value, json};
use time::Date;

use super::pieces::{DraftCell, DraftPiece, SOFT};
use super::table::table;
use super::words::{
    after, clean, date_of, is_bold, is_roman, is_rule, is_upper, joined, lines, number_of, plain_of, settled,
    split_number, unbold, unmarked,
};
use crate::form::FORM_VERSION;
use crate::kind::{DocumentKind, IssuerPlace, Presence};
use crate::model::{Run, Text};
use crate::profile::Profile;

/// How far into a draft its title is looked for.
const MAX_HEAD: usize = 60;

/// The form of a document that consists of `pieces`.
pub(super) fn recognise(pieces: Vec<DraftPiece>) -> Value {
    let profile = Profile::default_profile();
    let mut pieces = rejoined(unfold(pieces));
    let mut parts = Parts { profile, kind: None, ..Parts::new(profile) };
    let rest = parts.head(&mut pieces);
    let (body, foot) = split_foot(rest);
    parts.lead_and_body(body);
    parts.foot(foot);
    parts.form()
}

/// Takes apart the tables that only put letterhead and signature side by side.
fn unfold(pieces: Vec<DraftPiece>) -> Vec<DraftPiece> {
    let mut unfolded = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match piece {
            DraftPiece::Table { rows, .. } if is_frame(&rows) => {
                let texts = rows.into_iter().flatten().flat_map(|cell| cell.paragraphs);
                unfolded.extend(texts.map(DraftPiece::Paragraph));
            }
            other => unfolded.push(other),
        }
    }
    unfolded
}

/// Joins paragraphs that a page's end cut in two: the first ends in the middle of a sentence, the second
/// goes on with a small letter.
fn rejoined(pieces: Vec<DraftPiece>) -> Vec<DraftPiece> {
    let mut whole: Vec<DraftPiece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let goes_on = match &piece {
            DraftPiece::Paragraph(text) => text.plain().starts_with(char::is_lowercase),
            _ => false,
        };
        let before = whole.last_mut().and_then(|before| match before {
            DraftPiece::Paragraph(text) | DraftPiece::Item { text, .. } => Some(text),
            _ => None,
        });
        let before = before.filter(|before| before.plain().trim_end().ends_with(char::is_lowercase));
        match (goes_on, before, piece) {
            (true, Some(before), DraftPiece::Paragraph(text)) => {
                let style = before.0.last().map_or((false, false), |run| (run.bold, run.italic));
                before.0.push(Run::new(" ", style.0, style.1));
                before.0.extend(text.0);
            }
            (_, _, piece) => whole.push(piece),
        }
    }
    whole
}

fn is_frame(rows: &[Vec<DraftCell>]) -> bool {
    let narrow = rows.iter().all(|row| row.len() <= 3) && rows.len() <= 8;
    let mut texts = rows.iter().flatten().flat_map(|cell| &cell.paragraphs).map(Text::plain);
    narrow
        && texts.any(|text| {
            let text = text.trim().to_uppercase();
            ["CỘNG HÒA XÃ HỘI", "CỘNG HOÀ XÃ HỘI", "NƠI NHẬN", "SỐ:"]
                .iter()
                .any(|mark| text.starts_with(mark))
        })
}

/// The text of a piece that has one.
fn text_of(piece: &DraftPiece) -> Option<&Text> {
    match piece {
        DraftPiece::Paragraph(text) | DraftPiece::Heading { text, .. } | DraftPiece::Item { text, .. } => {
            Some(text)
        }
        DraftPiece::Table { .. } => None,
    }
}

/// Parts the foot from what stands before it: it begins with the last «Nơi nhận».
fn split_foot(mut pieces: Vec<DraftPiece>) -> (Vec<DraftPiece>, Vec<DraftPiece>) {
    let label = "NƠI NHẬN";
    let is_foot = |piece: &DraftPiece| {
        text_of(piece).is_some_and(|text| {
            lines(text).iter().any(|line| line.plain().trim().to_uppercase().starts_with(label))
        })
    };
    match pieces.iter().rposition(is_foot) {
        Some(at) => {
            let foot = pieces.split_off(at);
            (pieces, foot)
        }
        None => (pieces, Vec::new()),
    }
}

/// The parts as far as they are found.
struct Parts {
    profile: &'static Profile,
    kind: Option<&'static DocumentKind>,
    superior: Vec<String>,
    agency: Vec<String>,
    number: Option<u32>,
    notation: Option<String>,
    place: Option<String>,
    date: Option<Date>,
    issuer: Option<String>,
    subject: Option<String>,
    addressees: Vec<String>,
    bases: Vec<String>,
    body: Vec<Value>,
    recipients: Vec<String>,
    archive: Option<String>,
    authority: Vec<String>,
    position: Option<String>,
    name: Option<String>,
    /// What stands after the signature.
    after: Vec<DraftPiece>,
    /// Whether articles were met: numbers below them are clauses.
    articles: bool,
    /// Whether Roman headings were met: Arabic ones stand below them.
    roman: bool,
}

impl Parts {
    fn new(profile: &'static Profile) -> Parts {
        Parts {
            profile,
            kind: None,
            superior: Vec::new(),
            agency: Vec::new(),
            number: None,
            notation: None,
            place: None,
            date: None,
            issuer: None,
            subject: None,
            addressees: Vec::new(),
            bases: Vec::new(),
            body: Vec::new(),
            recipients: Vec::new(),
            archive: None,
            authority: Vec::new(),
            position: None,
            name: None,
            after: Vec::new(),
            articles: false,
            roman: false,
        }
    }

    /// Reads what stands up to the title and the subject, and gives the rest.
    fn head(&mut self, pieces: &mut Vec<DraftPiece>) -> Vec<DraftPiece> {
        let title = pieces.iter().take(MAX_HEAD).position(|piece| {
            text_of(piece).is_some_and(|text| {
                lines(text).first().is_some_and(|line| self.titled(&line.plain()).is_some())
            })
        });
        let letter = pieces.iter().take(MAX_HEAD).position(|piece| {
            text_of(piece)
                .is_some_and(|text| lines(text).iter().any(|line| line.plain().trim().starts_with("V/v")))
        });
        let Some(at) = title.or(letter) else { return std::mem::take(pieces) };
        let mut rest = pieces.split_off(at);
        let mut upper: Vec<(String, bool)> = Vec::new();
        for text in pieces.iter().filter_map(text_of).flat_map(lines) {
            self.head_line(&text, &mut upper);
        }
        // Of several lines in capitals, the ones that are not bold are the superior's.
        let mixed = upper.iter().any(|(_, bold)| *bold) && upper.iter().any(|(_, bold)| !bold);
        for (line, bold) in upper {
            if mixed && !bold { self.superior.push(line) } else { self.agency.push(line) }
        }
        let first = rest.remove(0);
        let mut first = text_of(&first).map(lines).unwrap_or_default().into_iter();
        if title.is_some() {
            self.kind = first.next().and_then(|line| self.titled(&line.plain()));
            let mut subject: Vec<Text> = first.collect();
            while subject.is_empty() || subject.iter().all(is_bold) {
                let Some(next) = rest.first().and_then(text_of) else { break };
                let plain = next.plain();
                let ends = ["Kính gửi", "Căn cứ"].iter().any(|mark| plain.trim().starts_with(mark));
                let more =
                    subject.is_empty() || (is_bold(next) && !is_upper(&plain) && number_of(&plain).is_none());
                if ends || !more {
                    break;
                }
                if !is_rule(&plain) {
                    subject.push(next.clone());
                }
                rest.remove(0);
            }
            self.subject = joined(&subject);
        } else {
            self.kind = self.profile.kinds.iter().find(|kind| !kind.form.title);
            let words: Vec<String> = first.map(|line| line.plain().trim().to_owned()).collect();
            let words = words.join(" ");
            self.subject = words.trim().strip_prefix("V/v").map(|words| words.trim().to_owned());
        }
        rest
    }

    fn titled(&self, line: &str) -> Option<&'static DocumentKind> {
        let line = line.trim();
        self.profile.kinds.iter().find(|kind| kind.form.title && kind.title == line)
    }

    fn head_line(&mut self, text: &Text, upper: &mut Vec<(String, bool)>) {
        let plain = text.plain();
        let line = plain.trim();
        let capitals = line.to_uppercase();
        if is_rule(line)
            || capitals.starts_with("CỘNG HÒA XÃ HỘI")
            || capitals.starts_with("CỘNG HOÀ XÃ HỘI")
            || capitals.starts_with("ĐỘC LẬP")
        {
            return;
        }
        if let Some(code) = line.strip_prefix("Số:").or_else(|| line.strip_prefix("Số ")) {
            let code = code.split_whitespace().collect::<String>();
            let (number, notation) = code.split_once('/').unwrap_or(("", &code));
            self.number = number.parse().ok();
            self.notation = Some(notation.to_owned()).filter(|notation| !notation.is_empty());
            return;
        }
        if let Some((place, date)) = line.split_once(", ngày") {
            self.place = Some(place.trim().to_owned());
            self.date = date_of(date);
            return;
        }
        if is_upper(line) {
            upper.push((line.to_owned(), is_bold(text)));
            return;
        }
        self.body.push(json!({ "block": "paragraph", "text": settled(text) }));
    }

    /// Reads what stands between the subject and the content, and the content.
    fn lead_and_body(&mut self, pieces: Vec<DraftPiece>) {
        let mut pieces = pieces.into_iter().peekable();
        let enacts = self.kind.is_some_and(|kind| kind.form.enacts.is_some());
        while let Some(piece) = pieces.peek() {
            let Some(text) = text_of(piece) else { break };
            let plain = text.plain();
            let line = plain.trim();
            let is_base =
                ["Căn cứ", "Theo đề nghị", "Xét đề nghị", "Xét "].iter().any(|mark| line.starts_with(mark));
            if is_rule(line) {
                pieces.next();
            } else if let Some(rest) =
                line.strip_prefix("Kính gửi:").or_else(|| line.strip_prefix("Kính gửi"))
            {
                let mut addressees: Vec<String> = rest.split([SOFT, '\n']).map(str::to_owned).collect();
                pieces.next();
                if rest.trim().is_empty() {
                    addressees.clear();
                    while let Some(next) = pieces.peek() {
                        let item = matches!(next, DraftPiece::Item { .. });
                        let plain = text_of(next).map(Text::plain).unwrap_or_default();
                        if !item && !plain.trim_start().starts_with('-') {
                            break;
                        }
                        addressees.extend(plain.split([SOFT, '\n']).map(|line| unmarked(line, &[';', '.'])));
                        pieces.next();
                    }
                }
                let said = addressees.iter().map(|line| line.trim().trim_start_matches("- ").to_owned());
                self.addressees.extend(said.filter(|line| !line.is_empty()));
            } else if enacts && is_base {
                self.bases.extend(lines(text).iter().map(|line| unmarked(&plain_of(line), &[';', '.', ','])));
                pieces.next();
            } else if enacts && is_upper(line) && line.ends_with(':') {
                pieces.next();
                break;
            } else if enacts && is_upper(line) && self.issuer.is_none() {
                self.issuer = Some(line.to_owned());
                pieces.next();
            } else {
                break;
            }
        }
        let pieces: Vec<DraftPiece> = pieces.collect();
        let blocks = self.blocks(&pieces);
        self.body.extend(blocks);
    }

    fn blocks(&mut self, pieces: &[DraftPiece]) -> Vec<Value> {
        let mut blocks = Vec::with_capacity(pieces.len());
        let top = pieces.iter().filter_map(|piece| match piece {
            DraftPiece::Heading { level, .. } => Some(*level),
            _ => None,
        });
        let top = top.min().unwrap_or(1);
        let mut index = 0;
        while let Some(piece) = pieces.get(index) {
            index += 1;
            match piece {
                DraftPiece::Table { rows, aligns } => blocks.extend(table(rows, aligns)),
                DraftPiece::Heading { level, text } => {
                    let plain = text.plain();
                    if let Some(block) = self.provision(text, &plain) {
                        blocks.push(block);
                        continue;
                    }
                    let (number, rest) = split_number(text);
                    let level = (level.saturating_sub(top) + 1).clamp(1, 3);
                    self.roman |= is_roman(&number);
                    blocks.push(heading(level, &number, &unbold(&rest)));
                }
                DraftPiece::Item { marker, level, text, loose } => {
                    let numbered = marker.starts_with(|c: char| c.is_ascii_digit()) && marker.ends_with('.');
                    let neighbour = |piece: Option<&DraftPiece>| {
                        piece.is_some_and(|piece| {
                            matches!(piece, DraftPiece::Item { marker, .. }
                            if marker.starts_with(|c: char| c.is_ascii_digit()))
                        })
                    };
                    let alone = !neighbour(pieces.get(index))
                        && !neighbour(index.checked_sub(2).and_then(|at| pieces.get(at)));
                    if self.articles && numbered {
                        let number = marker.trim_end_matches('.');
                        blocks.push(json!({ "block": "clause", "number": number, "text": settled(text) }));
                    } else if self.articles && marker.ends_with(')') && marker.chars().count() == 2 {
                        let letter = marker.trim_end_matches(')');
                        blocks.push(json!({ "block": "point", "letter": letter, "text": settled(text) }));
                    } else if numbered && *level == 1 && (*loose || alone) {
                        blocks.push(heading(if self.roman { 2 } else { 1 }, marker, text));
                    } else {
                        blocks.push(item(marker, *level, text));
                    }
                }
                DraftPiece::Paragraph(text) => {
                    let plain = text.plain();
                    let division = self.division(&plain);
                    if let (Some((kind, number)), Some(title)) =
                        (division, pieces.get(index).and_then(text_of))
                    {
                        blocks.push(json!({
                            "block": "division", "kind": kind, "number": number, "title": settled(&unbold(title)),
                        }));
                        index += 1;
                        continue;
                    }
                    blocks.push(self.paragraph(text, &plain));
                }
            }
        }
        blocks
    }

    /// «Chương I» on a line of its own.
    fn division(&self, plain: &str) -> Option<(String, String)> {
        let line = plain.trim();
        self.profile.labels.divisions.iter().find_map(|(slug, label)| {
            let rest = line
                .strip_prefix(label.as_str())
                .or_else(|| line.strip_prefix(label.to_uppercase().as_str()))?;
            let number = rest.strip_prefix(' ')?.trim().trim_end_matches('.');
            let sound = is_roman(number) || number.parse::<u32>().is_ok();
            sound.then(|| (slug.clone(), number.to_owned()))
        })
    }

    /// «Điều 1. …»; below it «1. …» and «a) …».
    fn provision(&mut self, text: &Text, plain: &str) -> Option<Value> {
        let line = plain.trim_start();
        if let Some(rest) = line.strip_prefix(&format!("{} ", self.profile.labels.article)) {
            let digits = rest.chars().take_while(char::is_ascii_digit).count();
            let number = rest.get(..digits).filter(|number| !number.is_empty())?;
            rest.get(digits..)?.strip_prefix(['.', ':'])?;
            self.articles = true;
            let skip = plain.chars().count() - rest.chars().count() + digits + 1;
            let words = after(text, skip);
            let titled = is_bold(text) && !words.0.is_empty();
            let key = if titled { "title" } else { "text" };
            let words = if titled { unbold(&words) } else { words };
            return Some(json!({ "block": "article", "number": number, (key): settled(&words) }));
        }
        if !self.articles {
            return None;
        }
        let number = number_of(line).filter(|number| number.matches('.').count() == 1 && !is_roman(number));
        if let Some(number) = number {
            let words = after(text, plain.chars().count() - line.chars().count() + number.chars().count());
            let number = number.trim_end_matches('.');
            let key = if is_bold(text) { "title" } else { "text" };
            let words = if is_bold(text) { unbold(&words) } else { words };
            return Some(json!({ "block": "clause", "number": number, (key): settled(&words) }));
        }
        let mut letters = line.chars();
        let letter =
            letters.next().map(String::from).filter(|letter| self.profile.points.contains(letter))?;
        (letters.next() == Some(')')).then(|| {
            let words = after(text, plain.chars().count() - line.chars().count() + 2);
            json!({ "block": "point", "letter": letter, "text": settled(&words) })
        })
    }

    fn paragraph(&mut self, text: &Text, plain: &str) -> Value {
        if let Some(block) = self.provision(text, plain) {
            return block;
        }
        let line = plain.trim_start();
        if let Some(number) = number_of(line) {
            let depth = u8::try_from(number.trim_end_matches('.').matches('.').count() + 1).unwrap_or(3);
            let short = plain.chars().count() <= 300;
            let roman = is_roman(&number);
            let (_, words) = split_number(text);
            if short && (is_bold(text) || depth > 1 || (roman && is_upper(&words.plain()))) {
                self.roman |= roman;
                let level = if roman { 1 } else { depth + u8::from(self.roman) };
                return heading(level.min(3), &number, &unbold(&words));
            }
        }
        let typed = ["- ", "+ ", "* ", "• ", "– "].into_iter().find(|mark| line.starts_with(mark));
        if let Some(mark) = typed {
            let skip = plain.chars().count() - line.chars().count() + 2;
            let marker = if mark == "– " { "-" } else { mark.trim() };
            return item(marker, 1, &after(text, skip));
        }
        json!({ "block": "paragraph", "text": settled(text) })
    }

    /// Reads recipients and signature.
    fn foot(&mut self, pieces: Vec<DraftPiece>) {
        let mut pieces = pieces.into_iter();
        while let Some(piece) = pieces.next() {
            if self.name.is_some() {
                self.after = std::iter::once(piece).chain(pieces).collect();
                return;
            }
            let item = matches!(piece, DraftPiece::Item { .. });
            let Some(text) = text_of(&piece) else {
                self.after.push(piece);
                continue;
            };
            for line in lines(text) {
                self.foot_line(line.plain().trim(), item);
            }
        }
    }

    fn foot_line(&mut self, line: &str, item: bool) {
        if is_rule(line) || line.to_uppercase().starts_with("NƠI NHẬN") {
            return;
        }
        let listed = item || line.starts_with(['-', '–', '+']);
        let bare = unmarked(line.trim_start_matches(['-', '–', '+', ' ']), &[';', '.', ',']);
        if let Some(archive) = bare.strip_prefix("Lưu:").or_else(|| bare.strip_prefix("Lưu ")) {
            self.archive = Some(unmarked(archive, &[';', '.', ',']));
        } else if listed && self.authority.is_empty() && self.position.is_none() {
            self.recipients.push(bare);
        } else if self.profile.authority.iter().any(|prefix| line.starts_with(prefix.as_str())) {
            // «TM.ỦY BAN» is written without a space as well.
            let prefix = self.profile.authority.iter().find(|prefix| line.starts_with(prefix.as_str()));
            let rest = prefix.and_then(|prefix| line.strip_prefix(prefix.as_str())).unwrap_or_default();
            let prefix = prefix.map_or("", String::as_str);
            self.authority.push(format!("{prefix} {}", rest.trim_start()));
        } else if is_upper(line) && self.position.is_none() {
            self.position = Some(line.to_owned());
        } else if line.starts_with('(') {
            // «(Đã ký)», «(Ký, đóng dấu)»
        } else {
            self.name = Some(line.to_owned());
        }
    }

    fn form(mut self) -> Value {
        let kind = self.kind.or_else(|| self.profile.kind("bao-cao"));
        let Some(kind) = kind else { return Value::Null };
        let form = &kind.form;
        let notation = self.notation.take().unwrap_or_else(|| match &kind.abbreviation {
            Some(abbreviation) => format!("{abbreviation}-UBND"),
            None => "UBND-VP".to_owned(),
        });
        let agency = match self.agency.is_empty() {
            true => json!([fill("tên cơ quan ban hành, viết hoa")]),
            false => list(&self.agency),
        };
        let text =
            |found: Option<String>, hint: &str| found.map_or_else(|| fill(hint), |text| json!(clean(&text)));
        let mut document = Map::new();
        let mut put = |key: &str, value: Value| _ = document.insert(key.to_owned(), value);
        put("$schema", json!("document.schema.json"));
        put("version", json!(FORM_VERSION));
        put("type", json!(kind.slug));
        put(
            "header",
            json!({
                "superior": list(&self.superior),
                "agency": agency,
                "number": self.number.filter(|number| *number > 0),
                "notation": clean(&notation),
                "place": text(self.place.take(), "địa danh"),
                "date": self.date.map(|date| date.to_string()),
            }),
        );
        put("subject", text(self.subject.take(), "trích yếu nội dung, không có dấu chấm cuối"));
        if form.issuer != IssuerPlace::None {
            // The draft has it in capitals: which letters stay capital is the author's to say.
            let hint = self.issuer.take().unwrap_or_else(|| "Chủ tịch Ủy ban nhân dân xã …".to_owned());
            put("issuer", fill(&format!("thẩm quyền ban hành, viết thường: {hint}")));
        }
        let missing = self.addressees.is_empty();
        match form.addressees {
            Presence::Required if missing => put("addressees", json!([fill("cơ quan, người nhận")])),
            Presence::Required | Presence::Optional if !missing => put("addressees", list(&self.addressees)),
            // A kind that addresses nobody keeps the words.
            _ => {
                let lead = |line: &String| json!({ "block": "paragraph", "text": clean(&format!("{} {line}", form.lead)) });
                self.body.splice(0..0, self.addressees.iter().map(lead));
            }
        }
        if !self.bases.is_empty() {
            put("bases", list(&self.bases));
        }
        if self.body.is_empty() {
            self.body.push(json!({ "block": "paragraph", "text": fill("nội dung") }));
        }
        put("body", std::mem::take(&mut self.body).into());
        put(
            "recipients",
            json!({
                "items": list(&self.recipients),
                "archive": clean(&self.archive.take().unwrap_or_else(|| "VT".to_owned())),
            }),
        );
        put(
            "signature",
            json!({
                "authority": list(&self.authority),
                "position": text(self.position.take(), "chức vụ"),
                "name": text(self.name.take(), "họ và tên người ký"),
            }),
        );
        let after = std::mem::take(&mut self.after);
        self.articles = false;
        let blocks = self.blocks(&after);
        if !blocks.is_empty() {
            put("appendices", json!([{ "title": fill("tiêu đề phụ lục"), "body": blocks }]));
            if form.issuer == IssuerPlace::None {
                put("issuer", fill("tên cơ quan ban hành, viết thường"));
            }
        }
        document.into()
    }
}

fn list(lines: &[String]) -> Value {
    lines.iter().map(|line| clean(line)).collect::<Vec<_>>().into()
}

fn fill(hint: &str) -> Value {
    json!({ "fill": clean(hint) })
}

fn heading(level: u8, number: &str, text: &Text) -> Value {
    if number.is_empty() {
        return json!({ "block": "heading", "level": level, "text": settled(text) });
    }
    json!({ "block": "heading", "level": level, "number": number, "text": settled(text) })
}

fn item(marker: &str, level: u8, text: &Text) -> Value {
    // A list within a list, typed: «- + …».
    let plain = text.plain();
    let inner = ["+ ", "- ", "* "].into_iter().find(|mark| plain.starts_with(mark));
    if let Some(inner) = inner {
        return item(inner.trim(), level, &after(text, 2));
    }
    let marker: String = marker.chars().filter(|c| !c.is_whitespace()).take(8).collect();
    let marker = if marker.is_empty() { "-".to_owned() } else { marker };
    if level > 1 {
        return json!({ "block": "item", "marker": marker, "level": level, "text": settled(text) });
    }
    json!({ "block": "item", "marker": marker, "text": settled(text) })
}
