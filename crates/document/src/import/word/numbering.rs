//! How lists count, by the numbers that paragraphs name (ISO/IEC 29500-1 17.9).

use std::collections::HashMap;

use roxmltree::Node;

use super::styles::{ListPlace, Styles};
use super::xml::{XmlPart, attribute, child, is_on, name, value};

/// Levels of a list.
const LEVELS: usize = 9;
/// The longest marker's pattern that is taken, in characters: Word prints it before every paragraph.
const MAX_PATTERN: usize = 40;

/// The lists of a document, and how far they have counted.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    lists: HashMap<String, List>,
    patterns: HashMap<String, Pattern>,
}

/// A list: the pattern that it follows, and where it differs.
#[derive(Debug, Default)]
struct List {
    pattern: String,
    /// The numbers that it begins its levels with, until it has.
    begins: [Option<u32>; LEVELS],
    levels: HashMap<usize, Level>,
}

/// What lists have in common; they share its counters.
#[derive(Debug, Default)]
struct Pattern {
    levels: HashMap<usize, Level>,
    counters: [Option<u32>; LEVELS],
    /// The style whose list it follows instead.
    style: Option<String>,
}

#[derive(Debug, Clone, Default)]
struct Level {
    format: String,
    text: String,
    first: u32,
    /// Whether all numbers in it are decimal.
    legal: bool,
    /// The level, from 1, after which it begins anew; 0 for never, `None` for every one above it.
    restart: Option<usize>,
    /// The paragraph style that is numbered so.
    style: Option<String>,
}

impl Level {
    fn of(node: Node<'_, '_>) -> Level {
        Level {
            format: value(node, "numFmt").unwrap_or("decimal").to_owned(),
            text: value(node, "lvlText").unwrap_or_default().chars().take(MAX_PATTERN).collect(),
            first: value(node, "start").and_then(|first| first.parse().ok()).unwrap_or(1),
            legal: child(node, "isLgl").is_some_and(is_on),
            restart: value(node, "lvlRestart").and_then(|level| level.parse().ok()),
            style: value(node, "pStyle").map(str::to_owned),
        }
    }
}

/// The level that `node` is about.
fn level_of(node: Node<'_, '_>) -> Option<usize> {
    attribute(node, "ilvl")?.parse().ok().filter(|level| *level < LEVELS)
}

impl Numbering {
    pub(super) fn of(part: &XmlPart<'_>) -> Numbering {
        let mut all = Numbering::default();
        for node in part.tree.root_element().children() {
            match name(node) {
                "abstractNum" => {
                    let Some(id) = attribute(node, "abstractNumId") else { continue };
                    let levels = node.children().filter(|node| name(*node) == "lvl");
                    let levels = levels.map(|level| (level_of(level).unwrap_or(0), Level::of(level)));
                    let style = value(node, "numStyleLink").map(str::to_owned);
                    let pattern = Pattern { levels: levels.collect(), style, ..Pattern::default() };
                    all.patterns.insert(id.to_owned(), pattern);
                }
                "num" => {
                    let (Some(id), Some(base)) = (attribute(node, "numId"), value(node, "abstractNumId"))
                    else {
                        continue;
                    };
                    let mut list = List { pattern: base.to_owned(), ..List::default() };
                    for change in node.children().filter(|node| name(*node) == "lvlOverride") {
                        let Some(at) = level_of(change) else { continue };
                        let first = value(change, "startOverride").and_then(|first| first.parse().ok());
                        if let Some(begin) = list.begins.get_mut(at) {
                            *begin = first;
                        }
                        if let Some(level) = child(change, "lvl") {
                            list.levels.insert(at, Level::of(level));
                        }
                    }
                    all.lists.insert(id.to_owned(), list);
                }
                _ => {}
            }
        }
        all
    }

    /// The marker that Word prints before the next paragraph at `place`, whose style is `style`, and its
    /// level from 0.
    pub(super) fn next(
        &mut self,
        place: &ListPlace,
        style: Option<&str>,
        styles: &Styles,
    ) -> Option<(String, u8)> {
        let mut list = place.list.clone();
        // A pattern may stand for the list of a style.
        let linked = self.lists.get(&list).and_then(|found| self.patterns.get(&found.pattern)?.style.clone());
        if let Some(other) = linked.and_then(|style| styles.list(&style)) {
            list = other;
        }
        let list = self.lists.get_mut(&list)?;
        let pattern = self.patterns.get_mut(&list.pattern)?;
        let of_style = || {
            let mut levels = pattern.levels.iter().filter(|(_, level)| level.style.as_deref() == style);
            levels.next().filter(|_| style.is_some()).map(|(at, _)| *at)
        };
        let at = place.level.map(usize::from).or_else(of_style).unwrap_or(0).min(LEVELS - 1);
        let level = |at: usize| list.levels.get(&at).or_else(|| pattern.levels.get(&at));
        let own = level(at)?.clone();
        let printed_level = u8::try_from(at).unwrap_or(u8::MAX);
        if own.format == "bullet" {
            // Bullets are characters of symbol fonts; the common ones are kept, others become dashes.
            let mark = own.text.trim();
            let mark = if mark == "–" { "-" } else { mark };
            let known = ["-", "+", "*", "•"].contains(&mark);
            return Some((if known { mark } else { "-" }.to_owned(), printed_level));
        }
        let begin = list.begins.get_mut(at).and_then(Option::take);
        let counter = pattern.counters.get_mut(at)?;
        *counter = Some(match (begin, *counter) {
            (Some(first), _) => first,
            (None, Some(last)) => last.saturating_add(1),
            (None, None) => own.first,
        });
        for deeper in at + 1..LEVELS {
            let restart = list.levels.get(&deeper).or_else(|| pattern.levels.get(&deeper));
            let restarts = restart.and_then(|level| level.restart).is_none_or(|above| at < above);
            if let (true, Some(counter)) = (restarts, pattern.counters.get_mut(deeper)) {
                *counter = None;
            }
        }
        if own.format == "none" {
            return None;
        }
        let level = |at: usize| list.levels.get(&at).or_else(|| pattern.levels.get(&at));
        let mut marker = String::new();
        let mut characters = own.text.chars().peekable();
        while let Some(c) = characters.next() {
            let holder = characters.peek().and_then(|digit| digit.to_digit(10)).filter(|digit| *digit > 0);
            let (true, Some(holder)) = (c == '%', holder) else {
                marker.push(c);
                continue;
            };
            characters.next();
            let above = usize::try_from(holder).unwrap_or(LEVELS) - 1;
            let Some(settings) = level(above) else { continue };
            let number = pattern.counters.get(above).copied().flatten().unwrap_or(settings.first);
            let format = if own.legal { "decimal" } else { settings.format.as_str() };
            marker.push_str(&counted(number, format));
        }
        Some((marker.trim().to_owned(), printed_level)).filter(|(marker, _)| !marker.is_empty())
    }
}

fn counted(number: u32, format: &str) -> String {
    // After z Word goes on with aa, bb; longer than that nobody counts.
    let letters = |first: u8| {
        let index = number.saturating_sub(1);
        let offset = u8::try_from(index % 26).unwrap_or_default();
        let times = usize::try_from(index / 26 + 1).unwrap_or(1).min(8);
        char::from(first + offset).to_string().repeat(times)
    };
    let roman = || crate::numbering::roman(usize::try_from(number.min(3999)).unwrap_or_default());
    match format {
        "lowerLetter" => letters(b'a'),
        "upperLetter" => letters(b'A'),
        "lowerRoman" => roman().to_lowercase(),
        "upperRoman" => roman(),
        "decimalZero" => format!("{number:02}"),
        _ => number.to_string(),
    }
}
