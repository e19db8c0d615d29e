//! The law of the page: every string of a document stands on a page, inside the text's area, and nothing stands over
//! anything else; a footnote stands on the page of its reference. Typst reports none of these: what does not fit is
//! drawn below the paper or over its neighbours.

use std::collections::BTreeMap;

use serde_json::Value;
use typst::foundations::{NativeElement, Selector};
use typst::layout::{Frame, FrameItem, Point};
use typst::model::{FootnoteBody, FootnoteElem};
use typst_layout::PagedDocument;

use super::error::{Misfit, MisfitKind};
use crate::document::profile::{MM, Page};

/// What may be drawn outside of the text's area: page numbers, a mark above the letterhead, the words of a code.
#[derive(Debug, Default)]
pub(super) struct MarginTexts {
    /// Texts of the margins, as they are compared.
    texts: Vec<String>,
}

impl MarginTexts {
    pub(super) fn of<'a>(texts: impl Iterator<Item = &'a str>) -> MarginTexts {
        MarginTexts { texts: texts.map(|text| letters(text).collect()).collect() }
    }
}

/// All of the paper: where a text may stand anywhere on it.
pub(super) const PAPER: Page = Page { width: 0.0, height: 0.0, top: 0.0, bottom: 0.0, left: 0.0, right: 0.0 };

/// A run of text where it is drawn, in points from the page's upper left corner.
struct Drawn<'a> {
    text: &'a str,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

/// Holds the pages of `paged` against the strings that the template was given, by the block they belong to.
///
/// # Errors
/// The first text that does not fit, with its block where it can be told.
pub(super) fn hold(
    paged: &PagedDocument,
    page: &Page,
    margins: &MarginTexts,
    printed: &Printed<'_>,
) -> Result<(), Misfit> {
    let mut counts = Counts::default();
    let mut texts = Vec::with_capacity(paged.pages().len());
    for (index, sheet) in paged.pages().iter().enumerate() {
        let mut drawn = Vec::new();
        collect(&sheet.frame, Point::zero(), &mut drawn);
        let (width, height) = (sheet.frame.width().to_pt(), sheet.frame.height().to_pt());
        if let Some(out) = drawn.iter().find(|one| !inside(one, page, (width, height), margins)) {
            let block = printed.block_of(out.text);
            return Err(Misfit {
                kind: MisfitKind::Outside,
                page: index + 1,
                text: out.text.to_owned(),
                block,
            });
        }
        if let Some([over, under]) = overlap(&drawn) {
            let block = printed.block_of(over).or_else(|| printed.block_of(under));
            return Err(Misfit { kind: MisfitKind::Over, page: index + 1, text: over.to_owned(), block });
        }
        let text: String = drawn.iter().flat_map(|one| letters(one.text)).collect();
        text.chars().for_each(|letter| counts.add(letter, 1));
        texts.push(text);
    }
    for (_, text) in &printed.strings {
        letters(text).for_each(|letter| counts.add(letter, -1));
    }
    if !counts.short().is_empty() {
        let all = texts.concat();
        let lost = printed.strings.iter().find(|(_, text)| !stands_in(&all, text));
        let text = lost.map_or_else(|| counts.short(), |(_, text)| (*text).to_owned());
        let block = lost.and_then(|(block, _)| printed.blocks.get(*block).cloned());
        return Err(Misfit { kind: MisfitKind::Missing, page: 1, text, block });
    }
    notes(paged, &texts, printed)
}

/// How much oftener each letter is drawn than it is written.
struct Counts {
    /// Of the letters of Latin scripts, by their number.
    common: Vec<i64>,
    others: BTreeMap<char, i64>,
}

impl Default for Counts {
    fn default() -> Counts {
        Counts { common: vec![0; 0x2000], others: BTreeMap::new() }
    }
}

impl Counts {
    fn add(&mut self, letter: char, count: i64) {
        match self.common.get_mut(letter as usize) {
            Some(common) => *common += count,
            None => *self.others.entry(letter).or_default() += count,
        }
    }

    /// The letters that are drawn less often than they are written.
    fn short(&self) -> String {
        let common = self
            .common
            .iter()
            .enumerate()
            .filter_map(|(letter, count)| Some((char::from_u32(u32::try_from(letter).ok()?)?, *count)));
        let all = common.chain(self.others.iter().map(|(letter, count)| (*letter, *count)));
        all.filter(|(_, count)| *count < 0).map(|(letter, _)| letter).collect()
    }
}

/// Every footnote begins on the page of its reference.
fn notes(paged: &PagedDocument, texts: &[String], printed: &Printed<'_>) -> Result<(), Misfit> {
    const BEGINNING: usize = 24;
    let introspector = paged.introspector();
    for reference in introspector.elements().query(&Selector::Elem(FootnoteElem::ELEM, None)) {
        let place = reference.location().and_then(|location| introspector.position(location));
        let note = reference.to_packed::<FootnoteElem>().map(|note| &note.body);
        let (Some(place), Some(FootnoteBody::Content(note))) = (place, note) else { continue };
        let words = note.plain_text();
        let beginning: String = letters(&words).take(BEGINNING).collect();
        let on_page = texts.get(place.page.get() - 1).is_some_and(|text| text.contains(&beginning));
        if !on_page {
            let block = printed.block_of(&words);
            return Err(Misfit {
                kind: MisfitKind::NoteElsewhere,
                page: place.page.get(),
                text: words.to_string(),
                block,
            });
        }
    }
    Ok(())
}

/// The texts of a frame in the order in which they are drawn; what is turned is the mark of a draft, behind everything.
fn collect<'a>(frame: &'a Frame, origin: Point, drawn: &mut Vec<Drawn<'a>>) {
    for (at, item) in frame.items() {
        let at = origin + *at;
        match item {
            FrameItem::Group(group) if group.transform.is_only_translate() => {
                let shift = Point::new(group.transform.tx, group.transform.ty);
                collect(&group.frame, at + shift, drawn);
            }
            FrameItem::Text(text) => {
                /// Of the letters that stand on a line, as shares of the size: without what marks above and below take.
                const ASCENT: f64 = 0.66;
                const DESCENT: f64 = 0.2;
                let (left, base, size) = (at.x.to_pt(), at.y.to_pt(), text.size.to_pt());
                drawn.push(Drawn {
                    text: &text.text,
                    left,
                    right: left + text.width().to_pt(),
                    top: base - ASCENT * size,
                    bottom: base + DESCENT * size,
                });
            }
            _ => {}
        }
    }
}

fn inside(one: &Drawn<'_>, page: &Page, (width, height): (f64, f64), margins: &MarginTexts) -> bool {
    /// What rounding, and the slant of a last letter, may take.
    const SLACK: f64 = 1.5;
    let text: String = letters(one.text).collect();
    if text.is_empty() {
        return true;
    }
    let on_paper = one.left >= 0.0 && one.right <= width && one.top >= 0.0 && one.bottom <= height;
    let in_area = one.left >= page.left * MM - SLACK
        && one.right <= width - page.right * MM + SLACK
        && one.top >= page.top * MM - SLACK
        && one.bottom <= height - page.bottom * MM + SLACK;
    let of_margin = || {
        let is_number = one.bottom <= page.top * MM && text.chars().all(|letter| letter.is_ascii_digit());
        is_number || margins.texts.iter().any(|known| known.contains(&text))
    };
    in_area || (on_paper && of_margin())
}

/// Two texts of one page that stand over each other.
fn overlap<'a>(drawn: &[Drawn<'a>]) -> Option<[&'a str; 2]> {
    /// Points by which neighbours may touch.
    const ACROSS: f64 = 1.5;
    const DOWN: f64 = 2.0;
    let mut order: Vec<&Drawn<'_>> = drawn.iter().filter(|one| letters(one.text).next().is_some()).collect();
    order.sort_by(|a, b| a.top.total_cmp(&b.top));
    let mut open: Vec<&Drawn<'_>> = Vec::new();
    for one in order {
        open.retain(|earlier| earlier.bottom - DOWN > one.top);
        let meets =
            |earlier: &&&Drawn<'_>| earlier.right - ACROSS > one.left && one.right - ACROSS > earlier.left;
        if let Some(earlier) = open.iter().find(meets) {
            return Some([one.text, earlier.text]);
        }
        open.push(one);
    }
    None
}

/// What of a text is compared: its letters, marks and digits in capitals, because some lines are printed so.
fn letters(text: &str) -> impl Iterator<Item = char> {
    let unseen = |c: &char| {
        c.is_whitespace()
            || matches!(*c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}')
    };
    text.chars().filter(move |c| !unseen(c)).flat_map(char::to_uppercase)
}

/// Whether every word of `text` stands somewhere in `all`.
fn stands_in(all: &str, text: &str) -> bool {
    text.split_whitespace().all(|word| all.contains(&letters(word).collect::<String>()))
}

/// The strings of the template's data that are printed, each with the block of the document that it belongs to.
#[derive(Debug, Default)]
pub(super) struct Printed<'a> {
    /// JSON pointers into the document.
    blocks: Vec<String>,
    /// The place of its block, and a string.
    strings: Vec<(usize, &'a str)>,
}

impl<'a> Printed<'a> {
    /// Of the data of a document; `appendices` are the places (from 0) of those that are laid out.
    pub(super) fn of(data: &'a Value, appendices: &[usize]) -> Printed<'a> {
        let mut printed = Printed::default();
        let main = data.get("main").and_then(Value::as_object);
        // A letter has its subject under the number, and no title.
        let is_letter =
            main.and_then(|main| main.get("letter_subject")).is_some_and(|subject| !subject.is_null());
        for (key, value) in main.into_iter().flatten() {
            match key.as_str() {
                "body" => printed.body(value, "/body"),
                "code" | "urgency" | "circulation" => {}
                "letter_subject" => printed.block(value, "/subject".to_owned()),
                "subject" if is_letter => {}
                _ => printed.block(value, format!("/{key}")),
            }
        }
        let laid_out = data.get("appendices").and_then(Value::as_array).into_iter().flatten();
        for (appendix, index) in laid_out.zip(appendices) {
            let pointer = format!("/appendices/{index}");
            for (key, value) in appendix.as_object().into_iter().flatten() {
                match key.as_str() {
                    "body" => printed.body(value, &format!("{pointer}/body")),
                    _ => printed.block(value, pointer.clone()),
                }
            }
        }
        printed
    }

    /// Of an object whose entries are printed, each by its key.
    pub(super) fn of_parts(parts: Option<&'a Value>) -> Printed<'a> {
        let mut printed = Printed::default();
        for (key, value) in parts.and_then(Value::as_object).into_iter().flatten() {
            printed.block(value, format!("/{key}"));
        }
        printed
    }

    fn body(&mut self, blocks: &'a Value, pointer: &str) {
        for (index, block) in blocks.as_array().into_iter().flatten().enumerate() {
            let pointer = format!("{pointer}/{index}");
            match block.get("body") {
                Some(inner) => self.body(inner, &format!("{pointer}/body")),
                None => self.block(block, pointer),
            }
        }
    }

    fn block(&mut self, value: &'a Value, pointer: String) {
        self.blocks.push(pointer);
        self.walk(value);
    }

    /// Every string below `value` that is not an instruction for the template.
    fn walk(&mut self, value: &'a Value) {
        match value {
            Value::String(text) => self.strings.push((self.blocks.len() - 1, text)),
            Value::Array(items) => items.iter().for_each(|item| self.walk(item)),
            Value::Object(entries) => {
                // Lines that are filled in later are fields until then.
                let is_late = |key: &str| entries.get(key) == Some(&Value::Bool(true));
                for (key, value) in entries {
                    let is_printed = match key.as_str() {
                        "block" | "path" | "format" | "alt" | "align" | "aligns" => false,
                        "number_line" => !is_late("number_late"),
                        "date_line" => !is_late("date_late"),
                        _ => true,
                    };
                    if is_printed {
                        self.walk(value);
                    }
                }
            }
            _ => {}
        }
    }

    /// The block that a drawn piece of text belongs to.
    fn block_of(&self, piece: &str) -> Option<String> {
        const TELLING: usize = 3;
        let piece: String = letters(piece).collect();
        let holds = |text: &str| letters(text).collect::<String>().contains(&piece);
        let (block, _) =
            self.strings.iter().find(|(_, text)| piece.chars().count() >= TELLING && holds(text))?;
        self.blocks.get(*block).cloned()
    }
}
