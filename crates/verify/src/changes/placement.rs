//! Where a widget shows: on the page whose /Annots lists it, in its rectangle (ISO 32000-2 12.5.2, 12.5.5).
//!
//! Every number is resolved. What can't be, or what viewers place each in their own way, is no place at all,
//! but a violation.

use super::explain::{Explainer, violation};
use super::page_index::PageIndex;
use super::transition::EarlyEnd;
use crate::lang::Message;
use crate::message;
use crate::pdf::form::{Field, Region};
use crate::pdf::reader::{Dictionary, Object, ReadError, Value};

/// Shown neither on a screen nor on paper (ISO 32000-2 table 167).
const HIDDEN: i64 = 1 << 1;
/// Keeps its size where the page is zoomed, or stands upright where the page is rotated: drawn beside /Rect.
const NO_ZOOM: i64 = 1 << 3;
const NO_ROTATE: i64 = 1 << 4;
/// Coordinates beyond this are no place on a page, and other programs count with fewer digits.
const FARTHEST: f64 = 1e6;
/// The widest border, in points, that stays beside its rectangle within what nobody sees.
const WIDEST_BORDER: f64 = 2.0;
/// How deep pages may nest.
const MAX_DEPTH: usize = 32;

/// How a rectangle is meant.
enum Extent {
    Nothing,
    Area([f64; 4]),
    Unclear,
}

impl Explainer<'_, '_> {
    /// The region of the page that `field` or widget shows in; `None` where nothing of it can be seen.
    pub(super) fn region(&mut self, field: &Field) -> Result<Option<Region>, EarlyEnd> {
        let widget = field.dictionary();
        let after = self.after;
        let Some(flags) = self.whole(widget.get("F"), after)? else {
            return self.nowhere(field, message!("cờ /F không phải số nguyên", "its /F is no whole number"));
        };
        if flags & HIDDEN != 0 {
            return Ok(None);
        }
        let rect = match self.extent(widget, after)? {
            Extent::Nothing => return Ok(None),
            Extent::Unclear => {
                return self
                    .nowhere(field, message!("/Rect không phải bốn số", "its /Rect is not four numbers"));
            }
            Extent::Area(rect) => rect,
        };
        let named = widget.get("P").map(|page| page.object.as_reference());
        let listed = self.pages()?.listed.get(&field.number).cloned().unwrap_or_default();
        let page = match (listed.as_slice(), named) {
            ([page], None) => *page,
            ([page], Some(Some(named))) if *page == named => named,
            // No page lists it: a program that repairs the list would put it where it says.
            ([], Some(Some(named))) => named,
            ([], _) => return self.nowhere(field, message!("không trang nào chứa nó", "no page lists it")),
            ([_], _) => {
                let why = message!("/P không phải trang chứa nó", "its /P is not the page that lists it");
                return self.nowhere(field, why);
            }
            _ => {
                return self
                    .nowhere(field, message!("nó được liệt kê nhiều lần", "it is listed more than once"));
            }
        };
        let Some(number) = self.pages()?.numbers.get(&page).copied() else {
            return self.nowhere(field, message!("trang của nó không có", "its page is not there"));
        };
        if flags & NO_ZOOM != 0 || flags & NO_ROTATE != 0 && self.is_rotated(page)? {
            let why = message!(
                "cờ /F cho phép nó nằm ngoài /Rect",
                "by its /F it is drawn elsewhere than in its /Rect"
            );
            return self.nowhere(field, why);
        }
        Ok(Some(Region { page: number, rect }))
    }

    fn nowhere<T>(&self, field: &Field, why: Message) -> Result<T, EarlyEnd> {
        let (name, Message { vi, en }) = (&field.name, why);
        violation(message!(
            "không xác định được chỗ của trường \"{name}\" trên trang: {vi}",
            "where the field \"{name}\" shows can't be told: {en}"
        ))
    }

    /// Whether `region` lies over something else that its page lists. Programs draw fields that have no
    /// appearance each in their own way, so what nobody drew is not blank.
    pub(super) fn covers(&mut self, region: &Region, own: u32) -> Result<bool, EarlyEnd> {
        let after = self.after;
        let pages = self.pages()?;
        let page = pages.numbers.iter().find(|(_, number)| **number == region.page).map(|(page, _)| *page);
        let Some(page) = page.map(|page| self.file.object(page, after)).transpose()?.flatten() else {
            return Ok(true);
        };
        let list = page.value.object.as_dictionary().and_then(|page| page.get("Annots"));
        let list = match list {
            Some(list) => self.file.resolve(list, after)?,
            None => return Ok(false),
        };
        for annotation in list.object.as_array().unwrap_or_default() {
            let number = annotation.object.as_reference();
            if number.is_some_and(|number| number == own || self.new.contains(&number)) {
                continue;
            }
            let annotation = self.file.resolve(annotation, after)?;
            let Some(dictionary) = annotation.object.as_dictionary() else {
                continue;
            };
            let Some(flags) = self.whole(dictionary.get("F"), after)? else {
                return Ok(true);
            };
            if flags & HIDDEN != 0 {
                continue;
            }
            let overlaps = match self.extent(dictionary, after)? {
                Extent::Nothing => false,
                Extent::Unclear => true,
                Extent::Area(rect) => flags & (NO_ZOOM | NO_ROTATE) != 0 || overlap(&rect, &region.rect),
            };
            if overlaps {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The pages after this revision.
    fn pages(&mut self) -> Result<&PageIndex, ReadError> {
        match self.pages.take() {
            Some(pages) => Ok(self.pages.insert(pages)),
            None => Ok(self.pages.insert(PageIndex::read(self.file, self.after)?)),
        }
    }

    /// Whether a page is shown turned, as it says or as what it inherits from says; also where that can't be told.
    fn is_rotated(&self, page: u32) -> Result<bool, ReadError> {
        let mut node = self.file.object(page, self.after)?;
        for _ in 0..MAX_DEPTH {
            let Some(dictionary) = node.as_ref().and_then(|node| node.value.object.as_dictionary()) else {
                return Ok(true);
            };
            if dictionary.get("Rotate").is_some() {
                return Ok(self.whole(dictionary.get("Rotate"), self.after)? != Some(0));
            }
            match dictionary.get("Parent").map(|parent| parent.object.as_reference()) {
                None => return Ok(false),
                Some(None) => return Ok(true),
                Some(Some(parent)) => node = self.file.object(parent, self.after)?,
            }
        }
        Ok(true)
    }

    /// A whole number, 0 where there is none; `None` where it is something else.
    fn whole(&self, value: Option<&Value>, revision: usize) -> Result<Option<i64>, ReadError> {
        let Some(value) = value else {
            return Ok(Some(0));
        };
        Ok(match self.file.resolve(value, revision)?.object {
            Object::Null => Some(0),
            Object::Integer(number) => Some(number),
            _ => None,
        })
    }

    fn extent(&self, widget: &Dictionary, revision: usize) -> Result<Extent, ReadError> {
        let Some(rect) = widget.get("Rect") else {
            // Without a rectangle nothing is drawn; with something to draw in it, who knows.
            return Ok(if widget.get("AP").is_some() { Extent::Unclear } else { Extent::Nothing });
        };
        let rect = self.file.resolve(rect, revision)?;
        let Some([a, b, c, d]) = self.numbers(&rect, revision)? else {
            return Ok(Extent::Unclear);
        };
        if [a, b, c, d].iter().any(|number| number.abs() > FARTHEST) {
            return Ok(Extent::Unclear);
        }
        let rect = [a.min(c), b.min(d), a.max(c), b.max(d)];
        let [left, bottom, right, top] = rect;
        // A line is drawn as thin as the device can, a point is not drawn.
        Ok(if left == right && bottom == top { Extent::Nothing } else { Extent::Area(rect) })
    }

    /// An array of `N` numbers, each of which may be an object of its own; `None` where it is something else.
    pub(super) fn numbers<const N: usize>(
        &self,
        array: &Value,
        revision: usize,
    ) -> Result<Option<[f64; N]>, ReadError> {
        let Object::Array(values) = &array.object else {
            return Ok(None);
        };
        let mut numbers = Vec::with_capacity(N);
        for value in values {
            let number = match self.file.resolve(value, revision)?.object {
                #[expect(clippy::cast_precision_loss, reason = "a coordinate")]
                Object::Integer(number) => number as f64,
                Object::Real(number) if number.is_finite() => number,
                _ => return Ok(None),
            };
            numbers.push(number);
            if numbers.len() > N {
                return Ok(None);
            }
        }
        Ok(numbers.try_into().ok())
    }

    /// Whether the borders that a new field asks for stay within it.
    pub(super) fn has_narrow_border(&self, widget: &Dictionary) -> Result<bool, ReadError> {
        let width = |value: Option<&Value>| -> Result<bool, ReadError> {
            let Some(value) = value else {
                return Ok(true);
            };
            Ok(match self.file.resolve(value, self.after)?.object {
                #[expect(clippy::cast_precision_loss, reason = "a width")]
                Object::Integer(width) => (0.0..=WIDEST_BORDER).contains(&(width as f64)),
                Object::Real(width) => (0.0..=WIDEST_BORDER).contains(&width),
                _ => false,
            })
        };
        if let Some(border) = widget.get("Border") {
            let border = self.file.resolve(border, self.after)?;
            let Some(border) = border.object.as_array() else {
                return Ok(false);
            };
            if !width(border.get(2))? {
                return Ok(false);
            }
        }
        let Some(style) = widget.get("BS") else {
            return Ok(true);
        };
        let style = self.file.resolve(style, self.after)?;
        match style.object.as_dictionary() {
            Some(style) => width(style.get("W")),
            None => Ok(false),
        }
    }
}

fn overlap(a: &[f64; 4], b: &[f64; 4]) -> bool {
    let ([left, bottom, right, top], [other_left, other_bottom, other_right, other_top]) = (a, b);
    left <= other_right && other_left <= right && bottom <= other_top && other_bottom <= top
}
